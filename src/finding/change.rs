//! What a plan has to do with a finding: whether it was there before, and what the plan mends.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::group::{Finding, Status};
use super::outcome::{Outcome, PolicyIndex, Target};

/// A finding against what is there before the plan is applied, from the oldest to the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It was there, and the plan does not add to it.
    Existing,
    /// It was there, and now for more than before, or more severely.
    Worsened,
    /// It was not there.
    Introduced,
}

impl Change {
    /// All of them, the newest first.
    pub const ALL: [Self; 3] = [Self::Introduced, Self::Worsened, Self::Existing];

    /// The word in reports and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Existing => "existing",
            Self::Worsened => "worsened",
            Self::Introduced => "introduced",
        }
    }

    /// The change of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.name() == name)
    }
}

/// Which findings count for the exit code, and are told one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of `Change`")]
pub struct Only {
    pub introduced: bool,
    pub worsened: bool,
    pub existing: bool,
}

impl Default for Only {
    fn default() -> Self {
        Self { introduced: true, worsened: true, existing: true }
    }
}

impl Only {
    /// Those alone; all when none is named.
    #[must_use]
    pub fn these(changes: &[Change]) -> Self {
        let has = |change| changes.is_empty() || changes.contains(&change);
        Self {
            introduced: has(Change::Introduced),
            worsened: has(Change::Worsened),
            existing: has(Change::Existing),
        }
    }

    /// Whether a finding is among them. Where it cannot be told, it may be the worst, and is.
    #[must_use]
    pub const fn admits(self, change: Option<Change>) -> bool {
        match change {
            Some(Change::Introduced) => self.introduced,
            Some(Change::Worsened) => self.worsened,
            Some(Change::Existing) => self.existing,
            None => true,
        }
    }
}

/// A check that failed before and does not after, or whose resource is gone then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The policy.
    pub policy: PolicyIndex,
    /// The instance.
    pub target: Arc<Target>,
}

/// Numbers of failures that are not suppressed, against what was there before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Not there before.
    pub introduced: usize,
    /// There before, for less.
    pub worsened: usize,
    /// There before.
    pub existing: usize,
    /// It cannot be told.
    pub unclear: usize,
    /// There before, and gone after.
    pub resolved: usize,
}

/// A finding is as new as the newest of its instances; where that cannot be told of one, it is not
/// told of the whole, unless another is new anyway.
pub(super) fn of_all<'o>(outcomes: impl Iterator<Item = &'o Outcome> + Clone) -> Option<Change> {
    let mut changes = outcomes.map(|outcome| outcome.change);
    if changes.clone().any(|change| change == Some(Change::Introduced)) {
        return Some(Change::Introduced);
    }
    changes.try_fold(Change::Existing, |newest, change| Some(newest.max(change?)))
}

/// Counts, by policy and block: resources that a block makes are one finding, too.
pub(super) fn count(findings: &[Finding], resolved: &[Resolved]) -> Changes {
    let mut changes = Changes::default();
    let failures = findings.iter().filter(|f| f.status == Status::Fail && !f.is_suppressed());
    for finding in failures {
        match finding.change {
            Some(Change::Introduced) => changes.introduced += 1,
            Some(Change::Worsened) => changes.worsened += 1,
            Some(Change::Existing) => changes.existing += 1,
            None => changes.unclear += 1,
        }
    }
    let blocks: BTreeSet<(PolicyIndex, &str)> =
        resolved.iter().map(|r| (r.policy, r.target.static_address.as_str())).collect();
    changes.resolved = blocks.len();
    changes
}
