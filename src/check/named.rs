//! Files that were named one by one, as hooks and editors do: which root modules read them, and where
//! findings are told then.
//!
//! Modules are judged through their callers, so a file stands for its folder, and that for the roots
//! that lead to it, looked for in the whole repository around the file. A file that is gone stands
//! for its folder, too: what it took with it shows in the files that are left.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::finding::{Material, Note};
use crate::policy::{PolicySet, is_policy_file};
use crate::terraform::config::{is_read_beside, roots};
use crate::text::{Files, ReadError, folder_of};

use super::callers::Callers;
use super::inputs::is_excluded;
use super::within::{Within, plain};

/// What kind of file a name is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedKind {
    /// Blocks of a module.
    Configuration,
    /// Values for variables.
    Values,
    /// Policies.
    Policy,
}

/// How much is told of files that were named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Around {
    /// What stands in them or comes from them.
    #[default]
    File,
    /// What concerns the modules that they belong to.
    Module,
    /// Everything in the root modules that lead to them.
    Root,
}

/// The files that were named, and what must be known about them.
pub struct Naming<'n> {
    /// The paths.
    pub paths: &'n [String],
    /// How much is told.
    pub around: Around,
    /// Files and folders that do not count; may hold `*`.
    pub exclude: &'n [String],
    /// The names of the folders that lead to the working folder, the uppermost first.
    pub here: Vec<String>,
    /// The files of values that a root module is given besides those that lie in its folder.
    pub values: &'n dyn Fn(&str) -> Vec<String>,
}

/// What the files stand for.
#[derive(Debug, Default)]
pub struct Named {
    /// The root modules to check, sorted.
    pub roots: Vec<String>,
    /// Where findings are told; `None` for everywhere.
    pub within: Option<Within>,
    /// Files of policies: they need only be right.
    pub policies: Vec<String>,
    /// What is to be said about the files themselves.
    pub diagnostics: Vec<Diagnostic>,
    /// What no root module leads to.
    pub not_checked: Vec<Note>,
}

/// What a file of this name holds, if it can be named by itself.
#[must_use]
pub fn named_kind(path: &str) -> Option<NamedKind> {
    let ends = |ends: &[&str]| ends.iter().any(|end| path.ends_with(end));
    if ends(&[".tf", ".tf.json", ".tofu", ".tofu.json"]) {
        Some(NamedKind::Configuration)
    } else if ends(&[".tfvars", ".tfvars.json"]) {
        Some(NamedKind::Values)
    } else if is_policy_file(path) {
        Some(NamedKind::Policy)
    } else {
        None
    }
}

/// Finds the root modules that read the files, and where findings are to be told.
#[must_use]
pub fn named(files: &dyn Files, naming: &Naming<'_>) -> Named {
    let mut found = Search {
        naming,
        files,
        named: Named::default(),
        within: Within::default(),
        given: OnceCell::new(),
    };
    found.within.here.clone_from(&naming.here);
    let asked = found.asked();
    let modules = asked.iter().filter(|file| file.kind != NamedKind::Policy);
    let folders: BTreeSet<String> = modules.map(|file| file.folder.clone()).collect();
    let callers = Callers::find(files, folders, naming.exclude, &naming.here);
    for file in asked {
        found.add(&file, &callers);
    }
    let Search { mut named, within, .. } = found;
    named.roots.sort();
    named.roots.dedup();
    named.within = (naming.around != Around::Root).then_some(within);
    named
}

/// Reads files of policies, and tells what is wrong with them. Those of one folder share inputs and
/// local values, so that each is read among the others.
pub fn read_policies(files: &dyn Files, paths: &[String], material: &mut Material) {
    let folders: BTreeSet<String> = paths.iter().map(|path| folder_of(path)).collect();
    for folder in folders {
        let mut said = Vec::new();
        PolicySet::default().load(&folder, files, &mut material.sources, &mut said);
        said.retain(|said| {
            let at = said.at.as_ref().map(|label| material.sources.path(label.span.file));
            at.is_none_or(|path| paths.iter().any(|named| named == path))
        });
        material.diagnostics.append(&mut said);
    }
}

