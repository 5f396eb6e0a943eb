//! The report for programs, by the schema in `docs/report.schema.json`.
//!
//! Its structs are its own and change only together with the schema; what may be added without a new
//! version is a new optional member. Columns count code points from 1 and ends are exclusive.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Style;
use super::place::Place;
use crate::diag::{self, Label};
use crate::finding::{self, Checks, Gate, Reason, Report, Severity, Status, SuppressedBy};
use crate::text::Sources;

/// Rises when a program that reads the old form would misread the new one.
const VERSION: u32 = 1;

/// Everything, suppressed and undecided findings included.
pub(super) fn render(report: &Report, gate: &Gate, _: &Style) -> String {
    let document = Document::new(report, gate);
    let text = serde_json::to_string_pretty(&document)
        .expect("internal error: the report holds only strings, numbers and lists");
    text + "\n"
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    summary: Summary<'a>,
    findings: Vec<Finding<'a>>,
    diagnostics: Vec<Diagnostic<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    info: Vec<Info<'a>>,
    variables: Vec<Variable<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sets: Vec<VariableSet<'a>>,
}

/// What a policy tells of an instance, whatever came out.
#[derive(Serialize)]
struct Info<'a> {
    policy: &'a str,
    part: &'a str,
    address: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct Variable<'a> {
    root: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    set: Option<&'a str>,
    name: &'a str,
    source: &'static str,
    #[serde(flatten)]
    at: Option<Place<'a>>,
}

#[derive(Serialize)]
struct VariableSet<'a> {
    name: &'a str,
    files: &'a [String],
}

#[derive(Serialize)]
struct Summary<'a> {
    exit_code: u8,
    roots: usize,
    files: usize,
    resources: usize,
    policies: usize,
    checks: CheckCounts,
    findings: BTreeMap<&'static str, usize>,
    unknown: usize,
    suppressed: BTreeMap<&'static str, usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Changes>,
    waiting: Vec<Waiting<'a>>,
    not_checked: Vec<Note<'a>>,
    inputs: Vec<Input<'a>>,
}

#[derive(Serialize)]
struct CheckCounts {
    fail: usize,
    unknown: usize,
    pass: usize,
    not_applicable: usize,
}

#[derive(Serialize)]
struct Changes {
    introduced: usize,
    worsened: usize,
    existing: usize,
    unclear: usize,
    resolved: usize,
}

#[derive(Serialize)]
struct Waiting<'a> {
    #[serde(flatten)]
    reason: Because<'a>,
    checks: usize,
    fingerprints: Vec<&'a str>,
}

#[derive(Serialize)]
struct Note<'a> {
    what: &'a str,
    why: &'a str,
    #[serde(flatten)]
    at: Option<Place<'a>>,
    decides: bool,
}

#[derive(Serialize)]
struct Input<'a> {
    path: &'a str,
    what: &'a str,
}

#[derive(Serialize)]
struct Finding<'a> {
    policy: &'a str,
    part: &'a str,
    title: &'a str,
    severity: &'static str,
    theme: &'static str,
    enforcement: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'static str>,
    message: &'a str,
    address: &'a str,
    instances: &'a [String],
    module: &'a str,
    resource_type: &'a str,
    #[serde(flatten)]
    at: Option<Place<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    attribute: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Because<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Plan<'a>>,
    related: Vec<Related<'a>>,
    assumed: &'a [String],
    also: Vec<&'a str>,
    aliases: BTreeMap<&'a str, BTreeSet<&'a str>>,
    frameworks: BTreeMap<&'a str, BTreeSet<&'a str>>,
    remediation: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<Suppression<'a>>,
    fingerprint: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sets: Vec<&'a str>,
    decides: bool,
}

#[derive(Serialize)]
struct Because<'a> {
    cause: &'a str,
    subject: &'a str,
    #[serde(flatten)]
    at: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Plan<'a> {
    file: &'a str,
    path: &'a str,
    offset: u64,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    at: Place<'a>,
}

