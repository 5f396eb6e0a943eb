//! What to check, and with what: everything that the result depends on besides the files.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Severity;
use crate::finding::story::Wish;
use crate::policy::Compat;
use crate::settings::{Literal, Set, Suppress};
#[cfg(doc)]
use crate::terraform::config;
use crate::terraform::config::{Limits, Parsed};
use crate::text::Files;

use super::Terms;

/// What to check, and with what.
#[derive(Clone, Debug, PartialEq)]
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
    /// Whether folders inside of those are searched, too.
    pub recursive: bool,
    /// Values for inputs of policies as text, by name; of two for one name the later holds.
    pub given_inputs: Vec<(String, String)>,
    /// Files of values for inputs.
    pub input_files: Vec<String>,
    /// What the environment says: `TFPOLICY_INPUT_NAME` is a value for the input `NAME`.
    pub input_environment: Vec<(String, String)>,
    /// Whether a variable of the environment with exactly the name of an input is a value for it, too.
    pub env_inputs: bool,
    /// Whether the policies that come with the program run.
    pub builtin: bool,
    /// Whose rules hold for the user's own policies.
    pub compat: Compat,
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
    /// Files that were parsed before.
    pub parsed: Option<Parsed>,
    /// Folders that were searched in whole, when the inputs are the root modules that were found there.
    pub searched: Vec<String>,
    /// Variables that root modules of the same run declare which are checked apart from these: a value
    /// for one of them is no mistake.
    pub declared_elsewhere: BTreeSet<String>,
    /// A verdict whose story is to be told; then nothing else is judged.
    pub trace: Option<Wish>,
    /// Whether the report keeps what passes in silence one by one, rather than to count it.
    pub passes: bool,
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
            recursive: false,
            given_inputs: Vec::new(),
            input_files: Vec::new(),
            input_environment: Vec::new(),
            env_inputs: false,
            builtin: true,
            compat: Compat::default(),
            select: Vec::new(),
            skip: Vec::new(),
            excerpts: true,
            passes: false,
            terms: Terms::default(),
            suppressions: Vec::new(),
            level: None,
            severities: Vec::new(),
            policy_inputs: Vec::new(),
            exclude: Vec::new(),
            outside_modules: true,
            assume: BTreeMap::new(),
            limits: Limits::default(),
            parsed: None,
            searched: Vec::new(),
            declared_elsewhere: BTreeSet::new(),
            trace: None,
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

impl Input {
    /// Whether it is a folder of configuration, rather than a plan.
    #[must_use]
    pub fn is_folder(&self, files: &dyn Files) -> bool {
        match self {
            Self::Path(path) => files.is_folder(path),
            Self::Root(_) => true,
            Self::Bytes { .. } => false,
        }
    }
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
