//! Lists and tuples: taking apart, putting together, sorting.
//!
//! Elements are passed on as they are, with their origins and marks, and may be unknown.

use crate::diag::Problem;
use crate::value::{Kind, Marks, Number, Type, Unknown, Value, convert, equal, unify};

use super::Services;
use super::arguments::{at, items, number, too_large, whole};
use super::signature::{Class, Function, Gives, Parameter, invalid, unknown_like};

const LIST: Gives = Gives::Class(Class::List);
const STRINGS: Gives = Gives::Class(Class::Strings);
const SEQUENCE: Parameter = Parameter::new("list", Class::Sequence).parts();
const SORTED: Parameter = Parameter::new("list", Class::Strings).sees_parts();
/// Most numbers that `range` makes, as in Terraform.
const RANGE_LIMIT: usize = 1024;

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "chunklist",
        &[Parameter::new("list", Class::List).parts(), Parameter::new("size", Class::Number)],
        LIST,
        |args, _| chunks(args),
    ),
    Function::new("coalescelist", &[], Gives::Any, |args, _| coalesce_list(args))
        .with_rest(Parameter::new("vals", Class::Sequence).or_null().sees_unknown()),
    Function::new(
        "compact",
        &[Parameter::new("list", Class::Strings).sees_parts()],
        STRINGS,
        |args, _| Ok(compact(items(args, 0))),
    ),
    Function::new("concat", &[], Gives::Any, concat)
        .with_rest(Parameter::new("seqs", Class::Sequence).parts().or_members()),
    Function::new(
        "distinct",
        &[Parameter::new("list", Class::List).sees_parts()],
        LIST,
        |args, _| Ok(distinct(at(args, 0))),
    ),
    Function::new(
        "element",
        &[SEQUENCE, Parameter::new("index", Class::Number)],
        Gives::Any,
        |args, _| element(args),
    ),
    Function::new("flatten", &[SEQUENCE.or_members()], Gives::Any, |args, _| {
        Ok(match at(args, 0).as_members() {
            Some(members) => super::members::flatten(at(args, 0), members),
            None => flatten(at(args, 0)),
        })
    }),
    Function::new(
        "index",
        &[
            Parameter::new("list", Class::Sequence).sees_parts(),
            Parameter::new("value", Class::Any).sees_unknown(),
        ],
        Gives::Class(Class::Number),
        |args, _| index(args),
    ),
    Function::new(
        "matchkeys",
        &[
            Parameter::new("values", Class::List).sees_parts(),
            Parameter::new("keys", Class::List),
            Parameter::new("searchset", Class::List),
        ],
        Gives::Argument(0),
        match_keys,
    ),
    Function::new("range", &[], Gives::Class(Class::List), |args, _| range(args))
        .with_rest(Parameter::new("params", Class::Number)),
    Function::new("reverse", &[SEQUENCE], Gives::Any, |args, _| reverse(at(args, 0))),
    Function::new(
        "slice",
        &[
            SEQUENCE,
            Parameter::new("start_index", Class::Number),
            Parameter::new("end_index", Class::Number),
        ],
        Gives::Any,
        |args, _| slice(args),
    ),
    Function::new("sort", &[SORTED], STRINGS, |args, _| sort(items(args, 0))),
];

/// The same kind of sequence with other elements.
fn like(original: &Value, elements: Vec<Value>) -> Value {
    match original.kind() {
        Kind::List(_) => Value::list(elements),
        _ => Value::tuple(elements),
    }
}

fn chunks(args: &[Value]) -> Result<Value, Problem> {
    let (list, size) = (items(args, 0), whole(args, 1, "size")?);
    let size =
        usize::try_from(size).map_err(|_| invalid("size", "the size argument must be positive"))?;
    if size == 0 {
        return Ok(Value::list(vec![at(args, 0).clone().unmarked()]));
    }
    Ok(Value::list(list.chunks(size).map(|c| Value::list(c.to_vec())).collect::<Vec<_>>()))
}

