//! What findings say about the blocks around them: module calls that lead to them, repetition, changes
//! that are ignored, modules that `init` downloaded, names that are misspelt.

use planward::diag::{Diagnostic, Level};
use planward::finding::{Finding, Report};
use planward::text::MemoryFiles;

use crate::found;

fn files(texts: &[(&str, &str)]) -> MemoryFiles {
    let mut files = MemoryFiles::default();
    for (path, text) in texts {
        files.insert(*path, *text);
    }
    files
}

fn checked(texts: &[(&str, &str)]) -> Report {
    found::check(&files(texts), "")
}

fn of<'r>(report: &'r Report, policy: &str) -> Vec<&'r Finding> {
    let is = |finding: &&Finding| report.facts(finding.policy).id.as_str() == policy;
    report.findings.iter().filter(is).collect()
}

fn errors(report: &Report) -> Vec<&str> {
    let errors = report.diagnostics.iter().filter(|d| d.level == Level::Error);
    errors.map(|diagnostic| diagnostic.message.as_str()).collect()
}

/// A place as people read it, with the text there.
fn shown(report: &Report, span: planward::text::Span) -> String {
    let at = report.sources.position(span.file, span.start);
    format!("{}:{}", report.sources.path(span.file), at.line)
}

fn related(report: &Report, finding: &Finding) -> Vec<String> {
    let labels = finding.evidence.related.iter();
    labels.map(|label| format!("{} {}", shown(report, label.span), label.text)).collect()
}

const BUCKET: &str = r#"
variable "acl" {
  default = "private"
}

resource "aws_s3_bucket_acl" "this" {
  bucket = "b"
  acl    = var.acl
}
"#;

#[test]
fn one_cause_in_many_instances_is_one_finding() {
    let report = checked(&[(
        "main.tf",
        r#"
resource "aws_s3_bucket_acl" "many" {
  count  = 200
  bucket = "b-${count.index}"
  acl    = "public-read"
}
"#,
    )]);
    let found = of(&report, "aws-s3-bucket-public");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].count, &*found[0].address), (200, "aws_s3_bucket_acl.many"));
    assert_eq!(found[0].instances[199], "aws_s3_bucket_acl.many[199]");
}

#[test]
fn a_finding_in_a_module_names_the_chain_of_calls() {
    let report = checked(&[
        ("main.tf", "module \"one\" {\n  source = \"./one\"\n  acl = \"public-read\"\n}\n"),
        (
            "one/main.tf",
            r#"
variable "acl" {}

module "two" {
  source   = "./two"
  for_each = toset(["a", "b"])
  acl      = var.acl
}
"#,
        ),
        (
            "one/two/main.tf",
            "variable \"acl\" {}\n\nmodule \"three\" {\n  source = \"./three\"\n  acl    = var.acl\n}\n",
        ),
        ("one/two/three/main.tf", BUCKET),
    ]);
    assert!(errors(&report).is_empty(), "{:?}", errors(&report));
    let found = of(&report, "aws-s3-bucket-public");
    assert_eq!(found.len(), 1, "{found:#?}");
    let finding = found[0];
    assert_eq!(
        finding.instances,
        [
            "module.one.module.two[\"a\"].module.three.aws_s3_bucket_acl.this",
            "module.one.module.two[\"b\"].module.three.aws_s3_bucket_acl.this",
        ]
    );
    assert_eq!(finding.address, "module.one.module.two.module.three.aws_s3_bucket_acl.this");
    let at = finding.evidence.at.as_ref().map(|label| shown(&report, label.span));
    assert_eq!(at.as_deref(), Some("one/two/three/main.tf:8"));
    assert_eq!(
        related(&report, finding)[..4],
        [
            "main.tf:3 the value is written here",
            "one/two/main.tf:3 `module.three` is called here",
            "one/main.tf:4 `module.two` is called here",
            "main.tf:1 `module.one` is called here",
        ]
    );
}

#[test]
fn an_outcome_says_that_changes_are_ignored() {
    let with = |ignored: &str| {
        let text = format!(
            "resource \"aws_s3_bucket_acl\" \"a\" {{\n  bucket = \"b\"\n  acl = \"public-read\"\n  lifecycle {{\n    ignore_changes = {ignored}\n  }}\n}}\n"
        );
        let report = checked(&[("main.tf", text.as_str())]);
        let found = of(&report, "aws-s3-bucket-public");
        assert_eq!(found.len(), 1);
        found[0].evidence.assumed.join("; ")
    };
    let said = |what: &str| {
        format!("changes to {what} are ignored, so what is written may not be what is there")
    };
    assert_eq!(with("[bucket, acl]"), said("`acl`"));
    assert_eq!(with("all"), said("`all`"));
    assert_eq!(with("[bucket]"), "");
    assert_eq!(with("[acl_extra]"), "");
}

const CALL: &str = r#"
module "net" {
  source  = "acme/net/aws//modules/outer"
  version = "~> 1.0"
  acl     = "public-read"
}
"#;

