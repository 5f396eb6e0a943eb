//! `planward test`: targets, inputs, mocks, verdicts, filters and formats.

use insta::assert_snapshot;
use serde_json::Value;

use crate::folder::Folder;

const POLICY: (&str, &str) = (
    "rules/owner.policy.hcl",
    r#"policy {}

input "owners" {
  type    = list(string)
  default = ["me"]
}

resource_policy "aws_s3_bucket" "owner" {
  enforcement_level = "advisory"

  locals {
    owner = core::try(attrs.tags["owner"], null)
  }

  enforce {
    condition     = local.owner != null
    error_message = "nobody owns ${attrs.bucket}"
  }

  enforce {
    condition     = local.owner == null || core::contains(input.owners, local.owner)
    error_message = "`${local.owner}` owns nothing"
  }
}
"#,
);

fn folder(test: &str) -> Folder {
    let head = "policytest {\n  targets = [\"owner.policy.hcl\"]\n}\n\n";
    Folder::with([POLICY, ("rules/owner.policytest.hcl", &(head.to_owned() + test))])
}

/// The states of all cases by name.
fn states(folder: &Folder, args: &str) -> Vec<String> {
    let output = folder.output(&format!("test {args} --format json"), b"");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let files = report["files"].as_array().expect("files").iter();
    let cases = files.flat_map(|file| file["cases"].as_array().expect("cases"));
    cases
        .map(|case| {
            let text = |name: &str| case[name].as_str().expect("text");
            let name = text("name").rsplit('.').next().expect("a name");
            format!("{name} {} {}", text("state"), text("actual"))
        })
        .collect()
}

#[test]