/// A file that was named.
struct Asked {
    path: String,
    folder: String,
    kind: NamedKind,
    is_there: bool,
}

impl Asked {
    /// Whether a root module reads such a file unasked when it lies in its folder.
    fn is_read_unasked(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        match self.kind {
            NamedKind::Configuration => true,
            NamedKind::Values => is_read_beside(name),
            NamedKind::Policy => false,
        }
    }
}

/// The answer while it is put together.
struct Search<'f> {
    naming: &'f Naming<'f>,
    files: &'f dyn Files,
    named: Named,
    within: Within,
    given: OnceCell<Vec<(String, BTreeSet<String>)>>,
}

impl Search<'_> {
    /// The files that count.
    fn asked(&mut self) -> Vec<Asked> {
        let mut asked = Vec::with_capacity(self.naming.paths.len());
        let paths: BTreeSet<String> =
            self.naming.paths.iter().map(|path| plain(path, &self.within.here)).collect();
        for path in paths {
            let Some(kind) = named_kind(&path) else { continue };
            if is_excluded(&path, self.naming.exclude) {
                let note = format!("`{path}` is not checked: the settings leave it out");
                self.named.diagnostics.push(Diagnostic::note(note));
                continue;
            }
            let is_there = !matches!(self.files.read_up_to(&path, 0), Err(ReadError::NotFound));
            asked.push(Asked { folder: folder_of(&path), path, kind, is_there });
        }
        asked
    }

    fn add(&mut self, file: &Asked, callers: &Callers) {
        if file.kind == NamedKind::Policy {
            if file.is_there {
                self.named.policies.push(file.path.clone());
                self.within.files.insert(file.path.clone());
            }
            return;
        }
        let roots = self.roots(file, callers);
        match (file.is_there, roots.is_empty()) {
            (true, false) => {}
            (true, true) => self.gap(file, "no root module reads it"),
            (false, true) => {
                self.gap(file, "it does not exist, and no root module leads to its folder")
            }
            (false, false) => {
                let message =
                    format!("`{}` does not exist; its folder is checked instead", file.path);
                self.named.diagnostics.push(Diagnostic::note(message));
            }
        }
        self.named.roots.extend(roots);
        if file.is_there {
            self.within.files.insert(file.path.clone());
        }
        if !file.is_there || self.naming.around == Around::Module {
            self.within.folders.insert(file.folder.clone());
        }
    }

    fn roots(&self, file: &Asked, callers: &Callers) -> Vec<String> {
        match file.kind {
            // What editors leave behind is called like configuration, and is none.
            NamedKind::Configuration
                if roots::folders(std::slice::from_ref(&file.path)).is_empty() =>
            {
                Vec::new()
            }
            NamedKind::Configuration => callers.roots_of(&file.folder),
            NamedKind::Values => {
                let own = callers.roots_of(&file.folder);
                let own =
                    own.into_iter().filter(|root| file.is_read_unasked() && *root == file.folder);
                let given = self.given.get_or_init(|| self.given(callers));
                let given = given.iter().filter(|(_, values)| values.contains(&file.path));
                own.chain(given.map(|(root, _)| root.clone())).collect()
            }
            NamedKind::Policy => Vec::new(),
        }
    }

    /// The files of values that each root module is given.
    fn given(&self, callers: &Callers) -> Vec<(String, BTreeSet<String>)> {
        let here = &self.within.here;
        let values = |root: &String| {
            let paths = (self.naming.values)(root);
            paths.iter().map(|path| plain(path, here)).collect()
        };
        callers.roots().map(|root| (root.clone(), values(root))).collect()
    }

    fn gap(&mut self, file: &Asked, why: &str) {
        let note = Note { what: file.path.clone(), why: why.to_owned(), at: None };
        self.named.not_checked.push(note);
    }
}
