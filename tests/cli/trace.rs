//! `planward check --trace`: how a verdict came about.

use insta::assert_snapshot;

use crate::folder::Folder;

const POLICY: (&str, &str) = (
    "rules/web.policy.hcl",
    r#"policy {}

input "ports" {
  type    = list(number)
  default = [22, 3389]
}

resource_policy "aws_security_group" "open" {
  filter = core::try(attrs.tags["kind"], "web") != "test"

  locals {
    rules = attrs.ingress
  }

  enforce {
    condition = core::alltrue([
      for rule in local.rules : !(core::contains(rule.cidr_blocks, "0.0.0.0/0") && core::contains(input.ports, rule.from_port))
    ])
    error_message = "port ${local.rules[0].from_port} is open"
  }
}

resource_policy "aws_s3_bucket" "versioned" {
  connected "aws_s3_bucket_versioning" {
    min_instances = 1
    connection {
      subject   = "id"
      connected = "bucket"
    }
    filter = connected.aws_s3_bucket_versioning.versioning_configuration[0].status == "Enabled"
  }
}

resource_policy "aws_s3_bucket" "alone" {
  enforce {
    condition     = core::length(core::getresources("aws_s3_bucket", { bucket = attrs.bucket })) == 1 || local.never
    error_message = "there are two"
  }
  locals {
    never = attrs.force_destroy == true
  }
}

resource_policy "aws_db_instance" "password" {
  enforce {
    condition     = core::length(attrs.password) > 20
    error_message = "`${attrs.password}` is short"
  }
}
"#,
);

const MAIN: (&str, &str) = (
    "main.tf",
    r#"variable "cidr" {
  type = string
}

variable "secret" {
  sensitive = true
  default   = "hunter2"
}

resource "aws_security_group" "web" {
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]
  }
}

resource "aws_security_group" "later" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [var.cidr]
  }
}

resource "aws_security_group" "test" {
  tags = { kind = "test" }
}

resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id
  versioning_configuration {
    status = "Suspended"
  }
}

resource "aws_s3_bucket_versioning" "other" {
  bucket = "somewhere"
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_db_instance" "main" {
  password = var.secret
}
"#,
);

fn trace(policy: &str, address: &str) -> String {
    let folder = Folder::with([POLICY, MAIN]);
    folder.run(&format!("check . --no-builtin --policies rules --trace {policy} {address}"))
}

