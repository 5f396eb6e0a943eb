//! What a plan does to one resource instance.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use serde_json::value::RawValue;

use crate::diag::Problem;
use crate::terraform::address::{Address, Key, Mode, ModulePath};

use super::Str;
use super::text::nullable;

/// An entry of `resource_changes`. One address may occur twice: the current object and each deposed
/// one.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a resource change (an object)")]
pub struct ResourceChange<'a> {
    /// The absolute address as the plan spells it.
    #[serde(borrow)]
    pub address: Str<'a>,
    /// The address before a move.
    #[serde(borrow, default)]
    pub previous_address: Option<Str<'a>>,
    /// The module instance; `None` in the root module.
    #[serde(borrow, default)]
    pub module_address: Option<Str<'a>>,
    /// Managed, data or ephemeral.
    #[serde(default, deserialize_with = "mode")]
    pub mode: Mode,
    /// The resource type.
    #[serde(borrow, rename = "type")]
    pub resource_type: Str<'a>,
    /// The name in the configuration.
    #[serde(borrow)]
    pub name: Str<'a>,
    /// The instance key.
    #[serde(default, deserialize_with = "key")]
    pub index: Option<Key>,
    /// `count` or `for_each` is not known: the entry stands for any number of instances.
    #[serde(default, deserialize_with = "nullable")]
    pub index_unknown: bool,
    /// `HOST/NAMESPACE/TYPE`; only the type before Terraform 0.13. See [`Self::provider_type`].
    #[serde(borrow, default)]
    pub provider_name: Option<Str<'a>>,
    /// The key of a deposed object: one that was replaced and is still to be destroyed.
    #[serde(borrow, default)]
    pub deposed: Option<Str<'a>>,
    /// Why, in Terraform's word; for display only, since the list grows.
    #[serde(borrow, default)]
    pub action_reason: Option<Str<'a>>,
    /// The actions and the values.
    #[serde(borrow)]
    pub change: Change<'a>,
    /// Where its object stands when that is no entry of `resource_changes`.
    #[serde(skip)]
    pub place: Option<Box<str>>,
}

/// Actions and values. A mask has the shape of its value; only a `true` in it means something.
#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "a change (an object)")]
pub struct Change<'a> {
    /// What Terraform will do, in its order.
    pub actions: Vec<Action>,
    /// The object as it is; `None` when it is created.
    #[serde(borrow, default)]
    pub before: Option<&'a RawValue>,
    /// The object as it will be; `None` when it is deleted.
    #[serde(borrow, default)]
    pub after: Option<&'a RawValue>,
    /// Mask of what is not known in `after`.
    #[serde(borrow, default)]
    pub after_unknown: Option<&'a RawValue>,
    /// Mask of what is sensitive in `before`; the values stand there in clear all the same.
    #[serde(borrow, default)]
    pub before_sensitive: Option<&'a RawValue>,
    /// Mask of what is sensitive in `after`.
    #[serde(borrow, default)]
    pub after_sensitive: Option<&'a RawValue>,
    /// The paths that force the replacement: an array of arrays of names and numbers.
    #[serde(borrow, default)]
    pub replace_paths: Option<&'a RawValue>,
    /// Present, whatever it holds, when the object is imported.
    #[serde(borrow, default)]
    pub importing: Option<&'a RawValue>,
    /// HCL text of a resource that has no block yet.
    #[serde(borrow, default)]
    pub generated_config: Option<Str<'a>>,
}

/// An entry of `deferred_changes`: what could not be planned yet.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a deferred change (an object)")]
pub struct DeferredChange<'a> {
    /// Why, in Terraform's word: `instance_count_unknown` and the like.
    #[serde(borrow, default)]
    pub reason: Option<Str<'a>>,
    /// What is known of the change.
    #[serde(borrow)]
    pub resource_change: ResourceChange<'a>,
}

/// One verb of `actions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `no-op`.
    NoOp,
    /// `create`.
    Create,
    /// `read`: a data source that is read at apply.
    Read,
    /// `update`.
    Update,
    /// `delete`.
    Delete,
    /// `forget`: leaves the state, stays in the world.
    Forget,
    /// A verb of a version newer than this program.
    Other(Box<str>),
}

