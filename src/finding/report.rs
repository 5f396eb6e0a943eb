//! The whole truth about a run, in reading order. Formats only render it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::belonging::Belonging;
use super::change::{self, Changes, Resolved};
use super::facts::{Facts, PolicyId};
use super::group::{self, Finding, Status};
use super::outcome::{Outcome, PolicyIndex, Reason, SuppressedBy, Verdict};
use super::scale::Severity;
use super::story::Told;
use crate::diag::Diagnostic;
use crate::text::{Sources, Span};

/// Something that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// The path as reports show it.
    pub path: String,
    /// What it is and what was done with it, such as `plan, joined with infra`.
    pub what: String,
}

/// Something that was not checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// What, such as `module.network`.
    pub what: String,
    /// Why, such as `the module was not downloaded`.
    pub why: String,
    /// Where.
    pub at: Option<Span>,
}

/// A variable of a root module, and who gave it its value. The value itself is nobody's business here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The root's folder or the plan, as reports show it.
    pub root: String,
    /// The set of values that the root was evaluated with, as a place in the report's list.
    pub set: Option<usize>,
    /// The variable.
    pub name: String,
    /// `default`, `environment`, `file`, `argument`, `plan` or `none`.
    pub source: &'static str,
    /// Where the value is written.
    pub at: Option<Span>,
}

/// Values for variables that every root module was evaluated with once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableSet {
    /// What the user calls it.
    pub name: Arc<str>,
    /// Its files.
    pub files: Vec<String>,
}

/// What was judged at once: a root module with one set of values, or a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The root's folder, as reports show it; of a plan, the folder that it was joined with, or else the
    /// plan.
    pub root: Arc<str>,
    /// Whether there is no folder.
    pub is_plan: bool,
    /// The set of values, as a place in the list of sets.
    pub set: Option<usize>,
    /// The policies that were asked.
    pub policies: Arc<[PolicyIndex]>,
    /// The paths of module calls that could not be followed, such as `module.net.module.subnets`.
    pub missing: Vec<String>,
    /// What the policies said, as places in the list of outcomes.
    pub outcomes: Range<usize>,
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Root modules and plans.
    pub roots: usize,
    /// Configuration files, including those of called modules.
    pub files: usize,
    /// Instances of resources and data sources.
    pub resources: usize,
}

/// What a run gathered, in the order of its inputs.
#[derive(Debug, Default)]
pub struct Material {
    /// The policies that ran; outcomes point here.
    pub policies: Vec<Facts>,
    /// One for each policy's part and instance that did not pass or has something to tell.
    pub outcomes: Vec<Outcome>,
    /// The others, counted.
    pub silent: Checks,
    /// Our complaints.
    pub diagnostics: Vec<Diagnostic>,
    /// What was read.
    pub inputs: Vec<Input>,
    /// What was not checked, and why.
    pub not_checked: Vec<Note>,
    /// How much was looked at.
    pub scope: Scope,
    /// The files that spans point into.
    pub sources: Sources,
    /// Literals that no excerpt may show.
    pub masked: Vec<Span>,
    /// Who gave the root modules' variables their values.
    pub variables: Vec<Variable>,
    /// The sets of values, when there are any.
    pub sets: Vec<VariableSet>,
    /// Which outcomes belong to which root and set; ascending, apart from each other.
    pub runs: Vec<Run>,
    /// What was compared with what was there before: what is resolved; `None` when nothing was.
    pub resolved: Option<Vec<Resolved>>,
    /// What it was compared with, when that is not what is there before a plan.
    pub compared_with: Option<String>,
    /// The suppressions that could be met.
    pub suppressions: Vec<SuppressionUse>,
    /// Where suppressions of other tools name checks that no policy knows.
    pub unknown_elsewhere: Vec<Span>,
    /// How verdicts came about, where somebody asked.
    pub told: Told,
}

/// What is to be said about a suppression when no part of a run needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressionUse {
    /// Said when nothing was met.
    pub idle: Diagnostic,
    /// Whether something was met.
    pub is_used: bool,
}

/// Undecided checks that wait for the same thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownGroup {
    /// What they wait for.
    pub reason: Arc<Reason>,
    /// Number of checks, each instance counted.
    pub checks: usize,
    /// Their findings, as places in the report's list.
    pub findings: Vec<usize>,
}

/// Numbers of outcomes; a covered check is counted nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    /// Condition false.
    pub fail: usize,
    /// Condition undecided.
    pub unknown: usize,
    /// Condition true.
    pub pass: usize,
    /// Left out by the policy's filter.
    pub not_applicable: usize,
}

