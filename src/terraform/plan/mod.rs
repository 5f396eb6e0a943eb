//! Plans and states as `terraform show -json` and `tofu show -json` write them.
//!
//! [`recognise`] says what a file is, [`decode`] gives the [`Plan`]: typed, borrowed from the text,
//! the objects of resources still raw; [`decode_state`] takes a state for a plan that changes nothing. Attributes are decoded one resource at a time, and only those
//! somebody asks for. Everything here is a pure function of the text; a [`Plan`] may be read from many
//! threads.

mod attributes;
mod change;
mod configuration;
mod cursor;
mod decode;
mod expression;
mod fault;
mod mask;
mod path;
mod recognise;
mod salvage;
mod shape;
mod state;
mod text;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::value::{Value, from_json};

pub use attributes::{Make, Names, RawObject, computed_at_apply, decode_object, decode_plain};
pub use change::{Action, Change, DeferredChange, Operation, ResourceChange};
pub use configuration::{
    Configuration, ConfiguredResource, Module, ModuleCall, Output, ProviderConfig, Variable,
};
pub use decode::decode;
pub use expression::{Expression, SingleReference, Target};
pub use path::{Path, Step, locate};
pub use recognise::{Input, InputKind, recognise};
pub use state::{StateResource, decode_state};
pub use text::Str;

/// A plan. What is missing in the file is empty here: fields came with versions, and the format's
/// number does not tell which.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "a plan (an object)")]
pub struct Plan<'a> {
    /// The version of the format; its major number is 0 or 1.
    #[serde(borrow, alias = "plan_format_version", deserialize_with = "text::nullable")]
    pub format_version: Str<'a>,
    /// The version of Terraform or OpenTofu; it does not tell which of the two.
    #[serde(borrow)]
    pub terraform_version: Option<Str<'a>>,
    /// Values of root variables, defaults included, sensitive ones in clear.
    #[serde(borrow, deserialize_with = "text::nullable")]
    pub variables: BTreeMap<Str<'a>, VariableValue<'a>>,
    /// Every instance that exists or will exist, also unchanged ones.
    #[serde(borrow, deserialize_with = "text::nullable")]
    pub resource_changes: Vec<ResourceChange<'a>>,
    /// What could not be planned yet.
    #[serde(borrow, deserialize_with = "text::nullable")]
    pub deferred_changes: Vec<DeferredChange<'a>>,
    /// The state before, undecoded; see [`Plan::prior_resources`].
    #[serde(borrow)]
    prior_state: Option<&'a RawValue>,
    /// What was written; `None` in the rendering that remote runs offer.
    #[serde(borrow)]
    pub configuration: Option<Configuration<'a>>,
    /// Conditions with their results.
    #[serde(borrow, deserialize_with = "text::nullable")]
    pub checks: Vec<Check<'a>>,
    /// Planning failed: the changes are those found until then.
    #[serde(deserialize_with = "text::nullable")]
    pub errored: bool,
    /// False when something was left out: that a resource is absent proves nothing.
    pub complete: Option<bool>,
    /// False when applying would do nothing or is not possible.
    pub applyable: Option<bool>,
    /// Resources were lost with what could not be read.
    #[serde(skip)]
    pub damaged: bool,
    /// It was no plan but a state: everything in it is there, and nothing changes.
    #[serde(skip)]
    pub is_state: bool,
}

impl Plan<'_> {
    /// The values that the root's variables had when the plan was made.
    #[must_use]
    pub fn variable_values(&self) -> Vec<(String, Value)> {
        let known = self.variables.iter().filter_map(|(name, variable)| {
            let value = match variable.value {
                Some(raw) => from_json(raw.get()).ok()?,
                None => Value::NULL,
            };
            Some((name.to_string(), value))
        });
        known.collect()
    }
}

/// The value of a root variable.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a variable's value (an object)")]
pub struct VariableValue<'a> {
    /// The value as JSON; `None` when it is null.
    #[serde(borrow, default)]
    pub value: Option<&'a RawValue>,
}

/// A condition of a `check`, a resource, an output or a variable.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a check (an object)")]
pub struct Check<'a> {
    /// What it belongs to.
    #[serde(borrow)]
    pub address: CheckAddress<'a>,
    /// `pass`, `fail`, `error` or `unknown`.
    #[serde(borrow)]
    pub status: Str<'a>,
}

/// What a condition belongs to.
#[derive(Debug, Deserialize)]
#[serde(expecting = "the address of a check (an object)")]
pub struct CheckAddress<'a> {
    /// As Terraform shows it.
    #[serde(borrow)]
    pub to_display: Str<'a>,
    /// `resource`, `output_value`, `check` or `var`.
    #[serde(borrow, default)]
    pub kind: Option<Str<'a>>,
}
