//! `planward test`: runs the tests that stand beside policies.

use std::fmt::Write;

use crate::check::{self, TestReport};
use crate::cli::Outcome;
use crate::cli::args::TestArgs;
use crate::cli::disk::{DiskFiles, as_typed};

/// Runs all tests below the folders; exit code 1 when one does not hold.
pub(in crate::cli) fn run(args: &TestArgs) -> Outcome {
    let paths: Vec<String> = args.paths.iter().map(|path| as_typed(path)).collect();
    let report = check::test(&DiskFiles, &paths);
    let failed = report.failed.len();
    Outcome {
        stdout: tell(&report),
        stderr: super::complaints(&report.diagnostics, &report.sources),
        code: super::code(&report.diagnostics).max(u8::from(failed > 0)),
    }
}

fn tell(report: &TestReport) -> String {
    let mut text = String::new();
    for failure in &report.failed {
        let _ = writeln!(text, "{}: {}", failure.name, failure.message);
    }
    let _ = writeln!(text, "{} passed, {} failed", report.passed, report.failed.len());
    text
}
