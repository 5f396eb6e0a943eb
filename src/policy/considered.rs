//! Which resources were considered, and why each fits or not: notes in the log of an evaluation.

use crate::eval::{Came, What};
use crate::graph::Matches;
use crate::text::Span;
use crate::value::{self, Reason, Value};

use super::connected::at_path;
use super::file::Connected;
use super::scope::Asked;
use super::split::Split;
use super::words;

/// How many candidates are told; those that fit come first.
const MOST: usize = 20;

/// The candidates of a `connected` block, and the value that they are to have.
pub(super) fn joined(asked: &Asked<'_>, block: &Connected, subject: &Value, matches: &Matches) {
    let Some(log) = asked.log() else { return };
    log.open(What::Expression, block.subject.join("."), None);
    log.close(Came::Value(subject.clone()));
    let path = block.connected.join(".");
    let told = |index: usize, verb: &str| {
        let resource = asked.world.graph.get(index);
        let own = resource.map_or(Value::NULL, |r| at_path(None, &r.after, &block.connected));
        format!("{verb}: `{path}` is {}", words::value(&own))
    };
    candidates(asked, &block.resource_type, &matches.definite, &matches.possible, |index, fit| {
        told(index, fit.word())
    });
}

/// The candidates of `getresources`.
pub(super) fn listed(
    asked: &Asked<'_>,
    resource_type: &str,
    filter: Option<&Value>,
    split: &Split,
) {
    if asked.log().is_none() {
        return;
    }
    let entries = filter.and_then(Value::as_entries);
    let told = |index: usize, fit: Fit| {
        let wanted = match fit {
            Fit::Yes => None,
            Fit::Maybe => Some(None),
            Fit::No => Some(Some(false)),
        };
        let (Some(entries), Some(wanted)) = (entries, wanted) else { return fit.word().to_owned() };
        let after = asked.world.graph.get(index).map(|resource| &resource.after);
        // The first entry that says so is reason enough.
        let own = |name: &str| after.and_then(|after| after.get(name));
        let why = entries.iter().find(|(name, value)| match own(name) {
            Some(own) => value::equal(own, value).as_bool() == wanted,
            None => fit == Fit::No,
        });
        match why.map(|(name, _)| (name, own(name))) {
            Some((name, Some(own))) => {
                format!("{}: `{name}` is {}", fit.word(), words::value(own))
            }
            Some((name, None)) => format!("{}: it has no `{name}`", fit.word()),
            None => fit.word().to_owned(),
        }
    };
    candidates(asked, resource_type, &split.definite, &split.possible, told);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    Maybe,
    No,
}

impl Fit {
    const fn word(self) -> &'static str {
        match self {
            Self::Yes => "matches",
            Self::Maybe => "may match",
            Self::No => "no match",
        }
    }
}

fn candidates(
    asked: &Asked<'_>,
    resource_type: &str,
    definite: &[usize],
    possible: &[usize],
    told: impl Fn(usize, Fit) -> String,
) {
    let Some(log) = asked.log() else { return };
    let all = asked.world.graph.of_type(resource_type);
    let others = all.iter().filter(|at| !definite.contains(at) && !possible.contains(at));
    let mut considered: Vec<(usize, Fit)> = Vec::with_capacity(all.len());
    considered.extend(definite.iter().map(|&at| (at, Fit::Yes)));
    considered.extend(possible.iter().map(|&at| (at, Fit::Maybe)));
    considered.extend(others.map(|&at| (at, Fit::No)));
    for &(index, fit) in considered.iter().take(MOST) {
        let address = asked.world.graph.get(index).map_or("", |resource| &resource.address);
        log.note(What::Candidate, address, header(asked, index), told(index, fit));
    }
    match considered.len() {
        0 => {
            let text = format!("no {resource_type}");
            log.note(What::Candidate, text, None, "there is none".to_owned());
        }
        n if n > MOST => {
            let text = format!("{} more {resource_type}", n - MOST);
            log.note(What::Candidate, text, None, String::new());
        }
        _ => {}
    }
    if let Some(reason) = asked.world.graph.open(resource_type) {
        let why = words::reason(reason);
        let text = format!("more {resource_type}");
        log.note(What::Candidate, text, reason.at(), format!("may match: {why}"));
    }
}

/// Opens the node of a resource under which it is looked at more closely.
pub(super) fn open(asked: &Asked<'_>, index: usize) {
    let Some(log) = asked.log() else { return };
    let address = asked.world.graph.get(index).map_or("", |resource| &resource.address);
    log.open(What::Candidate, address, header(asked, index));
}

/// Closes it.
pub(super) fn close(asked: &Asked<'_>, words: &str) {
    if let Some(log) = asked.log() {
        log.close(Came::Words(words.to_owned()));
    }
}

fn header(asked: &Asked<'_>, index: usize) -> Option<Span> {
    let source = asked.world.graph.get(index)?.source.as_ref()?;
    source.block.of(asked.world.trees).map(|block| block.header_span())
}

/// Notes whether as many were found as a block wants.
pub(super) fn counted(
    asked: &Asked<'_>,
    (min, max): (usize, Option<usize>),
    (definite, possible): (usize, usize),
    open: Option<&Reason>,
) {
    let Some(log) = asked.log() else { return };
    let found = match possible {
        0 => format!("found {definite}"),
        n => format!("found {definite} and perhaps {n} more"),
    };
    let most = if open.is_some() { usize::MAX } else { definite + possible };
    let words = |holds: bool, may_hold: bool| match (holds, may_hold) {
        (true, _) => found.clone(),
        (false, true) => format!("{found}: not decided"),
        (false, false) => format!("{found}: wrong"),
    };
    if min > 0 {
        let words = words(definite >= min, most >= min);
        log.note(What::Count, format!("min_instances = {min}"), None, words);
    }
    if let Some(max) = max {
        let words = words(most <= max, definite <= max);
        log.note(What::Count, format!("max_instances = {max}"), None, words);
    }
}