/// The first that is not empty.
fn coalesce_list(args: &[Value]) -> Result<Value, Problem> {
    if args.is_empty() {
        return Err(Problem::new("at least one argument is required"));
    }
    for arg in args {
        match arg.kind() {
            Kind::Null => {}
            Kind::Set(_) => return Err(invalid("vals", "arguments must be lists or tuples")),
            Kind::Unknown(unknown) if unknown.not_null && unknown.min_length > 0 => {
                return Ok(arg.clone());
            }
            Kind::Unknown(unknown) => {
                return Ok(Value::unknown(unknown_like(unknown, Type::Any).not_null()));
            }
            _ if arg.as_elements().is_some_and(<[Value]>::is_empty) => {}
            _ => return Ok(arg.clone()),
        }
    }
    Err(Problem::new("no non-null arguments"))
}

/// Without null and empty ones; whether an unknown one is empty nobody knows.
fn compact(items: &[Value]) -> Value {
    let not_empty = |u: &Unknown| u.not_null && (u.min_length > 0 || !u.prefix.is_empty());
    let unknown = items.iter().filter_map(Value::as_unknown).find(|u| !not_empty(u));
    if let Some(unknown) = unknown {
        let ty = Type::List(std::sync::Arc::new(Type::String));
        let max_length = Some(items.len());
        return Value::unknown(Unknown { max_length, ..unknown_like(unknown, ty).not_null() });
    }
    let kept = |item: &&Value| !item.is_null() && item.as_str() != Some("");
    Value::list(items.iter().filter(kept).cloned().collect::<Vec<_>>())
}

/// A list when all are lists whose elements can become one type, else a tuple.
fn concat(args: &[Value], services: &Services<'_>) -> Result<Value, Problem> {
    if args.is_empty() {
        return Err(Problem::new("at least one argument is required"));
    }
    if let Some(members) = super::members::concat(args) {
        return Ok(members);
    }
    let mut all: Vec<Value> = Vec::new();
    for (n, arg) in args.iter().enumerate() {
        if matches!(arg.kind(), Kind::Set(_)) {
            return Err(invalid(
                "seqs",
                &format!("argument {n} must be a list or tuple, not a set"),
            ));
        }
        all.extend_from_slice(items(args, n));
        if all.len() > services.elements {
            return Err(too_large("elements", services.elements));
        }
    }
    if args.iter().all(|arg| matches!(arg.kind(), Kind::List(_))) {
        let types: Vec<Type> = args
            .iter()
            .filter_map(|arg| match arg.ty() {
                Type::List(element) => Some((*element).clone()),
                _ => None,
            })
            .collect();
        if let Some(one) = unify(&types) {
            let all: Result<Vec<Value>, Problem> = all.iter().map(|v| convert(v, &one)).collect();
            return Ok(Value::list(all?));
        }
    }
    Ok(Value::tuple(all))
}

/// The first of each. Unknown elements may turn out to be equal to others.
fn distinct(list: &Value) -> Value {
    let items = list.as_elements().unwrap_or(&[]);
    if items.len() < 2 {
        return list.clone().unmarked();
    }
    if let Some(unknown) = list.first_unknown() {
        return Value::unknown(Unknown {
            min_length: 1,
            max_length: Some(items.len()),
            ..unknown_like(unknown, list.ty()).not_null()
        });
    }
    let mut seen: Vec<(&Value, usize)> = items.iter().zip(0..).collect();
    seen.sort_by(|(a, n), (b, m)| crate::value::order(a, b).then(n.cmp(m)));
    seen.dedup_by(|(later, _), (earlier, _)| later == earlier);
    seen.sort_by_key(|(_, n)| *n);
    Value::list(seen.into_iter().map(|(item, _)| item.clone()).collect::<Vec<_>>())
}

