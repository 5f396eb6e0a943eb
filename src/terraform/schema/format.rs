//! How the embedded facts are laid out: the one truth that the build script, which writes them, and
//! the tables, which read them in place, share. Numbers are little-endian.
//!
//! Each table is an index of `u32` offsets and the records they delimit; a `u16` names a record.
//!
//! | table | record |
//! | --- | --- |
//! | names | the text itself |
//! | types | tag, then the element's type, or the members' types (an object: name and type each) |
//! | blocks | number of attributes, number of nested blocks, marks, attributes, nested blocks; by name |
//! | defaults | kind, first literal, then version and literal of each later change |
//! | entries | provider by provider its resources, then its data sources, by name: name and block |
//! | providers | name, block, first entry, number of resources, of data sources, names of versions |

/// Bytes of an attribute in a block: name, type, flags, default.
pub(crate) const ATTRIBUTE: usize = 7;
/// Bytes of a nested block in a block: name, block, nesting, marks, least, most.
pub(crate) const NESTED: usize = 10;
/// Bytes before the attributes of a block.
pub(crate) const BLOCK_HEAD: usize = 5;
/// Bytes of an entry: name and block.
pub(crate) const ENTRY: usize = 4;
/// Bytes of a provider before the names of its versions.
pub(crate) const PROVIDER_HEAD: usize = 10;

/// In place of a literal: the version does not declare the attribute. No record has this number.
pub(crate) const NOT_DECLARED: u16 = u16::MAX;
/// In place of a literal: in that version the provider decides.
pub(crate) const COMPUTED: u16 = u16::MAX - 1;
/// In place of a default: none is known.
pub(crate) const NO_DEFAULT: u16 = 0;

/// Letters of an attribute's flags in the fact files, by bit.
pub(crate) const FLAGS: &[u8] = b"rocsdwx";

/// Mark of a block: its contents are not fully known.
pub(crate) const INCOMPLETE: u8 = 1;
/// Mark of a type's block, or of a nested block: only another version of the provider has it.
pub(crate) const OTHER_VERSION: u8 = 2;
/// Mark of a nested block: deprecated.
pub(crate) const DEPRECATED: u8 = 4;
/// Mark of a nested block: the provider fills it in when it is absent.
pub(crate) const FILLED_IN: u8 = 8;
