//! What is said when a file cannot be read, and what is still known of it.

use crate::{errors, parse};
use planward::hcl::Kind;

/// Broken files: each line of the expectation is `LINE:COLUMN LENGTH message`.
fn complaints(text: &str) -> Vec<String> {
    let (_, diagnostics) = parse(text);
    errors(&diagnostics)
        .iter()
        .map(|error| {
            let span = error.at.as_ref().expect("a place").span;
            let before = &text[..span.start as usize];
            let line = before.matches('\n').count() + 1;
            let column = before.len() - before.rfind('\n').map_or(0, |n| n + 1) + 1;
            format!("{line}:{column} {}", error.message)
        })
        .collect()
}

#[test]
fn a_broken_attribute_leaves_the_rest() {
    let text = "resource \"a\" \"b\" {\n  x = [1,, 2]\n  y = 2\n  z {\n    w = 3\n  }\n}\nv = 4\n";
    assert_eq!(complaints(text), ["2:10 found `,`, expected an expression"]);
    let (tree, _) = parse(text);
    let block = tree.root().blocks().next().expect("a block");
    let names: Vec<_> = block.body().attributes().map(|attribute| attribute.name()).collect();
    assert_eq!(names, ["x", "y"]);
    let broken = block.body().attribute("x").expect("the broken attribute").expr();
    assert!(matches!(broken.kind(), Kind::Error));
    assert_eq!(broken.text(), "[1,, 2]");
    assert_eq!(block.body().blocks_of("z").count(), 1);
    assert!(tree.root().attribute("v").is_some());
}

#[test]
fn an_unclosed_block_points_at_its_brace() {
    let text = "a = 1\nb \"x\" {\n  c = 1\n";
    assert_eq!(complaints(text), ["2:7 block is never closed by `}`"]);
}

#[test]
fn an_unclosed_block_is_told_beside_an_error_in_it() {
    let text = "b \"x\" {\n  c = 1\n  d = '\n";
    let expected = ["1:7 block is never closed by `}`", "3:7 found `'`, expected an expression"];
    assert_eq!(complaints(text), expected);
}

#[test]
fn an_unclosed_bracket_ends_where_the_next_statement_starts() {
    let text = "a {\n  x = [1, 2\n  y = f(1\n  z = 3\n}\nb = 1\n";
    assert_eq!(complaints(text), ["3:3 found `y`, expected `,` or `]`"]);
    let (tree, _) = parse(text);
    let block = tree.root().blocks().next().expect("a block");
    let texts: Vec<_> = block.body().attributes().map(|a| (a.name(), a.expr().text())).collect();
    assert_eq!(texts, [("x", "[1, 2"), ("y", "f(1"), ("z", "3")]);
    assert!(tree.root().attribute("b").is_some());
}

#[test]
fn errors_far_apart_are_all_told() {
    let text = "a = \nb = 1\nc = 'x'\nd = 1\n\ne {\n  f = .5\n}\n";
    let expected = [
        "1:5 end of line, expected an expression",
        "3:5 found `'`, expected an expression",
        "7:7 found `.`, expected an expression",
    ];
    assert_eq!(complaints(text), expected);
}

#[test]
fn a_heredoc_with_a_bad_end_is_passed_over() {
    let text = "a = <<EOT\nb = 1\nEOT # end\nc = 1\n";
    assert_eq!(complaints(text), ["1:5 heredoc is never closed by a line `EOT`"]);
    let (tree, _) = parse(text);
    assert!(tree.root().attribute("c").is_some());
    assert!(tree.root().attribute("b").is_none());
}

#[test]
fn an_error_in_a_heredoc_passes_over_its_text() {
    let text = "a = <<-EOT\n  ${1 1}\n  b = {\n  EOT\nc = 1\n";
    assert_eq!(complaints(text), ["2:7 found `1`, expected `}`"]);
    assert!(parse(text).0.root().attribute("c").is_some());
}

#[test]
fn names_set_twice_show_both_places() {
    let many: String = (0..20).map(|n| format!("a{n} = 1\n")).collect();
    for text in ["a0 = 1\na0 = 2\n", &(many + "a0 = 2\n")] {
        let (tree, diagnostics) = parse(text);
        let [diagnostic] = diagnostics.as_slice() else { panic!("{diagnostics:?}") };
        assert_eq!(diagnostic.message, "attribute `a0` is set twice");
        let at = diagnostic.at.as_ref().expect("a place").span;
        assert_eq!(at.start as usize, text.rfind("a0").expect("twice"));
        assert_eq!(diagnostic.related.first().expect("the first").span.start, 0);
        let first = tree.root().attribute("a0").expect("set");
        assert_eq!(first.expr().text(), "1");
    }
}

#[test]
fn bad_escapes_are_told_one_by_one_and_kept() {
    let text = "a = \"\\d\"\nb = 1\nc = 1\n";
    assert_eq!(complaints(text), ["1:6 `\\d` is no escape"]);
    let (tree, _) = parse(text);
    let kind = tree.root().attribute("a").expect("set").expr().kind();
    assert!(matches!(kind, Kind::String(text) if text == "\\d"));
}

#[test]
fn deep_nesting_is_an_error_and_not_a_crash() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{a=", "}"), ("\"${", "}\""), ("!", ""), ("-", "")]
    {
        let text = format!("a = {}1{}\n", open.repeat(100_000), close.repeat(100_000));
        let found = complaints(&text);
        assert_eq!(found.len(), 1, "{open}: {found:?}");
        assert!(found[0].contains("nest deeper than 400 levels"), "{found:?}");
        let text = format!("a = {}1{}\n", open.repeat(150), close.repeat(150));
        assert_eq!(complaints(&text), [""; 0], "{open}");
    }
    for open in ["a[", "a ? 1 : ", "a[*][*]", "f(", "[for x in ", "{for x in "] {
        let text = format!("a = {}\n", open.repeat(100_000));
        assert_eq!(complaints(&text).len(), 1, "{open}");
    }
    let text = "b {\n".repeat(100_000) + &"}\n".repeat(100_000);
    let found = complaints(&text);
    assert_eq!(found.len(), 1, "{:?}", &found[..2.min(found.len())]);
    assert!(found[0].contains("blocks nest deeper than 200 levels"));
}

#[test]
fn long_chains_do_not_nest() {
    let text = format!("a = {}b.c\n", "x == 1 || ".repeat(100_000));
    assert_eq!(complaints(&text), [""; 0]);
    let (tree, _) = parse(&text);
    let expr = tree.root().attribute("a").expect("set").expr();
    let (_, rest) = expr.chain();
    // The first `x == 1` is the left side of all that follows.
    assert_eq!(rest.len(), 100_001);
    assert_eq!(expr.walk().count(), 400_002);
    let steps = format!("a = b{}\n", ".c[0].0".repeat(100_000));
    assert_eq!(complaints(&steps), [""; 0]);
}

/// Inputs on which a careless parser takes quadratic time: each would need minutes.
#[test]
fn large_inputs_take_linear_time() {
    let keys: String = (0..100_000).map(|n| format!("k{n} = {n}\n")).collect();
    assert_eq!(complaints(&format!("a = {{\n{keys}}}\n")), [""; 0]);
    assert_eq!(complaints(&keys), [""; 0]);
    for broken in [
        "a = <<E\nE x\n",
        "a = \"x } ",
        "x } ",
        "b 1 } ",
        "a = [\n",
        "<<E ",
        "a = /* ",
        "{ ",
        "\" \\ ",
    ] {
        let text = broken.repeat(100_000);
        assert!(!errors(&parse(&text).1).is_empty());
    }
}
