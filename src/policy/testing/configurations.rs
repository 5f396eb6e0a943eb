//! `configuration` blocks: folders and plans that the policies are to be tried on as a whole. An extension
//! of the language; whoever runs the file looks at them, for this floor knows no configurations.

use crate::diag::Diagnostic;
use crate::hcl::{Block, Expr, Kind, Tree};
use crate::terraform::config::join;
use crate::text::Span;

use super::mocks::arguments;

/// A folder or a plan with what must be found in it.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// `configuration.public`.
    pub name: String,
    /// Where the block stands.
    pub at: Span,
    /// The folder or plan.
    pub path: String,
    /// Where the path is written.
    pub path_at: Span,
    /// What must be found besides what comments say.
    pub expected: Vec<Expected>,
}

/// A finding that must come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The policy's id.
    pub policy: String,
    /// Whether it must be undecided.
    pub is_unknown: bool,
    /// The place, `main.tf:3`, or the address; a comment is its own place.
    pub place: String,
    /// Where this is written.
    pub at: Span,
}

/// Reads the blocks of a file.
pub(super) fn read(
    tree: &Tree,
    path: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Configuration> {
    let blocks = tree.root().blocks_of("configuration");
    let mut configurations = Vec::new();
    for block in blocks {
        match configuration(block, path) {
            Ok(configuration) => configurations.push(configuration),
            Err(complaint) => diagnostics.push(*complaint),
        }
    }
    configurations
}

fn configuration(block: Block<'_>, test: &str) -> Result<Configuration, Box<Diagnostic>> {
    let (Some(name), 1) = (block.label(0), block.labels().len()) else {
        let message = "`configuration` needs one label, a name";
        return Err(Box::new(Diagnostic::error(message).at(block.header_span())));
    };
    arguments(block, &["path", "expect"], &[]).map_err(Box::new)?;
    let Some(path) = block.body().attribute("path") else {
        let message = "missing required argument `path`";
        return Err(Box::new(Diagnostic::error(message).at(block.header_span())));
    };
    let folder = test.rsplit_once('/').map_or("", |(folder, _)| folder);
    let joined = join(folder, &text(path.expr())?);
    let mut expected = Vec::new();
    if let Some(list) = block.body().attribute("expect") {
        let Kind::Tuple(elements) = list.expr().kind() else {
            let message = "`expect` is a list of findings: `\"main.tf:3 POLICY\"`";
            return Err(Box::new(Diagnostic::error(message).at(list.expr().span())));
        };
        for element in elements {
            expected.push(finding(element)?);
        }
    }
    Ok(Configuration {
        name: format!("configuration.{name}"),
        at: block.header_span(),
        path: if joined.is_empty() { ".".to_owned() } else { joined },
        path_at: path.expr().span(),
        expected,
    })
}

fn text(expr: Expr<'_>) -> Result<String, Box<Diagnostic>> {
    match expr.kind() {
        Kind::String(text) => Ok(text.into_owned()),
        _ => Err(Box::new(Diagnostic::error("a text in quotes is required").at(expr.span()))),
    }
}

/// `main.tf:3 POLICY`, `aws_s3_bucket.a POLICY`, `main.tf:3 unknown POLICY`.
fn finding(expr: Expr<'_>) -> Result<Expected, Box<Diagnostic>> {
    let text = text(expr)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let (place, policy, is_unknown) = match words.as_slice() {
        [place, policy] => (place, policy, false),
        [place, "unknown", policy] => (place, policy, true),
        _ => {
            let message = "a finding is written as `main.tf:3 POLICY` or `ADDRESS POLICY`";
            return Err(Box::new(Diagnostic::error(message).at(expr.span())));
        }
    };
    let (place, policy) = ((*place).to_owned(), (*policy).to_owned());
    Ok(Expected { policy, is_unknown, place, at: expr.span() })
}
