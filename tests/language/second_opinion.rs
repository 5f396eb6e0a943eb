//! hcl-edit reads the same files: it must agree on what is valid and on the shape of what it reads.
//!
//! Where the two disagree on a snippet, `!` marks it in the table and Terraform's verdict holds.

use hcl_edit::Span as _;
use hcl_edit::structure::{Body as TheirBody, Structure};
use planward::hcl::{self, Body};

use crate::snippets::{accepted, rejected};
use crate::{errors, parse};

#[test]
fn hcl_edit_agrees_but_where_marked() {
    let mut wrong = Vec::new();
    for (snippet, valid) in
        accepted().into_iter().map(|s| (s, true)).chain(rejected().into_iter().map(|s| (s, false)))
    {
        let theirs =
            std::str::from_utf8(&snippet.bytes).is_ok_and(|text| their_parse(text).is_ok());
        if (theirs == valid) == snippet.disputed {
            wrong.push(format!("{}: hcl-edit says {theirs}", snippet.shown));
        }
    }
    assert!(wrong.is_empty(), "marks are wrong:\n{}", wrong.join("\n"));
}

fn their_parse(text: &str) -> Result<TheirBody, hcl_edit::parser::Error> {
    hcl_edit::parser::parse_body(text)
}

/// Names, labels and ranges of a body and all below it, one a line.
fn ours(body: Body<'_>, depth: usize, lines: &mut Vec<String>) {
    for attribute in body.attributes() {
        let span = attribute.expr().span();
        lines.push(format!("{depth} {} {}..{}", attribute.name(), span.start, span.end));
    }
    for block in body.blocks() {
        let labels: Vec<_> = block.labels().map(|label| label.text.into_owned()).collect();
        lines.push(format!("{depth} {} {labels:?}", block.kind()));
        ours(block.body(), depth + 1, lines);
    }
}

fn theirs(body: &TheirBody, depth: usize, lines: &mut Vec<String>) {
    for attribute in body.iter().filter_map(Structure::as_attribute) {
        let span = attribute.value.span().expect("parsed, not built");
        let name = attribute.key.as_str();
        lines.push(format!("{depth} {name} {}..{}", span.start, span.end));
    }
    for block in body.iter().filter_map(Structure::as_block) {
        let labels: Vec<_> = block.labels.iter().map(|label| label.as_str()).collect();
        lines.push(format!("{depth} {} {labels:?}", block.ident.as_str()));
        theirs(&block.body, depth + 1, lines);
    }
}

fn compare(text: &str) -> Option<String> {
    let (tree, _) = parse(text);
    let their_body = their_parse(text).ok()?;
    let (mut our_lines, mut their_lines) = (Vec::new(), Vec::new());
    ours(tree.root(), 0, &mut our_lines);
    theirs(&their_body, 0, &mut their_lines);
    let (our_line, their_line) = our_lines
        .iter()
        .map(Some)
        .chain(std::iter::repeat(None))
        .zip(their_lines.iter().map(Some).chain(std::iter::repeat(None)))
        .take(our_lines.len().max(their_lines.len()))
        .find(|(ours, theirs)| ours != theirs)?;
    Some(format!("{text:?}: ours {our_line:?}, theirs {their_line:?}"))
}

#[test]
fn trees_have_the_same_shape() {
    let mut wrong = Vec::new();
    for snippet in accepted() {
        if let Ok(text) = hcl::decode(snippet.bytes) {
            wrong.extend(compare(&text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Files that hcl-edit reads otherwise than Terraform: it takes an empty heredoc for one that goes on
/// to the next marker.
const DISPUTED: [&str; 1] = ["evaluation/language-strings/main.tf"];

/// Files of the project itself: fixtures and policies in HCL.
#[test]
fn the_projects_own_files() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for folder in ["fixtures", "policies"] {
        for entry in ignore::WalkBuilder::new(root.join(folder)).build().flatten() {
            let path = entry.path();
            if !path.extension().is_some_and(|end| end == "tf" || end == "hcl") {
                continue;
            }
            #[expect(clippy::disallowed_methods, reason = "a test reads the project's files")]
            let Ok(Ok(text)) = std::fs::read(path).map(hcl::decode) else { continue };
            let valid = errors(&parse(&text).1).is_empty();
            if valid != their_parse(&text).is_ok() {
                wrong.push(format!("{}: valid for us: {valid}", path.display()));
            }
            if DISPUTED.iter().any(|disputed| path.ends_with(disputed)) {
                assert!(compare(&text).is_some(), "{} is disputed no more", path.display());
                continue;
            }
            wrong.extend(compare(&text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
