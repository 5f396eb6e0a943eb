//! Values as Terraform has them: null, unknown with its reason, sensitive, and where they come from.
//!
//! A [`Value`] is cheap to clone (shared, immutable) and at most 32 bytes. Every node carries its
//! [`Marks`] and its [`Origin`]; an origin takes no part in equality, ordering or set membership.
//! Unknown is neither true nor false nor null: every operator here says what it does with it.

mod compare;
mod convert;
mod decimal;
mod document;
mod entries;
mod identity;
mod json;
mod nfc;
mod number;
mod operators;
mod types;
mod unify;
mod unknown;

use std::fmt;
use std::sync::Arc;

pub use compare::{equal, order};
pub use convert::convert;
pub use document::{Content, Document, Segment};
pub use entries::{Entries, Key};
pub(crate) use identity::{canonical, equivalents, is_identity, same_as_id};
pub use json::{JsonError, from_json, from_json_with, to_json};
pub use nfc::nfc;
pub use number::Number;
pub use operators::{
    add, and, divide, greater, greater_or_equal, less, less_or_equal, multiply, negate, not, or,
    remainder, subtract,
};
pub use types::{Field, Type};
pub use unify::unify;
pub use unknown::{Cause, Members, Prefix, Reason, Symbol, Unknown, certain_prefix};

/// A value.
#[derive(Clone)]
pub struct Value {
    kind: Kind,
    origin: Origin,
    marks: Marks,
}

/// What a value is. A set's elements are in [`order`] and differ from each other.
#[derive(Clone)]
pub enum Kind {
    /// No value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An exact decimal number.
    Number(Number),
    /// Text, NFC.
    String(Text),
    /// Elements of one type, by place.
    List(Arc<[Value]>),
    /// Elements of any types, by place.
    Tuple(Arc<[Value]>),
    /// Different elements of one type.
    Set(Arc<[Value]>),
    /// Values of one type by key.
    Map(Entries),
    /// Values of any types by name.
    Object(Entries),
    /// Not known, with what is known about it.
    Unknown(Arc<Unknown>),
}

/// The text of a string; it may remember what it means as JSON.
#[derive(Clone)]
pub enum Text {
    /// Only text.
    Plain(Arc<str>),
    /// Text with its content: made by `jsonencode`, a policy document or a heredoc that holds JSON.
    Document(Arc<Document>),
}

impl Text {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Document(document) => &document.text,
        }
    }
}

/// A small number that tells, in an arena kept elsewhere, where a value stands. 0 is nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(pub u32);

impl Origin {
    /// No place is known.
    pub const NONE: Self = Self(0);

    /// Whether it tells a place.
    #[must_use]
    pub const fn is_some(self) -> bool {
        self.0 != 0
    }
}

/// What else is known about a node: whether it may be shown, whether it may have more names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u8);