fn lines_are_those_of_tfpolicy() {
    let folder = folder(
        r#"resource "aws_s3_bucket" "owned" {
  attrs = { bucket = "a", tags = { owner = "me" } }
}

resource "aws_s3_bucket" "companion" {
  skip  = true
  attrs = { bucket = "b" }
}

resource "aws_s3_bucket" "nobodys" {
  expect_failure = true
  attrs          = { bucket = "c" }
}
"#,
    );
    assert_snapshot!(folder.run("test rules"), @r"
    --- stdout
    # rules/owner.policytest.hcl... pass
    2 passed, 0 failed, 1 skipped
    --- exit code 0
    ");
    assert_snapshot!(folder.run("test rules --verbose"), @r"
    --- stdout
    # rules/owner.policytest.hcl... running
    # resource.aws_s3_bucket.owned... running
    # resource.aws_s3_bucket.owned... pass
    # resource.aws_s3_bucket.companion... running
    # resource.aws_s3_bucket.companion... skipped
    # resource.aws_s3_bucket.nobodys... running
    # resource.aws_s3_bucket.nobodys... pass
      message:  nobody owns c
      policy:   owner, rules/owner.policy.hcl:16:21
      because:  rules/owner.policytest.hcl:14:1: `tags` is not set here
    # rules/owner.policytest.hcl... pass
    2 passed, 0 failed, 1 skipped
    --- exit code 0
    ");
}

#[test]

fn a_case_that_fails_tells_what_was_expected_and_where_it_went_wrong() {
    let folder = folder(
        r#"resource "aws_s3_bucket" "anothers" {
  attrs = {
    bucket = "a"
    tags = {
      owner = "somebody"
    }
  }
}

resource "aws_s3_bucket" "mine" {
  expect_failure = true
  attrs          = { bucket = "c", tags = { owner = "me" } }
}
"#,
    );
    assert_snapshot!(folder.run("test rules"), @r"
    --- stdout
    # resource.aws_s3_bucket.anothers... fail
      at:       rules/owner.policytest.hcl:5:1
      expected: pass
      actual:   fail
      message:  `somebody` owns nothing
      policy:   owner, rules/owner.policy.hcl:21:21
      because:  rules/owner.policytest.hcl:9:7
    # resource.aws_s3_bucket.mine... fail
      at:       rules/owner.policytest.hcl:14:1
      expected: fail
      actual:   pass
      message:  missing expected failure
    # rules/owner.policytest.hcl... fail
    0 passed, 2 failed
    --- exit code 1
    ");
}

#[test]

fn junit() {
    let folder = folder(
        r#"resource "aws_s3_bucket" "owned" {
  attrs = { bucket = "a", tags = { owner = "me" } }
}

resource "aws_s3_bucket" "skipped" {
  skip  = true
  attrs = { bucket = "b" }
}

resource "aws_s3_bucket" "anothers" {
  attrs = { bucket = "<&\">", tags = { owner = "<&\">" } }
}
"#,
    );
    assert_snapshot!(folder.run("test rules --format junit"), @r#"
    --- stdout
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="planward test" tests="3" failures="1" errors="0" skipped="1">
      <testsuite name="rules/owner.policytest.hcl" tests="3" failures="1" errors="0" skipped="1">
        <testcase name="resource.aws_s3_bucket.owned" classname="rules/owner.policytest.hcl" file="rules/owner.policytest.hcl" line="5"/>
        <testcase name="resource.aws_s3_bucket.skipped" classname="rules/owner.policytest.hcl" file="rules/owner.policytest.hcl" line="9">
          <skipped/>
        </testcase>
        <testcase name="resource.aws_s3_bucket.anothers" classname="rules/owner.policytest.hcl" file="rules/owner.policytest.hcl" line="14">
          <failure message="expected pass, actual fail">at:       rules/owner.policytest.hcl:14:1
    expected: pass
    actual:   fail
    message:  `&lt;&amp;&quot;&gt;` owns nothing
    policy:   owner, rules/owner.policy.hcl:21:21
    because:  rules/owner.policytest.hcl:15:40</failure>
        </testcase>
      </testsuite>
    </testsuites>
    --- exit code 1
    "#);
}

#[test]

fn cases_and_files_can_be_chosen() {
    let folder = folder(
        r#"resource "aws_s3_bucket" "first" {
  attrs = { tags = { owner = "me" } }
}

resource "aws_s3_bucket" "second" {
  attrs = { tags = { owner = "me" } }
}
"#,
    );
    folder.write(
        "rules/other.policytest.hcl",
        b"resource \"aws_s3_bucket\" \"third\" {\n  attrs = { tags = { owner = \"me\" } }\n}\n",
    );
    assert_eq!(states(&folder, "rules").len(), 3);
    assert_eq!(states(&folder, "rules --case *.second"), ["second pass pass"]);
    assert_eq!(states(&folder, "rules --case *first --case *third").len(), 2);
    assert_eq!(states(&folder, "rules --file *other*"), ["third pass pass"]);
    assert_eq!(states(&folder, "--policies rules").len(), 3, "tests stand beside policies");
    assert_eq!(states(&folder, "--policies rules --tests rules/other.policytest.hcl").len(), 1);
    assert_snapshot!(folder.run("test rules --case nothing"), @r"
    --- stdout
    0 passed, 0 failed
    --- stderr
    error: no case matches `nothing`
    --- exit code 2
    ");
}

#[test]

fn inputs_go_before_each_other() {
    let folder = folder(
        r#"inputs {
  owners = ["team"]
}

resource "aws_s3_bucket" "of_the_file" {
  attrs = { bucket = "a", tags = { owner = "team" } }
}

resource "aws_s3_bucket" "of_the_default" {
  expect_failure = true
  attrs          = { bucket = "a", tags = { owner = "me" } }
}

resource "aws_s3_bucket" "of_the_mock" {
  attrs = { bucket = "a", tags = { owner = input.owners[0] } }

  inputs {
    owners = ["one", "two"]
  }
}

resource "aws_s3_bucket" "converted" {
  attrs = { bucket = "a", tags = { owner = "1" } }

  inputs {
    owners = [1]
  }
}
"#,
    );
    assert_eq!(
        states(&folder, "rules"),
        [
            "of_the_file pass pass",
            "of_the_default pass fail",
            "of_the_mock pass pass",
            "converted pass pass",
        ]
    );
}

#[test]