impl Checks {
    /// Adds those of another part.
    pub fn add(&mut self, other: Self) {
        self.fail += other.fail;
        self.unknown += other.unknown;
        self.pass += other.pass;
        self.not_applicable += other.not_applicable;
    }
}

/// The numbers at the end of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How much was looked at.
    pub scope: Scope,
    /// Number of policies that ran.
    pub policies: usize,
    /// Outcomes, suppressed ones included.
    pub checks: Checks,
    /// Failures that are not suppressed, by severity; every severity is there.
    pub findings: BTreeMap<Severity, usize>,
    /// Undecided findings that are not suppressed.
    pub unknown: usize,
    /// Suppressed findings of either kind, by who asked.
    pub suppressed: BTreeMap<SuppressedBy, usize>,
    /// Against what was there before; `None` when nothing was compared.
    pub changes: Option<Changes>,
}

/// A run, told. Nothing is left out: formats render and never filter.
#[derive(Debug)]
pub struct Report {
    /// The policies that ran.
    pub policies: Vec<Facts>,
    /// What did not pass or has something to tell, ungrouped.
    pub outcomes: Vec<Outcome>,
    /// What passed in silence or does not apply, counted.
    pub silent: Checks,
    /// By file, place, policy and address; then those without place.
    pub findings: Vec<Finding>,
    /// Undecided findings by what they wait for, most checks first.
    pub unknowns: Vec<UnknownGroup>,
    /// By file and place; then those without place.
    pub diagnostics: Vec<Diagnostic>,
    /// What was read.
    pub inputs: Vec<Input>,
    /// What was not checked, and why.
    pub not_checked: Vec<Note>,
    /// How much was looked at.
    pub scope: Scope,
    /// The files that spans point into.
    pub sources: Sources,
    /// Literals that no excerpt may show; sorted, apart from each other.
    pub masked: Vec<Span>,
    /// Who gave the root modules' variables their values, in the order of the inputs.
    pub variables: Vec<Variable>,
    /// The sets of values that each root was evaluated with; empty without sets.
    pub sets: Vec<VariableSet>,
    /// What was there before and is mended; `None` when nothing was compared.
    pub resolved: Option<Vec<Resolved>>,
    /// What it was compared with, when that is not what is there before a plan.
    pub compared_with: Option<String>,
    /// What was judged, in the order of the inputs.
    pub runs: Vec<Run>,
}

impl Report {
    /// Groups, sorts and counts. Nothing is judged again.
    #[must_use]
    pub fn new(material: Material) -> Self {
        let Material { policies, outcomes, mut diagnostics, inputs, .. } = material;
        let Material { mut not_checked, scope, sources, masked, resolved, .. } = material;
        let Material { variables, sets, runs, suppressions, unknown_elsewhere, .. } = material;
        let Material { compared_with, silent, .. } = material;
        diagnostics.extend(idle(suppressions, &sources));
        diagnostics.extend(foreign(&unknown_elsewhere, &sources));
        let belonging = Belonging { sets: &sets, runs: &runs };
        let findings = group::group(&policies, &outcomes, &sources, &belonging);
        sort_diagnostics(&mut diagnostics, &sources);
        // A module that is called twice complains twice, and a file that two parts of a run read has two
        // numbers.
        diagnostics.dedup_by(|a, b| same(a, b, &sources));
        not_checked.sort();
        not_checked.dedup();
        let unknowns = waiting(&findings);
        let masked = merge(masked);
        Self {
            policies,
            outcomes,
            silent,
            findings,
            unknowns,
            diagnostics,
            inputs,
            not_checked,
            scope,
            sources,
            masked,
            variables,
            sets,
            resolved,
            compared_with,
            runs,
        }
    }

    /// Groups the undecided findings that are not suppressed anew.
    pub(super) fn count_waiting(&mut self) {
        self.unknowns = waiting(&self.findings);
    }

    /// The facts of a policy that ran.
    ///
    /// # Panics
    /// When `policy` is not from this report.
    #[must_use]
    pub fn facts(&self, policy: PolicyIndex) -> &Facts {
        self.policies
            .get(policy.0 as usize)
            .expect("internal error: an outcome names a policy that did not run")
    }

