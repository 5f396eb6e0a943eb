//! What a comment covers: the statement on its line or below it, the block around it, or the file.

use crate::finding::wish::Reach;
use crate::hcl::{Attribute, Block, Body, Tree};
use crate::text::Span;

/// What a suppression covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::check) enum Cover {
    /// Nothing stands where it points.
    Nothing,
    /// The file of the span.
    File(Span),
    /// An attribute or block; `in_resource` when it stands in the block of a resource, or is one.
    Statement { span: Span, in_resource: bool },
    /// One line of an expression.
    Line(Span),
}

/// What a comment with this reach covers.
pub(in crate::check) fn cover(tree: &Tree, comment: Span, reach: Reach) -> Cover {
    match reach {
        Reach::File => Cover::File(comment),
        Reach::Around => {
            let around = tree.root().blocks().find(|block| block.span().contains(comment));
            around.map_or(Cover::Nothing, |block| of(Statement::Block(block), is_resource(block)))
        }
        Reach::Here => here(tree, comment).unwrap_or(Cover::Nothing),
    }
}

/// The top-level block that a comment of this tree stands in, from its header on.
pub(in crate::check) fn around(tree: &Tree, comment: Span) -> Option<Span> {
    tree.root().blocks().map(Block::span).find(|span| span.contains(comment))
}

#[derive(Clone, Copy)]
enum Statement<'t> {
    Attribute(Attribute<'t>),
    Block(Block<'t>),
}

impl Statement<'_> {
    fn span(self) -> Span {
        match self {
            Self::Attribute(attribute) => attribute.span(),
            Self::Block(block) => block.span(),
        }
    }
}

fn is_resource(block: Block<'_>) -> bool {
    matches!(block.kind(), "resource" | "data" | "ephemeral")
}

fn of(statement: Statement<'_>, in_resource: bool) -> Cover {
    Cover::Statement { span: statement.span(), in_resource }
}

fn here(tree: &Tree, comment: Span) -> Option<Cover> {
    let text = tree.text();
    let (start, end) = (comment.start as usize, comment.end as usize);
    let line = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let before = text.get(line..start)?;
    let indent = before.len() - before.trim_start().len();
    if indent < before.len() {
        return Some(on_line(tree, line + indent, line, start));
    }
    let target = below(tree, end)?;
    let stop = text.get(target..)?.find('\n').map_or(text.len(), |at| target + at);
    match on_line(tree, target, target, stop) {
        // A comment above a closing brace is above nothing.
        Cover::Statement { span, .. } if (span.start as usize) < target => None,
        cover => Some(cover),
    }
}

/// The first code after a comment: behind other comments, but not behind an empty line.
fn below(tree: &Tree, from: usize) -> Option<usize> {
    let text = tree.text();
    let mut at = from;
    let mut breaks = 0;
    loop {
        match text.as_bytes().get(at)? {
            b'\n' => {
                breaks += 1;
                if breaks > 1 {
                    return None;
                }
                at += 1;
            }
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => match comment_at(tree, at) {
                Some(end) => (at, breaks) = (end, 0),
                None => return Some(at),
            },
        }
    }
}

fn comment_at(tree: &Tree, at: usize) -> Option<usize> {
    let comments = tree.comments();
    let found = comments.binary_search_by_key(&at, |span| span.start as usize).ok()?;
    comments.get(found).map(|span| span.end as usize)
}

/// The outermost statement that begins in `from..to`, or else what stands around `code`, the first
/// code there: the block that ends there, or one line of an expression.
fn on_line(tree: &Tree, code: usize, from: usize, to: usize) -> Cover {
    let mut body = tree.root();
    let mut in_resource = false;
    let mut owner: Option<Block<'_>> = None;
    loop {
        let begins = |span: Span| (from..to).contains(&(span.start as usize));
        let holds = |span: Span| (span.start as usize..span.end as usize).contains(&code);
        if let Some(statement) = statements(body).find(|statement| begins(statement.span())) {
            let resource = match statement {
                Statement::Block(block) => owner.is_none() && is_resource(block),
                Statement::Attribute(_) => false,
            };
            return of(statement, in_resource || resource);
        }
        match statements(body).find(|statement| holds(statement.span())) {
            Some(Statement::Block(block)) => {
                in_resource |= owner.is_none() && is_resource(block);
                owner = Some(block);
                body = block.body();
            }
            Some(Statement::Attribute(attribute)) => {
                return Cover::Line(Span::new(attribute.span().file, number(from), number(to)));
            }
            None => break,
        }
    }
    let is_end = |block: &Block<'_>| block.span().end as usize == code + 1;
    owner.filter(is_end).map_or(Cover::Nothing, |block| of(Statement::Block(block), in_resource))
}

