//! Comparing: a total order of structure, and Terraform's `==` with its third answer.

use std::cmp::Ordering;

use super::identity::{self, Identity};
use super::{Kind, Number, Reason, Type, Unknown, Value};

/// A total order of what values are: kinds in a fixed order, numbers by size, strings by bytes.
/// Marks and origins do not count.
#[must_use]
pub fn order(a: &Value, b: &Value) -> Ordering {
    match (a.kind(), b.kind()) {
        (Kind::Null, Kind::Null) => Ordering::Equal,
        (Kind::Bool(x), Kind::Bool(y)) => x.cmp(y),
        (Kind::Number(x), Kind::Number(y)) => x.cmp(y),
        (Kind::String(x), Kind::String(y)) => x.as_str().cmp(y.as_str()),
        (Kind::List(x), Kind::List(y))
        | (Kind::Tuple(x), Kind::Tuple(y))
        | (Kind::Set(x), Kind::Set(y)) => order_all(x, y),
        (Kind::Map(x), Kind::Map(y)) | (Kind::Object(x), Kind::Object(y)) => x
            .iter()
            .zip(y)
            .map(|((k, v), (l, w))| k.cmp(l).then_with(|| order(v, w)))
            .find(|o| o.is_ne())
            .unwrap_or_else(|| x.len().cmp(&y.len())),
        (Kind::Unknown(x), Kind::Unknown(y)) => order_unknown(x, y),
        (x, y) => rank(x).cmp(&rank(y)),
    }
}

