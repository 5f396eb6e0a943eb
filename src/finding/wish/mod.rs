//! What a comment asks to leave out: Planward's own words and those of other tools, as text.
//!
//! Nothing here knows where a comment stands or whether anybody grants the wish; `check` does both.
//! [`Wishes::of`] never fails: what cannot be read is a [`Malformed`] with the way out.

mod foreign;
mod own;
#[cfg(test)]
mod tests;

use super::date::Date;

/// Whose words a comment is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// `planward:ignore`
    Planward,
    /// `checkov:skip=`: names checks of Checkov.
    Checkov,
    /// `trivy:ignore:`: names checks of Trivy.
    Trivy,
    /// `tfsec:ignore:`: names checks of tfsec, or of Trivy.
    Tfsec,
}

/// How far a wish reaches from where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The attribute or block on its line or below it.
    Here,
    /// The top-level block around it, as with Checkov.
    Around,
    /// The whole file.
    File,
}

/// A policy that a wish names, maybe for one instance only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The id, which may hold `*`; for other tools, theirs.
    pub id: String,
    /// The key of the instance as an address has it, without brackets: `0` or `"a"`.
    pub key: Option<String>,
}

/// A condition of Trivy's on the resource: attribute path and text of the value.
pub type Parameter = (String, String);

/// One wish of a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Whose words.
    pub dialect: Dialect,
    /// How far it reaches.
    pub reach: Reach,
    /// What is to be left out; never empty.
    pub named: Vec<Named>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Why; may be empty.
    pub reason: String,
    /// What must be true of the resource.
    pub parameters: Vec<Parameter>,
    /// The workspace for which it holds; which one is in use nobody knows here.
    pub workspace: Option<String>,
}

/// A comment that means to be a suppression of ours and cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// One line, lower case, no full stop.
    pub message: String,
    /// The way out.
    pub hint: String,
}

/// What a comment asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// In the order in which they are written.
    pub wishes: Vec<Wish>,
    /// What cannot be read.
    pub malformed: Vec<Malformed>,
}

impl Wishes {
    /// Whether a text may hold any comment that asks for something: a quick look, so that files
    /// without any pay nothing more.
    #[must_use]
    pub fn may_be_in(text: &str) -> bool {
        ["planward:", ":skip=", ":ignore:"]
            .iter()
            .any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
    }

    /// Reads a comment with its marks.
    #[must_use]
    pub fn of(comment: &str) -> Self {
        let text = without_marks(comment);
        match text.strip_prefix("planward:") {
            Some(rest) => own::read(rest),
            None => Self { wishes: foreign::read(text), malformed: Vec::new() },
        }
    }
}

/// The words of a comment.
fn without_marks(comment: &str) -> &str {
    if let Some(inside) = comment.strip_prefix("/*") {
        let inside = inside.strip_suffix("*/").unwrap_or(inside);
        return inside.trim_start_matches('*').trim();
    }
    comment.trim_start_matches('#').trim_start_matches('/').trim()
}

/// A reason as one line, without what people put before it.
fn reason(text: &str) -> String {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '–'));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
