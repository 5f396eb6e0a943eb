//! Expressions and functions: an expression and a scope in, a value out.

pub mod functions;
