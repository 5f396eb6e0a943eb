//! What made a policy fail, fit to be compared between before a plan and after it.
//!
//! Of an element of a list, set or document it is what was read of it, wherever it stands among the
//! others: a rule whose description changes is the same, one that admits another port is not. Of
//! anything else it is the place alone: whether one wrong value is worse than another cannot be told.

use std::sync::Arc;

use crate::eval::{Path, PathStep, Trace, path_text};
use crate::terraform::plan::decode_plain;
use crate::value::Value;

use super::blame;
use super::evaluate::Said;
use super::file::Policy;
use super::world::World;

/// One thing that made a condition false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decider {
    address: Arc<str>,
    path: String,
    element: Vec<(String, String)>,
}

/// All that made conditions false in a recorded evaluation.
pub(super) fn deciders(
    world: &World<'_>,
    trace: &Trace,
    policy: &Policy,
    subject: usize,
    said: &[Said],
) -> Vec<Decider> {
    let mut elements: Vec<(usize, Path, Decider)> = Vec::new();
    for (index, path) in blame::deciding(world, trace, policy, subject, said) {
        let Some(resource) = world.graph.get(index) else { continue };
        let first = path.iter().position(|step| matches!(step, PathStep::Index(_)));
        let (around, inside) = path.split_at(first.map_or(path.len(), |at| at + 1));
        let read = first.map(|_| {
            let value = part(&resource.after, &path);
            (path_text(inside), format!("{value:?}"))
        });
        let known = elements.iter_mut().find(|(of, at, _)| *of == index && at == around);
        if let Some((_, _, decider)) = known {
            decider.element.extend(read);
            continue;
        }
        let names = around.iter().filter(|step| matches!(step, PathStep::Name(_)));
        let decider = Decider {
            address: resource.address.clone(),
            path: path_text(&names.cloned().collect::<Path>()),
            element: read.into_iter().collect(),
        };
        elements.push((index, around.to_vec(), decider));
    }
    let mut deciders: Vec<Decider> = elements.into_iter().map(|(_, _, decider)| decider).collect();
    deciders.iter_mut().for_each(|decider| decider.element.sort());
    deciders
}

/// The value at a path, which may lead into a document that a string holds.
fn part(value: &Value, path: &[PathStep]) -> Option<Value> {
    let [step, rest @ ..] = path else { return Some(value.clone()) };
    if let Some(text) = value.as_str() {
        let marks = value.marks();
        return part(&decode_plain(text), path).map(|part| part.with_marks(marks));
    }
    let next = match step {
        PathStep::Name(name) => value.get(name)?,
        PathStep::Index(n) => value.as_elements()?.get(*n as usize)?,
    };
    part(next, rest)
}
