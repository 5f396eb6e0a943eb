//! The parser takes any bytes: it never panics, and whatever it says and keeps lies in the file.
//!
//! `cargo +nightly fuzz run parse`; a case found becomes a line in `fixtures/hcl/`.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use planward::hcl::{self, Body, ExprId, Kind, Part, Parts, Tree};
use planward::text::{FileId, Span};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = hcl::decode(bytes.to_vec()) else { return };
    let text: Arc<str> = Arc::from(text);
    for parse in [hcl::parse, hcl::parse_expression] {
        let (tree, diagnostics) = parse(FileId(0), text.clone());
        for diagnostic in &diagnostics {
            diagnostic.at.iter().chain(&diagnostic.related).for_each(|at| slice(&tree, at.span));
        }
        tree.comments().iter().for_each(|comment| slice(&tree, *comment));
        body(&tree, tree.root());
        for id in 0..tree.expr_count() {
            expr(&tree, ExprId(id));
        }
    }
});

/// Panics unless a span lies in the file, on the boundaries of characters.
fn slice(tree: &Tree, span: Span) {
    assert!(tree.text().get(span.start as usize..span.end as usize).is_some(), "{span:?}");
}

/// Blocks nest at most 200 deep.
fn body(tree: &Tree, node: Body<'_>) {
    slice(tree, node.span());
    node.attributes().for_each(|attribute| slice(tree, attribute.span()));
    for block in node.blocks() {
        slice(tree, block.span());
        block.labels().for_each(|label| slice(tree, label.span));
        body(tree, block.body());
    }
}

fn expr(tree: &Tree, id: ExprId) {
    let node = tree.expr(id);
    slice(tree, node.span());
    if let Kind::Template(template) = node.kind() {
        parts(tree, template.parts);
    }
    for child in node.children() {
        assert!(child.id() < id, "a child is stored before its parent");
    }
}

/// Directives nest at most 400 deep.
fn parts(tree: &Tree, list: Parts<'_>) {
    for part in list {
        slice(tree, part.span());
        match part {
            Part::Literal { .. } | Part::Interpolation { .. } => {}
            Part::If { then, otherwise, .. } => {
                parts(tree, then);
                otherwise.into_iter().for_each(|otherwise| parts(tree, otherwise));
            }
            Part::For { body, .. } => parts(tree, body),
        }
    }
}
