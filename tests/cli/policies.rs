//! `planward policies` and `planward test`.

use insta::assert_snapshot;

use crate::folder::Folder;

const POLICY: (&str, &str) = (
    "rules/names.policy.hcl",
    r#"
policy {}

resource_policy "null_resource" "has_triggers" {
  enforce {
    condition = attrs.triggers != null
  }
}
"#,
);

#[test]
fn policies_of_ones_own() {
    let folder = Folder::with([POLICY]);
    assert_snapshot!(folder.run("policies --no-builtin --policies rules"), @"");
    assert_snapshot!(folder.run("policies --no-builtin --policies nowhere"), @"");
}

#[test]
fn tests_of_policies() {
    let test = r#"
policytest {
  targets = ["names.policy.hcl"]
}

resource "null_resource" "good" {
  attrs = { triggers = { a = "b" } }
}

resource "null_resource" "bad" {
  expect_failure = true
  attrs          = { id = "x" }
}
"#;
    let wrong = test.replace("expect_failure = true", "");
    let folder = Folder::with([POLICY, ("rules/names.policytest.hcl", test)]);
    assert_snapshot!(folder.run("test"), @"");
    assert_snapshot!(folder.run("test --verbose rules/names.policytest.hcl"), @"");
    folder.write("rules/names.policytest.hcl", wrong.as_bytes());
    assert_snapshot!(folder.run("test rules"), @"");
}

#[test]
fn no_tests() {
    assert_snapshot!(Folder::with([POLICY]).run("test rules"), @"");
}
