//! What the environment says: values for variables, by Terraform's prefix, the workspace, and the
//! working folder.
#![expect(clippy::disallowed_methods, reason = "this is the one door to the environment's values")]

use std::path::Component;

/// Names and values of `TF_VAR_name`, sorted. What is not Unicode is no value for Terraform either.
pub(super) fn variables() -> Vec<(String, String)> {
    let named = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.to_str()?.strip_prefix("TF_VAR_")?.to_owned();
        Some((name, value.into_string().ok()?))
    });
    let mut variables: Vec<(String, String)> = named.collect();
    variables.sort();
    variables
}

/// Names and values of `TFPOLICY_INPUT_name`, or of everything, sorted.
pub(super) fn inputs(of_every_name: bool) -> Vec<(String, String)> {
    let named = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let mut inputs: Vec<(String, String)> =
        named.filter(|(name, _)| of_every_name || name.starts_with("TFPOLICY_INPUT_")).collect();
    inputs.sort();
    inputs
}

/// The names of the folders that lead to the working folder; none when that cannot be told.
pub(super) fn here() -> Vec<String> {
    let folder = std::env::current_dir().unwrap_or_default();
    let names = folder.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    names.collect()
}

/// `TF_WORKSPACE`; empty is as good as not there, as with Terraform.
pub(super) fn workspace() -> Option<String> {
    let workspace = std::env::var_os("TF_WORKSPACE")?.into_string().ok()?;
    (!workspace.is_empty()).then_some(workspace)
}
