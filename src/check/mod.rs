//! A check: inputs in, report out. The one function that the command line, tests and editors call.
//!
//! Reads what was given (`inputs`), evaluates configurations and decodes plans, joins a plan with
//! its source (`join`), tells what could not be looked at (`gaps`) and asks the policies. The
//! result is a function of the files and the options alone; parallel work is gathered in order.

mod configuration;
mod gaps;
mod inputs;
mod join;
mod masked;
mod migrate;
mod moved;
mod names;
mod plans;
mod policies;
mod suppress;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::finding::{self, Material, Report, Scope, SetRun, Severity};
use crate::graph::Graph;
use crate::policy::{self, Planned, PolicySet, World};
use crate::settings::{Literal, Set, Suppress};
use crate::terraform::Wanted;
use crate::terraform::config::{self, Library, Limits};
use crate::text::Files;

use configuration::Configuration;
use inputs::Inputs;
pub use migrate::{Migration, Rewritten, migrate};
use plans::Decoded;
pub use suppress::Terms;
use suppress::{Policies, Rules};

/// What to check, and with what.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folders and plans, in the order in which they were given.
    pub inputs: Vec<Input>,
    /// A plan of the folders that were given, to be joined with its source.
    pub plan: Option<Input>,
    /// Where the source of plans is looked for.
    pub source: Source,
    /// Values for variables of root modules from the environment: name and text. Files of values go
    /// before them.
    pub environment: Vec<(String, String)>,
    /// Values for variables of root modules, given by hand; of two for one variable the later holds.
    pub variables: Vec<Given>,
    /// What is stated about the account that configurations are applied to: name and value; names are
    /// those of [`config::ASSUMABLE`].
    pub assumed: Vec<(String, String)>,
    /// The workspace that configurations are meant to be in; otherwise the one that is selected beside
    /// each root module, if there is one.
    pub workspace: Option<String>,
    /// Files and folders with the user's own policies.
    pub policies: Vec<String>,
    /// Whether the policies that come with the program run.
    pub builtin: bool,
    /// Patterns of ids: when there are any, only policies that match one run.
    pub select: Vec<String>,
    /// Patterns of ids: policies that match one do not run.
    pub skip: Vec<String>,
    /// Whether findings without source carry the plan's own words. Formats of one line do not show
    /// them, and a thousand findings would print a thousand resources.
    pub excerpts: bool,
    /// What suppressions are judged by.
    pub terms: Terms,
    /// Suppressions by address.
    pub suppressions: Vec<Suppress>,
    /// Policies that are milder do not run.
    pub level: Option<Severity>,
    /// Other severities for policies, by id.
    pub severities: Vec<(String, Set<Severity>)>,
    /// Values for inputs of the user's own policies, by name.
    pub policy_inputs: Vec<(String, Set<Literal>)>,
    /// Files and folders that are not searched for configuration; may hold `*`.
    pub exclude: Vec<String>,
    /// Whether findings inside modules that were downloaded count.
    pub outside_modules: bool,
    /// What is so although no configuration says it, by fact.
    pub assume: BTreeMap<String, String>,
    /// How much is read and evaluated.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            inputs: Vec::new(),
            plan: None,
            source: Source::Search,
            environment: Vec::new(),
            variables: Vec::new(),
            assumed: Vec::new(),
            workspace: None,
            policies: Vec::new(),
            builtin: true,
            select: Vec::new(),
            skip: Vec::new(),
            excerpts: true,
            terms: Terms::default(),
            suppressions: Vec::new(),
            level: None,
            severities: Vec::new(),
            policy_inputs: Vec::new(),
            exclude: Vec::new(),
            outside_modules: true,
            assume: BTreeMap::new(),
            limits: Limits::default(),
        }
    }
}

/// Something to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A folder, which is searched for configuration, or a file, which is recognised by its content.
    Path(String),
    /// A folder that is a root module by itself; nothing below it is searched.
    Root(String),
    /// A file that is not on disk, such as standard input.
    Bytes {
        /// What reports call it.
        name: String,
        /// Its content.
        bytes: Vec<u8>,
    },
}

