//! Provider configurations and module calls in the graph: no resources, but policies are asked about them
//! in the same way.
//!
//! A plan tells of their arguments what is constant, or is a variable of the root module; the rest
//! is not known.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;
use serde_json::value::RawValue;

use crate::terraform::Realm;
use crate::terraform::address::{Mode, ModulePath, ModuleStep, dotted};
use crate::terraform::declaration::{
    Declaration, DeclarationKind, ProviderMeta, exact_version, is_of_registry, module_meta,
    module_source,
};
use crate::terraform::plan::{
    Configuration, Expression, Module, ModuleCall, Plan, ProviderConfig, Step, Target,
};
use crate::terraform::schema::{self, Attribute, Block, Nesting};
use crate::value::{self, Cause, Key, Marks, Reason, Type, Unknown, Value};

use super::Graph;
use super::calls::Instances;
use super::resource::{Resource, Source};

/// A provider configuration or a module call as a node.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Which of the two.
    pub kind: DeclarationKind,
    /// What the first label of a policy names.
    pub label: Arc<str>,
    /// What a policy reads as `meta`.
    pub meta: Value,
    /// The rest, as with a resource that no operation is for.
    pub node: Resource,
}

impl Graph {
    /// The same with provider configurations and module calls.
    #[must_use]
    pub fn with_declarations(mut self, declarations: Vec<Declaration>) -> Self {
        for declaration in declarations {
            let at = self.resources.len() + self.declared.len();
            self.by_address.entry(declaration.address.clone()).or_insert(at);
            self.declared.push(Declared::new(declaration));
        }
        self
    }

    /// The provider configurations and module calls of a kind, each with its place for [`Graph::get`].
    pub fn declared(&self, kind: DeclarationKind) -> impl Iterator<Item = (usize, &Declared)> {
        let placed = (self.resources.len()..).zip(&self.declared);
        placed.filter(move |(_, declared)| declared.kind == kind)
    }

    /// The one at a place.
    #[must_use]
    pub fn declared_at(&self, index: usize) -> Option<&Declared> {
        self.declared.get(index.checked_sub(self.resources.len())?)
    }
}

impl Declared {
    fn new(declaration: Declaration) -> Self {
        let kind = match declaration.kind {
            DeclarationKind::Provider => "provider",
            DeclarationKind::Module => "module",
        };
        let calls = declaration.calls;
        let node = Resource {
            address: declaration.address,
            static_address: declaration.static_address,
            module: declaration.module,
            mode: Mode::Managed,
            resource_type: kind.into(),
            name: declaration.name,
            key: None,
            provider: declaration.label.clone(),
            alias: None,
            realm: Realm::default(),
            operations: Vec::new(),
            after: declaration.attrs,
            before: Value::NULL,
            source: declaration.block.map(|block| Source { block, calls }),
            change: None,
            assumed: declaration.assumed,
            ignored: Vec::new(),
        };
        let (label, meta) = (declaration.label, declaration.meta);
        Self { kind: declaration.kind, label, meta, node }
    }
}

/// The provider configurations and module calls that a plan tells of.
#[must_use]
pub fn declarations(plan: &Plan<'_>) -> Vec<Declaration> {
    let Some(configuration) = &plan.configuration else { return Vec::new() };
    let variables = plan.variable_values().into_iter().collect();
    let told = Told { configuration, variables };
    let mut used = BTreeSet::new();
    used_keys(&configuration.root_module, &mut used);
    let mut found = Vec::new();
    for (key, provider) in &configuration.provider_config {
        // Other entries only repeat what a module requires.
        let is_one = provider.expressions.is_some() || provider.alias.is_some();
        if is_one || used.contains(&**key) {
            found.push(told.provider(key, provider));
        }
    }
    let instances = Instances::of(plan);
    told.calls(&instances, &ModulePath::default(), &configuration.root_module, &mut found);
    found
}

fn used_keys<'p>(module: &'p Module<'_>, used: &mut BTreeSet<&'p str>) {
    used.extend(module.resources.iter().filter_map(|r| r.provider_config_key.as_deref()));
    module.module_calls.values().for_each(|call| used_keys(&call.module, used));
}

/// What a plan tells of what was written.
struct Told<'p, 'a> {
    configuration: &'p Configuration<'a>,
    variables: BTreeMap<String, Value>,
}

/// How many calls a variable is followed through.
const DEPTH: usize = 32;

