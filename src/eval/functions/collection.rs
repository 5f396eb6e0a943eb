//! Maps and collections of any kind: looking up, counting, merging.
//!
//! Parts are passed on as they are, with their origins and marks, and may be unknown.

use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use crate::diag::Problem;
use crate::value::{
    Cause, Entries, Key, Kind, Marks, Number, Reason, Type, Unknown, Value, convert, equal, unify,
};

use super::Services;
use super::arguments::{at, entries, items, text, too_large};
use super::members;
use super::signature::{Class, Function, Gives, Parameter, invalid, unknown_like};

const BOOL: Gives = Gives::Class(Class::Bool);
const MAP: Parameter = Parameter::new("inputMap", Class::Mapping).parts();
const VALUE: Parameter = Parameter::new("value", Class::Any).or_unknown();

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "alltrue",
        &[Parameter::new("list", Class::Bools).parts().or_members()],
        BOOL,
        all_true,
    ),
    Function::new(
        "anytrue",
        &[Parameter::new("list", Class::Bools).parts().or_members()],
        BOOL,
        |args, _| match at(args, 0).as_members() {
            Some(members) => members::decided(at(args, 0), members, true),
            None => Ok(decided(items(args, 0), true)),
        },
    ),
    Function::new("coalesce", &[], Gives::Any, |args, _| coalesce(args))
        .with_rest(Parameter::new("vals", Class::Any).or_null().or_unknown()),
    Function::new(
        "contains",
        &[
            Parameter::new("list", Class::Sequence).sees_parts().or_members(),
            Parameter::new("value", Class::Any).or_null().sees_unknown(),
        ],
        BOOL,
        |args, services| {
            if let Some(members) = at(args, 0).as_members() {
                return Ok(members::contains(at(args, 0), members, at(args, 1)));
            }
            Ok(match at(args, 1).as_unknown().filter(|_| services.exact) {
                Some(unknown) => Value::unknown(unknown_like(unknown, Type::Bool).not_null()),
                None => contains(items(args, 0), at(args, 1)),
            })
        },
    ),
    Function::new("keys", &[MAP], Gives::Any, |args, _| Ok(keys(at(args, 0)))),
    Function::new("length", &[VALUE], Gives::Class(Class::Number), |args, services| {
        length(at(args, 0), services.exact)
    }),
    Function::new(
        "lookup",
        &[
            MAP,
            Parameter::new("key", Class::String),
            Parameter::new("default", Class::Any).or_null().or_unknown(),
        ],
        Gives::Any,
        |args, _| lookup(args),
    )
    .with_optional(1),
    Function::new("merge", &[], Gives::Any, |args, _| Ok(merge(args)))
        .with_rest(Parameter::new("maps", Class::Mapping).or_null().parts()),
    Function::new(
        "one",
        &[Parameter::new("list", Class::Sequence).parts()],
        Gives::Any,
        |args, _| one(at(args, 0)),
    ),
    Function::new(
        "transpose",
        &[Parameter::new("values", Class::StringLists)],
        Gives::Class(Class::StringLists),
        transpose,
    ),
    Function::new(
        "values",
        &[Parameter::new("mapping", Class::Mapping).parts()],
        Gives::Any,
        |args, _| {
            let values: Vec<Value> =
                entries(args, 0).into_iter().flatten().map(|(_, value)| value.clone()).collect();
            Ok(match at(args, 0).kind() {
                Kind::Map(_) => Value::list(values),
                _ => Value::tuple(values),
            })
        },
    ),
    Function::new(
        "zipmap",
        &[
            Parameter::new("keys", Class::Strings).parts(),
            Parameter::new("values", Class::Sequence).parts(),
        ],
        Gives::Any,
        |args, _| zipmap(args),
    ),
];

/// Whether any (`decisive` is true) or all (false) are true; a decisive element decides even among
/// unknown ones. Null counts as false.
/// Terraform looks no further than the first that is unknown.
fn all_true(args: &[Value], services: &Services<'_>) -> Result<Value, Problem> {
    if let Some(members) = at(args, 0).as_members() {
        return members::decided(at(args, 0), members, false);
    }
    let items = items(args, 0);
    let first = items.iter().position(Value::is_unknown);
    let seen = match first.filter(|_| services.exact) {
        Some(first) => items.get(..=first).unwrap_or(items),
        None => items,
    };
    let marks = items.iter().fold(Marks::NONE, |marks, item| marks.and(item.deep_marks()));
    Ok(decided(seen, false).with_marks(marks))
}

