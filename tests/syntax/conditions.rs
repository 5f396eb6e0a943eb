//! Validations, pre- and postconditions, assertions: what Terraform 1.11.4 says of the same files.

use planward::diag::Level;

use crate::folder::{Folder, folder, given};

/// Level, place and message, sorted.
fn told(folder: &Folder) -> Vec<String> {
    let levels = folder.diagnostics.iter().map(|diagnostic| diagnostic.level);
    let mut told: Vec<String> = levels
        .zip(folder.said())
        .map(|(level, said)| format!("{}: {said}", level.name()))
        .collect();
    told.sort();
    told
}

const RULES: (&str, &str) = (
    "main.tf",
    r#"
variable "a" {
  type = number
  validation {
    condition     = var.a > 3
    error_message = "A must be more than 3, is ${var.a}."
  }
  validation {
    condition     = var.a != local.two
    error_message = <<-EOT
      A must not
      be 2.
    EOT
  }
}
variable "b" {
  type    = string
  default = "x"
  validation {
    condition     = length(var.b) > 3 || var.a > 100
    error_message = "Too short."
  }
}
locals {
  two = 2
}
resource "terraform_data" "a" {
  input = var.a
}
"#,
);

#[test]
fn a_value_that_a_rule_refuses() {
    let folder = folder(&[RULES, ("terraform.tfvars", "a = 2\n")]);
    assert_eq!(
        told(&folder),
        [
            "warning: main.tf:18:13: \"x\": invalid value for variable `var.b`: Too short.",
            "warning: terraform.tfvars:1:5: 2: invalid value for variable `var.a`: A must be more than \
             3, is 2.",
            "warning: terraform.tfvars:1:5: 2: invalid value for variable `var.a`: A must not be 2.",
        ]
    );
    let rule = &folder.diagnostics[0].related[0];
    assert_eq!(
        (folder.shown(rule.span).as_str(), &*rule.text),
        ("main.tf:4:3: validation", "by this rule")
    );
    assert_eq!(folder.json("terraform_data.a", "input"), "2", "checked all the same");
}

#[test]
fn a_value_that_is_typed_has_the_place_of_its_variable() {
    let arguments = [("a", Some("5")), ("b", Some("y"))];
    assert_eq!(
        told(&given(&[RULES], &[], &arguments)),
        ["warning: main.tf:16:1: variable \"b\": invalid value for variable `var.b`: Too short."]
    );
    assert!(told(&given(&[RULES], &[("a", "101")], &[])).is_empty());
}

#[test]
fn what_is_not_known_is_not_refused() {
    assert!(told(&given(&[RULES], &[], &[("b", Some("long enough"))])).is_empty());
}

#[test]
fn an_argument_of_a_module() {
    let main = "module \"m\" {\n  count  = 2\n  source = \"./m\"\n  x      = count.index\n}\n";
    let module = "variable \"x\" {\n  validation {\n    condition     = var.x == 0\n    error_message = \"No.\"\n  }\n}\n";
    let folder = folder(&[("main.tf", main), ("m/main.tf", module)]);
    let expected =
        "warning: main.tf:4:12: count.index: invalid value for variable `module.m[1].var.x`: No.";
    assert_eq!(told(&folder), [expected]);
}

#[test]
fn what_is_secret_is_not_told() {
    let main = r#"
variable "s" {
  sensitive = true
  default   = "hunter2"
  validation {
    condition     = var.s == "x"
    error_message = "Not ${var.s}."
  }
}
variable "e" {
  ephemeral = true
  default   = "hunter3"
  validation {
    condition     = var.e == "x"
    error_message = "Not ${var.e}."
  }
}
"#;
    let told = told(&folder(&[("main.tf", main)]));
    let secret = "the error message included a sensitive value, so it will not be displayed";
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|told| told.ends_with(secret)), "{told:?}");
}

#[test]
fn conditions_that_are_none() {
    let rule = |name: &str, default: &str, condition: &str, message: &str| {
        format!(
            "variable \"{name}\" {{\n  default = {default}\n  validation {{\n    condition     = \
             {condition}\n    error_message = {message}\n  }}\n}}\n"
        )
    };
    let main = [
        rule("list", "1", "[var.list]", "\"m\""),
        rule("null", "null", "var.null", "\"m\""),
        rule("text", "\"false\"", "var.text", "\"As text.\""),
        rule("other", "1", "1 == 2", "\"m\""),
        rule("odd", "1", "var.odd == 2", "[1]"),
        "variable \"half\" {\n  default = 1\n  validation {\n    condition = var.half == 2\n  }\n}\n".to_owned(),
    ]
    .concat();
    let told = told(&folder(&[("main.tf", &main)]));
    let expected = [
        ("error", "[var.list]: a condition is either true or false: bool required"),
        ("error", "var.null: a condition is either true or false, and this is null"),
        ("warning", "invalid value for variable `var.text`: As text."),
        ("error", "1 == 2: a condition of this variable must refer to `var.other`"),
        ("error", "[1]: an error message is a string"),
        (
            "warning",
            "invalid value for variable `var.odd`: its error message could not be evaluated",
        ),
        ("error", "validation: `validation` block lacks `error_message`"),
    ];
    for (level, words) in expected {
        let is_it = |told: &String| told.starts_with(level) && told.ends_with(words);
        assert!(told.iter().any(is_it), "{words}: {told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
}

#[test]
fn conditions_of_resources_outputs_and_checks() {
    let main = r#"
variable "v" { default = 1 }
locals {
  f = var.v == 2
}
resource "terraform_data" "a" {
  count = 3
  input = count.index
  lifecycle {
    precondition {
      condition     = count.index == 0 || local.f
      error_message = "Before ${count.index}."
    }
    postcondition {
      condition     = self.input == 0
      error_message = "After ${self.input}."
    }
    postcondition {
      condition     = self.output == 2
      error_message = "Not known."
    }
  }
}
output "x" {
  value = 1
  precondition {
    condition     = local.f
    error_message = "Output."
  }
}
check "c" {
  data "http" "up" {
    url = "https://example.com"
  }
  assert {
    condition     = local.f
    error_message = "Assertion."
  }
  assert {
    condition     = data.http.up.status_code == 200
    error_message = "Not known."
  }
  assert {
    condition     = local.f.x
    error_message = "Wrong."
  }
}
"#;
    let told = told(&folder(&[("main.tf", main)]));
    assert_eq!(
        told,
        [
            "note: main.tf:36:21: local.f: assertion of `check.c` failed: Assertion.",
            "warning: main.tf:11:23: count.index == 0 || local.f: resource precondition failed for \
             `terraform_data.a[1]`: Before 1.",
            "warning: main.tf:15:23: self.input == 0: resource postcondition failed for \
             `terraform_data.a[1]`: After 1.",
            "warning: main.tf:27:21: local.f: precondition failed for `output.x`: Output.",
            "warning: main.tf:44:28: .x: can't access attributes on a primitive-typed value (bool)",
        ]
    );
    assert!(told.iter().all(|told| !told.starts_with(Level::Error.name())));
}
