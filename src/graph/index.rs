//! Finding resources by the value of an attribute.
//!
//! There is an index for each type and path that was ever asked for, made at the first question. What it
//! answers does not depend on which questions came before. A known value and an identity are looked up;
//! unknown values stand in groups, so that one comparison speaks for all that are alike.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::terraform::Realm;
use crate::value::{Prefix, Type, Unknown, Value, equal, equivalents, order};

use super::Graph;
use super::leaf::{Class, Leaf, Owner, flatten};
use super::names;

/// The resources that have a value, as indices into [`Graph::resources`], in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// They have it.
    pub definite: Vec<usize>,
    /// They may have it; none of these is definite. One list serves all who ask the same.
    pub possible: Arc<Vec<usize>>,
    /// Whether it is one list for many who ask.
    pub is_common: bool,
}

/// The indexes made so far, by type and path.
#[derive(Debug, Default)]
pub(super) struct Indexes(Mutex<HashMap<String, Slot>>);

type Slot = Arc<OnceLock<Arc<Index>>>;

/// The values at one path of all instances of a type.
#[derive(Debug, Default)]
pub(super) struct Index {
    known: BTreeMap<Exact, Vec<usize>>,
    owners: HashMap<Owner, Vec<usize>>,
    groups: BTreeMap<Alike, Group>,
    /// Objects with unknown parts, which are compared one by one.
    partial: Vec<(Value, usize)>,
    /// Instances that stand for any number, none among them.
    any_number: Vec<usize>,
    /// For an unknown value, the instances that may have it.
    may_be: Mutex<BTreeMap<Alike, Arc<Vec<usize>>>>,
    /// The instances of several groups, by the groups' places.
    unions: Mutex<BTreeMap<Vec<usize>, Arc<Vec<usize>>>>,
}

/// Everything about an unknown value that a comparison looks at, but for whose it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    class: Option<Class>,
    ty: Type,
    not_null: bool,
    prefix: Prefix,
    lengths: (usize, Option<usize>),
}

#[derive(Debug)]
struct Group {
    sample: Value,
    instances: Vec<usize>,
}

/// A wholly known value, in the order of values.
#[derive(Debug)]
struct Exact(Value);

impl Graph {
    /// The index for a type and path, made when it is not there yet.
    pub(super) fn index(&self, resource_type: &str, path: &[&str]) -> Arc<Index> {
        let name = format!("{resource_type} {}", path.join("."));
        let mut indexes = self.indexes.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = indexes.entry(name).or_default().clone();
        drop(indexes);
        slot.get_or_init(|| Arc::new(Index::new(self, resource_type, path))).clone()
    }

    /// Whether a known value is the identity of some resource of the class: then it is that of no other.
    fn is_taken(&self, class: &Class, value: &Exact) -> bool {
        class.is_identity()
            && equivalents(&class.resource_type, &class.attribute)
                .any(|name| self.index(&class.resource_type, &[name]).known.contains_key(value))
    }
}

impl Index {
    fn new(graph: &Graph, resource_type: &str, path: &[&str]) -> Self {
        let mut index = Self::default();
        let mut values = Vec::new();
        for &instance in graph.of_type(resource_type) {
            let Some(resource) = graph.get(instance) else { continue };
            if resource.is_any_number() {
                index.any_number.push(instance);
            }
            flatten(&resource.after, path, &mut values);
            for value in values.drain(..) {
                index.add(graph.leaf(value), instance);
            }
        }
        index
    }

    fn add(&mut self, leaf: Leaf, instance: usize) {
        match leaf {
            Leaf::Known(value) => push(self.known.entry(Exact(value)).or_default(), instance),
            Leaf::Symbol(owner, value) => {
                self.add_unknown(Some(owner.class.clone()), value, instance);
                push(self.owners.entry(owner).or_default(), instance);
            }
            Leaf::Unknown(value) => self.add_unknown(None, value, instance),
            Leaf::Partial(value) => self.partial.push((value, instance)),
        }
    }

