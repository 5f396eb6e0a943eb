//! What a provider declares about a block: its attributes and nested blocks.
//!
//! The handles are small and `Copy`; they point into the embedded tables.

use std::fmt;

use crate::diag;

use super::format;
use super::table::{self, BLOCKS};

/// The contents of a resource, a data source, a provider configuration or a nested block.
#[derive(Clone, Copy)]
pub struct Block {
    record: &'static [u8],
}

impl Block {
    pub(super) fn new(id: u16) -> Self {
        Self { record: BLOCKS.record(id) }
    }

    /// The attribute with this name.
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<Attribute> {
        find(self.attribute_records(), name).map(|record| Attribute { record })
    }

    /// The nested block with this type name.
    #[must_use]
    pub fn block(self, name: &str) -> Option<NestedBlock> {
        find(self.nested_records(), name).map(|record| NestedBlock { record })
    }

    /// Attributes by name.
    pub fn attributes(self) -> impl ExactSizeIterator<Item = Attribute> {
        self.attribute_records().iter().map(|record| Attribute { record })
    }

    /// Nested blocks by name.
    pub fn blocks(self) -> impl ExactSizeIterator<Item = NestedBlock> {
        self.nested_records().iter().map(|record| NestedBlock { record })
    }

    /// Whether all contents are known. If not, a name that is not here may exist all the same.
    #[must_use]
    pub fn is_complete(self) -> bool {
        !self.has(format::INCOMPLETE)
    }

    /// Whether only another version of the provider than the one described has this type.
    #[must_use]
    pub fn is_other_version(self) -> bool {
        self.has(format::OTHER_VERSION)
    }

    /// The attribute or nested block that was probably meant by a name that does not exist.
    #[must_use]
    pub fn did_you_mean(self, name: &str) -> Option<&'static str> {
        let attributes = self.attributes().map(Attribute::name);
        diag::did_you_mean(name, attributes.chain(self.blocks().map(NestedBlock::name)))
    }

    fn has(self, mark: u8) -> bool {
        self.record.get(format::BLOCK_HEAD - 1).is_some_and(|marks| marks & mark != 0)
    }

    fn attribute_records(self) -> &'static [[u8; format::ATTRIBUTE]] {
        let length = usize::from(table::number(self.record, 0)) * format::ATTRIBUTE;
        let from = format::BLOCK_HEAD;
        self.record.get(from..from + length).unwrap_or_default().as_chunks().0
    }

    fn nested_records(self) -> &'static [[u8; format::NESTED]] {
        let attributes = usize::from(table::number(self.record, 0)) * format::ATTRIBUTE;
        self.record.get(format::BLOCK_HEAD + attributes..).unwrap_or_default().as_chunks().0
    }
}

/// An attribute of a [`Block`].
#[derive(Clone, Copy)]
pub struct Attribute {
    pub(super) record: &'static [u8; format::ATTRIBUTE],
}

impl Attribute {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        table::name(table::number(self.record, 0))
    }

    /// Must be given.
    #[must_use]
    pub const fn is_required(self) -> bool {
        self.has(b'r')
    }

    /// May be given.
    #[must_use]
    pub const fn is_optional(self) -> bool {
        self.has(b'o')
    }

    /// The provider decides when it is absent.
    #[must_use]
    pub const fn is_computed(self) -> bool {
        self.has(b'c')
    }

    /// Must never be shown.
    #[must_use]
    pub const fn is_sensitive(self) -> bool {
        self.has(b's')
    }

    /// Never stored: null in every plan.
    #[must_use]
    pub const fn is_write_only(self) -> bool {
        self.has(b'w')
    }

    /// Marked as deprecated by the provider.
    #[must_use]
    pub const fn is_deprecated(self) -> bool {
        self.has(b'd')
    }

    /// Whether only another version of the provider than the one described has it.
    #[must_use]
    pub const fn is_other_version(self) -> bool {
        self.has(b'x')
    }

    const fn has(self, flag: u8) -> bool {
        let mut bit = 0;
        while bit < format::FLAGS.len() {
            if format::FLAGS[bit] == flag {
                return self.record[4] & (1 << bit) != 0;
            }
            bit += 1;
        }
        false
    }
}

/// A block in a [`Block`].
#[derive(Clone, Copy)]
pub struct NestedBlock {
    record: &'static [u8; format::NESTED],
}

/// How often a nested block may stand and what it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nesting {
    /// Any number in order; a list of objects.
    List,
    /// Any number; a set of objects.
    Set,
    /// Labelled; a map of objects.
    Map,
    /// At most one; an object or null.
    Single,
    /// At most one; an object also when absent.
    Group,
}

impl NestedBlock {
    /// The block's type name.
    #[must_use]
    pub fn name(self) -> &'static str {
        table::name(table::number(self.record, 0))
    }

    /// Its contents.
    #[must_use]
    pub fn block(self) -> Block {
        Block::new(table::number(self.record, 2))
    }

    /// How it nests.
    #[must_use]
    pub const fn nesting(self) -> Nesting {
        match self.record[4] {
            b's' => Nesting::Set,
            b'm' => Nesting::Map,
            b'1' => Nesting::Single,
            b'g' => Nesting::Group,
            _ => Nesting::List,
        }
    }

    /// At least so many.
    #[must_use]
    pub fn min(self) -> u16 {
        table::number(self.record, 6)
    }

    /// At most so many, where a limit is known.
    #[must_use]
    pub fn max(self) -> Option<u16> {
        Some(table::number(self.record, 8)).filter(|&most| most > 0)
    }

    /// Marked as deprecated by the provider.
    #[must_use]
    pub const fn is_deprecated(self) -> bool {
        self.has(format::DEPRECATED)
    }

    /// Whether only another version of the provider than the one described has it.
    #[must_use]
    pub const fn is_other_version(self) -> bool {
        self.has(format::OTHER_VERSION)
    }

    /// Whether the provider fills it in when it is absent, as with `blob_properties` of a storage
    /// account. Provider schemas themselves have no flag for this.
    #[must_use]
    pub const fn is_filled_in(self) -> bool {
        self.has(format::FILLED_IN)
    }

    const fn has(self, mark: u8) -> bool {
        self.record[5] & mark != 0
    }
}

/// The record with this name among records that begin with their name and stand in its order.
fn find<const N: usize>(records: &'static [[u8; N]], name: &str) -> Option<&'static [u8; N]> {
    let key = |record: &[u8; N]| table::name_bytes(table::number(record, 0)).cmp(name.as_bytes());
    records.binary_search_by(key).ok().and_then(|at| records.get(at))
}

/// Names only; the contents may be large.
impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attributes = self.attributes().map(Attribute::name);
        f.debug_list().entries(attributes.chain(self.blocks().map(NestedBlock::name))).finish()
    }
}

impl fmt::Debug for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attribute({})", self.name())
    }
}

impl fmt::Debug for NestedBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NestedBlock({})", self.name())
    }
}
