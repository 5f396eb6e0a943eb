//! `format` and `formatlist`; what a verb does stands in `verb`.

use std::sync::Arc;

use crate::diag::Problem;
use crate::value::{Kind, Type, Unknown, Value, certain_prefix, nfc};

use super::Services;
use super::arguments::{text, too_large};
use super::signature::{Class, Function, Gives, Parameter, invalid, unknown_like};
use super::verb::Verb;

const FORMAT: Parameter = Parameter::new("format", Class::String);

pub(super) const TABLE: &[Function] = &[
    Function::new("format", &[FORMAT], Gives::Class(Class::String), |args, services| {
        let values: Vec<&Value> = args.iter().skip(1).collect();
        formatted(text(args, 0), &values, services)
    })
    .with_rest(Parameter::new("args", Class::Any).or_null().sees_unknown()),
    Function::new("formatlist", &[FORMAT], Gives::Class(Class::Strings), format_list)
        .with_rest(Parameter::new("args", Class::Any).sees_unknown()),
];

/// Verbs replaced by arguments; from the first unknown argument on the result is unknown.
fn formatted(
    format: &str,
    arguments: &[&Value],
    services: &Services<'_>,
) -> Result<Value, Problem> {
    let (mut out, mut open) = (String::new(), None);
    let (mut next, mut used, mut at) = (0, 0, 0);
    while let Some(rest) = format.get(at..).filter(|rest| !rest.is_empty()) {
        let plain = rest.find('%').unwrap_or(rest.len());
        push(&mut out, rest.get(..plain).unwrap_or(""), open.is_none());
        at += plain;
        if plain == rest.len() {
            break;
        }
        if format.get(at..).is_some_and(|rest| rest.starts_with("%%")) {
            push(&mut out, "%", open.is_none());
            at += 2;
            continue;
        }
        let verb = Verb::read(format, at, services.bytes)?;
        at += verb.text.len();
        let index = verb.index.map_or(next, |index| index - 1);
        let argument =
            arguments.get(index).ok_or_else(|| missing(&verb, index, arguments.len()))?;
        (next, used) = (index + 1, used.max(index + 1));
        match argument.first_unknown() {
            Some(unknown) => open = open.or(Some(unknown)),
            None => push(&mut out, &verb.write(argument)?, open.is_none()),
        }
        if out.len() > services.bytes {
            return Err(too_large("bytes", services.bytes));
        }
    }
    if used < arguments.len() {
        return Err(too_many(used));
    }
    let out = nfc(&out);
    Ok(match open {
        Some(unknown) => Value::unknown(Unknown {
            prefix: certain_prefix(&out).into(),
            ..unknown_like(unknown, Type::String).not_null()
        }),
        None => Value::string(&*out),
    })
}

/// What comes after an unknown part is not known to be the beginning.
fn push(out: &mut String, text: &str, known: bool) {
    if known {
        out.push_str(text);
    }
}

fn missing(verb: &Verb<'_>, index: usize, given: usize) -> Problem {
    Problem::new(format!(
        "not enough arguments for `{}` at {}: need index {} but have {given} total",
        verb.text,
        verb.at,
        index + 1
    ))
}

fn too_many(used: usize) -> Problem {
    invalid(
        "args",
        &match used {
            0 => "too many arguments; no verbs in format string".to_owned(),
            used => format!("too many arguments; only {used} used by format string"),
        },
    )
}

/// One string for each place of the lists; what is no list is the same in all.
fn format_list(args: &[Value], services: &Services<'_>) -> Result<Value, Problem> {
    let format = text(args, 0);
    let arguments = args.get(1..).unwrap_or(&[]);
    if let Some(unknown) = arguments.iter().find_map(open_list) {
        let ty = Type::List(Arc::new(Type::String));
        return Ok(Value::unknown(unknown_like(unknown, ty).not_null()));
    }
    let length = list_length(arguments)?.unwrap_or(1);
    let mut all = Vec::with_capacity(length);
    let mut size = 0;
    for n in 0..length {
        let values: Vec<&Value> = arguments
            .iter()
            .map(|argument| {
                argument.as_elements().and_then(|items| items.get(n)).unwrap_or(argument)
            })
            .collect();
        let one = formatted(format, &values, services).map_err(|problem| {
            Problem::new(format!("error on format iteration {n}: {}", problem.message))
        })?;
        size += one.as_str().map_or(0, str::len);
        if size > services.bytes {
            return Err(too_large("bytes", services.bytes));
        }
        all.push(one);
    }
    Ok(Value::list(all))
}

/// An unknown argument that may be a list of any length, or a set whose elements may fall together.
fn open_list(argument: &Value) -> Option<&Unknown> {
    match argument.kind() {
        Kind::Unknown(unknown) if !unknown.ty.is_primitive() => Some(unknown),
        Kind::Set(_) => argument.first_unknown(),
        _ => None,
    }
}

fn list_length(arguments: &[Value]) -> Result<Option<usize>, Problem> {
    let mut known: Option<(usize, usize)> = None;
    for (n, argument) in arguments.iter().enumerate() {
        let Some(items) = argument.as_elements() else { continue };
        match known {
            None => known = Some((n, items.len())),
            Some((_, length)) if length == items.len() => {}
            Some((first, length)) => {
                return Err(invalid(
                    "args",
                    &format!(
                        "argument {} has length {}, which is inconsistent with argument {} of length {length}",
                        n + 1,
                        items.len(),
                        first + 1
                    ),
                ));
            }
        }
    }
    Ok(known.map(|(_, length)| length))
}
