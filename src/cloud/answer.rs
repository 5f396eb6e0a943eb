//! Answers in three values, and the list of offending parts that they lead to.
//!
//! An undecided answer carries the value that would have decided it, so that a check which stays
//! undecided can name its root cause. What cannot change an answer does not make it undecided.

use crate::value::{Cause, Reason, Type, Unknown, Value};

/// Yes, no, or waiting for a value that is not known.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answer<'v> {
    No,
    Yes,
    /// Would be decided by this value, which is or holds an unknown.
    Undecided(&'v Value),
}

impl<'v> Answer<'v> {
    pub(super) const fn of(truth: bool) -> Self {
        if truth { Self::Yes } else { Self::No }
    }

    pub(super) const fn is_yes(self) -> bool {
        matches!(self, Self::Yes)
    }

    pub(super) const fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Yes => Self::No,
            Self::Undecided(value) => Self::Undecided(value),
        }
    }

    /// Both; the second is only asked when the first does not decide.
    pub(super) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::No => Self::No,
            Self::Yes => other(),
            Self::Undecided(value) => match other() {
                Self::No => Self::No,
                Self::Yes | Self::Undecided(_) => Self::Undecided(value),
            },
        }
    }

    /// Either; the second is only asked when the first does not decide.
    pub(super) fn or(self, other: impl FnOnce() -> Self) -> Self {
        self.not().and(|| other().not()).not()
    }

    /// Whether one of them is yes.
    pub(super) fn any(answers: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::No;
        for answer in answers {
            result = result.or(|| answer);
            if result.is_yes() {
                break;
            }
        }
        result
    }

    /// Whether none of them is no.
    pub(super) fn all(answers: impl IntoIterator<Item = Self>) -> Self {
        Self::any(answers.into_iter().map(Self::not)).not()
    }
}

/// Offending parts, gathered in reading order.
#[derive(Debug, Default)]
pub(super) struct Offenders<'v> {
    found: Vec<Value>,
    undecided: Option<&'v Value>,
}

impl<'v> Offenders<'v> {
    /// Takes the parts when the answer is yes, and remembers the first that is not decided.
    pub(super) fn consider(
        &mut self,
        answer: Answer<'v>,
        parts: impl IntoIterator<Item = &'v Value>,
    ) {
        match answer {
            Answer::No => {}
            Answer::Yes => self.found.extend(parts.into_iter().cloned()),
            Answer::Undecided(value) => {
                self.undecided.get_or_insert(value);
            }
        }
    }

    /// The definite ones.
    pub(super) fn found(&self) -> &[Value] {
        &self.found
    }

    /// The same, if they offend at all only when `answer` is yes.
    pub(super) fn only_when(self, answer: Answer<'v>) -> Self {
        match answer {
            Answer::Yes => self,
            Answer::No => Self::default(),
            Answer::Undecided(value) => {
                let some = !self.found.is_empty() || self.undecided.is_some();
                Self { found: Vec::new(), undecided: some.then_some(value) }
            }
        }
    }

    /// The definite ones; when there is none but there may be, an unknown list.
    pub(super) fn into_value(self) -> Value {
        match self.undecided {
            Some(value) if self.found.is_empty() => undecided(value, Type::List(Type::Any.into())),
            _ => Value::tuple(self.found),
        }
    }
}

/// An unknown of a type, for the reason that `value` is not known, at the place of `value`.
pub(super) fn undecided(value: &Value, ty: Type) -> Value {
    let reason = value.first_unknown().map_or_else(
        || Reason::new(Cause::ComputedAtApply, "", None),
        |unknown| unknown.reason.clone(),
    );
    Value::unknown(Unknown::new(ty, reason).not_null())
        .with_origin(value.origin())
        .with_marks(value.deep_marks())
}

#[cfg(test)]
mod tests {
    use super::Answer;
    use crate::value::Value;

    #[test]
    fn undecided_yields_to_what_decides() {
        let value = Value::NULL;
        let open = Answer::Undecided(&value);
        assert!(matches!(open.and(|| Answer::No), Answer::No));
        assert!(open.or(|| Answer::Yes).is_yes());
        assert!(matches!(open.and(|| Answer::Yes), Answer::Undecided(_)));
        assert!(matches!(open.or(|| Answer::No), Answer::Undecided(_)));
        assert!(Answer::all([]).is_yes() && matches!(Answer::any([]), Answer::No));
        assert!(Answer::any([open, Answer::Yes]).is_yes());
        assert!(matches!(Answer::all([open, Answer::No]), Answer::No));
    }
}
