//! Which tests of policies run, and how they are told.

use clap::{ArgAction, ValueEnum};

use super::policies::PolicyInputArgs;
use super::validate::CompatArgs;

/// `planward test`.
#[derive(Debug, clap::Args)]
pub struct TestArgs {
    /// Test files, policy files whose tests lie beside them, or folders with both [default: `--policies`,
    /// else `.`]
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// Where tests find policies that do not stand beside them
    #[arg(long, value_name = "DIR")]
    pub policies: Option<String>,
    /// The same as PATH
    #[arg(long, value_name = "PATH", action = ArgAction::Append, conflicts_with = "paths")]
    pub tests: Vec<String>,
    /// How to tell what came of them
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TestFormat,
    /// Tell the tests that hold, too
    #[arg(long, short)]
    pub verbose: bool,
    /// Mocks that do not refer to each other do not see each other
    #[arg(long)]
    pub isolate: bool,
    /// Values for inputs, where a test gives none.
    #[command(flatten)]
    pub inputs: PolicyInputArgs,
    /// Whose rules hold.
    #[command(flatten)]
    pub compat: CompatArgs,
    /// Run only test files whose path matches, such as `*s3*`; may be repeated
    #[arg(long, value_name = "GLOB", action = ArgAction::Append, help_heading = "Filters")]
    pub file: Vec<String>,
    /// Run only cases whose name matches, such as `resource.aws_s3_bucket.*`; may be repeated
    #[arg(long, value_name = "GLOB", action = ArgAction::Append, help_heading = "Filters")]
    pub case: Vec<String>,
}

/// How tests are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// The lines of `tfpolicy test`, for people
    Text,
    /// Everything, for programs
    Json,
    /// JUnit's XML, for CI systems
    Junit,
}
