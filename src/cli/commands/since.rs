//! `planward check --changed-since REVISION`: the root modules that changed, and what is new in them.

use super::baseline::{self, Gone};
use super::check as command;
use crate::check::{Since, gather_since};
use crate::cli::args::CheckArgs;
use crate::cli::disk::DiskFiles;
use crate::cli::git::Repository;
use crate::cli::progress::Progress;
use crate::cli::terminal::Terminal;
use crate::cli::{Outcome, named, settings};
use crate::diag::Diagnostic;
use crate::finding::{Material, Report};

/// Compares the files as they are with those of the revision.
pub(in crate::cli) fn run(args: &CheckArgs, revision: &str, terminal: &Terminal) -> Outcome {
    match compared(args, revision, terminal) {
        Ok(outcome) => outcome,
        Err(error) => {
            let diagnostics = vec![*error];
            let report = Report::new(Material { diagnostics, ..Material::default() });
            command::tell(&report, &settings::gate(args, &[]), args, terminal, &Vec::new())
        }
    }
}

fn compared(
    args: &CheckArgs,
    revision: &str,
    terminal: &Terminal,
) -> Result<Outcome, Box<Diagnostic>> {
    let repository = Repository::find()?;
    let commit = repository.base(revision)?;
    let changes = repository.changes(&commit)?;
    let then = repository.files(&commit, &changes)?;
    let mut complaints = Vec::new();
    let mut options = command::options(&args.inputs, &mut complaints);
    options.excerpts = command::shows_excerpts(args, terminal);
    let named = named::take(&DiskFiles, args, &mut options);
    let mut material = Material::default();
    let parts = settings::parts(&DiskFiles, &args.inputs, options, &mut material);
    let earlier = |folder: &str| changes.earlier(folder);
    let since = Since { then: &then, name: revision, changed: &changes.paths, earlier: &earlier };
    let progress = Progress::start();
    for part in &parts {
        gather_since(&DiskFiles, &part.options, &since, &progress, &mut material);
    }
    let laps = progress.finish();
    if material.inputs.is_empty() {
        let message = format!("no root module has changed since `{revision}`");
        material.diagnostics.push(Diagnostic::note(message));
    }
    let mut report = command::report(&DiskFiles, material, named.as_ref());
    report.diagnostics.append(&mut complaints);
    baseline::apply(&DiskFiles, &mut report, args, &parts, Gone::Silent);
    command::narrow(&mut report, named.as_ref());
    Ok(command::tell(&report, &settings::gate(args, &parts), args, terminal, &laps))
}
