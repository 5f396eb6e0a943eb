//! Configurations: loads the folders that were found, decides which are roots, and evaluates those.

use rayon::prelude::*;

use crate::diag::Diagnostic;
use crate::finding::Material;
use crate::terraform::config::{self, Library, Resource, evaluate, roots};
use crate::text::Files;
use crate::value::{Value, from_json};

use super::Subject;
use super::inputs::Inputs;
use super::plans::Decoded;

/// A root module, evaluated.
pub(super) struct Configuration {
    /// Its folder; empty for the working folder.
    pub folder: String,
    /// Its resource instances and those of all modules it calls.
    pub resources: Vec<Resource>,
}

/// Loads the folders that were found with all local modules they call; gives the roots among them.
pub(super) fn roots(
    library: &mut Library,
    given: &Inputs,
    files: &dyn Files,
    material: &mut Material,
) -> Vec<String> {
    let Material { sources, diagnostics, .. } = material;
    library.load(&given.found, files, sources, diagnostics);
    let roots = roots::roots(library, &given.found, &given.named);
    for root in &roots {
        library.load_beside(root, files, sources, diagnostics);
    }
    roots
}

/// Evaluates everything, in parallel: roots that no plan is joined with, then the plans, each with the
/// folder it is joined with.
pub(super) fn subjects<'p>(
    library: &Library,
    roots: Vec<String>,
    plans: &'p [Decoded<'p>],
    joins: Vec<Option<String>>,
    options: &config::Options<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Subject<'p>> {
    let is_alone = |root: &String| !joins.iter().flatten().any(|joined| joined == root);
    let alone = roots.into_iter().filter(is_alone).map(|root| (Some(root), None));
    let alone: Vec<(Option<String>, Option<&Decoded<'_>>)> = alone.collect();
    let planned = joins.into_iter().zip(plans).map(|(joined, plan)| (joined, Some(plan)));
    let jobs: Vec<_> = alone.into_iter().chain(planned).collect();
    let done: Vec<_> = jobs
        .into_par_iter()
        .map(|(folder, plan)| {
            let evaluated = folder.map(|folder| root(library, folder, plan, options));
            (evaluated, plan)
        })
        .collect();
    let mut subjects = Vec::with_capacity(done.len());
    for (evaluated, plan) in done {
        let configuration = evaluated.map(|(configuration, complaints)| {
            diagnostics.extend(complaints);
            configuration
        });
        subjects.push(Subject { configuration, plan });
    }
    subjects
}

fn root(
    library: &Library,
    folder: String,
    plan: Option<&Decoded<'_>>,
    options: &config::Options<'_>,
) -> (Configuration, Vec<Diagnostic>) {
    let variables = plan.map(variables).unwrap_or_default();
    let options = config::Options { variables, ..options.clone() };
    let (resources, complaints) = evaluate(library, &folder, &options);
    (Configuration { folder, resources }, complaints)
}

/// The values that the root's variables had when the plan was made.
fn variables(plan: &Decoded<'_>) -> Vec<(String, Value)> {
    let variables = plan.plan.variables.iter();
    let known = variables.filter_map(|(name, variable)| {
        let value = match variable.value {
            Some(raw) => from_json(raw.get()).ok()?,
            None => Value::NULL,
        };
        Some((name.to_string(), value))
    });
    known.collect()
}
