//! Values of variables and which of them hold.

use crate::folder::{folder, given};

const MAIN: (&str, &str) = (
    "main.tf",
    r#"
variable "s" { type = string }
variable "l" { type = list(string) }
variable "untyped" { default = true }
variable "n" {
  type    = number
  default = 1
}

resource "terraform_data" "a" {
  input = [var.s, var.l, var.untyped, var.n]
}
"#,
);

fn input(folder: &crate::folder::Folder) -> String {
    folder.json("terraform_data.a", "input")
}

#[test]
fn files_in_order() {
    let folder = folder(&[
        MAIN,
        ("terraform.tfvars", "s = \"1\"\nl = [\"1\"]\nn = 1\n"),
        ("terraform.tfvars.json", "{\"s\": \"2\", \"//\": \"a comment\", \"l\": [\"${2}\"]}"),
        ("b.auto.tfvars", "s = \"4\"\n"),
        ("a.auto.tfvars.json", "{\"s\": \"3\", \"n\": 3}"),
        ("c.tfvars", "s = \"5\"\n"),
    ]);
    assert_eq!(input(&folder), "[\"4\",[\"${2}\"],true,3]");
    assert!(folder.said().is_empty(), "{:?}", folder.said());
}

#[test]
fn the_command_line_goes_before_files_and_they_before_the_environment() {
    let files = [
        MAIN,
        ("terraform.tfvars", "s = \"file\"\n"),
        ("x.tfvars.json", "{\"s\": \"named\", \"n\": 7}"),
    ];
    let environment = [("s", "environment"), ("l", "[\"e\"]"), ("unheard_of", "1")];
    let folder = given(&files, &environment, &[]);
    assert_eq!(input(&folder), "[\"file\",[\"e\"],true,1]");
    let folder = given(&files, &environment, &[("s", Some("hand")), ("x.tfvars.json", None)]);
    assert_eq!(input(&folder), "[\"named\",[\"e\"],true,7]");
    let folder = given(&files, &environment, &[("x.tfvars.json", None), ("s", Some("hand"))]);
    assert_eq!(input(&folder), "[\"hand\",[\"e\"],true,7]");
    assert!(folder.said().is_empty(), "{:?}", folder.said());
}

#[test]
fn text_is_an_expression_unless_the_type_is_plain() {
    let arguments =
        [("s", Some("[1]")), ("l", Some("[\"a\", upper(\"b\")]")), ("untyped", Some("x"))];
    let folder = given(&[MAIN], &[], &arguments);
    assert_eq!(input(&folder), "[\"[1]\",[\"a\",\"B\"],\"x\",1]");
}

#[test]
fn wrong_values() {
    let folder = given(&[MAIN], &[], &[("s", Some("")), ("l", Some("[a")), ("n", Some("many"))]);
    let said = folder.said().join("\n");
    assert!(said.contains("value given for `var.l`"), "{said}");
    assert!(said.contains("value of `var.n`"), "{said}");
}

#[test]
fn a_name_that_no_variable_has() {
    let folder = folder(&[MAIN, ("terraform.tfvars", "q = 1\n")]);
    let said = folder.said();
    assert_eq!(said, ["terraform.tfvars:1:1: q: value for undeclared variable `q`"]);
}

#[test]
fn a_string_that_says_true_is_true() {
    for main in [
        (
            "main.tf.json",
            r#"{"variable": {"v": {"default": "x", "sensitive": "true"}}, "resource": {"terraform_data": {"a": {"input": "${var.v}"}}}}"#,
        ),
        (
            "main.tf",
            "variable \"v\" {\n  default   = \"x\"\n  sensitive = \"true\"\n}\nresource \"terraform_data\" \"a\" {\n  input = var.v\n}\n",
        ),
    ] {
        let folder = folder(&[main]);
        let marks = folder.attr("terraform_data.a", "input").marks();
        assert!(marks.has(planward::value::Marks::SENSITIVE), "{main:?}");
    }
}
