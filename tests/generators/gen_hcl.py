#!/usr/bin/env python3
"""A Terraform repository of any size, written the way people write them.

Comments, heredocs, locals, merge() tags, jsonencode policies, dynamic blocks,
for_each, count, conditionals, references across files and through outputs.
The same seed and number give the same bytes.

    gen_hcl.py DIR --resources 10000 --seed 1
    gen_hcl.py DIR -n 200 --truth truth.jsonl

    DIR                 where to write (made if missing; must be empty)
    -n/--resources N    resource blocks in all                  (default 1000)
    --seed S            which repository                        (default 1)
    --module-size K     resources per module                    (default 40)
    --file-size F       resources per file in a module          (default 10)
    --bad-ratio R       share of resources with a violation     (default 0.2)
    --truth FILE        one JSON line per planted violation: {"file", "line",
                        "end_line", "column", "end_column", "address", "kind"};
                        positions are 1-based, end_column is exclusive, and
                        they cover the offending attribute (or, where
                        something is missing, the block header)

DIR/main.tf, variables.tf and locals.tf call every module below
DIR/modules/NAME/{variables,outputs,locals,sNN}.tf; one call in five uses for_each.

The kinds of --truth: s3-public-acl, s3-pab-off, s3-versioning-off, iam-wildcard,
kms-no-rotation (attribute missing), rds-public, rds-unencrypted, sg-open-world.
"""
import argparse
import json
import os
import random

TEAMS = ["payments", "search", "ingest", "identity", "ledger", "edge", "ml", "media"]
KINDS = ["bucket"] * 24 + ["policy"] * 18 + ["role"] * 10 + ["kms"] * 10 + \
        ["rds"] * 10 + ["sg"] * 18 + ["doc"] * 10
WORDS = ("rotate archive ledger daily export replica tenant public edge cache billing "
         "report snapshot queue worker session token audit trail").split()


class W:
    """Lines of one file; mark() remembers where an attribute stands."""

    def __init__(self, path):
        self.path, self.lines, self.found = path, [], []

    def add(self, text):
        self.lines.extend(text.split("\n"))

    def mark(self, needle, address, kind, start):
        for i in range(start, len(self.lines)):
            c = self.lines[i].find(needle)
            if c >= 0:
                self.found.append({"file": self.path, "line": i + 1, "end_line": i + 1,
                                   "column": c + 1,
                                   "end_column": len(self.lines[i].rstrip()) + 1,
                                   "address": address, "kind": kind})
                return
        raise AssertionError((needle, address))


def comment(rng):
    return rng.choice(["#", "//"]) + " " + " ".join(rng.sample(WORDS, rng.randrange(3, 8)))


def bucket(rng, w, n, bad):
    start = len(w.lines)
    what = rng.choice(["acl", "pab", "ver"]) if bad else None
    a = '"public-read"' if what == "acl" else '"private"'
    pab = "false" if what == "pab" else "true"
    ver = '"Suspended"' if what == "ver" else '"Enabled"'
    w.add(f'''{comment(rng)}
resource "aws_s3_bucket" "b{n}" {{
  bucket        = "${{local.prefix}}-b{n}"
  force_destroy = var.environment == "prod" ? false : true

  dynamic "logging" {{
    for_each = var.log_bucket == null ? [] : [var.log_bucket]
    content {{
      target_bucket = logging.value
      target_prefix = "${{local.prefix}}/b{n}/"
    }}
  }}

  tags = merge(local.tags, {{
    Name = "${{local.prefix}}-b{n}"
    Data = "{rng.choice(WORDS)}"
  }})
}}

resource "aws_s3_bucket_acl" "b{n}" {{
  bucket = aws_s3_bucket.b{n}.id
  acl    = {a}
}}

resource "aws_s3_bucket_public_access_block" "b{n}" {{
  bucket                  = aws_s3_bucket.b{n}.id
  block_public_acls       = {pab}
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}}

resource "aws_s3_bucket_versioning" "b{n}" {{
  bucket = aws_s3_bucket.b{n}.id
  versioning_configuration {{
    status = {ver}
  }}
}}
''')
    if what == "acl":
        w.mark('acl    = "public-read"', f"aws_s3_bucket_acl.b{n}", "s3-public-acl", start)
    elif what == "pab":
        w.mark("block_public_acls       = false",
               f"aws_s3_bucket_public_access_block.b{n}", "s3-pab-off", start)
    elif what == "ver":
        w.mark('status = "Suspended"', f"aws_s3_bucket_versioning.b{n}",
               "s3-versioning-off", start)
    return 4


