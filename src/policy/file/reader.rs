//! What all blocks of a policy file are read with: names that may stand there, locals, plain literals.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, did_you_mean};
use crate::hcl::{Body, Expr, ExprId, Kind};
use crate::text::Span;

use super::super::compat::Switches;

/// Reads blocks and collects what is wrong with them.
pub(super) struct Reader<'d> {
    pub(super) diagnostics: &'d mut Vec<Diagnostic>,
    /// Whether the policy that is being read has an error.
    pub(super) failed: bool,
    /// Whose rules hold.
    pub(super) switches: Switches,
}

impl Reader<'_> {
    pub(super) fn error(&mut self, at: Span, message: impl Into<String>) {
        self.push(Diagnostic::error(message).at(at));
    }

    /// Tells an error with all that belongs to it.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.failed = true;
        self.diagnostics.push(diagnostic);
    }

    /// Only these attributes and blocks may stand in a body.
    pub(super) fn names(&mut self, body: Body<'_>, attributes: &[&str], blocks: &[&str]) {
        for attribute in body.attributes() {
            let name = attribute.name();
            if !attributes.contains(&name) {
                if let Some(hint) = of_paper(name) {
                    self.paper(attribute.name_span(), name, hint);
                    continue;
                }
                let message = format!("unsupported argument `{name}`");
                let diagnostic = Diagnostic::error(message).at(attribute.name_span());
                self.push(with_close(diagnostic, name, attributes));
            }
        }
        for block in body.blocks() {
            if !blocks.contains(&block.kind()) {
                if let Some(hint) = of_paper(block.kind()) {
                    self.paper(block.kind_span(), block.kind(), hint);
                    continue;
                }
                let message = format!("blocks of type `{}` are not expected here", block.kind());
                let diagnostic = Diagnostic::error(message).at(block.kind_span());
                self.push(with_close(diagnostic, block.kind(), blocks));
            }
        }
    }

    fn paper(&mut self, at: Span, name: &str, hint: &str) {
        let message = format!("`{name}` is the spelling of a design paper");
        self.push(Diagnostic::error(message).at(at).with_hint(hint));
    }

    /// The attributes of a `locals` block.
    pub(super) fn locals(&mut self, body: Body<'_>, locals: &mut BTreeMap<String, ExprId>) {
        for attribute in body.attributes() {
            let earlier = locals.insert(attribute.name().to_owned(), attribute.expr().id());
            if earlier.is_some() {
                let message = format!("local `{}` is already defined", attribute.name());
                self.error(attribute.name_span(), message);
            }
        }
        for block in body.blocks() {
            self.error(block.kind_span(), "no blocks stand in `locals`");
        }
    }

    /// A string that is written out.
    pub(super) fn text(&mut self, name: &str, expr: Expr<'_>) -> Option<String> {
        if let Kind::String(text) = expr.kind() {
            return Some(text.into_owned());
        }
        self.error(expr.span(), format!("`{name}` is a literal string"));
        None
    }

    /// A bool that is written out; false when it is not there.
    pub(super) fn flag(&mut self, body: Body<'_>, name: &str) -> bool {
        let Some(attribute) = body.attribute(name) else { return false };
        if let Kind::Bool(is) = attribute.expr().kind() {
            return is;
        }
        self.error(attribute.expr().span(), format!("`{name}` is `true` or `false`"));
        false
    }
}

/// The way out of a spelling that a design paper has for relationships and nothing ever ran.
pub(super) fn of_paper(name: &str) -> Option<&'static str> {
    Some(match name {
        "relationship" | "relates_to" | "related" => "write `connected`",
        "target" => "write `connected`; `subject` is ours, `connected` is of the other resource",
        "reverse" | "direction" => {
            "leave it out and swap `subject` and `connected`: it joins both ways"
        }
        "cardinality" | "exactly_one" | "at_least_one" | "at_most_one" => {
            "write `min_instances` and `max_instances`"
        }
        "min_matches" => "write `min_instances`",
        "max_matches" => "write `max_instances`",
        "where" => "write `filter = connected.TYPE.NAME == VALUE`",
        "each" => "write `subject_list` in `connection`; a minimum counts all elements together",
        _ => return None,
    })
}

fn with_close(diagnostic: Diagnostic, name: &str, names: &[&str]) -> Diagnostic {
    match did_you_mean(name, names.iter().copied()) {
        Some(close) => diagnostic.with_hint(format!("did you mean `{close}`?")),
        None => diagnostic,
    }
}
