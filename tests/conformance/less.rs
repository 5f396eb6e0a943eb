//! Whoever knows less may say less, and nothing else: each value of each known plan is taken away in turn,
//! and a verdict may only become `unknown`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::case::Case;
use crate::run;

/// Verdicts by address, policy, and which of several it is.
type Verdicts = BTreeMap<(String, String, usize), &'static str>;

#[test]
fn knowing_less_gives_no_other_verdict() {
    let (mut tried, mut problems) = (0, Vec::new());
    for case in Case::all() {
        for section in ["plan", "applied"] {
            let Some(short) = case.section(section) else { continue };
            let short: Map<String, Value> = serde_json::from_str(short).unwrap();
            let known = run::verdicts(&case, &short, section == "applied");
            for (what, less) in with_less(&short) {
                tried += 1;
                let found = run::verdicts(&case, &less, section == "applied");
                let name = format!("{} {section} without {what}", case.name);
                problems.extend(differences(&known, &found).map(|line| format!("{name}: {line}")));
            }
        }
    }
    assert!(problems.is_empty(), "{} of {tried}\n{}", problems.len(), problems.join("\n"));
    assert!(tried > 100 || std::env::var_os("CASE").is_some(), "only {tried} values were there");
}

fn differences<'d>(
    known: &'d Verdicts,
    found: &'d Verdicts,
) -> impl Iterator<Item = String> + use<'d> {
    known.iter().filter_map(|(key, &before)| {
        let (address, part, _) = key;
        let after = found.get(key).copied().unwrap_or("nothing");
        // An error is no verdict; what is not known need not be one.
        let may = after == before || after == "unknown" || before == "error" || before == "unknown";
        (!may).then(|| format!("{address} {part}: {before}, then {after}"))
    })
}

/// Every plan in which one value is not known.
fn with_less(short: &Map<String, Value>) -> Vec<(String, Map<String, Value>)> {
    let mut all = Vec::new();
    // Instances of one block share its expressions, and the short form has room for those of one only.
    let is_plain = |address: &str| address != "@" && !address.contains('[');
    for (address, entry) in short.iter().filter(|(address, _)| is_plain(address)) {
        if address.starts_with("provider.") {
            for (name, value) in entry.as_object().unwrap() {
                if value.get("constant_value").is_some() && name != "alias" {
                    let mut less = short.clone();
                    less[address][name] = json!({ "references": ["data.a.b.c", "data.a.b"] });
                    all.push((format!("{address}.{name}"), less));
                }
            }
            continue;
        }
        let after = entry.get("after").and_then(Value::as_object);
        for name in after.into_iter().flat_map(Map::keys) {
            if let Some(entry) = without(entry, name) {
                let mut less = short.clone();
                less[address] = entry;
                all.push((format!("{address}.{name}"), less));
            }
        }
    }
    all
}

/// A resource of whose attribute only is known that it is written, and not by what.
fn without(entry: &Value, name: &str) -> Option<Value> {
    let mut mask = match entry.get("unknown") {
        Some(Value::Array(names)) => {
            names.iter().map(|name| (name.as_str().unwrap().to_owned(), json!(true))).collect()
        }
        Some(Value::Object(mask)) => mask.clone(),
        _ => Map::new(),
    };
    // What is partly unknown already is another case.
    if mask.contains_key(name) {
        return None;
    }
    mask.insert(name.to_owned(), json!(true));
    let mut entry = entry.clone();
    entry["after"].as_object_mut()?.remove(name);
    entry["unknown"] = Value::Object(mask);
    if entry.get("refs").is_none() {
        entry["refs"] = json!({});
    }
    entry["refs"][name] = json!(["var.one", "var.other"]);
    Some(entry)
}
