//! Goes through bodies, attribute by attribute, block by block, with the source beside them.

use std::collections::BTreeSet;

use crate::hcl::{Attribute, Expr, Kind, Part};
use crate::terraform::address::dotted;
use crate::terraform::config::{Layers, Node, Resource, Trees};
use crate::text::Span;
use crate::value::Value;

use super::values::{self, Finding};
use super::{Class, Comparison, Difference, Verdict};

/// One instance that was evaluated.
pub(super) struct Bodies<'t> {
    trees: &'t Trees,
    resource: &'t Resource,
}

/// A body: what was written in it, and where its header stands.
struct Body<'t> {
    layers: Layers<'t>,
    header: Span,
    path: String,
}

impl<'t> Bodies<'t> {
    pub(super) const fn new(trees: &'t Trees, resource: &'t Resource) -> Self {
        Self { trees, resource }
    }

    /// Compares all attributes with the planned ones.
    pub(super) fn compare(&self, planned: &Value, comparison: &mut Comparison) {
        let Some(block) = self.resource.block.of(self.trees) else { return };
        let body = Body {
            layers: self.trees.layers_of(block),
            header: block.header_span(),
            path: String::new(),
        };
        self.body(&body, planned, &self.resource.attrs, comparison);
    }

    fn body(&self, body: &Body<'t>, planned: &Value, own: &Value, comparison: &mut Comparison) {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for value in [planned, own] {
            names.extend(value.as_entries().into_iter().flat_map(|all| all.iter()).map(|e| &*e.0));
        }
        for name in names {
            let own = own.get(name).map(|value| values::part(own, value));
            self.member(body, name, planned.get(name), own.as_ref(), comparison);
        }
    }

    fn member(
        &self,
        body: &Body<'t>,
        name: &str,
        planned: Option<&Value>,
        own: Option<&Value>,
        comparison: &mut Comparison,
    ) {
        let path = dotted(&body.path, name);
        let attribute = body.layers.attribute(name);
        if attribute.is_none()
            && let (Some(planned), Some(own)) = (planned, own)
            && self.blocks(&path, planned, own, comparison)
        {
            return;
        }
        let is_block = || {
            let mut blocks = body.layers.blocks().into_iter();
            blocks.find(|block| block.kind() == name || block.label(0).as_deref() == Some(name))
        };
        let (class, at) = match attribute {
            Some(attribute) => (class(attribute), attribute.span()),
            None => match is_block() {
                Some(block) => (Class::Computed, block.header_span()),
                None => (Class::Absent, body.header),
            },
        };
        let mut found = Vec::new();
        match (planned, own) {
            (Some(planned), Some(own)) => values::compare(planned, own, &path, &mut found),
            // A name that only one side has says nothing while it is null.
            (Some(value), None) if !is_nothing(value) => {
                found.push(Finding::only(&path, "is not there".into(), values::shown(value)));
            }
            (None, Some(value)) if !is_nothing(value) => {
                found.push(Finding::only(&path, values::shown(value), "is not there".into()));
            }
            _ => {}
        }
        self.count(class, at, found, comparison);
    }

    /// Nested blocks, pair by pair. False when these are no blocks, or not the same number.
    fn blocks(
        &self,
        path: &str,
        planned: &Value,
        own: &Value,
        comparison: &mut Comparison,
    ) -> bool {
        if self.block(own).is_some() && planned.as_entries().is_some() {
            self.nested(path.to_owned(), planned, own, comparison);
            return true;
        }
        let (Some(plan), Some(ours)) = (planned.as_elements(), own.as_elements()) else {
            return false;
        };
        let are_blocks =
            !ours.is_empty() && ours.iter().all(|element| self.block(element).is_some());
        if !are_blocks || plan.len() != ours.len() {
            return false;
        }
        for (at, (plan, ours)) in values::pairs(planned, own).into_iter().enumerate() {
            self.nested(format!("{path}[{at}]"), plan, &values::part(own, ours), comparison);
        }
        true
    }

    fn nested(&self, path: String, planned: &Value, own: &Value, comparison: &mut Comparison) {
        let Some(Node::Block(block)) = self.trees.node(own.origin()) else { return };
        let body = Body { layers: self.trees.layers_of(block), header: block.header_span(), path };
        self.body(&body, planned, own, comparison);
    }

    fn block(&self, value: &Value) -> Option<Node<'t>> {
        value.as_entries()?;
        let node = self.trees.node(value.origin())?;
        matches!(node, Node::Block(_)).then_some(node)
    }

    /// Counts one attribute, by the worst that was found in it.
    fn count(&self, class: Class, at: Span, found: Vec<Finding>, comparison: &mut Comparison) {
        let verdict = found.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Equal);
        *comparison.counts.entry((class, verdict)).or_default() += 1;
        comparison.differences.extend(found.into_iter().map(|finding| Difference {
            address: self.resource.address.to_string(),
            path: finding.path,
            class,
            verdict: finding.verdict,
            evaluated: finding.evaluated,
            planned: finding.planned,
            cause: finding.reason.as_ref().map(crate::value::Reason::cause),
            waits_for: finding.reason.map(|r| r.subject().to_owned()).unwrap_or_default(),
            at: Some(at),
        }));
    }
}

/// Null, or empty: what both sides may leave out.
fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_elements().is_some_and(<[Value]>::is_empty)
}

fn class(attribute: Attribute<'_>) -> Class {
    if is_literal(attribute.expr()) { Class::Literal } else { Class::Computed }
}

fn is_literal(expr: Expr<'_>) -> bool {
    match expr.kind() {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => true,
        Kind::Template(template) => {
            template.parts.into_iter().all(|part| matches!(part, Part::Literal { .. }))
        }
        Kind::Tuple(elements) => elements.into_iter().all(is_literal),
        Kind::Object(items) => items
            .into_iter()
            .all(|item| (item.name.is_some() || is_literal(item.key)) && is_literal(item.value)),
        Kind::Parens(inner) => is_literal(inner),
        Kind::Error
        | Kind::For(_)
        | Kind::Variable(_)
        | Kind::Traversal { .. }
        | Kind::Splat { .. }
        | Kind::Call(_)
        | Kind::Unary(..)
        | Kind::Binary(..)
        | Kind::Conditional { .. } => false,
    }
}
