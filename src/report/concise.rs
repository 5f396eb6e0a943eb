//! `path:line:col: error: message [policy.id] (address)`, the shape of compilers.
//!
//! Editors, CI systems and problem matchers read it: the word before the second colon is exactly
//! `error`, `warning` or `note`, and every message is one line. What decided the exit code ends in
//! ` *`. Never coloured.

use super::tell::{self, Place, printable};
use super::{Detail, Style};
use crate::diag::{Diagnostic, Level};
use crate::finding::{Decision, Finding, Gate, Input, Note, Report, UnknownGroup};

/// The mark after what decided the exit code.
const DECIDES: &str = " *";

/// One line for each finding, group of undecided checks, diagnostic and gap; then the numbers.
pub(super) fn render(report: &Report, gate: &Gate, style: &Style) -> String {
    let decision = report.decided_by(gate);
    let mut lines = Vec::new();
    for (at, finding) in report.findings.iter().enumerate() {
        if tell::shows(finding, gate, style) {
            lines.push(mark(finding_line(report, finding), decision.by_finding(at)));
            if style.detail == Detail::Full {
                lines.extend(background(report, finding));
            }
        }
    }
    let mut add = |line: String, decides: bool| {
        if decides || style.detail != Detail::Quiet {
            lines.push(mark(line, decides));
        }
    };
    for group in report.unknowns.iter().filter(|_| tell::shows_unknown(gate)) {
        let decides = group.findings.iter().any(|&at| decision.by_finding(at));
        add(unknown_line(report, group), decides);
    }
    for (at, diagnostic) in report.diagnostics.iter().enumerate() {
        add(diagnostic_line(report, diagnostic), decision.by_diagnostic(at));
    }
    for (at, note) in report.not_checked.iter().enumerate() {
        add(note_line(report, note), decision.by_gap(at));
    }
    match style.detail {
        Detail::Quiet => {}
        Detail::Usual => lines.push(last_line(report, gate, &decision)),
        Detail::Full => {
            let looked_at = |input: &Input| {
                format!("note: looked at {} ({})", printable(&input.path), printable(&input.what))
            };
            lines.extend(report.inputs.iter().map(looked_at));
            lines.push(last_line(report, gate, &decision));
        }
    }
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// What a finding rests on: other places, instances, and what was taken for granted.
fn background(report: &Report, finding: &Finding) -> Vec<String> {
    let evidence = &finding.evidence;
    let id = &report.facts(finding.policy).id;
    let related = evidence.related.iter().map(|label| {
        let text = if label.text.is_empty() { "it depends on this" } else { &label.text };
        let place = Place::of(&report.sources, label.span).start();
        format!("{place}: note: {} [{id}]", printable(text))
    });
    let assumed = evidence.assumed.iter().map(|assumed| format!("assumed: {}", printable(assumed)));
    let instances = finding.instances.iter().filter(|_| finding.count > 1);
    let instances = instances.map(|instance| format!("instance {}", printable(instance)));
    let start = match Place::of_label(&report.sources, evidence.at.as_ref()) {
        Some(place) => place.start(),
        None => printable(&finding.address),
    };
    let own = assumed.chain(instances).map(|text| format!("{start}: note: {text} [{id}]"));
    related.chain(own).collect()
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
