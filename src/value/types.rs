//! Types as Terraform has them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{Key, Kind, Value};

/// A type or type constraint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// Any type: `any`, or not known.
    Any,
    /// `bool`.
    Bool,
    /// `number`.
    Number,
    /// `string`.
    String,
    /// `list(element)`.
    List(Arc<Type>),
    /// `set(element)`.
    Set(Arc<Type>),
    /// `map(element)`.
    Map(Arc<Type>),
    /// `object({name = type})`.
    Object(Arc<BTreeMap<Key, Field>>),
    /// `tuple([type])`.
    Tuple(Arc<[Type]>),
}

/// A member of an object type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Field {
    /// Its type.
    pub ty: Type,
    /// `optional(type)`: null when absent.
    pub optional: bool,
}

impl Type {
    /// Whether it is bool, number or string.
    #[must_use]
    pub const fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }
}

pub(super) fn type_of(value: &Value) -> Type {
    let element = |items: &[Value]| Arc::new(first_known(items.iter()));
    match value.kind() {
        Kind::Null => Type::Any,
        Kind::Bool(_) => Type::Bool,
        Kind::Number(_) => Type::Number,
        Kind::String(_) => Type::String,
        Kind::List(items) => Type::List(element(items)),
        Kind::Set(items) => Type::Set(element(items)),
        Kind::Tuple(items) => Type::Tuple(items.iter().map(type_of).collect()),
        Kind::Map(entries) => {
            Type::Map(Arc::new(first_known(entries.iter().map(|(_, value)| value))))
        }
        Kind::Object(entries) => Type::Object(Arc::new(
            entries
                .iter()
                .map(|(key, v)| (key.clone(), Field { ty: type_of(v), optional: false }))
                .collect(),
        )),
        Kind::Unknown(unknown) => unknown.ty.clone(),
    }
}

/// The type of the first that has one; null has none.
fn first_known<'v>(mut values: impl Iterator<Item = &'v Value>) -> Type {
    values.find(|value| !value.is_null()).map_or(Type::Any, type_of)
}

/// In Terraform's spelling: `list(string)`, `object({a=number,b=optional(bool)})`.
impl Type {
    /// The type as Terraform's messages call it: `list of string`, `object`.
    #[must_use]
    pub fn friendly_name(&self) -> String {
        let of = |name: &str, element: &Self| match element {
            Self::Any => format!("{name} of any single type"),
            element => format!("{name} of {}", element.friendly_name()),
        };
        match self {
            Self::Any => "any type".to_owned(),
            Self::Bool | Self::Number | Self::String => self.to_string(),
            Self::List(element) => of("list", element),
            Self::Set(element) => of("set", element),
            Self::Map(element) => of("map", element),
            Self::Object(_) => "object".to_owned(),
            Self::Tuple(_) => "tuple".to_owned(),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Set(element) => write!(f, "set({element})"),
            Self::Map(element) => write!(f, "map({element})"),
            Self::Object(fields) => {
                f.write_str("object({")?;
                for (n, (name, field)) in fields.iter().enumerate() {
                    let comma = if n > 0 { "," } else { "" };
                    if field.optional {
                        write!(f, "{comma}{name}=optional({})", field.ty)?;
                    } else {
                        write!(f, "{comma}{name}={}", field.ty)?;
                    }
                }
                f.write_str("})")
            }
            Self::Tuple(elements) => {
                f.write_str("tuple([")?;
                for (n, element) in elements.iter().enumerate() {
                    write!(f, "{}{element}", if n > 0 { "," } else { "" })?;
                }
                f.write_str("])")
            }
        }
    }
}