fn statements<'t>(body: Body<'t>) -> impl Iterator<Item = Statement<'t>> {
    let mut all: Vec<Statement<'t>> = body.attributes().map(Statement::Attribute).collect();
    all.extend(body.blocks().map(Statement::Block));
    all.sort_by_key(|statement| statement.span().start);
    all.into_iter()
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Cover, cover};
    use crate::finding::wish::Reach;
    use crate::hcl::parse;
    use crate::text::FileId;

    const TEXT: &str = r##"# A above a block

# B nothing: an empty line follows

# C above, behind another comment
# and more
resource "t" "n" { # D the block
  # E above an attribute
  a = 1 # F the attribute
  b = [
    # G a line
    "x", # H a line
    "y",
  ]
  /* I before */ c = "# not a comment"
  d { # J the nested block
    e = 1
  } # K the nested block
  f { g = 1 } # L the one-line block
  h = <<-EOT
    # not a comment
  EOT
  # M nothing: the block ends
} # N the block
locals {
  x = 1 # O the local
}
# P at the end of the file
"##;

    /// The first line of what each comment covers.
    fn covered(reach: Reach) -> Vec<String> {
        let (tree, diagnostics) = parse(FileId(0), Arc::from(TEXT));
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let slice = |span: crate::text::Span| {
            let text = &TEXT[span.start as usize..span.end as usize];
            let lines = text.lines().count();
            format!("{} ({lines})", text.lines().next().unwrap_or_default().trim())
        };
        let comments = tree.comments().iter().filter(|comment| {
            TEXT[comment.start as usize..].trim_start_matches(['#', '/', '*', ' ']).get(1..2)
                == Some(" ")
        });
        comments
            .map(|&comment| {
                let name = &slice(comment)[2..].trim_start_matches([' ', '*']).to_owned()[..1];
                match cover(&tree, comment, reach) {
                    Cover::Nothing => format!("{name} -"),
                    Cover::File(_) => format!("{name} file"),
                    Cover::Statement { span, in_resource } => {
                        format!("{name} {}{}", slice(span), if in_resource { "" } else { " out" })
                    }
                    Cover::Line(span) => format!("{name} line {}", slice(span)),
                }
            })
            .collect()
    }

    #[test]
    fn statements_on_the_line_and_below() {
        let block = "resource \"t\" \"n\" { # D the block (18)";
        let expected = [
            "A -".to_owned(),
            "B -".to_owned(),
            format!("C {block}"),
            format!("D {block}"),
            "E a = 1 (1)".to_owned(),
            "F a = 1 (1)".to_owned(),
            "G line \"x\", # H a line (1)".to_owned(),
            "H line \"x\", (1)".to_owned(),
            "I c = \"# not a comment\" (1)".to_owned(),
            "J d { # J the nested block (3)".to_owned(),
            "K d { # J the nested block (3)".to_owned(),
            "L f { g = 1 } (1)".to_owned(),
            "M -".to_owned(),
            format!("N {block}"),
            "O x = 1 (1) out".to_owned(),
            "P -".to_owned(),
        ];
        assert_eq!(covered(Reach::Here), expected);
    }

    #[test]
    fn the_block_around() {
        let around = covered(Reach::Around);
        assert_eq!(around[0], "A -");
        assert!(around[12].starts_with("M resource"), "{around:?}");
        assert!(covered(Reach::File).iter().all(|line| line.ends_with("file")));
    }
}
