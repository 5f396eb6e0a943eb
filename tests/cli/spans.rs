//! The place of a finding: what stands under it is what has to change.
//!
//! Each case is a configuration, a policy, and what must stand under the finding's place and under the
//! related ones. Lines are part of it, so that two places with the same text are told apart.

use serde_json::Value;

use crate::folder::Folder;

/// What a policy of this body finds in these files: `file:line: text under the place`, related places
/// indented below, with what is said of them.
fn places<const N: usize>(policy: &str, files: [(&str, &str); N]) -> String {
    let folder = Folder::with(files);
    folder.write("rules/it.policy.hcl", format!("policy {{}}\n\n{policy}").as_bytes());
    let output = folder.output("check . --no-builtin --policies rules --format json", b"");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["diagnostics"], serde_json::json!([]), "{report:#}");
    let findings = report["findings"].as_array().expect("findings");
    let mut text = String::new();
    for finding in findings {
        text += &under(&folder, finding);
        text.push('\n');
        for related in finding["related"].as_array().expect("related") {
            let said = related["message"].as_str().expect("text");
            text += &format!("  {} -- {said}\n", under(&folder, related));
        }
        if finding["status"] == "unknown" {
            let reason = &finding["reason"];
            text += &format!("  waits for {reason}\n");
        }
    }
    text
}

fn under(folder: &Folder, at: &Value) -> String {
    let Some(file) = at["file"].as_str() else { return "nowhere".to_owned() };
    let number = |end: &str, what: &str| {
        let n = at["range"][end][what].as_u64().expect("a number");
        usize::try_from(n).expect("small") - 1
    };
    let text = folder.read(file);
    let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
    let (first, last) = (number("start", "line"), number("end", "line"));
    let shown: Vec<String> = (first..=last)
        .map(|n| {
            let from = if n == first { number("start", "column") } else { 0 };
            let to = if n == last { number("end", "column") } else { lines[n].len() };
            lines[n][from..to].iter().collect::<String>().trim().to_owned()
        })
        .collect();
    format!("{file}:{}: {}", first + 1, shown.join(" "))
}

fn enforce(resource_type: &str, condition: &str) -> String {
    format!(
        "resource_policy \"{resource_type}\" \"it\" {{\n  enforce {{\n    condition = {condition}\n  }}\n}}\n"
    )
}

#[test]
fn through_locals() {
    let main = r#"locals {
  acl  = local.kind
  kind = "public-read"
}

resource "aws_s3_bucket_acl" "a" {
  bucket = "a"
  acl    = local.acl
}
"#;
    assert_eq!(
        places(&enforce("aws_s3_bucket_acl", "attrs.acl == \"private\""), [("main.tf", main)]),
        r#"main.tf:8: acl    = local.acl
  main.tf:3: kind = "public-read" -- the value is written here
"#
    );
}

#[test]
fn locals_of_the_policy() {
    let main =
        "resource \"aws_s3_bucket_acl\" \"a\" {\n  bucket = \"a\"\n  acl    = \"public-read\"\n}\n";
    let policy = r#"locals {
  allowed = ["private"]
}

resource_policy "aws_s3_bucket_acl" "it" {
  locals {
    is_good = core::contains(local.allowed, local.acl)
    acl     = core::try(attrs.acl, "private")
  }
  enforce {
    condition = local.is_good
  }
}
"#;
    assert_eq!(places(policy, [("main.tf", main)]), "main.tf:3: acl    = \"public-read\"\n");
}

const GROUP: (&str, &str) = (
    "main.tf",
    r#"resource "aws_security_group" "web" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]
  }
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    from_port   = 3389
    to_port     = 3389
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"#,
);

#[test]
fn every_element_that_offends() {
    let both = r#"main.tf:6: "0.0.0.0/0"
  main.tf:18: "0.0.0.0/0" -- 
"#;
    let chosen = r#"core::length([for rule in attrs.ingress : rule if core::contains(rule.cidr_blocks, "0.0.0.0/0")]) == 0"#;
    assert_eq!(places(&enforce("aws_security_group", chosen), [GROUP]), both);
    let all = r#"core::alltrue([for rule in attrs.ingress : !core::contains(rule.cidr_blocks, "0.0.0.0/0")])"#;
    assert_eq!(places(&enforce("aws_security_group", all), [GROUP]), both);
    let any = r#"!core::anytrue([for rule in attrs.ingress : core::contains(rule.cidr_blocks, "0.0.0.0/0")])"#;
    assert_eq!(places(&enforce("aws_security_group", any), [GROUP]), both);
    let nested = r#"!core::contains(core::flatten([for rule in attrs.ingress : rule.cidr_blocks]), "0.0.0.0/0")"#;
    assert_eq!(places(&enforce("aws_security_group", nested), [GROUP]), both);
}

