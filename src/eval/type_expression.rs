//! Type constraints as variables and inputs write them: `list(object({ a = optional(string, "x") }))`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Problem;
use crate::hcl::{Call, Expr, Kind};
use crate::value::{self, Entries, Field, Key, Type, Value};

use super::{Evaluated, Evaluator, Fault, Scope};

/// A type with the defaults that its optional members name.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// The type.
    pub ty: Type,
    /// Defaults, where there are any.
    pub defaults: Option<Arc<Defaults>>,
}

/// Defaults of optional members, in the shape of the type.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Defaults {
    /// Defaults of this object's own members.
    members: BTreeMap<Key, Value>,
    /// Defaults inside members; the key is empty for the elements of a collection, a number for
    /// those of a tuple.
    children: BTreeMap<Key, Arc<Defaults>>,
}

impl Constraint {
    /// `any`.
    #[must_use]
    pub const fn any() -> Self {
        Self { ty: Type::Any, defaults: None }
    }

    /// A value converted to the type, absent optional members filled in.
    pub fn apply(&self, value: &Value) -> Result<Value, Problem> {
        let filled = match &self.defaults {
            Some(defaults) => defaults.fill(value),
            None => value.clone(),
        };
        value::convert(&filled, &self.ty)
    }
}

impl Defaults {
    fn fill(&self, value: &Value) -> Value {
        let element = self.children.get("");
        let kind = match value.kind() {
            value::Kind::Object(entries) | value::Kind::Map(entries) if element.is_none() => {
                value::Kind::Object(self.fill_members(entries))
            }
            value::Kind::Object(entries) => value::Kind::Object(fill_values(entries, element)),
            value::Kind::Map(entries) => value::Kind::Map(fill_values(entries, element)),
            value::Kind::List(items) => value::Kind::List(self.fill_elements(items)),
            value::Kind::Set(items) => value::Kind::Set(self.fill_elements(items)),
            value::Kind::Tuple(items) => value::Kind::Tuple(self.fill_elements(items)),
            other => other.clone(),
        };
        Value::new(kind).with_origin(value.origin()).with_marks(value.marks())
    }

    fn fill_members(&self, entries: &Entries) -> Entries {
        let given = entries.iter().map(|(name, value)| {
            let value = match self.members.get(name) {
                Some(default) if value.is_null() => default,
                _ => value,
            };
            (name.clone(), value.clone())
        });
        let absent = self.members.iter().filter(|(name, _)| entries.get(name).is_none());
        let absent = absent.map(|(name, default)| (name.clone(), default.clone()));
        given
            .chain(absent)
            .map(|(name, value)| match self.children.get(&name) {
                Some(inner) => {
                    let value = inner.fill(&value);
                    (name, value)
                }
                None => (name, value),
            })
            .collect()
    }

    fn fill_elements(&self, items: &[Value]) -> Arc<[Value]> {
        let inner =
            |n: usize| self.children.get("").or_else(|| self.children.get(n.to_string().as_str()));
        items
            .iter()
            .enumerate()
            .map(|(n, item)| inner(n).map_or_else(|| item.clone(), |inner| inner.fill(item)))
            .collect()
    }
}

fn fill_values(entries: &Entries, element: Option<&Arc<Defaults>>) -> Entries {
    let Some(element) = element else { return entries.clone() };
    entries.iter().map(|(name, value)| (name.clone(), element.fill(value))).collect()
}

/// Reads a type constraint. Defaults of optional members are evaluated in `scope`, which should know
/// no names.
pub fn parse_type(expr: Expr<'_>, scope: &dyn Scope) -> Evaluated<Constraint> {
    let (ty, defaults) = read(expr, scope)?;
    let defaults =
        (!defaults.members.is_empty() || !defaults.children.is_empty()).then(|| Arc::new(defaults));
    Ok(Constraint { ty, defaults })
}

fn read(expr: Expr<'_>, scope: &dyn Scope) -> Evaluated<(Type, Defaults)> {
    match expr.kind() {
        Kind::Variable(name) => keyword(expr, name).map(|ty| (ty, Defaults::default())),
        // Terraform 0.11 wrote types as strings.
        Kind::String(name) => keyword(expr, &name).map(|ty| (ty, Defaults::default())),
        Kind::Call(call) => constructor(expr, &call, scope),
        Kind::Parens(inner) => read(inner, scope),
        _ => Err(not_a_type(expr)),
    }
}

