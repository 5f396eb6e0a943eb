//! Functions that look at the graph: `core::getresources` and `core::getdatasource`; and the one that would
//! leave the machine.

use crate::cloud;
use crate::diag::Problem;
use crate::eval::{Evaluated, Fault};
use crate::graph::Resource;
use crate::text::Span;
use crate::value::{Cause, Kind, Marks, Reason, Type, Unknown, Value};

use super::considered;
use super::engine;
use super::found::{Found, equal};
use super::scope::Asked;
use super::split::Split;

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

fn unknown(reason: Reason) -> Value {
    Value::unknown(Unknown::new(Type::Any, reason))
}
