//! Which policies run, and the commands that are about policies and suppressions.

use clap::{ArgAction, Subcommand, ValueEnum};

use super::settings::SettingsChoice;
use super::validate::CompatArgs;

/// Which policies run.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Policies")]
pub struct PolicyChoice {
    /// Files and folders with policies of your own; may be repeated
    #[arg(long, value_name = "PATH", action = ArgAction::Append)]
    pub policies: Vec<String>,
    /// Search the folders inside of `--policies`, too
    #[arg(long)]
    pub recursive: bool,
    /// Values for inputs.
    #[command(flatten)]
    pub inputs: PolicyInputArgs,
    /// Run only policies whose id matches, such as `aws-s3-*`; may be repeated
    #[arg(long, value_name = "GLOB", action = ArgAction::Append)]
    pub select: Vec<String>,
    /// Do not run policies whose id matches; may be repeated
    #[arg(long, value_name = "GLOB", action = ArgAction::Append)]
    pub skip: Vec<String>,
    /// Leave out the policies that come with planward
    #[arg(long)]
    pub no_builtin: bool,
    /// Whose rules hold.
    #[command(flatten)]
    pub compat: CompatArgs,
    /// Do not run policies that are milder
    #[arg(long, value_name = "SEVERITY")]
    pub level: Option<Level>,
    /// The settings, instead of the `planward.hcl` nearest to each root
    #[arg(long, value_name = "FILE", conflicts_with = "no_settings", help_heading = "Settings")]
    pub settings: Option<String>,
    /// Look for no settings
    #[arg(long, help_heading = "Settings")]
    pub no_settings: bool,
}

/// `--level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names are the meaning, and help would show more")]
pub enum Level {
    Critical,
    High,
    Medium,
    Low,
    Info,
}

/// Values for inputs of policies.
#[derive(Clone, Debug, clap::Args)]
pub struct PolicyInputArgs {
    /// A value for an input of policies; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::variables::variable, action = ArgAction::Append)]
    pub input: Vec<(String, String)>,
    /// A file of values for inputs, written like `.tfvars`; may be repeated
    #[arg(long, value_name = "FILE", action = ArgAction::Append)]
    pub input_file: Vec<String>,
    /// Take values for inputs from variables of the environment that have exactly their names, too
    #[arg(long)]
    pub env_inputs: bool,
}

/// `planward policies`.
#[derive(Debug, clap::Args)]
pub struct PoliciesArgs {
    /// How to list them
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: ListFormat,
    /// Which policies are listed.
    #[command(flatten)]
    pub choice: PolicyChoice,
}

/// How policies are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// One line for each, for people
    Table,
    /// Everything, for programs
    Json,
}

/// `planward explain`.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// The policy's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// Files and folders with policies of your own; may be repeated
    #[arg(long, value_name = "PATH", action = ArgAction::Append)]
    pub policies: Vec<String>,
    /// Which settings count.
    #[command(flatten)]
    pub settings: SettingsChoice,
}

/// `planward new`.
#[derive(Debug, Subcommand)]
pub enum New {
    /// A policy with its test
    Policy(NewPolicyArgs),
}

/// `planward new policy`.
#[derive(Debug, clap::Args)]
pub struct NewPolicyArgs {
    /// Its id; the files are called after it
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The folder for both files, which must be there
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: String,
    /// The type of resource that it is about
    #[arg(long = "type", value_name = "TYPE", default_value = "aws_s3_bucket")]
    pub resource_type: String,
}

/// `planward migrate`.
#[derive(Debug, clap::Args)]
pub struct MigrateArgs {
    /// The folder whose files are searched
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: String,
    /// Rewrite the files, instead of showing what would change
    #[arg(long)]
    pub write: bool,
    /// Files and folders with policies of your own; may be repeated
    #[arg(long, value_name = "PATH", action = ArgAction::Append)]
    pub policies: Vec<String>,
}
