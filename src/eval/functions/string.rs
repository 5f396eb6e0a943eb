//! Text: cutting, joining, changing case. A character is what a reader sees as one (a grapheme
//! cluster), as in Terraform.

use unicode_segmentation::UnicodeSegmentation;

use crate::diag::Problem;
use crate::value::{Prefix, Type, Unknown, Value, certain_prefix, nfc};

use super::Services;
use super::arguments::{at, items, text, too_large, whole};
use super::signature::{Class, Function, Gives, Parameter, invalid, unknown_like};

const STR: Parameter = Parameter::new("str", Class::String);
const STRING: Gives = Gives::Class(Class::String);
const BOOL: Gives = Gives::Class(Class::Bool);
const STRINGS: Gives = Gives::Class(Class::Strings);

const fn named(name: &'static str) -> Parameter {
    Parameter::new(name, Class::String)
}

pub(super) const TABLE: &[Function] = &[
    Function::new("chomp", &[STR], STRING, |args, _| {
        Ok(text(args, 0).trim_end_matches(['\r', '\n']).into())
    }),
    Function::new("endswith", &[STR, named("suffix")], BOOL, |args, _| {
        Ok(text(args, 0).ends_with(text(args, 1)).into())
    }),
    Function::new("indent", &[Parameter::new("spaces", Class::Number), STR], STRING, indent),
    Function::new("join", &[named("separator")], STRING, join)
        .with_rest(Parameter::new("lists", Class::Strings).sees_parts()),
    Function::new("lower", &[STR], STRING, |args, _| Ok(Value::nfc(&lower(text(args, 0))))),
    Function::new("split", &[named("separator"), STR], STRINGS, |args, _| {
        Ok(Value::list(split(text(args, 0), text(args, 1))))
    }),
    Function::new("startswith", &[STR.sees_unknown(), named("prefix")], BOOL, |args, _| {
        Ok(starts_with(at(args, 0), text(args, 1)))
    }),
    Function::new("strcontains", &[STR.sees_unknown(), named("substr")], BOOL, |args, services| {
        Ok(match at(args, 0).as_unknown().filter(|_| services.exact) {
            Some(unknown) => Value::unknown(unknown_like(unknown, Type::Bool).not_null()),
            None => contains(at(args, 0), text(args, 1)),
        })
    }),
    Function::new("strrev", &[STR], STRING, |args, _| {
        Ok(Value::nfc(&text(args, 0).graphemes(true).rev().collect::<String>()))
    }),
    Function::new(
        "substr",
        &[STR, Parameter::new("offset", Class::Number), Parameter::new("length", Class::Number)],
        STRING,
        |args, _| substr(text(args, 0), whole(args, 1, "offset")?, whole(args, 2, "length")?),
    ),
    Function::new("title", &[STR], STRING, |args, _| Ok(Value::nfc(&title(text(args, 0))))),
    Function::new("trim", &[STR, named("cutset")], STRING, |args, _| {
        let cutset: Vec<char> = text(args, 1).chars().collect();
        Ok(text(args, 0).trim_matches(cutset.as_slice()).into())
    }),
    Function::new("trimprefix", &[STR, named("prefix")], STRING, |args, _| {
        let text = text(args, 0);
        Ok(text.strip_prefix(self::text(args, 1)).unwrap_or(text).into())
    }),
    Function::new("trimspace", &[STR], STRING, |args, _| Ok(text(args, 0).trim().into())),
    Function::new("trimsuffix", &[STR, named("suffix")], STRING, |args, _| {
        let text = text(args, 0);
        Ok(text.strip_suffix(self::text(args, 1)).unwrap_or(text).into())
    }),
    Function::new("upper", &[STR], STRING, |args, _| Ok(Value::nfc(&upper(text(args, 0))))),
];

/// Character by character, as Go does: what would become two characters stays.
fn upper(text: &str) -> String {
    text.chars().map(upper_char).collect()
}

