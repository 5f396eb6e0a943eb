//! What is made while building: tables that the program reads in place, and the index of policies.

#![expect(
    clippy::disallowed_methods,
    reason = "a build script reads the sources and writes what it makes"
)]

#[path = "build/policies.rs"]
mod policies;
#[path = "build/schemas.rs"]
mod schemas;

fn main() {
    schemas::compile();
    policies::index();
}
