//! The provider configurations and module calls of a root module, for policies about them.
//!
//! Evaluated only when somebody asks: most runs have no such policy. What is wrong in them is told by
//! the evaluation of the resources.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::hcl::Kind;
use crate::terraform::address::{Key, Mode, dotted};
use crate::terraform::declaration::{
    Declaration, DeclarationKind, ProviderMeta, exact_version, is_of_registry, module_meta,
    module_source,
};
use crate::terraform::schema;
use crate::value::{Cause, Key as Name, Reason, Type, Unknown, Value};

use super::body::Bodies;
use super::expansion::{Expansion, Repetition};
use super::instance::{Evaluation, ModuleInstance, Options, Resource, Root};
use super::layers::Layers;
use super::load::Library;
use super::module::BlockRef;
use super::providers::Provider;
use super::scope::InstanceScope;

/// Arguments of Terraform's own in a `provider` block.
const OF_PROVIDERS: [&str; 3] = ["alias", "version", "for_each"];

/// The same in a `module` block.
const OF_CALLS: [&str; 7] =
    ["source", "version", "providers", "count", "for_each", "depends_on", "lifecycle"];

/// The provider configurations and module calls of the root module in `folder`, callers first.
/// `resources` are those that it evaluated to: what they use without a block is a configuration, too.
#[must_use]
pub fn declarations(
    library: &Library,
    folder: &str,
    options: &Options<'_>,
    resources: &[Resource],
) -> Vec<Declaration> {
    let Some(module) = library.module(folder) else { return Vec::new() };
    let (shared, _) = Root::new(library, folder, module, options);
    let evaluation = Evaluation::new(&shared);
    let root = evaluation.add(ModuleInstance::new(module.clone(), None));
    let mut found = Vec::new();
    evaluation.declarations(root, &mut found);
    let mut implied = BTreeSet::new();
    for provider in resources.iter().map(|resource| &resource.provider) {
        if provider.is_implied() && implied.insert(provider.source.clone()) {
            found.push(evaluation.implied(provider));
        }
    }
    found
}

impl<'c> Evaluation<'c> {
    fn declarations(&self, id: usize, found: &mut Vec<Declaration>) {
        let instance = self.instance(id);
        for (name, alias, block) in &instance.module.providers {
            found.extend(self.configuration(id, &instance, name, alias, *block));
        }
        for (name, call) in &instance.module.calls {
            self.calls(id, &instance, name, *call, found);
            let Some(children) = self.children(id, name, 0) else { continue };
            for &child in children.instances.iter().flatten() {
                self.declarations(child, found);
            }
        }
    }

    fn configuration(
        &self,
        id: usize,
        instance: &ModuleInstance,
        name: &str,
        alias: &str,
        block: BlockRef,
    ) -> Option<Declaration> {
        let layers = self.library.trees.layers(block)?;
        let provider = self.resolve(id, name, alias, None, 0);
        let alias = provider.alias.as_deref();
        let shown = match alias {
            Some(alias) => format!("provider.{name}.{alias}"),
            None => format!("provider.{name}"),
        };
        let scope = InstanceScope::new(self, id, any_of(&layers, &shown));
        let bodies = self.bodies(&scope, &provider, &shown);
        let schema = schema::provider_block(stable(&provider.provider_type));
        let attrs = bodies.arguments(&layers, schema, &OF_PROVIDERS);
        Some(Declaration {
            kind: DeclarationKind::Provider,
            address: dotted(&instance.address, &shown).into(),
            static_address: dotted(&instance.static_address, &shown).into(),
            module: instance.address.clone(),
            name: name.into(),
            label: provider.provider_type.clone(),
            meta: self.provider_meta(name, &provider),
            attrs: attrs.with_origin(self.origin_of(block)),
            block: Some(block),
            calls: instance.calls.clone(),
            assumed: Vec::new(),
        })
    }

    /// A configuration that nobody wrote: its arguments are absent.
    fn implied(&self, provider: &Provider) -> Declaration {
        let name = &provider.provider_type;
        let address: Arc<str> = format!("provider.{name}").into();
        let schema = schema::provider_block(stable(name));
        let root = InstanceScope::new(self, 0, Repetition::default());
        let attrs = self.bodies(&root, provider, &address).nothing(schema);
        Declaration {
            kind: DeclarationKind::Provider,
            static_address: address.clone(),
            address,
            module: "".into(),
            name: name.clone(),
            label: name.clone(),
            meta: self.provider_meta(name, provider),
            attrs,
            block: None,
            calls: Vec::new(),
            assumed: Vec::new(),
        }
    }

