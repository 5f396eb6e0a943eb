//! Resources of a state document, such as a plan's `prior_state`.
//!
//! The values of data sources that were read while planning stand only there.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::diag::Problem;
use crate::terraform::address::{Address, Key, Mode};

use super::Str;
use super::change::{key, mode};
use super::text::nullable;

/// A resource instance of a state.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a resource (an object)")]
pub struct StateResource<'a> {
    /// The absolute address as the state spells it.
    #[serde(borrow)]
    pub address: Str<'a>,
    /// Managed, data or ephemeral.
    #[serde(default, deserialize_with = "mode")]
    pub mode: Mode,
    /// The resource type.
    #[serde(borrow, rename = "type")]
    pub resource_type: Str<'a>,
    /// The name in the configuration.
    #[serde(borrow)]
    pub name: Str<'a>,
    /// The instance key.
    #[serde(default, deserialize_with = "key")]
    pub index: Option<Key>,
    /// As in a resource change.
    #[serde(borrow, default)]
    pub provider_name: Option<Str<'a>>,
    /// The key of a deposed object.
    #[serde(borrow, default)]
    pub deposed_key: Option<Str<'a>>,
    /// The object.
    #[serde(borrow, default)]
    pub values: Option<&'a RawValue>,
    /// Mask of what is sensitive in it.
    #[serde(borrow, default)]
    pub sensitive_values: Option<&'a RawValue>,
}

impl StateResource<'_> {
    /// The address in parts.
    pub fn parsed_address(&self) -> Result<Address, Problem> {
        Address::parse(&self.address)
    }
}

/// A whole state document.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "a state (an object)")]
pub(super) struct State<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    values: Values<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "the values of a state (an object)")]
struct Values<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    root_module: Module<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "a module (an object)")]
struct Module<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    resources: Vec<StateResource<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    child_modules: Vec<Module<'a>>,
}

impl<'a> State<'a> {
    /// All resources, parents before children.
    pub(super) fn into_resources(self) -> Vec<StateResource<'a>> {
        let mut resources = Vec::new();
        self.values.root_module.collect(&mut resources);
        resources
    }
}

impl<'a> Module<'a> {
    fn collect(self, into: &mut Vec<StateResource<'a>>) {
        into.extend(self.resources);
        for child in self.child_modules {
            child.collect(into);
        }
    }
}
