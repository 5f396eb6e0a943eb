//! `planward validate`, and whose rules hold for policies.

use clap::ValueEnum;

use crate::policy;

/// `planward validate`.
#[derive(Debug, clap::Args)]
pub struct ValidateArgs {
    /// Files with policies or tests, or folders with them
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<String>,
    /// Where tests find policies that do not stand beside them
    #[arg(long, value_name = "DIR")]
    pub policies: Option<String>,
    /// Warnings are errors
    #[arg(long)]
    pub strict: bool,
    /// What would not run in HashiCorp's engine is an error
    #[arg(long)]
    pub portable: bool,
    /// Whose rules hold.
    #[command(flatten)]
    pub compat: CompatArgs,
    /// How to tell what is wrong
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ComplaintFormat,
}

/// Whose rules hold for policies.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct CompatArgs {
    /// Whose rules hold for your own policies
    #[arg(long, value_name = "MODE", default_value = "0.4", help_heading = "Policies")]
    pub compat: Compat,
}

/// `--compat`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Compat {
    /// The newest language; what is certain is decided where HashiCorp's engine does not know
    #[default]
    #[value(name = "0.4")]
    Newest,
    /// What HashiCorp's engine does, to the letter
    Engine,
    /// The first public version of the language
    #[value(name = "0.1")]
    First,
}

impl From<Compat> for policy::Compat {
    fn from(typed: Compat) -> Self {
        match typed {
            Compat::Newest => Self::V0_4,
            Compat::Engine => Self::Engine,
            Compat::First => Self::V0_1,
        }
    }
}

/// How complaints are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ComplaintFormat {
    /// A line and a hint for each, for people
    Text,
    /// Everything, for programs
    Json,
}
