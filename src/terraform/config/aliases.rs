//! Provider configurations that nobody declares: a misspelt alias, or one that a called module needs and
//! is not given.
//!
//! A module has the configurations of its `provider` blocks, those that it says it is given
//! (`configuration_aliases`), and those that its callers pass all the same. Default configurations are
//! always there. A module that nobody calls and that declares none may be meant for callers that are
//! not here: what they pass stays unknown.

use crate::diag::{Diagnostic, did_you_mean};
use crate::hcl::{Expr, Kind};

use super::load::Library;
use super::module::{BlockRef, Module};
use super::providers::named;

/// What Terraform refuses to plan: it names no place, and the module's own use or call is it.
pub(super) fn refused(library: &Library, folder: &str, module: &Module) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let uses = module.resources.values();
    let uses = uses.filter_map(|block| Some(library.trees.attribute(*block, "provider")?.expr()));
    let passed = module.calls.values().flat_map(|call| passed(library, *call));
    for expr in uses.chain(passed.map(|(_, value)| value)) {
        diagnostics.extend(absent(library, folder, module, expr));
    }
    for (name, call) in &module.calls {
        diagnostics.extend(wanting(library, module, name, *call));
    }
    diagnostics
}

/// A configuration that the module does not have.
fn absent(library: &Library, folder: &str, module: &Module, expr: Expr<'_>) -> Option<Diagnostic> {
    let wanted = named(expr)?;
    let is_own = |(name, alias): &(&str, &str)| *name == wanted.name && *alias == wanted.alias;
    if wanted.alias.is_empty() || own(module).any(|one| is_own(&one)) {
        return None;
    }
    let (is_called, given) = given(library, folder);
    if !is_called && module.providers.is_empty() {
        return None;
    }
    let all = || own(module).chain(given.iter().map(|(name, alias)| (&**name, &**alias)));
    if all().any(|one| is_own(&one)) {
        return None;
    }
    let shown = format!("{}.{}", wanted.name, wanted.alias);
    let error = Diagnostic::error(format!("provider configuration `{shown}` is not present"));
    let error = error.at(expr.span());
    let aliases = all().filter(|(name, alias)| *name == wanted.name && !alias.is_empty());
    Some(match did_you_mean(&wanted.alias, aliases.map(|(_, alias)| alias)) {
        Some(close) => error.with_hint(format!("did you mean `{}.{close}`?", wanted.name)),
        None => error.with_hint(format!(
            "a `provider \"{}\"` block with `alias = \"{}\"` declares it",
            wanted.name, wanted.alias
        )),
    })
}

/// A configuration that the called module says it is given, and that the call does not pass.
fn wanting(library: &Library, module: &Module, name: &str, call: BlockRef) -> Option<Diagnostic> {
    let called = library.folders_of(module, &call).find_map(|folder| library.module(&folder))?;
    let given: Vec<(String, String)> = keys(library, call).collect();
    let is_given = |wanted: &&(String, String)| given.contains(wanted);
    let wanted = called.configuration_aliases.iter().find(|wanted| !is_given(wanted))?;
    let shown = format!("{}.{}", wanted.0, wanted.1);
    let message =
        format!("the module call `{name}` does not pass the provider configuration `{shown}`");
    let hint = format!("`providers = {{ {shown} = .. }}`: the called module has no other");
    let at = call.of(&library.trees)?.header_span();
    Some(Diagnostic::error(message).at(at).with_hint(hint))
}

/// What a module has by itself: local names and aliases.
fn own(module: &Module) -> impl Iterator<Item = (&str, &str)> {
    let declared = module.providers.iter().map(|(name, alias, _)| (&**name, &**alias));
    let given = module.configuration_aliases.iter().map(|(name, alias)| (&**name, &**alias));
    declared.chain(given)
}

/// Whether anybody calls a folder, and what they pass.
fn given(library: &Library, folder: &str) -> (bool, Vec<(String, String)>) {
    let (mut is_called, mut given) = (false, Vec::new());
    for caller in library.folders().filter_map(|caller| library.module(caller)) {
        for call in caller.calls.values() {
            if library.folders_of(caller, call).any(|called| called == folder) {
                is_called = true;
                given.extend(keys(library, *call));
            }
        }
    }
    (is_called, given)
}

fn keys(library: &Library, call: BlockRef) -> impl Iterator<Item = (String, String)> {
    passed(library, call).into_iter().filter_map(|(key, _)| {
        let key = named(key)?;
        Some((key.name, key.alias))
    })
}

/// The entries of a call's `providers`.
fn passed(library: &Library, call: BlockRef) -> Vec<(Expr<'_>, Expr<'_>)> {
    let providers = library.trees.attribute(call, "providers");
    match providers.map(|providers| providers.expr().kind()) {
        Some(Kind::Object(items)) => items.map(|item| (item.key, item.value)).collect(),
        _ => Vec::new(),
    }
}