    fn add_unknown(&mut self, class: Option<Class>, sample: Value, instance: usize) {
        let Some(alike) = Alike::new(class, &sample) else { return };
        let group = || Group { sample, instances: Vec::new() };
        push(&mut self.groups.entry(alike).or_insert_with(group).instances, instance);
    }

    /// The instances that have one of the values; where that is a name of a realm, those of no other.
    pub(super) fn matching(&self, graph: &Graph, value: &Value, realm: Option<&Realm>) -> Matches {
        let mut values = Vec::new();
        flatten(value, &[], &mut values);
        let is_one = values.len() == 1;
        let mut found = Found::default();
        for value in values {
            match graph.leaf(value) {
                Leaf::Known(value) if is_one && self.is_plain(realm, &value) => {
                    let value = Exact(value);
                    let definite = self.known.get(&value).cloned().unwrap_or_default();
                    let possible = self.of_groups(graph, &value);
                    if definite.iter().all(|at| self.is_apart(*at, &possible)) {
                        return Matches { definite, possible, is_common: true };
                    }
                    found.definite.extend(definite);
                    found.possible.extend(possible.iter());
                }
                Leaf::Known(value) => self.of_known(graph, value, realm, &mut found),
                Leaf::Symbol(owner, value) => {
                    found.definite.extend(self.owners.get(&owner).into_iter().flatten());
                    let possible = self.of_unknown(graph, Some(owner.class), &value);
                    if is_one && found.definite.iter().all(|at| self.is_apart(*at, &possible)) {
                        return Matches { definite: found.definite, possible, is_common: true };
                    }
                    found.possible.extend(possible.iter());
                }
                Leaf::Unknown(value) => {
                    let possible = self.of_unknown(graph, None, &value);
                    if is_one {
                        return Matches { definite: Vec::new(), possible, is_common: true };
                    }
                    found.possible.extend(possible.iter());
                }
                Leaf::Partial(value) => self.of_partial(&value, &mut found),
            }
        }
        self.finished(found)
    }

    /// Whether a value is compared with nothing but whole values of all instances.
    fn is_plain(&self, realm: Option<&Realm>, value: &Value) -> bool {
        self.partial.is_empty() && realm.is_none_or(|_| !names::is_local(value))
    }

    /// Whether an instance surely is there, and not among others.
    fn is_apart(&self, instance: usize, others: &[usize]) -> bool {
        self.any_number.binary_search(&instance).is_err()
            && others.binary_search(&instance).is_err()
    }

    /// The instances whose unknown value may be a known one: one list for all who meet the same groups.
    fn of_groups(&self, graph: &Graph, value: &Exact) -> Arc<Vec<usize>> {
        let is_taken =
            |class: &Option<Class>| class.as_ref().is_some_and(|c| graph.is_taken(c, value));
        self.union(|alike, group| may_equal(&group.sample, &value.0) && !is_taken(&alike.class))
    }

