//! Findings as a person wants them: the deciding place underlined in its lines, then what to do.
//!
//! This file lays out the page; [`draw`] draws the boxes.

use std::collections::BTreeSet;

use super::draw::{Drawn, draw};
use super::excerpt::{Excerpt, Frame, Pointer};
use super::paint::{Paint, wrap};
use super::tell::{self, Place, printable};
use super::{Detail, Style};
use crate::diag::{Diagnostic, Label, Level};
use crate::finding::{
    Decision, Evidence, Finding, Gate, PlanExcerpt, PolicyIndex, Report, UnknownGroup,
};
use crate::text::{FileId, Sources, Span};

/// A terminal narrower than this is drawn as if it had these columns.
const LEAST_WIDTH: usize = 40;
/// Instances, and checks that wait, named before `and 7 more`.
const NAMED: usize = 5;
/// Where the text of a fact begins: after the longest name.
const FACT_INDENT: usize = "  instances: ".len();

/// Findings, undecided checks by what they wait for, diagnostics, gaps, and the numbers.
pub(super) fn render(report: &Report, gate: &Gate, style: &Style) -> String {
    let decision = report.decided_by(gate);
    let style = Style { width: style.width.max(LEAST_WIDTH), ..*style };
    let mut page = Page { report, paint: Paint::new(style), style, out: String::new() };
    for (at, finding) in report.findings.iter().enumerate() {
        if tell::shows(finding, gate, &style) {
            page.finding(finding, decision.by_finding(at));
        }
    }
    let is_told = |decides: bool| decides || style.detail != Detail::Quiet;
    for group in report.unknowns.iter().filter(|_| tell::shows_unknown(gate)) {
        let decides = group.findings.iter().any(|&at| decision.by_finding(at));
        if is_told(decides) {
            page.unknown(group, decides);
        }
    }
    for (at, diagnostic) in report.diagnostics.iter().enumerate() {
        if is_told(decision.by_diagnostic(at)) {
            page.diagnostic(diagnostic, decision.by_diagnostic(at));
        }
    }
    if is_told(!decision.not_checked.is_empty()) {
        page.gaps(&decision);
    }
    if style.detail != Detail::Quiet {
        page.summary(gate, &decision);
    }
    page.out
}

struct Page<'a> {
    report: &'a Report,
    paint: Paint,
    style: Style,
    out: String,
}

