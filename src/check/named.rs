//! Files that were named one by one, as hooks and editors do: which root modules read them, and where
//! findings are told then.
//!
//! Modules are judged through their callers, so a file stands for its folder, and that for the roots
//! that lead to it, looked for in the whole repository around the file. A file that is gone stands
//! for its folder, too: what it took with it shows in the files that are left.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Diagnostic;
use crate::finding::{Material, Note};
use crate::policy::PolicySet;
use crate::terraform::config::{self, Library, is_read_beside, join};
use crate::text::{Entry, Files, ReadError, Sources, Walk};

use super::inputs::{is_excluded, shown};
use super::within::{Within, shortened};

/// The folders above a file that are looked into for the top of its repository.
const MOST: usize = 64;

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
    } else if path.ends_with(".policy.hcl") {
        Some(NamedKind::Policy)
    } else {
        None
    }
}

/// Finds the root modules that read the files, and where findings are to be told.
#[must_use]
pub fn named(files: &dyn Files, naming: &Naming<'_>) -> Named {
    let mut found = Search { naming, files, named: Named::default(), within: Within::default() };
    found.within.here.clone_from(&naming.here);
    let asked = found.asked();
    let callers = Callers::find(files, naming, &asked);
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
}

impl Search<'_> {
    /// The files that count.
    fn asked(&mut self) -> Vec<Asked> {
        let mut asked = Vec::with_capacity(self.naming.paths.len());
        let paths: BTreeSet<String> = self
            .naming
            .paths
            .iter()
            .map(|path| shortened(&join(path, ""), &self.within.here))
            .collect();
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
            NamedKind::Configuration => callers.roots_of(&file.folder),
            NamedKind::Values => {
                let own = callers.roots_of(&file.folder);
                let own =
                    own.into_iter().filter(|root| file.is_read_unasked() && *root == file.folder);
                let is_given = |root: &&String| {
                    let values = (self.naming.values)(root);
                    values
                        .iter()
                        .any(|path| shortened(&join(path, ""), &self.within.here) == file.path)
                };
                own.chain(callers.roots().filter(is_given).cloned()).collect()
            }
            NamedKind::Policy => Vec::new(),
        }
    }

    fn gap(&mut self, file: &Asked, why: &str) {
        let note = Note { what: file.path.clone(), why: why.to_owned(), at: None };
        self.named.not_checked.push(note);
    }
}

/// Which modules call which, around the files.
#[derive(Default)]
struct Callers {
    /// Folders that hold configuration.
    modules: BTreeSet<String>,
    /// Those that call a folder.
    of: BTreeMap<String, BTreeSet<String>>,
}

impl Callers {
    fn find(files: &dyn Files, naming: &Naming<'_>, asked: &[Asked]) -> Self {
        let asked = asked.iter().filter(|file| file.kind != NamedKind::Policy);
        let mut folders: BTreeSet<String> = asked.map(|file| file.folder.clone()).collect();
        let tops: BTreeSet<String> = folders.iter().map(|folder| top(files, folder)).collect();
        for top in tops {
            // What cannot be looked into is told when a root module leads there.
            let walk = files.walk(shown(&top)).unwrap_or_default();
            let counts = |path: &String| {
                !is_excluded(&shortened(&join(path, ""), &naming.here), naming.exclude)
            };
            let paths: Vec<String> = walk.files.into_iter().filter(counts).collect();
            folders.extend(config::roots::folders(&paths));
        }
        let mut library = Library::default();
        let folders: Vec<String> = folders.into_iter().collect();
        library.load(&folders, &CallsOnly(files), &mut Sources::default(), &mut Vec::new());
        let mut callers = Self::default();
        for folder in library.folders() {
            let caller = shortened(folder, &naming.here);
            for (called, _) in library.calls(folder) {
                let called = shortened(&called, &naming.here);
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
    fn roots(&self) -> impl Iterator<Item = &String> {
        self.modules.iter().filter(|folder| !self.of.contains_key(*folder))
    }

    /// The roots that lead to a folder: itself when nobody calls it. Of modules that only call each
    /// other in a circle the first stands for all.
    fn roots_of(&self, folder: &str) -> Vec<String> {
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

fn folder_of(path: &str) -> String {
    match path.rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
        None => String::new(),
    }
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
