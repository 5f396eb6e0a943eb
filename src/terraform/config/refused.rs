//! What Terraform refuses wherever it stands, before it evaluates anything: references to nothing, calls
//! of functions that nobody has, arguments that are missing.
//!
//! Evaluation tells the same of the expressions that it needs, at the same places and in the same words;
//! this is about all the others, such as outputs that nobody reads. Where a file could not be read
//! whole nothing is said: what is missing may be in it.

use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::eval::{functions, unknown_function};
use crate::hcl::{Block, Body, Call, Expr, ExprId, Kind, Steps, Tree};
use crate::terraform::address::Mode;
use crate::text::Span;

use super::load::Library;
use super::module::{BlockRef, Module, resource_of};
use super::names::undeclared;
use super::reading;
use super::scope::undeclared_resource;

/// Blocks whose expressions are references and calls.
const EVALUATED: [&str; 9] = [
    "check",
    "data",
    "ephemeral",
    "locals",
    "module",
    "output",
    "provider",
    "resource",
    "variable",
];

/// Arguments of these blocks that name something else than a value.
const NAMING: [&str; 6] =
    ["actions", "configuration_aliases", "ignore_changes", "provider", "providers", "type"];

/// Names that begin a reference to something that no block declares.
const OWN: [&str; 8] = ["action", "count", "each", "path", "provider", "self", "terraform", "tofu"];

/// Tells what Terraform refuses in the module of a folder.
#[must_use]
pub fn refused(library: &Library, folder: &str) -> Vec<Diagnostic> {
    let Some(module) = library.module(folder) else { return Vec::new() };
    if module.files.iter().any(|file| library.is_damaged(*file)) {
        return Vec::new();
    }
    let mut diagnostics = Vec::new();
    let asked = [(&module.calls, "source"), (&module.outputs, "value")];
    for (blocks, name) in asked {
        for block in blocks.values() {
            diagnostics.extend(missing(library, *block, name));
        }
    }
    for tree in module.files.iter().filter_map(|file| library.trees.tree(*file)) {
        Reader::new(module, tree).read(&mut diagnostics);
    }
    diagnostics
}

fn missing(library: &Library, block: BlockRef, name: &str) -> Option<Diagnostic> {
    if library.trees.attribute(block, name).is_some() {
        return None;
    }
    let message = format!("the argument `{name}` is required, but no definition was found");
    Some(Diagnostic::error(message).at(block.of(&library.trees)?.header_span()))
}

/// The expressions of one file.
struct Reader<'r> {
    module: &'r Module,
    tree: &'r Tree,
    /// Names that expressions of this file bind themselves.
    bound: BTreeSet<String>,
    /// Where expressions are none that Terraform evaluates as such, sorted.
    elsewhere: Vec<Span>,
    /// Data sources inside of `check` blocks.
    scoped: BTreeSet<(String, String)>,
}

impl<'r> Reader<'r> {
    fn new(module: &'r Module, tree: &'r Tree) -> Self {
        let (bound, scoped, elsewhere) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        let mut reader = Self { module, tree, bound, elsewhere, scoped };
        for block in tree.root().blocks() {
            if EVALUATED.contains(&block.kind()) {
                reader.body(block.body());
            } else {
                reader.elsewhere.push(block.span());
            }
        }
        reader.elsewhere.sort_unstable_by_key(|span| span.start);
        for expr in reader.exprs() {
            if let Kind::For(each) = expr.kind() {
                reader.bound.extend(each.key.into_iter().chain([each.value]).map(str::to_owned));
            }
        }
        reader
    }

    fn body(&mut self, body: Body<'_>) {
        for attribute in body.attributes() {
            if NAMING.contains(&attribute.name()) {
                self.elsewhere.push(attribute.span());
            }
        }
        for block in body.blocks() {
            match block.kind() {
                "dynamic" => self.bound.extend(iterator(block)),
                "data" => {
                    let label = |n| block.label(n).unwrap_or_default().into_owned();
                    self.scoped.insert((label(0), label(1)));
                }
                _ => {}
            }
            self.body(block.body());
        }
    }

    fn read(&self, diagnostics: &mut Vec<Diagnostic>) {
        for expr in self.exprs() {
            let found = match expr.kind() {
                Kind::Traversal { base, steps } => match base.kind() {
                    Kind::Variable(root) => self.reference(root, steps, base.span()),
                    _ => None,
                },
                Kind::Call(call) => unknown_call(&call),
                _ => None,
            };
            diagnostics.extend(found.filter(|_| !self.is_elsewhere(expr.span())));
        }
    }

    fn exprs(&self) -> impl Iterator<Item = Expr<'r>> + use<'r> {
        let tree = self.tree;
        (0..tree.expr_count()).map(|n| tree.expr(ExprId(n)))
    }

    fn is_elsewhere(&self, at: Span) -> bool {
        let after = self.elsewhere.partition_point(|span| span.start <= at.start);
        self.elsewhere[..after].last().is_some_and(|span| span.end >= at.end)
    }

    /// What is wrong with a reference, as far as names tell.
    fn reference(&self, root: &str, steps: Steps<'_>, at: Span) -> Option<Diagnostic> {
        if self.bound.contains(root) {
            return None;
        }
        let first = steps.name(0)?;
        let module = self.module;
        let fault = match root {
            "var" if !module.variables.contains_key(first) => {
                let shown = format!("var.{first}");
                undeclared("variable", &shown, first, module.variables.keys(), at)
            }
            "local" if !module.locals.contains_key(first) => {
                let shown = format!("local.{first}");
                undeclared("local value", &shown, first, module.locals.keys(), at)
            }
            "module" if !module.calls.contains_key(first) => {
                let shown = format!("module.{first}");
                undeclared("module call", &shown, first, module.calls.keys(), at)
            }
            "var" | "local" | "module" => return None,
            root if OWN.contains(&root) => return None,
            _ => {
                let name = resource_of(root, steps)?;
                let is_scoped =
                    name.0 == Mode::Data && self.scoped.contains(&(name.1.clone(), name.2.clone()));
                if is_scoped || module.resources.contains_key(&name) {
                    return None;
                }
                undeclared_resource(&module.resources, &name, at)
            }
        };
        Some(fault.diagnostic)
    }
}

/// The name that a `dynamic` block binds.
fn iterator(dynamic: Block<'_>) -> Option<String> {
    match dynamic.body().attribute("iterator").map(|iterator| iterator.expr().kind()) {
        Some(Kind::Variable(name)) => Some(name.to_owned()),
        _ => dynamic.label(0).map(std::borrow::Cow::into_owned),
    }
}

fn unknown_call(call: &Call<'_>) -> Option<Diagnostic> {
    let is_known = call.namespaces().next().is_some()
        || matches!(call.name, "can" | "try")
        || functions::find(call.name).is_some()
        || reading::FUNCTIONS.contains(&call.name);
    (!is_known).then(|| unknown_function(call).diagnostic)
}
