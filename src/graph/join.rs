//! A plan joined with the source it was made from: values of the plan, places of the source.

use std::collections::HashMap;

use crate::terraform::config;
use crate::value::{Content, Kind, Text, Value};

use super::{Graph, Source};

impl Graph {
    /// Gives the resources of a plan their places in the configuration, and back what the plan JSON
    /// lost of their expressions: references behind unknown values and the known part of documents.
    ///
    /// Returns where the two say different things, `ADDRESS.attribute` or `ADDRESS`, sorted: then the
    /// plan was not made from this source as it is now.
    pub fn join(&mut self, resources: &[config::Resource]) -> Vec<String> {
        let mut differences = Vec::new();
        let written: HashMap<&str, &config::Resource> =
            resources.iter().map(|resource| (&*resource.address, resource)).collect();
        let blocks: HashMap<&str, &config::Resource> =
            resources.iter().map(|resource| (&*resource.static_address, resource)).collect();
        for planned in &mut self.resources {
            let exact = written.get(&*planned.address);
            let Some(source) = exact.or_else(|| blocks.get(&*planned.static_address)) else {
                continue;
            };
            planned.source = Some(Source { block: source.block, calls: source.calls.clone() });
            planned.ignored.clone_from(&source.ignored);
            if planned.alias == source.provider.alias {
                planned.realm = std::mem::take(&mut planned.realm).or(&source.realm);
            }
            if exact.is_some() && !planned.operations.is_empty() {
                differences.extend(difference(&planned.address, &planned.after, &source.attrs));
            }
            if exact.is_some() && !is_taken(&planned.after, &source.attrs) {
                planned.assumed.clear();
            }
            planned.after = overlay(&planned.after, &source.attrs);
        }
        self.forget_indexes();
        differences.sort();
        differences
    }
}

/// The first attribute that both know and tell differently. Providers normalise what they are given
/// (locations, JSON, case), so only plain values that differ in more than that count.
fn difference(address: &str, planned: &Value, written: &Value) -> Option<String> {
    let (planned, written) = (planned.as_entries()?, written.as_entries()?);
    let plain = |value: &Value| -> Option<String> {
        let text = match value.kind() {
            Kind::Bool(b) => b.to_string(),
            Kind::Number(number) => number.to_string(),
            Kind::String(text) => text.as_str().to_owned(),
            _ => return None,
        };
        let kept = text.chars().filter(|c| c.is_alphanumeric());
        Some(kept.flat_map(char::to_lowercase).collect())
    };
    let differs = |name: &&str| {
        let pair = (planned.get(name).and_then(plain), written.get(name).and_then(plain));
        matches!(pair, (Some(a), Some(b)) if a != b)
    };
    let name = written.iter().map(|(name, _)| &**name).find(differs)?;
    Some(format!("{address}.{name}"))
}

/// Whether something in a plan is taken to be an identity that the source does not name itself.
fn is_taken(planned: &Value, written: &Value) -> bool {
    if let Some(unknown) = planned.as_unknown() {
        let named = written.as_unknown().is_some_and(|written| written.symbol.is_some());
        return unknown.symbol.is_some() && !named;
    }
    if let Some(entries) = planned.as_entries() {
        return entries
            .iter()
            .any(|(name, value)| is_taken(value, written.get(name).unwrap_or(&Value::NULL)));
    }
    let others = written.as_elements().unwrap_or_default();
    let elements = planned.as_elements().unwrap_or_default();
    elements
        .iter()
        .enumerate()
        .any(|(n, value)| is_taken(value, others.get(n).unwrap_or(&Value::NULL)))
}

/// The planned value with the origins of the written one, as far as their shapes agree.
fn overlay(planned: &Value, written: &Value) -> Value {
    let kind = match (planned.kind(), written.kind()) {
        (Kind::Null, _) => return planned.clone().with_origin(written.origin()),
        // The expression knows more than the plan about what is unknown to both.
        (Kind::Unknown(plan), Kind::Unknown(source)) => {
            let mut unknown = (**plan).clone();
            if source.document.is_some() {
                unknown.document.clone_from(&source.document);
            }
            if source.symbol.is_some() {
                unknown.symbol.clone_from(&source.symbol);
            }
            if source.prefix.starts_with(&*unknown.prefix) {
                unknown.prefix.clone_from(&source.prefix);
            }
            return Value::unknown(unknown)
                .with_marks(planned.marks())
                .with_origin(written.origin());
        }
        // Terraform reads some documents at apply that follow from their arguments.
        (Kind::Unknown(plan), Kind::String(Text::Document(document))) => {
            let mut unknown = (**plan).clone();
            if let Content::Value(content) = &document.content {
                unknown.document = Some(content.clone());
            }
            return Value::unknown(unknown)
                .with_marks(planned.marks())
                .with_origin(written.origin());
        }
        (Kind::String(text), Kind::String(Text::Document(document)))
            if text.as_str() == &*document.text =>
        {
            return written.clone().with_marks(planned.marks());
        }
        (Kind::List(items), Kind::List(others) | Kind::Tuple(others)) => {
            Kind::List(pairs(items, others))
        }
        (Kind::Tuple(items), Kind::List(others) | Kind::Tuple(others)) => {
            Kind::Tuple(pairs(items, others))
        }
        (Kind::Set(items), Kind::Set(others)) => Kind::Set(
            items
                .iter()
                .enumerate()
                .map(|(n, item)| {
                    let same = others.iter().find(|other| *other == item);
                    // Elements with unknown parts are told apart by their place when numbers agree.
                    let same =
                        same.or_else(|| others.get(n).filter(|_| items.len() == others.len()));
                    same.map_or_else(|| item.clone(), |other| overlay(item, other))
                })
                .collect(),
        ),
        (Kind::Map(entries), Kind::Map(others) | Kind::Object(others)) => {
            Kind::Map(named(entries, others))
        }
        (Kind::Object(entries), Kind::Map(others) | Kind::Object(others)) => {
            Kind::Object(named(entries, others))
        }
        (kind, _) => kind.clone(),
    };
    Value::new(kind).with_marks(planned.marks()).with_origin(written.origin())
}

fn pairs(items: &[Value], others: &[Value]) -> std::sync::Arc<[Value]> {
    let same = items.len() == others.len();
    items
        .iter()
        .enumerate()
        .map(|(n, item)| match others.get(n).filter(|_| same) {
            Some(other) => overlay(item, other),
            None => item.clone(),
        })
        .collect()
}

fn named(entries: &crate::value::Entries, others: &crate::value::Entries) -> crate::value::Entries {
    entries
        .iter()
        .map(|(name, value)| match others.get(name) {
            Some(other) => (name.clone(), overlay(value, other)),
            None => (name.clone(), value.clone()),
        })
        .collect()
}
