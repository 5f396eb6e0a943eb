"""pre-commit and prek with the hooks of this repository, in repositories as people have them."""

import os
import re
import shutil
import subprocess
import unittest

from clients import CLIENTS, TOP, VENV, WHEELS, ClientTest, blocks, environment, installed

BAD = 'resource "aws_kms_key" "{0}" {{\n  enable_key_rotation = false\n}}\n'
GOOD = 'resource "aws_kms_key" "{0}" {{\n  enable_key_rotation = true\n}}\n'
RULE = "aws-kms-key-rotation-off"


class Hook(ClientTest):
    """The hooks come from a mirror as docs/pre-commit.md describes it: a package that depends on the wheel."""

    @classmethod
    def setUpClass(cls):
        cls.mirror = CLIENTS / "mirror"
        shutil.rmtree(cls.mirror, ignore_errors=True)
        cls.mirror.mkdir()
        version = next(WHEELS.glob("planward-*.whl")).name.split("-")[1]
        shutil.copy(TOP / ".pre-commit-hooks.yaml", cls.mirror)
        (project,) = blocks("pre-commit", "toml")
        (cls.mirror / "pyproject.toml").write_text(project.replace("0.1.0", version))
        cls.version = version
        for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "x"], ["tag", version]):
            subprocess.run(["git", *command], cwd=cls.mirror, env=environment(), check=True)

    def setUp(self):
        super().setUp()
        self.run_in("git", "init", "--quiet")

    def configure(self, *hooks):
        lines = [f"repos:\n- repo: {self.mirror}\n  rev: '{self.version}'\n  hooks:\n"]
        lines += [f"  - {hook}\n" for hook in hooks]
        self.write(".pre-commit-config.yaml", "".join(lines))
        self.run_in("git", "add", ".pre-commit-config.yaml")

    def hook(self, *args, client="pre-commit", code=0):
        homes = {"PRE_COMMIT_HOME": str(CLIENTS / "pre-commit"), "PREK_HOME": str(CLIENTS / "prek")}
        return self.run_in(VENV / client, *args, code=code, PIP_FIND_LINKS=str(WHEELS), UV_FIND_LINKS=str(WHEELS), UV_SYSTEM_CERTS="1", **homes)

    def told(self, output):
        return set(re.findall(rf"^\S+: warning: .*\[{RULE}\] \(.*\)", output, re.MULTILINE))

    def tree(self):
        self.write("app/main.tf", 'module "keys" {\n  source = "../modules/keys"\n}\n' + BAD.format("app"))
        self.write("app/other.tf", BAD.format("other"))
        self.write("modules/keys/main.tf", BAD.format("shared"))
        self.write("modules/keys/good.tf", GOOD.format("good"))
        self.write("alone/main.tf", BAD.format("alone"))
        self.run_in("git", "add", ".")
        self.run_in("git", "commit", "--quiet", "--no-verify", "-m", "before")

    def test_a_commit_of_one_file_of_many(self):
        self.configure("id: planward")
        self.tree()
        self.hook("install")
        self.write("modules/keys/good.tf", GOOD.format("good") + "\n" + GOOD.format("more"))
        self.run_in("git", "add", ".")
        homes = {"PRE_COMMIT_HOME": str(CLIENTS / "pre-commit"), "PIP_FIND_LINKS": str(WHEELS)}
        self.run_in("git", "commit", "-m", "what was wrong before does not stop it", **homes)
        self.write("modules/keys/main.tf", BAD.format("shared") + "\n" + BAD.format("new"))
        self.run_in("git", "add", ".")
        told = self.run_in("git", "commit", "-m", "stopped", code=1, **homes)
        addresses = {line.split("(")[-1].rstrip(")") for line in self.told(told)}
        self.assertEqual(addresses, {"module.keys.aws_kms_key.shared", "module.keys.aws_kms_key.new"})

    def test_what_is_not_staged_does_not_count(self):
        self.configure("id: planward")
        self.write("main.tf", GOOD.format("a"))
        self.run_in("git", "add", ".")
        self.write("main.tf", BAD.format("a"))
        self.hook("run")

    def test_every_kind_of_file_is_passed(self):
        self.configure("id: planward")
        self.write("a/main.tofu", BAD.format("tofu"))
        self.write("b/main.tf.json", '{"resource": {"aws_kms_key": {"json": {"enable_key_rotation": false}}}}')
        self.write("c/main.tofu.json", '{"resource": {"aws_kms_key": {"tofu_json": {"enable_key_rotation": false}}}}')
        self.write("d/main.tf", 'variable "on" {\n}\nresource "aws_kms_key" "values" {\n  enable_key_rotation = var.on\n}\n')
        self.write("d/terraform.tfvars", "on = false\n")
        self.run_in("git", "add", ".")
        told = self.told(self.hook("run", code=1))
        self.assertEqual({line.split(".")[-1].rstrip(")") for line in told}, {"tofu", "json", "tofu_json", "values"})
        self.run_in("git", "reset", "--quiet", "a", "b", "c", "d/main.tf")
        self.assertEqual(len(self.told(self.hook("run", "--files", "d/terraform.tfvars", code=1))), 1)
        self.write("rules/own.policy.hcl", "policy {\n")
        self.assertIn("rules/own.policy.hcl:1:8: error", self.hook("run", "--files", "rules/own.policy.hcl", code=1))

    def test_a_commit_that_only_deletes(self):
        guard = 'resource "aws_s3_bucket_public_access_block" "b" {\n  bucket = aws_s3_bucket.b.id\n' + "".join(
            f"  {name} = true\n"
            for name in ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
        )
        self.configure("id: planward", "id: planward-all\n    args: [--select, aws-s3-bucket-public]")
        self.write("main.tf", 'resource "aws_s3_bucket" "b" {\n}\nresource "aws_s3_bucket_acl" "b" {\n'
                   '  bucket = aws_s3_bucket.b.id\n  acl = "public-read"\n}\n')
        self.write("guard.tf", guard + "}\n")
        self.run_in("git", "add", ".")
        self.run_in("git", "commit", "--quiet", "--no-verify", "-m", "before")
        self.assertIn("Passed", self.hook("run", "planward-all"))
        self.run_in("git", "rm", "--quiet", "guard.tf")
        self.assertIn("Skipped", self.hook("run", "planward"))
        self.assertIn("[aws-s3-bucket-public]", self.hook("run", "planward-all", code=1))
        # Whoever names the deleted file is told by its folder.
        told = self.planward("check", "guard.tf", "--select", "aws-s3-bucket-public", code=1)
        self.assertIn("main.tf:", told)

    def test_a_list_that_is_split(self):
        self.configure("id: planward", "id: planward\n    alias: split\n    require_serial: false")
        for root in range(12):
            self.write(f"root{root}/main.tf", 'module "m" {\n  source = "../modules/m"\n}\n' + BAD.format("own"))
        for part in range(12):
            self.write(f"modules/m/part{part}.tf", BAD.format(f"part{part}"))
        self.run_in("git", "add", ".")
        serial = self.told(self.hook("run", "planward", "--all-files", code=1))
        split = self.hook("run", "split", "--all-files", code=1)
        # Numbers of instances differ: a part does not see the roots of the others.
        one, other = ({re.sub(r", \d+ instances", "", line) for line in lines} for lines in (serial, self.told(split)))
        self.assertEqual(one, other)
        self.assertEqual(len(serial), 24)
        if (os.cpu_count() or 1) > 1:
            self.assertGreater(split.count("exit code 1 for"), 1, "it was not split")

    def test_policies(self):
        self.configure("id: planward-test")
        (self.folder / "rules").mkdir()
        self.planward("new", "policy", "owner", "rules")
        self.run_in("git", "add", ".")
        self.assertIn("Passed", self.hook("run"))
        policy = (self.folder / "rules/owner.policy.hcl").read_text()
        self.write("rules/owner.policy.hcl", policy.replace("condition     = ", "condition     = true || "))
        self.run_in("git", "commit", "--quiet", "--no-verify", "-m", "before")
        self.run_in("git", "add", ".")
        self.assertIn("1 failed", self.hook("run", code=1))

    def test_prek(self):
        self.configure("id: planward", "id: planward-all")
        self.tree()
        told = self.hook("run", "planward", "--files", "app/other.tf", client="prek", code=1)
        self.assertEqual({line.strip().split(":")[0] for line in told.splitlines() if RULE in line}, {"app/other.tf"})

    def test_prek_hands_deleted_files_over(self):
        self.configure("id: planward\n    include_deleted: true")
        self.tree()
        self.run_in("git", "rm", "--quiet", "modules/keys/good.tf")
        told = self.hook("run", "planward", client="prek", code=1)
        self.assertEqual({line.strip().split(":")[0] for line in told.splitlines() if RULE in line}, {"modules/keys/main.tf"})

    def test_without_installing(self):
        self.write(
            ".pre-commit-config.yaml",
            "repos:\n- repo: local\n  hooks:\n  - id: planward\n    name: planward\n    language: unsupported\n"
            f"    entry: {installed()} check\n    files: '\\.tf$'\n    require_serial: true\n",
        )
        self.write("main.tf", BAD.format("a"))
        self.run_in("git", "add", ".")
        self.assertEqual(len(self.told(self.hook("run", code=1))), 1)

    @unittest.skipUnless(os.environ.get("PLANWARD_FROM_SOURCE"), "builds everything anew; set PLANWARD_FROM_SOURCE=1")
    def test_from_source(self):
        self.run_in("git", "clone", "--quiet", TOP, self.folder / "planward")
        revision = self.run_in("git", "rev-parse", "HEAD", at="planward").strip()
        shutil.rmtree(self.folder / "planward" / "target", ignore_errors=True)
        self.write(".gitignore", "planward/\n")
        self.write(
            ".pre-commit-config.yaml",
            f"repos:\n- repo: {self.folder / 'planward'}\n  rev: {revision}\n  hooks:\n  - id: planward\n",
        )
        self.write("main.tf", BAD.format("a"))
        self.run_in("git", "add", ".")
        self.assertEqual(len(self.told(self.hook("run", code=1))), 1)
