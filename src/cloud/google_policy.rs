//! `data "google_iam_policy"` as the Google provider computes it: bindings sorted by role, members
//! sorted and each once, audit configurations behind them.

use crate::value::{Key, Type, Unknown, Value, order};

use super::{document_string, field};

/// The policy that the arguments of the data source make, as the string in `policy_data`. What is empty
/// is left out.
#[must_use]
pub fn google_policy(arguments: &[(Key, Value)]) -> Value {
    let blocks = |name| field(arguments, name).cloned().unwrap_or_else(|| Value::tuple([]));
    let (bindings, audits) = (blocks("binding"), blocks("audit_config"));
    if let Some(unknown) = bindings.as_unknown().or_else(|| audits.as_unknown()) {
        return Value::unknown(Unknown::new(Type::String, unknown.reason.clone()).not_null());
    }
    let mut bindings: Vec<Value> = elements(&bindings).iter().map(binding).collect();
    bindings.sort_by(|a, b| match (a.get("role"), b.get("role")) {
        (Some(a), Some(b)) => order(a, b),
        _ => std::cmp::Ordering::Equal,
    });
    let audits: Vec<Value> = elements(&audits).iter().map(audit).collect();
    let mut entries = Vec::new();
    push(&mut entries, "auditConfigs", Value::tuple(audits));
    push(&mut entries, "bindings", Value::tuple(bindings));
    document_string(Value::object(entries), crate::value::to_json)
}

fn binding(block: &Value) -> Value {
    let mut entries = Vec::new();
    let condition = block.get("condition").map(elements).unwrap_or_default();
    if let Some(condition) = condition.first().and_then(Value::as_entries) {
        let given = condition.iter().filter(|(_, value)| !is_empty(value));
        let given = given.map(|(name, value)| (name.clone(), value.clone()));
        entries.push((Key::from("condition"), Value::object(given.collect::<Vec<_>>())));
    }
    push_sorted(&mut entries, "members", block.get("members"));
    push_from(&mut entries, "role", block.get("role"));
    Value::object(entries).with_origin(block.origin())
}

fn audit(block: &Value) -> Value {
    let logs = block.get("audit_log_configs").map(elements).unwrap_or_default();
    let logs = logs.iter().map(|log| {
        let mut entries = Vec::new();
        push_sorted(&mut entries, "exemptedMembers", log.get("exempted_members"));
        push_from(&mut entries, "logType", log.get("log_type"));
        Value::object(entries).with_origin(log.origin())
    });
    let mut entries = Vec::new();
    push(&mut entries, "auditLogConfigs", Value::tuple(logs.collect::<Vec<_>>()));
    push_from(&mut entries, "service", block.get("service"));
    Value::object(entries).with_origin(block.origin())
}

fn push_sorted(entries: &mut Vec<(Key, Value)>, name: &str, members: Option<&Value>) {
    let sorted = members.map(|members| match members.as_elements() {
        Some(elements) => {
            let mut sorted = elements.to_vec();
            sorted.sort_by(order);
            sorted.dedup_by(|a, b| order(a, b).is_eq());
            Value::tuple(sorted).with_origin(members.origin())
        }
        None => members.clone(),
    });
    push_from(entries, name, sorted.as_ref());
}

fn push_from(entries: &mut Vec<(Key, Value)>, name: &str, value: Option<&Value>) {
    if let Some(value) = value {
        push(entries, name, value.clone());
    }
}

fn push(entries: &mut Vec<(Key, Value)>, name: &str, value: Value) {
    if !is_empty(&value) {
        entries.push((Key::from(name), value));
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null()
        || value.as_str() == Some("")
        || value.as_elements().is_some_and(<[Value]>::is_empty)
}

fn elements(value: &Value) -> &[Value] {
    value.as_elements().unwrap_or_default()
}
