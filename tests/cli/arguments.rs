//! Help, version and mistakes in arguments.

use insta::assert_snapshot;

use crate::folder::Folder;

#[test]
fn version() {
    assert_snapshot!(Folder::with([]).run("--version"), @"");
}

#[test]
fn help() {
    assert_snapshot!(Folder::with([]).run("--help"), @"");
}

#[test]
fn help_of_check() {
    assert_snapshot!(Folder::with([]).run("check -h"), @"");
}

#[test]
fn no_command() {
    let output = Folder::with([]).output("", b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

#[test]
fn a_severity_that_is_none() {
    assert_snapshot!(Folder::with([]).run("check --fail-on severe"), @"");
}

#[test]
fn source_and_no_source() {
    assert_snapshot!(Folder::with([]).run("check p.json --source . --no-source"), @"");
}

#[test]
fn patterns_that_name_nothing() {
    let folder = Folder::with([("main.tf", "")]);
    assert_snapshot!(folder.run("check --no-builtin --select aws-s4-* --skip nothing"), @"");
}
