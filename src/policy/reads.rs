//! What a policy can read, told from its text: only that needs to be decoded.

use std::collections::BTreeSet;

use crate::hcl::{Block, Expr, Kind, StepKind, Steps};
use crate::terraform::{Names, Wanted};

use super::file::{Connected, Policy, PolicyFile};

/// Whether `prior_attrs` is read anywhere in a policy's block.
pub fn uses_prior(block: Block<'_>) -> bool {
    let mut found = false;
    visit(block, &mut |expr| {
        found |= matches!(expr.kind(), Kind::Variable("prior_attrs"));
    });
    found
}

/// Calls `visit` for every expression in a block and its blocks.
fn visit(block: Block<'_>, visitor: &mut dyn FnMut(Expr<'_>)) {
    for attribute in block.body().attributes() {
        for expr in attribute.expr().walk() {
            visitor(expr);
        }
    }
    for inner in block.body().blocks() {
        visit(inner, visitor);
    }
}

/// Adds what the policies of a file can read.
pub fn wanted(file: &PolicyFile, wanted: &mut Wanted) {
    let mut file_reads = Reads::default();
    for block in file.tree.root().blocks() {
        visit(block, &mut |expr| file_reads.see(expr));
    }
    for policy in &file.policies {
        let mut reads = Reads::default();
        let block = file
            .tree
            .root()
            .blocks_of("resource_policy")
            .find(|block| block.header_span() == policy.span);
        if let Some(block) = block {
            visit(block, &mut |expr| reads.see(expr));
        }
        let mut subject = reads.attrs.clone();
        subject.extend(policy.connected.iter().filter_map(|c| c.subject.first().cloned()));
        let names = if reads.whole { Names::All } else { named(subject) };
        wanted.add(policy.pattern.as_str(), &names);
        for connected in &policy.connected {
            want_connected(connected, &file_reads, wanted);
        }
    }
    for resource_type in &file_reads.listed {
        let names = if file_reads.computed { Names::All } else { named(file_reads.any.clone()) };
        wanted.add(resource_type, &names);
    }
    if file_reads.lists_any {
        wanted.add("*", &Names::All);
    }
}

fn want_connected(connected: &Connected, reads: &Reads, wanted: &mut Wanted) {
    let mut names = reads.any.clone();
    names.extend(connected.connected.first().cloned());
    names.extend(connected.nested.iter().filter_map(|inner| inner.subject.first().cloned()));
    let names = if reads.computed { Names::All } else { named(names) };
    wanted.add(&connected.resource_type, &names);
    for inner in &connected.nested {
        want_connected(inner, reads, wanted);
    }
}

fn named(names: BTreeSet<String>) -> Names {
    Names::Some(names.into_iter().map(|name| name.as_str().into()).collect())
}

#[derive(Default)]
struct Reads {
    /// Names after `attrs.` and `prior_attrs.`.
    attrs: BTreeSet<String>,
    /// Whether `attrs` is used as a whole.
    whole: bool,
    /// Every attribute name in the text, and the keys of objects: what elements of a list of
    /// resources may be asked for.
    any: BTreeSet<String>,
    /// Whether a name is computed.
    computed: bool,
    /// Types that `getresources` names.
    listed: BTreeSet<String>,
    /// Whether a type of `getresources` is computed.
    lists_any: bool,
}

impl Reads {
    fn see(&mut self, expr: Expr<'_>) {
        match expr.kind() {
            Kind::Traversal { base, steps } => {
                match base.kind() {
                    Kind::Variable("attrs" | "prior_attrs") => self.first(steps),
                    // `attrs` as the base of a traversal is seen once more as a bare name.
                    _ => {}
                }
                self.steps(steps);
            }
            Kind::Splat { steps, .. } => self.steps(steps),
            Kind::Object(items) => {
                for item in items {
                    match (item.name, item.key.kind()) {
                        (Some(name), _) | (None, Kind::String(name)) => {
                            self.any.insert(name.into_owned());
                        }
                        _ => {}
                    }
                }
            }
            Kind::Call(call) => match call.name {
                "getresources" => match call.arguments.get(0).map(Expr::kind) {
                    Some(Kind::String(name)) => {
                        self.listed.insert(name.into_owned());
                    }
                    _ => self.lists_any = true,
                },
                "keys" | "values" | "lookup" | "merge" | "jsonencode" | "valuetostring" => {
                    self.computed = true;
                }
                _ => {}
            },
            _ => {}
        }
        self.whole |= uses_whole(expr);
    }

    fn first(&mut self, steps: Steps<'_>) {
        match steps.get(0).map(|step| step.kind) {
            Some(StepKind::Attribute(name)) => {
                self.attrs.insert(name.to_owned());
            }
            Some(StepKind::Index(key)) => match key.kind() {
                Kind::String(name) => {
                    self.attrs.insert(name.into_owned());
                }
                _ => self.whole = true,
            },
            _ => self.whole = true,
        }
    }

    fn steps(&mut self, steps: Steps<'_>) {
        for step in steps {
            match step.kind {
                StepKind::Attribute(name) => {
                    self.any.insert(name.to_owned());
                }
                StepKind::Index(key) => match key.kind() {
                    Kind::String(name) => {
                        self.any.insert(name.into_owned());
                    }
                    Kind::Number(_) => {}
                    _ => self.computed = true,
                },
                StepKind::Legacy(_) => {}
                StepKind::Splat { steps, .. } => self.steps(steps),
            }
        }
    }
}

/// Whether an expression holds `attrs` itself as a value: as an argument, an element, an operand.
fn uses_whole(expr: Expr<'_>) -> bool {
    let is_attrs =
        |expr: &Expr<'_>| matches!(expr.kind(), Kind::Variable("attrs" | "prior_attrs"));
    match expr.kind() {
        Kind::Traversal { .. } => false,
        Kind::Binary(_, left, right) => {
            // Compared with null, only its presence is asked for.
            let null = |expr: &Expr<'_>| matches!(expr.kind(), Kind::Null);
            let pair = (is_attrs(&left), is_attrs(&right));
            matches!(pair, (true, _) if !null(&right)) || matches!(pair, (_, true) if !null(&left))
        }
        _ => expr.children().iter().any(is_attrs),
    }
}