#[test]
fn elements_chosen_by_one_part_and_counted() {
    let ports = "core::length([for rule in attrs.ingress : rule if rule.from_port == 22]) == 0";
    assert_eq!(
        places(&enforce("aws_security_group", ports), [GROUP]),
        "main.tf:3: from_port   = 22\n"
    );
}

#[test]
fn what_is_contained_and_what_is_not() {
    let main = r#"resource "aws_instance" "a" {
  instance_type          = "t3.micro"
  vpc_security_group_ids = [
    "sg-1",
    "sg-bad",
  ]
}
"#;
    let policy = |condition: &str| places(&enforce("aws_instance", condition), [("main.tf", main)]);
    assert_eq!(
        policy("!core::contains(attrs.vpc_security_group_ids, \"sg-bad\")"),
        "main.tf:5: \"sg-bad\"\n"
    );
    assert_eq!(
        policy("core::contains([\"m5.large\"], attrs.instance_type)"),
        "main.tf:2: instance_type          = \"t3.micro\"\n"
    );
    // What is missing in a list is missing in all of it.
    assert_eq!(
        policy("core::contains(attrs.vpc_security_group_ids, \"sg-good\")"),
        "main.tf:3: vpc_security_group_ids = [ \"sg-1\", \"sg-bad\", ]\n"
    );
}

#[test]
fn lengths() {
    let main = r#"resource "aws_db_instance" "a" {
  username                        = "root"
  enabled_cloudwatch_logs_exports = []
}

resource "aws_cloudtrail" "a" {
  name           = "a"
  s3_bucket_name = "logs"
}
"#;
    let policy = |ty: &str, condition: &str| places(&enforce(ty, condition), [("main.tf", main)]);
    assert_eq!(
        policy("aws_db_instance", "core::length(attrs.enabled_cloudwatch_logs_exports) > 0"),
        "main.tf:3: enabled_cloudwatch_logs_exports = []\n"
    );
    assert_eq!(
        policy("aws_db_instance", "core::length(attrs.username) > 5"),
        "main.tf:2: username                        = \"root\"\n"
    );
    assert_eq!(
        policy("aws_cloudtrail", "core::length(attrs.event_selector) > 0"),
        "main.tf:6: resource \"aws_cloudtrail\" \"a\"\n"
    );
    assert_eq!(
        places(&enforce("aws_security_group", "core::length(attrs.ingress) < 3"), [GROUP]),
        "main.tf:2: ingress\n"
    );
}

#[test]
fn what_a_nested_block_lacks() {
    let main = r#"resource "aws_codebuild_project" "a" {
  name         = "a"
  service_role = "arn:aws:iam::123456789012:role/a"
  artifacts {
    type = "S3"
  }
  environment {
    type = "LINUX_CONTAINER"
  }
  source {
    type = "NO_SOURCE"
  }
  logs_config {
    cloudwatch_logs {
      status = "DISABLED"
    }
  }
}
"#;
    let policy =
        |condition: &str| places(&enforce("aws_codebuild_project", condition), [("main.tf", main)]);
    assert_eq!(
        policy("core::try(attrs.artifacts[0].location, null) != null"),
        "main.tf:4: artifacts\n"
    );
    assert_eq!(
        policy("core::try(attrs.logs_config[0].s3_logs[0].status, \"DISABLED\") == \"ENABLED\""),
        "main.tf:13: logs_config\n"
    );
    assert_eq!(
        policy("core::try(attrs.vpc_config[0].vpc_id, null) != null"),
        "main.tf:1: resource \"aws_codebuild_project\" \"a\"\n"
    );
    assert_eq!(
        policy(
            "core::try(attrs.logs_config[0].cloudwatch_logs[0].status, \"ENABLED\") == \"ENABLED\""
        ),
        "main.tf:15: status = \"DISABLED\"\n"
    );
}

const STATEMENT: &str = r#"core::alltrue([for statement in core::jsondecode(attrs.policy).Statement : statement.Effect != "Allow" || statement.Action != "*"])"#;

#[test]
fn a_statement_in_a_heredoc() {
    let main = r#"resource "aws_iam_policy" "a" {
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" },
        { "Effect": "Allow", "Action": "*", "Resource": "${aws_s3_bucket.a.arn}" }
      ]
    }
  EOT
}

resource "aws_s3_bucket" "a" {}
"#;
    assert_eq!(
        places(&enforce("aws_iam_policy", STATEMENT), [("main.tf", main)]),
        r#"main.tf:7: "Effect": "Allow"
  main.tf:7: "Action": "*" -- 
"#
    );
}

