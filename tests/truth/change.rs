//! What a plan has to do with its findings. `fixtures/plan/guards` holds a configuration, its next
//! version and the plan that leads from one to the other; `every-action.json` is a larger one.

use std::collections::BTreeMap;

use planward::check::{Input, Options, Source};
use planward::finding::{Change, Changes, Gate, Only, Report};
use planward::report::{FORMATS, Style};
use planward::text::MemoryFiles;

use crate::found;

const GROUP: &str = "aws-ec2-security-group-open-admin-ports";
const ACL: &str = "aws-s3-bucket-public";
const KEY: &str = "aws-kms-key-rotation-off";
const FILES: &str = "aws-efs-file-system-not-encrypted";
const LOGS: &str = "aws-s3-access-logging-off";

/// What must come out, by what each resource of the two versions is.
const EXPECTED: [(&str, &str, Change); 13] = [
    (FILES, "aws_efs_file_system.replaced", Change::Existing),
    (FILES, "aws_efs_file_system.replaced_worse", Change::Introduced),
    (KEY, "aws_kms_key.adopted", Change::Existing),
    (KEY, "aws_kms_key.never_on", Change::Existing),
    (KEY, "aws_kms_key.turned_off", Change::Introduced),
    (LOGS, "aws_s3_bucket.logged", Change::Introduced),
    // Only informs: its guard is forgotten, and stays.
    (ACL, "aws_s3_bucket_acl.kept", Change::Existing),
    (ACL, "aws_s3_bucket_acl.site", Change::Introduced),
    (GROUP, "aws_security_group.fresh", Change::Introduced),
    (GROUP, "aws_security_group.more", Change::Worsened),
    (GROUP, "aws_security_group.new_name", Change::Existing),
    // One hole is closed, another one opened.
    (GROUP, "aws_security_group.other", Change::Worsened),
    // Only the description of the rule has changed.
    (GROUP, "aws_security_group.same", Change::Existing),
];

fn files() -> MemoryFiles {
    found::load(&found::project("fixtures/plan"))
}

fn check(path: &str, source: Source) -> Report {
    let inputs = vec![Input::Path(path.to_owned())];
    found::check_with(&files(), Options { inputs, source, ..Options::default() })
}

/// The plan by itself, and joined with its source.
fn guards() -> [Report; 2] {
    let folder = Source::Folder("guards/after".to_owned());
    [Source::Without, folder].map(|source| check("guards/plan.json", source))
}

fn changes(report: &Report) -> BTreeMap<(&str, &str), Option<Change>> {
    let of = |finding| {
        let finding: &planward::finding::Finding = finding;
        let id = report.facts(finding.policy).id.as_str();
        ((id, finding.address.as_str()), finding.change)
    };
    report.findings.iter().map(of).collect()
}

#[test]
fn every_finding_of_a_plan_is_new_or_old() {
    let expected: BTreeMap<_, _> =
        EXPECTED.into_iter().map(|(id, address, change)| ((id, address), Some(change))).collect();
    for report in guards() {
        assert_eq!(changes(&report), expected);
        let mut resolved: Vec<(&str, &str)> = report
            .resolved
            .iter()
            .flatten()
            .map(|r| (report.facts(r.policy).id.as_str(), r.target.address.as_str()))
            .collect();
        resolved.sort_unstable();
        let mended = [
            (GROUP, "aws_security_group.closed"),
            (GROUP, "aws_security_group.gone"),
            (LOGS, "aws_s3_bucket.mended"),
        ];
        assert_eq!(resolved, mended);
        let counted = Changes { introduced: 5, worsened: 2, existing: 6, unclear: 0, resolved: 3 };
        assert_eq!(report.summary().changes, Some(counted));
    }
}

#[test]
fn a_deleted_guard_is_named_by_what_it_guarded() {
    for report in guards() {
        let named: Vec<(&str, &str)> = report
            .findings
            .iter()
            .filter_map(|f| Some((f.address.as_str(), f.evidence.message.split_once("; ")?.1)))
            .filter(|(_, message)| message.ends_with("is deleted by this plan"))
            .collect();
        let expected = [
            ("aws_s3_bucket.logged", "`aws_s3_bucket_logging.logged` is deleted by this plan"),
            (
                "aws_s3_bucket_acl.site",
                "`aws_s3_bucket_public_access_block.site` is deleted by this plan",
            ),
        ];
        let mut named = named;
        named.sort_unstable();
        assert_eq!(named, expected);
    }
}

#[test]
fn a_gate_may_count_only_what_is_new() {
    let [report, _] = guards();
    let gate = |only: &[Change]| Gate { only: Only::these(only), ..Gate::default() };
    let decided = |only: &[Change]| report.decided_by(&gate(only)).findings.len();
    // One finding that exists only informs, and never counts.
    assert_eq!(decided(&[]), 12);
    assert_eq!(decided(&[Change::Introduced]), 5);
    assert_eq!(decided(&[Change::Introduced, Change::Worsened]), 7);
    for format in &FORMATS {
        let text = (format.render)(&report, &gate(&[Change::Introduced]), &Style::default());
        let machine = ["json", "sarif"].contains(&format.name);
        assert_eq!(text.contains("aws_kms_key.never_on"), machine, "{}", format.name);
        if !machine {
            // Pretty output wraps its lines.
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let counts = "5 introduced, 2 worsened, 6 existing (of which count: introduced); 3 \
                          resolved by this plan";
            assert!(text.contains(counts), "{}: {text}", format.name);
        }
    }
    let sarif = FORMATS.iter().find(|format| format.name == "sarif").unwrap();
    let sarif = (sarif.render)(&report, &Gate::default(), &Style::default());
    let states = ["new", "updated", "unchanged"];
    let counts = states.map(|s| sarif.matches(&format!("\"baselineState\": \"{s}\"")).count());
    assert_eq!(counts, [5, 2, 6]);
}

#[test]
fn what_is_there_is_never_new() {
    for (path, compared) in [("whole-state.json", false), ("refresh-only.json", true)] {
        let report = check(path, Source::Without);
        assert!(!report.findings.is_empty(), "{path}");
        let old = |f: &planward::finding::Finding| f.change == Some(Change::Existing);
        assert!(report.findings.iter().all(old), "{path}");
        assert_eq!(report.resolved.is_some(), compared, "{path}");
    }
    let folder = check("guards/after", Source::Without);
    assert!(folder.findings.iter().all(|finding| finding.change.is_none()));
    assert_eq!(folder.summary().changes, None);
}

#[test]
fn a_plan_that_destroys_everything_resolves_everything() {
    let there = check("whole-state.json", Source::Without).findings.len();
    let report = check("destroy.json", Source::Without);
    assert_eq!(report.findings.len(), 0);
    assert_eq!(report.summary().changes.unwrap().resolved, there);
}
