//! Mocks that refer to each other, by one or more steps, and to no others: what `--isolate` keeps apart.

use std::collections::BTreeSet;

use crate::hcl::{Block, Expr, Kind};

use super::names::Names;

/// For each mock the number of its island. Islands are numbered by their first mock.
pub(super) fn islands(names: &Names<'_>, mocks: &[Block<'_>]) -> Vec<usize> {
    let mut island: Vec<usize> = (0..mocks.len()).collect();
    for (at, mock) in mocks.iter().enumerate() {
        for name in mentioned(names, *mock) {
            let Some(other) = mocks.iter().position(|other| name_of(*other) == name) else {
                continue;
            };
            let (low, high) = (island[at].min(island[other]), island[at].max(island[other]));
            island.iter_mut().filter(|of| **of == high).for_each(|of| *of = low);
        }
    }
    island
}

fn name_of(mock: Block<'_>) -> [String; 3] {
    let label = |n| mock.label(n).unwrap_or_default().into_owned();
    [mock.kind().to_owned(), label(0), label(1)]
}

/// The mocks that a mock refers to, also through locals.
fn mentioned(names: &Names<'_>, mock: Block<'_>) -> BTreeSet<[String; 3]> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<Expr<'_>> =
        mock.body().attributes().map(|attribute| attribute.expr()).collect();
    while let Some(expr) = open.pop() {
        open.extend(expr.children());
        let Kind::Traversal { base, steps } = expr.kind() else { continue };
        let Kind::Variable(root) = base.kind() else { continue };
        let name = |n| steps.name(n).unwrap_or_default().to_owned();
        match root {
            "local" => {
                if seen.insert(name(0)) {
                    open.extend(names.local_of(&name(0)).map(|local| local.expr()));
                }
            }
            "data" => {
                found.insert(["data".to_owned(), name(0), name(1)]);
            }
            _ => {
                found.insert(["resource".to_owned(), root.to_owned(), name(0)]);
            }
        }
    }
    found
}
