//! The files of a commit, in the place of those on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::Changes;
use super::program::Batch;
use crate::cli::disk::DiskFiles;
use crate::diag::Diagnostic;
use crate::text::{Entry, Files, ReadError, Walk, folder_of, join, plain};

/// Links that are followed inside a revision.
const LINKS: usize = 8;

/// A file of a commit.
pub(super) struct Blob {
    /// What git calls its content.
    pub id: String,
    /// Whether the content is where it leads.
    pub is_link: bool,
}

/// Files as a commit has them. What git does not keep, such as downloaded modules, is as it is now.
pub(in crate::cli) struct Revision<'c> {
    top: String,
    down: String,
    blobs: BTreeMap<String, Blob>,
    folders: BTreeSet<String>,
    changes: &'c Changes,
    batch: Mutex<Batch>,
}

impl<'c> Revision<'c> {
    /// The files under their names from the working folder; with the top of the repository from the root of
    /// the disk, and the way from there to the working folder.
    pub(super) fn new(
        (top, down): (String, String),
        blobs: BTreeMap<String, Blob>,
        changes: &'c Changes,
    ) -> Result<Self, Diagnostic> {
        let mut folders = BTreeSet::new();
        for path in blobs.keys() {
            let mut folder = folder_of(path);
            while folders.insert(folder.clone()) && !folder.is_empty() && !folder.ends_with("..") {
                folder = join(&folder, "..");
            }
        }
        let batch = Mutex::new(Batch::start()?);
        Ok(Self { top, down, blobs, folders, changes, batch })
    }
}

impl Revision<'_> {
    /// The name under which a path is kept here.
    fn known(&self, path: &str) -> String {
        let path = plain(path);
        match path.strip_prefix(&self.top).and_then(|rest| rest.strip_prefix('/')) {
            Some(rest) => {
                let depth = self.down.split('/').filter(|name| !name.is_empty()).count();
                shortened(&"../".repeat(depth), &self.down, rest)
            }
            None => path,
        }
    }

    fn blob(&self, path: &str) -> Option<Result<Vec<u8>, ReadError>> {
        let mut path = self.known(path);
        for _ in 0..LINKS {
            let blob = self.blobs.get(&path)?;
            let bytes = self.batch.lock().unwrap_or_else(PoisonError::into_inner).read(&blob.id);
            let Ok(bytes) = bytes else {
                return Some(Err(ReadError::Other("git does not give it".to_owned())));
            };
            if !blob.is_link {
                return Some(Ok(bytes));
            }
            path = join(&folder_of(&path), &String::from_utf8_lossy(&bytes));
        }
        Some(Err(ReadError::Other("too many links".to_owned())))
    }

    fn is_new(&self, path: &str) -> bool {
        self.changes.new.contains(&self.known(path))
    }

    /// Whether there is nothing in a folder but what is new.
    fn is_new_folder(&self, folder: &str) -> bool {
        let folder = self.known(folder);
        let inside = |path: &String| {
            folder.is_empty()
                || path.strip_prefix(&folder).is_some_and(|rest| rest.starts_with('/'))
        };
        !self.folders.contains(&folder) && self.changes.new.iter().any(inside)
    }
}

impl Files for Revision<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        match self.blob(path) {
            Some(read) => read,
            None if self.is_new(path) => Err(ReadError::NotFound),
            None => DiskFiles.read(path),
        }
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, ReadError> {
        let own = self.known(folder);
        let mut entries: BTreeMap<String, bool> = BTreeMap::new();
        let prefix = if own.is_empty() { String::new() } else { format!("{own}/") };
        let below =
            self.blobs.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
        for (path, _) in below {
            let rest = &path[prefix.len()..];
            let (name, is_folder) =
                rest.split_once('/').map_or((rest, false), |(name, _)| (name, true));
            // `../x` does not lie in the working folder.
            if name != ".." {
                entries.insert(name.to_owned(), is_folder);
            }
        }
        let listed = DiskFiles.list(folder);
        if entries.is_empty() && (listed.is_err() || self.is_new_folder(folder)) {
            return listed.and(Err(ReadError::NotFound));
        }
        for entry in listed.unwrap_or_default() {
            let path = join(&own, &entry.name);
            let is_new =
                if entry.is_folder { self.is_new_folder(&path) } else { self.is_new(&path) };
            if !is_new {
                entries.entry(entry.name).or_insert(entry.is_folder);
            }
        }
        Ok(entries.into_iter().map(|(name, is_folder)| Entry { name, is_folder }).collect())
    }

    fn is_folder(&self, path: &str) -> bool {
        let known = self.known(path);
        self.folders.contains(&known)
            || !self.blobs.contains_key(&known)
                && DiskFiles.is_folder(path)
                && !self.is_new_folder(path)
    }

    /// Nobody searches the past: the folders to look into are known.
    fn walk(&self, folder: &str) -> Result<Walk, ReadError> {
        DiskFiles.walk(folder)
    }
}

/// `up/path` without the way up and back down again.
pub(super) fn shortened(up: &str, down: &str, path: &str) -> String {
    let mut ups = up.split('/').filter(|part| !part.is_empty()).count();
    let mut rest = path;
    for name in down.split('/').filter(|name| !name.is_empty()) {
        match rest.strip_prefix(name).and_then(|after| after.strip_prefix('/')) {
            Some(after) => (rest, ups) = (after, ups.saturating_sub(1)),
            None => break,
        }
    }
    format!("{}{rest}", "../".repeat(ups))
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn paths_from_the_working_folder() {
        assert_eq!(shortened("", "", "a/main.tf"), "a/main.tf");
        assert_eq!(shortened("../..", "infra/app", "infra/app/main.tf"), "main.tf");
        assert_eq!(shortened("../../", "infra/app/", "infra/net/main.tf"), "../net/main.tf");
        assert_eq!(shortened("..", "infra", "infra.tf"), "../infra.tf");
    }
}
