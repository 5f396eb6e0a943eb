//! HCL: text in, tree and diagnostics out. Native syntax here; JSON syntax gives the same tree.
//!
//! [`parse`] never fails: what could not be read becomes a diagnostic and an error node, and the rest
//! stays. Every node has a byte range. The tree is flat: nodes stand in vectors and know each other by
//! number; [`Body`], [`Block`], [`Attribute`] and [`Expr`] are small handles that borrow the tree.
//! Strings stay slices of the source and are unescaped when asked for.

mod decode;
mod json;
mod parser;
mod tree;
mod unescape;

use std::sync::Arc;

pub use decode::{Utf8Problem, decode};
pub use json::{Reading, Shape};
pub use tree::{
    Attribute, Attributes, BinaryOp, Block, BlockId, BlockLabel, Blocks, Body, Call, Expr, ExprId,
    Exprs, For, Item, Items, Kind, Labels, List, Names, Part, Parts, Step, StepKind, Steps,
    Template, Tree, UnaryOp, Walk,
};

use crate::diag::Diagnostic;
use crate::text::FileId;
use parser::Parser;

/// Reads a file in native syntax. Diagnostics come in source order.
#[must_use]
pub fn parse(file: FileId, text: Arc<str>) -> (Tree, Vec<Diagnostic>) {
    read(file, text, |parser| parser.file())
}

/// Reads a lone expression, such as a variable's value on the command line; see
/// [`Tree::expression`].
#[must_use]
pub fn parse_expression(file: FileId, text: Arc<str>) -> (Tree, Vec<Diagnostic>) {
    read(file, text, |parser| parser.lone_expression())
}

/// Reads a file that is one template; see [`Tree::expression`]. It is a heredoc as evaluation goes: the
/// result is text.
#[must_use]
pub fn parse_template(file: FileId, text: Arc<str>) -> (Tree, Vec<Diagnostic>) {
    read(file, text, |parser| parser.lone_template())
}

/// Reads a file in JSON syntax whose root has this shape. Diagnostics come in source order.
#[must_use]
pub fn parse_json(file: FileId, text: &Arc<str>, shape: &Shape) -> (Tree, Vec<Diagnostic>) {
    // What is decoded stands behind the text, so that both together need 32 bits.
    if u32::try_from(text.len().saturating_mul(2)).is_err() {
        return (
            Tree::of_text(file, text.clone()),
            vec![Diagnostic::error("file is larger than 2 GiB")],
        );
    }
    json::parse(file, text, shape)
}

fn read(
    file: FileId,
    text: Arc<str>,
    rule: fn(Parser<'_>) -> (parser::Contents, Vec<Diagnostic>),
) -> (Tree, Vec<Diagnostic>) {
    // Offsets are 32 bits wide.
    if u32::try_from(text.len()).is_err() {
        let (contents, _) = rule(Parser::new(file, ""));
        let diagnostic = Diagnostic::error("file is larger than 4 GiB");
        return (contents.with_text(file, Arc::from("")), vec![diagnostic]);
    }
    let (contents, diagnostics) = rule(Parser::new(file, &text));
    (contents.with_text(file, text), diagnostics)
}
