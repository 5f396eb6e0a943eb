//! Git as a program: one that answers once, and one that gives object after object.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::diag::Diagnostic;

/// What git prints; nothing when it ends with an error.
pub(super) fn git(args: &[&str]) -> Result<Option<Vec<u8>>, Diagnostic> {
    let output = command(args).stdin(Stdio::null()).output().map_err(|error| cannot_run(&error))?;
    Ok(output.status.success().then_some(output.stdout))
}

/// Git that runs no program of the repository's choice, writes nothing and fetches nothing.
fn command(args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(["--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=false"]).args(args);
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
    command
}

fn cannot_run(error: &std::io::Error) -> Diagnostic {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such program".to_owned(),
        _ => error.to_string(),
    };
    Diagnostic::error(format!("`git` cannot be run: {why}"))
        .with_hint("`--changed-since` asks it for the files of a revision")
}

pub(super) fn failed(what: &str) -> Diagnostic {
    Diagnostic::error(format!("`{what}` has failed"))
}

/// A git that gives one object after another.
pub(super) struct Batch {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Batch {
    pub(super) fn start() -> Result<Self, Diagnostic> {
        let mut command = command(&["cat-file", "--batch"]);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = child.spawn().map_err(|error| cannot_run(&error))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (stdin, stdout) = pipes.ok_or_else(|| failed("git cat-file"))?;
        Ok(Self { child, stdin, stdout: BufReader::new(stdout) })
    }

    pub(super) fn read(&mut self, id: &str) -> std::io::Result<Vec<u8>> {
        self.stdin.write_all(format!("{id}\n").as_bytes())?;
        self.stdin.flush()?;
        let mut header = String::new();
        self.stdout.read_line(&mut header)?;
        // `3b18e5... blob 1234`
        let size = header.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok());
        let size: usize = size.ok_or_else(|| std::io::Error::other("no such object"))?;
        let mut bytes = vec![0; size + 1];
        self.stdout.read_exact(&mut bytes)?;
        bytes.pop();
        Ok(bytes)
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
