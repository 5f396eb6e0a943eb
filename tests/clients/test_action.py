"""The composite action: its steps, run as GitHub's runner runs them, with inputs that mean harm among others."""

import hashlib
import re
import unittest

import yaml

from clients import TOP, WHEELS, ClientTest, shop

ACTION = yaml.safe_load((TOP / "action.yml").read_text(encoding="utf-8"))


class Action(ClientTest):
    def run_action(self, code, **inputs):
        """The outputs; an expression is looked up and never part of a script."""
        values = {name: spec["default"] for name, spec in ACTION["inputs"].items()} | inputs
        self.assertLessEqual(set(inputs), set(ACTION["inputs"]))
        (self.folder / "runner").mkdir()
        names = ("GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
        runner = {name: self.folder / "runner" / name for name in names}
        for file in runner.values():
            file.touch()
        said = ""
        for number, step in enumerate(ACTION["runs"]["steps"]):
            self.assertNotIn("${{", step["run"], "a script holds no expression")
            self.assertEqual(step["shell"], "bash")
            if step.get("if") == "${{ inputs.requirements != '' }}" and not values["requirements"]:
                continue
            env = {name: values[re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", text)[1]]
                   for name, text in step.get("env", {}).items()}
            added = runner["GITHUB_PATH"].read_text().split()
            (self.folder / "runner" / f"step{number}").write_text(step["run"])
            last = number == len(ACTION["runs"]["steps"]) - 1
            prefix = f'export PATH="{":".join([*added, ""])}$PATH"; ' if added else ""
            command = f"{prefix}exec bash --noprofile --norc -eo pipefail runner/step{number}"
            said += self.run_in("bash", "-c", command, code=code if last else 0, RUNNER_TEMP=str(self.folder / "runner"),
                                PIP_FIND_LINKS=str(WHEELS), PIP_NO_INDEX="1", **{k: str(v) for k, v in runner.items()}, **env)
        outputs = dict(line.split("=", 1) for line in runner["GITHUB_OUTPUT"].read_text().splitlines())
        self.summary = runner["GITHUB_STEP_SUMMARY"].read_text()
        return said, outputs

    def test_finds(self):
        shop(self)
        said, outputs = self.run_action(1)
        self.assertIn("::error file=infra shop/web/main.tf,line=22", said)
        self.assertEqual(outputs, {"exit-code": "1"})
        self.assertIn("3 findings (1 high, 1 medium, 1 low)", self.summary)
        self.assertTrue((self.folder / "planward.sarif").exists())

    def test_inputs(self):
        shop(self)
        said, _ = self.run_action(1, paths="infra shop/main.tf\ninfra shop/web", arguments="--fail-on\nhigh\n--skip=aws-s3-*",
                                  sarif="out.sarif")
        self.assertNotIn("aws-s3-", said)
        self.assertTrue((self.folder / "out.sarif").exists())

    def test_harmful_inputs_are_words(self):
        shop(self)
        said, outputs = self.run_action(2, paths="$(touch owned); `touch owned`\n--version")
        self.assertEqual(outputs, {"exit-code": "2"})
        self.assertIn("$(touch owned)", said)
        self.assertFalse((self.folder / "owned").exists())

    def test_nothing_is_found(self):
        self.write("main.tf", 'resource "aws_kms_key" "a" {\n  enable_key_rotation = true\n}\n')
        _, outputs = self.run_action(0)
        self.assertEqual(outputs, {"exit-code": "0"})

    def test_installs_what_is_pinned(self):
        shop(self)
        (wheel,) = WHEELS.glob("planward-*.whl")
        checksum = hashlib.sha256(wheel.read_bytes()).hexdigest()
        self.write("planward.txt", f"planward=={wheel.name.split('-')[1]} --hash=sha256:{checksum}\n")
        self.run_action(1, requirements="planward.txt")
        self.assertTrue((self.folder / "runner" / "planward" / "bin" / "planward").exists())


class Description(unittest.TestCase):
    def test_every_input_is_described(self):
        self.assertTrue(ACTION["name"] and ACTION["description"])
        for spec in (*ACTION["inputs"].values(), *ACTION["outputs"].values()):
            self.assertTrue(spec["description"])

    def test_no_action_of_others(self):
        self.assertFalse([step for step in ACTION["runs"]["steps"] if "uses" in step])
