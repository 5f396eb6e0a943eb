//! Terraform's conversions between types.
//!
//! Every node keeps its origin and marks; a value that is already of the type is returned as it is,
//! shared and not copied.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Problem;

use super::unify::unify;
use super::{
    Cause, Entries, Field, Key, Kind, Marks, Number, Prefix, Reason, Text, Type, Unknown, Value,
};

/// The value as `ty`, or what is wrong with it, with the path of the part that is.
pub fn convert(value: &Value, ty: &Type) -> Result<Value, Problem> {
    match changed(value, ty) {
        Ok(None) => Ok(value.clone()),
        Ok(Some(new)) => Ok(new),
        Err(mismatch) => Err(mismatch.into()),
    }
}

/// Why a value is not of a type, and the path of the part that is not.
struct Mismatch {
    path: String,
    message: String,
}

impl Mismatch {
    fn new(message: impl Into<String>) -> Self {
        Self { path: String::new(), message: message.into() }
    }

    fn required(ty: &Type) -> Self {
        Self::new(format!("{} required", ty.friendly_name()))
    }

    fn under(mut self, step: &str) -> Self {
        self.path.insert_str(0, step);
        self
    }
}

impl From<Mismatch> for Problem {
    fn from(mismatch: Mismatch) -> Self {
        if mismatch.path.is_empty() {
            return Self::new(mismatch.message);
        }
        Self::new(format!("`{}`: {}", mismatch.path, mismatch.message))
    }
}

/// `None` when nothing changes.
type Changed<T> = Result<Option<T>, Mismatch>;

fn changed(value: &Value, ty: &Type) -> Changed<Value> {
    let again = |kind: Kind| {
        Some(Value::new(kind).with_origin(value.origin()).with_marks(value.marks().travelling()))
    };
    match (value.kind(), ty) {
        (_, Type::Any) | (Kind::Null, _) => Ok(None),
        (Kind::Unknown(unknown), _) => Ok(retyped(unknown, ty)?
            .map(|new| Value::unknown(new).with_origin(value.origin()).with_marks(value.marks()))),
        (_, Type::Bool | Type::Number | Type::String) => Ok(primitive(value, ty)?.and_then(again)),
        // Which of the elements comes first is not known either.
        (Kind::Set(items), Type::List(element))
            if items.len() > 1 && value.first_unknown().is_some() =>
        {
            let of = if **element == Type::Any { value.ty() } else { ty.clone() };
            Ok(unordered(value, items.len(), &of))
        }
        (Kind::List(items) | Kind::Tuple(items) | Kind::Set(items), Type::List(element)) => {
            let new = elements(items, element, ty)?;
            let same = matches!(value.kind(), Kind::List(_));
            Ok(shared_unless(same, new, items).and_then(|items| again(Kind::List(items))))
        }
        (Kind::List(items) | Kind::Tuple(items) | Kind::Set(items), Type::Set(element)) => {
            let new = elements(items, element, ty)?;
            let same = matches!(value.kind(), Kind::Set(_));
            Ok(shared_unless(same, new, items)
                .map(|items| Value::set(items.to_vec()))
                .map(|set| set.with_origin(value.origin()).with_marks(value.marks().travelling())))
        }
        (Kind::Tuple(items), Type::Tuple(types)) => {
            if items.len() != types.len() {
                return Err(Mismatch::required(ty));
            }
            let new = each(items, |n| types.get(n).unwrap_or(&Type::Any))?;
            Ok(new.and_then(|items| again(Kind::Tuple(items))))
        }
        (Kind::Map(entries) | Kind::Object(entries), Type::Map(element)) => {
            let new = map_values(entries, element, ty)?;
            let same = matches!(value.kind(), Kind::Map(_));
            let new = if same { new } else { Some(new.unwrap_or_else(|| entries.clone())) };
            Ok(new.and_then(|entries| again(Kind::Map(entries))))
        }
        (Kind::Map(entries) | Kind::Object(entries), Type::Object(fields)) => {
            let new = members(entries, fields, value.marks().has(Marks::OPEN))?;
            let same = matches!(value.kind(), Kind::Object(_));
            let new = if same { new } else { Some(new.unwrap_or_else(|| entries.clone())) };
            Ok(new.and_then(|entries| again(Kind::Object(entries))))
        }
        _ => Err(Mismatch::required(ty)),
    }
}

