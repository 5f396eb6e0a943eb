//! From files to a set of policies that can be asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::{Diagnostic, Problem, did_you_mean};
use crate::eval::{Constraint, Dialect, Evaluated, Evaluator, Fault, Scope, parse_type};
use crate::finding::{Cloud, Enforcement, Facts, PolicyId, Severity};
use crate::hcl::{self, ExprId, Steps};
use crate::terraform::{Attributes, Wanted};
use crate::text::{Files, Sources, Span};
use crate::value::{Marks, Type, Value, convert};

use super::compat::Compat;
use super::file::{self, Policy, PolicyFile, PolicyKind};
use super::{header, reads};

/// Policies that were loaded, ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct PolicySet {
    files: Vec<Arc<PolicyFile>>,
    facts: Vec<Facts>,
    /// Values of inputs by folder and name.
    inputs: BTreeMap<(String, String), Value>,
    ids: BTreeMap<PolicyId, Span>,
    /// Whose rules hold for files that do not come with the program.
    compat: Compat,
}

impl PolicySet {
    /// A set without files, whose files keep to these rules.
    #[must_use]
    pub fn of(compat: Compat) -> Self {
        Self { compat, ..Self::default() }
    }

    /// The files, in the order in which they were added.
    #[must_use]
    pub fn files(&self) -> &[Arc<PolicyFile>] {
        &self.files
    }

    /// Facts; a policy's `facts` points here.
    #[must_use]
    pub fn facts(&self) -> &[Facts] {
        &self.facts
    }

    /// Takes the facts out, when every question has been asked.
    #[must_use]
    pub fn into_facts(self) -> Vec<Facts> {
        self.facts
    }

    /// Reads a policy file, or all policy files of a folder (not of folders in it).
    pub fn load(
        &mut self,
        path: &str,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let path = path.trim_end_matches('/');
        let paths = match files.list(if path.is_empty() { "." } else { path }) {
            Ok(entries) => entries
                .into_iter()
                .filter(|entry| !entry.is_folder && is_policy_file(&entry.name))
                .map(|entry| match path {
                    "" | "." => entry.name,
                    folder => format!("{folder}/{}", entry.name),
                })
                .collect(),
            Err(_) => vec![path.to_owned()],
        };
        if paths.is_empty() {
            let message = format!("no policy files in `{path}`");
            diagnostics.push(Diagnostic::error(message).with_hint(
                "policy files are named `NAME.policy.hcl`; folders inside are not searched",
            ));
        }
        for path in paths {
            let text = match files.read(&path) {
                Ok(bytes) => hcl::decode(bytes).map_err(|problem| problem.to_string()),
                Err(error) => Err(error.to_string()),
            };
            match text {
                Ok(text) => self.add(&path, &text, false, sources, diagnostics),
                Err(why) => {
                    let message = format!("policy file `{path}` cannot be read: {why}");
                    diagnostics.push(Diagnostic::error(message));
                }
            }
        }
    }

    /// Adds a policy file from its text.
    pub fn add(
        &mut self,
        path: &str,
        text: &str,
        built_in: bool,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let id = sources.add(path, text);
        let (tree, complaints) = hcl::parse(id, sources.shared_text(id));
        let broken = !complaints.is_empty();
        diagnostics.extend(complaints);
        let header = match header::read(id, text) {
            Some(Ok(header)) => Some(header),
            Some(Err(diagnostic)) => {
                diagnostics.push(diagnostic);
                return;
            }
            None => None,
        };
        // What comes with the program keeps to its own rules.
        let compat = if built_in { Compat::default() } else { self.compat };
        let mut file = file::read(path, tree, compat.switches(), diagnostics);
        if broken {
            // What was read of it may mean something else than what was written.
            file.policies.clear();
        }
        self.inputs(&file, diagnostics);
        self.take_facts(&mut file, header, built_in, diagnostics);
        self.files.push(Arc::new(file));
    }

