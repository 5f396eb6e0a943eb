//! Regular expressions: `regex`, `regexall`, `replace`.

use regex::{Captures, Regex};

use crate::diag::Problem;
use crate::value::{Key, Value};

use super::Services;
use super::arguments::{text, too_large};
use super::re2::compile;
use super::signature::{Class, Function, Gives, Parameter, invalid};

const PATTERN: Parameter = Parameter::new("pattern", Class::String);
const STRING: Parameter = Parameter::new("string", Class::String);

pub(super) const TABLE: &[Function] = &[
    Function::new("regex", &[PATTERN, STRING], Gives::Any, |args, _| {
        let regex = pattern(text(args, 0))?;
        match regex.captures(text(args, 1)) {
            Some(captures) => Ok(matched(&regex, &captures)),
            None => Err(Problem::new("pattern did not match any part of the given string")),
        }
    }),
    Function::new("regexall", &[PATTERN, STRING], Gives::Class(Class::List), |args, _| {
        let regex = pattern(text(args, 0))?;
        let all: Vec<Value> =
            regex.captures_iter(text(args, 1)).map(|captures| matched(&regex, &captures)).collect();
        Ok(Value::list(all))
    }),
    Function::new(
        "replace",
        &[
            Parameter::new("str", Class::String),
            Parameter::new("substr", Class::String),
            Parameter::new("replace", Class::String),
        ],
        Gives::Class(Class::String),
        replace,
    ),
];

/// A pattern whose groups are all named or all unnamed.
fn pattern(text: &str) -> Result<Regex, Problem> {
    let regex = compile(text)?;
    let named = regex.capture_names().skip(1).flatten().count();
    if named > 0 && named + 1 < regex.captures_len() {
        return Err(invalid("pattern", "cannot mix both named and unnamed capture groups"));
    }
    Ok(regex)
}

/// The whole match; a tuple of unnamed groups; an object of named ones. A group without part in the
/// match is null.
fn matched(regex: &Regex, captures: &Captures<'_>) -> Value {
    let group = |n: usize| captures.get(n).map_or(Value::NULL, |m| Value::nfc(m.as_str()));
    if regex.captures_len() == 1 {
        return group(0);
    }
    let named: Vec<(Key, Value)> = regex
        .capture_names()
        .enumerate()
        .filter_map(|(n, name)| Some((Key::from(name?), group(n))))
        .collect();
    if named.is_empty() {
        let groups: Vec<Value> = (1..regex.captures_len()).map(group).collect();
        return Value::tuple(groups);
    }
    Value::object(named)
}

/// A text between slashes is a pattern, whose groups the replacement may name.
fn replace(args: &[Value], services: &Services<'_>) -> Result<Value, Problem> {
    let (text, wanted, new) = (text(args, 0), text(args, 1), text(args, 2));
    let pattern = wanted.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    if let Some(pattern) = pattern {
        return replace_pattern(text, &compile(pattern)?, new, services.bytes);
    }
    let added = text.matches(wanted).count().saturating_mul(new.len());
    if added > services.bytes {
        return Err(too_large("bytes", services.bytes));
    }
    Ok(Value::nfc(&text.replace(wanted, new)))
}

fn replace_pattern(text: &str, regex: &Regex, new: &str, limit: usize) -> Result<Value, Problem> {
    let (mut out, mut copied) = (String::new(), 0);
    for captures in regex.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        out.push_str(text.get(copied..whole.start()).unwrap_or(""));
        captures.expand(new, &mut out);
        copied = whole.end();
        if out.len() > limit.max(text.len()) {
            return Err(too_large("bytes", limit));
        }
    }
    out.push_str(text.get(copied..).unwrap_or(""));
    Ok(Value::nfc(&out))
}
