//! Nothing marked sensitive is ever printed, in any format; the same texts are when nothing marks them.
//!
//! Each secret is a random word. Policies fail, stay undecided and break on the values they hold, and
//! try to tell them.

use std::hash::{BuildHasher, RandomState};

use planward::check::{Input, Options, Source};
use planward::finding::{Gate, Report};
use planward::report::{FORMATS, Style};
use planward::text::MemoryFiles;

use crate::found;

/// What stands for the secrets in the texts below.
const NAMES: [&str; 8] =
    ["DEFAULT", "GIVEN", "LOCAL", "FOLLOWED", "SCHEMA", "ARGUMENT", "PLANNED", "TAG"];

const POLICY: &str = r#"
policy {}

resource_policy "aws_s3_bucket" "name" {
  enforce {
    condition     = attrs.bucket == "wanted"
    error_message = "the bucket is called ${attrs.bucket}"
  }
}

resource_policy "aws_s3_bucket" "breaks" {
  enforce {
    condition = core::tonumber(attrs.bucket) > 1
  }
}

resource_policy "aws_s3_bucket" "breaks_otherwise" {
  enforce {
    condition = { wanted = true }[attrs.bucket]
  }
}

resource_policy "aws_s3_bucket" "reads_what_is_not_there" {
  enforce {
    condition = core::try({ wanted = true }[attrs.bucket], false)
  }
}

resource_policy "aws_s3_bucket" "breaks_in_an_operator" {
  enforce {
    condition = attrs.bucket + 1 > 0
  }
}

resource_policy "aws_s3_bucket" "breaks_in_a_condition" {
  enforce {
    condition = attrs.bucket ? true : false
  }
}

resource_policy "aws_s3_bucket" "breaks_in_a_loop" {
  enforce {
    condition = { for name in [attrs.bucket, attrs.bucket] : name => true } == {}
  }
}

resource_policy "aws_s3_bucket" "breaks_in_a_pattern" {
  enforce {
    condition = core::regex("(${attrs.bucket}", "text") == ""
  }
}

resource_policy "aws_s3_bucket" "breaks_in_a_step" {
  enforce {
    condition = [true][attrs.bucket] || attrs.bucket.name
  }
}

resource_policy "aws_s3_bucket" "tags" {
  enforce {
    condition     = attrs.tags.Owner == "wanted"
    error_message = "owned by ${attrs.tags.Owner}, tagged ${core::jsonencode(attrs.tags)}"
  }
}

resource_policy "aws_db_instance" "arguments" {
  enforce {
    condition     = attrs.WHICH == "wanted" && attrs.engine == "wanted"
    error_message = "WHICH is ${attrs.WHICH}"
  }
}

resource_policy "aws_iam_policy" "statement" {
  locals {
    sid = core::jsondecode(attrs.policy).Statement[0].Sid
  }
  enforce {
    condition     = local.sid == "wanted"
    error_message = "the statement is called ${local.sid}"
  }
}
"#;

const MAIN: &str = r#"
variable "default" {
  default   = "DEFAULT"
  sensitive = MARKED
}

variable "given" {
  sensitive = MARKED
}

variable "argument" {
  default   = "unused"
  sensitive = MARKED
}

locals {
  wrapped = FUNCTION("LOCAL")
  through = "FOLLOWED"
}

resource "aws_s3_bucket" "default" {
  bucket = var.default
  tags   = { Owner = local.wrapped }
}

resource "aws_s3_bucket" "given" {
  bucket = var.given
  tags   = { Owner = "x-${var.given}" }
}

resource "aws_db_instance" "schema" {
  WHICH  = "SCHEMA"
  engine = "x"
}

resource "aws_db_instance" "followed" {
  engine = "x"
  WHICH  = local.through
}

resource "aws_iam_policy" "encoded" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = var.default }] })
}

resource "aws_iam_policy" "heredoc" {
  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [{ "Sid": "${var.given}", "Effect": "Allow", "Action": "*", "Resource": "*" }]
    }
  JSON
}

resource "aws_s3_bucket" "each" {
  for_each = toset([var.given])
  bucket   = each.key
}

resource "aws_s3_bucket" "count" {
  count  = var.given
  bucket = "x"
}

resource "aws_ebs_volume" "wrong_type" {
  size      = var.given
  encrypted = tobool(var.default)
}

module "inner" {
  source = "./inner"
  secret = "ARGUMENT"
}
"#;

const INNER: &str = r#"
variable "secret" {
  sensitive = MARKED
}

resource "aws_s3_bucket" "inner" {
  bucket = var.secret
}
"#;

