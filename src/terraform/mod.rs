//! Terraform's own things: addresses, plans, what providers declare.
//!
//! Configuration and plan get one meaning here; what connects resources is `graph`'s business.

pub mod address;
pub mod plan;
