//! A plan and its source that has changed since: said, and the place is still the attribute's.

use planward::check::{Input, Options, check};
use planward::diag::Level;
use planward::finding::Report;
use planward::text::MemoryFiles;

const PLAN: &str = r#"{"format_version":"1.2","resource_changes":[{"address":"aws_kms_key.k",
    "mode":"managed","type":"aws_kms_key","name":"k","provider_name":"hashicorp/aws","change":{
    "actions":["create"],"before":null,"after":{"enable_key_rotation":false,"description":"k"},
    "after_unknown":{"id":true},"before_sensitive":false,"after_sensitive":{}}}],
    "configuration":{"root_module":{"resources":[{"address":"aws_kms_key.k","mode":"managed",
    "type":"aws_kms_key","name":"k","expressions":{"enable_key_rotation":{"constant_value":false}
    }}]}}}"#;

fn joined(source: &str) -> Report {
    let mut files = MemoryFiles::default();
    files.insert("main.tf", source);
    files.insert("plan.json", PLAN);
    let options = Options {
        inputs: vec![Input::Path(".".to_owned())],
        plan: Some(Input::Path("plan.json".to_owned())),
        select: vec!["aws-kms-key-rotation-off".to_owned()],
        ..Options::default()
    };
    check(&files, &options)
}

fn notes(report: &Report) -> Vec<&str> {
    let notes = report.diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Note);
    notes.map(|note| note.message.as_str()).collect()
}

fn line(report: &Report) -> u32 {
    let [finding] = &*report.findings else { panic!("one finding: {:?}", report.findings) };
    let at = finding.evidence.at.as_ref().unwrap().span;
    report.sources.position(at.file, at.start).line
}

#[test]
fn a_source_that_has_changed_is_told() {
    let report = joined(
        "resource \"aws_kms_key\" \"k\" {\n  description         = \"k\"\n  enable_key_rotation = true\n}\n",
    );
    let expected = "`plan.json` and its source `.` differ: aws_kms_key.k.enable_key_rotation";
    assert_eq!(notes(&report), [expected]);
    assert_eq!(line(&report), 3, "the plan is judged, at the attribute");
}

#[test]
fn a_source_that_is_the_plans_own_is_not() {
    let report = joined(
        "resource \"aws_kms_key\" \"k\" {\n  description         = \"K\"\n  enable_key_rotation = false\n}\n",
    );
    assert_eq!(notes(&report), Vec::<&str>::new(), "providers change case");
    assert_eq!(line(&report), 3);
}