    /// The numbers at the end.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut findings: BTreeMap<Severity, usize> =
            Severity::ALL.into_iter().map(|severity| (severity, 0)).collect();
        let mut suppressed = BTreeMap::new();
        let mut unknown = 0;
        for finding in &self.findings {
            match (&finding.suppressed, &finding.status) {
                (Some(wish), _) if wish.holds => *suppressed.entry(wish.by).or_insert(0) += 1,
                (_, Status::Fail) => *findings.entry(finding.severity()).or_insert(0) += 1,
                (_, Status::Unknown(_)) => unknown += 1,
            }
        }
        // Roots with settings of their own may give one policy several severities.
        let policies: BTreeSet<&PolicyId> = self.policies.iter().map(|facts| &facts.id).collect();
        let (scope, policies) = (self.scope, policies.len());
        let checks = count(&self.outcomes, self.silent);
        let changes = self.resolved.as_ref();
        let changes = changes.map(|resolved| change::count(&self.findings, resolved));
        Summary { scope, policies, checks, findings, unknown, suppressed, changes }
    }
}

/// What no part of the run needs. Parts may have read the same suppression.
fn idle(suppressions: Vec<SuppressionUse>, sources: &Sources) -> Vec<Diagnostic> {
    let mut uses: Vec<SuppressionUse> = Vec::new();
    let mut seen: BTreeMap<_, usize> = BTreeMap::new();
    for one in suppressions {
        let span = one.idle.at.as_ref().map(|label| label.span);
        let span = span.map(|span| (sources.path(span.file), span.start, span.end));
        match seen.entry((span, one.idle.message.clone())) {
            Entry::Vacant(place) => {
                place.insert(uses.len());
                uses.push(one);
            }
            Entry::Occupied(place) => {
                if let Some(known) = uses.get_mut(*place.get()) {
                    known.is_used |= one.is_used;
                }
            }
        }
    }
    uses.into_iter().filter(|one| !one.is_used).map(|one| one.idle).collect()
}

/// Other tools check other things: that is worth one line, not a complaint.
fn foreign(places: &[Span], sources: &Sources) -> Option<Diagnostic> {
    let place = |span: &Span| (sources.path(span.file), span.start);
    let places: BTreeSet<(&str, u32)> = places.iter().map(place).collect();
    let message = match places.len() {
        0 => return None,
        1 => "1 suppression of another tool names a check that no policy here knows".to_owned(),
        n => format!("{n} suppressions of other tools name checks that no policy here knows"),
    };
    Some(Diagnostic::note(message))
}

fn count(outcomes: &[Outcome], mut checks: Checks) -> Checks {
    for outcome in outcomes {
        match outcome.verdict {
            Verdict::Fail(_) => checks.fail += 1,
            Verdict::Unknown(..) => checks.unknown += 1,
            Verdict::Pass => checks.pass += 1,
            Verdict::NotApplicable => checks.not_applicable += 1,
            Verdict::CoveredBy(_) => {}
        }
    }
    checks
}

fn waiting(findings: &[Finding]) -> Vec<UnknownGroup> {
    let mut groups: BTreeMap<&Arc<Reason>, UnknownGroup> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, f)| !f.is_suppressed()) {
        let Status::Unknown(reason) = &finding.status else { continue };
        let group = groups.entry(reason).or_insert_with(|| UnknownGroup {
            reason: reason.clone(),
            checks: 0,
            findings: Vec::new(),
        });
        group.checks += finding.count;
        group.findings.push(at);
    }
    let mut groups: Vec<UnknownGroup> = groups.into_values().collect();
    // A stable sort: among equals the reasons' own order stays.
    groups.sort_by_key(|group| std::cmp::Reverse(group.checks));
    groups
}

fn same(a: &Diagnostic, b: &Diagnostic, sources: &Sources) -> bool {
    let place = |diagnostic: &Diagnostic| {
        let span = diagnostic.at.as_ref().map(|label| label.span);
        span.map(|span| (sources.path(span.file).to_owned(), span.start, span.end))
    };
    (a.level, &a.message, &a.hint) == (b.level, &b.message, &b.hint) && place(a) == place(b)
}

fn sort_diagnostics(diagnostics: &mut [Diagnostic], sources: &Sources) {
    diagnostics.sort_by(|a, b| {
        let place = |diagnostic: &Diagnostic| {
            let span = diagnostic.at.as_ref().map(|label| label.span);
            (span.is_none(), span.map(|s| sources.path(s.file)), span.map(|s| (s.start, s.end)))
        };
        place(a)
            .cmp(&place(b))
            .then_with(|| a.level.cmp(&b.level))
            .then_with(|| a.message.cmp(&b.message))
    });
}

/// Sorted, and one span where two touch.
fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if last.file == span.file && span.start <= last.end => *last = last.to(span),
            _ => merged.push(span),
        }
    }
    merged
}
