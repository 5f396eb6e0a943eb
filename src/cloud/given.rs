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
    let is_absent = value.is_null() || waits_for_itself(value);
    Ok(if is_absent { default.clone() } else { value.clone() })
}

/// Whether the provider will fill the argument in.
pub(super) fn waits_for_itself(value: &Value) -> bool {
    value.as_unknown().is_some_and(|unknown| {
        unknown.symbol.as_ref().is_some_and(|symbol| {
            let own = unknown.reason.subject().strip_prefix(&*symbol.address);
            unknown.reason.cause() == Cause::ComputedAtApply
                && own.is_some_and(|own| steps(own).eq(steps(&symbol.attribute)))
        })
    })
}

/// The steps of a path, whether a place in a list is written `[0]` or `.0`.
fn steps(path: &str) -> impl Iterator<Item = &str> {
    path.split(['.', '[', ']']).filter(|step| !step.is_empty())
}
