//! One policy file: its blocks, read and checked for shape.
//!
//! What stands in expressions is looked at elsewhere: `names` checks the names in them when the whole
//! folder is loaded. A block with something wrong in it is told and left out.

mod connected;
mod constants;
mod enforce;
mod input;
mod operations;
mod policy;
mod reader;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Diagnostic, did_you_mean};
use crate::finding::{Enforcement, Facts};
use crate::hcl::{Body, ExprId, Tree};
use crate::terraform::plan::Operation;
use crate::terraform::version::Constraint;
use crate::text::Span;

use super::compat::Switches;
use super::pattern::Pattern;
use constants::Constants;
use reader::Reader;

/// A policy file that was read.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    /// The path as reports show it.
    pub path: String,
    /// The folder, which is the namespace of inputs and top-level locals.
    pub folder: String,
    /// The parsed text.
    pub tree: Arc<Tree>,
    /// The values of what is written out in it.
    pub constants: Constants,
    /// Whose rules hold.
    pub switches: Switches,
    /// The `policy` block.
    pub settings: Option<Settings>,
    /// `input` blocks.
    pub inputs: BTreeMap<String, Input>,
    /// Top-level locals.
    pub locals: BTreeMap<String, ExprId>,
    /// `resource_policy`, `provider_policy` and `module_policy` blocks in source order.
    pub policies: Vec<Policy>,
}

/// The `policy` block: what a file needs, and what holds for all its policies.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `required_providers`; `None` without the block.
    pub required_providers: Option<Vec<RequiredProvider>>,
    /// `terraform_config.required_version`.
    pub required_version: Option<RequiredVersion>,
    /// `plugins`.
    pub plugins: Vec<Plugin>,
    /// The level of policies that do not tell their own; no longer part of the language.
    pub level: Option<ExprId>,
    /// Where it begins.
    pub span: Span,
}

/// The versions of Terraform that a file is written for.
#[derive(Clone, Debug)]
pub struct RequiredVersion {
    /// What it says; `None` when that cannot be read.
    pub constraint: Option<Constraint>,
    /// As it is written.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// An entry of `required_providers`.
#[derive(Clone, Debug)]
pub struct RequiredProvider {
    /// The local name.
    pub name: String,
    /// `hashicorp/aws`; missing is an error of `validate`.
    pub source: Option<String>,
    /// The version constraint as written.
    pub version: Option<String>,
    /// The entry.
    pub span: Span,
}

/// An entry of `plugins`. Plugins never run.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// What stands in `plugin::LABEL::function`.
    pub label: String,
    /// The program's path, relative to the file.
    pub source: Option<String>,
    /// The entry.
    pub span: Span,
}

/// An `input` block.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// The type constraint.
    pub ty: Option<ExprId>,
    /// The default.
    pub default: Option<ExprId>,
    /// Whether null, or nothing, is a value for it.
    pub nullable: bool,
    /// Whether its values must not be shown.
    pub sensitive: bool,
    /// Where it is declared.
    pub span: Span,
}

/// What a policy is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyKind {
    /// `resource_policy`: resource instances, by type.
    Resource,
    /// `provider_policy`: provider configurations, by type.
    Provider,
    /// `module_policy`: module calls, by source.
    Module,
}

impl PolicyKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Resource, Self::Provider, Self::Module];

    /// The word before the labels.
    #[must_use]
    pub const fn block(self) -> &'static str {
        match self {
            Self::Resource => "resource_policy",
            Self::Provider => "provider_policy",
            Self::Module => "module_policy",
        }
    }
}

/// A policy block.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What it is asked about.
    pub kind: PolicyKind,
    /// The second label.
    pub name: Arc<str>,
    /// The first label.
    pub pattern: Pattern,
    /// Where it begins.
    pub span: Span,
    /// Facts, by their place in the set.
    pub facts: usize,
    /// Its locals.
    pub locals: BTreeMap<String, ExprId>,
    /// Which subjects it is for.
    pub filter: Option<ExprId>,
    /// What it is asked about, of resources; in the order in which they are written.
    pub operations: Vec<Operation>,
    /// Whether `prior_attrs` is read anywhere in the block.
    pub reads_prior: bool,
    /// What a failure means.
    pub level: Option<ExprId>,
    /// Conditions in source order.
    pub enforces: Vec<Enforce>,
    /// Relationships in source order.
    pub connected: Vec<Connected>,
}

