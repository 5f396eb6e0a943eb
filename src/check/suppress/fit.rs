//! Whether a suppression names an outcome: its policy, its place or address, its instance.

use crate::diag::Label;
use crate::finding::{Outcome, PolicyIndex, Verdict};
use crate::graph::{Graph, Resource};
use crate::terraform::address::{Address, Key};
use crate::terraform::config::{BlockRef, Trees};
use crate::text::Span;
use crate::value::Value;

use super::{Cover, Covers, Parameter, Rule};

/// Where an outcome belongs.
pub(super) struct Spot<'a> {
    resource: Option<&'a Resource>,
    /// The resource's block and the override files' blocks over it.
    own: Vec<Span>,
    /// The key of the instance.
    key: Option<Key>,
    /// The blocks of each module call, and the key of the module's instance.
    calls: Vec<(Vec<Span>, Option<Key>)>,
    /// Where the finding points.
    at: Option<Span>,
    related: &'a [Label],
}

impl<'a> Spot<'a> {
    pub(super) fn of(outcome: &'a Outcome, graph: &'a Graph, trees: &Trees) -> Self {
        let address = &outcome.target.address;
        let resource = graph.by_address(address).and_then(|at| graph.get(at));
        let source = resource.and_then(|resource| resource.source.as_ref());
        let bodies = |block: BlockRef| -> Vec<Span> {
            trees.bodies(block).into_iter().map(|body| body.span()).collect()
        };
        let parsed = Address::parse(address).ok();
        let steps = parsed.as_ref().map(|address| address.module.0.clone());
        let keys = steps.iter().flat_map(|steps| steps.iter()).map(|step| step.key.clone());
        let calls = source.map(|source| source.calls.as_slice()).unwrap_or_default();
        let evidence = match &outcome.verdict {
            Verdict::Fail(evidence) | Verdict::Unknown(evidence, _) => Some(evidence),
            Verdict::Pass | Verdict::NotApplicable | Verdict::CoveredBy(_) => None,
        };
        Self {
            resource,
            own: source.map(|source| bodies(source.block)).unwrap_or_default(),
            key: parsed.and_then(|address| address.key),
            calls: calls.iter().map(|&call| bodies(call)).zip(keys).collect(),
            at: evidence.and_then(|evidence| evidence.at.as_ref()).map(|label| label.span),
            related: evidence.map(|evidence| evidence.related.as_slice()).unwrap_or_default(),
        }
    }

    /// The keys of what a comment covers of this spot: the resource's, or those of module calls.
    /// Nothing when it covers nothing of it.
    fn covered_by(&self, cover: &Cover) -> Vec<Option<&Key>> {
        let mut keys = Vec::new();
        let is_own = match *cover {
            Cover::Nothing => false,
            Cover::File(comment) => {
                let spans = self.own.iter().chain(&self.at);
                spans.into_iter().any(|span| span.file == comment.file)
            }
            Cover::Line(line) => self.at.is_some_and(|at| touches(at, line)),
            Cover::Statement { span, in_resource } => {
                let around = |spans: &[Span]| spans.iter().any(|&inner| span.contains(inner));
                let calls = self.calls.iter().filter(|(spans, _)| around(spans));
                keys.extend(calls.map(|(_, key)| key.as_ref()));
                // What a resource is compared with has its own findings; where a value comes from
                // has none.
                let is_origin = || self.related.iter().any(|label| span.contains(label.span));
                around(&self.own) || around(self.at.as_slice()) || !in_resource && is_origin()
            }
        };
        keys.extend(is_own.then_some(self.key.as_ref()));
        keys
    }
}

fn touches(a: Span, b: Span) -> bool {
    a.file == b.file && a.start <= b.end && b.start <= a.end
}

impl Rule {
    pub(super) fn fits(&self, outcome: &Outcome, spot: &Spot<'_>) -> bool {
        if !self.names(outcome.policy) {
            return false;
        }
        let keys = match &self.covers {
            Covers::Source(cover) => spot.covered_by(cover),
            Covers::Outside(files) => {
                let is_outside = spot.own.iter().any(|span| files.contains(&span.file));
                if is_outside { vec![spot.key.as_ref()] } else { Vec::new() }
            }
            Covers::Addresses(patterns) => {
                let target = &outcome.target;
                let is_meant = patterns.iter().any(|pattern| {
                    pattern.matches(&target.address) || pattern.matches(&target.static_address)
                });
                if is_meant { vec![spot.key.as_ref()] } else { Vec::new() }
            }
        };
        !keys.is_empty()
            && self.names_instance(outcome.policy, &keys)
            && self.parameters.iter().all(|parameter| is_so(spot.resource, parameter))
    }

    fn names(&self, policy: PolicyIndex) -> bool {
        self.named.iter().any(|named| named.policies.contains(&policy))
    }

    fn names_instance(&self, policy: PolicyIndex, keys: &[Option<&Key>]) -> bool {
        let named = self.named.iter().filter(|named| named.policies.contains(&policy));
        named.into_iter().any(|named| match &named.key {
            None => true,
            Some(wanted) => {
                keys.iter().flatten().any(|key| key.to_string() == format!("[{wanted}]"))
            }
        })
    }
}

/// Whether an attribute of the resource has the value. What cannot be told is not so.
fn is_so(resource: Option<&Resource>, (path, wanted): &Parameter) -> bool {
    let mut value = resource.map(|resource| &resource.after);
    for name in path.split('.') {
        value = value.and_then(single).and_then(|value| value.get(name));
    }
    value.is_some_and(|value| match value.kind() {
        crate::value::Kind::Bool(is) => is.to_string() == *wanted,
        crate::value::Kind::Number(number) => number.to_string() == *wanted,
        _ => value.as_str() == Some(wanted),
    })
}

/// The only block of its kind.
fn single(value: &Value) -> Option<&Value> {
    match value.as_elements() {
        Some([only]) => Some(only),
        Some(_) => None,
        None => Some(value),
    }
}
