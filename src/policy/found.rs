//! What `core::getresources` finds: resources that fit its filter, and those that may.

use std::sync::Arc;

use crate::eval::Trace;
use crate::graph::Resource;
use crate::value::{self, Cause, Kind, Marks, Members, Reason, Type, Unknown, Value};

use super::scope::Asked;
use super::split::{Candidates, Split};

/// Resources of one type, and why some are not certain.
pub(super) struct Found {
    pub split: Arc<Split>,
    /// Why the possible ones are not certain.
    reason: Option<Reason>,
    /// What may fit, where it was made before.
    kept: Option<Arc<Candidates>>,
}

impl Found {
    /// Those whose attribute has a value.
    pub(super) fn having(
        asked: &Asked<'_>,
        resource_type: &str,
        name: &str,
        wanted: &Value,
    ) -> Self {
        let mut found = if is_plain(wanted) && asked.switches().refines {
            looked_up(asked, resource_type, name, wanted)
        } else {
            let split = compared(asked, resource_type, name, wanted);
            let reason = why(asked, &split.possible, name);
            Self { split, reason, kept: None }
        };
        if found.reason.is_none() && !found.split.possible.is_empty() {
            found.reason = wanted.first_unknown().map(|unknown| unknown.reason.clone());
        }
        found
    }

    pub(super) fn of(split: Split, reason: Option<Reason>) -> Self {
        Self { split: Arc::new(split), reason, kept: None }
    }

    /// Those that are in both; certain where both are certain.
    pub(super) fn and(self, other: Self) -> Self {
        Self::of(self.split.and(&other.split), self.reason.or(other.reason))
    }

    pub(super) fn into_list(self, asked: &Asked<'_>, resource_type: &str) -> Value {
        let Split { definite, possible } = &*self.split;
        let open = asked.world.graph.open(resource_type);
        let reason = match (possible.is_empty(), open) {
            (true, None) => return Value::list(values(asked, definite)),
            (true, Some(open)) => open.clone(),
            (false, _) => self
                .reason
                .clone()
                .unwrap_or_else(|| Reason::new(Cause::ComputedAtApply, resource_type, None)),
        };
        if !asked.switches().refines {
            // How many there are is not told to policies there, nor which.
            let ty = Type::List(Arc::new(Type::Any));
            return Value::unknown(Unknown::new(ty, reason).not_null());
        }
        let members = members(asked, resource_type, definite, possible, self.kept);
        Value::unknown(Unknown::of_members(members, reason))
    }
}

fn values(asked: &Asked<'_>, places: &[usize]) -> Vec<Value> {
    places.iter().map(|&place| asked.shown(&asked.outline_of(place))).collect()
}

/// Whether a resource stands for any number of instances.
fn is_many(asked: &Asked<'_>, place: usize) -> bool {
    asked.world.graph.get(place).is_some_and(Resource::is_any_number)
}

/// What is known of a list. One that stands for any number may be none, or several.
fn members(
    asked: &Asked<'_>,
    resource_type: &str,
    definite: &[usize],
    possible: &Arc<Vec<usize>>,
    kept: Option<Arc<Candidates>>,
) -> Members {
    let is_many = |place: &usize| is_many(asked, *place);
    let is_any_many =
        kept.as_ref().map_or_else(|| possible.iter().any(is_many), |kept| kept.is_many);
    let is_open = asked.world.graph.open(resource_type).is_some()
        || is_any_many
        || definite.iter().any(is_many);
    let (many, definite): (Vec<usize>, Vec<usize>) = definite.iter().partition(|p| is_many(p));
    // Of few it can be told which they are.
    let is_told = asked.trace.is_some() && possible.len() <= Trace::LEAVES;
    let possible = match kept.filter(|_| many.is_empty() && !is_told) {
        Some(kept) => kept.values.clone(),
        None => {
            let mut all = possible.to_vec();
            all.extend(many);
            all.sort_unstable();
            Arc::new(values(asked, &all))
        }
    };
    Members { definite: values(asked, &definite), possible, is_open }
}

