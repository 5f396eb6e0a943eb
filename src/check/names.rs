//! Names that no version of a provider has: arguments and blocks of known types that are probably
//! misspelt.
//!
//! These are notes and never more: Terraform itself refuses such names, and the facts about a provider
//! may be older than the provider. So nothing is said of versions that the facts are not of, of
//! another provider with the same name, and of types whose contents are not wholly known.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, did_you_mean};
use crate::finding::Material;
use crate::hcl::{Attribute, Block, Body, Kind};
use crate::terraform::address::Mode;
use crate::terraform::config::{Library, Module, ResourceName, provider_versions, roots};
use crate::terraform::schema::{self, NestedBlock};
use crate::value::Type;

use super::Subject;

/// Arguments and blocks of Terraform's own.
const META: [&str; 7] =
    ["count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection"];

/// Notes each misspelt name once.
pub(super) fn note(library: &Library, subjects: &[Subject<'_>], material: &mut Material) {
    let folders =
        subjects.iter().filter_map(|subject| Some(&subject.configuration.as_ref()?.folder));
    for root in folders.collect::<BTreeSet<_>>() {
        let Some(module) = library.module(root) else { continue };
        let versions = provider_versions(library, root, module);
        let mut covered: BTreeMap<&str, bool> = BTreeMap::new();
        for folder in roots::reachable(library, std::slice::from_ref(root)) {
            // What was downloaded is not the user's to mend.
            if folder.contains(".terraform/") {
                continue;
            }
            let Some(module) = library.module(&folder) else { continue };
            let foreign = foreign(library, module);
            for (name, block) in &module.resources {
                let Some(provider) = schema::provider_of(&name.1) else { continue };
                let is_covered = *covered.entry(provider).or_insert_with(|| {
                    let in_use = versions.get(provider).cloned().unwrap_or_default();
                    schema::covers(provider, &in_use)
                });
                if !is_covered || foreign.contains(provider) {
                    continue;
                }
                for body in library.trees.bodies(*block) {
                    resource(name, body, provider, &mut material.diagnostics);
                }
            }
        }
    }
}

/// Local names that stand for a provider of somebody else.
fn foreign(library: &Library, module: &Module) -> BTreeSet<String> {
    let trees = module.files.iter().filter_map(|&file| library.trees.tree(file));
    let settings = trees.flat_map(|tree| tree.root().blocks_of("terraform").collect::<Vec<_>>());
    let required =
        settings.flat_map(|block| block.body().blocks_of("required_providers").collect::<Vec<_>>());
    let attributes = required.flat_map(|block| block.body().attributes().collect::<Vec<_>>());
    let is_foreign = |attribute: &Attribute<'_>| {
        let source = source_of(*attribute);
        source.is_some_and(|source| {
            let own = format!("hashicorp/{}", attribute.name());
            source != own && !source.ends_with(&format!("/{own}"))
        })
    };
    attributes.filter(is_foreign).map(|attribute| attribute.name().to_owned()).collect()
}

/// `source` of an entry of `required_providers`.
fn source_of(required: Attribute<'_>) -> Option<String> {
    let Kind::Object(mut items) = required.expr().kind() else { return None };
    items.find_map(|item| {
        let is_source = match item.key.kind() {
            Kind::Variable(name) => name == "source",
            Kind::String(name) => name == "source",
            _ => false,
        };
        match item.value.kind() {
            Kind::String(source) if is_source => Some(source.into_owned()),
            _ => None,
        }
    })
}

fn resource(
    (mode, resource_type, _): &ResourceName,
    body: Body<'_>,
    provider: &str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let is_data = match mode {
        Mode::Managed => false,
        Mode::Data => true,
        Mode::Ephemeral => return,
    };
    // `provider = other.alias` may make it a type of another provider.
    let chosen = body.attribute("provider").map(|provider| provider.expr().text());
    let is_own = |chosen: &str| {
        chosen.split(['.', '[']).next().is_some_and(|name| {
            name == provider || name.strip_prefix(provider).is_some_and(|end| end == "-beta")
        })
    };
    if chosen.is_some_and(|chosen| !is_own(chosen.trim_matches('"'))) {
        return;
    }
    let declared: Vec<schema::Block> = schema::declarations(is_data, resource_type).collect();
    if declared.is_empty() {
        return;
    }
    let names = Names { of: format!("`{resource_type}`"), provider, is_top: true };
    names.body(body, &declared, diagnostics);
}

