//! The graph of a plan.
//!
//! Each change is decoded on its own, in parallel, and only the wanted attributes of it. While decoding,
//! each unknown value gets what can be told of it: whose attribute it is, and of a policy document, what
//! it will say.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::diag::Diagnostic;
use crate::terraform::address::{Address, Mode};
use crate::terraform::plan::{
    Action, Make, Names, Path, Plan, RawObject, ResourceChange, StateResource, decode_object,
};
use crate::terraform::schema::{self, Block};
use crate::terraform::{Attributes, Realm, Wanted};
use crate::value::{self, Cause, Key, Origin, Reason, Unknown, Value, equivalents};

use super::documents::Documents;
use super::provider::Configured;
use super::reference::{Instance, References};
use super::resource::Resource;
use super::unknowns::Unknowns;
use super::{Graph, Open};

impl Graph {
    /// The graph of a plan, `text` being what it was decoded from. Deposed objects are left out; data
    /// sources are there without operations, those read while planning out of the prior state.
    #[must_use]
    pub fn from_plan(plan: &Plan<'_>, text: &str, wanted: &Wanted) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let references = References::new(plan, text, addresses(plan, &mut diagnostics));
        let types = Types::new(plan, wanted);
        let documents = Documents::new(&references);
        let decoder = Decoder { references: &references, types: &types, documents: &documents };
        let mut resources: Vec<(Address, Resource)> = references
            .instances
            .par_iter()
            .enumerate()
            .map_init(Names::default, |names, (at, instance)| decoder.resource(at, instance, names))
            .collect();
        resources.extend(unchanged(plan, text, wanted, &mut diagnostics));
        (Self::new(resources, open(plan)), diagnostics)
    }
}

/// The address of each change but those of deposed objects. Of two for one address the first counts.
pub(super) fn addresses(
    plan: &Plan<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(usize, Address)> {
    let current = plan.resource_changes.iter().enumerate();
    let current = current.filter(|(_, change)| change.deposed.is_none());
    let mut seen = HashSet::with_capacity(plan.resource_changes.len());
    let parsed = current.filter_map(|(number, change)| match change.parsed_address() {
        Ok(address) if seen.insert(address.clone()) => Some((number, address)),
        Ok(_) => {
            let message = format!("`{}` is there twice; the first one counts", change.address);
            diagnostics.push(Diagnostic::error(message));
            None
        }
        Err(problem) => {
            diagnostics.push(Diagnostic::error(problem.message));
            None
        }
    });
    parsed.collect()
}

/// The types of which the plan may not tell all instances.
fn open(plan: &Plan<'_>) -> Open {
    let mut open = Open::default();
    let part = |why: &str| Reason::new(Cause::IncompletePlan, why, None);
    if plan.damaged {
        open.every = Some(part("the plan cannot be read whole"));
    } else if plan.errored {
        open.every = Some(part("the plan is marked `errored`"));
    } else if plan.complete == Some(false) {
        open.every = Some(part("the plan is not complete"));
    }
    let deferred = plan.deferred_changes.iter().map(|deferred| &deferred.resource_change);
    let any_number = plan.resource_changes.iter().filter(|change| change.index_unknown);
    for change in deferred.chain(any_number).filter(|change| change.mode == Mode::Managed) {
        let reason = || Reason::new(Cause::UnknownInstances, &*change.address, None);
        open.add(&Arc::from(&*change.resource_type), reason);
    }
    open
}

/// What to decode, by type.
pub(super) struct Types<'p>(HashMap<(Mode, &'p str, &'p str), Type>);

pub(super) struct Type {
    name: Arc<str>,
    pub(super) schema: Option<Block>,
    after: Attributes,
    /// Decoded too, for the realm, and not kept.
    realm: Attributes,
    before: Attributes,
}

impl<'p> Types<'p> {
    pub(super) fn new(plan: &'p Plan<'_>, wanted: &Wanted) -> Self {
        let mut types = HashMap::new();
        for change in &plan.resource_changes {
            types
                .entry((change.mode, change.provider_type(), &*change.resource_type))
                .or_insert_with(|| {
                    let provider = change.provider_type();
                    Type::new(change.mode, provider, &change.resource_type, wanted)
                });
        }
        Self(types)
    }

    /// That of a change; each of them has one.
    pub(super) fn get(&self, change: &'p ResourceChange<'_>) -> Option<&Type> {
        self.0.get(&(change.mode, change.provider_type(), &*change.resource_type))
    }
}

impl Type {
    fn new(mode: Mode, provider: &str, name: &str, wanted: &Wanted) -> Self {
        let schema = match mode {
            Mode::Managed => schema::resource_of(provider, name).or_else(|| schema::resource(name)),
            Mode::Data => {
                schema::data_source_of(provider, name).or_else(|| schema::data_source(name))
            }
            Mode::Ephemeral => None,
        };
        let mut after = wanted.of(name).unwrap_or(Attributes::none());
        let realm: Attributes = ["project", "region", "zone"]
            .into_iter()
            .filter(|name| after != Attributes::none() && !after.contains(name))
            .filter(|name| schema.is_some_and(|schema| schema.attribute(name).is_some()))
            .collect();
        if mode == Mode::Managed {
            after.join(&spellings(name));
        }
        let before = wanted.prior_of(name).unwrap_or(Attributes::none());
        Self { name: name.into(), schema, after, realm, before }
    }

    /// What is decoded of an object.
    pub(super) fn all(&self) -> Attributes {
        let mut all = self.after.clone();
        all.join(&self.realm);
        all
    }
}

/// The attributes that are another spelling of `id`: others may be joined by them.
fn spellings(resource_type: &str) -> Attributes {
    let spellings: BTreeSet<Key> = equivalents(resource_type, "id").map(Key::from).collect();
    if spellings.len() > 1 { Attributes::Some(spellings) } else { Attributes::none() }
}

/// Makes resources of changes.
struct Decoder<'d, 'p, 'a> {
    references: &'d References<'p, 'a>,
    types: &'d Types<'p>,
    documents: &'d Documents,
}

