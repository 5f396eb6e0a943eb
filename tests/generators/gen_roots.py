#!/usr/bin/env python3
"""Writes a repository of many root modules, as a commit hook meets it.

    gen_roots.py OUT --files 500 --roots 25     500 files in 25 roots that share 5 modules
    gen_roots.py OUT --files 500 --roots 1      500 files in one root

Each file of a root holds four resources; every fifth root has a mistake. Equal arguments give equal bytes.
"""

import argparse
from pathlib import Path

MODULES = 5

RESOURCES = """\
resource "aws_s3_bucket" "b{n}" {{
  bucket = "${{var.prefix}}-{n}"
  tags   = local.tags
}}

resource "aws_s3_bucket_public_access_block" "b{n}" {{
  bucket                  = aws_s3_bucket.b{n}.id
  block_public_acls       = {closed}
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}}

resource "aws_security_group" "g{n}" {{
  name = "${{var.prefix}}-{n}"

  ingress {{
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = [cidrsubnet(var.cidr, 8, {subnet})]
  }}
}}

resource "aws_kms_key" "k{n}" {{
  description         = "key {n}"
  enable_key_rotation = true
}}
"""

MAIN = """\
variable "prefix" {{
  type    = string
  default = "{name}"
}}

variable "cidr" {{
  type    = string
  default = "10.{number}.0.0/16"
}}

locals {{
  tags = {{ root = var.prefix }}
}}

module "shared" {{
  source = "../../modules/m{module}"
  prefix = var.prefix
  cidr   = var.cidr
}}

"""

MODULE = """\
variable "prefix" {{
  type = string
}}

variable "cidr" {{
  type = string
}}

locals {{
  tags = {{ module = "{name}" }}
}}

"""


def resources(n, closed="true"):
    return RESOURCES.format(n=n, closed=closed, subnet=n % 256)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--files", type=int, default=500)
    arguments.add_argument("--roots", type=int, default=25)
    given = arguments.parse_args()
    (given.out / ".git").mkdir(parents=True)
    in_roots = given.files - MODULES
    for module in range(MODULES):
        folder = given.out / "modules" / f"m{module}"
        folder.mkdir(parents=True)
        (folder / "main.tf").write_text(MODULE.format(name=f"m{module}") + resources(0))
    for root in range(given.roots):
        folder = given.out / "live" / f"root{root:02}"
        folder.mkdir(parents=True)
        for part in range(in_roots // given.roots + (root < in_roots % given.roots)):
            text = resources(part, "false" if root % 5 == 0 and part == 1 else "true")
            if part == 0:
                text = MAIN.format(name=folder.name, number=root, module=root % MODULES) + text
            (folder / f"part{part:03}.tf").write_text(text)


if __name__ == "__main__":
    main()