const OUTER: &str = r#"
variable "acl" {}

module "inner" {
  source = "../inner"
  acl    = var.acl
}

module "other" {
  source = "git::https://example.com/other.git?ref=v2"
  acl    = "private"
}

output "text" {
  value = file("${path.module}/text.txt")
}
"#;

fn list(rest: &str) -> String {
    let folder = ".terraform/modules/net";
    format!(
        r#"{{"Modules":[
  {{"Key":"","Source":"","Dir":"."}},
  {{"Key":"net","Source":"registry.terraform.io/acme/net/aws//modules/outer","Version":"1.2.0","Dir":"{folder}/modules/outer"}},
  {{"Key":"net.inner","Source":"../inner","Dir":"{folder}/modules/inner"}},
  {{"Key":"net.other","Source":"git::https://example.com/other.git?ref=v2","Dir":".terraform/modules/net.other"}}{rest}
]}}"#
    )
}

fn downloaded(list: &str, call: &str) -> Report {
    checked(&[
        ("r/main.tf", call),
        ("r/.terraform/modules/modules.json", list),
        ("r/.terraform/modules/net/modules/outer/main.tf", OUTER),
        ("r/.terraform/modules/net/modules/outer/text.txt", "x"),
        ("r/.terraform/modules/net/modules/inner/main.tf", BUCKET),
        ("r/.terraform/modules/net.other/main.tf", BUCKET),
        ("outside/main.tf", BUCKET),
    ])
}

fn not_checked(report: &Report) -> Vec<String> {
    report.not_checked.iter().map(|note| format!("{}: {}", note.what, note.why)).collect()
}

#[test]
fn downloaded_modules_are_checked() {
    let report = downloaded(&list(""), CALL);
    assert!(errors(&report).is_empty(), "{:?}", errors(&report));
    assert!(report.not_checked.is_empty(), "{:?}", report.not_checked);
    let found = of(&report, "aws-s3-bucket-public");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].address, "module.net.module.inner.aws_s3_bucket_acl.this");
    assert_eq!(
        related(&report, found[0])[..3],
        [
            "r/main.tf:5 the value is written here",
            "r/.terraform/modules/net/modules/outer/main.tf:4 `module.inner` is called here",
            "r/main.tf:2 `module.net` is called here",
        ]
    );
    // The root, and three modules below `.terraform`.
    assert_eq!(report.scope.files, 5);
}

#[test]
fn what_was_not_downloaded_is_noted_once_for_each_source() {
    let call = r#"
module "a" {
  source = "acme/net/aws"
}

module "b" {
  source = "acme/net/aws"
}

module "c" {
  source = "git::https://example.com/c.git"
}
"#;
    let report = checked(&[("main.tf", call)]);
    assert!(errors(&report).is_empty());
    assert_eq!(
        not_checked(&report),
        [
            "module.a: the module `acme/net/aws` is not on disk; `terraform init` downloads it (called in 2 places)",
            "module.c: the module `git::https://example.com/c.git` is not on disk; `terraform init` downloads it",
        ]
    );
    let lock = "provider \"registry.opentofu.org/hashicorp/aws\" {\n  version = \"6.0.0\"\n}\n";
    let report = checked(&[("main.tf", call), (".terraform.lock.hcl", lock)]);
    assert!(not_checked(&report)[0].contains("`tofu init`"), "{:?}", not_checked(&report));
}

#[test]
fn what_was_downloaded_before_an_edit_is_not_taken() {
    for (from, to) in [("~> 1.0", "~> 2.0"), ("acme/net", "acme/nat"), ("outer", "inner")] {
        let report = downloaded(&list(""), &CALL.replace(from, to));
        assert!(errors(&report).is_empty(), "{from}");
        assert_eq!(report.not_checked.len(), 1, "{from}: {:?}", report.not_checked);
        assert!(report.not_checked[0].why.starts_with("another source or version"), "{from}");
    }
}

