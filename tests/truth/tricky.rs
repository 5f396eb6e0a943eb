//! Small configurations where the obvious reading is the wrong one: what looks bad and is fine, and
//! what looks fine and is bad.
//!
//! `fixtures/tricky/expect.tsv` says what each policy makes of each case. A policy that speaks about a
//! case without a row, or about one that is listed as silent, is news: the table must say it is right.

use std::collections::{BTreeMap, BTreeSet};

use planward::finding::Severity;
use planward::policy::BUILTIN;
use planward::text::MemoryFiles;

use crate::found;

/// What a policy may make of a case, the gravest first.
const WORDS: [&str; 4] = ["fail", "unknown", "info", "none"];

/// By case and policy.
type Verdicts = BTreeMap<(String, String), String>;

#[test]
fn the_tricky_cases() {
    let table = Table::read();
    let mut problems = Vec::new();
    for case in cases() {
        let came = verdicts(&case);
        let expected = table.rows.iter().filter(|((id, _), _)| *id == case);
        let expected: Verdicts = expected.map(|(key, word)| (key.clone(), word.clone())).collect();
        if expected.is_empty() != table.silent.contains(&case) {
            problems.push(format!("{case}: it needs either verdicts or one row `silent`"));
        }
        let keys: BTreeSet<_> = came.keys().chain(expected.keys()).collect();
        for key in keys {
            let none = "none".to_owned();
            let (came, expected) = (came.get(key).unwrap_or(&none), expected.get(key));
            if Some(came) != expected {
                let expected = expected.map_or("no row", String::as_str);
                problems.push(format!("{case}: {}: expected {expected}, came {came}", key.1));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn the_table_is_about_what_exists() {
    let (table, cases) = (Table::read(), cases());
    for case in table.rows.keys().map(|(case, _)| case).chain(&table.silent) {
        assert!(cases.contains(case), "there is no {case}.tf");
    }
    for ((_, policy), word) in &table.rows {
        assert!(BUILTIN.iter().any(|builtin| builtin.id == policy), "no policy `{policy}`");
        assert!(WORDS.contains(&word.as_str()), "`{word}`");
    }
    for column in ["fail", "none"] {
        assert!(table.rows.values().any(|word| word == column), "no row expects `{column}`");
    }
}

fn cases() -> Vec<String> {
    let paths = found::below(&found::project("fixtures/tricky"));
    let cases = paths.iter().filter(|path| path.extension().is_some_and(|end| end == "tf"));
    cases.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

/// The gravest word of each policy that did not pass.
fn verdicts(case: &str) -> Verdicts {
    let path = found::project(&format!("fixtures/tricky/{case}.tf"));
    let mut files = MemoryFiles::default();
    files.insert(format!("{case}/main.tf"), std::fs::read(path).unwrap());
    let report = found::check(&files, case);
    assert_eq!(report.diagnostics, [], "{case}");
    let mut verdicts = Verdicts::new();
    for found in found::found(&report) {
        let word = match (found.status, found.severity) {
            ("fail", Severity::Info) => "info",
            (status, _) => status,
        };
        let rank = |word: &str| WORDS.iter().position(|known| *known == word);
        let known = verdicts.entry((case.to_owned(), found.policy)).or_insert_with(|| word.into());
        if rank(word) < rank(known) {
            *known = word.to_owned();
        }
    }
    verdicts
}

/// The rows of `expect.tsv`.
struct Table {
    rows: Verdicts,
    silent: BTreeSet<String>,
}

impl Table {
    fn read() -> Self {
        let path = found::project("fixtures/tricky/expect.tsv");
        let text = std::fs::read_to_string(path).unwrap();
        let mut table = Self { rows: Verdicts::new(), silent: BTreeSet::new() };
        for row in text.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = row.split('\t').collect();
            let [case, policy, word, why] = cells[..] else { panic!("four cells: {row}") };
            assert!(!why.is_empty(), "a reason: {row}");
            let is_new = if word == "silent" {
                table.silent.insert(case.to_owned())
            } else {
                let key = (case.to_owned(), policy.to_owned());
                table.rows.insert(key, word.to_owned()).is_none()
            };
            assert!(is_new, "twice: {row}");
        }
        table
    }
}
