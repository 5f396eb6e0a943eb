//! Blocks that Terraform and OpenTofu know beside resources.

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
