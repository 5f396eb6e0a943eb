//! Policies: reading their files, asking them about a graph, telling why they answered as they did.
//!
//! The language is HashiCorp's Terraform policy. A [`PolicySet`] holds files that were loaded;
//! [`check`] asks every policy about every resource it is for. Policies run without recording; only a
//! check that did not pass runs a second time, recorded, to find the places that decided
//! (`blame`).

mod blame;
mod builtin;
mod calls;
mod compare;
mod compat;
mod connected;
mod considered;
mod decider;
mod engine;
mod evaluate;
mod excerpt;
mod facts;
mod file;
mod found;
mod functions;
mod header;
mod inputs;
mod json;
mod load;
mod names;
mod pattern;
mod reads;
mod run;
mod scope;
mod split;
mod staged;
mod story;
pub mod testing;
pub mod validate;
mod words;
mod world;

pub use builtin::{BUILTIN, Builtin};
pub use compare::compare;
pub use compat::{Compat, Switches};
pub use excerpt::Planned;
pub use file::{
    Connected, Enforce, Input, Plugin, Policy, PolicyFile, PolicyKind, RequiredProvider,
    RequiredVersion, Settings,
};
pub use inputs::{GivenInput, GivenValue, read_values};
pub use load::{PolicySet, is_policy_file};
pub use pattern::Pattern;
pub use run::{Run, check};
pub use story::tell;
pub use world::World;
