//! Mocks take the shape that the provider's schema gives a resource, so that what holds in a test
//! holds in a plan: what is absent is null or empty, tuples become lists or sets.

use crate::diag::Problem;
use crate::terraform::schema::{self, Block, NestedBlock, Nesting, TypeKind};
use crate::value::{self, Key, Kind, Marks, Type, Value};

/// A mock's attributes in the shape of its type; as written when the type's schema is not at hand.
pub(super) fn coerce(resource_type: &str, attrs: &Value) -> Result<Value, Problem> {
    match schema::resource(resource_type) {
        Some(schema) => object(schema, attrs, ""),
        None => Ok(attrs.clone()),
    }
}

fn object(schema: Block, value: &Value, path: &str) -> Result<Value, Problem> {
    let Some(given) = value.as_entries() else { return Ok(value.clone()) };
    let mut entries: Vec<(Key, Value)> = Vec::with_capacity(given.len());
    for (name, value) in given {
        let inner = format!("{path}{name}");
        let value = match (schema.attribute(name), schema.block(name)) {
            (Some(attribute), _) => match attribute.kind() {
                TypeKind::Dynamic => value.clone(),
                _ => converted(value, &attribute.ty(), &inner)?,
            },
            (None, Some(nested)) => blocks(nested, value, &inner)?,
            (None, None) if !schema.is_complete() => value.clone(),
            (None, None) => {
                let problem = Problem::new(format!("`{inner}` is not known to the provider"));
                return Err(match schema.did_you_mean(name) {
                    Some(close) => problem.with_hint(format!("did you mean `{close}`?")),
                    None => problem,
                });
            }
        };
        entries.push((name.clone(), value));
    }
    for attribute in schema.attributes() {
        if given.get(attribute.name()).is_none() && !attribute.is_other_version() {
            entries.push((Key::from(attribute.name()), Value::NULL));
        }
    }
    for nested in schema.blocks() {
        if given.get(nested.name()).is_none() && !nested.is_other_version() {
            entries.push((Key::from(nested.name()), empty(nested)));
        }
    }
    let marks = if schema.is_complete() { Marks::NONE } else { Marks::OPEN };
    Ok(Value::object(entries).with_marks(marks))
}

fn converted(value: &Value, ty: &Type, path: &str) -> Result<Value, Problem> {
    value::convert(value, ty)
        .map_err(|problem| Problem { message: format!("`{path}`: {}", problem.message), ..problem })
}

fn blocks(nested: NestedBlock, value: &Value, path: &str) -> Result<Value, Problem> {
    let schema = nested.block();
    let inner = format!("{path}.");
    if value.is_unknown() {
        return Ok(value.clone());
    }
    match nested.nesting() {
        Nesting::Single | Nesting::Group => object(schema, value, &inner),
        Nesting::Map => {
            let Some(entries) = value.as_entries() else { return Err(not_blocks(path)) };
            let entries: Result<Vec<_>, Problem> = entries
                .iter()
                .map(|(key, value)| Ok((key.clone(), object(schema, value, &inner)?)))
                .collect();
            Ok(Value::map(entries?))
        }
        Nesting::List | Nesting::Set => {
            let elements = match value.kind() {
                Kind::Null => return Ok(empty(nested)),
                Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => items.to_vec(),
                _ => return Err(not_blocks(path)),
            };
            let elements: Result<Vec<Value>, Problem> =
                elements.iter().map(|element| object(schema, element, &inner)).collect();
            Ok(if nested.nesting() == Nesting::Set {
                Value::set(elements?)
            } else {
                Value::list(elements?)
            })
        }
    }
}

fn empty(nested: NestedBlock) -> Value {
    match nested.nesting() {
        Nesting::List => Value::list([]),
        Nesting::Set => Value::set(Vec::new()),
        Nesting::Map => Value::map(Vec::new()),
        Nesting::Single | Nesting::Group => Value::NULL,
    }
}

fn not_blocks(path: &str) -> Problem {
    Problem::new(format!("`{path}` holds blocks, a list of objects is required"))
        .with_hint(format!("write `{path} = [{{ ... }}]`"))
}
