//! Taking arguments whose class `signature` has made sure of.

use crate::diag::Problem;
use crate::value::{Entries, Number, Value};

use super::signature::invalid;

static NULL: Value = Value::NULL;
static ZERO: Number = Number::ZERO;

/// The argument at a place; null when it was not given.
pub(super) fn at(arguments: &[Value], n: usize) -> &Value {
    arguments.get(n).unwrap_or(&NULL)
}

/// The text of a string argument.
pub(super) fn text(arguments: &[Value], n: usize) -> &str {
    at(arguments, n).as_str().unwrap_or("")
}

/// The number of a number argument.
pub(super) fn number(arguments: &[Value], n: usize) -> &Number {
    at(arguments, n).as_number().unwrap_or(&ZERO)
}

/// The whole number of a number argument.
pub(super) fn whole(arguments: &[Value], n: usize, name: &str) -> Result<i64, Problem> {
    let number = number(arguments, n);
    number.as_i64().ok_or_else(|| {
        invalid(name, if number.is_whole() { "number too large" } else { "whole number required" })
    })
}

/// The elements of a list, set or tuple argument.
pub(super) fn items(arguments: &[Value], n: usize) -> &[Value] {
    at(arguments, n).as_elements().unwrap_or(&[])
}

/// The entries of a map or object argument.
pub(super) fn entries(arguments: &[Value], n: usize) -> Option<&Entries> {
    at(arguments, n).as_entries()
}

/// The problem of a call that would make too much out of little.
pub(super) fn too_large(what: &str, limit: usize) -> Problem {
    Problem::new(format!("the result would have more than {limit} {what}"))
}
