//! `planward check`.

use insta::assert_snapshot;

use crate::folder::Folder;

const POLICY: (&str, &str) = (
    "rules/names.policy.hcl",
    r#"
policy {}

resource_policy "null_resource" "has_triggers" {
  enforce {
    condition     = attrs.triggers != null
    error_message = "triggers are missing"
  }
}
"#,
);

const PASSING: &str = "resource \"null_resource\" \"a\" {\n  triggers = { a = 1 }\n}\n";
const FAILING: &str = "resource \"null_resource\" \"b\" {\n}\n";
const OPTIONS: &str = "check --no-builtin --policies rules";

#[test]
fn a_resource_that_passes() {
    let folder = Folder::with([POLICY, ("main.tf", PASSING)]);
    assert_snapshot!(folder.run(OPTIONS), @r#"
    --- stdout
    no findings; 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
}

#[test]
fn a_resource_that_fails() {
    let folder = Folder::with([POLICY, ("main.tf", FAILING)]);
    assert_snapshot!(folder.run(OPTIONS), @r#"
    --- stdout
    main.tf:1:1: error: triggers are missing [names.has_triggers] (null_resource.b) *
    1 finding (1 high); 1 policy on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(folder.run(&format!("{OPTIONS} --format pretty")), @r#"
    --- stdout
    high  names.has_triggers ●
      names.has_triggers

      × triggers are missing
       ╭─[main.tf:1:1]
     1 │ resource "null_resource" "b" {
       · ──────────────┬─────────────
       ·               ╰── `triggers` is not set here
     2 │ }
       ╰────
      resource:  null_resource.b
      missing:   `triggers` is not set in this block

    1 finding (1 high). Checked 1 policy on 1 resource in 1 file. Read: . (configuration).
    Exit code 1 for 1 finding, marked ●.
    --- exit code 1
    "#);
    assert_snapshot!(folder.run(&format!("{OPTIONS} --fail-on critical")), @r#"
    --- stdout
    main.tf:1:1: error: triggers are missing [names.has_triggers] (null_resource.b)
    1 finding (1 high); 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
}

#[test]
fn hidden_and_ignored_folders_are_left_alone() {
    let folder = Folder::with([
        POLICY,
        ("main.tf", PASSING),
        (".gitignore", "build/\n"),
        ("build/main.tf", FAILING),
        (".terraform/modules/m/main.tf", FAILING),
        (".terragrunt-cache/m/main.tf", FAILING),
    ]);
    assert_eq!(folder.output(OPTIONS, b"").status.code(), Some(0));
    let named = folder.output(&format!("{OPTIONS} build"), b"");
    assert_eq!(named.status.code(), Some(1), "a folder that is named is checked");
}

#[test]
fn modules_are_judged_through_their_callers() {
    let folder = Folder::with([
        POLICY,
        ("app/main.tf", "module \"net\" {\n  source = \"../net\"\n}\n"),
        ("net/main.tf", FAILING),
    ]);
    assert_snapshot!(folder.run(OPTIONS), @r#"
    --- stdout
    net/main.tf:1:1: error: triggers are missing [names.has_triggers] (module.net.null_resource.b) *
    1 finding (1 high); 1 policy on 1 resource in 2 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn what_was_not_checked() {
    let folder = Folder::with([(
        "main.tf",
        "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\nresource \"foo_bar\" \"a\" {}\n",
    )]);
    assert_snapshot!(folder.run("check --no-builtin"), @r#"
    --- stdout
    main.tf:4:1: note: foo_bar not checked: no schema of its provider is known
    main.tf:2:3: note: module.vpc not checked: the module `terraform-aws-modules/vpc/aws` is not on disk; `terraform init` downloads it
    no findings, 2 not checked; 0 policies on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    assert_snapshot!(folder.run("check --no-builtin --require-complete"), @r#"
    --- stdout
    main.tf:4:1: note: foo_bar not checked: no schema of its provider is known *
    main.tf:2:3: note: module.vpc not checked: the module `terraform-aws-modules/vpc/aws` is not on disk; `terraform init` downloads it *
    no findings, 2 not checked; 0 policies on 1 resource in 1 file; exit code 2 for 2 not checked, marked *
    --- exit code 2
    "#);
}

#[test]
fn a_plan_lies_beside_the_configuration() {
    let plan = r#"{"format_version":"1.2","resource_changes":[]}"#;
    let folder = Folder::with([("main.tf", PASSING), ("plan.json", plan)]);
    assert_snapshot!(folder.run("check --no-builtin"), @r#"
    --- stdout
    note: `plan.json` is a plan; it was not used (add `--plan plan.json` to check it together with its source)
    no findings; 0 policies on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let resources = |n: usize| format!("resource \"null_resource\" \"r{n}\" {{\n}}\n");
    let folder = Folder::with([POLICY]);
    for n in 0..40 {
        folder.write(
            &format!("root{n}/main.tf"),
            (0..n).map(resources).collect::<String>().as_bytes(),
        );
    }
    for format in ["pretty", "concise", "json"] {
        let args = format!("{OPTIONS} . nowhere --format {format}");
        let first = folder.output(&args, b"");
        assert_eq!(first.status.code(), Some(2));
        assert!(first.stdout.len() > 1000);
        for _ in 0..3 {
            assert!(folder.output(&args, b"") == first, "{format}");
        }
    }
}