impl<'p, 'a> Decoder<'_, 'p, 'a> {
    fn resource(
        &self,
        at: usize,
        instance: &Instance<'p, 'a>,
        names: &mut Names,
    ) -> (Address, Resource) {
        let change = instance.change;
        let Some(ty) = self.types.get(change) else {
            let provider = change.provider_type();
            let ty = Type::new(change.mode, provider, &change.resource_type, &Wanted::default());
            return self.of_type(at, instance, &ty, names);
        };
        self.of_type(at, instance, ty, names)
    }

    fn of_type(
        &self,
        at: usize,
        instance: &Instance<'p, 'a>,
        ty: &Type,
        names: &mut Names,
    ) -> (Address, Resource) {
        let change = instance.change;
        let mut resource = node(&instance.address, &change.address, change.provider_type());
        resource.resource_type = ty.name.clone();
        resource.operations = change.operations().to_vec();
        resource.change = Some(instance.number);
        resource.after = match self.documents.data(at) {
            Some(data) => data.clone(),
            None => {
                let mut unknowns =
                    Unknowns::new(self.references, self.documents, instance, &resource, ty.schema);
                let mut unknown = |path: &Path, ty| unknowns.unknown(path, ty);
                let object = match is_forgotten(change) {
                    true => change.change.before_object(),
                    false => change.change.after_object(),
                };
                let after = decode(object, &ty.all(), ty.schema, names, &mut unknown);
                resource.assumed = unknowns.assumed;
                after
            }
        };
        settle(&mut resource, self.references, instance, ty);
        resource.before =
            decode(change.change.before_object(), &ty.before, ty.schema, names, &mut |path, ty| {
                not_in_plan(&resource.address, path, ty)
            });
        (instance.address.clone(), resource)
    }
}

/// Gives a resource that was decoded with all attributes of its type its provider configuration.
pub(super) fn settle(
    resource: &mut Resource,
    references: &References<'_, '_>,
    instance: &Instance<'_, '_>,
    ty: &Type,
) {
    let configured = Configured::of(references, instance);
    resource.alias = configured.alias();
    let setting = |name: &str| configured.setting(name);
    resource.realm = Realm::of(&resource.resource_type, ty.schema, &resource.after, &setting);
    if ty.realm != Attributes::none() {
        resource.after = without(&resource.after, &ty.realm);
    }
}

