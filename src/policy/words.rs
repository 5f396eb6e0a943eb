//! Values and reasons in words, for people. Nothing sensitive gets into them.

use crate::value::{Cause, Entries, Kind, Reason, Value};

/// How much of one text is written out.
const LONGEST: usize = 200;

/// How many elements of a collection are written out.
const MOST: usize = 12;

/// How deep a value is written out.
const DEPTH: usize = 6;

/// A value as it would be written, in one line.
pub(super) fn value(value: &Value) -> String {
    let mut text = String::new();
    write(value, DEPTH, &mut text);
    text
}

fn write(value: &Value, depth: usize, text: &mut String) {
    if value.is_sensitive() {
        text.push_str("(sensitive)");
        return;
    }
    match value.kind() {
        Kind::Null => text.push_str("null"),
        Kind::Bool(b) => text.push_str(if *b { "true" } else { "false" }),
        Kind::Number(number) => text.push_str(&number.to_string()),
        Kind::String(content) => quoted(content.as_str(), text),
        Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => {
            list(items, depth, text);
        }
        Kind::Map(entries) | Kind::Object(entries) => object(entries, depth, text),
        Kind::Unknown(unknown) => {
            let reason = &unknown.reason;
            let whose =
                unknown.symbol.as_ref().filter(|_| reason.cause() == Cause::ComputedAtApply);
            text.push('(');
            text.push_str(&match whose {
                Some(symbol) => {
                    format!("{}.{}: {}", symbol.address, symbol.attribute, cause(reason.cause()))
                }
                None => self::reason(reason),
            });
            text.push(')');
        }
    }
}

fn quoted(content: &str, text: &mut String) {
    let cut = content.char_indices().nth(LONGEST).map_or(content.len(), |(at, _)| at);
    let (shown, rest) = content.split_at(cut);
    text.push('"');
    text.extend(shown.chars().flat_map(|c| match c {
        '"' | '\\' | '\n' | '\r' | '\t' => c.escape_default().collect::<Vec<_>>(),
        c => vec![c],
    }));
    text.push_str(if rest.is_empty() { "\"" } else { "…\"" });
}

fn list(items: &[Value], depth: usize, text: &mut String) {
    text.push('[');
    for (n, item) in items.iter().enumerate() {
        separate(n, text);
        if n == MOST || depth == 0 {
            text.push('…');
            break;
        }
        write(item, depth - 1, text);
    }
    text.push(']');
}

fn object(entries: &Entries, depth: usize, text: &mut String) {
    // What is null says little in an object that a schema made.
    let told = entries.iter().filter(|(_, value)| !is_nothing(value));
    let mut n = 0;
    text.push('{');
    for (name, value) in told {
        text.push_str(if n == 0 { " " } else { ", " });
        if n == MOST || depth == 0 {
            text.push('…');
            n += 1;
            break;
        }
        text.push_str(name);
        text.push_str(" = ");
        write(value, depth - 1, text);
        n += 1;
    }
    text.push_str(if n == 0 { "}" } else { " }" });
}

fn is_nothing(value: &Value) -> bool {
    !value.is_sensitive()
        && (value.is_null() || value.as_elements().is_some_and(<[Value]>::is_empty))
}

fn separate(n: usize, text: &mut String) {
    if n > 0 {
        text.push_str(", ");
    }
}

/// What is not known and why: `var.cidr: no value given`.
pub(super) fn reason(reason: &Reason) -> String {
    match reason.subject() {
        "" => cause(reason.cause()).to_owned(),
        subject => format!("{subject}: {}", cause(reason.cause())),
    }
}

/// A cause as reports name it.
pub(super) const fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::ComputedAtApply => "known after apply",
        Cause::VariableWithoutValue => "no value given",
        Cause::ModuleNotOnDisk => "module is not on disk",
        Cause::DataSource => "read from the cloud",
        Cause::UnknownInstances => "instances are not known",
        Cause::NoSchema => "no schema of the type is at hand",
        Cause::VersionDependent => "depends on the provider's version",
        Cause::Impure => "not evaluated here",
        Cause::NoFile => "no such file",
        Cause::FileOutside => "outside of the modules' folders",
        Cause::Error => "could not be evaluated",
        Cause::NotInPlan => "not in the plan",
        Cause::IncompletePlan => "the plan is not complete",
        Cause::Limit => "a limit was reached",
        Cause::PluginNotRun => "plugins are not run",
        Cause::RequestNotMade => "requests are never made",
        Cause::DataNotRead => "no such data source was read",
    }
}

#[cfg(test)]
mod tests {
    use super::{cause, value};
    use crate::value::{Cause, Marks, Reason, Type, Unknown, Value};

    /// The page is what the cases of reasons go by.
    #[test]
    fn the_page_tells_every_reason() {
        const PAGE: &str = include_str!("../../docs/writing-policies.md");
        for one in [
            Cause::ComputedAtApply,
            Cause::VariableWithoutValue,
            Cause::ModuleNotOnDisk,
            Cause::DataSource,
            Cause::UnknownInstances,
            Cause::NoSchema,
            Cause::VersionDependent,
            Cause::Impure,
            Cause::NoFile,
            Cause::FileOutside,
            Cause::Error,
            Cause::NotInPlan,
            Cause::IncompletePlan,
            Cause::Limit,
            Cause::PluginNotRun,
            Cause::RequestNotMade,
            Cause::DataNotRead,
        ] {
            let row = format!("\n| {} |", cause(one));
            assert!(PAGE.contains(&row), "docs/writing-policies.md has no row `{row}`");
        }
    }

    #[test]
    fn values_in_words() {
        let text = Value::string("a \"b\"\n");
        let secret = Value::string("hunter2").with_marks(Marks::SENSITIVE);
        let reason = Reason::new(Cause::VariableWithoutValue, "var.a", None);
        let unknown = Value::unknown(Unknown::new(Type::String, reason));
        let object = Value::object(vec![
            ("a".into(), Value::list([text.clone(), secret.clone()])),
            ("b".into(), Value::NULL),
            ("c".into(), unknown.clone()),
        ]);
        for (given, words) in [
            (Value::NULL, "null"),
            (text, r#""a \"b\"\n""#),
            (secret, "(sensitive)"),
            (unknown, "(var.a: no value given)"),
            (object, r#"{ a = ["a \"b\"\n", (sensitive)], c = (var.a: no value given) }"#),
            (Value::object(vec![]), "{}"),
        ] {
            assert_eq!(value(&given), words);
        }
        let long: Vec<Value> = (0..20).map(Value::int).collect();
        assert!(value(&Value::list(long)).ends_with("11, …]"));
    }
}