/// Candidates whose attribute is a plain value, by the graph's index. It goes through lists, which here
/// have no such value. What only may have a value that is not known is the same for many who ask.
fn looked_up(asked: &Asked<'_>, resource_type: &str, name: &str, wanted: &Value) -> Found {
    let matches = asked.world.graph.matching(resource_type, &[name], wanted);
    let may_be_null = wanted.as_unknown().is_some_and(|unknown| !unknown.not_null);
    let kept = asked.world.candidates(&matches.possible, may_be_null);
    let own = |index: usize| asked.world.graph.get(index)?.after.get(name);
    let is_whole = |index: &usize| {
        own(*index).is_none_or(|own| own.as_elements().is_none() && own.as_entries().is_none())
    };
    let mut definite = matches.definite;
    definite.retain(is_whole);
    if let Some(kept) = kept {
        let split = Split { definite, possible: kept.places.clone() };
        return Found { split: Arc::new(split), reason: kept.reason.clone(), kept: Some(kept) };
    }
    let mut split = Split { definite, possible: matches.possible.clone() };
    Arc::make_mut(&mut split.possible).retain(is_whole);
    if may_be_null {
        // The index knows no null, which this may turn out to be.
        let null = compared(asked, resource_type, name, &Value::NULL);
        split.may_also_be(&null.definite);
    }
    let reason = why(asked, &split.possible, name);
    if matches.is_common && asked.trace.is_none() {
        let (places, answer) = (split.possible.clone(), matches.possible);
        let values = Arc::new(values(asked, &places));
        let is_many = places.iter().any(|place| is_many(asked, *place));
        let reason = reason.clone();
        let candidates = Candidates { places, values, is_many, reason, answer };
        asked.world.keep_candidates(candidates, may_be_null);
    }
    Found::of(split, reason)
}

/// Candidates whose attribute equals a collection, an object or null; the second are not certain. Asked
/// once for each known value.
fn compared(asked: &Asked<'_>, resource_type: &str, name: &str, wanted: &Value) -> Arc<Split> {
    // Without conversion, and not kept for policies that convert.
    let exact = !asked.switches().refines;
    let key = (!exact && wanted.is_wholly_known())
        .then(|| format!("{resource_type} {name} {}", value::to_json(wanted)));
    if let Some(found) = key.as_ref().and_then(|key| asked.world.compared(key)) {
        return found;
    }
    let (mut definite, mut possible) = (Vec::new(), Vec::new());
    for &index in asked.world.graph.of_type(resource_type) {
        let Some(resource) = asked.world.graph.get(index) else { continue };
        let same = match resource.after.get(name) {
            Some(own) if exact => value::equal(&asked.shown(own), wanted).as_bool(),
            Some(own) => equal(own, wanted).as_bool(),
            None if resource.after.marks().has(Marks::OPEN) => None,
            None => Some(false),
        };
        match same {
            Some(true) => definite.push(index),
            Some(false) => {}
            None => possible.push(index),
        }
    }
    let split = Arc::new(Split { definite, possible: Arc::new(possible) });
    if let Some(key) = key {
        asked.world.keep_compared(key, split.clone());
    }
    split
}

/// Why it is not certain that the possible ones fit, where that is for what they have themselves.
fn why(asked: &Asked<'_>, possible: &[usize], name: &str) -> Option<Reason> {
    possible.iter().find_map(|&index| {
        let resource = asked.world.graph.get(index)?;
        resource.after.get(name)?.first_unknown().map(|unknown| unknown.reason.clone())
    })
}

/// Whether an attribute has a value. What is written out stands for a value of the attribute's own type:
/// an object for a map, a tuple for a list or set. Plain values are never converted.
pub(super) fn equal(own: &Value, wanted: &Value) -> Value {
    let is_text =
        |value: &Value| matches!(value.kind(), Kind::Bool(_) | Kind::Number(_) | Kind::String(_));
    let is_collection = wanted.as_elements().is_some() || wanted.as_entries().is_some();
    match is_plain(wanted) {
        true => value::equal(own, wanted),
        false if is_collection && is_text(own) => Value::from(false),
        false => {
            let wanted = value::convert(wanted, &own.ty()).unwrap_or_else(|_| wanted.clone());
            value::equal(own, &wanted)
        }
    }
}

pub(super) fn is_plain(value: &Value) -> bool {
    let of_type = |ty: &Type| matches!(ty, Type::Bool | Type::Number | Type::String | Type::Any);
    match value.kind() {
        Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => true,
        Kind::Unknown(unknown) => of_type(&unknown.ty),
        _ => false,
    }
}
