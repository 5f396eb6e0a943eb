//! `planward validate`.

use insta::assert_snapshot;

use crate::folder::Folder;

const GOOD: (&str, &str) = (
    "rules/vpc.policy.hcl",
    r#"
policy {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.0.0, < 7.0.0" }
  }
}

resource_policy "aws_vpc" "tagged" {
  enforce {
    condition = core::try(attrs.tags["owner"], "") != ""
  }
}
"#,
);

const BARE: (&str, &str) = (
    "rules/vpc.policy.hcl",
    r#"resource_policy "aws_vpc" "tagged" {
  locals {
    idle = attrs.tags
  }
  enforce {
    condition = length(attrs.tags_all) > 0
  }
}
"#,
);

#[test]
fn nothing_is_wrong() {
    let folder = Folder::with([GOOD]);
    assert_snapshot!(folder.run("validate rules"), @r#"
    --- stdout
    1 policy file and 0 test files: 0 errors, 0 warnings, 0 notes
    --- exit code 0
    "#);
    assert_snapshot!(folder.run("validate rules/vpc.policy.hcl --portable --strict"), @r#"
    --- stdout
    1 policy file and 0 test files: 0 errors, 0 warnings, 0 notes
    --- exit code 0
    "#);
}

#[test]
fn warnings_count_when_strict() {
    let text = BARE.1.replace("length(", "core::length(");
    let folder = Folder::with([(BARE.0, &*text)]);
    assert_snapshot!(folder.run("validate"), @r#"
    --- stdout
    rules/vpc.policy.hcl:1:1: note: the file does not say which providers it is for [missing-required-providers]
      hint: HashiCorp's engine wants `policy { required_providers { ... } }`
    rules/vpc.policy.hcl:3:5: warning: nothing reads local `idle` [unused-local]
      hint: leave it out
    1 policy file and 0 test files: 0 errors, 1 warning, 1 note
    --- exit code 0
    "#);
    assert_snapshot!(folder.run("validate --strict"), @r#"
    --- stdout
    rules/vpc.policy.hcl:1:1: note: the file does not say which providers it is for [missing-required-providers]
      hint: HashiCorp's engine wants `policy { required_providers { ... } }`
    rules/vpc.policy.hcl:3:5: error: nothing reads local `idle` [unused-local]
      hint: leave it out
    1 policy file and 0 test files: 1 error, 0 warnings, 1 note
    --- exit code 2
    "#);
}

#[test]
fn for_programs() {
    let folder = Folder::with([BARE]);
    assert_snapshot!(folder.run("validate rules --format json"), @r#"
    --- stdout
    {
      "version": 1,
      "summary": {
        "policy_files": 1,
        "test_files": 0,
        "errors": 1,
        "warnings": 1,
        "notes": 1
      },
      "diagnostics": [
        {
          "rule": "missing-required-providers",
          "level": "note",
          "message": "the file does not say which providers it is for",
          "hint": "HashiCorp's engine wants `policy { required_providers { ... } }`",
          "file": "rules/vpc.policy.hcl",
          "range": {
            "start": {
              "line": 1,
              "column": 1
            },
            "end": {
              "line": 1,
              "column": 35
            }
          },
          "related": []
        },
        {
          "rule": "unused-local",
          "level": "warning",
          "message": "nothing reads local `idle`",
          "hint": "leave it out",
          "file": "rules/vpc.policy.hcl",
          "range": {
            "start": {
              "line": 3,
              "column": 5
            },
            "end": {
              "line": 3,
              "column": 9
            }
          },
          "related": []
        },
        {
          "rule": "missing-core-prefix",
          "level": "error",
          "message": "call to unknown function `length`",
          "hint": "write `core::length`",
          "file": "rules/vpc.policy.hcl",
          "range": {
            "start": {
              "line": 6,
              "column": 17
            },
            "end": {
              "line": 6,
              "column": 23
            }
          },
          "related": [],
          "fix": {
            "text": "core::length",
            "range": {
              "start": {
                "line": 6,
                "column": 17
              },
              "end": {
                "line": 6,
                "column": 23
              }
            }
          }
        }
      ]
    }
    --- exit code 2
    "#);
}

#[test]
fn nothing_is_there() {
    let folder = Folder::with([("empty/main.tf", "")]);
    assert_snapshot!(folder.run("validate empty nowhere"), @r#"
    --- stdout
    error: `nowhere` cannot be read: no such file or folder [unreadable-file]
      hint: name a folder, a `.policy.hcl` file or a `.policytest.hcl` file
    error: no policies and no tests were found in `empty` [unreadable-file]
      hint: they are named `NAME.policy.hcl` and `NAME.policytest.hcl`
    0 policy files and 0 test files: 2 errors, 0 warnings, 0 notes
    --- exit code 2
    "#);
}

/// Names and inputs of files beside a named one are known, and nothing is told about those.
#[test]
fn siblings_lend_their_names() {
    let folder = Folder::with([
        (
            "rules/a.policy.hcl",
            "resource_policy \"aws_vpc\" \"a\" {\n  enforce {\n    condition = attrs.cidr_block != local.wide\n  }\n}\n",
        ),
        ("rules/b.policy.hcl", "locals {\n  wide = \"0.0.0.0/0\"\n  idle = 1\n}\n"),
    ]);
    assert_snapshot!(folder.run("validate rules/a.policy.hcl --compat 0.1"), @r#"
    --- stdout
    1 policy file and 0 test files: 0 errors, 0 warnings, 0 notes
    --- exit code 0
    "#);
}
