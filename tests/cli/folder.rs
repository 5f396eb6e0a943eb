//! A folder for one test, and planward run in it.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder that is gone when the test ends.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// A folder with these files.
    pub(crate) fn with<const N: usize>(files: [(&str, &str); N]) -> Self {
        let folder = Self(TempDir::new().expect("a temporary folder"));
        for (path, text) in files {
            folder.write(path, text.as_bytes());
        }
        folder
    }

    /// Adds a file.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a new folder");
        fs::write(path, bytes).expect("a new file");
    }

    /// The text of a file.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).expect("a file")
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs planward with arguments that spaces separate.
    pub(crate) fn output(&self, args: &str, stdin: &[u8]) -> Output {
        self.output_in("", args, stdin)
    }

    fn output_in(&self, below: &str, args: &str, stdin: &[u8]) -> Output {
        Command::cargo_bin("planward")
            .expect("planward is built")
            .args(args.split_whitespace())
            .current_dir(self.path().join(below))
            .env_clear()
            .write_stdin(stdin)
            .output()
            .expect("planward runs")
    }

    /// What it printed and how it ended.
    pub(crate) fn run(&self, args: &str) -> String {
        self.run_with(args, b"")
    }

    /// The same with something on standard input.
    pub(crate) fn run_with(&self, args: &str, stdin: &[u8]) -> String {
        told(self.output(args, stdin))
    }

    /// The same in a folder below.
    pub(crate) fn run_in(&self, below: &str, args: &str) -> String {
        told(self.output_in(below, args, b""))
    }
}

fn told(output: Output) -> String {
    let code = output.status.code().expect("ended by itself");
    let mut shown = String::new();
    for (name, bytes) in [("stdout", output.stdout), ("stderr", output.stderr)] {
        let text = String::from_utf8(bytes).expect("text");
        if !text.is_empty() {
            shown.push_str(&format!("--- {name}\n{text}"));
        }
    }
    format!("{shown}--- exit code {code}").replace(env!("CARGO_PKG_VERSION"), "[VERSION]")
}
