//! What is checked, how it is told, and what the exit code means.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{ArgAction, ValueEnum};

use crate::report;

use super::policies::PolicyChoice;
use super::variables::VariableArgs;

/// `planward check`.
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// How to tell the findings [default: pretty on a terminal, else concise]
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    pub format: Option<String>,
    /// Write the report to a file, too: `json=report.json`; may be repeated
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output, action = ArgAction::Append)]
    pub output: Vec<(String, String)>,
    /// Tell how one policy came to its verdict on one resource, step by step
    #[arg(
        long,
        value_names = ["ID", "ADDRESS"],
        num_args = 2,
        conflicts_with_all = ["output", "watch", "changed_since", "stdin_filename"]
    )]
    pub trace: Option<Vec<String>>,
    /// How much is told of single files that are named
    #[arg(long, value_name = "WHAT", default_value = "file")]
    pub around: Around,
    /// Tell findings and what else decides the exit code, and nothing more
    #[arg(long, short, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
    /// Tell what findings rest on, what was looked at, and everything that is otherwise shortened
    #[arg(long, short, help_heading = "Output")]
    pub verbose: bool,
    /// Tell on standard error where the time went
    #[arg(long, help_heading = "Output")]
    pub stats: bool,
    /// What is checked, and with what.
    #[command(flatten)]
    pub inputs: InputArgs,
    /// The mildest severity that makes the exit code 1 [default: low]
    #[arg(long, value_name = "SEVERITY", help_heading = "Exit code")]
    pub fail_on: Option<FailOn>,
    /// Findings of advisory policies count too
    #[arg(long, help_heading = "Exit code")]
    pub fail_on_advisory: bool,
    /// What a check means that cannot be decided [default: warn]
    #[arg(long, value_name = "HOW", help_heading = "Exit code")]
    pub unknown: Option<Unknown>,
    /// Anything that was not checked makes the exit code 2
    #[arg(long, help_heading = "Exit code")]
    pub require_complete: bool,
    /// Which findings of a plan count and are shown, against what is there before; with commas
    #[arg(
        long,
        value_name = "CHANGE",
        value_enum,
        value_delimiter = ',',
        action = ArgAction::Append,
        help_heading = "Exit code"
    )]
    pub only: Vec<Change>,
    /// Show suppressed findings, too
    #[arg(long, help_heading = "Suppressions")]
    pub show_suppressed: bool,
    /// Findings in this file do not count; `planward baseline` writes it
    #[arg(long, value_name = "FILE", help_heading = "Suppressions")]
    pub baseline: Option<String>,
    /// Take findings that are gone out of the baseline
    #[arg(long, help_heading = "Suppressions")]
    pub prune: bool,
    /// Only root modules that changed since this git revision, and only what is new in them, count
    #[arg(long, value_name = "REVISION", help_heading = "Exit code", conflicts_with_all = ["stdin_filename", "watch"])]
    pub changed_since: Option<String>,
    /// Check this file as `-` gives it, unsaved, among the others on disk; tell about it only
    #[arg(long, value_name = "FILE", help_heading = "Editors")]
    pub stdin_filename: Option<String>,
    /// Check again whenever a file changes
    #[arg(long, help_heading = "Editors", conflicts_with_all = ["stdin_filename", "prune"])]
    pub watch: bool,
}

/// `planward baseline`.
#[derive(Debug, clap::Args)]
pub struct BaselineArgs {
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = "planward.baseline.json")]
    pub output: String,
    /// What is checked, and with what.
    #[command(flatten)]
    pub inputs: InputArgs,
}

/// What is checked, and with what.
#[derive(Debug, clap::Args)]
pub struct InputArgs {
    /// Folders with configuration, single files of it, plans as JSON, or `-` for a plan on standard
    /// input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<String>,
    /// Which policies run.
    #[command(flatten)]
    pub choice: PolicyChoice,
    /// A plan of the folders that are checked, to be joined with its source
    #[arg(long, value_name = "FILE", help_heading = "Plans")]
    pub plan: Option<String>,
    /// The folder that the plans were made in
    #[arg(long, value_name = "DIR", conflicts_with = "no_source", help_heading = "Plans")]
    pub source: Option<String>,
    /// Check plans by themselves, without looking for their source
    #[arg(long, help_heading = "Plans")]
    pub no_source: bool,
    /// Suppressions without a reason do not hold
    #[arg(long, help_heading = "Suppressions")]
    pub require_reason: bool,
    /// Suppressions in the source are told, but do not hold; only settings given by --settings count
    #[arg(long, help_heading = "Suppressions")]
    pub locked: bool,
    /// Values for variables.
    #[command(flatten)]
    pub variables: VariableArgs,
}

/// `--around`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Around {
    /// Findings that stand in a file or come from it
    File,
    /// Findings in its module
    Module,
    /// Findings in all root modules that lead to it
    Root,
}

/// `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names are the meaning, and help would show more")]
pub enum FailOn {
    Critical,
    High,
    Medium,
    Low,
    None,
}

/// `--unknown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names are the meaning, and help would show more")]
pub enum Unknown {
    Warn,
    Fail,
    Ignore,
}

/// `--only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Change {
    /// Not there before
    Introduced,
    /// There before, and now for more or more severely
    Worsened,
    /// There before
    Existing,
}

fn output(text: &str) -> Result<(String, String), String> {
    let Some((name, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
        return Err("a format, `=` and a file are required".to_owned());
    };
    let Some(format) = report::format(name) else {
        let names: Vec<&str> = report::FORMATS.iter().map(|format| format.name).collect();
        return Err(format!("`{name}` is no format; formats are {}", names.join(", ")));
    };
    Ok((format.name.to_owned(), file.to_owned()))
}

/// One row of `report` is one value here, with its line of help.
fn formats() -> PossibleValuesParser {
    let value = |format: &report::Format| PossibleValue::new(format.name).help(format.about);
    PossibleValuesParser::new(report::FORMATS.iter().map(value))
}
