//! The baseline: findings that were there before, in a file that a person can review.
//!
//! One line for each finding, sorted, so that a change of the file shows what was added and what went.
//! A finding is known by its fingerprint and the root module that it is in (`met`).

mod met;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::group::{Finding, Status};
use super::outcome::SuppressedBy;
use super::report::Report;
use crate::diag::Problem;

pub use met::{Looked, Met, Rest};

const VERSION: u32 = 1;

/// Findings that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeSet<Entry>,
}

/// A root module or plan of the run, as seen from the folder of the baseline's file.
pub type Place<'p> = &'p dyn Fn(&str) -> String;

/// A known finding. Policy and address are for the reader, and for what a run does not look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    policy: String,
    address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// Seen from the folder of the file.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    roots: BTreeSet<String>,
    fingerprint: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    findings: Vec<Entry>,
}

impl Baseline {
    /// What a report has now: everything that no comment and no setting suppresses.
    #[must_use]
    pub fn of(report: &Report, place: Place<'_>) -> Self {
        let is_open = |finding: &&Finding| {
            let by = finding.suppressed.as_ref().filter(|wish| wish.holds).map(|wish| wish.by);
            matches!(by, None | Some(SuppressedBy::Baseline))
        };
        let open = report.findings.iter().filter(is_open);
        let entries = open.map(|finding| Entry::of(report, finding, place));
        Self { entries: entries.collect() }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// When it is not one, or a newer program wrote it.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let file: File = serde_json::from_str(text).map_err(|error| {
            Problem::new(format!("is not a baseline: {error}"))
                .with_hint("`planward baseline` writes one")
        })?;
        if file.version != VERSION {
            let message = format!("has version {}, expected {VERSION}", file.version);
            return Err(Problem::new(message).with_hint("`planward baseline` writes it anew"));
        }
        Ok(Self { entries: file.findings.into_iter().collect() })
    }

    /// The file's text.
    #[must_use]
    pub fn text(&self) -> String {
        let lines: Vec<String> = self
            .entries
            .iter()
            .map(|entry| {
                let line =
                    serde_json::to_string(entry).expect("internal error: strings are always JSON");
                format!("    {line}")
            })
            .collect();
        let findings = match lines.is_empty() {
            true => "[]".to_owned(),
            false => format!("[\n{}\n  ]", lines.join(",\n")),
        };
        format!("{{\n  \"version\": {VERSION},\n  \"findings\": {findings}\n}}\n")
    }

    /// The number of findings and of undecided checks.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many of these are checks that are undecided.
    #[must_use]
    pub fn undecided(&self) -> usize {
        self.entries.iter().filter(|entry| entry.status.is_some()).count()
    }

    /// Whether it has no finding.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Entry {
    /// A finding of a report, with its roots as the baseline's file has them.
    fn of(report: &Report, finding: &Finding, place: Place<'_>) -> Self {
        let status = match finding.status {
            Status::Fail => None,
            Status::Unknown(_) => Some(finding.status.name().to_owned()),
        };
        Self {
            policy: report.facts(finding.policy).id.to_string(),
            address: finding.address.clone(),
            status,
            roots: finding.roots.iter().map(|root| place(root)).collect(),
            fingerprint: finding.alone.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Baseline;

    #[test]
    fn a_file_is_read_back_and_nothing_else_is_read() {
        let text = "{\n  \"version\": 1,\n  \"findings\": [\n    \
                    {\"policy\":\"a\",\"address\":\"x.a\",\"fingerprint\":\"1\"},\n    \
                    {\"policy\":\"a\",\"address\":\"x.b\",\"status\":\"unknown\",\"roots\":[\".\"],\"fingerprint\":\"0\"}\
                    \n  ]\n}\n";
        let baseline = Baseline::parse(text).expect("a baseline");
        assert_eq!((baseline.len(), baseline.text().as_str()), (2, text));
        let empty = Baseline::default();
        assert!(empty.is_empty() && Baseline::parse(&empty.text()) == Ok(empty));
        for (wrong, message) in [
            ("{}", "is not a baseline: missing field `version` at line 1 column 2"),
            ("{\"version\": 2, \"findings\": []}", "has version 2, expected 1"),
        ] {
            let problem = Baseline::parse(wrong).expect_err("wrong");
            assert_eq!(problem.message, message);
        }
    }
}
