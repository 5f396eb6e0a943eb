//! `planward check --watch`: checks again whenever a file changes, until it is stopped.
//!
//! Each pass prints a fixed first line, all of the report, and a fixed last line: tasks of editors know
//! by them when to forget earlier problems, and when they have all.

use std::thread::sleep;
use std::time::Duration;

use super::baseline::{self, Gone};
use super::check;
use crate::check::Session;
use crate::cli::args::CheckArgs;
use crate::cli::named;
use crate::cli::progress::Progress;
use crate::cli::settings;
use crate::cli::snapshot::Snapshot;
use crate::cli::terminal::Terminal;
use crate::cli::{Outcome, print};
use crate::diag::{Diagnostic, Level};
use crate::finding::{Gate, Material, Report, Status};

/// How often the disk is looked at. A look takes about a hundredth of that.
const INTERVAL: Duration = Duration::from_millis(50);
/// After a change: until nothing changes for so long, at most so many times. Saving may take several
/// steps.
const SETTLING: Duration = Duration::from_millis(10);
const PATIENCE: usize = 5;

/// Checks until nobody reads any more, or the process is stopped from outside.
pub(in crate::cli) fn run(args: &CheckArgs, terminal: &Terminal) -> Outcome {
    if args.inputs.paths.iter().any(|path| path == "-") {
        let stderr = "error: standard input cannot be watched\n".to_owned();
        return Outcome { stdout: String::new(), stderr, code: 2 };
    }
    let files = Snapshot::default();
    let mut session = Session::default();
    loop {
        if print("planward: checking\n").is_err() {
            return ended();
        }
        let text = pass(args, terminal, &files, &mut session);
        if print(&text).is_err() {
            return ended();
        }
        files.tidy();
        wait(&files);
    }
}

/// Whoever reads has seen enough.
fn ended() -> Outcome {
    Outcome { stdout: String::new(), stderr: String::new(), code: 0 }
}

fn wait(files: &Snapshot) {
    while !files.refresh() {
        sleep(INTERVAL);
    }
    for _ in 0..PATIENCE {
        sleep(SETTLING);
        if !files.refresh() {
            return;
        }
    }
}

/// One check of everything, as text.
fn pass(args: &CheckArgs, terminal: &Terminal, files: &Snapshot, session: &mut Session) -> String {
    let mut complaints = Vec::new();
    let mut options = check::options(&args.inputs, &mut complaints);
    options.excerpts = check::shows_excerpts(args, terminal);
    let named = named::take(files, args, &mut options);
    let mut material = Material::default();
    let parts = settings::parts(files, &args.inputs, options, &mut material);
    let options: Vec<_> = parts.iter().map(|part| &part.options).collect();
    let progress = Progress::start();
    session.gather(files, &options, &progress, &mut material);
    let laps = progress.finish();
    let mut report = check::report(files, material, named.as_ref());
    report.diagnostics.append(&mut complaints);
    baseline::apply(files, &mut report, args, &parts, Gone::Silent);
    check::narrow(&mut report, named.as_ref());
    let gate = settings::gate(args, &parts);
    let Outcome { stdout, stderr, .. } = check::tell(&report, &gate, args, terminal, &laps);
    format!("{stdout}{stderr}planward: done, {}\n", problems(&report, &gate))
}

/// What a list of problems would hold: findings that are told, and errors and warnings of our own.
fn problems(report: &Report, gate: &Gate) -> String {
    let findings = report.findings.iter().filter(|finding| {
        finding.status == Status::Fail
            && !finding.is_suppressed()
            && gate.only.admits(finding.change)
    });
    let is_problem = |said: &&Diagnostic| said.level != Level::Note;
    match findings.count() + report.diagnostics.iter().filter(is_problem).count() {
        1 => "1 problem".to_owned(),
        n => format!("{n} problems"),
    }
}
