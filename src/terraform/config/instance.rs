//! Evaluation of a root module: module instances, their names, their resources.
//!
//! Everything is evaluated when first asked for and kept; a name that is asked for while it is being
//! evaluated is part of a cycle.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use crate::diag::{Diagnostic, Problem};
use crate::eval::{Evaluated, Evaluator, Fault};
use crate::hcl::{Block, Expr};
use crate::terraform::Wanted;
use crate::terraform::address::{Key, Mode};
use crate::terraform::version::Constraint;
use crate::text::{FileId, Span};
use crate::value::{Cause, Reason, Symbol, Type, Unknown, Value};

use super::body::{Bodies, absent};
use super::documents::Door;
use super::expansion::{Expansion, Repetition, expansion};
use super::given::{Given, Giver};
use super::layers::Layers;
use super::load::{Library, Source};
use super::module::{BlockRef, Module, ResourceName};
use super::scope::InstanceScope;

/// What an evaluation is given besides the files.
#[derive(Clone, Debug, Default)]
pub struct Options<'f> {
    /// Where functions such as `file` find files.
    pub files: Door<'f>,
    /// Values for variables of the root module; they go before all others.
    pub variables: Vec<(String, Value)>,
    /// Values as text by variable, from the environment; those of files go before them.
    pub environment: Vec<(String, String)>,
    /// What was given by hand; of two values for one variable the later holds.
    pub arguments: Vec<Argument>,
    /// Attributes to make up where they are absent.
    pub wanted: Wanted,
    /// The workspace, where somebody said which.
    pub workspace: Option<String>,
}

/// Values that a person gives for one run.
#[derive(Clone, Debug)]
pub enum Argument {
    /// A variable's name, and its value as text: an expression, or, where the variable is a plain
    /// string, number or bool, the text itself.
    Text(String, String),
    /// A file of values that [`Library::load_values`] has loaded.
    File(FileId),
}

/// A resource instance of the configuration.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Absolute address.
    pub address: Arc<str>,
    /// Absolute address without keys.
    pub static_address: Arc<str>,
    /// Address of the module instance; empty for the root.
    pub module: Arc<str>,
    /// Managed, data or ephemeral.
    pub mode: Mode,
    /// Resource type.
    pub resource_type: Arc<str>,
    /// Name within the module.
    pub name: Arc<str>,
    /// Instance key.
    pub key: Option<Key>,
    /// Its attributes: those written, and those wanted.
    pub attrs: Value,
    /// The block it comes from.
    pub block: BlockRef,
    /// The module calls that lead to it, outermost first.
    pub calls: Vec<BlockRef>,
    /// Names in `lifecycle.ignore_changes`.
    pub ignored: Vec<String>,
}

/// One instance of a module.
pub(super) struct ModuleInstance {
    pub(super) module: Arc<Module>,
    /// `module.a["k"]`; empty for the root.
    pub(super) address: Arc<str>,
    static_address: Arc<str>,
    /// The call: parent instance, block, repetition.
    call: Option<(usize, BlockRef, Repetition)>,
    calls: Vec<BlockRef>,
    memo: RefCell<HashMap<(Name, String), State>>,
    resources: RefCell<HashMap<ResourceName, Option<Rc<Group>>>>,
    children: RefCell<HashMap<String, Option<Rc<Children>>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Name {
    Variable,
    Local,
    Output,
}

enum State {
    Open,
    Done(Value),
}

/// The instances of a resource block.
pub(super) struct Group {
    pub(super) expansion: Expansion,
    pub(super) instances: Vec<Resource>,
}

/// The instances of a module call; `Err` tells why there are none to look into.
pub(super) struct Children {
    pub(super) expansion: Expansion,
    pub(super) instances: Result<Vec<usize>, Reason>,
}

/// A root module while it is evaluated.
pub struct Evaluation<'c> {
    pub(super) library: &'c Library,
    pub(super) options: &'c Options<'c>,
    folder: String,
    instances: RefCell<Vec<Rc<ModuleInstance>>>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    reported: RefCell<BTreeSet<(Option<Span>, String)>>,
    /// Names being evaluated, for telling a cycle.
    open: RefCell<Vec<String>>,
    versions: HashMap<String, Constraint>,
    given: HashMap<String, Given>,
    /// The folders of all modules that take part.
    pub(super) folders: BTreeSet<String>,
}

