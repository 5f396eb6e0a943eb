//! What is wrong with a configuration is told at the place that Terraform 1.11.4 names, and in its words
//! where it has them.

use planward::check::{self, Input, Options};
use planward::text::MemoryFiles;

/// Asks for everything, so that everything is evaluated.
const EVERYTHING: &str = "policy {}\nresource_policy \"*\" \"any\" {\n  enforce {\n    condition = \
     core::jsonencode(attrs) != \"\"\n  }\n}\n";

/// The first error in `main.tf`: line, column, message.
fn first_error(main: &str) -> (u32, u32, String) {
    let mut files = MemoryFiles::default();
    files.insert("main.tf", main);
    files.insert("own/own.policy.hcl", EVERYTHING);
    let options = Options {
        inputs: vec![Input::Root(String::new())],
        policies: vec!["own".to_owned()],
        builtin: false,
        ..Options::default()
    };
    let report = check::check(&files, &options);
    let first = report.diagnostics.iter().find(|d| d.level == planward::diag::Level::Error);
    let first = first.unwrap_or_else(|| panic!("no error in {main}"));
    let span = first.at.as_ref().expect("a place").span;
    let at = report.sources.position(span.file, span.start);
    (at.line, at.column, first.message.clone())
}

/// An expression, the column of its place within it, and words of the message.
const EXPRESSIONS: [(&str, u32, &str); 38] = [
    ("local.cc", 1, "reference to undeclared local value `local.cc`"),
    ("var.c", 1, "reference to undeclared variable `var.c`"),
    ("terraform_data.c.id", 1, "reference to undeclared resource `terraform_data.c`"),
    ("resource.terraform_data.c.id", 1, "reference to undeclared resource `terraform_data.c`"),
    ("data.terraform_remote_state.c.id", 1, "undeclared resource `data.terraform_remote_state.c`"),
    ("module.c.id", 1, "reference to undeclared module call `module.c`"),
    ("terraform_data.keyed.id", 1, "its attributes must be accessed on specific instances"),
    ("terraform_data.counted.id", 1, "its attributes must be accessed on specific instances"),
    ("terraform_data.one[0].id", 1, "references to it must not include an index key"),
    ("terraform_data.counted[3].id", 23, "the given key does not identify an element"),
    ("terraform_data.keyed[\"b\"].id", 21, "the given key does not identify an element"),
    ("each.key", 1, "`each.key` without `for_each`"),
    ("count.index", 1, "`count.index` without `count`"),
    ("lenght([1])", 1, "call to unknown function `lenght`"),
    ("length(5)", 8, "argument must be a string, a collection type, or a structural type"),
    ("upper(null)", 7, "invalid value for `str` parameter: argument must not be null"),
    ("\"a\" + 1", 1, "unsuitable value for left operand: a number is required"),
    ("\"x\" ? 1 : 2", 1, "the condition expression must be of type bool"),
    ("null ? 1 : 2", 1, "the condition value is null"),
    (
        "true ? { a = 1 } : [1]",
        1,
        "the true and false result expressions must have consistent types",
    ),
    ("[for x in 5 : x]", 11, "a value of type number cannot be used as the collection"),
    ("[for x in null : x]", 11, "a null value cannot be used as the collection"),
    ("[for x in [1] : x if null]", 22, "the value of the `if` clause must not be null"),
    ("{for x in [\"a\", \"a\"] : x => 1}", 24, "two different items produced the key `a`"),
    ("{for x in [\"a\"] : null => 1}", 19, "can't use a null value as a key"),
    ("\"a${null}\"", 5, "cannot include a null value in a string template"),
    (
        "\"a${[1]}\"",
        5,
        "cannot include a value of type tuple in a string template: string required",
    ),
    ("[1][3]", 4, "the given key does not identify an element in this collection value"),
    ("[1][\"a\"]", 4, "a number is required"),
    ("{ a = 1 }.b", 10, "this object does not have an attribute named `b`"),
    ("tomap({ a = 1 }).b", 17, "this map does not have an element with the key `b`"),
    ("local.number.b", 13, "can't access attributes on a primitive-typed value (number)"),
    ("local.nothing.b", 14, "this value is null, so it does not have the attribute `b`"),
    ("local.nothing[0]", 14, "this value is null, so it does not have any indices"),
    ("toset([1])[0]", 11, "elements of a set do not have any index or key to select with"),
    ("regex(\"(\", \"a\")", 7, "invalid regular expression"),
    ("path.foo", 1, "`path` has no attribute `foo`"),
    ("foo", 1, "`foo` is not a reference"),
];

