//! `planward check`.

use std::io::Read;

use super::baseline;
use crate::check::{self, Input, Named, Options, Source, Terms};
use crate::cli::Outcome;
use crate::cli::args::{Change, CheckArgs, FailOn, InputArgs, Unknown};
use crate::cli::clock;
use crate::cli::disk::{self, DiskFiles, as_typed};
use crate::cli::named;
use crate::cli::progress::Progress;
use crate::cli::settings;
use crate::cli::terminal::Terminal;
use crate::diag::Diagnostic;
use crate::finding::{self, Gate, Material, Only, Report, Severity, UnknownCounts};
use crate::report::{self, Style};

/// Formats that show no excerpts.
const ONE_LINE: [&str; 2] = ["concise", "github"];

/// Checks what was named and tells it.
pub(in crate::cli) fn run(args: &CheckArgs, terminal: &Terminal) -> Outcome {
    let mut complaints = Vec::new();
    let mut options = options(&args.inputs, &mut complaints);
    let formats = args.output.iter().map(|(name, _)| name.as_str());
    options.excerpts =
        formats.chain([shown_format(args, terminal)]).any(|format| !ONE_LINE.contains(&format));
    let named = named::take(args, &mut options);
    let progress = Progress::start();
    let mut material = Material::default();
    let parts = settings::parts(&args.inputs, options, &mut material);
    let mut spent = Vec::with_capacity(parts.len());
    for part in &parts {
        spent.push(check::gather(&DiskFiles, &part.options, &progress, &mut material));
    }
    drop(progress);
    let mut report = report(material, named.as_ref());
    report.diagnostics.append(&mut complaints);
    if let Some(path) = settings::baseline(args, &parts) {
        let gone = match (&named, args.prune) {
            (Some(_), _) => baseline::Gone::Unknown,
            (None, true) => baseline::Gone::TakenOut,
            (None, false) => baseline::Gone::Told,
        };
        baseline::apply(&mut report, &path, gone);
    }
    let gate = settings::gate(args, &parts);
    let stdout = render(&report, &gate, args, terminal);
    let stderr = write_files(&report, &gate, args);
    let code = if stderr.is_empty() { report.exit_code(&gate) } else { 2 };
    // The process ends here: the system takes the memory back at once.
    std::mem::forget((report, spent));
    Outcome { stdout, stderr, code }
}

/// What was gathered, told of the files that were named.
fn report(mut material: Material, named: Option<&Named>) -> Report {
    let Some(named) = named else { return Report::new(material) };
    check::read_policies(&DiskFiles, &named.policies, &mut material);
    material.diagnostics.extend(named.diagnostics.iter().cloned());
    material.not_checked.extend(named.not_checked.iter().cloned());
    let mut report = Report::new(material);
    if let Some(within) = &named.within {
        report.keep_within(&|path| within.holds(path));
    }
    report
}

/// Writes the report to files, without colours; tells what cannot be written.
fn write_files(report: &Report, gate: &Gate, args: &CheckArgs) -> String {
    let style = Style { suppressed: args.show_suppressed, ..Style::default() };
    let mut complaints = String::new();
    for (name, path) in &args.output {
        let Some(format) = report::format(name) else { continue };
        let text = (format.render)(report, gate, &style);
        if let Err(why) = disk::write(path, &text) {
            complaints.push_str(&format!("error: `{path}` cannot be written: {why}\n"));
        }
    }
    complaints
}

pub(super) fn options(args: &InputArgs, complaints: &mut Vec<Diagnostic>) -> Options {
    let mut inputs: Vec<Input> = Vec::with_capacity(args.paths.len());
    for path in &args.paths {
        // Standard input can be read once; whoever names it twice means it once.
        let is_again = |input: &Input| matches!(input, Input::Bytes { name, .. } if name == path);
        if !inputs.iter().any(is_again) {
            inputs.extend(input(path, complaints));
        }
    }
    let source = match (&args.source, args.no_source) {
        (Some(folder), _) => Source::Folder(as_typed(folder)),
        (None, true) => Source::Without,
        (None, false) => Source::Search,
    };
    let plan = args.plan.as_ref().and_then(|path| input(path, complaints));
    let options = super::with_variables(super::options(&args.choice), &args.variables);
    let terms =
        Terms { today: clock::today(), require_reason: args.require_reason, locked: args.locked };
    Options { inputs, plan, source, terms, ..options }
}

fn input(path: &str, complaints: &mut Vec<Diagnostic>) -> Option<Input> {
    if path != "-" {
        return Some(Input::Path(as_typed(path)));
    }
    let mut bytes = Vec::new();
    match std::io::stdin().lock().read_to_end(&mut bytes) {
        Ok(_) => Some(Input::Bytes { name: path.to_owned(), bytes }),
        Err(error) => {
            let message = format!("standard input cannot be read: {error}");
            complaints.push(Diagnostic::error(message));
            None
        }
    }
}

/// The mildest severity that counts.
pub(in crate::cli) fn threshold(typed: FailOn) -> Option<Severity> {
    match typed {
        FailOn::Critical => Some(Severity::Critical),
        FailOn::High => Some(Severity::High),
        FailOn::Medium => Some(Severity::Medium),
        FailOn::Low => Some(Severity::Low),
        FailOn::None => None,
    }
}

/// What an undecided check means.
pub(in crate::cli) fn meaning(typed: Unknown) -> UnknownCounts {
    match typed {
        Unknown::Warn => UnknownCounts::Warn,
        Unknown::Fail => UnknownCounts::Fail,
        Unknown::Ignore => UnknownCounts::Ignore,
    }
}

/// Which findings of a plan count.
pub(in crate::cli) fn only(changes: &[Change]) -> Only {
    let changes = changes.iter().map(|change| match change {
        Change::Introduced => finding::Change::Introduced,
        Change::Worsened => finding::Change::Worsened,
        Change::Existing => finding::Change::Existing,
    });
    Only::these(&changes.collect::<Vec<_>>())
}

/// The format of what is printed.
fn shown_format<'a>(args: &'a CheckArgs, terminal: &Terminal) -> &'a str {
    let default = if terminal.is_terminal { "pretty" } else { "concise" };
    args.format.as_deref().unwrap_or(default)
}

fn render(report: &Report, gate: &Gate, args: &CheckArgs, terminal: &Terminal) -> String {
    let format = report::format(shown_format(args, terminal))
        .expect("internal error: the arguments hold only names of formats");
    let Terminal { width, colour, unicode, .. } = *terminal;
    (format.render)(
        report,
        gate,
        &Style { width, colour, unicode, suppressed: args.show_suppressed },
    )
}
