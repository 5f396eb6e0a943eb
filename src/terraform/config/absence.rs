//! What absence means: the values of attributes and blocks that nobody wrote, as the provider's version
//! has them.

use std::collections::BTreeMap;

use crate::diag::Problem;
use crate::terraform::address::Mode;
use crate::terraform::schema::{self, Absent, NestedBlock};
use crate::value::{self, Cause, Key, Marks, Reason, Symbol, Type, Unknown, Value};

use super::body::schema_of;
use super::instance::{Evaluation, Resource};
use super::provided::Subject;
use super::providers::Provider;

/// An object with something empty in place of each member that is absent or null.
pub(super) fn filled(element: &Value, fields: &BTreeMap<Key, value::Field>) -> Value {
    let Some(entries) = element.as_entries() else { return element.clone() };
    let given = entries.iter().filter(|(_, value)| !value.is_null()).cloned();
    let absent = fields
        .iter()
        .filter(|(name, _)| entries.get(name).is_none_or(Value::is_null))
        .map(|(name, field)| (name.clone(), empty(&field.ty)));
    let filled: Vec<_> = given.chain(absent).collect();
    Value::object(filled).with_marks(element.marks()).with_origin(element.origin())
}

fn empty(ty: &Type) -> Value {
    match ty {
        Type::String => Value::from(""),
        Type::Number => Value::int(0),
        Type::Bool => Value::from(false),
        Type::List(_) => Value::list([]),
        Type::Set(_) => Value::set(Vec::new()),
        Type::Map(_) => Value::map(Vec::new()),
        Type::Any | Type::Object(_) | Type::Tuple(_) => Value::NULL,
    }
}

/// The value of an attribute that is not written; none when the provider's version has no such one.
pub(super) fn absent_attribute(
    evaluation: &Evaluation<'_>,
    provider: &Provider,
    (mode, resource_type): (Mode, &str),
    attribute: schema::Attribute,
    in_set: bool,
    symbol: impl FnOnce() -> Symbol,
) -> Option<Value> {
    let value = match attribute.absent(in_set, evaluation.version(&provider.provider_type)) {
        // What is read may hold what was not asked for; a result that follows from the arguments
        // holds null.
        Absent::Value(value)
            if value.is_null()
                && mode == Mode::Data
                && !super::super::data::is_computed(resource_type) =>
        {
            computed(mode, attribute.ty(), symbol())
        }
        Absent::Value(value) => value,
        Absent::NotDeclared => return None,
        Absent::Unknown => computed(mode, attribute.ty(), symbol()),
        Absent::VersionDependent(change) => {
            let symbol = symbol();
            let subject = format!(
                "{}.{} ({} before version {}, {} since)",
                symbol.address,
                symbol.attribute,
                change.before.unwrap_or("not set"),
                change.since,
                change.now.unwrap_or("not set"),
            );
            let reason = Reason::new(Cause::VersionDependent, subject, None);
            Value::unknown(Unknown::new(attribute.ty(), reason).with_symbol(symbol))
        }
    };
    Some(declared(value, attribute))
}

pub(super) fn declared(value: Value, attribute: schema::Attribute) -> Value {
    if attribute.is_sensitive() { value.with_marks(Marks::SENSITIVE) } else { value }
}

pub(super) fn absent_block(
    block: NestedBlock,
    mode: Mode,
    symbol: impl FnOnce() -> Symbol,
) -> Option<Value> {
    match block.absent() {
        Absent::Value(value) => Some(value),
        Absent::NotDeclared => None,
        Absent::Unknown | Absent::VersionDependent(_) => Some(computed(mode, Type::Any, symbol())),
    }
}

fn computed(mode: Mode, ty: Type, symbol: Symbol) -> Value {
    let cause = if mode == Mode::Data { Cause::DataSource } else { Cause::ComputedAtApply };
    let subject = format!("{}.{}", symbol.address, symbol.attribute);
    Value::unknown(Unknown::new(ty, Reason::new(cause, subject, None)).with_symbol(symbol))
}

/// An attribute of a resource that is not among its evaluated ones.
pub(super) fn absent(
    evaluation: &Evaluation<'_>,
    resource: &Resource,
    symbol: Symbol,
    name: &str,
) -> Result<Value, Problem> {
    let Resource { mode, provider, .. } = resource;
    let mode = *mode;
    if mode == Mode::Ephemeral {
        return Ok(computed(mode, Type::Any, symbol).with_marks(Marks::EPHEMERAL));
    }
    let Some(schema) = schema_of(mode, provider, &symbol.resource_type) else {
        let subject = format!("{}.{name}", symbol.address);
        let reason = Reason::new(Cause::NoSchema, subject, None);
        return Ok(Value::unknown(Unknown::new(Type::Any, reason).with_symbol(symbol)));
    };
    let found = match (schema.attribute(name), schema.block(name)) {
        (Some(attribute), _) => {
            let subject = Subject { evaluation, provider, mode, schema, depth: 0 };
            let written = |name: &str| resource.attrs.get(name).cloned();
            let provided = subject.attribute(attribute, &written);
            provided.map(|value| declared(value, attribute)).or_else(|| {
                let of = (mode, &*symbol.resource_type);
                let symbol = || symbol.clone();
                absent_attribute(evaluation, provider, of, attribute, false, symbol)
            })
        }
        (None, Some(block)) => absent_block(block, mode, || symbol.clone()),
        (None, None) if schema.is_complete() && is_covered(evaluation, provider) => {
            let problem =
                Problem::new(format!("`{}` has no attribute named `{name}`", symbol.resource_type));
            return Err(match schema.did_you_mean(name) {
                Some(close) => problem.with_hint(format!("did you mean `{close}`?")),
                None => problem,
            });
        }
        (None, None) => None,
    };
    Ok(found.unwrap_or_else(|| {
        let reason =
            Reason::new(Cause::VersionDependent, format!("{}.{name}", symbol.address), None);
        Value::unknown(Unknown::new(Type::Any, reason).with_symbol(symbol))
    }))
}

/// Whether the facts about a type are of versions that may be in use: another one may have more names.
fn is_covered(evaluation: &Evaluation<'_>, provider: &Provider) -> bool {
    let provider = &provider.provider_type;
    schema::covers(provider, evaluation.version(provider))
}

/// A resource with every attribute that its schema has.
pub(super) fn whole(evaluation: &Evaluation<'_>, resource: &Resource) -> Value {
    let schema = schema_of(resource.mode, &resource.provider, &resource.resource_type);
    let Some(schema) = schema else {
        return resource.attrs.clone();
    };
    let Some(written) = resource.attrs.as_entries() else { return resource.attrs.clone() };
    let names = schema.attributes().map(schema::Attribute::name);
    let names = names.chain(schema.blocks().map(NestedBlock::name));
    let missing = names.filter(|name| written.get(name).is_none()).filter_map(|name| {
        let value = evaluation.attribute_of(resource, name).ok()?;
        Some((Key::from(name), value))
    });
    let entries: Vec<_> = written.iter().cloned().chain(missing).collect();
    Value::object(entries).with_origin(resource.attrs.origin()).with_marks(resource.attrs.marks())
}
