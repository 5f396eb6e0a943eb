//! Grouping, fingerprints and the exit code over small made-up runs.

use std::sync::Arc;

use super::*;
use crate::diag::{Diagnostic, Label};
use crate::text::{FileId, Sources, Span};

fn span(start: u32) -> Span {
    Span::new(FileId(0), start, start + 1)
}

fn facts(id: &str, enforcement: Enforcement) -> Facts {
    Facts::bare(PolicyId::parse(id).expect("valid id"), enforcement)
}

fn outcome(policy: u32, address: &str, verdict: Verdict) -> Outcome {
    let static_address: String = address.split('[').next().unwrap_or("").to_owned();
    let target = Target {
        address: address.to_owned(),
        static_address,
        formerly: Vec::new(),
        module: String::new(),
        resource_type: "aws_x".to_owned(),
    };
    let (policy, target) = (PolicyIndex(policy), Arc::new(target));
    Outcome {
        policy,
        part: Arc::from("main"),
        target,
        verdict,
        suppressed: None,
        change: None,
        info: None,
        others_pass: false,
    }
}

fn evidence(severity: Severity, message: &str, at: Option<u32>) -> Evidence {
    let at = at.map(|start| Label::new(span(start), ""));
    Evidence { at, path: "acl".to_owned(), ..Evidence::new(severity, message) }
}

fn fail(policy: u32, address: &str, at: Option<u32>) -> Outcome {
    let evidence = evidence(Severity::High, &format!("`{address}` is open"), at);
    outcome(policy, address, Verdict::Fail(Arc::new(evidence)))
}

fn unknown(policy: u32, address: &str, subject: &str) -> Outcome {
    let reason =
        Reason { cause: "no value given".to_owned(), subject: subject.to_owned(), at: None };
    let evidence = evidence(Severity::Medium, "undecided", Some(9));
    outcome(policy, address, Verdict::Unknown(Arc::new(evidence), Arc::new(reason)))
}

fn material(outcomes: Vec<Outcome>) -> Material {
    let mut sources = Sources::default();
    sources.add("main.tf", "0123456789\n0123456789\n");
    let policies =
        vec![facts("a.open", Enforcement::Mandatory), facts("b.told", Enforcement::Advisory)];
    let run = Run {
        root: Arc::from("."),
        is_plan: false,
        set: None,
        policies: (0..2).map(PolicyIndex).collect(),
        missing: Vec::new(),
        outcomes: 0..outcomes.len(),
    };
    Material { policies, outcomes, sources, runs: vec![run], ..Material::default() }
}

fn report(outcomes: Vec<Outcome>) -> Report {
    Report::new(material(outcomes))
}

fn addresses(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| finding.address.as_str()).collect()
}

#[test]
fn instances_at_one_place_are_one_finding() {
    let report = report(vec![
        fail(0, "aws_x.a[0]", Some(3)),
        fail(0, "aws_x.a[1]", Some(3)),
        fail(0, "aws_x.b", Some(3)),
        fail(0, "aws_x.a[2]", Some(5)),
    ]);
    assert_eq!(addresses(&report), ["aws_x.a", "aws_x.b", "aws_x.a[2]"]);
    assert_eq!(report.findings[0].instances, ["aws_x.a[0]", "aws_x.a[1]"]);
    assert_eq!(report.findings[0].count, 2);
}

#[test]
fn other_words_are_another_finding() {
    let other = evidence(Severity::High, "`x` is closed", Some(3));
    let report = report(vec![
        fail(0, "aws_x.a[0]", Some(3)),
        outcome(0, "aws_x.a[1]", Verdict::Fail(Arc::new(other))),
    ]);
    assert_eq!(report.findings.len(), 2);
}

#[test]
fn order_is_place_then_policy_then_no_place() {
    let report = report(vec![
        fail(0, "aws_x.z", None),
        fail(1, "aws_x.a", Some(12)),
        fail(1, "aws_x.a", Some(2)),
        fail(0, "aws_x.b", Some(2)),
    ]);
    assert_eq!(addresses(&report), ["aws_x.b", "aws_x.a", "aws_x.a", "aws_x.z"]);
    assert_eq!(report.findings[1].evidence.at.as_ref().map(|at| at.span), Some(span(2)));
}