/// Values for variables, given by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A variable's name and its value as text; see [`config::Argument`].
    Value(String, String),
    /// The path of a file of values.
    File(String),
    /// A set of values with the paths of its files: each root module is evaluated once with each set.
    Set(String, Vec<String>),
}

/// Where the source of a plan is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Among the given folders, in the working folder and beside the plan.
    Search,
    /// In this folder.
    Folder(String),
    /// Nowhere: plans are checked by themselves.
    Without,
}

/// One thing to judge: a configuration, a plan, or a plan with the configuration it was made from.
struct Subject<'p> {
    configuration: Option<Configuration>,
    plan: Option<&'p Decoded<'p>>,
    /// The set of values that the configuration was evaluated with.
    set: Option<usize>,
}

/// Who wants to know how far a check is.
pub trait Progress: Sync {
    /// So many parts of a step are done.
    fn step(&self, step: &'static str, done: usize, all: usize);
}

/// Nobody.
struct Silence;

impl Progress for Silence {
    fn step(&self, _step: &'static str, _done: usize, _all: usize) {}
}

/// Checks the inputs. What cannot be read is told in the report, and the rest is checked all the same.
#[must_use]
pub fn check(files: &dyn Files, options: &Options) -> Report {
    check_telling(files, options, &Silence).0
}

/// What a check leaves behind when the report is made: files, values, resources. To take all of it
/// apart takes a tenth of the time of a check; whoever ends anyway need not.
#[derive(Debug)]
pub struct Spent {
    _library: Library,
    _graphs: Vec<Graph>,
}

/// The same, which tells how far it is, and leaves the tidying up to the caller.
#[must_use]
pub fn check_telling(
    files: &dyn Files,
    options: &Options,
    progress: &dyn Progress,
) -> (Report, Spent) {
    let mut material = Material::default();
    let spent = gather(files, options, progress, &mut material);
    (Report::new(material), spent)
}

/// The folders with configuration below the inputs, sorted.
#[must_use]
pub fn folders(files: &dyn Files, options: &Options) -> Vec<String> {
    inputs::read(files, options, &mut Vec::new()).found
}

/// The root modules below the inputs, sorted.
#[must_use]
pub fn root_folders(files: &dyn Files, options: &Options) -> Vec<String> {
    let mut material = Material::default();
    let mut library = Library::with_limits(options.limits.clone());
    let given = inputs::read(files, options, &mut material.diagnostics);
    configuration::roots(&mut library, &given, files, &mut material)
}

/// Checks the inputs and adds what comes out to what is there already. Several parts of one report may
/// have different options.
#[must_use]
pub fn gather(
    files: &dyn Files,
    options: &Options,
    progress: &dyn Progress,
    material: &mut Material,
) -> Spent {
    progress.step("reading", 0, 1);
    let mut library = Library::with_limits(options.limits.clone());
    let given = inputs::read(files, options, &mut material.diagnostics);
    let roots = configuration::roots(&mut library, &given, files, material);
    let arguments = values::load(&mut library, &roots, options, files, material);
    let texts = plans::recognise(&given.plans, &mut material.diagnostics);
    let plans = plans::decode(&texts, &mut material.diagnostics);
    let joins = join::sources(&mut library, &plans, &roots, options, files, material);
    let Material { sources, diagnostics, .. } = &mut *material;
    let policies::Loaded { set, all } = policies::load(files, options, sources, diagnostics);
    let wanted = set.wanted();
    progress.step("evaluating", 0, roots.len() + plans.len());
    let means = config::Options {
        arguments: arguments.of(None),
        wanted: wanted.clone(),
        ..means(files, options, &mut material.diagnostics)
    };
    let rounds = configuration::Rounds { alone: arguments.rounds(&means), joined: means };
    let subjects =
        configuration::subjects(&library, roots, &plans, joins, &rounds, &mut material.diagnostics);
    values::tell_sources(&subjects, material);
    // The same for all parts of a run: sets are named on the command line.
    material.sets = arguments.sets;
    tell_inputs(&given, &subjects, material);
    let scope = scope(&library, &subjects);
    material.scope.roots += scope.roots;
    material.scope.files += scope.files;
    material.scope.resources += scope.resources;
    gaps::note(&library, &subjects, material);
    names::note(&library, &subjects, material);
    material.masked.extend(masked::masked(&library));
    let known = Policies { running: set.facts(), all: &all };
    let (wishes, terms) = (&options.suppressions, &options.terms);
    let mut rules = Rules::collect(&library, &subjects, wishes, terms, known);
    if !options.outside_modules {
        rules.leave_out_outside(&library, known);
    }
    let before = policies::Before::of(material);
    let means = Means { wanted: &wanted, excerpts: options.excerpts, progress };
    let graphs = judge(&library, subjects, &set, &means, &mut rules, material);
    material.diagnostics.extend(rules.tell(known, &material.sources));
    policies::add(set.into_facts(), before, material);
    Spent { _library: library, _graphs: graphs }
}

/// The variables of one root module with one set of values.
#[derive(Debug)]
pub struct RootValues {
    /// The folder as reports show it.
    pub root: String,
    /// The set's name.
    pub set: Option<Arc<str>>,
    /// The variables by name.
    pub variables: Vec<config::NamedValue>,
}

/// The values that the variables of the root modules have, and what is wrong with them.
#[must_use]
pub fn values(files: &dyn Files, options: &Options) -> (Vec<RootValues>, Report) {
    let mut material = Material::default();
    let mut library = Library::with_limits(options.limits.clone());
    let given = inputs::read(files, options, &mut material.diagnostics);
    let roots = configuration::roots(&mut library, &given, files, &mut material);
    let arguments = values::load(&mut library, &roots, options, files, &mut material);
    let means = means(files, options, &mut material.diagnostics);
    let rounds = arguments.rounds(&means);
    let mut values = Vec::new();
    for root in &roots {
        for (set, means) in &rounds {
            let (variables, complaints) = config::variables(&library, root, means);
            material.diagnostics.extend(complaints);
            let set = set.and_then(|set| arguments.sets.get(set)).map(|set| set.name.clone());
            values.push(RootValues { root: inputs::shown(root).to_owned(), set, variables });
        }
    }
    (values, Report::new(material))
}

/// How configurations are evaluated, whatever is then asked of them.
fn means<'f>(
    files: &'f dyn Files,
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> config::Options<'f> {
    config::Options {
        files: files.into(),
        environment: options.environment.clone(),
        assumed: config::assumed(&options.assumed, diagnostics),
        workspace: options.workspace.clone(),
        ..config::Options::default()
    }
}

/// The policies that would run, and what is wrong with those that cannot.
#[must_use]
pub fn policies(files: &dyn Files, options: &Options) -> Report {
    let mut material = Material::default();
    let Material { sources, diagnostics, .. } = &mut material;
    material.policies = policies::load(files, options, sources, diagnostics).set.into_facts();
    Report::new(material)
}

/// What judging needs besides the subjects.
struct Means<'m> {
    wanted: &'m Wanted,
    excerpts: bool,
    progress: &'m dyn Progress,
}

