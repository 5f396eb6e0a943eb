#!/usr/bin/env python3
"""A Terraform plan as JSON, of any size.

The shape (order of sections, keys of each resource, null defaults, mirrors of
unknown and sensitive values, configuration expressions with references, nested
modules, instances by count and for_each, compact JSON on one line) is that of
`terraform show -json`; names and values are invented. The same seed and number
give the same bytes. Written section by section: memory stays at one module.

    gen_plan.py --resources 10000 --seed 1 -o plan.json
    gen_plan.py -n 200 --pretty               # to stdout, indented

    -n/--resources N    managed resources in the plan           (default 1000)
    --seed S            which plan                              (default 1)
    --module-size K     resources per child module; 0 = root    (default 40)
    --bad-ratio R       share of resources with a violation     (default 0.2)
    --format-version V  "1.2" (default), "1.0", "0.2", ...
    --no-prior / --no-config   leave that section out
    --truth FILE        write one JSON line per planted violation:
                        {"address", "type", "kind"}
    -o FILE             output (default: stdout); --pretty indents by 2

Side resources refer to an earlier bucket, role, policy or group of the same
module, and the configuration section says so. About 10 % of the changes are
updates, 2 % deletes, 3 % replacements, 5 % no-ops; the rest are creates. One
module in five is called with for_each, one bucket group in ten uses count.

The kinds of --truth: s3-public-acl, s3-pab-off, s3-versioning-off, iam-wildcard,
iam-trust-any, kms-no-rotation, rds-public, rds-unencrypted, sg-open-world.
"""
import argparse
import json
import random
import sys

KINDS = [
    ("aws_s3_bucket", 18), ("aws_s3_bucket_public_access_block", 10),
    ("aws_s3_bucket_versioning", 6),
    ("aws_s3_bucket_server_side_encryption_configuration", 6),
    ("aws_s3_bucket_acl", 5), ("aws_iam_policy", 12), ("aws_iam_role", 8),
    ("aws_iam_role_policy_attachment", 5), ("aws_kms_key", 6),
    ("aws_db_instance", 6), ("aws_security_group", 10),
    ("aws_security_group_rule", 8),
]
NAMES = [k for k, _ in KINDS]
WEIGHTS = [w for _, w in KINDS]
LISTS = {"access_control_policy", "inline_policy", "managed_policy_arns", "replicas",
         "vpc_security_group_ids"}
PROVIDER = "registry.terraform.io/hashicorp/aws"
TEAMS = ["payments", "search", "ingest", "identity", "ledger", "edge", "ml", "media"]
ENVS = ["dev", "staging", "prod"]
ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "sqs:SendMessage",
           "kms:Decrypt", "kms:GenerateDataKey", "logs:PutLogEvents",
           "dynamodb:GetItem", "dynamodb:Query", "ec2:DescribeInstances"]
ACCOUNT = "123456789012"


def policy(statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements},
                      separators=(",", ":"))


class R:
    """One resource: values known now, attributes unknown until apply,
    configuration expressions, the planted violation, if any, and by attribute
    the names of the resources it refers to."""
    __slots__ = ("type", "name", "index", "values", "unknown", "expr", "bad", "refs")

    def __init__(self, type_, name, values, unknown, expr, bad, index, refs):
        self.type, self.name, self.values = type_, name, values
        self.unknown, self.expr, self.bad, self.index = unknown, expr, bad, index
        self.refs = refs


def const(v):
    return {"constant_value": v}


def ref(*names):
    return {"references": list(names)}


def tags(rng, name):
    t = {"Name": name, "Team": rng.choice(TEAMS), "Environment": rng.choice(ENVS),
         "CostCenter": "cc-%04d" % rng.randrange(10000), "ManagedBy": "terraform"}
    return t


