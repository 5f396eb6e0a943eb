//! Which places decided: a check that did not pass is asked again, recorded.
//!
//! Evaluation is pure, so the second answer is the first. A false condition points at the reads that
//! made it false; what is absent points at the header of the block that lacks it; companions that
//! were looked at are related places.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Diagnostic, Label};
use crate::eval::{Entry, Path, PathStep, Trace, path_text};
use crate::finding::{self, Evidence, Verdict};
use crate::graph::Resource;
use crate::terraform::address::Address;
use crate::terraform::config::Node;
use crate::terraform::config::place::{self, Place};
use crate::terraform::plan::Operation;
use crate::text::Span;
use crate::value::{Kind, Marks, Origin, Reason, Value};

use super::evaluate::{Answer, Said, answer};
use super::excerpt::excerpt;
use super::file::Policy;
use super::scope::{Asked, PRIOR};
use super::words;
use super::world::World;

/// How many related places a finding names at most.
const RELATED: usize = 8;

/// How many module calls on the way to a resource it names at most.
const CALLS: usize = 4;

/// Asks again and tells the verdict with its places.
pub(super) fn explain(
    world: &World<'_>,
    file: usize,
    policy: &Policy,
    subject: usize,
    operation: Operation,
) -> Result<Verdict, Box<Diagnostic>> {
    let trace = Trace::default();
    let asked = Asked::new(world, file, policy, subject, operation, Some(&trace));
    let blame = Blame { world, trace: &trace, policy, subject };
    match answer(&asked) {
        Answer::Fail(said) => Ok(Verdict::Fail(Arc::new(blame.evidence(&said)))),
        Answer::Unknown(mut said) => {
            let reason = said.first().map(|(reason, _)| Arc::new(told(world, reason)));
            let reason = reason.unwrap_or_else(|| Arc::new(nothing()));
            let said: Vec<Said> = said.drain(..).map(|(_, said)| said).collect();
            Ok(Verdict::Unknown(Arc::new(blame.evidence(&said)), reason))
        }
        Answer::NotApplicable => Ok(Verdict::NotApplicable),
        Answer::Pass => Ok(Verdict::Pass),
        Answer::Error(diagnostic) => Err(diagnostic),
    }
}

/// The place of what was read, when it is part of a resource.
pub(super) fn place_of(
    world: &World<'_>,
    trace: &Trace,
    policy: &Policy,
    subject: usize,
    origin: Origin,
) -> Option<Label> {
    if matches!(trace.entry(origin), None | Some(Entry::Derived(..))) {
        return None;
    }
    let blame = Blame { world, trace, policy, subject };
    let read = blame.read(origin)?;
    let place = read.place.clone().or_else(|| {
        let span = blame.header(read.resource?)?;
        Some(Place { span, missing: read.missing.clone(), from: None })
    })?;
    let text = place.missing.map(|name| format!("`{name}` is not set here"));
    Some(Label::new(place.span, text.unwrap_or_default()))
}

/// The place that decided one condition.
pub(super) fn place(
    world: &World<'_>,
    trace: &Trace,
    policy: &Policy,
    subject: usize,
    said: &Said,
) -> Option<Label> {
    Blame { world, trace, policy, subject }.evidence(std::slice::from_ref(said)).at
}

/// What of resources made conditions false in a recorded evaluation: their numbers and paths.
pub(super) fn deciding(
    world: &World<'_>,
    trace: &Trace,
    policy: &Policy,
    subject: usize,
    said: &[Said],
) -> Vec<(usize, Path)> {
    let (deciding, _) = Blame { world, trace, policy, subject }.reads(said);
    deciding.into_iter().filter_map(|read| Some((read.resource?, read.path))).collect()
}

struct Blame<'b> {
    world: &'b World<'b>,
    trace: &'b Trace,
    policy: &'b Policy,
    subject: usize,
}

/// A leaf of an explanation: part of a resource, and where that is written.
#[derive(Clone, Debug)]
struct Read {
    resource: Option<usize>,
    path: Path,
    missing: Option<String>,
    place: Option<Place>,
}

impl Read {
    /// Whether the other is part of it.
    fn is_around(&self, part: &Self) -> bool {
        self.resource.is_some()
            && self.resource == part.resource
            && part.path.len() > self.path.len()
            && part.path.starts_with(&self.path)
    }
}

