//! The embedded tables, read in place: opening costs nothing and nothing is allocated.
//!
//! The build writes them (`build/schemas.rs`), so a number that leads nowhere cannot occur; it would
//! read as an empty record rather than panic.

/// Records by number.
pub(super) struct Table {
    index: &'static [u8],
    records: &'static [u8],
}

macro_rules! table {
    ($name:literal) => {
        Table {
            index: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".index")),
            records: include_bytes!(concat!(env!("OUT_DIR"), "/", $name)),
        }
    };
}

const NAMES: Table = table!("names");
pub(super) const TYPES: Table = table!("types");
pub(super) const BLOCKS: Table = table!("blocks");
pub(super) const DEFAULTS: Table = table!("defaults");
pub(super) const PROVIDERS: Table = table!("providers");
pub(super) const ENTRIES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/entries"));

impl Table {
    /// The record with this number.
    pub(super) fn record(&self, id: u16) -> &'static [u8] {
        let at = usize::from(id) * 4;
        self.records.get(self.offset(at)..self.offset(at + 4)).unwrap_or_default()
    }

    /// Number of records.
    pub(super) const fn len(&self) -> usize {
        (self.index.len() / 4).saturating_sub(1)
    }

    /// Bytes of the table.
    #[cfg(test)]
    pub(super) const fn size(&self) -> usize {
        self.index.len() + self.records.len()
    }

    fn offset(&self, at: usize) -> usize {
        let bytes = self.index.get(at..).and_then(<[u8]>::first_chunk::<4>);
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
    }
}

/// The text with this number.
pub(super) fn name(id: u16) -> &'static str {
    std::str::from_utf8(NAMES.record(id)).unwrap_or_default()
}

/// The text's bytes, whose order is that of the names.
pub(super) fn name_bytes(id: u16) -> &'static [u8] {
    NAMES.record(id)
}

/// The number at an offset of a record.
pub(super) fn number(record: &[u8], at: usize) -> u16 {
    let bytes = record.get(at..).and_then(<[u8]>::first_chunk::<2>);
    bytes.map_or(0, |bytes| u16::from_le_bytes(*bytes))
}

/// Bytes of all tables.
#[cfg(test)]
pub(super) const SIZE: usize = NAMES.size()
    + TYPES.size()
    + BLOCKS.size()
    + DEFAULTS.size()
    + PROVIDERS.size()
    + ENTRIES.len();
