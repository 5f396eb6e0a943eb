//! The settings of a root module: the nearest file upward.

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
    let mut folder = config::join(folder, "");
    for _ in 0..MOST {
        let path = join(&folder, NAME);
        match files.read(&path) {
            Ok(_) => return Some(path),
            Err(ReadError::NotFound) => {}
            // What is there and cannot be read must not be passed over.
            Err(ReadError::TooLarge(_) | ReadError::Other(_)) => return Some(path),
        }
        // In a worktree and in a submodule it is a file.
        let git = join(&folder, ".git");
        if files.is_folder(&git) || files.read(&git).is_ok() || folder == "/" {
            return None;
        }
        folder = config::join(&folder, "..");
    }
    None
}

/// A path below a folder; what is absolute stays.
pub(super) fn join(folder: &str, path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { config::join(folder, path) }
}
