//! `planward validate`: everything that can be said about policies and their tests without running them.
//!
//! Files are read once (`files`); then each family of rules looks at them: the shape of blocks
//! (`grammar`, `shape`), what stands in them (`settings`, `header`), names, functions and types of
//! expressions (`expression` and its siblings), relationships (`connected`), tests (`mocks`) and what is
//! written well but means something else (`design`). A rule is one row in `rule` and a folder of
//! fixtures. All are told, not the first only.

mod call;
mod connected;
mod cycles;
mod design;
mod equality;
mod expression;
mod files;
mod grammar;
mod locals;
mod mocks;
mod names;
mod nulls;
mod rule;
mod schemas;
mod settings;
mod shape;
mod shapes;
mod unused;
mod versions;
mod words;

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Level};
use crate::text::{Files, Sources, Span};

use super::compat::Compat;
use files::Project;
pub use rule::Rule;

/// How strictly files are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mode {
    /// Whose rules hold.
    pub compat: Compat,
    /// Warnings are errors.
    pub strict: bool,
    /// What would not run in HashiCorp's engine is an error.
    pub portable: bool,
}

/// Something that is wrong, and by which rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The rule.
    pub rule: Rule,
    /// What and where.
    pub diagnostic: Diagnostic,
    /// A change of the text that mends it.
    pub fix: Option<Fix>,
}

/// A change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced.
    pub at: Span,
    /// By what.
    pub text: String,
}

impl Fix {
    /// In a string of JSON quotes are written with a backslash.
    fn escape(&mut self, sources: &Sources) {
        let is_json = sources.path(self.at.file).ends_with(".json");
        if is_json && sources.slice(self.at).starts_with('\\') {
            self.text = self.text.replace('"', "\\\"");
        }
    }
}

/// What came of a validation.
#[derive(Clone, Debug, Default)]
pub struct Validated {
    /// Files of policies that were looked at.
    pub policy_files: usize,
    /// Files of tests that were looked at.
    pub test_files: usize,
    /// In the order of files and places.
    pub complaints: Vec<Complaint>,
}

/// Looks at files, and at all files of policies and tests below folders. Tests find policies in
/// `policies`, if they do not stand beside them.
pub fn validate(
    paths: &[String],
    policies: Option<&str>,
    mode: Mode,
    files: &dyn Files,
    sources: &mut Sources,
) -> Validated {
    let mut faults = Faults::new(mode);
    let project = Project::read(paths, policies, files, sources, &mut faults);
    shape::check(&project, &mut faults);
    settings::check(&project, &mut faults);
    versions::check(&project, &mut faults);
    locals::check(&project, &mut faults);
    cycles::check(&project, &mut faults);
    connected::check(&project, &mut faults);
    let uses = expression::check(&project, &mut faults);
    unused::check(&project, &uses, &mut faults);
    mocks::check(&project, &mut faults);
    design::check(&project, &mut faults);
    files::load(&project, files, &mut faults);
    let count = |is_test| project.asked().filter(|file| file.is_test == is_test).count();
    Validated {
        policy_files: count(false),
        test_files: count(true),
        complaints: faults.finish(&project, sources),
    }
}

/// Complaints as they come.
struct Faults {
    mode: Mode,
    complaints: Vec<Complaint>,
    /// While larger than 0, nothing is told: something is looked at again only for its type.
    muted: u32,
}

impl Faults {
    fn new(mode: Mode) -> Self {
        Self { mode, complaints: Vec::new(), muted: 0 }
    }

    /// Says that something is against a rule.
    fn add(&mut self, rule: Rule, at: Span, message: impl Into<String>, hint: impl Into<String>) {
        self.push(rule, Diagnostic::error(message).at(at).with_hint(hint), None);
    }

    /// The same with a change that mends it.
    fn add_fix(&mut self, rule: Rule, at: Span, message: impl Into<String>, text: String) {
        let diagnostic = Diagnostic::error(message).at(at).with_hint(format!("write `{text}`"));
        self.push(rule, diagnostic, Some(Fix { at, text }));
    }

    fn push(&mut self, rule: Rule, diagnostic: Diagnostic, fix: Option<Fix>) {
        if let (0, Some(level)) = (self.muted, rule.level_in(self.mode)) {
            let diagnostic = Diagnostic { level, ..diagnostic };
            self.complaints.push(Complaint { rule, diagnostic, fix });
        }
    }

    /// Those about files that were asked for, in order, each once. Notes that say the same of several
    /// places of a file become one.
    fn finish(self, project: &Project, sources: &Sources) -> Vec<Complaint> {
        let place = |complaint: &Complaint| {
            complaint.diagnostic.at.as_ref().map(|label| {
                let path = sources.path(label.span.file).to_owned();
                (path, label.span.start, label.span.end)
            })
        };
        let mut complaints = self.complaints;
        complaints.retain(|complaint| {
            let at = complaint.diagnostic.at.as_ref();
            at.is_none_or(|label| project.is_asked(label.span.file))
        });
        for fix in complaints.iter_mut().filter_map(|complaint| complaint.fix.as_mut()) {
            fix.escape(sources);
        }
        complaints.sort_by_cached_key(|complaint| {
            (place(complaint), complaint.rule, complaint.diagnostic.message.clone())
        });
        complaints.dedup();
        let mut kept: Vec<Complaint> = Vec::with_capacity(complaints.len());
        let mut notes = BTreeMap::new();
        for complaint in complaints {
            if complaint.diagnostic.level == Level::Note {
                let file = complaint.diagnostic.at.as_ref().map(|label| label.span.file);
                let what = (file, complaint.rule, complaint.diagnostic.message.clone());
                let first = *notes.entry(what).or_insert(kept.len());
                if let Some(first) = kept.get_mut(first) {
                    first.diagnostic.related.extend(complaint.diagnostic.at);
                    continue;
                }
            }
            kept.push(complaint);
        }
        kept
    }
}
