//! One made-up report that holds one of everything, for the tests of formats.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Diagnostic, Label};
use crate::finding::{
    Cloud, Date, Enforcement, Evidence, Facts, Input, Material, Note, Outcome, PlanExcerpt,
    PolicyId, PolicyIndex, Reason, Report, Scope, Severity, SuppressedBy, Suppression, Target,
    Theme, Variable, Verdict,
};
use crate::text::{FileId, Sources, Span};

/// The literal that no format may show.
pub(super) const SECRET: &str = "hunter2-ünd-mehr";

const MAIN: &str = r#"resource "aws_s3_bucket_acl" "logs" {
  bucket = aws_s3_bucket.logs.id
  acl    = var.acl
}

resource "aws_db_instance" "main" {
  for_each = var.names
  password = "hunter2-ünd-mehr"
  engine   = "postgres" # 😀 tab	here
}

resource "aws_security_group" "web" {
  ingress {
    cidr_blocks = [
      "0.0.0.0/0",
    ]
  }
}
"#;

const VARIABLES: &str = r#"variable "acl" {
  default = "public-read"
}

variable "cidr" {}
"#;

/// The span of the `nth` occurrence of `needle`.
pub(super) fn span_of(sources: &Sources, file: FileId, needle: &str, nth: usize) -> Span {
    let (start, found) =
        sources.text(file).match_indices(needle).nth(nth).expect("the sample holds the words");
    Span::new(file, start as u32, (start + found.len()) as u32)
}

fn policies() -> Vec<Facts> {
    let id = |id| PolicyId::parse(id).expect("valid id");
    let names = |name: &str, values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        BTreeMap::from([(name.to_owned(), values)])
    };
    let bare = |name| Facts::bare(id(name), Enforcement::Mandatory);
    let public = Facts {
        title: "bucket can be read by everyone".to_owned(),
        severity: Severity::Critical,
        theme: Theme::PublicExposure,
        description: "Objects in a public bucket can be listed & read by everyone.".to_owned(),
        remediation: "set `acl` to `private`, or add an `aws_s3_bucket_public_access_block` with \
                      all four settings to the bucket"
            .to_owned(),
        frameworks: names("cis-aws-3.0", &["2.1.4"]),
        aliases: names("checkov", &["CKV_AWS_20"]),
        cloud: Cloud::Aws,
        resource_types: vec!["aws_s3_bucket_acl".to_owned()],
        built_in: true,
        ..bare("aws.s3-public-bucket")
    };
    let encryption = Facts {
        title: "database is not encrypted".to_owned(),
        severity: Severity::Medium,
        theme: Theme::EncryptionAtRest,
        ..bare("aws.rds-unencrypted")
    };
    let open = Facts {
        title: "security group is open to the world".to_owned(),
        theme: Theme::NetworkExposure,
        ..bare("aws.open-ingress")
    };
    let silent = Facts { aliases: names("checkov", &["CKV_AWS_57"]), ..bare("aws.s3-public-acl") };
    vec![public, encryption, open, silent]
}

fn outcome(policy: u32, address: &str, verdict: Verdict) -> Outcome {
    let static_address = address.split('[').next().unwrap_or("").to_owned();
    let resource_type = address.split('.').next().unwrap_or("").to_owned();
    let module = String::new();
    let (address, formerly) = (address.to_owned(), Vec::new());
    let target = Target { address, static_address, formerly, module, resource_type };
    Outcome {
        policy: PolicyIndex(policy),
        part: Arc::from("main"),
        target: Arc::new(target),
        verdict,
        suppressed: None,
        change: None,
        info: None,
        others_pass: false,
    }
}

fn fail(policy: u32, address: &str, evidence: Evidence) -> Outcome {
    outcome(policy, address, Verdict::Fail(Arc::new(evidence)))
}

