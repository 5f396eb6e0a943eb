//! One policy on one resource: filter, conditions, relationships, and the worst of it all.

use crate::diag::{Diagnostic, Problem};
use crate::eval::{BROKEN_PART, Came, Fault, What};
use crate::hcl::ExprId;
use crate::text::Span;
use crate::value::{Origin, Reason, Type, Value, convert};

use super::connected;
use super::file::Enforce;
use super::scope::Asked;

/// What came of a question.
#[derive(Debug)]
pub(super) enum Answer {
    /// The filter left the resource out.
    NotApplicable,
    /// Every condition is true.
    Pass,
    /// Some condition is false.
    Fail(Vec<Said>),
    /// Some condition is not decided, none is false.
    Unknown(Vec<(Reason, Said)>),
    /// Some condition cannot be evaluated.
    Error(Box<Diagnostic>),
}

/// What one condition has to say.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The message.
    pub message: String,
    /// What decided, in a recorded evaluation.
    pub origin: Origin,
    /// The condition, or the block that counts.
    pub at: Option<Span>,
}

/// What several conditions came to.
#[derive(Debug, Default)]
pub(super) struct Results {
    pub failures: Vec<Said>,
    pub unknowns: Vec<(Reason, Said)>,
    pub error: Option<Box<Diagnostic>>,
}

impl Results {
    /// Error goes before failure, failure before unknown.
    fn into_answer(self) -> Answer {
        match self {
            Self { error: Some(error), .. } => Answer::Error(error),
            Self { failures, .. } if !failures.is_empty() => Answer::Fail(failures),
            Self { unknowns, .. } if !unknowns.is_empty() => Answer::Unknown(unknowns),
            Self { .. } => Answer::Pass,
        }
    }

    pub(super) fn fault(&mut self, fault: &Fault) {
        if self.error.is_none() {
            self.error = Some(Box::new(fault.diagnostic.clone()));
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.failures.extend(other.failures);
        self.unknowns.extend(other.unknowns);
        self.error = self.error.take().or(other.error);
    }
}

/// Asks the question.
pub(super) fn answer(asked: &Asked<'_>) -> Answer {
    if let Some(filter) = asked.policy.filter {
        match truth(asked, What::Filter, filter) {
            Ok(Truth::True) => {}
            Ok(Truth::False(_)) => return Answer::NotApplicable,
            Ok(Truth::Unknown(reason, origin)) => {
                let message = "whether this policy applies is not known".to_owned();
                let at = Some(asked.file().tree.expr(filter).span());
                return Answer::Unknown(vec![(reason, Said { message, origin, at })]);
            }
            Err(fault) => return Answer::Error(Box::new(fault.diagnostic)),
        }
    }
    let mut results = enforce(asked, &asked.policy.enforces);
    for block in &asked.policy.connected {
        results.add(connected::evaluate(asked, block, asked.parent()));
    }
    results.into_answer()
}

/// Runs conditions; every one, also after one failed.
pub(super) fn enforce(asked: &Asked<'_>, enforces: &[Enforce]) -> Results {
    let mut results = Results::default();
    for enforce in enforces {
        let at = Some(asked.file().tree.expr(enforce.condition).span());
        match truth(asked, What::Condition, enforce.condition) {
            Ok(Truth::True) => {}
            Ok(Truth::False(origin)) => {
                if let Err(fault) = message_holds(asked, enforce) {
                    results.fault(&fault);
                }
                results.failures.push(Said { message: message(asked, enforce), origin, at });
            }
            Ok(Truth::Unknown(reason, origin)) => {
                let message = message(asked, enforce);
                results.unknowns.push((reason, Said { message, origin, at }));
            }
            Err(fault) => results.fault(&fault),
        }
    }
    results
}

/// Whether a condition holds.
pub(super) enum Truth {
    True,
    False(Origin),
    Unknown(Reason, Origin),
}

/// Evaluates a condition.
pub(super) fn truth(asked: &Asked<'_>, what: What, condition: ExprId) -> Result<Truth, Box<Fault>> {
    let expr = asked.file().tree.expr(condition);
    let value = asked.logged(what, String::new, expr.span(), || asked.evaluate(condition))?;
    let fail = |message: &str| Fault::new(Problem::new(message), expr.span());
    if value.is_null() {
        return Err(fail("condition is null, true or false is required"));
    }
    let value = convert(&value, &Type::Bool).map_err(|problem| Fault::new(problem, expr.span()))?;
    let origin = origin(asked, &value);
    match (value.as_bool(), value.as_unknown()) {
        (Some(true), _) => Ok(Truth::True),
        (Some(false), _) => Ok(Truth::False(origin)),
        (None, Some(unknown)) => Ok(Truth::Unknown(unknown.reason.clone(), origin)),
        (None, None) => Err(fail("condition is neither true nor false")),
    }
}

fn origin(asked: &Asked<'_>, value: &Value) -> Origin {
    asked.trace.map_or(Origin::NONE, |trace| trace.of(value))
}

/// Whether a message can be rendered, where that is asked for.
fn message_holds(asked: &Asked<'_>, enforce: &Enforce) -> Result<(), Box<Fault>> {
    match enforce.error_message {
        Some(id) if !asked.switches().mends_messages => asked.evaluate(id).map(drop),
        _ => Ok(()),
    }
}

/// The words for a condition that is false. Parts that are not known, null or broken are said so;
/// what is sensitive is not shown.
fn message(asked: &Asked<'_>, enforce: &Enforce) -> String {
    // Only said once it is known that it has to be.
    if asked.trace.is_none() {
        return String::new();
    }
    match enforce.error_message {
        Some(id) => words(asked, id),
        None => "condition not met".to_owned(),
    }
}

/// Renders a message. A part that cannot be evaluated is a mistake of the policy's author, who is told.
pub(super) fn words(asked: &Asked<'_>, id: ExprId) -> String {
    let expr = asked.file().tree.expr(id);
    if let Some(log) = asked.log() {
        log.open(What::Message, "", Some(expr.span()));
    }
    let text = rendered(asked, id);
    if let Some(log) = asked.log() {
        log.close(Came::Words(text.clone()));
    }
    text
}

fn rendered(asked: &Asked<'_>, id: ExprId) -> String {
    let text = asked.evaluator().render(asked.file().tree.expr(id));
    if text.contains(BROKEN_PART)
        && let Err(fault) = asked.evaluate(id)
    {
        let message = format!("the message cannot be rendered: {}", fault.diagnostic.message);
        let at = fault.diagnostic.at;
        asked.complaints.borrow_mut().push(Diagnostic { at, ..Diagnostic::warning(message) });
    }
    text
}
