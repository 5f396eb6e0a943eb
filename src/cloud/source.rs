//! Sources that a network rule admits, in the spellings of all clouds, and when they are the Internet.

use crate::diag::Problem;
use crate::value::{Kind, Value};

use super::address::{Range, is_broad, is_internet};
use super::answer::{Answer, Offenders};

/// `open_sources(sources...)`: the sources by which all of them together cover the Internet.
pub(super) fn open_sources(arguments: &[Value]) -> Result<Value, Problem> {
    Ok(offending(arguments, is_internet)?.into_value())
}

/// `broad_sources(sources...)`: the same for more than a /8 of IPv4 or a /32 of IPv6.
pub(super) fn broad_sources(arguments: &[Value]) -> Result<Value, Problem> {
    Ok(offending(arguments, is_broad)?.into_value())
}

/// The sources of lists, single texts and nulls by which the union is too much.
pub(super) fn offending<'v>(
    arguments: impl IntoIterator<Item = &'v Value>,
    is_too_much: fn(&[Range]) -> bool,
) -> Result<Offenders<'v>, Problem> {
    let mut known: Vec<(&'v Value, Vec<Range>)> = Vec::new();
    let mut undecided = None;
    for argument in arguments {
        for source in listed(argument)? {
            match source.kind() {
                Kind::Unknown(_) => undecided = undecided.or(Some(source)),
                _ => known.extend(source.as_str().and_then(ranges).map(|found| (source, found))),
            }
        }
    }
    let mut offenders = Offenders::default();
    offenders.consider(Answer::Yes, deciding(&known, is_too_much));
    if let Some(source) = undecided {
        offenders.consider(Answer::Undecided(source), []);
    }
    Ok(offenders)
}

fn listed(argument: &Value) -> Result<&[Value], Problem> {
    match argument.kind() {
        Kind::Null => Ok(&[]),
        Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => Ok(items),
        Kind::String(_) | Kind::Unknown(_) => Ok(std::slice::from_ref(argument)),
        _ => Err(Problem::new("sources are a list of strings")),
    }
}

/// Those that are too much alone; when none is, the largest that are it together.
fn deciding<'v>(
    known: &[(&'v Value, Vec<Range>)],
    is_too_much: fn(&[Range]) -> bool,
) -> Vec<&'v Value> {
    let alone: Vec<&Value> =
        known.iter().filter(|(_, ranges)| is_too_much(ranges)).map(|(source, _)| *source).collect();
    if !alone.is_empty() {
        return alone;
    }
    let mut by_size: Vec<usize> = (0..known.len()).collect();
    let size = |n: &usize| known[*n].1.iter().map(|range| range.size()).max().unwrap_or_default();
    let v6 = |n: &usize| known[*n].1.iter().any(|range| range.v6);
    for family in [false, true] {
        by_size.sort_by_key(|n| (v6(n) != family, std::cmp::Reverse(size(n))));
        let of_family: Vec<usize> = by_size.iter().copied().filter(|n| v6(n) == family).collect();
        if !is_too_much(&together(known, &of_family)) {
            continue;
        }
        let mut taken: Vec<usize> = Vec::new();
        for n in of_family {
            taken.push(n);
            if is_too_much(&together(known, &taken)) {
                return needed(known, taken, is_too_much);
            }
        }
    }
    Vec::new()
}

/// Those without which the rest would not be too much, in reading order.
fn needed<'v>(
    known: &[(&'v Value, Vec<Range>)],
    mut taken: Vec<usize>,
    is_too_much: fn(&[Range]) -> bool,
) -> Vec<&'v Value> {
    for n in taken.clone() {
        let others: Vec<usize> = taken.iter().copied().filter(|&other| other != n).collect();
        if is_too_much(&together(known, &others)) {
            taken = others;
        }
    }
    taken.sort_unstable();
    taken.into_iter().map(|n| known[n].0).collect()
}

fn together(known: &[(&Value, Vec<Range>)], taken: &[usize]) -> Vec<Range> {
    taken.iter().flat_map(|&n| known[n].1.iter().copied()).collect()
}

/// The addresses that a source stands for; nothing for names of groups and other text.
pub(super) fn ranges(source: &str) -> Option<Vec<Range>> {
    let is_any = ["*", "internet", "any"].iter().any(|word| source.eq_ignore_ascii_case(word));
    if is_any {
        return Some(["0.0.0.0/0", "::/0"].into_iter().filter_map(Range::parse).collect());
    }
    Range::parse(source).map(|range| vec![range])
}