#[test]
fn a_list_that_lies_is_an_error_and_leads_nowhere() {
    let path = "r/.terraform/modules/modules.json";
    for (rest, wrong) in [
        (r#",{"Key":"x","Source":"a/b/c","Dir":"../outside"}"#, "leads out of the root module"),
        (r#",{"Key":"x","Source":"a/b/c","Dir":"/etc"}"#, "leads out of the root module"),
        (r#",{"Key":"net","Source":"a/b/c","Dir":"x"}"#, "two modules with the key `net`"),
        (r#",{"Key":7}"#, "without `Key`, `Source` or `Dir`"),
    ] {
        let call = format!("{CALL}\nmodule \"x\" {{\n  source = \"a/b/c\"\n}}\n");
        let report = downloaded(&list(rest), &call);
        let errors = errors(&report);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].contains(wrong) && errors[0].contains(path), "{errors:?}");
        // The rest is checked.
        let inner = |finding: &&Finding| finding.address.contains("module.net.module.inner");
        assert!(of(&report, "aws-s3-bucket-public").into_iter().any(|f| inner(&f)), "{rest}");
        assert!(!report.findings.iter().any(|f| f.address.starts_with("module.x.")), "{rest}");
    }
    for text in ["", "{", "[]", "null", "{\"Modules\": 1}", "\u{0}"] {
        let report = downloaded(text, CALL);
        assert_eq!(errors(&report).len(), 1, "{text}: {:?}", errors(&report));
        assert_eq!(report.not_checked.len(), 1, "{text}");
    }
}

#[test]
fn a_downloaded_module_calls_nothing_outside() {
    let escape = "module \"out\" {\n  source = \"../../../../../../outside\"\n}\n";
    let mut texts = vec![
        ("r/main.tf", CALL),
        ("r/.terraform/modules/net/modules/outer/main.tf", escape),
        ("outside/main.tf", BUCKET),
    ];
    let list = list("");
    texts.push(("r/.terraform/modules/modules.json", &list));
    let report = checked(&texts);
    let said = not_checked(&report).join("\n");
    assert!(said.contains("outside of what was downloaded"), "{said}");
    assert!(report.outcomes.iter().all(|o| !o.target.address.contains("module.out")));
}

fn notes(texts: &[(&str, &str)]) -> Vec<String> {
    let report = checked(texts);
    let shown = |note: &Diagnostic| {
        let hint = note.hint.as_deref().unwrap_or_default();
        let at = note.at.as_ref().map(|at| shown(&report, at.span)).unwrap_or_default();
        format!("{at}: {} ({hint})", note.message)
    };
    report.diagnostics.iter().map(shown).collect()
}

const MISSPELT: &str = r#"
resource "aws_s3_bucket" "b" {
  buckett = "b"

  versionin {
    enabled = true
  }
}

resource "aws_security_group" "g" {
  dynamic "ingress" {
    for_each = [1]
    content {
      from_prot = 1
      protocol  = "tcp"
    }
  }

  egress {
    nothing_like_it = 1
  }

  lifecycle {
    create_before_destroy = true
  }
}

data "aws_iam_policy_document" "d" {
  statement {
    action = ["s3:*"]
  }
}
"#;

#[test]
fn misspelt_names_are_noted() {
    assert_eq!(
        notes(&[("main.tf", MISSPELT)]),
        [
            "main.tf:3: `aws_s3_bucket` has no argument `buckett` (did you mean `bucket`?)",
            "main.tf:5: `aws_s3_bucket` has no block `versionin` (did you mean `versioning`?)",
            "main.tf:14: `ingress` of `aws_security_group` has no argument `from_prot` (did you mean `from_port`?)",
            "main.tf:20: `egress` of `aws_security_group` has no argument `nothing_like_it` (not in version 6.69.1 of the provider `aws`, nor in older ones)",
            "main.tf:30: `statement` of `aws_iam_policy_document` has no argument `action` (did you mean `actions`?)",
        ]
    );
}

/// What Terraform planned is spelt right.
#[test]
fn no_name_in_the_configurations_is_noted() {
    for folder in ["fixtures/config", "fixtures/evaluation", "fixtures/tricky"] {
        let files = found::load(&found::project(folder));
        let inputs = vec![planward::check::Input::Path(String::new())];
        let options = planward::check::Options { inputs, builtin: false, ..Default::default() };
        let report = found::check_with(&files, options);
        let said = report.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str());
        let is_note =
            |said: &&str| said.contains(" has no argument `") || said.contains(" has no block `");
        let notes: Vec<&str> = said.filter(is_note).collect();
        assert!(notes.is_empty(), "{folder}: {notes:#?}");
        assert!(report.scope.resources > 20, "{folder}: nothing was checked");
    }
}

#[test]
fn of_other_versions_and_providers_nothing_is_said() {
    let lock = |version: &str| {
        format!(
            "provider \"registry.terraform.io/hashicorp/aws\" {{\n  version = \"{version}\"\n}}\n"
        )
    };
    for version in ["99.0.0", "1.0.0"] {
        let lock = lock(version);
        let said = notes(&[("main.tf", MISSPELT), (".terraform.lock.hcl", lock.as_str())]);
        assert!(said.is_empty(), "{version}: {said:?}");
    }
    let foreign =
        "terraform {\n  required_providers {\n    aws = { source = \"acme/aws\" }\n  }\n}\n";
    let said = notes(&[("main.tf", MISSPELT), ("versions.tf", foreign)]);
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn a_misspelt_type_is_not_checked() {
    let report = checked(&[("main.tf", "resource \"aws_s3_buckett\" \"b\" {}\n")]);
    assert_eq!(
        not_checked(&report),
        [
            "aws_s3_buckett: the schema of the provider `aws` does not have it; did you mean `aws_s3_bucket`?"
        ]
    );
    assert!(errors(&report).is_empty());
}
