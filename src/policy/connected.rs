//! `connected` blocks: resources that belong together, found by references first, values second.
//!
//! Source of the rules: specification section 13.5. A candidate is definite (join and filter true),
//! possible (something undecided) or out.

use std::sync::Arc;

use crate::diag::Problem;
use crate::eval::{Came, Entry, Evaluated, Evaluator, Fault, Trace, What};
use crate::graph::Matches as Joined;
use crate::hcl::ExprId;
use crate::value::{Cause, Origin, Reason, Type, Value, convert};

use super::considered;
use super::evaluate::{Results, Said, Truth, enforce, truth, words};
use super::file::Connected;
use super::inputs::Beforehand;
use super::scope::Asked;

/// The matches of one parent.
#[derive(Default)]
struct Matches {
    definite: Vec<usize>,
    possible: Arc<Vec<usize>>,
    /// Joined, but left out by the filter: what decided that.
    near: Vec<Origin>,
    reason: Option<Reason>,
}

/// Evaluates a block for one parent.
pub(super) fn evaluate(asked: &Asked<'_>, block: &Connected, parent: &Value) -> Results {
    let Some(log) = asked.log() else { return judged(asked, block, parent) };
    log.open(What::Connected, format!("connected {}", block.resource_type), Some(block.span));
    let results = judged(asked, block, parent);
    log.close(Came::Nothing);
    results
}

fn judged(asked: &Asked<'_>, block: &Connected, parent: &Value) -> Results {
    let mut results = Results::default();
    let subject = at_path(asked.trace, parent, &block.subject);
    let matches = find(asked, block, &subject, &mut results);
    if results.error.is_some() {
        return results;
    }
    let open = asked.world.graph.open(&block.resource_type).cloned();
    count(asked, block, &matches, open.as_ref(), &subject, &mut results);
    if matches.definite.is_empty() {
        fall_back(asked, block, &matches, open, &mut results);
    }
    for &index in &matches.definite {
        results.add(on_match(asked, block, index));
    }
    let is_counted_only = block.enforces.is_empty() && block.nested.is_empty();
    for &index in matches.possible.iter().filter(|_| !is_counted_only) {
        // What would fail if it were a match is not decided.
        let mut possible = on_match(asked, block, index);
        let reason = matches.reason.clone().unwrap_or_else(|| undecided(block));
        let failures = std::mem::take(&mut possible.failures);
        possible.unknowns.extend(failures.into_iter().map(|said| (reason.clone(), said)));
        results.add(possible);
    }
    results
}

fn on_match(asked: &Asked<'_>, block: &Connected, index: usize) -> Results {
    if block.enforces.is_empty() && block.nested.is_empty() {
        return Results::default();
    }
    let value = asked.attributes_of(index);
    considered::open(asked, index);
    let results = asked.with_match(&block.resource_type, index, value.clone(), || {
        let mut results = enforce(asked, &block.enforces);
        for nested in &block.nested {
            results.add(evaluate(asked, nested, &value));
        }
        results
    });
    considered::close(asked, "");
    results
}

fn find(asked: &Asked<'_>, block: &Connected, subject: &Value, results: &mut Results) -> Matches {
    let path: Vec<&str> = block.connected.iter().map(String::as_str).collect();
    let joined =
        asked.world.graph.matching_for(asked.subject, &block.resource_type, &path, subject);
    considered::joined(asked, block, subject, &joined);
    let mut matches = Matches::default();
    if let Some(first) = joined.possible.first() {
        matches.reason = why(asked, *first, &block.connected, subject);
    }
    if block.filter.is_none() {
        let Joined { definite, possible, .. } = joined;
        return Matches { definite, possible, ..matches };
    }
    let candidates = joined.definite.iter().map(|&index| (index, true));
    let mut possible = Vec::new();
    for (index, definite) in candidates.chain(joined.possible.iter().map(|&index| (index, false))) {
        match kept(asked, block, index, results) {
            Kept::Yes if definite => matches.definite.push(index),
            Kept::Yes => possible.push(index),
            Kept::No(origin) => matches.near.push(origin),
            Kept::Maybe(reason) => {
                matches.reason.get_or_insert(reason);
                possible.push(index);
            }
        }
    }
    matches.possible = Arc::new(possible);
    matches
}

enum Kept {
    Yes,
    No(Origin),
    Maybe(Reason),
}

/// What the block's filter says about a candidate.
fn kept(asked: &Asked<'_>, block: &Connected, index: usize, results: &mut Results) -> Kept {
    let Some(filter) = block.filter else { return Kept::Yes };
    let value = asked.attributes_of(index);
    considered::open(asked, index);
    let verdict =
        asked.with_match(&block.resource_type, index, value, || truth(asked, What::Filter, filter));
    considered::close(
        asked,
        match &verdict {
            Ok(Truth::True) => "counts",
            Ok(Truth::False(_)) => "does not count: the filter is false",
            Ok(Truth::Unknown(..)) => "may count: the filter is not decided",
            Err(_) => "the filter cannot be evaluated",
        },
    );
    match verdict {
        Ok(Truth::True) => Kept::Yes,
        Ok(Truth::False(origin)) => Kept::No(origin),
        Ok(Truth::Unknown(reason, _)) => Kept::Maybe(reason),
        Err(fault) => {
            results.fault(&fault);
            Kept::No(Origin::NONE)
        }
    }
}

