"""Reports, read by programs that are not ours."""

import json
import re
import xml.etree.ElementTree as ElementTree
from urllib.parse import unquote

from clients import CLIENTS, VENV, ClientTest, shop


class Formats(ClientTest):
    def setUp(self):
        super().setUp()
        shop(self)
        self.found = self.failures()
        self.formats = re.search(r"--format.*?possible values: ([^\]]*)\]", self.planward("check", "-h"), re.DOTALL)[1]
        self.formats = re.split(r",\s*", self.formats)

    def report(self, name, *args):
        """The report in a format, as a file; skipped when there is no such format."""
        if name not in self.formats:
            self.skipTest(f"there is no format {name}")
        self.planward("check", "--output", f"{name}=report", *args, code=1)
        return self.folder / "report"

    def test_sarif_by_sarif_tools(self):
        self.report("sarif").rename(self.folder / "report.sarif")
        listed = self.run_in(VENV / "sarif", "csv", "--output", "report.csv", "report.sarif")
        rows = unquote((self.folder / "report.csv").read_text())
        for path, line, _ in self.found:
            self.assertRegex(rows, rf"{path}.*\b{line}\b", listed)
        counted = self.run_in(VENV / "sarif", "--check", "error", "summary", "report.sarif", code=1)
        self.assertRegex(counted, r"error: 1\b")
        self.run_in(VENV / "sarif", "codeclimate", "--output", "report.json", "report.sarif")
        at = {(unquote(one["location"]["path"]), one["location"]["lines"]["begin"])
              for one in json.loads((self.folder / "report.json").read_text())}
        self.assertLessEqual({(path, line) for path, line, _ in self.found}, at)

    def test_sarif_by_the_validator_of_its_makers(self):
        tool = CLIENTS / "npm" / "node_modules" / ".bin" / "sarif-multitool"
        if not tool.exists():
            self.skipTest("sarif-multitool is not there")
        self.need("node")
        self.report("sarif").rename(self.folder / "report.sarif")
        for rules in ("Sarif", "Ghas"):
            self.run_in(tool, "validate", "report.sarif", "--rule-kind", rules, "--output", "said.sarif",
                        "--log", "ForceOverwrite", DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1")
            (run,) = json.loads((self.folder / "said.sarif").read_text(encoding="utf-8-sig"))["runs"]
            said = [one for one in run.get("results", []) if one.get("level", "warning") in ("error", "warning")]
            # SARIF2005 asks for the address of a page about the tool, which there is not yet.
            self.assertEqual([one for one in said if one["ruleId"] != "SARIF2005"], [])

    def test_junit(self):
        import junitparser

        suites = junitparser.JUnitXml.fromfile(str(self.report("junit")))
        cases = [case for suite in suites for case in suite]
        failed = [case for case in cases if any(isinstance(one, junitparser.Failure) for one in case.result)]
        self.assertGreaterEqual(len(failed), len(self.found))

    def test_junit_of_policy_tests(self):
        import junitparser

        if "junit" not in self.planward("test", "--help"):
            self.skipTest("tests of policies have no format junit")
        (self.folder / "rules").mkdir()
        self.planward("new", "policy", "owner", "rules")
        policy = (self.folder / "rules" / "owner.policy.hcl").read_text()
        self.write("rules/owner.policy.hcl", policy.replace("condition     = ", "condition     = true || "))
        done = self.run_in("bash", "-c", "planward test rules --format junit > junit.xml", code=1)
        suites = junitparser.JUnitXml.fromfile(str(self.folder / "junit.xml"))
        cases = [case for suite in suites for case in suite]
        failed = [case.name for case in cases if any(isinstance(one, junitparser.Failure) for one in case.result)]
        self.assertEqual((len(cases), failed, suites.failures), (2, ["resource.aws_s3_bucket.bad"], 1), done)

    def test_checkstyle(self):
        top = ElementTree.parse(self.report("checkstyle")).getroot()
        self.assertEqual(top.tag, "checkstyle")
        at = [(file.get("name"), int(error.get("line"))) for file in top.findall("file") for error in file]
        self.assertLessEqual({(path, line) for path, line, _ in self.found}, set(at))

    def test_code_quality(self):
        names = [name for name in self.formats if name in ("gitlab", "codequality", "gitlab-codequality", "codeclimate")]
        if not names:
            self.skipTest("there is no format for GitLab")
        issues = json.loads(self.report(names[0]).read_text())
        at = {(one["location"]["path"], one["location"]["lines"]["begin"]) for one in issues}
        self.assertLessEqual({(path, line) for path, line, _ in self.found}, at)
        self.assertEqual(len({one["fingerprint"] for one in issues}), len(issues))
        self.assertLessEqual({one["severity"] for one in issues}, {"info", "minor", "major", "critical", "blocker"})

    def test_github(self):
        lines = self.planward("check", "--format", "github", code=1).splitlines()
        commands = [re.match(r"::(error|warning|notice) (.*?)::(.+)", line) for line in lines]
        at = [dict(part.split("=", 1) for part in command[2].split(",")) for command in commands if command]
        at = sorted((one["file"], int(one["line"])) for one in at if "line" in one)
        self.assertLessEqual({(path, line) for path, line, _ in self.found}, set(at))
