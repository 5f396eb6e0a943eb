//! Commands that help to live with planward at the shell.

use clap_complete::Shell;

/// `planward completions`.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// `planward man`.
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// A command, for the page about it
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// `planward init`.
#[derive(Debug, clap::Args)]
pub struct InitArgs {
    /// The top of the repository, which must be there
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: String,
    /// Write the files without asking
    #[arg(long)]
    pub write: bool,
}