/// Evaluates the root module in `folder`, which [`Library::load_root`] has loaded. Resources come in
/// the order of their addresses' declaration: module by module, then by mode, type, name and key.
#[must_use]
pub fn evaluate(
    library: &Library,
    folder: &str,
    options: &Options<'_>,
) -> (Vec<Resource>, Vec<Diagnostic>) {
    let Some((evaluation, root)) = Evaluation::begin(library, folder, options) else {
        return (Vec::new(), Vec::new());
    };
    let mut resources = Vec::new();
    evaluation.collect(root, &mut resources);
    let instances = evaluation.instances.borrow().len();
    let mut seen = BTreeSet::new();
    for id in 0..instances {
        let is_first = seen.insert(evaluation.instance(id).module.folder.clone());
        super::conditions::check(&evaluation, id, is_first);
    }
    (resources, evaluation.into_diagnostics())
}

impl ModuleInstance {
    fn new(module: Arc<Module>, call: Option<(usize, BlockRef, Repetition)>) -> Self {
        Self {
            module,
            address: Arc::from(""),
            static_address: Arc::from(""),
            call,
            calls: Vec::new(),
            memo: RefCell::default(),
            resources: RefCell::default(),
            children: RefCell::default(),
        }
    }
}

impl<'c> Evaluation<'c> {
    /// An evaluation with its root instance; `None` without a module.
    pub(super) fn begin(
        library: &'c Library,
        folder: &str,
        options: &'c Options<'c>,
    ) -> Option<(Self, usize)> {
        let module = library.module(folder)?;
        let (given, complaints) = super::given::given(library, folder, module, options);
        let evaluation = Evaluation {
            library,
            options,
            folder: folder.to_owned(),
            instances: RefCell::default(),
            diagnostics: RefCell::default(),
            reported: RefCell::default(),
            open: RefCell::default(),
            versions: super::variables::provider_versions(library, folder, module),
            given,
            folders: super::roots::reachable(library, &[folder.to_owned()]),
        };
        for diagnostic in complaints {
            evaluation.report(diagnostic);
        }
        let root = evaluation.add(ModuleInstance::new(module.clone(), None));
        Some((evaluation, root))
    }

    pub(super) fn instance(&self, id: usize) -> Rc<ModuleInstance> {
        self.instances.borrow()[id].clone()
    }

    fn add(&self, instance: ModuleInstance) -> usize {
        let mut instances = self.instances.borrow_mut();
        instances.push(Rc::new(instance));
        instances.len() - 1
    }

    /// Says something once, however many instances meet it.
    pub(super) fn report(&self, diagnostic: Diagnostic) {
        let key = (diagnostic.at.as_ref().map(|at| at.span), diagnostic.message.clone());
        if self.reported.borrow_mut().insert(key) {
            self.diagnostics.borrow_mut().push(diagnostic);
        }
    }