const PLAN: &str = r#"{
  "format_version": "1.2", "terraform_version": "1.11.4", "complete": true, "errored": false,
  "variables": { "default": { "value": "DEFAULT" }, "given": { "value": "GIVEN" } },
  "resource_changes": [
    { "address": "aws_s3_bucket.default", "mode": "managed", "type": "aws_s3_bucket", "name": "default",
      "provider_name": "registry.terraform.io/hashicorp/aws",
      "change": { "actions": ["create"], "before": null,
        "after": { "bucket": "PLANNED", "tags": { "Owner": "TAG", "Team": "x" } }, "after_unknown": { "id": true },
        "after_sensitive": { "bucket": MARKED, "tags": { "Owner": MARKED } } } },
    { "address": "aws_db_instance.schema", "mode": "managed", "type": "aws_db_instance", "name": "schema",
      "provider_name": "registry.terraform.io/hashicorp/aws",
      "change": { "actions": ["create"], "before": null, "after_unknown": {},
        "after": { "WHICH": "SCHEMA", "engine": "x" }, "after_sensitive": {} } }
  ],
  "configuration": { "root_module": {
    "resources": [
      { "address": "aws_s3_bucket.default", "mode": "managed", "type": "aws_s3_bucket", "name": "default",
        "provider_config_key": "aws", "schema_version": 0, "expressions": { "bucket": { "references": ["var.default"] } } },
      { "address": "aws_db_instance.schema", "mode": "managed", "type": "aws_db_instance", "name": "schema",
        "provider_config_key": "aws", "schema_version": 0, "expressions": {} } ],
    "variables": { "default": { "default": "DEFAULT", "sensitive": MARKED }, "given": { "sensitive": MARKED } }
  } }
}"#;

#[test]
fn of_a_folder() {
    let secrets = ["DEFAULT", "GIVEN", "LOCAL", "FOLLOWED", "SCHEMA", "ARGUMENT"];
    hold(&secrets, &|secrecy| secrecy.check(vec![path("infra")], None, Source::Search));
}

#[test]
fn of_a_plan() {
    let secrets = ["PLANNED", "TAG", "SCHEMA"];
    hold(&secrets, &|secrecy| secrecy.check(vec![path("infra/plan.json")], None, Source::Without));
}

#[test]
fn of_a_plan_with_its_source() {
    let secrets = ["PLANNED", "TAG", "SCHEMA"];
    let plan = || Some(path("infra/plan.json"));
    hold(&secrets, &|secrecy| secrecy.check(vec![path("infra")], plan(), Source::Search));
}

fn path(path: &str) -> Input {
    Input::Path(path.to_owned())
}

/// Each secret is told when nothing marks it, and by no format when something does.
fn hold(secrets: &[&str], check: &dyn Fn(&Secrecy) -> Report) {
    let words = Words::new();
    let open = told(&check(&Secrecy { words: &words, marked: false }));
    let closed = told(&check(&Secrecy { words: &words, marked: true }));
    let mut problems = Vec::new();
    for name in secrets {
        let is_told = open.iter().any(|(_, text)| text.contains(&words.of(name)));
        if !is_told {
            problems.push(format!("{name} is not told although nothing marks it"));
        }
    }
    for (name, (format, text)) in NAMES.iter().flat_map(|n| closed.iter().map(move |c| (n, c))) {
        let line = text.lines().find(|line| line.contains(&words.of(name)));
        problems.extend(line.map(|line| format!("{format} tells {name}: {line}")));
    }
    problems.sort();
    problems.dedup();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    for (format, text) in &open {
        let told = secrets.iter().filter(|name| text.contains(&words.of(name))).count();
        assert!(told > 0, "{format} tells nothing at all, so its silence means nothing");
    }
}

/// The report in every format, narrow and wide.
fn told(report: &Report) -> Vec<(&'static str, String)> {
    assert!(!report.findings.is_empty());
    let wide = Style { width: 1000, ..Style::default() };
    let styles =
        [Style::default(), wide, Style { colour: true, unicode: false, width: 60, ..wide }];
    let gate = Gate::default();
    let each = |style| FORMATS.iter().map(move |f| (f.name, (f.render)(report, &gate, style)));
    styles.iter().flat_map(each).collect()
}

/// Random words in the place of names.
struct Words(RandomState);

impl Words {
    fn new() -> Self {
        Self(RandomState::new())
    }

    fn of(&self, name: &str) -> String {
        format!("w{:016x}", self.0.hash_one(name))
    }

    /// A text with all names replaced.
    fn put(&self, text: &str) -> String {
        let put = |text: String, name: &&str| {
            text.replace(&format!("\"{name}\""), &format!("\"{}\"", self.of(name)))
        };
        NAMES.iter().fold(text.to_owned(), put)
    }
}

/// The files of this test, with or without marks.
struct Secrecy<'w> {
    words: &'w Words,
    marked: bool,
}

impl Secrecy<'_> {
    fn text(&self, text: &str) -> String {
        let text = text.replace("MARKED", if self.marked { "true" } else { "false" });
        let text = text.replace("FUNCTION", if self.marked { "sensitive" } else { "lower" });
        self.words.put(&text.replace("WHICH", if self.marked { "password" } else { "identifier" }))
    }

    fn check(&self, inputs: Vec<Input>, plan: Option<Input>, source: Source) -> Report {
        let mut files = MemoryFiles::default();
        for (name, text) in [
            ("infra/main.tf", MAIN),
            ("infra/inner/main.tf", INNER),
            ("infra/terraform.tfvars", "given = \"GIVEN\"\n"),
            ("infra/plan.json", PLAN),
            ("rules/telling.policy.hcl", POLICY),
        ] {
            files.insert(name, self.text(text));
        }
        let policies = vec!["rules".to_owned()];
        found::check_with(&files, Options { inputs, plan, source, policies, ..Options::default() })
    }
}