/// The list that a set with unknown elements will be: at most as long.
fn unordered(set: &Value, length: usize, ty: &Type) -> Option<Value> {
    let ty = match ty {
        Type::Set(element) => Type::List(element.clone()),
        ty => ty.clone(),
    };
    let reason = set.first_unknown()?.reason.clone();
    let unknown = Unknown { min_length: 1, max_length: Some(length), ..Unknown::new(ty, reason) };
    let list = Value::unknown(unknown.not_null());
    Some(list.with_origin(set.origin()).with_marks(set.deep_marks()))
}

fn shared_unless(
    same: bool,
    new: Option<Arc<[Value]>>,
    old: &Arc<[Value]>,
) -> Option<Arc<[Value]>> {
    if same { new } else { Some(new.unwrap_or_else(|| old.clone())) }
}

fn primitive(value: &Value, ty: &Type) -> Changed<Kind> {
    let text = |text: &str| Kind::String(Text::Plain(Arc::from(text)));
    match (value.kind(), ty) {
        (Kind::Bool(_), Type::Bool)
        | (Kind::Number(_), Type::Number)
        | (Kind::String(_), Type::String) => Ok(None),
        (Kind::Bool(b), Type::String) => Ok(Some(text(if *b { "true" } else { "false" }))),
        (Kind::Number(number), Type::String) => Ok(Some(text(&number.to_string()))),
        (Kind::String(text), Type::Number) => match Number::parse(text.as_str()) {
            Some(number) => Ok(Some(Kind::Number(number))),
            None => Err(Mismatch::new("a number is required")),
        },
        (Kind::String(text), Type::Bool) => match text.as_str() {
            "true" | "1" => Ok(Some(Kind::Bool(true))),
            "false" | "0" => Ok(Some(Kind::Bool(false))),
            "True" | "TRUE" | "False" | "FALSE" => Err(Mismatch::new(
                "a bool is required; to convert from string, use lowercase `true` or `false`",
            )),
            _ => Err(Mismatch::new("a bool is required")),
        },
        _ => Err(Mismatch::required(ty)),
    }
}

/// Elements as `element`; for `any`, as the one type that all can become.
fn elements(items: &[Value], element: &Type, ty: &Type) -> Changed<Arc<[Value]>> {
    if *element != Type::Any {
        return each(items, |_| element);
    }
    let types: Vec<Type> = items.iter().map(Value::ty).collect();
    match unify(&types) {
        Some(one) => each(items, |_| &one),
        None => Err(Mismatch::required(ty)),
    }
}

fn each<'t>(items: &[Value], ty: impl Fn(usize) -> &'t Type) -> Changed<Arc<[Value]>> {
    let mut new: Option<Vec<Value>> = None;
    for (n, item) in items.iter().enumerate() {
        if let Some(item) = changed(item, ty(n)).map_err(|e| e.under(&format!("[{n}]")))? {
            let new = new.get_or_insert_with(|| items.to_vec());
            if let Some(slot) = new.get_mut(n) {
                *slot = item;
            }
        }
    }
    Ok(new.map(Into::into))
}

fn map_values(entries: &Entries, element: &Type, ty: &Type) -> Changed<Entries> {
    let one;
    let element = if *element == Type::Any {
        let types: Vec<Type> = entries.iter().map(|(_, value)| value.ty()).collect();
        one = unify(&types).ok_or_else(|| Mismatch::required(ty))?;
        &one
    } else {
        element
    };
    let mut new: Option<Vec<(Key, Value)>> = None;
    for (n, (key, value)) in entries.iter().enumerate() {
        let value = changed(value, element).map_err(|e| e.under(&format!("[{key:?}]")))?;
        if let Some(value) = value {
            let new = new.get_or_insert_with(|| entries.iter().cloned().collect());
            if let Some(slot) = new.get_mut(n) {
                slot.1 = value;
            }
        }
    }
    Ok(new.map(Entries::from))
}

