//! Mocks take the shape that the provider's schema gives a resource, so that what holds in a test
//! holds in a plan: what is absent is null or empty, tuples become lists or sets.

use crate::diag::Problem;
use crate::eval::{Fault, Path, PathStep, path_text};
use crate::hcl::{self, Expr};
use crate::terraform::schema::{Block, NestedBlock, Nesting, TypeKind};
use crate::text::Span;
use crate::value::{self, Key, Kind, Marks, Type, Value};

/// A part of a mock that does not fit its type.
pub(super) struct Misfit {
    path: Path,
    problem: Problem,
}

impl Misfit {
    fn new(path: &[PathStep], problem: Problem) -> Box<Self> {
        Box::new(Self { path: path.to_vec(), problem })
    }

    /// The same at its place in the expression that gave the mock's attributes.
    pub(super) fn within(self, expr: Expr<'_>) -> Box<Fault> {
        Fault::new(self.problem, along(expr, &self.path))
    }
}

/// Where an object that is written out names something; the whole expression where it does not.
pub(super) fn part(expr: Expr<'_>, name: &str) -> Span {
    along(expr, &[PathStep::Name(Key::from(name))])
}

fn along(expr: Expr<'_>, path: &[PathStep]) -> Span {
    let Some((step, rest)) = path.split_first() else { return expr.span() };
    match (expr.kind(), step) {
        (hcl::Kind::Object(mut items), PathStep::Name(name)) => {
            let is_it = |item: &hcl::Item<'_>| match (&item.name, item.key.kind()) {
                (Some(own), _) => **own == **name,
                (None, hcl::Kind::String(own)) => *own == **name,
                _ => false,
            };
            match items.find(is_it) {
                Some(item) if rest.is_empty() => item.span,
                Some(item) => along(item.value, rest),
                None => expr.span(),
            }
        }
        (hcl::Kind::Tuple(elements), PathStep::Index(at)) => {
            elements.get(*at as usize).map_or(expr.span(), |element| along(element, rest))
        }
        _ => expr.span(),
    }
}

/// A mock's attributes in the shape of its type.
pub(super) fn coerce(schema: Block, attrs: &Value) -> Result<Value, Box<Misfit>> {
    object(schema, attrs, &mut Path::new())
}

fn object(schema: Block, value: &Value, path: &mut Path) -> Result<Value, Box<Misfit>> {
    let Some(given) = value.as_entries() else { return Ok(value.clone()) };
    let mut entries: Vec<(Key, Value)> = Vec::with_capacity(given.len());
    for (name, value) in given {
        path.push(PathStep::Name(name.clone()));
        let value = match (schema.attribute(name), schema.block(name)) {
            (Some(attribute), _) => match attribute.kind() {
                TypeKind::Dynamic => value.clone(),
                _ => converted(value, &attribute.ty(), path)?,
            },
            (None, Some(nested)) => blocks(nested, value, path)?,
            (None, None) if !schema.is_complete() => value.clone(),
            (None, None) => {
                let message = format!("`{}` is not known to the provider", path_text(path));
                let problem = Problem::new(message);
                let problem = match schema.did_you_mean(name) {
                    Some(close) => problem.with_hint(format!("did you mean `{close}`?")),
                    None => problem,
                };
                return Err(Misfit::new(path, problem));
            }
        };
        path.pop();
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
    Ok(Value::object(entries).with_marks(marks).with_origin(value.origin()))
}

fn converted(value: &Value, ty: &Type, path: &[PathStep]) -> Result<Value, Box<Misfit>> {
    value::convert(value, ty).map_err(|problem| {
        let message = format!("`{}`: {}", path_text(path), problem.message);
        Misfit::new(path, Problem { message, ..problem })
    })
}

fn blocks(nested: NestedBlock, value: &Value, path: &mut Path) -> Result<Value, Box<Misfit>> {
    let schema = nested.block();
    if value.is_unknown() {
        return Ok(value.clone());
    }
    match nested.nesting() {
        Nesting::Single | Nesting::Group => object(schema, value, path),
        Nesting::Map => {
            let Some(given) = value.as_entries() else { return Err(not_blocks(path)) };
            let mut entries = Vec::with_capacity(given.len());
            for (key, value) in given {
                path.push(PathStep::Name(key.clone()));
                entries.push((key.clone(), object(schema, value, path)?));
                path.pop();
            }
            Ok(Value::map(entries).with_origin(value.origin()))
        }
        Nesting::List | Nesting::Set => {
            let given = match value.kind() {
                Kind::Null => return Ok(empty(nested)),
                Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => items,
                _ => return Err(not_blocks(path)),
            };
            let mut elements = Vec::with_capacity(given.len());
            for (n, element) in (0u32..).zip(given.iter()) {
                path.push(PathStep::Index(n));
                elements.push(object(schema, element, path)?);
                path.pop();
            }
            let blocks = match nested.nesting() {
                Nesting::Set => Value::set(elements),
                _ => Value::list(elements),
            };
            Ok(blocks.with_origin(value.origin()))
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

fn not_blocks(path: &[PathStep]) -> Box<Misfit> {
    let shown = path_text(path);
    let problem = Problem::new(format!("`{shown}` holds blocks, a list of objects is required"))
        .with_hint(format!("write `{shown} = [{{ ... }}]`"));
    Misfit::new(path, problem)
}