/// Puts the elements of a set in Terraform's order, which counts when a list is made of it: strings,
/// numbers and bools ascending; of anything else the text that Terraform computes its hash from.
/// Null comes last, unknown before it.
pub(super) fn sort_set(elements: &mut [Value]) {
    let is_plain = |value: &Value| match value.kind() {
        Kind::Null | Kind::Unknown(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => true,
        Kind::List(_) | Kind::Tuple(_) | Kind::Set(_) | Kind::Map(_) | Kind::Object(_) => false,
    };
    let class = |value: &Value| match value.kind() {
        Kind::Null => 2,
        Kind::Unknown(_) => 1,
        _ => 0,
    };
    if elements.iter().all(is_plain) {
        elements.sort_by(|a, b| class(a).cmp(&class(b)).then_with(|| order(a, b)));
        return;
    }
    elements.sort_by_cached_key(|value| {
        let mut text = String::new();
        hashed(value, &mut text);
        (class(value), text)
    });
}

fn hashed(value: &Value, text: &mut String) {
    let all = |open: char, items: &[Value], close: char, text: &mut String| {
        text.push(open);
        for item in items {
            hashed(item, text);
            text.push(';');
        }
        text.push(close);
    };
    match value.kind() {
        Kind::Null => text.push('~'),
        Kind::Unknown(_) => text.push('?'),
        Kind::Bool(b) => text.push(if *b { 'T' } else { 'F' }),
        Kind::Number(number) => text.push_str(&number.to_string()),
        Kind::String(string) => {
            text.push_str(&super::to_json(&Value::string(string.as_str())));
        }
        Kind::List(items) | Kind::Set(items) => all('[', items, ']', text),
        Kind::Tuple(items) => all('<', items, '>', text),
        Kind::Map(entries) => {
            text.push('{');
            for (key, value) in entries {
                hashed(&Value::string(key.clone()), text);
                text.push(':');
                hashed(value, text);
                text.push(';');
            }
            text.push('}');
        }
        Kind::Object(entries) => {
            text.push('<');
            for (_, value) in entries {
                hashed(value, text);
                text.push(';');
            }
            text.push('>');
        }
    }
}

const fn rank(kind: &Kind) -> u8 {
    match kind {
        Kind::Null => 0,
        Kind::Bool(_) => 1,
        Kind::Number(_) => 2,
        Kind::String(_) => 3,
        Kind::List(_) => 4,
        Kind::Tuple(_) => 5,
        Kind::Set(_) => 6,
        Kind::Map(_) => 7,
        Kind::Object(_) => 8,
        Kind::Unknown(_) => 9,
    }
}

fn order_all(x: &[Value], y: &[Value]) -> Ordering {
    let first = x.iter().zip(y).map(|(a, b)| order(a, b)).find(|o| o.is_ne());
    first.unwrap_or_else(|| x.len().cmp(&y.len()))
}

fn order_unknown(x: &Unknown, y: &Unknown) -> Ordering {
    let key = |u: &Unknown| (u.not_null, u.min_length, u.max_length);
    x.symbol
        .cmp(&y.symbol)
        .then_with(|| x.ty.cmp(&y.ty))
        .then_with(|| x.reason.cmp(&y.reason))
        .then_with(|| x.prefix.cmp(&y.prefix))
        .then_with(|| key(x).cmp(&key(y)))
        .then_with(|| match (&x.document, &y.document) {
            (Some(a), Some(b)) => order(a, b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        })
}

/// Terraform's `==`. Nothing is converted: values of different types differ, a list differs from a
/// tuple and a map from an object. The result is unknown when it depends on something unknown.
#[must_use]
pub fn equal(a: &Value, b: &Value) -> Value {
    let marks = a.deep_marks().and(b.deep_marks());
    let result = match decide(a, b) {
        Answer::Same => Value::from(true),
        Answer::Different => Value::from(false),
        Answer::Open(reason) => Value::unknown(Unknown::new(Type::Bool, reason).not_null()),
    };
    result.with_marks(marks)
}

enum Answer {
    Same,
    Different,
    Open(Reason),
}

impl From<bool> for Answer {
    fn from(same: bool) -> Self {
        if same { Self::Same } else { Self::Different }
    }
}

fn decide(a: &Value, b: &Value) -> Answer {
    match (a.kind(), b.kind()) {
        (Kind::Unknown(x), Kind::Unknown(y)) => decide_unknowns(x, y),
        (Kind::Unknown(x), _) => decide_against_known(x, b),
        (_, Kind::Unknown(y)) => decide_against_known(y, a),
        (Kind::Set(x), Kind::Set(y)) => decide_sets(x, y),
        (Kind::List(x), Kind::List(y)) | (Kind::Tuple(x), Kind::Tuple(y)) => {
            if x.len() != y.len() {
                return Answer::Different;
            }
            decide_all(x.iter().zip(y.iter()))
        }
        (Kind::Map(x), Kind::Map(y)) | (Kind::Object(x), Kind::Object(y)) => {
            if x.len() != y.len() || x.iter().zip(y).any(|((k, _), (l, _))| k != l) {
                return Answer::Different;
            }
            decide_all(x.iter().zip(y).map(|((_, v), (_, w))| (v, w)))
        }
        _ => order(a, b).is_eq().into(),
    }
}

/// A definite difference anywhere decides; else the first thing that is open.
fn decide_all<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Answer {
    let mut all = Answer::Same;
    for (a, b) in pairs {
        match (decide(a, b), &all) {
            (Answer::Different, _) => return Answer::Different,
            (open @ Answer::Open(_), Answer::Same) => all = open,
            (Answer::Same | Answer::Open(_), _) => {}
        }
    }
    all
}

/// Sets with unknown elements may still shrink, so sizes say nothing then; an element that can be
/// none of the other side's decides.
fn decide_sets(x: &[Value], y: &[Value]) -> Answer {
    let unknown = x.iter().chain(y).find_map(Value::first_unknown);
    let Some(unknown) = unknown else {
        return order_all(x, y).is_eq().into();
    };
    let missing = |one: &Value, others: &[Value]| {
        others.iter().all(|other| matches!(decide(one, other), Answer::Different))
    };
    if x.iter().any(|one| missing(one, y)) || y.iter().any(|one| missing(one, x)) {
        return Answer::Different;
    }
    Answer::Open(unknown.reason.clone())
}

fn decide_against_known(unknown: &Unknown, known: &Value) -> Answer {
    let open = || Answer::Open(unknown.reason.clone());
    let possible = match known.kind() {
        Kind::Null => !unknown.not_null,
        Kind::String(text) => {
            let length = || text.as_str().chars().count();
            text.as_str().starts_with(&*unknown.prefix)
                && (unknown.min_length == 0 || unknown.min_length <= length())
                && unknown.max_length.is_none_or(|most| length() <= most)
        }
        Kind::List(items) | Kind::Tuple(items) => length_fits(unknown, items.len()),
        Kind::Set(items) => known.first_unknown().is_some() || length_fits(unknown, items.len()),
        Kind::Map(entries) | Kind::Object(entries) => length_fits(unknown, entries.len()),
        Kind::Number(number) => {
            let bound = |n: usize| Number::from_count(n);
            (unknown.min_length == 0 || *number >= bound(unknown.min_length))
                && unknown.max_length.is_none_or(|most| *number <= bound(most))
        }
        Kind::Bool(_) | Kind::Unknown(_) => true,
    };
    if possible && fits(&unknown.ty, known) { open() } else { Answer::Different }
}

fn length_fits(unknown: &Unknown, length: usize) -> bool {
    unknown.min_length <= length && unknown.max_length.is_none_or(|most| length <= most)
}

/// Whether a value of the type could equal the known value.
fn fits(ty: &Type, value: &Value) -> bool {
    match (ty, value.kind()) {
        (Type::Any, _) | (_, Kind::Null) => true,
        (_, Kind::Unknown(unknown)) => may_equal(ty, &unknown.ty),
        (Type::Bool, Kind::Bool(_))
        | (Type::Number, Kind::Number(_))
        | (Type::String, Kind::String(_)) => true,
        (Type::List(element), Kind::List(items)) | (Type::Set(element), Kind::Set(items)) => {
            items.iter().all(|item| fits(element, item))
        }
        (Type::Tuple(types), Kind::Tuple(items)) => {
            types.len() == items.len() && types.iter().zip(items.iter()).all(|(t, v)| fits(t, v))
        }
        (Type::Map(element), Kind::Map(entries)) => entries.iter().all(|(_, v)| fits(element, v)),
        (Type::Object(fields), Kind::Object(entries)) => {
            fields.len() == entries.len()
                && fields.iter().zip(entries).all(|((k, f), (l, v))| k == l && fits(&f.ty, v))
        }
        _ => false,
    }
}

/// Whether values of the two types could be equal; empty collections always could.
fn may_equal(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Any, _)
        | (_, Type::Any)
        | (Type::Bool, Type::Bool)
        | (Type::Number, Type::Number)
        | (Type::String, Type::String)
        | (Type::List(_), Type::List(_))
        | (Type::Set(_), Type::Set(_))
        | (Type::Map(_), Type::Map(_)) => true,
        (Type::Tuple(x), Type::Tuple(y)) => {
            x.len() == y.len() && x.iter().zip(y.iter()).all(|(t, u)| may_equal(t, u))
        }
        (Type::Object(x), Type::Object(y)) => {
            x.len() == y.len()
                && x.iter().zip(y.iter()).all(|((k, f), (l, g))| k == l && may_equal(&f.ty, &g.ty))
        }
        _ => false,
    }
}

