//! Every policy asked about every resource it is for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::diag::Diagnostic;
use crate::finding::{Checks, Outcome, PolicyIndex, Target, Verdict};
use crate::graph::{Declared, Graph, Resource};
use crate::terraform::DeclarationKind;
use crate::terraform::plan::Operation;

use super::blame;
use super::evaluate::{Answer, answer};
use super::file::{Policy, PolicyKind};
use super::scope::Asked;
use super::world::World;

/// What a run gave, in the order of resources, then policies.
#[derive(Debug, Default)]
pub struct Run {
    /// What did not pass, and what passed and has something to tell.
    pub outcomes: Vec<Outcome>,
    /// What passed in silence or does not apply.
    pub silent: Checks,
    /// Policies that could not be evaluated.
    pub diagnostics: Vec<Diagnostic>,
    /// What was asked where the outcome is that something did not pass.
    pub(super) questions: Vec<Question>,
    /// What could not be evaluated: policies, and resources by their place in the graph.
    pub(super) errors: Vec<(PolicyIndex, usize)>,
    /// What passed on instances of a resource that may have others: policies by the place of their facts,
    /// and blocks.
    passed: Vec<(PolicyIndex, Arc<str>)>,
}

/// One policy on one resource, and its outcome by its place in the run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    pub outcome: usize,
    pub file: usize,
    /// By its place in the file.
    pub policy: usize,
    pub subject: usize,
    pub operation: Operation,
}

/// Asks every policy about every resource it is for.
#[must_use]
pub fn check(world: &World<'_>) -> Run {
    let policies = by_type(world);
    let asked: Vec<(usize, &[(usize, &Policy)])> = world
        .graph
        .resources()
        .iter()
        .enumerate()
        .filter(|(_, resource)| !resource.operations.is_empty())
        .filter_map(|(index, resource)| {
            let policies = policies.get(&*resource.resource_type)?;
            (!policies.is_empty()).then_some((index, policies.as_slice()))
        })
        .collect();
    let mut runs: Vec<Run> =
        asked.par_iter().map(|(index, policies)| on_resource(world, *index, policies)).collect();
    let kinds = [DeclarationKind::Provider, DeclarationKind::Module];
    let declared = kinds.into_iter().flat_map(|kind| world.graph.declared(kind));
    runs.extend(declared.map(|(index, declared)| on_declared(world, index, declared)));
    others_pass(&mut runs, world.graph, &asked);
    let mut all = Run::default();
    for run in runs {
        let first = all.outcomes.len();
        let placed = |q: Question| Question { outcome: q.outcome + first, ..q };
        all.questions.extend(run.questions.into_iter().map(placed));
        all.outcomes.extend(run.outcomes);
        all.silent.add(run.silent);
        all.diagnostics.extend(run.diagnostics);
        all.errors.extend(run.errors);
    }
    all
}

/// Tells what did not pass on an instance whether other instances of its resource pass.
fn others_pass(runs: &mut [Run], graph: &Graph, asked: &[(usize, &[(usize, &Policy)])]) {
    let has_failed = |run: &Run| run.outcomes.iter().any(|outcome| !is_pass(&outcome.verdict));
    let resource = |at: usize| asked.get(at).and_then(|(index, _)| graph.get(*index));
    let mut passed: BTreeMap<&str, BTreeSet<(PolicyIndex, Arc<str>)>> = runs
        .iter()
        .enumerate()
        .filter(|(_, run)| has_failed(run))
        .filter_map(|(at, _)| Some((&*resource(at)?.static_address, BTreeSet::new())))
        .collect();
    for (at, run) in runs.iter_mut().enumerate() {
        let known = resource(at).and_then(|resource| passed.get_mut(&*resource.static_address));
        known.into_iter().for_each(|known| known.extend(run.passed.drain(..)));
    }
    for (at, run) in runs.iter_mut().enumerate() {
        let known = resource(at).and_then(|resource| passed.get(&*resource.static_address));
        let Some(known) = known.filter(|known| !known.is_empty()) else { continue };
        for outcome in &mut run.outcomes {
            outcome.others_pass = known.contains(&(outcome.policy, outcome.part.clone()));
        }
    }
}

/// Whether there is nothing to mend.
pub(super) fn is_pass(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Pass | Verdict::NotApplicable)
}

/// The policies for each type that occurs.
pub(super) fn by_type<'w>(world: &World<'w>) -> BTreeMap<&'w str, Vec<(usize, &'w Policy)>> {
    world
        .graph
        .types()
        .map(|resource_type| {
            let fits = |(_, policy): &(usize, &Policy)| {
                policy.kind == PolicyKind::Resource && policy.pattern.matches(resource_type)
            };
            (resource_type, every(world).filter(fits).collect())
        })
        .collect()
}

/// All policies that are asked, each with its file.
fn every<'w>(world: &World<'w>) -> impl Iterator<Item = (usize, &'w Policy)> {
    let files = world.set.files().iter().enumerate();
    let files = files.filter(|(n, _)| !world.left_out.contains(n));
    files.flat_map(|(n, file)| file.policies.iter().map(move |policy| (n, policy)))
}

