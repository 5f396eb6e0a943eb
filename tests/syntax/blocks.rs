//! Blocks that Terraform and OpenTofu know beside resources.

use planward::value::{Cause, Marks, Type, Value, to_json};

use crate::folder::folder;

const MAIN: &str = r#"
terraform {
  required_version = ">= 1.0"
  experiments      = []

  cloud {
    organization = "o"

    workspaces {
      name = "w"
    }
  }

  provider_meta "aws" {
    x = 1
  }
}

language {
  compatible_with {
    opentofu = ">= 1.0"
  }
}

provider "aws" {
  alias    = "by_region"
  for_each = toset(["a", "b"])
  region   = each.value
}

import {
  for_each = { a = "x" }
  to       = aws_s3_bucket.b
  id       = each.value
}

moved {
  from = aws_s3_bucket.old
  to   = aws_s3_bucket.b
}

removed {
  from = aws_s3_bucket.gone

  lifecycle {
    destroy = false
  }
}

check "health" {
  data "http" "site" {
    url = "https://example.com"
  }

  assert {
    condition     = data.http.site.status_code == 200
    error_message = "down"
  }
}

action "aws_lambda_invoke" "call" {
  config {
    function_name = "f"
  }
}

ephemeral "aws_secretsmanager_secret_version" "s" {
  secret_id = "x"
}

resource "aws_s3_bucket" "b" {
  provider = aws.by_region["a"]
  bucket   = provider::aws::arn_parse("x").resource
  tags     = { plain = "yes" }

  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.aws_lambda_invoke.call]
    }

    postcondition {
      condition     = self.bucket != ""
      error_message = "no name"
    }
  }

  provisioner "local-exec" {
    when    = destroy
    command = "echo ${self.bucket}"
  }
}
"#;

#[test]
fn all_blocks_are_read_without_complaint() {
    let folder = folder(&[("main.tf", MAIN)]);
    assert!(folder.said().is_empty(), "{:?}", folder.said());
    assert!(folder.attr("aws_s3_bucket.b", "bucket").is_unknown());
    assert_eq!(folder.json("aws_s3_bucket.b", "tags"), "{\"plain\":\"yes\"}");
    assert!(folder.resource("aws_s3_bucket.b").attrs.get("lifecycle").is_none());
}

#[test]
fn the_same_in_json() {
    let folder = folder(&[
        (
            "main.tf.json",
            r#"{
  "terraform": [{"cloud": {"organization": "o", "workspaces": {"name": "w"}}}],
  "import": [{"to": "aws_s3_bucket.b", "id": "x"}],
  "moved": {"from": "aws_s3_bucket.old", "to": "aws_s3_bucket.b"},
  "removed": {"from": "aws_s3_bucket.gone", "lifecycle": {"destroy": false}},
  "check": {"health": {
    "data": {"http": {"site": {"url": "https://example.com"}}},
    "assert": {"condition": "${data.http.site.status_code == 200}", "error_message": "down"}
  }},
  "action": {"aws_lambda_invoke": {"call": {"config": {"function_name": "f"}}}},
  "ephemeral": {"aws_secretsmanager_secret_version": {"s": {"secret_id": "x"}}},
  "module": {"m": {"source": "./m", "providers": {"aws": "aws.x"}, "depends_on": ["aws_s3_bucket.b"], "n": "${1 + 1}"}},
  "resource": {"aws_s3_bucket": [{"b": [{
    "bucket": "${provider::aws::arn_parse(\"x\").resource}",
    "lifecycle": {"action_trigger": {"events": ["after_create"], "actions": ["action.aws_lambda_invoke.call"]}},
    "provisioner": [{"local-exec": {"when": "destroy", "command": "echo ${self.bucket}"}}]
  }]}]}
}"#,
        ),
        (
            "m/main.tf.json",
            r#"{"variable": {"n": {"type": "number"}}, "resource": {"terraform_data": {"d": {"input": "${var.n}"}}}}"#,
        ),
    ]);
    assert!(folder.said().is_empty(), "{:?}", folder.said());
    assert!(folder.attr("aws_s3_bucket.b", "bucket").is_unknown());
    assert_eq!(folder.json("module.m.terraform_data.d", "input"), "2");
}

