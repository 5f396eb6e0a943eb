//! `--compat`: the same policies about the same resources, by three sets of rules.

use planward::check::{Input, Options, check};
use planward::diag::Level;
use planward::finding::Verdict;
use planward::policy::Compat;
use planward::policy::testing::{self, run_file};
use planward::text::MemoryFiles;

const CONFIGURATION: &str = r#"
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
  tags       = { tier = "web" }
}
"#;

const UNCHANGED: &str = r#"{
  "format_version": "1.2", "terraform_version": "1.11.4", "complete": true, "errored": false,
  "planned_values": {"root_module": {}}, "configuration": {"root_module": {}},
  "resource_changes": [{
    "address": "aws_vpc.main", "mode": "managed", "type": "aws_vpc", "name": "main",
    "provider_name": "registry.terraform.io/hashicorp/aws",
    "change": {
      "actions": ["no-op"],
      "before": {"cidr_block": "10.0.0.0/16"}, "after": {"cidr_block": "10.0.0.0/16"},
      "after_unknown": {}, "before_sensitive": {}, "after_sensitive": {}
    }
  }]
}"#;

/// What came of a policy: the worst of its outcomes, or that it could not be loaded or evaluated.
fn outcome(policy: &str, input: &Input, compat: Compat) -> &'static str {
    let mut files = MemoryFiles::default();
    files.insert("main.tf", CONFIGURATION);
    files.insert("rules/one.policy.hcl", policy);
    let options = Options {
        inputs: vec![input.clone()],
        policies: vec!["rules".to_owned()],
        builtin: false,
        compat,
        passes: true,
        ..Options::default()
    };
    let report = check(&files, &options);
    let errors: Vec<&str> = report
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.level == Level::Error)
        .map(|diagnostic| diagnostic.message.as_str())
        .collect();
    let has = |fits: fn(&Verdict) -> bool| report.outcomes.iter().any(|o| fits(&o.verdict));
    match errors.as_slice() {
        [] if has(|verdict| matches!(verdict, Verdict::Fail(_))) => "fail",
        [] if has(|verdict| matches!(verdict, Verdict::Unknown(..))) => "unknown",
        [] if has(|verdict| matches!(verdict, Verdict::Pass)) => "pass",
        [] => "not asked",
        errors if errors.iter().all(|error| error.contains("cannot be evaluated on")) => "error",
        _ => "refused",
    }
}

fn compare(input: &Input, cases: &[(&str, &str, [&str; 3])]) {
    for (what, policy, expected) in cases {
        let found = Compat::ALL.map(|compat| outcome(policy, input, compat));
        assert_eq!(found, *expected, "{what}, by 0.4, engine and 0.1: {policy}");
    }
}

#[test]
fn a_configuration() {
    let enforce = |ty: &str, condition: &str| {
        format!(
            "resource_policy \"{ty}\" \"p\" {{\n  enforce {{\n    condition = {condition}\n  }}\n}}\n"
        )
    };
    let decided_here = ["pass", "unknown", "pass"];
    let only_here = ["pass", "error", "pass"];
    let cases = [
        (
            "references tell what is listed",
            enforce(
                "aws_vpc",
                r#"core::length(core::getresources("aws_subnet", { vpc_id = attrs.id })) == 1"#,
            ),
            decided_here,
        ),
        (
            "`try` keeps what is known",
            enforce(
                "aws_subnet",
                r#"core::try([attrs.cidr_block, attrs.arn], [])[0] == "10.0.1.0/24""#,
            ),
            decided_here,
        ),
        (
            "the other side of `||` does not matter",
            enforce("aws_vpc", "attrs.tags == null || core::length(attrs.tags) > 0"),
            only_here,
        ),
        (
            "a string has a length",
            enforce("aws_vpc", "core::length(attrs.cidr_block) > 0"),
            only_here,
        ),
        (
            "functions that are not documented",
            enforce("aws_vpc", r#"core::cidrhost(attrs.cidr_block, 1) == "10.0.0.1""#),
            only_here,
        ),
        (
            "functions of its own",
            enforce("aws_vpc", r#"cloud::given(attrs.cidr_block, "") != """#),
            only_here,
        ),
        ("a name of its own", enforce("aws_vpc", r#"meta.address == "aws_vpc.main""#), only_here),
        (
            "an object is compared with a map",
            enforce(
                "aws_vpc",
                r#"core::length(core::getresources("aws_subnet", { tags = { tier = "web" } })) == 1"#,
            ),
            ["pass", "fail", "pass"],
        ),
        (
            "what is documented and known",
            enforce("aws_vpc", r#"core::startswith(attrs.cidr_block, "10.")"#),
            ["pass", "pass", "pass"],
        ),
    ];
    let cases: Vec<(&str, &str, [&str; 3])> =
        cases.iter().map(|(what, policy, expected)| (*what, policy.as_str(), *expected)).collect();
    compare(&Input::Path(".".to_owned()), &cases);
}

#[test]
fn blocks() {
    compare(
        &Input::Path(".".to_owned()),
        &[
            (
                "a message that cannot be rendered",
                r#"
resource_policy "aws_vpc" "p" {
  enforce {
    condition     = attrs.cidr_block == "0.0.0.0/0"
    error_message = "no owner: ${attrs.tags["owner"]}"
  }
}
"#,
                ["fail", "error", "fail"],
            ),
            (
                "origins join everywhere",
                r#"
resource_policy "aws_vpc" "p" {
  connected "aws_subnet" {
    min_instances = 1
    connection {
      subject   = "id"
      connected = "vpc_id"
    }
  }
}
"#,
                ["pass", "pass", "pass"],
            ),
            (
                "create and delete together",
                r#"
resource_policy "aws_vpc" "p" {
  operations = ["create", "delete"]
  enforce {
    condition = attrs.cidr_block != null
  }
}
"#,
                ["refused", "refused", "pass"],
            ),
            (
                "an operation of a later version",
                r#"
resource_policy "aws_vpc" "p" {
  operations = ["create", "no-op"]
  enforce {
    condition = attrs.cidr_block != null
  }
}
"#,
                ["pass", "pass", "refused"],
            ),
        ],
    );
}

#[test]
fn what_stays_as_it_is() {
    let policy = r#"
resource_policy "aws_vpc" "p" {
  enforce {
    condition = attrs.cidr_block != "10.0.0.0/16"
  }
}
"#;
    let plan = Input::Bytes { name: "plan.json".to_owned(), bytes: UNCHANGED.into() };
    compare(&plan, &[("unchanged resources", policy, ["fail", "fail", "not asked"])]);
}

#[test]
fn tests_of_policies() {
    let mut files = MemoryFiles::default();
    files.insert(
        "rules/one.policy.hcl",
        r#"
resource_policy "aws_vpc" "p" {
  enforce {
    condition = core::length(attrs.cidr_block) > 0
  }
}
"#,
    );
    files.insert(
        "rules/one.policytest.hcl",
        r#"
policytest {
  targets = ["one.policy.hcl"]
}

resource "aws_vpc" "main" {
  attrs = { cidr_block = "10.0.0.0/16" }
}
"#,
    );
    let run = |compat| {
        let options = testing::Options { compat, ..testing::Options::default() };
        let test = run_file("rules/one.policytest.hcl", "rules", &files, &options);
        test.cases.iter().map(|case| case.actual.name()).collect::<Vec<_>>()
    };
    assert_eq!(Compat::ALL.map(run), [vec!["pass"], vec!["error"], vec!["pass"]]);
}