fn outcomes(sources: &Sources, main: FileId, variables: FileId) -> Vec<Outcome> {
    let at = |file, needle, text: &str| Some(Label::new(span_of(sources, file, needle, 0), text));
    let default = Label::new(span_of(sources, variables, "\"public-read\"", 0), "the default");
    let bucket = Label::new(span_of(sources, main, "aws_s3_bucket.logs.id", 0), "of this bucket");
    let public = Evidence {
        at: at(main, "var.acl", "is `public-read`"),
        related: vec![default, bucket],
        path: "acl".to_owned(),
        assumed: vec!["provider version 5.0".to_owned()],
        shape: "\"public-read\"".to_owned(),
        ..Evidence::new(Severity::Critical, "`public-read` lets everyone read the bucket")
    };
    let database = |name: &str| Evidence {
        at: at(main, "resource \"aws_db_instance\" \"main\"", ""),
        path: "storage_encrypted".to_owned(),
        missing: Some("storage_encrypted".to_owned()),
        ..Evidence::new(Severity::Medium, format!("`{name}` is stored in the clear"))
    };
    let ingress = Evidence {
        at: at(main, "[\n      \"0.0.0.0/0\",\n    ]", "every address"),
        path: "ingress[0].cidr_blocks".to_owned(),
        ..Evidence::new(Severity::Info, "the group is open, but nothing uses it")
    };
    let reason = Arc::new(Reason {
        cause: "no value given".to_owned(),
        subject: "var.cidr".to_owned(),
        at: Some(span_of(sources, variables, "variable \"cidr\"", 0)),
    });
    let waits = |name: &str| {
        let evidence = Evidence::new(Severity::High, "cannot tell whether the group is open");
        let verdict = Verdict::Unknown(Arc::new(evidence), reason.clone());
        outcome(2, &format!("aws_security_group.{name}"), verdict)
    };
    let known = Suppression {
        by: SuppressedBy::Source,
        reason: "a public site".to_owned(),
        until: Date::parse("2099-12-31"),
        at: None,
        holds: true,
    };
    let refused =
        Suppression { holds: false, reason: "please".to_owned(), until: None, ..known.clone() };
    let wished = |wish, outcome: Outcome| Outcome { suppressed: Some(Arc::new(wish)), ..outcome };
    let site = Evidence::new(Severity::Critical, "the site is public");
    let odd = Evidence::new(Severity::Low, "odd name `\u{1b}[31m%,:\u{202e}`");
    vec![
        fail(0, "aws_s3_bucket_acl.logs", public),
        outcome(3, "aws_s3_bucket_acl.logs", Verdict::CoveredBy(PolicyIndex(0))),
        fail(1, "aws_db_instance.main[\"a\"]", database("a")),
        fail(1, "aws_db_instance.main[\"b\"]", database("b")),
        outcome(1, "aws_db_instance.main[\"c\"]", Verdict::Pass),
        fail(2, "aws_security_group.web", ingress),
        fail(2, "aws_security_group.planned", planned()),
        waits("x"),
        waits("y"),
        wished(known, fail(0, "aws_s3_bucket_acl.site", site)),
        wished(refused, fail(1, "aws_db_instance.odd", odd)),
    ]
}

fn planned() -> Evidence {
    let json = "{\n  \"ingress\": [\n    {\n      \"cidr_blocks\": [\n        \"0.0.0.0/0\"\n      \
                ],\n      \"from_port\": 22\n    }\n  ],\n  \"name\": \"planned\"\n}\n";
    let start = json.find("\"0.0.0.0/0\"").unwrap_or(0);
    let path = "resource_changes[3].change.after.ingress[0].cidr_blocks[0]".to_owned();
    let plan = PlanExcerpt {
        file: "plan.json".to_owned(),
        path,
        json: json.to_owned(),
        marked: start..start + "\"0.0.0.0/0\"".len(),
        offset: 48_213,
    };
    let path = "ingress[0].cidr_blocks[0]".to_owned();
    let message = "`0.0.0.0/0` may open port 22";
    Evidence { path, plan: Some(plan), ..Evidence::new(Severity::High, message) }
}

/// The report.
pub(super) fn report() -> Report {
    let mut sources = Sources::default();
    let main = sources.add("./main.tf", MAIN);
    let variables = sources.add("variables.tf", VARIABLES);
    let masked = vec![span_of(&sources, main, &format!("\"{SECRET}\""), 0)];
    let outcomes = outcomes(&sources, main, variables);
    let diagnostics = vec![
        Diagnostic::warning("`acl` is deprecated since provider version 4")
            .at(span_of(&sources, main, "acl    =", 0))
            .with_hint("use `aws_s3_bucket_acl`"),
        Diagnostic::error("cannot read `broken.tf`: not UTF-8"),
    ];
    let note = Note {
        what: "module.net".to_owned(),
        why: "the module was not downloaded".to_owned(),
        at: Some(span_of(&sources, variables, "variable", 1)),
    };
    Report::new(Material {
        policies: policies(),
        outcomes,
        diagnostics,
        inputs: vec![Input { path: ".".to_owned(), what: "configuration".to_owned() }],
        not_checked: vec![note],
        scope: Scope { roots: 1, files: 2, resources: 9 },
        variables: values(&sources, main),
        sources,
        masked,
        ..Material::default()
    })
}

fn values(sources: &Sources, file: FileId) -> Vec<Variable> {
    let variable = |name: &str, source, at| Variable {
        root: ".".to_owned(),
        set: None,
        name: name.to_owned(),
        source,
        at,
    };
    let default = span_of(sources, file, "var.acl", 0);
    vec![variable("acl", "default", Some(default)), variable("cidr", "none", None)]
}

/// A report with a single finding.
pub(super) fn one(sources: Sources, evidence: Evidence) -> Report {
    let outcomes = vec![fail(0, "a.b", evidence)];
    Report::new(Material { policies: policies(), outcomes, sources, ..Material::default() })
}

/// A report with `count` errors, a line each, of which the last is the worst.
pub(super) fn many(count: u32) -> Report {
    let mut sources = Sources::default();
    let file = sources.add("main.tf", "x\n".repeat(count as usize));
    let failure = |line: u32| {
        let severity = if line + 1 == count { Severity::Critical } else { Severity::High };
        let at = Some(Label::new(Span::new(file, 2 * line, 2 * line + 1), ""));
        fail(0, &format!("a.x{line}"), Evidence { at, ..Evidence::new(severity, "wrong") })
    };
    let outcomes = (0..count).map(failure).collect();
    Report::new(Material { policies: policies(), outcomes, sources, ..Material::default() })
}