/// Members by name: more than the type names are dropped, optional ones that are absent become null.
fn members(entries: &Entries, fields: &BTreeMap<Key, Field>, open: bool) -> Changed<Entries> {
    let absent: Vec<&Key> = fields
        .iter()
        .filter(|(name, field)| !field.optional && !open && entries.get(name).is_none())
        .map(|(name, _)| name)
        .collect();
    if !absent.is_empty() {
        return Err(Mismatch::new(missing_names(&absent)));
    }
    let mut same = entries.len() == fields.len();
    let mut new = Vec::with_capacity(fields.len());
    for (name, field) in fields {
        let value = match entries.get(name) {
            Some(value) => {
                let value_now =
                    changed(value, &field.ty).map_err(|e| e.under(&format!(".{name}")))?;
                same &= value_now.is_none();
                value_now.unwrap_or_else(|| value.clone())
            }
            None => {
                same = false;
                absent_member(name, field, open)
            }
        };
        new.push((name.clone(), value));
    }
    Ok((!same).then(|| Entries::from(new)))
}

/// Of an object without schema nobody knows whether the name is absent.
fn absent_member(name: &str, field: &Field, open: bool) -> Value {
    if !open {
        return Value::NULL;
    }
    Value::unknown(Unknown::new(field.ty.clone(), Reason::new(Cause::NoSchema, name, None)))
}

fn missing_names(names: &[&Key]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [one] => format!("attribute {one} is required"),
        [rest @ .., last] => format!("attributes {} and {last} are required", rest.join(", ")),
        [] => String::new(),
    }
}

/// What is known of an unknown value stays known where it means the same in the new type.
fn retyped(unknown: &Unknown, ty: &Type) -> Changed<Unknown> {
    if unknown.ty == *ty {
        return Ok(None);
    }
    if !convertible(&unknown.ty, ty) {
        return Err(Mismatch::required(ty));
    }
    let ty = &filled(&unknown.ty, ty).ok_or_else(|| Mismatch::required(ty))?;
    if unknown.ty == *ty {
        return Ok(None);
    }
    let new = Unknown::new(ty.clone(), unknown.reason.clone());
    let kept = Unknown {
        symbol: unknown.symbol.clone(),
        not_null: unknown.not_null,
        prefix: unknown.prefix.clone(),
        min_length: unknown.min_length,
        max_length: unknown.max_length,
        document: unknown.document.clone(),
        ..new
    };
    Ok(Some(match (&unknown.ty, ty) {
        (Type::Any, _) => kept,
        (_, Type::Set(_)) => Unknown { min_length: kept.min_length.min(1), ..kept },
        (_, Type::List(_) | Type::Map(_)) => kept,
        _ => Unknown {
            prefix: Prefix::default(),
            min_length: 0,
            max_length: None,
            document: None,
            ..kept
        },
    }))
}

/// `list(any)` and the like with the element type that the unknown value already has.
fn filled(from: &Type, to: &Type) -> Option<Type> {
    let element = || match from {
        Type::List(element) | Type::Set(element) | Type::Map(element) => Some((**element).clone()),
        Type::Tuple(types) => unify(types),
        Type::Object(fields) => {
            unify(&fields.values().map(|field| field.ty.clone()).collect::<Vec<_>>())
        }
        Type::Any | Type::Bool | Type::Number | Type::String => Some(Type::Any),
    };
    Some(match to {
        Type::List(any) if **any == Type::Any => Type::List(Arc::new(element()?)),
        Type::Set(any) if **any == Type::Any => Type::Set(Arc::new(element()?)),
        Type::Map(any) if **any == Type::Any => Type::Map(Arc::new(element()?)),
        other => other.clone(),
    })
}

