//! Policy blocks of all three kinds.

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::hcl::{Block, Body};

use super::super::pattern::Pattern;
use super::super::reads;
use super::reader::{Reader, of_paper};
use super::{Connected, Policy, PolicyKind, expr_of};

impl Reader<'_> {
    /// A policy; `None` when something is wrong with it.
    pub(super) fn policy(&mut self, kind: PolicyKind, block: Block<'_>) -> Option<Policy> {
        self.failed = false;
        let (Some(pattern), Some(name), 2) = (block.label(0), block.label(1), block.labels().len())
        else {
            let first = match kind {
                PolicyKind::Resource => "a resource type",
                PolicyKind::Provider => "a provider type",
                PolicyKind::Module => "a module source",
            };
            let message = format!("`{}` needs two labels, {first} and a name", kind.block());
            self.error(block.header_span(), message);
            return None;
        };
        let body = block.body();
        match kind {
            PolicyKind::Resource => self.names(
                body,
                &["enforcement_level", "filter", "operations"],
                &["locals", "enforce", "connected"],
            ),
            PolicyKind::Provider | PolicyKind::Module => {
                self.names(body, &["enforcement_level", "filter"], &["locals", "enforce"]);
            }
        }
        let locals = self.own_locals(body);
        let enforces = self.enforces(body);
        let (operations, connected) = match kind {
            PolicyKind::Resource => (self.operations(block), self.all_connected(body)),
            PolicyKind::Provider | PolicyKind::Module => (Vec::new(), Vec::new()),
        };
        // What is spelt like a relationship was one to its author.
        let is_related = body.blocks().any(|block| of_paper(block.kind()).is_some());
        let has = |kind: &str| body.blocks_of(kind).next().is_some() || is_related;
        match kind {
            PolicyKind::Resource if !has("enforce") && !has("connected") => {
                let message = "a policy needs an `enforce` or `connected` block";
                self.error(block.header_span(), message);
            }
            PolicyKind::Provider | PolicyKind::Module if !has("enforce") => {
                self.error(block.header_span(), "a policy needs an `enforce` block");
            }
            _ => {}
        }
        let policy = Policy {
            kind,
            name: (&*name).into(),
            pattern: Pattern::new(&*pattern),
            span: block.header_span(),
            facts: 0,
            locals,
            filter: expr_of(body, "filter"),
            operations,
            reads_prior: reads::uses_prior(block),
            level: expr_of(body, "enforcement_level"),
            enforces,
            connected,
        };
        (!self.failed).then_some(policy)
    }

    /// Adds a policy unless there is one of its labels.
    pub(super) fn add(&mut self, policy: Option<Policy>, policies: &mut Vec<Policy>) {
        let Some(policy) = policy else { return };
        let twin = policies.iter().find(|other| {
            (other.kind, &other.name, &other.pattern)
                == (policy.kind, &policy.name, &policy.pattern)
        });
        let Some(twin) = twin else { return policies.push(policy) };
        let message =
            format!("policy `{}` `{}` is already defined", policy.pattern.as_str(), policy.name);
        let diagnostic = Diagnostic::error(message).at(policy.span);
        self.push(diagnostic.with_related(twin.span, "defined here"));
    }

    fn own_locals(&mut self, body: Body<'_>) -> BTreeMap<String, crate::hcl::ExprId> {
        let mut locals = BTreeMap::new();
        for (n, inner) in body.blocks_of("locals").enumerate() {
            if n > 0 {
                self.error(inner.header_span(), "a policy has one `locals` block at most");
            }
            self.locals(inner.body(), &mut locals);
        }
        locals
    }

    fn all_connected(&mut self, body: Body<'_>) -> Vec<Connected> {
        body.blocks_of("connected").filter_map(|inner| self.connected(inner)).collect()
    }
}