def make(rng, type_, i, peers, bad):
    """Make resource number i. `peers` maps a type to the (name, index) pairs
    made before in the same module."""
    name = "r%06d" % i
    slug = "%s-%s-%06d" % (rng.choice(TEAMS), rng.choice(ENVS), i)
    kind = None
    index = None

    def peer(t):
        return rng.choice(peers[t]) if peers.get(t) else None

    refs = {}

    def target(t, attr, own=None):
        p = peer(t)
        if not p:
            return None, const("literal-" + slug)
        n, ix = p
        if own:
            refs[own] = n
        base = "%s.%s" % (t, n) + ("" if ix is None else "[%s]" % json.dumps(ix))
        return base, ref(base + "." + attr, base)

    if type_ == "aws_s3_bucket":
        acl = rng.choice(["public-read", "public-read-write"]) if bad else "private"
        kind = "s3-public-acl" if bad else None
        if rng.random() < 0.1:
            index = rng.randrange(3)
        tg = tags(rng, slug)
        v = {"acl": acl, "bucket": slug, "bucket_prefix": None, "cors_rule": [],
             "force_destroy": False, "grant": [],
             "lifecycle_rule": [{"abort_incomplete_multipart_upload_days": 7,
                                 "enabled": True,
                                 "expiration": [{"date": None, "days": 365,
                                                 "expired_object_delete_marker": None}],
                                 "noncurrent_version_expiration": [], "prefix": "tmp/",
                                 "tags": None, "transition": []}],
             "logging": [{"target_bucket": "log-archive-" + ACCOUNT,
                          "target_prefix": slug + "/"}],
             "object_lock_configuration": [], "policy": None,
             "replication_configuration": [],
             "server_side_encryption_configuration": [
                 {"rule": [{"apply_server_side_encryption_by_default":
                            [{"kms_master_key_id": None, "sse_algorithm": "aws:kms"}],
                            "bucket_key_enabled": True}]}],
             "tags": tg, "tags_all": tg,
             "versioning": [{"enabled": True, "mfa_delete": False}], "website": []}
        u = ["acceleration_status", "arn", "bucket_domain_name",
             "bucket_regional_domain_name", "hosted_zone_id", "id", "region",
             "request_payer", "website_domain", "website_endpoint"]
        e = {"acl": const(acl), "bucket": ref("var.prefix"),
             "tags": ref("var.tags"), "lifecycle_rule": [{"enabled": const(True)}]}
        if index is not None:
            e["bucket"] = ref("var.prefix", "count.index")
    elif type_ == "aws_s3_bucket_public_access_block":
        on = not bad
        kind = None if on else "s3-pab-off"
        b, be = target("aws_s3_bucket", "id", "bucket")
        v = {"block_public_acls": on, "block_public_policy": on,
             "ignore_public_acls": on, "restrict_public_buckets": on}
        u = ["id", "bucket"] if b else ["id"]
        if not b:
            v["bucket"] = "literal-" + slug
        e = {"block_public_acls": const(on), "block_public_policy": const(on),
             "bucket": be, "ignore_public_acls": const(on),
             "restrict_public_buckets": const(on)}
    elif type_ == "aws_s3_bucket_versioning":
        st = "Suspended" if bad else "Enabled"
        kind = "s3-versioning-off" if bad else None
        b, be = target("aws_s3_bucket", "id", "bucket")
        v = {"expected_bucket_owner": None, "mfa": None,
             "versioning_configuration": [{"status": st}]}
        u = ["id", "bucket"]
        e = {"bucket": be, "versioning_configuration": [{"status": const(st)}]}
    elif type_ == "aws_s3_bucket_server_side_encryption_configuration":
        b, be = target("aws_s3_bucket", "id", "bucket")
        k, ke = target("aws_kms_key", "arn")
        v = {"expected_bucket_owner": None,
             "rule": [{"apply_server_side_encryption_by_default":
                       [{"kms_master_key_id": None, "sse_algorithm": "aws:kms"}],
                       "bucket_key_enabled": True}]}
        u = ["id", "bucket"]
        e = {"bucket": be, "rule": [{"apply_server_side_encryption_by_default":
                                     [{"kms_master_key_id": ke,
                                       "sse_algorithm": const("aws:kms")}]}]}
    elif type_ == "aws_s3_bucket_acl":
        acl = "public-read" if bad else "private"
        kind = "s3-public-acl" if bad else None
        b, be = target("aws_s3_bucket", "id", "bucket")
        v = {"acl": acl, "expected_bucket_owner": None}
        u = ["access_control_policy", "bucket", "id"]
        e = {"acl": const(acl), "bucket": be}
    elif type_ == "aws_iam_policy":
        st = []
        for s in range(rng.randrange(1, 5)):
            st.append({"Sid": "S%d" % s, "Effect": "Allow",
                       "Action": sorted(rng.sample(ACTIONS, rng.randrange(1, 5))),
                       "Resource": "arn:aws:s3:::%s/*" % slug})
        if bad:
            kind = "iam-wildcard"
            st.append({"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"})
        v = {"description": "Access of " + slug, "name": slug, "name_prefix": None,
             "path": "/", "policy": policy(st), "tags": tags(rng, slug)}
        u = ["arn", "id", "policy_id", "tags_all"]
        e = {"description": const("Access of " + slug), "name": ref("var.prefix"),
             "policy": ref("data.aws_iam_policy_document.p%06d.json" % i,
                           "data.aws_iam_policy_document.p%06d" % i)}
    elif type_ == "aws_iam_role":
        who = {"AWS": "*"} if bad else {"Service": "ec2.amazonaws.com"}
        kind = "iam-trust-any" if bad else None
        v = {"assume_role_policy": policy([{"Action": "sts:AssumeRole",
                                            "Effect": "Allow", "Principal": who,
                                            "Sid": ""}]),
             "description": None, "force_detach_policies": False,
             "max_session_duration": 3600, "name": slug, "path": "/",
             "permissions_boundary": None, "tags": tags(rng, slug)}
        u = ["arn", "create_date", "id", "inline_policy", "managed_policy_arns",
             "tags_all", "unique_id"]
        e = {"assume_role_policy": {}, "name": ref("var.prefix"), "tags": ref("var.tags")}
    elif type_ == "aws_iam_role_policy_attachment":
        r, re_ = target("aws_iam_role", "name")
        p, pe = target("aws_iam_policy", "arn", "policy_arn")
        v = {"role": slug}
        u = ["id", "policy_arn"]
        e = {"policy_arn": pe, "role": re_}
    elif type_ == "aws_kms_key":
        kind = "kms-no-rotation" if bad else None
        v = {"bypass_policy_lockout_safety_check": False,
             "customer_master_key_spec": "SYMMETRIC_DEFAULT",
             "deletion_window_in_days": 30, "description": "Key of " + slug,
             "enable_key_rotation": not bad, "is_enabled": True,
             "key_usage": "ENCRYPT_DECRYPT", "tags": tags(rng, slug)}
        u = ["arn", "id", "key_id", "policy", "tags_all"]
        e = {"deletion_window_in_days": const(30),
             "description": const("Key of " + slug),
             "enable_key_rotation": const(not bad)}
    elif type_ == "aws_db_instance":
        pub = bad and rng.random() < 0.5
        enc = not bad or pub
        kind = None if not bad else ("rds-public" if pub else "rds-unencrypted")
        v = {"allocated_storage": 100, "allow_major_version_upgrade": None,
             "apply_immediately": None, "auto_minor_version_upgrade": True,
             "backup_retention_period": 7, "copy_tags_to_snapshot": True,
             "delete_automated_backups": True, "deletion_protection": True,
             "domain": None, "enabled_cloudwatch_logs_exports": ["postgresql", "upgrade"],
             "engine": "postgres", "engine_version": "13.3",
             "final_snapshot_identifier": slug + "-final",
             "iam_database_authentication_enabled": True,
             "identifier": slug, "instance_class": "db.m5.large", "iops": None,
             "max_allocated_storage": 500, "monitoring_interval": 60,
             "multi_az": True, "password": "changeme-" + slug,
             "performance_insights_enabled": True, "publicly_accessible": pub,
             "replicate_source_db": None, "restore_to_point_in_time": [],
             "s3_import": [], "security_group_names": None,
             "skip_final_snapshot": False, "snapshot_identifier": None,
             "storage_encrypted": enc, "storage_type": "gp2",
             "tags": tags(rng, slug), "timeouts": None, "username": "admin"}
        u = ["address", "arn", "availability_zone", "backup_window",
             "ca_cert_identifier", "character_set_name", "db_subnet_group_name",
             "endpoint", "hosted_zone_id", "id", "kms_key_id", "latest_restorable_time",
             "license_model", "maintenance_window", "monitoring_role_arn", "name",
             "option_group_name", "parameter_group_name", "port", "replicas",
             "resource_id", "status", "tags_all", "timezone", "vpc_security_group_ids"]
        s, se = target("aws_security_group", "id", "vpc_security_group_ids")
        e = {"engine": const("postgres"), "identifier": ref("var.prefix"),
             "publicly_accessible": const(pub), "storage_encrypted": const(enc),
             "password": ref("var.db_password"), "vpc_security_group_ids": se}
    elif type_ == "aws_security_group":
        kind = "sg-open-world" if bad else None
        cidr = "0.0.0.0/0" if bad else "10.%d.0.0/16" % rng.randrange(256)
        port = 22 if bad else 443
        rule = {"cidr_blocks": [cidr], "description": "in", "from_port": port,
                "ipv6_cidr_blocks": [], "prefix_list_ids": [], "protocol": "tcp",
                "security_groups": [], "self": False, "to_port": port}
        v = {"description": "Group of " + slug,
             "egress": [dict(rule, cidr_blocks=["0.0.0.0/0"], from_port=0, to_port=0,
                             protocol="-1", description="out")],
             "ingress": [rule], "name": slug, "revoke_rules_on_delete": False,
             "tags": tags(rng, slug), "timeouts": None}
        u = ["arn", "id", "name_prefix", "owner_id", "tags_all", "vpc_id"]
        e = {"description": const("Group of " + slug),
             "ingress": [{"cidr_blocks": const([cidr]), "from_port": const(port),
                          "protocol": const("tcp"), "to_port": const(port)}],
             "name": ref("var.prefix"), "vpc_id": ref("var.vpc_id")}
    else:
        kind = "sg-open-world" if bad else None
        cidr = "0.0.0.0/0" if bad else "10.%d.0.0/16" % rng.randrange(256)
        port = 3389 if bad else 443
        s, se = target("aws_security_group", "id", "security_group_id")
        v = {"cidr_blocks": [cidr], "description": None, "from_port": port,
             "ipv6_cidr_blocks": None, "prefix_list_ids": None, "protocol": "tcp",
             "self": False, "to_port": port, "type": "ingress"}
        u = ["id", "security_group_id", "source_security_group_id"]
        e = {"cidr_blocks": const([cidr]), "from_port": const(port),
             "protocol": const("tcp"), "security_group_id": se,
             "to_port": const(port), "type": const("ingress")}
    return R(type_, name, v, u, e, kind, index, refs)


