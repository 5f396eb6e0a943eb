//! The attributes of one object, merged with their masks in one pass.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::terraform::Attributes;
use crate::terraform::schema::Block;
use crate::value::{Cause, Key, Marks, Number, Origin, Reason, Symbol, Type, Unknown, Value};

use super::cursor::{Cursor, Token};
use super::mask::Mask;
use super::shape::Shape;
use super::{Change, Path, StateResource, Step};

/// Nesting that is read; a value below it is unknown.
const MAX_DEPTH: usize = 100;

/// Names longer than this are rarely met twice.
const MAX_SHARED_NAME: usize = 64;

/// An object as the plan holds it: the values and the two masks.
#[derive(Clone, Copy, Debug, Default)]
pub struct RawObject<'a> {
    /// The values; `None` when there is no object.
    pub values: Option<&'a RawValue>,
    /// What is unknown.
    pub unknown: Option<&'a RawValue>,
    /// What is sensitive.
    pub sensitive: Option<&'a RawValue>,
}

impl<'a> Change<'a> {
    /// The object after the change.
    #[must_use]
    pub const fn after_object(&self) -> RawObject<'a> {
        RawObject {
            values: self.after,
            unknown: self.after_unknown,
            sensitive: self.after_sensitive,
        }
    }

    /// The object before the change, which is wholly known.
    #[must_use]
    pub const fn before_object(&self) -> RawObject<'a> {
        RawObject { values: self.before, unknown: None, sensitive: self.before_sensitive }
    }
}

impl<'a> StateResource<'a> {
    /// The object, which is wholly known.
    #[must_use]
    pub const fn object(&self) -> RawObject<'a> {
        RawObject { values: self.values, unknown: None, sensitive: self.sensitive_values }
    }
}

/// Names that occur again and again, each kept once. One for each thread, for as many objects as it
/// decodes.
#[derive(Debug, Default)]
pub struct Names(HashSet<Key>);

impl Names {
    fn share(&mut self, name: &str) -> Key {
        if let Some(key) = self.0.get(name) {
            return key.clone();
        }
        let key = Key::from(name);
        if name.len() <= MAX_SHARED_NAME {
            self.0.insert(key.clone());
        }
        key
    }
}

/// What the caller makes for the decoder, which knows places but not whose they are.
pub struct Make<'m> {
    /// The unknown value at a path, of a type.
    pub unknown: &'m mut dyn FnMut(&Path, Type) -> Unknown,
    /// The origin of the value at a path.
    pub origin: &'m mut dyn FnMut(&Path) -> Origin,
}

/// The usual [`Make::unknown`]: the provider decides the value at apply.
pub fn computed_at_apply(
    address: Arc<str>,
    resource_type: Arc<str>,
) -> impl FnMut(&Path, Type) -> Unknown {
    move |path, ty| {
        let subject = format!("{address}.{path}");
        Unknown::new(ty, Reason::new(Cause::ComputedAtApply, subject, None)).with_symbol(Symbol {
            address: address.clone(),
            resource_type: resource_type.clone(),
            attribute: path.dotted(),
        })
    }
}

/// Decodes the wanted attributes of an object; null when there is none. An attribute that neither the
/// values nor the mask know is absent: the provider's version does not have it.
pub fn decode_object(
    object: RawObject<'_>,
    wanted: &Attributes,
    schema: Option<Block>,
    names: &mut Names,
    make: &mut Make<'_>,
) -> Value {
    let shape = schema.map_or(Shape::Any, Shape::Block);
    let unknown = Mask::read(object.unknown, wanted);
    let sensitive = Mask::read(object.sensitive, wanted);
    let masks = Masks { unknown: &unknown, sensitive: &sensitive };
    let text = object.values.map_or("null", RawValue::get);
    let mut cursor = Cursor::new(text);
    let mut decoder = Decoder { names, make, path: Path::default() };
    decoder.value(&mut cursor, &shape, masks, wanted).unwrap_or_else(|| decoder.unreadable())
}

/// Decodes a JSON value that has neither schema nor masks, such as a constant of the configuration.
#[must_use]
pub fn decode_plain(json: &str) -> Value {
    let mut make = Make {
        unknown: &mut |_, ty| Unknown::new(ty, Reason::new(Cause::NotInPlan, "", None)),
        origin: &mut |_| Origin::NONE,
    };
    let mut names = Names::default();
    let mut decoder = Decoder { names: &mut names, make: &mut make, path: Path::default() };
    let masks = Masks { unknown: &Mask::No, sensitive: &Mask::No };
    decoder
        .value(&mut Cursor::new(json), &Shape::Any, masks, &Attributes::All)
        .unwrap_or_else(|| decoder.unreadable())
}

/// The masks of the value that is being read.
#[derive(Clone, Copy)]
struct Masks<'m, 'a> {
    unknown: &'m Mask<'a>,
    sensitive: &'m Mask<'a>,
}

impl Masks<'_, '_> {
    fn entry(&self, name: &str) -> Self {
        Self { unknown: self.unknown.entry(name), sensitive: self.sensitive.entry(name) }
    }

    fn item(&self, index: usize) -> Self {
        Self { unknown: self.unknown.item(index), sensitive: self.sensitive.item(index) }
    }
}

struct Decoder<'d, 'm> {
    names: &'d mut Names,
    make: &'d mut Make<'m>,
    path: Path,
}

