//! `planward policies`, and `planward test` where there are none.

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
fn no_tests() {
    assert_snapshot!(Folder::with([POLICY]).run("test rules"), @r#"
    --- stdout
    0 passed, 0 failed
    --- stderr
    error: no tests (`*.policytest.hcl`) were found in `rules`
    --- exit code 2
    "#);
}
