//! The settings file, `planward.hcl`: finds it, reads it, and keeps where each thing stands.
//!
//! Nothing is merged here: what the command line says goes before what a file says, and that is the
//! command line's business. What is not set is `None`. Paths are relative to the file's folder until
//! [`Settings::path`] joins them.

mod find;
mod literal;
mod read;
mod syntax;
#[cfg(test)]
mod tests;

pub use find::{Finder, NAME, find};
pub use read::read;

use crate::finding::{Date, Severity, UnknownCounts};
use crate::text::Span;

/// A value, and where it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set<T> {
    /// What.
    pub value: T,
    /// The attribute or block.
    pub at: Span,
}

/// A suppression by address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suppress {
    /// Ids of policies; may hold `*`.
    pub policies: Vec<String>,
    /// Addresses with or without keys; may hold `*`.
    pub addresses: Vec<String>,
    /// Why; may be empty.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Where it is written.
    pub at: Option<Span>,
}

/// A value for an input of the user's own policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `true`
    Bool(bool),
    /// As written.
    Number(String),
    /// Without quotes and escapes.
    Text(String),
    /// `[..]`
    List(Vec<Literal>),
}

/// What one file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The folder of the file; empty for the working folder.
    pub folder: String,
    /// Files and folders with policies of the user's own.
    pub policies: Option<Set<Vec<String>>>,
    /// Whether the policies that come with the program run.
    pub builtin: Option<Set<bool>>,
    /// Policies that are milder do not run.
    pub level: Option<Set<Severity>>,
    /// Which policies run.
    pub select: Option<Set<Vec<String>>>,
    /// Which do not.
    pub skip: Option<Set<Vec<String>>>,
    /// The mildest severity that makes the exit code 1; inside `None` for none.
    pub fail_on: Option<Set<Option<Severity>>>,
    /// Whether findings of advisory policies count.
    pub fail_on_advisory: Option<Set<bool>>,
    /// What an undecided check means.
    pub unknown: Option<Set<UnknownCounts>>,
    /// Whether it is an error that something was not checked.
    pub require_complete: Option<Set<bool>>,
    /// Whether a suppression needs a reason.
    pub require_reason: Option<Set<bool>>,
    /// Files of values for variables.
    pub variable_files: Option<Set<Vec<String>>>,
    /// Folders and files that are not searched for roots; may hold `*`.
    pub exclude: Option<Set<Vec<String>>>,
    /// Whether findings inside modules that were downloaded count.
    pub outside_modules: Option<Set<bool>>,
    /// The file of known findings.
    pub baseline: Option<Set<String>>,
    /// Other severities, by policy.
    pub severity: Vec<(String, Set<Severity>)>,
    /// Values for inputs of the user's own policies, by name.
    pub inputs: Vec<(String, Set<Literal>)>,
    /// What is so although no configuration says it.
    pub assume: Vec<(String, Set<String>)>,
    /// Suppressions by address.
    pub suppress: Vec<Suppress>,
}

impl Settings {
    /// A path of the file as the run knows it.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        find::join(&self.folder, path)
    }
}
