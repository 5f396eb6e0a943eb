//! Everything about tests, for programs. What is here stays; `version` counts what does not.

use serde::Serialize;

use super::counts;
use crate::diag::{Diagnostic, Label};
use crate::policy::testing::{Case, Said, Status, TestFile};
use crate::report::Place;
use crate::text::{Sources, Span};

#[derive(Serialize)]
struct Report<'f> {
    version: u32,
    summary: Summary,
    files: Vec<File<'f>>,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    passed: usize,
    failed: usize,
    skipped: usize,
}

#[derive(Serialize)]
struct File<'f> {
    path: &'f str,
    state: &'static str,
    targets: &'f [String],
    cases: Vec<CaseOf<'f>>,
    diagnostics: Vec<Told<'f>>,
}

#[derive(Serialize)]
struct CaseOf<'f> {
    name: &'f str,
    state: &'static str,
    expected: &'static str,
    actual: &'static str,
    at: Labelled<'f>,
    messages: Vec<Message<'f>>,
    warnings: Vec<Told<'f>>,
}

#[derive(Serialize)]
struct Message<'f> {
    /// Null when it is about the mock itself.
    policy: Option<&'f str>,
    verdict: &'static str,
    message: &'f str,
    condition: Option<Labelled<'f>>,
    because: Option<Labelled<'f>>,
}

#[derive(Serialize)]
struct Told<'f> {
    level: &'static str,
    message: &'f str,
    hint: Option<&'f str>,
    at: Option<Labelled<'f>>,
}

#[derive(Serialize)]
struct Labelled<'f> {
    #[serde(flatten)]
    place: Place<'f>,
    text: Option<&'f str>,
}

/// The whole document.
pub(super) fn render(files: &[TestFile]) -> String {
    let [passed, failed, skipped] = counts(files);
    let report = Report {
        version: 1,
        summary: Summary { files: files.len(), passed, failed, skipped },
        files: files.iter().map(file).collect(),
    };
    let text = serde_json::to_string_pretty(&report)
        .expect("internal error: strings and numbers can always be written");
    text + "\n"
}

fn file(file: &TestFile) -> File<'_> {
    let state = if file.passed() { Status::Pass } else { Status::Fail };
    File {
        path: &file.path,
        state: state.name(),
        targets: &file.targets,
        cases: file.cases.iter().map(|case| self::case(case, &file.sources)).collect(),
        diagnostics: told(&file.diagnostics, &file.sources),
    }
}

fn case<'f>(case: &'f Case, sources: &'f Sources) -> CaseOf<'f> {
    CaseOf {
        name: &case.name,
        state: case.status.name(),
        expected: if case.expect_failure { "fail" } else { "pass" },
        actual: case.actual.name(),
        at: place(sources, case.at, None),
        messages: case.said.iter().map(|said| message(said, sources)).collect(),
        warnings: told(&case.warnings, sources),
    }
}

fn message<'f>(said: &'f Said, sources: &'f Sources) -> Message<'f> {
    Message {
        policy: Some(said.policy.as_str()).filter(|policy| !policy.is_empty()),
        verdict: said.verdict.name(),
        message: &said.message,
        condition: said.condition.map(|span| place(sources, span, None)),
        because: said.because.as_ref().map(|label| labelled(sources, label)),
    }
}

fn told<'f>(diagnostics: &'f [Diagnostic], sources: &'f Sources) -> Vec<Told<'f>> {
    let told = |diagnostic: &'f Diagnostic| Told {
        level: diagnostic.level.name(),
        message: &diagnostic.message,
        hint: diagnostic.hint.as_deref(),
        at: diagnostic.at.as_ref().map(|label| labelled(sources, label)),
    };
    diagnostics.iter().map(told).collect()
}

fn labelled<'f>(sources: &'f Sources, label: &'f Label) -> Labelled<'f> {
    place(sources, label.span, Some(label.text.as_str()).filter(|text| !text.is_empty()))
}

fn place<'f>(sources: &'f Sources, span: Span, text: Option<&'f str>) -> Labelled<'f> {
    Labelled { place: Place::new(sources, span), text }
}
