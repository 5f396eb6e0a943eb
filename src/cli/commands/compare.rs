//! `planward compare`.

use std::fmt::Write;

use crate::check;
use crate::cli::Outcome;
use crate::cli::args::CompareArgs;
use crate::cli::disk::{DiskFiles, as_typed};
use crate::cli::settings;
use crate::compare::{self, Class, Comparison, Difference, Options, Verdict};

/// Compares the folder with its plan, a line for each difference.
pub(in crate::cli) fn run(args: &CompareArgs) -> Outcome {
    let folder = as_typed(&args.folder);
    let stated = check::Options { assumed: args.assume.clone(), ..check::Options::default() };
    let stated = settings::OfFolders::new(&DiskFiles, &args.settings, stated).options(&folder);
    let variable_files = stated.variables.iter().filter_map(|given| match given {
        check::Given::File(path) => Some(path.clone()),
        check::Given::Value(..) | check::Given::Set(..) => None,
    });
    let options = Options {
        variable_files: variable_files.collect(),
        assumed: stated.assumed.clone(),
        folder,
        plan: as_typed(&args.plan),
        variables_of_plan: !args.own_variables,
        workspace: args.workspace.clone(),
    };
    let comparison = compare::compare(&DiskFiles, &options);
    let mut stdout = String::new();
    for difference in &comparison.differences {
        let is_shown =
            difference.verdict == Verdict::Wrong || args.all || difference.class == Class::Computed;
        if is_shown {
            let _ = writeln!(stdout, "{}", line(difference, &comparison));
        }
    }
    let _ = write!(stdout, "{}", summary(&comparison));
    let is_wrong = comparison.differences.iter().any(|found| found.verdict == Verdict::Wrong);
    let code = super::code(&comparison.diagnostics).max(u8::from(is_wrong));
    Outcome {
        stdout,
        stderr: super::complaints(&comparison.diagnostics, &comparison.sources),
        code,
    }
}

fn line(difference: &Difference, comparison: &Comparison) -> String {
    let Difference { address, path, evaluated, planned, .. } = difference;
    let mut line = String::new();
    if let Some(at) = difference.at {
        let position = comparison.sources.position(at.file, at.start);
        let file = comparison.sources.path(at.file);
        let _ = write!(line, "{file}:{}:{}: ", position.line, position.column);
    }
    let (level, word) = match difference.verdict {
        Verdict::Wrong => ("error", "wrong"),
        Verdict::Imprecise | Verdict::Equal => ("note", "imprecise"),
    };
    let dot = if path.is_empty() { "" } else { "." };
    let _ = write!(line, "{level}: {word}: `{address}{dot}{path}`: ");
    let _ = write!(line, "evaluated {evaluated}, planned {planned}");
    if !difference.waits_for.is_empty() {
        let _ = write!(line, " (waits for `{}`)", difference.waits_for);
    }
    line
}

fn summary(comparison: &Comparison) -> String {
    let mut text = format!("{} instances compared\n", comparison.instances);
    let _ = writeln!(text, "{:20} {:>8} {:>10} {:>8}", "attributes", "equal", "imprecise", "wrong");
    for (class, name) in [
        (Class::Computed, "with expressions"),
        (Class::Literal, "literal"),
        (Class::Absent, "absent"),
    ] {
        let count = |verdict| comparison.count(class, verdict);
        let (equal, imprecise) = (count(Verdict::Equal), count(Verdict::Imprecise));
        let wrong = count(Verdict::Wrong);
        let _ = writeln!(text, "{name:20} {equal:>8} {imprecise:>10} {wrong:>8}");
    }
    text
}
