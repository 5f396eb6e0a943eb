//! `enforce` blocks, in a policy, a `connected` block or a `fallback`.

use crate::hcl::Body;

use super::reader::Reader;
use super::{Enforce, expr_of};

impl Reader<'_> {
    pub(super) fn enforces(&mut self, body: Body<'_>) -> Vec<Enforce> {
        let mut enforces = Vec::new();
        for block in body.blocks_of("enforce") {
            if !block.labels().is_empty() {
                self.error(block.header_span(), "`enforce` takes no labels");
            }
            self.names(block.body(), &["condition", "error_message", "info_message"], &[]);
            match block.body().attribute("condition") {
                Some(condition) => enforces.push(Enforce {
                    condition: condition.expr().id(),
                    error_message: expr_of(block.body(), "error_message"),
                    info_message: expr_of(block.body(), "info_message"),
                    span: block.header_span(),
                }),
                None => self.error(block.header_span(), "missing required argument `condition`"),
            }
        }
        enforces
    }
}
