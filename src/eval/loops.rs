//! `for` expressions and splats.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Problem;
use crate::hcl::{Expr, For, Steps};
use crate::value::{self, Key, Kind, Marks, Members, Origin, Type, Unknown, Value};

use super::functions::members;
use super::{Came, Evaluated, Evaluator, Fault, PathStep, Trace, What};

/// What a `for` does with the collection's elements, in order.
pub(super) struct Round {
    pub(super) key: Value,
    pub(super) value: Value,
}

/// What has come out so far.
#[derive(Default)]
struct Made {
    elements: Vec<Value>,
    entries: Vec<(Key, Value)>,
    /// The first thing that was not known and leaves the whole result open.
    undecided: Option<Value>,
    marks: Marks,
    /// Origins of what was looked at and left out: they explain an empty result.
    left_out: Vec<Origin>,
}

impl Evaluator<'_> {
    pub(super) fn for_expression(&mut self, expr: Expr<'_>, each: For<'_>) -> Evaluated {
        let collection = self.evaluate(each.collection)?;
        if let (Some(members), None, None) = (collection.as_members(), each.key, each.result_key) {
            return self.for_members(expr, each, &collection, members);
        }
        let Some(rounds) = self.rounds(&collection, each.collection)? else {
            return Ok(self.unknown_like(&collection, Type::Any, expr));
        };
        let mut made = Made { marks: collection.marks().travelling(), ..Made::default() };
        for round in rounds {
            self.count(1, expr.span())?;
            let bound = self.bound.len();
            if let Some(key) = each.key {
                self.bound.push((Key::from(key), round.key));
            }
            self.bound.push((Key::from(each.value), round.value.clone()));
            let log = self.trace.and_then(Trace::log);
            if let Some(log) = log {
                log.open(What::Element, each.value, None);
            }
            let result = self.round(each, &round.value, &mut made);
            if let Some(log) = log {
                log.close(Came::Value(round.value));
            }
            self.bound.truncate(bound);
            result?;
        }
        if let Some(undecided) = &made.undecided {
            let result = self.unknown_like(undecided, Type::Any, expr);
            return Ok(result.with_marks(made.marks));
        }
        let nothing = made.elements.is_empty() && made.entries.is_empty();
        let left_out = std::mem::take(&mut made.left_out);
        let marks = made.marks;
        let result = self.collected(each, made)?.with_marks(marks);
        Ok(match self.trace {
            // What came out has its own origins; an empty result is explained by what was left out.
            Some(trace) if nothing => {
                result.with_origin(trace.derived(left_out, vec![trace.of(&collection)]))
            }
            Some(_) => result,
            None => self.made(result, expr, []),
        })
    }

    /// The same over a list that is known in part. What a condition does not decide may be in the result.
    fn for_members(
        &mut self,
        expr: Expr<'_>,
        each: For<'_>,
        collection: &Value,
        members: &Members,
    ) -> Evaluated {
        let mut all = Members { is_open: members.is_open, ..Members::default() };
        let mut marks = collection.marks().travelling();
        let definite = members.definite.iter().map(|element| (element, true));
        let possible = members.possible.iter().map(|element| (element, false));
        for (element, is_definite) in definite.chain(possible) {
            self.count(1, expr.span())?;
            let mut made = Made::default();
            let bound = self.bound.len();
            self.bound.push((Key::from(each.value), element.clone()));
            let mut result = self.round(each, element, &mut made);
            // Without its condition: whether it is there may be open, what it is need not be.
            let is_undecided = made.undecided.is_some();
            if is_undecided && result.is_ok() {
                result = self.round(For { condition: None, ..each }, element, &mut made);
            }
            self.bound.truncate(bound);
            marks = marks.and(made.marks);
            match result {
                Ok(()) if is_definite && !is_undecided => all.definite.append(&mut made.elements),
                Ok(()) => Arc::make_mut(&mut all.possible).append(&mut made.elements),
                // What may not be there may not fail either.
                Err(_) if !is_definite || is_undecided => all.is_open = true,
                Err(fault) => return Err(fault),
            }
        }
        Ok(members::of(collection, all).with_marks(marks))
    }

    /// The elements with their keys; `None` when the collection is unknown.
    pub(super) fn rounds(&self, collection: &Value, at: Expr<'_>) -> Evaluated<Option<Vec<Round>>> {
        let rounds = match collection.kind() {
            Kind::Unknown(_) => return Ok(None),
            Kind::List(items) | Kind::Tuple(items) => (0i64..)
                .zip(items.iter())
                .map(|(n, value)| Round { key: Value::int(n), value: value.clone() })
                .collect(),
            Kind::Set(items) => items
                .iter()
                .map(|value| Round { key: value.clone(), value: value.clone() })
                .collect(),
            Kind::Map(entries) | Kind::Object(entries) => entries
                .iter()
                .map(|(key, value)| Round {
                    key: Value::string(key.clone()),
                    value: self.entry(value, collection, key),
                })
                .collect(),
            Kind::Null => {
                let problem = Problem::new(
                    "a null value cannot be used as the collection in a `for` expression",
                );
                return Err(self.fault(problem, at, &[collection]));
            }
            _ => {
                let problem = Problem::new(format!(
                    "a value of type {} cannot be used as the collection in a `for` expression",
                    collection.ty().friendly_name()
                ));
                return Err(self.fault(problem, at, &[collection]));
            }
        };
        Ok(Some(rounds))
    }

    fn entry(&self, value: &Value, of: &Value, key: &Key) -> Value {
        match self.trace {
            Some(trace) => trace.part(value.clone(), of, || PathStep::Name(key.clone())),
            None => value.clone(),
        }
    }

    fn round(&mut self, each: For<'_>, element: &Value, made: &mut Made) -> Evaluated<()> {
        let mut condition_origin = Origin::NONE;
        if let Some(condition) = each.condition {
            let test = self.evaluate(condition)?;
            made.marks = made.marks.and(test.marks().travelling());
            if test.is_null() {
                let problem = Problem::new("the value of the `if` clause must not be null");
                return Err(self.fault(problem, condition, &[&test]));
            }
            let test = value::convert(&test, &Type::Bool)
                .map_err(|problem| self.fault(problem, condition, &[&test]))?;
            condition_origin = self.trace.map_or(Origin::NONE, |trace| trace.of(&test));
            match test.as_bool() {
                Some(true) => {}
                Some(false) => {
                    made.left_out.push(condition_origin);
                    return Ok(());
                }
                None => {
                    made.undecided.get_or_insert(test);
                    return Ok(());
                }
            }
        }
        let result = self.evaluate(each.result)?;
        let result = self.chosen(result, element, condition_origin);
        let Some(key) = each.result_key else {
            made.elements.push(result);
            return Ok(());
        };
        let value = self.evaluate(key)?;
        if value.is_unknown() {
            made.undecided.get_or_insert(value);
            return Ok(());
        }
        made.marks = made.marks.and(value.marks().travelling());
        made.entries.push((self.object_key(&value, key)?, result));
        Ok(())
    }

    /// In a trace, an element was chosen by the condition and stands where it was written.
    fn chosen(&self, result: Value, element: &Value, condition: Origin) -> Value {
        let Some(trace) = self.trace else { return result };
        let own = trace.of(&result);
        let origin = match (own.is_some(), condition.is_some()) {
            (true, false) => own,
            (_, true) => trace.derived(vec![condition], vec![own, trace.of(element)]),
            (false, false) => trace.of(element),
        };
        result.with_origin(origin)
    }

    fn collected(&self, each: For<'_>, made: Made) -> Evaluated {
        let Some(key) = each.result_key else { return Ok(Value::tuple(made.elements)) };
        if each.group {
            let mut groups: BTreeMap<Key, Vec<Value>> = BTreeMap::new();
            for (key, value) in made.entries {
                groups.entry(key).or_default().push(value);
            }
            let entries: Vec<_> =
                groups.into_iter().map(|(key, values)| (key, Value::tuple(values))).collect();
            return Ok(Value::object(entries));
        }
        let mut seen = std::collections::BTreeSet::new();
        for (name, _) in &made.entries {
            if !seen.insert(name.clone()) {
                // The marks of all keys are in the result's.
                let problem = match made.marks.has(Marks::SENSITIVE) {
                    true => Problem::new(
                        "two different items produced the same key in this `for` expression",
                    ),
                    false => Problem::new(format!(
                        "two different items produced the key `{name}` in this `for` expression"
                    )),
                };
                let problem = problem.with_hint(
                    "if duplicates are expected, write `...` after the value to group by key",
                );
                return Err(Fault::new(problem, key.span()));
            }
        }
        Ok(Value::object(made.entries))
    }

    pub(super) fn splat(&mut self, expr: Expr<'_>, base: Expr<'_>, steps: Steps<'_>) -> Evaluated {
        let source = self.evaluate(base)?;
        let result = self.spread(&source, steps)?;
        let undecided = result.is_unknown();
        Ok(if self.trace.is_some() || undecided { result } else { self.made(result, expr, []) })
    }

    /// The steps applied to each element.
    pub(super) fn spread(&mut self, source: &Value, steps: Steps<'_>) -> Evaluated {
        let marks = source.marks().travelling();
        let each = |evaluator: &mut Self, items: &[Value]| -> Evaluated<Vec<Value>> {
            items.iter().map(|item| evaluator.follow(item.clone(), steps)).collect()
        };
        let result = match source.kind() {
            Kind::Null => Value::tuple(Vec::new()).with_origin(source.origin()),
            Kind::Unknown(unknown) if unknown.members.is_some() => {
                let Some(members) = source.as_members() else { return Ok(source.clone()) };
                let all = Members {
                    definite: each(self, &members.definite)?,
                    possible: each(self, &members.possible)?.into(),
                    is_open: members.is_open,
                };
                return Ok(members::of(source, all).with_marks(marks));
            }
            Kind::Unknown(unknown) if spreads(&unknown.ty) => {
                let unknown = Unknown::new(Type::Any, unknown.reason.clone());
                let result = Value::unknown(unknown).with_marks(marks);
                return Ok(result.with_origin(source.origin()));
            }
            Kind::List(items) | Kind::Set(items) => {
                let results = each(self, items)?;
                let types: Vec<Type> = results.iter().map(Value::ty).collect();
                let same = types.windows(2).all(|pair| pair[0] == pair[1]);
                if same { Value::list(results) } else { Value::tuple(results) }
            }
            Kind::Tuple(items) => Value::tuple(each(self, items)?),
            _ => Value::tuple(each(self, std::slice::from_ref(source))?),
        };
        let empty = result.as_elements().is_some_and(<[Value]>::is_empty);
        let result = result.with_marks(marks);
        Ok(match self.trace {
            Some(trace) if empty => result.with_origin(trace.of(source)),
            _ => result,
        })
    }
}

/// Whether an unknown of this type may be a list; others become lists of one element.
fn spreads(ty: &Type) -> bool {
    matches!(ty, Type::Any | Type::List(_) | Type::Set(_) | Type::Tuple(_))
}
