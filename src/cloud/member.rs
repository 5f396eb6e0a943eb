//! Members of Google Cloud's IAM.

use crate::diag::Problem;
use crate::value::{Kind, Value};

use super::answer::{Answer, Offenders};
use super::statement::{is_particular, items, text};

/// `public_members(members...)`: those that are everyone: `allUsers`, and `allAuthenticatedUsers`,
/// who are everyone with any Google account.
pub(super) fn public_members(arguments: &[Value]) -> Result<Value, Problem> {
    let mut offenders = Offenders::default();
    for argument in arguments {
        if matches!(
            argument.kind(),
            Kind::Bool(_) | Kind::Number(_) | Kind::Object(_) | Kind::Map(_)
        ) {
            return Err(Problem::new("members are a list of strings"));
        }
        for member in items(argument) {
            let answer = match member.as_unknown() {
                Some(unknown) if is_particular(unknown) || has_kind(&unknown.prefix) => Answer::No,
                _ => text(member, is_public),
            };
            offenders.consider(answer, [member]);
        }
    }
    Ok(offenders.into_value())
}

fn is_public(member: &str) -> bool {
    ["allusers", "allauthenticatedusers"].iter().any(|everyone| {
        // ACL entities are written `READER:allUsers`.
        let name = member.rsplit(':').next().unwrap_or_default();
        name.eq_ignore_ascii_case(everyone)
    })
}

/// `user:`, `serviceAccount:` and others are particular people, whatever follows.
fn has_kind(prefix: &str) -> bool {
    prefix.split_once(':').is_some_and(|(kind, _)| !kind.chars().all(|c| c.is_ascii_uppercase()))
}
