//! Values for variables that were given by hand: loads their files, and tells names that no root
//! module has.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, did_you_mean};
use crate::finding::Material;
use crate::terraform::config::{Argument, Library};
use crate::text::Files;

use super::{Given, Options};

/// Loads what was given. As with Terraform a wrong name on the command line is an error and one in a
/// file a warning; it is wrong when no root module declares it.
pub(super) fn load(
    library: &mut Library,
    roots: &[String],
    options: &Options,
    files: &dyn Files,
    material: &mut Material,
) -> Vec<Argument> {
    let Material { sources, diagnostics, .. } = material;
    let mut arguments = Vec::with_capacity(options.variables.len());
    for given in &options.variables {
        match given {
            Given::Value(name, text) => arguments.push(Argument::Text(name.clone(), text.clone())),
            Given::File(path) => {
                let paths = std::slice::from_ref(path);
                let ids = library.load_values(paths, files, sources, diagnostics);
                arguments.extend(ids.into_iter().map(Argument::File));
            }
        }
    }
    if !roots.is_empty() {
        tell_undeclared(library, roots, &arguments, diagnostics);
    }
    arguments
}

fn tell_undeclared(
    library: &Library,
    roots: &[String],
    arguments: &[Argument],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let modules = roots.iter().filter_map(|root| library.module(root));
    let declared: BTreeSet<&str> =
        modules.flat_map(|module| module.variables.keys().map(String::as_str)).collect();
    let message = |name: &str| format!("value for undeclared variable `{name}`");
    for argument in arguments {
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
