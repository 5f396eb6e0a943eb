//! Lists that are known in part: elements that are surely there, elements that may be, and whether there
//! may be others. What all of them decide alike is decided.

use std::sync::Arc;

use crate::diag::Problem;
use crate::value::{Kind, Marks, Members, Type, Unknown, Value, convert, equal};

use super::list;
use super::signature::{invalid, unknown_like};

/// Whether any (`decisive` is true) or all (false) elements are true. One that is surely there decides;
/// otherwise all that may be there must agree.
pub(super) fn decided(list: &Value, members: &Members, decisive: bool) -> Result<Value, Problem> {
    let definite = truths(&members.definite)?;
    let marks = marks(members);
    if definite.contains(&Some(decisive)) {
        return Ok(Value::from(decisive).with_marks(marks));
    }
    let possible = truths(&members.possible)?;
    let agree = definite.iter().chain(&possible).all(|truth| *truth == Some(!decisive));
    Ok(match agree && !members.is_open {
        true => Value::from(!decisive),
        false => open(list, Type::Bool),
    }
    .with_marks(marks))
}

fn truths(elements: &[Value]) -> Result<Vec<Option<bool>>, Problem> {
    let truth = |element: &Value| {
        if element.is_null() {
            return Ok(Some(false));
        }
        let value = convert(element, &Type::Bool);
        let value = value.map_err(|problem| invalid("list", &problem.message))?;
        Ok(value.as_bool())
    };
    elements.iter().map(truth).collect()
}

/// Whether a value is an element.
pub(super) fn contains(list: &Value, members: &Members, wanted: &Value) -> Value {
    let marks = marks(members).and(wanted.deep_marks());
    let answer = |element: &Value| equal(element, wanted).as_bool();
    if members.definite.iter().any(|element| answer(element) == Some(true)) {
        return Value::from(true).with_marks(marks);
    }
    let all = || members.definite.iter().chain(&*members.possible);
    match !members.is_open && all().all(|element| answer(element) == Some(false)) {
        true => Value::from(false),
        false => open(list, Type::Bool),
    }
    .with_marks(marks)
}

/// Lists one after the other, some of them known in part. `None` when none is.
pub(super) fn concat(lists: &[Value]) -> Option<Value> {
    let first = lists.iter().find(|list| list.as_members().is_some())?;
    let mut all = Members::default();
    for list in lists {
        match list.as_members() {
            Some(members) => {
                all.definite.extend_from_slice(&members.definite);
                Arc::make_mut(&mut all.possible).extend_from_slice(&members.possible);
                all.is_open |= members.is_open;
            }
            None => all.definite.extend_from_slice(list.as_elements().unwrap_or_default()),
        }
    }
    Some(of(first, all))
}

/// The elements of the elements.
pub(super) fn flatten(list: &Value, members: &Members) -> Value {
    let mut all = Members { is_open: members.is_open, ..Members::default() };
    let mut add =
        |element: &Value, into: fn(&mut Members) -> &mut Vec<Value>| match element.as_members() {
            Some(inner) => {
                into(&mut all).extend_from_slice(&inner.definite);
                Arc::make_mut(&mut all.possible).extend_from_slice(&inner.possible);
                all.is_open |= inner.is_open;
            }
            None if element.as_elements().is_some() => {
                let flat = list::flatten(element);
                match flat.as_elements() {
                    Some(elements) => into(&mut all).extend_from_slice(elements),
                    None => all.is_open = true,
                }
            }
            None if element.is_unknown() => all.is_open = true,
            None => into(&mut all).push(element.clone()),
        };
    members.definite.iter().for_each(|element| add(element, |all| &mut all.definite));
    members
        .possible
        .iter()
        .for_each(|element| add(element, |all| Arc::make_mut(&mut all.possible)));
    of(list, all)
}

/// The list with these members, known as a whole where nothing is open.
pub(in crate::eval) fn of(list: &Value, members: Members) -> Value {
    let marks = list.marks().travelling();
    if members.possible.is_empty() && !members.is_open {
        return Value::tuple(members.definite).with_marks(marks);
    }
    let Some(unknown) = list.first_unknown() else { return list.clone() };
    Value::unknown(Unknown::of_members(members, unknown.reason.clone()))
        .with_marks(marks)
        .with_origin(list.origin())
}

fn open(list: &Value, ty: Type) -> Value {
    match list.kind() {
        Kind::Unknown(unknown) => Value::unknown(unknown_like(unknown, ty).not_null()),
        _ => Value::NULL,
    }
}

fn marks(members: &Members) -> Marks {
    let all = members.definite.iter().chain(&*members.possible);
    all.fold(Marks::NONE, |marks, element| marks.and(element.deep_marks()))
}
