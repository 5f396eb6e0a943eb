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

/// The name alone is the first one's old id.
#[test]
fn one_name_for_several_types() {
    let policy = |ty: &str| {
        format!(
            "resource_policy \"{ty}\" \"open\" {{\n  enforce {{\n    condition = false\n  }}\n}}\n"
        )
    };
    let rules = format!("policy {{}}\n{}{}", policy("aws_vpc"), policy("aws_subnet"));
    let main = "resource \"aws_vpc\" \"a\" {\n}\nresource \"aws_subnet\" \"a\" {\n}\n";
    let folder = Folder::with([("rules/net.policy.hcl", rules.as_str()), ("main.tf", main)]);
    assert_snapshot!(folder.run("check . --policies rules --no-builtin"), @r"
    --- stdout
    main.tf:1:1: error: condition not met [net.aws_vpc.open] (aws_vpc.a) *
    main.tf:3:1: error: condition not met [net.aws_subnet.open] (aws_subnet.a) *
    2 findings (2 high); 2 policies on 2 resources in 1 file; exit code 1 for 2 findings, marked *
    --- exit code 1
    ");
    assert_snapshot!(folder.run("check . --policies rules --no-builtin --skip net.open"), @r"
    --- stdout
    main.tf:3:1: error: condition not met [net.aws_subnet.open] (aws_subnet.a) *
    1 finding (1 high); 1 policy on 2 resources in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    ");
}
