//! `operations` of a resource policy: which changes of a resource it is asked about.

use crate::diag::Diagnostic;
use crate::hcl::{Block, Kind};
use crate::terraform::plan::Operation;
use crate::text::Span;

use super::super::reads;
use super::reader::Reader;

const ALL: [Operation; 4] =
    [Operation::Create, Operation::Update, Operation::Delete, Operation::NoOp];

impl Reader<'_> {
    pub(super) fn operations(&mut self, block: Block<'_>) -> Vec<Operation> {
        let prior = reads::uses_prior(block);
        let Some(attribute) = block.body().attribute("operations") else {
            if prior {
                let message = "a policy that reads `prior_attrs` must set `operations`";
                let diagnostic = Diagnostic::error(message).at(block.header_span());
                self.push(
                    diagnostic.with_hint("`operations = [\"update\"]`, `[\"delete\"]` or both"),
                );
            }
            return vec![Operation::Create, Operation::Update, Operation::NoOp];
        };
        let span = attribute.expr().span();
        let Kind::Tuple(elements) = attribute.expr().kind() else {
            self.error(span, "`operations` is a list of literal strings");
            return Vec::new();
        };
        let mut operations = Vec::new();
        for element in elements {
            let Kind::String(word) = element.kind() else {
                self.error(element.span(), "`operations` is a list of literal strings");
                continue;
            };
            match ALL.into_iter().find(|operation| operation.name() == word) {
                None => {
                    let message = format!("`{word}` is not an operation");
                    let diagnostic = Diagnostic::error(message).at(element.span());
                    let hint = "operations are create, update, delete, no-op";
                    self.push(diagnostic.with_hint(hint));
                }
                Some(operation) if operations.contains(&operation) => {
                    self.error(element.span(), format!("operation `{word}` is named twice"));
                }
                Some(operation) => operations.push(operation),
            }
        }
        self.mix(&operations, prior, span);
        if operations.is_empty() && !prior {
            return ALL.to_vec();
        }
        operations
    }

    /// Mixes of operations that cannot be asked together.
    fn mix(&mut self, operations: &[Operation], prior: bool, span: Span) {
        let has = |operation| operations.contains(&operation);
        if has(Operation::Delete) && (has(Operation::Create) || has(Operation::NoOp)) {
            self.error(span, "`delete` cannot stand together with `create` or `no-op`");
        }
        let no_prior = operations.is_empty() || has(Operation::Create) || has(Operation::NoOp);
        if prior && no_prior {
            let message = "a policy that reads `prior_attrs` is for `update` and `delete` only";
            self.error(span, message);
        }
    }
}
