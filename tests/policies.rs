//! Every built-in policy has a test beside it, and every test passes.

#![expect(clippy::disallowed_methods, reason = "tests read the project's own files")]
#![expect(clippy::unwrap_used, reason = "a panic is a test's way to fail, also in helpers")]

use std::path::Path;

use planward::diag::Level;
use planward::policy::testing::{Options, Status, TestFile, run_file};
use planward::policy::validate::{Mode, validate};
use planward::policy::{BUILTIN, PolicySet};
use planward::text::{Files, MemoryFiles, Sources};

/// The folder `policies/` as files in memory.
fn folder() -> MemoryFiles {
    let mut files = MemoryFiles::default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open = vec![root.join("policies")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn every_policy_has_a_test_that_passes() {
    let files = folder();
    let mut problems = Vec::new();
    let paths = files.walk("policies").unwrap().files;
    let tests: Vec<TestFile> = paths
        .iter()
        .filter(|path| path.ends_with(".policytest.hcl"))
        .map(|path| run_file(path, "policies", &files, &Options::default()))
        .collect();
    for test in &tests {
        for diagnostic in &test.diagnostics {
            problems.push(format!("{}: {diagnostic:?}", test.path));
        }
        for case in test.cases.iter().filter(|case| case.status == Status::Fail) {
            problems.push(format!("{}: {} {:?}", test.path, case.name, case.said));
        }
    }
    for builtin in BUILTIN {
        let policy = format!("policies/{}", builtin.path);
        let own = policy.replace(".policy.hcl", ".policytest.hcl");
        if !tests.iter().any(|test| test.path == own) {
            problems.push(format!("{policy}: no test beside it"));
        }
        let expects = |failure| {
            let about = tests.iter().filter(|test| test.targets.contains(&policy));
            let mut cases = about.flat_map(|test| &test.cases);
            cases.any(|c| c.status == Status::Pass && c.expect_failure == failure)
        };
        if !expects(true) || !expects(false) {
            problems.push(format!("{policy}: needs a passing and a failing resource"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// What is told of other people's policies holds for ours, warnings among it.
#[test]
fn policies_and_tests_are_valid() {
    let mode = Mode { strict: true, ..Mode::default() };
    let files = folder();
    let paths = ["policies".to_owned()];
    let validated = validate(&paths, None, mode, &files, &mut Sources::default());
    let errors: Vec<_> =
        validated.complaints.iter().filter(|c| c.diagnostic.level == Level::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(validated.policy_files, BUILTIN.len());
}

#[test]
fn the_index_says_what_the_files_say() {
    let mut sources = Sources::default();
    let mut diagnostics = Vec::new();
    let mut set = PolicySet::default();
    for builtin in BUILTIN {
        set.add(builtin.path, builtin.text, true, &mut sources, &mut diagnostics);
        let facts = set.facts().last().unwrap();
        assert_eq!(facts.id.as_str(), builtin.id, "{}", builtin.path);
        assert_eq!(facts.resource_types, builtin.types, "{}", builtin.path);
    }
    assert_eq!(diagnostics, [], "built-in policies load without a word");
    assert!(!BUILTIN.is_empty());
}

#[test]
fn frameworks_and_tools_have_plain_names() {
    let mut set = PolicySet::default();
    for builtin in BUILTIN {
        set.add(builtin.path, builtin.text, true, &mut Sources::default(), &mut Vec::new());
    }
    for facts in set.facts() {
        for name in facts.frameworks.keys().chain(facts.aliases.keys()) {
            let is_plain =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
            assert!(name.chars().all(is_plain), "{}: `{name}`", facts.id.as_str());
        }
    }
}
