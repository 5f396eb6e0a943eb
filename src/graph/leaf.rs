//! Single values out of attributes, in the form in which they can be compared.

use std::sync::Arc;

use crate::terraform::address::Mode;
use crate::value::{
    Cause, Kind, Marks, Reason, Symbol, Type, Unknown, Value, canonical, equivalents, is_identity,
};

use super::Graph;
use super::resource::is_any_number;

/// A value that is no list, set or null.
#[derive(Debug)]
pub(super) enum Leaf {
    /// Known in all its parts.
    Known(Value),
    /// Unknown, and known to be this attribute of this resource.
    Symbol(Owner, Value),
    /// Nothing but what the unknown itself tells.
    Unknown(Value),
    /// An object or map with something unknown in it.
    Partial(Value),
}

/// Whose attribute an unknown value is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Owner {
    pub(super) class: Class,
    pub(super) address: Arc<str>,
}

/// The kind of attribute: all spellings of one identity are one kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Class {
    pub(super) resource_type: Arc<str>,
    pub(super) attribute: Arc<str>,
}

impl Class {
    /// Whether two resources never have the same.
    pub(super) fn is_identity(&self) -> bool {
        is_identity(&self.resource_type, &self.attribute)
    }
}

/// The values at a path, lists and sets flattened, nulls left out.
pub(super) fn flatten(value: &Value, path: &[&str], found: &mut Vec<Value>) {
    match (value.kind(), path) {
        (Kind::Null, _) => {}
        (Kind::List(items) | Kind::Tuple(items) | Kind::Set(items), _) => {
            items.iter().for_each(|item| flatten(item, path, found));
        }
        (Kind::Unknown(unknown), []) => found.push(element(value, unknown)),
        (Kind::Unknown(unknown), _) => found.push(any(unknown.reason.clone())),
        (_, []) => found.push(value.clone()),
        (Kind::Map(entries) | Kind::Object(entries), [name, rest @ ..]) => {
            match entries.get(name) {
                Some(value) => flatten(value, rest, found),
                None if value.marks().has(Marks::OPEN) => {
                    found.push(any(Reason::new(Cause::NoSchema, *name, None)));
                }
                None => {}
            }
        }
        (Kind::Bool(_) | Kind::Number(_) | Kind::String(_), _) => {}
    }
}

/// An unknown list stands for any of its elements; whose attribute the list is tells nothing of them.
fn element(value: &Value, unknown: &Unknown) -> Value {
    match &unknown.ty {
        Type::List(element) | Type::Set(element) => {
            Value::unknown(Unknown::new(element.as_ref().clone(), unknown.reason.clone()))
        }
        Type::Tuple(_) => any(unknown.reason.clone()),
        Type::Any | Type::Bool | Type::Number | Type::String | Type::Map(_) | Type::Object(_) => {
            value.clone()
        }
    }
}

fn any(reason: Reason) -> Value {
    Value::unknown(Unknown::new(Type::Any, reason))
}

impl Graph {
    /// What a value without lists can be compared by.
    pub(super) fn leaf(&self, value: Value) -> Leaf {
        let Some(unknown) = value.as_unknown() else {
            return if value.is_wholly_known() { Leaf::Known(value) } else { Leaf::Partial(value) };
        };
        let Some(symbol) = unknown.symbol.as_ref().filter(|symbol| self.is_one(symbol)) else {
            // One comparison speaks for all that are alike, so whose it is must not take part.
            return Leaf::Unknown(Value::unknown(Unknown { symbol: None, ..unknown.clone() }));
        };
        let attribute = canonical(symbol);
        if let Some(known) = self.known_spelling(symbol, attribute) {
            return Leaf::Known(known);
        }
        if self.is_gone(symbol) {
            // Equal to itself and to nothing that will be there.
            let itself = format!("{}.{attribute} (gone)", symbol.address);
            return Leaf::Known(Value::string(itself));
        }
        let class =
            Class { resource_type: symbol.resource_type.clone(), attribute: attribute.into() };
        let owner = Owner { class, address: symbol.address.clone() };
        Leaf::Symbol(owner, value)
    }

    /// Whether a symbol is of one managed instance: a data source may read what another resource is.
    fn is_one(&self, symbol: &Symbol) -> bool {
        let resource = self.by_address(&symbol.address).and_then(|index| self.get(index));
        !is_any_number(&symbol.address)
            && resource.is_none_or(|resource| resource.mode == Mode::Managed)
    }

    /// Whether a symbol is of a resource that will not be there after the run.
    fn is_gone(&self, symbol: &Symbol) -> bool {
        let resource = self.by_address(&symbol.address).and_then(|index| self.get(index));
        resource.is_some_and(|resource| resource.after.is_null())
    }

    /// The value of another attribute that will be the same, where that is known already.
    fn known_spelling(&self, symbol: &Symbol, canonical: &str) -> Option<Value> {
        let resource = self.get(self.by_address(&symbol.address)?)?;
        equivalents(&symbol.resource_type, canonical)
            .filter_map(|name| resource.after.get(name))
            .find(|value| !value.is_null() && value.is_wholly_known())
            .cloned()
    }
}
