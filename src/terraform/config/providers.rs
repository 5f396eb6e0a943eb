//! Provider configurations: which one a resource uses, and what it says.
//!
//! A module names configurations by local names, which its `required_providers` tie to providers. One
//! that it does not have itself comes from its caller: what the call's `providers` passes, else the
//! default of the same provider, through any number of calls.

use std::sync::Arc;

use crate::eval::Evaluator;
use crate::hcl::{Expr, Kind, StepKind};
use crate::terraform::address::Key;
use crate::terraform::schema;
use crate::value::{self, Cause, Reason, Type, Unknown, Value};

use super::body::Bodies;
use super::expansion::{Expansion, Repetition, expansion};
use super::instance::{Evaluation, ModuleInstance};
use super::layers::Layers;
use super::module::{BlockRef, Module};
use super::scope::InstanceScope;

/// The provider configuration that a resource uses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Provider {
    /// The provider, `hashicorp/aws`; the host only where it is no public registry.
    pub source: Arc<str>,
    /// The last word of that, `aws`, `google-beta`.
    pub provider_type: Arc<str>,
    /// The alias, in the module that declares it; `None` for a default configuration.
    pub alias: Option<Arc<str>>,
    /// Which instance of a configuration with `for_each`.
    pub key: Option<Key>,
    /// The address of the module instance that declares it; empty for the root.
    pub module: Arc<str>,
    /// Its block. A default configuration need not have one.
    pub block: Option<BlockRef>,
    /// The module instance that declares it, by number.
    instance: usize,
    /// Whether nobody declares it, nor passes it on, so that nothing is known of it.
    is_missing: bool,
}

/// A configuration as an expression names it, `aws.by_region["x"]`.
pub(super) struct Named<'t> {
    /// The local name.
    pub name: String,
    /// Empty for a default configuration.
    pub alias: String,
    /// Which instance of it.
    key: Option<Expr<'t>>,
}

impl Provider {
    /// Whether it is a default configuration that nobody wrote.
    pub(super) const fn is_implied(&self) -> bool {
        self.block.is_none() && !self.is_missing
    }
}

impl Evaluation<'_> {
    /// The configuration that a resource of a module instance uses.
    pub(super) fn provider(
        &self,
        id: usize,
        resource_type: &str,
        block: &Layers<'_>,
        scope: &InstanceScope<'_, '_>,
        depth: u32,
    ) -> Arc<Provider> {
        let written = block.attribute("provider").and_then(|written| named(written.expr()));
        match written {
            Some(named) => {
                let key = named.key.map(|key| self.key(key, scope, depth));
                self.resolve(id, &named.name, &named.alias, key, depth)
            }
            None => {
                let first_word = resource_type.split('_').next().unwrap_or_default();
                self.resolve(id, first_word, "", None, depth)
            }
        }
    }

    pub(super) fn resolve(
        &self,
        id: usize,
        name: &str,
        alias: &str,
        key: Option<Key>,
        depth: u32,
    ) -> Arc<Provider> {
        let asked = (name.to_owned(), alias.to_owned(), key);
        let instance = self.instance(id);
        if let Some(found) = instance.providers.borrow().get(&asked) {
            return found.clone();
        }
        let (name, alias, key) = asked.clone();
        let found = self.find(id, &instance, &name, &alias, key, depth);
        instance.providers.borrow_mut().insert(asked, found.clone());
        found
    }

    fn find(
        &self,
        id: usize,
        instance: &ModuleInstance,
        name: &str,
        alias: &str,
        key: Option<Key>,
        depth: u32,
    ) -> Arc<Provider> {
        let source = source_of(&instance.module, name);
        let provider = |block: Option<BlockRef>, is_missing: bool| {
            Arc::new(Provider {
                provider_type: last_word(&source).into(),
                source: Arc::from(&*source),
                alias: (!alias.is_empty()).then(|| alias.into()),
                key: key.clone(),
                module: instance.address.clone(),
                block,
                instance: id,
                is_missing,
            })
        };
        let declared = instance.module.providers.iter();
        let mut declared = declared.filter(|(n, a, _)| n == name && a == alias);
        if let Some((_, _, block)) = declared.next() {
            return provider(Some(*block), false);
        }
        let Some((parent, call, repetition)) = &instance.call else {
            return provider(None, !alias.is_empty());
        };
        if let Some(passed) = self.passed(*call, name, alias) {
            let scope = InstanceScope::new(self, *parent, repetition.clone());
            let key = passed.key.map(|key| self.key(key, &scope, depth));
            return self.resolve(*parent, &passed.name, &passed.alias, key, depth);
        }
        if !alias.is_empty() {
            return provider(None, true);
        }
        let caller = self.instance(*parent);
        let local = local_name(&caller.module, &source);
        self.resolve(*parent, &local, "", None, depth)
    }

    /// What the `providers` of a module call passes for a name of the called module.
    fn passed(&self, call: BlockRef, name: &str, alias: &str) -> Option<Named<'_>> {
        let providers = self.library.trees.attribute(call, "providers")?;
        let Kind::Object(mut items) = providers.expr().kind() else { return None };
        items.find_map(|item| {
            let key = named(item.key)?;
            if key.name == name && key.alias == alias { named(item.value) } else { None }
        })
    }

    fn key(&self, expr: Expr<'_>, scope: &InstanceScope<'_, '_>, depth: u32) -> Key {
        let value = self.settled(Evaluator::new(scope).at_depth(depth).evaluate(expr), expr);
        let text = value::convert(&value, &Type::String).ok();
        match text.as_ref().and_then(Value::as_str) {
            Some(text) => Key::Str(text.into()),
            None => Key::Unknown,
        }
    }

    /// An argument of a configuration, or blocks of one type; `None` when it is not written.
    pub(super) fn provider_argument(
        &self,
        provider: &Provider,
        name: &str,
        depth: u32,
    ) -> Option<Value> {
        if provider.is_missing {
            let subject = format!("provider {}", shown(provider));
            let reason = Reason::new(Cause::VariableWithoutValue, subject, None);
            return Some(Value::unknown(Unknown::new(Type::Any, reason)));
        }
        let layers = self.library.trees.layers(provider.block?)?;
        let kept = (provider.instance, provider.block?, provider.key.clone(), name.to_owned());
        if let Some(kept) = self.provider_arguments.borrow().get(&kept) {
            return kept.clone();
        }
        // Whoever asks for it again meanwhile is in a cycle, which is told where it closes.
        let at = provider.block.and_then(|block| block.of(&self.library.trees));
        let reason =
            Reason::new(Cause::Error, shown(provider), at.map(|block| block.header_span()));
        let open = Value::unknown(Unknown::new(Type::Any, reason));
        self.provider_arguments.borrow_mut().insert(kept.clone(), Some(open));
        let value = self.evaluated(provider, &layers, name, depth);
        self.provider_arguments.borrow_mut().insert(kept, value.clone());
        value
    }

    fn evaluated(
        &self,
        provider: &Provider,
        layers: &Layers<'_>,
        name: &str,
        depth: u32,
    ) -> Option<Value> {
        let repetition = self.repetition(provider, layers, depth);
        let scope = InstanceScope::new(self, provider.instance, repetition);
        // A preview takes what its provider takes.
        let stable = provider.provider_type.trim_end_matches("-beta");
        let bodies = Bodies {
            evaluation: self,
            scope: &scope,
            address: shown(provider).into(),
            resource_type: provider.provider_type.clone(),
            provider,
            mode: crate::terraform::address::Mode::Managed,
            depth,
            rounds: std::cell::Cell::new(0),
        };
        bodies.part(layers, schema::provider_block(stable), name)
    }

    /// What `each` is in an instance of a configuration.
    fn repetition(&self, provider: &Provider, layers: &Layers<'_>, depth: u32) -> Repetition {
        let Some(key) = &provider.key else { return Repetition::default() };
        let scope = InstanceScope::new(self, provider.instance, Repetition::default());
        let all = expansion(layers, &scope, depth, &mut |diagnostic| self.report(diagnostic));
        let found = all.repetitions().into_iter().find(|one| one.key.as_ref() == Some(key));
        let unknown = || {
            let reason = Reason::new(Cause::UnknownInstances, shown(provider), None);
            Expansion::Unknown(reason).repetitions().pop().unwrap_or_default()
        };
        found.unwrap_or_else(unknown)
    }
}

