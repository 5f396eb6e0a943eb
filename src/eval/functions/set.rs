//! Sets: union, intersection, difference, product.

use std::sync::Arc;

use crate::diag::Problem;
use crate::value::{Kind, Type, Unknown, Value, convert, unify};

use super::Services;
use super::arguments::{at, items, too_large};
use super::signature::{Class, Function, Gives, Parameter, unknown_like};

const SET: Gives = Gives::Class(Class::Set);
const SETS: Parameter = Parameter::new("sets", Class::Set).parts();

pub(super) const TABLE: &[Function] = &[
    Function::new("setintersection", &[SETS], SET, |args, _| {
        combine(args, |a, b| a.iter().filter(|v| b.contains(v)).cloned().collect())
    })
    .with_rest(SETS),
    Function::new("setproduct", &[], Gives::Any, product)
        .with_rest(Parameter::new("sets", Class::Sequence).parts()),
    Function::new(
        "setsubtract",
        &[Parameter::new("a", Class::Set).parts(), Parameter::new("b", Class::Set).parts()],
        SET,
        |args, _| combine(args, |a, b| a.iter().filter(|v| !b.contains(v)).cloned().collect()),
    ),
    Function::new("setunion", &[SETS], SET, |args, _| union(args)).with_rest(SETS),
];

/// All as sets of the one type that their elements can become.
fn unified(args: &[Value]) -> Result<Vec<Value>, Problem> {
    let types: Vec<Type> = args.iter().map(Value::ty).collect();
    let one =
        unify(&types).ok_or_else(|| Problem::new("all sets must have elements of one type"))?;
    args.iter().map(|arg| convert(arg, &one)).collect()
}

/// Unknown elements may be equal to others, so only a union is known with them in it.
fn combine(args: &[Value], pair: fn(&[Value], &[Value]) -> Vec<Value>) -> Result<Value, Problem> {
    let sets = unified(args)?;
    if let Some(unknown) = sets.iter().find_map(Value::first_unknown) {
        let ty = sets.first().map_or(Type::Any, Value::ty);
        let max_length = sets.first().and_then(Value::as_elements).map(<[Value]>::len);
        return Ok(Value::unknown(Unknown { max_length, ..unknown_like(unknown, ty).not_null() }));
    }
    let mut sets = sets.iter();
    let first = sets.next().and_then(Value::as_elements).unwrap_or(&[]).to_vec();
    let all = sets.fold(first, |all, set| pair(&all, set.as_elements().unwrap_or(&[])));
    Ok(Value::set(all))
}

fn union(args: &[Value]) -> Result<Value, Problem> {
    let sets = unified(args)?;
    let all = sets.iter().flat_map(|set| set.as_elements().unwrap_or(&[])).cloned();
    Ok(Value::set(all.collect()))
}

/// Every way to take one element of each: a set of tuples when one is a set, else a list of tuples.
fn product(args: &[Value], services: &Services<'_>) -> Result<Value, Problem> {
    if args.len() < 2 {
        return Err(Problem::new("at least two arguments are required"));
    }
    let sizes = (0..args.len()).map(|n| items(args, n).len());
    let size = sizes.fold(1_usize, usize::saturating_mul);
    if size.saturating_mul(args.len()) > services.elements {
        return Err(too_large("elements", services.elements));
    }
    let any_set = args.iter().any(|arg| matches!(arg.kind(), Kind::Set(_)));
    if let Some(unknown) =
        args.iter().filter(|arg| matches!(arg.kind(), Kind::Set(_))).find_map(Value::first_unknown)
    {
        return Ok(Value::unknown(unknown_like(unknown, Type::Any).not_null()));
    }
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for n in 0..args.len() {
        let elements = elements(at(args, n))?;
        rows = rows
            .iter()
            .flat_map(|row| elements.iter().map(|item| row.iter().chain([item]).cloned().collect()))
            .collect();
    }
    let tuples: Vec<Value> = rows.into_iter().map(Value::tuple).collect();
    Ok(if any_set { Value::set(tuples) } else { Value::list(tuples) })
}

/// The elements of each argument as one type, so that all the tuples have the same.
fn elements(arg: &Value) -> Result<Vec<Value>, Problem> {
    let list = convert(arg, &Type::List(Arc::new(Type::Any)))?;
    Ok(list.as_elements().unwrap_or(&[]).to_vec())
}
