//! What templates and heredocs stand for, compared with values that Terraform gave.
//!
//! `fixtures/golden/templates.jsonl`: the first line tells which version, each other line is an
//! expression and its value. The expressions need nothing but literals and the names of `for`.

use std::collections::BTreeMap;

use planward::hcl::{BinaryOp, Expr, Kind, Part, Parts};
use serde_json::{Value, json};

use crate::{errors, parse_expression};

type Names<'a> = BTreeMap<&'a str, Value>;

/// Just enough of an evaluator for the recorded expressions.
fn value<'a>(expr: Expr<'a>, names: &Names<'a>) -> Value {
    match expr.kind() {
        Kind::Bool(value) => json!(value),
        Kind::Number(digits) => digits.parse().expect("a small number"),
        Kind::String(text) => json!(text),
        Kind::Variable(name) => names[name].clone(),
        Kind::Tuple(elements) => elements.map(|element| value(element, names)).collect(),
        Kind::Traversal { base, .. } => value(base, names)[0].clone(),
        Kind::Binary(BinaryOp::Equal, left, right) => {
            json!(value(left, names) == value(right, names))
        }
        Kind::Template(template) => match template.parts.get(0) {
            Some(Part::Interpolation { expr, .. })
                if template.parts.len() == 1 && !template.heredoc =>
            {
                value(expr, names)
            }
            _ => json!(text(template.parts, names)),
        },
        other => panic!("not among the recorded expressions: {other:?}"),
    }
}

fn text<'a>(parts: Parts<'a>, names: &Names<'a>) -> String {
    parts.map(|part| part_text(part, names)).collect()
}

fn part_text<'a>(part: Part<'a>, names: &Names<'a>) -> String {
    match part {
        Part::Literal { text, .. } => text.into_owned(),
        Part::Interpolation { expr, .. } => match value(expr, names) {
            Value::String(text) => text,
            other => other.to_string(),
        },
        Part::If { condition, then, otherwise, .. } => {
            match value(condition, names) == json!(true) {
                true => text(then, names),
                false => otherwise.map_or_else(String::new, |parts| text(parts, names)),
            }
        }
        Part::For { key, value: name, collection, body, .. } => {
            let elements = value(collection, names);
            let each = elements.as_array().expect("a tuple").iter().enumerate();
            each.map(|(n, element)| {
                let mut names = names.clone();
                names.extend(key.map(|key| (key, json!(n))));
                names.insert(name, element.clone());
                text(body, &names)
            })
            .collect()
        }
    }
}

#[test]
fn templates_have_terraforms_values() {
    let golden = include_str!("../../fixtures/golden/templates.jsonl");
    let mut wrong = Vec::new();
    for line in golden.lines().skip(1) {
        let case: Value = serde_json::from_str(line).expect("a JSON line");
        let source = case["expr"].as_str().expect("an expression");
        let (tree, diagnostics) = parse_expression(source);
        assert!(errors(&diagnostics).is_empty(), "{source}: {diagnostics:?}");
        let got = value(tree.expression().expect("an expression"), &Names::new());
        if got != case["value"] {
            wrong.push(format!("{source:?}: {got}, expected {}", case["value"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Byte n of a literal's text stands at byte n of its span where no escape stands between.
#[test]
fn literals_are_pieces_of_the_source() {
    let source = "<<-EOT\n    {\n      \"a\": \"${1}\",\n\n      b\n    }\n  EOT\n";
    let (tree, _) = parse_expression(source);
    let Kind::Template(template) = tree.expression().expect("an expression").kind() else {
        panic!("not a template");
    };
    let mut literals = Vec::new();
    for part in template.parts {
        if let Part::Literal { text, span } = part {
            assert_eq!(text, source[span.start as usize..span.end as usize]);
            literals.push(text.into_owned());
        }
    }
    assert_eq!(literals, ["{\n", "  \"a\": \"", "\",\n\n", "  b\n", "}\n"]);
}
