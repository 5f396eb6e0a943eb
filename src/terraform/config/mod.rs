//! Configuration: a folder of files, evaluated as Terraform does, as far as it can be known.
//!
//! [`Library`] reads and parses, [`roots`] tells where to begin, [`evaluate`] computes every resource instance of one root module.
//! What cannot be known is unknown with its reason, never guessed. Every value tells by its origin
//! where it was written; [`place`] turns a path into a resource's attributes back into a span.

mod absence;
mod account;
mod actions;
mod aliases;
mod body;
mod calls;
mod conditions;
mod declared;
mod documents;
mod dynamic;
mod expansion;
mod files;
mod given;
mod installed;
mod instance;
mod layers;
mod limits;
mod load;
mod module;
mod named;
mod names;
mod parsed;
mod parts;
pub mod place;
mod provided;
mod providers;
mod reading;
mod refused;
mod resources;
pub mod roots;
mod scope;
mod shapes;
mod stated;
mod trees;
mod variables;

pub use crate::text::join;
pub use account::{ASSUMABLE, FACTS};
pub use declared::declarations;
pub use documents::Door;
pub use files::{is_configuration, is_read_beside};
pub use given::Giver;
pub use installed::{Missing, NotOnDisk};
pub use instance::{Argument, Options, Resource, evaluate};
pub use layers::Layers;
pub use limits::Limits;
pub use load::{Library, Source};
pub use module::{BlockRef, Module, RequiredProvider, ResourceName};
pub use named::{NamedValue, givers, variables};
pub use parsed::Parsed;
pub use providers::Provider;
pub use refused::refused;
pub use stated::assumed;
pub use trees::{Node, Trees};
pub use variables::provider_versions;
