//! Locals and mocks that are defined by themselves.

use std::collections::{BTreeMap, BTreeSet};

use crate::hcl::{Attribute, Expr, Kind};
use crate::text::Span;

use super::files::{File, Project};
use super::locals::{local_name, own_locals, policies, top_locals};
use super::{Faults, Rule};

/// What each name is defined by, in the order of the source.
#[derive(Default)]
struct Names {
    order: Vec<String>,
    uses: BTreeMap<String, Vec<(String, Span)>>,
}

/// Looks for circles.
pub(super) fn check(project: &Project, faults: &mut Faults) {
    let mut folders = BTreeSet::new();
    for file in project.asked().filter(|file| !file.broken) {
        if file.is_test {
            mocks(file).tell(Rule::MockCycle, faults);
            continue;
        }
        if folders.insert(&file.folder) {
            let mut names = Names::default();
            for other in project.folder(&file.folder) {
                top_locals(other).for_each(|local| names.add_local(local));
            }
            names.tell(Rule::LocalCycle, faults);
        }
        for (_, policy) in policies(file) {
            let mut names = Names::default();
            own_locals(policy).for_each(|local| names.add_local(local));
            names.tell(Rule::LocalCycle, faults);
        }
    }
}

/// Mocks and locals of a test, which may name each other.
fn mocks(file: &File) -> Names {
    let mut names = Names::default();
    for block in file.blocks() {
        if matches!(block.kind(), "resource" | "data") {
            let (Some(one), Some(two)) = (block.label(0), block.label(1)) else { continue };
            let data = if block.kind() == "data" { "data." } else { "" };
            for name in ["attrs", "prior_attrs"] {
                if let Some(attribute) = block.body().attribute(name) {
                    names.add(format!("{data}{one}.{two}"), attribute.expr(), mock_name);
                }
            }
        }
    }
    for local in top_locals(file) {
        names.add(format!("local.{}", local.name()), local.expr(), mock_name);
    }
    names
}

/// `aws_vpc.main`, `data.aws_ami.x` or `local.y`, as far as it names something.
fn mock_name(expr: Expr<'_>) -> Option<String> {
    let Kind::Traversal { base, steps } = expr.kind() else { return None };
    let Kind::Variable(root) = base.kind() else { return None };
    let first = steps.name(0)?;
    match root {
        "data" => Some(format!("data.{first}.{}", steps.name(1)?)),
        root => Some(format!("{root}.{first}")),
    }
}

impl Names {
    fn add_local(&mut self, local: Attribute<'_>) {
        self.add(local.name().to_owned(), local.expr(), |expr| local_name(expr).map(str::to_owned));
    }

    fn add(&mut self, name: String, expr: Expr<'_>, named: fn(Expr<'_>) -> Option<String>) {
        let uses = expr.walk().filter_map(|part| Some((named(part)?, part.span())));
        let uses: Vec<_> = uses.collect();
        if !self.uses.contains_key(&name) {
            self.order.push(name.clone());
        }
        self.uses.entry(name).or_default().extend(uses);
    }

    /// All names that one leads to.
    fn reach(&self, name: &str) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = vec![name];
        while let Some(name) = open.pop() {
            for (next, _) in self.uses.get(name).into_iter().flatten() {
                if let Some((next, _)) = self.uses.get_key_value(next.as_str())
                    && seen.insert(next.as_str())
                {
                    open.push(next);
                }
            }
        }
        seen
    }

    /// Tells each circle once, where its first name leads into it.
    fn tell(&self, rule: Rule, faults: &mut Faults) {
        let reach: BTreeMap<&str, BTreeSet<&str>> =
            self.order.iter().map(|name| (name.as_str(), self.reach(name))).collect();
        let leads = |from: &str, to: &str| reach.get(from).is_some_and(|all| all.contains(to));
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for name in &self.order {
            if !leads(name, name) || told.contains(name.as_str()) {
                continue;
            }
            let circle =
                || self.order.iter().filter(|other| leads(name, other) && leads(other, name));
            told.extend(circle().map(String::as_str));
            let uses = self.uses.get(name).into_iter().flatten();
            let Some((_, at)) = uses.clone().find(|(next, _)| next == name || leads(next, name))
            else {
                continue;
            };
            let names: Vec<&str> = circle().map(String::as_str).collect();
            let message = match names.as_slice() {
                [_] => format!("`{name}` is defined by itself"),
                names => format!(
                    "circular reference: {} are defined by each other",
                    super::words::list(names)
                ),
            };
            faults.add(rule, *at, message, "give one of them a value of its own");
        }
    }
}
