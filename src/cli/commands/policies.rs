//! `planward policies`: one line for each policy that would run.

use std::fmt::Write;

use crate::check;
use crate::cli::Outcome;
use crate::cli::args::PoliciesArgs;
use crate::cli::disk::DiskFiles;
use crate::finding::{Facts, Severity};

/// Lists the policies by id.
pub(in crate::cli) fn run(args: &PoliciesArgs) -> Outcome {
    let report = check::policies(&DiskFiles, &super::options(&args.choice));
    let mut policies: Vec<&Facts> = report.policies.iter().collect();
    policies.sort_by(|a, b| a.id.cmp(&b.id));
    Outcome {
        stdout: table(&policies),
        stderr: super::complaints(&report.diagnostics, &report.sources),
        code: super::code(&report.diagnostics),
    }
}

fn table(policies: &[&Facts]) -> String {
    let ids = policies.iter().map(|facts| facts.id.as_str().len()).max().unwrap_or_default();
    let severities = Severity::ALL.map(|severity| severity.name().len());
    let severities = severities.into_iter().max().unwrap_or_default();
    let mut text = String::new();
    for facts in policies {
        let (id, severity) = (facts.id.as_str(), facts.severity.name());
        let _ = writeln!(text, "{id:ids$}  {severity:severities$}  {}", facts.title);
    }
    text
}
