//! Expressions: what they are and what they are made of.

use std::borrow::Cow;
use std::fmt;

use super::body::unquoted;
use super::store::{Escapes, ExprData, Extent, SplatNode, StepData};
use super::template::{Part, Template};
use super::{ExprId, List, Tree};
use crate::hcl::unescape::unescape;
use crate::text::Span;

/// An expression. Nesting is limited, with one exception: a chain of operators leans to the left
/// as deep as it is long, so whoever walks an expression follows [`Kind::Binary`] with
/// [`Expr::chain`] or goes through [`Expr::walk`].
#[derive(Clone, Copy)]
pub struct Expr<'a> {
    pub(super) tree: &'a Tree,
    pub(super) id: ExprId,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum Kind<'a> {
    /// Could not be read; a diagnostic was given.
    Error,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// As written.
    Number(&'a str),
    /// A quoted string without template sequences, unescaped (not yet NFC).
    String(Cow<'a, str>),
    /// A quoted string with template sequences, or any heredoc.
    Template(Template<'a>),
    /// `[a, b]`.
    Tuple(Exprs<'a>),
    /// `{ key = value }`.
    Object(Items<'a>),
    /// `[for ...]` or `{for ...}`.
    For(For<'a>),
    /// A name that starts a reference: `var`, `each`, `aws_s3_bucket`; alone or as base of a
    /// traversal.
    Variable(&'a str),
    /// `base.name[index].0 ...`: at least one step, base is not itself a traversal.
    Traversal {
        /// What the steps start from.
        base: Expr<'a>,
        /// The steps, never a [`StepKind::Splat`].
        steps: Steps<'a>,
    },
    /// `base[*].steps` or `base.*.steps`; steps apply to each element (for `.*`: names and old
    /// indexes only, what follows is a traversal over the splat).
    Splat {
        /// What is gone through.
        base: Expr<'a>,
        /// `[*]` or `.*`.
        star: Span,
        /// Whether it is `[*]`.
        full: bool,
        /// What applies to each element.
        steps: Steps<'a>,
    },
    /// `name(arguments)`.
    Call(Call<'a>),
    /// `!a` or `-a`.
    Unary(UnaryOp, Expr<'a>),
    /// `a + b`; see [`Expr::chain`].
    Binary(BinaryOp, Expr<'a>, Expr<'a>),
    /// `condition ? then : otherwise`.
    Conditional {
        /// What decides.
        condition: Expr<'a>,
        /// Taken when true.
        then: Expr<'a>,
        /// Taken when false.
        otherwise: Expr<'a>,
    },
    /// `(a)`.
    Parens(Expr<'a>),
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum UnaryOp {
    Not,
    Negate,
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// Expressions in a row: elements of a tuple, arguments of a call.
pub type Exprs<'a> = List<'a, Expr<'a>>;
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

impl<'a> Expr<'a> {
    /// Its number in the tree.
    #[must_use]
    pub const fn id(self) -> ExprId {
        self.id
    }

    /// The tree it stands in.
    #[must_use]
    pub const fn tree(self) -> &'a Tree {
        self.tree
    }

    /// Its place.
    #[must_use]
    pub fn span(self) -> Span {
        self.tree.span(self.tree.store.span(self.id))
    }

    /// Source text under the span.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.tree.slice(self.tree.store.span(self.id))
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind<'a> {
        let Some(node) = self.tree.store.exprs.get(self.id.0 as usize) else {
            return Kind::Error;
        };
        let tree = self.tree;
        match node.data {
            ExprData::Error => Kind::Error,
            ExprData::Null => Kind::Null,
            ExprData::Bool(value) => Kind::Bool(value),
            ExprData::Number => Kind::Number(self.text()),
            ExprData::String { escaped } => Kind::String(self.string(escaped)),
            ExprData::Template { parts, heredoc } => {
                Kind::Template(Template { parts: Part::list(tree, parts), heredoc })
            }
            ExprData::Tuple(places) => Kind::Tuple(Self::list(tree, places)),
            ExprData::Object(places) => Kind::Object(List::new(tree, places, Item::read)),
            ExprData::For(place) => For::read(tree, place).map_or(Kind::Error, Kind::For),
            ExprData::Variable => Kind::Variable(self.text()),
            ExprData::Traversal { base, steps } => {
                Kind::Traversal { base: tree.expr(base), steps: Step::list(tree, steps) }
            }
            ExprData::Splat { base, splat } => self.splat(base, splat),
            ExprData::Call(place) => Call::read(tree, place).map_or(Kind::Error, Kind::Call),
            ExprData::Unary(op, operand) => Kind::Unary(op, tree.expr(operand)),
            ExprData::Binary(op, left, right) => {
                Kind::Binary(op, tree.expr(left), tree.expr(right))
            }
            ExprData::Conditional(condition, then, otherwise) => Kind::Conditional {
                condition: tree.expr(condition),
                then: tree.expr(then),
                otherwise: tree.expr(otherwise),
            },
            ExprData::Parens(inner) => Kind::Parens(tree.expr(inner)),
        }
    }

    /// No steps at all, for a name that stands alone.
    #[must_use]
    pub fn no_steps(self) -> Steps<'a> {
        Step::list(self.tree, Extent { start: 0, end: 0 })
    }

    /// A chain of operators along its left side, without recursion: `a + b - c` gives `a` and
    /// `[(+, b), (-, c)]`. An expression that is not [`Kind::Binary`] gives itself and nothing.
    #[must_use]
    pub fn chain(self) -> (Self, Vec<(BinaryOp, Self)>) {
        let (mut first, mut rest) = (self, Vec::new());
        while let Kind::Binary(op, left, right) = first.kind() {
            rest.push((op, right));
            first = left;
        }
        rest.reverse();
        (first, rest)
    }

    fn string(self, escaped: bool) -> Cow<'a, str> {
        let escapes = if escaped { Escapes::Quoted } else { Escapes::None };
        unescape(unquoted(self.text()), escapes)
    }

    fn splat(self, base: ExprId, splat: u32) -> Kind<'a> {
        let tree = self.tree;
        let Some(&SplatNode { star, full, steps }) = tree.store.splats.get(splat as usize) else {
            return Kind::Error;
        };
        let (star, steps) = (tree.span(star), Step::list(tree, steps));
        Kind::Splat { base: tree.expr(base), star, full, steps }
    }

    fn list(tree: &'a Tree, places: Extent) -> Exprs<'a> {
        List::new(tree, places, |tree, place| {
            let id = tree.store.lists.get(place as usize);
            tree.expr(id.copied().unwrap_or(ExprId(u32::MAX)))
        })
    }
}

impl fmt::Debug for Expr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.text())
    }
}

impl<'a> Item<'a> {
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
    fn list(tree: &'a Tree, places: Extent) -> Steps<'a> {
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
    fn read(tree: &'a Tree, place: u32) -> Option<Self> {
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
    fn read(tree: &'a Tree, place: u32) -> Option<Self> {
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
