//! Evaluation of a root module: what it is given, what comes out, and its module instances.
//!
//! Everything is evaluated when first asked for and kept: names in `names`, module calls in `calls`,
//! resources in `resources`.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use rayon::prelude::*;

use crate::diag::Diagnostic;
use crate::eval::{Budget, Evaluated, Evaluator, Fault};
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
use super::given::Given;
use super::load::Library;
use super::module::{BlockRef, Module, ResourceName};
use super::names::Memo;
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
    /// Values do not tell by which expressions they were written: for those who want values alone.
    pub without_origins: bool,
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
    pub(super) providers: RefCell<ProviderNames>,
    pub(super) variables: Memo,
    pub(super) locals: Memo,
    pub(super) outputs: Memo,
    pub(super) resources: RefCell<HashMap<ResourceName, Option<Rc<Group>>>>,
    pub(super) children: RefCell<HashMap<String, Option<Rc<Children>>>>,
}

/// By local name, alias and key.
type ProviderNames = HashMap<(String, String, Option<Key>), Arc<Provider>>;

/// By the block's module instance, block, key, and the argument's name.
type ProviderArguments = HashMap<(usize, BlockRef, Option<Key>, String), Option<Value>>;

/// A root module to be evaluated: what all its parts share.
pub(super) struct Root<'c> {
    pub(super) library: &'c Library,
    pub(super) options: &'c Options<'c>,
    folder: String,
    versions: HashMap<String, Constraint>,
    any_version: Constraint,
    pub(super) given: HashMap<String, Given>,
    pub(super) budget: Budget,
    pub(super) admitted: AtomicUsize,
    /// The folders of all modules that take part.
    pub(super) folders: BTreeSet<String>,
}

/// A root module, or part of it, while it is evaluated.
pub(super) struct Evaluation<'c> {
    root: &'c Root<'c>,
    instances: RefCell<Vec<Rc<ModuleInstance>>>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    reported: RefCell<BTreeSet<(Option<Span>, String)>>,
    /// Names being evaluated, for telling a cycle.
    pub(super) open: RefCell<Vec<String>>,
    /// Arguments of provider configurations.
    pub(super) provider_arguments: RefCell<ProviderArguments>,
    /// Blocks that have instances: none stays unchecked for what others take.
    pub(super) blocks: RefCell<HashSet<BlockRef>>,
    /// Whether something was met whose telling depends on where evaluation began.
    pub(super) is_entangled: Cell<bool>,
}

impl<'c> Deref for Evaluation<'c> {
    type Target = Root<'c>;

    fn deref(&self) -> &Root<'c> {
        self.root
    }
}

/// What comes of a part.
type Made = (Vec<Resource>, Vec<Diagnostic>);

/// Evaluates the root module in `folder`, which [`Library::load_root`] has loaded. Resources come in
/// the order of their addresses' declaration: module by module, then by mode, type, name and key.
#[must_use]
pub fn evaluate(library: &Library, folder: &str, options: &Options<'_>) -> Made {
    let Some(module) = library.module(folder) else { return (Vec::new(), Vec::new()) };
    let (mut root, mut diagnostics) = Root::new(library, folder, module, options);
    let (resources, complaints) = match in_parts(&root, module) {
        Some(made) => made,
        None => {
            root.budget = library.limits.budget();
            root.admitted = AtomicUsize::new(0);
            whole(&root, module)
        }
    };
    diagnostics.extend(complaints);
    (resources, once(diagnostics))
}

/// Evaluates one thing after the other.
fn whole(root: &Root<'_>, module: &Arc<Module>) -> Made {
    let evaluation = Evaluation::new(root);
    let id = evaluation.add(ModuleInstance::new(module.clone(), None));
    let mut groups = evaluation.own(id);
    for name in module.calls.keys() {
        evaluation.below(id, name, &mut groups);
    }
    evaluation.demands(|_| true);
    evaluation.finish(groups)
}

/// Evaluates the root's own resources and the parts below at the same time. `None` where that is of no
/// use, and where what comes out could depend on what was evaluated first: when a limit was reached,
/// or a cycle found. So the outcome is always that of [`whole`].
fn in_parts(root: &Root<'_>, module: &Arc<Module>) -> Option<Made> {
    let parts = super::parts::parts(root.library, module);
    if parts.len() < 2 {
        return None;
    }
    let (own, below) = rayon::join(
        || {
            let evaluation = Evaluation::new(root);
            let id = evaluation.add(ModuleInstance::new(module.clone(), None));
            let groups = evaluation.own(id);
            evaluation.demands(|instance| instance == id);
            (!evaluation.is_entangled.get()).then(|| evaluation.finish(groups))
        },
        || parts.into_par_iter().map(|calls| part(root, module, calls)).collect::<Vec<_>>(),
    );
    let below: Option<Vec<_>> = below.into_iter().collect();
    let (mut resources, mut diagnostics) = own?;
    let mut below: Vec<_> = below?.into_iter().flatten().collect();
    if root.budget.is_exceeded() {
        return None;
    }
    below.sort_by(|a, b| a.0.cmp(&b.0));
    resources.reserve(below.iter().map(|(_, (resources, _))| resources.len()).sum());
    for (_, (more, complaints)) in below {
        resources.extend(more);
        diagnostics.extend(complaints);
    }
    Some((resources, diagnostics))
}

