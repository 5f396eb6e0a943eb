//! Where the names that files define stand, and names that are defined more than once.

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::hcl::{Attribute, Block, Expr, Kind};
use crate::text::Span;

pub(super) use super::super::file::PolicyKind;
use super::files::{File, Project};
use super::{Faults, Rule};

/// The kind of a block, when it is a policy.
fn kind_of(block: Block<'_>) -> Option<PolicyKind> {
    PolicyKind::ALL.into_iter().find(|kind| kind.block() == block.kind())
}

/// The block of a test that mocks what a policy is about.
pub(super) const fn mock_of(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::Resource => "resource",
        PolicyKind::Provider => "provider",
        PolicyKind::Module => "module",
    }
}

/// The policies of a file.
pub(super) fn policies(file: &File) -> impl Iterator<Item = (PolicyKind, Block<'_>)> {
    file.blocks().filter_map(|block| Some((kind_of(block)?, block)))
}

/// The top-level locals of a file.
pub(super) fn top_locals(file: &File) -> impl Iterator<Item = Attribute<'_>> {
    file.blocks_of("locals").flat_map(|block| block.body().attributes())
}

/// The locals of a policy.
pub(super) fn own_locals<'f>(policy: Block<'f>) -> impl Iterator<Item = Attribute<'f>> {
    let blocks = policy.body().blocks().filter(|block| block.kind() == "locals");
    blocks.flat_map(|block| block.body().attributes())
}

/// A top-level local as a file sees it: its own first, then those of its folder.
pub(super) fn top_local<'p>(
    project: &'p Project,
    file: &'p File,
    name: &str,
) -> Option<(&'p File, Attribute<'p>)> {
    let of = |file: &'p File| {
        top_locals(file).find(|attribute| attribute.name() == name).map(|found| (file, found))
    };
    of(file).or_else(|| project.folder(&file.folder).find_map(of))
}

/// An input as a file sees it.
pub(super) fn input<'p>(
    project: &'p Project,
    file: &'p File,
    name: &str,
) -> Option<(&'p File, Block<'p>)> {
    let of = |file: &'p File| {
        let named = |block: &Block<'_>| block.label(0).as_deref() == Some(name);
        file.blocks_of("input").find(named).map(|found| (file, found))
    };
    of(file).or_else(|| project.folder(&file.folder).find_map(of))
}

/// The name in `local.name`.
pub(super) fn local_name(expr: Expr<'_>) -> Option<&str> {
    match expr.kind() {
        Kind::Traversal { base, steps } if matches!(base.kind(), Kind::Variable("local")) => {
            steps.name(0)
        }
        _ => None,
    }
}

/// Calls a visitor for every expression in a block and its blocks.
pub(super) fn expressions<'f>(block: Block<'f>, visit: &mut dyn FnMut(Expr<'f>)) {
    for attribute in block.body().attributes() {
        attribute.expr().walk().for_each(&mut *visit);
    }
    for inner in block.body().blocks() {
        expressions(inner, visit);
    }
}

/// The same of the arguments' own expressions only.
pub(super) fn arguments<'f>(block: Block<'f>) -> Vec<Expr<'f>> {
    let own = block.body().attributes().map(|attribute| attribute.expr());
    let inner = block.body().blocks().flat_map(arguments);
    own.chain(inner).collect()
}

/// Looks for names that stand twice.
pub(super) fn check(project: &Project, faults: &mut Faults) {
    for file in project.asked().filter(|file| !file.broken) {
        twice_in_file(file, faults);
        if !file.is_test {
            twice_in_folder(project, file, faults);
            shadowed(project, file, faults);
        }
    }
}

fn twice_in_file(file: &File, faults: &mut Faults) {
    let mut first: BTreeMap<&str, (Block<'_>, Span)> = BTreeMap::new();
    for block in file.blocks_of("locals") {
        for local in block.body().attributes() {
            let (name, at) = (local.name(), local.name_span());
            match first.get(name) {
                // Twice in one block is told by the parser.
                Some((other, _)) if other.id() == block.id() => {}
                Some((_, earlier)) => {
                    let message = format!("local `{name}` is already defined");
                    let diagnostic = Diagnostic::error(message)
                        .at(at)
                        .with_related(*earlier, "defined here")
                        .with_hint("give it another name");
                    faults.push(Rule::AlreadyDefined, diagnostic, None);
                }
                None => {
                    first.insert(name, (block, at));
                }
            }
        }
    }
}

fn twice_in_folder(project: &Project, file: &File, faults: &mut Faults) {
    let mut tell = |what: &str, name: &str, at: Span, earlier: &File, other: Span| {
        let message = format!("{what} `{name}` is defined in `{}`, too", earlier.path);
        let diagnostic = Diagnostic::warning(message)
            .at(at)
            .with_related(other, "defined here")
            .with_hint("files of one folder share their names; each file sees its own first");
        faults.push(Rule::DefinedInSibling, diagnostic, None);
    };
    let earlier = || project.folder(&file.folder).take_while(|other| other.id != file.id);
    for local in top_locals(file) {
        let twin = earlier().find_map(|other| {
            let twin = top_locals(other).find(|twin| twin.name() == local.name())?;
            Some((other, twin.name_span()))
        });
        if let Some((other, span)) = twin {
            tell("local", local.name(), local.name_span(), other, span);
        }
    }
    for block in file.blocks_of("input") {
        let Some(name) = block.label(0) else { continue };
        let twin = earlier().find_map(|other| {
            let twin = other.blocks_of("input").find(|twin| twin.label(0) == Some(name.clone()))?;
            Some((other, twin.header_span()))
        });
        if let Some((other, span)) = twin {
            tell("input", &name, block.header_span(), other, span);
        }
    }
}

fn shadowed(project: &Project, file: &File, faults: &mut Faults) {
    for (_, policy) in policies(file) {
        for local in own_locals(policy) {
            let Some((_, outer)) = top_local(project, file, local.name()) else { continue };
            let message = format!("local `{}` hides the one of the file", local.name());
            let diagnostic = Diagnostic::warning(message)
                .at(local.name_span())
                .with_related(outer.name_span(), "defined here")
                .with_hint("give it another name: HashiCorp's engine refuses this");
            faults.push(Rule::ShadowedLocal, diagnostic, None);
        }
    }
}
