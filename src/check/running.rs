//! The Terraform that made a plan, and the policies that are not for it.
//!
//! Terraform itself would not run with such policies. Here those of other files are asked all the same.
//! Who will plan a folder is not known, and the number of an OpenTofu says nothing about Terraform.

use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::policy::PolicySet;
use crate::terraform::plan::Plan;
use crate::terraform::version::Version;

use super::plans::Decoded;

/// Files whose policies are not asked about a plan.
#[derive(Default)]
pub(super) struct Refused {
    /// By their places in the set.
    pub files: BTreeSet<usize>,
    /// Why, an error for each.
    pub told: Vec<Diagnostic>,
}

/// The files that are for other versions of Terraform than the one that made a plan.
pub(super) fn refused(set: &PolicySet, plan: &Decoded<'_>) -> Refused {
    let mut refused = Refused::default();
    let Some((shown, version)) = terraform(&plan.plan) else { return refused };
    for (n, file) in set.files().iter().enumerate() {
        let Some(required) = file.required_version() else { continue };
        if required.constraint.as_ref().is_none_or(|constraint| constraint.allows(&version)) {
            continue;
        }
        let (text, made) = (&required.text, plan.name);
        let message =
            format!("the file is for Terraform `{text}`, and `{made}` was made by {shown}");
        let hint =
            "its policies are not asked; plan with such a Terraform, or change what they require";
        refused.told.push(Diagnostic::error(message).at(required.span).with_hint(hint));
        refused.files.insert(n);
    }
    refused
}

/// As the plan says it, and the release alone: what a candidate will be, as with `required_version` of
/// a configuration.
fn terraform<'p>(plan: &'p Plan<'_>) -> Option<(&'p str, Version)> {
    let shown = plan.terraform_version.as_deref().filter(|_| !is_of_opentofu(plan))?;
    let release = shown.split(['-', '+']).next()?;
    Some((shown, Version::parse(release)?))
}

/// Whether its providers come from where OpenTofu looks for them.
fn is_of_opentofu(plan: &Plan<'_>) -> bool {
    let changed = plan.resource_changes.iter().map(|change| change.provider_name.as_deref());
    let configured = plan.configuration.iter().flat_map(|all| all.provider_config.values());
    let mut names = changed.chain(configured.map(|config| config.full_name.as_deref())).flatten();
    names.any(|name| name.starts_with("registry.opentofu.org/"))
}