#[test]
fn ephemeral_values_are_marked_and_not_known() {
    let folder = folder(&[(
        "main.tf",
        r#"
ephemeral "aws_secretsmanager_secret_version" "s" {
  count     = 2
  secret_id = "x"
}

resource "terraform_data" "d" {
  input = [
    ephemeral.aws_secretsmanager_secret_version.s[0].secret_string,
    ephemeral.aws_secretsmanager_secret_version.s[1].secret_id,
    ephemeral.aws_secretsmanager_secret_version.s[*].secret_string,
  ]
}

resource "aws_db_instance" "db" {
  password_wo         = ephemeral.aws_secretsmanager_secret_version.s[0].secret_string
  password_wo_version = 1
}
"#,
    )]);
    assert!(folder.said().is_empty(), "{:?}", folder.said());
    let input = folder.attr("terraform_data.d", "input").as_elements().expect("three");
    assert!(input[0].is_unknown() && input[0].marks().has(Marks::EPHEMERAL), "{input:?}");
    assert_eq!(input[0].as_unknown().map(|u| u.reason.cause()), Some(Cause::ComputedAtApply));
    assert_eq!(input[1].as_str(), Some("x"));
    assert!(input[1].marks().has(Marks::EPHEMERAL));
    assert!(!input[2].is_wholly_known());
    assert_eq!(folder.json("aws_db_instance.db", "password_wo"), "null");
    assert_eq!(folder.json("aws_db_instance.db", "password_wo_version"), "1");
}

#[test]
fn what_is_wrong_in_an_action_is_told() {
    let folder = folder(&[(
        "main.tf",
        r#"
action "aws_lambda_invoke" "call" {
  for_each = toset(["a"])
  config {
    function_name = each.key
    payload       = var.nothing
  }
}
"#,
    )]);
    let said = folder.said();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("undeclared variable `var.nothing`"), "{said:?}");
}

#[test]
fn the_data_source_of_a_check_is_one_of_the_module() {
    let folder = folder(&[("main.tf", MAIN)]);
    assert_eq!(folder.json("data.http.site", "url"), "\"https://example.com\"");
}

#[test]
fn blocks_that_are_not_known_have_the_shape_of_the_schema() {
    let folder = folder(&[(
        "main.tf",
        r#"
resource "terraform_data" "t" {}

resource "aws_s3_bucket_lifecycle_configuration" "l" {
  dynamic "rule" {
    for_each = terraform_data.t.id == "x" ? [1] : []
    content {
      id = "r"
    }
  }
}
"#,
    )]);
    let rule = folder.attr("aws_s3_bucket_lifecycle_configuration.l", "rule");
    let unknown = rule.as_unknown().expect("not known");
    assert_eq!(unknown.reason.subject(), "terraform_data.t.id");
    assert!(
        matches!(&unknown.ty, Type::List(of) if matches!(**of, Type::Object(_))),
        "{unknown:?}"
    );
}

