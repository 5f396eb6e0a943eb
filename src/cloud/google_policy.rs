//! `data "google_iam_policy"` as the Google provider computes it: bindings sorted by role, members
//! sorted and each once, audit configurations behind them.

use crate::value::{Key, Type, Unknown, Value, order};

use super::{document_string, field};

/// The policy that the arguments of the data source make, as the string in `policy_data`.
#[must_use]
pub fn google_policy(arguments: &[(Key, Value)]) -> Value {
    let blocks = field(arguments, "binding").cloned().unwrap_or_else(|| Value::tuple([]));
    if let Some(unknown) = blocks.as_unknown() {
        return Value::unknown(Unknown::new(Type::String, unknown.reason.clone()).not_null());
    }
    let mut bindings: Vec<Value> =
        blocks.as_elements().unwrap_or_default().iter().map(binding).collect();
    bindings.sort_by(|a, b| match (a.get("role"), b.get("role")) {
        (Some(a), Some(b)) => order(a, b),
        _ => std::cmp::Ordering::Equal,
    });
    let content = Value::object(vec![(Key::from("bindings"), Value::tuple(bindings))]);
    document_string(content, crate::value::to_json)
}

fn binding(block: &Value) -> Value {
    let mut entries = Vec::new();
    if let Some(role) = block.get("role") {
        entries.push((Key::from("role"), role.clone()));
    }
    if let Some(members) = block.get("members") {
        let sorted = members.as_elements().map(|members| {
            let mut sorted = members.to_vec();
            sorted.sort_by(order);
            sorted.dedup_by(|a, b| order(a, b).is_eq());
            Value::tuple(sorted).with_origin(members_origin(block))
        });
        entries.push((Key::from("members"), sorted.unwrap_or_else(|| members.clone())));
    }
    let condition = block.get("condition").and_then(Value::as_elements).unwrap_or_default();
    if let Some(condition) = condition.first() {
        entries.push((Key::from("condition"), condition.clone()));
    }
    Value::object(entries).with_origin(block.origin())
}

fn members_origin(block: &Value) -> crate::value::Origin {
    block.get("members").map_or_else(|| block.origin(), Value::origin)
}
