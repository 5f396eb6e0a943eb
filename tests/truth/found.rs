//! What the tests of truth share: files in memory, a check of them, and findings as plain values.

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use planward::check::{self, Input, Options};
use planward::finding::{Report, Severity, Verdict};
use planward::text::{MemoryFiles, Position, Span};

/// All files below a folder of the disk, by paths that begin below it.
pub(crate) fn load(folder: &Path) -> MemoryFiles {
    let mut files = MemoryFiles::default();
    for path in below(folder) {
        let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
        files.insert(name, std::fs::read(&path).unwrap());
    }
    files
}

/// The paths of all files below a folder, sorted.
pub(crate) fn below(folder: &Path) -> Vec<std::path::PathBuf> {
    let (mut open, mut paths) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { paths.push(path) }
        }
    }
    paths.sort();
    paths
}

/// A file or folder of the project.
pub(crate) fn project(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Tells what was not tested. Not by `eprintln!`, which is heard of failing tests only.
pub(crate) fn skipped(why: &str) {
    let mut stderr = std::io::stderr();
    stderr.write_all(format!("\nSKIPPED: {why}\n\n").as_bytes()).unwrap();
}

/// Checks one path with the policies that come with the program.
pub(crate) fn check(files: &MemoryFiles, path: &str) -> Report {
    check_with(files, Options { inputs: vec![Input::Path(path.to_owned())], ..Options::default() })
}

/// Checks with all options.
pub(crate) fn check_with(files: &MemoryFiles, options: Options) -> Report {
    check::check(files, &Options { passes: true, ..options })
}

/// A check that did not pass, on one instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    /// The file of its place; empty without one.
    pub(crate) file: String,
    /// Its place.
    pub(crate) start: Option<Position>,
    /// Where that ends.
    pub(crate) end: Option<Position>,
    /// The id of its policy.
    pub(crate) policy: String,
    /// `fail` or `unknown`.
    pub(crate) status: &'static str,
    /// With all keys.
    pub(crate) address: String,
    /// Without any.
    pub(crate) static_address: String,
    /// The module without keys.
    pub(crate) module: String,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// What the policy says.
    pub(crate) message: String,
    /// What an unknown waits for.
    pub(crate) waits_for: String,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, policy, status, address, .. } = self;
        match self.start {
            Some(at) => write!(f, "{file}:{}:{}: ", at.line, at.column)?,
            None => write!(f, "(no place): ")?,
        }
        write!(f, "{status} {policy} {address} ({}", self.message)?;
        if !self.waits_for.is_empty() {
            write!(f, "; waits for {}", self.waits_for)?;
        }
        write!(f, ")")
    }
}

/// Every outcome that failed or stayed unknown, sorted.
pub(crate) fn found(report: &Report) -> Vec<Found> {
    let mut found = Vec::new();
    for outcome in &report.outcomes {
        let (status, evidence, waits_for) = match &outcome.verdict {
            Verdict::Fail(evidence) => ("fail", evidence, String::new()),
            Verdict::Unknown(evidence, reason) => {
                ("unknown", evidence, format!("{}: {}", reason.subject, reason.cause))
            }
            Verdict::Pass | Verdict::NotApplicable | Verdict::CoveredBy(_) => continue,
        };
        let at: Option<Span> = evidence.at.as_ref().map(|label| label.span);
        let range = at.map(|span| report.sources.range(span));
        found.push(Found {
            file: at.map_or_else(String::new, |span| report.sources.path(span.file).to_owned()),
            start: range.map(|(start, _)| start),
            end: range.map(|(_, end)| end),
            policy: report.facts(outcome.policy).id.as_str().to_owned(),
            status,
            address: outcome.target.address.clone(),
            static_address: outcome.target.static_address.clone(),
            module: outcome.target.module.clone(),
            severity: evidence.severity,
            message: evidence.message.clone(),
            waits_for,
        });
    }
    found.sort();
    found
}
