//! `planward baseline` writes down what is found; `planward check --baseline` takes it out of the count.

use crate::check;
use crate::cli::Outcome;
use crate::cli::args::BaselineArgs;
use crate::cli::disk::{self, DiskFiles, as_typed};
use crate::cli::progress::Progress;
use crate::cli::settings;
use crate::diag::{Diagnostic, Level};
use crate::finding::{Baseline, Material, Report};
use crate::text::Files;

/// Writes the baseline. What could not be checked would come back as new, so then nothing is written.
pub(in crate::cli) fn run(args: &BaselineArgs) -> Outcome {
    let mut complaints = Vec::new();
    let mut options = super::check::options(&args.inputs, &mut complaints);
    options.excerpts = false;
    let progress = Progress::start();
    let mut material = Material::default();
    for part in settings::parts(&DiskFiles, &args.inputs, options, &mut material) {
        drop(check::gather(&DiskFiles, &part.options, &progress, &mut material));
    }
    drop(progress);
    let mut report = Report::new(material);
    report.diagnostics.append(&mut complaints);
    let mut stderr = super::complaints(&report.diagnostics, &report.sources);
    let mut code = super::code(&report.diagnostics);
    let mut stdout = String::new();
    let path = as_typed(&args.output);
    if code == 0 {
        let baseline = Baseline::of(&report);
        match disk::replace(&path, &baseline.text()) {
            Ok(()) => stdout = format!("wrote {path}: {}\n", findings(baseline.len())),
            Err(why) => {
                stderr.push_str(&format!("error: `{path}` cannot be written: {why}\n"));
                code = 2;
            }
        }
    } else {
        stderr.push_str(&format!("`{path}` was not written\n"));
    }
    Outcome { stdout, stderr, code }
}

/// What becomes of findings of the baseline that are gone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gone {
    /// It is said how many.
    Told,
    /// The file loses them.
    TakenOut,
    /// Not all was looked at, so it cannot be known.
    Unknown,
}

/// Takes known findings out of the count; says or drops what is gone.
pub(super) fn apply(files: &dyn Files, report: &mut Report, path: &str, then: Gone) {
    let baseline = match read(files, path) {
        Ok(baseline) => baseline,
        Err(error) => {
            report.diagnostics.push(error);
            return;
        }
    };
    report.apply_baseline(&baseline);
    if then == Gone::Unknown {
        return;
    }
    let gone = baseline.gone(report);
    let is_whole = !report.diagnostics.iter().any(|said| said.level == Level::Error);
    if then == Gone::TakenOut && is_whole {
        let pruned = baseline.pruned(report);
        if pruned != baseline
            && let Err(why) = disk::replace(path, &pruned.text())
        {
            let message = format!("`{path}` cannot be written: {why}");
            report.diagnostics.push(Diagnostic::error(message));
        }
    } else if gone > 0 {
        let message = match gone {
            1 => format!("1 finding of `{path}` is gone"),
            n => format!("{n} findings of `{path}` are gone"),
        };
        let note = Diagnostic::note(message).with_hint("`--prune` takes them out");
        report.diagnostics.push(note);
    }
}

fn read(files: &dyn Files, path: &str) -> Result<Baseline, Diagnostic> {
    let bytes = files.read(path);
    let bytes = bytes.map_err(|why| {
        Diagnostic::error(format!("the baseline `{path}` cannot be read: {why}"))
            .with_hint("`planward baseline` writes one")
    })?;
    let text = String::from_utf8_lossy(&bytes);
    Baseline::parse(&text).map_err(|problem| Diagnostic {
        hint: problem.hint,
        ..Diagnostic::error(format!("`{path}` {}", problem.message))
    })
}

fn findings(count: usize) -> String {
    match count {
        1 => "1 finding".to_owned(),
        n => format!("{n} findings"),
    }
}
