//! Expressions: what they are and what they are made of.

use std::borrow::Cow;
use std::fmt;

use super::body::unquoted;
use super::pieces::{Call, For, Item, Items, Step, Steps};
use super::store::{Escapes, ExprData, Extent, SplatNode};
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
        /// The steps, never a [`StepKind::Splat`](super::StepKind::Splat).
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
            ExprData::Object(places) => Kind::Object(Item::list(tree, places)),
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

    pub(super) fn list(tree: &'a Tree, places: Extent) -> Exprs<'a> {
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
