//! Whose attribute an unknown value of a plan is.
//!
//! A plan does not hold expressions, only what they mention. Where an argument mentions one attribute of
//! one thing, that attribute is followed: through arguments and outputs of modules, through the key
//! that both ends share, through further resources, to the one that makes the value.

use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::terraform::address::{Address, Key, Mode, ModulePath, ModuleStep};
use crate::terraform::plan::{
    Configuration, ConfiguredResource, Expression, Plan, ProviderConfig, ResourceChange, Step,
    Target, locate,
};
use crate::value::Value;

/// How far a value is followed.
const MAX_DEPTH: usize = 32;

/// An instance of the plan: a current object, never a deposed one.
pub(super) struct Instance<'p, 'a> {
    pub(super) address: Address,
    pub(super) number: usize,
    pub(super) change: &'p ResourceChange<'a>,
    block: Option<&'p ConfiguredResource<'a>>,
}

/// Everything that references are followed in.
pub(super) struct References<'p, 'a> {
    text: &'a str,
    configuration: Option<&'p Configuration<'a>>,
    pub(super) instances: Vec<Instance<'p, 'a>>,
    by_address: HashMap<&'p str, usize>,
}

/// Where a value comes from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Nothing is written for it: the provider decides.
    Provider,
    /// An attribute of the instance with this number.
    Attribute(usize, Vec<Step>),
    /// Something is written from which this cannot be told.
    Unclear,
}

/// Where an expression stands: what `each`, `count` and `var` mean in it.
#[derive(Clone)]
struct Place<'p> {
    module: ModulePath,
    key: Option<Key>,
    for_each: Option<&'p RawValue>,
}

/// What an expression is asked for: of its value the part under `tail`. The name of the argument tells
/// which identity is meant where the plan has lost that.
struct Question<'q> {
    name: &'q str,
    tail: Vec<Step>,
    depth: usize,
}

impl<'p> Instance<'p, '_> {
    /// The key of its provider configuration.
    pub(super) fn provider_config_key(&self) -> Option<&'p str> {
        self.block?.provider_config_key.as_deref()
    }
}

impl<'p, 'a> References<'p, 'a> {
    pub(super) fn new(plan: &'p Plan<'a>, text: &'a str, addresses: Vec<(usize, Address)>) -> Self {
        let configuration = plan.configuration.as_ref();
        let mut instances = Vec::with_capacity(addresses.len());
        let mut by_address = HashMap::with_capacity(addresses.len());
        for (number, address) in addresses {
            let Some(change) = plan.resource_changes.get(number) else { continue };
            by_address.insert(&*change.address, instances.len());
            let block = configuration.and_then(|configuration| configuration.resource(&address));
            instances.push(Instance { address, number, change, block });
        }
        Self { text, configuration, instances, by_address }
    }

    /// The provider configuration under a key.
    pub(super) fn provider_config(&self, key: &str) -> Option<&'p ProviderConfig<'a>> {
        self.configuration?.provider_config.get(key)
    }

    /// Whether the plan says what was written at all.
    pub(super) fn has_configuration(&self, instance: &Instance<'_, '_>) -> bool {
        instance.block.is_some()
    }

    /// Where the unknown value at a path of an instance comes from.
    pub(super) fn source(&self, instance: &Instance<'p, 'a>, path: &[Step]) -> Source {
        self.source_at(instance, path, 0)
    }

    /// The constant that is written for the value at a path of an instance.
    pub(super) fn constant(&self, instance: &Instance<'p, 'a>, path: &[Step]) -> Option<Value> {
        let expressions = instance.block?.expressions?;
        match Expression::find(expressions, path)? {
            (expression, []) => expression.constant_value(),
            _ => None,
        }
    }

    fn source_at(&self, instance: &Instance<'p, 'a>, path: &[Step], depth: usize) -> Source {
        if depth > MAX_DEPTH {
            return Source::Unclear;
        }
        let Some(block) = instance.block else { return Source::Provider };
        let found = block.expressions.and_then(|expressions| Expression::find(expressions, path));
        let Some((expression, rest)) = found else { return Source::Provider };
        // Of a list with one reference one element may come from it, but not two.
        let is_one = match rest {
            [] => true,
            [Step::Index(_)] => self.is_only_unknown(instance, path),
            _ => false,
        };
        if !is_one {
            return Source::Unclear;
        }
        let place = Place {
            module: instance.address.module.clone(),
            key: instance.address.key.clone(),
            for_each: block.for_each_expression,
        };
        let question = Question { name: last_name(path), tail: Vec::new(), depth };
        self.follow(&place, &expression, question).unwrap_or(Source::Unclear)
    }

    /// The one attribute that an expression comes to.
    fn follow(
        &self,
        place: &Place<'p>,
        expression: &Expression<'a>,
        question: Question<'_>,
    ) -> Option<Source> {
        let depth = question.depth + 1;
        if depth > MAX_DEPTH {
            return None;
        }
        let Some(single) = expression.single_reference() else {
            let (address, path) = self.indirect(place, expression, question)?;
            return self.arrive(&address, path, depth);
        };
        let mut path = single.attribute;
        path.extend(question.tail);
        match single.target {
            Target::Resource(relative) => {
                self.arrive(&Address { module: place.module.clone(), ..relative }, path, depth)
            }
            Target::Variable(name) => {
                let (step, parent) = place.module.0.split_last()?;
                let parent = ModulePath(parent.into());
                let module = self.configuration?.module(parent.names())?;
                let call = module.module_calls.get(&*step.name)?;
                let argument = [Step::Name(name)];
                let (argument, _) = Expression::find(call.expressions?, &argument)?;
                let place = Place {
                    module: parent,
                    key: step.key.clone(),
                    for_each: call.for_each_expression,
                };
                self.follow(&place, &argument, Question { name: question.name, tail: path, depth })
            }
            Target::Output { call, key, output } => {
                let step = ModuleStep { name: call, key };
                let module = ModulePath(place.module.0.iter().cloned().chain([step]).collect());
                let output = self.configuration?.module(module.names())?.outputs.get(&*output)?;
                let place = Place { module, key: None, for_each: None };
                let value = Expression::new(output.expression?);
                self.follow(&place, &value, Question { name: question.name, tail: path, depth })
            }
        }
    }