fn keyword(expr: Expr<'_>, name: &str) -> Evaluated<Type> {
    Ok(match name {
        "any" => Type::Any,
        "bool" => Type::Bool,
        "number" => Type::Number,
        "string" => Type::String,
        "list" => Type::List(Arc::new(Type::Any)),
        "map" => Type::Map(Arc::new(Type::Any)),
        "set" => Type::Set(Arc::new(Type::Any)),
        _ => return Err(not_a_type(expr)),
    })
}

fn constructor(expr: Expr<'_>, call: &Call<'_>, scope: &dyn Scope) -> Evaluated<(Type, Defaults)> {
    let mut arguments = call.arguments;
    let (Some(argument), None) = (arguments.next(), arguments.next()) else {
        let problem = Problem::new(format!("`{}` takes one type", call.name));
        return Err(Fault::new(problem, expr.span()));
    };
    match call.name {
        "object" => object(argument, scope),
        "tuple" => tuple(argument, scope),
        "list" | "set" | "map" => {
            let (element, inner) = read(argument, scope)?;
            let element = Arc::new(element);
            let ty = match call.name {
                "list" => Type::List(element),
                "set" => Type::Set(element),
                _ => Type::Map(element),
            };
            let mut defaults = Defaults::default();
            defaults.add("", inner);
            Ok((ty, defaults))
        }
        _ => Err(not_a_type(expr)),
    }
}

fn object(expr: Expr<'_>, scope: &dyn Scope) -> Evaluated<(Type, Defaults)> {
    let Kind::Object(items) = expr.kind() else { return Err(not_a_type(expr)) };
    let mut fields = BTreeMap::new();
    let mut defaults = Defaults::default();
    for item in items {
        let name = match (&item.name, item.key.kind()) {
            (Some(name), _) => Key::from(&**name),
            (None, Kind::String(name)) => Key::from(&*name),
            (None, _) => return Err(not_a_type(item.key)),
        };
        let (ty, optional, inner) = member(item.value, &name, &mut defaults, scope)?;
        defaults.add(&name, inner);
        fields.insert(name, Field { ty, optional });
    }
    Ok((Type::Object(Arc::new(fields)), defaults))
}

fn member(
    expr: Expr<'_>,
    name: &Key,
    defaults: &mut Defaults,
    scope: &dyn Scope,
) -> Evaluated<(Type, bool, Defaults)> {
    let call = match expr.kind() {
        Kind::Call(call) if call.name == "optional" => call,
        _ => return read(expr, scope).map(|(ty, inner)| (ty, false, inner)),
    };
    let mut arguments = call.arguments;
    let Some(ty) = arguments.next() else { return Err(not_a_type(expr)) };
    let (ty, inner) = read(ty, scope)?;
    if let Some(default) = arguments.next() {
        let value = Evaluator::new(scope).evaluate(default)?;
        let constraint = Constraint { ty: ty.clone(), defaults: Some(Arc::new(inner.clone())) };
        let value =
            constraint.apply(&value).map_err(|problem| Fault::new(problem, default.span()))?;
        defaults.members.insert(name.clone(), value);
    }
    Ok((ty, true, inner))
}

fn tuple(expr: Expr<'_>, scope: &dyn Scope) -> Evaluated<(Type, Defaults)> {
    let Kind::Tuple(elements) = expr.kind() else { return Err(not_a_type(expr)) };
    let mut types = Vec::new();
    let mut defaults = Defaults::default();
    for (n, element) in elements.enumerate() {
        let (ty, inner) = read(element, scope)?;
        types.push(ty);
        defaults.add(&n.to_string(), inner);
    }
    Ok((Type::Tuple(types.into()), defaults))
}

impl Defaults {
    fn add(&mut self, key: &str, inner: Self) {
        if !inner.members.is_empty() || !inner.children.is_empty() {
            self.children.insert(Key::from(key), Arc::new(inner));
        }
    }
}

fn not_a_type(expr: Expr<'_>) -> Box<Fault> {
    let problem = Problem::new(format!("`{}` is not a type", expr.text())).with_hint(
        "types are string, number, bool, any, list(T), set(T), map(T), object({...}), tuple([...])",
    );
    Fault::new(problem, expr.span())
}
