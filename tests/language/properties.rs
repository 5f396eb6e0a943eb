//! What holds for every input: no panic, every node inside its parent, every diagnostic in the file.

use planward::hcl::{self, Body, Expr, Kind, Part, Parts, StepKind, Steps, Tree};
use planward::text::Span;
use proptest::prelude::*;

use crate::snippets::{accepted, rejected};
use crate::{errors, parse, parse_expression};

/// Panics unless every node lies in its parent and on character boundaries.
fn check(text: &str) {
    let (tree, diagnostics) = parse(text);
    for diagnostic in &diagnostics {
        let labels = diagnostic.at.iter().chain(&diagnostic.related);
        for label in labels {
            inside(&tree, whole(&tree), label.span, &diagnostic.message);
        }
    }
    for comment in tree.comments() {
        inside(&tree, whole(&tree), *comment, "comment");
    }
    assert!(tree.comments().is_sorted());
    body(&tree, whole(&tree), tree.root());
    for id in 0..tree.expr_count() {
        let _ = tree.expr(hcl::ExprId(id)).kind();
    }
    let (tree, _) = parse_expression(text);
    expr(&tree, whole(&tree), tree.expression().expect("always one"));
}

fn whole(tree: &Tree) -> Span {
    Span::new(tree.file(), 0, u32::try_from(tree.text().len()).expect("small"))
}

fn inside(tree: &Tree, parent: Span, child: Span, what: &str) {
    assert!(parent.contains(child), "{what}: {child:?} is not in {parent:?} of {:?}", tree.text());
    let range = child.start as usize..child.end as usize;
    assert!(tree.text().get(range).is_some(), "{what}: {child:?} of {:?}", tree.text());
}

fn body(tree: &Tree, parent: Span, node: Body<'_>) {
    inside(tree, parent, node.span(), "body");
    for attribute in node.attributes() {
        inside(tree, node.span(), attribute.span(), "attribute");
        inside(tree, attribute.span(), attribute.name_span(), "name");
        expr(tree, attribute.span(), attribute.expr());
    }
    for block in node.blocks() {
        inside(tree, node.span(), block.span(), "block");
        inside(tree, block.span(), block.header_span(), "header");
        inside(tree, block.header_span(), block.kind_span(), "kind");
        for label in block.labels() {
            inside(tree, block.header_span(), label.span, "label");
        }
        body(tree, block.span(), block.body());
    }
}

/// Follows the left side of operators in a loop: it may be as deep as a file is long.
fn expr(tree: &Tree, mut parent: Span, mut node: Expr<'_>) {
    while let Kind::Binary(_, left, right) = node.kind() {
        inside(tree, parent, node.span(), "operation");
        expr(tree, node.span(), right);
        (parent, node) = (node.span(), left);
    }
    inside(tree, parent, node.span(), "expression");
    match node.kind() {
        Kind::Template(template) => parts(tree, node.span(), template.parts),
        Kind::Object(items) => {
            for item in items {
                inside(tree, node.span(), item.span, "item");
                expr(tree, item.span, item.key);
                expr(tree, item.span, item.value);
            }
        }
        Kind::Traversal { base, steps: list } => {
            assert!(!list.is_empty() && !matches!(base.kind(), Kind::Traversal { .. }));
            expr(tree, node.span(), base);
            steps(tree, node.span(), list);
        }
        Kind::Splat { base, star, steps: list, .. } => {
            inside(tree, node.span(), star, "star");
            expr(tree, node.span(), base);
            steps(tree, node.span(), list);
        }
        Kind::Call(call) => {
            inside(tree, node.span(), call.name_span, "function's name");
            call.arguments.for_each(|argument| expr(tree, node.span(), argument));
        }
        _ => node.children().into_iter().for_each(|child| expr(tree, node.span(), child)),
    }
}

fn steps(tree: &Tree, parent: Span, list: Steps<'_>) {
    for step in list {
        inside(tree, parent, step.span, "step");
        match step.kind {
            StepKind::Index(key) => expr(tree, step.span, key),
            StepKind::Splat { steps: list, .. } => steps(tree, step.span, list),
            StepKind::Attribute(name) => assert!(!name.is_empty()),
            StepKind::Legacy(digits) => assert!(!digits.is_empty()),
        }
    }
}

fn parts(tree: &Tree, parent: Span, list: Parts<'_>) {
    for part in list {
        inside(tree, parent, part.span(), "part");
        match part {
            Part::Literal { .. } => {}
            Part::Interpolation { expr: inner, span } => expr(tree, span, inner),
            Part::If { condition, then, otherwise, span } => {
                expr(tree, span, condition);
                parts(tree, span, then);
                otherwise.into_iter().for_each(|otherwise| parts(tree, span, otherwise));
            }
            Part::For { collection, body, span, .. } => {
                expr(tree, span, collection);
                parts(tree, span, body);
            }
        }
    }
}

/// Text made of what matters to the parser.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "a", "b-c", "for ", "in ", "if ", "else", "endif", "endfor", "null", "1", "1.5", "0x",
            "\"", "\\", "\\u00e9", "${", "%{", "$${", "~", "}", "{", "[", "]", "(", ")", "<<E\n",
            "<<-E\n", "\nE\n", "=", "=>", ":", "::", "?", ".", "...", "*", ",", "!", "-", "+", "/",
            "//", "/*", "*/", "#", "&&", "||", "==", "<", ">=", "%", " ", "  ", "\t", "\n", "\r\n",
            "\r", "é", "😀", "\u{a0}", "\u{feff}", "\0", ";",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn texts() -> Vec<String> {
    let snippets = accepted().into_iter().chain(rejected());
    snippets.filter_map(|snippet| String::from_utf8(snippet.bytes).ok()).collect()
}

#[test]
fn snippets_keep_nodes_inside_their_parents() {
    texts().iter().for_each(|text| check(text));
}

/// The text of each expression, read alone, is the same kind of expression.
#[test]
fn expressions_read_alone_are_the_same() {
    for snippet in accepted() {
        let Ok(text) = String::from_utf8(snippet.bytes) else { continue };
        let (tree, _) = parse(&text);
        for attribute in tree.root().attributes() {
            for expr in attribute.expr().walk() {
                let source = match expr.kind() {
                    // The end word needs its line break.
                    Kind::Template(template) if template.heredoc => format!("{}\n", expr.text()),
                    _ => expr.text().to_owned(),
                };
                let (alone, diagnostics) = parse_expression(&source);
                assert!(errors(&diagnostics).is_empty(), "{source:?}: {diagnostics:?}");
                let again = alone.expression().expect("always one").kind();
                let same = std::mem::discriminant(&again) == std::mem::discriminant(&expr.kind());
                assert!(same, "{source:?} of {text:?}: {again:?}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_soup(text in soup()) {
        check(&text);
    }

    #[test]
    fn any_change_of_a_snippet(
        text in prop::sample::select(texts()),
        at in any::<prop::sample::Index>(),
        cut in 0_usize..4,
        put in soup(),
    ) {
        let mut characters: Vec<char> = text.chars().collect();
        let start = at.index(characters.len() + 1);
        let end = (start + cut).min(characters.len());
        let put: Vec<char> = put.chars().take(6).collect();
        characters.splice(start..end, put);
        check(&characters.into_iter().collect::<String>());
    }
}
