//! Facts about clouds as pure functions over values: what a policy document grants, and to whom;
//! which sources are the Internet; which ports a rule admits.
//!
//! Policies call the functions of `FUNCTIONS` as `cloud::NAME(...)`. They return offending parts of
//! their arguments as they are, with origins and marks, because reports point at them. With a
//! definite offender the list is known; else it is unknown when something undecided could be one.

mod address;
mod answer;
mod aws_access;
mod aws_policy_document;
mod condition;
mod given;
mod google_policy;
mod member;
mod pattern;
mod port;
mod shadow;
mod source;
mod statement;
mod trust;

#[cfg(test)]
mod tests;

pub use aws_policy_document::aws_policy_document;
pub use google_policy::google_policy;

use std::sync::Arc;

use crate::diag::Problem;
use crate::value::{Content, Document, Key, Kind, Text, Type, Unknown, Value};

type Function = fn(&[Value]) -> Result<Value, Problem>;

/// The functions by name, in order.
const FUNCTIONS: [(&str, Function); 12] = [
    ("admits_port", port::admits_port),
    ("aws_admin_actions", aws_access::admin_actions),
    ("aws_conditional_admin_actions", aws_access::conditional_admin_actions),
    ("aws_open_trust", aws_access::open_trust),
    ("aws_public_principals", aws_access::public_principals),
    ("azure_open_sources", shadow::azure_open_sources),
    ("broad_sources", source::broad_sources),
    ("gcp_open_sources", shadow::gcp_open_sources),
    ("given", given::given),
    ("open_sources", source::open_sources),
    ("port_ranges_admit", port::port_ranges_admit),
    ("public_members", member::public_members),
];

/// Calls a function by its name without `cloud::`; `None` when there is none of that name.
#[must_use]
pub fn call(name: &str, arguments: &[Value]) -> Option<Result<Value, Problem>> {
    let (name, function) = FUNCTIONS.iter().find(|(known, _)| *known == name)?;
    Some(function(arguments).map_err(|problem| Problem {
        message: format!("`cloud::{name}`: {}", problem.message),
        ..problem
    }))
}

/// Names of the functions, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|(name, _)| *name)
}

fn field<'v>(entries: &'v [(Key, Value)], name: &str) -> Option<&'v Value> {
    entries.iter().rev().find(|(key, _)| &**key == name).map(|(_, value)| value)
}

/// A string that holds a document: known with its content, or unknown with the part that is known.
fn document_string(content: Value, text: impl FnOnce(&Value) -> String) -> Value {
    let marks = content.deep_marks();
    let origin = content.origin();
    let value = match content.first_unknown() {
        Some(unknown) => {
            let mut result = Unknown::new(Type::String, unknown.reason.clone()).not_null();
            result.document = Some(content);
            Value::unknown(result)
        }
        None => {
            let document =
                Document { text: text(&content).into(), content: Content::Value(content) };
            Value::new(Kind::String(Text::Document(Arc::new(document))))
        }
    };
    value.with_marks(marks).with_origin(origin)
}

/// What a known string holds as JSON; nothing when it does not.
fn json_content(value: &Value) -> Option<Value> {
    let Kind::String(text) = value.kind() else { return None };
    if let Text::Document(document) = text
        && let Content::Value(content) = &document.content
    {
        return Some(content.clone());
    }
    crate::value::from_json(text.as_str()).ok()
}