def iam_policy(rng, w, n, bad):
    start = len(w.lines)
    act = '"*"' if bad else '["s3:GetObject", "s3:ListBucket", "kms:Decrypt"]'
    form = rng.randrange(2)
    if form:
        w.add(f'''resource "aws_iam_policy" "p{n}" {{
  name        = "${{local.prefix}}-p{n}"
  description = "{' '.join(rng.sample(WORDS, 4))}"
  policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [
      {{
        Sid      = "S{n}"
        Effect   = "Allow"
        Action   = {act}
        Resource = {'"*"' if bad else '"arn:aws:s3:::${local.prefix}/*"'}
      }},
    ]
  }})
  tags = local.tags
}}
''')
        needle = "Action   = " + act
    else:
        act = '"*"' if bad else '"s3:GetObject"'
        w.add(f'''resource "aws_iam_policy" "p{n}" {{
  name   = "${{local.prefix}}-p{n}"
  policy = <<-POLICY
    {{
      "Version": "2012-10-17",
      "Statement": [
        {{
          "Effect": "Allow",
          "Action": {act},
          "Resource": "{'*' if bad else 'arn:aws:s3:::${local.prefix}/*'}"
        }}
      ]
    }}
  POLICY
}}
''')
        needle = '"Action": ' + act
    if bad:
        w.mark(needle, f"aws_iam_policy.p{n}", "iam-wildcard", start)
    return 1


def role(rng, w, n, bad):
    w.add(f'''resource "aws_iam_role" "r{n}" {{
  count              = var.enabled ? 1 : 0
  name               = format("%s-r%d", local.prefix, {n})
  assume_role_policy = data.aws_iam_policy_document.assume.json
  tags               = {{ for k, v in local.tags : k => upper(v) if v != "" }}
}}
''')
    return 1


def kms(rng, w, n, bad):
    start = len(w.lines)
    w.add(f'''{comment(rng)}
resource "aws_kms_key" "k{n}" {{
  description             = "${{local.prefix}} key {n}"
  deletion_window_in_days = max(7, {rng.randrange(7, 31)})''' +
          ("" if bad else "\n  enable_key_rotation     = true") + f'''
  tags                    = local.tags

  lifecycle {{
    prevent_destroy = true
  }}
}}
''')
    if bad:
        w.mark(f'resource "aws_kms_key" "k{n}"', f"aws_kms_key.k{n}", "kms-no-rotation", start)
        w.found[-1]["end_column"] -= 2
    return 1


def rds(rng, w, n, bad):
    start = len(w.lines)
    pub = bad and rng.random() < 0.5
    enc = not bad or pub
    w.add(f'''resource "aws_db_instance" "d{n}" {{
  identifier             = "${{local.prefix}}-d{n}"
  engine                 = "postgres"
  engine_version         = "15.4"
  instance_class         = lookup(var.sizes, var.environment, "db.m5.large")
  allocated_storage      = {rng.randrange(20, 500)}
  username               = "app"
  password               = var.db_password # pragma: allowlist secret
  storage_encrypted      = {str(enc).lower()}
  publicly_accessible    = {str(pub).lower()}
  multi_az               = var.environment == "prod"
  skip_final_snapshot    = false
  vpc_security_group_ids = [for g in var.groups : g.id]
  timeouts {{
    create = "60m"
  }}
}}
''')
    if bad:
        w.mark("publicly_accessible    = true" if pub else "storage_encrypted      = false",
               f"aws_db_instance.d{n}", "rds-public" if pub else "rds-unencrypted", start)
    return 1


def sg(rng, w, n, bad):
    start = len(w.lines)
    c = '["0.0.0.0/0"]' if bad else f'["10.{rng.randrange(256)}.0.0/16", var.cidr]'
    w.add(f'''{comment(rng)}
resource "aws_security_group" "g{n}" {{
  name        = "${{local.prefix}}-g{n}"
  description = <<EOT
{' '.join(rng.sample(WORDS, 6))}
EOT
  vpc_id      = var.vpc_id

  ingress {{
    description = "in"
    from_port   = {22 if bad else 443}
    to_port     = {22 if bad else 443}
    protocol    = "tcp"
    cidr_blocks = {c}
  }}

  egress {{
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = [var.cidr]
  }}
}}
''')
    if bad:
        w.mark("cidr_blocks = " + c, f"aws_security_group.g{n}", "sg-open-world", start)
    return 1


