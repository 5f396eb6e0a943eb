//! The command that is about settings.

/// `planward settings`.
#[derive(Debug, clap::Args)]
pub struct SettingsArgs {
    /// The folder
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: String,
}