fn wrong_inputs_are_told() {
    let folder = folder("inputs {\n  owner = 1\n  owners = \"me\"\n}\n");
    assert_snapshot!(folder.run("test rules"), @r"
    --- stdout
    # rules/owner.policytest.hcl... fail
    0 passed, 0 failed
    --- stderr
    rules/owner.policytest.hcl:6:3: warning: no targeted policy has an input `owner`
      hint: did you mean `owners`?
    rules/owner.policytest.hcl:7:12: error: list of string required
    --- exit code 2
    ");
}

/// The verdict table: what came of it against what was expected.
#[test]

fn verdicts() {
    let policy = r#"policy {
  plugins { a = { source = "a" } }
}

resource_policy "null_resource" "verdict" {
  filter = core::try(attrs.triggers["filter"], "true")
  locals {
    verdict = core::try(attrs.triggers["verdict"], "true")
  }
  enforce {
    condition = local.verdict == "unknown" ? core::length(plugin::a::b()) > 1 : local.verdict
  }
}
"#;
    let case = |name: &str, verdict: &str, fails: bool| {
        format!(
            "resource \"null_resource\" \"{name}_{fails}\" {{\n  expect_failure = {fails}\n  attrs = {{ triggers = {{ {verdict} }} }}\n}}\n"
        )
    };
    let mut test = String::new();
    for (name, verdict) in [
        ("allow", "verdict = \"true\""),
        ("filtered", "verdict = \"false\", filter = \"false\""),
        ("deny", "verdict = \"false\""),
        ("unknown", "verdict = \"unknown\""),
        ("error", "verdict = \"neither\""),
    ] {
        test += &case(name, verdict, false);
        test += &case(name, verdict, true);
    }
    let files = [("verdict.policy.hcl", policy), ("verdict.policytest.hcl", &test)];
    assert_eq!(
        states(&Folder::with(files), "."),
        [
            "allow_false pass pass",
            "allow_true fail pass",
            "filtered_false pass pass",
            "filtered_true fail pass",
            "deny_false fail fail",
            "deny_true pass fail",
            "unknown_false fail unknown",
            "unknown_true pass unknown",
            "error_false fail error",
            "error_true fail error",
        ]
    );
}

#[test]

fn operations_follow_from_what_is_there() {
    let policy = |operation: &str| {
        format!(
            "resource_policy \"null_resource\" \"{}\" {{\n  operations = [\"{operation}\"]\n  enforce {{\n    condition     = false\n    error_message = \"${{meta.operation}}\"\n  }}\n}}\n",
            operation.replace('-', "_")
        )
    };
    let policies: String = ["create", "update", "delete", "no-op"].map(policy).concat();
    let test = r#"
resource "null_resource" "create" {
  attrs = { triggers = {} }
}
resource "null_resource" "update" {
  attrs       = { triggers = {} }
  prior_attrs = { triggers = {} }
}
resource "null_resource" "delete" {
  prior_attrs = { id = null }
}
resource "null_resource" "no_op" {
  attrs = { triggers = {} }
  meta  = { operation = "no-op" }
}
"#;
    let folder = Folder::with([("o.policy.hcl", &*policies), ("o.policytest.hcl", test)]);
    let output = folder.output("test --format json", b"");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let told: Vec<String> = report["files"][0]["cases"]
        .as_array()
        .expect("cases")
        .iter()
        .map(|case| {
            let messages = case["messages"].as_array().expect("messages").iter();
            let messages: Vec<&str> =
                messages.filter_map(|said| said["message"].as_str()).collect();
            format!("{}: {}", case["name"].as_str().expect("text"), messages.join(", "))
        })
        .collect();
    assert_eq!(
        told,
        [
            "resource.null_resource.create: create",
            "resource.null_resource.update: update",
            "resource.null_resource.delete: delete",
            "resource.null_resource.no_op: no-op",
        ]
    );
}

#[test]

