//! What was typed. Nothing is decided here: the commands turn it into what is to be done.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{ArgAction, Parser, Subcommand, ValueEnum};

use crate::report;

/// Checks Terraform and OpenTofu configurations and plans against policies
///
/// Exit code: 0 nothing to complain about, 1 findings, 2 something could not be checked.
#[derive(Debug, Parser)]
#[command(name = "planward", version, max_term_width = 100, disable_help_subcommand = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check configurations and plans
    Check(CheckArgs),
    /// List the policies that would run
    Policies(PoliciesArgs),
    /// Run the tests of policies
    Test(TestArgs),
}

/// `planward check`.
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// Folders with configuration, plans as JSON, or `-` for a plan on standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<String>,
    /// How to tell the findings [default: pretty on a terminal, else concise]
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    pub format: Option<String>,
    /// Which policies run.
    #[command(flatten)]
    pub choice: PolicyChoice,
    /// The mildest severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "low", help_heading = "Exit code")]
    pub fail_on: FailOn,
    /// Findings of advisory policies count too
    #[arg(long, help_heading = "Exit code")]
    pub fail_on_advisory: bool,
    /// What a check means that cannot be decided
    #[arg(long, value_name = "HOW", default_value = "warn", help_heading = "Exit code")]
    pub unknown: Unknown,
    /// Anything that was not checked makes the exit code 2
    #[arg(long, help_heading = "Exit code")]
    pub require_complete: bool,
    /// A plan of the folders that are checked, to be joined with its source
    #[arg(long, value_name = "FILE", help_heading = "Plans")]
    pub plan: Option<String>,
    /// The folder that the plans were made in
    #[arg(long, value_name = "DIR", conflicts_with = "no_source", help_heading = "Plans")]
    pub source: Option<String>,
    /// Check plans by themselves, without looking for their source
    #[arg(long, help_heading = "Plans")]
    pub no_source: bool,
}

/// Which policies run.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Policies")]
pub struct PolicyChoice {
    /// Files and folders with policies of your own; may be repeated
    #[arg(long, value_name = "PATH", action = ArgAction::Append)]
    pub policies: Vec<String>,
    /// Run only policies whose id matches, such as `aws-s3-*`; may be repeated
    #[arg(long, value_name = "GLOB", action = ArgAction::Append)]
    pub select: Vec<String>,
    /// Do not run policies whose id matches; may be repeated
    #[arg(long, value_name = "GLOB", action = ArgAction::Append)]
    pub skip: Vec<String>,
    /// Leave out the policies that come with planward
    #[arg(long)]
    pub no_builtin: bool,
}

/// `planward policies`.
#[derive(Debug, clap::Args)]
pub struct PoliciesArgs {
    /// Which policies are listed.
    #[command(flatten)]
    pub choice: PolicyChoice,
}

/// `planward test`.
#[derive(Debug, clap::Args)]
pub struct TestArgs {
    /// Test files, or folders with policies and their tests
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<String>,
    /// Where tests find policies that do not stand beside them
    #[arg(long, value_name = "DIR")]
    pub policies: Option<String>,
    /// Tell the tests that hold, too
    #[arg(long, short)]
    pub verbose: bool,
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

/// One row of `report` is one value here, with its line of help.
fn formats() -> PossibleValuesParser {
    let value = |format: &report::Format| PossibleValue::new(format.name).help(format.about);
    PossibleValuesParser::new(report::FORMATS.iter().map(value))
}
