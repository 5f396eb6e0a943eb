//! From folders to modules: reads and parses a root module and every module it calls from disk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::diag::Diagnostic;
use crate::hcl::{self, Kind};
use crate::text::{FileId, Files, ReadError, Sources, Span};
use crate::value::{Cause, Reason};

use super::module::Module;
use super::trees::Trees;

/// Everything read from disk for one run: modules by folder. Modules that several roots share are
/// read once.
#[derive(Debug, Default)]
pub struct Library {
    /// The parsed files.
    pub trees: Trees,
    modules: BTreeMap<String, Arc<Module>>,
    missing: BTreeSet<String>,
    /// Files of variable values by folder, in the order in which they apply.
    variable_files: BTreeMap<String, Vec<FileId>>,
    lock_files: BTreeMap<String, FileId>,
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

    /// The dependency lock file of a root module.
    #[must_use]
    pub fn lock_file(&self, folder: &str) -> Option<FileId> {
        self.lock_files.get(folder).copied()
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
        self.load_calls(folder, files, sources, diagnostics);
        self.load_beside(folder, files, sources, diagnostics);
    }

    fn load_calls(
        &mut self,
        folder: &str,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let mut open = vec![(folder.to_owned(), None)];
        while let Some((folder, called_at)) = open.pop() {
            if self.modules.contains_key(&folder) {
                continue;
            }
            if self.missing.contains(&folder) {
                continue;
            }
            match self.load_module(&folder, files, sources, diagnostics) {
                Ok(module) => {
                    for (call, at) in self.local_calls(&module) {
                        open.push((call, Some(at)));
                    }
                    self.modules.insert(folder, Arc::new(module));
                }
                Err(why) => {
                    diagnostics.push(no_module(&folder, &why, called_at));
                    self.missing.insert(folder);
                }
            }
        }
    }

    fn load_module(
        &mut self,
        folder: &str,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Module, ReadError> {
        let entries = files.list(if folder.is_empty() { "." } else { folder })?;
        let names: Vec<String> = entries
            .into_iter()
            .filter(|entry| !entry.is_folder && is_configuration(&entry.name))
            .map(|entry| join(folder, &entry.name))
            .collect();
        let ids = self.parse_all(&names, files, sources, diagnostics);
        Ok(Module::collect(folder, &ids, &self.trees, diagnostics))
    }

    fn load_beside(
        &mut self,
        folder: &str,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Ok(entries) = files.list(if folder.is_empty() { "." } else { folder }) else { return };
        let names: Vec<&str> =
            entries.iter().filter(|e| !e.is_folder).map(|e| e.name.as_str()).collect();
        let first = names.iter().filter(|&&name| name == "terraform.tfvars");
        let rest = names.iter().filter(|name| name.ends_with(".auto.tfvars"));
        let paths: Vec<String> = first.chain(rest).map(|name| join(folder, name)).collect();
        let ids = self.parse_all(&paths, files, sources, diagnostics);
        self.variable_files.insert(folder.to_owned(), ids);
        if names.contains(&".terraform.lock.hcl") {
            let path = join(folder, ".terraform.lock.hcl");
            let ids = self.parse_all(&[path], files, sources, diagnostics);
            if let Some(&id) = ids.first() {
                self.lock_files.insert(folder.to_owned(), id);
            }
        }
    }

    /// Reads and parses files in parallel; numbers them in the order of their paths.
    fn parse_all(
        &mut self,
        paths: &[String],
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<FileId> {
        let texts: Vec<_> = paths.par_iter().map(|path| read(files, path)).collect();
        let mut added = Vec::with_capacity(paths.len());
        for (path, text) in paths.iter().zip(texts) {
            match text {
                Ok(text) => {
                    let file = sources.add(path.as_str(), text.clone());
                    added.push((file, text));
                }
                Err(message) => {
                    let file = sources.add(path.as_str(), "");
                    diagnostics.push(Diagnostic::error(message).at(Span::new(file, 0, 0)));
                }
            }
        }
        let parsed: Vec<_> =
            added.into_par_iter().map(|(file, text)| hcl::parse(file, text)).collect();
        let mut ids = Vec::with_capacity(parsed.len());
        for (tree, complaints) in parsed {
            ids.push(tree.file());
            diagnostics.extend(complaints);
            self.trees.add(tree);
        }
        ids
    }

    fn local_calls(&self, module: &Module) -> Vec<(String, Span)> {
        let mut calls = Vec::new();
        for call in module.calls.values().rev() {
            let Some(block) = call.of(&self.trees) else { continue };
            let Some(attribute) = block.body().attribute("source") else { continue };
            if let Source::Local(folder) = self.source(module, call) {
                calls.push((folder, attribute.span()));
            }
        }
        calls
    }

    /// Where a module call's source leads.
    #[must_use]
    pub fn source(&self, module: &Module, call: &super::BlockRef) -> Source {
        let attribute =
            call.of(&self.trees).and_then(|block| block.body().attribute("source"));
        let Some(attribute) = attribute else { return Source::NotLiteral };
        let Kind::String(source) = attribute.expr().kind() else { return Source::NotLiteral };
        if source.starts_with("./") || source.starts_with("../") || source == "." || source == ".." {
            Source::Local(join(&module.folder, &source))
        } else {
            Source::Remote(source.into_owned())
        }
    }

    /// The module calls below a root module that lead to no module on disk: whatever these modules hold
    /// is missing from the configuration.
    #[must_use]
    pub fn missing_modules(&self, folder: &str) -> Vec<Reason> {
        let mut missing = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![(folder.to_owned(), String::new())];
        while let Some((folder, path)) = open.pop() {
            let Some(module) = self.modules.get(&folder) else { continue };
            if !seen.insert(folder) {
                continue;
            }
            for (name, call) in &module.calls {
                let name = format!("{path}module.{name}");
                match self.source(module, call) {
                    Source::Local(folder) if self.modules.contains_key(&folder) => {
                        open.push((folder, format!("{name}.")));
                    }
                    Source::Local(_) | Source::Remote(_) | Source::NotLiteral => {
                        let at = call.of(&self.trees).map(|block| block.header_span());
                        missing.push(Reason::new(Cause::ModuleNotOnDisk, name, at));
                    }
                }
            }
        }
        missing.sort();
        missing
    }
}

fn read(files: &dyn Files, path: &str) -> Result<Arc<str>, String> {
    let bytes = files.read(path).map_err(|error| format!("cannot be read: {error}"))?;
    hcl::decode(bytes).map(Arc::from).map_err(|problem| problem.to_string())
}

fn is_configuration(name: &str) -> bool {
    let hidden = name.starts_with('.') || name.starts_with('#') || name.ends_with('~');
    name.ends_with(".tf") && !hidden
}

/// `folder/path` with `.` and `..` resolved as text.
#[must_use]
pub fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if folder.starts_with('/') { format!("/{joined}") } else { joined }
}

fn no_module(folder: &str, why: &ReadError, called_at: Option<Span>) -> Diagnostic {
    let message = format!("module folder `{folder}` cannot be read: {why}");
    match called_at {
        Some(span) => Diagnostic::error(message)
            .at(span)
            .with_hint("the source of a local module is a folder relative to the calling module"),
        None => Diagnostic::error(message),
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn joins_as_text() {
        assert_eq!(join("", "./modules/a"), "modules/a");
        assert_eq!(join("modules/a", "../b/"), "modules/b");
        assert_eq!(join("", "../b"), "../b");
        assert_eq!(join("../a", "../../b"), "../../b");
        assert_eq!(join("/x/y", "../z"), "/x/z");
    }
}