fn a_mock_that_cannot_be_used_fails_alone() {
    let folder = folder(
        r#"locals {
  nothing = {}
}

resource "aws_s3_bucket" "good" {
  attrs = { bucket = "a", tags = { owner = "me" } }
}

resource "aws_s3_bucket" "no_state" {
  attrs = {}
}

resource "aws_s3_bucket" "only_an_operation" {
  meta = { operation = "create" }
}

resource "aws_s3_bucket" "empty" {
  attrs = local.nothing
}

resource "aws_s3_bucket" "empty_and_expected" {
  expect_failure = true
  attrs          = local.nothing
}

resource "aws_s3_bucket" "number" {
  attrs = { bucket = "a" }
  meta  = { operation = 1 }
}

resource "aws_s3_bucket" "misspelt" {
  attrs = { buckte = "a" }
}

resource "aws_s3_bucket" "circle" {
  attrs = { bucket = aws_s3_bucket.circle_too.bucket }
}

resource "aws_s3_bucket" "circle_too" {
  attrs = { bucket = aws_s3_bucket.circle.bucket }
}

resource "aws_s3_bucket" "neither" {
  expect_failure = "yes"
  attrs          = { bucket = "a" }
}

data "aws_iam_policy_document" "expects" {
  expect_failure = true
  attrs          = { json = "{}" }
}
"#,
    );
    assert_snapshot!(folder.run("test rules"), @r"
    --- stdout
    # resource.aws_s3_bucket.no_state... fail
      at:       rules/owner.policytest.hcl:13:1
      expected: pass
      actual:   error
      message:  the mock has no state: give it `attrs` or `prior_attrs`
    # resource.aws_s3_bucket.only_an_operation... fail
      at:       rules/owner.policytest.hcl:17:1
      expected: pass
      actual:   error
      message:  the mock has no state: give it `attrs` or `prior_attrs`
    # resource.aws_s3_bucket.empty... skipped
      warning:  the mock turned out to have no state
    # resource.aws_s3_bucket.empty_and_expected... fail
      at:       rules/owner.policytest.hcl:25:1
      expected: fail
      actual:   skipped
      message:  the mock turned out to have no state
    # resource.aws_s3_bucket.number... fail
      at:       rules/owner.policytest.hcl:30:1
      expected: pass
      actual:   error
      message:  `meta.operation` is a non-string
    # resource.aws_s3_bucket.misspelt... fail
      at:       rules/owner.policytest.hcl:35:1
      expected: pass
      actual:   error
      message:  `buckte` is not known to the provider
    # resource.aws_s3_bucket.circle... fail
      at:       rules/owner.policytest.hcl:39:1
      expected: pass
      actual:   error
      message:  circular reference detected at `aws_s3_bucket.circle`
    # resource.aws_s3_bucket.circle_too... fail
      at:       rules/owner.policytest.hcl:43:1
      expected: pass
      actual:   error
      message:  circular reference detected at `aws_s3_bucket.circle_too`
    # resource.aws_s3_bucket.neither... fail
      at:       rules/owner.policytest.hcl:47:1
      expected: pass
      actual:   error
      message:  `expect_failure` is true or false
    # rules/owner.policytest.hcl... fail
    1 passed, 8 failed, 1 skipped
    --- stderr
    rules/owner.policytest.hcl:13:1: error: the mock has no state: give it `attrs` or `prior_attrs`
    rules/owner.policytest.hcl:17:1: error: the mock has no state: give it `attrs` or `prior_attrs`
    rules/owner.policytest.hcl:32:13: error: `meta.operation` is a non-string
    rules/owner.policytest.hcl:36:13: error: `buckte` is not known to the provider
      hint: did you mean `bucket`?
    rules/owner.policytest.hcl:40:22: error: circular reference detected at `aws_s3_bucket.circle_too`
    rules/owner.policytest.hcl:44:22: error: circular reference detected at `aws_s3_bucket.circle`
    rules/owner.policytest.hcl:48:20: error: `expect_failure` is true or false
    rules/owner.policytest.hcl:53:3: error: unsupported argument `expect_failure`
    --- exit code 2
    ");
}

#[test]