impl Page<'_> {
    fn finding(&mut self, finding: &Finding, decides: bool) {
        let facts = self.report.facts(finding.policy);
        let level = tell::level(finding);
        let badge = self.paint.level(level, finding.severity().name());
        let id = self.paint.bold(facts.id.as_str());
        let title = printable(facts.title_of(&finding.part));
        self.headline(&format!("{badge}  {id}"), &title, decides);
        let evidence = &finding.evidence;
        let labels = evidence.at.iter().chain(&evidence.related);
        self.boxed(&evidence.message, level, labels, evidence.at.as_ref());
        if let Some(plan) = evidence.plan.as_ref().filter(|_| evidence.at.is_none()) {
            self.plan(plan, level);
        }
        self.facts(finding, evidence);
        self.out.push('\n');
    }

    fn facts(&mut self, finding: &Finding, evidence: &Evidence) {
        let facts = self.report.facts(finding.policy);
        self.fact("resource", &tell::address(finding));
        if finding.count > 1 {
            self.fact(
                "instances",
                &self.some(finding.instances.iter().map(|name| printable(name))),
            );
        }
        if let Some(change) = tell::change(self.report, finding) {
            self.fact("change", change);
        }
        if let Some(missing) = &evidence.missing {
            self.fact("missing", &format!("`{}` is not set in this block", printable(missing)));
        } else if !evidence.path.is_empty() && evidence.at.is_none() {
            self.fact("attribute", &printable(&evidence.path));
        }
        if let Some(plan) = evidence.plan.as_ref().filter(|_| evidence.at.is_none()) {
            self.fact("plan", &printable(&plan.path));
        }
        for assumed in &evidence.assumed {
            self.fact("assumed", &printable(assumed));
        }
        for info in &finding.info {
            self.fact("info", &printable(info));
        }
        if !finding.also.is_empty() {
            let id = |&policy: &PolicyIndex| self.report.facts(policy).id.to_string();
            let also = self.some(finding.also.iter().map(id));
            self.fact("also", &also);
        }
        if let Some(wish) = &finding.suppressed {
            self.fact("note", &tell::suppression(wish));
        }
        if !facts.remediation.is_empty() {
            self.fact("help", &printable(&facts.remediation));
        }
    }

    fn unknown(&mut self, group: &UnknownGroup, decides: bool) {
        let badge = self.paint.level(Level::Note, "unknown");
        self.headline(&badge, "", decides);
        let label = group.reason.at.map(|span| Label::new(span, ""));
        self.boxed(&tell::waiting(group), Level::Note, label.iter(), label.as_ref());
        let findings = group.findings.iter().filter_map(|&at| self.report.findings.get(at));
        let check = |finding: &Finding| {
            let id = &self.report.facts(finding.policy).id;
            format!("{id} on {}", tell::address(finding))
        };
        // Parts of one policy may wait for the same.
        let mut seen = BTreeSet::new();
        let checks = self.some(findings.map(check).filter(|check| seen.insert(check.clone())));
        self.fact("checks", &checks);
        self.out.push('\n');
    }

    fn diagnostic(&mut self, diagnostic: &Diagnostic, decides: bool) {
        let badge = self.paint.level(diagnostic.level, diagnostic.level.name());
        self.headline(&badge, "", decides);
        let labels = diagnostic.at.iter().chain(&diagnostic.related);
        self.boxed(&diagnostic.message, diagnostic.level, labels, diagnostic.at.as_ref());
        if let Some(hint) = &diagnostic.hint {
            self.fact("help", &printable(hint));
        }
        self.out.push('\n');
    }

    fn gaps(&mut self, decision: &Decision) {
        for (at, note) in self.report.not_checked.iter().enumerate() {
            let mark = if decision.by_gap(at) { self.mark() } else { "" };
            let place = note.at.map(|span| Place::of(&self.report.sources, span).start());
            let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
            let (what, why) = (printable(&note.what), printable(&note.why));
            self.fact("unchecked", &format!("{what}: {why}{place}{mark}"));
        }
        if !self.report.not_checked.is_empty() {
            self.out.push('\n');
        }
    }

    fn summary(&mut self, gate: &Gate, decision: &Decision) {
        let decided = tell::decided(decision, Some(self.mark().trim()));
        let (found, looked_at) = (tell::found(self.report), tell::looked_at(self.report));
        let inputs = self.report.inputs.iter();
        let read =
            self.some(inputs.map(|input| printable(&format!("{} ({})", input.path, input.what))));
        let read = if read.is_empty() { read } else { format!(" Read: {read}.") };
        let changes = tell::changes(self.report, gate).map(|changes| format!(" {changes}."));
        let changes = changes.unwrap_or_default();
        let paragraph = format!("{found}.{changes} Checked {looked_at}.{read}");
        let mut lines = wrap(&sentence_case(&paragraph), self.style.width);
        if let Some(first) = lines.first_mut() {
            *first = self.paint.bold(first);
        }
        lines.extend(wrap(&sentence_case(&decided), self.style.width));
        self.out.push_str(&lines.join("\n"));
        self.out.push_str(".\n");
    }

    /// The first few names, and how many more there are.
    fn some(&self, names: impl Iterator<Item = String>) -> String {
        let names: Vec<String> = names.collect();
        match names.len().checked_sub(NAMED) {
            Some(more) if more > 0 && self.style.detail != Detail::Full => {
                format!("{} and {more} more", names[..NAMED].join(", "))
            }
            _ => names.join(", "),
        }
    }

    fn mark(&self) -> &'static str {
        if self.style.unicode { " ●" } else { " *" }
    }

    /// `left  title` with the mark of what decided the exit code; the title goes to its own line when
    /// the terminal is narrow.
    fn headline(&mut self, left: &str, title: &str, decides: bool) {
        let mark = if decides { self.mark() } else { "" };
        self.out.push_str(&format!("{left}{mark}\n"));
        for line in wrap(title, self.style.width.saturating_sub(2)) {
            self.out.push_str(&format!("  {line}\n"));
        }
        self.out.push('\n');
    }

    /// `  name:      text`, wrapped under itself.
    fn fact(&mut self, name: &str, text: &str) {
        let lines = wrap(text, self.style.width.saturating_sub(FACT_INDENT));
        let name = self.paint.dim(&format!("  {name}:{:1$}", "", FACT_INDENT - 3 - name.len()));
        let rest = " ".repeat(FACT_INDENT);
        for (at, line) in lines.iter().enumerate() {
            let left = if at == 0 { &name } else { &rest };
            self.out.push_str(&format!("{left}{line}\n"));
        }
    }

    /// The message, and a box for each file that labels point into, the primary one first.
    fn boxed<'l>(
        &mut self,
        message: &str,
        level: Level,
        labels: impl Iterator<Item = &'l Label>,
        primary: Option<&Label>,
    ) {
        let mut files: Vec<(FileId, Vec<Pointer<'l>>)> = Vec::new();
        for label in labels {
            let is_primary = primary.is_some_and(|primary| std::ptr::eq(primary, label));
            let pointer = Pointer { span: label.span, text: &label.text, primary: is_primary };
            match files.iter_mut().find(|(file, _)| *file == label.span.file) {
                Some((_, pointers)) => pointers.push(pointer),
                None => files.push((label.span.file, vec![pointer])),
            }
        }
        let report = self.report;
        let mut message = Some(printable(message));
        for (file, pointers) in files {
            let path = printable(tell::path(&report.sources, file));
            let excerpt =
                Excerpt::new(&report.sources, &report.masked, file, &pointers, self.frame());
            self.draw(message.take(), level, &Drawn { name: path, line: true, excerpt });
        }
        if let Some(message) = message {
            self.draw(Some(message), level, &Drawn::nothing());
        }
    }

    /// The plan's own words; its line numbers count in the excerpt, so only the offset is told.
    fn plan(&mut self, plan: &PlanExcerpt, level: Level) {
        let mut sources = Sources::default();
        let file = sources.add("", plan.json.as_str());
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span::new(file, byte(plan.marked.start), byte(plan.marked.end));
        let pointer = Pointer { span, text: "", primary: true };
        let excerpt = Excerpt::new(&sources, &[], file, &[pointer], self.frame());
        let name = printable(&format!("{} at byte {}", plan.file, plan.offset));
        self.draw(None, level, &Drawn { name, line: false, excerpt });
    }

    fn frame(&self) -> Frame {
        // The gutter with numbers of up to five digits.
        Frame { width: self.style.width.saturating_sub(10), unicode: self.style.unicode }
    }

    fn draw(&mut self, message: Option<String>, level: Level, drawn: &Drawn) {
        self.out.push_str(&draw(message, level, drawn, self.style));
    }
}

fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
