"""Editors that jump to findings: vim and Emacs run what editors/ holds, and land at the right places."""

import json
import re

from clients import TOP, ClientTest, shop


class Editors(ClientTest):
    def setUp(self):
        super().setUp()
        shop(self)
        self.found = self.failures()
        self.assertEqual(len(self.found), 3, "the example has three mistakes")

    def test_vim(self):
        vim = self.need("vim")
        write = (
            "call writefile(map(getqflist(), {_, d -> "
            "json_encode([bufname(d.bufnr), d.lnum, d.col, d.type, d.text])}), 'quickfix')"
        )
        runtime = "set runtimepath^=" + str(TOP / "editors" / "vim").replace(" ", "\\ ")
        for name in (None, "infra shop/waits.tf"):
            make = "silent make" if name is None else "silent make " + name.replace(" ", "\\ ")
            self.run_in(vim, "-Nu", "NONE", "-es", "-c", runtime, "-c", "compiler planward", "-c", make,
                        "-c", write, "-c", "qa!")
            lines = [json.loads(line) for line in (self.folder / "quickfix").read_text().splitlines()]
            at = [(path, line, column) for path, line, column, kind, _ in lines if kind in "ew"]
            self.assertEqual(at, self.found if name is None else [])
            notes = [path for path, _, _, kind, _ in lines if kind == "n"]
            self.assertEqual(notes, ["infra shop/waits.tf"])
            self.assertEqual({kind for *_, kind, _ in lines}, {"e", "w", "n"} if name is None else {"n"})
            for *_, text in lines:
                self.assertRegex(text, r" \[[a-z0-9-]+\]")

    def test_emacs(self):
        emacs = self.need("emacs")
        self.write(
            "visit.el",
            """
            (let ((buffer (planward-check)) (compilation-skip-threshold 0))
              (while (get-buffer-process buffer) (accept-process-output nil 0.1))
              (condition-case nil
                  (while t
                    (next-error)
                    (with-current-buffer (window-buffer (selected-window))
                      (princ (format "at %S\\n" (vector (file-relative-name buffer-file-name command-line-default-directory)
                                                 (line-number-at-pos) (1+ (current-column)))))))
                (user-error nil)))
            """,
        )
        said = self.run_in(emacs, "-Q", "--batch", "-L", TOP / "editors" / "emacs", "-l", "planward", "-l", "visit.el")
        visited = [self.place(at) for at in re.findall(r"^at \[(.*)\]$", said, re.MULTILINE)]
        self.assertEqual(visited, [*self.found, ("infra shop/waits.tf", 1, 1)])

    def place(self, text):
        path, line, column = re.fullmatch(r'"(.*)" (\d+) (\d+)', text).groups()
        return (path, int(line), int(column))

    def test_emacs_compiles_without_a_warning(self):
        emacs = self.need("emacs")
        self.write("planward.el", (TOP / "editors" / "emacs" / "planward.el").read_text())
        strict = "(setq byte-compile-error-on-warn t)"
        self.run_in(emacs, "-Q", "--batch", "--eval", strict, "-f", "batch-byte-compile", "planward.el")
