//! Short forms of plans into plans.
//!
//! ```json
//! {
//!   "aws_vpc.main": { "after": { "cidr_block": "10.0.0.0/16" }, "unknown": ["id"] },
//!   "aws_flow_log.main": { "unknown": ["vpc_id"], "refs": { "vpc_id": ["aws_vpc.main.id", "aws_vpc.main"] } },
//!   "provider.aws": { "region": { "constant_value": "eu-west-1" } },
//!   "module.net": { "source": "./net" },
//!   "@": { "complete": false }
//! }
//! ```

use serde_json::{Map, Value, json};

/// The plan. When it is `applied`, nothing changes any more.
pub(crate) fn plan(short: &str, applied: bool) -> String {
    let short: Map<String, Value> =
        serde_json::from_str(short).unwrap_or_else(|why| panic!("{why} in {short}"));
    let mut plan = json!({
        "format_version": "1.2",
        "terraform_version": "1.14.0",
        "resource_changes": [],
        "configuration": { "provider_config": {}, "root_module": { "resources": [], "module_calls": {} } },
    });
    for (address, entry) in &short {
        if address == "@" {
            for (name, value) in entry.as_object().unwrap() {
                plan[name] = value.clone();
            }
        } else if let Some(provider) = address.strip_prefix("provider.") {
            plan["configuration"]["provider_config"][provider] = configuration(provider, entry);
        } else if let Some(module) = address.strip_prefix("module.").filter(|m| !m.contains('.')) {
            plan["configuration"]["root_module"]["module_calls"][module] = entry.clone();
        } else {
            let changes = plan["resource_changes"].as_array_mut().unwrap();
            changes.push(change(address, entry, applied));
            let root = &mut plan["configuration"]["root_module"]["resources"];
            root.as_array_mut().unwrap().push(resource(address, entry));
        }
    }
    plan.to_string()
}

fn configuration(key: &str, entry: &Value) -> Value {
    let (name, alias) = key.split_once('.').unwrap_or((key, ""));
    let mut config = json!({
        "name": name,
        "full_name": format!("registry.terraform.io/hashicorp/{name}"),
        "expressions": entry,
    });
    if !alias.is_empty() {
        config["alias"] = json!(alias);
    }
    if let Some(version) = entry.get("@version") {
        config["version_constraint"] = version.clone();
        config["expressions"].as_object_mut().unwrap().remove("@version");
    }
    config
}

/// Type, name and key of an address in the root module; `data.` before it for a data source.
fn parts(address: &str) -> (&'static str, &str, &str, Option<Value>) {
    let (mode, rest) = match address.strip_prefix("data.") {
        Some(rest) => ("data", rest),
        None => ("managed", address),
    };
    let (ty, name) = rest.split_once('.').unwrap();
    let (name, key) = match name.split_once('[') {
        Some((name, key)) => (name, serde_json::from_str(key.trim_end_matches(']')).ok()),
        None => (name, None),
    };
    (mode, ty, name, key)
}

fn provider(ty: &str) -> String {
    format!("registry.terraform.io/hashicorp/{}", ty.split('_').next().unwrap())
}

fn change(address: &str, entry: &Value, applied: bool) -> Value {
    let (mode, ty, name, key) = parts(address);
    let default = match (applied, mode) {
        (_, "data") => "read",
        (true, _) => "no-op",
        (false, _) => "create",
    };
    let actions = entry.get("actions").cloned().unwrap_or_else(|| json!([default]));
    let has = |verb: &str| actions.as_array().unwrap().contains(&json!(verb));
    let after = entry.get("after").cloned().unwrap_or_else(|| json!({}));
    let is_gone = has("delete") && !has("create");
    let before = match entry.get("before") {
        Some(before) => before.clone(),
        None if has("no-op") => after.clone(),
        None => Value::Null,
    };
    let mut change = json!({
        "address": address,
        "mode": mode,
        "type": ty,
        "name": name,
        "provider_name": provider(ty),
        "change": {
            "actions": actions,
            "before": before,
            "after": if is_gone { Value::Null } else { after },
            "after_unknown": unknown(entry),
            "after_sensitive": entry.get("sensitive").cloned().unwrap_or(json!({})),
        },
    });
    if let Some(key) = key {
        change["index"] = key;
    }
    change
}

/// `unknown` is a mask, or the names of what is unknown.
fn unknown(entry: &Value) -> Value {
    match entry.get("unknown") {
        Some(Value::Array(names)) => {
            let names = names.iter().map(|name| (name.as_str().unwrap().to_owned(), json!(true)));
            Value::Object(names.collect())
        }
        Some(mask) => mask.clone(),
        None => json!({}),
    }
}

fn resource(address: &str, entry: &Value) -> Value {
    let (mode, ty, name, _) = parts(address);
    let mut expressions = Map::new();
    for (name, value) in entry.get("after").and_then(Value::as_object).into_iter().flatten() {
        if !value.is_array() && !value.is_object() {
            expressions.insert(name.clone(), json!({ "constant_value": value }));
        }
    }
    for (name, references) in entry.get("refs").and_then(Value::as_object).into_iter().flatten() {
        expressions.insert(name.clone(), json!({ "references": references }));
    }
    json!({
        "address": format!("{}{ty}.{name}", if mode == "data" { "data." } else { "" }),
        "mode": mode,
        "type": ty,
        "name": name,
        "provider_config_key": ty.split('_').next(),
        "expressions": expressions,
    })
}
