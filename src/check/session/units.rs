//! What of a run is evaluated at once: each root module by itself, and plans together.

use std::collections::BTreeSet;

use crate::check::suppress::Whole;
use crate::check::{Input, Options, configuration, inputs, library};
use crate::finding::Material;
use crate::terraform::config::Library;
use crate::text::Files;

/// What of a part is evaluated by itself, and what is to be said about its inputs.
pub(in crate::check) fn units(
    files: &dyn Files,
    options: Options,
    material: &mut Material,
) -> Vec<(Option<String>, Options)> {
    if !is_of_folders(&options, files) {
        return vec![(None, options)];
    }
    let given = inputs::read(files, &options, &mut material.diagnostics);
    material.diagnostics.extend(given.unused_plans.iter().cloned());
    let mut library = library(&options);
    // What is wrong in modules is told by their roots.
    let roots = configuration::roots(&mut library, &given, files, &mut Material::default());
    let declared_elsewhere = match options.variables.is_empty() {
        true => BTreeSet::new(),
        false => declared(&library, &roots),
    };
    let searched = Whole::of(&options, files).into_folders();
    let unit = |root: String| {
        let inputs = vec![Input::Root(root.clone())];
        let declared_elsewhere = declared_elsewhere.clone();
        let searched = searched.clone();
        (Some(root), Options { inputs, searched, declared_elsewhere, ..options.clone() })
    };
    roots.into_iter().map(unit).collect()
}

/// Whether no plans are part of it.
pub(in crate::check) fn is_of_folders(options: &Options, files: &dyn Files) -> bool {
    options.plan.is_none() && options.inputs.iter().all(|input| input.is_folder(files))
}

/// The variables that any root declares.
fn declared(library: &Library, roots: &[String]) -> BTreeSet<String> {
    let modules = roots.iter().filter_map(|root| library.module(root));
    modules.flat_map(|module| module.variables.keys().cloned()).collect()
}
