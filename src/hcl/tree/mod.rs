//! The tree of one file, read through small `Copy` handles.
//!
//! A handle is the tree and a number. Nodes stand in vectors (`store`); a node's children stand in
//! a row of their own vector, so that a list is two numbers. Nothing here recurses, and a tree of
//! any depth is dropped like a few vectors.

mod body;
mod expr;
mod list;
mod pieces;
pub(super) mod store;
mod template;
mod walk;

use std::sync::Arc;

use super::json::decoded::Decoded;
use crate::text::{FileId, Span};

pub use body::{Attribute, Attributes, Block, BlockLabel, Blocks, Body, Labels};
pub use expr::{BinaryOp, Expr, Exprs, Kind, UnaryOp};
pub use list::List;
pub use pieces::{Call, For, Item, Items, Names, Step, StepKind, Steps};
pub use template::{Part, Parts, Template};
pub use walk::Walk;

use store::{BodyNode, Extent, Store};

/// An expression's number in its tree, counted from 0 without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

/// A block's number in its tree, counted from 0 without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(pub u32);

/// One file, parsed.
#[derive(Debug)]
pub struct Tree {
    pub(super) file: FileId,
    pub(super) text: Arc<str>,
    pub(super) store: Arc<Store>,
    pub(super) root: BodyNode,
    pub(super) expression: Option<ExprId>,
    pub(super) comments: Vec<Span>,
    /// In JSON syntax: what of `text` is not the file's own.
    pub(super) json: Option<Arc<Decoded>>,
}

impl Tree {
    /// The file.
    #[must_use]
    pub const fn file(&self) -> FileId {
        self.file
    }

    /// The same tree for another file with the same text.
    #[must_use]
    pub fn in_file(&self, file: FileId) -> Self {
        let comments = self.comments.iter().map(|&span| Span { file, ..span }).collect();
        Self {
            file,
            comments,
            text: self.text.clone(),
            store: self.store.clone(),
            root: self.root,
            expression: self.expression,
            json: self.json.clone(),
        }
    }

    /// The tree of a file in JSON syntax.
    pub(super) fn of_json(
        file: FileId,
        text: Arc<str>,
        decoded: Option<Decoded>,
        store: Store,
        root: BodyNode,
    ) -> Self {
        let own = store::number(text.len());
        let json = Some(Arc::new(decoded.unwrap_or(Decoded { own, pieces: Vec::new() })));
        let store = Arc::new(store);
        Self { file, text, store, root, expression: None, comments: Vec::new(), json }
    }

    /// A file that holds no statements, as a tree: nothing but its text.
    #[must_use]
    pub fn of_text(file: FileId, text: Arc<str>) -> Self {
        let (store, root) = (Arc::new(Store::default()), BodyNode::default());
        Self { file, text, store, root, expression: None, comments: Vec::new(), json: None }
    }

    /// The whole source text.
    #[must_use]
    pub fn text(&self) -> &str {
        let own = self.json.as_ref().map_or(self.text.len(), |json| json.own as usize);
        self.text.get(..own).unwrap_or("")
    }

    /// Whether the file is in JSON syntax.
    pub(super) const fn is_json(&self) -> bool {
        self.json.is_some()
    }

    /// The block that an object of JSON may be.
    fn object_block(&self, object: Expr<'_>) -> Option<Block<'_>> {
        let objects = &self.store.objects;
        let at = objects.binary_search_by_key(&object.id(), |&(expr, _)| expr).ok()?;
        objects.get(at).map(|&(_, block)| self.block(block))
    }

    /// The file's body; empty when a lone expression was parsed.
    #[must_use]
    pub const fn root(&self) -> Body<'_> {
        Body { tree: self, node: &self.root }
    }

    /// The expression, when a lone one was parsed.
    #[must_use]
    pub fn expression(&self) -> Option<Expr<'_>> {
        self.expression.map(|id| self.expr(id))
    }

    /// Number of expressions; their ids are `0..expr_count`. Those that stood in a statement which
    /// could not be read count too, though nothing in the tree leads to them.
    #[must_use]
    pub fn expr_count(&self) -> u32 {
        store::number(self.store.exprs.len())
    }

    /// Number of blocks; their ids are `0..block_count`.
    #[must_use]
    pub fn block_count(&self) -> u32 {
        store::number(self.store.blocks.len())
    }

    /// The expression of that number.
    #[must_use]
    pub const fn expr(&self, id: ExprId) -> Expr<'_> {
        Expr { tree: self, id }
    }

    /// The calls of functions with one of these names, wherever they stand in the file.
    #[must_use]
    pub fn calls_of(&self, names: &[&str]) -> Vec<ExprId> {
        let calls = self.store.exprs.iter().enumerate().filter(|(_, node)| match node.data {
            store::ExprData::Call(place) => {
                let call = self.store.calls.get(place as usize);
                call.is_some_and(|call| names.contains(&self.slice(call.name)))
            }
            _ => false,
        });
        calls.map(|(n, _)| ExprId(store::number(n))).collect()
    }

    /// The block of that number.
    #[must_use]
    pub const fn block(&self, id: BlockId) -> Block<'_> {
        Block { tree: self, id }
    }

    /// All comments in source order (`#`, `//`, `/* */`), with their marks, without the line break.
    #[must_use]
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// Source text under a range; empty where the range does not fit.
    fn slice(&self, extent: Extent) -> &str {
        self.text.get(extent.start as usize..extent.end as usize).unwrap_or("")
    }

    pub(super) fn span(&self, extent: Extent) -> Span {
        let extent = match &self.json {
            Some(json) => json.place(extent),
            None => extent,
        };
        Span::new(self.file, extent.start, extent.end)
    }
}
