//! The settings of a root module: the nearest file upward.

use std::collections::BTreeMap;

use crate::terraform::config;
use crate::text::{Files, ReadError};

/// The name of the file.
pub const NAME: &str = "planward.hcl";
/// Folders that are looked into; `..` of the uppermost folder is that folder again.
const MOST: usize = 64;

/// The path of the nearest settings file, from a folder upward to the one that holds `.git`, or else to
/// the uppermost.
#[must_use]
pub fn find(files: &dyn Files, folder: &str) -> Option<String> {
    Finder::new(files).find(folder)
}

/// Looks for the settings of many folders; each folder on their ways is looked into once.
pub struct Finder<'f> {
    files: &'f dyn Files,
    found: BTreeMap<String, Option<String>>,
}

impl<'f> Finder<'f> {
    /// One that has looked nowhere yet.
    #[must_use]
    pub fn new(files: &'f dyn Files) -> Self {
        Self { files, found: BTreeMap::new() }
    }

    /// See [`find`].
    pub fn find(&mut self, folder: &str) -> Option<String> {
        let mut folder = config::join(folder, "");
        let (mut passed, mut found) = (Vec::new(), None);
        for _ in 0..MOST {
            if let Some(known) = self.found.get(&folder) {
                found.clone_from(known);
                break;
            }
            let (own, is_last) = self.look(&folder);
            let above = config::join(&folder, "..");
            passed.push(std::mem::replace(&mut folder, above));
            if own.is_some() || is_last {
                found = own;
                break;
            }
        }
        self.found.extend(passed.into_iter().map(|folder| (folder, found.clone())));
        found
    }

    /// The settings in a folder, and whether nothing above it counts.
    fn look(&self, folder: &str) -> (Option<String>, bool) {
        let path = join(folder, NAME);
        match self.files.read(&path) {
            Ok(_) => return (Some(path), true),
            Err(ReadError::NotFound) => {}
            // What is there and cannot be read must not be passed over.
            Err(ReadError::TooLarge(_) | ReadError::Other(_)) => return (Some(path), true),
        }
        // In a worktree and in a submodule it is a file.
        let git = join(folder, ".git");
        (None, self.files.is_folder(&git) || self.files.read(&git).is_ok() || folder == "/")
    }
}

/// A path below a folder; what is absolute stays.
pub(super) fn join(folder: &str, path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { config::join(folder, path) }
}
