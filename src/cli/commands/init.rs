//! `planward init`: settings, a hook and a step in CI, shown before they are written.
//!
//! What is there stays as it is: files are made, or get lines more. Whatever names planward already is
//! left alone, so that doing it twice is doing it once.

use std::fmt::Write as _;
use std::io::{BufRead, IsTerminal, Write as _};

use crate::cli::Outcome;
use crate::cli::args::InitArgs;
use crate::cli::disk::{self, DiskFiles, as_typed};
use crate::cli::terminal::Terminal;
use crate::settings::NAME;
use crate::text::{Files, ReadError, join};

const HOOKS: &str = ".pre-commit-config.yaml";
const WORKFLOW: &str = ".github/workflows/planward.yml";
const GITLAB: &str = ".gitlab-ci.yml";

const SETTINGS_TEXT: &str = r#"# What planward checks here, and what counts. `planward settings` tells what is in force.

fail_on = "low"    # the mildest severity that makes the exit code 1
unknown = "warn"   # what a check means that cannot be decided: "warn", "fail", "ignore"

# policies = ["policies/"]                 # policies of your own
# baseline = "planward.baseline.json"      # `planward baseline` writes it
# exclude  = ["examples"]                  # not searched for root modules
"#;

const HOOK: &str = r"- repo: local
  hooks:
    - id: planward
      name: planward
      language: system
      entry: planward check
      files: '\.(tf|tofu)(\.json)?$|\.tfvars(\.json)?$|\.policy\.hcl$'
      require_serial: true
";

const WORKFLOW_TEXT: &str = r"name: planward

on: [push, pull_request]

permissions:
  contents: read

jobs:
  planward:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5   # pin by commit
      # A line such as `planward==X.Y.Z --hash=sha256:...`
      - run: python3 -m pip install --no-deps --require-hashes --requirement planward.txt
      - run: planward check --format github
";

const GITLAB_TEXT: &str = r"
planward:
  image: python:3.13
  script:
    # A line such as `planward==X.Y.Z --hash=sha256:...`
    - pip install --no-deps --require-hashes --requirement planward.txt
    - planward check
";

/// A file that is to be made, or to get more lines.
struct Step {
    path: String,
    before: Option<String>,
    /// The line before which the new ones go.
    at: usize,
    lines: String,
}

/// Shows what would be written, and writes it when that is wanted.
pub(in crate::cli) fn run(args: &InitArgs, terminal: &Terminal) -> Outcome {
    let folder = as_typed(&args.folder);
    let mut stderr = String::new();
    if !DiskFiles.is_folder(&folder) {
        return Outcome {
            stdout: String::new(),
            stderr: format!("error: `{folder}` is not a folder\n"),
            code: 2,
        };
    }
    let steps = match steps(&folder, &mut stderr) {
        Ok(steps) => steps,
        Err(why) => return Outcome { stdout: String::new(), stderr: why, code: 2 },
    };
    if steps.is_empty() {
        if stderr.is_empty() {
            stderr.push_str("nothing to do: planward is set up\n");
        }
        return Outcome { stdout: String::new(), stderr, code: 0 };
    }
    let shown: String = steps.iter().map(Step::diff).collect();
    let is_wanted = args.write || (terminal.is_terminal && says_yes(&shown, &stderr));
    if !is_wanted {
        let asked = terminal.is_terminal && std::io::stdin().is_terminal();
        let stdout = if asked { String::new() } else { shown };
        stderr.push_str("nothing was written; `--write` does it\n");
        return Outcome { stdout, stderr, code: 0 };
    }
    let mut stdout = String::new();
    let mut code = 0;
    for step in &steps {
        match step.write() {
            Ok(()) => drop(writeln!(stdout, "wrote {}", step.path)),
            Err(why) => {
                let _ = writeln!(stderr, "error: `{}` cannot be written: {why}", step.path);
                code = 2;
            }
        }
    }
    Outcome { stdout, stderr, code }
}

/// Shows and asks, where somebody is there to answer.
fn says_yes(shown: &str, said: &str) -> bool {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return false;
    }
    let mut stdout = std::io::stdout().lock();
    let question = "write this? [y/N] ";
    if write!(stdout, "{shown}\n{said}{question}").and_then(|()| stdout.flush()).is_err() {
        return false;
    }
    let mut answer = String::new();
    let read = stdin.lock().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