#[test]
fn a_loop_that_fails() {
    assert_snapshot!(trace("web.open", "aws_security_group.web"), @r#"
    --- stdout
    web.open on aws_security_group.web: fail
      port <error> is open
      policy    rules/web.policy.hcl:8:1
      resource  main.tf:10:1
      operation create

    filter  rules/web.policy.hcl:9:12
      core::try(attrs.tags["kind"], "web") != "test"  true
      └─ core::try(attrs.tags["kind"], "web")         "web"
         └─ attrs.tags["kind"]                        this value is null, so it does not have any indic…
                                                      main.tf:10:1 `tags` is not set here

    enforce 1  rules/web.policy.hcl:16:17
      core::alltrue(…)                                            false
      └─ [ for rule in local.rules : … ]                          [true, false]
         ├─ local.rules                                           [{ cidr_blocks = ["0.0.0.0/0"], descr…
         ├─ rule                                                  true for { cidr_blocks = ["0.0.0.0/0"…
         │                                                        main.tf:11:3
         └─ rule                                                  { cidr_blocks = ["10.0.0.0/8", "0.0.0…
            │                                                     main.tf:17:3
            └─ !(…)                                               false
               └─ … && …                                          true
                  ├─ core::contains(…, "0.0.0.0/0")               true
                  │  └─ rule.cidr_blocks                          ["10.0.0.0/8", "0.0.0.0/0"]
                  │                                               ← main.tf:21:34
                  └─ core::contains(input.ports, rule.from_port)  true
                     ├─ input.ports                               [22, 3389]
                     └─ rule.from_port                            22  ← main.tf:18:5
      says: port <error> is open

    local.rules  rules/web.policy.hcl:12:13
      attrs.ingress  [{ cidr_blocks = ["0.0.0.0/0"], description = "", from_port = 443, protocol = "tcp…
                     ← main.tf:21:34
    --- exit code 0
    "#);
}

#[test]
fn what_is_not_known() {
    assert_snapshot!(trace("web.open", "aws_security_group.later"), @r#"
    --- stdout
    web.open on aws_security_group.later: unknown
      waits for var.cidr: no value given, main.tf:1:1
      policy    rules/web.policy.hcl:8:1
      resource  main.tf:25:1
      operation create

    filter  rules/web.policy.hcl:9:12
      core::try(attrs.tags["kind"], "web") != "test"  true
      └─ core::try(attrs.tags["kind"], "web")         "web"
         └─ attrs.tags["kind"]                        this value is null, so it does not have any indic…
                                                      main.tf:25:1 `tags` is not set here

    enforce 1  rules/web.policy.hcl:16:17
      core::alltrue(…)                                            (var.cidr: no value given)
      └─ [ for rule in local.rules : … ]                          [(var.cidr: no value given)]
         ├─ local.rules                                           [{ cidr_blocks = [(var.cidr: no value…
         └─ rule                                                  { cidr_blocks = [(var.cidr: no value …
            │                                                     main.tf:26:3
            └─ !(…)                                               (var.cidr: no value given)
               └─ … && …                                          (var.cidr: no value given)
                  ├─ core::contains(…, "0.0.0.0/0")               (var.cidr: no value given)
                  │  └─ rule.cidr_blocks                          [(var.cidr: no value given)]
                  │                                               ← main.tf:30:5
                  └─ core::contains(input.ports, rule.from_port)  true
                     ├─ input.ports                               [22, 3389]
                     └─ rule.from_port                            22  main.tf:27:5

    local.rules  rules/web.policy.hcl:12:13
      attrs.ingress  [{ cidr_blocks = [(var.cidr: no value given)], description = "", from_port = 22, p…
                     ← main.tf:30:5
    --- exit code 0
    "#);
}

#[test]
fn a_filter_that_leaves_out() {
    assert_snapshot!(trace("web.open", "aws_security_group.test"), @r#"
    --- stdout
    web.open on aws_security_group.test: not applicable
      the filter leaves the resource out
      policy    rules/web.policy.hcl:8:1
      resource  main.tf:34:1
      operation create

    filter  rules/web.policy.hcl:9:12
      core::try(attrs.tags["kind"], "web") != "test"  false
      └─ core::try(attrs.tags["kind"], "web")         "test"
         └─ attrs.tags["kind"]                        "test"  main.tf:35:12
    --- exit code 0
    "#);
}

#[test]
fn companions_that_were_considered() {
    assert_snapshot!(trace("web.versioned", "aws_s3_bucket.logs"), @r#"
    --- stdout
    web.versioned on aws_s3_bucket.logs: fail
      expected at least 1 connected aws_s3_bucket_versioning, found 0
      policy    rules/web.policy.hcl:23:1
      resource  main.tf:38:1
      operation create

    connected aws_s3_bucket_versioning  rules/web.policy.hcl:24:3
      id                              (aws_s3_bucket.logs.id: known after apply)  ← main.tf:38:1
      aws_s3_bucket_versioning.logs   does not count: the filter is false; matches: `bucket` is (aws_s3…
      │                               main.tf:42:1
      └─ … == "Enabled"               false
         └─ connected.aws_s3_bucket_versioning.versioning_configuration[0].status  "Suspended"
                                                                                   main.tf:45:5
      aws_s3_bucket_versioning.other  no match: `bucket` is "somewhere"  main.tf:49:1
      min_instances = 1               found 0: wrong
      says: expected at least 1 connected aws_s3_bucket_versioning, found 0
    --- exit code 0
    "#);
}

#[test]
fn resources_that_were_looked_up() {
    assert_snapshot!(trace("web.alone", "aws_s3_bucket.logs"), @r#"
    --- stdout
    web.alone on aws_s3_bucket.logs: pass
      policy    rules/web.policy.hcl:34:1
      resource  main.tf:38:1
      operation create

    enforce 1  rules/web.policy.hcl:36:21
      … || local.never                                 true
      ├─ … == 1                                        true
      │  └─ core::length(…)                            1
      │     └─ core::getresources("aws_s3_bucket", …)  [{ bucket = "logs", force_destroy = false, id = …
      │        ├─ { bucket = attrs.bucket }            { bucket = "logs" }
      │        │  └─ attrs.bucket                      "logs"  main.tf:39:3
      │        └─ aws_s3_bucket.logs                   matches  main.tf:38:1
      └─ local.never                                   false

    local.never  rules/web.policy.hcl:40:13
      attrs.force_destroy == true  false
      └─ attrs.force_destroy       false  main.tf:38:1 `force_destroy` is not set here
    --- exit code 0
    "#);
}

#[test]
fn what_is_sensitive_stays_hidden() {
    let told = trace("web.password", "aws_db_instance.main");
    assert!(!told.contains("hunter2"));
    assert_snapshot!(told, @r"
    --- stdout
    web.password on aws_db_instance.main: fail
      `(sensitive value)` is short
      policy    rules/web.policy.hcl:44:1
      resource  main.tf:56:1
      operation create

    enforce 1  rules/web.policy.hcl:46:21
      core::length(attrs.password) > 20  (sensitive)
      └─ core::length(attrs.password)    (sensitive)
         └─ attrs.password               (sensitive)  ← main.tf:57:3
      says: `(sensitive value)` is short
    --- exit code 0
    ");
}

#[test]
fn names_that_are_wrong() {
    assert_snapshot!(trace("web.opne", "aws_security_group.web"), @r"
    --- stderr
    error: no policy that runs is called `web.opne`
      hint: did you mean `web.open`?
    --- exit code 2
    ");
    assert_snapshot!(trace("web.open", "aws_security_group.wbe"), @r"
    --- stderr
    error: there is no resource `aws_security_group.wbe`
      hint: did you mean `aws_security_group.web`?
    --- exit code 2
    ");
    assert_snapshot!(trace("web.open", "aws_s3_bucket.logs"), @r"
    --- stderr
    error: policy `web.open` is not about `aws_s3_bucket.logs`
      hint: it is about `aws_security_group`
    --- exit code 2
    ");
}
