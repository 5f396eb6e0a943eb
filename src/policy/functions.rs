//! Functions that look at the graph: `core::getresources` and `core::getdatasource`; and the one that would
//! leave the machine.

use std::sync::Arc;

use crate::cloud;
use crate::diag::Problem;
use crate::eval::{Evaluated, Fault, Trace};
use crate::graph::Resource;
use crate::text::Span;
use crate::value::{self, Cause, Kind, Marks, Members, Reason, Type, Unknown, Value};

use super::considered;
use super::engine;
use super::scope::Asked;
use super::split::{Candidates, Split};

/// Calls a function of the policy language that needs more than its arguments.
pub(super) fn call(
    asked: &Asked<'_>,
    name: &str,
    arguments: &[Value],
    at: Span,
) -> Option<Evaluated> {
    if !asked.switches().extends
        && let Some(problem) = engine::refusal(name, arguments)
    {
        return Some(Err(Fault::new(problem, at)));
    }
    if let Some(name) = name.strip_prefix("cloud::") {
        let result = cloud::call(name, arguments)?;
        return Some(result.map_err(|problem| Fault::new(problem, at)));
    }
    match name {
        "getresources" => Some(get_resources(asked, arguments, at)),
        "getdatasource" | "gethttprequest" if asked.world.staged.is_some() => {
            Some(from_mocks(asked, name, arguments).map_err(|problem| Fault::new(problem, at)))
        }
        "getdatasource" => Some(get_data_source(asked, arguments, at)),
        "gethttprequest" => Some(get_http_request(arguments, at)),
        _ => None,
    }
}

/// `core::gethttprequest(url, headers)`: no request is ever made.
fn get_http_request(arguments: &[Value], at: Span) -> Evaluated {
    let ([url] | [url, _]) = arguments else {
        let problem = Problem::new("`gethttprequest` takes a URL and headers");
        return Err(Fault::new(problem, at));
    };
    let shown = match url.as_str().filter(|_| !url.is_sensitive()) {
        Some(url) => format!("\"{url}\""),
        None => "...".to_owned(),
    };
    let subject = format!("core::gethttprequest({shown})");
    Ok(unknown(Reason::new(Cause::RequestNotMade, subject, Some(at))))
}

/// `core::getdatasource(type, config)`: what the plan has read, or the configuration declares, with that
/// configuration. Others would have to be read from the cloud.
fn get_data_source(asked: &Asked<'_>, arguments: &[Value], at: Span) -> Evaluated {
    let fault = |message: &str| Fault::new(Problem::new(message), at);
    let (data_type, config) = match arguments {
        [data_type] => (data_type, &Value::NULL),
        [data_type, config] => (data_type, config),
        _ => return Err(fault("`getdatasource` takes a type and a configuration")),
    };
    let Some(data_type) = data_type.as_str() else {
        if let Some(open) = data_type.as_unknown() {
            return Ok(unknown(open.reason.clone()));
        }
        return Err(fault("the first argument of `getdatasource` is a data source's type"));
    };
    if let Some(open) = config.as_unknown() {
        return Ok(unknown(open.reason.clone()));
    }
    for &index in asked.world.graph.data_of_type(data_type) {
        let Some(source) = asked.world.graph.get(index) else { continue };
        match fits(source, config) {
            Some(true) => return Ok(asked.attributes_of(index)),
            Some(false) => {}
            // It may be this one, and then it is none of the others.
            None => {
                let own = source.after.first_unknown().or_else(|| config.first_unknown());
                let reason = own.map(|unknown| unknown.reason.clone());
                let reason = reason.unwrap_or_else(|| not_read(data_type, at));
                return Ok(unknown(reason));
            }
        }
    }
    Ok(unknown(not_read(data_type, at)))
}

fn not_read(data_type: &str, at: Span) -> Reason {
    let subject = format!("core::getdatasource(\"{data_type}\")");
    Reason::new(Cause::DataNotRead, subject, Some(at))
}

/// Whether a data source has all that a configuration says; `None` when that is not known.
fn fits(source: &Resource, config: &Value) -> Option<bool> {
    let mut decided = Some(true);
    for (name, wanted) in config.as_entries().into_iter().flatten() {
        if wanted.is_null() {
            continue;
        }
        let same = match source.after.get(name) {
            Some(own) => equal(own, wanted).as_bool(),
            None if source.after.marks().has(Marks::OPEN) => None,
            None => Some(false),
        };
        match same {
            Some(true) => {}
            Some(false) => return Some(false),
            None => decided = None,
        }
    }
    decided
}