/// What is to be done; what is to be done by hand is said.
fn steps(folder: &str, said: &mut String) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let settings = join(folder, NAME);
    if read(&settings)?.is_none() {
        steps.push(Step::new(settings, SETTINGS_TEXT));
    }
    let hooks = join(folder, HOOKS);
    match read(&hooks)? {
        None => steps.push(Step::new(hooks, &format!("repos:\n{}", indented(HOOK, 2)))),
        Some(text) if text.contains("planward") => {}
        Some(text) => match end_of_repos(&text) {
            Some((at, indent)) => {
                let lines = indented(HOOK, indent);
                steps.push(Step { path: hooks, before: Some(text), at, lines });
            }
            None => {
                let _ =
                    writeln!(said, "`{hooks}` has no list `repos:` that can be added to; by hand:");
                said.push_str(&indented(HOOK, 2));
            }
        },
    }
    let workflow = join(folder, WORKFLOW);
    if DiskFiles.is_folder(&join(folder, ".github/workflows")) && !names_planward(folder) {
        steps.push(Step::new(workflow, WORKFLOW_TEXT));
    }
    let gitlab = join(folder, GITLAB);
    if let Some(text) = read(&gitlab)?.filter(|text| !text.contains("planward")) {
        let at = text.lines().count();
        steps.push(Step { path: gitlab, before: Some(text), at, lines: GITLAB_TEXT.to_owned() });
    }
    Ok(steps)
}

/// Whether any workflow is about planward.
fn names_planward(folder: &str) -> bool {
    let workflows = join(folder, ".github/workflows");
    let entries = DiskFiles.list(&workflows).unwrap_or_default();
    let text = |name: &str| DiskFiles.read(&join(&workflows, name)).unwrap_or_default();
    entries.iter().any(|entry| String::from_utf8_lossy(&text(&entry.name)).contains("planward"))
}

fn read(path: &str) -> Result<Option<String>, String> {
    match DiskFiles.read(path) {
        Ok(bytes) => String::from_utf8(bytes)
            .map(Some)
            .map_err(|_| format!("error: `{path}` is not UTF-8\n")),
        Err(ReadError::NotFound) => Ok(None),
        Err(why) => Err(format!("error: `{path}` cannot be read: {why}\n")),
    }
}

/// The line after the last entry of the list `repos:`, and how far its entries are indented.
fn end_of_repos(text: &str) -> Option<(usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| line.trim_end() == "repos:")?;
    let is_entry = |line: &&str| line.trim_start().starts_with("- repo:");
    let entry = lines.get(first + 1..)?.iter().find(|line| is_entry(line))?;
    let indent = entry.len() - entry.trim_start().len();
    let belongs = |line: &str| {
        line.starts_with([' ', '#'])
            || line.trim().is_empty()
            || indent == 0 && line.starts_with('-')
    };
    let after = lines.iter().skip(first + 1).take_while(|line| belongs(line)).count();
    let mut end = first + 1 + after;
    // Blank lines and comments there belong to what follows.
    while lines.get(end - 1).is_some_and(|l| l.trim().is_empty() || l.starts_with('#')) {
        end -= 1;
    }
    Some((end, indent))
}

fn indented(text: &str, indent: usize) -> String {
    text.lines().map(|line| format!("{:indent$}{line}\n", "")).collect()
}

impl Step {
    fn new(path: String, text: &str) -> Self {
        Self { path, before: None, at: 0, lines: text.to_owned() }
    }

    /// The change as a diff.
    fn diff(&self) -> String {
        let added: Vec<&str> = self.lines.lines().collect();
        let mut text = match &self.before {
            None => format!("--- /dev/null\n+++ b/{}\n@@ -0,0 +1,{} @@\n", self.path, added.len()),
            Some(_) => format!("--- a/{0}\n+++ b/{0}\n", self.path),
        };
        let lines: Vec<&str> = self.before.iter().flat_map(|before| before.lines()).collect();
        let (from, to) = (self.at.saturating_sub(3), (self.at + 3).min(lines.len()));
        if self.before.is_some() {
            let length = to - from;
            let start = if length == 0 { from } else { from + 1 };
            let _ =
                writeln!(text, "@@ -{start},{length} +{},{} @@", from + 1, length + added.len());
        }
        let around = |range: std::ops::Range<usize>| lines.get(range).unwrap_or_default().iter();
        let lines = around(from..self.at).map(|line| format!(" {line}\n"));
        let lines = lines.chain(added.iter().map(|line| format!("+{line}\n")));
        text.extend(lines.chain(around(self.at..to).map(|line| format!(" {line}\n"))));
        text
    }

    fn write(&self) -> Result<(), ReadError> {
        let Some(before) = &self.before else { return disk::write_new(&self.path, &self.lines) };
        let mut text = String::with_capacity(before.len() + self.lines.len());
        let mut lines = before.split_inclusive('\n');
        text.extend(lines.by_ref().take(self.at));
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&self.lines);
        text.extend(lines);
        disk::replace(&self.path, &text)
    }
}

#[cfg(test)]
mod tests {
    use super::end_of_repos;

    #[test]
    fn where_hooks_end() {
        let two = "repos:\n  - repo: a\n    hooks: []\n\n# more\nci:\n  x: 1\n";
        assert_eq!(end_of_repos(two), Some((3, 2)));
        assert_eq!(end_of_repos("repos:\n- repo: a\n  hooks: []"), Some((3, 0)));
        assert_eq!(end_of_repos("repos: []\n"), None);
        assert_eq!(end_of_repos("repos:\n"), None);
        assert_eq!(end_of_repos(""), None);
    }
}
