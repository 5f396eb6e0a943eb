//! Violations that the generators planted are found where they were planted, and nothing else is.
//!
//! The seeds are drawn anew on every run, so no run proves what the last one did; a failure prints its
//! seed, and `PLANWARD_SEED` repeats it.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::process::Command;

use planward::check::{Options, Source};
use planward::finding::Report;
use planward::policy::BUILTIN;
use planward::text::Position;
use serde_json::Value;
use tempfile::TempDir;

use crate::found::{self, Found};

/// The policy that speaks about each kind of planted violation; none yet for the empty ones.
const KINDS: [(&str, &str); 9] = [
    ("iam-trust-any", "aws-iam-role-assumable-by-anyone"),
    ("iam-wildcard", "aws-iam-policy-allows-everything"),
    ("kms-no-rotation", "aws-kms-key-rotation-off"),
    ("rds-public", ""),
    ("rds-unencrypted", "aws-rds-instance-not-encrypted"),
    ("s3-pab-off", "aws-s3-public-access-block-off"),
    ("s3-public-acl", "aws-s3-bucket-public"),
    ("s3-versioning-off", ""),
    ("sg-open-world", "aws-ec2-security-group-open-admin-ports"),
];

#[test]
fn the_table_names_policies_that_exist() {
    for (kind, policy) in KINDS {
        let exists = BUILTIN.iter().any(|builtin| builtin.id == policy);
        assert!(policy.is_empty() || exists, "{kind}: no policy `{policy}`");
    }
}

#[test]
fn a_repository() {
    let Some(made) = Made::by("gen_hcl.py", "300", |made, command| {
        command.arg(made.join("infra"));
    }) else {
        return;
    };
    let mut files = found::load(made.folder.path());
    files.insert("truth.jsonl", "");
    let report = found::check(&files, "infra");
    made.expect_no_errors(&report);
    let truth = made.truth(|line| Planted {
        policy: line.policy.to_owned(),
        address: line.text("address"),
        file: format!("infra/{}", line.text("file")),
        start: Some(line.position("line", "column")),
        end: Some(line.position("end_line", "end_column")),
    });
    made.compare(&truth, &spoken(&report));
}

#[test]
fn a_plan() {
    let Some(made) = Made::by("gen_plan.py", "600", |made, command| {
        command.arg("-o").arg(made.join("plan.json"));
    }) else {
        return;
    };
    let files = found::load(made.folder.path());
    let inputs = vec![planward::check::Input::Path("plan.json".to_owned())];
    let options = Options { inputs, source: Source::Without, ..Options::default() };
    let report = found::check_with(&files, options);
    made.expect_no_errors(&report);
    let truth = made.truth(|line| Planted {
        policy: line.policy.to_owned(),
        address: line.text("address"),
        file: String::new(),
        start: None,
        end: None,
    });
    made.compare(&truth, &spoken(&report));
}

/// Findings of the policies in the table.
fn spoken(report: &Report) -> Vec<Found> {
    let speaks = |found: &Found| KINDS.iter().any(|(_, policy)| *policy == found.policy);
    found::found(report).into_iter().filter(speaks).collect()
}

/// A violation where the generator put it.
#[derive(Debug)]
struct Planted {
    policy: String,
    /// In a plan with all keys; in a repository without any, and without the module, which the file tells.
    address: String,
    file: String,
    start: Option<Position>,
    end: Option<Position>,
}

impl Planted {
    fn is(&self, found: &Found) -> bool {
        found.status == "fail"
            && found.policy == self.policy
            && found.file == self.file
            && self.start <= found.start
            && found.end <= self.end
            && match self.start {
                None => found.address == self.address,
                Some(_) => found.static_address == format!("{}.{}", found.module, self.address),
            }
    }

    fn shown(&self) -> String {
        let at = |at: Option<Position>| {
            at.map_or_else(String::new, |p| format!(":{}:{}", p.line, p.column))
        };
        let Self { policy, address, file, .. } = self;
        format!("{file}{}{}: {policy} {address}", at(self.start), at(self.end))
    }
}

/// One line of a generator's `--truth`.
struct Line<'l> {
    policy: &'l str,
    json: Value,
}

impl Line<'_> {
    fn text(&self, key: &str) -> String {
        self.json[key].as_str().unwrap().to_owned()
    }

    fn position(&self, line: &str, column: &str) -> Position {
        let number = |key: &str| u32::try_from(self.json[key].as_u64().unwrap()).unwrap();
        Position { line: number(line), column: number(column) }
    }
}

/// What a generator made.
struct Made {
    folder: TempDir,
    command: String,
}

impl Made {
    /// Runs a generator with a new seed; nothing where there is no Python.
    fn by(generator: &str, size: &str, output: impl Fn(&Path, &mut Command)) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let seed = std::env::var("PLANWARD_SEED")
            .unwrap_or_else(|_| (RandomState::new().hash_one(generator) % 1_000_000).to_string());
        let mut command = Command::new("python3");
        command.arg(found::project("tests/generators").join(generator));
        command.args(["-n", size, "--seed", &seed, "--truth"]);
        command.arg(folder.path().join("truth.jsonl"));
        output(folder.path(), &mut command);
        let Ok(output) = command.output() else {
            found::skipped(&format!("python3 is missing, so {generator} generated nothing"));
            return None;
        };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Some(Self { folder, command: format!("PLANWARD_SEED={seed} ({generator} -n {size})") })
    }

    /// What was planted and some policy speaks about. Every kind must be in the table.
    fn truth(&self, planted: impl Fn(&Line<'_>) -> Planted) -> Vec<Planted> {
        let text = std::fs::read_to_string(self.folder.path().join("truth.jsonl")).unwrap();
        let policies: BTreeMap<&str, &str> = KINDS.into_iter().collect();
        let mut truth = Vec::new();
        for line in text.lines() {
            let json: Value = serde_json::from_str(line).unwrap();
            let kind = json["kind"].as_str().unwrap();
            let policy = policies.get(kind).unwrap_or_else(|| panic!("a new kind: `{kind}`"));
            if !policy.is_empty() {
                truth.push(planted(&Line { policy, json }));
            }
        }
        assert!(!truth.is_empty(), "{}: nothing was planted", self.command);
        truth
    }

    fn expect_no_errors(&self, report: &Report) {
        let shown: Vec<&str> = report.diagnostics.iter().map(|d| d.message.as_str()).collect();
        assert!(shown.is_empty(), "{}:\n{}", self.command, shown.join("\n"));
        assert!(!report.outcomes.is_empty(), "{}: nothing was checked", self.command);
    }

    /// Both ways: what was planted is found, and what is found was planted.
    fn compare(&self, truth: &[Planted], found: &[Found]) {
        let mut problems = BTreeSet::new();
        for planted in truth {
            if !found.iter().any(|found| planted.is(found)) {
                problems.insert(format!("- planted, not found: {}", planted.shown()));
            }
        }
        for found in found {
            if !truth.iter().any(|planted| planted.is(found)) {
                problems.insert(format!("+ found, not planted: {found}"));
            }
        }
        let (count, shown) = (problems.len(), problems.into_iter().take(20));
        let shown: Vec<String> = shown.collect();
        assert!(count == 0, "{}: {count}, first\n{}", self.command, shown.join("\n"));
    }
}
