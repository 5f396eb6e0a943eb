//! `planward check`.

use std::io::Read;

use super::baseline::{self, Gone};
use super::{buffer, since, trace, watch};
use crate::check::{self, Input, Named, Options, Source, Terms};
use crate::cli::Outcome;
use crate::cli::args::{Change, CheckArgs, FailOn, InputArgs, Unknown};
use crate::cli::clock;
use crate::cli::disk::{self, DiskFiles, as_typed};
use crate::cli::links;
use crate::cli::named;
use crate::cli::progress::Progress;
use crate::cli::settings;
use crate::cli::stats::{self, Laps};
use crate::cli::terminal::Terminal;
use crate::diag::Diagnostic;
use crate::finding::{self, Gate, Material, Only, Report, Severity, UnknownCounts};
use crate::report::{self, Detail, Style};
use crate::text::Files;

/// Formats that show no excerpts.
const ONE_LINE: [&str; 2] = ["concise", "github"];

/// Checks what was named and tells it.
pub(in crate::cli) fn run(args: &CheckArgs, terminal: &Terminal) -> Outcome {
    if let Some(path) = &args.stdin_filename {
        return buffer::run(args, path, terminal);
    }
    if let Some(revision) = &args.changed_since {
        return since::run(args, revision, terminal);
    }
    if args.watch {
        return watch::run(args, terminal);
    }
    let mut complaints = Vec::new();
    let mut options = options(&args.inputs, &mut complaints);
    options.excerpts = shows_excerpts(args, terminal);
    options.trace = trace::wish(args);
    let named = named::take(&DiskFiles, args, &mut options);
    let progress = Progress::start();
    let mut material = Material::default();
    let parts = settings::parts(&DiskFiles, &args.inputs, options, &mut material);
    let of_parts: Vec<&Options> = parts.iter().map(|part| &part.options).collect();
    let spent = check::gather_parts(&DiskFiles, &of_parts, &progress, &mut material);
    let laps = progress.finish();
    if let Some(wish) = trace::wish(args) {
        return trace::outcome(&wish, material, complaints, terminal);
    }
    let mut report = report(&DiskFiles, material, named.as_ref());
    report.diagnostics.append(&mut complaints);
    let gone = if named.is_some() { Gone::Silent } else { Gone::Told };
    baseline::apply(&DiskFiles, &mut report, args, &parts, gone);
    narrow(&mut report, named.as_ref());
    let gate = settings::gate(args, &parts);
    let outcome = tell(&report, &gate, args, terminal, &laps);
    // The process ends here: the system takes the memory back at once.
    std::mem::forget((report, spent));
    outcome
}

/// Tells a report: prints it in its format, and writes it to files.
pub(super) fn tell(
    report: &Report,
    gate: &Gate,
    args: &CheckArgs,
    terminal: &Terminal,
    laps: &Laps,
) -> Outcome {
    let telling = clock::now();
    let stdout = render(report, gate, args, terminal);
    let mut stderr = write_files(report, gate, args);
    let code = if stderr.is_empty() { report.exit_code(gate) } else { 2 };
    if args.stats {
        stderr.push_str(&stats::told(laps, telling, report));
    }
    Outcome { stdout, stderr, code }
}

/// Whether any format that is asked for shows excerpts.
pub(super) fn shows_excerpts(args: &CheckArgs, terminal: &Terminal) -> bool {
    let formats = args.output.iter().map(|(name, _)| name.as_str());
    formats.chain([shown_format(args, terminal)]).any(|format| !ONE_LINE.contains(&format))
}

/// What was gathered, with what is to be said about the files that were named.
pub(super) fn report(files: &dyn Files, mut material: Material, named: Option<&Named>) -> Report {
    let Some(named) = named else { return Report::new(material) };
    check::read_policies(files, &named.policies, &mut material);
    material.diagnostics.extend(named.diagnostics.iter().cloned());
    material.not_checked.extend(named.not_checked.iter().cloned());
    Report::new(material)
}

/// Leaves what concerns the files that were named.
pub(super) fn narrow(report: &mut Report, named: Option<&Named>) {
    if let Some(within) = named.and_then(|named| named.within.as_ref()) {
        report.keep_within(&|path| within.holds(path));
    }
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
    options_for(args, &args.paths, complaints)
}

/// The same for other paths than those that were typed.
pub(super) fn options_for(
    args: &InputArgs,
    paths: &[String],
    complaints: &mut Vec<Diagnostic>,
) -> Options {
    let mut inputs: Vec<Input> = Vec::with_capacity(paths.len());
    for path in paths {
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
    let bytes = standard_input(complaints)?;
    Some(Input::Bytes { name: path.to_owned(), bytes })
}

/// All of standard input.
pub(super) fn standard_input(complaints: &mut Vec<Diagnostic>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    match std::io::stdin().lock().read_to_end(&mut bytes) {
        Ok(_) => Some(bytes),
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

/// Which findings count, where there is something to compare them with.
pub(in crate::cli) fn only(args: &CheckArgs) -> Only {
    let changes = &args.only;
    if changes.is_empty() && args.changed_since.is_some() {
        return Only::these(&[finding::Change::Introduced, finding::Change::Worsened]);
    }
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
    let detail = match (args.quiet, args.verbose) {
        (true, _) => Detail::Quiet,
        (false, true) => Detail::Full,
        (false, false) => Detail::Usual,
    };
    let suppressed = args.show_suppressed;
    let text = (format.render)(report, gate, &Style { width, colour, unicode, suppressed, detail });
    if !terminal.links || format.name != "pretty" {
        return text;
    }
    let sources = &report.sources;
    let files = sources.files().map(|file| {
        let path = sources.path(file);
        path.strip_prefix("./").unwrap_or(path)
    });
    links::linked(&text, &files.collect())
}