fn upper_char(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn lower(text: &str) -> String {
    text.chars()
        .map(|c| {
            let mut lower = c.to_lowercase();
            lower.next().unwrap_or(c)
        })
        .collect()
}

/// The first letter of each word in upper case. Between words stands anything in ASCII that is no
/// letter, digit or underscore, and other space.
fn title(text: &str) -> String {
    let mut begins = true;
    text.chars()
        .map(|c| {
            let titled = if begins { upper_char(c) } else { c };
            begins = match c {
                '_' => false,
                c if c.is_ascii() => !c.is_ascii_alphanumeric(),
                c => c.is_whitespace(),
            };
            titled
        })
        .collect()
}

fn indent(args: &[Value], services: &Services<'_>) -> Result<Value, Problem> {
    let spaces = whole(args, 0, "spaces")?;
    let spaces = usize::try_from(spaces)
        .map_err(|_| invalid("spaces", "number of spaces must not be negative"))?;
    let text = text(args, 1);
    let lines = text.matches('\n').count();
    if spaces.saturating_mul(lines) > services.bytes {
        return Err(too_large("bytes", services.bytes));
    }
    if lines == 0 {
        return Ok(text.into());
    }
    Ok(Value::string(text.replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}

fn join(args: &[Value], services: &Services<'_>) -> Result<Value, Problem> {
    let separator = text(args, 0);
    let lists = args.get(1..).unwrap_or(&[]);
    if lists.is_empty() {
        return Err(Problem::new("at least one list is required"));
    }
    let mut joined = String::new();
    let mut open = None;
    let mut begun = false;
    for l in 0..lists.len() {
        for (n, item) in items(lists, l).iter().enumerate() {
            if item.is_null() {
                return Err(invalid(
                    "lists",
                    &format!("element {n} of list {l} is null; cannot concatenate null values"),
                ));
            }
            open = open.or_else(|| {
                joined.push_str(if begun { separator } else { "" });
                joined.push_str(item.as_str().unwrap_or(""));
                item.as_unknown()
            });
            begun = true;
        }
    }
    Ok(match open.filter(|_| services.exact) {
        Some(unknown) => Value::unknown(unknown_like(unknown, Type::String).not_null()),
        None => begins_with(&joined, open),
    })
}

/// The text; when an unknown part follows, an unknown string that begins so.
fn begins_with(text: &str, open: Option<&Unknown>) -> Value {
    let Some(unknown) = open else { return Value::nfc(text) };
    let text = nfc(text);
    let known = if unknown.prefix.is_empty() { certain_prefix(&text) } else { &*text };
    let prefix = Prefix::from(format!("{known}{}", &*unknown.prefix).as_str());
    Value::unknown(Unknown { prefix, ..unknown_like(unknown, Type::String).not_null() })
}

/// What is known of an unknown string may be enough.
pub(super) fn contains(value: &Value, part: &str) -> Value {
    let Some(unknown) = value.as_unknown() else {
        return value.as_str().is_some_and(|text| text.contains(part)).into();
    };
    if unknown.prefix.contains(part) {
        return true.into();
    }
    Value::unknown(unknown_like(unknown, Type::Bool).not_null())
}

fn split(separator: &str, text: &str) -> Vec<Value> {
    if separator.is_empty() {
        return text.chars().map(|c| Value::string(c.to_string())).collect();
    }
    text.split(separator).map(Value::from).collect()
}

/// What is known of an unknown string may be enough.
fn starts_with(value: &Value, prefix: &str) -> Value {
    let Some(unknown) = value.as_unknown() else {
        return value.as_str().is_some_and(|text| text.starts_with(prefix)).into();
    };
    let known = &*unknown.prefix;
    if known.starts_with(prefix) {
        return true.into();
    }
    if !prefix.starts_with(known) {
        return false.into();
    }
    Value::unknown(Unknown { not_null: true, ..unknown_like(unknown, Type::Bool) })
}

fn substr(text: &str, offset: i64, length: i64) -> Result<Value, Problem> {
    let count = || i64::try_from(text.graphemes(true).count()).unwrap_or(i64::MAX);
    if offset >= 0 && length == 0 {
        return Ok("".into());
    }
    let from = if offset < 0 { (offset + count()).max(0) } else { offset };
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    // A length that is negative, or zero after a negative offset, means all the rest.
    let length = usize::try_from(length).ok().filter(|&n| n > 0).unwrap_or(usize::MAX);
    let cut: String = text.graphemes(true).skip(from).take(length).collect();
    Ok(Value::nfc(&cut))
}
