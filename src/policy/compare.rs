//! What a plan has to do with what failed: the same questions, asked of what is there before.
//!
//! Only what did not pass is asked again, and of what passes only what the plan may have mended, so a
//! plan that fails nothing costs nothing more. A resource that does not change and looks at nothing
//! that does is as it was, unasked.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::eval::Trace;
use crate::finding::{Change, PolicyIndex, Resolved, Severity, Verdict};
use crate::graph::{Graph, Resource};
use crate::terraform::address::Mode;
use crate::terraform::plan::Operation;

use super::decider::{Decider, deciders};
use super::evaluate::{Answer, Said, answer};
use super::file::{Policy, PolicyKind};
use super::reads;
use super::run::{Question, Run, by_type, is_pass, policy_index, target};
use super::scope::{Asked, PRIOR};
use super::world::World;

/// So many deletions are named in one message.
const NAMED: usize = 3;

/// Says of everything in a run that did not pass whether it was so before, and gives what was so and is
/// no more. `before` makes the graph of what is there before; it is not asked for unless needed.
pub fn compare(run: &mut Run, after: &World<'_>, before: impl FnOnce() -> Graph) -> Vec<Resolved> {
    let changed = changed_types(after.graph);
    let touched: Vec<bool> = after
        .set
        .files()
        .iter()
        .map(|file| !changed.is_empty() && reads::looks_at(file, &changed))
        .collect();
    let is_same =
        |q: &Question| q.operation == Operation::NoOp && touched.get(q.file) == Some(&false);
    let (same, open): (Vec<Question>, Vec<Question>) =
        std::mem::take(&mut run.questions).into_iter().partition(is_same);
    for question in same {
        if let Some(outcome) = run.outcomes.get_mut(question.outcome) {
            outcome.change = Some(Change::Existing);
        }
    }
    if open.is_empty() && changed.is_empty() {
        return Vec::new();
    }
    let graph = before();
    let comparison = Comparison { after, before: World::new(after.set, &graph, after.trees) };
    let changes: Vec<(usize, Told)> = open
        .par_iter()
        .map(|question| (question.outcome, comparison.told(question, run)))
        .collect();
    for (outcome, told) in changes {
        let Some(outcome) = run.outcomes.get_mut(outcome) else { continue };
        outcome.change = told.change;
        if let Verdict::Fail(evidence) | Verdict::Unknown(evidence, _) = &mut outcome.verdict {
            for address in told.deleted {
                let evidence = Arc::make_mut(evidence);
                evidence.message.push_str(&format!("; `{address}` is deleted by this plan"));
            }
        }
    }
    comparison.resolved(run, &touched)
}

/// The types of which the plan changes an instance.
fn changed_types(graph: &Graph) -> BTreeSet<&str> {
    let changed = graph.resources().iter().filter(|resource| is_changed(resource));
    changed.map(|resource| &*resource.resource_type).collect()
}

/// Forgotten instances and those that the plan does not list stay what they are.
fn is_changed(resource: &Resource) -> bool {
    resource.mode == Mode::Managed
        && resource.operations.iter().any(|operation| *operation != Operation::NoOp)
}

struct Comparison<'c> {
    after: &'c World<'c>,
    before: World<'c>,
}

/// What came of a comparison.
#[derive(Default)]
struct Told {
    change: Option<Change>,
    /// What was looked at before and is deleted.
    deleted: Vec<String>,
}

impl From<Change> for Told {
    fn from(change: Change) -> Self {
        Self { change: Some(change), deleted: Vec::new() }
    }
}