fn count(
    asked: &Asked<'_>,
    block: &Connected,
    matches: &Matches,
    open: Option<&Reason>,
    subject: &Value,
    results: &mut Results,
) {
    let (definite, possible) = (matches.definite.len(), matches.possible.len());
    let is_open = open.is_some();
    let (min, max) =
        match bounds(&Beforehand::new(asked.world.set, asked.file, asked.policy), block) {
            Ok(bounds) => bounds,
            Err(fault) => return results.fault(&fault),
        };
    let ty = &block.resource_type;
    let reason =
        || matches.reason.clone().or_else(|| open.cloned()).unwrap_or_else(|| undecided(block));
    let origin = |matched: &[usize]| surplus(asked, subject, matched, &matches.near);
    considered::counted(asked, (min, max), (definite, possible), open);
    if definite < min {
        let message = format!("expected at least {min} connected {ty}, found {definite}");
        let said = said(asked, block, message, origin(&[]));
        if definite + possible < min && !is_open {
            results.failures.push(said);
        } else {
            results.unknowns.push((reason(), said));
        }
    }
    let Some(max) = max else { return };
    let expected = if max == 0 { "no".to_owned() } else { format!("at most {max}") };
    let message = format!("expected {expected} connected {ty}, found {definite}");
    if definite > max {
        let said = said(asked, block, message, origin(&matches.definite));
        results.failures.push(said);
    } else if definite + possible > max || is_open {
        let said = said(asked, block, message, origin(&matches.possible));
        results.unknowns.push((reason(), said));
    }
}

/// How many there must be at least and at most; inputs and locals made of them may tell.
pub(super) fn bounds(
    scope: &Beforehand<'_>,
    block: &Connected,
) -> Evaluated<(usize, Option<usize>)> {
    let bound = |id: ExprId| {
        let Some(file) = scope.set.files().get(scope.file) else { return Ok(0) };
        let expr = file.tree.expr(id);
        let value = Evaluator::new(scope).evaluate(expr)?;
        let value = convert(&value, &Type::Number).unwrap_or(value);
        let number = value.as_number().and_then(|number| number.to_string().parse().ok());
        let problem = || Problem::new("a whole number, zero or more, is required");
        // What is wrong with an input is told where it is declared.
        let number = number.or(value.is_unknown().then_some(0));
        number.ok_or_else(|| Fault::new(problem(), expr.span()))
    };
    let min = block.min_instances.map_or(Ok(0), bound)?;
    let max: Option<usize> = block.max_instances.map(bound).transpose()?;
    if max.is_some_and(|max| max < min) {
        let problem = Problem::new("`max_instances` is smaller than `min_instances`");
        return Err(Fault::new(problem, block.span));
    }
    Ok((min, max))
}

fn said(asked: &Asked<'_>, block: &Connected, message: String, origin: Origin) -> Said {
    let at = Some(block.span);
    if let (Some(id), Some(_)) = (block.error_message, asked.trace) {
        return Said { message: words(asked, id), origin, at };
    }
    if let Some(log) = asked.log() {
        log.note(What::Message, "", at, message.clone());
    }
    Said { message, origin, at }
}

/// The subject decides; surplus matches, or those that nearly were, help to understand.
fn surplus(asked: &Asked<'_>, subject: &Value, matched: &[usize], near: &[Origin]) -> Origin {
    let Some(trace) = asked.trace else { return Origin::NONE };
    // More are never told.
    let matched = matched.iter().take(Trace::LEAVES);
    let companions = matched.map(|&index| trace.of(&asked.outline_of(index)));
    let near = near.iter().copied().take(Trace::LEAVES);
    trace.derived(vec![trace.of(subject)], companions.chain(near).collect())
}

fn fall_back(
    asked: &Asked<'_>,
    block: &Connected,
    matches: &Matches,
    open: Option<Reason>,
    results: &mut Results,
) {
    let mut fallback = enforce(asked, &block.fallback);
    let reason = matches.reason.clone().filter(|_| !matches.possible.is_empty()).or(open);
    if let Some(reason) = reason {
        let failures = std::mem::take(&mut fallback.failures);
        fallback.unknowns.extend(failures.into_iter().map(|said| (reason.clone(), said)));
    }
    results.add(fallback);
}

/// The value at an attribute path; lists and sets on the way are gone through.
pub(super) fn at_path(trace: Option<&Trace>, parent: &Value, path: &[String]) -> Value {
    let [name, rest @ ..] = path else { return parent.clone() };
    if let Some(elements) = parent.as_elements() {
        let mut found = Vec::new();
        for element in elements {
            let part = at_path(trace, element, path);
            match part.as_elements() {
                Some(parts) => found.extend(parts.iter().cloned()),
                None if part.is_null() => {}
                None => found.push(part),
            }
        }
        return Value::tuple(found).with_origin(parent.origin());
    }
    match parent.get(name) {
        Some(value) => at_path(trace, value, rest),
        None => {
            let origin = trace.map_or(Origin::NONE, |trace| {
                let of = trace.of(parent);
                let name = name.as_str().into();
                if of.is_some() { trace.add(Entry::Missing { of, name }) } else { of }
            });
            Value::NULL.with_origin(origin)
        }
    }
}

fn why(asked: &Asked<'_>, index: usize, path: &[String], subject: &Value) -> Option<Reason> {
    let other = asked.world.graph.resources().get(index)?;
    let other = at_path(None, &other.after, path);
    let unknown = other.first_unknown().or_else(|| subject.first_unknown())?;
    Some(unknown.reason.clone())
}

fn undecided(block: &Connected) -> Reason {
    Reason::new(Cause::ComputedAtApply, format!("connected {}", block.resource_type), None)
}