def module_resources(seed, m, lo, hi, bad_ratio):
    """The resources of module m, numbered lo .. hi-1; always the same ones."""
    rng = random.Random("%s/%s" % (seed, m))
    peers = {}
    for i in range(lo, hi):
        t = rng.choices(NAMES, WEIGHTS)[0]
        r = make(rng, t, i, peers, rng.random() < bad_ratio)
        for attribute, name in r.refs.items():
            if own_actions(seed, name) in (["update"], ["no-op"]):
                # What exists has its identity already.
                is_list = attribute in LISTS
                r.values[attribute] = ["known-" + name] if is_list else "known-" + name
                r.unknown.remove(attribute)
        peers.setdefault(t, []).append((r.name, r.index))
        yield r, rng


def module_name(m, size, seed):
    if not size:
        return None, None, ""
    rng = random.Random("mod/%s/%s" % (seed, m))
    n = "%s_%04d" % (rng.choice(TEAMS), m)
    key = rng.choice(ENVS) if rng.random() < 0.2 else None
    return n, key, "module.%s%s." % (n, "" if key is None else "[%s]" % json.dumps(key))


def address(prefix, r):
    return "%s%s.%s%s" % (prefix, r.type, r.name,
                          "" if r.index is None else "[%d]" % r.index)


def mirror(v):
    """Lists and maps of a value emptied of leaves: what *_sensitive shows."""
    if isinstance(v, dict):
        return {k: mirror(x) for k, x in v.items() if isinstance(x, (dict, list))}
    if isinstance(v, list):
        return [mirror(x) if isinstance(x, (dict, list)) else False for x in v]
    return False


