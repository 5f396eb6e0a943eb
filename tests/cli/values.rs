//! Values for variables, files of reports, `explain` and `new`.

use insta::assert_snapshot;

use crate::folder::Folder;

const POLICY: (&str, &str) = (
    "rules/names.policy.hcl",
    r#"
policy {}

resource_policy "null_resource" "good" {
  enforce {
    condition     = core::try(attrs.triggers["a"], "") == "good"
    error_message = "is ${attrs.triggers["a"]}"
  }
}
"#,
);

const MAIN: (&str, &str) = (
    "main.tf",
    "variable \"a\" {\n  type = string\n}\n\nresource \"null_resource\" \"r\" {\n  triggers = { a = var.a }\n}\n",
);

const CHECK: &str = "check --no-builtin --policies rules --unknown fail";

#[test]
fn values_by_hand() {
    let folder = Folder::with([POLICY, MAIN, ("v.tfvars", "a = \"good\"\n")]);
    let code = |args: &str| folder.output(&format!("{CHECK} {args}"), b"").status.code();
    assert_eq!(code(""), Some(1), "not known");
    assert_eq!(code("--var a=good"), Some(0));
    assert_eq!(code("--var a=bad --var-file v.tfvars"), Some(0), "the later holds");
    assert_eq!(code("--var-file v.tfvars --var a=bad"), Some(1), "the later holds");
    assert_eq!(code("--var-file nowhere.tfvars"), Some(2));
    assert_eq!(code("--var a"), Some(2));
}

#[test]
fn names_that_no_variable_has() {
    let folder = Folder::with([POLICY, MAIN, ("v.tfvars", "a = \"good\"\nb = 1\n")]);
    let told = folder.run(&format!("{CHECK} --var-file v.tfvars --var aa=x"));
    assert!(told.contains("error: value for undeclared variable `aa`"), "{told}");
    assert!(told.contains("v.tfvars:2:1: warning: value for undeclared variable `b`"), "{told}");
    assert!(told.ends_with("exit code 2"), "{told}");
}

#[test]
fn values_from_the_environment() {
    let folder = Folder::with([POLICY, MAIN]);
    let mut command = assert_cmd::Command::cargo_bin("planward").expect("planward is built");
    command.args(CHECK.split(' ')).current_dir(folder.path()).env_clear();
    command.env("TF_VAR_a", "good").env("TF_VAR_unheard", "x").assert().code(0);
}

#[test]
fn facts_about_the_account() {
    let main = r#"
data "aws_caller_identity" "c" {}
resource "null_resource" "r" {
  triggers = { a = data.aws_caller_identity.c.account_id == "123456789012" ? "good" : "bad" }
}
"#;
    let folder = Folder::with([POLICY, ("main.tf", main)]);
    let code = |args: &str| folder.output(&format!("{CHECK} {args}"), b"").status.code();
    assert_eq!(code(""), Some(1), "not known");
    assert_eq!(code("--assume aws.account_id=123456789012"), Some(0));
    let told = folder.run(&format!("{CHECK} --assume aws.account_id=1 --format json"));
    assert!(told.contains("what was stated about the account (`--assume`) is so"), "{told}");
    let told = folder.run(&format!("{CHECK} --assume aws.acount_id=123456789012"));
    assert!(told.contains("error: nothing can be assumed under `aws.acount_id`"), "{told}");
    assert!(told.contains("did you mean `aws.account_id`?"), "{told}");
    assert!(told.ends_with("exit code 2"), "{told}");
}

#[test]
fn a_finding_points_into_default_tags() {
    let policy = r#"
policy {}

resource_policy "aws_sqs_queue" "owner" {
  enforce {
    condition     = attrs.tags_all["Owner"] == "platform"
    error_message = "is not the platform's"
  }
}
"#;
    let main = r#"provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = {
      Owner = "nobody"
    }
  }
}

resource "aws_sqs_queue" "inherits" {
  name = "q"
}