fn targets_are_found_beside_the_test_then_among_the_policies() {
    let test = |target: &str| {
        format!(
            "policytest {{\n  targets = [\"{target}\"]\n}}\nresource \"aws_s3_bucket\" \"owned\" {{\n  attrs = {{ tags = {{ owner = \"me\" }} }}\n}}\n"
        )
    };
    let folder = Folder::with([POLICY]);
    let code = |target: &str, args: &str| {
        folder.write("tests/owner.policytest.hcl", test(target).as_bytes());
        folder.output(&format!("test tests {args}"), b"").status.code()
    };
    assert_eq!(code("../rules/owner.policy.hcl", ""), Some(0), "relative to the test");
    assert_eq!(code("../rules", ""), Some(0), "a folder");
    assert_eq!(code("owner.policy.hcl", "--policies rules"), Some(0), "in the policies");
    assert_eq!(code("owner.policy.hcl", "--policies ."), Some(0), "a unique end of a path");
    assert_eq!(code("er.policy.hcl", "--policies ."), Some(2), "whole names only");
    assert_eq!(code(".", ""), Some(2), "a folder without policies");
    folder.write("more/owner.policy.hcl", POLICY.1.as_bytes());
    folder.write("tests/owner.policytest.hcl", test("owner.policy.hcl").as_bytes());
    assert_snapshot!(folder.run("test tests --policies ."), @r"
    --- stdout
    # tests/owner.policytest.hcl... fail
    0 passed, 0 failed
    --- stderr
    tests/owner.policytest.hcl:2:14: error: target `owner.policy.hcl` matches several policy files
      hint: it may be more/owner.policy.hcl or rules/owner.policy.hcl
    --- exit code 2
    ");
    folder.write("tests/owner.policytest.hcl", test("nothing.policy.hcl").as_bytes());
    assert_snapshot!(folder.run("test tests"), @r"
    --- stdout
    # tests/owner.policytest.hcl... fail
    0 passed, 0 failed
    --- stderr
    tests/owner.policytest.hcl:2:14: error: target `nothing.policy.hcl` does not match any policy file
      hint: targets are relative to the test file, or to the folder that `--policies` names
    --- exit code 2
    ");
}

#[test]

fn neighbours_of_a_target_lend_names_and_no_policies() {
    let definer = "locals {\n  wanted = input.wanted_default\n}\ninput \"wanted_default\" {\n  type    = string\n  default = \"a\"\n}\nresource_policy \"null_resource\" \"never\" {\n  enforce {\n    condition = false\n  }\n}\n";
    let consumer = "resource_policy \"null_resource\" \"named\" {\n  enforce {\n    condition = attrs.triggers[\"name\"] == local.wanted\n  }\n}\n";
    let test = "policytest {\n  targets = [\"consumer.policy.hcl\"]\n}\nresource \"null_resource\" \"a\" {\n  attrs = { triggers = { name = \"a\" } }\n}\n";
    let folder = Folder::with([
        ("definer.policy.hcl", definer),
        ("consumer.policy.hcl", consumer),
        ("consumer.policytest.hcl", test),
    ]);
    assert_eq!(states(&folder, "."), ["a pass pass"]);
}

#[test]

fn data_sources_are_answered_by_their_mocks() {
    let policy = r#"policy {}

resource_policy "aws_instance" "image_owner" {
  locals {
    image = core::try(
      core::getdatasource("aws_ami", { owners = ["self"], image_id = attrs.ami }),
      core::getdatasource("aws_ami", { image_id = attrs.ami }),
    )
  }
  enforce {
    condition     = local.image.owner_id == "123456789012"
    error_message = "${attrs.ami} belongs to ${local.image.owner_id}"
  }
}
"#;
    let test = r#"
data "aws_ami" "ours" {
  attrs = { image_id = "ami-1", owner_id = "123456789012" }
}
data "aws_ami" "theirs" {
  attrs = { image_id = "ami-2", owner_id = local.stranger }
}
locals {
  stranger = "999999999999"
}
resource "aws_instance" "ours" {
  attrs = { ami = data.aws_ami.ours.image_id }
}
resource "aws_instance" "theirs" {
  expect_failure = true
  attrs          = { ami = data.aws_ami.theirs.attrs.image_id }
}
resource "aws_instance" "nobodys" {
  attrs = { ami = "ami-3" }
}
"#;
    let folder = Folder::with([("ami.policy.hcl", policy), ("ami.policytest.hcl", test)]);
    assert_snapshot!(folder.run("test"), @r#"
    --- stdout
    # resource.aws_instance.nobodys... fail
      at:       ami.policytest.hcl:18:1
      expected: pass
      actual:   error
      message:  no argument of `try` could be evaluated (the last one: no mock of data source `aws_ami` has `image_id` = "ami-3")
      policy:   image_owner, ami.policy.hcl:5:13
    # ami.policytest.hcl... fail
    2 passed, 1 failed
    --- exit code 1
    "#);
}

#[test]

fn mocks_set_what_meta_says() {
    let policy = r#"policy {}

resource_policy "aws_instance" "where" {
  enforce {
    condition     = meta.tfe_workspace.tags["env"] == "prod" && meta.module_path == "module.a" && meta.provider_type == "aws"
    error_message = "${meta.module_path} ${meta.type}"
  }
}
"#;
    let test = r#"
resource "aws_instance" "set" {
  attrs = { ami = "x" }
  meta  = { module_path = "module.a", tfe_workspace = { tags = { env = "prod" } } }
}
resource "aws_instance" "other" {
  expect_failure = true
  attrs          = { ami = "x" }
  meta           = { tfe_workspace = { tags = { env = "dev" } } }
}
"#;
    let folder = Folder::with([("m.policy.hcl", policy), ("m.policytest.hcl", test)]);
    assert_eq!(states(&folder, "."), ["set pass pass", "other pass fail"]);
}

#[test]

fn a_message_that_cannot_be_rendered_is_told() {
    let policy = "resource_policy \"null_resource\" \"words\" {\n  enforce {\n    condition     = false\n    error_message = \"has ${attrs.triggers.nothing}\"\n  }\n}\n";
    let test = "resource \"null_resource\" \"a\" {\n  expect_failure = true\n  attrs          = { triggers = { a = \"b\" } }\n}\n";
    let folder = Folder::with([("w.policy.hcl", policy), ("w.policytest.hcl", test)]);
    assert_snapshot!(folder.run("test"), @r"
    --- stdout
    # resource.null_resource.a... pass
      warning:  w.policy.hcl:4:42: the message cannot be rendered: this map does not have an element with the key `nothing`
    # w.policytest.hcl... pass
    1 passed, 0 failed
    --- exit code 0
    ");
}

#[test]

fn isolated_mocks_see_only_those_that_they_refer_to() {
    let policy = r#"policy {}

resource_policy "aws_s3_bucket" "only" {
  enforce {
    condition     = core::length(core::getresources("aws_s3_bucket_acl", {})) < 2
    error_message = "${core::length(core::getresources("aws_s3_bucket_acl", {}))} of them"
  }
}
"#;
    let test = r#"
locals {
  first = aws_s3_bucket.first.bucket
}
resource "aws_s3_bucket" "first" {
  attrs = { bucket = "a" }
}
resource "aws_s3_bucket_acl" "first" {
  skip  = true
  attrs = { bucket = local.first }
}
resource "aws_s3_bucket" "second" {
  attrs = { bucket = "b" }
}
resource "aws_s3_bucket_acl" "second" {
  skip  = true
  attrs = { bucket = aws_s3_bucket.second.bucket }
}
"#;
    let folder = Folder::with([("i.policy.hcl", policy), ("i.policytest.hcl", test)]);
    let of_both = |state: &str| {
        ["first", "second"].map(|name| format!("{name} {state}\n{name} skipped skipped")).join("\n")
    };
    assert_eq!(states(&folder, ".").join("\n"), of_both("fail fail"));
    assert_eq!(states(&folder, ". --isolate").join("\n"), of_both("pass pass"));
}

#[test]

fn files_are_told_in_order() {
    let folder = Folder::with([POLICY]);
    for n in 0..30 {
        let name = format!("rules/t{n:02}.policytest.hcl");
        folder.write(
            &name,
            b"resource \"aws_s3_bucket\" \"a\" {\n  attrs = { tags = { owner = \"me\" } }\n}\n",
        );
    }
    let expected: Vec<String> =
        (0..30).map(|n| format!("# rules/t{n:02}.policytest.hcl... pass")).collect();
    let output = folder.output("test", b"");
    let printed = String::from_utf8(output.stdout).expect("text");
    assert_eq!(printed.lines().take(30).collect::<Vec<_>>(), expected);
}

#[test]

fn typed_mocks_take_the_shape_of_their_schema() {
    let policy = r#"policy {}

resource_policy "aws_s3_bucket" "shape" {
  enforce {
    condition = attrs.acl == null && attrs.website == [] == false && core::length(attrs.website) == 0 && attrs.tags == { a = "1" } == false && attrs.tags["a"] == "1"
  }
}
"#;
    let test = "resource \"aws_s3_bucket\" \"a\" {\n  attrs = { tags = { a = 1 } }\n}\n";
    let folder = Folder::with([("s.policy.hcl", policy), ("s.policytest.hcl", test)]);
    assert_eq!(states(&folder, "."), ["a pass pass"]);
}

#[test]
fn whole_configurations_are_judged_by_their_comments() {
    let main = r#"resource "aws_s3_bucket" "mine" {
  tags = { owner = "me" }
}

resource "aws_s3_bucket" "nobodys" { # expect: fail owner.owner
  bucket = "a"
}

resource "aws_s3_bucket" "theirs" {
  for_each = toset(["a", "b"])
  tags     = { owner = each.key } # expect: owner.owner
}

variable "owner" {} # a variable without value

resource "aws_s3_bucket" "unclear" {
  tags = { owner = var.owner } # expect: unknown owner.owner
}
"#;
    let test = "configuration \"good\" {\n  path = \"../infra\"\n}\n";
    let folder = folder(test);
    folder.write("infra/main.tf", main.as_bytes());
    assert_snapshot!(folder.run("test rules --verbose"), @r"
    --- stdout
    # rules/owner.policytest.hcl... running
    # configuration.good... running
    # configuration.good... pass
    # rules/owner.policytest.hcl... pass
    1 passed, 0 failed
    --- exit code 0
    ");
    let wrong = main.replace(" # expect: unknown owner.owner", "");
    let wrong = wrong.replace("owner = \"me\" }", "owner = \"me\" } # expect: owner.owner");
    folder.write("infra/main.tf", wrong.as_bytes());
    assert_snapshot!(folder.run("test rules"), @r"
    --- stdout
    # configuration.good... fail
      at:       rules/owner.policytest.hcl:5:1
      expected: pass
      actual:   fail
      message:  expected here, and not found
      policy:   owner.owner
      because:  infra/main.tf:2:27
      message:  undecided, waiting for var.owner and not expected: nobody owns (known after apply)
      policy:   owner.owner
      because:  infra/main.tf:17:12: aws_s3_bucket.unclear
    # rules/owner.policytest.hcl... fail
    0 passed, 1 failed
    --- exit code 1
    ");
}

#[test]
fn plans_are_judged_by_what_the_test_expects() {
    let plan = r#"{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{}},"resource_changes":[
{"address":"aws_s3_bucket.a","mode":"managed","type":"aws_s3_bucket","name":"a","provider_name":"registry.terraform.io/hashicorp/aws","change":{"actions":["create"],"before":null,"after":{"bucket":"a","tags":null},"after_unknown":{"id":true},"before_sensitive":false,"after_sensitive":{}}}],
"configuration":{"root_module":{}}}"#;
    let test = |expected: &str| {
        format!(
            "configuration \"plan\" {{\n  path   = \"plan.json\"\n  expect = [{expected}]\n}}\n"
        )
    };
    let folder = folder(&test("\"aws_s3_bucket.a owner.owner\""));
    folder.write("rules/plan.json", plan.as_bytes());
    assert_eq!(states(&folder, "rules"), ["plan pass pass"]);
    let head = "policytest {\n  targets = [\"owner.policy.hcl\"]\n}\n\n";
    folder.write("rules/owner.policytest.hcl", (head.to_owned() + &test("")).as_bytes());
    assert_eq!(states(&folder, "rules"), ["plan fail fail"]);
    folder.write("rules/plan.json", b"{");
    assert_eq!(states(&folder, "rules"), ["plan fail error"]);
}

/// What a test gives goes before the command line, and that before the environment's file and default.
#[test]
fn inputs_from_outside_fill_what_a_test_leaves_open() {
    let policy = r#"policy {}
input "most" {
  type = number
}
resource_policy "terraform_data" "few" {
  enforce {
    condition     = attrs.input <= input.most
    error_message = "more than ${input.most}"
  }
}
"#;
    let test = r#"policytest {
  targets = ["n.policy.hcl"]
}
resource "terraform_data" "small" {
  attrs = { input = 2 }
}
resource "terraform_data" "own" {
  attrs          = { input = 2 }
  expect_failure = true
  inputs {
    most = 1
  }
}
"#;
    let folder = Folder::with([
        ("n.policy.hcl", policy),
        ("n.policytest.hcl", test),
        ("high.policyvars.hcl", "most = 5\n"),
    ]);
    let passed = "--- stdout\n# n.policytest.hcl... pass\n2 passed, 0 failed\n--- exit code 0";
    assert_eq!(folder.run("test --input most=3"), passed);
    assert_eq!(folder.run("test --input-file high.policyvars.hcl"), passed);
    let left_open = folder.run("test");
    assert!(left_open.contains("not known: input.most (no value given)"), "{left_open}");
    let both = folder.run("test --input-file high.policyvars.hcl --input most=1");
    assert!(both.contains("more than 1") && both.contains("1 passed, 1 failed"), "{both}");
}
