//! The lines that `tfpolicy test` prints, and below a case what was expected and what came.

use std::fmt::Write;

use super::{counts, place};
use crate::policy::testing::{Case, Said, Status, TestFile};
use crate::text::Sources;

/// What failed and a line for each file; everything, when it is to be `verbose`.
pub(super) fn render(files: &[TestFile], verbose: bool) -> String {
    let mut text = String::new();
    for file in files {
        if verbose {
            let _ = writeln!(text, "# {}... running", file.path);
        }
        for case in &file.cases {
            if verbose {
                let _ = writeln!(text, "# {}... running", case.name);
            }
            if verbose || case.status == Status::Fail || !case.warnings.is_empty() {
                let _ = writeln!(text, "# {}... {}", case.name, case.status.name());
                for line in lines(case, &file.sources, verbose) {
                    let _ = writeln!(text, "  {line}");
                }
            }
        }
        let state = if file.passed() { Status::Pass } else { Status::Fail };
        let _ = writeln!(text, "# {}... {}", file.path, state.name());
    }
    let [passed, failed, skipped] = counts(files);
    let _ = write!(text, "{passed} passed, {failed} failed");
    if skipped > 0 {
        let _ = write!(text, ", {skipped} skipped");
    }
    text.push('\n');
    text
}

/// What is told about a case.
pub(super) fn lines(case: &Case, sources: &Sources, verbose: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if case.status == Status::Fail {
        let expected = if case.expect_failure { "fail" } else { "pass" };
        lines.push(row("at", &place(sources, case.at)));
        lines.push(row("expected", expected));
        lines.push(row("actual", case.actual.name()));
    }
    if case.status == Status::Fail || verbose {
        lines.extend(case.said.iter().flat_map(|said| told(said, sources)));
    }
    for warning in &case.warnings {
        let message = match &warning.at {
            Some(label) => format!("{}: {}", place(sources, label.span), warning.message),
            None => warning.message.clone(),
        };
        lines.push(row("warning", &message));
    }
    lines
}

fn told(said: &Said, sources: &Sources) -> Vec<String> {
    let mut lines = vec![row("message", &said.message)];
    if !said.policy.is_empty() {
        lines.push(row(
            "policy",
            &match said.condition {
                Some(span) => format!("{}, {}", said.policy, place(sources, span)),
                None => said.policy.clone(),
            },
        ));
    }
    if let Some(because) = &said.because {
        let place = place(sources, because.span);
        lines.push(row(
            "because",
            &match because.text.as_str() {
                "" => place,
                text => format!("{place}: {text}"),
            },
        ));
    }
    lines
}

fn row(name: &str, text: &str) -> String {
    format!("{:<10}{text}", format!("{name}:"))
}