#[test]
fn a_fingerprint_ignores_the_line_and_keys_unless_some_pass() {
    let one = |outcomes| report(outcomes).findings[0].fingerprint.clone();
    let alone = one(vec![fail(0, "aws_x.a[0]", Some(2))]);
    assert_eq!(alone, one(vec![fail(0, "aws_x.a[0]", Some(7))]));
    assert_eq!(alone, one(vec![fail(0, "aws_x.a[0]", None)]));
    assert_eq!(alone, one(vec![fail(0, "aws_x.a[0]", Some(2)), fail(0, "aws_x.a[1]", Some(2))]));
    let others_pass = Outcome { others_pass: true, ..fail(0, "aws_x.a[0]", Some(2)) };
    assert_ne!(alone, one(vec![others_pass]));
    assert_ne!(alone, one(vec![fail(1, "aws_x.a[0]", Some(2))]));
}

#[test]
fn exact_duplicates_are_counted() {
    let report = report(vec![fail(0, "aws_x.a", Some(2)), fail(0, "aws_x.a", Some(7))]);
    assert_ne!(report.findings[0].fingerprint, report.findings[1].fingerprint);
}

#[test]
fn a_covered_policy_is_named_and_not_passed() {
    let silent = outcome(1, "aws_x.a", Verdict::CoveredBy(PolicyIndex(0)));
    let report = report(vec![fail(0, "aws_x.a", Some(2)), silent]);
    assert_eq!(addresses(&report), ["aws_x.a"]);
    assert_eq!(report.findings[0].also, [PolicyIndex(1)]);
    assert_eq!(report.summary().checks, Checks { fail: 1, ..Checks::default() });
}

#[test]
fn unknowns_wait_for_their_root_cause() {
    let report = report(vec![
        unknown(0, "aws_x.a", "var.b"),
        unknown(0, "aws_x.b[0]", "var.a"),
        unknown(0, "aws_x.b[1]", "var.a"),
    ]);
    let groups: Vec<(&str, usize)> =
        report.unknowns.iter().map(|group| (group.reason.subject.as_str(), group.checks)).collect();
    assert_eq!(groups, [("var.a", 2), ("var.b", 1)]);
    assert_eq!(report.findings.len(), 2);
}

#[test]
fn touching_masks_become_one() {
    let masked = vec![span(5), Span::new(FileId(1), 0, 4), span(3), span(4)];
    let report = Report::new(Material { masked, ..material(Vec::new()) });
    assert_eq!(report.masked, [Span::new(FileId(0), 3, 6), Span::new(FileId(1), 0, 4)]);
}

#[test]
fn exit_codes() {
    let plain = Gate::default();
    let failing = || vec![fail(0, "aws_x.a", Some(2))];
    let cases = [
        (Vec::new(), plain, 0),
        (failing(), plain, 1),
        (failing(), Gate { fail_on: Some(Severity::Critical), ..plain }, 0),
        (failing(), Gate { fail_on: Some(Severity::High), ..plain }, 1),
        (failing(), Gate { fail_on: None, ..plain }, 0),
        (vec![fail(1, "aws_x.a", Some(2))], plain, 0),
        (vec![fail(1, "aws_x.a", Some(2))], Gate { advisory: true, ..plain }, 1),
        (vec![unknown(0, "aws_x.a", "var.a")], plain, 0),
        (vec![unknown(0, "aws_x.a", "var.a")], Gate { unknown: UnknownCounts::Fail, ..plain }, 1),
        (
            vec![unknown(0, "aws_x.a", "var.a")],
            Gate { unknown: UnknownCounts::Fail, fail_on: Some(Severity::High), ..plain },
            0,
        ),
        (
            vec![unknown(0, "aws_x.a", "var.a")],
            Gate { unknown: UnknownCounts::Fail, fail_on: None, ..plain },
            1,
        ),
    ];
    for (at, (outcomes, gate, code)) in cases.into_iter().enumerate() {
        assert_eq!(report(outcomes).exit_code(&gate), code, "case {at}");
    }
}

#[test]
fn info_never_counts() {
    let told = evidence(Severity::Info, "neutralised", Some(2));
    let report = report(vec![outcome(0, "aws_x.a", Verdict::Fail(Arc::new(told)))]);
    assert_eq!(report.exit_code(&Gate { fail_on: Some(Severity::Info), ..Gate::default() }), 0);
}

