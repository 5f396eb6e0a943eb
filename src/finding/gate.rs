//! The exit code, and what decided it: 2 (could not check) before 1 (findings) before 0.

use super::change::Only;
use super::facts::Enforcement;
use super::group::{Finding, Status};
use super::report::Report;
use super::scale::Severity;
use crate::diag::Level;

/// What an undecided check means for the exit code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownCounts {
    /// Told, but does not count.
    #[default]
    Warn,
    /// Counts as a finding.
    Fail,
    /// Only counted in the summary.
    Ignore,
}

impl UnknownCounts {
    /// All of them, the default first.
    pub const ALL: [Self; 3] = [Self::Warn, Self::Fail, Self::Ignore];

    /// The word on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Ignore => "ignore",
        }
    }

    /// The meaning of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|counts| counts.name() == name)
    }
}

/// What makes a run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    /// The mildest severity that counts; `None` when no finding counts.
    pub fail_on: Option<Severity>,
    /// What an undecided check means.
    pub unknown: UnknownCounts,
    /// Whether findings of advisory policies count.
    pub advisory: bool,
    /// Whether it is an error that something was not checked.
    pub require_complete: bool,
    /// Which findings count, against what was there before.
    pub only: Only,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            fail_on: Some(Severity::Low),
            unknown: UnknownCounts::Warn,
            advisory: false,
            require_complete: false,
            only: Only::default(),
        }
    }
}

impl Gate {
    /// Whether a finding by itself would make the exit code 1.
    ///
    /// An undecided check counts, where it does, like the failure that it may become; with no
    /// threshold at all, every one of at least low severity.
    fn counts(&self, finding: &Finding, enforcement: Enforcement) -> bool {
        let threshold = match (&finding.status, self.unknown) {
            (Status::Fail, _) => self.fail_on,
            (Status::Unknown(_), UnknownCounts::Fail) => self.fail_on.or(Some(Severity::Low)),
            (Status::Unknown(_), UnknownCounts::Warn | UnknownCounts::Ignore) => None,
        };
        // `info` never counts, whatever the threshold.
        threshold.is_some_and(|least| finding.severity() >= least.max(Severity::Low))
            && !finding.is_suppressed()
            && self.only.admits(finding.change)
            && (self.advisory || enforcement != Enforcement::Advisory)
    }
}

/// The exit code and what decided it, as rising places in the report's lists; all empty for 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// 0, 1 or 2.
    pub code: u8,
    /// Findings that made it 1.
    pub findings: Vec<usize>,
    /// Diagnostics that made it 2.
    pub diagnostics: Vec<usize>,
    /// What was not checked, where that makes it 2.
    pub not_checked: Vec<usize>,
}

impl Decision {
    /// Whether the finding at that place in the report's list decided.
    #[must_use]
    pub fn by_finding(&self, at: usize) -> bool {
        self.findings.binary_search(&at).is_ok()
    }

    /// Whether the diagnostic at that place in the report's list decided.
    #[must_use]
    pub fn by_diagnostic(&self, at: usize) -> bool {
        self.diagnostics.binary_search(&at).is_ok()
    }

    /// Whether the gap at that place in the report's list decided.
    #[must_use]
    pub fn by_gap(&self, at: usize) -> bool {
        self.not_checked.binary_search(&at).is_ok()
    }
}

impl Report {
    /// The exit code of the run.
    #[must_use]
    pub fn exit_code(&self, gate: &Gate) -> u8 {
        self.decided_by(gate).code
    }

    /// The exit code together with what decided it.
    #[must_use]
    pub fn decided_by(&self, gate: &Gate) -> Decision {
        let errors = places(&self.diagnostics, |diagnostic| diagnostic.level == Level::Error);
        let gaps = places(&self.not_checked, |_| gate.require_complete);
        if !errors.is_empty() || !gaps.is_empty() {
            return Decision {
                code: 2,
                diagnostics: errors,
                not_checked: gaps,
                ..Decision::default()
            };
        }
        let findings = places(&self.findings, |finding| {
            gate.counts(finding, self.facts(finding.policy).enforcement)
        });
        Decision { code: u8::from(!findings.is_empty()), findings, ..Decision::default() }
    }
}

fn places<T>(items: &[T], decides: impl Fn(&T) -> bool) -> Vec<usize> {
    items.iter().enumerate().filter(|(_, item)| decides(item)).map(|(at, _)| at).collect()
}
