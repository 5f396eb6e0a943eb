//! Files with one of them as an editor holds it: saved or not, there or not yet.

use super::files::{Entry, Files, ReadError, Walk};
use super::paths::plain;

/// Other files, and the text that stands in place of one of them.
pub struct Overlay<'f> {
    below: &'f dyn Files,
    path: String,
    bytes: Vec<u8>,
}

impl<'f> Overlay<'f> {
    /// `bytes` in place of the file at `path`. What is named otherwise, through a link or from the root
    /// of the disk, is another file.
    #[must_use]
    pub fn new(below: &'f dyn Files, path: &str, bytes: Vec<u8>) -> Self {
        Self { below, path: plain(path), bytes }
    }

    /// The path from a folder, where it leads into it.
    fn from<'p>(&'p self, folder: &str) -> Option<&'p str> {
        let folder = plain(folder);
        match folder.as_str() {
            "" => (!self.path.starts_with('/') && !self.path.starts_with("../"))
                .then_some(self.path.as_str()),
            "/" => self.path.strip_prefix('/'),
            folder => self.path.strip_prefix(folder)?.strip_prefix('/'),
        }
    }
}

impl Files for Overlay<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if plain(path) == self.path { Ok(self.bytes.clone()) } else { self.below.read(path) }
    }

    fn read_up_to(&self, path: &str, most: usize) -> Result<Vec<u8>, ReadError> {
        if plain(path) != self.path {
            return self.below.read_up_to(path, most);
        }
        let is_more = self.bytes.len() > most;
        if is_more { Err(ReadError::TooLarge(most as u64)) } else { Ok(self.bytes.clone()) }
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, ReadError> {
        let Some(rest) = self.from(folder) else { return self.below.list(folder) };
        let mut entries = match self.below.list(folder) {
            Err(ReadError::NotFound) => Vec::new(),
            listed => listed?,
        };
        let (name, is_folder) =
            rest.split_once('/').map_or((rest, false), |(folder, _)| (folder, true));
        if !entries.iter().any(|entry| entry.name == name) {
            entries.push(Entry { name: name.to_owned(), is_folder });
            entries.sort();
        }
        Ok(entries)
    }

    fn is_folder(&self, path: &str) -> bool {
        self.below.is_folder(path) || self.from(path).is_some()
    }

    /// The file is there even if it would be ignored: whoever edits it wants it.
    fn walk(&self, folder: &str) -> Result<Walk, ReadError> {
        let Some(rest) = self.from(folder) else { return self.below.walk(folder) };
        let mut walk = match self.below.walk(folder) {
            Err(ReadError::NotFound) => Walk::default(),
            walked => walked?,
        };
        let is_there = |path: &String| plain(path) == self.path;
        if !walk.files.iter().any(is_there) {
            let folder = folder.trim_end_matches('/');
            walk.files.push(match folder {
                "" | "." => rest.to_owned(),
                folder => format!("{folder}/{rest}"),
            });
            walk.files.sort();
        }
        Ok(walk)
    }
}

impl std::fmt::Debug for Overlay<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Overlay").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::MemoryFiles;

    fn disk() -> MemoryFiles {
        let mut files = MemoryFiles::default();
        files.insert("a/main.tf", "old");
        files.insert("b/main.tf", "other");
        files
    }

    #[test]
    fn it_stands_in_place_of_the_file() {
        let disk = disk();
        let files = Overlay::new(&disk, "./a/main.tf", b"new".to_vec());
        assert_eq!(files.read("a/main.tf"), Ok(b"new".to_vec()));
        assert_eq!(files.read("b/../a/main.tf"), Ok(b"new".to_vec()));
        assert_eq!(files.read("b/main.tf"), Ok(b"other".to_vec()));
        assert_eq!(files.read_up_to("a/main.tf", 2), Err(ReadError::TooLarge(2)));
        assert_eq!(files.list("a"), disk.list("a"));
        assert_eq!(files.walk("."), disk.walk("."));
    }

    #[test]
    fn a_file_that_is_not_there_yet_is() {
        let disk = disk();
        let files = Overlay::new(&disk, "new/deep/x.tf", Vec::new());
        let names = |folder: &str| {
            let entries = files.list(folder).unwrap();
            entries.into_iter().map(|e| (e.name, e.is_folder)).collect::<Vec<_>>()
        };
        assert_eq!(names("new/deep"), [("x.tf".to_owned(), false)]);
        assert_eq!(names("new"), [("deep".to_owned(), true)]);
        assert_eq!(names("").last(), Some(&("new".to_owned(), true)));
        assert!(files.is_folder("new/deep") && !files.is_folder("new/deep/x.tf"));
        let walked = files.walk(".").unwrap().files;
        assert_eq!(walked, ["a/main.tf", "b/main.tf", "new/deep/x.tf"]);
        assert_eq!(files.walk("new/").unwrap().files, ["new/deep/x.tf"]);
        assert_eq!(files.walk("none"), Err(ReadError::NotFound));
    }
}
