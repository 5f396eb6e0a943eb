//! Values for variables that were given by hand: loads their files, sorts them by set, and tells names
//! that no root module has.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diag::{Diagnostic, did_you_mean};
use crate::finding::{self, Material};
use crate::terraform::config::{self, Argument, Giver, Library};
use crate::text::Files;

use super::configuration::Configuration;
use super::inputs::shown;
use super::plans::Decoded;
use super::{Given, Options, Subject};

/// What was given by hand, in the order in which it was typed: for all sets, or for one of them.
pub(super) struct Arguments {
    arguments: Vec<(Option<usize>, Argument)>,
    /// The sets, in the order in which they were named first.
    pub sets: Vec<finding::VariableSet>,
}

impl Arguments {
    /// What holds for one set, or for what has no set.
    pub(super) fn of(&self, set: Option<usize>) -> Vec<Argument> {
        let arguments = self.arguments.iter().filter(|(of, _)| of.is_none() || *of == set);
        arguments.map(|(_, argument)| argument.clone()).collect()
    }

    /// How each root is evaluated: once for each set, or once.
    pub(super) fn rounds<'f>(
        &self,
        options: &config::Options<'f>,
    ) -> Vec<(Option<usize>, config::Options<'f>)> {
        let sets: Vec<Option<usize>> = match self.sets.len() {
            0 => vec![None],
            sets => (0..sets).map(Some).collect(),
        };
        let round = |set| config::Options { arguments: self.of(set), ..options.clone() };
        sets.into_iter().map(|set| (set, round(set))).collect()
    }

    fn set(&mut self, name: &str) -> usize {
        if let Some(at) = self.sets.iter().position(|set| &*set.name == name) {
            return at;
        }
        self.sets.push(finding::VariableSet { name: Arc::from(name), files: Vec::new() });
        self.sets.len() - 1
    }
}

/// Loads what was given. As with Terraform a wrong name on the command line is an error and one in a
/// file a warning; it is wrong when no root module declares it.
pub(super) fn load(
    library: &mut Library,
    roots: &[String],
    options: &Options,
    files: &dyn Files,
    material: &mut Material,
) -> Arguments {
    let Material { sources, diagnostics, .. } = material;
    let mut given = Arguments { arguments: Vec::new(), sets: Vec::new() };
    for argument in &options.variables {
        let (set, paths) = match argument {
            Given::Value(name, text) => {
                given.arguments.push((None, Argument::Text(name.clone(), text.clone())));
                continue;
            }
            Given::File(path) => (None, std::slice::from_ref(path)),
            Given::Set(name, paths) => (Some(given.set(name)), paths.as_slice()),
        };
        let ids = library.load_values(paths, files, sources, diagnostics);
        given.arguments.extend(ids.into_iter().map(|file| (set, Argument::File(file))));
        if let Some(set) = set.and_then(|set| given.sets.get_mut(set)) {
            set.files.extend_from_slice(paths);
        }
    }
    if !roots.is_empty() {
        tell_undeclared(library, roots, &given, &options.declared_elsewhere, diagnostics);
    }
    given
}

fn tell_undeclared(
    library: &Library,
    roots: &[String],
    given: &Arguments,
    elsewhere: &BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let modules = roots.iter().filter_map(|root| library.module(root));
    let declared = modules.flat_map(|module| module.variables.keys().map(String::as_str));
    let declared: BTreeSet<&str> = declared.chain(elsewhere.iter().map(String::as_str)).collect();
    let message = |name: &str| format!("value for undeclared variable `{name}`");
    for (_, argument) in &given.arguments {
        match argument {
            Argument::Text(name, _) if declared.contains(name.as_str()) => {}
            Argument::Text(name, _) => {
                let diagnostic = Diagnostic::error(message(name));
                diagnostics.push(match did_you_mean(name, declared.iter().copied()) {
                    Some(close) => diagnostic.with_hint(format!("did you mean `{close}`?")),
                    None => diagnostic.with_hint("no root module that is checked declares it"),
                });
            }
            Argument::File(file) => {
                let root = library.trees.tree(*file).map(|tree| tree.root());
                let attributes = root.into_iter().flat_map(|root| root.attributes());
                for attribute in attributes.filter(|attr| !declared.contains(attr.name())) {
                    let warning = Diagnostic::warning(message(attribute.name()));
                    diagnostics.push(warning.at(attribute.name_span()));
                }
            }
        }
    }
}

/// Who gave each variable of each root its value.
pub(super) fn tell_sources(subjects: &[Subject<'_>], material: &mut Material) {
    for subject in subjects {
        match (&subject.configuration, subject.plan) {
            (Some(root), _) => material.variables.extend(of_root(root, subject.set)),
            (None, Some(plan)) => material.variables.extend(of_plan(plan)),
            (None, None) => {}
        }
    }
}

fn of_root(
    root: &Configuration,
    set: Option<usize>,
) -> impl Iterator<Item = finding::Variable> + '_ {
    root.givers.iter().map(move |(name, giver)| {
        let (source, at) = source(*giver);
        finding::Variable {
            root: shown(&root.folder).to_owned(),
            set,
            name: name.clone(),
            source,
            at,
        }
    })
}

fn of_plan<'p>(plan: &'p Decoded<'_>) -> impl Iterator<Item = finding::Variable> + 'p {
    plan.plan.variables.keys().map(|name| finding::Variable {
        root: plan.name.to_owned(),
        set: None,
        name: name.to_string(),
        source: "plan",
        at: None,
    })
}

/// The word for a giver in reports, and the place of the value.
pub(super) fn source(giver: Giver) -> (&'static str, Option<crate::text::Span>) {
    match giver {
        Giver::Environment => ("environment", None),
        Giver::Place(at) => ("file", Some(at)),
        Giver::Argument => ("argument", None),
        Giver::Plan => ("plan", None),
        Giver::Default(at) => ("default", Some(at)),
        Giver::Nobody => ("none", None),
    }
}