/// `aws.west`, as people write it.
fn shown(provider: &Provider) -> String {
    let alias = provider.alias.as_ref().map(|alias| format!(".{alias}")).unwrap_or_default();
    let key = provider.key.as_ref().map(Key::to_string).unwrap_or_default();
    format!("provider.{}{alias}{key}", provider.provider_type)
}

/// `aws`, `aws.west`, `aws.by_region["x"]`, and the same in quotes, as of old and in JSON.
pub(super) fn named(expr: Expr<'_>) -> Option<Named<'_>> {
    match expr.kind() {
        Kind::Variable(name) => {
            Some(Named { name: name.to_owned(), alias: String::new(), key: None })
        }
        Kind::String(text) => {
            let (name, alias) = text.split_once('.').unwrap_or((&text, ""));
            Some(Named { name: name.to_owned(), alias: alias.to_owned(), key: None })
        }
        Kind::Traversal { base, steps } => {
            let Kind::Variable(name) = base.kind() else { return None };
            let alias = steps.name(0)?.to_owned();
            let key = match steps.get(1).map(|step| step.kind) {
                Some(StepKind::Index(key)) => Some(key),
                _ => None,
            };
            Some(Named { name: name.to_owned(), alias, key })
        }
        _ => None,
    }
}

/// The provider that a module means by a local name.
pub(super) fn source_of(module: &Module, name: &str) -> String {
    let required = module.required_providers.get(name);
    let source = required.and_then(|required| required.source.as_deref()).unwrap_or(name);
    let source = source.to_lowercase();
    match source.split('/').collect::<Vec<_>>()[..] {
        ["registry.terraform.io" | "registry.opentofu.org", namespace, name] => {
            format!("{namespace}/{name}")
        }
        [name] => format!("hashicorp/{name}"),
        _ => source,
    }
}

/// The local name by which a module means a provider.
fn local_name(module: &Module, source: &str) -> String {
    let mut names = module.required_providers.keys();
    let required = names.find(|name| source_of(module, name) == source);
    required.cloned().unwrap_or_else(|| last_word(source).to_owned())
}

fn last_word(source: &str) -> &str {
    source.rsplit('/').next().unwrap_or(source)
}

/// The providers of a root module by local name: their types.
pub(super) fn type_of(module: &Module, name: &str) -> String {
    last_word(&source_of(module, name)).to_owned()
}
