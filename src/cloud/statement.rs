//! Statements of an IAM policy document that was decoded from JSON, as they are written: single
//! values or lists, any leaf unknown.

use crate::diag::Problem;
use crate::value::{Cause, Kind, Unknown, Value};

use super::answer::Answer;
use super::pattern::{covers, is_every_action, is_every_resource, meet};

/// The statements of a document.
pub(super) struct Statements<'v> {
    /// Those that are known to be there.
    pub(super) known: Vec<Statement<'v>>,
    /// Set when there may be others.
    pub(super) undecided: Option<&'v Value>,
}

impl<'v> Statements<'v> {
    /// Reads a decoded document; null has no statements.
    pub(super) fn of(document: &'v Value) -> Result<Self, Problem> {
        let mut statements = Self { known: Vec::new(), undecided: None };
        match document.kind() {
            Kind::Unknown(_) => statements.undecided = Some(document),
            Kind::String(_) => {
                let problem = Problem::new("a policy document is a decoded object, not its text");
                return Err(problem.with_hint("decode it with `core::jsondecode`"));
            }
            _ => {
                for item in document.get("Statement").map_or(&[][..], items) {
                    match item.kind() {
                        Kind::Unknown(_) => statements.undecided = Some(item),
                        _ => statements.known.push(Statement(item)),
                    }
                }
            }
        }
        Ok(statements)
    }

    /// Whether statements may be missing.
    pub(super) fn more(&self) -> Answer<'v> {
        self.undecided.map_or(Answer::No, Answer::Undecided)
    }
}

/// One statement.
#[derive(Clone, Copy)]
pub(super) struct Statement<'v>(&'v Value);

impl<'v> Statement<'v> {
    /// An element of the statement; null is none.
    pub(super) fn element(self, name: &str) -> Option<&'v Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn has_effect(self, effect: &str) -> Answer<'v> {
        match self.element("Effect") {
            Some(value) if value.is_unknown() => Answer::Undecided(value),
            value => Answer::of(value.and_then(Value::as_str) == Some(effect)),
        }
    }

    /// The value that says to whom it applies: `Principal`, or else `NotPrincipal`.
    pub(super) fn principal(self) -> Option<&'v Value> {
        self.element("Principal").or_else(|| self.element("NotPrincipal"))
    }

    /// Whether it applies to everyone, or to everyone but some.
    pub(super) fn is_for_anyone(self) -> Answer<'v> {
        match (self.element("Principal"), self.element("NotPrincipal")) {
            (Some(principal), _) => is_anyone(principal),
            (None, Some(others)) => is_anyone(others).not(),
            (None, None) => Answer::No,
        }
    }

    /// The elements of `Action` that match every action, or `NotAction` when it leaves `iam` in.
    pub(super) fn every_action(self) -> Vec<(&'v Value, Answer<'v>)> {
        let Some(except) = self.element("NotAction") else {
            let actions = self.element("Action").map_or(&[][..], items);
            return actions.iter().map(|item| (item, text(item, is_every_action))).collect();
        };
        let covers_iam = |pattern: &str| covers(&pattern.to_ascii_lowercase(), "iam:*");
        let answer = Answer::any(items(except).iter().map(|item| text(item, covers_iam))).not();
        vec![(except, answer)]
    }

    /// Whether it is about every resource, or every one but some.
    pub(super) fn is_for_every_resource(self) -> Answer<'v> {
        let every = |value: &'v Value| {
            Answer::any(items(value).iter().map(|item| match item.kind() {
                Kind::Unknown(unknown) if is_particular(unknown) => Answer::No,
                _ => text(item, is_every_resource),
            }))
        };
        match (self.element("Resource"), self.element("NotResource")) {
            (Some(resource), _) => every(resource),
            (None, Some(others)) => every(others).not(),
            (None, None) => Answer::No,
        }
    }

    /// Whether it is about some action that `pattern` (lower case) matches.
    pub(super) fn is_about(self, pattern: &str) -> Answer<'v> {
        if let Some(except) = self.element("NotAction") {
            let covered = |item| text(item, |other| covers(&other.to_ascii_lowercase(), pattern));
            return Answer::any(items(except).iter().map(covered)).not();
        }
        let meets = |item| text(item, |own| meet(&own.to_ascii_lowercase(), pattern));
        Answer::any(self.element("Action").map_or(&[][..], items).iter().map(meets))
    }

    /// Whether its actions and resources hold all of those of `other`.
    pub(super) fn includes(self, other: Self) -> Answer<'v> {
        self.includes_actions(other).and(|| self.includes_resources(other))
    }

    fn includes_actions(self, other: Self) -> Answer<'v> {
        let actions = other.element("Action").filter(|_| other.element("NotAction").is_none());
        let Some(actions) = actions else { return self.includes_action("*") };
        Answer::all(items(actions).iter().map(|wanted| match wanted.as_str() {
            Some(wanted) => self.includes_action(&wanted.to_ascii_lowercase()),
            None => self.includes_action("*").or(|| Answer::Undecided(wanted)),
        }))
    }

    /// Whether its actions hold all that `pattern` (lower case) matches.
    pub(super) fn includes_action(self, pattern: &str) -> Answer<'v> {
        if let Some(except) = self.element("NotAction") {
            let touched = |item| text(item, |other| meet(&other.to_ascii_lowercase(), pattern));
            return Answer::any(items(except).iter().map(touched)).not();
        }
        let holds = |own: &str| is_every_action(own) || covers(&own.to_ascii_lowercase(), pattern);
        let own = self.element("Action").map_or(&[][..], items);
        Answer::any(own.iter().map(|item| text(item, holds)))
    }

    fn includes_resources(self, other: Self) -> Answer<'v> {
        self.is_for_every_resource().or(|| {
            let (Some(own), Some(wanted)) = (self.element("Resource"), other.element("Resource"))
            else {
                return Answer::of(self.element("Resource").is_none());
            };
            Answer::all(items(wanted).iter().map(|wanted| {
                Answer::any(items(own).iter().map(|own| match wanted.as_str() {
                    Some(wanted) => text(own, |own| covers(own, wanted)),
                    None => Answer::Undecided(wanted),
                }))
            }))
        })
    }
}

