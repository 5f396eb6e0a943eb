//! Terraform's functions that depend on nothing but their arguments, and the policy language's own.
//!
//! A family is a file with a table; a function is one row in it. What all have in common (number of
//! arguments, conversion, null, unknown, marks) is done once, in `signature`. Functions that need the
//! expression or the disk (`try`, `can`, `file`, `templatefile`) belong to the evaluator.

mod arguments;
mod collection;
mod conversion;
mod csv;
mod encoding;
mod filesystem;
mod format;
mod hash;
mod impure;
mod json;
mod list;
pub(super) mod members;
mod network;
mod numeric;
mod pattern;
mod policy;
mod re2;
mod set;
mod signature;
mod string;
mod time;
mod verb;
mod version;
mod yaml;

#[cfg(test)]
mod tests;

pub use hash::digest;
pub use pattern::Patterns;
pub use signature::{Class, Function, Gives, Parameter, Unknowns};

use std::sync::LazyLock;

use crate::diag::{Problem, did_you_mean};
use crate::text::Span;
use crate::value::{Origin, Value};

use super::budget::{TEXT_BYTES, VALUE_PARTS};

/// What functions may ask for besides their arguments.
#[derive(Clone, Copy)]
pub struct Services<'a> {
    /// Gives origins to the parts of JSON that stands in a source text.
    pub locate: Option<&'a dyn Locate>,
    /// Most bytes of text that one call may make out of little.
    pub bytes: usize,
    /// Most elements that one call may make out of little.
    pub elements: usize,
    /// Whether of unknown arguments only what Terraform concludes is concluded. Policies want all that
    /// is certain; a configuration must give what a plan gives.
    pub exact: bool,
    /// Where patterns are kept, once they are compiled.
    pub patterns: Option<&'a Patterns>,
}

impl Default for Services<'_> {
    fn default() -> Self {
        Self {
            locate: None,
            bytes: TEXT_BYTES,
            elements: VALUE_PARTS,
            exact: false,
            patterns: None,
        }
    }
}

/// Turns places into origins.
pub trait Locate {
    /// An origin that tells this place.
    fn origin(&self, span: Span) -> Origin;
}

const FAMILIES: [&[Function]; 17] = [
    numeric::TABLE,
    string::TABLE,
    format::TABLE,
    pattern::TABLE,
    collection::TABLE,
    list::TABLE,
    set::TABLE,
    encoding::TABLE,
    json::TABLE,
    yaml::TABLE,
    hash::TABLE,
    network::TABLE,
    time::TABLE,
    conversion::TABLE,
    filesystem::TABLE,
    impure::TABLE,
    policy::TABLE,
];

/// The function of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Function> {
    /// All functions in the order of their names; they never change.
    static BY_NAME: LazyLock<Vec<&'static Function>> = LazyLock::new(|| {
        let mut all: Vec<&'static Function> = FAMILIES.into_iter().flatten().collect();
        all.sort_by_key(|function| function.name);
        all
    });
    let at = BY_NAME.binary_search_by_key(&name, |function| function.name).ok()?;
    BY_NAME.get(at).copied()
}

/// All names, by family.
pub fn names() -> impl Iterator<Item = &'static str> {
    FAMILIES.into_iter().flatten().map(|function| function.name)
}

/// Calls a function by name.
pub fn call(name: &str, arguments: &[Value], services: &Services<'_>) -> Result<Value, Problem> {
    match find(name) {
        Some(function) => function.call(arguments, services),
        None => Err(unknown_function(name)),
    }
}

fn unknown_function(name: &str) -> Problem {
    let problem = Problem::new(format!("there is no function `{name}`"));
    match (name, did_you_mean(name, names())) {
        ("list", _) => problem.with_hint("write `tolist([...])`"),
        ("map", _) => problem.with_hint("write `tomap({...})`"),
        (_, Some(close)) => problem.with_hint(format!("did you mean `{close}`?")),
        (_, None) => problem,
    }
}
