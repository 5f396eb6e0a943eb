//! `planward test`: runs the tests that stand beside policies.

use std::fmt::Write;

use crate::cli::Outcome;
use crate::cli::args::TestArgs;
use crate::cli::disk::{DiskFiles, as_typed};
use crate::diag::Diagnostic;
use crate::policy::testing::{Case, Status, TestFile, run_file};
use crate::terraform::config::join;
use crate::text::{Files, Sources};

/// What names of test files end in.
const ENDING: &str = ".policytest.hcl";

/// Runs all tests in files and below folders; exit code 1 when one does not hold.
pub(in crate::cli) fn run(args: &TestArgs) -> Outcome {
    let mut sources = Sources::default();
    let mut diagnostics = Vec::new();
    let mut tests: Vec<String> = Vec::new();
    for path in &args.paths {
        for test in find(&as_typed(path), &mut diagnostics) {
            if !tests.contains(&test) {
                tests.push(test);
            }
        }
    }
    let run = |test: &String| {
        let beside = test.rsplit_once('/').map_or(".", |(folder, _)| folder);
        let policies = args.policies.as_deref().unwrap_or(beside);
        run_file(test, policies, &DiskFiles, &mut sources)
    };
    let mut files: Vec<TestFile> = tests.iter().map(run).collect();
    let stdout = tell(&files, args.verbose);
    for file in &mut files {
        diagnostics.append(&mut file.diagnostics);
    }
    let failed = files.iter().flat_map(|file| &file.cases).any(|case| case.status == Status::Fail);
    Outcome {
        stdout,
        stderr: super::complaints(&diagnostics, &sources),
        code: super::code(&diagnostics).max(u8::from(failed)),
    }
}

/// The test files at a path; a folder without any is a mistake. A file of policies, also one
/// that is gone, stands for the tests beside it.
fn find(path: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<String> {
    if !DiskFiles.is_folder(path) {
        if path.ends_with(".policy.hcl") {
            return beside(path);
        }
        return vec![path.to_owned()];
    }
    let mut tests = DiskFiles.walk(path).map(|walk| walk.files).unwrap_or_default();
    tests.retain(|file| file.ends_with(ENDING));
    if tests.is_empty() {
        let message = format!("no tests (`*.policytest.hcl`) were found in `{path}`");
        diagnostics.push(Diagnostic::error(message));
    }
    tests
}

/// The test files in the folder of a file.
fn beside(path: &str) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let entries = DiskFiles.list(folder).unwrap_or_default();
    let tests =
        entries.into_iter().filter(|entry| !entry.is_folder && entry.name.ends_with(ENDING));
    tests.map(|entry| join(folder, &entry.name)).collect()
}

fn tell(files: &[TestFile], verbose: bool) -> String {
    let mut text = String::new();
    let cases = || files.iter().flat_map(|file| file.cases.iter().map(move |case| (file, case)));
    for (file, case) in cases().filter(|(_, case)| verbose || case.status == Status::Fail) {
        let _ = writeln!(text, "{}: {}: {}{}", file.path, case.name, case.status.name(), why(case));
        for said in &case.said {
            let _ = writeln!(text, "  {said}");
        }
    }
    let count = |status| cases().filter(|(_, case)| case.status == status).count();
    let [passed, failed, skipped] = [Status::Pass, Status::Fail, Status::Skipped].map(count);
    let _ = write!(text, "{passed} passed, {failed} failed");
    if skipped > 0 {
        let _ = write!(text, ", {skipped} skipped");
    }
    text.push('\n');
    text
}

fn why(case: &Case) -> &'static str {
    match (case.status, case.expect_failure) {
        (Status::Fail, true) => ", a policy was expected to fail",
        (Status::Fail, false) => ", no policy was expected to fail",
        (Status::Pass | Status::Skipped, _) => "",
    }
}
