//! `path:line:col: error: message [policy.id] (address)`, the shape of compilers.
//!
//! Editors, CI systems and problem matchers read it: the word before the second colon is exactly
//! `error`, `warning` or `note`, and every message is one line. What decided the exit code ends in
//! ` *`. Never coloured.

use super::Style;
use super::tell::{self, Place, printable};
use crate::diag::{Diagnostic, Level};
use crate::finding::{Decision, Finding, Gate, Note, Report, UnknownGroup};

/// The mark after what decided the exit code.
const DECIDES: &str = " *";

/// One line for each finding, group of undecided checks, diagnostic and gap; then the numbers.
pub(super) fn render(report: &Report, gate: &Gate, style: &Style) -> String {
    let decision = report.decided_by(gate);
    let mut lines = Vec::new();
    for (at, finding) in report.findings.iter().enumerate() {
        if tell::shows(finding, gate, style) {
            lines.push(mark(finding_line(report, finding), decision.by_finding(at)));
        }
    }
    if tell::shows_unknown(gate) {
        lines.extend(report.unknowns.iter().map(|group| {
            let decides = group.findings.iter().any(|&at| decision.by_finding(at));
            mark(unknown_line(report, group), decides)
        }));
    }
    for (at, diagnostic) in report.diagnostics.iter().enumerate() {
        lines.push(mark(diagnostic_line(report, diagnostic), decision.by_diagnostic(at)));
    }
    for (at, note) in report.not_checked.iter().enumerate() {
        lines.push(mark(note_line(report, note), decision.by_gap(at)));
    }
    lines.push(last_line(report, gate, &decision));
    lines.join("\n") + "\n"
}

fn mark(line: String, decides: bool) -> String {
    if decides { line + DECIDES } else { line }
}

fn finding_line(report: &Report, finding: &Finding) -> String {
    let evidence = &finding.evidence;
    let place = Place::of_label(&report.sources, evidence.at.as_ref());
    let is_suppressed = finding.is_suppressed();
    let level = if is_suppressed { Level::Note } else { tell::level(finding) }.name();
    let message = printable(&evidence.message);
    let id = &report.facts(finding.policy).id;
    let wish = match &finding.suppressed {
        Some(wish) => format!(" ({})", tell::suppression(wish)),
        None => String::new(),
    };
    let address = tell::address(finding);
    let change = tell::change(report, finding);
    match (place, change) {
        (Some(place), None) => {
            format!("{}: {level}: {message} [{id}] ({address}){wish}", place.start())
        }
        (Some(place), Some(change)) => {
            format!("{}: {level}: {message} [{id}] ({address}, {change}){wish}", place.start())
        }
        (None, None) => format!("{address}: {level}: {message} [{id}]{wish}"),
        (None, Some(change)) => format!("{address}: {level}: {message} [{id}] ({change}){wish}"),
    }
}

fn unknown_line(report: &Report, group: &UnknownGroup) -> String {
    let ids: std::collections::BTreeSet<&str> = group
        .findings
        .iter()
        .filter_map(|&at| report.findings.get(at))
        .map(|finding| report.facts(finding.policy).id.as_str())
        .collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let sentence = format!("note: {} [{}]", tell::waiting(group), ids.join(", "));
    match group.reason.at {
        Some(span) => format!("{}: {sentence}", Place::of(&report.sources, span).start()),
        None => sentence,
    }
}

fn diagnostic_line(report: &Report, diagnostic: &Diagnostic) -> String {
    let message = printable(&diagnostic.message);
    let hint = match &diagnostic.hint {
        Some(hint) => format!(" ({})", printable(hint)),
        None => String::new(),
    };
    let sentence = format!("{}: {message}{hint}", diagnostic.level.name());
    match Place::of_label(&report.sources, diagnostic.at.as_ref()) {
        Some(place) => format!("{}: {sentence}", place.start()),
        None => sentence,
    }
}

fn note_line(report: &Report, note: &Note) -> String {
    let sentence = format!("note: {} not checked: {}", printable(&note.what), printable(&note.why));
    match note.at {
        Some(span) => format!("{}: {sentence}", Place::of(&report.sources, span).start()),
        None => sentence,
    }
}

fn last_line(report: &Report, gate: &Gate, decision: &Decision) -> String {
    let (found, looked_at) = (tell::found(report), tell::looked_at(report));
    let changes = tell::changes(report, gate).map(|changes| format!("{changes}; "));
    let decided = tell::decided(decision, Some("*"));
    format!("{found}; {}{looked_at}; {decided}", changes.unwrap_or_default())
}
