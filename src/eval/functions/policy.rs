//! The policy language's own functions.

use std::fmt::Write;

use crate::value::{Kind, Value, to_json};

use super::arguments::{at, text};
use super::re2::compile;
use super::signature::{Class, Function, Gives, Parameter};
use super::string;
use super::version::{Version, satisfies};

const BOOL: Gives = Gives::Class(Class::Bool);
const STR: Parameter = Parameter::new("str", Class::String);

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "contains_substring",
        &[STR.sees_unknown(), Parameter::new("substr", Class::String)],
        BOOL,
        |args, _| Ok(string::contains(at(args, 0), text(args, 1))),
    ),
    Function::new(
        "regex_match",
        &[STR, Parameter::new("pattern", Class::String)],
        BOOL,
        |args, _| Ok(compile(text(args, 1))?.is_match(text(args, 0)).into()),
    ),
    Function::new(
        "semvercmp",
        &[Parameter::new("a", Class::String), Parameter::new("b", Class::String)],
        Gives::Class(Class::Number),
        |args, _| {
            let (a, b) = (Version::parse(text(args, 0))?, Version::parse(text(args, 1))?);
            Ok(Value::int(a.compare(&b) as i64))
        },
    ),
    Function::new(
        "semverconstraint",
        &[Parameter::new("version", Class::String), Parameter::new("constraint", Class::String)],
        BOOL,
        |args, _| Ok(satisfies(&Version::parse(text(args, 0))?, text(args, 1))?.into()),
    ),
    Function::new(
        "valuetostring",
        &[Parameter::new("v", Class::Any).or_null().or_unknown()],
        Gives::Class(Class::String),
        |args, _| {
            let mut out = String::new();
            write_value(&mut out, at(args, 0), 0);
            // A sensitive part is not written, but that one is there may still tell something.
            Ok(Value::string(out).with_marks(at(args, 0).deep_marks()))
        },
    ),
];

/// A string as it is, collections as indented JSON, and words for what JSON cannot say.
fn write_value(out: &mut String, value: &Value, depth: usize) {
    match value.kind() {
        Kind::Null => out.push_str("(null)"),
        Kind::Unknown(_) => out.push_str("(unknown)"),
        Kind::String(text) if depth == 0 => out.push_str(text.as_str()),
        Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => out.push_str(&to_json(value)),
        Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => {
            let items = items.iter().map(|item| (None, item));
            write_all(out, items, depth, '[', ']');
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| (Some(&**key), value));
            write_all(out, entries, depth, '{', '}');
        }
    }
}

fn write_all<'v>(
    out: &mut String,
    parts: impl Iterator<Item = (Option<&'v str>, &'v Value)>,
    depth: usize,
    open: char,
    close: char,
) {
    out.push(open);
    let mut empty = true;
    for (key, value) in parts {
        out.push_str(if empty { "\n" } else { ",\n" });
        empty = false;
        out.push_str(&"  ".repeat(depth + 1));
        if let Some(key) = key {
            write!(out, "{}: ", to_json(&Value::from(key)))
                .expect("internal error: a string takes all");
        }
        write_value(out, value, depth + 1);
    }
    if !empty {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    out.push(close);
}

#[cfg(test)]
mod tests {
    use crate::eval::functions::{Services, call};
    use crate::value::{Value, from_json};

    #[test]
    fn policy_functions() {
        let run = |name: &str, args: &[&str]| {
            let args: Vec<Value> = args.iter().map(|text| from_json(text).unwrap()).collect();
            call(name, &args, &Services::default())
        };
        assert_eq!(run("semvercmp", &["\"1.2.3\"", "\"1.10\""]), Ok(Value::int(-1)));
        assert_eq!(run("semverconstraint", &["\"1.2.3\"", "\"~> 1.2\""]), Ok(true.into()));
        assert!(run("semverconstraint", &["\"\"", "\"~> 1.2\""]).is_err());
        assert!(run("semverconstraint", &["null", "\"~> 1.2\""]).is_err());
        assert_eq!(run("contains_substring", &["\"abc\"", "\"B\""]), Ok(false.into()));
        assert_eq!(run("regex_match", &["\"abc\"", "\"^a\""]), Ok(true.into()));
        assert!(run("regex_match", &["\"abc\"", "\"(\""]).is_err());
        assert_eq!(run("valuetostring", &["null"]), Ok("(null)".into()));
        assert_eq!(
            run("valuetostring", &["[1,{\"a\":null}]"]),
            Ok("[\n  1,\n  {\n    \"a\": (null)\n  }\n]".into())
        );
    }
}
