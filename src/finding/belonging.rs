//! Which outcomes belong to which root module and which set of variable values.
//!
//! Every root is evaluated once for each set. What is the same in several sets is one finding; it names
//! its sets, and its fingerprint does not depend on what they are called.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::report::{Run, VariableSet};

/// The parts of a run, and their outcomes.
pub(super) struct Belonging<'r> {
    pub(super) sets: &'r [VariableSet],
    pub(super) runs: &'r [Run],
}

impl<'r> Belonging<'r> {
    /// The set of an outcome; plans and runs without sets have none.
    pub(super) fn set(&self, outcome: usize) -> Option<usize> {
        self.run(outcome)?.set
    }

    /// The root module of an outcome, or its plan.
    pub(super) fn root(&self, outcome: usize) -> Option<&'r Arc<str>> {
        Some(&self.run(outcome)?.root)
    }

    fn run(&self, outcome: usize) -> Option<&'r Run> {
        let after = self.runs.partition_point(|run| run.outcomes.start <= outcome);
        // A run may have said nothing, and begins where the next does.
        let run = self.runs.get(after.checked_sub(1)?)?;
        run.outcomes.contains(&outcome).then_some(run)
    }

    /// The names of sets, in the order in which they were given.
    pub(super) fn names(&self, sets: &BTreeSet<usize>) -> Vec<Arc<str>> {
        sets.iter().filter_map(|&set| self.sets.get(set)).map(|set| set.name.clone()).collect()
    }

    /// Whether these are only some of the sets; nothing that has no set is.
    pub(super) fn are_some(&self, sets: &BTreeSet<usize>) -> bool {
        !sets.is_empty() && sets.len() < self.sets.len()
    }
}