    /// All that was reported.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics.into_inner()
    }

    /// The root module's folder.
    pub(super) fn root_folder(&self) -> &str {
        &self.folder
    }

    /// The workspace: as somebody said, else as it is selected beside the root module.
    pub(super) fn workspace(&self) -> Option<&str> {
        let said = self.options.workspace.as_deref();
        said.or_else(|| self.library.workspace(&self.folder))
    }

    /// The versions of a provider that may be in use.
    pub(super) fn version(&self, provider: &str) -> Constraint {
        self.versions.get(provider).cloned().unwrap_or_default()
    }

    fn collect(&self, id: usize, resources: &mut Vec<Resource>) {
        let instance = self.instance(id);
        for name in instance.module.resources.keys() {
            if let Some(group) = self.group(id, name, 0) {
                resources.extend(group.instances.iter().cloned());
            }
        }
        let names: Vec<String> = instance.module.calls.keys().cloned().collect();
        for name in names {
            let children = self.children(id, &name, 0);
            if let Some(Ok(ids)) = children.map(|children| children.instances.clone()) {
                for child in ids {
                    self.collect(child, resources);
                }
            }
        }
    }

    /// Evaluates an expression in a module instance.
    fn in_module(&self, id: usize, expr: Expr<'_>, depth: u32) -> Evaluated {
        let scope = InstanceScope::new(self, id, Repetition::default());
        Evaluator::new(&scope).at_depth(depth).evaluate(expr)
    }

    /// Evaluates for its value: an error is reported and gives an unknown.
    pub(super) fn settled(&self, result: Evaluated, expr: Expr<'_>) -> Value {
        /// What is computed from values below it ends in time; what people write stays far below.
        const LARGEST: usize = 1_000_000;
        let result = result.and_then(|value| match value.is_larger_than(LARGEST) {
            true => {
                let message = format!("the value has more than {LARGEST} parts");
                Err(Fault::new(Problem::new(message), expr.span()))
            }
            false => Ok(value),
        });
        result.unwrap_or_else(|fault| {
            self.report(fault.diagnostic);
            let reason = Reason::new(Cause::Error, expr.text(), Some(expr.span()));
            Value::unknown(Unknown::new(Type::Any, reason))
        })
    }

    /// A kept value, or a new one from `make`; inside itself a cycle.
    fn kept(
        &self,
        instance: &ModuleInstance,
        key: (Name, String),
        shown: &str,
        at: Span,
        make: impl FnOnce() -> Value,
    ) -> Evaluated {
        match instance.memo.borrow().get(&key) {
            Some(State::Done(value)) => return Ok(value.clone()),
            Some(State::Open) => return Err(self.cycle(&instance.address, shown, at)),
            None => {}
        }
        instance.memo.borrow_mut().insert(key.clone(), State::Open);
        self.open.borrow_mut().push(full_name(&instance.address, shown));
        let value = make();
        self.open.borrow_mut().pop();
        instance.memo.borrow_mut().insert(key, State::Done(value.clone()));
        Ok(value)
    }

    fn cycle(&self, module: &str, shown: &str, at: Span) -> Box<Fault> {
        let name = full_name(module, shown);
        let open = self.open.borrow();
        let first = open.iter().position(|open| *open == name).unwrap_or(0);
        let mut path: Vec<&str> = open[first..].iter().map(String::as_str).collect();
        path.push(&name);
        let problem = Problem::new(format!("cycle: {}", path.join(" -> ")))
            .with_hint("take one of these references out");
        Fault::new(problem, at)
    }

    /// The value that a variable of the root had in the plan.
    pub(super) fn planned(&self, name: &str) -> Option<&Value> {
        let mut planned = self.options.variables.iter();
        planned.find(|(planned, _)| planned == name).map(|(_, value)| value)
    }

    /// `var.NAME`
    pub(super) fn variable(&self, id: usize, name: &str, at: Span, depth: u32) -> Evaluated {
        let instance = self.instance(id);
        let Some(block) = instance.module.variables.get(name) else {
            let names = instance.module.variables.keys();
            return Err(undeclared("variable", &format!("var.{name}"), name, names, at));
        };
        let Some(block) = block.of(&self.library.trees) else { return Ok(Value::NULL) };
        let shown = format!("var.{name}");
        self.kept(&instance, (Name::Variable, name.to_owned()), &shown, at, || {
            let given = self.given(&instance, name, depth);
            let called_at = instance.call.as_ref().map(|(_, call, _)| {
                call.of(&self.library.trees).map_or(at, |call| call.header_span())
            });
            super::variables::value(self, block, name, given, called_at)
        })
    }

    /// What was given to a variable of a module instance.
    fn given(&self, instance: &ModuleInstance, name: &str, depth: u32) -> Option<Given> {
        match &instance.call {
            None => self.given.get(name).cloned(),
            Some((parent, call, repetition)) => {
                self.argument(*parent, call, repetition, name, depth)
            }
        }
    }

    /// Who gave a variable of a module instance the value that it has.
    pub(super) fn giver(&self, id: usize, block: Block<'_>, name: &str) -> Giver {
        let instance = self.instance(id);
        if instance.call.is_none() && self.planned(name).is_some() {
            return Giver::Plan;
        }
        super::variables::giver(self, block, self.given(&instance, name, 0))
    }

    fn argument(
        &self,
        parent: usize,
        call: &BlockRef,
        repetition: &Repetition,
        name: &str,
        depth: u32,
    ) -> Option<Given> {
        let expr = self.library.trees.attribute(*call, name)?.expr();
        let scope = InstanceScope::new(self, parent, repetition.clone());
        let result = Evaluator::new(&scope).at_depth(depth).evaluate(expr);
        let by = Giver::Place(expr.span());
        Some(Given { value: self.settled(result, expr), by })
    }

    /// `local.NAME`
    pub(super) fn local(&self, id: usize, name: &str, at: Span, depth: u32) -> Evaluated {
        let instance = self.instance(id);
        let attribute = instance
            .module
            .locals
            .get(name)
            .and_then(|block| block.of(&self.library.trees))
            .and_then(|block| block.body().attribute(name));
        let Some(attribute) = attribute else {
            let names = instance.module.locals.keys();
            return Err(undeclared("local value", &format!("local.{name}"), name, names, at));
        };
        let shown = format!("local.{name}");
        self.kept(&instance, (Name::Local, name.to_owned()), &shown, at, || {
            let expr = attribute.expr();
            self.settled(self.in_module(id, expr, depth), expr)
        })
    }

    /// An output of a module instance.
    pub(super) fn output(&self, id: usize, name: &str, at: Span, depth: u32) -> Evaluated {
        let instance = self.instance(id);
        let Some(block) = instance.module.outputs.get(name) else {
            let shown = format!("{}.{name}", instance.address);
            let names = instance.module.outputs.keys();
            return Err(undeclared("output", &shown, name, names, at));
        };
        let Some(block) = self.library.trees.layers(*block) else { return Ok(Value::NULL) };
        let Some(attribute) = block.attribute("value") else { return Ok(Value::NULL) };
        let marks = super::variables::marks(&block);
        let shown = format!("output.{name}");
        let value = self.kept(&instance, (Name::Output, name.to_owned()), &shown, at, || {
            let expr = attribute.expr();
            self.settled(self.in_module(id, expr, depth), expr)
        })?;
        Ok(value.with_marks(marks))
    }

    /// All outputs of a module instance as an object.
    pub(super) fn outputs(&self, id: usize, at: Span, depth: u32) -> Evaluated {
        let names: Vec<String> = self.instance(id).module.outputs.keys().cloned().collect();
        let mut entries = Vec::with_capacity(names.len());
        for name in names {
            let value = self.output(id, &name, at, depth)?;
            entries.push((Arc::from(name), value));
        }
        Ok(Value::object(entries))
    }

    /// The instances of a module call; `None` while they are being found (a cycle).
    pub(super) fn children(&self, id: usize, name: &str, depth: u32) -> Option<Rc<Children>> {
        let instance = self.instance(id);
        if let Some(children) = instance.children.borrow().get(name) {
            return children.clone();
        }
        instance.children.borrow_mut().insert(name.to_owned(), None);
        let call = *instance.module.calls.get(name)?;
        let block = self.library.trees.layers(call)?;
        let scope = InstanceScope::new(self, id, Repetition::default());
        let expansion = expansion(&block, &scope, depth, &mut |d| self.report(d));
        let children = Rc::new(self.call(id, &instance, name, call, expansion));
        instance.children.borrow_mut().insert(name.to_owned(), Some(children.clone()));
        Some(children)
    }

    fn call(
        &self,
        id: usize,
        instance: &ModuleInstance,
        name: &str,
        call: BlockRef,
        expansion: Expansion,
    ) -> Children {
        let module = match self.library.source(&instance.module, &call) {
            Source::Local(folder) => self.library.module(&folder).cloned(),
            Source::Remote(_) | Source::NotLiteral => None,
        };
        let Some(module) = module else {
            let reason = self.not_looked_into(instance, name, call, Cause::ModuleNotOnDisk);
            return Children { expansion, instances: Err(reason) };
        };
        if let Some(problem) = self.nesting(id, instance, name, &module.folder) {
            let reason = self.not_looked_into(instance, name, call, Cause::Error);
            let diagnostic =
                Diagnostic { hint: problem.hint, ..Diagnostic::error(problem.message) };
            self.report(match reason.at() {
                Some(at) => diagnostic.at(at),
                None => diagnostic,
            });
            return Children { expansion, instances: Err(reason) };
        }
        let mut ids = Vec::new();
        for repetition in expansion.repetitions() {
            let mut child = ModuleInstance::new(module.clone(), None);
            let key = repetition.key.as_ref().map(Key::to_string).unwrap_or_default();
            child.address = full_name(&instance.address, &format!("module.{name}{key}")).into();
            child.static_address =
                full_name(&instance.static_address, &format!("module.{name}")).into();
            child.calls = instance.calls.iter().copied().chain([call]).collect();
            child.call = Some((id, call, repetition));
            ids.push(self.add(child));
        }
        Children { expansion, instances: Ok(ids) }
    }

    /// Why a module may not be called from an instance: it calls itself, or nests too deep.
    fn nesting(
        &self,
        id: usize,
        instance: &ModuleInstance,
        name: &str,
        folder: &str,
    ) -> Option<Problem> {
        let mut path = vec![folder.to_owned()];
        let mut at = Some(id);
        while let Some(id) = at {
            let caller = self.instance(id);
            path.push(caller.module.folder.clone());
            if caller.module.folder == folder {
                let path: Vec<String> =
                    path.iter().rev().map(|f| format!("`{}`", shown(f))).collect();
                let problem = Problem::new(format!("module cycle: {}", path.join(" -> ")));
                return Some(problem.with_hint("a module cannot call itself; take one call out"));
            }
            at = caller.call.as_ref().map(|(parent, ..)| *parent);
        }
        let deep = instance.calls.len() >= MODULE_DEPTH;
        let full = full_name(&instance.address, &format!("module.{name}"));
        deep.then(|| Problem::new(format!("`{full}` nests modules more than {MODULE_DEPTH} deep")))
    }

    fn not_looked_into(
        &self,
        instance: &ModuleInstance,
        name: &str,
        call: BlockRef,
        cause: Cause,
    ) -> Reason {
        let block = call.of(&self.library.trees);
        let source = self.library.trees.attribute(call, "source");
        let at = source.map(|a| a.span()).or(block.map(Block::header_span));
        Reason::new(cause, full_name(&instance.address, &format!("module.{name}")), at)
    }

    /// The instances of a resource; `None` while they are being evaluated (a cycle).
    pub(super) fn group(&self, id: usize, name: &ResourceName, depth: u32) -> Option<Rc<Group>> {
        let instance = self.instance(id);
        if let Some(group) = instance.resources.borrow().get(name) {
            return group.clone();
        }
        instance.resources.borrow_mut().insert(name.clone(), None);
        let at = *instance.module.resources.get(name)?;
        let block = at.of(&self.library.trees)?;
        self.open.borrow_mut().push(full_name(&instance.address, &short_name(name)));
        let group = Rc::new(self.resource(id, &instance, name, at, block, depth));
        self.open.borrow_mut().pop();
        instance.resources.borrow_mut().insert(name.clone(), Some(group.clone()));
        Some(group)
    }

    /// The error of a resource that is asked for while it is being evaluated.
    pub(super) fn resource_cycle(&self, id: usize, name: &ResourceName, at: Span) -> Box<Fault> {
        self.cycle(&self.instance(id).address, &short_name(name), at)
    }

    fn resource(
        &self,
        id: usize,
        instance: &ModuleInstance,
        name: &ResourceName,
        at: BlockRef,
        block: Block<'_>,
        depth: u32,
    ) -> Group {
        let scope = InstanceScope::new(self, id, Repetition::default());
        let layers = self.library.trees.layers_of(block);
        let expansion = expansion(&layers, &scope, depth, &mut |d| self.report(d));
        let ignored = ignored(&layers);
        let (mode, resource_type, _) = name;
        let resource_type: Arc<str> = Arc::from(resource_type.as_str());
        let short = short_name(name);
        let static_address: Arc<str> = full_name(&instance.static_address, &short).into();
        let wanted = self.options.wanted.of(&resource_type);
        let instances = expansion
            .repetitions()
            .into_iter()
            .map(|repetition| {
                let key = repetition.key.clone();
                let suffix = key.as_ref().map(Key::to_string).unwrap_or_default();
                let address: Arc<str> =
                    full_name(&instance.address, &format!("{short}{suffix}")).into();
                let scope = InstanceScope::new(self, id, repetition);
                let bodies = Bodies {
                    evaluation: self,
                    scope: &scope,
                    address: address.clone(),
                    resource_type: resource_type.clone(),
                    mode: *mode,
                    depth,
                };
                let attrs = bodies.resource(block, wanted.as_ref());
                Resource {
                    address,
                    static_address: static_address.clone(),
                    module: instance.address.clone(),
                    mode: *mode,
                    resource_type: resource_type.clone(),
                    name: Arc::from(name.2.as_str()),
                    key,
                    attrs,
                    block: at,
                    calls: instance.calls.clone(),
                    ignored: ignored.clone(),
                }
            })
            .collect();
        Group { expansion, instances }
    }

    /// An attribute of an evaluated resource, written or not.
    pub(super) fn attribute_of(&self, resource: &Resource, name: &str) -> Result<Value, Problem> {
        if let Some(value) = resource.attrs.get(name) {
            return Ok(value.clone().with_marks(resource.attrs.marks().travelling()));
        }
        let symbol = Symbol {
            address: resource.address.clone(),
            resource_type: resource.resource_type.clone(),
            attribute: Arc::from(name),
        };
        absent(self, resource.mode, symbol, name)
    }

    /// A resource with every attribute of its schema.
    pub(super) fn whole(&self, resource: &Resource) -> Value {
        super::body::whole(self, resource)
    }
}

