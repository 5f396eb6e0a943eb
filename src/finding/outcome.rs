//! One policy on one instance, before anything is grouped.
//!
//! Most checks pass. They are only counted, unless their policy has something to tell, so an [`Outcome`]
//! is mostly one that did not pass.

use std::ops::Range;
use std::sync::Arc;

use super::change::Change;
use super::date::Date;
use super::scale::Severity;
use crate::diag::Label;
use crate::text::Span;

/// A policy, by its place in the list of policies that ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyIndex(pub u32);

/// The instance that was checked; shared by its outcomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// With all keys: `module.net["a"].aws_vpc.main[0]`.
    pub address: String,
    /// Without any key: `module.net.aws_vpc.main`.
    pub static_address: String,
    /// What `static_address` was before the resource moved.
    pub formerly: Vec<String>,
    /// The module without keys, `module.net`; empty for the root module.
    pub module: String,
    /// The type of the resource.
    pub resource_type: String,
}

/// What one block of a policy said about one instance.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The policy.
    pub policy: PolicyIndex,
    /// The name of the block in the policy's file.
    pub part: Arc<str>,
    /// The instance.
    pub target: Arc<Target>,
    /// What came out.
    pub verdict: Verdict,
    /// The suppression that names this outcome, whether or not it holds.
    pub suppressed: Option<Arc<Suppression>>,
    /// What the policy tells whatever came out.
    pub info: Option<Arc<[String]>>,
    /// Whether other instances of the same resource pass the same check.
    pub others_pass: bool,
    /// What did not pass, against what was there before; `None` where there is nothing to compare with
    /// or it cannot be told.
    pub change: Option<Change>,
}

/// How a check ended. A check that could not be evaluated is a diagnostic, not a verdict.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The condition is false.
    Fail(Arc<Evidence>),
    /// The condition rests on something that is not known.
    Unknown(Arc<Evidence>, Arc<Reason>),
    /// The condition is true.
    Pass,
    /// The policy's filter leaves the instance out.
    NotApplicable,
    /// Another policy speaks about the same matter on this instance. Not passed; suppressing the
    /// speaker does not wake this one.
    CoveredBy(PolicyIndex),
}

/// What stands beside the place that an attribute's value comes from.
pub const WRITTEN: &str = "the value is written here";

/// What there is to say and to show about a check that did not pass.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The severity of the policy's part.
    pub severity: Severity,
    /// One line, lower case, no full stop.
    pub message: String,
    /// The deciding place: an attribute's value, or the block's header when something is missing.
    pub at: Option<Label>,
    /// Where a value comes from, and the companions that were looked at.
    pub related: Vec<Label>,
    /// Those of `related` that are module calls on the way to the resource.
    pub calls: Range<usize>,
    /// The attribute, such as `ingress[0].cidr_blocks`; may be empty.
    pub path: String,
    /// The attribute that is not there, when its block's header is the place.
    pub missing: Option<String>,
    /// What was taken for granted, such as a default of an assumed provider version.
    pub assumed: Vec<String>,
    /// The plan's words, where there is no source.
    pub plan: Option<PlanExcerpt>,
    /// The value's shape for the fingerprint: normal form of a plain value, never a sensitive one.
    pub shape: String,
}

impl Evidence {
    /// Evidence that names no place.
    #[must_use]
    pub fn new(severity: Severity, message: impl Into<String>) -> Self {
        Self {
            severity,
            message: message.into(),
            at: None,
            related: Vec::new(),
            calls: 0..0,
            path: String::new(),
            missing: None,
            assumed: Vec::new(),
            plan: None,
            shape: String::new(),
        }
    }

    /// Where it stands and what it comes from; with or without the module calls on the way.
    pub fn places(&self, with_calls: bool) -> impl Iterator<Item = Span> {
        let counts = move |at: &usize| with_calls || !self.calls.contains(at);
        let related = self.related.iter().enumerate().filter(move |(at, _)| counts(at));
        self.at.iter().chain(related.map(|(_, label)| label)).map(|label| label.span)
    }
}

/// The resource as the plan has it, printed on several lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanExcerpt {
    /// The plan as reports show it.
    pub file: String,
    /// Where in the plan, such as `resource_changes[3].change.after.acl`.
    pub path: String,
    /// INVARIANT: sensitive values are already hidden; no span covers this text.
    pub json: String,
    /// The deciding value in `json`, in bytes.
    pub marked: Range<usize>,
    /// Offset of the deciding value in the plan itself, in bytes.
    pub offset: u64,
}

/// The root cause of an unknown verdict.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reason {
    /// What kind of gap it is, such as `no value given` or `known after apply`.
    pub cause: String,
    /// What the check waits for, such as `var.cidr`.
    pub subject: String,
    /// Where that stands.
    pub at: Option<Span>,
}

/// Who asked that an outcome be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuppressedBy {
    /// A comment in the source.
    Source,
    /// The settings file.
    Settings,
    /// The baseline: it was there before.
    Baseline,
}

impl SuppressedBy {
    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Settings => "settings",
            Self::Baseline => "baseline",
        }
    }
}

/// A wish that an outcome does not count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Suppression {
    /// Who asked.
    pub by: SuppressedBy,
    /// Why; may be empty.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Where it is written.
    pub at: Option<Span>,
    /// Whether it is granted; one in the source is not when the gate is locked.
    pub holds: bool,
}
