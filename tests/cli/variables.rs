//! Where values come from, several sets of them in one run, and the workspace.

use insta::assert_snapshot;
use serde_json::Value;

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
    r#"variable "a" {
  type = string
}

variable "b" {
  default = "good"
}

variable "secret" {
  default   = "hunter2"
  sensitive = true
}

resource "null_resource" "a" {
  for_each = toset(["x", "y"])
  triggers = { a = var.a }
}

resource "null_resource" "b" {
  triggers = { a = var.b }
}
"#,
);

const DEV: (&str, &str) = ("dev.tfvars", "a = \"bad\"\n");
const PROD: (&str, &str) = ("prod.tfvars", "a = \"bad\"\nb = \"worse\"\n");

const CHECK: &str = "check --no-builtin --policies rules";
const SETS: &str = "--var-set dev=dev.tfvars --var-set prod=prod.tfvars";

fn folder() -> Folder {
    Folder::with([POLICY, MAIN, DEV, PROD])
}

fn json(folder: &Folder, args: &str) -> Value {
    let output = folder.output(&format!("{CHECK} {args} --format json"), b"");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn fingerprints(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().map(|finding| finding["fingerprint"].as_str().expect("text")).collect()
}

#[test]
fn what_all_sets_have_is_told_once() {
    assert_snapshot!(folder().run(&format!("{CHECK} {SETS}")), @r"
    --- stdout
    main.tf:16:16: error: is bad [names.good] (null_resource.a, 2 instances) *
    main.tf:20:16: error: is worse [names.good] (null_resource.b, in `prod`) *
    2 findings (2 high); 1 policy on 3 resources in 1 file; exit code 1 for 2 findings, marked *
    --- exit code 1
    ");
}

#[test]
fn fingerprints_do_not_know_of_sets() {
    let folder = folder();
    let both = json(&folder, SETS);
    let prod = json(&folder, "--var-file prod.tfvars");
    assert_eq!(fingerprints(&both), fingerprints(&prod));
    let renamed = json(&folder, "--var-set test=dev.tfvars --var-set live=prod.tfvars");
    assert_eq!(fingerprints(&both), fingerprints(&renamed));
}

#[test]
fn the_report_tells_sets_and_sources() {
    let folder = folder();
    let report = json(&folder, &format!("{SETS} --var b=good"));
    let schema = include_str!("../../docs/report.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let errors: Vec<String> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(!report.to_string().contains("hunter2"));
    let set = |name: &str| serde_json::json!({"name": name, "files": [format!("{name}.tfvars")]});
    assert_eq!(report["sets"], serde_json::json!([set("dev"), set("prod")]));
    assert_eq!(report["findings"][0]["sets"], serde_json::json!(["dev", "prod"]));
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "--var goes before the sets");
    let variables = report["variables"].as_array().expect("variables");
    let told: Vec<String> = variables
        .iter()
        .map(|variable| {
            let text = |name: &str| variable[name].as_str().unwrap_or("-").to_owned();
            let line = &variable["range"]["start"]["line"];
            let place = format!("{}:{line}", text("file"));
            [text("root"), text("set"), text("name"), text("source"), place].join(" ")
        })
        .collect();
    assert_eq!(
        told,
        [
            ". dev a file dev.tfvars:1",
            ". dev b argument -:null",
            ". dev secret default main.tf:10",
            ". prod a file prod.tfvars:1",
            ". prod b argument -:null",
            ". prod secret default main.tf:10",
        ]
    );
    assert_eq!(report["summary"]["resources"], 3, "an instance counts once");
}

#[test]
fn sets_and_single_values_hold_in_the_order_in_which_they_are_typed() {
    let folder = folder();
    folder.write("good.tfvars", b"a = \"good\"\nb = \"good\"\n");
    let code = |args: &str| folder.output(&format!("{CHECK} {args}"), b"").status.code();
    assert_eq!(code("--var-file prod.tfvars --var-set s=good.tfvars"), Some(0));
    assert_eq!(code("--var-set s=good.tfvars --var-file prod.tfvars"), Some(1));
    assert_eq!(code("--var-set s=prod.tfvars,good.tfvars"), Some(0));
    assert_eq!(code("--var-set s=prod.tfvars --var-set s=good.tfvars"), Some(0));
    assert_eq!(code("--var-set s=nowhere.tfvars"), Some(2));
    for wrong in ["s", "=good.tfvars", "s=", "s=good.tfvars,"] {
        assert_eq!(code(&format!("--var-set {wrong}")), Some(2), "{wrong}");
    }
}

#[test]
fn values_and_where_they_come_from() {
    let folder = folder();
    folder.write("terraform.tfvars", b"b = \"file\"\n");
    assert_snapshot!(folder.run("values"), @r#"
    --- stdout
    .
      a       (unknown)    no value given
      b       "file"       terraform.tfvars:1
      secret  (sensitive)  default, main.tf:10
    --- exit code 0
    "#);
    assert_snapshot!(folder.run("values --var-set dev=dev.tfvars --var b=x --var nn=1"), @r#"
    --- stdout
    . with `dev`
      a       "bad"        dev.tfvars:1
      b       "x"          --var
      secret  (sensitive)  default, main.tf:10
    --- stderr
    error: value for undeclared variable `nn`
      hint: no root module that is checked declares it
    --- exit code 2
    "#);
}

#[test]
fn a_value_that_a_rule_refuses_is_no_finding() {
    let rule = "variable \"a\" {\n  validation {\n    condition     = var.a != \"bad\"\n    error_message = \"Bad is bad.\"\n  }\n}\n\nresource \"null_resource\" \"a\" {\n  triggers = { a = \"good\" }\n}\n";
    let folder = Folder::with([POLICY, ("main.tf", rule), DEV]);
    assert_snapshot!(folder.run(&format!("{CHECK} --var-file dev.tfvars")), @r"
    --- stdout
    dev.tfvars:1:5: warning: invalid value for variable `var.a`: Bad is bad. (Terraform refuses this value; it is checked all the same)
    no findings; 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    ");
}

#[test]
fn the_workspace() {
    let main = "resource \"null_resource\" \"a\" {\n  triggers = { a = terraform.workspace }\n}\n";
    let folder = Folder::with([POLICY, ("main.tf", main)]);
    assert_snapshot!(folder.run(CHECK), @r"
    --- stdout
    main.tf:2:20: note: 1 check waits for `terraform.workspace` (no value given) [names.good]
    no findings, 1 check undecided; 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    ");
    let code = |args: &str| folder.output(&format!("{CHECK} {args}"), b"").status.code();
    assert_eq!(code("--workspace good"), Some(0));
    assert_eq!(code("--workspace bad"), Some(1));
    let with_environment = |workspace: &str, args: &str| {
        let mut command = assert_cmd::Command::cargo_bin("planward").expect("planward is built");
        command.args(CHECK.split(' ').chain(args.split_whitespace())).current_dir(folder.path());
        command.env_clear().env("TF_WORKSPACE", workspace).output().expect("runs").status.code()
    };
    assert_eq!(with_environment("bad", ""), Some(1));
    assert_eq!(with_environment("bad", "--workspace good"), Some(0));
    folder.write(".terraform/environment", b"bad");
    assert_eq!(code(""), Some(1));
    assert_eq!(with_environment("good", ""), Some(0));
}
