//! Who calls a module: the other way round from what configurations say, in a whole repository.
//!
//! For each module that somebody names its callers must be known, and nothing else: files without the
//! word `module` are read, but not parsed.

use std::collections::{BTreeMap, BTreeSet};

use crate::terraform::config::{self, Library, join};
use crate::text::{Entry, Files, ReadError, Sources, Walk};

use super::inputs::{is_excluded, shown};
use super::within::{plain, shortened};

/// The folders above a module that are looked into for the top of its repository.
const MOST: usize = 64;

/// Which modules call which, around some folders.
#[derive(Default)]
pub(super) struct Callers {
    /// Folders that hold configuration.
    modules: BTreeSet<String>,
    /// Those that call a folder.
    of: BTreeMap<String, BTreeSet<String>>,
}

impl Callers {
    /// Reads all configuration of the repositories around the folders, except what is excluded.
    pub(super) fn find(
        files: &dyn Files,
        folders: BTreeSet<String>,
        exclude: &[String],
        here: &[String],
    ) -> Self {
        let tops: BTreeSet<String> = folders.iter().map(|folder| top(files, folder)).collect();
        let mut folders = folders;
        for top in tops {
            // What cannot be looked into is told when a root module leads there.
            let walk = files.walk(shown(&top)).unwrap_or_default();
            let counts = |path: &String| !is_excluded(&plain(path, here), exclude);
            let paths: Vec<String> = walk.files.into_iter().filter(counts).collect();
            folders.extend(config::roots::folders(&paths));
        }
        let mut library = Library::default();
        let folders: Vec<String> = folders.into_iter().collect();
        library.load(&folders, &CallsOnly(files), &mut Sources::default(), &mut Vec::new());
        let mut callers = Self::default();
        for folder in library.folders() {
            let caller = shortened(folder, here);
            for (called, _) in library.calls(folder) {
                let called = shortened(&called, here);
                if called != caller {
                    callers.of.entry(called).or_default().insert(caller.clone());
                }
            }
            if library.module(folder).is_some_and(|module| !module.files.is_empty()) {
                callers.modules.insert(caller);
            }
        }
        callers
    }

    /// The modules that nobody calls.
    pub(super) fn roots(&self) -> impl Iterator<Item = &String> {
        self.modules.iter().filter(|folder| !self.of.contains_key(*folder))
    }

    /// The roots that lead to a folder: itself when nobody calls it. Of modules that only call each
    /// other in a circle the first stands for all.
    pub(super) fn roots_of(&self, folder: &str) -> Vec<String> {
        let mut above = BTreeSet::new();
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            if !above.contains(&folder) {
                open.extend(self.of.get(&folder).into_iter().flatten().cloned());
                above.insert(folder);
            }
        }
        above.retain(|folder| self.modules.contains(folder));
        let roots: Vec<String> =
            above.iter().filter(|folder| !self.of.contains_key(*folder)).cloned().collect();
        if roots.is_empty() { above.into_iter().take(1).collect() } else { roots }
    }
}

/// The uppermost folder of the repository around a folder; without one the working folder, when the
/// folder lies there, or else the folder itself.
fn top(files: &dyn Files, folder: &str) -> String {
    let mut above = folder.to_owned();
    for _ in 0..MOST {
        let git = join(&above, ".git");
        // In a worktree and in a submodule it is a file.
        if files.is_folder(&git) || files.read(&git).is_ok() {
            return above;
        }
        if above == "/" {
            break;
        }
        above = join(&above, "..");
    }
    let is_below = !folder.starts_with('/') && !folder.starts_with("..");
    if is_below { String::new() } else { folder.to_owned() }
}

/// Files for finding calls alone: what has no word of a call reads as empty and costs nothing to parse.
struct CallsOnly<'f>(&'f dyn Files);

impl Files for CallsOnly<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let bytes = self.0.read(path)?;
        let is_calling = memchr::memmem::find(&bytes, b"module").is_some();
        Ok(match (is_calling, path.ends_with(".json")) {
            (true, _) => bytes,
            (false, true) => b"{}".to_vec(),
            (false, false) => Vec::new(),
        })
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, ReadError> {
        self.0.list(folder)
    }

    fn is_folder(&self, path: &str) -> bool {
        self.0.is_folder(path)
    }

    fn walk(&self, folder: &str) -> Result<Walk, ReadError> {
        self.0.walk(folder)
    }
}