/// An `enforce` block.
#[derive(Clone, Copy, Debug)]
pub struct Enforce {
    /// What must be true.
    pub condition: ExprId,
    /// What is said when it is false.
    pub error_message: Option<ExprId>,
    /// What is said in any case.
    pub info_message: Option<ExprId>,
    /// Where it begins.
    pub span: Span,
}

/// A `connected` block.
#[derive(Clone, Debug)]
pub struct Connected {
    /// The connected type.
    pub resource_type: String,
    /// A second label, which only messages show.
    pub name: Option<String>,
    /// Attribute path on the parent.
    pub subject: Vec<String>,
    /// Whether it was written as `subject_list`.
    pub is_list: bool,
    /// Attribute path on the connected resource.
    pub connected: Vec<String>,
    /// The `connection` block.
    pub connection: Span,
    /// At least so many matches; 0 when absent.
    pub min_instances: Option<ExprId>,
    /// At most so many; any number when absent.
    pub max_instances: Option<ExprId>,
    /// Which matches count.
    pub filter: Option<ExprId>,
    /// Conditions on each match.
    pub enforces: Vec<Enforce>,
    /// Relationships of each match.
    pub nested: Vec<Connected>,
    /// Conditions for a parent without match.
    pub fallback: Vec<Enforce>,
    /// What is said when the number is wrong.
    pub error_message: Option<ExprId>,
    /// Where it begins.
    pub span: Span,
}

/// What may stand at the top of a policy file.
const BLOCKS: [&str; 6] =
    ["resource_policy", "provider_policy", "module_policy", "input", "locals", "policy"];

/// Reads the blocks of a file. What is wrong is reported, and its policy left out.
pub(super) fn read(
    path: &str,
    tree: Tree,
    switches: Switches,
    diagnostics: &mut Vec<Diagnostic>,
) -> PolicyFile {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let tree = Arc::new(tree);
    let mut file = PolicyFile {
        path: path.to_owned(),
        folder,
        tree: tree.clone(),
        constants: Constants::of(&tree),
        switches,
        settings: None,
        inputs: BTreeMap::new(),
        locals: BTreeMap::new(),
        policies: Vec::new(),
    };
    let mut reader = Reader { diagnostics, failed: false, switches };
    for attribute in tree.root().attributes() {
        reader.error(attribute.name_span(), "no attributes stand at the top of a policy file");
    }
    for block in tree.root().blocks() {
        if let Some(kind) = PolicyKind::ALL.into_iter().find(|kind| kind.block() == block.kind()) {
            let policy = reader.policy(kind, block);
            reader.add(policy, &mut file.policies);
            continue;
        }
        match block.kind() {
            "input" => reader.input(block, &mut file.inputs),
            "locals" => reader.locals(block.body(), &mut file.locals),
            "policy" => reader.settings(block, &mut file.settings),
            kind => {
                let message = format!("blocks of type `{kind}` are not expected here");
                let diagnostic = Diagnostic::error(message).at(block.kind_span());
                let hint = match (kind, did_you_mean(kind, BLOCKS)) {
                    ("variable", _) => Some("a policy file declares `input` blocks".to_owned()),
                    (_, close) => close.map(|close| format!("did you mean `{close}`?")),
                };
                reader.diagnostics.push(Diagnostic { hint, ..diagnostic });
            }
        }
    }
    file
}

impl PolicyFile {
    /// The versions of Terraform that it is written for, when it says so.
    #[must_use]
    pub fn required_version(&self) -> Option<&RequiredVersion> {
        self.settings.as_ref()?.required_version.as_ref()
    }
}

fn expr_of(body: Body<'_>, name: &str) -> Option<ExprId> {
    body.attribute(name).map(|attribute| attribute.expr().id())
}

/// Facts of a policy without header.
pub(super) fn bare_facts(path: &str, policy: &Policy, level: Enforcement) -> Facts {
    let stem = path.rsplit('/').next().unwrap_or(path);
    let ends = [".policy.hcl", ".policy.json", ".tfpolicy.hcl"];
    let stem = ends.iter().find_map(|end| stem.strip_suffix(end)).unwrap_or(stem);
    let id = crate::finding::PolicyId::from_names(stem, &policy.name);
    Facts { file: path.to_owned(), ..Facts::bare(id, level) }
}
