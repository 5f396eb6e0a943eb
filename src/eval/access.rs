//! Steps of a traversal: `.name`, `[key]`, `.0`.

use std::sync::Arc;

use crate::diag::{Problem, did_you_mean};
use crate::hcl::{Step, StepKind, Steps};
use crate::value::{
    self, Cause, Entries, Kind, Marks, Origin, Reason, Symbol, Type, Unknown, Value,
};

use super::{Entry, Evaluated, Evaluator, Fault, PathStep};

impl Evaluator<'_> {
    /// Applies all steps to a value.
    pub(super) fn follow(&mut self, value: Value, steps: Steps<'_>) -> Evaluated {
        self.follow_rest(value, steps, 0)
    }

    /// Applies the steps after the first `used`.
    pub(super) fn follow_rest(
        &mut self,
        mut value: Value,
        steps: Steps<'_>,
        used: usize,
    ) -> Evaluated {
        for step in steps.skip(used) {
            value = self.step(&value, &step)?;
        }
        Ok(value)
    }

    fn step(&mut self, value: &Value, step: &Step<'_>) -> Evaluated {
        let (result, name) = match step.kind {
            StepKind::Attribute(name) => {
                if self.trace.is_none()
                    && let Some(part) = plain_part(value, name)
                {
                    return Ok(part);
                }
                (attribute(value, name), Some(name.to_owned()))
            }
            StepKind::Legacy(digits) => {
                let key = match value.kind() {
                    Kind::Map(_) | Kind::Object(_) => Value::from(digits),
                    _ => value::Number::parse(digits).map_or(Value::NULL, Value::from),
                };
                (index(value, &key), Some(digits.to_owned()))
            }
            StepKind::Index(expr) => {
                let key = self.evaluate(expr)?;
                if self.trace.is_none() {
                    return index(value, &key).map_err(|problem| Fault::new(problem, step.span));
                }
                (index(value, &key), key_text(&key))
            }
            StepKind::Splat { steps, .. } => return self.spread(value, steps),
        };
        match result {
            Ok(part) => Ok(self.placed(part, value, name.as_deref())),
            Err(problem) => {
                let origin = self.missing(value, name);
                Err(Fault::new(problem, step.span).reading(origin))
            }
        }
    }

    /// In a trace, what was read from something computed keeps that thing's origin.
    fn placed(&self, part: Value, of: &Value, name: Option<&str>) -> Value {
        let Some(trace) = self.trace else { return part };
        let part = match (name, of.as_entries()) {
            (Some(name), Some(_)) => trace.part(part, of, || PathStep::Name(name.into())),
            _ => part,
        };
        part.or_origin(of.origin())
    }

    fn missing(&self, of: &Value, name: Option<String>) -> Origin {
        match (self.trace, name) {
            (Some(trace), Some(name)) => {
                let of = trace.of(of);
                if of.is_some() { trace.add(Entry::Missing { of, name: name.into() }) } else { of }
            }
            (Some(trace), None) => trace.of(of),
            (None, _) => Origin::NONE,
        }
    }
}

/// An attribute that is there and only has to be taken.
#[must_use]
pub fn plain_part(value: &Value, name: &str) -> Option<Value> {
    value.as_entries().filter(|_| value.marks() == Marks::NONE)?.get(name).cloned()
}

/// The key as a name for traces and symbols, which are told.
fn key_text(key: &Value) -> Option<String> {
    if key.is_sensitive() {
        return None;
    }
    let text = value::convert(key, &Type::String).ok()?;
    text.as_str().map(str::to_owned)
}

/// `value.name`.
pub fn attribute(value: &Value, name: &str) -> Result<Value, Problem> {
    let marks = value.marks().travelling();
    match value.kind() {
        Kind::Object(entries) => match entries.get(name) {
            Some(found) => Ok(found.clone().with_marks(marks)),
            None if value.marks().has(Marks::OPEN) => Ok(open(name).with_marks(marks)),
            None if value.is_sensitive() => {
                Err(Problem { hint: None, ..no_attribute(entries, name) })
            }
            None => Err(no_attribute(entries, name)),
        },
        Kind::Map(entries) => match entries.get(name) {
            Some(found) => Ok(found.clone().with_marks(marks)),
            None => Err(Problem::new(format!(
                "this map does not have an element with the key `{name}`"
            ))),
        },
        Kind::Unknown(unknown) => {
            let ty = match &unknown.ty {
                Type::Object(fields) => match fields.get(name) {
                    Some(field) => field.ty.clone(),
                    None => {
                        return Err(Problem::new(format!(
                            "this object does not have an attribute named `{name}`"
                        )));
                    }
                },
                Type::Map(element) => (**element).clone(),
                Type::Any => Type::Any,
                other => {
                    return Err(no_attributes(other));
                }
            };
            Ok(part_of(unknown, ty, name).with_marks(marks).with_origin(value.origin()))
        }
        Kind::Null => Err(Problem::new(format!(
            "this value is null, so it does not have the attribute `{name}`"
        ))),
        Kind::List(_) | Kind::Tuple(_) => Err(no_attributes(&value.ty())
            .with_hint(format!("one element: `[0].{name}`; of all elements: `[*].{name}`"))),
        _ => Err(no_attributes(&value.ty())),
    }
}