def head(prefix, r):
    d = {"address": address(prefix, r)}
    if prefix:
        d["module_address"] = prefix[:-1]
    d.update(mode="managed", type=r.type, name=r.name)
    if r.index is not None:
        d["index"] = r.index
    d["provider_name"] = PROVIDER
    return d


def planned(prefix, r):
    d = head(prefix, r)
    d.pop("module_address", None)
    d["schema_version"] = 0
    d["values"] = r.values
    d["sensitive_values"] = mirror(r.values)
    return d


def actions_of(seed, r):
    """A resource goes when what it refers to goes, and is made anew with it."""
    own = own_actions(seed, r.name)
    theirs = [own_actions(seed, name) for name in r.refs.values()]
    if own == ["delete"] or ["delete"] in theirs:
        return ["delete"]
    made = any("create" in actions for actions in theirs)
    return ["delete", "create"] if made and own != ["create"] else own


def own_actions(seed, name):
    x = random.Random("chg/%s/%s" % (seed, name)).random()
    return (["create"] if x < 0.80 else ["update"] if x < 0.90 else ["no-op"]
            if x < 0.95 else ["delete", "create"] if x < 0.98 else ["delete"])


def known(attribute, r):
    """What an attribute that was unknown has become: of the right type, if dull."""
    if attribute in LISTS:
        return []
    return r.values.get("tags") if attribute == "tags_all" else "known-" + r.name


