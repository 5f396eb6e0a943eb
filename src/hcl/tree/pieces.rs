//! What expressions are made of: items, steps, the parts of a `for` and of a call.

use std::borrow::Cow;

use super::store::{Extent, SplatNode, StepData};
use super::{Expr, ExprId, Exprs, Kind, List, Tree};
use crate::text::Span;

/// The items of an object.
pub type Items<'a> = List<'a, Item<'a>>;
/// The steps of a traversal or splat.
pub type Steps<'a> = List<'a, Step<'a>>;
/// Names in a row.
pub type Names<'a> = List<'a, &'a str>;

/// `key = value` in an object.
#[derive(Clone, Debug)]
pub struct Item<'a> {
    /// The key; a bare name is a [`Kind::Variable`] (or `null`, `true`, `false`), see `name`.
    pub key: Expr<'a>,
    /// The key's own text when it is a bare name.
    pub name: Option<Cow<'a, str>>,
    /// The value.
    pub value: Expr<'a>,
    /// From key to value.
    pub span: Span,
}

/// One step of a traversal.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// Which.
    pub kind: StepKind<'a>,
    /// With the dot or brackets.
    pub span: Span,
}

impl<'a> List<'a, Step<'a>> {
    /// The name at a place among the steps that are left, when that step is `.name`.
    #[must_use]
    pub fn name(self, n: usize) -> Option<&'a str> {
        match self.get(n)?.kind {
            StepKind::Attribute(name) => Some(name),
            StepKind::Index(_) | StepKind::Legacy(_) | StepKind::Splat { .. } => None,
        }
    }
}

/// Where a step leads.
#[derive(Clone, Debug)]
pub enum StepKind<'a> {
    /// `.name`
    Attribute(&'a str),
    /// `[key]`
    Index(Expr<'a>),
    /// `.0`: the digits (`a.1e3` is legal too).
    Legacy(&'a str),
    /// A splat among the steps of a `[*]`: `[*]` or `.*`, with the steps that apply to each of its
    /// elements. `a[*].b[*].c` is a list of lists. After a `.*` more steps may follow, which apply
    /// to its result; after `[*]` there are none.
    Splat {
        /// `[*]` or `.*`.
        star: Span,
        /// Whether it is `[*]`.
        full: bool,
        /// What applies to each element.
        steps: Steps<'a>,
    },
}

/// `[for key, value in collection : result if condition]`, or with braces and `=>`.
#[derive(Clone, Copy, Debug)]
pub struct For<'a> {
    /// The first of two names.
    pub key: Option<&'a str>,
    /// The last name.
    pub value: &'a str,
    /// What is gone through.
    pub collection: Expr<'a>,
    /// `=>` left side: makes an object
    pub result_key: Option<Expr<'a>>,
    /// What each element gives.
    pub result: Expr<'a>,
    /// `...` after the result: equal keys gather their values.
    pub group: bool,
    /// What follows `if`.
    pub condition: Option<Expr<'a>>,
}

/// `name(arguments)`.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// What stands before the name: `core` of `core::length`, `provider` and `aws` of
    /// `provider::aws::f`.
    pub namespaces: Names<'a>,
    /// The last name.
    pub name: &'a str,
    /// With namespaces.
    pub name_span: Span,
    /// What stands in the parentheses.
    pub arguments: Exprs<'a>,
    /// `f(list...)`
    pub expand: bool,
}

impl<'a> Call<'a> {
    /// What stands before the name.
    #[must_use]
    pub const fn namespaces(self) -> Names<'a> {
        self.namespaces
    }
}

impl<'a> Item<'a> {
    pub(super) fn list(tree: &'a Tree, places: Extent) -> Items<'a> {
        List::new(tree, places, Self::read)
    }

    fn read(tree: &'a Tree, place: u32) -> Self {
        let node = tree.store.items.get(place as usize);
        let missing = ExprId(u32::MAX);
        let key = tree.expr(node.map_or(missing, |node| node.key));
        let value = tree.expr(node.map_or(missing, |node| node.value));
        let is_name = matches!(key.kind(), Kind::Variable(_) | Kind::Null | Kind::Bool(_));
        let name = is_name.then(|| Cow::Borrowed(key.text()));
        Self { key, name, value, span: key.span().to(value.span()) }
    }
}

impl<'a> Step<'a> {
    pub(super) fn list(tree: &'a Tree, places: Extent) -> Steps<'a> {
        List::new(tree, places, Self::read)
    }

    fn read(tree: &'a Tree, place: u32) -> Self {
        let Some(node) = tree.store.steps.get(place as usize) else {
            return Self { kind: StepKind::Attribute(""), span: tree.span(Extent::default()) };
        };
        let rest = |start| tree.slice(Extent { start, end: node.span.end });
        let kind = match node.data {
            StepData::Attribute(start) => StepKind::Attribute(rest(start)),
            StepData::Legacy(start) => StepKind::Legacy(rest(start)),
            StepData::Index(id) => StepKind::Index(tree.expr(id)),
            StepData::Splat(place) => Self::splat(tree, place),
        };
        Self { kind, span: tree.span(node.span) }
    }

    fn splat(tree: &'a Tree, place: u32) -> StepKind<'a> {
        match tree.store.splats.get(place as usize) {
            Some(&SplatNode { star, full, steps }) => {
                StepKind::Splat { star: tree.span(star), full, steps: Self::list(tree, steps) }
            }
            None => StepKind::Attribute(""),
        }
    }
}

impl<'a> For<'a> {
    pub(super) fn read(tree: &'a Tree, place: u32) -> Option<Self> {
        let node = tree.store.fors.get(place as usize)?;
        Some(Self {
            key: node.head.key.map(|key| tree.slice(key)),
            value: tree.slice(node.head.value),
            collection: tree.expr(node.head.collection),
            result_key: node.result_key.map(|id| tree.expr(id)),
            result: tree.expr(node.result),
            group: node.group,
            condition: node.condition.map(|id| tree.expr(id)),
        })
    }
}

impl<'a> Call<'a> {
    pub(super) fn read(tree: &'a Tree, place: u32) -> Option<Self> {
        let node = tree.store.calls.get(place as usize)?;
        Some(Self {
            namespaces: List::new(tree, node.namespaces, |tree, place| {
                tree.slice(tree.store.names.get(place as usize).copied().unwrap_or_default())
            }),
            name: tree.slice(node.name),
            name_span: tree.span(node.head),
            arguments: Expr::list(tree, node.arguments),
            expand: node.expand,
        })
    }
}