resource "aws_sqs_queue" "own" {
  tags = {
    Owner = "me"
  }
}
"#;
    let folder = Folder::with([("rules/tags.policy.hcl", policy), ("main.tf", main)]);
    let output = folder.output(&format!("{CHECK} --format json"), b"");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
    let line = |finding: &serde_json::Value| finding["range"]["start"]["line"].clone();
    let findings = report["findings"].as_array().expect("findings");
    let of = |address: &str| {
        findings.iter().find(|finding| finding["address"] == address).expect("a finding")
    };
    let inherits = of("aws_sqs_queue.inherits");
    assert_eq!(line(inherits), 10);
    assert_eq!(inherits["related"][0]["range"]["start"]["line"], 5, "{inherits}");
    assert_eq!(line(of("aws_sqs_queue.own")), 16);
}

#[test]
fn reports_in_files() {
    let folder = Folder::with([POLICY, MAIN]);
    let told = folder.run(&format!("{CHECK} --output json=r.json --output sarif=r.sarif"));
    assert!(told.ends_with("exit code 1"), "{told}");
    let read = |name: &str| folder.read(name);
    assert!(read("r.json").starts_with('{') && read("r.sarif").contains("2.1.0"));
    let told = folder.run(&format!("{CHECK} --output json=nowhere/r.json"));
    assert!(told.contains("error: `nowhere/r.json` cannot be written: no such file"), "{told}");
    assert!(told.ends_with("exit code 2"), "{told}");
    assert!(folder.run(&format!("{CHECK} --output yaml=r")).contains("`yaml` is no format"));
}

#[test]
fn new_policies_hold() {
    let folder = Folder::with([]);
    let types = [
        "aws_s3_bucket",
        "aws_kms_key",
        "aws_iam_account_password_policy",
        "azurerm_storage_account",
        "google_storage_bucket",
        "null_resource",
        "unheard_of",
    ];
    for resource_type in types {
        let name = resource_type.replace('_', "-");
        let told = folder.run(&format!("new policy {name} --type {resource_type}"));
        assert!(told.ends_with("exit code 0"), "{told}");
    }
    assert_snapshot!(folder.run("test"), @r#"
    --- stdout
    # aws-iam-account-password-policy.policytest.hcl... pass
    # aws-kms-key.policytest.hcl... pass
    # aws-s3-bucket.policytest.hcl... pass
    # azurerm-storage-account.policytest.hcl... pass
    # google-storage-bucket.policytest.hcl... pass
    # null-resource.policytest.hcl... pass
    # unheard-of.policytest.hcl... pass
    14 passed, 0 failed
    --- exit code 0
    "#);
    assert_snapshot!(folder.run("new policy aws-kms-key"), @r#"
    --- stderr
    error: `aws-kms-key.policy.hcl` is there already
    --- exit code 2
    "#);
    assert_snapshot!(folder.run("new policy ../x"), @r#"
    --- stderr
    error: `../x` is not a policy id
      hint: use lower-case letters, digits, `-`, `.` and `_`, beginning with a letter or digit
    --- exit code 2
    "#);
}

#[test]
fn a_policy_that_is_none() {
    assert_snapshot!(Folder::with([]).run("explain aws-kms-key-rotation-of"), @r#"
    --- stderr
    error: there is no policy `aws-kms-key-rotation-of`
      hint: did you mean `aws-kms-key-rotation-off`?
    --- exit code 2
    "#);
}

#[test]
fn explaining_what_another_tool_calls_otherwise() {
    assert_snapshot!(Folder::with([]).run("explain CKV_AWS_53"), @r#"
    --- stderr
    error: there is no policy `CKV_AWS_53`
      hint: of the same matter: `aws-s3-public-access-block-off`
    --- exit code 2
    "#);
}

#[test]
fn parts_that_are_more_severe() {
    let told = Folder::with([]).run("explain aws-ec2-security-group-open-admin-ports");
    let part = "More or less severe\n  critical  Security group opens every port to the Internet\n";
    assert!(told.contains("severity     high\n") && told.contains(part), "{told}");
}

#[test]
fn the_list_as_json() {
    let folder = Folder::with([POLICY]);
    let told = folder.run("policies --no-builtin --policies rules --format json");
    assert_snapshot!(told, @r#"
    --- stdout
    {
      "version": 1,
      "policies": [
        {
          "id": "names.good",
          "title": "names.good",
          "severity": "high",
          "theme": "other",
          "cloud": "other",
          "enforcement": "mandatory",
          "types": [
            "null_resource"
          ],
          "aliases": {},
          "frameworks": {},
          "formerly": [],
          "source": "rules/names.policy.hcl",
          "built_in": false
        }
      ]
    }
    --- exit code 0
    "#);
}