    fn take_facts(
        &mut self,
        file: &mut PolicyFile,
        header: Option<header::Header>,
        built_in: bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let mut policies = std::mem::take(&mut file.policies);
        let types: BTreeSet<String> = policies.iter().filter_map(resource_type).collect();
        let mut shared: Option<usize> = None;
        policies.retain_mut(|policy| {
            let of_file = file.settings.as_ref().and_then(|settings| settings.level);
            let level = self.level(file, policy.level.or(of_file), diagnostics);
            if let Some(facts) = shared {
                policy.facts = facts;
                return true;
            }
            let mut facts = match &header {
                Some(header) => facts_of(header, file, level),
                None => file::bare_facts(&file.path, policy, level),
            };
            facts.built_in = built_in;
            facts.resource_types = match &header {
                Some(_) => types.iter().cloned().collect(),
                None => resource_type(policy).into_iter().collect(),
            };
            if facts.cloud == Cloud::Other {
                facts.cloud = match policy.kind {
                    PolicyKind::Provider => cloud_of(&[policy.pattern.as_str().to_owned()]),
                    PolicyKind::Resource | PolicyKind::Module => cloud_of(&facts.resource_types),
                };
            }
            if let Some(earlier) = self.ids.get(&facts.id) {
                let message = format!("policy id `{}` is taken", facts.id);
                diagnostics.push(
                    Diagnostic::error(message)
                        .at(policy.span)
                        .with_related(*earlier, "by this policy"),
                );
                return false;
            }
            self.ids.insert(facts.id.clone(), policy.span);
            policy.facts = self.facts.len();
            self.facts.push(facts);
            if header.is_some() {
                shared = Some(policy.facts);
            }
            true
        });
        file.policies = policies;
    }

    fn level(
        &self,
        file: &PolicyFile,
        level: Option<ExprId>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Enforcement {
        let Some(id) = level else { return Enforcement::Mandatory };
        let expr = file.tree.expr(id);
        let scope = Inputs { set: self, folder: &file.folder };
        let text = Evaluator::new(&scope).evaluate(expr).and_then(|value| {
            convert(&value, &Type::String).map_err(|problem| Fault::new(problem, expr.span()))
        });
        match text {
            Err(fault) => diagnostics.push(fault.diagnostic),
            Ok(value) => {
                let word = value.as_str().unwrap_or_default();
                if let Some(level) = Enforcement::parse(&word.replace('-', "_")) {
                    return level;
                }
                let names: Vec<&str> = Enforcement::ALL.iter().map(|level| level.name()).collect();
                let message = format!("`{word}` is not an enforcement level");
                diagnostics.push(
                    Diagnostic::error(message)
                        .at(expr.span())
                        .with_hint(format!("levels are {}", names.join(", "))),
                );
            }
        }
        Enforcement::Mandatory
    }

    fn inputs(&mut self, file: &PolicyFile, diagnostics: &mut Vec<Diagnostic>) {
        for (name, input) in &file.inputs {
            let scope = Inputs { set: self, folder: &file.folder };
            let value = (|| {
                let constraint = match input.ty {
                    Some(ty) => parse_type(file.tree.expr(ty), &scope)?,
                    None => Constraint::any(),
                };
                let Some(default) = input.default else {
                    let problem = Problem::new(format!("input `{name}` has no value"))
                        .with_hint("give it a default");
                    return Err(Fault::new(problem, input.span));
                };
                let expr = file.tree.expr(default);
                let value = Evaluator::new(&scope).evaluate(expr)?;
                constraint.apply(&value).map_err(|problem| Fault::new(problem, expr.span()))
            })();
            match value {
                Ok(value) => {
                    let marks = if input.sensitive { Marks::SENSITIVE } else { Marks::NONE };
                    self.inputs
                        .insert((file.folder.clone(), name.clone()), value.with_marks(marks));
                }
                Err(fault) => diagnostics.push(fault.diagnostic),
            }
        }
    }

    /// Gives an input a value other than its default; for tests of policies.
    pub fn set_input(&mut self, folder: &str, name: &str, value: Value) {
        self.inputs.insert((folder.to_owned(), name.to_owned()), value);
    }

    /// Gives an input of that name a value other than its default, in every folder that has it; `false`
    /// when none does.
    pub fn give_input(&mut self, name: &str, value: &Value) -> bool {
        let mut given = false;
        for ((_, input), old) in &mut self.inputs {
            if input == name {
                *old = value.clone().with_marks(old.marks());
                given = true;
            }
        }
        given
    }

    /// Gives a policy another severity; `false` when there is none of that id. Parts that only tell
    /// (`info`) stay.
    pub fn set_severity(&mut self, id: &str, severity: Severity) -> bool {
        let mut found = false;
        for facts in self.facts.iter_mut().filter(|facts| facts.answers_to(id)) {
            found = true;
            facts.severity = severity;
            for part in facts.parts.values_mut() {
                part.severity = part.severity.filter(|own| *own == Severity::Info);
            }
        }
        found
    }

    /// The value of an input as a file sees it.
    #[must_use]
    pub fn input(&self, file: usize, name: &str) -> Option<&Value> {
        let folder = &self.files.get(file)?.folder;
        self.inputs.get(&(folder.clone(), name.to_owned()))
    }

    /// A top-level local as a file sees it: its own first, then those of its folder.
    #[must_use]
    pub fn top_local(&self, file: usize, name: &str) -> Option<(usize, ExprId)> {
        let own = self.files.get(file)?;
        if let Some(&id) = own.locals.get(name) {
            return Some((file, id));
        }
        self.files.iter().enumerate().find_map(|(at, other)| {
            let id = other.locals.get(name)?;
            (other.folder == own.folder).then_some((at, *id))
        })
    }

    /// Takes out the policies whose facts are not to be kept, and those facts.
    pub fn keep(&mut self, wanted: impl Fn(&Facts) -> bool) {
        let mut places = Vec::with_capacity(self.facts.len());
        let mut kept = Vec::new();
        for facts in std::mem::take(&mut self.facts) {
            let place = wanted(&facts).then_some(kept.len());
            places.push(place);
            kept.extend(place.map(|_| facts));
        }
        self.facts = kept;
        for file in &mut self.files {
            // Files stay: they may hold locals for others in their folder.
            Arc::make_mut(file).policies.retain_mut(|policy| {
                let place = places.get(policy.facts).copied().flatten();
                policy.facts = place.unwrap_or_default();
                place.is_some()
            });
        }
    }

    /// What the policies can read.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        let mut wanted = Wanted::default();
        for file in &self.files {
            reads::wanted(file, &mut wanted);
        }
        // What refers to such a resource may be told by its name instead of its id.
        for (resource_type, attribute) in crate::value::same_as_id() {
            wanted.add(resource_type, &Attributes::from_iter(["id", attribute]));
        }
        wanted
    }
}

