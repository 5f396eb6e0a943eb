//! Regular expressions: `regex`, `regexall`, `replace`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use regex::{Captures, Regex};

use crate::diag::Problem;
use crate::value::{Key, Value};

use super::Services;
use super::arguments::{text, too_large};
use super::re2::{SIZE_LIMIT, compile, compile_within};
use super::signature::{Class, Function, Gives, Parameter, invalid};

const PATTERN: Parameter = Parameter::new("pattern", Class::String);
const STRING: Parameter = Parameter::new("string", Class::String);

pub(super) const TABLE: &[Function] = &[
    Function::new("regex", &[PATTERN, STRING], Gives::Any, |args, services| {
        let regex = services.pattern(text(args, 0))?;
        match regex.captures(text(args, 1)) {
            Some(captures) => Ok(matched(&regex, &captures)),
            None => Err(Problem::new("pattern did not match any part of the given string")),
        }
    }),
    Function::new("regexall", &[PATTERN, STRING], Gives::Class(Class::List), |args, services| {
        let regex = services.pattern(text(args, 0))?;
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

/// Patterns that were compiled, for all who ask again. Which were asked for before changes nothing but
/// the time that it takes.
#[derive(Debug, Default)]
pub struct Patterns(Mutex<HashMap<String, Arc<Regex>>>);

impl Patterns {
    /// So many are kept.
    const MOST: usize = 64;
    /// Larger ones are not, in bytes.
    const SIZE: usize = 256 << 10;

    fn get(&self, text: &str) -> Result<Arc<Regex>, Problem> {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(regex) = kept().get(text) {
            return Ok(regex.clone());
        }
        let Ok(regex) = pattern(text, Self::SIZE).map(Arc::new) else {
            return pattern(text, SIZE_LIMIT).map(Arc::new);
        };
        let mut kept = kept();
        if kept.len() < Self::MOST {
            kept.insert(text.to_owned(), regex.clone());
        }
        Ok(regex)
    }
}

impl Services<'_> {
    fn pattern(&self, text: &str) -> Result<Arc<Regex>, Problem> {
        match self.patterns {
            Some(patterns) => patterns.get(text),
            None => pattern(text, SIZE_LIMIT).map(Arc::new),
        }
    }
}

/// A pattern whose groups are all named or all unnamed.
fn pattern(text: &str, limit: usize) -> Result<Regex, Problem> {
    let regex = compile_within(text, limit)?;
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
