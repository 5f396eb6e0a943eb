//! Configurations: loads the folders that were found, decides which are roots, and evaluates those.

use rayon::prelude::*;

use crate::diag::Diagnostic;
use crate::finding::Material;
use crate::terraform::Declaration;
use crate::terraform::config::{self, Giver, Library, Resource, evaluate, roots};
use crate::text::Files;

use super::Subject;
use super::inputs::Inputs;
use super::plans::Decoded;

/// A root module, evaluated.
pub(super) struct Configuration {
    /// Its folder; empty for the working folder.
    pub folder: String,
    /// Its resource instances and those of all modules it calls.
    pub resources: Vec<Resource>,
    /// Its provider configurations and module calls, where policies are about them.
    pub declarations: Vec<Declaration>,
    /// Who gave its variables their values, by name.
    pub givers: Vec<(String, Giver)>,
}

/// How configurations are evaluated.
pub(super) struct Rounds<'f> {
    /// Those that no plan is joined with: once for each set of values.
    pub alone: Vec<(Option<usize>, config::Options<'f>)>,
    /// Those of plans.
    pub joined: config::Options<'f>,
    /// Whether policies are about provider configurations or module calls.
    pub declarations: bool,
}

/// One thing to do: a folder and how often it was tried, a plan, or both.
type Job<'j, 'f, 'p> =
    (Option<String>, Option<&'p Decoded<'p>>, Option<usize>, &'j config::Options<'f>);

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

/// Evaluates everything, in parallel: roots that no plan is joined with, set by set, then the plans, each with the
/// folder it is joined with.
pub(super) fn subjects<'p>(
    library: &Library,
    roots: Vec<String>,
    plans: &'p [Decoded<'p>],
    joins: Vec<Option<String>>,
    rounds: &Rounds<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Subject<'p>> {
    let is_alone = |root: &&String| !joins.iter().flatten().any(|joined| joined == *root);
    let mut jobs: Vec<Job<'_, '_, 'p>> = Vec::new();
    for root in roots.iter().filter(is_alone) {
        let tried = rounds.alone.iter();
        jobs.extend(tried.map(|(set, options)| (Some(root.clone()), None, *set, options)));
    }
    let planned = joins.iter().zip(plans);
    jobs.extend(planned.map(|(joined, plan)| (joined.clone(), Some(plan), None, &rounds.joined)));
    let done: Vec<_> = jobs
        .into_par_iter()
        .map(|(folder, plan, set, options)| {
            let evaluated = folder.map(|folder| root(library, folder, plan, options, rounds));
            (evaluated, plan, set)
        })
        .collect();
    let mut subjects = Vec::with_capacity(done.len());
    for (evaluated, plan, set) in done {
        let configuration = evaluated.map(|(configuration, complaints)| {
            diagnostics.extend(complaints);
            configuration
        });
        subjects.push(Subject { configuration, plan, set });
    }
    subjects
}

fn root(
    library: &Library,
    folder: String,
    plan: Option<&Decoded<'_>>,
    options: &config::Options<'_>,
    rounds: &Rounds<'_>,
) -> (Configuration, Vec<Diagnostic>) {
    let variables = plan.map(|plan| plan.plan.variable_values()).unwrap_or_default();
    let options = config::Options { variables, ..options.clone() };
    let (resources, complaints) = evaluate(library, &folder, &options);
    let givers = config::givers(library, &folder, &options);
    let declarations = match rounds.declarations {
        true => config::declarations(library, &folder, &options, &resources),
        false => Vec::new(),
    };
    (Configuration { folder, resources, declarations, givers }, complaints)
}
