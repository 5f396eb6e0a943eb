//! The instances of module calls that a plan shows, by what is in them. Those with nothing in them, and
//! those that will be gone, it does not show.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::terraform::address::{Key, ModulePath};
use crate::terraform::plan::{Action, ModuleCall, Plan, ResourceChange};

/// Module instances with the calls in them and the keys of each.
#[derive(Debug, Default)]
pub(super) struct Instances(BTreeMap<ModulePath, BTreeMap<Arc<str>, BTreeSet<Option<Key>>>>);

impl Instances {
    /// What a plan shows.
    pub(super) fn of(plan: &Plan<'_>) -> Self {
        let stay = plan.resource_changes.iter().filter(|change| stays(change));
        let modules: BTreeSet<&str> = stay.filter_map(|c| c.module_address.as_deref()).collect();
        let mut instances = Self::default();
        for path in modules.into_iter().filter_map(|module| ModulePath::parse(module).ok()) {
            for (n, step) in path.0.iter().enumerate() {
                let around = ModulePath(path.0[..n].into());
                let calls = instances.0.entry(around).or_default();
                calls.entry(step.name.clone()).or_default().insert(step.key.clone());
            }
        }
        instances
    }

    /// The keys of a call's instances in a module instance: none but once where it is not repeated, or
    /// nothing is shown of it.
    pub(super) fn keys(
        &self,
        around: &ModulePath,
        name: &str,
        call: &ModuleCall<'_>,
    ) -> Vec<Option<Key>> {
        let is_repeated = call.count_expression.is_some() || call.for_each_expression.is_some();
        let shown = self.0.get(around).and_then(|calls| calls.get(name));
        match shown.filter(|_| is_repeated) {
            Some(keys) => keys.iter().cloned().collect(),
            None => vec![None],
        }
    }
}

/// Whether something is there after the run.
fn stays(change: &ResourceChange<'_>) -> bool {
    let change = &change.change;
    let goes = change.has(&Action::Delete) || change.has(&Action::Forget);
    !goes || change.has(&Action::Create)
}
