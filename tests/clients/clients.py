"""What the tests with real clients share: where the clients are, and folders to try them in."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
CLIENTS = Path(os.environ["PLANWARD_CLIENTS"])
VENV = CLIENTS / "venv" / "bin"
WHEELS = CLIENTS / "wheels"


def environment(**more):
    """The environment without what a person's own git and python settings would change."""
    names = ("HOME", "LANG", "TMPDIR", "CARGO_HOME", "RUSTUP_HOME")
    # How packages are reached.
    prefixes = ("PIP_", "UV_", "SSL_", "REQUESTS_", "HTTP_", "HTTPS_", "NO_PROXY", "http", "no_proxy")
    kept = {name: value for name, value in os.environ.items() if name in names or name.startswith(prefixes)}
    path = os.pathsep.join([str(installed().parent), os.environ["PATH"]])
    who = {f"GIT_{role}_{what}": "test@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {**kept, **who, "PATH": path, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, **more}


_INSTALLED = None


def installed():
    """The planward of the wheel, in an environment that holds nothing else."""
    global _INSTALLED
    if _INSTALLED is None:
        folder = CLIENTS / "wheel-only"
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(["python3", "-m", "venv", folder], check=True)
        wheels = list(WHEELS.glob("planward-*.whl"))
        pip = [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
        subprocess.run([*pip, *wheels], check=True)
        _INSTALLED = folder / "bin" / "planward"
    return _INSTALLED


class ClientTest(unittest.TestCase):
    """A test with a folder of its own."""

    maxDiff = None

    def setUp(self):
        # No symbolic links in the path: git and planward would name files differently.
        self.folder = Path(tempfile.mkdtemp(prefix="planward-clients-")).resolve()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, path, text):
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run_in(self, *command, at="", code=0, **more):
        """Runs a command in the folder; it must end with this exit code, or with any when it is None."""
        done = subprocess.run(
            [str(word) for word in command],
            cwd=self.folder / at,
            env=environment(**more),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        if code is not None:
            self.assertEqual(done.returncode, code, f"{command}\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    def planward(self, *args, code=0, at=""):
        return self.run_in(installed(), *args, code=code, at=at)

    def failures(self, *args):
        """The places of all findings by the JSON report: path, line, column."""
        report = json.loads(self.planward("check", *args, "--format", "json", code=None))
        found = [finding for finding in report["findings"] if finding["status"] == "fail"]
        return [(one["file"], one["range"]["start"]["line"], one["range"]["start"]["column"]) for one in found]

    def need(self, program):
        """The path of a program; without it the test is skipped."""
        path = shutil.which(program, path=f"{VENV}{os.pathsep}{os.environ['PATH']}")
        if path is None:
            self.skipTest(f"{program} is not there")
        return path


def blocks(page, *languages):
    """The blocks of a page in docs/ in these languages."""
    text = (TOP / "docs" / f"{page}.md").read_text(encoding="utf-8")
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for language, block in found if language in languages]


def shop(test, where="infra shop"):
    """The example with mistakes, in a folder with a blank in its name, and a check that waits."""
    for path in ("main.tf", "web/main.tf"):
        test.write(f"{where}/{path}", (TOP / "examples" / "shop" / path).read_text(encoding="utf-8"))
    test.write(
        f"{where}/waits.tf",
        'variable "cidr" {\n}\nresource "aws_security_group" "waits" {\n  ingress {\n    from_port   = 22\n'
        '    to_port     = 22\n    protocol    = "tcp"\n    cidr_blocks = [var.cidr]\n  }\n}\n',
    )
