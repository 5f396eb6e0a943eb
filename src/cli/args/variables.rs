//! Values for variables, and the commands that are about values.

use clap::builder::NonEmptyStringValueParser;
use clap::{ArgAction, ArgMatches};

use super::settings::SettingsChoice;
use crate::diag::Problem;
use crate::graph::check_assumed;
use crate::terraform::config::{FACTS, Limits};

/// `planward values`.
#[derive(Debug, clap::Args)]
pub struct ValuesArgs {
    /// Folders with configuration
    #[arg(value_name = "DIR", default_value = ".")]
    pub paths: Vec<String>,
    /// Values for variables.
    #[command(flatten)]
    pub variables: VariableArgs,
    /// Which settings count.
    #[command(flatten)]
    pub settings: SettingsChoice,
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
    #[arg(long, value_name = "NAME=VALUE", value_parser = fact, action = ArgAction::Append)]
    pub assume: Vec<(String, String)>,
    /// The workspace that the plan was made in
    #[arg(long, value_name = "NAME")]
    pub workspace: Option<String>,
    /// Tell also where absent and literal attributes are not known
    #[arg(long)]
    pub all: bool,
    /// Which settings count.
    #[command(flatten)]
    pub settings: SettingsChoice,
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
    #[arg(long, value_name = "NAME=VALUE", value_parser = fact, action = ArgAction::Append)]
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
pub(super) fn values(matches: &ArgMatches) -> Vec<Value> {
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

/// What evaluation asks for has a dot in its name, and is looked at there.
fn fact(text: &str) -> Result<(String, String), String> {
    let (name, value) = variable(text)?;
    if FACTS.iter().any(|(fact, _)| *fact == name) {
        check_assumed(&name, &value).map_err(|problem| problem.message)?;
    }
    Ok((name, value))
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
        Err(Problem { message, hint: Some(hint), .. }) => Err(format!("{message}; {hint}")),
        Err(Problem { message, hint: None, .. }) => Err(message),
    }
}