def change(prefix, r, seed):
    actions = actions_of(seed, r)
    before = after = None
    unk = {}
    if actions != ["create"]:
        before = dict(r.values)
        for k in r.unknown:
            before[k] = known(k, r)
        if "tags" in before and actions == ["update"]:
            before["tags"] = dict(before["tags"] or {}, Team="former")
    if actions in (["create"], ["delete", "create"]):
        after = r.values
        unk = {k: True for k in r.unknown}
        for k, v in r.values.items():
            if isinstance(v, (dict, list)):
                unk[k] = mirror(v)
    elif actions != ["delete"]:
        after = dict(before, **r.values)
    d = head(prefix, r)
    ch = {"actions": actions, "before": before, "after": after, "after_unknown": unk,
          "before_sensitive": mirror(before) if before else False,
          "after_sensitive": mirror(after) if after else False}
    if r.type == "aws_db_instance":
        for s, b in (("after_sensitive", after), ("before_sensitive", before)):
            if b:
                ch[s]["password"] = True
    if actions == ["delete", "create"]:
        ch["replace_paths"] = [["name"]]
    d["change"] = ch
    if actions == ["delete", "create"]:
        d["action_reason"] = "replace_because_cannot_update"
    return d, actions


def config(r):
    d = {"address": "%s.%s" % (r.type, r.name), "mode": "managed", "type": r.type,
         "name": r.name, "provider_config_key": "aws", "expressions": r.expr,
         "schema_version": 0}
    if r.index is not None:
        d["count_expression"] = const(3)
    return d