impl Marks {
    /// Nothing marked.
    pub const NONE: Self = Self(0);
    /// Must never be shown.
    pub const SENSITIVE: Self = Self(1);
    /// Lives only during one run; may not be kept.
    pub const EPHEMERAL: Self = Self(2);
    /// An object whose schema is not known: a name that is absent is unknown, not an error.
    /// Belongs to the node alone and does not travel.
    pub const OPEN: Self = Self(4);
    /// Rests on something that a person stated and nobody can check.
    pub const ASSUMED: Self = Self(8);

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These but not `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of `other` is marked.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The marks that results of operators and functions inherit.
    #[must_use]
    pub const fn travelling(self) -> Self {
        Self(self.0 & !Self::OPEN.0)
    }
}

impl Value {
    /// `null`.
    pub const NULL: Self = Self::new(Kind::Null);

    /// A value without origin or marks.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self { kind, origin: Origin::NONE, marks: Marks::NONE }
    }

    /// A string.
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self::new(Kind::String(Text::Plain(text.into())))
    }

    /// A string from outside, which need not be NFC yet.
    #[must_use]
    pub fn nfc(text: &str) -> Self {
        Self::string(&*nfc(text))
    }

    /// A whole number.
    #[must_use]
    pub const fn int(n: i64) -> Self {
        Self::new(Kind::Number(Number::from_int(n)))
    }

    /// A list; its elements should be of one type.
    pub fn list(elements: impl Into<Arc<[Self]>>) -> Self {
        Self::new(Kind::List(elements.into()))
    }

    /// A tuple.
    pub fn tuple(elements: impl Into<Arc<[Self]>>) -> Self {
        Self::new(Kind::Tuple(elements.into()))
    }

    /// A set: sorts the elements and drops repeated ones. It takes over the marks of its elements:
    /// which of them there are tells what they are.
    #[must_use]
    pub fn set(mut elements: Vec<Self>) -> Self {
        compare::sort_set(&mut elements);
        elements.dedup_by(|a, b| order(a, b).is_eq() && !a.is_unknown());
        let marks = elements.iter().fold(Marks::NONE, |marks, each| marks.and(each.deep_marks()));
        Self::new(Kind::Set(elements.into())).with_marks(marks)
    }

    /// An object.
    pub fn object(entries: impl Into<Entries>) -> Self {
        Self::new(Kind::Object(entries.into()))
    }

    /// A map; its values should be of one type.
    pub fn map(entries: impl Into<Entries>) -> Self {
        Self::new(Kind::Map(entries.into()))
    }

    /// An unknown value.
    #[must_use]
    pub fn unknown(unknown: Unknown) -> Self {
        Self::new(Kind::Unknown(Arc::new(unknown)))
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// What it is, taken out.
    #[must_use]
    pub fn into_kind(self) -> Kind {
        self.kind
    }

    /// Where it stands.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// Its own marks, not those of its elements.
    #[must_use]
    pub const fn marks(&self) -> Marks {
        self.marks
    }

    /// The same at another place.
    #[must_use]
    pub const fn with_origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// The same, at `origin` unless it already has a place.
    #[must_use]
    pub const fn or_origin(self, origin: Origin) -> Self {
        if self.origin.is_some() { self } else { self.with_origin(origin) }
    }

    /// The same with more marks.
    #[must_use]
    pub const fn with_marks(mut self, marks: Marks) -> Self {
        self.marks = self.marks.and(marks);
        self
    }

    /// The same without any mark of its own.
    #[must_use]
    pub const fn unmarked(mut self) -> Self {
        self.marks = Marks::NONE;
        self
    }

    /// Marked sensitive itself.
    #[must_use]
    pub const fn is_sensitive(&self) -> bool {
        self.marks.has(Marks::SENSITIVE)
    }

    /// The marks of this node and of everything in it: what a result made from all of it inherits.
    #[must_use]
    pub fn deep_marks(&self) -> Marks {
        let own = self.marks.travelling();
        match &self.kind {
            Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => {
                items.iter().fold(own, |marks, item| marks.and(item.deep_marks()))
            }
            Kind::Map(entries) | Kind::Object(entries) => {
                entries.iter().fold(own, |marks, (_, value)| marks.and(value.deep_marks()))
            }
            _ => own,
        }
    }

    /// Whether this is `null`.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// Whether this node itself is unknown.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self.kind, Kind::Unknown(_))
    }

    /// What is known of an unknown value.
    #[must_use]
    pub fn as_unknown(&self) -> Option<&Unknown> {
        match &self.kind {
            Kind::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    /// What is known of the elements of a list that is not known as a whole.
    #[must_use]
    pub fn as_members(&self) -> Option<&Members> {
        self.as_unknown()?.members.as_deref()
    }

    /// The first unknown in it, in reading order; `None` when it is wholly known.
    #[must_use]
    pub fn first_unknown(&self) -> Option<&Unknown> {
        match &self.kind {
            Kind::Unknown(unknown) => Some(unknown),
            Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => {
                items.iter().find_map(Self::first_unknown)
            }
            Kind::Map(entries) | Kind::Object(entries) => {
                entries.iter().find_map(|(_, value)| value.first_unknown())
            }
            _ => None,
        }
    }

    /// The number of its parts, each long text counted as several; `None` when there are more than
    /// `limit`. Parts are shared, so a few lines can make a value that nobody ever gets to the end of.
    #[must_use]
    pub fn weight_up_to(&self, limit: usize) -> Option<usize> {
        let (mut open, mut weight) = (Vec::new(), 0);
        let mut next = Some(self);
        while let Some(value) = next {
            weight += 1 + value.as_str().map_or(0, |text| text.len() / 32);
            if weight + open.len() > limit {
                return None;
            }
            open.extend(value.as_elements().unwrap_or_default());
            open.extend(value.as_entries().into_iter().flat_map(Entries::iter).map(|(_, v)| v));
            open.extend(value.as_unknown().and_then(|unknown| unknown.document.as_ref()));
            next = open.pop();
        }
        Some(weight)
    }

    /// Whether nothing in it is unknown.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        self.first_unknown().is_none()
    }

    /// Its text, when it is a known string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// Its truth, when it is a known bool.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(b) => Some(b),
            _ => None,
        }
    }

    /// Its number, when it is a known number.
    #[must_use]
    pub const fn as_number(&self) -> Option<&Number> {
        match &self.kind {
            Kind::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Its elements, when it is a known list, tuple or set.
    #[must_use]
    pub fn as_elements(&self) -> Option<&[Self]> {
        match &self.kind {
            Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => Some(items),
            _ => None,
        }
    }

    /// Its entries, when it is a known map or object.
    #[must_use]
    pub const fn as_entries(&self) -> Option<&Entries> {
        match &self.kind {
            Kind::Map(entries) | Kind::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value under a name, when it is a known map or object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_entries()?.get(name)
    }

    /// Its type; that of `null` is [`Type::Any`], that of an empty collection has elements of any type.
    #[must_use]
    pub fn ty(&self) -> Type {
        types::type_of(self)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Self::new(Kind::Bool(b))
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::new(Kind::Number(number))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

/// Equality of what two values are, unknown and all, without origin or marks. For tests and caches;
/// Terraform's `==` is [`equal`].
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        order(self, other).is_eq()
    }
}

/// Shows the value as Terraform would write it, sensitive parts hidden.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_sensitive() {
            return f.write_str("(sensitive)");
        }
        match &self.kind {
            Kind::Null => f.write_str("null"),
            Kind::Bool(b) => write!(f, "{b}"),
            Kind::Number(number) => write!(f, "{number}"),
            Kind::String(text) => write!(f, "{:?}", text.as_str()),
            Kind::List(items) => f.debug_list().entries(items.iter()).finish(),
            Kind::Tuple(items) => {
                f.write_str("tuple")?;
                f.debug_list().entries(items.iter()).finish()
            }
            Kind::Set(items) => f.debug_set().entries(items.iter()).finish(),
            Kind::Map(entries) | Kind::Object(entries) => {
                f.debug_map().entries(entries.iter().map(|(key, value)| (key, value))).finish()
            }
            Kind::Unknown(unknown) => write!(f, "(unknown {})", unknown.ty),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_value_is_at_most_32_bytes() {
        assert!(size_of::<super::Value>() <= 32, "{}", size_of::<super::Value>());
    }
}