impl Blame<'_> {
    fn evidence(&self, said: &[Said]) -> Evidence {
        let facts = &self.world.set.facts()[self.policy.facts];
        let part = &*self.policy.name;
        let message = facts
            .parts
            .get(part)
            .and_then(|part| part.message.clone())
            .or_else(|| said.first().map(|said| said.message.clone()))
            .unwrap_or_default();
        let mut evidence = Evidence::new(facts.severity_of(part), one_line(&message));
        let (deciding, supporting) = self.reads(said);
        let own = |read: &&Read| read.resource == Some(self.subject);
        let primary = deciding.iter().find(own).or_else(|| deciding.first());
        evidence.assumed =
            self.resource(self.subject).map_or_else(Vec::new, |subject| subject.assumed.clone());
        if let Some(read) = primary {
            let decided = read.resource.and_then(|index| self.resource(index));
            evidence.assumed.extend(decided.and_then(|resource| ignored(resource, &read.path)));
        }
        for read in deciding.iter().chain(&supporting) {
            let other = read.resource.filter(|&index| index != self.subject);
            for assumed in
                other.and_then(|index| self.resource(index)).iter().flat_map(|r| &r.assumed)
            {
                if !evidence.assumed.contains(assumed) {
                    evidence.assumed.push(assumed.clone());
                }
            }
        }
        let Some(primary) = primary else {
            evidence.at = self.header(self.subject).map(|span| Label::new(span, ""));
            evidence.plan = self.excerpt(self.subject, &[]);
            self.relate(&mut evidence, deciding.iter().chain(&supporting));
            return evidence;
        };
        evidence.path = path_text(&primary.path);
        evidence.missing = primary.missing.clone();
        let value = self.value_at(primary);
        evidence.plan = self.excerpt(primary.resource.unwrap_or(self.subject), &primary.path);
        evidence.shape = shape(primary, value.as_ref());
        let place = primary.place.clone().or_else(|| {
            let span = self.header(primary.resource.unwrap_or(self.subject))?;
            Some(Place { span, missing: primary.missing.clone(), from: None })
        });
        if let Some(place) = place {
            // What the provider decides cannot be set, so its absence says nothing.
            let computed = value.as_ref().is_some_and(Value::is_unknown);
            let place = if computed { Place { missing: None, ..place } } else { place };
            let text = match (&place.missing, &place.from) {
                (Some(name), _) => format!("`{name}` is not set here"),
                (None, Some(_)) => {
                    shown(value.as_ref()).map_or_else(String::new, |v| format!("is {v}"))
                }
                (None, None) => String::new(),
            };
            evidence.missing = evidence.missing.or(place.missing);
            evidence.at = Some(Label::new(place.span, text));
            if let Some(from) = place.from {
                evidence.related.push(Label::new(from, finding::WRITTEN));
            }
        }
        let first = evidence.related.len();
        evidence.related.extend(self.calls(primary.resource.unwrap_or(self.subject)));
        evidence.calls = first..evidence.related.len();
        self.relate(&mut evidence, deciding.iter().chain(&supporting));
        evidence
    }

    /// The module calls that lead to a resource, the nearest first.
    fn calls(&self, index: usize) -> impl Iterator<Item = Label> {
        let source = self.resource(index).and_then(|resource| resource.source.as_ref());
        let calls = source.map_or(&[][..], |source| &source.calls).iter().rev().take(CALLS);
        calls.filter_map(|call| {
            let block = call.of(self.world.trees)?;
            let name = block.label(0).unwrap_or_default();
            Some(Label::new(block.header_span(), format!("`module.{name}` is called here")))
        })
    }

    /// Adds the places of reads that are not yet there.
    fn relate<'r>(&self, evidence: &mut Evidence, reads: impl Iterator<Item = &'r Read>) {
        for read in reads {
            if evidence.related.len() >= RELATED {
                break;
            }
            let Some(place) = &read.place else { continue };
            let known = |span: Span| {
                evidence.at.as_ref().is_some_and(|at| at.span.contains(span))
                    || evidence.related.iter().any(|label| label.span == span)
            };
            if known(place.span) {
                continue;
            }
            let text = match (read.resource, &read.missing) {
                (Some(index), missing) if index != self.subject => {
                    let address = self.resource(index).map_or("", |r| &*r.address);
                    match missing {
                        Some(name) => format!("`{name}` is not set in {address}"),
                        None => format!("looked at {address}"),
                    }
                }
                (_, Some(name)) => format!("`{name}` is not set here"),
                (_, None) => String::new(),
            };
            evidence.related.push(Label::new(place.span, text));
        }
    }

    fn reads(&self, said: &[Said]) -> (Vec<Read>, Vec<Read>) {
        let (mut deciding, mut supporting) = (Vec::new(), Vec::new());
        for said in said {
            let explanation = self.trace.explain(said.origin);
            deciding.extend(explanation.deciding.iter().filter_map(|&o| self.read(o)));
            supporting.extend(explanation.supporting.iter().filter_map(|&o| self.read(o)));
        }
        // What a part decided needs no mention of the whole.
        supporting.retain(|whole: &Read| !deciding.iter().any(|part| whole.is_around(part)));
        self.put_in_order(&mut deciding);
        (deciding, supporting)
    }

    /// Puts what was read of the elements of a set into the order in which they are written: that of a
    /// set is the order of its values, which nobody sees.
    fn put_in_order(&self, reads: &mut Vec<Read>) {
        let elements: Vec<Option<(usize, &[PathStep])>> = reads
            .iter()
            .map(|read| Some((read.resource?, &read.path[..self.element_of_set(read)?])))
            .collect();
        let mut earliest: BTreeMap<(usize, &[PathStep]), Span> = BTreeMap::new();
        for (element, read) in elements.iter().zip(reads.iter()) {
            let (Some(element), Some(place)) = (element, &read.place) else { continue };
            let span = earliest.entry(*element).or_insert(place.span);
            *span = (*span).min(place.span);
        }
        let key = |n: usize| elements.get(n).copied().flatten().and_then(|e| earliest.get(&e));
        let places: Vec<usize> = (0..reads.len()).filter(|&n| key(n).is_some()).collect();
        let mut sorted = places.clone();
        sorted.sort_by_key(|&n| key(n));
        let mut order: Vec<usize> = (0..reads.len()).collect();
        for (place, from) in places.into_iter().zip(sorted) {
            order[place] = from;
        }
        *reads = order.into_iter().filter_map(|from| reads.get(from).cloned()).collect();
    }

    /// How many steps of a path lead to an element of the first set on it.
    fn element_of_set(&self, read: &Read) -> Option<usize> {
        let mut value = &self.resource(read.resource?)?.after;
        for (n, step) in read.path.iter().enumerate() {
            if matches!(value.kind(), Kind::Set(_)) {
                return Some(n + 1);
            }
            value = match step {
                PathStep::Name(name) => value.get(name)?,
                PathStep::Index(at) => value.as_elements()?.get(*at as usize)?,
            };
        }
        None
    }

    fn read(&self, origin: Origin) -> Option<Read> {
        let read = match self.trace.entry(origin) {
            None => {
                let span = self.world.trees.node(origin)?.span();
                return Some(Read {
                    resource: None,
                    path: Vec::new(),
                    missing: None,
                    place: Some(Place {
                        span: place::widen(self.world.trees, span),
                        missing: None,
                        from: None,
                    }),
                });
            }
            Some(Entry::Attribute { resource, path, written }) => {
                let index = (resource & !PRIOR) as usize;
                let place =
                    if resource & PRIOR == 0 { self.place(index, &path, written) } else { None };
                Read { resource: Some(index), path, missing: None, place }
            }
            Some(Entry::Missing { of, name }) => {
                let mut read = self.read(of)?;
                read.path.push(PathStep::Name(name.clone()));
                if let Some(index) = read.resource {
                    read.place = self.place(index, &read.path, Origin::NONE);
                }
                read.missing = Some(name.to_string());
                read
            }
            Some(Entry::Inside { of, parent, path, written }) => {
                let explained = self.trace.explain(of);
                let mut read = self.read(*explained.deciding.first()?)?;
                let part = self.part(parent, path.last(), written);
                read.path.extend(path);
                read.place = part.or(read.place);
                read
            }
            Some(Entry::Place { span }) => Read {
                resource: None,
                path: Vec::new(),
                missing: None,
                place: Some(Place { span, missing: None, from: None }),
            },
            Some(Entry::Derived(..)) => return None,
        };
        Some(read)
    }

    /// The place of a part of a document: where its parent names it, or else where it was written.
    fn part(&self, parent: Origin, step: Option<&PathStep>, written: Origin) -> Option<Place> {
        let span = self.written(written)?;
        let plain = |span| Place { span, missing: None, from: None };
        let around = match self.trace.entry(parent) {
            Some(Entry::Inside { written, .. }) => self.world.trees.node(written),
            _ => None,
        };
        let named = match (around, step) {
            (Some(Node::Expr(expr)), Some(PathStep::Name(name))) => place::item(expr, name),
            (Some(Node::Expr(expr)), Some(PathStep::Index(n))) => place::element(expr, *n),
            _ => None,
        };
        Some(match named {
            Some(named) if !named.contains(span) => {
                Place { from: Some(place::widen(self.world.trees, span)), ..plain(named) }
            }
            _ => plain(place::widen(self.world.trees, span)),
        })
    }

    fn written(&self, origin: Origin) -> Option<Span> {
        match self.trace.entry(origin) {
            Some(Entry::Place { span }) => Some(span),
            Some(_) => None,
            None => self.world.trees.node(origin).map(|node| node.span()),
        }
    }

    fn place(&self, index: usize, path: &Path, written: Origin) -> Option<Place> {
        let resource = self.resource(index)?;
        let source = resource.source.as_ref()?;
        place::of_path(self.world.trees, source.block, &resource.after, path, written)
    }

    /// The plan's own words, for a resource without source.
    fn excerpt(&self, index: usize, path: &[PathStep]) -> Option<finding::PlanExcerpt> {
        let resource = self.resource(index).filter(|resource| resource.source.is_none())?;
        // A set's order here is not that of the plan: the whole set is marked.
        let mut value = Some(&resource.after);
        let ordered = path.iter().take_while(|step| {
            let is_set = value.is_some_and(|value| matches!(value.kind(), Kind::Set(_)));
            value = value.and_then(|value| match step {
                PathStep::Name(name) => value.get(name),
                PathStep::Index(n) => value.as_elements()?.get(*n as usize),
            });
            !is_set
        });
        let path: Path = ordered.cloned().collect();
        excerpt(self.world.planned?, resource.change?, &path)
    }

    fn header(&self, index: usize) -> Option<Span> {
        let source = self.resource(index)?.source.as_ref()?;
        source.block.of(self.world.trees).map(|block| block.header_span())
    }

    fn resource(&self, index: usize) -> Option<&Resource> {
        self.world.graph.get(index)
    }

    fn value_at(&self, read: &Read) -> Option<Value> {
        let resource = self.resource(read.resource?)?;
        let mut value = resource.after.clone();
        for step in &read.path {
            let next = match step {
                PathStep::Name(name) => value.get(name),
                PathStep::Index(n) => value.as_elements().and_then(|items| items.get(*n as usize)),
            };
            // A document's parts lie behind its text.
            let Some(next) = next.cloned() else { return Some(value) };
            value = next.with_marks(value.marks().travelling());
        }
        Some(value)
    }
}