impl Decoder<'_, '_> {
    /// Reads one value. `None` when the text is not JSON, which a `RawValue` rules out.
    fn value(
        &mut self,
        cursor: &mut Cursor<'_>,
        shape: &Shape,
        masks: Masks<'_, '_>,
        wanted: &Attributes,
    ) -> Option<Value> {
        if *masks.unknown == Mask::Yes || self.path.0.len() > MAX_DEPTH {
            cursor.skip()?;
            return Some(self.unknown(shape, masks));
        }
        let value = match cursor.token()? {
            Token::Array => self.array(cursor, &shape.opened(), masks)?,
            Token::Object => self.object(cursor, &shape.opened(), masks, wanted)?,
            // The mask knows of something inside, so this stands for a value that is not there yet.
            _ if *masks.unknown != Mask::No => return Some(self.unknown(shape, masks)),
            Token::Null => Value::NULL,
            // Not what the provider declares: nothing can be concluded from it.
            _ if !shape.may_be_scalar() => {
                let subject = self.path.to_string();
                let reason = Reason::new(Cause::NotInPlan, subject, None);
                Value::unknown(Unknown::new(shape.ty(), reason))
            }
            Token::Bool(b) => b.into(),
            Token::Number(text) => {
                Number::parse(text).map_or_else(|| self.beyond_limits(Type::Number), Value::from)
            }
            Token::String(text) => Value::nfc(&text),
        };
        Some(self.finished(value, masks))
    }

    fn array(
        &mut self,
        cursor: &mut Cursor<'_>,
        shape: &Shape,
        masks: Masks<'_, '_>,
    ) -> Option<Value> {
        let mut items = Vec::new();
        while cursor.next_item() {
            let index = items.len();
            self.path.0.push(Step::Index(index));
            items.push(self.value(
                cursor,
                &shape.item(index),
                masks.item(index),
                &Attributes::All,
            )?);
            self.path.0.pop();
        }
        Some(shape.array(items))
    }

    fn object(
        &mut self,
        cursor: &mut Cursor<'_>,
        shape: &Shape,
        masks: Masks<'_, '_>,
        wanted: &Attributes,
    ) -> Option<Value> {
        let mut entries = Vec::new();
        while let Some(name) = cursor.next_entry() {
            if !wanted.contains(&name) {
                cursor.skip()?;
                continue;
            }
            let key = self.names.share(&name);
            self.path.0.push(Step::Name(key.clone()));
            let shape = shape.entry(&name);
            let value = self.value(cursor, &shape, masks.entry(&name), &Attributes::All)?;
            self.path.0.pop();
            entries.push((key, declared(value, &shape)));
        }
        self.add_absent(&mut entries, shape, masks);
        self.doubt_repeated(&mut entries);
        Some(shape.object(entries))
    }

    /// An unknown attribute is absent from the values: only the mask names it.
    fn add_absent(&mut self, entries: &mut Vec<(Key, Value)>, shape: &Shape, masks: Masks<'_, '_>) {
        let mut absent = Vec::new();
        let sorted = entries.is_sorted_by(|a, b| a.0 <= b.0);
        for name in masks.unknown.names() {
            let is_present = if sorted {
                entries.binary_search_by(|(key, _)| (**key).cmp(name)).is_ok()
            } else {
                entries.iter().any(|(key, _)| **key == **name)
            };
            if !is_present {
                absent.push(name);
            }
        }
        for name in absent {
            let key = self.names.share(name);
            self.path.0.push(Step::Name(key.clone()));
            let shape = shape.entry(name);
            let value = self.unknown(&shape, masks.entry(name));
            self.path.0.pop();
            entries.push((key, declared(value, &shape)));
        }
    }

    /// Of a name that is there twice, readers take the first or the last value: neither is known.
    fn doubt_repeated(&self, entries: &mut [(Key, Value)]) {
        if entries.windows(2).all(|pair| pair[0].0 < pair[1].0) {
            return;
        }
        let mut seen = HashSet::new();
        let again = entries.iter().map(|(name, _)| name).filter(|name| !seen.insert(&**name));
        let again: HashSet<Key> = again.cloned().collect();
        for (name, value) in entries.iter_mut().filter(|(name, _)| again.contains(name)) {
            let subject = match self.path.0.is_empty() {
                true => format!("`{name}`, which is there twice"),
                false => format!("`{}.{name}`, which is there twice", self.path),
            };
            let reason = Reason::new(Cause::Error, subject, None);
            let marks = value.marks();
            *value = Value::unknown(Unknown::new(Type::Any, reason)).with_marks(marks);
        }
    }

    fn unknown(&mut self, shape: &Shape, masks: Masks<'_, '_>) -> Value {
        let value = if self.path.0.len() > MAX_DEPTH {
            self.beyond_limits(shape.ty())
        } else {
            Value::unknown((self.make.unknown)(&self.path, shape.ty()))
        };
        self.finished(value, masks)
    }

    /// Gives a value its origin, and its mark: also when only something inside a scalar or an unknown
    /// is said to be sensitive, which cannot be told apart there.
    fn finished(&mut self, value: Value, masks: Masks<'_, '_>) -> Value {
        let value = value.with_origin((self.make.origin)(&self.path));
        let is_sensitive = match masks.sensitive {
            Mask::Yes => true,
            Mask::No => false,
            Mask::Items(_) | Mask::Entries(_) => {
                value.as_elements().is_none() && value.as_entries().is_none() && !value.is_null()
            }
        };
        if is_sensitive { value.with_marks(Marks::SENSITIVE) } else { value }
    }

    fn beyond_limits(&self, ty: Type) -> Value {
        Value::unknown(Unknown::new(ty, Reason::new(Cause::Limit, self.path.to_string(), None)))
    }

    fn unreadable(&self) -> Value {
        let subject = self.path.to_string();
        Value::unknown(Unknown::new(Type::Any, Reason::new(Cause::Error, subject, None)))
    }
}

/// A value with the mark that its declaration gives it.
fn declared(value: Value, shape: &Shape) -> Value {
    if shape.is_sensitive() { value.with_marks(Marks::SENSITIVE) } else { value }
}
