//! What Terraform refuses wherever it stands, before it evaluates anything: references to nothing, calls
//! of functions that nobody has, arguments that are missing, provider configurations that are not there.
//!
//! Evaluation tells the same of the expressions that it needs, at the same places and in the same words;
//! this is about all the others, such as outputs that nobody reads. Where a file could not be read
//! whole nothing is said: what is missing may be in it.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Diagnostic;
use crate::eval::{functions, unknown_function};
use crate::hcl::{Block, Body, Call, Expr, ExprId, Kind, Steps, Tree};
use crate::terraform::address::Mode;
use crate::text::Span;

use super::aliases;
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
    diagnostics.extend(aliases::refused(library, folder, module));
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
    /// Names that `dynamic` blocks of this file bind.
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
        let suspects: Vec<Expr<'_>> = self.exprs().filter(|expr| self.is_suspect(*expr)).collect();
        if suspects.is_empty() {
            return;
        }
        let mut bound = BTreeSet::new();
        for expr in self.exprs() {
            if let Kind::For(each) = expr.kind() {
                bound.extend(each.key.into_iter().chain([each.value]));
            }
        }
        for expr in suspects {
            diagnostics.extend(match expr.kind() {
                Kind::Traversal { base, steps } => match base.kind() {
                    Kind::Variable(root) if !bound.contains(root) => {
                        self.reference(root, steps, base.span())
                    }
                    _ => None,
                },
                Kind::Call(call) => Some(unknown_function(&call).diagnostic),
                _ => None,
            });
        }
    }

    /// Whether something is wrong with an expression, names that `for` binds apart.
    fn is_suspect(&self, expr: Expr<'_>) -> bool {
        let is_wrong = match expr.kind() {
            Kind::Traversal { base, steps } => match base.kind() {
                Kind::Variable(root) => !self.is_declared(root, steps),
                _ => false,
            },
            Kind::Call(call) => !is_known(&call),
            _ => false,
        };
        is_wrong && !self.is_elsewhere(expr.span())
    }

    fn is_declared(&self, root: &str, steps: Steps<'_>) -> bool {
        let Some(first) = steps.name(0) else { return true };
        let module = self.module;
        match root {
            "var" => module.variables.contains_key(first),
            "local" => module.locals.contains_key(first),
            "module" => module.calls.contains_key(first),
            root if OWN.contains(&root) || self.bound.contains(root) => true,
            _ => resource_of(root, steps).is_none_or(|name| {
                let is_scoped =
                    name.0 == Mode::Data && self.scoped.contains(&(name.1.clone(), name.2.clone()));
                is_scoped || module.resources.contains_key(&name)
            }),
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

    /// What is wrong with a reference to something that is not declared.
    fn reference(&self, root: &str, steps: Steps<'_>, at: Span) -> Option<Diagnostic> {
        let first = steps.name(0)?;
        let module = self.module;
        let of = |what, declared: &BTreeMap<String, BlockRef>| {
            undeclared(what, &format!("{root}.{first}"), first, declared.keys(), at)
        };
        let fault = match root {
            "var" => of("variable", &module.variables),
            "local" => of("local value", &module.locals),
            "module" => of("module call", &module.calls),
            _ => undeclared_resource(&module.resources, &resource_of(root, steps)?, at),
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

fn is_known(call: &Call<'_>) -> bool {
    call.namespaces().next().is_some()
        || matches!(call.name, "can" | "try")
        || functions::find(call.name).is_some()
        || reading::FUNCTIONS.contains(&call.name)
}
