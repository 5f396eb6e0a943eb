//! Which settings count, and the command that is about them.

/// `planward settings`.
#[derive(Debug, clap::Args)]
pub struct SettingsArgs {
    /// The folder
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: String,
}

/// Which settings count, for commands that run no policies.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Settings")]
pub struct SettingsChoice {
    /// The settings, instead of the `planward.hcl` nearest to each root
    #[arg(long, value_name = "FILE", conflicts_with = "no_settings")]
    pub settings: Option<String>,
    /// Look for no settings
    #[arg(long)]
    pub no_settings: bool,
}