/// Evaluates what is below some calls; `None` when it is not certain that this can be done apart.
fn part(root: &Root<'_>, module: &Arc<Module>, calls: Vec<String>) -> Option<Vec<(String, Made)>> {
    let evaluation = Evaluation::new(root);
    let id = evaluation.add(ModuleInstance::new(module.clone(), None));
    let mut made = Vec::with_capacity(calls.len());
    for name in calls {
        let mut groups = Vec::new();
        let before = evaluation.instances.borrow().len();
        evaluation.below(id, &name, &mut groups);
        // Only those that are new: the others have been asked with the call before.
        evaluation.demands(|instance| instance >= before);
        let diagnostics = evaluation.diagnostics.take();
        made.push((name, groups, diagnostics));
        if evaluation.is_entangled.get() || root.budget.is_exceeded() {
            return None;
        }
    }
    drop(evaluation);
    let finished = |(name, groups, diagnostics)| (name, (resources(groups), diagnostics));
    Some(made.into_iter().map(finished).collect())
}

/// The resources of groups that are kept nowhere else any more.
fn resources(groups: Vec<Rc<Group>>) -> Vec<Resource> {
    let count = groups.iter().map(|group| group.instances.len()).sum();
    let mut resources = Vec::with_capacity(count);
    for group in groups {
        match Rc::try_unwrap(group) {
            Ok(group) => resources.extend(group.instances),
            Err(shared) => resources.extend(shared.instances.iter().cloned()),
        }
    }
    resources
}

/// What several parts say is said once.
fn once(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut said = BTreeSet::new();
    diagnostics.retain(|diagnostic| {
        said.insert((diagnostic.at.as_ref().map(|at| at.span), diagnostic.message.clone()))
    });
    diagnostics
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
            variables: Memo::default(),
            locals: Memo::default(),
            outputs: Memo::default(),
            resources: RefCell::default(),
            children: RefCell::default(),
        }
    }
}

impl<'c> Root<'c> {
    /// What parts share, and what is wrong with the values that were given.
    pub(super) fn new(
        library: &'c Library,
        folder: &str,
        module: &Module,
        options: &'c Options<'c>,
    ) -> (Self, Vec<Diagnostic>) {
        let (given, complaints) = super::given::given(library, folder, module, options);
        let root = Self {
            library,
            options,
            folder: folder.to_owned(),
            versions: super::variables::provider_versions(library, folder, module),
            any_version: Constraint::default(),
            given,
            budget: library.limits.budget(),
            admitted: AtomicUsize::new(0),
            folders: super::roots::reachable(library, &[folder.to_owned()]),
        };
        (root, complaints)
    }

    /// The workspace: as somebody said, else as it is selected beside the root module.
    pub(super) fn workspace(&self) -> Option<&str> {
        let said = self.options.workspace.as_deref();
        said.or_else(|| self.library.workspace(&self.folder))
    }

    /// The root module's folder.
    pub(super) fn root_folder(&self) -> &str {
        &self.folder
    }

    /// The versions of a provider that may be in use.
    pub(super) fn version(&self, provider: &str) -> &Constraint {
        self.versions.get(provider).unwrap_or(&self.any_version)
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

    /// All that was reported.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics.into_inner()
    }

    /// Where and under which names a resource has its place in the cloud.
    pub(super) fn realm(&self, resource: &Resource) -> Realm {
        let schema = schema_of(resource.mode, &resource.provider, &resource.resource_type);
        let configured = |name: &str| self.setting(&resource.provider, name, 0);
        Realm::of(&resource.resource_type, schema, &resource.attrs, &configured)
    }

    pub(super) fn new(root: &'c Root<'c>) -> Self {
        Self {
            root,
            instances: RefCell::default(),
            diagnostics: RefCell::default(),
            reported: RefCell::default(),
            open: RefCell::default(),
            provider_arguments: RefCell::default(),
            blocks: RefCell::default(),
            is_entangled: Cell::new(false),
        }
    }

    /// Checks what the module instances that are meant demand of themselves.
    fn demands(&self, is_meant: impl Fn(usize) -> bool) {
        let all = self.instances.borrow().len();
        let mut seen = BTreeSet::new();
        for id in (0..all).filter(|&id| is_meant(id)) {
            let is_first = seen.insert(self.instance(id).module.folder.clone());
            super::conditions::check(self, id, is_first);
        }
    }

    fn finish(self, groups: Vec<Rc<Group>>) -> Made {
        let Self { instances, diagnostics, .. } = self;
        // What was kept to answer names is needed no more; then each group has one owner.
        drop(instances);
        (resources(groups), diagnostics.into_inner())
    }

    /// Evaluates the resources of a module instance.
    fn own(&self, id: usize) -> Vec<Rc<Group>> {
        let instance = self.instance(id);
        let names = instance.module.resources.keys();
        let groups = names.filter_map(|name| self.group(id, name, 0)).collect();
        self.actions(id);
        groups
    }

    /// Evaluates the resources of all modules below a call.
    fn below(&self, id: usize, name: &str, groups: &mut Vec<Rc<Group>>) {
        let Some(children) = self.children(id, name, 0) else { return };
        let Ok(ids) = &children.instances else { return };
        for &id in ids {
            groups.extend(self.own(id));
            for name in self.instance(id).module.calls.keys() {
                self.below(id, name, groups);
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
        // What is computed from values that are kept small ends in time.
        let result = result.and_then(|value| {
            let weight = self.budget.weigh(&value);
            let taken = weight.and_then(|weight| match weight > LIGHT {
                true => self.budget.take(weight),
                false => Ok(()),
            });
            taken.map(|()| value).map_err(|problem| Fault::new(problem, expr.span()))
        });
        result.unwrap_or_else(|fault| {
            self.report(fault.diagnostic);
            let reason = Reason::new(Cause::Error, expr.text(), Some(expr.span()));
            Value::unknown(Unknown::new(Type::Any, reason))
        })
    }
}

/// Values with so many parts cost nothing extra, wherever they are used.
const LIGHT: u64 = 100;
