//! The graph of an evaluated configuration.

use std::collections::HashMap;
use std::sync::Arc;

use crate::terraform::address::{Address, Mode, ModulePath};
use crate::terraform::config;
use crate::terraform::plan::Operation;
use crate::value::{Cause, Marks, Reason, Value};

use super::resource::{Resource, Source};
use super::{Graph, Open};

impl Graph {
    /// The graph of a configuration: every managed resource is created. What modules that are not on disk
    /// would add is told by [`Graph::with_missing`].
    #[must_use]
    pub fn from_configuration(resources: Vec<config::Resource>) -> Self {
        let mut open = Open::default();
        let mut modules = HashMap::new();
        let resources = resources.into_iter().map(|resource| {
            let resource = configured(resource);
            if resource.mode == Mode::Managed && resource.is_any_number() {
                let address = &*resource.address;
                let reason = || Reason::new(Cause::UnknownInstances, address, None);
                open.add(&resource.resource_type, reason);
            }
            (address_of(&resource, &mut modules), resource)
        });
        let resources = resources.collect();
        Self::new(resources, open)
    }
}

fn configured(resource: config::Resource) -> Resource {
    let managed = resource.mode == Mode::Managed;
    Resource {
        provider: resource.provider.provider_type.clone(),
        alias: resource.provider.alias.clone(),
        realm: resource.realm,
        assumed: assumed(&resource.attrs),
        address: resource.address,
        static_address: resource.static_address,
        module: resource.module,
        mode: resource.mode,
        resource_type: resource.resource_type,
        name: resource.name,
        key: resource.key,
        operations: if managed { vec![Operation::Create] } else { Vec::new() },
        after: resource.attrs,
        before: Value::NULL,
        source: Some(Source { block: resource.block, calls: resource.calls }),
        change: None,
        ignored: resource.ignored,
    }
}

/// What a value rests on that was only stated.
fn assumed(attrs: &Value) -> Vec<String> {
    if attrs.deep_marks().has(Marks::ASSUMED) {
        vec!["what was stated about the account (`--assume`) is so".to_owned()]
    } else {
        Vec::new()
    }
}

/// The address in parts, for ordering. The evaluation spells modules as they parse.
fn address_of(resource: &Resource, modules: &mut HashMap<Arc<str>, ModulePath>) -> Address {
    let parse = || ModulePath::parse(&resource.module).unwrap_or_default();
    Address {
        module: modules.entry(resource.module.clone()).or_insert_with(parse).clone(),
        mode: resource.mode,
        resource_type: resource.resource_type.clone(),
        name: resource.name.clone(),
        key: resource.key.clone(),
    }
}
