//! Arguments that are not given and that the provider fills in.

use crate::diag::Problem;
use crate::value::{Cause, Value};

/// `given(value, default)`: the value, or the default when the configuration does not give the
/// argument: it is null, or the provider will fill it in.
///
/// A security group without `ingress` has no rules of its own, though its `ingress` is only known
/// after apply. That shows in a value which waits for nothing but itself.
pub(super) fn given(arguments: &[Value]) -> Result<Value, Problem> {
    let [value, default] = arguments else {
        return Err(Problem::new("a value and a default are expected"));
    };
    let waits_for_itself = value.as_unknown().is_some_and(|unknown| {
        unknown.symbol.as_ref().is_some_and(|symbol| {
            let subject = unknown.reason.subject();
            unknown.reason.cause() == Cause::ComputedAtApply
                && subject.strip_prefix(&*symbol.address).and_then(|rest| rest.strip_prefix('.'))
                    == Some(&*symbol.attribute)
        })
    });
    Ok(if value.is_null() || waits_for_itself { default.clone() } else { value.clone() })
}
