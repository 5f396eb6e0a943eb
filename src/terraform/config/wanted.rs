//! Which attributes anybody will ask for.

use std::collections::{BTreeMap, BTreeSet};

/// The top-level attributes that are wanted of resources, by type. The rest need not be decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    types: BTreeMap<String, Names>,
    /// Wanted of every type, as a policy with a wildcard label does.
    every: Option<Names>,
}

/// Names of attributes, or all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// All.
    All,
    /// These.
    Some(BTreeSet<String>),
}

impl Names {
    /// Whether a name is among them.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(names) => names.contains(name),
        }
    }

    fn join(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::All, _) => {}
            (_, Self::All) => *self = Self::All,
            (Self::Some(names), Self::Some(more)) => names.extend(more.iter().cloned()),
        }
    }
}

impl Wanted {
    /// Everything of everything.
    #[must_use]
    pub fn everything() -> Self {
        Self { types: BTreeMap::new(), every: Some(Names::All) }
    }

    /// Adds names for a type; `*` in the type stands for any text.
    pub fn add(&mut self, resource_type: &str, names: &Names) {
        if resource_type.contains('*') {
            match &mut self.every {
                Some(every) => every.join(names),
                None => self.every = Some(names.clone()),
            }
            return;
        }
        match self.types.get_mut(resource_type) {
            Some(wanted) => wanted.join(names),
            None => {
                self.types.insert(resource_type.to_owned(), names.clone());
            }
        }
    }

    /// What is wanted of a type; `None` when nobody asks for it.
    #[must_use]
    pub fn of(&self, resource_type: &str) -> Option<Names> {
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
