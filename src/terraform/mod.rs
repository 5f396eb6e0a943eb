//! Terraform: configuration and plan, one meaning.
//!
//! [`config`] evaluates folders of files, [`plan`] decodes plan JSON, [`schema`] tells what providers
//! declare and what absence means, [`address`] is how Terraform names a resource instance.

pub mod address;
pub mod config;
mod data;
pub mod declaration;
pub mod plan;
mod realm;
pub mod schema;
pub mod version;
mod wanted;

pub use data::read as read_data_source;
pub use declaration::{Declaration, DeclarationKind};
pub use realm::Realm;
pub use wanted::{Attributes, Wanted};
