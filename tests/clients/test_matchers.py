"""Problem matchers: the rules of GitHub's runner and of VS Code, applied to what planward prints."""

import json
import re
import subprocess
import time

from clients import TOP, ClientTest, environment, installed, shop

GITHUB = TOP / "editors" / "github" / "planward.json"
TASKS = TOP / "editors" / "vscode" / "tasks.json"


class Matchers(ClientTest):
    def setUp(self):
        super().setUp()
        shop(self)
        self.found = self.failures()
        self.output = self.planward("check", "--format", "concise", code=1)

    def github(self, output):
        """What the runner makes of lines: severities that it does not know are passed over."""
        (matcher,) = json.loads(GITHUB.read_text())["problemMatcher"]
        self.assertTrue(matcher["owner"])
        (pattern,) = matcher["pattern"]
        regexp = re.compile(pattern["regexp"], re.ASCII)
        for name in ("file", "line", "column", "severity", "message", "code"):
            self.assertLessEqual(pattern[name], regexp.groups, name)
        found = []
        for match in filter(None, map(regexp.search, output.splitlines())):
            issue = {name: match[group] for name, group in pattern.items() if name != "regexp"}
            if issue["message"].strip() and issue["severity"] in ("error", "warning", "notice"):
                found.append(issue)
        return found

    def vscode(self, task, output):
        node = self.need("node")
        command = [node, TOP / "tests" / "clients" / "matchers.mjs", TASKS, task]
        done = subprocess.run(command, input=output, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def test_github(self):
        issues = self.github(self.output)
        self.assertEqual([(i["file"], int(i["line"]), int(i["column"])) for i in issues], self.found)
        self.assertEqual([i["severity"] for i in issues], ["warning", "warning", "error"])
        self.assertEqual([i["code"] for i in issues], [
            "aws-kms-key-rotation-off", "aws-s3-access-logging-off", "aws-ec2-security-group-open-admin-ports",
        ])
        first = "the key is never rotated [aws-kms-key-rotation-off] (aws_kms_key.orders)"
        self.assertEqual(issues[0]["message"], first)

    def test_github_shows_what_cannot_be_checked(self):
        self.write("broken/main.tf", "resource {\n")
        issues = self.github(self.planward("check", "broken", code=2))
        self.assertTrue(issues)
        self.assertEqual({(i["file"], i["severity"], i["code"]) for i in issues}, {("broken/main.tf", "error", None)})
        self.assertFalse([i for i in issues if i["message"].endswith("*")])

    def test_vscode_once(self):
        (problems,) = self.vscode("planward: check", self.output)
        at = [(p["file"], p["line"], p["column"]) for p in problems if p["severity"] != "info"]
        self.assertEqual(at, self.found)
        self.assertEqual([p["file"] for p in problems if p["severity"] == "info"], ["infra shop/waits.tf"])

    def test_vscode_tasks_run(self):
        for task in json.loads(TASKS.read_text())["tasks"]:
            self.assertEqual(task["command"], "planward")
            if "--watch" in task["args"]:
                continue
            printed = self.run_in(installed(), *task["args"], code=1)
            self.assertEqual(printed, self.output)

    def test_vscode_watch(self):
        self.assertEqual(self.vscode("planward: watch", f"planward: checking\n{self.output}planward: done, 4 problems\n"
                                     "planward: checking\nplanward: done, 0 problems\n")[1], [])
        if "--watch" not in self.planward("check", "--help"):
            self.skipTest("this planward cannot watch")
        (task,) = [t for t in json.loads(TASKS.read_text())["tasks"] if "--watch" in t["args"]]
        with open(self.folder / "watched", "w") as watched:
            watching = subprocess.Popen([installed(), *task["args"]], cwd=self.folder / "infra shop", stdout=watched,
                                        stderr=subprocess.STDOUT, env=environment())
        try:
            self.wait_for_passes(1)
            main = self.folder / "infra shop" / "main.tf"
            main.write_text(main.read_text().replace("enable_key_rotation = false", "enable_key_rotation = true"))
            self.wait_for_passes(2)
        finally:
            watching.kill()
            watching.wait()
        passes = self.vscode("planward: watch", (self.folder / "watched").read_text())
        codes = [sorted(p["code"] for p in problems if p["severity"] != "info") for problems in (passes[0], passes[-1])]
        self.assertEqual([len(codes[0]), len(codes[1])], [3, 2])
        self.assertNotIn("aws-kms-key-rotation-off", codes[1])

    def wait_for_passes(self, count):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if (self.folder / "watched").read_text().count("planward: done, ") >= count:
                return
            time.sleep(0.1)
        self.fail("no end of a pass was printed: " + (self.folder / "watched").read_text())
