//! Whatever is handed in: a clear word, exit code 2, and the other inputs are still reported.

use insta::assert_snapshot;

use crate::folder::Folder;

/// A configuration that is checked beside the wrong input.
const GOOD: (&str, &str) = ("good/main.tf", "resource \"null_resource\" \"a\" {}\n");

#[test]
fn a_path_that_does_not_exist() {
    assert_snapshot!(Folder::with([GOOD]).run("check --no-builtin good nowhere/plan.json"), @"");
}

#[test]
fn a_folder_without_configuration() {
    let folder = Folder::with([GOOD, ("docs/readme.md", "text"), ("docs/.hidden/a.tf", "")]);
    assert_snapshot!(folder.run("check --no-builtin docs good"), @"");
}

#[test]
fn an_empty_file() {
    assert_snapshot!(Folder::with([("plan.json", "")]).run("check plan.json"), @"");
}

#[test]
fn a_binary_plan() {
    let folder = Folder::with([GOOD, ("out/tfplan", "PK\u{3}\u{4}")]);
    assert_snapshot!(folder.run("check --no-builtin out/tfplan good"), @"");
    assert_snapshot!(folder.run_with("check -", b"PK\x03\x04"), @"");
}

#[test]
fn truncated_json() {
    let plan = r#"{"format_version":"1.2","resource_changes":[{"address":"aws_vpc.a","ty"#;
    let folder = Folder::with([("plan.json", plan)]);
    assert_snapshot!(folder.run("check plan.json"), @"");
    assert_snapshot!(folder.run_with("check -", plan.as_bytes()), @"");
}

#[test]
fn a_megabyte_of_brackets() {
    let brackets = "[".repeat(1 << 20);
    let folder = Folder::with([
        ("list.json", &brackets),
        ("plan.json", &format!("{{\"format_version\":\"1.2\",\"resource_changes\":{brackets}")),
        ("deep/main.tf", &format!("locals {{\n  a = {brackets}\n}}\n")),
    ]);
    assert_snapshot!(folder.run("check --no-builtin list.json plan.json deep"), @"");
}

#[test]
fn text_that_is_not_utf_8() {
    let folder = Folder::with([("plan.json", "")]);
    folder.write("plan.json", b"{\"format_version\": \"\xff\"}");
    folder.write("bad/main.tf", b"locals {\n  a = \"\xff\"\n}\n");
    assert_snapshot!(folder.run("check --no-builtin plan.json bad"), @"");
}

#[test]
fn modules_that_call_each_other() {
    let folder = Folder::with([
        ("a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\n"),
        ("b/main.tf", "module \"a\" {\n  source = \"../a\"\n}\n"),
    ]);
    assert_snapshot!(folder.run("check --no-builtin"), @"");
}

#[test]
fn a_module_that_calls_itself_twice() {
    let call = |name: &str| format!("module \"{name}\" {{\n  source = \"./\"\n}}\n");
    let folder = Folder::with([("main.tf", &(call("a") + &call("b")))]);
    assert_snapshot!(folder.run("check --no-builtin"), @"");
}

#[test]
fn a_local_module_that_is_missing() {
    let folder = Folder::with([("main.tf", "module \"net\" {\n  source = \"./net\"\n}\n")]);
    assert_snapshot!(folder.run("check --no-builtin"), @"");
}

#[test]
fn a_file_of_a_configuration() {
    assert_snapshot!(Folder::with([GOOD]).run("check good/main.tf"), @"");
}

#[test]
fn syntax_that_is_wrong() {
    let folder = Folder::with([GOOD, ("bad/main.tf", "resource \"a\" \"b\" {\n  x = \n}\n")]);
    assert_snapshot!(folder.run("check --no-builtin"), @"");
}

#[test]
#[cfg(unix)]
fn a_pipe_that_is_closed() {
    use std::process::{Command, Stdio};

    let folder = Folder::with([GOOD]);
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("planward"))
        .args(["check", "--no-builtin", "-", "good"])
        .current_dir(folder.path())
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("planward runs");
    // Standard input stays open until the reader is gone, so that nothing is printed before.
    let stdin = child.stdin.take();
    drop(child.stdout.take());
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(2), "an empty plan on standard input");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
