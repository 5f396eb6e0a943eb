//! Whatever is handed in: a clear word, exit code 2, and the other inputs are still reported.

use insta::assert_snapshot;

use crate::folder::Folder;

/// A configuration that is checked beside the wrong input.
const GOOD: (&str, &str) = ("good/main.tf", "resource \"null_resource\" \"a\" {}\n");

#[test]
fn a_path_that_does_not_exist() {
    assert_snapshot!(Folder::with([GOOD]).run("check --no-builtin good nowhere/plan.json"), @r#"
    --- stdout
    error: `nowhere/plan.json` does not exist *
    no findings; 0 policies on 1 resource in 1 file; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}

#[test]
fn a_folder_without_configuration() {
    let folder = Folder::with([GOOD, ("docs/readme.md", "text"), ("docs/.hidden/a.tf", "")]);
    assert_snapshot!(folder.run("check --no-builtin docs good"), @r#"
    --- stdout
    error: no configuration (`*.tf`) was found in `docs` (hidden and git-ignored folders are searched only when they are named themselves) *
    no findings; 0 policies on 1 resource in 1 file; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}

#[test]
fn an_empty_file() {
    assert_snapshot!(Folder::with([("plan.json", "")]).run("check --no-builtin plan.json"), @r#"
    --- stdout
    error: `plan.json` is empty, not a plan as JSON (run `terraform plan -out=tfplan`, then `terraform show -json tfplan > plan.json`, and check plan.json) *
    no findings; 0 policies on 0 resources in 0 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}

#[test]
fn a_binary_plan() {
    let folder = Folder::with([GOOD, ("out/tfplan", "PK\u{3}\u{4}")]);
    assert_snapshot!(folder.run("check --no-builtin out/tfplan good"), @r#"
    --- stdout
    error: `out/tfplan` is a saved binary plan, not a plan as JSON (run `terraform show -json out/tfplan > plan.json` and check that) *
    no findings; 0 policies on 1 resource in 1 file; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
    assert_snapshot!(folder.run_with("check --no-builtin -", b"PK\x03\x04"), @r#"
    --- stdout
    error: `-` is a saved binary plan, not a plan as JSON (run `terraform show -json PLANFILE > plan.json` and check that) *
    no findings; 0 policies on 0 resources in 0 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}

#[test]
fn truncated_json() {
    let plan = r#"{"format_version":"1.2","resource_changes":[{"address":"aws_vpc.a","ty"#;
    let folder = Folder::with([("plan.json", plan)]);
    assert_snapshot!(folder.run("check --no-builtin plan.json"), @r#"
    --- stdout
    error: `plan.json`: the plan ends too early, at byte 70, in `resource_changes[0]` (write the plan again with `terraform show -json PLANFILE > plan.json`, without other output) *
    no findings; 0 policies on 0 resources in 0 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
    assert_snapshot!(folder.run_with("check --no-builtin -", plan.as_bytes()), @r#"
    --- stdout
    error: `-`: the plan ends too early, at byte 70, in `resource_changes[0]` (write the plan again with `terraform show -json PLANFILE > plan.json`, without other output) *
    no findings; 0 policies on 0 resources in 0 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}

#[test]
fn a_megabyte_of_brackets() {
    let brackets = "[".repeat(1 << 20);
    let folder = Folder::with([
        ("list.json", &brackets),
        ("plan.json", &format!("{{\"format_version\":\"1.2\",\"resource_changes\":{brackets}")),
        ("deep/main.tf", &format!("locals {{\n  a = {brackets}\n}}\n")),
    ]);
    assert_snapshot!(folder.run("check --no-builtin list.json plan.json deep"), @r#"
    --- stdout
    deep/main.tf:2:407: error: expressions nest deeper than 400 levels here *
    error: `list.json` is JSON of another kind, not a plan as JSON (run `terraform plan -out=tfplan`, then `terraform show -json tfplan > plan.json`, and check plan.json) *
    error: `plan.json`: the plan ends too early, at byte 1048619, in `resource_changes[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]...` (write the plan again with `terraform show -json PLANFILE > plan.json`, without other output) *
    no findings; 0 policies on 0 resources in 1 file; exit code 2 for 3 errors, marked *
    --- exit code 2
    "#);
}

#[test]
fn text_that_is_not_utf_8() {
    let folder = Folder::with([("plan.json", "")]);
    folder.write("plan.json", b"{\"format_version\": \"\xff\"}");
    folder.write("bad/main.tf", b"locals {\n  a = \"\xff\"\n}\n");
    assert_snapshot!(folder.run("check --no-builtin plan.json bad"), @r#"
    --- stdout
    bad/main.tf:1:1: error: byte at offset 16 is not UTF-8 *
    error: `plan.json` is neither UTF-8 nor UTF-16 text, not a plan as JSON (run `terraform plan -out=tfplan`, then `terraform show -json tfplan > plan.json`, and check plan.json) *
    no findings; 0 policies on 0 resources in 1 file; exit code 2 for 2 errors, marked *
    --- exit code 2
    "#);
}

#[test]
fn modules_that_call_each_other() {
    let folder = Folder::with([
        ("a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\n"),
        ("b/main.tf", "module \"a\" {\n  source = \"../a\"\n}\n"),
    ]);
    assert_snapshot!(folder.run("check --no-builtin"), @r#"
    --- stdout
    b/main.tf:2:3: error: module cycle: `a` -> `b` -> `a` (a module cannot call itself; take one call out) *
    no findings; 0 policies on 0 resources in 2 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}

#[test]
fn a_module_that_calls_itself_twice() {
    let call = |name: &str| format!("module \"{name}\" {{\n  source = \"./\"\n}}\n");
    let folder = Folder::with([("main.tf", &(call("a") + &call("b")))]);
    assert_snapshot!(folder.run("check --no-builtin"), @r#"
    --- stdout
    main.tf:2:3: error: module cycle: `.` -> `.` (a module cannot call itself; take one call out) *
    main.tf:5:3: error: module cycle: `.` -> `.` (a module cannot call itself; take one call out) *
    no findings; 0 policies on 0 resources in 1 file; exit code 2 for 2 errors, marked *
    --- exit code 2
    "#);
}

#[test]
fn a_local_module_that_is_missing() {
    let folder = Folder::with([("main.tf", "module \"net\" {\n  source = \"./net\"\n}\n")]);
    assert_snapshot!(folder.run("check --no-builtin"), @r#"
    --- stdout
    main.tf:2:3: error: module folder `net` cannot be read: no such file or folder (the source of a local module is a folder relative to the calling module) *
    no findings; 0 policies on 0 resources in 1 file; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}

#[test]
fn a_baseline_of_one_file() {
    assert_snapshot!(Folder::with([GOOD]).run("baseline --no-builtin good/main.tf"), @r#"
    --- stderr
    error: `good/main.tf` is one file of a configuration
      hint: name its folder, `good`
    `planward.baseline.json` was not written
    --- exit code 2
    "#);
}

#[test]
fn syntax_that_is_wrong() {
    let folder = Folder::with([GOOD, ("bad/main.tf", "resource \"a\" \"b\" {\n  x = \n}\n")]);
    assert_snapshot!(folder.run("check --no-builtin"), @r#"
    --- stdout
    bad/main.tf:2:7: error: end of line, expected an expression *
    bad/main.tf:1:1: note: a not checked: no schema of its provider is known
    no findings, 1 not checked; 0 policies on 2 resources in 2 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
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