/// What to know about an attribute whose changes Terraform ignores.
fn ignored(resource: &Resource, path: &[PathStep]) -> Option<String> {
    let path = path_text(path);
    let is_part = |part: &str, of: &str| {
        part.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let covers = |name: &&String| {
        // `tags["a"]` and `tags.a` are the same.
        let name = name.replace("[\"", ".").replace("\"]", "");
        !path.is_empty() && (name == "all" || is_part(&path, &name) || is_part(&name, &path))
    };
    let names: Vec<String> =
        resource.ignored.iter().filter(covers).map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| {
        let names = names.join(", ");
        format!("changes to {names} are ignored, so what is written may not be what is there")
    })
}

/// The normal form of a plain value for the fingerprint; never of a sensitive one.
fn shape(read: &Read, value: Option<&Value>) -> String {
    if read.missing.is_some() {
        return "absent".to_owned();
    }
    match value {
        Some(value) if value.deep_marks().has(Marks::SENSITIVE) => "sensitive".to_owned(),
        Some(value) => match value.kind() {
            Kind::Null => "absent".to_owned(),
            Kind::Bool(b) => b.to_string(),
            Kind::Number(number) => number.to_string(),
            Kind::String(text) if text.as_str().len() <= 64 => text.as_str().to_owned(),
            Kind::String(_) => "string".to_owned(),
            Kind::Unknown(_) => "unknown".to_owned(),
            Kind::List(_) | Kind::Tuple(_) | Kind::Set(_) => "list".to_owned(),
            Kind::Map(_) | Kind::Object(_) => "object".to_owned(),
        },
        None => String::new(),
    }
}

fn shown(value: Option<&Value>) -> Option<String> {
    let value = value?;
    if value.deep_marks().has(Marks::SENSITIVE) {
        return None;
    }
    match value.kind() {
        Kind::Null => Some("`null`".to_owned()),
        Kind::Bool(b) => Some(format!("`{b}`")),
        Kind::Number(number) => Some(format!("`{number}`")),
        Kind::String(text) if text.as_str().len() <= 40 => Some(format!("`{}`", text.as_str())),
        _ => None,
    }
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A reason in the words of reports. What a resource will tell stands where the resource does.
pub(super) fn told(world: &World<'_>, reason: &Reason) -> finding::Reason {
    let declared = || {
        let (address, _) = Address::parse_leading(reason.subject())?;
        let resource = world.graph.get(world.graph.by_address(&address.to_string())?)?;
        let block = resource.source.as_ref()?.block.of(world.trees)?;
        Some(block.header_span())
    };
    finding::Reason {
        cause: words::cause(reason.cause()).to_owned(),
        subject: reason.subject().to_owned(),
        at: reason.at().or_else(declared),
    }
}

fn nothing() -> finding::Reason {
    finding::Reason { cause: "not known".to_owned(), subject: String::new(), at: None }
}
