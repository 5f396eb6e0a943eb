//! What more than one format says: places, sentences, and text made safe for a terminal.

use super::{Detail, Style};
use crate::diag::{Label, Level};
use crate::finding::{
    Change, Decision, Finding, Gate, Only, Report, Severity, Status, Suppression, UnknownCounts,
    UnknownGroup,
};
use crate::text::{FileId, Position, Sources, Span};

/// A span as people and programs read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// As [`path`] gives it.
    pub(super) file: &'a str,
    pub(super) start: Position,
    /// Exclusive.
    pub(super) end: Position,
}

impl<'a> Place<'a> {
    pub(super) fn of(sources: &'a Sources, span: Span) -> Self {
        let (start, end) = sources.range(span);
        Self { file: path(sources, span.file), start, end }
    }

    pub(super) fn of_label(sources: &'a Sources, label: Option<&Label>) -> Option<Self> {
        label.map(|label| Self::of(sources, label.span))
    }

    /// `main.tf:3:5`
    pub(super) fn start(&self) -> String {
        format!("{}:{}:{}", printable(self.file), self.start.line, self.start.column)
    }
}

/// The path of a file without a leading `./`, which some readers of reports do not take.
pub(super) fn path(sources: &Sources, file: FileId) -> &str {
    let path = sources.path(file);
    path.strip_prefix("./").unwrap_or(path)
}

/// The word before a finding's message in the manner of compilers.
pub(super) fn level(finding: &Finding) -> Level {
    match (&finding.status, finding.severity()) {
        (Status::Unknown(_), _) | (Status::Fail, Severity::Info) => Level::Note,
        (Status::Fail, Severity::Critical | Severity::High) => Level::Error,
        (Status::Fail, Severity::Medium | Severity::Low) => Level::Warning,
    }
}

/// One line without anything that moves a terminal's cursor, changes its colours or turns the
/// direction of text around: names and messages hold whatever the checked files hold.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            c if is_unprintable(c) => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect()
}

/// Control characters, and the ones that reorder what a reader sees.
pub(super) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{2028}' | '\u{2029}')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// `1 check`, `2 checks`.
pub(super) fn plural(count: usize, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {noun}s"),
    }
}

/// ``aws_x.a, 3 instances, in `prod` ``
pub(super) fn address(finding: &Finding) -> String {
    let address = printable(&finding.address);
    let address = match finding.count {
        0 | 1 => address,
        count => format!("{address}, {}", plural(count, "instance")),
    };
    if !finding.only_in_some_sets {
        return address;
    }
    let sets: Vec<String> =
        finding.sets.iter().map(|set| format!("`{}`", printable(set))).collect();
    format!("{address}, in {}", sets.join(" and "))
}

/// ``12 checks wait for `var.cidr` (no value given)``
pub(super) fn waiting(group: &UnknownGroup) -> String {
    let checks = plural(group.checks, "check");
    let verb = if group.checks == 1 { "waits" } else { "wait" };
    let (subject, cause) = (printable(&group.reason.subject), printable(&group.reason.cause));
    match (subject.is_empty(), cause.is_empty()) {
        (true, _) => format!("{checks} undecided: {cause}"),
        (false, true) => format!("{checks} {verb} for `{subject}`"),
        (false, false) => format!("{checks} {verb} for `{subject}` ({cause})"),
    }
}

/// ``suppressed by source until 2026-01-31, but that does not hold here: reason``
pub(super) fn suppression(wish: &Suppression) -> String {
    let holds = if wish.holds { "" } else { ", but that does not hold here" };
    let until = wish.until.map(|until| format!(" until {until}")).unwrap_or_default();
    let reason = if wish.reason.is_empty() { "" } else { ": " };
    format!("suppressed by {}{until}{holds}{reason}{}", wish.by.name(), printable(&wish.reason))
}

/// Whether undecided checks are told one by one and not only counted.
pub(super) fn shows_unknown(gate: &Gate) -> bool {
    gate.unknown != UnknownCounts::Ignore
}