/// What a policy is evaluated for, in the words of its `operations`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// `create`: attributes only.
    Create,
    /// `update`: attributes and prior attributes.
    Update,
    /// `delete`: prior attributes only.
    Delete,
    /// `no-op`: attributes and prior attributes, which are equal.
    NoOp,
}

impl Operation {
    /// The word in a policy's `operations`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::NoOp => "no-op",
        }
    }
}

impl ResourceChange<'_> {
    /// The address in parts, from the fields rather than the text: keys need no parsing.
    pub fn parsed_address(&self) -> Result<Address, Problem> {
        Ok(Address {
            module: ModulePath::parse(self.module_address.as_deref().unwrap_or_default())?,
            mode: self.mode,
            resource_type: (*self.resource_type).into(),
            name: (*self.name).into(),
            key: if self.index_unknown { Some(Key::Unknown) } else { self.index.clone() },
        })
    }

    /// The last word of the provider's name: hosts and namespaces differ between Terraform and
    /// OpenTofu for the same provider. Without a name, the first word of the resource type.
    #[must_use]
    pub fn provider_type(&self) -> &str {
        let named = self.provider_name.as_deref().and_then(|name| name.rsplit('/').next());
        named.or_else(|| self.resource_type.split('_').next()).unwrap_or_default()
    }

    /// What policies are evaluated for: two operations for a replacement, none for data sources,
    /// deposed objects and objects that are only forgotten.
    #[must_use]
    pub fn operations(&self) -> &'static [Operation] {
        if self.mode != Mode::Managed || self.deposed.is_some() {
            return &[];
        }
        self.change.operations()
    }
}

impl Change<'_> {
    /// Whether a verb is among the actions.
    #[must_use]
    pub fn has(&self, action: &Action) -> bool {
        self.actions.contains(action)
    }

    fn operations(&self) -> &'static [Operation] {
        // The verbs are a set: Terraform and OpenTofu order `create` and `forget` differently, and a
        // verb we do not know must not hide those we do.
        match (self.has(&Action::Create), self.has(&Action::Delete)) {
            (true, true) => &[Operation::Create, Operation::Delete],
            (true, false) => &[Operation::Create],
            (false, true) => &[Operation::Delete],
            (false, false) if self.has(&Action::Update) => &[Operation::Update],
            (false, false) if self.has(&Action::NoOp) => &[Operation::NoOp],
            (false, false) => &[],
        }
    }
}

impl Action {
    /// The verb as the plan spells it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::NoOp => "no-op",
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Forget => "forget",
            Self::Other(verb) => verb,
        }
    }
}

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let verb = Str::deserialize(deserializer)?;
        let known =
            [Self::NoOp, Self::Create, Self::Read, Self::Update, Self::Delete, Self::Forget];
        let found = known.into_iter().find(|action| action.name() == &*verb);
        Ok(found.unwrap_or_else(|| Self::Other((*verb).into())))
    }
}

/// For `deserialize_with`: a mode; managed when it is `null`. One of a version newer than this program
/// is like ephemeral: it has nothing that stays.
pub(super) fn mode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Mode, D::Error> {
    let Some(name) = Option::<Str<'_>>::deserialize(deserializer)? else {
        return Ok(Mode::Managed);
    };
    Ok(Mode::from_name(&name).unwrap_or(Mode::Ephemeral))
}

/// For `deserialize_with`: an instance key, which is a number, a string or `null`.
pub(super) fn key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Key>, D::Error> {
    deserializer.deserialize_any(KeyVisitor)
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Option<Key>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an instance key (a whole number or a string)")
    }

    fn visit_i64<E: de::Error>(self, n: i64) -> Result<Self::Value, E> {
        Ok(Some(Key::Int(n)))
    }

    fn visit_u64<E: de::Error>(self, n: u64) -> Result<Self::Value, E> {
        let key = i64::try_from(n).map(Key::Int);
        key.map(Some).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(n), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Key::Str(text.into())))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}