/// Whether an attribute has a value. What is written out stands for a value of the attribute's own type:
/// an object for a map, a tuple for a list or set. Plain values are never converted.
fn equal(own: &Value, wanted: &Value) -> Value {
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

fn is_plain(value: &Value) -> bool {
    let of_type = |ty: &Type| matches!(ty, Type::Bool | Type::Number | Type::String | Type::Any);
    match value.kind() {
        Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => true,
        Kind::Unknown(unknown) => of_type(&unknown.ty),
        _ => false,
    }
}

/// `core::getresources(type, filter)`: resources of a type that fit the filter, by address. When
/// some may fit and it cannot be told, the list is known in part.
fn get_resources(asked: &Asked<'_>, arguments: &[Value], at: Span) -> Evaluated {
    let fault = |message: &str| Fault::new(Problem::new(message), at);
    let (resource_type, filter) = match arguments {
        [resource_type] => (resource_type, None),
        [resource_type, filter] => (resource_type, Some(filter)),
        _ => return Err(fault("`getresources` takes a type and a filter")),
    };
    let Some(resource_type) = resource_type.as_str() else {
        if let Some(open) = resource_type.as_unknown() {
            return Ok(unknown(open.reason.clone()));
        }
        return Err(fault("the first argument of `getresources` is a resource type"));
    };
    let found = match filter.map(Value::kind) {
        None | Some(Kind::Null) => return Ok(all(asked, resource_type)),
        Some(Kind::Map(entries) | Kind::Object(entries)) => {
            // Each entry is one look-up; the list of all is only made when there is none.
            let having = entries
                .iter()
                .map(|(name, wanted)| Found::having(asked, resource_type, name, wanted));
            match having.reduce(Found::and) {
                Some(found) => found,
                None => return Ok(all(asked, resource_type)),
            }
        }
        Some(Kind::Unknown(open)) => return Ok(unknown(open.reason.clone())),
        Some(_) => return Err(fault("the filter of `getresources` is an object")),
    };
    considered::listed(asked, resource_type, filter, &found.split);
    Ok(found.into_list(asked, resource_type))
}

/// Every instance of a type; the list is made once for a run.
fn all(asked: &Asked<'_>, resource_type: &str) -> Value {
    if asked.trace.is_none()
        && let Some(list) = asked.world.list(resource_type)
    {
        return list;
    }
    let definite = asked.world.graph.of_type(resource_type).to_vec();
    let found = Found::of(Split { definite, ..Split::default() }, None);
    considered::listed(asked, resource_type, None, &found.split);
    let list = found.into_list(asked, resource_type);
    if asked.trace.is_none() {
        asked.world.keep_list(resource_type, list.clone());
    }
    list
}

/// In a test nothing outside is asked.
fn from_mocks(asked: &Asked<'_>, name: &str, arguments: &[Value]) -> Result<Value, Problem> {
    let staged = asked.world.staged.filter(|_| name == "getdatasource");
    let Some(staged) = staged else {
        return Err(Problem::new(format!("`{name}` has no mock in tests")));
    };
    let [data_type, rest @ ..] = arguments else {
        return Err(Problem::new("`getdatasource` takes a type and a configuration"));
    };
    let Some(data_type) = data_type.as_str() else {
        return Err(Problem::new("the first argument of `getdatasource` is a data source's type"));
    };
    staged.data_source(data_type, rest.first().unwrap_or(&Value::NULL))
}

struct Found {
    split: Arc<Split>,
    /// Why the possible ones are not certain.
    reason: Option<Reason>,
    /// What may fit, where it was made before.
    kept: Option<Arc<Candidates>>,
}

impl Found {
    /// Those whose attribute has a value.
    fn having(asked: &Asked<'_>, resource_type: &str, name: &str, wanted: &Value) -> Self {
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

    fn of(split: Split, reason: Option<Reason>) -> Self {
        Self { split: Arc::new(split), reason, kept: None }
    }

    /// Those that are in both; certain where both are certain.
    fn and(self, other: Self) -> Self {
        Self::of(self.split.and(&other.split), self.reason.or(other.reason))
    }

    fn into_list(self, asked: &Asked<'_>, resource_type: &str) -> Value {
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

/// What is known of a list. One that stands for any number may be none, or several.
fn members(
    asked: &Asked<'_>,
    resource_type: &str,
    definite: &[usize],
    possible: &Arc<Vec<usize>>,
    kept: Option<Arc<Candidates>>,
) -> Members {
    let graph = asked.world.graph;
    let is_many = |place: &usize| graph.get(*place).is_some_and(Resource::is_any_number);
    let is_any_many =
        kept.as_ref().map_or_else(|| possible.iter().any(is_many), |kept| kept.is_many);
    let is_open =
        graph.open(resource_type).is_some() || is_any_many || definite.iter().any(is_many);
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
        let graph = asked.world.graph;
        let is_many = |place: &usize| graph.get(*place).is_some_and(Resource::is_any_number);
        let is_many = places.iter().any(is_many);
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

fn unknown(reason: Reason) -> Value {
    Value::unknown(Unknown::new(Type::Any, reason))
}
