//! `planward test`: runs the tests that stand beside policies.
//!
//! Files run in parallel and are told in the order of their paths. One file for each format.

mod json;
mod junit;
mod text;

use rayon::prelude::*;

use crate::check::{self, judge_configurations};
use crate::cli::Outcome;
use crate::cli::args::{TestArgs, TestFormat};
use crate::cli::disk::{DiskFiles, as_typed};
use crate::diag::{Diagnostic, Level};
use crate::policy::testing::{Options, Status, TestFile, run_file};
use crate::policy::{Pattern, is_policy_file};
use crate::terraform::config::join;
use crate::text::{Files, Sources, Span};

/// What names of test files end in.
const ENDING: &str = ".policytest.hcl";

/// Runs the tests; exit code 1 when one does not hold, 2 when one cannot be run.
pub(in crate::cli) fn run(args: &TestArgs) -> Outcome {
    let mut complaints = Vec::new();
    let patterns = |texts: &[String]| texts.iter().map(Pattern::new).collect::<Vec<_>>();
    let given = super::with_inputs(&args.inputs);
    let mut sources = Sources::default();
    let mut inputs = check::given_inputs(&DiskFiles, &given, &mut sources, &mut complaints);
    // Each test file has sources of its own.
    inputs.iter_mut().for_each(|input| input.at = None);
    let options = Options {
        cases: patterns(&args.case),
        isolate: args.isolate,
        inputs,
        compat: args.compat.compat.into(),
    };
    let chosen = patterns(&args.file);
    let mut paths = find(args, &mut complaints);
    paths.retain(|path| chosen.is_empty() || chosen.iter().any(|pattern| pattern.matches(path)));
    let mut files: Vec<TestFile> = paths
        .par_iter()
        .map(|path| {
            let beside = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
            let policies = args.policies.as_deref().map(as_typed);
            let policies = policies.as_deref().unwrap_or(beside);
            let mut file = run_file(path, policies, &DiskFiles, &options);
            judge_configurations(&DiskFiles, &mut file);
            file
        })
        .collect();
    if !args.case.is_empty() {
        files.retain(|file| !file.cases.is_empty() || !file.passed());
    }
    complaints.extend(nothing_ran(args, &paths, &files));
    let stdout = match args.format {
        TestFormat::Text => text::render(&files, args.verbose),
        TestFormat::Json => json::render(&files),
        TestFormat::Junit => junit::render(&files),
    };
    let mut stderr = super::complaints(&complaints, &sources);
    let mut code = super::code(&complaints);
    for file in &files {
        stderr.push_str(&super::complaints(&file.diagnostics, &file.sources));
        let failed = file.cases.iter().any(|case| case.status == Status::Fail);
        code = code.max(super::code(&file.diagnostics)).max(u8::from(failed));
    }
    Outcome { stdout, stderr, code }
}

/// The test files, each once, in the order in which they were named.
fn find(args: &TestArgs, complaints: &mut Vec<Diagnostic>) -> Vec<String> {
    let default = args.policies.clone().unwrap_or_else(|| ".".to_owned());
    let named: Vec<&String> = args.paths.iter().chain(&args.tests).collect();
    let named = if named.is_empty() { vec![&default] } else { named };
    let mut found: Vec<String> = Vec::new();
    for path in named {
        let path = as_typed(path);
        if !DiskFiles.is_folder(&path) {
            // A file of policies, also one that is gone, stands for the tests beside it.
            match is_policy_file(&path) {
                true => found.extend(beside(&path)),
                false => found.push(path),
            }
            continue;
        }
        let mut tests = DiskFiles.walk(&path).map(|walk| walk.files).unwrap_or_default();
        tests.retain(|file| file.ends_with(ENDING));
        if tests.is_empty() {
            let message = format!("no tests (`*.policytest.hcl`) were found in `{path}`");
            complaints.push(Diagnostic::error(message));
        }
        found.extend(tests);
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|path| seen.insert(path.clone()));
    found
}

/// The test files in the folder of a file.
fn beside(path: &str) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let entries = DiskFiles.list(folder).unwrap_or_default();
    let tests =
        entries.into_iter().filter(|entry| !entry.is_folder && entry.name.ends_with(ENDING));
    tests.map(|entry| join(folder, &entry.name)).collect()
}

/// Filters that leave nothing over are mistakes.
fn nothing_ran(args: &TestArgs, paths: &[String], files: &[TestFile]) -> Option<Diagnostic> {
    let quoted = |texts: &[String]| {
        texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(" or ")
    };
    if paths.is_empty() && !args.file.is_empty() {
        return Some(Diagnostic::error(format!("no test file matches {}", quoted(&args.file))));
    }
    let ran = files.iter().any(|file| !file.cases.is_empty());
    let nothing = !ran && !args.case.is_empty() && !paths.is_empty();
    nothing.then(|| Diagnostic::error(format!("no case matches {}", quoted(&args.case))))
}

/// How many cases passed, failed and were skipped.
fn counts<'f>(files: impl IntoIterator<Item = &'f TestFile>) -> [usize; 3] {
    let mut counts = [0; 3];
    for case in files.into_iter().flat_map(|file| &file.cases) {
        counts[match case.status {
            Status::Pass => 0,
            Status::Fail => 1,
            Status::Skipped => 2,
        }] += 1;
    }
    counts
}

/// Whether something is wrong with a file beside its cases.
fn is_broken(file: &TestFile) -> bool {
    file.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
}

/// `path:line:column`.
fn place(sources: &Sources, span: Span) -> String {
    let position = sources.position(span.file, span.start);
    format!("{}:{}:{}", sources.path(span.file), position.line, position.column)
}