#[test]
fn expressions_that_cannot_be_evaluated() {
    for (expression, column, words) in EXPRESSIONS {
        let main = format!(
            r#"resource "terraform_data" "t" {{
  input = {expression}
}}
resource "terraform_data" "one" {{}}
resource "terraform_data" "counted" {{
  count = 1
}}
resource "terraform_data" "keyed" {{
  for_each = toset(["x"])
}}
locals {{
  number  = 5
  nothing = null
}}
"#
        );
        let (line, at, message) = first_error(&main);
        assert_eq!((line, at), (2, 10 + column), "{expression}: {message}");
        assert!(message.contains(words), "{expression}: {message}");
    }
}

/// Names are looked up wherever they stand, though no policy reads the value.
#[test]
fn references_to_nothing_in_what_nobody_reads() {
    for (main, line, words) in [
        ("output \"o\" {\n  value = local.c\n}\n", 2, "undeclared local value `local.c`"),
        ("output \"o\" {\n  value = try(var.c, 1)\n}\n", 2, "undeclared variable `var.c`"),
        ("output \"o\" {\n  value = lenght([])\n}\n", 2, "unknown function `lenght`"),
        ("locals {\n  a = module.m.x\n}\n", 2, "undeclared module call `module.m`"),
        (
            "resource \"terraform_data\" \"a\" {\n  depends_on = [terraform_data.b]\n}\n",
            2,
            "undeclared resource `terraform_data.b`",
        ),
        ("output \"o\" {\n}\n", 1, "the argument `value` is required"),
        ("module \"m\" {\n}\n", 1, "the argument `source` is required"),
    ] {
        let (at, _, message) = first_error(main);
        assert_eq!(at, line, "{main}{message}");
        assert!(message.contains(words), "{main}{message}");
    }
}

/// Names that look like references to nothing and are none.
#[test]
fn names_that_are_bound_or_are_no_references() {
    let main = r#"
terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.west]
    }
  }
}

moved {
  from = aws_s3_bucket.old
  to   = aws_s3_bucket.new
}

removed {
  from = aws_s3_bucket.gone
  lifecycle {
    destroy = false
  }
}

resource "aws_s3_bucket" "new" {
  provider = aws.west
  lifecycle {
    ignore_changes = [tags.Name, website[0].index]
  }
}

check "answers" {
  data "http" "own" {
    url = "https://example.com"
  }
  assert {
    condition     = data.http.own.status_code == 200
    error_message = "No answer."
  }
}

resource "aws_security_group" "g" {
  dynamic "ingress" {
    for_each = [for my_port in [80] : my_port.number if my_port.number != aws_s3_bucket.new.id]
    iterator = rule_of
    content {
      from_port = rule_of.value
    }
  }
}

output "same" {
  value = [resource.aws_s3_bucket.new.arn, { for k, v in {} : k => v.x }, path.module, each.key]
}
"#;
    let mut files = MemoryFiles::default();
    files.insert("main.tf", main);
    let options =
        Options { inputs: vec![Input::Root(String::new())], builtin: false, ..Options::default() };
    let report = check::check(&files, &options);
    let undeclared: Vec<&str> = report
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.message.as_str())
        .filter(|message| message.contains("undeclared"))
        .collect();
    assert!(undeclared.is_empty(), "{undeclared:?}");
}
