//! What can be said about a value from the text and the schemas alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::hcl::{Item, Kind};
use crate::terraform::schema::{self, Absent, Block, NestedBlock, Nesting};
use crate::terraform::version::Constraint;
use crate::value::{Field, Key, Type};

/// The form of a value.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Unknown,
    Null,
    Bool,
    Number,
    String,
    List(Arc<Shape>),
    Set(Arc<Shape>),
    Map(Arc<Shape>),
    /// `[a, b]`.
    Tuple(Arc<[Shape]>),
    /// A list or tuple of that element; which of them is not known.
    Row(Arc<Shape>),
    /// `{ a = b }`, or an object whose members are known.
    Object(Arc<BTreeMap<String, Shape>>),
    /// What a provider declares.
    Body(Block),
    /// One of several of those.
    AnyOf(Arc<[Block]>),
}

/// The form of a value, and what in the text may be null.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) shape: Shape,
    /// An argument that is null when it is not set: its path as written.
    pub(super) unset: Option<String>,
}

impl Known {
    pub(super) const UNKNOWN: Self = Self { shape: Shape::Unknown, unset: None };

    pub(super) const fn of(shape: Shape) -> Self {
        Self { shape, unset: None }
    }
}

/// The key of an item that is a plain name or string.
pub(super) fn key(item: &Item<'_>) -> Option<String> {
    match (&item.name, item.key.kind()) {
        (Some(name), _) => Some(name.to_string()),
        (None, Kind::String(text)) => Some(text.into_owned()),
        (None, _) => None,
    }
}

/// A member of what a provider declares.
pub(super) fn member(block: Block, name: &str) -> Option<Known> {
    if let Some(attribute) = block.attribute(name) {
        let may_be_unset = attribute.is_optional()
            && !attribute.is_computed()
            && attribute.absent(false, &Constraint::default())
                == Absent::Value(crate::value::Value::NULL);
        let unset = may_be_unset.then(String::new);
        return Some(Known { shape: Shape::from(&attribute.ty()), unset });
    }
    let nested = block.block(name)?;
    let unset = (nested.nesting() == Nesting::Single).then(String::new);
    Some(Known { shape: Shape::of_blocks(nested), unset })
}

impl From<&Type> for Shape {
    fn from(ty: &Type) -> Self {
        let inner = |ty: &Type| Arc::new(Self::from(ty));
        match ty {
            Type::Any => Self::Unknown,
            Type::Bool => Self::Bool,
            Type::Number => Self::Number,
            Type::String => Self::String,
            Type::List(element) => Self::List(inner(element)),
            Type::Set(element) => Self::Set(inner(element)),
            Type::Map(element) => Self::Map(inner(element)),
            Type::Object(fields) => Self::Object(Arc::new(
                fields.iter().map(|(name, f)| (name.to_string(), Self::from(&f.ty))).collect(),
            )),
            Type::Tuple(elements) => Self::Tuple(elements.iter().map(Self::from).collect()),
        }
    }
}

impl Shape {
    fn of_blocks(nested: NestedBlock) -> Self {
        let one = Self::Body(nested.block());
        match nested.nesting() {
            Nesting::List => Self::List(Arc::new(one)),
            Nesting::Set => Self::Set(Arc::new(one)),
            Nesting::Map => Self::Map(Arc::new(one)),
            Nesting::Single | Nesting::Group => one,
        }
    }

    /// A resource of a type.
    pub(super) fn resource(name: &str, schemas: &super::schemas::Schemas) -> Self {
        match schemas.resource(name) {
            super::schemas::Known::Declared(block) => Self::Body(block),
            super::schemas::Known::Missing | super::schemas::Known::Unverified => Self::Unknown,
        }
    }

    /// The configuration of a provider.
    pub(super) fn provider(name: &str) -> Self {
        schema::provider_block(name).map_or(Self::Unknown, Self::Body)
    }

    /// Whether it has members with names.
    pub(super) const fn is_object(&self) -> bool {
        matches!(self, Self::Object(_) | Self::Body(_) | Self::AnyOf(_))
    }

    pub(super) const fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }

    /// What a collection holds.
    pub(super) fn element(&self) -> Self {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) | Self::Row(element) => {
                Self::clone(element)
            }
            Self::Tuple(elements) => {
                let mut all = elements.iter();
                match all.next() {
                    Some(first) if all.all(|other| other.is_like(first)) => first.clone(),
                    _ => Self::Unknown,
                }
            }
            _ => Self::Unknown,
        }
    }

    /// Whether two are the same as far as both are simple.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bool, Self::Bool)
            | (Self::Number, Self::Number)
            | (Self::String, Self::String) => true,
            (Self::List(a), Self::List(b)) | (Self::Set(a), Self::Set(b)) => a.is_like(b),
            (Self::Map(a), Self::Map(b)) | (Self::Row(a), Self::Row(b)) => a.is_like(b),
            _ => false,
        }
    }

    /// What both arms of a conditional have in common.
    pub(super) fn either(self, other: Self) -> Self {
        match (&self, &other) {
            (Self::Null, _) => other,
            (_, Self::Null) => self,
            _ if self.is_like(&other) => self,
            _ => Self::Unknown,
        }
    }

    /// Its type, when all of it is known and it is small.
    pub(super) fn ty(&self) -> Option<Type> {
        Some(match self {
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::List(element) => Type::List(Arc::new(element.ty()?)),
            Self::Set(element) => Type::Set(Arc::new(element.ty()?)),
            Self::Map(element) => Type::Map(Arc::new(element.ty()?)),
            Self::Tuple(elements) => {
                Type::Tuple(elements.iter().map(Self::ty).collect::<Option<_>>()?)
            }
            Self::Object(members) => {
                let field = |(name, shape): (&String, &Self)| {
                    Some((Key::from(name.as_str()), Field { ty: shape.ty()?, optional: false }))
                };
                Type::Object(Arc::new(members.iter().map(field).collect::<Option<_>>()?))
            }
            Self::Unknown | Self::Null | Self::Row(_) | Self::Body(_) | Self::AnyOf(_) => {
                return None;
            }
        })
    }

    /// Whether two can never be equal, because their types differ.
    pub(super) fn never_equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown | Self::Null, _) | (_, Self::Unknown | Self::Null) => false,
            (a, b) if a.is_primitive() || b.is_primitive() => !a.is_like(b),
            (Self::List(a), Self::List(b))
            | (Self::Set(a), Self::Set(b))
            | (Self::Map(a), Self::Map(b)) => a.never_equals(b),
            (Self::Row(_), Self::List(_) | Self::Tuple(_) | Self::Row(_))
            | (Self::List(_) | Self::Tuple(_), Self::Row(_)) => false,
            (Self::Tuple(_), Self::Tuple(_)) => false,
            (a, b) if a.is_object() && b.is_object() => false,
            _ => true,
        }
    }

    /// In words: `list(string)`.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Unknown => "any".to_owned(),
            Self::Null => "null".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Number => "number".to_owned(),
            Self::String => "string".to_owned(),
            Self::List(element) => format!("list({})", element.words()),
            Self::Set(element) => format!("set({})", element.words()),
            Self::Map(element) => format!("map({})", element.words()),
            Self::Tuple(_) | Self::Row(_) => "tuple".to_owned(),
            Self::Object(_) | Self::Body(_) | Self::AnyOf(_) => "object".to_owned(),
        }
    }
}