    /// The instances of some of the groups.
    fn union(&self, is_met: impl Fn(&Alike, &Group) -> bool) -> Arc<Vec<usize>> {
        let met = self.groups.iter().enumerate().filter(|(_, (alike, group))| is_met(alike, group));
        let met: Vec<usize> = met.map(|(number, _)| number).collect();
        let kept = || self.unions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept().get(&met) {
            return found.clone();
        }
        let groups = self.groups.values().enumerate().filter(|(n, _)| met.binary_search(n).is_ok());
        let mut all: Vec<usize> =
            groups.flat_map(|(_, group)| group.instances.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        kept().entry(met).or_insert(Arc::new(all)).clone()
    }

    fn of_known(&self, graph: &Graph, value: Value, realm: Option<&Realm>, matches: &mut Found) {
        let realm = realm.filter(|_| names::is_local(&value));
        let is_near = |at: &usize| realm.is_none_or(|realm| !graph.is_apart(*at, realm));
        let value = Exact(value);
        let known = self.known.get(&value).into_iter().flatten();
        matches.definite.extend(known.copied().filter(is_near));
        let possible = self.of_groups(graph, &value);
        matches.possible.extend(possible.iter().copied().filter(is_near));
        self.of_partly_known(&value.0, matches);
    }

    /// The instances that may have an unknown value: those with an unknown value of their own, and those
    /// with a known one that it may turn out to be. For all that are alike they are the same.
    fn of_unknown(&self, graph: &Graph, class: Option<Class>, value: &Value) -> Arc<Vec<usize>> {
        let Some(asked) = Alike::new(class, value) else { return Arc::default() };
        let kept = || self.may_be.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept().get(&asked) {
            return found.clone();
        }
        // Of one kind, those of the same resource are found; those of others differ.
        let is_identity = asked.class.as_ref().is_some_and(Class::is_identity);
        let is_decided = |alike: &Alike| is_identity && alike.class == asked.class;
        let unknown =
            self.union(|alike, group| !is_decided(alike) && may_equal(&group.sample, value));
        let mut found = Found::default();
        let is_taken =
            |known: &Exact| asked.class.as_ref().is_some_and(|c| graph.is_taken(c, known));
        let known =
            self.known.iter().filter(|(known, _)| may_equal(value, &known.0) && !is_taken(known));
        found.possible.extend(known.flat_map(|(_, instances)| instances));
        self.of_partly_known(value, &mut found);
        let found = match found.possible.is_empty() {
            true => unknown,
            false => {
                found.possible.extend(unknown.iter());
                self.finished(found).possible
            }
        };
        kept().entry(asked).or_insert(found).clone()
    }

    fn of_partial(&self, value: &Value, matches: &mut Found) {
        for (known, instances) in &self.known {
            if may_equal(&known.0, value) {
                matches.possible.extend(instances);
            }
        }
        for group in self.groups.values().filter(|group| may_equal(&group.sample, value)) {
            matches.possible.extend(&group.instances);
        }
        self.of_partly_known(value, matches);
    }

    fn of_partly_known(&self, value: &Value, matches: &mut Found) {
        for (partial, instance) in &self.partial {
            match equal(partial, value).as_bool() {
                Some(true) => matches.definite.push(*instance),
                Some(false) => {}
                None => matches.possible.push(*instance),
            }
        }
    }

    /// In order, each instance once. Of what stands for any number of instances, none may be there.
    fn finished(&self, found: Found) -> Matches {
        let Found { mut definite, mut possible } = found;
        if !self.any_number.is_empty() {
            definite.retain(|instance| {
                let is_sure = self.any_number.binary_search(instance).is_err();
                if !is_sure {
                    possible.push(*instance);
                }
                is_sure
            });
        }
        definite.sort_unstable();
        definite.dedup();
        possible.sort_unstable();
        possible.dedup();
        possible.retain(|instance| definite.binary_search(instance).is_err());
        Matches { definite, possible: Arc::new(possible), is_common: false }
    }
}

/// What was found, in any order.
#[derive(Default)]
struct Found {
    definite: Vec<usize>,
    possible: Vec<usize>,
}

impl Alike {
    fn new(class: Option<Class>, value: &Value) -> Option<Self> {
        let Unknown { ty, not_null, prefix, min_length, max_length, .. } = value.as_unknown()?;
        let lengths = (*min_length, *max_length);
        Some(Self { class, ty: ty.clone(), not_null: *not_null, prefix: prefix.clone(), lengths })
    }
}

/// Instances come in order, so a repeated one is the last.
fn push(instances: &mut Vec<usize>, instance: usize) {
    if instances.last() != Some(&instance) {
        instances.push(instance);
    }
}

fn may_equal(a: &Value, b: &Value) -> bool {
    equal(a, b).as_bool() != Some(false)
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        order(&self.0, &other.0)
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Exact {}
