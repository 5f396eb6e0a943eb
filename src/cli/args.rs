//! What was typed. Nothing is decided here: the commands turn it into what is to be done.

use clap::builder::{NonEmptyStringValueParser, PossibleValue, PossibleValuesParser};
use clap::{ArgAction, ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use std::ffi::OsString;

use crate::diag::Problem;
use crate::report;
use crate::terraform::config::Limits;

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
            | Command::Migrate(_)
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
    /// Rewrite suppressions of other tools as planward's own
    Migrate(MigrateArgs),
    /// Begin something new
    #[command(subcommand)]
    New(New),
}

/// `planward compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArgs {
    /// The root module
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: String,
    /// Its plan as JSON, made by `terraform show -json`
    #[arg(long, value_name = "FILE")]
    pub plan: String,
    /// Take variables from the folder's own files and defaults, not from the plan
    #[arg(long)]
    pub own_variables: bool,
    /// A fact about the account, such as `aws.account_id=123456789012`; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable, action = ArgAction::Append)]
    pub assume: Vec<(String, String)>,
    /// The workspace that the plan was made in
    #[arg(long, value_name = "NAME")]
    pub workspace: Option<String>,
    /// Tell also where absent and literal attributes are not known
    #[arg(long)]
    pub all: bool,
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

/// `planward explain`.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// The policy's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// Files and folders with policies of your own; may be repeated
    #[arg(long, value_name = "PATH", action = ArgAction::Append)]
    pub policies: Vec<String>,
}

/// How policies are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// One line for each, for people
    Table,
    /// Everything, for programs
    Json,
}

/// `planward check`.
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// How to tell the findings [default: pretty on a terminal, else concise]
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    pub format: Option<String>,
    /// Write the report to a file, too: `json=report.json`; may be repeated
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output, action = ArgAction::Append)]
    pub output: Vec<(String, String)>,
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
}

/// `planward settings`.
#[derive(Debug, clap::Args)]
pub struct SettingsArgs {
    /// The folder
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: String,
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
    /// Folders with configuration, plans as JSON, or `-` for a plan on standard input
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

/// `planward values`.
#[derive(Debug, clap::Args)]
pub struct ValuesArgs {
    /// Folders with configuration
    #[arg(value_name = "DIR", default_value = ".")]
    pub paths: Vec<String>,
    /// Values for variables.
    #[command(flatten)]
    pub variables: VariableArgs,
}

/// Values for variables.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Variables")]
pub struct VariableArgs {
    /// A variable's value, as Terraform's option of that name; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable, action = ArgAction::Append)]
    pub var: Vec<(String, String)>,
    /// A file of variable values (`.tfvars`, `.tfvars.json`); may be repeated
    #[arg(long, value_name = "FILE", action = ArgAction::Append)]
    pub var_file: Vec<String>,
    /// A fact about the account, such as `aws.account_id=123456789012`; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable, action = ArgAction::Append)]
    pub assume: Vec<(String, String)>,
    /// A set of values: every root module is evaluated once with each set; may be repeated
    #[arg(
        long,
        value_name = "NAME=FILE[,FILE...]",
        value_parser = variable_set,
        action = ArgAction::Append
    )]
    pub var_set: Vec<(String, Vec<String>)>,
    /// The workspace [default: `TF_WORKSPACE`, else the selected one, else not known]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub workspace: Option<String>,
    /// How much is read and evaluated, such as `instances=500000`; may be repeated
    #[arg(long, value_name = "NAME=N", value_parser = limit, action = ArgAction::Append)]
    pub limit: Vec<(String, u64)>,
    /// `var`, `var_file` and `var_set` as they were typed, one after the other.
    #[arg(skip)]
    pub values: Vec<Value>,
}

/// `--var`, `--var-file` or `--var-set`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Name and value.
    Text(String, String),
    /// Path.
    File(String),
    /// Name and paths.
    Set(String, Vec<String>),
}

/// The order among options of all three names decides which value holds.
fn values(matches: &ArgMatches) -> Vec<Value> {
    let texts = matches.get_many::<(String, String)>("var").into_iter().flatten().cloned();
    let texts = texts.map(|(name, value)| Value::Text(name, value));
    let files = matches.get_many::<String>("var_file").into_iter().flatten().cloned();
    let sets = matches.get_many::<(String, Vec<String>)>("var_set").into_iter().flatten().cloned();
    let sets = sets.map(|(name, files)| Value::Set(name, files));
    let places = |id| matches.indices_of(id).into_iter().flatten();
    let mut values: Vec<(usize, Value)> = places("var").zip(texts).collect();
    values.extend(places("var_file").zip(files.map(Value::File)));
    values.extend(places("var_set").zip(sets));
    values.sort_by_key(|(place, _)| *place);
    values.into_iter().map(|(_, value)| value).collect()
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err("a name, `=` and a value are required".to_owned()),
    }
}

fn variable_set(text: &str) -> Result<(String, Vec<String>), String> {
    let parts = text.split_once('=').map(|(name, files)| (name.trim(), files.split(',')));
    match parts {
        Some((name, files)) if !name.is_empty() && files.clone().all(|file| !file.is_empty()) => {
            Ok((name.to_owned(), files.map(str::to_owned).collect()))
        }
        _ => Err("a name, `=` and files with commas between them are required".to_owned()),
    }
}

fn limit(text: &str) -> Result<(String, u64), String> {
    let Some((name, number)) = text.split_once('=') else {
        return Err("a limit, `=` and a number are required".to_owned());
    };
    let Ok(number) = number.replace('_', "").parse() else {
        return Err(format!("`{number}` is no whole number"));
    };
    match Limits::default().set(name, number) {
        Ok(()) => Ok((name.to_owned(), number)),
        Err(Problem { message, hint: Some(hint) }) => Err(format!("{message}; {hint}")),
        Err(Problem { message, hint: None }) => Err(message),
    }
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

/// One row of `report` is one value here, with its line of help.
fn formats() -> PossibleValuesParser {
    let value = |format: &report::Format| PossibleValue::new(format.name).help(format.about);
    PossibleValuesParser::new(report::FORMATS.iter().map(value))
}
