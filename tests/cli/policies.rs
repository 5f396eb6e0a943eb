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
    assert_snapshot!(folder.run("policies --no-builtin --policies rules"), @r#"
    --- stdout
    names.has_triggers  high      names.has_triggers
    --- exit code 0
    "#);
    assert_snapshot!(folder.run("policies --no-builtin --policies nowhere"), @r#"
    --- stderr
    error: policy file `nowhere` cannot be read: no such file or folder
    --- exit code 2
    "#);
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
    assert_snapshot!(folder.run("test"), @r#"
    --- stdout
    2 passed, 0 failed
    --- exit code 0
    "#);
    // A hook names what was changed or deleted; each test runs once.
    let named = "test rules/names.policy.hcl rules/gone.policy.hcl rules/names.policytest.hcl";
    assert_eq!(folder.run(named), folder.run("test"));
    assert_snapshot!(folder.run("test --verbose rules/names.policytest.hcl"), @r#"
    --- stdout
    rules/names.policytest.hcl: resource.null_resource.good: pass
    rules/names.policytest.hcl: resource.null_resource.bad: pass
      has_triggers: condition not met
    2 passed, 0 failed
    --- exit code 0
    "#);
    folder.write("rules/names.policytest.hcl", wrong.as_bytes());
    assert_snapshot!(folder.run("test rules"), @r#"
    --- stdout
    rules/names.policytest.hcl: resource.null_resource.bad: fail, no policy was expected to fail
      has_triggers: condition not met
    1 passed, 1 failed
    --- exit code 1
    "#);
}

#[test]
fn no_tests() {
    assert_snapshot!(Folder::with([POLICY]).run("test rules"), @r#"
    --- stdout
    0 passed, 0 failed
    --- stderr
    error: no tests (`*.policytest.hcl`) were found in `rules`
    --- exit code 2
    "#);
}
