//! The one type that several types can become.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Field, Key, Type};

/// The one type that values of all these types can become, as for the arms of a conditional and the
/// elements of a list. Types that are not known do not count.
#[must_use]
pub fn unify(types: &[Type]) -> Option<Type> {
    let mut known = types.iter().filter(|ty| **ty != Type::Any);
    let Some(first) = known.next() else { return Some(Type::Any) };
    // Objects and tuples of different shapes only become a map or list when all are seen together.
    if known.clone().all(|ty| ty == first) {
        return Some(first.clone());
    }
    // A bool and a number have nothing in common, unless a string stands among them.
    if known.clone().all(Type::is_primitive)
        && known.clone().chain([first]).any(|t| *t == Type::String)
    {
        return first.is_primitive().then_some(Type::String);
    }
    if let Some(shape) = unify_shapes(types) {
        return shape;
    }
    // A bool and a number have nothing in common, until a string is among them.
    if types.contains(&Type::String) && known.clone().all(Type::is_primitive) {
        return first.is_primitive().then_some(Type::String);
    }
    known.try_fold(first.clone(), |one, ty| unify_two(&one, ty))
}

/// Only objects, or only tuples: the same shape, else a map or list. `None` when others are there.
fn unify_shapes(types: &[Type]) -> Option<Option<Type>> {
    let (mut objects, mut tuples) = (Vec::new(), Vec::new());
    for ty in types {
        match ty {
            Type::Object(fields) => objects.push(fields),
            Type::Tuple(elements) => tuples.push(elements),
            Type::Any => {}
            _ => return None,
        }
    }
    match (objects.as_slice(), tuples.as_slice()) {
        ([first, rest @ ..], []) => {
            if rest.iter().all(|fields| fields.keys().eq(first.keys())) {
                return Some(unify_members(&objects));
            }
            let members: Vec<Type> =
                objects.iter().flat_map(|f| f.values().map(|f| f.ty.clone())).collect();
            Some(unify(&members).map(|element| Type::Map(Arc::new(element))))
        }
        ([], [first, rest @ ..]) => {
            if rest.iter().all(|elements| elements.len() == first.len()) {
                return Some(unify_places(&tuples));
            }
            let elements: Vec<Type> = tuples.iter().flat_map(|t| t.iter().cloned()).collect();
            Some(unify(&elements).map(|element| Type::List(Arc::new(element))))
        }
        _ => Some(None),
    }
}

fn unify_members(objects: &[&Arc<BTreeMap<Key, Field>>]) -> Option<Type> {
    let first = objects.first()?;
    let mut fields = BTreeMap::new();
    for name in first.keys() {
        let types: Vec<Type> =
            objects.iter().filter_map(|f| f.get(name)).map(|f| f.ty.clone()).collect();
        fields.insert(name.clone(), Field { ty: unify(&types)?, optional: false });
    }
    Some(Type::Object(Arc::new(fields)))
}

fn unify_places(tuples: &[&Arc<[Type]>]) -> Option<Type> {
    let first = tuples.first()?;
    let mut places = Vec::with_capacity(first.len());
    for n in 0..first.len() {
        let types: Vec<Type> = tuples.iter().filter_map(|t| t.get(n)).cloned().collect();
        places.push(unify(&types)?);
    }
    Some(Type::Tuple(places.into()))
}

fn unify_two(a: &Type, b: &Type) -> Option<Type> {
    let list = |a: &Type, b: &Type| unify_two_or_any(a, b).map(|e| Type::List(Arc::new(e)));
    let set = |a: &Type, b: &Type| unify_two_or_any(a, b).map(|e| Type::Set(Arc::new(e)));
    let map = |a: &Type, b: &Type| unify_two_or_any(a, b).map(|e| Type::Map(Arc::new(e)));
    let all = |types: &[Type]| unify(types);
    match (a, b) {
        (a, b) if a == b => Some(a.clone()),
        (Type::Bool, Type::Number) | (Type::Number, Type::Bool) => None,
        (a, b) if a.is_primitive() && b.is_primitive() => Some(Type::String),
        (Type::List(a), Type::List(b) | Type::Set(b)) | (Type::Set(a), Type::List(b)) => list(a, b),
        (Type::Set(a), Type::Set(b)) => set(a, b),
        (Type::List(a), Type::Tuple(t)) | (Type::Tuple(t), Type::List(a)) => list(a, &all(t)?),
        (Type::Set(a), Type::Tuple(t)) | (Type::Tuple(t), Type::Set(a)) => set(a, &all(t)?),
        (Type::Map(a), Type::Map(b)) => map(a, b),
        (Type::Map(a), Type::Object(f)) | (Type::Object(f), Type::Map(a)) => {
            let members: Vec<Type> = f.values().map(|f| f.ty.clone()).collect();
            map(a, &all(&members)?)
        }
        (Type::Object(_), Type::Object(_)) | (Type::Tuple(_), Type::Tuple(_)) => {
            unify(&[a.clone(), b.clone()])
        }
        _ => None,
    }
}

fn unify_two_or_any(a: &Type, b: &Type) -> Option<Type> {
    unify(&[a.clone(), b.clone()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Value, from_json};

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

    /// Types told by `type(tolist([...]))` of Terraform 1.11.4.
    #[test]
    fn unifies_as_terraform() {
        let cases = [
            ("[1, 2]", Some(Type::Number)),
            ("[1, true]", None),
            ("[1, \"a\", true]", Some(Type::String)),
            ("[1, true, \"a\"]", Some(Type::String)),
            ("[[\"a\"], [\"b\", \"c\"]]", Some(list(Type::String))),
            ("[[\"a\"], [1, 2]]", Some(list(Type::String))),
            ("[[\"a\"], {}]", None),
            ("[{\"a\":1}, {\"b\":2}]", Some(map(Type::Number))),
            ("[{\"a\":1}, {\"a\":\"x\"}]", Some(object(&[("a", Type::String, false)]))),
            ("[{\"a\":1}, {\"a\":\"x\",\"b\":[1]}]", None),
            ("[]", Some(Type::Any)),
        ];
        for (text, expected) in cases {
            let types: Vec<Type> =
                from_json(text).unwrap().as_elements().unwrap().iter().map(Value::ty).collect();
            assert_eq!(unify(&types), expected, "{text}");
        }
        assert_eq!(unify(&[list(Type::String), set(Type::String)]), Some(list(Type::String)));
        let pair = Type::Tuple([Type::String].into());
        assert_eq!(unify(&[set(Type::String), pair]), Some(set(Type::String)));
    }
}
