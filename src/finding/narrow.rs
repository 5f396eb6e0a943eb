//! A report about some files only: what a hook tells about what changed, and an editor in a buffer.
//!
//! The run saw more than was asked for; nothing is judged anew. A hook hears of everything that the files
//! have a part in, where it stands; a buffer has room for what stands in it alone. That other files could
//! not be read is told to both, for then less was found than there may be.

use std::sync::Arc;

use super::group::{self, Finding, Status};
use super::outcome::{Evidence, Reason, WRITTEN};
use super::report::Report;
use crate::diag::{Diagnostic, Label, Level};
use crate::text::{FileId, Sources, Span};

impl Report {
    /// Leaves out what neither stands in nor comes from these files. What has no place stays, and so
    /// does every error: what could not be read may be why a finding is missing.
    pub fn keep_within(&mut self, is_within: &dyn Fn(&str) -> bool) {
        let Self { findings, diagnostics, not_checked, sources, .. } = self;
        let holds = |span: Span| is_within(sources.path(span.file));
        findings.retain(|finding| {
            finding.files.is_empty()
                || finding.files.iter().any(|&file| is_within(sources.path(file)))
        });
        diagnostics.retain(|said| {
            said.level == Level::Error || said.at.as_ref().is_none_or(|label| holds(label.span))
        });
        not_checked.retain(|note| note.at.is_none_or(holds));
        self.count_waiting();
    }

    /// Leaves what is said about the files that are asked for, by path. A finding whose value is written
    /// in one of them, or whose downloaded module is called there, moves to that place.
    pub fn narrow(&mut self, is_asked: impl Fn(&str) -> bool) {
        let Self { policies, sources, findings, diagnostics, not_checked, .. } = self;
        let asked = |file: FileId| is_asked(sources.path(file));
        findings.retain_mut(|finding| keep(finding, &asked, sources));
        not_checked.retain(|note| note.at.is_some_and(|at| asked(at.file)));
        let elsewhere = |said: &Diagnostic| said.at.as_ref().is_some_and(|at| !asked(at.span.file));
        let errors = diagnostics.iter().filter(|said| said.level == Level::Error);
        let missed: Vec<Diagnostic> = errors.filter(|said| elsewhere(said)).cloned().collect();
        diagnostics.retain(|said| !elsewhere(said));
        diagnostics.extend(told(&missed, sources));
        group::sort(findings, policies, sources);
        self.count_waiting();
    }
}

/// One warning for all errors in files that were not asked for.
fn told(missed: &[Diagnostic], sources: &Sources) -> Option<Diagnostic> {
    let first = missed.first()?;
    let message = match missed.len() {
        1 => "1 error in another file of the configuration; less may be found here".to_owned(),
        n => format!("{n} errors in other files of the configuration; less may be found here"),
    };
    let warning = Diagnostic::warning(message);
    Some(match &first.at {
        Some(at) => {
            let line = sources.position(at.span.file, at.span.start).line;
            let path = sources.path(at.span.file);
            warning.with_hint(format!("{path}:{line}: {}", first.message))
        }
        None => warning,
    })
}

/// Whether a finding stays; moves it to where the files have to do with it.
fn keep(finding: &mut Finding, asked: &impl Fn(FileId) -> bool, sources: &Sources) -> bool {
    let is_here = |label: &Label| asked(label.span.file);
    if !finding.evidence.at.as_ref().is_some_and(is_here) {
        let from = place(&finding.evidence, &is_here, sources);
        match (from, &finding.status) {
            (Some(at), _) => move_to(Arc::make_mut(&mut finding.evidence), at),
            (None, Status::Unknown(reason)) => {
                return reason.at.is_some_and(|at| asked(at.file));
            }
            (None, Status::Fail) => return false,
        }
    }
    if let Status::Unknown(reason) = &mut finding.status
        && reason.at.is_some_and(|at| !asked(at.file))
    {
        *reason = Arc::new(Reason { at: None, ..Reason::clone(reason) });
    }
    true
}

/// The related place in a file that was asked for that is as good as the deciding one.
fn place(
    evidence: &Evidence,
    is_here: &impl Fn(&Label) -> bool,
    sources: &Sources,
) -> Option<usize> {
    let primary = evidence.at.as_ref().map_or("", |at| sources.path(at.span.file));
    let is_downloaded = primary.split('/').any(|part| part == ".terraform");
    let is_as_good = |label: &&Label| {
        let is_value = label.text == WRITTEN || is_of_values(sources.path(label.span.file));
        let is_call = is_downloaded && label.text.starts_with("`module.");
        (is_value || is_call) && is_here(label)
    };
    evidence.related.iter().position(|label| is_as_good(&label))
}

fn is_of_values(path: &str) -> bool {
    path.ends_with(".tfvars") || path.ends_with(".tfvars.json")
}

fn move_to(evidence: &mut Evidence, related: usize) {
    let new = evidence.related.remove(related);
    let range = &mut evidence.calls;
    let before = |at: usize| at - usize::from(at > related);
    *range = before(range.start)..before(range.end);
    if let Some(old) = evidence.at.replace(new) {
        evidence.related.insert(0, old);
        *range = range.start + 1..range.end + 1;
    }
    // What is missing is missing at the old place.
    evidence.missing = None;
}
