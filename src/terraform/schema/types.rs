//! The types of attributes.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::value::{Entries, Field, Key, Type, Value};

use super::block::{Attribute, Block, NestedBlock, Nesting};
use super::table::{self, TYPES};

/// What kind of type an attribute has, told without building the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeKind {
    /// `string`.
    String,
    /// `number`.
    Number,
    /// `bool`.
    Bool,
    /// Any type, decided by the value.
    Dynamic,
    /// `list(...)`.
    List,
    /// `set(...)`.
    Set,
    /// `map(...)`.
    Map,
    /// `object(...)`.
    Object,
    /// `tuple(...)`.
    Tuple,
}

impl TypeKind {
    /// The value that providers plan for an absent argument inside a set, and for an absent member of
    /// an object that is written as a block.
    #[must_use]
    pub fn empty_value(self) -> Value {
        match self {
            Self::String => Value::from(""),
            Self::Number => Value::int(0),
            Self::Bool => Value::from(false),
            Self::List => Value::list([]),
            Self::Set => Value::set(Vec::new()),
            Self::Map => Value::map(Entries::from(Vec::new())),
            Self::Dynamic | Self::Object | Self::Tuple => Value::NULL,
        }
    }
}

impl From<&Type> for TypeKind {
    fn from(ty: &Type) -> Self {
        match ty {
            Type::Any => Self::Dynamic,
            Type::Bool => Self::Bool,
            Type::Number => Self::Number,
            Type::String => Self::String,
            Type::List(_) => Self::List,
            Type::Set(_) => Self::Set,
            Type::Map(_) => Self::Map,
            Type::Object(_) => Self::Object,
            Type::Tuple(_) => Self::Tuple,
        }
    }
}

impl Attribute {
    /// Its type. The facts do not tell which members of an object may be left out, so all may.
    #[must_use]
    pub fn ty(self) -> Type {
        build(self.type_id())
    }

    /// What kind of type it has; cheap.
    #[must_use]
    pub fn kind(self) -> TypeKind {
        kind(TYPES.record(self.type_id()))
    }

    /// How it nests when it is written as blocks: a list or set of objects may be, as `ingress` of a
    /// security group often is.
    #[must_use]
    pub fn as_blocks(self) -> Option<Nesting> {
        let record = TYPES.record(self.type_id());
        let nesting = match kind(record) {
            TypeKind::List => Nesting::List,
            TypeKind::Set => Nesting::Set,
            TypeKind::String
            | TypeKind::Number
            | TypeKind::Bool
            | TypeKind::Dynamic
            | TypeKind::Map
            | TypeKind::Object
            | TypeKind::Tuple => return None,
        };
        let element = TYPES.record(table::number(record, 1));
        (kind(element) == TypeKind::Object).then_some(nesting)
    }

    fn type_id(self) -> u16 {
        table::number(self.record, 2)
    }
}

impl Block {
    /// The type of one such block as a value; any, where not all contents are known.
    #[must_use]
    pub fn ty(self) -> Type {
        if !self.is_complete() {
            return Type::Any;
        }
        let field = |ty: Type| Field { ty, optional: true };
        let attributes = self.attributes().map(|attribute| (attribute.name(), attribute.ty()));
        let blocks = self.blocks().map(|block| (block.name(), block.ty()));
        let members = attributes.chain(blocks).map(|(name, ty)| (Key::from(name), field(ty)));
        Type::Object(Arc::new(members.collect()))
    }
}

impl NestedBlock {
    /// The type of all such blocks together as a value.
    #[must_use]
    pub fn ty(self) -> Type {
        let one = self.block().ty();
        match self.nesting() {
            Nesting::List => Type::List(Arc::new(one)),
            Nesting::Set => Type::Set(Arc::new(one)),
            Nesting::Map => Type::Map(Arc::new(one)),
            Nesting::Single | Nesting::Group => one,
        }
    }
}

fn kind(record: &[u8]) -> TypeKind {
    match record.first() {
        Some(b'S') => TypeKind::String,
        Some(b'N') => TypeKind::Number,
        Some(b'B') => TypeKind::Bool,
        Some(b'l') => TypeKind::List,
        Some(b's') => TypeKind::Set,
        Some(b'm') => TypeKind::Map,
        Some(b'{') => TypeKind::Object,
        Some(b'(') => TypeKind::Tuple,
        _ => TypeKind::Dynamic,
    }
}

fn build(id: u16) -> Type {
    let record = TYPES.record(id);
    let parts = record.get(1..).unwrap_or_default();
    let element = || Arc::new(build(table::number(parts, 0)));
    match kind(record) {
        TypeKind::String => Type::String,
        TypeKind::Number => Type::Number,
        TypeKind::Bool => Type::Bool,
        TypeKind::Dynamic => Type::Any,
        TypeKind::List => Type::List(element()),
        TypeKind::Set => Type::Set(element()),
        TypeKind::Map => Type::Map(element()),
        TypeKind::Object => Type::Object(Arc::new(members(parts))),
        TypeKind::Tuple => {
            let parts = parts.as_chunks::<2>().0.iter();
            Type::Tuple(parts.map(|part| build(table::number(part, 0))).collect())
        }
    }
}

fn members(parts: &[u8]) -> BTreeMap<Key, Field> {
    let parts = parts.as_chunks::<4>().0.iter();
    let field = |part: &[u8; 4]| {
        let ty = build(table::number(part, 2));
        (Key::from(table::name(table::number(part, 0))), Field { ty, optional: true })
    };
    parts.map(field).collect()
}
