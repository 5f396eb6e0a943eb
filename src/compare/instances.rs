//! Pairs the instances that were evaluated with those that were planned.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph;
use crate::terraform::address::{Key, Mode};
use crate::terraform::config::{Resource, Trees};
use crate::value::Cause;

use super::bodies::Bodies;
use super::{Class, Comparison, Difference, Verdict};

/// Compares every planned instance that will exist with the evaluated one of the same address, and
/// tells the instances that only one side has.
pub(super) fn compare(
    trees: &Trees,
    evaluated: &[Resource],
    planned: &[graph::Resource],
    comparison: &mut Comparison,
) {
    let ours: BTreeMap<&str, &Resource> =
        evaluated.iter().map(|resource| (&*resource.address, resource)).collect();
    let any_number: BTreeSet<&str> = evaluated
        .iter()
        .filter(|resource| resource.address.contains(&Key::Unknown.to_string()))
        .map(|resource| &*resource.static_address)
        .collect();
    let mut met = BTreeSet::new();
    for plan in planned.iter().filter(|plan| exists(plan)) {
        met.insert(&*plan.address);
        match ours.get(&*plan.address) {
            Some(own) => {
                comparison.instances += 1;
                Bodies::new(trees, own).compare(&plan.after, comparison);
            }
            None if plan.mode == Mode::Data => {}
            None => {
                let may_be = any_number.contains(&*plan.static_address);
                let verdict = if may_be { Verdict::Imprecise } else { Verdict::Wrong };
                let cause = may_be.then_some(Cause::UnknownInstances);
                add(comparison, &plan.address, verdict, cause, ["is not there", "is there"]);
            }
        }
    }
    let gone: BTreeSet<&str> = planned
        .iter()
        .filter(|plan| plan.mode == Mode::Managed && !exists(plan))
        .map(|plan| &*plan.address)
        .collect();
    for own in evaluated.iter().filter(|own| own.mode == Mode::Managed) {
        let is_any_number = any_number.contains(&*own.static_address);
        if !met.contains(&*own.address) && !is_any_number {
            let planned = if gone.contains(&*own.address) { "is deleted" } else { "is not there" };
            add(comparison, &own.address, Verdict::Wrong, None, ["is there", planned]);
        }
    }
    comparison.differences.sort_by(|a, b| (&a.address, &a.path).cmp(&(&b.address, &b.path)));
}

/// Whether it is there after the run, and its values are those of this run's configuration.
fn exists(plan: &graph::Resource) -> bool {
    let is_current = plan.mode == Mode::Data || !plan.operations.is_empty();
    is_current && !plan.after.is_null()
}

fn add(
    comparison: &mut Comparison,
    address: &str,
    verdict: Verdict,
    cause: Option<Cause>,
    [evaluated, planned]: [&str; 2],
) {
    *comparison.counts.entry((Class::Computed, verdict)).or_default() += 1;
    comparison.differences.push(Difference {
        address: address.to_owned(),
        path: String::new(),
        class: Class::Computed,
        verdict,
        evaluated: evaluated.to_owned(),
        planned: planned.to_owned(),
        cause,
        waits_for: String::new(),
        at: None,
    });
}
