//! What a policy can read, told from its text: only that needs to be decoded.

use std::collections::{BTreeMap, BTreeSet};

use crate::hcl::{Block, Expr, Kind, StepKind, Steps};
use crate::terraform::{Attributes, Wanted};
use crate::text::Span;

use super::file::{Connected, Policy, PolicyFile, PolicyKind};

/// Whether `prior_attrs` is read anywhere in a policy's block.
pub(super) fn uses_prior(block: Block<'_>) -> bool {
    let mut found = false;
    visit(block, &mut |expr| {
        found |= matches!(expr.kind(), Kind::Variable("prior_attrs"));
    });
    found
}

/// Whether a file's policies look at other resources of one of the types.
pub(super) fn looks_at(file: &PolicyFile, types: &BTreeSet<&str>) -> bool {
    let mut reads = Reads::default();
    for block in file.tree.root().blocks() {
        visit(block, &mut |expr| reads.see(expr));
    }
    let is_one = |name: &String| types.contains(name.as_str());
    reads.lists_any
        || reads.listed.iter().any(is_one)
        || file.policies.iter().any(|policy| connects(&policy.connected, types))
}

fn connects(connected: &[Connected], types: &BTreeSet<&str>) -> bool {
    connected.iter().any(|connected| {
        types.contains(connected.resource_type.as_str()) || connects(&connected.nested, types)
    })
}

/// Calls `visit` for every expression in a block and its blocks.
pub(super) fn visit(block: Block<'_>, visitor: &mut dyn FnMut(Expr<'_>)) {
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
pub(super) fn wanted(file: &PolicyFile, wanted: &mut Wanted) {
    let mut by_block: BTreeMap<Span, Reads> = BTreeMap::new();
    for block in file.tree.root().blocks() {
        let reads = by_block.entry(block.header_span()).or_default();
        visit(block, &mut |expr| reads.see(expr));
    }
    let mut file_reads = Reads::default();
    by_block.values().for_each(|reads| file_reads.add(reads));
    let of_resources = |policy: &&Policy| policy.kind == PolicyKind::Resource;
    for policy in file.policies.iter().filter(of_resources) {
        let Some(reads) = by_block.get(&policy.span) else { continue };
        let mut subject = reads.attrs.clone();
        subject.extend(policy.connected.iter().filter_map(|c| c.subject.first().cloned()));
        let names = if reads.whole { Attributes::All } else { named(subject) };
        wanted.add(policy.pattern.as_str(), &names);
        if reads.whole_prior || !reads.prior.is_empty() {
            let prior =
                if reads.whole_prior { Attributes::All } else { named(reads.prior.clone()) };
            wanted.add_prior(policy.pattern.as_str(), &prior);
        }
        for connected in &policy.connected {
            want_connected(connected, &file_reads, wanted);
        }
    }
    for resource_type in &file_reads.listed {
        let names =
            if file_reads.computed { Attributes::All } else { named(file_reads.any.clone()) };
        wanted.add(resource_type, &names);
    }
    if file_reads.lists_any {
        wanted.add("*", &Attributes::All);
    }
}

fn want_connected(connected: &Connected, reads: &Reads, wanted: &mut Wanted) {
    let mut names = reads.any.clone();
    names.extend(connected.connected.first().cloned());
    names.extend(connected.nested.iter().filter_map(|inner| inner.subject.first().cloned()));
    let names = if reads.computed { Attributes::All } else { named(names) };
    wanted.add(&connected.resource_type, &names);
    for inner in &connected.nested {
        want_connected(inner, reads, wanted);
    }
}

fn named(names: BTreeSet<String>) -> Attributes {
    Attributes::Some(names.into_iter().map(|name| name.as_str().into()).collect())
}

#[derive(Default)]
struct Reads {
    /// Names after `attrs.`.
    attrs: BTreeSet<String>,
    /// Whether `attrs` is used as a whole.
    whole: bool,
    /// Names after `prior_attrs.`.
    prior: BTreeSet<String>,
    /// Whether `prior_attrs` is used as a whole.
    whole_prior: bool,
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
    /// Adds what another block reads.
    fn add(&mut self, other: &Self) {
        self.attrs.extend(other.attrs.iter().cloned());
        self.whole |= other.whole;
        self.prior.extend(other.prior.iter().cloned());
        self.whole_prior |= other.whole_prior;
        self.any.extend(other.any.iter().cloned());
        self.computed |= other.computed;
        self.listed.extend(other.listed.iter().cloned());
        self.lists_any |= other.lists_any;
    }

    fn see(&mut self, expr: Expr<'_>) {
        match expr.kind() {
            Kind::Traversal { base, steps } => {
                match (base.kind(), first(steps)) {
                    (Kind::Variable("attrs"), Some(name)) => {
                        self.attrs.insert(name);
                    }
                    (Kind::Variable("attrs"), None) => self.whole = true,
                    (Kind::Variable("prior_attrs"), Some(name)) => {
                        self.prior.insert(name);
                    }
                    (Kind::Variable("prior_attrs"), None) => self.whole_prior = true,
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
                "getresources" | "getdatasource" => match call.arguments.get(0).map(Expr::kind) {
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
        self.whole |= uses_whole(expr, "attrs");
        self.whole_prior |= uses_whole(expr, "prior_attrs");
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

/// The attribute that the first step names.
fn first(steps: Steps<'_>) -> Option<String> {
    match steps.get(0).map(|step| step.kind)? {
        StepKind::Attribute(name) => Some(name.to_owned()),
        StepKind::Index(key) => match key.kind() {
            Kind::String(name) => Some(name.into_owned()),
            _ => None,
        },
        StepKind::Legacy(_) | StepKind::Splat { .. } => None,
    }
}

/// Whether an expression holds `root` itself as a value: as an argument, an element, an operand.
fn uses_whole(expr: Expr<'_>, root: &str) -> bool {
    let is_root = |expr: &Expr<'_>| matches!(expr.kind(), Kind::Variable(name) if name == root);
    match expr.kind() {
        Kind::Traversal { .. } => false,
        Kind::Binary(_, left, right) => {
            // Compared with null, only its presence is asked for.
            let null = |expr: &Expr<'_>| matches!(expr.kind(), Kind::Null);
            (is_root(&left) && !null(&right)) || (is_root(&right) && !null(&left))
        }
        _ => expr.children().iter().any(is_root),
    }
}
