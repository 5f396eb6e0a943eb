//! Which suppressions a run can tell to be needed by nothing.
//!
//! What stands in settings, or in a module, may be for root modules that are not part of the run. Only
//! where the run has searched a folder in whole is everything below it looked at.

use crate::check::{Input, Options};
use crate::text::{Files, plain};

/// The folders that a run has searched.
pub(in crate::check) struct Whole {
    folders: Vec<String>,
}

impl Whole {
    /// Those among the inputs, and those that the inputs were found in.
    pub(in crate::check) fn of(options: &Options, files: &dyn Files) -> Self {
        let named = options.inputs.iter().filter_map(|input| match input {
            Input::Path(path) => files.is_folder(path).then_some(path),
            Input::Root(_) | Input::Bytes { .. } => None,
        });
        Self { folders: options.searched.iter().chain(named).map(|path| plain(path)).collect() }
    }

    /// The folders, for parts of a run that name their root modules.
    pub(in crate::check) fn into_folders(self) -> Vec<String> {
        self.folders
    }

    /// Whether everything that a file could be about is part of the run. Roots that were named are those
    /// that read the files in question; settings may be for others.
    pub(super) fn covers(&self, path: &str, is_settings: bool) -> bool {
        if self.folders.is_empty() {
            return !is_settings;
        }
        let path = plain(path);
        self.folders.iter().any(|folder| is_below(&path, folder))
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    match folder {
        "" => !path.starts_with('/') && path != ".." && !path.starts_with("../"),
        "/" => path.starts_with('/'),
        folder => path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')),
    }
}
