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
    assert_snapshot!(folder.run(OPTIONS), @"");
}

#[test]
fn a_resource_that_fails() {
    let folder = Folder::with([POLICY, ("main.tf", FAILING)]);
    assert_snapshot!(folder.run(OPTIONS), @"");
    assert_snapshot!(folder.run(&format!("{OPTIONS} --format pretty")), @"");
    assert_snapshot!(folder.run(&format!("{OPTIONS} --fail-on critical")), @"");
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
    assert_snapshot!(folder.run(OPTIONS), @"");
}

#[test]
fn what_was_not_checked() {
    let folder = Folder::with([(
        "main.tf",
        "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\nresource \"foo_bar\" \"a\" {}\n",
    )]);
    assert_snapshot!(folder.run("check --no-builtin"), @"");
    assert_snapshot!(folder.run("check --no-builtin --require-complete"), @"");
}

#[test]
fn a_plan_lies_beside_the_configuration() {
    let plan = r#"{"format_version":"1.2","resource_changes":[]}"#;
    let folder = Folder::with([("main.tf", PASSING), ("plan.json", plan)]);
    assert_snapshot!(folder.run("check --no-builtin"), @"");
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