/// A list's elements, or the value as the only one.
pub(super) fn items(value: &Value) -> &[Value] {
    value.as_elements().unwrap_or_else(|| std::slice::from_ref(value))
}

/// Asks a text; what is no text answers no.
pub(super) fn text<'v>(value: &'v Value, ask: impl FnOnce(&str) -> bool) -> Answer<'v> {
    match value.kind() {
        Kind::String(text) => Answer::of(ask(text.as_str())),
        Kind::Unknown(_) => Answer::Undecided(value),
        _ => Answer::No,
    }
}

/// Whether principals, as a text, a map or a list, include everyone.
fn is_anyone(principals: &Value) -> Answer<'_> {
    match principals.kind() {
        Kind::Object(entries) | Kind::Map(entries) => {
            let people = entries
                .iter()
                .filter(|(kind, _)| matches!(&**kind, "*" | "AWS" | "CanonicalUser" | "Federated"));
            Answer::any(people.map(|(_, value)| is_anyone(value)))
        }
        Kind::Unknown(unknown) if is_particular(unknown) => Answer::No,
        Kind::Unknown(_) => Answer::Undecided(principals),
        Kind::String(text) => Answer::of(is_everyone(text.as_str())),
        _ => Answer::any(principals.as_elements().unwrap_or_default().iter().map(is_anyone)),
    }
}

/// `*`, or an ARN of any account.
fn is_everyone(principal: &str) -> bool {
    let account = principal.split(':').nth(4);
    principal.contains('*')
        && (principal.chars().all(|c| c == '*') || account.is_some_and(|part| part.contains('*')))
}

/// Whether an unknown is, or goes on with, something that a provider hands out, such as an ARN or an
/// account id: that never holds a wildcard.
pub(super) fn is_particular(unknown: &Unknown) -> bool {
    let handed_out = matches!(unknown.reason.cause(), Cause::ComputedAtApply | Cause::DataSource);
    let whole = unknown.symbol.as_ref().is_some_and(|symbol| {
        // The parts of a document that will be read may hold anything.
        !symbol.resource_type.ends_with("_policy_document") && !symbol.attribute.contains('.')
    });
    let begins_well = !unknown.prefix.is_empty() && !unknown.prefix.contains(['*', '?', '$']);
    handed_out && (whole || begins_well)
}