#[test]
fn a_statement_of_jsonencode() {
    let main = r#"locals {
  everything = "*"
}

resource "aws_iam_policy" "a" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "s3:GetObject", Resource = "*" },
      {
        Effect   = "Allow"
        Action   = local.everything
        Resource = aws_s3_bucket.a.arn
      },
    ]
  })
}

resource "aws_s3_bucket" "a" {}
"#;
    assert_eq!(
        places(&enforce("aws_iam_policy", STATEMENT), [("main.tf", main)]),
        r#"main.tf:11: Effect   = "Allow"
  main.tf:12: Action   = local.everything -- 
"#
    );
}

#[test]
fn a_statement_of_a_document_block() {
    let main = r#"data "aws_iam_policy_document" "a" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
  statement {
    actions   = ["*"]
    resources = [aws_s3_bucket.a.arn]
  }
}

resource "aws_iam_policy" "a" {
  policy = data.aws_iam_policy_document.a.json
}

resource "aws_s3_bucket" "a" {}
"#;
    let action = r#"core::alltrue([for statement in core::jsondecode(attrs.policy).Statement : statement.Action != "*"])"#;
    assert_eq!(
        places(&enforce("aws_iam_policy", action), [("main.tf", main)]),
        "main.tf:7: \"*\"\n"
    );
}

#[test]
fn a_statement_in_a_file() {
    let main = "resource \"aws_iam_policy\" \"a\" {\n  policy = file(\"policy.json\")\n}\n";
    let json = r#"{
  "Statement": [
    { "Effect": "Allow", "Action": "*" }
  ]
}
"#;
    let action = r#"core::alltrue([for statement in core::jsondecode(attrs.policy).Statement : statement.Action != "*"])"#;
    assert_eq!(
        places(&enforce("aws_iam_policy", action), [("main.tf", main), ("policy.json", json)]),
        "policy.json:3: \"Action\": \"*\"\n"
    );
}

#[test]
fn through_variables_and_modules() {
    let main = r#"variable "acl" {
  type = string
}

module "bucket" {
  source = "./bucket"
  acl    = var.acl
}

module "other" {
  source = "./bucket"
  acl    = "public-read"
}
"#;
    let bucket = r#"variable "acl" {
  default = "private"
}

locals {
  wanted = var.acl
}

resource "aws_s3_bucket_acl" "this" {
  bucket = "a"
  acl    = local.wanted
}
"#;
    let values = "acl = \"public-read-write\"\n";
    assert_eq!(
        places(
            &enforce("aws_s3_bucket_acl", "attrs.acl == \"private\""),
            [("main.tf", main), ("bucket/main.tf", bucket), ("terraform.tfvars", values)]
        ),
        r#"bucket/main.tf:11: acl    = local.wanted
  terraform.tfvars:1: acl = "public-read-write" -- the value is written here
  main.tf:5: module "bucket" -- `module.bucket` is called here
bucket/main.tf:11: acl    = local.wanted
  main.tf:12: acl    = "public-read" -- the value is written here
  main.tf:10: module "other" -- `module.other` is called here
"#
    );
}

#[test]
fn companions() {
    let main = r#"resource "aws_s3_bucket" "a" {
  bucket = "a"
}

resource "aws_s3_bucket_versioning" "a" {
  bucket = aws_s3_bucket.a.id
  versioning_configuration {
    status = "Suspended"
  }
}

resource "aws_s3_bucket" "b" {
  bucket = "b"
}
"#;
    let policy = |body: &str| {
        format!(
            "resource_policy \"aws_s3_bucket\" \"it\" {{\n  connected \"aws_s3_bucket_versioning\" {{\n    connection {{\n      subject   = \"id\"\n      connected = \"bucket\"\n    }}\n{body}\n  }}\n}}\n"
        )
    };
    let status =
        "connected.aws_s3_bucket_versioning.versioning_configuration[0].status == \"Enabled\"";
    // The one that nearly is it stands beside what lacks it.
    assert_eq!(
        places(&policy(&format!("min_instances = 1\nfilter = {status}")), [("main.tf", main)]),
        r#"main.tf:1: resource "aws_s3_bucket" "a"
  main.tf:8: status = "Suspended" -- looked at aws_s3_bucket_versioning.a
main.tf:12: resource "aws_s3_bucket" "b"
"#
    );
    assert_eq!(
        places(&policy(&format!("enforce {{\n condition = {status}\n}}")), [("main.tf", main)]),
        "main.tf:8: status = \"Suspended\"\n"
    );
}

