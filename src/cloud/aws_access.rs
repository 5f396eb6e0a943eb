//! Who may do what by an AWS policy document: everyone, everything.

use crate::diag::Problem;
use crate::value::Value;

use super::answer::{Answer, Offenders};
use super::condition::{is_confined, is_inside_perimeter, is_narrowed};
use super::statement::{Statement, Statements, items};
use super::trust;

/// `aws_public_principals(document, actions...)`: the principals of Allow statements that are open to
/// everyone. With action patterns, only of statements that grant one of these.
pub(super) fn public_principals(arguments: &[Value]) -> Result<Value, Problem> {
    let (document, actions) = match arguments {
        [document] => (document, None),
        [document, actions] => (document, Some(actions)),
        _ => {
            return Err(Problem::new("a policy document and perhaps action patterns are expected"));
        }
    };
    let statements = Statements::of(document)?;
    Ok(principals(&statements, |statement| {
        is_public(statement, &statements).and(|| match actions {
            None => Answer::Yes,
            Some(actions) => Answer::any(items(actions).iter().map(|pattern| {
                let pattern = pattern.as_str().unwrap_or_default().to_ascii_lowercase();
                statement.is_about(&pattern)
            })),
        })
    }))
}

/// `aws_open_trust(document)`: the principals of a role's trust policy by which anyone may take the
/// role.
pub(super) fn open_trust(arguments: &[Value]) -> Result<Value, Problem> {
    let statements = Statements::of(one(arguments)?)?;
    Ok(principals(&statements, |statement| {
        is_public(statement, &statements).or(|| {
            statement
                .has_effect("Allow")
                .and(|| trust::is_any_tenant(statement))
                .and(|| is_inside_perimeter(statement, &statements).not())
        })
    }))
}

/// `aws_admin_actions(document)`: the actions of an identity policy that grant everything on
/// everything.
pub(super) fn admin_actions(arguments: &[Value]) -> Result<Value, Problem> {
    everything(arguments, false)
}

/// `aws_conditional_admin_actions(document)`: the same for statements that a condition narrows.
pub(super) fn conditional_admin_actions(arguments: &[Value]) -> Result<Value, Problem> {
    everything(arguments, true)
}

fn everything(arguments: &[Value], narrowed: bool) -> Result<Value, Problem> {
    let statements = Statements::of(one(arguments)?)?;
    let taken_back = Answer::any(statements.known.iter().map(|deny| {
        Answer::of(deny.element("Condition").is_none())
            .and(|| deny.has_effect("Deny"))
            .and(|| deny.is_for_every_resource())
            .and(|| denies_administration(*deny))
    }));
    let mut offenders = Offenders::default();
    for statement in statements.known.iter().filter(|s| is_narrowed(**s) == narrowed) {
        for (action, every) in statement.every_action() {
            let answer = every
                .and(|| statement.has_effect("Allow"))
                .and(|| statement.is_for_every_resource())
                .and(|| taken_back.not());
            offenders.consider(answer, [action]);
        }
    }
    if !narrowed {
        offenders.consider(statements.more(), []);
    }
    Ok(offenders.into_value())
}

/// Whether it denies everything, or what makes an administrator: all of `iam`.
fn denies_administration(deny: Statement<'_>) -> Answer<'_> {
    deny.includes_action("iam:*")
}

/// Whether everyone may use an Allow.
fn is_public<'v>(statement: Statement<'v>, statements: &Statements<'v>) -> Answer<'v> {
    statement
        .has_effect("Allow")
        .and(|| statement.is_for_anyone())
        .and(|| is_confined(statement).not())
        .and(|| is_inside_perimeter(statement, statements).not())
}

fn principals<'v>(
    statements: &Statements<'v>,
    offends: impl Fn(Statement<'v>) -> Answer<'v>,
) -> Value {
    let mut offenders = Offenders::default();
    for statement in &statements.known {
        offenders.consider(offends(*statement), statement.principal());
    }
    offenders.consider(statements.more(), []);
    offenders.into_value()
}

fn one(arguments: &[Value]) -> Result<&Value, Problem> {
    match arguments {
        [document] => Ok(document),
        _ => Err(Problem::new("one argument is expected, a policy document")),
    }
}
