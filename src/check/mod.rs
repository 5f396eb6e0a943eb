//! A check: inputs in, report out. The one function that the command line, tests and editors call.
//!
//! Reads what was given (`inputs`), evaluates configurations and decodes plans, joins a plan with
//! its source (`join`), tells what could not be looked at (`gaps`) and asks the policies. The
//! result is a function of the files and the options alone; parallel work is gathered in order.

mod callers;
mod configuration;
mod expected;
mod gaps;
mod inputs;
mod join;
mod judge;
mod masked;
mod migrate;
mod moved;
mod named;
mod names;
mod options;
mod parts;
mod plans;
mod policies;
mod recorder;
mod running;
mod session;
mod since;
mod suppress;
mod touched;
mod values;
mod within;

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::finding::{self, Material, Report, Scope};
use crate::graph::Graph;
use crate::terraform::config::{self, Library};
use crate::text::Files;

use configuration::Configuration;
pub use expected::judge_configurations;
use inputs::Inputs;
use judge::{Means, judge};
pub use migrate::{Migration, Rewritten, migrate};
pub use named::{Around, Named, NamedKind, Naming, named, named_kind, read_policies};
pub use options::{Given, Input, Options, Source};
pub use parts::gather_parts;
use plans::Decoded;
pub use policies::given as given_inputs;
pub use session::Session;
pub use since::{Since, gather_since};
pub use suppress::Terms;
use suppress::{Policies, Rules, Whole};
pub use touched::{holds_configuration, nearest_module, touched};
pub use within::Within;

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
    library: Library,
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

fn library(options: &Options) -> Library {
    Library::with_limits(options.limits.clone()).with_parsed(options.parsed.clone())
}

/// The folders with configuration below the inputs, sorted. Plans are not read.
#[must_use]
pub fn folders(files: &dyn Files, options: &Options) -> Vec<String> {
    inputs::read(files, &without_plans(files, options), &mut Vec::new()).found
}

/// The options of a search for folders: a plan may be large, and tells nothing of them.
fn without_plans(files: &dyn Files, options: &Options) -> Options {
    let folders = options.inputs.iter().filter(|input| input.is_folder(files));
    let inputs = folders.cloned().collect();
    Options {
        inputs,
        plan: None,
        source: Source::Without,
        exclude: options.exclude.clone(),
        ..Options::default()
    }
}

/// The root modules below the inputs, sorted.
#[must_use]
pub fn root_folders(files: &dyn Files, options: &Options) -> Vec<String> {
    let mut material = Material::default();
    let mut library = library(options);
    let given = inputs::read(files, &without_plans(files, options), &mut material.diagnostics);
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
    let Material { sources, diagnostics, .. } = &mut *material;
    let loaded = policies::load(files, options, sources, diagnostics);
    gather_with(files, options, loaded, progress, material)
}

/// The same with policies that were loaded before.
fn gather_with(
    files: &dyn Files,
    options: &Options,
    policies::Loaded { set, all }: policies::Loaded,
    progress: &dyn Progress,
    material: &mut Material,
) -> Spent {
    progress.step("reading", 0, 1);
    let mut library = library(options);
    let given = inputs::read(files, options, &mut material.diagnostics);
    let roots = configuration::roots(&mut library, &given, files, material);
    let arguments = values::load(&mut library, &roots, options, files, material);
    let texts = plans::recognise(&given.plans, &mut material.diagnostics);
    let plans = plans::decode(&texts, &mut material.diagnostics);
    let joins = join::sources(&mut library, &plans, &roots, options, files, material);
    // What was downloaded is not the user's to mend.
    for folder in library.folders().filter(|folder| !folder.contains(".terraform/")) {
        material.diagnostics.extend(config::refused(&library, folder));
    }
    let wanted = set.wanted();
    progress.step("evaluating", 0, roots.len() + plans.len());
    let means = config::Options {
        arguments: arguments.of(None),
        wanted: wanted.clone(),
        ..means(files, options, &mut material.diagnostics)
    };
    let rounds = configuration::Rounds {
        alone: arguments.rounds(&means),
        joined: means,
        declarations: set.is_about_declarations(),
    };
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
    let (trace, excerpts) = (options.trace.as_ref(), options.excerpts);
    let (assume, passes) = (&options.assume, options.passes);
    let means = Means { wanted: &wanted, trace, excerpts, passes, assume, progress };
    let graphs = judge(&library, subjects, &set, &means, &mut rules, material);
    rules.tell(known, &Whole::of(options, files), material);
    policies::add(set.into_facts(), before, material);
    Spent { library, _graphs: graphs }
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
    let mut library = library(options);
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

/// The policies that would run, and what is wrong with those that cannot. The material holds the settings that
/// the options come from.
#[must_use]
pub fn policies(files: &dyn Files, options: &Options, mut material: Material) -> Report {
    let Material { sources, diagnostics, .. } = &mut material;
    material.policies = policies::load(files, options, sources, diagnostics).set.into_facts();
    Report::new(material)
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