fn decided(items: &[Value], decisive: bool) -> Value {
    let marks = items.iter().fold(Marks::NONE, |marks, item| marks.and(item.deep_marks()));
    let truth = |item: &Value| item.as_bool().or(item.is_null().then_some(false));
    let result = if items.iter().any(|item| truth(item) == Some(decisive)) {
        decisive.into()
    } else {
        match items.iter().find_map(Value::as_unknown) {
            Some(unknown) => Value::unknown(unknown_like(unknown, Type::Bool).not_null()),
            None => (!decisive).into(),
        }
    };
    result.with_marks(marks)
}

/// The first that is neither null nor an empty string, as the type that all can become.
fn coalesce(args: &[Value]) -> Result<Value, Problem> {
    if args.is_empty() {
        return Err(Problem::new("at least one argument is required"));
    }
    let types: Vec<Type> = args.iter().map(Value::ty).collect();
    let ty = unify(&types).ok_or_else(|| Problem::new("all arguments must have the same type"))?;
    for arg in args {
        let skipped = |u: &Unknown| {
            !u.not_null || (ty == Type::String && u.min_length == 0 && u.prefix.is_empty())
        };
        match arg.kind() {
            Kind::Null => {}
            Kind::Unknown(unknown) if skipped(unknown) => {
                return Ok(Value::unknown(unknown_like(unknown, ty).not_null()));
            }
            _ => {
                let value = convert(arg, &ty)?;
                if value.as_str() != Some("") {
                    return Ok(value);
                }
            }
        }
    }
    Err(Problem::new("no non-null, non-empty-string arguments"))
}

/// True when a known element is equal; otherwise unknown when one might be.
fn contains(items: &[Value], wanted: &Value) -> Value {
    let mut open = None;
    let mut marks = wanted.deep_marks();
    for item in items {
        let same = equal(item, wanted);
        marks = marks.and(same.marks());
        match same.as_bool() {
            Some(true) => return Value::from(true).with_marks(marks),
            Some(false) => {}
            None => open = open.or(Some(same)),
        }
    }
    open.unwrap_or_else(|| false.into()).with_marks(marks)
}

fn keys(map: &Value) -> Value {
    let keys: Vec<Value> = map
        .as_entries()
        .into_iter()
        .flatten()
        .map(|(key, value)| Value::string(key.clone()).with_origin(value.origin()))
        .collect();
    match map.kind() {
        Kind::Map(_) => Value::list(keys),
        _ => Value::tuple(keys),
    }
}

fn length(value: &Value, exact: bool) -> Result<Value, Problem> {
    let count = |n: usize| Ok(Value::from(Number::from_count(n)));
    match value.kind() {
        Kind::String(text) => {
            Ok(Value::from(Number::from_count(text.as_str().graphemes(true).count()))
                .with_marks(value.marks().travelling()))
        }
        Kind::List(items) | Kind::Tuple(items) => count(items.len()),
        Kind::Set(items) => Ok(set_length(value, items)),
        Kind::Map(entries) | Kind::Object(entries) if !value.marks().has(Marks::OPEN) => {
            count(entries.len())
        }
        Kind::Map(_) | Kind::Object(_) => Ok(open_length()),
        Kind::Unknown(unknown) => unknown_length(unknown, exact),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => Err(invalid(
            "value",
            "argument must be a string, a collection type, or a structural type",
        )),
    }
}

/// Unknown elements may turn out to be equal to others.
fn set_length(set: &Value, items: &[Value]) -> Value {
    match set.first_unknown() {
        Some(unknown) if items.len() > 1 => {
            Value::unknown(unknown_like(unknown, Type::Number).not_null())
        }
        _ => Number::from_count(items.len()).into(),
    }
}

fn open_length() -> Value {
    let reason = Reason::new(Cause::NoSchema, "length", None);
    Value::unknown(Unknown::new(Type::Number, reason).not_null())
}

fn unknown_length(unknown: &Unknown, exact: bool) -> Result<Value, Problem> {
    let known = match &unknown.ty {
        Type::Tuple(types) => Some(types.len()),
        Type::Object(fields) => Some(fields.len()),
        Type::List(_) | Type::Set(_) | Type::Map(_) => {
            unknown.max_length.filter(|&most| most == unknown.min_length)
        }
        Type::Any | Type::String => None,
        Type::Bool | Type::Number => {
            return Err(invalid(
                "value",
                "argument must be a string, a collection type, or a structural type",
            ));
        }
    };
    Ok(match known.filter(|_| unknown.not_null) {
        Some(length) => Number::from_count(length).into(),
        None => {
            let mut length = unknown_like(unknown, Type::Number).not_null();
            let is_list = matches!(unknown.ty, Type::List(_) | Type::Set(_) | Type::Map(_));
            if !exact && unknown.not_null {
                // Characters of a string may be joined, but never into nothing.
                length.min_length =
                    if is_list { unknown.min_length } else { unknown.min_length.min(1) };
                length.max_length = unknown.max_length.filter(|_| is_list);
            }
            Value::unknown(length)
        }
    })
}

