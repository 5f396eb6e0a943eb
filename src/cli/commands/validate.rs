//! `planward validate`: what is wrong with policies and their tests, without running them.
//!
//! `docs/validating-policies.md` tells what the JSON holds.

use std::fmt::Write;

use serde::Serialize;

use crate::cli::Outcome;
use crate::cli::args::{ComplaintFormat, ValidateArgs};
use crate::cli::disk::{DiskFiles, as_typed};
use crate::diag::{Label, Level};
use crate::policy::validate::{Complaint, Mode, Validated, validate};
use crate::report::{Place, Range};
use crate::text::{Sources, Span};

/// Tells what is wrong; exit code 2 when there is an error.
pub(in crate::cli) fn run(args: &ValidateArgs) -> Outcome {
    let mode =
        Mode { compat: args.compat.compat.into(), strict: args.strict, portable: args.portable };
    let paths: Vec<String> = args.paths.iter().map(|path| as_typed(path)).collect();
    let policies = args.policies.as_deref().map(as_typed);
    let mut sources = Sources::default();
    let validated = validate(&paths, policies.as_deref(), mode, &DiskFiles, &mut sources);
    let counts = Counts::of(&validated);
    let stdout = match args.format {
        ComplaintFormat::Text => text(&validated, &counts, &sources),
        ComplaintFormat::Json => json(&validated, &counts, &sources),
    };
    let code = if counts.errors > 0 { 2 } else { 0 };
    Outcome { stdout, stderr: String::new(), code }
}

#[derive(Serialize)]
struct Counts {
    policy_files: usize,
    test_files: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
}

impl Counts {
    fn of(validated: &Validated) -> Self {
        let count = |level: Level| {
            validated.complaints.iter().filter(|c| c.diagnostic.level == level).count()
        };
        Self {
            policy_files: validated.policy_files,
            test_files: validated.test_files,
            errors: count(Level::Error),
            warnings: count(Level::Warning),
            notes: count(Level::Note),
        }
    }
}

fn text(validated: &Validated, counts: &Counts, sources: &Sources) -> String {
    let mut text = String::new();
    for Complaint { rule, diagnostic, .. } in &validated.complaints {
        if let Some(label) = &diagnostic.at {
            let _ = write!(text, "{}: ", place(label.span, sources));
        }
        let (level, id) = (diagnostic.level.name(), rule.id());
        let _ = write!(text, "{level}: {} [{id}]", diagnostic.message);
        // Those of a note are the same again, elsewhere in the file.
        match (diagnostic.level, diagnostic.related.len()) {
            (Level::Note, 1) => text.push_str(", and once more"),
            (Level::Note, n @ 2..) => drop(write!(text, ", and {n} times more")),
            _ => {}
        }
        text.push('\n');
        if diagnostic.level != Level::Note {
            for Label { span, text: words } in &diagnostic.related {
                let _ = writeln!(text, "  {}: {words}", place(*span, sources));
            }
        }
        if let Some(hint) = &diagnostic.hint {
            let _ = writeln!(text, "  hint: {hint}");
        }
    }
    let _ = writeln!(
        text,
        "{} and {}: {}, {}, {}",
        several(counts.policy_files, "policy file"),
        several(counts.test_files, "test file"),
        several(counts.errors, "error"),
        several(counts.warnings, "warning"),
        several(counts.notes, "note"),
    );
    text
}

fn place(span: Span, sources: &Sources) -> String {
    let position = sources.position(span.file, span.start);
    format!("{}:{}:{}", sources.path(span.file), position.line, position.column)
}

fn several(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// The JSON: `version` grows when something that was there changes its meaning or goes.
#[derive(Serialize)]
struct Told<'v> {
    version: u32,
    summary: &'v Counts,
    diagnostics: Vec<ToldOne<'v>>,
}

#[derive(Serialize)]
struct ToldOne<'v> {
    rule: &'static str,
    level: &'static str,
    message: &'v str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'v str>,
    #[serde(flatten)]
    place: Option<Place<'v>>,
    related: Vec<ToldLabel<'v>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<ToldFix<'v>>,
}

#[derive(Serialize)]
struct ToldLabel<'v> {
    text: &'v str,
    #[serde(flatten)]
    place: Place<'v>,
}

#[derive(Serialize)]
struct ToldFix<'v> {
    text: &'v str,
    range: Range,
}

fn json(validated: &Validated, counts: &Counts, sources: &Sources) -> String {
    let place = |span: Span| Place::new(sources, span);
    let label = |label: &'_ Label| place(label.span);
    let told = |complaint: &'_ Complaint| {
        let diagnostic = &complaint.diagnostic;
        (
            diagnostic.at.as_ref().map(label),
            diagnostic.related.iter().map(label).collect::<Vec<_>>(),
        )
    };
    let diagnostics = validated.complaints.iter().map(|complaint| {
        let Complaint { rule, diagnostic, fix } = complaint;
        let (at, related) = told(complaint);
        let texts = diagnostic.related.iter().map(|label| label.text.as_str());
        ToldOne {
            rule: rule.id(),
            level: diagnostic.level.name(),
            message: &diagnostic.message,
            hint: diagnostic.hint.as_deref(),
            place: at,
            related: texts.zip(related).map(|(text, place)| ToldLabel { text, place }).collect(),
            fix: fix.as_ref().map(|fix| ToldFix { text: &fix.text, range: place(fix.at).range }),
        }
    });
    let told = Told { version: 1, summary: counts, diagnostics: diagnostics.collect() };
    let text = serde_json::to_string_pretty(&told)
        .expect("internal error: structs with named fields are always JSON");
    text + "\n"
}
