//! From folders to modules: reads and parses a root module and every module it calls from disk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::diag::{Diagnostic, Level, Problem};
use crate::hcl::{self, Expr, ExprId, Kind, Tree};
use crate::text::{FileId, Files, ReadError, Sources, Span, join};

use super::documents;
use super::files::{self, Chosen};
use super::installed::Manifest;
use super::limits::Limits;
use super::module::{BlockRef, Module};
use super::parsed::{Parsed, Syntax};
use super::roots;
use super::shapes::{CONFIGURATION, VALUES};
use super::trees::Trees;

/// Everything read from disk for one run: modules by folder. Modules that several roots share are
/// read once.
#[derive(Debug, Default)]
pub struct Library {
    /// How much is read and evaluated.
    pub limits: Limits,
    /// What was parsed before.
    pub(super) parsed: Option<Parsed>,
    /// The parsed files.
    pub trees: Trees,
    modules: BTreeMap<String, Arc<Module>>,
    missing: BTreeSet<String>,
    /// The folders that local calls of each folder's module lead to.
    calls: BTreeMap<String, Vec<(String, Span)>>,
    /// Files of variable values by folder, in the order in which they apply.
    variable_files: BTreeMap<String, Vec<FileId>>,
    lock_files: BTreeMap<String, FileId>,
    /// Documents and templates by path.
    documents: BTreeMap<String, FileId>,
    /// Which of them a call may read, by the call's file and number.
    read_by: BTreeMap<(FileId, ExprId), BTreeSet<FileId>>,
    /// Files of values that were named.
    given_files: Vec<FileId>,
    /// Files that could not be read whole.
    damaged: BTreeSet<FileId>,
    /// The selected workspace by root module.
    workspaces: BTreeMap<String, String>,
    /// What was installed for root modules.
    pub(super) manifests: BTreeMap<String, Manifest>,
    /// The installed modules that a call leads to, over all roots.
    pub(super) installed: BTreeMap<BlockRef, BTreeSet<String>>,
}

/// Where a module call's source leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder on disk.
    Local(String),
    /// From a registry or another address.
    Remote(String),
    /// Not a literal string.
    NotLiteral,
}

impl Library {
    /// An empty library for reading so much.
    #[must_use]
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// The same with what was parsed before.
    #[must_use]
    pub fn with_parsed(self, parsed: Option<Parsed>) -> Self {
        Self { parsed, ..self }
    }

    /// The module of a folder that was loaded.
    #[must_use]
    pub fn module(&self, folder: &str) -> Option<&Arc<Module>> {
        self.modules.get(folder)
    }

    /// Files of variable values beside a root module.
    #[must_use]
    pub fn variable_files(&self, folder: &str) -> &[FileId] {
        self.variable_files.get(folder).map_or(&[], Vec::as_slice)
    }

    /// Files of values that were named, for all root modules.
    #[must_use]
    pub fn given_files(&self) -> &[FileId] {
        &self.given_files
    }

    /// The documents and templates that a call may read, as far as they were loaded.
    pub fn read_by(&self, call: Expr<'_>) -> impl Iterator<Item = FileId> {
        let read = self.read_by.get(&(call.tree().file(), call.id()));
        read.into_iter().flatten().copied()
    }

    /// Whether a file could not be read whole.
    pub(super) fn is_damaged(&self, file: FileId) -> bool {
        self.damaged.contains(&file)
    }

    /// The dependency lock file of a root module.
    #[must_use]
    pub fn lock_file(&self, folder: &str) -> Option<FileId> {
        self.lock_files.get(folder).copied()
    }

    /// The workspace that is selected in a root module's folder.
    #[must_use]
    pub fn workspace(&self, folder: &str) -> Option<&str> {
        self.workspaces.get(folder).map(String::as_str)
    }

    /// A document or template that was loaded.
    #[must_use]
    pub(super) fn document(&self, path: &str) -> Option<FileId> {
        self.documents.get(path).copied()
    }

    /// Loads the module in `folder` and all local modules below it in the call tree, and the root's
    /// variable files and lock file.
    pub fn load_root(
        &mut self,
        folder: &str,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        self.load(&[folder.to_owned()], files, sources, diagnostics);
        self.load_beside(folder, files, sources, diagnostics);
    }

    /// Loads the modules in folders and all local modules that they call, directly or through others.
    pub fn load(
        &mut self,
        folders: &[String],
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let mut open: Vec<(String, Option<Span>)> =
            folders.iter().map(|folder| (folder.clone(), None)).collect();
        while !open.is_empty() {
            let called = self.load_batch(open, files, sources, diagnostics);
            open = called.into_iter().map(|(folder, at)| (folder, Some(at))).collect();
        }
    }

