//! Workflow commands: annotations in the diff of a pull request, then everything as plain lines.
//!
//! Beyond ten annotations of a kind in a step GitHub drops the rest without a word, so the worst go
//! first and a last line tells how many were left out. Text from checked files must not become a
//! command of its own: values are escaped, and plain lines are kept from looking like commands.

use std::cmp::Reverse;

use super::Style;
use super::concise;
use super::tell::{self, Place, plural, printable};
use crate::diag::{Diagnostic, Level};
use crate::finding::{Finding, Gate, Note, Report, Severity, UnknownGroup};

/// Annotations of a kind that a step may have.
const LIMIT: usize = 10;

/// Annotations of each kind, how many were left out, and the concise report.
pub(super) fn render(report: &Report, gate: &Gate, style: &Style) -> String {
    let mut annotations = annotations(report, gate);
    // Our own errors before findings, then the worst; a stable sort keeps the order of places.
    annotations.sort_by_key(|annotation| (annotation.level, annotation.rank));
    let mut out = String::new();
    let mut left_out = 0;
    for level in [Level::Error, Level::Warning, Level::Note] {
        let of_level: Vec<&Annotation> =
            annotations.iter().filter(|annotation| annotation.level == level).collect();
        left_out += of_level.len().saturating_sub(LIMIT);
        for annotation in of_level.into_iter().take(LIMIT) {
            out.push_str(&annotation.command());
            out.push('\n');
        }
    }
    for line in concise::render(report, gate, style).lines() {
        out.push_str(&harmless(line));
        out.push('\n');
    }
    if left_out > 0 {
        let more = plural(left_out, "annotation");
        out.push_str(&format!("{more} left out: GitHub takes {LIMIT} of each kind\n"));
    }
    out
}

struct Annotation<'a> {
    level: Level,
    /// What comes first within its level: `None` before every severity.
    rank: Option<Reverse<Severity>>,
    place: Option<Place<'a>>,
    title: String,
    message: String,
}

fn annotations<'a>(report: &'a Report, gate: &Gate) -> Vec<Annotation<'a>> {
    let failures = report
        .findings
        .iter()
        .filter(|finding| tell::shows(finding, gate, &Style::default()))
        .map(|finding| failure(report, finding));
    let groups = if tell::shows_unknown(gate) { report.unknowns.as_slice() } else { &[] };
    let unknowns = groups.iter().map(|group| unknown(report, group));
    let diagnostics = report.diagnostics.iter().map(|diagnostic| said(report, diagnostic));
    let gaps = report.not_checked.iter().map(|note| gap(report, note));
    failures.chain(unknowns).chain(diagnostics).chain(gaps).collect()
}

fn failure<'a>(report: &'a Report, finding: &'a Finding) -> Annotation<'a> {
    let facts = report.facts(finding.policy);
    let evidence = &finding.evidence;
    let wish = finding.suppressed.as_ref().map(|wish| format!(" ({})", tell::suppression(wish)));
    let message = printable(&evidence.message);
    Annotation {
        level: tell::level(finding),
        rank: Some(Reverse(finding.severity())),
        place: Place::of_label(&report.sources, evidence.at.as_ref()),
        title: format!("{}: {}", facts.id, printable(facts.title_of(&finding.part))),
        message: format!("{message} ({}){}", tell::address(finding), wish.unwrap_or_default()),
    }
}

fn unknown<'a>(report: &'a Report, group: &UnknownGroup) -> Annotation<'a> {
    Annotation {
        level: Level::Note,
        rank: Some(Reverse(Severity::Info)),
        place: group.reason.at.map(|span| Place::of(&report.sources, span)),
        title: "undecided".to_owned(),
        message: tell::waiting(group),
    }
}

fn said<'a>(report: &'a Report, diagnostic: &Diagnostic) -> Annotation<'a> {
    let hint = diagnostic.hint.as_ref().map(|hint| format!(" ({})", printable(hint)));
    Annotation {
        level: diagnostic.level,
        rank: None,
        place: Place::of_label(&report.sources, diagnostic.at.as_ref()),
        title: "planward".to_owned(),
        message: printable(&diagnostic.message) + &hint.unwrap_or_default(),
    }
}

fn gap<'a>(report: &'a Report, note: &Note) -> Annotation<'a> {
    Annotation {
        level: Level::Note,
        rank: None,
        place: note.at.map(|span| Place::of(&report.sources, span)),
        title: "not checked".to_owned(),
        message: printable(&format!("{} not checked: {}", note.what, note.why)),
    }
}

impl Annotation<'_> {
    fn command(&self) -> String {
        let name = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let place = self.place.as_ref().map(properties).unwrap_or_default();
        let (title, message) = (property(&self.title), data(&self.message));
        format!("::{name} {place}title={title}::{message}")
    }
}

/// Columns only within one line, where they are honoured; the last one is the label's own.
fn properties(place: &Place<'_>) -> String {
    let (start, end) = (place.start, place.end);
    let lines = format!(
        "file={},line={},endLine={},",
        property(&printable(place.file)),
        start.line,
        end.line
    );
    if start.line == end.line {
        let last = end.column.saturating_sub(1).max(start.column);
        return format!("{lines}col={},endColumn={last},", start.column);
    }
    lines
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A plain line that the runner does not take for a command: `::name::` at its beginning, or the
/// older `##[name]` anywhere.
fn harmless(line: &str) -> String {
    let line = line.replace("##[", "# #[");
    if line.trim_start().starts_with("::") { format!("> {line}") } else { line }
}

#[cfg(test)]
mod tests {
    use super::{data, harmless, property};

    #[test]
    fn values_are_escaped() {
        assert_eq!(data("50%: a, b\nc"), "50%25: a, b%0Ac");
        assert_eq!(property("50%: a, b"), "50%25%3A a%2C b");
    }

    #[test]
    fn plain_lines_are_no_commands() {
        assert_eq!(harmless("  ::add-mask::x"), ">   ::add-mask::x");
        assert_eq!(harmless("a ##[error]b"), "a # #[error]b");
        assert_eq!(harmless("a.tf:1:1: error: x"), "a.tf:1:1: error: x");
    }
}
