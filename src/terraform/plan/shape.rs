//! What a value should be, so far as the provider declares it: JSON cannot tell a set from a list, nor a
//! map from an object.
//!
//! Where the plan disagrees, for its provider has another version than the one described, the plan is
//! right and the value keeps the form it has there.

use std::sync::Arc;

use crate::terraform::schema::{Attribute, Block, NestedBlock, Nesting, TypeKind};
use crate::value::{Entries, Key, Type, Value};

/// What the next value should be.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// Nothing is known: arrays become lists and objects objects.
    Any,
    /// A type.
    Of(Type),
    /// An attribute, whose type is built only when it is needed.
    Attribute(Attribute),
    /// The contents of a block.
    Block(Block),
    /// All nested blocks of one kind.
    Blocks(NestedBlock),
}

impl Shape {
    /// The shape of an attribute, block or map entry.
    pub(super) fn entry(&self, name: &str) -> Self {
        match self {
            Self::Of(Type::Object(fields)) => {
                fields.get(name).map_or(Self::Any, |field| Self::Of(field.ty.clone()))
            }
            Self::Of(Type::Map(element)) => Self::Of(element.as_ref().clone()),
            Self::Block(block) => Self::in_block(*block, name),
            Self::Blocks(blocks) => match blocks.nesting() {
                Nesting::Single | Nesting::Group => Self::in_block(blocks.block(), name),
                Nesting::Map => Self::Block(blocks.block()),
                Nesting::List | Nesting::Set => Self::Any,
            },
            Self::Any | Self::Of(_) | Self::Attribute(_) => Self::Any,
        }
    }

    /// The shape of an element.
    pub(super) fn item(&self, index: usize) -> Self {
        match self {
            Self::Of(Type::List(element) | Type::Set(element)) => {
                Self::Of(element.as_ref().clone())
            }
            Self::Of(Type::Tuple(elements)) => {
                elements.get(index).cloned().map_or(Self::Any, Self::Of)
            }
            Self::Blocks(blocks) => Self::Block(blocks.block()),
            Self::Any | Self::Of(_) | Self::Attribute(_) | Self::Block(_) => Self::Any,
        }
    }

    /// Whether the provider says that it must never be shown. Old plans, and what other programs write,
    /// leave that out of their masks.
    pub(super) fn is_sensitive(&self) -> bool {
        matches!(self, Self::Attribute(attribute) if attribute.is_sensitive())
    }

    /// The same, ready for [`Self::entry`] and [`Self::item`].
    pub(super) fn opened(&self) -> Self {
        match self {
            Self::Attribute(attribute) => Self::Of(attribute.ty()),
            shape => shape.clone(),
        }
    }

    /// The type as far as it is known: that of an unknown value here.
    pub(super) fn ty(&self) -> Type {
        match self {
            Self::Any | Self::Block(_) => Type::Any,
            Self::Of(ty) => ty.clone(),
            Self::Attribute(attribute) => attribute.ty(),
            Self::Blocks(blocks) => match blocks.nesting() {
                Nesting::List => Type::List(Arc::new(Type::Any)),
                Nesting::Set => Type::Set(Arc::new(Type::Any)),
                Nesting::Map => Type::Map(Arc::new(Type::Any)),
                Nesting::Single | Nesting::Group => Type::Any,
            },
        }
    }

    /// Whether a string, number or bool can stand here.
    pub(super) fn may_be_scalar(&self) -> bool {
        match self {
            Self::Any => true,
            Self::Of(ty) => *ty == Type::Any || ty.is_primitive(),
            Self::Attribute(attribute) => match attribute.kind() {
                TypeKind::String | TypeKind::Number | TypeKind::Bool | TypeKind::Dynamic => true,
                TypeKind::List
                | TypeKind::Set
                | TypeKind::Map
                | TypeKind::Object
                | TypeKind::Tuple => false,
            },
            Self::Block(_) | Self::Blocks(_) => false,
        }
    }

    /// An array of this shape.
    pub(super) fn array(&self, items: Vec<Value>) -> Value {
        match self {
            Self::Of(Type::Set(_)) => Value::set(items),
            Self::Of(Type::Tuple(_)) => Value::tuple(items),
            Self::Blocks(blocks) if blocks.nesting() == Nesting::Set => Value::set(items),
            Self::Any | Self::Of(_) | Self::Attribute(_) | Self::Block(_) | Self::Blocks(_) => {
                Value::list(items)
            }
        }
    }

    /// An object of this shape.
    pub(super) fn object(&self, entries: Vec<(Key, Value)>) -> Value {
        match self {
            Self::Of(Type::Map(_)) => Value::map(Entries::from(entries)),
            Self::Blocks(blocks) if blocks.nesting() == Nesting::Map => {
                Value::map(Entries::from(entries))
            }
            Self::Any | Self::Of(_) | Self::Attribute(_) | Self::Block(_) | Self::Blocks(_) => {
                Value::object(Entries::from(entries))
            }
        }
    }

    fn in_block(block: Block, name: &str) -> Self {
        let attribute = block.attribute(name).map(Self::Attribute);
        attribute.or_else(|| block.block(name).map(Self::Blocks)).unwrap_or(Self::Any)
    }
}