fn decide_unknowns(x: &Unknown, y: &Unknown) -> Answer {
    if let (Some(one), Some(other)) = (&x.symbol, &y.symbol) {
        match identity::compare(one, other) {
            Identity::Same => return Answer::Same,
            Identity::Different => return Answer::Different,
            Identity::Open => {}
        }
    }
    let lengths_meet = x.max_length.is_none_or(|most| most >= y.min_length)
        && y.max_length.is_none_or(|most| most >= x.min_length);
    let prefixes_meet = x.prefix.starts_with(&*y.prefix) || y.prefix.starts_with(&*x.prefix);
    let possible = lengths_meet && prefixes_meet && may_equal(&x.ty, &y.ty);
    if possible { Answer::Open(x.reason.clone()) } else { Answer::Different }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::value::{Cause, Marks, Symbol, from_json};

    fn json(text: &str) -> Value {
        from_json(text).unwrap()
    }

    fn unknown(ty: Type) -> Unknown {
        Unknown::new(ty, Reason::new(Cause::ComputedAtApply, "x", None))
    }

    fn attribute(ty: &str, name: &str, attribute: &str) -> Value {
        Value::unknown(unknown(Type::String).with_symbol(Symbol {
            address: format!("{ty}.{name}").into(),
            resource_type: ty.into(),
            attribute: attribute.into(),
        }))
    }

    /// `None` stands for unknown.
    fn answer(a: &Value, b: &Value) -> Option<bool> {
        let (one, other) = (equal(a, b), equal(b, a));
        assert_eq!(one.as_bool(), other.as_bool(), "{a:?} and {b:?}");
        one.as_bool()
    }

    /// Results of Terraform 1.11.4.
    #[test]
    fn known_values_are_equal_as_in_terraform() {
        let cases = [
            (json("null"), json("null"), true),
            (json("null"), json("\"a\""), false),
            (json("1"), json("\"1\""), false),
            (json("[\"a\"]"), Value::list(["a".into()]), false),
            (json("{\"a\":1}"), json("{\"a\":1.0}"), true),
            (json("{\"a\":1}"), json("{\"b\":1}"), false),
            (Value::list([]), Value::list([]), true),
            (Value::list([]), Value::tuple([]), false),
            (Value::set(vec![1.into(), 2.into()]), Value::set(vec![2.into(), 1.into()]), true),
        ];
        for (a, b, expected) in cases {
            assert_eq!(answer(&a, &b), Some(expected), "{a:?} == {b:?}");
        }
    }

    #[test]
    fn unknown_is_decided_only_where_it_can_be() {
        let string = || unknown(Type::String);
        let value = Value::unknown;
        let pair = |a: Value, b: i64| Value::tuple([a, b.into()]);
        let arn = Unknown { prefix: "arn:".into(), ..string() };
        let some = Unknown { min_length: 1, ..string() };
        let two = Unknown { min_length: 2, ..unknown(Type::List(Arc::new(Type::String))) };
        let cases = [
            (value(string()), "a".into(), None),
            (value(string()), Value::int(1), Some(false)),
            (value(string()), Value::NULL, None),
            (value(string().not_null()), Value::NULL, Some(false)),
            (value(arn.clone()), "a".into(), Some(false)),
            (value(arn), "arn:x".into(), None),
            (value(some), "".into(), Some(false)),
            (value(two), Value::list(["a".into()]), Some(false)),
            (value(string()), value(unknown(Type::Number)), Some(false)),
            (value(string()), value(unknown(Type::Any)), None),
            (pair(value(string()), 1), pair("a".into(), 1), None),
            (pair(value(string()), 1), pair("a".into(), 2), Some(false)),
            (pair(value(string()), 1), Value::tuple([]), Some(false)),
            (
                Value::set(vec![value(string()), "a".into()]),
                Value::set(vec!["b".into()]),
                Some(false),
            ),
            (Value::set(vec![value(string()), "a".into()]), Value::set(vec!["a".into()]), None),
        ];
        for (a, b, expected) in cases {
            assert_eq!(answer(&a, &b), expected, "{a:?} == {b:?}");
        }
    }

    #[test]
    fn attributes_have_identity() {
        let cases = [
            (attribute("aws_vpc", "a", "id"), attribute("aws_vpc", "a", "id"), Some(true)),
            (attribute("aws_vpc", "a", "id"), attribute("aws_vpc", "b", "id"), Some(false)),
            (attribute("aws_vpc", "a", "id"), attribute("aws_subnet", "b", "id"), None),
            (attribute("aws_vpc", "a", "id"), attribute("aws_vpc", "a", "owner_id"), None),
            (attribute("aws_vpc", "a", "owner_id"), attribute("aws_vpc", "b", "owner_id"), None),
            (
                attribute("aws_s3_bucket", "a", "id"),
                attribute("aws_s3_bucket", "a", "bucket"),
                Some(true),
            ),
            (
                attribute("aws_s3_bucket", "a", "id"),
                attribute("aws_s3_bucket", "b", "bucket"),
                Some(false),
            ),
            (attribute("aws_vpc", "a", "id"), "vpc-1".into(), None),
            (
                attribute("google_compute_network", "a", "self_link"),
                attribute("google_compute_network", "a", "id"),
                Some(true),
            ),
            (
                attribute("google_service_account", "a", "email"),
                attribute("google_service_account", "b", "email"),
                Some(false),
            ),
            (
                attribute("azurerm_mssql_server", "a", "id"),
                attribute("azurerm_service_plan", "a", "id"),
                Some(false),
            ),
            (
                attribute("azurerm_subnet", "a", "id"),
                attribute("azurerm_subnet_network_security_group_association", "a", "id"),
                None,
            ),
        ];
        for (a, b, expected) in cases {
            assert_eq!(answer(&a, &b), expected);
        }
    }

    #[test]
    fn marks_travel_and_do_not_count() {
        let secret = Value::from("a").with_marks(Marks::SENSITIVE);
        let result = equal(&Value::tuple([secret.clone()]), &Value::tuple(["a".into()]));
        assert_eq!(result.as_bool(), Some(true));
        assert!(result.is_sensitive());
        assert_eq!(secret, "a".into());
    }

    impl From<i64> for Value {
        fn from(n: i64) -> Self {
            Self::int(n)
        }
    }
}
