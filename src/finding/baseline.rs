//! The baseline: findings that were there before, in a file that a person can review.
//!
//! One line for each finding, sorted, so that a change of the file shows what was added and what went.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::group::{Finding, Status};
use super::outcome::{SuppressedBy, Suppression};
use super::report::Report;
use crate::diag::Problem;

const VERSION: u32 = 1;

/// Findings that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeSet<Entry>,
}

/// A known finding. Only the fingerprint counts; the rest is for the reader.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    policy: String,
    address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<String>,
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
    pub fn of(report: &Report) -> Self {
        let is_open = |finding: &&Finding| {
            let by = finding.suppressed.as_ref().filter(|wish| wish.holds).map(|wish| wish.by);
            matches!(by, None | Some(SuppressedBy::Baseline))
        };
        let entries =
            report.findings.iter().filter(is_open).map(|finding| Entry::of(report, finding));
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

    /// The number of findings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has no finding.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The same without findings that are gone from a report, and with the fingerprints that the others
    /// have now. What a policy found that did not run stays.
    #[must_use]
    pub fn pruned(&self, report: &Report) -> Self {
        let entries = self.entries.iter().filter_map(|entry| {
            let finding = report.findings.iter().find(|finding| entry.is(finding));
            match finding {
                Some(finding) => Some(Entry::of(report, finding)),
                None if entry.could_be_found(report) => None,
                None => Some(entry.clone()),
            }
        });
        Self { entries: entries.collect() }
    }

    /// The number of findings that are gone from a report.
    #[must_use]
    pub fn gone(&self, report: &Report) -> usize {
        let is_there = |entry: &Entry| report.findings.iter().any(|finding| entry.is(finding));
        let gone = |entry: &&Entry| entry.could_be_found(report) && !is_there(entry);
        self.entries.iter().filter(gone).count()
    }
}

impl Entry {
    fn of(report: &Report, finding: &Finding) -> Self {
        let status = match finding.status {
            Status::Fail => None,
            Status::Unknown(_) => Some(finding.status.name().to_owned()),
        };
        Self {
            policy: report.facts(finding.policy).id.to_string(),
            address: finding.address.clone(),
            status,
            fingerprint: finding.fingerprint.clone(),
        }
    }

    fn is(&self, finding: &Finding) -> bool {
        finding.has_fingerprint(|fingerprint| fingerprint == self.fingerprint)
    }

    /// Whether its policy ran.
    fn could_be_found(&self, report: &Report) -> bool {
        report.policies.iter().any(|facts| facts.answers_to(&self.policy))
    }
}

impl Finding {
    /// Whether its fingerprint, or one that it had before a move, is such.
    fn has_fingerprint(&self, is: impl Fn(&str) -> bool) -> bool {
        is(&self.fingerprint) || self.former.iter().any(|former| is(former))
    }
}

impl Report {
    /// Takes findings that were there before out of the count.
    pub fn apply_baseline(&mut self, baseline: &Baseline) {
        let known: BTreeSet<&str> =
            baseline.entries.iter().map(|entry| entry.fingerprint.as_str()).collect();
        let by = SuppressedBy::Baseline;
        let wish = Suppression { by, reason: String::new(), until: None, at: None, holds: true };
        let wish = Arc::new(wish);
        for finding in &mut self.findings {
            if !finding.is_suppressed() && finding.has_fingerprint(|one| known.contains(one)) {
                finding.suppressed = Some(wish.clone());
            }
        }
        self.count_waiting();
    }
}

#[cfg(test)]
mod tests {
    use super::Baseline;

    #[test]
    fn a_file_is_read_back_and_nothing_else_is_read() {
        let text = "{\n  \"version\": 1,\n  \"findings\": [\n    \
                    {\"policy\":\"a\",\"address\":\"x.a\",\"fingerprint\":\"1\"},\n    \
                    {\"policy\":\"a\",\"address\":\"x.b\",\"status\":\"unknown\",\"fingerprint\":\"0\"}\
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
