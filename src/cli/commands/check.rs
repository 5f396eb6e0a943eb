//! `planward check`.

use std::io::Read;

use super::baseline;
use crate::check::{self, Given, Input, Options, Source, Terms};
use crate::cli::Outcome;
use crate::cli::args::{CheckArgs, FailOn, InputArgs, Unknown, Value};
use crate::cli::clock;
use crate::cli::disk::{self, DiskFiles, as_typed};
use crate::cli::environment;
use crate::cli::progress::Progress;
use crate::cli::settings;
use crate::cli::terminal::Terminal;
use crate::diag::Diagnostic;
use crate::finding::{Gate, Material, Report, Severity, UnknownCounts};
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
    let progress = Progress::start();
    let mut material = Material::default();
    let parts = settings::parts(&args.inputs, options, &mut material);
    for part in &parts {
        check::gather(&DiskFiles, &part.options, &progress, &mut material);
    }
    drop(progress);
    let mut report = Report::new(material);
    report.diagnostics.append(&mut complaints);
    if let Some(path) = settings::baseline(args, &parts) {
        baseline::apply(&mut report, &path, args.prune);
    }
    let gate = settings::gate(args, &parts);
    let stdout = render(&report, &gate, args, terminal);
    let stderr = write_files(&report, &gate, args);
    let code = if stderr.is_empty() { report.exit_code(&gate) } else { 2 };
    Outcome { stdout, stderr, code }
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
    let variables = args.values.iter().map(|value| match value {
        Value::Text(name, text) => Given::Value(name.clone(), text.clone()),
        Value::File(path) => Given::File(as_typed(path)),
    });
    Options {
        inputs,
        plan,
        source,
        environment: environment::variables(),
        variables: variables.collect(),
        terms: Terms {
            today: clock::today(),
            require_reason: args.require_reason,
            locked: args.locked,
        },
        assumed: args.assume.clone(),
        ..super::options(&args.choice)
    }
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