/// Whether a file of this name holds policies.
pub(super) fn is_policy_file(name: &str) -> bool {
    name.ends_with(".policy.hcl") && !name.starts_with('.')
}

fn facts_of(header: &header::Header, file: &PolicyFile, level: Enforcement) -> Facts {
    Facts {
        title: header.title.clone(),
        severity: header.severity,
        theme: header.theme,
        description: header.description.clone(),
        remediation: header.remediation.clone(),
        frameworks: header.frameworks.clone(),
        aliases: header.aliases.clone(),
        formerly: header.formerly.clone(),
        cloud: header.cloud.unwrap_or(Cloud::Other),
        parts: header.parts.clone(),
        file: file.path.clone(),
        ..Facts::bare(header.id.clone(), level)
    }
}

/// The type of resources that a policy is for, as written.
fn resource_type(policy: &Policy) -> Option<String> {
    (policy.kind == PolicyKind::Resource).then(|| policy.pattern.as_str().to_owned())
}

/// The cloud that all types belong to by their first word.
fn cloud_of(types: &[String]) -> Cloud {
    let cloud = |name: &String| match name.split('_').next() {
        Some("aws") => Cloud::Aws,
        Some("azurerm" | "azuread" | "azapi") => Cloud::Azure,
        Some("google" | "google-beta") => Cloud::Gcp,
        _ => Cloud::Other,
    };
    let mut clouds = types.iter().map(cloud);
    match clouds.next() {
        Some(first) if clouds.all(|other| other == first) => first,
        _ => Cloud::Other,
    }
}

/// What can be named before anything is evaluated: inputs.
struct Inputs<'s> {
    set: &'s PolicySet,
    folder: &'s str,
}

impl Scope for Inputs<'_> {
    fn resolve<'t>(
        &self,
        root: &str,
        steps: Steps<'t>,
        at: Span,
        _evaluator: &mut Evaluator<'_>,
    ) -> Evaluated<(Value, usize)> {
        let name = match steps.name(0) {
            Some(name) if root == "input" => name,
            _ => {
                let problem = Problem::new(format!("`{root}` cannot be used here"))
                    .with_hint("only literal values and inputs are known before a policy runs");
                return Err(Fault::new(problem, at));
            }
        };
        match self.set.inputs.get(&(self.folder.to_owned(), name.to_owned())) {
            Some(value) => Ok((value.clone(), 1)),
            None => {
                let problem = Problem::new(format!("undefined reference `input.{name}`"));
                let names = self.set.inputs.keys().map(|(_, name)| name.as_str());
                Err(Fault::new(
                    match did_you_mean(name, names) {
                        Some(close) => problem.with_hint(format!("did you mean `{close}`?")),
                        None => problem,
                    },
                    at,
                ))
            }
        }
    }

    fn dialect(&self) -> Dialect {
        Dialect::Policy
    }
}
