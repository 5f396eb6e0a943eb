//! Types and marks: `tobool` and its kin, `type`, `sensitive`, `nonsensitive`.

use std::sync::Arc;

use crate::diag::Problem;
use crate::value::{Entries, Kind, Marks, Type, Value, convert};

use super::arguments::at;
use super::signature::{Class, Function, Gives, Parameter, invalid, unknown_like};

const V: Parameter = Parameter::new("v", Class::Any).or_null().or_unknown();
const VALUE: Parameter = Parameter::new("value", Class::Any).or_null().or_unknown();

pub(super) const TABLE: &[Function] = &[
    Function::new("ephemeralasnull", &[VALUE], Gives::Any, |args, _| {
        Ok(without_ephemeral(at(args, 0)))
    }),
    Function::new("issensitive", &[VALUE], Gives::Class(Class::Bool), |args, _| {
        let value = at(args, 0);
        Ok(match value.as_unknown() {
            Some(unknown) if !value.is_sensitive() => {
                Value::unknown(unknown_like(unknown, Type::Bool).not_null())
            }
            _ => Value::from(value.is_sensitive()),
        })
    })
    .without_marks(),
    Function::new("nonsensitive", &[VALUE], Gives::Any, |args, _| {
        let value = at(args, 0).clone();
        let marks = value.marks().without(Marks::SENSITIVE);
        Ok(value.unmarked().with_marks(marks))
    })
    .without_marks(),
    Function::new("sensitive", &[VALUE], Gives::Any, |args, _| {
        Ok(at(args, 0).clone().with_marks(Marks::SENSITIVE))
    }),
    Function::new("tobool", &[V], Gives::Any, |args, _| to(at(args, 0), &Type::Bool)),
    Function::new("tolist", &[V], Gives::Any, |args, _| {
        to(at(args, 0), &Type::List(Arc::new(Type::Any)))
    }),
    Function::new("tomap", &[V], Gives::Any, |args, _| {
        to(at(args, 0), &Type::Map(Arc::new(Type::Any)))
    }),
    Function::new("tonumber", &[V], Gives::Any, |args, _| to(at(args, 0), &Type::Number)),
    Function::new("toset", &[V], Gives::Any, |args, _| {
        to(at(args, 0), &Type::Set(Arc::new(Type::Any)))
    }),
    Function::new("tostring", &[V], Gives::Any, |args, _| to(at(args, 0), &Type::String)),
    Function::new("type", &[VALUE], Gives::Class(Class::String), |args, _| {
        Ok(Value::string(at(args, 0).ty().to_string()))
    }),
];

/// Converts, with the words of Terraform's conversion functions.
fn to(value: &Value, ty: &Type) -> Result<Value, Problem> {
    convert(value, ty).map_err(|problem| {
        let target = match ty {
            Type::List(_) => "list of any single type".to_owned(),
            Type::Set(_) => "set of any single type".to_owned(),
            Type::Map(_) => "map of any single type".to_owned(),
            ty => ty.to_string(),
        };
        let message = match (value.kind(), ty) {
            (Kind::String(text), Type::Bool) => format!(
                "cannot convert {:?} to bool; only the strings \"true\" or \"false\" are allowed",
                text.as_str()
            ),
            (Kind::String(text), Type::Number) => format!(
                "cannot convert {:?} to number; given string must be a decimal representation of \
                 a number",
                text.as_str()
            ),
            _ => format!("cannot convert {} to {target}", kind_name(value)),
        };
        invalid("v", &if problem.message.starts_with('`') { problem.message } else { message })
    })
}

fn kind_name(value: &Value) -> &'static str {
    match value.ty() {
        Type::Any => "value",
        Type::Bool => "bool",
        Type::Number => "number",
        Type::String => "string",
        Type::List(_) => "list",
        Type::Set(_) => "set",
        Type::Map(_) => "map",
        Type::Object(_) => "object",
        Type::Tuple(_) => "tuple",
    }
}

/// The value with null in place of each ephemeral part.
fn without_ephemeral(value: &Value) -> Value {
    if value.marks().has(Marks::EPHEMERAL) {
        return Value::NULL;
    }
    let all = |items: &[Value]| items.iter().map(without_ephemeral).collect::<Vec<_>>();
    let each = |entries: &Entries| -> Entries {
        let entries = entries.iter().map(|(key, value)| (key.clone(), without_ephemeral(value)));
        entries.collect::<Vec<_>>().into()
    };
    let kind = match value.kind() {
        Kind::List(items) => Kind::List(all(items).into()),
        Kind::Tuple(items) => Kind::Tuple(all(items).into()),
        Kind::Set(items) => Value::set(all(items)).into_kind(),
        Kind::Map(entries) => Kind::Map(each(entries)),
        Kind::Object(entries) => Kind::Object(each(entries)),
        kind @ (Kind::Null
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::Unknown(_)) => kind.clone(),
    };
    Value::new(kind).with_origin(value.origin()).with_marks(value.marks())
}
