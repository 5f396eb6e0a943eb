//! The policy language, rule by rule: each case of `fixtures/language` with what must come out.
//!
//! A case is one text file of named sections; `fixtures/language/README.md` says which. What a case
//! expects was written before the code, by what is right.

#![expect(clippy::disallowed_methods, reason = "a test reads the project's own files")]
#![expect(clippy::unwrap_used, reason = "a panic is a test's way to fail, also in helpers")]

mod case;
mod less;
mod plans;
mod run;

use std::collections::BTreeMap;

use case::Case;

/// Cases that do not hold yet, each with the reason.
const OPEN: &str = "open.tsv";

#[test]
fn every_case_holds() {
    // Whoever looks at single cases wants to see what comes out.
    let open = if std::env::var_os("CASE").is_some() { BTreeMap::new() } else { open() };
    let mut problems = Vec::new();
    for case in Case::all() {
        let found = run::run(&case);
        let differences = case.differences(&found);
        match (differences.is_empty(), open.get(case.name.as_str())) {
            (true, None) | (false, Some(_)) => {}
            (true, Some(_)) => {
                problems.push(format!("{}: holds, take it out of {OPEN}", case.name))
            }
            (false, None) => problems.push(format!("{}:\n{}", case.name, differences.join("\n"))),
        }
    }
    assert!(problems.is_empty(), "{} do not hold\n\n{}", problems.len(), problems.join("\n\n"));
}

#[test]
fn what_is_open_is_there() {
    let names: Vec<String> = Case::all().into_iter().map(|case| case.name).collect();
    for (name, reason) in open() {
        assert!(names.contains(&name), "{OPEN} names `{name}`, which is no case");
        assert!(!reason.is_empty(), "{OPEN}: {name}: why?");
    }
}

/// The page tells what is decided of what is not known, each rule with its case.
#[test]
fn each_rule_about_unknown_values_has_a_case() {
    const PAGE: &str = include_str!("../../docs/writing-policies.md");
    let names: Vec<String> = Case::all().into_iter().map(|case| case.name).collect();
    let (_, rest) = PAGE.split_once("## What is decided before it is known").unwrap();
    let (section, _) = rest.split_once("\n## ").unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(1);
    let told: Vec<&str> =
        rows.map(|row| row.trim_end_matches('|').rsplit('|').next().unwrap().trim()).collect();
    for case in &told {
        assert!(names.contains(&case.trim_matches('`').to_owned()), "no case {case}");
    }
    for name in names.iter().filter(|name| name.starts_with("20-")) {
        assert!(told.contains(&format!("`{name}`").as_str()), "`{name}` is not told");
    }
}

/// The page tells every reason of what is not known, each with a case that comes to it.
#[test]
fn each_reason_of_what_is_not_known_has_a_case() {
    const PAGE: &str = include_str!("../../docs/writing-policies.md");
    let (_, rest) = PAGE.split_once("## Why something is not known").unwrap();
    let (section, _) = rest.split_once("\n## ").unwrap();
    let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() > 15, "{rows:?}");
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let (reason, name) = (cells[0], cells[2].trim_matches('`'));
        let path = case::folder().join(format!("{name}.txt"));
        let text = std::fs::read_to_string(path).unwrap_or_else(|why| panic!("{name}: {why}"));
        let (_, expected) = text.split_once("-- expected --").unwrap();
        let end = format!(", {reason})");
        assert!(expected.lines().any(|line| line.ends_with(&end)), "{name} does not end `{end}`");
    }
}

/// Every section of the language has a case.
#[test]
fn no_section_is_left_out() {
    let names: Vec<String> = Case::all().into_iter().map(|case| case.name).collect();
    for section in [
        "01", "02", "03", "04", "05", "06", "08", "09", "10", "11", "12", "13", "14", "15", "20",
        "21",
    ] {
        let has = names.iter().any(|name| name.starts_with(&format!("{section}-")));
        assert!(has, "no case for section {section}");
    }
}

fn open() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(case::folder().join(OPEN)).unwrap_or_default();
    let rows = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let rows = rows.map(|line| line.split_once('\t').unwrap_or((line, "")));
    rows.map(|(name, reason)| (name.to_owned(), reason.to_owned())).collect()
}
