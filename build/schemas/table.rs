//! Records, each stored once, named by their number.

use std::collections::HashMap;
use std::path::Path;

use super::format;

/// Records and an index of where each begins.
#[derive(Default)]
pub(crate) struct Table {
    ids: HashMap<Vec<u8>, u16>,
    index: Vec<u8>,
    records: Vec<u8>,
}

impl Table {
    /// The number of a record, the same for equal ones, in the order of first sight.
    pub(crate) fn intern(&mut self, record: &[u8]) -> u16 {
        if let Some(&known) = self.ids.get(record) {
            return known;
        }
        let new = id(self.ids.len(), "records of one kind");
        assert!(new < format::COMPUTED, "the last numbers have meanings of their own");
        self.index.extend(self.end());
        self.records.extend(record);
        self.ids.insert(record.to_vec(), new);
        new
    }

    /// Writes `NAME.index`, with one offset more than records, and `NAME`.
    pub(crate) fn write(&self, folder: &Path, name: &str) {
        let mut index = self.index.clone();
        index.extend(self.end());
        write(&folder.join(format!("{name}.index")), &index);
        write(&folder.join(name), &self.records);
    }

    fn end(&self) -> [u8; 4] {
        u32::try_from(self.records.len()).expect("tables stay under 4 GB").to_le_bytes()
    }
}

/// A number that fits the layout, which is to be widened when facts outgrow it.
pub(crate) fn id(number: usize, of: &str) -> u16 {
    u16::try_from(number).unwrap_or_else(|_| panic!("{number} {of} do not fit in 16 bits"))
}

#[expect(clippy::disallowed_methods, reason = "a build script writes files")]
pub(crate) fn write(path: &Path, bytes: &[u8]) {
    if let Err(error) = std::fs::write(path, bytes) {
        panic!("{}: {error}", path.display());
    }
}