/// Whether some value of the one type can become the other.
fn convertible(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::Bool, Type::Number) | (Type::Number, Type::Bool) => false,
        (from, to) if from.is_primitive() => to.is_primitive(),
        (Type::List(a) | Type::Set(a), Type::List(b) | Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => convertible(a, b),
        (Type::Tuple(types), Type::List(b) | Type::Set(b)) => {
            types.iter().all(|ty| convertible(ty, b))
        }
        (Type::Tuple(a), Type::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| convertible(a, b))
        }
        (Type::Object(fields), Type::Map(b)) => fields.values().all(|f| convertible(&f.ty, b)),
        (Type::Map(a), Type::Object(fields)) => fields.values().all(|f| convertible(a, &f.ty)),
        (Type::Object(a), Type::Object(b)) => b.iter().all(|(name, field)| match a.get(name) {
            Some(member) => convertible(&member.ty, &field.ty),
            None => field.optional,
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Origin, from_json, to_json};

    fn list(element: Type) -> Type {
        Type::List(Arc::new(element))
    }

    fn set(element: Type) -> Type {
        Type::Set(Arc::new(element))
    }

    fn map(element: Type) -> Type {
        Type::Map(Arc::new(element))
    }

    fn object(fields: &[(&str, Type, bool)]) -> Type {
        let field = |(name, ty, optional): &(&str, Type, bool)| {
            (Key::from(*name), Field { ty: ty.clone(), optional: *optional })
        };
        Type::Object(Arc::new(fields.iter().map(field).collect()))
    }

    /// Results of Terraform 1.11.4 through `tolist`, `toset`, `tomap` and typed variables.
    #[test]
    fn converts_as_terraform() {
        let thing = object(&[("a", Type::String, false), ("b", Type::Number, true)]);
        let cases = [
            ("1.50", Type::String, Ok("\"1.5\"")),
            ("\"1\"", Type::Bool, Ok("true")),
            ("\"12\"", Type::Number, Ok("12")),
            ("true", Type::Number, Err("number required")),
            ("\"a\"", Type::Number, Err("a number is required")),
            ("[]", Type::String, Err("string required")),
            ("[1, \"a\", true]", list(Type::Any), Ok("[\"1\",\"a\",\"true\"]")),
            ("[true, 1, \"a\"]", list(Type::Any), Ok("[\"true\",\"1\",\"a\"]")),
            ("[1, true]", list(Type::Any), Err("list of any single type required")),
            ("[\"a\", null]", list(Type::Any), Ok("[\"a\",null]")),
            ("[1, \"1\", 1]", set(Type::Any), Ok("[\"1\"]")),
            ("[1, \"x\"]", list(Type::Number), Err("`[1]`: a number is required")),
            ("{\"a\":1,\"b\":\"x\"}", map(Type::Any), Ok("{\"a\":\"1\",\"b\":\"x\"}")),
            ("{\"a\":[]}", map(Type::String), Err("`[\"a\"]`: string required")),
            ("{\"a\":1,\"z\":1}", thing.clone(), Ok("{\"a\":\"1\",\"b\":null}")),
            ("{\"b\":1}", thing.clone(), Err("attribute `a` is required")),
            ("[{\"a\":[]}]", list(thing), Err("`[0].a`: string required")),
            ("null", list(Type::String), Ok("null")),
            ("{}", list(Type::String), Err("list of string required")),
        ];
        for (text, ty, expected) in cases {
            let got = convert(&from_json(text).unwrap(), &ty);
            match expected {
                Ok(json) => assert_eq!(to_json(&got.unwrap()), json, "{text} as {ty}"),
                Err(message) => assert_eq!(got.unwrap_err().message, message, "{text} as {ty}"),
            }
        }
    }

    #[test]
    fn keeps_what_is_already_right() {
        let value = Value::list([Value::from("a").with_origin(Origin(7))])
            .with_marks(Marks::SENSITIVE)
            .with_origin(Origin(3));
        let same = convert(&value, &list(Type::String)).unwrap();
        match (value.kind(), same.kind()) {
            (Kind::List(a), Kind::List(b)) => assert!(Arc::ptr_eq(a, b)),
            _ => panic!("not a list"),
        }
        let set = convert(&value, &set(Type::String)).unwrap();
        assert!(set.is_sensitive());
        assert_eq!(set.origin(), Origin(3));
        assert_eq!(set.as_elements().unwrap()[0].origin(), Origin(7));
    }

    #[test]
    fn unknown_stays_unknown_of_the_type() {
        let reason = Reason::new(Cause::ComputedAtApply, "x", None);
        let known = Unknown { min_length: 3, ..Unknown::new(list(Type::String), reason) };
        let value = Value::unknown(known.not_null());
        let as_set = convert(&value, &set(Type::String)).unwrap();
        let unknown = as_set.as_unknown().unwrap();
        assert!(unknown.not_null && unknown.min_length == 1 && unknown.ty == set(Type::String));
        assert!(convert(&value, &Type::String).is_err());
    }
}