/// What was found, in numbers: `3 findings (1 critical, 2 low), 12 checks undecided`.
pub(super) fn found(report: &Report) -> String {
    let summary = report.summary();
    let total: usize = summary.findings.values().sum();
    let by_severity: Vec<String> = summary
        .findings
        .iter()
        .rev()
        .filter(|&(_, &count)| count > 0)
        .map(|(severity, count)| format!("{count} {}", severity.name()))
        .collect();
    let mut parts = vec![match total {
        0 => "no findings".to_owned(),
        _ => format!("{} ({})", plural(total, "finding"), by_severity.join(", ")),
    }];
    let undecided: usize = report.unknowns.iter().map(|group| group.checks).sum();
    if undecided > 0 {
        parts.push(format!("{} undecided", plural(undecided, "check")));
    }
    if !summary.suppressed.is_empty() {
        let by = |(by, count): (&crate::finding::SuppressedBy, &usize)| {
            format!("{count} by {}", by.name())
        };
        let by: Vec<String> = summary.suppressed.iter().map(by).collect();
        parts.push(format!("suppressed: {}", by.join(", ")));
    }
    if !report.not_checked.is_empty() {
        parts.push(format!("{} not checked", report.not_checked.len()));
    }
    parts.join(", ")
}

/// Whether a finding is told by itself and not only counted: a failure that counts, or, on request,
/// whatever is suppressed.
pub(super) fn shows(finding: &Finding, gate: &Gate, style: &Style) -> bool {
    let is_shown = match finding.is_suppressed() {
        true => style.suppressed || style.detail == Detail::Full,
        false => finding.status == Status::Fail,
    };
    is_shown && gate.only.admits(finding.change)
}

/// Against what was there before: `2 introduced, 1 worsened, 5 existing; 3 resolved by this plan`.
pub(super) fn changes(report: &Report, gate: &Gate) -> Option<String> {
    let changes = report.summary().changes?;
    let counts = [
        (changes.introduced, "introduced"),
        (changes.worsened, "worsened"),
        (changes.existing, "existing"),
        (changes.unclear, "not compared"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let mut text = counts.map(|(n, word)| format!("{n} {word}")).collect::<Vec<_>>().join(", ");
    if gate.only != Only::default() && !text.is_empty() {
        let counted = Change::ALL.into_iter().filter(|change| gate.only.admits(Some(*change)));
        let counted: Vec<&str> = counted.map(Change::name).collect();
        text.push_str(&format!(" (of which count: {})", counted.join(", ")));
    }
    if changes.resolved > 0 {
        let semicolon = if text.is_empty() { "" } else { "; " };
        let by = match &report.compared_with {
            Some(with) => format!("since `{}`", printable(with)),
            None => "by this plan".to_owned(),
        };
        text.push_str(&format!("{semicolon}{} resolved {by}", changes.resolved));
    }
    (!text.is_empty()).then_some(text)
}

/// The word for a finding's change, where not all of the report are new.
pub(super) fn change(report: &Report, finding: &Finding) -> Option<&'static str> {
    let is_old =
        |other: &Finding| matches!(other.change, Some(Change::Existing | Change::Worsened));
    let change = finding.change?;
    report.findings.iter().any(is_old).then_some(change.name())
}

/// What was looked at: `30 policies on 12 resources in 4 files`.
pub(super) fn looked_at(report: &Report) -> String {
    format!(
        "{} on {} in {}",
        plural(report.policies.len(), "policy"),
        plural(report.scope.resources, "resource"),
        plural(report.scope.files, "file"),
    )
}

/// `exit code 1 for 2 findings, marked *`; `mark` is what the format puts beside them, if anything.
pub(super) fn decided(decision: &Decision, mark: Option<&str>) -> String {
    let errors = decision.diagnostics.len();
    let gaps = decision.not_checked.len();
    let mut causes = Vec::new();
    if !decision.findings.is_empty() {
        causes.push(plural(decision.findings.len(), "finding"));
    }
    if errors > 0 {
        causes.push(plural(errors, "error"));
    }
    if gaps > 0 {
        causes.push(format!("{gaps} not checked"));
    }
    let marked = mark.map(|mark| format!(", marked {mark}")).unwrap_or_default();
    match causes.is_empty() {
        true => format!("exit code {}", decision.code),
        false => format!("exit code {} for {}{marked}", decision.code, causes.join(" and ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{plural, printable};

    #[test]
    fn numbers_agree_with_their_nouns() {
        assert_eq!(plural(1, "policy"), "1 policy");
        assert_eq!(plural(2, "policy"), "2 policies");
        assert_eq!(plural(0, "check"), "0 checks");
    }

    #[test]
    fn terminal_codes_do_not_pass() {
        assert_eq!(printable("a\u{1b}[31mb\nc\u{202e}"), "a\u{fffd}[31mb c\u{fffd}");
    }
}