fn element(args: &[Value]) -> Result<Value, Problem> {
    let (list, index) = (items(args, 0), whole(args, 1, "index")?);
    if matches!(at(args, 0).kind(), Kind::Set(_)) {
        return Err(invalid(
            "list",
            "cannot read elements from a set; convert it with `tolist` first",
        ));
    }
    let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
    // NOTE: negative indices count from the end since Terraform 1.12.
    let wrapped = index.checked_rem_euclid(length).and_then(|n| usize::try_from(n).ok());
    wrapped
        .and_then(|n| list.get(n))
        .cloned()
        .ok_or_else(|| invalid("list", "cannot use element function with an empty list"))
}

/// All elements of elements as a tuple; unknown when it is not known how many there are. Marks of
/// lists inside are about how many there are, too.
pub(super) fn flatten(list: &Value) -> Value {
    let (mut flat, mut marks) = (Vec::new(), Marks::NONE);
    let flattened = match flatten_into(list, &mut flat, &mut marks) {
        Some(unknown) => Value::unknown(unknown_like(unknown, Type::Any).not_null()),
        None => Value::tuple(flat),
    };
    flattened.with_marks(marks)
}

fn flatten_into<'v>(
    list: &'v Value,
    flat: &mut Vec<Value>,
    marks: &mut Marks,
) -> Option<&'v Unknown> {
    let outer = list.marks().travelling();
    *marks = marks.and(outer);
    if let (Kind::Set(items), Some(unknown)) = (list.kind(), list.first_unknown()) {
        // Unknown elements may turn out to be equal to others.
        if items.len() > 1 {
            return Some(unknown);
        }
    }
    for item in list.as_elements().unwrap_or(&[]) {
        match item.kind() {
            Kind::List(_) | Kind::Tuple(_) | Kind::Set(_) => {
                let from = flat.len();
                if let Some(unknown) = flatten_into(item, flat, marks) {
                    return Some(unknown);
                }
                mark(flat.get_mut(from..).unwrap_or_default(), item);
            }
            Kind::Unknown(unknown)
                if matches!(
                    unknown.ty,
                    Type::Any | Type::List(_) | Type::Set(_) | Type::Tuple(_)
                ) =>
            {
                return Some(unknown);
            }
            _ => flat.push(item.clone().with_marks(outer)),
        }
    }
    None
}

/// What is lifted out of a marked list stays marked.
fn mark(items: &mut [Value], from: &Value) {
    let marks = from.marks().travelling();
    for item in items {
        *item = item.clone().with_marks(marks);
    }
}

fn index(args: &[Value]) -> Result<Value, Problem> {
    let (list, wanted) = (items(args, 0), at(args, 1));
    if matches!(at(args, 0).kind(), Kind::Set(_)) {
        return Err(invalid("list", "argument must be a list or tuple"));
    }
    if list.is_empty() {
        return Err(invalid("list", "cannot search an empty list"));
    }
    for (n, item) in list.iter().enumerate() {
        let same = equal(item, wanted);
        let marks = same.marks();
        if let Some(unknown) = same.as_unknown() {
            let unknown = unknown_like(unknown, Type::Number).not_null();
            return Ok(Value::unknown(unknown).with_marks(marks));
        }
        if same.as_bool() == Some(true) {
            return Ok(Value::from(Number::from_count(n)).with_marks(marks));
        }
    }
    Err(Problem::new("item not found"))
}

fn match_keys(args: &[Value], services: &Services<'_>) -> Result<Value, Problem> {
    let (values, keys) = (items(args, 0), items(args, 1));
    if let Some(unknown) = at(args, 0).first_unknown().filter(|_| services.exact) {
        return Ok(Value::unknown(unknown_like(unknown, at(args, 0).ty()).not_null()));
    }
    if values.len() != keys.len() {
        return Err(Problem::new("length of `keys` and `values` should be equal"));
    }
    let types = [at(args, 1).ty(), at(args, 2).ty()];
    let one = unify(&types)
        .ok_or_else(|| Problem::new("`keys` and `searchset` must be of the same type"))?;
    let keys = convert(at(args, 1), &one)?;
    let wanted = convert(at(args, 2), &one)?;
    let wanted = wanted.as_elements().unwrap_or(&[]);
    let found = values
        .iter()
        .zip(keys.as_elements().unwrap_or(&[]))
        .filter(|(_, key)| wanted.contains(key))
        .map(|(value, _)| value.clone());
    Ok(Value::list(found.collect::<Vec<_>>()))
}

