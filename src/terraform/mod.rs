//! Configuration and plan, one meaning.
//!
//! [`schema`] tells what providers declare and what absence means, by version; [`version`] reads
//! versions and the constraints on them.

pub mod schema;
pub mod version;