/// `value[key]`.
pub fn index(value: &Value, key: &Value) -> Result<Value, Problem> {
    // Messages quote the key, and hints the keys there are.
    indexed(value, key).map_err(|problem| match (key.is_sensitive(), value.is_sensitive()) {
        (true, _) => Problem::new("there is no element at a sensitive key"),
        (false, true) => Problem { hint: None, ..problem },
        (false, false) => problem,
    })
}

fn indexed(value: &Value, key: &Value) -> Result<Value, Problem> {
    let marks = value.marks().and(key.marks()).travelling();
    if key.is_null() {
        return Err(Problem::new("can't use a null value as an indexing key"));
    }
    let part = match value.kind() {
        Kind::Null => Err(Problem::new("this value is null, so it does not have any indices")),
        Kind::Set(_) => {
            Err(Problem::new("elements of a set do not have any index or key to select with")
                .with_hint("turn it into a list first: `[for e in ... : e]` or `tolist(...)`"))
        }
        Kind::List(items) | Kind::Tuple(items) => {
            let key = value::convert(key, &Type::Number)?;
            match key.kind() {
                Kind::Unknown(unknown) => Ok(part_of(unknown, element_type(items), "")),
                _ => element(items, &key),
            }
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            let key = value::convert(key, &Type::String)?;
            match (key.as_unknown(), key.as_str()) {
                (Some(unknown), _) => Ok(part_of(unknown, Type::Any, "")),
                (None, Some(name)) => named(value, entries, name),
                (None, None) => Err(Problem::new("a string is required as key")),
            }
        }
        Kind::Unknown(unknown) if is_beyond(unknown, key) => {
            let most = unknown.max_length.unwrap_or_default();
            Err(Problem::new(format!("there are at most {most} elements in the list")))
        }
        Kind::Unknown(unknown) => {
            let ty = match &unknown.ty {
                Type::List(element) | Type::Map(element) => (**element).clone(),
                _ => Type::Any,
            };
            let name = key_text(key).unwrap_or_default();
            Ok(part_of(unknown, ty, &name).with_origin(value.origin()))
        }
        _ => Err(Problem::new(format!(
            "a value of type {} does not have any indices",
            value.ty().friendly_name()
        ))),
    };
    part.map(|part| part.with_marks(marks))
}

/// Whether a list that is known in part surely has no such element.
fn is_beyond(list: &Unknown, key: &Value) -> bool {
    let at = key.as_number().and_then(value::Number::as_usize);
    let most = list.max_length.filter(|_| list.members.is_some());
    at.zip(most).is_some_and(|(at, most)| at >= most)
}

fn element(items: &Arc<[Value]>, key: &Value) -> Result<Value, Problem> {
    let at = key.as_number().and_then(value::Number::as_i64);
    let Some(at) = at else {
        return Err(Problem::new("a whole number is required as index"));
    };
    usize::try_from(at).ok().and_then(|at| items.get(at)).cloned().ok_or_else(|| {
        let count = items.len();
        let have = if count == 1 { "is 1".to_owned() } else { format!("are {count}") };
        Problem::new(format!("the given key does not identify an element in this collection value: no element {at}, there {have}"))
    })
}

fn named(value: &Value, entries: &Entries, name: &str) -> Result<Value, Problem> {
    match entries.get(name) {
        Some(found) => Ok(found.clone()),
        None if value.marks().has(Marks::OPEN) => Ok(open(name)),
        None if matches!(value.kind(), Kind::Object(_)) => Err(no_attribute(entries, name)),
        None => {
            Err(Problem::new(format!("this map does not have an element with the key `{name}`")))
        }
    }
}

fn no_attributes(ty: &Type) -> Problem {
    let of = match ty {
        Type::Bool | Type::Number | Type::String => format!("primitive-typed value ({ty})"),
        other => other.friendly_name(),
    };
    Problem::new(format!("can't access attributes on a {of}"))
}

fn no_attribute(entries: &Entries, name: &str) -> Problem {
    let problem = Problem::new(format!("this object does not have an attribute named `{name}`"));
    match did_you_mean(name, entries.iter().map(|(name, _)| &**name)) {
        Some(close) => problem.with_hint(format!("did you mean `{close}`?")),
        None => problem,
    }
}

fn open(name: &str) -> Value {
    Value::unknown(Unknown::new(Type::Any, Reason::new(Cause::NoSchema, name, None)))
}

/// Part of something unknown: unknown for the same reason, with the symbol one step longer.
fn part_of(whole: &Unknown, ty: Type, step: &str) -> Value {
    let mut part = Unknown::new(ty, whole.reason.clone());
    part.symbol = whole.symbol.as_ref().filter(|_| !step.is_empty()).map(|symbol| Symbol {
        attribute: match &*symbol.attribute {
            "" => Arc::from(step),
            path => Arc::from(format!("{path}.{step}")),
        },
        ..symbol.clone()
    });
    Value::unknown(part)
}

fn element_type(items: &[Value]) -> Type {
    let types: Vec<Type> = items.iter().map(Value::ty).collect();
    value::unify(&types).unwrap_or(Type::Any)
}
