//! Locals and mocks that are defined by themselves.

use std::collections::{BTreeMap, BTreeSet};

use crate::hcl::{Attribute, Expr, Kind};
use crate::text::Span;

use super::files::{File, Project};
use super::locals::{local_name, own_locals, policies, top_locals};
use super::words::list;
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

    /// Tells each circle once, where its first name leads into it. Goes along without recursion: a
    /// chain may be as long as its author likes.
    fn tell(&self, rule: Rule, faults: &mut Faults) {
        let mut done: BTreeSet<&str> = BTreeSet::new();
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for name in &self.order {
            // Names on the way, each with the number of its uses that were followed.
            let mut way: Vec<(&str, usize)> = vec![(name, 0)];
            let mut on_way: BTreeSet<&str> = BTreeSet::from([name.as_str()]);
            while let Some((name, followed)) = way.last_mut() {
                let uses = self.uses.get(*name).map_or(&[][..], Vec::as_slice);
                let Some((next, _)) = uses.get(*followed).filter(|_| !done.contains(*name)) else {
                    done.insert(*name);
                    on_way.remove(*name);
                    way.pop();
                    continue;
                };
                *followed += 1;
                let next = next.as_str();
                if on_way.contains(next) {
                    let names: Vec<&str> = way.iter().map(|(name, _)| *name).collect();
                    let from = names.iter().position(|name| *name == next).unwrap_or_default();
                    self.circle(names.get(from..).unwrap_or_default(), &mut told, rule, faults);
                } else if self.uses.contains_key(next) && !done.contains(next) {
                    on_way.insert(next);
                    way.push((next, 0));
                }
            }
        }
    }

    /// Tells a circle whose names none was told of.
    fn circle<'n>(
        &'n self,
        names: &[&'n str],
        told: &mut BTreeSet<&'n str>,
        rule: Rule,
        faults: &mut Faults,
    ) {
        let is_new = names.iter().all(|name| !told.contains(name));
        told.extend(names);
        let place = |name: &&&str| self.order.iter().position(|other| other == **name);
        let Some(first) = names.iter().filter(|_| is_new).min_by_key(place) else { return };
        let after = names.iter().cycle().skip_while(|name| *name != first).nth(1);
        let uses = self.uses.get(*first).into_iter().flatten();
        let Some((_, at)) = after.and_then(|after| uses.clone().find(|(next, _)| next == after))
        else {
            return;
        };
        let mut names = names.to_vec();
        names.sort_unstable();
        let message = match names.as_slice() {
            [name] => format!("`{name}` is defined by itself"),
            names => format!("circular reference: {} are defined by each other", list(names)),
        };
        faults.add(rule, *at, message, "give one of them a value of its own");
    }
}
