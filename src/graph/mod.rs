//! One graph of resources, from a configuration or from a plan.
//!
//! A [`Resource`] is an instance: what it is, what happens to it, its attributes before and after.
//! [`Graph::matching`] finds the instances whose attribute has a value, before anybody knows the value:
//! an unknown `id` is the same as another place's unknown `id` of the same resource, and as the known
//! name that the resource will have. Where instances may be missing, [`Graph::open`] tells why.

mod assumed;
mod calls;
mod configured;
mod declared;
mod documents;
mod index;
mod join;
mod leaf;
mod names;
mod past;
mod planned;
mod provider;
mod reference;
mod refine;
mod resource;
#[cfg(test)]
mod tests;
mod unknowns;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::terraform::Realm;
use crate::terraform::address::{Address, Mode};
use crate::value::{Reason, Value};

pub use assumed::check_assumed;
pub use declared::{Declared, declarations};
pub use index::Matches;
pub use resource::{Resource, Source};

use index::Indexes;

/// The resources of a configuration or plan, in the order of their addresses.
#[derive(Debug, Default)]
pub struct Graph {
    resources: Vec<Resource>,
    declared: Vec<Declared>,
    by_address: HashMap<Arc<str>, usize>,
    /// By type, the managed instances that exist after the run.
    managed: BTreeMap<Arc<str>, Vec<usize>>,
    /// By type, the data sources.
    data: BTreeMap<Arc<str>, Vec<usize>>,
    open: Open,
    indexes: Indexes,
}

/// The resources in the order of their addresses, the first of each. Resources are large: each is
/// moved once.
fn sorted(resources: Vec<(Address, Resource)>) -> Vec<Resource> {
    let mut order: Vec<usize> = (0..resources.len()).collect();
    order.sort_by(|&a, &b| resources[a].0.cmp(&resources[b].0));
    order.dedup_by(|later, first| resources[*later].0 == resources[*first].0);
    let mut slots: Vec<Option<(Address, Resource)>> = resources.into_iter().map(Some).collect();
    order.into_iter().filter_map(|n| Some(slots[n].take()?.1)).collect()
}

/// The types of which instances may be missing.
#[derive(Debug, Default)]
struct Open {
    types: BTreeMap<Arc<str>, Reason>,
    every: Option<Reason>,
}

impl Graph {
    /// Puts resources in order. Of two with one address the first counts.
    fn new(mut resources: Vec<(Address, Resource)>, open: Open) -> Self {
        refine::identities(&mut resources);
        let resources = sorted(resources);
        let mut graph = Self { open, ..Self::default() };
        graph.by_address.reserve(resources.len());
        for (index, resource) in resources.iter().enumerate() {
            graph.by_address.insert(resource.address.clone(), index);
            if resource.mode == Mode::Data {
                graph.data.entry(resource.resource_type.clone()).or_default().push(index);
            }
            if resource.mode == Mode::Managed {
                let instances = graph.managed.entry(resource.resource_type.clone()).or_default();
                if !resource.after.is_null() {
                    instances.push(index);
                }
            }
        }
        graph.resources = resources;
        graph
    }

    /// A graph of resources that were made up, such as the mocks of a test.
    #[must_use]
    pub fn from_resources(resources: Vec<Resource>) -> Self {
        let addressed = |resource: Resource| {
            Address::parse(&resource.address).ok().map(|address| (address, resource))
        };
        Self::new(resources.into_iter().filter_map(addressed).collect(), Open::default())
    }

    /// The same, of which resources of every type may be missing for these reasons.
    #[must_use]
    pub fn with_missing(mut self, reasons: impl IntoIterator<Item = Reason>) -> Self {
        self.open.every = self.open.every.or_else(|| reasons.into_iter().next());
        self
    }

    /// What was indexed holds no more: values have changed.
    fn forget_indexes(&mut self) {
        self.indexes = Indexes::default();
    }

    /// All resources, in the order of their addresses: module, mode, type, name, key.
    #[must_use]
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The resource at a place in [`Self::resources`]; behind them stand provider configurations and
    /// module calls, as if they were resources.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Resource> {
        self.resources.get(index).or_else(|| Some(&self.declared_at(index)?.node))
    }

    /// Where in [`Self::resources`] an absolute address is.
    #[must_use]
    pub fn by_address(&self, address: &str) -> Option<usize> {
        self.by_address.get(address).copied()
    }

    /// The managed instances of a type that exist after the run, in order.
    #[must_use]
    pub fn of_type(&self, resource_type: &str) -> &[usize] {
        self.managed.get(resource_type).map_or(&[], Vec::as_slice)
    }

    /// The data sources of a type, in order.
    #[must_use]
    pub fn data_of_type(&self, data_type: &str) -> &[usize] {
        self.data.get(data_type).map_or(&[], Vec::as_slice)
    }

    /// The types of managed resources, also of those that will be gone, sorted.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.managed.keys().map(|name| &**name)
    }

    /// Why there may be instances of a type that the graph lacks; `None` when it has them all.
    #[must_use]
    pub fn open(&self, resource_type: &str) -> Option<&Reason> {
        self.open.types.get(resource_type).or(self.open.every.as_ref())
    }

    /// The instances of a type that exist after the run and have `value` at `path`: names of attributes
    /// and blocks. Lists and sets are flattened, on the way and in `value`, and one common element
    /// is enough. Null matches nothing.
    #[must_use]
    pub fn matching(&self, resource_type: &str, path: &[&str], value: &Value) -> Matches {
        self.index(resource_type, path).matching(self, value, None)
    }

    /// The same as asked by a resource: a name that only holds within a region or a project matches
    /// none that live in others.
    #[must_use]
    pub fn matching_for(
        &self,
        subject: usize,
        resource_type: &str,
        path: &[&str],
        value: &Value,
    ) -> Matches {
        let realm = self.get(subject).map(|resource| &resource.realm);
        let realm = realm.filter(|_| names::are_local(resource_type, path));
        self.index(resource_type, path).matching(self, value, realm)
    }

    /// Whether a resource lives surely elsewhere.
    fn is_apart(&self, index: usize, realm: &Realm) -> bool {
        self.get(index).is_some_and(|resource| resource.realm.is_apart(realm))
    }
}

impl Open {
    fn add(&mut self, resource_type: &Arc<str>, reason: impl FnOnce() -> Reason) {
        if !self.types.contains_key(resource_type) {
            self.types.insert(resource_type.clone(), reason());
        }
    }
}
