//! What was typed. Nothing is decided here: the commands turn it into what is to be done.

mod check;
mod policies;
mod settings;
mod shell;
mod test;
mod validate;
mod variables;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use std::ffi::OsString;

pub use check::{Around, BaselineArgs, Change, CheckArgs, FailOn, InputArgs, Unknown};
pub use policies::{
    ExplainArgs, Level, ListFormat, MigrateArgs, New, NewPolicyArgs, PoliciesArgs, PolicyChoice,
    PolicyInputArgs,
};
pub use settings::{SettingsArgs, SettingsChoice};
pub use shell::{CompletionsArgs, InitArgs, ManArgs};
pub use test::{TestArgs, TestFormat};
pub use validate::{Compat, CompatArgs, ComplaintFormat, ValidateArgs};
pub use variables::{CompareArgs, Value, ValuesArgs, VariableArgs};

use variables::values;

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

impl Args {
    /// Reads what was typed.
    ///
    /// # Errors
    /// When it is no command, or help or version is asked for.
    pub fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let matches = Self::command().try_get_matches_from(args)?;
        let mut args = Self::from_arg_matches(&matches)?;
        let typed = match &mut args.command {
            Command::Check(check) => Some(&mut check.inputs.variables),
            Command::Baseline(baseline) => Some(&mut baseline.inputs.variables),
            Command::Values(values) => Some(&mut values.variables),
            Command::Compare(_)
            | Command::Settings(_)
            | Command::Policies(_)
            | Command::Explain(_)
            | Command::Test(_)
            | Command::Validate(_)
            | Command::Migrate(_)
            | Command::Init(_)
            | Command::Completions(_)
            | Command::Man(_)
            | Command::New(_) => None,
        };
        if let (Some(typed), Some((_, matches))) = (typed, matches.subcommand()) {
            typed.values = values(matches);
        }
        Ok(args)
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check configurations and plans
    Check(Box<CheckArgs>),
    /// Write down the findings there are, so that only new ones count
    Baseline(Box<BaselineArgs>),
    /// Tell the settings that are in force for a folder
    Settings(SettingsArgs),
    /// Show the values of variables, and where they come from
    Values(ValuesArgs),
    /// Compare what a folder evaluates to with the plan that Terraform made of it
    Compare(CompareArgs),
    /// List the policies that would run
    Policies(PoliciesArgs),
    /// Tell everything about one policy
    Explain(ExplainArgs),
    /// Run the tests of policies
    Test(TestArgs),
    /// Tell what is wrong with policies and their tests, without running them
    Validate(ValidateArgs),
    /// Rewrite suppressions of other tools as planward's own
    Migrate(MigrateArgs),
    /// Begin something new
    #[command(subcommand)]
    New(New),
    /// Set planward up in a repository: settings, a hook, a step in CI
    Init(InitArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man(ManArgs),
}