#[derive(Serialize)]
struct Suppression<'a> {
    by: &'static str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    holds: bool,
    #[serde(flatten)]
    at: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    level: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    #[serde(flatten)]
    at: Option<Place<'a>>,
    related: Vec<Related<'a>>,
    decides: bool,
}

impl<'a> Document<'a> {
    fn new(report: &'a Report, gate: &Gate) -> Self {
        let decision = report.decided_by(gate);
        let finding = |(at, finding)| Finding::new(report, finding, decision.by_finding(at));
        let diagnostic =
            |(at, diagnostic)| Diagnostic::new(report, diagnostic, decision.by_diagnostic(at));
        Self {
            version: VERSION,
            summary: Summary::new(report, &decision),
            findings: report.findings.iter().enumerate().map(finding).collect(),
            diagnostics: report.diagnostics.iter().enumerate().map(diagnostic).collect(),
            info: report
                .outcomes
                .iter()
                .filter(|outcome| outcome.info.is_some())
                .flat_map(|outcome| Info::all(report, outcome))
                .collect(),
            variables: report.variables.iter().map(|v| Variable::new(report, v)).collect(),
            sets: report.sets.iter().map(VariableSet::new).collect(),
        }
    }
}

impl<'a> Info<'a> {
    fn all(report: &'a Report, outcome: &'a finding::Outcome) -> impl Iterator<Item = Self> {
        let policy = report.facts(outcome.policy).id.as_str();
        let (part, address) = (&*outcome.part, outcome.target.address.as_str());
        let messages = outcome.info.as_deref().unwrap_or_default();
        messages.iter().map(move |message| Self { policy, part, address, message })
    }
}

impl<'a> Variable<'a> {
    fn new(report: &'a Report, variable: &'a finding::Variable) -> Self {
        let set = variable.set.and_then(|set| report.sets.get(set));
        Self {
            root: &variable.root,
            set: set.map(|set| &*set.name),
            name: &variable.name,
            source: variable.source,
            at: variable.at.map(|span| Place::new(&report.sources, span)),
        }
    }
}

impl<'a> VariableSet<'a> {
    fn new(set: &'a finding::VariableSet) -> Self {
        Self { name: &set.name, files: &set.files }
    }
}

impl<'a> Summary<'a> {
    fn new(report: &'a Report, decision: &finding::Decision) -> Self {
        let summary = report.summary();
        let Checks { fail, unknown, pass, not_applicable } = summary.checks;
        let sources = &report.sources;
        let note = |(at, note): (usize, &'a finding::Note)| Note {
            what: &note.what,
            why: &note.why,
            at: note.at.map(|span| Place::new(sources, span)),
            decides: decision.by_gap(at),
        };
        let suppressors = [SuppressedBy::Source, SuppressedBy::Settings, SuppressedBy::Baseline];
        let suppressed = |by| summary.suppressed.get(&by).copied().unwrap_or(0);
        Self {
            exit_code: decision.code,
            roots: summary.scope.roots,
            files: summary.scope.files,
            resources: summary.scope.resources,
            policies: summary.policies,
            checks: CheckCounts { fail, unknown, pass, not_applicable },
            findings: summary
                .findings
                .iter()
                .map(|(s, &count)| (Severity::name(*s), count))
                .collect(),
            unknown: summary.unknown,
            change: summary.changes.map(Changes::from),
            suppressed: suppressors.into_iter().map(|by| (by.name(), suppressed(by))).collect(),
            waiting: report.unknowns.iter().map(|group| Waiting::new(report, group)).collect(),
            not_checked: report.not_checked.iter().enumerate().map(note).collect(),
            inputs: report
                .inputs
                .iter()
                .map(|input| Input { path: &input.path, what: &input.what })
                .collect(),
        }
    }
}

impl From<finding::Changes> for Changes {
    fn from(changes: finding::Changes) -> Self {
        let finding::Changes { introduced, worsened, existing, unclear, resolved } = changes;
        Self { introduced, worsened, existing, unclear, resolved }
    }
}

