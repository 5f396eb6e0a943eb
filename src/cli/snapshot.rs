//! The disk, remembered: files are read once, and again only when they change.
//!
//! Nothing tells of changes; what was asked for is looked at again. A few hundred files take about a
//! millisecond, and it works the same on every system and on every kind of disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::clock;
use super::disk::{DiskFiles, Stamp, walk_through};
use crate::text::{Entry, Files, ReadError, Walk};

/// What the disk said when it was asked.
#[derive(Debug, Default)]
pub(super) struct Snapshot(Mutex<Said>);

#[derive(Debug, Default)]
struct Said {
    files: BTreeMap<String, Answer<Vec<u8>>>,
    folders: BTreeMap<String, Answer<Vec<Entry>>>,
    walks: BTreeMap<String, Answer<Walk>>,
    are_folders: BTreeMap<String, (bool, bool)>,
}

/// An answer, and what it rests on.
#[derive(Clone, Debug)]
struct Answer<T> {
    said: Result<T, ReadError>,
    stamps: Vec<(PathBuf, Option<Stamp>)>,
    is_used: bool,
}

impl<T: PartialEq> Answer<T> {
    /// Whether the disk has something else now. What changed just before it was read may have changed
    /// again without a sign.
    fn is_stale(&mut self, ask: impl FnOnce() -> Result<T, ReadError>) -> bool {
        let mut is_fresh = false;
        for (path, stamp) in &self.stamps {
            if Stamp::of(path) != *stamp {
                return true;
            }
            let changed = stamp.and_then(|stamp| stamp.changed);
            is_fresh |= changed.is_some_and(clock::is_just_now);
        }
        is_fresh && self.said != ask()
    }
}

impl Snapshot {
    /// Forgets what has changed on disk since; whether anything has.
    pub(super) fn refresh(&self) -> bool {
        let mut said = self.said();
        let before = said.len();
        said.files.retain(|path, answer| !answer.is_stale(|| DiskFiles.read(path)));
        said.folders.retain(|path, answer| !answer.is_stale(|| DiskFiles.list(path)));
        said.walks.retain(|path, answer| !answer.is_stale(|| DiskFiles.walk(path)));
        said.are_folders.retain(|path, (is, _)| DiskFiles.is_folder(path) == *is);
        said.len() != before
    }

    /// Forgets what was not asked for since the last time.
    pub(super) fn tidy(&self) {
        let mut said = self.said();
        said.files.retain(|_, answer| std::mem::take(&mut answer.is_used));
        said.folders.retain(|_, answer| std::mem::take(&mut answer.is_used));
        said.walks.retain(|_, answer| std::mem::take(&mut answer.is_used));
        said.are_folders.retain(|_, (_, is_used)| std::mem::take(is_used));
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was said, or is said now. Others may ask meanwhile.
    fn ask<T: Clone>(
        &self,
        path: &str,
        kept: fn(&mut Said) -> &mut BTreeMap<String, Answer<T>>,
        ask: impl FnOnce(&mut Vec<PathBuf>) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        if let Some(answer) = kept(&mut self.said()).get_mut(path) {
            answer.is_used = true;
            return answer.said.clone();
        }
        // The stamp comes first: what changes in between is read again.
        let own = on_disk(path);
        let stamp = Stamp::of(&own);
        let mut others = Vec::new();
        let said = ask(&mut others);
        let stamps = others.into_iter().map(|path| (Stamp::of(&path), path));
        let stamps = stamps.map(|(stamp, path)| (path, stamp)).chain([(own, stamp)]).collect();
        let answer = Answer { said: said.clone(), stamps, is_used: true };
        kept(&mut self.said()).insert(path.to_owned(), answer);
        said
    }
}

impl Said {
    fn len(&self) -> usize {
        self.files.len() + self.folders.len() + self.walks.len() + self.are_folders.len()
    }
}

fn on_disk(path: &str) -> PathBuf {
    Path::new(if path.is_empty() { "." } else { path }).to_path_buf()
}

impl Files for Snapshot {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.ask(path, |said| &mut said.files, |_| DiskFiles.read(path))
    }

    /// No file is read in both ways, so one that is too large is so for [`Files::read`], too.
    fn read_up_to(&self, path: &str, most: usize) -> Result<Vec<u8>, ReadError> {
        if let Some(answer) = self.said().files.get_mut(path) {
            answer.is_used = true;
            let is_more = answer.said.as_ref().is_ok_and(|bytes| bytes.len() > most);
            return if is_more {
                Err(ReadError::TooLarge(most as u64))
            } else {
                answer.said.clone()
            };
        }
        self.ask(path, |said| &mut said.files, |_| DiskFiles.read_up_to(path, most))
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, ReadError> {
        self.ask(folder, |said| &mut said.folders, |_| DiskFiles.list(folder))
    }

    fn is_folder(&self, path: &str) -> bool {
        if let Some((is, is_used)) = self.said().are_folders.get_mut(path) {
            *is_used = true;
            return *is;
        }
        let is = DiskFiles.is_folder(path);
        self.said().are_folders.insert(path.to_owned(), (is, true));
        is
    }

    fn walk(&self, folder: &str) -> Result<Walk, ReadError> {
        self.ask(
            folder,
            |said| &mut said.walks,
            |entered| {
                if !DiskFiles.is_folder(folder) {
                    return Err(ReadError::NotFound);
                }
                let walk = walk_through(folder, &mut |path| entered.push(path.to_path_buf()));
                // What is ignored changes with these.
                let ignores = walk.files.iter().filter(|path| path.ends_with("ignore"));
                entered.extend(ignores.map(PathBuf::from));
                Ok(walk)
            },
        )
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_change_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let text = |name: &str| path(name).to_str().unwrap().to_owned();
        fs::create_dir(path("sub")).unwrap();
        fs::write(path("a.tf"), "1").unwrap();
        let snapshot = Snapshot::default();
        let look = || {
            let walk = snapshot.walk(folder.path().to_str().unwrap()).unwrap();
            let _ = snapshot.read(&text("a.tf"));
            let _ = snapshot.read(&text("none.tf"));
            let _ = snapshot.list(&text("sub"));
            snapshot.is_folder(&text("later"));
            snapshot.tidy();
            walk.files.len()
        };
        assert_eq!(look(), 1);
        assert!(!snapshot.refresh());
        let changed = |what: &str, change: &dyn Fn()| {
            change();
            assert!(snapshot.refresh(), "{what}");
            look();
            assert!(!snapshot.refresh(), "{what}, twice");
        };
        // The same length, twice at once.
        changed("text", &|| fs::write(path("a.tf"), "2").unwrap());
        changed("text again", &|| fs::write(path("a.tf"), "3").unwrap());
        changed("by rename", &|| {
            fs::write(path("a.tf~"), "4").unwrap();
            fs::rename(path("a.tf~"), path("a.tf")).unwrap();
        });
        changed("in a folder", &|| fs::write(path("sub/b.tf"), "").unwrap());
        changed("a file that was missed", &|| fs::write(path("none.tf"), "").unwrap());
        changed("a folder", &|| fs::create_dir(path("later")).unwrap());
        changed("gone", &|| fs::remove_file(path("a.tf")).unwrap());
        assert_eq!(look(), 2);
    }
}
