//! The resources of a module instance.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use crate::diag::Problem;
use crate::eval::Fault;
use crate::hcl::Block;
use crate::terraform::Realm;
use crate::terraform::address::{Key, Mode, dotted};
use crate::text::Span;
use crate::value::{Marks, Symbol, Value};

use super::absence::{absent, whole};
use super::body::Bodies;
use super::expansion::{Expansion, Repetition, expansion};
use super::instance::{Evaluation, ModuleInstance, Resource};
use super::layers::Layers;
use super::module::{BlockRef, ResourceName};
use super::scope::InstanceScope;

/// The instances of a resource block.
pub(super) struct Group {
    pub(super) expansion: Expansion,
    pub(super) instances: Vec<Resource>,
}

impl Evaluation<'_> {
    /// The instances of a resource; `None` while they are being evaluated (a cycle).
    pub(super) fn group(&self, id: usize, name: &ResourceName, depth: u32) -> Option<Rc<Group>> {
        let instance = self.instance(id);
        if let Some(group) = instance.resources.borrow().get(name) {
            return group.clone();
        }
        instance.resources.borrow_mut().insert(name.clone(), None);
        let at = *instance.module.resources.get(name)?;
        let block = at.of(&self.library.trees)?;
        self.open.borrow_mut().push(dotted(&instance.address, &short_name(name)));
        let group = Rc::new(self.resource(id, &instance, name, at, block, depth));
        self.open.borrow_mut().pop();
        instance.resources.borrow_mut().insert(name.clone(), Some(group.clone()));
        Some(group)
    }

    /// The error of a resource that is asked for while it is being evaluated.
    pub(super) fn resource_cycle(&self, id: usize, name: &ResourceName, at: Span) -> Box<Fault> {
        self.cycle(&self.instance(id).address, &short_name(name), at)
    }

    fn resource(
        &self,
        id: usize,
        instance: &ModuleInstance,
        name: &ResourceName,
        at: BlockRef,
        block: Block<'_>,
        depth: u32,
    ) -> Group {
        let scope = InstanceScope::new(self, id, Repetition::default());
        let layers = self.library.trees.layers_of(block);
        let expansion = expansion(&layers, &scope, depth, &mut |d| self.report(d));
        let expansion = match self.admitted(at, &layers, expansion) {
            Ok(expansion) => expansion,
            Err(reason) => {
                let expansion = Expansion::Unknown(reason);
                return Group { expansion, instances: Vec::new() };
            }
        };
        let ignored = ignored(&layers);
        let (mode, resource_type, _) = name;
        let resource_type: Arc<str> = Arc::from(resource_type.as_str());
        let short = short_name(name);
        let static_address: Arc<str> = dotted(&instance.static_address, &short).into();
        let wanted = self.options.wanted.of(&resource_type);
        let instances = expansion
            .repetitions()
            .into_iter()
            .map(|repetition| {
                let key = repetition.key.clone();
                let suffix = key.as_ref().map(Key::to_string).unwrap_or_default();
                let address: Arc<str> =
                    dotted(&instance.address, &format!("{short}{suffix}")).into();
                let scope = InstanceScope::new(self, id, repetition);
                let provider = self.provider(id, &resource_type, &layers, &scope, depth);
                let bodies = Bodies {
                    evaluation: self,
                    scope: &scope,
                    address: address.clone(),
                    resource_type: resource_type.clone(),
                    provider: &provider,
                    mode: *mode,
                    depth,
                    rounds: Cell::new(0),
                };
                let mut attrs = bodies.resource(block, wanted.as_ref());
                if *mode == Mode::Ephemeral {
                    attrs = attrs.with_marks(Marks::EPHEMERAL);
                }
                self.keep(&attrs);
                let mut resource = Resource {
                    address,
                    static_address: static_address.clone(),
                    module: instance.address.clone(),
                    mode: *mode,
                    resource_type: resource_type.clone(),
                    name: Arc::from(name.2.as_str()),
                    key,
                    provider,
                    realm: Realm::default(),
                    attrs,
                    block: at,
                    calls: instance.calls.clone(),
                    ignored: ignored.clone(),
                };
                resource.realm = self.realm(&resource);
                resource
            })
            .collect();
        Group { expansion, instances }
    }

    /// What is kept to the end takes memory: that much less may be made of what comes later.
    fn keep(&self, attrs: &Value) {
        const PART: usize = 5;
        let parts = attrs.weight_up_to(self.budget.value_parts);
        let parts = parts.unwrap_or(self.budget.value_parts);
        // Whoever needs more steps from now on says so.
        let _ = self.budget.take(parts.saturating_mul(PART) as u64);
    }

    /// An attribute of an evaluated resource, written or not.
    pub(super) fn attribute_of(&self, resource: &Resource, name: &str) -> Result<Value, Problem> {
        if let Some(value) = resource.attrs.get(name) {
            return Ok(value.clone().with_marks(resource.attrs.marks().travelling()));
        }
        let symbol = Symbol {
            address: resource.address.clone(),
            resource_type: resource.resource_type.clone(),
            attribute: Arc::from(name),
        };
        absent(self, resource, symbol, name)
    }

    /// A resource with every attribute of its schema.
    pub(super) fn whole(&self, resource: &Resource) -> Value {
        whole(self, resource)
    }
}

fn short_name((mode, resource_type, name): &ResourceName) -> String {
    match mode {
        Mode::Managed => format!("{resource_type}.{name}"),
        Mode::Data => format!("data.{resource_type}.{name}"),
        Mode::Ephemeral => format!("ephemeral.{resource_type}.{name}"),
    }
}

fn ignored(block: &Layers<'_>) -> Vec<String> {
    let attribute = block.lifecycle("ignore_changes");
    let Some(attribute) = attribute else { return Vec::new() };
    match attribute.expr().kind() {
        crate::hcl::Kind::Tuple(elements) => {
            elements.map(|element| element.text().to_owned()).collect()
        }
        _ => vec![attribute.expr().text().to_owned()],
    }
}
