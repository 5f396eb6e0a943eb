//! Paths as text. Nothing here looks at a disk; what needs the home or working folder is unknown.

use crate::value::{Cause, Reason, Type, Unknown, Value};

use super::arguments::text;
use super::signature::{Class, Function, Gives, Parameter, invalid};

const PATH: &[Parameter] = &[Parameter::new("path", Class::String)];
const STRING: Gives = Gives::Class(Class::String);

pub(super) const TABLE: &[Function] = &[
    Function::new("abspath", PATH, STRING, |args, _| {
        let path = text(args, 0);
        Ok(if path.starts_with('/') { Value::string(clean(path)) } else { elsewhere("abspath") })
    }),
    Function::new("basename", PATH, STRING, |args, _| Ok(basename(text(args, 0)).into())),
    Function::new("dirname", PATH, STRING, |args, _| {
        let path = text(args, 0);
        Ok(Value::string(clean(path.rfind('/').and_then(|n| path.get(..=n)).unwrap_or(""))))
    }),
    Function::new("pathexpand", PATH, STRING, |args, _| {
        let path = text(args, 0);
        match path.strip_prefix('~') {
            None => Ok(path.into()),
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '\\']) => {
                Ok(elsewhere("pathexpand"))
            }
            Some(_) => Err(invalid("path", "the home folder of another user is not known")),
        }
    }),
];

fn elsewhere(function: &str) -> Value {
    let reason = Reason::new(Cause::Impure, format!("{function}()"), None);
    Value::unknown(Unknown::new(Type::String, reason).not_null())
}

fn basename(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match (path, trimmed) {
        ("", _) => ".",
        (_, "") => "/",
        _ => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }
}

/// The shortest spelling of the same path.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(&last)) if last != ".." => {
                parts.pop();
            }
            ("..", None) if rooted => {}
            (part, _) => parts.push(part),
        }
    }
    match (rooted, parts.join("/")) {
        (true, rest) => format!("/{rest}"),
        (false, rest) if rest.is_empty() => ".".to_owned(),
        (false, rest) => rest,
    }
}
