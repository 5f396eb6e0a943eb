#!/usr/bin/env python3
"""Writes policies over the types of gen_plan.py, for measuring: gen_policies.py OUT [-n PER_TYPE]

One file for each policy, each with its own input and level, in the shapes that policy libraries
have: attributes guarded by `core::try`, filters, nested locals, conditionals, membership, patterns,
`for` over nested blocks, decoded documents, `core::getresources` with a filter, and `connected`.
Few of them fail. The same arguments give the same bytes.
"""

import argparse
import os

# Type: its texts, its flags, a nested block and what stands in it, whether it has tags, its document,
# and a relation: own attribute, the other type, the attribute there.
TYPES = {
    "aws_s3_bucket": (["acl", "bucket"], ["force_destroy"], ("lifecycle_rule", "prefix"), True, None,
                      ("id", "aws_s3_bucket_public_access_block", "bucket")),
    "aws_s3_bucket_public_access_block": (["ignore_public_acls", "restrict_public_buckets"],
                                          ["block_public_acls", "block_public_policy"], None, False, None,
                                          ("bucket", "aws_s3_bucket", "id")),
    "aws_s3_bucket_versioning": (["expected_bucket_owner", "mfa"], [], ("versioning_configuration", "status"), False,
                                 None, ("bucket", "aws_s3_bucket", "id")),
    "aws_s3_bucket_server_side_encryption_configuration": (["expected_bucket_owner"], [],
                                                           ("rule", "bucket_key_enabled"), False, None,
                                                           ("bucket", "aws_s3_bucket", "id")),
    "aws_s3_bucket_acl": (["acl", "expected_bucket_owner"], [], None, False, None, ("bucket", "aws_s3_bucket", "id")),
    "aws_iam_policy": (["name", "path"], [], None, True, "policy",
                       ("arn", "aws_iam_role_policy_attachment", "policy_arn")),
    "aws_iam_role": (["name", "path"], ["force_detach_policies"], None, True, "assume_role_policy",
                     ("name", "aws_iam_role_policy_attachment", "role")),
    "aws_iam_role_policy_attachment": (["role"], [], None, False, None,
                                       ("policy_arn", "aws_iam_policy", "arn")),
    "aws_kms_key": (["description", "key_usage"], ["enable_key_rotation", "is_enabled"], None, True, None,
                    ("arn", "aws_db_instance", "kms_key_id")),
    "aws_db_instance": (["engine", "instance_class"], ["storage_encrypted", "multi_az"], None, True, None,
                        ("vpc_security_group_ids", "aws_security_group", "id")),
    "aws_security_group": (["name", "description"], ["revoke_rules_on_delete"], ("ingress", "protocol"), True, None,
                           ("id", "aws_security_group_rule", "security_group_id")),
    "aws_security_group_rule": (["protocol", "type"], ["self"], None, False, None,
                                ("security_group_id", "aws_security_group", "id")),
}


def body(type_, number):
    """What stands in the `number`th policy of a type, after its level."""
    texts, flags, block, tags, document, (own, other, there) = TYPES[type_]
    text = texts[number % len(texts)]
    shape = number % 10
    message = "${meta.address} must not have `%s` like this (%d)." % (text, number)
    before = []
    if shape == 0:
        condition = f'core::try(attrs.{text}, null) != "forbidden-{number}"'
    elif shape == 1:
        before = [f'filter = core::try(attrs.{text}, null) != null']
        condition = f'core::length("is ${{attrs.{text}}}") < {4000 + number}'
    elif shape == 2:
        flag = flags[number % len(flags)] if flags else text
        before = ["locals {", f"  flag = core::try(attrs.{flag}, null)",
                  f'  is_new = core::try(attrs.{text}, "") == "new-{number}"', "}", ""]
        condition = "local.is_new ? local.flag == true : true"
    elif shape == 3:
        condition = f'!core::contains(["a-{number}", "b-{number}", "c-{number}"], core::try(attrs.{text}, ""))'
    elif shape == 4 and tags:
        before = ["locals {", '  team = core::try(attrs.tags["Team"], "")', "}", ""]
        condition = f'local.team != "" && local.team != "nobody-{number}"'
    elif shape == 5 and block:
        name, field = block
        before = ["locals {", f"  wrong = [for part in core::try(attrs.{name}, []) : part",
                  f'    if core::try(part.{field}, null) == "wrong-{number}"]', "}", ""]
        condition = "core::length(local.wrong) == 0"
    elif shape == 6 and document:
        before = ["locals {", f"  statements = core::try(core::jsondecode(attrs.{document}).Statement, [])",
                  "  open = [for one in local.statements : one", '    if core::try(one.Effect, "") == "Allow"',
                  f'    && core::contains(core::flatten([core::try(one.Action, [])]), "iam:Nothing{number}")]', "}", ""]
        condition = "core::length(local.open) == 0"
    elif shape == 7:
        condition = f'core::try(core::length(core::regexall("^none-{number}-[a-z]+$", attrs.{text})), 0) == 0'
    elif shape == 8 and number < 10:
        before = ["locals {", f'  others = core::getresources("{other}", {{ {there} = core::try(attrs.{own}{"[0]" if own.endswith("ids") else ""}, "") }})',
                  "}", ""]
        condition = f"core::length(local.others) < {1_000_000 + number}"
    elif shape == 9 and number < 10:
        return [f'connected "{other}" {{', f"  max_instances = {1_000_000 + number}", "  connection {",
                f'    subject{"_list" if own.endswith("ids") else ""} = "{own}"', f'    connected = "{there}"', "  }", "}"]
    else:
        before = ["locals {", f'  text = core::try(attrs.{text}, null) != null ? attrs.{text} : "none"', "}", ""]
        condition = f'local.text != "forbidden-{number}" || local.text == "allowed-{number}"'
    return before + ["enforce {", f"  condition     = {condition}", f'  error_message = "{message}"', "}"]


def policy(type_, number):
    name = f"{type_.removeprefix('aws_').replace('_', '-')}-{number:02d}"
    lines = ["policy {", "  required_providers {", "    aws = {", '      source  = "hashicorp/aws"', "    }", "  }", "}", "",
             f'input "{name}-level" {{', "  type    = string", '  default = "advisory"', "}", "",
             f'resource_policy "{type_}" "rule_{number:02d}" {{', f"  enforcement_level = input.{name}-level", ""]
    lines += ["  " + line if line else "" for line in body(type_, number)]
    return name, "\n".join([*lines, "}", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("-n", type=int, default=25, help="policies for each type (25)")
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    for type_ in TYPES:
        for number in range(arguments.n):
            name, text = policy(type_, number)
            with open(os.path.join(arguments.out, f"{name}.policy.hcl"), "w", encoding="utf-8", newline="\n") as file:
                file.write(text)


if __name__ == "__main__":
    main()
