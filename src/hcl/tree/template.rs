//! Templates: text with `${ }` and `%{ }` in it.

use std::borrow::Cow;

use super::store::{Extent, PartData, PartNode};
use super::{Expr, ExprId, List, Tree};
use crate::hcl::unescape::unescape;
use crate::text::Span;

/// A quoted string with template sequences, or any heredoc.
#[derive(Clone, Copy, Debug)]
pub struct Template<'a> {
    /// What it is made of. A quoted template whose only part is an interpolation is that value
    /// itself, not text; a literal that was trimmed to nothing still counts as a part.
    pub parts: Parts<'a>,
    /// Whether it is a heredoc.
    pub heredoc: bool,
}

/// The parts of a template or directive.
pub type Parts<'a> = List<'a, Part<'a>>;

/// A piece of a template. Directives nest no deeper than expressions may.
#[derive(Clone, Debug)]
pub enum Part<'a> {
    /// Text after unescaping, unindenting (`<<-`) and trimming (`~`). Each literal is one contiguous
    /// piece of the source (split per line where indentation is cut), so that `span.start + n` is
    /// where byte n of `text` stands unless an escape stands between.
    Literal {
        /// The text (not yet NFC).
        text: Cow<'a, str>,
        /// The piece of the source, escapes included.
        span: Span,
    },
    /// `${ expr }`.
    Interpolation {
        /// What stands inside.
        expr: Expr<'a>,
        /// With the marks.
        span: Span,
    },
    /// `%{ if condition }then%{ else }otherwise%{ endif }`.
    If {
        /// What decides.
        condition: Expr<'a>,
        /// Taken when true.
        then: Parts<'a>,
        /// Taken when false, where there is an `else`.
        otherwise: Option<Parts<'a>>,
        /// From `%{ if` to the end of `endif }`.
        span: Span,
    },
    /// `%{ for key, value in collection }body%{ endfor }`.
    For {
        /// The first of two names.
        key: Option<&'a str>,
        /// The last name.
        value: &'a str,
        /// What is gone through.
        collection: Expr<'a>,
        /// Repeated for each element.
        body: Parts<'a>,
        /// From `%{ for` to the end of `endfor }`.
        span: Span,
    },
}

impl<'a> Part<'a> {
    /// The part's place in the source.
    #[must_use]
    pub const fn span(&self) -> Span {
        match self {
            Self::Literal { span, .. }
            | Self::Interpolation { span, .. }
            | Self::If { span, .. }
            | Self::For { span, .. } => *span,
        }
    }

    pub(super) fn list(tree: &'a Tree, places: Extent) -> Parts<'a> {
        List::new(tree, places, Self::read)
    }

    fn read(tree: &'a Tree, place: u32) -> Self {
        let Some(&PartNode { span: extent, data }) = tree.store.parts.get(place as usize) else {
            return Self::missing(tree);
        };
        let span = tree.span(extent);
        match data {
            PartData::Literal(escapes) => {
                Self::Literal { text: unescape(tree.slice(extent), escapes), span }
            }
            PartData::Interpolation(id) => Self::Interpolation { expr: tree.expr(id), span },
            PartData::If(place) => {
                let Some(node) = tree.store.ifs.get(place as usize) else {
                    return Self::missing(tree);
                };
                Self::If {
                    condition: tree.expr(node.condition),
                    then: Self::list(tree, node.then),
                    otherwise: node.otherwise.map(|parts| Self::list(tree, parts)),
                    span,
                }
            }
            PartData::For(place) => {
                let Some(node) = tree.store.loops.get(place as usize) else {
                    return Self::missing(tree);
                };
                Self::For {
                    key: node.head.key.map(|key| tree.slice(key)),
                    value: tree.slice(node.head.value),
                    collection: tree.expr(node.head.collection),
                    body: Self::list(tree, node.body),
                    span,
                }
            }
        }
    }

    /// Stands in where a number is not of this tree.
    fn missing(tree: &'a Tree) -> Self {
        let span = Span::new(tree.file(), 0, 0);
        Self::Interpolation { expr: tree.expr(ExprId(u32::MAX)), span }
    }
}
