//! What is made while building: tables that the program reads in place.

#[path = "build/schemas.rs"]
mod schemas;

fn main() {
    schemas::compile();
}
