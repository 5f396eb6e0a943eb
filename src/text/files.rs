//! The one door to files: what loads configuration asks [`Files`], never the disk.
//!
//! Paths are text with forward slashes. The disk behind the door lives in `cli`.

use std::collections::BTreeMap;

/// Why a file or folder could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing stands at the path.
    #[error("no such file or folder")]
    NotFound,
    /// The file is larger than this program reads (4 GiB).
    #[error("larger than 4 GiB")]
    TooLarge,
    /// The system's own words.
    #[error("{0}")]
    Other(String),
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The name without its folder.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// Files by path, from the disk or from memory.
pub trait Files: Sync {
    /// The bytes of a file.
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError>;
    /// What stands in a folder, sorted by name.
    fn list(&self, folder: &str) -> Result<Vec<Entry>, ReadError>;
}

/// Files held in memory, by path. For tests, standard input and unsaved buffers.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles(BTreeMap<String, Vec<u8>>);

impl MemoryFiles {
    /// Adds or replaces a file.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.insert(path.into(), bytes.into());
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.0.get(path).cloned().ok_or(ReadError::NotFound)
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, ReadError> {
        let prefix = match folder {
            "" | "." => String::new(),
            folder => format!("{}/", folder.trim_end_matches('/')),
        };
        let mut entries: Vec<Entry> = self
            .0
            .keys()
            .filter_map(|path| path.strip_prefix(&prefix))
            .map(|rest| match rest.split_once('/') {
                Some((name, _)) => Entry { name: name.to_owned(), is_folder: true },
                None => Entry { name: rest.to_owned(), is_folder: false },
            })
            .collect();
        entries.dedup();
        if entries.is_empty() { Err(ReadError::NotFound) } else { Ok(entries) }
    }
}
