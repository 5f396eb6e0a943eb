//! Which module calls of a root do not use each other, so that they can be evaluated at the same time.
//!
//! What calls share besides (variables, local values, resources of the root that lead to no module) is
//! evaluated once for each part; that is little next to what stands in the modules.

use std::collections::{BTreeMap, BTreeSet};

use crate::hcl::{Body, Expr, Kind};

use super::load::Library;
use super::module::{BlockRef, Module, ResourceName, resource_of};

/// A thing of the root that others can name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Call(String),
    Local(String),
    Resource(ResourceName),
}

/// How many parts there are at most; fixed, because what is evaluated must not depend on the machine.
const MOST: usize = 16;

/// The names of the calls, in parts that do not use each other; each in order.
pub(super) fn parts(library: &Library, module: &Module) -> Vec<Vec<String>> {
    let uses = uses(library, module);
    let leading = leading_to_calls(&uses);
    let mut group: BTreeMap<&Named, &Named> = leading.iter().map(|&named| (named, named)).collect();
    for (user, used) in &uses {
        for used in used.iter().filter(|used| leading.contains(used)) {
            let (a, b) = (first(&group, user), first(&group, used));
            group.insert(a.max(b), a.min(b));
        }
    }
    let mut components: BTreeMap<&Named, Vec<String>> = BTreeMap::new();
    for named in uses.keys() {
        if let Named::Call(name) = named
            && module.calls.contains_key(name)
        {
            components.entry(first(&group, named)).or_default().push(name.clone());
        }
    }
    let size = components.len().div_ceil(MOST).max(1);
    let components: Vec<Vec<String>> = components.into_values().collect();
    components.chunks(size).map(<[_]>::concat).collect()
}

/// The first of those that are known to belong together.
fn first<'n>(group: &BTreeMap<&'n Named, &'n Named>, mut named: &'n Named) -> &'n Named {
    while let Some(&earlier) = group.get(named).filter(|earlier| **earlier != named) {
        named = earlier;
    }
    named
}

/// What the calls use, and what that uses.
fn uses(library: &Library, module: &Module) -> BTreeMap<Named, BTreeSet<Named>> {
    let mut uses = BTreeMap::new();
    let mut open: Vec<Named> = module.calls.keys().cloned().map(Named::Call).collect();
    while let Some(named) = open.pop() {
        if uses.contains_key(&named) {
            continue;
        }
        let mut used = BTreeSet::new();
        match &named {
            Named::Call(name) => of_block(library, module.calls.get(name), &mut used),
            Named::Resource(name) => of_block(library, module.resources.get(name), &mut used),
            Named::Local(name) => {
                let block = module.locals.get(name).and_then(|block| block.of(&library.trees));
                let local = block.and_then(|block| block.body().attribute(name));
                used.extend(local.iter().flat_map(|local| of_expr(local.expr())));
            }
        }
        open.extend(used.iter().cloned());
        uses.insert(named, used);
    }
    uses
}

/// Calls, and what leads to one.
fn leading_to_calls(uses: &BTreeMap<Named, BTreeSet<Named>>) -> BTreeSet<&Named> {
    let mut users: BTreeMap<&Named, Vec<&Named>> = BTreeMap::new();
    for (user, used) in uses {
        for used in used {
            users.entry(used).or_default().push(user);
        }
    }
    let mut leading = BTreeSet::new();
    let mut open: Vec<&Named> = uses.keys().filter(|n| matches!(n, Named::Call(_))).collect();
    while let Some(named) = open.pop() {
        if leading.insert(named) {
            open.extend(users.get(named).into_iter().flatten());
        }
    }
    leading
}

fn of_block(library: &Library, block: Option<&BlockRef>, used: &mut BTreeSet<Named>) {
    let Some(block) = block else { return };
    let mut open: Vec<Body<'_>> = library.trees.bodies(*block);
    while let Some(body) = open.pop() {
        used.extend(body.attributes().flat_map(|attribute| of_expr(attribute.expr())));
        open.extend(body.blocks().map(crate::hcl::Block::body));
    }
}

fn of_expr(expr: Expr<'_>) -> Vec<Named> {
    expr.walk().filter_map(of_reference).collect()
}

fn of_reference(expr: Expr<'_>) -> Option<Named> {
    let Kind::Traversal { base, steps } = expr.kind() else { return None };
    let Kind::Variable(root) = base.kind() else { return None };
    let first = steps.name(0)?;
    Some(match root {
        "var" | "each" | "count" | "path" | "terraform" | "tofu" | "self" => return None,
        "module" => Named::Call(first.to_owned()),
        "local" => Named::Local(first.to_owned()),
        _ => Named::Resource(resource_of(root, steps)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{MemoryFiles, Sources};

    #[test]
    fn calls_that_use_each_other_stay_together() {
        let main = r#"
locals {
  tags = { a = var.a }
  of_b = "${module.b.x}-${local.tags.a}"
}
module "a" {
  source = "./m"
  tags   = local.tags
}
module "b" {
  source = "./m"
  tags   = local.tags
}
module "c" {
  source = "./m"
  name   = aws_x.y.name
}
module "d" {
  source = "./m"
}
resource "aws_x" "y" {
  name = local.of_b
}
resource "aws_x" "unused" {
  name = [module.a.x, module.d.x]
}
"#;
        let mut files = MemoryFiles::default();
        files.insert("main.tf", main);
        files.insert("m/main.tf", "");
        let mut library = Library::default();
        library.load(&[String::new()], &files, &mut Sources::default(), &mut Vec::new());
        let module = library.module("").expect("loaded");
        assert_eq!(parts(&library, module), [vec!["a"], vec!["b", "c"], vec!["d"]]);
    }
}
