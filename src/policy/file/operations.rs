//! `operations` of a resource policy: which changes of a resource it is asked about.

use crate::diag::Diagnostic;
use crate::hcl::{Block, Kind};
use crate::terraform::plan::Operation;
use crate::text::Span;

use super::super::compat::Switches;
use super::super::reads;
use super::reader::Reader;

static ALL: [Operation; 4] =
    [Operation::Create, Operation::Update, Operation::Delete, Operation::NoOp];

/// What may be named.
fn known_operations(switches: Switches) -> &'static [Operation] {
    if switches.has_no_op { &ALL } else { &ALL[..3] }
}

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
            let unchanged = self.switches.has_no_op.then_some(Operation::NoOp);
            return [Operation::Create, Operation::Update].into_iter().chain(unchanged).collect();
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
            let known = known_operations(self.switches);
            match known.iter().copied().find(|operation| operation.name() == word) {
                None => {
                    let message = format!("`{word}` is not an operation");
                    let diagnostic = Diagnostic::error(message).at(element.span());
                    let names: Vec<&str> = known.iter().map(|operation| operation.name()).collect();
                    let hint = format!("operations are {}", names.join(", "));
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
            return known_operations(self.switches).to_vec();
        }
        operations
    }

    /// Mixes of operations that cannot be asked together.
    fn mix(&mut self, operations: &[Operation], prior: bool, span: Span) {
        let has = |operation| operations.contains(&operation);
        let creates = has(Operation::Create) && !self.switches.mixes_operations;
        if has(Operation::Delete) && (creates || has(Operation::NoOp)) {
            self.error(span, "`delete` cannot stand together with `create` or `no-op`");
        }
        let no_prior = operations.is_empty() || has(Operation::Create) || has(Operation::NoOp);
        if prior && no_prior {
            let message = "a policy that reads `prior_attrs` is for `update` and `delete` only";
            self.error(span, message);
        }
    }
}
