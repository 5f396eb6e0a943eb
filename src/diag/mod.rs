//! Something said about a place: our own complaints about what we were given.
//!
//! A [`Problem`] is an error that knows no place; [`At::at`] turns it into a [`Diagnostic`], in the
//! one module that knows spans. Findings about a user's infrastructure are not errors and live in
//! `finding`; they share [`Label`] with us.

use crate::text::Span;

/// How serious a diagnostic is; what each means for the exit code stands in the README.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Something could not be read or checked: exit code 2.
    Error,
    /// Read and checked, but probably not what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl Level {
    /// The word before a message: `error`, `warning` or `note`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A place and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What stands beside it; may be empty.
    pub text: String,
}

impl Label {
    /// A place with words.
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }
}

/// Something said about what we were given. `at` may be missing: never invent a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How serious it is.
    pub level: Level,
    /// One line, lower case, no full stop.
    pub message: String,
    /// Where.
    pub at: Option<Label>,
    /// Other places that help to understand, such as the opening bracket.
    pub related: Vec<Label>,
    /// The way out.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(message: impl Into<String>) -> Self {
        Self {
            level: Level::Error,
            message: message.into(),
            at: None,
            related: Vec::new(),
            hint: None,
        }
    }

    /// A warning without a place.
    pub fn warning(message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(message) }
    }

    /// A note without a place.
    pub fn note(message: impl Into<String>) -> Self {
        Self { level: Level::Note, ..Self::error(message) }
    }

    /// The same with its place.
    #[must_use]
    pub fn at(self, span: Span) -> Self {
        Self { at: Some(Label::new(span, "")), ..self }
    }

    /// The same with one more related place.
    #[must_use]
    pub fn with_related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label::new(span, text));
        self
    }

    /// The same with the way out.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// An error that knows no place: what functions, operators and conversions return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// One line, lower case, no full stop.
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
    /// The parameter of the function that was called, when its argument is what is wrong.
    pub parameter: Option<Box<str>>,
}

impl Problem {
    /// A problem in one line.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, parameter: None }
    }

    /// The same with the way out.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Gives a problem its place.
pub trait At<T> {
    /// The value, or the problem as an error at `span`.
    fn at(self, span: Span) -> Result<T, Diagnostic>;
}

impl<T> At<T> for Result<T, Problem> {
    fn at(self, span: Span) -> Result<T, Diagnostic> {
        self.map_err(|problem| Diagnostic {
            hint: problem.hint,
            ..Diagnostic::error(problem.message).at(span)
        })
    }
}

/// The closest of `candidates` to `name`, when it is close enough to be what was meant.
pub fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate, limit), candidate))
        .filter(|&(d, _)| d <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edit distance with swaps of neighbours, or more than `limit` when it is larger.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    let mut rows: [Vec<usize>; 3] = [Vec::new(), (0..=b.len()).collect(), Vec::new()];
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (rows[1][j] + 1).min(row[j - 1] + 1).min(rows[1][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(rows[0][j - 2] + 1);
            }
        }
        rows.rotate_left(1);
        rows[1] = row;
    }
    rows[1][b.len()]
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn suggests_only_what_is_close() {
        let names = ["bucket", "ingress", "acl"];
        assert_eq!(did_you_mean("buckte", names), Some("bucket"));
        assert_eq!(did_you_mean("ingres", names), Some("ingress"));
        assert_eq!(did_you_mean("policy", names), None);
    }
}