def doc(rng, w, n, bad):
    w.add(f'''resource "aws_cloudwatch_log_group" "l{n}" {{
  for_each          = toset(var.zones)
  name              = "/app/${{local.prefix}}/{n}/${{each.key}}"
  retention_in_days = var.environment == "prod" ? 365 : 30
  kms_key_id        = try(var.kms_key_arn, null)
}}
''')
    return 1


MAKERS = {"bucket": bucket, "policy": iam_policy, "role": role, "kms": kms,
          "rds": rds, "sg": sg, "doc": doc}
VARS = '''variable "prefix" {
  description = "Name prefix"
  type        = string
}

variable "environment" {
  type    = string
  default = "dev"

  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "One of dev, staging, prod."
  }
}

variable "enabled" {
  type    = bool
  default = true
}

variable "log_bucket" {
  type    = string
  default = null
}

variable "sizes" {
  type    = map(string)
  default = { dev = "db.t3.micro", prod = "db.m5.large" }
}

variable "groups" {
  type    = list(object({ id = string }))
  default = []
}

variable "zones" {
  type    = list(string)
  default = ["a", "b"]
}

variable "cidr" {
  type    = string
  default = "10.0.0.0/8"
}

variable "vpc_id" {
  type    = string
  default = "vpc-0a1b2c3d"
}

variable "kms_key_arn" {
  type    = string
  default = null
}

variable "db_password" {
  type      = string
  default   = "changeme"
  sensitive = true
}
'''


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("dir")
    ap.add_argument("-n", "--resources", type=int, default=1000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--module-size", type=int, default=40)
    ap.add_argument("--file-size", type=int, default=10)
    ap.add_argument("--bad-ratio", type=float, default=0.2)
    ap.add_argument("--truth")
    a = ap.parse_args()
    os.makedirs(a.dir, exist_ok=True)
    if os.listdir(a.dir):
        ap.error("%s is not empty" % a.dir)
    found, made, m = [], 0, 0

    def save(w):
        p = os.path.join(a.dir, w.path)
        os.makedirs(os.path.dirname(p), exist_ok=True)
        with open(p, "w", encoding="utf-8") as f:
            f.write("\n".join(w.lines).rstrip("\n") + "\n")
        found.extend(w.found)

    root = W("main.tf")
    while made < a.resources:
        rng = random.Random("%s/%s" % (a.seed, m))
        name = "%s_%04d" % (rng.choice(TEAMS), m)
        d = "modules/" + name
        left, fno, last = min(a.module_size, a.resources - made), 0, None
        while left > 0:
            w = W("%s/s%02d.tf" % (d, fno))
            room = min(a.file_size, left)
            while room > 0:
                k = rng.choice(KINDS)
                if k == "bucket" and room < 4:
                    k = "kms"
                n = made
                used = MAKERS[k](rng, w, n, rng.random() < a.bad_ratio)
                last = {"bucket": "aws_s3_bucket.b%d.arn", "kms": "aws_kms_key.k%d.arn"
                        }.get(k, "") and ({"bucket": "aws_s3_bucket.b%d.arn",
                                           "kms": "aws_kms_key.k%d.arn"}[k] % n) or last
                made += used
                room -= used
                left -= used
            save(w)
            fno += 1
        for f, t in (("variables.tf", VARS),
                     ("locals.tf", '''locals {
  prefix = join("-", compact([var.prefix, var.environment]))
  tags = {
    Environment = var.environment
    ManagedBy   = "terraform"
  }
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}
'''),
                     ("outputs.tf", 'output "arn" {\n  value = %s\n}\n' % (last or "null"))):
            w = W("%s/%s" % (d, f))
            w.add(t)
            save(w)
        root.add('module "%s" {\n  source = "./%s"\n%s  prefix      = "%s"\n'
                 '  environment = var.environment\n}\n' % (
                     name, d, '' if rng.random() >= 0.2 else
                     '  for_each    = toset(["blue", "green"])\n', name))
        m += 1
    save(root)
    w = W("variables.tf")
    w.add('variable "environment" {\n  type    = string\n  default = "prod"\n}\n')
    save(w)
    if a.truth:
        with open(a.truth, "w", encoding="utf-8") as f:
            for x in found:
                f.write(json.dumps(x) + "\n")
    print("%d resources, %d modules, %d violations" % (made, m, len(found)))


if __name__ == "__main__":
    main()