#[test]
fn resources_that_were_looked_up() {
    let main = r#"resource "aws_s3_bucket" "a" {
  bucket = "a"
}

resource "aws_s3_bucket_acl" "a" {
  bucket = "a"
  acl    = "public-read"
}
"#;
    let policy = r#"core::alltrue([for acl in core::getresources("aws_s3_bucket_acl", { bucket = attrs.bucket }) : acl.acl == "private"])"#;
    assert_eq!(
        places(&enforce("aws_s3_bucket", policy), [("main.tf", main)]),
        "main.tf:7: acl    = \"public-read\"\n"
    );
}

#[test]
fn conditionals_and_both_sides_of_an_or() {
    let main = r#"resource "aws_db_instance" "a" {
  engine              = "mysql"
  publicly_accessible = true
  storage_encrypted   = false
}
"#;
    let policy =
        |condition: &str| places(&enforce("aws_db_instance", condition), [("main.tf", main)]);
    assert_eq!(
        policy("attrs.engine == \"mysql\" ? attrs.storage_encrypted : true"),
        r#"main.tf:4: storage_encrypted   = false
  main.tf:2: engine              = "mysql" -- 
"#
    );
    assert_eq!(
        policy("!attrs.publicly_accessible || attrs.storage_encrypted"),
        r#"main.tf:3: publicly_accessible = true
  main.tf:4: storage_encrypted   = false -- 
"#
    );
    // Only the side that is false is to blame.
    assert_eq!(
        policy("attrs.publicly_accessible && attrs.storage_encrypted"),
        "main.tf:4: storage_encrypted   = false\n"
    );
}

/// Each kind of reason: what is waited for, why, where that stands, and who asked.
#[test]
fn reasons() {
    let main = r#"variable "given" {
  type = string
}

resource "aws_vpc" "main" {}

resource "null_resource" "computed" {
  triggers = { a = aws_vpc.main.id }
}

resource "null_resource" "variable" {
  triggers = { a = var.given }
}

resource "null_resource" "workspace" {
  triggers = { a = terraform.workspace }
}

module "gone" {
  source = "terraform-aws-modules/vpc/aws"
}

resource "null_resource" "module" {
  triggers = { a = module.gone.vpc_id }
}

data "aws_ami" "a" {}

resource "null_resource" "data" {
  triggers = { a = data.aws_ami.a.image_id }
}

resource "null_resource" "file" {
  triggers = { a = file("gone.txt") }
}

resource "null_resource" "outside" {
  triggers = { a = file("/etc/hostname") }
}

resource "null_resource" "function" {
  triggers = { a = provider::aws::arn_parse("x").region }
}

resource "null_resource" "asks" {
  triggers = { a = "x" }
}

resource "aws_s3_bucket" "own" {}
"#;
    let policy = r#"policy {}

resource_policy "null_resource" "a" {
  enforce {
    condition = attrs.triggers["a"] == "x"
  }
}

resource_policy "null_resource" "image" {
  filter = meta.name == "asks"
  enforce {
    condition = core::getdatasource("aws_ami", {}).image_id == "x"
  }
}

resource_policy "aws_s3_bucket" "acl" {
  enforce {
    condition = attrs.acl == "private"
  }
}
"#;
    let folder = Folder::with([("main.tf", main), ("rules/it.policy.hcl", policy)]);
    let printed = folder.run("check . --no-builtin --policies rules");
    let waits: Vec<&str> = printed.lines().filter(|line| line.contains(" waits for ")).collect();
    assert_eq!(
        waits,
        [
            "main.tf:49:1: note: 1 check waits for `aws_s3_bucket.own.acl` (known after apply) [it.acl]",
            "main.tf:5:1: note: 1 check waits for `aws_vpc.main.id` (known after apply) [it.a]",
            "main.tf:20:3: note: 1 check waits for `module.gone` (module is not on disk) [it.a]",
            "main.tf:34:20: note: 1 check waits for `file(\"gone.txt\")` (no such file) [it.a]",
            "main.tf:16:20: note: 1 check waits for `terraform.workspace` (no value given) [it.a]",
            "main.tf:1:1: note: 1 check waits for `var.given` (no value given) [it.a]",
            "rules/it.policy.hcl:12:17: note: 1 check waits for `core::getdatasource(...)` (not evaluated here) [it.image]",
            "main.tf:42:20: note: 1 check waits for `provider::aws::arn_parse()` (not evaluated here) [it.a]",
            "main.tf:38:20: note: 1 check waits for `file(\"/etc/hostname\")` (outside of the modules' folders) [it.a]",
            "main.tf:27:1: note: 1 check waits for `data.aws_ami.a.image_id` (read from the cloud) [it.a]",
        ]
    );
}