def write(out, a, truth=None):
    dump = (lambda o: json.dumps(o, indent=2)) if a.pretty else \
           (lambda o: json.dumps(o, separators=(",", ":")))
    n, size, w = a.resources, a.module_size, out.write
    step = size or n or 1
    mods = [(m, lo, min(lo + step, n)) for m, lo in enumerate(range(0, n, step))]

    def items(m, lo, hi, f):
        first = True
        for r, _ in module_resources(a.seed, m, lo, hi, a.bad_ratio):
            if actions_of(a.seed, r) == ["delete"]:
                continue  # neither planned nor configured any more
            w(("" if first else ",") + dump(f(r)))
            first = False

    w('{"format_version":%s,"terraform_version":"1.9.5",' % json.dumps(a.format_version))
    w('"variables":{"prefix":{"value":"acme"},"vpc_id":{"value":"vpc-0a1b2c3d"},'
      '"tags":{"value":{"Owner":"platform"}},"db_password":{"value":"changeme"}},')
    w('"planned_values":{"root_module":{')
    if not size:
        w('"resources":[')
        if mods:
            items(*mods[0], lambda r: planned("", r))
        w("]")
    else:
        w('"child_modules":[')
        for j, (m, lo, hi) in enumerate(mods):
            _, _, p = module_name(m, size, a.seed)
            w(("," if j else "") + '{"resources":[')
            items(m, lo, hi, lambda r: planned(p, r))
            w('],"address":%s}' % json.dumps(p[:-1]))
        w("]")
    w('}},"resource_changes":[')
    first = True
    for m, lo, hi in mods:
        _, _, p = module_name(m, size, a.seed)
        for r, _ in module_resources(a.seed, m, lo, hi, a.bad_ratio):
            d, acts = change(p, r, a.seed)
            w(("" if first else ",") + dump(d))
            first = False
            if truth and r.bad and acts != ["delete"]:
                truth.write(json.dumps({"address": d["address"], "type": r.type,
                                        "kind": r.bad}) + "\n")
    w("]")
    if not a.no_prior:
        w(',"prior_state":{"format_version":"1.0","terraform_version":"1.9.5",'
          '"values":{"root_module":{"resources":[')
        first = True
        for m, lo, hi in mods:
            _, _, p = module_name(m, size, a.seed)
            for r, _ in module_resources(a.seed, m, lo, hi, a.bad_ratio):
                d, acts = change(p, r, a.seed)
                if acts == ["create"]:
                    continue
                s = head(p, r)
                s.update(schema_version=0, values=d["change"]["before"],
                         sensitive_values=d["change"]["before_sensitive"])
                w(("" if first else ",") + dump(s))
                first = False
        w("]}}}")
    if not a.no_config:
        w(',"configuration":{"provider_config":{"aws":{"name":"aws","full_name":%s,'
          '"version_constraint":"~> 5.0","expressions":{"region":{"constant_value":'
          '"eu-central-1"}}}},"root_module":{' % json.dumps(PROVIDER))
        if not size:
            w('"resources":[')
            if mods:
                items(*mods[0], config)
            w("]")
        else:
            w('"module_calls":{')
            for j, (m, lo, hi) in enumerate(mods):
                name, key, _ = module_name(m, size, a.seed)
                w(("," if j else "") + '%s:{"source":"./modules/%s","expressions":'
                  '{"prefix":{"references":["var.prefix"]},"tags":{"references":'
                  '["var.tags"]},"vpc_id":{"references":["var.vpc_id"]}},%s'
                  '"module":{"resources":[' % (
                      json.dumps(name), name,
                      "" if key is None else '"for_each_expression":{"references":'
                      '["local.envs"]},'))
                items(m, lo, hi, config)
                w('],"variables":{"prefix":{},"tags":{},"vpc_id":{}}}}')
            w("}")
        w("}}")
    w(',"timestamp":"2025-01-01T00:00:00Z","applyable":true,"complete":true,'
      '"errored":false}\n')


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("-n", "--resources", type=int, default=1000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--module-size", type=int, default=40)
    ap.add_argument("--bad-ratio", type=float, default=0.2)
    ap.add_argument("--format-version", default="1.2")
    ap.add_argument("--no-prior", action="store_true")
    ap.add_argument("--no-config", action="store_true")
    ap.add_argument("--pretty", action="store_true")
    ap.add_argument("--truth")
    ap.add_argument("-o", "--output")
    a = ap.parse_args()
    out = open(a.output, "w", encoding="utf-8") if a.output else sys.stdout
    truth = open(a.truth, "w", encoding="utf-8") if a.truth else None
    write(out, a, truth)
    for f in (out, truth):
        if f and f is not sys.stdout:
            f.close()


if __name__ == "__main__":
    main()