fn range(args: &[Value]) -> Result<Value, Problem> {
    let one = Number::from_int(1);
    let (start, end, step) = match args.len() {
        1 => (Number::ZERO, number(args, 0), None),
        2 => (number(args, 0).clone(), number(args, 1), None),
        3 => (number(args, 0).clone(), number(args, 1), Some(number(args, 2))),
        _ => return Err(Problem::new("`range` takes one, two or three arguments")),
    };
    let down = *end < start;
    let step = step.cloned().unwrap_or(if down { one.negated() } else { one });
    check_step(&start, end, &step)?;
    let mut numbers = Vec::new();
    let mut next = start;
    while if down { next > *end } else { next < *end } {
        if numbers.len() >= RANGE_LIMIT {
            return Err(Problem::new(format!(
                "more than {RANGE_LIMIT} values were generated; either decrease the difference \
                 between start and end or use a smaller step"
            )));
        }
        numbers.push(Value::from(next.clone()));
        let Some(sum) = next.add(&step) else { break };
        next = sum;
    }
    Ok(Value::list(numbers))
}

fn check_step(start: &Number, end: &Number, step: &Number) -> Result<(), Problem> {
    let wrong = |message: &str| Err(invalid("step", message));
    if step.is_zero() && start != end {
        return wrong("step must not be zero");
    }
    match (end < start, step.is_negative()) {
        (true, false) => {
            wrong("when the end value is less than the start value, step must be less than zero")
        }
        (false, true) if end != start => wrong(
            "when the end value is greater than the start value, step must be greater than zero",
        ),
        _ => Ok(()),
    }
}

fn reverse(list: &Value) -> Result<Value, Problem> {
    if let (Kind::Set(_), Some(unknown)) = (list.kind(), list.first_unknown()) {
        return Ok(Value::unknown(unknown_like(unknown, Type::Any).not_null()));
    }
    let reversed: Vec<Value> = list.as_elements().unwrap_or(&[]).iter().rev().cloned().collect();
    Ok(match list.kind() {
        Kind::Set(_) => Value::list(reversed),
        _ => like(list, reversed),
    })
}

fn slice(args: &[Value]) -> Result<Value, Problem> {
    let list = items(args, 0);
    if matches!(at(args, 0).kind(), Kind::Set(_)) {
        return Err(invalid(
            "list",
            "cannot slice a set, because its elements do not have indices",
        ));
    }
    let (start, end) = (whole(args, 1, "start_index")?, whole(args, 2, "end_index")?);
    let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
    if start < 0 {
        return Err(invalid("start_index", "start index must not be less than zero"));
    }
    if start > length {
        return Err(invalid(
            "start_index",
            "start index must not be greater than the length of the list",
        ));
    }
    if end > length {
        return Err(invalid(
            "end_index",
            "end index must not be greater than the length of the list",
        ));
    }
    if start > end {
        return Err(Problem::new("start index must not be greater than end index"));
    }
    let bounds = (usize::try_from(start).unwrap_or(0), usize::try_from(end).unwrap_or(0));
    Ok(like(at(args, 0), list.get(bounds.0..bounds.1).unwrap_or(&[]).to_vec()))
}

fn sort(items: &[Value]) -> Result<Value, Problem> {
    if let Some(n) = items.iter().position(Value::is_null) {
        return Err(invalid(
            "list",
            &format!("given list element {n} is null; a null string cannot be sorted"),
        ));
    }
    if let Some(unknown) = items.iter().find_map(Value::as_unknown) {
        // Any of them may become the first.
        let open = || Value::unknown(unknown_like(unknown, Type::String));
        return Ok(Value::list(items.iter().map(|_| open()).collect::<Vec<_>>()));
    }
    let mut sorted = items.to_vec();
    sorted.sort_by(crate::value::order);
    Ok(Value::list(sorted))
}
