//! From a path into a resource's attributes back to the span that must change.

use crate::eval::PathStep;
use crate::hcl::{Attribute, Block, Body, Expr, Item, Kind};
use crate::text::Span;
use crate::value::{Origin, Value};

use super::layers::type_of;
use super::module::BlockRef;
use super::trees::{Node, Trees};

/// Where something in a resource's attributes is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The attribute, the element, or, for what is absent, the header of the block that lacks it.
    pub span: Span,
    /// The name of what is absent.
    pub missing: Option<String>,
    /// Where the value was written, when that is outside the resource's block.
    pub from: Option<Span>,
}

/// The place of `path` in the attributes of the resource that `block` declares. `written` is the
/// origin of the value there, when it has one.
#[must_use]
pub fn of_path(
    trees: &Trees,
    block: BlockRef,
    attrs: &Value,
    path: &[PathStep],
    written: Origin,
) -> Option<Place> {
    let resource = block.of(trees)?;
    let (block, rest) = innermost(trees, resource, attrs, path);
    let written = trees.node(written).map(Node::span);
    let [PathStep::Name(name), steps @ ..] = rest else {
        return Some(Place { span: block.header_span(), missing: None, from: None });
    };
    let layers = trees.layers_of(block);
    if let Some(attribute) = layers.attribute(name) {
        return Some(in_attribute(trees, attribute, steps, written));
    }
    let nested = layers.blocks().into_iter().find(|inner| type_of(*inner) == **name);
    Some(match nested.map(Block::header_span) {
        Some(span) => Place { span, missing: None, from: None },
        None if written.is_some() => made(trees, block, written),
        None => Place { span: block.header_span(), missing: Some(name.to_string()), from: None },
    })
}

/// What a provider makes of things that are written: in the block itself, or in its configuration.
fn made(trees: &Trees, block: Block<'_>, written: Option<Span>) -> Place {
    let from = written.map(|span| widen(trees, span));
    match from.filter(|from| block.span().contains(*from)) {
        Some(span) => Place { span, missing: None, from: None },
        None => Place { span: block.header_span(), missing: None, from },
    }
}

/// The innermost block on the way along the path, and what is left of the path there.
fn innermost<'t, 'p>(
    trees: &'t Trees,
    resource: Block<'t>,
    attrs: &Value,
    path: &'p [PathStep],
) -> (Block<'t>, &'p [PathStep]) {
    let mut found = (resource, path);
    let mut value = Some(attrs);
    for (n, step) in path.iter().enumerate() {
        value = value.and_then(|value| match step {
            PathStep::Name(name) => value.get(name),
            PathStep::Index(index) => value.as_elements()?.get(*index as usize),
        });
        let Some(value) = value else { break };
        if let Some(Node::Block(block)) = trees.node(value.origin()) {
            found = (block, &path[n + 1..]);
        }
    }
    found
}

/// Inside an attribute: the element that was written there, or else the whole attribute.
fn in_attribute(
    trees: &Trees,
    attribute: Attribute<'_>,
    steps: &[PathStep],
    written: Option<Span>,
) -> Place {
    let whole = attribute.span();
    let expr = attribute.expr().span();
    match written {
        Some(at) if expr.contains(at) && (steps.is_empty() || at == expr) => {
            Place { span: whole, missing: None, from: None }
        }
        Some(at) if expr.contains(at) => {
            Place { span: widen(trees, at), missing: None, from: None }
        }
        outside => {
            let span = along(attribute.expr(), steps).unwrap_or(whole);
            let from = outside.map(|at| widen(trees, at));
            Place { span, missing: None, from }
        }
    }
}

/// The part of an expression that gives what is at a path, as far as it is written out; `None` where the
/// first step already is not.
fn along(expr: Expr<'_>, steps: &[PathStep]) -> Option<Span> {
    let (step, rest) = steps.split_first()?;
    match (expr.kind(), step) {
        (Kind::Parens(inner), _) => along(inner, steps),
        (Kind::Object(_), PathStep::Name(name)) => {
            let item = item_of(expr, name)?;
            Some(along(item.value, rest).unwrap_or(item.span))
        }
        (Kind::Tuple(elements), PathStep::Index(n)) => {
            let element = elements.get(*n as usize)?;
            Some(along(element, rest).unwrap_or(element.span()))
        }
        _ => None,
    }
}

/// The `name = value` around a value; the value itself when it is not named.
#[must_use]
pub fn widen(trees: &Trees, value: Span) -> Span {
    let Some(tree) = trees.tree(value.file) else { return value };
    match in_body(tree.root(), value) {
        Some(span) => span,
        None => in_json(tree.text(), value).unwrap_or(value),
    }
}

fn in_body(body: Body<'_>, value: Span) -> Option<Span> {
    if let Some(block) = body.blocks().find(|block| block.span().contains(value)) {
        return in_body(block.body(), value);
    }
    let attribute = body.attributes().find(|attribute| attribute.span().contains(value))?;
    if attribute.expr().span() == value {
        return Some(attribute.span());
    }
    in_expr(attribute.expr(), value)
}

fn in_expr(expr: Expr<'_>, value: Span) -> Option<Span> {
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        if let Kind::Object(items) = expr.kind() {
            for item in items {
                if item.value.span() == value {
                    return Some(item.span);
                }
            }
        }
        open.extend(expr.children().into_iter().filter(|child| child.span().contains(value)));
    }
    None
}

/// `name = value` in an object that is written out.
#[must_use]
pub fn item(object: Expr<'_>, name: &str) -> Option<Span> {
    item_of(object, name).map(|item| item.span)
}

fn item_of<'t>(object: Expr<'t>, name: &str) -> Option<Item<'t>> {
    let Kind::Object(mut items) = object.kind() else { return None };
    items.find(|item| match (&item.name, item.key.kind()) {
        (Some(own), _) => own == name,
        (None, Kind::String(own)) => own == name,
        _ => false,
    })
}

/// An element of a list that is written out.
#[must_use]
pub fn element(list: Expr<'_>, index: u32) -> Option<Span> {
    let Kind::Tuple(elements) = list.kind() else { return None };
    elements.get(index as usize).map(Expr::span)
}

/// The same for JSON text in a heredoc: `"name": value`.
fn in_json(text: &str, value: Span) -> Option<Span> {
    let before = text.get(..value.start as usize)?;
    let before = before.trim_end().strip_suffix(':')?.trim_end().strip_suffix('"')?;
    let start = before.rfind('"')?;
    let start = u32::try_from(start).ok()?;
    Some(Span { start, ..value })
}
