//! `input` blocks.

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::hcl::Block;

use super::reader::Reader;
use super::{Input, expr_of};

impl Reader<'_> {
    pub(super) fn input(&mut self, block: Block<'_>, inputs: &mut BTreeMap<String, Input>) {
        let (Some(name), 1) = (block.label(0), block.labels().len()) else {
            self.error(block.header_span(), "`input` needs a name as its one label");
            return;
        };
        let body = block.body();
        self.names(body, &["type", "default", "description", "nullable", "sensitive"], &[]);
        if body.attribute("type").is_none() {
            self.error(block.header_span(), "missing required argument `type`");
        }
        if let Some(description) = body.attribute("description") {
            self.text("description", description.expr());
        }
        let input = Input {
            ty: expr_of(body, "type"),
            default: expr_of(body, "default"),
            nullable: self.flag(body, "nullable"),
            sensitive: self.flag(body, "sensitive"),
            span: block.header_span(),
        };
        if let Some(earlier) = inputs.insert(name.to_string(), input) {
            let message = format!("input `{name}` is already defined");
            let diagnostic = Diagnostic::error(message).at(block.header_span());
            self.push(diagnostic.with_related(earlier.span, "defined here"));
        }
    }
}
