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
    /// The file has more bytes than are read of it.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
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

/// What stands below a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Paths of all files, sorted; they begin with the folder's own path.
    pub files: Vec<String>,
    /// Folders that could not be looked into, and why.
    pub unreadable: Vec<(String, ReadError)>,
}

/// Files by path, from the disk or from memory.
pub trait Files: Sync {
    /// The bytes of a file.
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError>;
    /// The same of a file that may have so many bytes; of a larger one no more is read.
    fn read_up_to(&self, path: &str, most: usize) -> Result<Vec<u8>, ReadError> {
        let bytes = self.read(path)?;
        if bytes.len() > most { Err(ReadError::TooLarge(most as u64)) } else { Ok(bytes) }
    }
    /// What stands in a folder, sorted by name.
    fn list(&self, folder: &str) -> Result<Vec<Entry>, ReadError>;
    /// Whether a folder stands at the path.
    fn is_folder(&self, path: &str) -> bool;
    /// All files below a folder, except in hidden and git-ignored folders (which leaves out
    /// `.terraform`, `.terragrunt-cache` and `.git`). Links to folders are not followed. The folder
    /// itself may be hidden or ignored: whoever names it wants it.
    fn walk(&self, folder: &str) -> Result<Walk, ReadError>;
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
        let prefix = prefix(folder);
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

    fn is_folder(&self, path: &str) -> bool {
        let prefix = prefix(path);
        self.0.keys().any(|path| path.starts_with(&prefix))
    }

    /// By name alone: nothing in memory is git-ignored.
    fn walk(&self, folder: &str) -> Result<Walk, ReadError> {
        if !self.is_folder(folder) {
            return Err(ReadError::NotFound);
        }
        let prefix = prefix(folder);
        let is_shown = |path: &&String| {
            let folders = path.strip_prefix(&prefix).map(|rest| rest.split('/').rev().skip(1));
            folders.is_some_and(|mut names| !names.any(|name| name.starts_with('.')))
        };
        let files = self.0.keys().filter(is_shown).cloned().collect();
        Ok(Walk { files, unreadable: Vec::new() })
    }
}

/// What the paths in a folder begin with.
fn prefix(folder: &str) -> String {
    match folder {
        "" | "." => String::new(),
        folder => format!("{}/", folder.trim_end_matches('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_past_hidden_folders() {
        let mut files = MemoryFiles::default();
        for path in ["b.tf", "a/x.tf", "a/.terraform/m/y.tf", ".github/z.tf", "ab/c.tf", ".lock"] {
            files.insert(path, "");
        }
        let below = |folder: &str| files.walk(folder).map(|walk| walk.files);
        let owned = |paths: &[&str]| Ok(paths.iter().map(|&path| path.to_owned()).collect());
        assert_eq!(below("."), owned(&[".lock", "a/x.tf", "ab/c.tf", "b.tf"]));
        assert_eq!(below("a/"), owned(&["a/x.tf"]));
        assert_eq!(below(".github"), owned(&[".github/z.tf"]));
        assert_eq!(below("nothing"), Err(ReadError::NotFound));
        assert!(files.is_folder("a/.terraform") && !files.is_folder("a/x.tf"));
    }
}