/// Makes the graph of each subject and asks the policies: fills `outcomes` and more `diagnostics`. Gives
/// the graphs back.
fn judge(
    library: &Library,
    subjects: Vec<Subject<'_>>,
    set: &PolicySet,
    means: &Means<'_>,
    rules: &mut Rules,
    material: &mut Material,
) -> Vec<Graph> {
    let all = subjects.len();
    let mut graphs = Vec::with_capacity(all);
    for (n, Subject { configuration, plan, set: set_of }) in subjects.into_iter().enumerate() {
        means.progress.step("asking policies", n, all);
        let mut moves = moved::Moves::default();
        if let Some(configuration) = &configuration {
            moves = moved::Moves::of_configuration(library, &configuration.folder);
        }
        if let Some(plan) = plan {
            moves.add_plan(&plan.plan);
        }
        let graph = match (plan, configuration) {
            (None, None) => continue,
            (None, Some(configuration)) => {
                let missing = library.missing_modules(&configuration.folder);
                Graph::from_configuration(configuration.resources).with_missing(missing)
            }
            (Some(plan), configuration) => {
                let (mut graph, complaints) = Graph::from_plan(&plan.plan, plan.text, means.wanted);
                let complaints = complaints.into_iter();
                material.diagnostics.extend(complaints.map(|said| plans::named(plan.name, said)));
                if let Some(configuration) = configuration {
                    let differences = graph.join(&configuration.resources);
                    material.diagnostics.extend(older(plan.name, &configuration, &differences));
                }
                graph
            }
        };
        let planned = plan.filter(|_| means.excerpts).map(|plan| Planned {
            name: plan.name,
            text: plan.text,
            plan: &plan.plan,
        });
        let world = World::new(set, &graph, &library.trees).with_plan(planned);
        let mut run = policy::check(&world);
        if let Some(plan) = plan {
            let past = || Graph::before_plan(&plan.plan, plan.text, means.wanted);
            let resolved = policy::compare(&mut run, &world, past);
            if !plan.plan.is_state {
                material.resolved.get_or_insert_default().extend(resolved);
            }
        }
        rules.apply(&mut run.outcomes, &graph, &library.trees);
        moves.apply(&mut run.outcomes);
        let before = material.outcomes.len();
        material.outcomes.extend(run.outcomes);
        let outcomes = before..material.outcomes.len();
        material.set_runs.extend(set_of.map(|set| SetRun { set, outcomes }));
        material.diagnostics.extend(run.diagnostics);
        drop(world);
        graphs.push(graph);
    }
    graphs
}

