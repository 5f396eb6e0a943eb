//! What was given: folders, searched for configuration, and files, which are taken for plans.

use crate::diag::Diagnostic;
use crate::policy::Pattern;
use crate::terraform::config::{join, roots};
use crate::terraform::plan::{InputKind, recognise};
use crate::text::{Files, ReadError};

use super::named::{NamedKind, named_kind};
use super::{Input, Options, Source};

/// The inputs as they were found.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// Folders that hold configuration, in the order in which they were found.
    pub found: Vec<String>,
    /// Folders that the user named.
    pub named: Vec<String>,
    /// Files, in the order in which they were given.
    pub plans: Vec<PlanFile>,
    /// Plans that lie in a folder that is checked, and were not given.
    pub unused_plans: Vec<Diagnostic>,
}

/// A file that was given.
#[derive(Debug)]
pub(super) struct PlanFile {
    /// Its path as the user wrote it.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Whether it was given as the plan of the folders.
    pub of_folders: bool,
}

/// A folder as people write it: the working folder is `.`.
pub(super) fn shown(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}

/// Reads files and searches folders. An input that is wrong gives an error, and the others are read.
pub(super) fn read(
    files: &dyn Files,
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> Inputs {
    let mut given = Inputs::default();
    let mut walked = Vec::new();
    for input in &options.inputs {
        match input {
            Input::Root(folder) => {
                given.found.push(folder.clone());
                given.named.push(folder.clone());
            }
            Input::Path(path) if files.is_folder(path) => {
                walked.extend(given.folder(path, options, files, diagnostics));
            }
            Input::Path(path) => given.file(path, false, files, diagnostics),
            Input::Bytes { name, bytes } => given.bytes(name, bytes, false),
        }
    }
    match &options.plan {
        Some(Input::Path(path)) => given.file(path, true, files, diagnostics),
        Some(Input::Bytes { name, bytes }) => given.bytes(name, bytes, true),
        Some(Input::Root(_)) => {}
        None => {}
    }
    given.note_unused_plans(&walked, options, files);
    given
}

impl Inputs {
    /// Searches a folder; gives the paths of all its files.
    fn folder(
        &mut self,
        path: &str,
        options: &Options,
        files: &dyn Files,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<String> {
        let mut walk = match files.walk(path) {
            Ok(walk) => walk,
            Err(why) => {
                diagnostics.push(unreadable(path, &why));
                return Vec::new();
            }
        };
        diagnostics.extend(walk.unreadable.iter().map(|(path, why)| unreadable(path, why)));
        walk.files.retain(|path| !is_excluded(&join(path, ""), &options.exclude));
        let found = roots::folders(&walk.files);
        if found.is_empty() {
            let message = format!("no configuration (`*.tf`) was found in `{path}`");
            diagnostics.push(Diagnostic::error(message).with_hint(
                "hidden and git-ignored folders are searched only when they are named themselves",
            ));
        }
        let named = join(path, "");
        if found.contains(&named) && !self.named.contains(&named) {
            self.named.push(named);
        }
        for folder in found {
            if !self.found.contains(&folder) {
                self.found.push(folder);
            }
        }
        walk.files
    }

    fn file(
        &mut self,
        path: &str,
        of_folders: bool,
        files: &dyn Files,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        if self.plans.iter().any(|plan| plan.name == path) {
            return;
        }
        match files.read(path) {
            Ok(_) if named_kind(path).is_some_and(|kind| kind != NamedKind::Policy) => {
                let message = format!("`{path}` is one file of a configuration");
                let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
                let hint = format!("name its folder, `{folder}`");
                diagnostics.push(Diagnostic::error(message).with_hint(hint));
            }
            Ok(bytes) => self.plans.push(PlanFile { name: path.to_owned(), bytes, of_folders }),
            Err(why) => diagnostics.push(unreadable(path, &why)),
        }
    }

    fn bytes(&mut self, name: &str, bytes: &[u8], of_folders: bool) {
        self.plans.push(PlanFile { name: name.to_owned(), bytes: bytes.to_vec(), of_folders });
    }

    /// A plan that lies there may be older than the files around it, so it is never used unasked.
    fn note_unused_plans(&mut self, walked: &[String], options: &Options, files: &dyn Files) {
        for path in walked {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let is_candidate = name.contains("plan")
                && name.ends_with(".json")
                && self.found.iter().any(|found| found == folder)
                && !self.plans.iter().any(|plan| join(&plan.name, "") == *path);
            if !is_candidate || options.source == Source::Without {
                continue;
            }
            let Ok(bytes) = files.read(path) else { continue };
            if matches!(recognise(&bytes).kind, InputKind::Plan | InputKind::PlanRendering) {
                let message = format!("`{path}` is a plan; it was not used");
                let hint = format!("add `--plan {path}` to check it together with its source");
                self.unused_plans.push(Diagnostic::note(message).with_hint(hint));
            }
        }
    }
}

/// Whether a path, or a folder above it, is one of these.
pub(super) fn is_excluded(path: &str, exclude: &[String]) -> bool {
    exclude.iter().any(|text| {
        let pattern = Pattern::new(text);
        let above = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        pattern.matches(path) || above.into_iter().any(|folder| pattern.matches(folder))
    })
}

fn unreadable(path: &str, why: &ReadError) -> Diagnostic {
    Diagnostic::error(match why {
        ReadError::NotFound => format!("`{path}` does not exist"),
        ReadError::TooLarge(_) | ReadError::Other(_) => format!("`{path}` cannot be read: {why}"),
    })
}
