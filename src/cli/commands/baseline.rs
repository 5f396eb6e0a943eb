//! `planward baseline` writes down what is found; `planward check --baseline` takes it out of the count.

use crate::check;
use crate::cli::Outcome;
use crate::cli::args::{BaselineArgs, CheckArgs};
use crate::cli::disk::{self, DiskFiles, as_typed};
use crate::cli::home::Home;
use crate::cli::progress::Progress;
use crate::cli::settings::{self, Part};
use crate::diag::{Diagnostic, Level};
use crate::finding::{Baseline, Looked, Material, Met, Report};
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
        let home = Home::of(&path);
        let baseline = Baseline::of(&report, &|root| home.place(root));
        match disk::replace(&path, &baseline.text()) {
            Ok(()) => stdout = format!("wrote {path}: {}\n", held(&baseline)),
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

/// Whether findings of the baseline that are gone are worth a word.
#[derive(Clone, Copy)]
pub(super) enum Gone {
    /// It is said how many.
    Told,
    /// Only when the file loses them: whoever looks at one file wants to hear of that.
    Silent,
    /// Never: what an editor has not saved is no reason to write a file.
    Kept,
}

/// Takes known findings out of the count; says or drops what is gone.
pub(super) fn apply(
    files: &dyn Files,
    report: &mut Report,
    args: &CheckArgs,
    parts: &[Part],
    gone: Gone,
) {
    let Some(path) = settings::baseline(args, parts) else {
        if args.prune {
            let error = Diagnostic::error("`--prune` has no baseline to take anything out of");
            report.diagnostics.push(error.with_hint("`--baseline FILE` names it"));
        }
        return;
    };
    let baseline = match read(files, &path) {
        Ok(baseline) => baseline,
        Err(error) => {
            report.diagnostics.push(error);
            return;
        }
    };
    let home = Home::of(&path);
    let place = |root: &str| home.place(root);
    let rest = |root: &str| home.rest(root, files, report, parts);
    let met = Met::new(&baseline, report, Looked { place: &place, rest: &rest });
    let is_whole = !report.diagnostics.iter().any(|said| said.level == Level::Error);
    let said = match gone {
        Gone::Told | Gone::Silent if args.prune && is_whole => prune(&path, &baseline, &met),
        Gone::Told => told(&path, met.gone()),
        Gone::Silent | Gone::Kept => None,
    };
    let known = met.known();
    report.leave_out_known(&known);
    report.diagnostics.extend(said);
}

fn told(path: &str, gone: usize) -> Option<Diagnostic> {
    let gone = some_are(path, gone)?;
    Some(Diagnostic::note(gone).with_hint("`--prune` takes them out"))
}

/// Takes what is gone out of the file; says how much that is, and how much could not be known.
fn prune(path: &str, baseline: &Baseline, met: &Met<'_>) -> Option<Diagnostic> {
    let pruned = met.pruned();
    if pruned != *baseline
        && let Err(why) = disk::replace(path, &pruned.text())
    {
        return Some(Diagnostic::error(format!("`{path}` cannot be written: {why}")));
    }
    let gone = some_are(path, met.gone()).map(|gone| format!("{gone} and taken out"));
    let message = match (gone, met.not_looked_for()) {
        (gone, 0) => gone?,
        (Some(gone), 1) => format!("{gone}; 1 was not looked for and stays"),
        (Some(gone), n) => format!("{gone}; {n} were not looked for and stay"),
        (None, 1) => format!("1 finding of `{path}` was not looked for and stays"),
        (None, n) => format!("{n} findings of `{path}` were not looked for and stay"),
    };
    Some(Diagnostic::note(message))
}

fn some_are(path: &str, gone: usize) -> Option<String> {
    match gone {
        0 => None,
        1 => Some(format!("1 finding of `{path}` is gone")),
        n => Some(format!("{n} findings of `{path}` are gone")),
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

/// `5 findings`, or `5 findings, 6 undecided`.
fn held(baseline: &Baseline) -> String {
    let undecided = baseline.undecided();
    let findings = match baseline.len() - undecided {
        1 => "1 finding".to_owned(),
        n => format!("{n} findings"),
    };
    match undecided {
        0 => findings,
        n => format!("{findings}, {n} undecided"),
    }
}
