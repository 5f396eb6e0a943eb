//! What a test puts in place of the world: answers of data sources, and what mocks say of themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Problem;
use crate::value::{self, Entries, Key, Value};

/// What is staged for one run of policies.
#[derive(Clone, Debug, Default)]
pub(super) struct Staged {
    /// Data sources with their attributes, in the order in which they are asked.
    pub data: Vec<(Arc<str>, Value)>,
    /// Parts of `meta` by address.
    pub meta: BTreeMap<Arc<str>, Value>,
}

impl Staged {
    /// What reading a data source gives: the first of its type that has every entry of `config`.
    pub(super) fn data_source(&self, data_type: &str, config: &Value) -> Result<Value, Problem> {
        let wanted = match config.as_entries() {
            Some(entries) => entries.clone(),
            None if config.is_null() => Entries::from(Vec::new()),
            None => return Err(Problem::new("the configuration of a data source is an object")),
        };
        let has = |attrs: &Value| {
            wanted
                .iter()
                .all(|(name, wanted)| attrs.get(name).is_some_and(|own| is_equal(own, wanted)))
        };
        let of_type = || self.data.iter().filter(|(own, _)| **own == *data_type);
        if let Some((_, attrs)) = of_type().find(|(_, attrs)| has(attrs)) {
            return Ok(attrs.clone());
        }
        if of_type().next().is_none() {
            let problem = Problem::new(format!("no data source `{data_type}` is mocked"));
            return Err(problem.with_hint(format!("add a block `data \"{data_type}\" \"NAME\"`")));
        }
        let shown = |(name, value): &(Key, Value)| format!("`{name}` = {value:?}");
        let entries: Vec<String> = wanted.iter().map(shown).collect();
        let message = format!("no mock of data source `{data_type}` has {}", entries.join(" and "));
        Err(Problem::new(message))
    }

    /// `meta` of a resource with what its mock says over it.
    pub(super) fn meta(&self, address: &str, meta: Value) -> Value {
        match self.meta.get(address) {
            Some(over) => laid_over(&meta, over),
            None => meta,
        }
    }
}

/// What is written in a policy may have another type than what a schema made of the mock.
fn is_equal(own: &Value, wanted: &Value) -> bool {
    let wanted = value::convert(wanted, &own.ty()).unwrap_or_else(|_| wanted.clone());
    value::equal(own, &wanted).as_bool() == Some(true)
}

/// The entries of both; where both have one, those of the second, as deep as they are objects.
pub(super) fn laid_over(under: &Value, over: &Value) -> Value {
    let (Some(below), Some(above)) = (under.as_entries(), over.as_entries()) else {
        return over.clone();
    };
    let mut entries: Vec<(Key, Value)> = below
        .iter()
        .map(|(name, value)| match above.get(name) {
            Some(over) => (name.clone(), laid_over(value, over)),
            None => (name.clone(), value.clone()),
        })
        .collect();
    let new = above.iter().filter(|(name, _)| below.get(name).is_none());
    entries.extend(new.cloned());
    Value::object(entries)
}
