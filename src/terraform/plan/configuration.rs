//! The plan's `configuration`: what was written, without values, places and instance keys.
//!
//! It repeats a module for each call of it. It lacks locals, `dynamic` blocks and `lifecycle`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::terraform::address::{Address, Mode};

use super::Str;
use super::change::mode;
use super::text::nullable;

/// The whole configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "a configuration (an object)")]
pub struct Configuration<'a> {
    /// Providers under keys that only [`ConfiguredResource::provider_config_key`] explains. A key
    /// may be missing.
    #[serde(borrow, deserialize_with = "nullable")]
    pub provider_config: BTreeMap<Str<'a>, ProviderConfig<'a>>,
    /// The root module.
    #[serde(borrow, deserialize_with = "nullable")]
    pub root_module: Module<'a>,
}

/// A provider block.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "a provider configuration (an object)")]
pub struct ProviderConfig<'a> {
    /// The local name.
    #[serde(borrow)]
    pub name: Option<Str<'a>>,
    /// `HOST/NAMESPACE/TYPE`, from Terraform 1.2 on.
    #[serde(borrow)]
    pub full_name: Option<Str<'a>>,
    /// The alias.
    #[serde(borrow)]
    pub alias: Option<Str<'a>>,
    /// The version constraint as written.
    #[serde(borrow)]
    pub version_constraint: Option<Str<'a>>,
    /// The module it stands in; `None` for the root module.
    #[serde(borrow)]
    pub module_address: Option<Str<'a>>,
    /// The arguments' expressions; see [`super::Expression`].
    #[serde(borrow)]
    pub expressions: Option<&'a RawValue>,
}

/// A module as it was written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "a module (an object)")]
pub struct Module<'a> {
    /// Resources, sorted so that [`Self::resource`] finds them.
    #[serde(borrow, deserialize_with = "nullable")]
    pub resources: Vec<ConfiguredResource<'a>>,
    /// Calls by name.
    #[serde(borrow, deserialize_with = "nullable")]
    pub module_calls: BTreeMap<Str<'a>, ModuleCall<'a>>,
    /// Outputs by name.
    #[serde(borrow, deserialize_with = "nullable")]
    pub outputs: BTreeMap<Str<'a>, Output<'a>>,
    /// Variables by name.
    #[serde(borrow, deserialize_with = "nullable")]
    pub variables: BTreeMap<Str<'a>, Variable<'a>>,
}

/// A `resource`, `data` or `ephemeral` block.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a configured resource (an object)")]
pub struct ConfiguredResource<'a> {
    /// Managed, data or ephemeral.
    #[serde(default, deserialize_with = "mode")]
    pub mode: Mode,
    /// The resource type.
    #[serde(borrow, rename = "type")]
    pub resource_type: Str<'a>,
    /// The name.
    #[serde(borrow)]
    pub name: Str<'a>,
    /// The key into [`Configuration::provider_config`].
    #[serde(borrow, default)]
    pub provider_config_key: Option<Str<'a>>,
    /// The arguments' expressions; see [`super::Expression`].
    #[serde(borrow, default)]
    pub expressions: Option<&'a RawValue>,
    /// The expression of `count`.
    #[serde(borrow, default)]
    pub count_expression: Option<&'a RawValue>,
    /// The expression of `for_each`.
    #[serde(borrow, default)]
    pub for_each_expression: Option<&'a RawValue>,
    /// Explicit dependencies, relative to the module.
    #[serde(borrow, default, deserialize_with = "nullable")]
    pub depends_on: Vec<Str<'a>>,
}

/// A `module` block with the module it calls.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "a module call (an object)")]
pub struct ModuleCall<'a> {
    /// The source as written.
    #[serde(borrow)]
    pub source: Option<Str<'a>>,
    /// The version constraint as written.
    #[serde(borrow)]
    pub version_constraint: Option<Str<'a>>,
    /// The inputs' expressions.
    #[serde(borrow)]
    pub expressions: Option<&'a RawValue>,
    /// The expression of `count`.
    #[serde(borrow)]
    pub count_expression: Option<&'a RawValue>,
    /// The expression of `for_each`.
    #[serde(borrow)]
    pub for_each_expression: Option<&'a RawValue>,
    /// What it calls.
    #[serde(borrow, deserialize_with = "nullable")]
    pub module: Module<'a>,
}

/// An `output` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an output (an object)")]
pub struct Output<'a> {
    /// The expression of `value`.
    #[serde(borrow)]
    pub expression: Option<&'a RawValue>,
    /// `sensitive = true`.
    #[serde(deserialize_with = "nullable")]
    pub sensitive: bool,
}

/// A `variable` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "a variable (an object)")]
pub struct Variable<'a> {
    /// The default as JSON; `None` also when it is null.
    #[serde(borrow)]
    pub default: Option<&'a RawValue>,
    /// `sensitive = true`: the plan's `variables` hold the value in clear all the same.
    #[serde(deserialize_with = "nullable")]
    pub sensitive: bool,
}

impl<'a> Configuration<'a> {
    /// The module under the calls of these names.
    pub fn module<'n>(&self, calls: impl IntoIterator<Item = &'n str>) -> Option<&Module<'a>> {
        calls.into_iter().try_fold(&self.root_module, |module, name| {
            Some(&module.module_calls.get(name)?.module)
        })
    }

    /// The block an instance comes from. None is legal: what is deleted or imported with generated
    /// configuration has no block.
    #[must_use]
    pub fn resource(&self, address: &Address) -> Option<&ConfiguredResource<'a>> {
        let module = self.module(address.module.names())?;
        module.resource(address.mode, &address.resource_type, &address.name)
    }

    /// Brings the resources of all modules into the order that [`Module::resource`] relies on.
    pub(super) fn sort(&mut self) {
        self.root_module.sort();
    }
}

impl<'a> Module<'a> {
    /// The resource of this name.
    #[must_use]
    pub fn resource(&self, mode: Mode, ty: &str, name: &str) -> Option<&ConfiguredResource<'a>> {
        let found =
            self.resources.binary_search_by(|resource| resource.identity().cmp(&(mode, ty, name)));
        self.resources.get(found.ok()?)
    }

    fn sort(&mut self) {
        self.resources.sort_by(|a, b| a.identity().cmp(&b.identity()));
        self.module_calls.values_mut().for_each(|call| call.module.sort());
    }
}

impl ConfiguredResource<'_> {
    fn identity(&self) -> (Mode, &str, &str) {
        (self.mode, &self.resource_type, &self.name)
    }
}
