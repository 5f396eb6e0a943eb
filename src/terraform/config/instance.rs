//! Evaluation of a root module: what it is given, what comes out, and its module instances.
//!
//! Everything is evaluated when first asked for and kept: names in `names`, module calls in `calls`,
//! resources in `resources`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use crate::diag::{Diagnostic, Problem};
use crate::eval::{Evaluated, Evaluator, Fault};
use crate::hcl::Expr;
use crate::terraform::address::{Key, Mode};
use crate::terraform::version::Constraint;
use crate::terraform::{Realm, Wanted};
use crate::text::{FileId, Span};
use crate::value::{Cause, Reason, Type, Unknown, Value};

use super::body::schema_of;
use super::calls::Children;
use super::documents::Door;
use super::expansion::Repetition;
use super::load::Library;
use super::module::{BlockRef, Module, ResourceName};
use super::names::{Name, State};
use super::providers::Provider;
use super::resources::Group;
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
    /// What is taken to be so of the account that the configuration is applied to, by names of
    /// [`ASSUMABLE`](super::ASSUMABLE).
    pub assumed: BTreeMap<String, Value>,
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
    /// The provider configuration it uses.
    pub provider: Arc<Provider>,
    /// Where it lives.
    pub realm: Realm,
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
    pub(super) static_address: Arc<str>,
    /// The names of the calls that lead here, `net.subnets`; empty for the root.
    pub(super) path: String,
    /// The call: parent instance, block, repetition.
    pub(super) call: Option<(usize, BlockRef, Repetition)>,
    pub(super) calls: Vec<BlockRef>,
    /// Provider configurations by the names it has for them: local name, alias, key.
    pub(super) providers: RefCell<HashMap<(String, String, Option<Key>), Arc<Provider>>>,
    pub(super) memo: RefCell<HashMap<(Name, String), State>>,
    pub(super) resources: RefCell<HashMap<ResourceName, Option<Rc<Group>>>>,
    pub(super) children: RefCell<HashMap<String, Option<Rc<Children>>>>,
}

/// By the block's module instance, block, key, and the argument's name.
type ProviderArguments = HashMap<(usize, BlockRef, Option<Key>, String), Option<Value>>;

/// A root module while it is evaluated.
pub struct Evaluation<'c> {
    pub(super) library: &'c Library,
    pub(super) options: &'c Options<'c>,
    folder: String,
    instances: RefCell<Vec<Rc<ModuleInstance>>>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    reported: RefCell<BTreeSet<(Option<Span>, String)>>,
    /// Names being evaluated, for telling a cycle.
    pub(super) open: RefCell<Vec<String>>,
    versions: HashMap<String, Constraint>,
    /// Arguments of provider configurations.
    pub(super) provider_arguments: RefCell<ProviderArguments>,
    pub(super) given: HashMap<String, Value>,
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
    let Some(module) = library.module(folder) else { return (Vec::new(), Vec::new()) };
    let mut evaluation = Evaluation {
        library,
        options,
        folder: folder.to_owned(),
        instances: RefCell::default(),
        diagnostics: RefCell::default(),
        reported: RefCell::default(),
        open: RefCell::default(),
        versions: super::variables::provider_versions(library, folder, module),
        provider_arguments: RefCell::default(),
        given: HashMap::new(),
        folders: super::roots::reachable(library, &[folder.to_owned()]),
    };
    let (given, complaints) = super::variables::given(library, folder, module, options);
    evaluation.given = given;
    for diagnostic in complaints {
        evaluation.report(diagnostic);
    }
    let root = evaluation.add(ModuleInstance::new(module.clone(), None));
    let mut resources = Vec::new();
    evaluation.collect(root, &mut resources);
    for resource in &mut resources {
        resource.realm = evaluation.realm(resource);
    }
    (resources, evaluation.diagnostics.into_inner())
}

impl ModuleInstance {
    pub(super) fn new(module: Arc<Module>, call: Option<(usize, BlockRef, Repetition)>) -> Self {
        Self {
            module,
            address: Arc::from(""),
            static_address: Arc::from(""),
            path: String::new(),
            call,
            calls: Vec::new(),
            providers: RefCell::default(),
            memo: RefCell::default(),
            resources: RefCell::default(),
            children: RefCell::default(),
        }
    }
}

impl<'c> Evaluation<'c> {
    pub(super) fn instance(&self, id: usize) -> Rc<ModuleInstance> {
        self.instances.borrow()[id].clone()
    }

    pub(super) fn add(&self, instance: ModuleInstance) -> usize {
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

    /// The root module's folder.
    pub(super) fn root_folder(&self) -> &str {
        &self.folder
    }

    /// The versions of a provider that may be in use.
    pub(super) fn version(&self, provider: &str) -> Constraint {
        self.versions.get(provider).cloned().unwrap_or_default()
    }

    fn realm(&self, resource: &Resource) -> Realm {
        let schema = schema_of(resource.mode, &resource.provider, &resource.resource_type);
        let configured = |name: &str| self.setting(&resource.provider, name, 0);
        Realm::of(&resource.resource_type, schema, &resource.attrs, &configured)
    }

    fn collect(&self, id: usize, resources: &mut Vec<Resource>) {
        let instance = self.instance(id);
        for name in instance.module.resources.keys() {
            if let Some(group) = self.group(id, name, 0) {
                resources.extend(group.instances.iter().cloned());
            }
        }
        self.actions(id);
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
    pub(super) fn in_module(&self, id: usize, expr: Expr<'_>, depth: u32) -> Evaluated {
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
}

/// A name in a module, as a whole address.
pub(super) fn full_name(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}.{name}") }
}