/// A plan that was not made from the source as it is now.
fn older(plan: &str, configuration: &Configuration, differences: &[String]) -> Option<Diagnostic> {
    let first = differences.first()?;
    let more = match differences.len() {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    let folder = inputs::shown(&configuration.folder);
    let message = format!("`{plan}` and its source `{folder}` differ: {first}{more}");
    let hint = "the source may have changed since the plan was made; what is checked is the plan";
    Some(Diagnostic::note(message).with_hint(hint))
}

/// What several sets of values are tried on counts once.
fn scope(library: &Library, subjects: &[Subject<'_>]) -> Scope {
    let subjects: Vec<&Subject<'_>> =
        subjects.iter().filter(|subject| subject.set.is_none_or(|set| set == 0)).collect();
    let roots: Vec<String> = subjects
        .iter()
        .filter_map(|subject| Some(subject.configuration.as_ref()?.folder.clone()))
        .collect();
    let reached = config::roots::reachable(library, &roots);
    let modules = reached.iter().filter_map(|folder| library.module(folder));
    Scope {
        roots: subjects.len(),
        files: modules.map(|module| module.files.len()).sum(),
        resources: subjects.iter().map(|subject| subject.resources()).sum(),
    }
}

impl Subject<'_> {
    /// The number of instances: a plan knows them better than its source.
    fn resources(&self) -> usize {
        match (self.plan, &self.configuration) {
            (Some(plan), _) => plan.plan.resource_changes.len(),
            (None, Some(configuration)) => configuration.resources.len(),
            (None, None) => 0,
        }
    }
}

fn tell_inputs(given: &Inputs, subjects: &[Subject<'_>], material: &mut Material) {
    for subject in subjects {
        let folder = subject.configuration.as_ref().map(|root| inputs::shown(&root.folder));
        let (path, what) = match (subject.plan, folder) {
            (Some(plan), Some(folder)) => (plan.name, format!("plan, joined with `{folder}`")),
            (Some(plan), None) if plan.plan.is_state => (plan.name, "state".to_owned()),
            (Some(plan), None) => (plan.name, "plan".to_owned()),
            (None, Some(folder)) => (folder, "configuration".to_owned()),
            (None, None) => continue,
        };
        let input = finding::Input { path: path.to_owned(), what };
        if subject.set.is_none() || !material.inputs.contains(&input) {
            material.inputs.push(input);
        }
    }
    material.diagnostics.extend(given.unused_plans.iter().cloned());
}