/// The names in one body.
struct Names<'n> {
    /// What lacks the name.
    of: String,
    provider: &'n str,
    is_top: bool,
}

impl Names<'_> {
    /// A name counts as known when any declaration has it.
    fn body(&self, body: Body<'_>, declared: &[schema::Block], diagnostics: &mut Vec<Diagnostic>) {
        if !declared.iter().all(|block| block.is_complete()) {
            return;
        }
        let is_known = |name: &str| {
            self.is_top && META.contains(&name)
                || declared.iter().any(|b| b.attribute(name).is_some() || b.block(name).is_some())
        };
        let names = || {
            let of = |block: &schema::Block| {
                let attributes = block.attributes().map(schema::Attribute::name);
                attributes.chain(block.blocks().map(NestedBlock::name)).collect::<Vec<_>>()
            };
            declared.iter().flat_map(of)
        };
        for attribute in body.attributes().filter(|attribute| !is_known(attribute.name())) {
            let close = did_you_mean(attribute.name(), names());
            diagnostics
                .push(self.unknown("argument", attribute.name(), close).at(attribute.name_span()));
        }
        for block in body.blocks() {
            let Some((name, inner)) = nested(block) else { continue };
            if !is_known(&name) {
                let close = did_you_mean(&name, names());
                diagnostics.push(self.unknown("block", &name, close).at(block.header_span()));
                continue;
            }
            self.block(&name, inner, declared, diagnostics);
        }
    }

    fn block(
        &self,
        name: &str,
        body: Body<'_>,
        declared: &[schema::Block],
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let inner = Names { of: format!("`{name}` of {}", self.of), is_top: false, ..*self };
        let blocks: Vec<schema::Block> =
            declared.iter().filter_map(|block| block.block(name)).map(NestedBlock::block).collect();
        if !blocks.is_empty() {
            inner.body(body, &blocks, diagnostics);
            return;
        }
        // A list of objects that is written as blocks.
        let types = declared.iter().filter_map(|block| block.attribute(name)).map(|a| a.ty());
        let members: Vec<_> = types
            .filter_map(|ty| match ty {
                Type::List(element) | Type::Set(element) => match &*element {
                    Type::Object(members) => Some(members.clone()),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        if members.is_empty() {
            return;
        }
        let names = || members.iter().flat_map(|members| members.keys().map(|name| &**name));
        for attribute in body.attributes() {
            if !members.iter().any(|members| members.contains_key(attribute.name())) {
                let close = did_you_mean(attribute.name(), names());
                let note = inner.unknown("argument", attribute.name(), close);
                diagnostics.push(note.at(attribute.name_span()));
            }
        }
    }

    fn unknown(&self, what: &str, name: &str, close: Option<&str>) -> Diagnostic {
        let note = Diagnostic::note(format!("{} has no {what} `{name}`", self.of));
        match close {
            Some(close) => note.with_hint(format!("did you mean `{close}`?")),
            None => {
                let newest = schema::versions(self.provider).next().unwrap_or_default();
                let provider = self.provider;
                note.with_hint(format!(
                    "not in version {newest} of the provider `{provider}`, nor in older ones"
                ))
            }
        }
    }
}

/// The type of a nested block and its body; that of a dynamic one is its content.
fn nested(block: Block<'_>) -> Option<(String, Body<'_>)> {
    match block.kind() {
        "dynamic" => {
            let content = block.body().blocks_of("content").next()?;
            Some((block.label(0)?.into_owned(), content.body()))
        }
        kind => Some((kind.to_owned(), block.body())),
    }
}