    /// The folders of all modules that were loaded, sorted.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.modules.keys().map(String::as_str)
    }

    /// The folders of the local and installed modules that a folder's module calls, and where it says so.
    #[must_use]
    pub fn calls(&self, folder: &str) -> Vec<(String, Span)> {
        let Some(module) = self.module(folder) else { return Vec::new() };
        let mut calls = self.calls.get(folder).cloned().unwrap_or_default();
        for call in module.calls.values() {
            let Some(source) = self.trees.attribute(*call, "source") else { continue };
            let folders = self.installed.get(call).into_iter().flatten();
            calls.extend(folders.map(|folder| (folder.clone(), source.span())));
        }
        calls
    }

    /// The folders that a call leads to in one root or another, as far as they are on disk.
    pub fn folders_of<'l>(
        &'l self,
        module: &Module,
        call: &BlockRef,
    ) -> impl Iterator<Item = String> + use<'l> {
        let local = match self.source(module, call) {
            Source::Local(folder) => Some(folder),
            Source::Remote(_) | Source::NotLiteral => None,
        };
        local.into_iter().chain(self.installed.get(call).into_iter().flatten().cloned())
    }

    /// Whether a folder was loaded, or could not be.
    pub(super) fn is_tried(&self, folder: &str) -> bool {
        self.modules.contains_key(folder) || self.missing.contains(folder)
    }

    /// Loads folders that are not loaded yet, all their files at once; gives the calls found in them.
    pub(super) fn load_batch(
        &mut self,
        folders: Vec<(String, Option<Span>)>,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<(String, Span)> {
        let mut new: Vec<(String, Chosen)> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut paths = Vec::new();
        for (folder, called_at) in folders {
            if self.is_tried(&folder) || !seen.insert(folder.clone()) {
                continue;
            }
            match files::choose(&folder, files) {
                Ok(chosen) => {
                    diagnostics.extend(chosen.notes());
                    paths.extend(chosen.primary.iter().chain(&chosen.overrides).cloned());
                    new.push((folder, chosen));
                }
                Err(why) => {
                    diagnostics.push(no_module(&folder, &why, called_at));
                    self.missing.insert(folder);
                }
            }
        }
        let ids = self.parse_all(&paths, files, sources, diagnostics);
        let mut rest = ids.as_slice();
        let mut called = Vec::new();
        for (folder, chosen) in new {
            let (own, overrides);
            (own, rest) = rest.split_at(chosen.primary.len());
            (overrides, rest) = rest.split_at(chosen.overrides.len());
            let (module, layers) =
                Module::collect(&folder, own, overrides, &self.trees, diagnostics);
            for (declared, over) in layers {
                self.trees.lay_over(declared, over);
            }
            let calls = self.local_calls(&module);
            called.extend(calls.iter().cloned());
            self.calls.insert(folder.clone(), calls);
            self.modules.insert(folder, Arc::new(module));
        }
        called
    }

    /// Loads what stands beside a root module: its variable files, its lock file, and what was installed
    /// for it.
    pub fn load_beside(
        &mut self,
        folder: &str,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Ok(entries) = files.list(if folder.is_empty() { "." } else { folder }) else { return };
        let paths = files::variable_files(folder, &entries);
        let ids = self.parse_all(&paths, files, sources, diagnostics);
        self.variable_files.insert(folder.to_owned(), ids);
        if entries.iter().any(|entry| entry.name == ".terraform.lock.hcl") {
            let path = join(folder, ".terraform.lock.hcl");
            let ids = self.parse_all(&[path], files, sources, diagnostics);
            if let Some(&id) = ids.first() {
                self.lock_files.insert(folder.to_owned(), id);
            }
        }
        // `terraform workspace select` writes it; most folders do not have it.
        if let Ok(selected) = read(files, &join(folder, ".terraform/environment"), 1 << 12) {
            let selected = selected.trim();
            if !selected.is_empty() {
                self.workspaces.insert(folder.to_owned(), selected.to_owned());
            }
        }
        self.load_installed(folder, files, sources, diagnostics);
        self.load_documents(folder, files, sources, diagnostics);
    }

    /// Loads the documents and templates that a root module and its modules name.
    fn load_documents(
        &mut self,
        root: &str,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let folders = roots::reachable(self, &[root.to_owned()]);
        let mut named: BTreeMap<String, bool> = BTreeMap::new();
        let mut calls: Vec<((FileId, ExprId), String)> = Vec::new();
        for module in folders.iter().filter_map(|folder| self.module(folder)) {
            for &(file, call) in &module.readers {
                let Some(tree) = self.trees.tree(file) else { continue };
                let reads = documents::named(root, &module.folder, tree.expr(call));
                let Some((path, is_template)) = reads else { continue };
                let path = documents::resolve(root, &path);
                if documents::lies_in(&path, folders.iter().map(String::as_str)) {
                    *named.entry(path.clone()).or_default() |= is_template;
                    calls.push(((file, call), path));
                }
            }
        }
        for (path, is_template) in named {
            if self.documents.contains_key(&path) {
                continue;
            }
            // A file that is missing or no text is told where it is read.
            let Ok(text) = read(files, &path, self.limits.file_bytes) else { continue };
            if !is_template && !documents::is_document(&text) {
                continue;
            }
            let file = sources.add(path.as_str(), text.clone());
            let (tree, complaints) = match is_template {
                true => hcl::parse_template(file, text),
                false => (Tree::of_text(file, text), Vec::new()),
            };
            diagnostics.extend(complaints);
            self.trees.add(tree);
            self.documents.insert(path, file);
        }
        for (call, path) in calls {
            if let Some(&document) = self.documents.get(&path) {
                self.read_by.entry(call).or_default().insert(document);
            }
        }
    }

    /// Loads files of variable values that were named; gives them in that order.
    pub fn load_values(
        &mut self,
        paths: &[String],
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<FileId> {
        let ids = self.parse_all(paths, files, sources, diagnostics);
        self.given_files.extend(&ids);
        ids
    }

    /// Reads and parses files in parallel; numbers them in the order of their paths. One that cannot
    /// be read has a number, but no tree.
    fn parse_all(
        &mut self,
        paths: &[String],
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<FileId> {
        let most = self.limits.file_bytes;
        let texts: Vec<_> = paths.par_iter().map(|path| read(files, path, most)).collect();
        let mut ids = Vec::with_capacity(paths.len());
        let mut added = Vec::with_capacity(paths.len());
        for (path, text) in paths.iter().zip(texts) {
            match text {
                Ok(text) => {
                    let file = sources.add(path.as_str(), text.clone());
                    ids.push(file);
                    added.push((path, file, text));
                }
                Err(Problem { message, hint, .. }) => {
                    let file = sources.add(path.as_str(), "");
                    ids.push(file);
                    self.damaged.insert(file);
                    let diagnostic = Diagnostic::error(message).at(Span::new(file, 0, 0));
                    diagnostics.push(Diagnostic { hint, ..diagnostic });
                }
            }
        }
        let parsed: Vec<_> =
            added.into_par_iter().map(|(path, file, text)| self.parse(path, file, text)).collect();
        for (tree, complaints) in parsed {
            if complaints.iter().any(|complaint| complaint.level == Level::Error) {
                self.damaged.insert(tree.file());
            }
            diagnostics.extend(complaints);
            self.trees.add(tree);
        }
        ids
    }

    fn parse(&self, path: &str, file: FileId, text: Arc<str>) -> (Tree, Vec<Diagnostic>) {
        let name = path.rsplit('/').next().unwrap_or(path);
        let syntax = match (files::is_json(name), files::is_configuration(name)) {
            (false, _) => Syntax::Native,
            (true, true) => Syntax::Json,
            (true, false) => Syntax::JsonValues,
        };
        match &self.parsed {
            Some(parsed) => parsed.tree(file, &text, syntax, || parse(syntax, file, &text)),
            None => parse(syntax, file, &text),
        }
    }

    fn local_calls(&self, module: &Module) -> Vec<(String, Span)> {
        let mut calls = Vec::new();
        for call in module.calls.values() {
            let Some(attribute) = self.trees.attribute(*call, "source") else { continue };
            if let Source::Local(folder) = self.source(module, call) {
                calls.push((folder, attribute.span()));
            }
        }
        calls
    }

    /// Where a module call's source leads.
    #[must_use]
    pub fn source(&self, module: &Module, call: &BlockRef) -> Source {
        let attribute = self.trees.attribute(*call, "source");
        let Some(attribute) = attribute else { return Source::NotLiteral };
        let Kind::String(source) = attribute.expr().kind() else { return Source::NotLiteral };
        if source.starts_with("./") || source.starts_with("../") || source == "." || source == ".."
        {
            Source::Local(join(&module.folder, &source))
        } else {
            Source::Remote(source.into_owned())
        }
    }
}

fn parse(syntax: Syntax, file: FileId, text: &Arc<str>) -> (Tree, Vec<Diagnostic>) {
    match syntax {
        Syntax::Native => hcl::parse(file, text.clone()),
        Syntax::Json => hcl::parse_json(file, text, &CONFIGURATION),
        Syntax::JsonValues => hcl::parse_json(file, text, &VALUES),
    }
}

pub(super) fn read(files: &dyn Files, path: &str, most: usize) -> Result<Arc<str>, Problem> {
    let bytes = files.read_up_to(path, most).map_err(|error| {
        let problem = Problem::new(format!("cannot be read: {error}"));
        match error {
            ReadError::TooLarge(_) => problem.with_hint("`--limit file-bytes=N` reads more"),
            ReadError::NotFound | ReadError::Other(_) => problem,
        }
    })?;
    hcl::decode(bytes).map(Arc::from).map_err(|problem| Problem::new(problem.to_string()))
}

fn no_module(folder: &str, why: &ReadError, called_at: Option<Span>) -> Diagnostic {
    let shown = if folder.is_empty() { "." } else { folder };
    let message = format!("module folder `{shown}` cannot be read: {why}");
    match called_at {
        Some(span) => Diagnostic::error(message)
            .at(span)
            .with_hint("the source of a local module is a folder relative to the calling module"),
        None => Diagnostic::error(message),
    }
}
