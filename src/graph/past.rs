//! The graph of what is there before a plan is applied.
//!
//! Every instance that exists stands in it with its attributes of today and the address that it will
//! have, so that one asks for the same resource before and after. Nothing in it is unknown but what
//! the plan does not tell.

use std::collections::HashSet;

use rayon::prelude::*;

use crate::terraform::Wanted;
use crate::terraform::address::{Address, Mode};
use crate::terraform::plan::{Names, Operation, Plan};
use crate::value::{Cause, Reason, Type, Unknown, Value};

use super::planned::{Types, addresses, decode, node, not_in_plan, of_state, settle};
use super::reference::{Instance, References};
use super::resource::Resource;
use super::{Graph, Open};

impl Graph {
    /// The graph of what is there before a plan is applied, `text` being what it was decoded from. What
    /// is wrong in the plan is told by [`Graph::from_plan`].
    #[must_use]
    pub fn before_plan(plan: &Plan<'_>, text: &str, wanted: &Wanted) -> Self {
        let types = Types::new(plan, wanted);
        let references = References::new(plan, text, addresses(plan, &mut Vec::new()));
        let mut resources: Vec<(Address, Resource)> = references
            .instances
            .par_iter()
            .filter(|instance| instance.address.mode == Mode::Managed)
            .map_init(Names::default, |names, instance| {
                let resource = past(instance, &references, &types, names)?;
                Some((instance.address.clone(), resource))
            })
            .flatten()
            .collect();
        // A whole plan lists everything that is there.
        let is_partial = plan.damaged || plan.errored || plan.complete == Some(false);
        if is_partial {
            resources.extend(unlisted(plan, text, wanted));
        }
        let mut open = Open::default();
        if plan.damaged || (is_partial && !plan.has_prior_state()) {
            let why = "the plan does not tell all that is there";
            open.every = Some(Reason::new(Cause::IncompletePlan, why, None));
        }
        Self::new(resources, open)
    }
}

/// The instance of a change as it is there; `None` when it is not.
fn past<'p>(
    instance: &Instance<'p, '_>,
    references: &References<'p, '_>,
    types: &Types<'p>,
    names: &mut Names,
) -> Option<Resource> {
    let change = instance.change;
    let mut resource = node(&instance.address, &change.address, change.provider_type());
    resource.operations = vec![Operation::NoOp];
    resource.change = Some(instance.number);
    if change.change.before.is_none() {
        // What is imported is there, also when its identity is not known yet.
        change.change.importing?;
        let reason = Reason::new(Cause::NotInPlan, &*change.address, None);
        resource.after = Value::unknown(Unknown::new(Type::Any, reason));
        return Some(resource);
    }
    let ty = types.get(change)?;
    resource.after =
        decode(change.change.before_object(), &ty.all(), ty.schema, names, &mut |path, ty| {
            not_in_plan(&resource.address, path, ty)
        });
    settle(&mut resource, references, instance, ty);
    Some(resource)
}

/// What a plan that is not whole leaves out, as the prior state has it.
fn unlisted(plan: &Plan<'_>, text: &str, wanted: &Wanted) -> Vec<(Address, Resource)> {
    let (state, _) = plan.prior_resources(text);
    if state.is_empty() {
        return Vec::new();
    }
    let listed: HashSet<&str> = plan.resource_changes.iter().map(|c| &*c.address).collect();
    let mut names = Names::default();
    let unlisted = state.iter().filter(|resource| {
        resource.mode == Mode::Managed
            && resource.deposed_key.is_none()
            && !listed.contains(&*resource.address)
    });
    let resources = unlisted.filter_map(|resource| {
        let address = resource.parsed_address().ok()?;
        Some(of_state(resource, address, wanted, &mut names))
    });
    resources.collect()
}