/// Where the provider has an attribute in place of blocks, Terraform plans one element for what it does
/// not know. What only we do not know may be any number of them.
#[test]
fn one_element_stands_for_blocks_only_where_terraform_says_so() {
    let ingress = |of: &str| {
        let main = format!(
            r#"
variable "ports" {{
  type = list(number)
}}

data "http" "ports" {{
  url = "https://example.com"
}}

resource "terraform_data" "t" {{}}

resource "aws_security_group" "g" {{
  dynamic "ingress" {{
    for_each = {of}
    content {{
      from_port = ingress.value
    }}
  }}
}}
"#
        );
        let folder = folder(&[("main.tf", &main)]);
        assert!(folder.said().is_empty(), "{:?}", folder.said());
        folder.attr("aws_security_group.g", "ingress").clone()
    };
    let planned = ingress("terraform_data.t.output");
    let elements = planned.as_elements().expect("one element");
    assert_eq!(elements.len(), 1);
    assert!(elements[0].get("from_port").is_some_and(Value::is_unknown));
    assert_eq!(elements[0].get("cidr_blocks").map(to_json).as_deref(), Some("[]"));
    assert!(ingress("var.ports").is_unknown());
    assert!(ingress("jsondecode(data.http.ports.response_body)").is_unknown());
}

/// What Terraform 1.11.4 refuses too.
#[test]
fn repetition_that_cannot_be() {
    for (argument, wrong) in [
        ("for_each = [\"a\"]", "must be a map, or set of strings, this is a value of type tuple"),
        ("for_each = null", "the given `for_each` argument value is null"),
        ("for_each = \"a\"", "must be a map, or set of strings, this is a value of type string"),
        ("for_each = toset([1])", "a set containing type number"),
        ("for_each = toset([null])", "a set containing null"),
        (
            "for_each = sensitive({ a = 1 })",
            "sensitive values cannot be used as `for_each` arguments",
        ),
        (
            "for_each = toset([sensitive(\"a\")])",
            "sensitive values cannot be used as `for_each` arguments",
        ),
        ("count = -1", "unsuitable: must be greater than or equal to zero"),
        ("count = 1.5", "unsuitable: value must be a whole number"),
        ("count = null", "the given `count` argument value is null"),
        ("count = \"two\"", "number"),
        ("count = sensitive(2)", ""),
    ] {
        let resource = format!("resource \"terraform_data\" \"d\" {{\n  {argument}\n}}\n");
        let module = format!("module \"m\" {{\n  source = \"./m\"\n  {argument}\n}}\n");
        for (main, address) in [(resource, "terraform_data.d"), (module, "module.m")] {
            let inner = ("m/main.tf", "resource \"terraform_data\" \"d\" {}\n");
            let folder = folder(&[("main.tf", &main), inner]);
            let said = folder.said();
            if wrong.is_empty() {
                assert!(said.is_empty(), "{argument}: {said:?}");
                continue;
            }
            assert_eq!(said.len(), 1, "{argument}: {said:?}");
            assert!(said[0].contains(wrong), "{argument}: {said:?}");
            // One instance stands for all.
            assert_eq!(folder.resources.len(), 1, "{argument}");
            let first = &folder.resources[0].address;
            assert!(first.starts_with(&format!("{address}[*]")), "{first}");
        }
    }
}

#[test]
fn a_dynamic_block_over_nothing_to_go_over() {
    for (collection, wrong) in
        [("null", "is null, it needs a collection"), ("\"a\"", "is a string, not a collection")]
    {
        let main = format!(
            "resource \"aws_security_group\" \"g\" {{\n  dynamic \"ingress\" {{\n    for_each = {collection}\n    content {{}}\n  }}\n}}\n"
        );
        let folder = folder(&[("main.tf", &main)]);
        let said = folder.said();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains(wrong), "{said:?}");
        assert!(folder.attr("aws_security_group.g", "ingress").is_unknown());
    }
}

#[test]
fn files_beside_the_configuration_are_left_alone() {
    let folder = folder(&[
        ("main.tf", "resource \"terraform_data\" \"d\" {}\n"),
        ("all.tfquery.hcl", "list \"aws_instance\" \"all\" {\n  provider = aws\n}\n"),
        ("main.tftest.hcl", "run \"a\" {}\n"),
        ("stack.tfcomponent.hcl", "component \"c\" {}\n"),
    ]);
    assert!(folder.said().is_empty(), "{:?}", folder.said());
    assert_eq!(folder.resources.len(), 1);
}
