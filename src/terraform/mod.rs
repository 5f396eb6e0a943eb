//! Configuration and plan, one meaning.
//!
//! [`address`] names resource instances; [`plan`] reads plans; [`schema`] tells what providers declare
//! and what absence means, by version; [`version`] reads versions and the constraints on them.

pub mod address;
pub mod plan;
pub mod schema;
pub mod version;
