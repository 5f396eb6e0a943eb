//! One instance of a resource: a node of the graph.

use std::sync::Arc;

use crate::terraform::Realm;
use crate::terraform::address::{Key, Mode};
use crate::terraform::config::BlockRef;
use crate::terraform::plan::Operation;
use crate::value::Value;

/// A resource instance with its attributes, wherever they come from. Only wanted attributes are there.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Absolute address.
    pub address: Arc<str>,
    /// Absolute address without keys.
    pub static_address: Arc<str>,
    /// Address of the module instance; empty for the root.
    pub module: Arc<str>,
    /// Managed, data or ephemeral.
    pub mode: Mode,
    /// Resource type.
    pub resource_type: Arc<str>,
    /// Name within the module.
    pub name: Arc<str>,
    /// Instance key.
    pub key: Option<Key>,
    /// The provider's type, `aws`.
    pub provider: Arc<str>,
    /// The alias of the provider configuration; `None` for a default one, or when it is not known.
    pub alias: Option<Arc<str>>,
    /// Where it lives: two resources of one name and different realms are two.
    pub realm: Realm,
    /// What happens to it; two for a replacement. Without any it is never checked by a policy.
    pub operations: Vec<Operation>,
    /// Attributes after the run; null when it will be gone.
    pub after: Value,
    /// Attributes before the run; null when it is new or comes from configuration.
    pub before: Value,
    /// Where in the configuration it is written.
    pub source: Option<Source>,
    /// Index into the plan's `resource_changes`.
    pub change: Option<usize>,
    /// What is taken to be so without proof, a sentence each.
    pub assumed: Vec<String>,
    /// Names in `lifecycle.ignore_changes`.
    pub ignored: Vec<String>,
}

/// Where a resource is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its block.
    pub block: BlockRef,
    /// The module calls that lead to it, outermost first.
    pub calls: Vec<BlockRef>,
}

impl Resource {
    /// Whether it stands for any number of instances, as with a `count` that is not known.
    #[must_use]
    pub fn is_any_number(&self) -> bool {
        is_any_number(&self.address)
    }
}

/// Whether an address has a key that is not known. A string key that looks like one counts too: the
/// outcome is then "possible" where it could be "definite".
pub(super) fn is_any_number(address: &str) -> bool {
    address.contains("[*]")
}