impl<'a> Waiting<'a> {
    fn new(report: &'a Report, group: &'a finding::UnknownGroup) -> Self {
        let findings = group.findings.iter().filter_map(|&at| report.findings.get(at));
        Self {
            reason: Because::new(report, &group.reason),
            checks: group.checks,
            fingerprints: findings.map(|finding| finding.fingerprint.as_str()).collect(),
        }
    }
}

impl<'a> Finding<'a> {
    fn new(report: &'a Report, finding: &'a finding::Finding, decides: bool) -> Self {
        let facts = report.facts(finding.policy);
        let evidence = &*finding.evidence;
        let sources = &report.sources;
        let reason = match &finding.status {
            Status::Fail => None,
            Status::Unknown(reason) => Some(Because::new(report, reason)),
        };
        let spoken = || {
            let also = finding.also.iter().map(|&also| report.facts(also));
            std::iter::once(facts).chain(also)
        };
        let plan = |plan: &'a finding::PlanExcerpt| Plan {
            file: &plan.file,
            path: &plan.path,
            offset: plan.offset,
        };
        Self {
            policy: facts.id.as_str(),
            part: &finding.part,
            title: facts.title_of(&finding.part),
            severity: finding.severity().name(),
            theme: facts.theme.name(),
            enforcement: facts.enforcement.name(),
            status: finding.status.name(),
            change: finding.change.map(finding::Change::name),
            message: &evidence.message,
            address: &finding.address,
            instances: &finding.instances,
            module: &finding.target.module,
            resource_type: &finding.target.resource_type,
            at: evidence.at.as_ref().map(|label| Place::new(sources, label.span)),
            attribute: &evidence.path,
            missing: evidence.missing.as_deref(),
            reason,
            plan: evidence.plan.as_ref().map(plan),
            related: related(sources, &evidence.related),
            assumed: &evidence.assumed,
            also: finding.also.iter().map(|&also| report.facts(also).id.as_str()).collect(),
            aliases: merged(spoken().map(|facts| &facts.aliases)),
            frameworks: merged(spoken().map(|facts| &facts.frameworks)),
            remediation: &facts.remediation,
            suppressed: finding.suppressed.as_deref().map(|wish| Suppression::new(sources, wish)),
            fingerprint: &finding.fingerprint,
            sets: finding.sets.iter().map(AsRef::as_ref).collect(),
            decides,
        }
    }
}

/// One list for each name, over all policies that a finding speaks for.
fn merged<'a>(
    maps: impl Iterator<Item = &'a BTreeMap<String, Vec<String>>>,
) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut merged: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, ids) in maps.flatten() {
        merged.entry(name).or_default().extend(ids.iter().map(String::as_str));
    }
    merged
}

impl<'a> Because<'a> {
    fn new(report: &'a Report, reason: &'a Reason) -> Self {
        let at = reason.at.map(|span| Place::new(&report.sources, span));
        Self { cause: &reason.cause, subject: &reason.subject, at }
    }
}

impl<'a> Suppression<'a> {
    fn new(sources: &'a Sources, wish: &'a finding::Suppression) -> Self {
        let at = wish.at.map(|span| Place::new(sources, span));
        let until = wish.until.map(|until| until.to_string());
        Self { by: wish.by.name(), reason: &wish.reason, until, holds: wish.holds, at }
    }
}

impl<'a> Diagnostic<'a> {
    fn new(report: &'a Report, diagnostic: &'a diag::Diagnostic, decides: bool) -> Self {
        let at = diagnostic.at.as_ref().map(|label| Place::new(&report.sources, label.span));
        Self {
            level: diagnostic.level.name(),
            message: &diagnostic.message,
            hint: diagnostic.hint.as_deref(),
            at,
            related: related(&report.sources, &diagnostic.related),
            decides,
        }
    }
}

fn related<'a>(sources: &'a Sources, labels: &'a [Label]) -> Vec<Related<'a>> {
    let one =
        |label: &'a Label| Related { message: &label.text, at: Place::new(sources, label.span) };
    labels.iter().map(one).collect()
}
