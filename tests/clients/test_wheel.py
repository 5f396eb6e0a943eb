"""The wheel: installed into an environment of its own, it is planward and nothing else."""

import re
import zipfile

from clients import TOP, WHEELS, ClientTest, installed, shop


class Wheel(ClientTest):
    def test_holds_one_program(self):
        (wheel,) = WHEELS.glob("planward-*.whl")
        names = zipfile.ZipFile(wheel).namelist()
        outside = [name for name in names if ".dist-info/" not in name]
        self.assertEqual([re.sub(r".*\.data/", "", name) for name in outside], ["scripts/planward"])
        self.assertTrue([name for name in names if name.endswith("licenses/LICENSE")], names)

    def test_runs_from_a_clean_environment(self):
        version = re.search(r'^version = "(.+)"$', (TOP / "Cargo.toml").read_text(), re.MULTILINE)[1]
        self.assertEqual(self.planward("--version").strip(), f"planward {version}")
        listed = self.run_in(installed().parent / "pip", "list", "--format", "freeze", "--disable-pip-version-check")
        self.assertIn(f"planward=={version}\n", listed)

    def test_checks(self):
        shop(self)
        self.assertIn("[aws-kms-key-rotation-off]", self.planward("check", code=1))
        self.planward("check", "--select", "aws-iam-*")
