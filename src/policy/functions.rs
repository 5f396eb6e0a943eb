//! Functions that look at the graph: `core::getresources`, and those that would leave the machine.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cloud;
use crate::diag::Problem;
use crate::eval::{Evaluated, Fault};
use crate::text::Span;
use crate::value::{self, Cause, Kind, Reason, Type, Unknown, Value};

use super::considered;
use super::engine;
use super::scope::Asked;

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
        "getdatasource" | "gethttprequest" => {
            let subject = format!("core::{name}(...)");
            let reason = Reason::new(Cause::Impure, subject, Some(at));
            Some(Ok(Value::unknown(Unknown::new(Type::Any, reason))))
        }
        _ => {
            let result = cloud::call(name.strip_prefix("cloud::")?, arguments)?;
            Some(result.map_err(|problem| Fault::new(problem, at)))
        }
    }
}

/// `core::getresources(type, filter)`: resources of a type that fit the filter, by address. When
/// some may fit and it cannot be told, the list is unknown with the number that surely fit.
fn get_resources(asked: &Asked<'_>, arguments: &[Value], at: Span) -> Evaluated {
    let fault = |message: String| Fault::new(Problem::new(message), at);
    let (resource_type, filter) = match arguments {
        [resource_type] => (resource_type, None),
        [resource_type, filter] => (resource_type, Some(filter)),
        _ => return Err(fault("`getresources` takes a type and a filter".to_owned())),
    };
    let Some(resource_type) = resource_type.as_str() else {
        if let Some(unknown) = resource_type.as_unknown() {
            return Ok(Value::unknown(Unknown::new(Type::Any, unknown.reason.clone())));
        }
        return Err(fault("the first argument of `getresources` is a resource type".to_owned()));
    };
    let found = match filter.map(Value::kind) {
        None | Some(Kind::Null) => Found::all(asked, resource_type),
        Some(Kind::Map(entries) | Kind::Object(entries)) => {
            // Each entry is one look-up; the list of all is only made when there is none.
            let having = entries
                .iter()
                .map(|(name, wanted)| Found::having(asked, resource_type, name, wanted));
            having.reduce(Found::and).unwrap_or_else(|| Found::all(asked, resource_type))
        }
        Some(Kind::Unknown(unknown)) => {
            return Ok(Value::unknown(Unknown::new(Type::Any, unknown.reason.clone())));
        }
        Some(_) => return Err(fault("the filter of `getresources` is an object".to_owned())),
    };
    considered::listed(asked, resource_type, filter, &found.definite, &found.possible);
    Ok(found.into_list(asked, resource_type))
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
    definite: BTreeSet<usize>,
    possible: BTreeSet<usize>,
    /// Why the possible ones are not certain.
    reason: Option<Reason>,
}

impl Found {
    fn all(asked: &Asked<'_>, resource_type: &str) -> Self {
        let definite = asked.world.graph.of_type(resource_type).iter().copied().collect();
        Self { definite, possible: BTreeSet::new(), reason: None }
    }

    /// Those whose attribute has a value.
    fn having(asked: &Asked<'_>, resource_type: &str, name: &str, wanted: &Value) -> Self {
        let (definite, possible) = match wanted.kind() {
            _ if !asked.switches().refines => {
                compare(asked, asked.world.graph.of_type(resource_type), name, wanted)
            }
            Kind::Null | Kind::Map(_) | Kind::Object(_) => {
                compare(asked, asked.world.graph.of_type(resource_type), name, wanted)
            }
            _ => {
                let matches = asked.world.graph.matching(resource_type, &[name], wanted);
                (matches.definite.into_iter().collect(), matches.possible.into_iter().collect())
            }
        };
        let reason = why(asked, &possible, name, wanted);
        Self { definite, possible, reason }
    }

    /// Those that are in both; certain where both are certain.
    fn and(self, other: Self) -> Self {
        let definite: BTreeSet<usize> =
            self.definite.intersection(&other.definite).copied().collect();
        let either = |found: &Self| -> BTreeSet<usize> {
            found.definite.union(&found.possible).copied().collect()
        };
        let both = either(&self).intersection(&either(&other)).copied().collect::<BTreeSet<_>>();
        let possible = both.difference(&definite).copied().collect();
        Self { definite, possible, reason: self.reason.or(other.reason) }
    }

    fn into_list(self, asked: &Asked<'_>, resource_type: &str) -> Value {
        let open = asked.world.graph.open(resource_type);
        let reason = match (self.possible.is_empty(), open) {
            (true, None) => {
                let elements: Vec<Value> = self
                    .definite
                    .iter()
                    .map(|&index| asked.shown(&asked.attributes_of(index)))
                    .collect();
                return Value::list(elements);
            }
            (true, Some(open)) => open.clone(),
            (false, _) => self
                .reason
                .clone()
                .unwrap_or_else(|| Reason::new(Cause::ComputedAtApply, resource_type, None)),
        };
        let mut unknown = Unknown::new(Type::List(Arc::new(Type::Any)), reason).not_null();
        if asked.switches().refines {
            unknown.min_length = self.definite.len();
        }
        Value::unknown(unknown)
    }
}

/// Why it is not certain that the possible ones fit.
fn why(
    asked: &Asked<'_>,
    possible: &BTreeSet<usize>,
    name: &str,
    wanted: &Value,
) -> Option<Reason> {
    let own = possible.iter().find_map(|&index| {
        let resource = asked.world.graph.resources().get(index)?;
        resource.after.get(name)?.first_unknown().map(|unknown| unknown.reason.clone())
    });
    let asked_for = || wanted.first_unknown().map(|unknown| unknown.reason.clone());
    if possible.is_empty() { None } else { own.or_else(asked_for) }
}

/// Candidates whose attribute equals an object, map or null; the second are not certain.
fn compare(
    asked: &Asked<'_>,
    candidates: &[usize],
    name: &str,
    wanted: &Value,
) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let (mut definite, mut possible) = (BTreeSet::new(), BTreeSet::new());
    for &index in candidates {
        let Some(resource) = asked.world.graph.resources().get(index) else { continue };
        let Some(own) = resource.after.get(name).map(|own| asked.shown(own)) else { continue };
        // An object literal stands for a map or object of the attribute's own type.
        let converted = asked.switches().refines.then(|| value::convert(wanted, &own.ty()).ok());
        let equal = value::equal(&own, converted.flatten().as_ref().unwrap_or(wanted));
        match equal.as_bool() {
            Some(true) => definite.insert(index),
            Some(false) => false,
            None => possible.insert(index),
        };
    }
    (definite, possible)
}