impl<'p, 'a> Told<'p, 'a> {
    fn provider(&self, key: &str, config: &'p ProviderConfig<'a>) -> Declaration {
        let local = key.rsplit(':').next().unwrap_or(key);
        let (key_name, key_alias) = local.split_once('.').unwrap_or((local, ""));
        let name = config.name.as_deref().unwrap_or(key_name);
        let alias = config.alias.as_deref().or((!key_alias.is_empty()).then_some(key_alias));
        let module = config.module_address.as_deref().unwrap_or_default();
        let source = config.full_name.as_deref().unwrap_or(name);
        let ty = source.rsplit('/').next().unwrap_or(source);
        let shown = match alias {
            Some(alias) => format!("provider.{name}.{alias}"),
            None => format!("provider.{name}"),
        };
        let address: Arc<str> = dotted(module, &shown).into();
        let calls: Vec<&str> =
            module.split('.').filter(|word| !word.is_empty() && *word != "module").collect();
        let schema = schema::provider_block(ty.trim_end_matches("-beta"));
        let (attrs, assumed) = match config.expressions {
            Some(raw) => self.body(raw, &address, &calls, schema),
            None => (self.absent(schema), Vec::new()),
        };
        let version = config.version_constraint.as_deref().and_then(exact_version);
        let version = version.map_or_else(
            || {
                let subject = format!("version of the provider `{name}`");
                unknown(Type::String, Reason::new(Cause::NotInPlan, subject, None))
            },
            Value::from,
        );
        Declaration {
            kind: DeclarationKind::Provider,
            static_address: address.clone(),
            address,
            module: module.into(),
            name: name.into(),
            label: ty.into(),
            meta: ProviderMeta { name, source, alias, version }.object(),
            attrs,
            block: None,
            calls: Vec::new(),
            assumed,
        }
    }

    /// The calls in a module instance, and what these call.
    fn calls(
        &self,
        instances: &Instances,
        around: &ModulePath,
        module: &'p Module<'a>,
        found: &mut Vec<Declaration>,
    ) {
        if around.0.len() > DEPTH {
            return;
        }
        for (name, call) in &module.module_calls {
            for key in instances.keys(around, name, call) {
                let step = ModuleStep { name: (**name).into(), key };
                let steps = around.0.iter().cloned().chain([step]);
                let path = ModulePath(steps.collect());
                found.push(self.call(around, &path, name, call));
                self.calls(instances, &path, &call.module, found);
            }
        }
    }

    fn call(
        &self,
        around: &ModulePath,
        path: &ModulePath,
        name: &str,
        call: &'p ModuleCall<'a>,
    ) -> Declaration {
        let address: Arc<str> = path.to_string().into();
        let callers: Vec<&str> = around.names().collect();
        let source = module_source(call.source.as_deref().unwrap_or_default());
        let exact = call.version_constraint.as_deref().and_then(exact_version);
        let version = match exact {
            Some(version) => Value::from(version),
            None if !is_of_registry(&source) => Value::from(""),
            None => {
                let subject = format!("version of {address}");
                unknown(Type::String, Reason::new(Cause::NotInPlan, subject, None))
            }
        };
        let (attrs, assumed) = match call.expressions {
            Some(raw) => self.body(raw, &address, &callers, None),
            None => (Value::object(Vec::new()), Vec::new()),
        };
        let names: Vec<&str> = path.names().collect();
        Declaration {
            kind: DeclarationKind::Module,
            static_address: address_of(&names).into(),
            module: around.to_string().into(),
            name: name.into(),
            label: source.as_str().into(),
            meta: module_meta(&address, &source, version),
            address,
            attrs: attrs.unmarked(),
            block: None,
            calls: Vec::new(),
            assumed,
        }
    }

    /// The object of a body's expressions, and what is assumed of them; what is absent follows from the
    /// schema.
    fn body(
        &self,
        raw: &'a RawValue,
        address: &str,
        module: &[&str],
        schema: Option<Block>,
    ) -> (Value, Vec<String>) {
        let json: Json = serde_json::from_str(raw.get()).unwrap_or_default();
        let reader = Reader { told: self, raw, address, module, assumed: RefCell::default() };
        let value = reader.object(&json, &mut Vec::new(), schema);
        (value, reader.assumed.take())
    }

    fn absent(&self, schema: Option<Block>) -> Value {
        let mut entries = Vec::new();
        fill(schema, &mut entries);
        Value::object(entries).with_marks(open(schema))
    }

    /// The value of an expression in a module, where a constant or a variable decides it.
    fn value(&self, expression: &Expression<'_>, module: &[&str], depth: usize) -> Option<Value> {
        if let Some(constant) = expression.constant_value() {
            return Some(constant);
        }
        let single = expression.single_reference().filter(|one| one.attribute.is_empty())?;
        let Target::Variable(name) = single.target else { return None };
        let Some((call, around)) = module.split_last() else {
            let declared = self.configuration.root_module.variables.get(&*name);
            let is_secret = declared.is_some_and(|variable| variable.sensitive);
            let marks = if is_secret { Marks::SENSITIVE } else { Marks::NONE };
            return self.variables.get(&*name).map(|value| value.clone().with_marks(marks));
        };
        let caller = self.configuration.module(around.iter().copied())?;
        let raw = caller.module_calls.get(*call)?.expressions?;
        let argument = [Step::Name(name)];
        let (argument, _) = Expression::find(raw, &argument)?;
        if depth > DEPTH { None } else { self.value(&argument, around, depth + 1) }
    }
}

