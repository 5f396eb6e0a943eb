//! What is certain of an identity before it is known: it is there, and it is not empty.
//!
//! Policies guard against resources without one, as by `core::try(attrs.id, "") != ""`; without this
//! knowledge every such policy would stay undecided in a first plan.

use rayon::prelude::*;

use crate::terraform::address::{Address, Mode};
use crate::value::{Entries, Kind, Type, Unknown, Value, is_identity};

use super::resource::Resource;

/// Refines the identities in the attributes of all resources.
pub(super) fn identities(resources: &mut [(Address, Resource)]) {
    let managed = |(_, resource): &&mut (Address, Resource)| resource.mode == Mode::Managed;
    resources.par_iter_mut().filter(managed).for_each(|(_, resource)| {
        if let Some(refined) = refined(&resource.after) {
            resource.after = refined;
        }
    });
}

/// The value with its identities refined; `None` when there are none, and it stays as it is.
fn refined(value: &Value) -> Option<Value> {
    let all = |items: &[Value]| -> Option<Vec<Value>> {
        let new: Vec<Option<Value>> = items.iter().map(refined).collect();
        new.iter().any(Option::is_some).then(|| {
            let both = new.into_iter().zip(items);
            both.map(|(new, old)| new.unwrap_or_else(|| old.clone())).collect()
        })
    };
    let entries = |entries: &Entries| -> Option<Entries> {
        let new: Vec<Option<Value>> = entries.iter().map(|(_, value)| refined(value)).collect();
        new.iter().any(Option::is_some).then(|| {
            let both = new.into_iter().zip(entries);
            let both = both.map(|(new, (k, old))| (k.clone(), new.unwrap_or_else(|| old.clone())));
            both.collect()
        })
    };
    let kind = match value.kind() {
        Kind::Unknown(unknown) => {
            return Some(Value::unknown(identity(unknown)?))
                .map(|new| new.with_marks(value.marks()).with_origin(value.origin()));
        }
        Kind::List(items) => Kind::List(all(items)?.into()),
        Kind::Tuple(items) => Kind::Tuple(all(items)?.into()),
        // A set keeps its order: how an unknown element is refined takes no part in it.
        Kind::Set(items) => Kind::Set(all(items)?.into()),
        Kind::Map(map) => Kind::Map(entries(map)?),
        Kind::Object(map) => Kind::Object(entries(map)?),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => return None,
    };
    Some(Value::new(kind).with_marks(value.marks()).with_origin(value.origin()))
}

fn identity(unknown: &Unknown) -> Option<Unknown> {
    let symbol = unknown.symbol.as_ref()?;
    let is_text = matches!(unknown.ty, Type::String | Type::Any);
    if !is_text || unknown.min_length > 0 || !is_identity(&symbol.resource_type, &symbol.attribute)
    {
        return None;
    }
    let mut refined = unknown.clone().not_null();
    if unknown.ty == Type::String {
        refined.min_length = 1;
    }
    Some(refined)
}
