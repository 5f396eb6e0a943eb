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
    let arguments = [("s", Some("[1]")), ("l", Some("[\"a\", 1]")), ("untyped", Some("x"))];
    let folder = given(&[MAIN], &[], &arguments);
    assert_eq!(input(&folder), "[\"[1]\",[\"a\",\"1\"],\"x\",1]");
}

#[test]
fn wrong_values() {
    let folder = given(&[MAIN], &[], &[("s", Some("")), ("l", Some("[a")), ("n", Some("many"))]);
    let said = folder.said().join("\n");
    assert!(said.contains("value given for `var.l`"), "{said}");
    let number = "the given value is not suitable for `var.n`: a number is required";
    assert!(said.contains(number), "{said}");
}

/// As Terraform 1.11.4: at the value where it has a place, whether or not anything uses the variable.
#[test]
fn wrong_values_in_files() {
    let main = r#"
variable "a" { type = number }
variable "o" { type = object({ x = string, y = list(number) }) }
variable "nn" {
  type     = string
  nullable = false
}
variable "nd" {
  default  = "d"
  nullable = false
}
variable "m" { type = map(string) }
variable "s" {
  type      = map(string)
  sensitive = true
}
variable "f" {}
resource "terraform_data" "a" {
  input = var.nd
}
"#;
    let values = r#"a  = "x"
o  = { x = "1", y = ["q"] }
nn = null
nd = null
m  = [1]
s  = { secret = [1] }
f  = upper("x")
"#;
    let folder = folder(&[("main.tf", main), ("terraform.tfvars", values)]);
    let unsuitable = "the given value is not suitable for";
    let mut expected = [
        format!("terraform.tfvars:1:6: \"x\": {unsuitable} `var.a`: a number is required"),
        format!(
            "terraform.tfvars:2:6: {{ x = \"1\", y = [\"q\"] }}: {unsuitable} `var.o`: `.y[0]`: a number \
             is required"
        ),
        format!(
            "terraform.tfvars:3:6: null: {unsuitable} `var.nn`: required variable may not be set to null"
        ),
        format!("terraform.tfvars:5:6: [1]: {unsuitable} `var.m`: map of string required"),
        format!(
            "terraform.tfvars:6:6: {{ secret = [1] }}: {unsuitable} `var.s`: it is not of its type, \
             and sensitive"
        ),
        "terraform.tfvars:7:6: upper: `upper` is called where functions may not be called"
            .to_owned(),
    ];
    let mut said = folder.said();
    said.sort();
    expected.sort();
    assert_eq!(said, expected);
    assert_eq!(folder.json("terraform_data.a", "input"), "\"d\"");
}

#[test]
fn wrong_defaults_and_arguments() {
    let main = r#"
variable "a" {
  default  = null
  nullable = false
}
variable "b" {
  type    = number
  default = "x"
}
module "m" {
  source = "./m"
  q      = "x"
  n      = null
  r      = null
  rr     = 1
}
"#;
    let module = r#"
variable "q" { type = number }
variable "n" {
  type     = number
  nullable = false
}
variable "r" { type = number }
variable "z" {}
"#;
    let folder =
        folder(&[("main.tf", main), ("m/main.tf", module), ("terraform.tfvars", "b = 1\n")]);
    let mut said = folder.said();
    said.sort();
    assert_eq!(
        said,
        [
            "main.tf:10:1: module \"m\": required argument `z` of the module is missing",
            "main.tf:12:12: \"x\": the given value is not suitable for `var.q`: a number is required",
            "main.tf:13:12: null: the given value is not suitable for `var.n`: required variable may \
             not be set to null",
            "main.tf:15:3: rr: unsupported argument `rr`: the module has no such variable",
            "main.tf:3:14: null: default of `var.a` is null, and `nullable` is false",
            "main.tf:8:13: \"x\": default of `var.b` is not of its type: a number is required",
        ]
    );
}

#[test]
fn a_variable_without_value_is_unknown_of_its_type() {
    let main = r#"
variable "l" { type = list(string) }
variable "nn" {
  type     = string
  nullable = false
}
resource "terraform_data" "a" {
  input            = var.l
  triggers_replace = var.nn
}
"#;
    let folder = folder(&[("main.tf", main)]);
    let unknown = |name| folder.attr("terraform_data.a", name).as_unknown().expect("not known");
    assert_eq!(unknown("input").ty.to_string(), "list(string)");
    assert_eq!(unknown("input").reason.subject(), "var.l");
    assert_eq!(
        folder.shown(unknown("input").reason.at().expect("a place")),
        "main.tf:2:1: variable \"l\""
    );
    assert!(unknown("triggers_replace").not_null && !unknown("input").not_null);
    assert!(folder.said().is_empty(), "{:?}", folder.said());
}

#[test]
fn ephemeral_travels_through_modules() {
    let main = r#"
variable "e" {
  default   = "x"
  ephemeral = true
}
module "m" {
  source = "./m"
  v      = "${var.e}-y"
}
resource "terraform_data" "a" {
  input = module.m.o
}
"#;
    let module = r#"
variable "v" {}
output "o" {
  value     = upper(var.v)
  ephemeral = true
}
"#;
    let folder = folder(&[("main.tf", main), ("m/main.tf", module)]);
    let marks = folder.attr("terraform_data.a", "input").marks();
    assert!(marks.has(planward::value::Marks::EPHEMERAL));
}

#[test]
fn the_workspace_is_the_selected_one_or_unknown() {
    let main = "resource \"terraform_data\" \"a\" {\n  input = \"${terraform.workspace}-${terraform.applying}\"\n}\n";
    let selected = folder(&[("main.tf", main), (".terraform/environment", "prod\n")]);
    assert_eq!(selected.json("terraform_data.a", "input"), "\"prod-false\"");
    let unselected = folder(&[("main.tf", main)]);
    let unknown = unselected.attr("terraform_data.a", "input").as_unknown().expect("not known");
    assert_eq!(unknown.reason.subject(), "terraform.workspace");
    let wrong =
        folder(&[("main.tf", "resource \"terraform_data\" \"a\" {\n  input = terraform.env\n}\n")]);
    assert!(wrong.said()[0].contains("`terraform` has no attribute `env`"), "{:?}", wrong.said());
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