    /// References of which the plan does not keep the whole: `T.n[each.key].id`, `each.value.id`, and a
    /// whole object of which an attribute is taken elsewhere.
    fn indirect(
        &self,
        place: &Place<'p>,
        expression: &Expression<'a>,
        question: Question<'_>,
    ) -> Option<(Address, Vec<Step>)> {
        let references = expression.references();
        let texts: Vec<&str> = references.iter().map(|text| &**text).collect();
        if let ["each.value", ..] | [_, "each.value", ..] = *texts {
            return each_value(place, &texts, question);
        }
        let (whole, key) = match (&*texts, &place.key) {
            ([whole, "each.key"], Some(key @ Key::Str(_)))
            | ([whole, "count.index"], Some(key @ Key::Int(_))) => (whole, Some(key)),
            ([whole], _) => (whole, None),
            ([keyed, whole], _) if keyed.starts_with(whole) => (keyed, None),
            _ => return None,
        };
        let mut address = Address::parse(whole).ok()?;
        let path = match key {
            _ if !question.tail.is_empty() => question.tail,
            Some(_) => vec![Step::Name(lost_attribute(&address, question.name).into())],
            None => return None,
        };
        if let Some(key) = key {
            if address.key.is_some() {
                return None;
            }
            address.key = Some(key.clone());
        }
        Some((Address { module: place.module.clone(), ..address }, path))
    }

    /// An attribute of an instance: where the instance itself has it from, if not from the provider.
    fn arrive(&self, address: &Address, path: Vec<Step>, depth: usize) -> Option<Source> {
        let at = *self.by_address.get(&*address.to_string())?;
        let instance = self.instances.get(at)?;
        if instance.address.mode == Mode::Data {
            return Some(Source::Attribute(at, path));
        }
        // Known there and unknown here: the plan contradicts itself or the expression adds something.
        // What it mentions is still this one thing, and to doubt it would leave every question about
        // the type undecided.
        if !self.is_unknown(instance, &path) {
            return Some(Source::Attribute(at, path));
        }
        match self.source_at(instance, &path, depth) {
            Source::Provider => Some(Source::Attribute(at, path)),
            source => Some(source),
        }
    }

    fn is_unknown(&self, instance: &Instance<'p, 'a>, path: &[Step]) -> bool {
        self.mask(instance, path) == Some("true")
            || path.split_last().is_some_and(|(_, above)| {
                !above.is_empty() && self.mask(instance, above) == Some("true")
            })
    }

    /// Whether the list or set around an element has no other unknown.
    fn is_only_unknown(&self, instance: &Instance<'p, 'a>, path: &[Step]) -> bool {
        let list = path.split_last().and_then(|(_, list)| self.mask(instance, list));
        list.is_some_and(|list| list.matches("true").count() == 1)
    }

    /// What the mask of unknowns holds at a path, as JSON.
    fn mask(&self, instance: &Instance<'p, 'a>, path: &[Step]) -> Option<&'a str> {
        let mask = instance.change.change.after_unknown?;
        self.text.get(locate(self.text, mask, path)?)
    }
}

/// `each.value.id` where `for_each` is a resource: the instance of it that has the same key.
fn each_value(
    place: &Place<'_>,
    references: &[&str],
    question: Question<'_>,
) -> Option<(Address, Vec<Step>)> {
    let is_part = |other: &&str| references.first().is_some_and(|first| first.starts_with(*other));
    let rest = references.first()?.strip_prefix("each.value")?;
    if !references.iter().all(is_part) {
        return None;
    }
    let collection = Expression::new(place.for_each?).references();
    let [collection] = &*collection else { return None };
    let address = Address::parse(collection).ok().filter(|address| address.key.is_none())?;
    let mut path: Vec<Step> = match rest.strip_prefix('.') {
        // Longer ways are rare and have brackets to take apart.
        Some(name) if !name.contains(['.', '[']) => vec![Step::Name(name.into())],
        Some(_) => return None,
        None => Vec::new(),
    };
    path.extend(question.tail);
    let key = Some(place.key.clone()?);
    (!path.is_empty()).then(|| (Address { module: place.module.clone(), key, ..address }, path))
}

/// The attribute that stood behind `[each.key]`: that of a document is clear; of others it is the ARN
/// where the argument asks for one, else the `id`.
fn lost_attribute(address: &Address, argument: &str) -> &'static str {
    match (&*address.resource_type, address.mode) {
        ("aws_iam_policy_document", Mode::Data) => "json",
        ("google_iam_policy", Mode::Data) => "policy_data",
        _ if argument == "arn" || argument.ends_with("_arn") || argument.ends_with("_arns") => {
            "arn"
        }
        _ => "id",
    }
}

fn last_name(path: &[Step]) -> &str {
    let names = path.iter().rev().filter_map(|step| match step {
        Step::Name(name) => Some(&**name),
        Step::Index(_) => None,
    });
    names.into_iter().next().unwrap_or_default()
}