/// The policies for a provider configuration or a module call.
pub(super) fn for_declared<'w>(
    world: &World<'w>,
    declared: &Declared,
) -> impl Iterator<Item = (usize, &'w Policy)> {
    let kind = match declared.kind {
        DeclarationKind::Provider => PolicyKind::Provider,
        DeclarationKind::Module => PolicyKind::Module,
    };
    every(world)
        .filter(move |(_, policy)| policy.kind == kind && policy.pattern.matches(&declared.label))
}

/// Asks the policies about a provider configuration or a module call. No operation is done to it.
fn on_declared(world: &World<'_>, index: usize, declared: &Declared) -> Run {
    let of_module = |address: &str| {
        let around = address.strip_suffix(&format!("module.{}", declared.node.name));
        around.unwrap_or_default().trim_end_matches('.').to_owned()
    };
    let mut target = target(&declared.node);
    if declared.kind == DeclarationKind::Module {
        target.module = of_module(&declared.node.static_address);
    }
    let target = Arc::new(target);
    let mut run = Run::default();
    for (file, policy) in for_declared(world, declared) {
        ask(world, file, policy, index, Operation::NoOp, &target, &mut run);
    }
    // What was there before is not told of them.
    run.questions.clear();
    run
}

fn on_resource(world: &World<'_>, index: usize, policies: &[(usize, &Policy)]) -> Run {
    let resource = &world.graph.resources()[index];
    let target = Arc::new(target(resource));
    let mut run = Run::default();
    for &(file, policy) in policies {
        for &operation in &resource.operations {
            if policy.operations.contains(&operation) {
                ask(world, file, policy, index, operation, &target, &mut run);
            }
        }
    }
    run
}

fn ask(
    world: &World<'_>,
    file: usize,
    policy: &Policy,
    index: usize,
    operation: Operation,
    target: &Arc<Target>,
    run: &mut Run,
) {
    let asked = Asked::new(world, file, policy, index, operation, None);
    let verdict = match answer(&asked) {
        Answer::NotApplicable => Verdict::NotApplicable,
        Answer::Pass => Verdict::Pass,
        Answer::Error(diagnostic) => {
            run.errors.push((policy_index(policy), index));
            run.diagnostics.push(about(*diagnostic, target, world, policy));
            return;
        }
        Answer::Fail(_) | Answer::Unknown(_) => {
            match blame::explain(world, file, policy, index, operation) {
                Ok(verdict) => verdict,
                Err(diagnostic) => {
                    run.errors.push((policy_index(policy), index));
                    run.diagnostics.push(about(*diagnostic, target, world, policy));
                    return;
                }
            }
        }
    };
    let info = asked.told();
    if is_pass(&verdict) {
        let is_passed = matches!(verdict, Verdict::Pass);
        // Other instances may fail.
        if is_passed && target.address != target.static_address {
            run.passed.push((policy_index(policy), policy.name.clone()));
        }
        if info.is_none() && !world.keeps_passes {
            run.silent.pass += usize::from(is_passed);
            run.silent.not_applicable += usize::from(!is_passed);
            return;
        }
    } else {
        let outcome = run.outcomes.len();
        let policies = &world.set.files()[file].policies;
        let policy = policies.iter().position(|other| std::ptr::eq(other, policy)).unwrap_or(0);
        run.questions.push(Question { outcome, file, policy, subject: index, operation });
    }
    run.outcomes.push(Outcome {
        policy: policy_index(policy),
        part: policy.name.clone(),
        target: target.clone(),
        verdict,
        suppressed: None,
        change: None,
        info,
        others_pass: false,
    });
}

/// A policy that could not be evaluated says on what.
fn about(
    mut diagnostic: Diagnostic,
    target: &Target,
    world: &World<'_>,
    policy: &Policy,
) -> Diagnostic {
    let id = world.set.facts().get(policy.facts).map_or("", |facts| facts.id.as_str());
    diagnostic.message =
        format!("policy `{id}` cannot be evaluated on {}: {}", target.address, diagnostic.message);
    diagnostic
}

pub(super) fn policy_index(policy: &Policy) -> PolicyIndex {
    PolicyIndex(u32::try_from(policy.facts).unwrap_or(u32::MAX))
}

pub(super) fn target(resource: &Resource) -> Target {
    Target {
        address: resource.address.to_string(),
        static_address: resource.static_address.to_string(),
        formerly: Vec::new(),
        module: static_module(&resource.static_address),
        resource_type: resource.resource_type.to_string(),
    }
}

/// `module.a.module.b` of `module.a.module.b.aws_vpc.main`.
fn static_module(address: &str) -> String {
    let mut module = Vec::new();
    let mut parts = address.split('.');
    while let (Some("module"), Some(name)) = (parts.next(), parts.next()) {
        module.push(format!("module.{name}"));
    }
    module.join(".")
}

#[cfg(test)]
mod tests {
    use super::static_module;

    #[test]
    fn modules_of_addresses() {
        assert_eq!(static_module("aws_vpc.main"), "");
        assert_eq!(static_module("module.a.module.b.aws_vpc.main"), "module.a.module.b");
        assert_eq!(static_module("module.module.data.aws_ami.x"), "module.module");
    }
}
