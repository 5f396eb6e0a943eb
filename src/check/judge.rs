//! Asks the policies about each configuration and plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::finding::story::Wish;
use crate::finding::{Material, Run};
use crate::graph::{self, Graph};
use crate::policy::{self, Planned, PolicySet, World};
use crate::terraform::Wanted;
use crate::terraform::config::Library;

use super::configuration::Configuration;
use super::suppress::Rules;
use super::{Progress, Subject, inputs, moved, plans, running};

/// What judging needs besides the subjects.
pub(super) struct Means<'m> {
    /// What resources decode.
    pub(super) wanted: &'m Wanted,
    /// A verdict to tell about, instead of judging.
    pub(super) trace: Option<&'m Wish>,
    /// Whether findings without source carry the plan's own words.
    pub(super) excerpts: bool,
    /// Whether what passes is kept one by one.
    pub(super) passes: bool,
    /// What is stated about the account.
    pub(super) assume: &'m BTreeMap<String, String>,
    /// Who wants to know how far it is.
    pub(super) progress: &'m dyn Progress,
}

/// Makes the graph of each subject and asks the policies: fills `outcomes` and more `diagnostics`. Gives
/// the graphs back.
pub(super) fn judge(
    library: &Library,
    subjects: Vec<Subject<'_>>,
    set: &PolicySet,
    means: &Means<'_>,
    rules: &mut Rules,
    material: &mut Material,
) -> Vec<Graph> {
    let all = subjects.len();
    let mut graphs = Vec::with_capacity(all);
    for (n, Subject { configuration, plan, set: set_of }) in subjects.into_iter().enumerate() {
        means.progress.step("asking policies", n, all);
        let mut moves = moved::Moves::default();
        if let Some(configuration) = &configuration {
            moves = moved::Moves::of_configuration(library, &configuration.folder);
        }
        if let Some(plan) = plan {
            moves.add_plan(&plan.plan);
        }
        let declarations = match (&configuration, plan) {
            _ if !set.is_about_declarations() => Vec::new(),
            (Some(configuration), _) => configuration.declarations.clone(),
            (None, Some(plan)) => graph::declarations(&plan.plan),
            (None, None) => Vec::new(),
        };
        let root = configuration.as_ref().map(|root| inputs::shown(&root.folder));
        let mut said_by = Run {
            root: Arc::from(root.or(plan.map(|plan| plan.name)).unwrap_or_default()),
            is_plan: root.is_none(),
            set: set_of,
            // Those of this part of the run, all of them; their numbers in the whole come later.
            policies: Arc::from([]),
            missing: Vec::new(),
            outcomes: 0..0,
        };
        let graph = match (plan, configuration) {
            (None, None) => continue,
            (None, Some(configuration)) => {
                let missing = library.missing_modules(&configuration.folder);
                let calls = missing.iter().map(|reason| reason.subject().to_owned());
                said_by.missing = calls.collect();
                Graph::from_configuration(configuration.resources).with_missing(missing)
            }
            (Some(plan), configuration) => {
                let (mut graph, complaints) = Graph::from_plan(&plan.plan, plan.text, means.wanted);
                let complaints = complaints.into_iter();
                material.diagnostics.extend(complaints.map(|said| plans::named(plan.name, said)));
                if let Some(configuration) = configuration {
                    let differences = graph.join(&configuration.resources);
                    material.diagnostics.extend(older(plan.name, &configuration, &differences));
                }
                graph
            }
        };
        let graph = graph.with_declarations(declarations);
        let planned = plan.filter(|_| means.excerpts).map(|plan| Planned {
            name: plan.name,
            text: plan.text,
            plan: &plan.plan,
        });
        let graph = graph.with_assumed(means.assume);
        let refused = plan.map(|plan| running::refused(set, plan)).unwrap_or_default();
        material.diagnostics.extend(refused.told);
        let world = World::new(set, &graph, &library.trees).with_plan(planned);
        let world = world.without(refused.files).keeping_passes(means.passes);
        if let Some(wish) = means.trace {
            policy::tell(&world, wish, &mut material.told);
            drop(world);
            graphs.push(graph);
            continue;
        }
        let mut run = policy::check(&world);
        if let Some(plan) = plan {
            let past = || {
                Graph::before_plan(&plan.plan, plan.text, means.wanted).with_assumed(means.assume)
            };
            let resolved = policy::compare(&mut run, &world, past);
            if !plan.plan.is_state {
                material.resolved.get_or_insert_default().extend(resolved);
            }
        }
        rules.apply(&mut run.outcomes, &graph, &library.trees);
        moves.apply(&mut run.outcomes);
        let before = material.outcomes.len();
        material.outcomes.extend(run.outcomes);
        material.silent.add(run.silent);
        let outcomes = before..material.outcomes.len();
        material.runs.push(Run { outcomes, ..said_by });
        material.diagnostics.extend(run.diagnostics);
        drop(world);
        graphs.push(graph);
    }
    graphs
}

/// A plan that was not made from the source as it is now.
fn older(plan: &str, configuration: &Configuration, differences: &[String]) -> Option<Diagnostic> {
    let first = differences.first()?;
    let more = match differences.len() {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    let folder = inputs::shown(&configuration.folder);
    let message = format!("`{plan}` and its source `{folder}` differ: {first}{more}");
    let hint = "the source may have changed since the plan was made; what is checked is the plan";
    Some(Diagnostic::note(message).with_hint(hint))
}
