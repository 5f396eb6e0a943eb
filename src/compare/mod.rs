//! Compares what a folder evaluates to with the plan that Terraform made of it.
//!
//! For every attribute of every planned resource: do both say the same, does the evaluation know less
//! than the plan (imprecise), or does it say something else (wrong)? The answer names the place where
//! the attribute is written. Attributes that nobody wrote are counted apart: their values are facts
//! about the provider on both sides and prove nothing about the evaluation.

mod bodies;
mod instances;
mod values;

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::graph::Graph;
use crate::terraform::Wanted;
use crate::terraform::config::{self, Library};
use crate::terraform::plan::{self, Plan};
use crate::text::{Files, Sources, Span};
use crate::value::Cause;

/// What to compare.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The root module's folder.
    pub folder: String,
    /// The path of its plan as JSON.
    pub plan: String,
    /// Whether variables have the values that the plan had; else those of the folder's files alone.
    pub variables_of_plan: bool,
    /// Files of values that go before those of the folder, when the plan's own do not count.
    pub variable_files: Vec<String>,
    /// What is stated about the account: name and value; names are those of [`config::ASSUMABLE`].
    pub assumed: Vec<(String, String)>,
    /// The workspace that the plan was made in.
    pub workspace: Option<String>,
}

/// Where an attribute's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Its expression needs no evaluation.
    Literal,
    /// Its expression refers to something or calls something.
    Computed,
    /// Nobody wrote it: a default, or what the provider decides.
    Absent,
}

/// How the evaluation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Both say the same; both may say that it is not known.
    Equal,
    /// The evaluation knows less than the plan.
    Imprecise,
    /// The evaluation says something else, or knows what the plan does not.
    Wrong,
}

/// One attribute on which both do not say the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The instance.
    pub address: String,
    /// The path to the value, `ingress[0].cidr_blocks[1]`; empty for the instance itself.
    pub path: String,
    /// Where its value comes from.
    pub class: Class,
    /// Imprecise or wrong.
    pub verdict: Verdict,
    /// What the evaluation says; sensitive values hidden.
    pub evaluated: String,
    /// What the plan says; sensitive values hidden.
    pub planned: String,
    /// Why the evaluation does not know the value.
    pub cause: Option<Cause>,
    /// The expression that it waits for; empty when nothing is known of it.
    pub waits_for: String,
    /// Where the attribute is written, or the block that lacks it.
    pub at: Option<Span>,
}

/// The whole comparison.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Instances that were compared.
    pub instances: usize,
    /// Numbers of attributes.
    pub counts: BTreeMap<(Class, Verdict), usize>,
    /// What differs, by address and path.
    pub differences: Vec<Difference>,
    /// What is wrong in the files.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that places are in.
    pub sources: Sources,
}

impl Comparison {
    /// The number of attributes of a class with a verdict.
    #[must_use]
    pub fn count(&self, class: Class, verdict: Verdict) -> usize {
        self.counts.get(&(class, verdict)).copied().unwrap_or(0)
    }
}

/// Evaluates the folder, decodes the plan and compares the two.
///
/// Errors, such as a plan that cannot be read, stand in `diagnostics`.
#[must_use]
pub fn compare(files: &dyn Files, options: &Options) -> Comparison {
    let mut comparison = Comparison::default();
    let bytes = match files.read(&options.plan) {
        Ok(bytes) => bytes,
        Err(why) => {
            let message = format!("`{}` cannot be read: {why}", options.plan);
            comparison.diagnostics.push(Diagnostic::error(message));
            return comparison;
        }
    };
    let input = plan::recognise(&bytes);
    if let Some(refusal) = input.refusal(&options.plan) {
        comparison.diagnostics.push(refusal);
        return comparison;
    }
    match plan::decode(&input.text) {
        Ok((plan, complaints)) => {
            comparison.diagnostics.extend(complaints);
            against(&plan, &input.text, files, options, &mut comparison);
        }
        Err(complaint) => comparison.diagnostics.push(complaint),
    }
    comparison
}

fn against(
    plan: &Plan<'_>,
    text: &str,
    files: &dyn Files,
    options: &Options,
    comparison: &mut Comparison,
) {
    let Comparison { sources, diagnostics, .. } = comparison;
    let folder = config::join(&options.folder, "");
    let mut library = Library::default();
    library.load_root(&folder, files, sources, diagnostics);
    if library.module(&folder).is_none_or(|module| module.files.is_empty()) {
        let message = format!("no configuration (`*.tf`) was found in `{}`", options.folder);
        diagnostics.push(Diagnostic::error(message));
        return;
    }
    let given = match options.variables_of_plan {
        true => Vec::new(),
        false => library.load_values(&options.variable_files, files, sources, diagnostics),
    };
    let variables = if options.variables_of_plan { plan.variable_values() } else { Vec::new() };
    let wanted = Wanted::everything();
    let means = config::Options {
        files: files.into(),
        variables,
        arguments: given.into_iter().map(config::Argument::File).collect(),
        wanted: wanted.clone(),
        assumed: config::assumed(&options.assumed, diagnostics),
        workspace: options.workspace.clone(),
        ..config::Options::default()
    };
    let (evaluated, complaints) = config::evaluate(&library, &folder, &means);
    diagnostics.extend(complaints);
    let (planned, complaints) = Graph::from_plan(plan, text, &wanted);
    diagnostics.extend(complaints);
    instances::compare(&library.trees, &evaluated, planned.resources(), comparison);
}
