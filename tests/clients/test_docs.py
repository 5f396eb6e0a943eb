"""The pages in docs/: what they show in YAML and JSON is well-formed, and their shell works as written."""

import hashlib
import json
import os
import re
import shutil
import unittest

import yaml

from clients import TOP, WHEELS, ClientTest, blocks, installed

PAGES = sorted(path.stem for path in (TOP / "docs").glob("*.md"))


class Snippets(unittest.TestCase):
    def test_yaml_can_be_read(self):
        read = 0
        for page in PAGES:
            for block in blocks(page, "yaml", "yml"):
                with self.subTest(page=page, block=block):
                    self.assertIsInstance(yaml.safe_load(block), (dict, list))
                    read += 1
        self.assertGreater(read, 3)

    def test_json_can_be_read(self):
        for page in PAGES:
            for block in blocks(page, "json"):
                with self.subTest(page=page, block=block):
                    json.loads(block)

    def test_links_lead_somewhere(self):
        for page in PAGES:
            text = (TOP / "docs" / f"{page}.md").read_text(encoding="utf-8")
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
                with self.subTest(page=page, target=target):
                    self.assertTrue((TOP / "docs" / target).exists())


class Gate(ClientTest):
    """The gate of docs/ci.md, run by a shell with Terraform where it is there."""

    def setUp(self):
        super().setUp()
        self.terraform = self.need("terraform")
        (self.script,) = [block for block in blocks("ci", "sh") if "terraform apply" in block]
        # Needs no provider that would have to be downloaded.
        self.write("infra/main.tf", 'variable "open" {\n  type    = bool\n  default = false\n}\nresource "terraform_data" "a" {\n  input = var.open\n}\n')
        self.write("infra/rules/open.policy.hcl", 'policy {}\n\nresource_policy "terraform_data" "open" {\n  enforce {\n'
                   '    condition     = attrs.input != true\n    error_message = "it is open"\n  }\n}\n')
        self.write("infra/planward.hcl", 'policies = ["rules"]\n')
        self.write("gate.sh", self.script)

    def gate(self, code, **more):
        home = {"TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        return self.run_in("bash", "../gate.sh", at="infra", code=code, **home, **more)

    def test_lets_through_what_is_right(self):
        said = self.gate(0)
        self.assertIn("no findings", said)
        self.assertIn("Apply complete!", said)

    def test_stops_before_the_apply(self):
        said = self.gate(1, TF_VAR_open="true")
        self.assertIn("it is open", said)
        self.assertNotIn("Apply complete!", said)

    def test_applies_what_was_checked(self):
        self.gate(0)
        self.assertTrue((self.folder / "infra" / "terraform.tfstate").exists())
        self.assertFalse((self.folder / "infra" / "tfplan").exists(), "plans may hold secrets: none is left behind")


class Untrusted(ClientTest):
    """A change that brings settings and suppressions of its own does not open the gate."""

    def test_settings_and_suppressions_of_the_change_do_not_hold(self):
        (script,) = [block for block in blocks("ci", "sh") if "git worktree" in block]
        bad = 'resource "aws_kms_key" "a" {\n  enable_key_rotation = false%s\n}\n'
        self.write("theirs/planward.hcl", 'fail_on = "low"\n')
        self.write("theirs/main.tf", bad % "")
        for command in ("init --quiet --initial-branch main", "add .", "commit --quiet -m main"):
            self.run_in("git", *command.split(), at="theirs")
        self.run_in("git", "clone", "--quiet", "theirs", "change")
        self.write("change/planward.hcl", 'builtin = false\nfail_on = "none"\n')
        self.write("change/main.tf", bad % " # planward:ignore aws-kms-key-rotation-off let me in")
        self.write("gate.sh", "set -euo pipefail\n" + script)
        self.assertIn("no findings", self.planward("check", at="change"))
        said = self.run_in("bash", "../gate.sh", at="change", code=1)
        self.assertIn("[aws-kms-key-rotation-off]", said)


class Pinned(ClientTest):
    """Installing by version and checksum."""

    def install(self, checksum, code):
        (block,) = [block for block in blocks("ci", "text") if "--hash" in block]
        version = next(WHEELS.glob("planward-*.whl")).name.split("-")[1]
        self.write("planward.txt", block.replace("0.1.0", version).replace("<CHECKSUM>", checksum))
        (command,) = [block for block in blocks("ci", "sh") if "--require-hashes" in block]
        python = self.folder / "venv" / "bin"
        self.run_in("python3", "-m", "venv", "venv")
        command = command.replace("python3", str(python / "python3"))
        return self.run_in("bash", "-c", command, code=code, PIP_FIND_LINKS=str(WHEELS), PIP_NO_INDEX="1")

    def test_the_right_checksum(self):
        (wheel,) = WHEELS.glob("planward-*.whl")
        self.install(hashlib.sha256(wheel.read_bytes()).hexdigest(), code=0)
        self.run_in(self.folder / "venv" / "bin" / "planward", "--version")

    def test_another_checksum(self):
        self.assertIn("DO NOT MATCH", self.install("0" * 64, code=1))

    def test_the_binary_alone(self):
        (command,) = [block for block in blocks("ci", "sh") if "sha256sum" in block]
        shutil.copy(installed(), self.folder / "planward")
        right = hashlib.sha256((self.folder / "planward").read_bytes()).hexdigest()
        self.run_in("bash", "-c", command, PLANWARD_SHA256=right)
        self.run_in("bash", "-c", command, PLANWARD_SHA256="0" * 64, code=1)


class Commands(ClientTest):
    """Every `planward` command line on these pages is one that planward takes."""

    def test_arguments_are_known(self):
        known = {}
        for command in ("check", "baseline", "policies", "explain", "test", "migrate", "settings", "values", "compare"):
            known[command] = set(re.findall(r"(--[a-z-]+)", self.planward(command, "--help")))
        tried = 0
        for page in ("ci", "editors", "getting-started", "pre-commit", "switching"):
            text = (TOP / "docs" / f"{page}.md").read_text(encoding="utf-8").replace("\\\n", " ")
            for command, rest in re.findall(r"planward ([a-z]+)((?: +[^\s`|;&#]+)*)", text):
                if command not in known:
                    continue
                for option in re.findall(r"(?<!\S)(--[a-z-]+)", rest):
                    with self.subTest(page=page, command=command, option=option):
                        self.assertIn(option, known[command])
                        tried += 1
        self.assertGreater(tried, 20)
