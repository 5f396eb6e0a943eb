//! Finds the configuration that a plan was made from, so that findings can point into files.
//!
//! A folder is a plan's source when it declares every resource and module call that the plan's
//! `configuration` names. Only then are the two joined: a plan beside other files is checked alone.

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::finding::Material;
use crate::terraform::config::{self, Library, Module, join};
use crate::terraform::plan;
use crate::text::Files;

use super::plans::Decoded;
use super::{Options, Source};

/// For each plan the folder of its source, which is then loaded.
pub(super) fn sources(
    library: &mut Library,
    plans: &[Decoded<'_>],
    roots: &[String],
    options: &Options,
    files: &dyn Files,
    material: &mut Material,
) -> Vec<Option<String>> {
    let mut search = Search { library, files, material, held_back: BTreeMap::new() };
    plans
        .iter()
        .map(|plan| match &options.source {
            Source::Without => None,
            Source::Folder(folder) => search.named(plan, folder),
            Source::Search => search.around(plan, roots),
        })
        .collect()
}

struct Search<'s> {
    library: &'s mut Library,
    files: &'s dyn Files,
    material: &'s mut Material,
    /// What is wrong in folders that were only looked at; told when a plan is joined with them.
    held_back: BTreeMap<String, Vec<Diagnostic>>,
}

impl Search<'_> {
    /// The folder the user named, whether or not all of the plan is there.
    fn named(&mut self, plan: &Decoded<'_>, folder: &str) -> Option<String> {
        if !self.files.is_folder(folder) {
            let message = format!("`{folder}` is not a folder that can be read");
            self.material.diagnostics.push(Diagnostic::error(message));
            return None;
        }
        let root = join(folder, "");
        self.load(&root);
        if self.library.module(&root).is_none_or(|module| module.files.is_empty()) {
            let message = format!("no configuration (`*.tf`) was found in `{folder}`");
            self.material.diagnostics.push(Diagnostic::error(message));
            return None;
        }
        self.tell(&root);
        if !self.is_source(plan, &root) {
            let message =
                format!("`{}` holds resources that `{folder}` does not declare", plan.name);
            let hint = "their findings name the plan only; is it the folder the plan was made in?";
            self.material.diagnostics.push(Diagnostic::warning(message).with_hint(hint));
        }
        Some(root)
    }

    /// The first folder that declares what the plan names: of those that are checked, then the working
    /// folder, then the plan's.
    fn around(&mut self, plan: &Decoded<'_>, roots: &[String]) -> Option<String> {
        let beside = plan.name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let places = [String::new(), join(beside, "")];
        for folder in roots.iter().chain(&places) {
            self.load(folder);
            if self.is_source(plan, folder) {
                let root = folder.clone();
                self.tell(&root);
                return Some(root);
            }
        }
        if plan.of_folders {
            let message = format!("`{}` is not a plan of the folders that are checked", plan.name);
            let hint = "it is checked by itself; is it older than the configuration?";
            self.material.diagnostics.push(Diagnostic::warning(message).with_hint(hint));
        }
        None
    }

    fn load(&mut self, folder: &str) {
        if self.library.module(folder).is_some() {
            return;
        }
        let mut complaints = Vec::new();
        let sources = &mut self.material.sources;
        self.library.load_root(folder, self.files, sources, &mut complaints);
        self.held_back.entry(folder.to_owned()).or_default().extend(complaints);
    }

    fn tell(&mut self, folder: &str) {
        let complaints = self.held_back.remove(folder).unwrap_or_default();
        self.material.diagnostics.extend(complaints);
    }

    fn is_source(&self, plan: &Decoded<'_>, folder: &str) -> bool {
        let Some(configuration) = &plan.plan.configuration else { return false };
        let module = &configuration.root_module;
        let names_something = !module.resources.is_empty() || !module.module_calls.is_empty();
        let declared = self.library.module(folder);
        names_something && declared.is_some_and(|declared| declares(self.library, declared, module))
    }
}

/// Whether a module declares what the plan's configuration has of it. What is declared and not planned
/// yet does not matter.
fn declares(library: &Library, declared: &Module, planned: &plan::Module<'_>) -> bool {
    let has_resources = planned.resources.iter().all(|resource| {
        let name = (resource.mode, resource.resource_type.to_string(), resource.name.to_string());
        declared.resources.contains_key(&name)
    });
    has_resources
        && planned.module_calls.iter().all(|(name, call)| {
            let Some(block) = declared.calls.get(&**name) else { return false };
            match library.source(declared, block) {
                config::Source::Local(folder) => library
                    .module(&folder)
                    .is_some_and(|module| declares(library, module, &call.module)),
                config::Source::Remote(_) | config::Source::NotLiteral => true,
            }
        })
}