/// How deep modules may call modules.
const MODULE_DEPTH: usize = 64;

/// A folder as people write it.
fn shown(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}

pub(super) fn full_name(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}.{name}") }
}

fn short_name((mode, resource_type, name): &ResourceName) -> String {
    match mode {
        Mode::Managed => format!("{resource_type}.{name}"),
        Mode::Data => format!("data.{resource_type}.{name}"),
        Mode::Ephemeral => format!("ephemeral.{resource_type}.{name}"),
    }
}

fn ignored(block: &Layers<'_>) -> Vec<String> {
    let attribute = block.lifecycle("ignore_changes");
    let Some(attribute) = attribute else { return Vec::new() };
    match attribute.expr().kind() {
        crate::hcl::Kind::Tuple(elements) => {
            elements.map(|element| element.text().to_owned()).collect()
        }
        _ => vec![attribute.expr().text().to_owned()],
    }
}

pub(super) fn undeclared<'n>(
    what: &str,
    shown: &str,
    name: &str,
    declared: impl Iterator<Item = &'n String>,
    at: Span,
) -> Box<Fault> {
    let problem = Problem::new(format!("reference to undeclared {what} `{shown}`"));
    let problem = match crate::diag::did_you_mean(name, declared.map(String::as_str)) {
        Some(close) => problem.with_hint(format!("did you mean `{close}`?")),
        None => problem,
    };
    Fault::new(problem, at)
}
