//! JSON syntax: the same tree out of JSON text.
//!
//! JSON does not tell blocks from attributes, so the reader is given a [`Shape`]: which properties are
//! blocks, with how many labels, and how the strings of the others are read. Where a shape is `open`,
//! any object may turn out to be a block; it stands in the tree as both, see
//! [`Attribute::blocks`](super::Attribute::blocks).
//!
//! Text with escapes is decoded and kept behind the file's own text; `decoded` leads places back.

mod build;
pub(super) mod decoded;
mod scan;
mod shape;

use std::sync::Arc;

pub use shape::{Reading, Shape};

use super::tree::Tree;
use super::tree::store::{BodyNode, Extent, Store};
use crate::diag::Diagnostic;
use crate::text::FileId;

/// Reads a file in JSON syntax. A file that is no JSON has an empty body and one diagnostic.
pub(super) fn parse(file: FileId, text: &Arc<str>, shape: &Shape) -> (Tree, Vec<Diagnostic>) {
    let scanned = scan::scan(file, text);
    let root = match scanned.root {
        Ok(root) => root,
        Err(diagnostic) => {
            let root = BodyNode { span: Extent::new(0, text.len()), ..BodyNode::default() };
            let tree = Tree::of_json(file, text.clone(), None, Store::default(), root);
            return (tree, vec![*diagnostic]);
        }
    };
    let (store, root, mut diagnostics) = build::build(file, &scanned.document, root, shape);
    let scan::Document { text, decoded, .. } = scanned.document;
    let tree = Tree::of_json(file, Arc::from(text), Some(decoded), store, root);
    for diagnostic in &mut diagnostics {
        for label in diagnostic.at.iter_mut().chain(&mut diagnostic.related) {
            label.span = tree.span(Extent { start: label.span.start, end: label.span.end });
        }
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.at.as_ref().map(|at| at.span));
    (tree, diagnostics)
}
