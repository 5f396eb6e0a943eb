//! A report about some files alone: the run saw more than was asked for.

use super::report::Report;
use crate::diag::Level;
use crate::text::Span;

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
}