fn lookup(args: &[Value]) -> Result<Value, Problem> {
    let (map, key) = (at(args, 0), text(args, 1));
    if let Some(found) = map.get(key) {
        return as_element(map, found, args.get(2));
    }
    if map.marks().has(Marks::OPEN) {
        return Ok(Value::unknown(Unknown::new(
            Type::Any,
            Reason::new(Cause::NoSchema, key, None),
        )));
    }
    match args.get(2) {
        Some(default) => as_element(map, default, None),
        None => Err(Problem::new(format!("lookup failed to find key `{key}`"))),
    }
}

/// A map's values and the default are of one type; what is found in an object stays as it is.
fn as_element(map: &Value, value: &Value, default: Option<&Value>) -> Result<Value, Problem> {
    let Kind::Map(entries) = map.kind() else { return Ok(value.clone()) };
    let element = entries.iter().map(|(_, v)| v.ty()).find(|ty| *ty != Type::Any);
    let element = element.unwrap_or(Type::Any);
    if let Some(default) = default {
        convert(default, &element).map_err(|p| invalid("default", &p.message))?;
        return Ok(value.clone());
    }
    convert(value, &element).map_err(|p| invalid("default", &p.message))
}

/// Later ones win; null ones do not count. A map when all are maps of one type, else an object.
fn merge(args: &[Value]) -> Value {
    let mut merged: Vec<(Key, Value)> = Vec::new();
    let (mut all_maps, mut open) = (!args.is_empty(), Marks::NONE);
    let mut element: Option<Type> = None;
    for arg in args {
        all_maps &= matches!(arg.kind(), Kind::Map(_));
        if arg.marks().has(Marks::OPEN) {
            open = Marks::OPEN;
        }
        for (key, value) in arg.as_entries().into_iter().flatten() {
            let ty = value.ty();
            if all_maps && ty != Type::Any {
                all_maps = *element.get_or_insert_with(|| ty.clone()) == ty;
            }
            merged.push((key.clone(), value.clone()));
        }
    }
    let merged = Entries::from(merged);
    if all_maps { Value::map(merged) } else { Value::object(merged).with_marks(open) }
}

fn one(list: &Value) -> Result<Value, Problem> {
    match list.as_elements().unwrap_or(&[]) {
        [] => Ok(Value::NULL),
        [only] => Ok(only.clone()),
        more => match (list.kind(), more.iter().find_map(Value::first_unknown)) {
            (Kind::Set(_), Some(unknown)) => Ok(Value::unknown(unknown_like(unknown, Type::Any))),
            _ => Err(invalid(
                "list",
                "must be a list, set, or tuple value with either zero or one elements",
            )),
        },
    }
}

fn transpose(args: &[Value], services: &Services<'_>) -> Result<Value, Problem> {
    let mut turned: std::collections::BTreeMap<Key, Vec<Value>> = std::collections::BTreeMap::new();
    let mut count = 0_usize;
    for (key, list) in entries(args, 0).into_iter().flatten() {
        for item in list.as_elements().unwrap_or(&[]) {
            let Some(new) = item.as_str() else {
                return Err(invalid(
                    "values",
                    "cannot transpose a map of lists with null elements",
                ));
            };
            count += 1;
            if count > services.elements {
                return Err(too_large("elements", services.elements));
            }
            turned.entry(Arc::from(new)).or_default().push(Value::string(key.clone()));
        }
    }
    Ok(Value::map(turned.into_iter().map(|(k, v)| (k, Value::list(v))).collect::<Entries>()))
}

fn zipmap(args: &[Value]) -> Result<Value, Problem> {
    let (keys, values) = (items(args, 0), items(args, 1));
    if matches!(at(args, 1).kind(), Kind::Set(_)) {
        return Err(invalid("values", "list or tuple required"));
    }
    if keys.len() != values.len() {
        return Err(Problem::new(format!(
            "number of keys ({}) does not match number of values ({})",
            keys.len(),
            values.len()
        )));
    }
    if let Some(unknown) = keys.iter().find_map(Value::as_unknown) {
        return Ok(Value::unknown(unknown_like(unknown, Type::Any)));
    }
    let mut zipped = Vec::with_capacity(keys.len());
    for (n, (key, value)) in keys.iter().zip(values).enumerate() {
        let Some(key) = key.as_str() else {
            return Err(invalid("keys", &format!("key {n} is null")));
        };
        zipped.push((Key::from(key), value.clone()));
    }
    Ok(match at(args, 1).kind() {
        Kind::List(_) => Value::map(zipped),
        _ => Value::object(zipped),
    })
}
