//! Which attributes anybody will ask for. The rest need not be decoded, nor made up where absent.

use std::collections::{BTreeMap, BTreeSet};

use crate::value::Key;

/// The top-level attributes that are wanted of resources, by type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    after: Table,
    before: Table,
}

/// Names of top-level attributes and blocks of one type, or all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attributes {
    /// All.
    All,
    /// These.
    Some(BTreeSet<Key>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Table {
    types: BTreeMap<String, Attributes>,
    /// Wanted of every type, as a policy with a wildcard label does.
    every: Option<Attributes>,
}

impl Attributes {
    /// None of them; that such resources exist may still matter.
    #[must_use]
    pub const fn none() -> Self {
        Self::Some(BTreeSet::new())
    }

    /// Whether a name is among them.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(names) => names.contains(name),
        }
    }

    /// Adds what `other` has.
    pub fn join(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::All, _) => {}
            (_, Self::All) => *self = Self::All,
            (Self::Some(names), Self::Some(more)) => names.extend(more.iter().cloned()),
        }
    }
}

impl<'n> FromIterator<&'n str> for Attributes {
    fn from_iter<I: IntoIterator<Item = &'n str>>(names: I) -> Self {
        Self::Some(names.into_iter().map(Key::from).collect())
    }
}

impl Wanted {
    /// Everything of everything.
    #[must_use]
    pub fn everything() -> Self {
        let all = Table { types: BTreeMap::new(), every: Some(Attributes::All) };
        Self { after: all.clone(), before: all }
    }

    /// Adds names for a type; `*` in the type stands for any text.
    pub fn add(&mut self, resource_type: &str, names: &Attributes) {
        self.after.add(resource_type, names);
    }

    /// Adds names that are wanted as they are before the change (`prior_attrs`).
    pub fn add_prior(&mut self, resource_type: &str, names: &Attributes) {
        self.before.add(resource_type, names);
    }

    /// What is wanted of a type; `None` when nobody asks for it.
    #[must_use]
    pub fn of(&self, resource_type: &str) -> Option<Attributes> {
        self.after.of(resource_type)
    }

    /// What is wanted of a type as it is before the change.
    #[must_use]
    pub fn prior_of(&self, resource_type: &str) -> Option<Attributes> {
        self.before.of(resource_type)
    }
}

impl Table {
    fn add(&mut self, resource_type: &str, names: &Attributes) {
        let wanted = if resource_type.contains('*') {
            self.every.get_or_insert_with(Attributes::none)
        } else {
            self.types.entry(resource_type.to_owned()).or_insert_with(Attributes::none)
        };
        wanted.join(names);
    }

    fn of(&self, resource_type: &str) -> Option<Attributes> {
        match (self.types.get(resource_type), &self.every) {
            (None, None) => None,
            (Some(names), None) | (None, Some(names)) => Some(names.clone()),
            (Some(names), Some(every)) => {
                let mut names = names.clone();
                names.join(every);
                Some(names)
            }
        }
    }
}