#[test]
fn an_error_goes_before_findings_and_says_so() {
    let outcomes = vec![fail(0, "aws_x.a", Some(2))];
    let diagnostics = vec![Diagnostic::error("cannot read"), Diagnostic::note("old").at(span(0))];
    let report = Report::new(Material { diagnostics, ..material(outcomes) });
    let decision = report.decided_by(&Gate::default());
    assert_eq!(decision, Decision { code: 2, diagnostics: vec![1], ..Decision::default() });
}

#[test]
fn what_was_not_checked_counts_on_request() {
    let note = Note { what: "module.net".to_owned(), why: "not downloaded".to_owned(), at: None };
    let not_checked = vec![note];
    let report = Report::new(Material { not_checked, ..material(Vec::new()) });
    assert_eq!(report.exit_code(&Gate::default()), 0);
    let strict = Gate { require_complete: true, ..Gate::default() };
    assert_eq!(report.decided_by(&strict).not_checked, [0]);
    assert_eq!(report.exit_code(&strict), 2);
}

#[test]
fn suppressions_count_only_where_they_hold() {
    for (holds, code) in [(true, 0), (false, 1)] {
        let by = SuppressedBy::Source;
        let wish = Suppression { by, reason: "known".to_owned(), until: None, at: None, holds };
        let suppressed = Some(Arc::new(wish));
        let report = report(vec![Outcome { suppressed, ..fail(0, "aws_x.a", Some(2)) }]);
        assert_eq!(report.exit_code(&Gate::default()), code);
        assert_eq!(report.summary().suppressed.get(&by).copied().unwrap_or(0), usize::from(holds));
    }
}

/// A baseline of one root module, and a run of it alone.
const LOOKED: Looked<'_> = Looked { place: &str::to_owned, rest: &|_| Rest::Elsewhere };

fn baseline(report: &Report) -> Baseline {
    Baseline::of(report, LOOKED.place)
}

#[test]
fn the_baseline_knows_findings_by_fingerprint() {
    let first = baseline(&report(vec![fail(0, "aws_x.a", Some(2))]));
    let mut report = report(vec![fail(0, "aws_x.a", Some(7)), fail(0, "aws_x.b", Some(4))]);
    let known = Met::new(&first, &report, LOOKED).known();
    report.leave_out_known(&known);
    let decision = report.decided_by(&Gate::default());
    assert_eq!((decision.code, decision.findings), (1, vec![0]));
    assert_eq!(report.findings[0].address, "aws_x.b");
    assert_eq!(report.summary().suppressed.get(&SuppressedBy::Baseline), Some(&1));
    // What the baseline hides is in the next one all the same.
    assert_eq!(baseline(&report).len(), 2);
}

#[test]
fn the_baseline_follows_moves_and_renamed_policies() {
    let first = baseline(&report(vec![fail(0, "aws_x.a", Some(2))]));
    let moved = || {
        let mut outcome = fail(0, "aws_x.b", Some(2));
        Arc::make_mut(&mut outcome.target).formerly = vec!["aws_x.a".to_owned()];
        outcome
    };
    let mut material = material(vec![moved()]);
    material.policies[0].id = PolicyId::parse("a.wide").expect("valid id");
    material.policies[0].formerly = vec![PolicyId::parse("a.open").expect("valid id")];
    let report = Report::new(material);
    let met = Met::new(&first, &report, LOOKED);
    assert_eq!((met.gone(), met.known()), (0, [0].into()));
    assert_eq!(met.pruned(), baseline(&report));
}

#[test]
fn what_is_gone_can_be_dropped_unless_its_policy_did_not_run() {
    let both = report(vec![fail(0, "aws_x.a", Some(2)), fail(1, "aws_x.a", Some(2))]);
    let both = baseline(&both);
    let now = report(Vec::new());
    let met = Met::new(&both, &now, LOOKED);
    assert_eq!((met.gone(), met.not_looked_for(), met.pruned().len()), (2, 0, 0));
    let mut other = material(Vec::new());
    other.runs[0].policies = Arc::from([PolicyIndex(0)]);
    let other = Report::new(other);
    let met = Met::new(&both, &other, LOOKED);
    assert_eq!((met.gone(), met.not_looked_for(), met.pruned().len()), (1, 1, 1));
}
