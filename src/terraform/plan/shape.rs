//! What a value should be, so far as a schema or type says: JSON cannot tell a set from a list, nor a
//! map from an object.

use std::sync::Arc;

use crate::value::{Entries, Key, Type, Value};

/// What the next value should be.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// Nothing is known: arrays become lists and objects objects.
    Any,
    /// A type.
    Of(Type),
}

impl Shape {
    /// The shape of an attribute, block or map entry.
    pub(super) fn entry(&self, name: &str) -> Self {
        match self {
            Self::Of(Type::Object(fields)) => {
                fields.get(name).map_or(Self::Any, |field| Self::Of(field.ty.clone()))
            }
            Self::Of(Type::Map(element)) => Self::Of(element.as_ref().clone()),
            Self::Any | Self::Of(_) => Self::Any,
        }
    }

    /// The shape of an element.
    pub(super) fn item(&self, index: usize) -> Self {
        match self {
            Self::Of(Type::List(element) | Type::Set(element)) => Self::Of(element.as_ref().clone()),
            Self::Of(Type::Tuple(elements)) => elements.get(index).cloned().map_or(Self::Any, Self::Of),
            Self::Any | Self::Of(_) => Self::Any,
        }
    }

    /// The type as far as it is known: that of an unknown value here.
    pub(super) fn ty(&self) -> Type {
        match self {
            Self::Of(ty) => ty.clone(),
            Self::Any => Type::Any,
        }
    }

    /// An array of this shape.
    pub(super) fn array(&self, items: Vec<Value>) -> Value {
        match self {
            Self::Of(Type::Set(_)) => Value::set(items),
            Self::Of(Type::Tuple(_)) => Value::tuple(items),
            Self::Any | Self::Of(_) => Value::list(items),
        }
    }

    /// An object of this shape.
    pub(super) fn object(&self, entries: Vec<(Key, Value)>) -> Value {
        match self {
            Self::Of(Type::Map(_)) => Value::map(Entries::from(entries)),
            Self::Any | Self::Of(_) => Value::object(Entries::from(entries)),
        }
    }
}