impl Comparison<'_> {
    fn told(&self, question: &Question, run: &Run) -> Told {
        let file = &self.after.set.files()[question.file];
        let policy = &file.policies[question.policy];
        let resource = &self.after.graph.resources()[question.subject];
        // What is said about a step is about what the plan does.
        if question.operation == Operation::Delete || policy.reads_prior {
            return Change::Introduced.into();
        }
        let Some(index) = self.before.graph.by_address(&resource.address) else {
            let may_be_there = self.before.graph.open(&resource.resource_type).is_some();
            return if may_be_there { Told::default() } else { Change::Introduced.into() };
        };
        let trace = Trace::default();
        let asked =
            Asked::new(&self.before, question.file, policy, index, Operation::NoOp, Some(&trace));
        let fails = run.outcomes.get(question.outcome);
        let fails = fails.is_some_and(|o| matches!(o.verdict, Verdict::Fail(_)));
        match answer(&asked) {
            Answer::Fail(said) if fails => {
                let before = deciders(&self.before, &trace, policy, index, &said);
                self.against(question, policy, before).into()
            }
            Answer::Fail(_) => Change::Existing.into(),
            Answer::Unknown(_) if fails => Told::default(),
            Answer::Unknown(_) => Change::Existing.into(),
            Answer::Error(_) => Told::default(),
            Answer::Pass | Answer::NotApplicable => Told {
                change: Some(self.by_siblings(question, policy, index)),
                deleted: self.deleted(&trace, index),
            },
        }
    }

    /// It failed before: was it for all that it fails for now?
    fn against(&self, question: &Question, policy: &Policy, mut before: Vec<Decider>) -> Change {
        let trace = Trace::default();
        let Question { file, subject, operation, .. } = *question;
        let asked = Asked::new(self.after, file, policy, subject, operation, Some(&trace));
        let said: Vec<Said> = match answer(&asked) {
            Answer::Fail(said) => said,
            _ => return Change::Existing,
        };
        for decider in deciders(self.after, &trace, policy, subject, &said) {
            match before.iter().position(|known| *known == decider) {
                Some(known) => drop(before.swap_remove(known)),
                None => return Change::Worsened,
            }
        }
        Change::Existing
    }

    /// It passed before: did another block of the same policy speak, and how badly? What only informs
    /// was no finding that counts.
    fn by_siblings(&self, question: &Question, policy: &Policy, index: usize) -> Change {
        let facts = &self.after.set.facts()[policy.facts];
        let resource = &self.before.graph.resources()[index];
        let siblings = self.after.set.files()[question.file].policies.iter().filter(|other| {
            other.facts == policy.facts
                && !std::ptr::eq(*other, policy)
                && other.kind == PolicyKind::Resource
                && other.pattern.matches(&resource.resource_type)
                && judges_what_is_there(other)
        });
        let failed = siblings.filter(|other| self.failed(question.file, other, index));
        let worst = failed.map(|other| facts.severity_of(&other.name)).max();
        match worst {
            None | Some(Severity::Info) => Change::Introduced,
            Some(worst) if worst < facts.severity_of(&policy.name) => Change::Worsened,
            Some(_) => Change::Existing,
        }
    }

    fn failed(&self, file: usize, policy: &Policy, index: usize) -> bool {
        let asked = Asked::new(&self.before, file, policy, index, Operation::NoOp, None);
        matches!(answer(&asked), Answer::Fail(_))
    }

    /// The companions that were looked at and that the plan deletes.
    fn deleted(&self, trace: &Trace, subject: usize) -> Vec<String> {
        let looked_at = trace.resources().into_iter().map(|number| (number & !PRIOR) as usize);
        let others = looked_at.filter(|&index| index != subject);
        let gone = others.filter_map(|index| {
            let address = &self.before.graph.get(index)?.address;
            let after = self.after.graph.get(self.after.graph.by_address(address)?)?;
            let is_deleted = after.after.is_null() && after.operations.contains(&Operation::Delete);
            is_deleted.then(|| address.to_string())
        });
        gone.take(NAMED).collect()
    }

    /// What failed before and passes now, or is gone.
    fn resolved(&self, run: &Run, touched: &[bool]) -> Vec<Resolved> {
        let open = run.outcomes.iter().filter(|outcome| !is_pass(&outcome.verdict));
        let mut open: BTreeSet<(PolicyIndex, &str)> =
            open.map(|outcome| (outcome.policy, outcome.target.address.as_str())).collect();
        open.extend(
            run.errors
                .iter()
                .filter_map(|&(policy, at)| Some((policy, &*self.after.graph.get(at)?.address))),
        );
        let policies = by_type(&self.before);
        let of = |(index, past): (usize, &Resource)| -> Vec<Resolved> {
            let now = self.after.graph.by_address(&past.address);
            let Some(now) = now.and_then(|at| self.after.graph.get(at)) else { return Vec::new() };
            let is_gone = now.after.is_null();
            let mut mended: BTreeSet<PolicyIndex> = BTreeSet::new();
            for &(file, policy) in policies.get(&*past.resource_type).into_iter().flatten() {
                let id = policy_index(policy);
                let place = (id, &*past.address);
                let is_asked = || asks(policies.get(&*now.resource_type), id, now);
                let passes = is_gone || (is_asked() && !open.contains(&place));
                let may_differ = is_changed(now) || touched.get(file) == Some(&true);
                let informs = || {
                    let facts = &self.after.set.facts()[policy.facts];
                    facts.severity_of(&policy.name) == Severity::Info
                };
                if passes
                    && may_differ
                    && judges_what_is_there(policy)
                    && !informs()
                    && !policy.reads_prior
                    && self.failed(file, policy, index)
                {
                    mended.insert(id);
                }
            }
            let target = Arc::new(target(past));
            mended.into_iter().map(|policy| Resolved { policy, target: target.clone() }).collect()
        };
        self.before.graph.resources().par_iter().enumerate().flat_map_iter(of).collect()
    }
}

/// Whether any block of a policy is asked about a resource.
fn asks(policies: Option<&Vec<(usize, &Policy)>>, id: PolicyIndex, resource: &Resource) -> bool {
    let mut blocks = policies.into_iter().flatten().filter(|(_, block)| policy_index(block) == id);
    blocks.any(|(_, block)| resource.operations.iter().any(|of| block.operations.contains(of)))
}

/// Whether a policy is about what is there, not about steps.
fn judges_what_is_there(policy: &Policy) -> bool {
    policy.operations.iter().any(|operation| *operation != Operation::Delete)
}