/// What is only forgotten stays in the world as it is, and guards what it guards; nobody judges it.
fn is_forgotten(change: &ResourceChange<'_>) -> bool {
    let change = &change.change;
    change.has(&Action::Forget) && !change.has(&Action::Create) && !change.has(&Action::Delete)
}

/// Decodes the wanted attributes; without any, only whether the object exists.
pub(super) fn decode(
    object: RawObject<'_>,
    wanted: &Attributes,
    schema: Option<Block>,
    names: &mut Names,
    unknown: &mut dyn FnMut(&Path, value::Type) -> Unknown,
) -> Value {
    match object.values {
        None => Value::NULL,
        Some(_) if *wanted == Attributes::none() => Value::object(Vec::new()),
        // Told when the plan was decoded.
        Some(raw) if !raw.get().starts_with('{') => {
            Value::unknown(Unknown::new(value::Type::Any, Reason::new(Cause::Error, "", None)))
        }
        Some(_) => {
            let mut make = Make { unknown, origin: &mut |_| Origin::NONE };
            decode_object(object, wanted, schema, names, &mut make)
        }
    }
}

/// An object without some of its attributes.
fn without(object: &Value, names: &Attributes) -> Value {
    let Some(entries) = object.as_entries() else { return object.clone() };
    let kept = entries.iter().filter(|(name, _)| !names.contains(name)).cloned();
    Value::object(kept.collect::<Vec<_>>()).with_marks(object.marks()).with_origin(object.origin())
}

/// An unknown value where a plan has none, in what is there before.
pub(super) fn not_in_plan(address: &str, path: &Path, ty: value::Type) -> Unknown {
    Unknown::new(ty, Reason::new(Cause::NotInPlan, format!("{address}.{path}"), None))
}

/// A resource with nothing but its name.
pub(super) fn node(address: &Address, shown: &str, provider: &str) -> Resource {
    Resource {
        address: shown.into(),
        static_address: address.static_path().into(),
        module: address.module.to_string().into(),
        mode: address.mode,
        resource_type: address.resource_type.clone(),
        name: address.name.clone(),
        key: address.key.clone(),
        provider: provider.into(),
        alias: None,
        realm: Realm::default(),
        operations: Vec::new(),
        after: Value::NULL,
        before: Value::NULL,
        source: None,
        change: None,
        assumed: Vec::new(),
        ignored: Vec::new(),
    }
}

/// What the run leaves alone and the changes do not list: data sources that were read while planning
/// and, in a plan that is not complete, resources that are still configured.
fn unchanged(
    plan: &Plan<'_>,
    text: &str,
    wanted: &Wanted,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(Address, Resource)> {
    let (state, complaints) = plan.prior_resources(text);
    diagnostics.extend(complaints);
    let is_partial = plan.complete == Some(false);
    let mut listed = HashSet::new();
    if is_partial {
        listed.extend(plan.resource_changes.iter().map(|change| &*change.address));
    }
    let mut names = Names::default();
    let kept = state.iter().filter(|resource| match resource.mode {
        Mode::Data => true,
        Mode::Managed => {
            is_partial && resource.deposed_key.is_none() && !listed.contains(&*resource.address)
        }
        Mode::Ephemeral => false,
    });
    let resources = kept.filter_map(|resource| {
        let address = resource.parsed_address().ok()?;
        let is_configured =
            || plan.configuration.as_ref().is_some_and(|c| c.resource(&address).is_some());
        let is_there = resource.mode == Mode::Data || is_configured();
        is_there.then(|| of_state(resource, address.clone(), wanted, &mut names))
    });
    resources.collect()
}

pub(super) fn of_state(
    state: &StateResource<'_>,
    address: Address,
    wanted: &Wanted,
    names: &mut Names,
) -> (Address, Resource) {
    let provider = state.provider_name.as_deref().and_then(|name| name.rsplit('/').next());
    let first_word = || address.resource_type.split('_').next().unwrap_or_default();
    let provider = provider.unwrap_or_else(first_word);
    let mut resource = node(&address, &state.address, provider);
    let ty = Type::new(state.mode, provider, &state.resource_type, wanted);
    resource.after = decode(state.object(), &ty.after, ty.schema, names, &mut |path, ty| {
        not_in_plan(&state.address, path, ty)
    });
    (address, resource)
}