/// Reads the expressions of one body.
struct Reader<'r, 'p, 'a> {
    told: &'r Told<'p, 'a>,
    raw: &'a RawValue,
    address: &'r str,
    module: &'r [&'r str],
    assumed: RefCell<Vec<String>>,
}

impl Reader<'_, '_, '_> {
    fn object(&self, json: &Json, path: &mut Vec<Step>, schema: Option<Block>) -> Value {
        let mut entries: Vec<(Key, Value)> = Vec::new();
        for (name, json) in json.as_object().into_iter().flatten() {
            if path.is_empty() && name == "alias" {
                continue;
            }
            path.push(Step::Name(name.as_str().into()));
            entries.push((Key::from(name.as_str()), self.part(name, json, path, schema)));
            path.pop();
        }
        fill(schema, &mut entries);
        Value::object(entries).with_marks(open(schema))
    }

    fn part(&self, name: &str, json: &Json, path: &mut Vec<Step>, schema: Option<Block>) -> Value {
        let nested = schema.and_then(|schema| schema.block(name));
        let inner = nested.map(schema::NestedBlock::block);
        match json {
            Json::Array(blocks) => {
                let blocks = blocks.iter().enumerate().map(|(n, block)| {
                    path.push(Step::Index(n));
                    let value = self.object(block, path, inner);
                    path.pop();
                    value
                });
                let blocks: Vec<Value> = blocks.collect();
                match nested.map(schema::NestedBlock::nesting) {
                    Some(Nesting::Set) => Value::set(blocks),
                    _ => Value::list(blocks),
                }
            }
            Json::Object(parts) if nested.is_some() && !is_expression(parts) => {
                self.object(json, path, inner)
            }
            _ => self.argument(path, schema.and_then(|schema| schema.attribute(name))),
        }
    }

    fn argument(&self, path: &[Step], attribute: Option<Attribute>) -> Value {
        let ty = attribute.map_or(Type::Any, Attribute::ty);
        let found = Expression::find(self.raw, path);
        let value = found.as_ref().and_then(|(expression, _)| {
            let value = self.told.value(expression, self.module, 0)?;
            let value = value::convert(&value, &ty).ok()?;
            self.assume(expression, path);
            Some(value)
        });
        let value = value.unwrap_or_else(|| {
            let references = found.map(|(expression, _)| expression.references());
            let first = references.and_then(|all| all.first().map(|first| first.to_string()));
            let subject = first.unwrap_or_else(|| {
                let path = crate::terraform::plan::Path(path.to_vec());
                format!("{}.{path}", self.address)
            });
            unknown(ty, Reason::new(Cause::NotInPlan, subject, None))
        });
        let is_secret = attribute.is_some_and(Attribute::is_sensitive);
        if is_secret { value.with_marks(Marks::SENSITIVE) } else { value }
    }

    /// The form of an expression that is no constant is not in the plan.
    fn assume(&self, expression: &Expression<'_>, path: &[Step]) {
        let Some(variable) = expression.references().into_iter().next() else { return };
        let path = crate::terraform::plan::Path(path.to_vec());
        self.assumed.borrow_mut().push(format!(
            "`{path}` is taken to be `{variable}`, because its expression mentions nothing else"
        ));
    }
}

fn is_expression(parts: &serde_json::Map<String, Json>) -> bool {
    parts.is_empty() || parts.contains_key("constant_value") || parts.contains_key("references")
}

/// Adds what is not written: null, or no blocks.
fn fill(schema: Option<Block>, entries: &mut Vec<(Key, Value)>) {
    let Some(schema) = schema else { return };
    let mut add = |name: &'static str, value: Value| {
        if !entries.iter().any(|(own, _)| &**own == name) {
            entries.push((Key::from(name), value));
        }
    };
    schema.attributes().for_each(|attribute| add(attribute.name(), Value::NULL));
    for nested in schema.blocks() {
        let empty = match nested.nesting() {
            Nesting::List => Value::list([]),
            Nesting::Set => Value::set(Vec::new()),
            Nesting::Map => Value::map(Vec::new()),
            Nesting::Single | Nesting::Group => Value::NULL,
        };
        add(nested.name(), empty);
    }
}

fn open(schema: Option<Block>) -> Marks {
    if schema.is_some_and(Block::is_complete) { Marks::NONE } else { Marks::OPEN }
}

fn unknown(ty: Type, reason: Reason) -> Value {
    Value::unknown(Unknown::new(ty, reason))
}

fn address_of(path: &[&str]) -> String {
    path.iter().map(|name| format!("module.{name}")).collect::<Vec<_>>().join(".")
}