    fn bodies<'e>(
        &'e self,
        scope: &'e InstanceScope<'e, 'c>,
        provider: &'e Provider,
        address: &str,
    ) -> Bodies<'e, 'c> {
        Bodies {
            evaluation: self,
            scope,
            address: address.into(),
            resource_type: provider.provider_type.clone(),
            provider,
            mode: Mode::Managed,
            depth: 0,
            rounds: std::cell::Cell::new(0),
        }
    }

    fn provider_meta(&self, name: &str, provider: &Provider) -> Value {
        let (source, alias) = (&*provider.source, provider.alias.as_deref());
        ProviderMeta { name, source, alias, version: self.provider_version(provider) }.object()
    }

    /// The version in the lock file, or the only one that the root module allows.
    fn provider_version(&self, provider: &Provider) -> Value {
        let root = self.root_folder();
        let lock = self.library.lock_file(root).and_then(|file| self.library.trees.tree(file));
        let locked = lock.into_iter().flat_map(|tree| tree.root().blocks_of("provider"));
        let is_it = |block: &crate::hcl::Block<'_>| {
            let source = block.label(0).unwrap_or_default();
            *source == *provider.source
                || source.split_once('/').is_some_and(|(_, rest)| *rest == *provider.source)
        };
        let version = locked.filter(is_it).find_map(|block| {
            let version = block.body().attribute("version")?.expr().kind();
            if let Kind::String(version) = version { Some(version.into_owned()) } else { None }
        });
        let required = || {
            let root = self.library.module(root)?;
            let of_it =
                |name: &&String| super::providers::source_of(root, name) == *provider.source;
            let name = root.required_providers.keys().find(of_it)?;
            let version = root.required_providers.get(name)?.version.as_deref()?;
            exact_version(version).map(str::to_owned)
        };
        version.or_else(required).map_or_else(
            || {
                let subject = format!("version of the provider `{}`", provider.source);
                unknown(Reason::new(Cause::VersionDependent, subject, None))
            },
            |version| Value::from(version.as_str()),
        )
    }

    /// The instances of a call.
    fn calls(
        &self,
        id: usize,
        instance: &ModuleInstance,
        name: &str,
        call: BlockRef,
        found: &mut Vec<Declaration>,
    ) {
        let (Some(layers), Some(children)) =
            (self.library.trees.layers(call), self.children(id, name, 0))
        else {
            return;
        };
        let path = dotted(&instance.path, name);
        let (source, version) = self.module_version(&instance.module, &path, call);
        let whole = format!("module.{name}");
        for repetition in children.expansion.repetitions() {
            let key = repetition.key.as_ref().map(Key::to_string).unwrap_or_default();
            let address = dotted(&instance.address, &format!("{whole}{key}"));
            let scope = InstanceScope::new(self, id, repetition);
            // Nothing is added to what a call says.
            let provider = self.resolve(id, "terraform", "", None, 0);
            let attrs = self.bodies(&scope, &provider, &address);
            let attrs = attrs.arguments(&layers, None, &OF_CALLS).unmarked();
            found.push(Declaration {
                kind: DeclarationKind::Module,
                static_address: dotted(&instance.static_address, &whole).into(),
                module: instance.address.clone(),
                name: name.into(),
                label: source.as_str().into(),
                meta: module_meta(&address, &source, version.clone()),
                address: address.into(),
                attrs: attrs.with_origin(self.origin_of(call)),
                block: Some(call),
                calls: instance.calls.clone(),
                assumed: Vec::new(),
            });
        }
    }

    /// The source of a call as it is resolved, and the version that was selected: none but a registry
    /// has versions.
    fn module_version(
        &self,
        caller: &super::module::Module,
        path: &str,
        call: BlockRef,
    ) -> (String, Value) {
        let text = |name: &str| match self.library.trees.attribute(call, name)?.expr().kind() {
            Kind::String(text) => Some(text.into_owned()),
            _ => None,
        };
        let written = text("source").unwrap_or_default();
        let installed = self.library.installed(self.root_folder(), path, caller, call);
        let (source, found) = match installed {
            Some((source, version)) => (source.to_owned(), version.map(str::to_owned)),
            None => (module_source(&written), None),
        };
        let exact = || exact_version(&text("version")?).map(str::to_owned);
        let version = match found.or_else(exact) {
            Some(version) => Value::from(version.as_str()),
            None if !is_of_registry(&source) => Value::from(""),
            None => {
                let subject = format!("module.{}", path.replace('.', ".module."));
                unknown(Reason::new(Cause::ModuleNotOnDisk, subject, None))
            }
        };
        (source, version)
    }

    fn origin_of(&self, block: BlockRef) -> crate::value::Origin {
        let block = block.of(&self.library.trees);
        block.map(|block| self.library.trees.of_block(block)).unwrap_or_default()
    }
}

impl Bodies<'_, '_> {
    /// What a body says but for Terraform's own arguments, and what is absent of a schema.
    fn arguments(&self, layers: &Layers<'_>, schema: Option<schema::Block>, own: &[&str]) -> Value {
        let value = self.whole(layers, schema);
        let entries = value.as_entries().into_iter().flatten();
        let entries = entries.filter(|(name, _)| !own.contains(&&**name)).cloned();
        Value::object(entries.collect::<Vec<(Name, Value)>>()).with_marks(value.marks())
    }
}

/// What `each` is in a configuration with `for_each`, for all of its instances.
fn any_of(layers: &Layers<'_>, shown: &str) -> Repetition {
    let reason = || Reason::new(Cause::UnknownInstances, shown, None);
    let each = layers.attribute("for_each").map(|_| Expansion::Unknown(reason()).repetitions());
    each.and_then(|mut each| each.pop()).unwrap_or_default()
}

/// A preview takes what its provider takes.
fn stable(provider_type: &str) -> &str {
    provider_type.trim_end_matches("-beta")
}

fn unknown(reason: Reason) -> Value {
    Value::unknown(Unknown::new(Type::String, reason).not_null())
}
