//! Root modules as a baseline has them: seen from the folder of its file, so that the file means the same
//! wherever planward is run.

use super::environment;
use super::settings::Part;
use crate::check::{self, Input};
use crate::finding::{Report, Rest};
use crate::text::{Files, folder_of, join, plain, seen_from};

/// The folder of a baseline, and the working folder; both from the root of the disk.
pub(super) struct Home {
    folder: String,
    here: String,
}

impl Home {
    /// The home of the roots in a file.
    pub(super) fn of(path: &str) -> Self {
        let here = format!("/{}", environment::here().join("/"));
        Self { folder: absolute(&here, &folder_of(path)), here }
    }

    /// A root as the file has it; what stands nowhere, such as standard input, keeps its name.
    pub(super) fn place(&self, root: &str) -> String {
        if root == "-" {
            return root.to_owned();
        }
        let seen = seen_from(&self.folder, &absolute(&self.here, root));
        if seen.is_empty() { ".".to_owned() } else { seen }
    }

    /// What has become of a root of the file that the run did not judge.
    pub(super) fn rest(
        &self,
        root: &str,
        files: &dyn Files,
        report: &Report,
        parts: &[Part],
    ) -> Rest {
        let folder = absolute(&self.folder, root);
        let is_read = |path| self.place(&folder_of(path)) == root;
        let is_module = report.sources.files().any(|file| is_read(report.sources.path(file)));
        let seen = seen_from(&self.here, &folder);
        if !is_module && check::holds_configuration(files, &seen) {
            return Rest::There;
        }
        let mut inputs = parts.iter().flat_map(|part| &part.options.inputs);
        let is_searched = inputs.any(|input| match input {
            Input::Path(path) => {
                files.is_folder(path) && is_below(&folder, &absolute(&self.here, path))
            }
            Input::Root(_) | Input::Bytes { .. } => false,
        });
        if is_searched { Rest::Gone } else { Rest::Elsewhere }
    }
}

fn absolute(folder: &str, path: &str) -> String {
    if path.starts_with('/') { plain(path) } else { join(folder, path) }
}

fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
