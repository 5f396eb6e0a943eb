//! What is known about each policy of a file: from its header, its names and its enforcement level.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::eval::{Evaluator, Fault};
use crate::finding::{Cloud, Enforcement, Facts};
use crate::hcl::ExprId;
use crate::value::{Type, convert};

use super::file::{self, Others, Policy, PolicyFile, PolicyKind};
use super::header::Header;
use super::inputs::Beforehand;
use super::load::PolicySet;

/// Gives each policy of a file its facts; one whose id is taken, or whose level cannot be told, is left out.
pub(super) fn take(
    set: &mut PolicySet,
    place: usize,
    file: &mut PolicyFile,
    header: Option<&Header>,
    built_in: bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut policies = std::mem::take(&mut file.policies);
    let types: BTreeSet<String> = policies.iter().filter_map(resource_type).collect();
    let names: Vec<Arc<str>> = policies.iter().map(|policy| policy.name.clone()).collect();
    let mut at = 0..;
    let mut shared: Option<usize> = None;
    policies.retain_mut(|policy| {
        let others = others(&names, at.next().unwrap_or_default());
        let of_file = file.settings.as_ref().and_then(|settings| settings.level);
        let level = policy.level.or(of_file);
        let level = match level {
            Some(level) => level_of(set, place, file, policy, level, diagnostics),
            None => Some(Enforcement::Mandatory),
        };
        let Some(level) = level else { return false };
        if let Some(facts) = shared {
            policy.facts = facts;
            return true;
        }
        let mut facts = match header {
            Some(header) => of_header(header, file, level),
            None => file::bare_facts(&file.path, policy, others, level),
        };
        facts.built_in = built_in;
        facts.resource_types = match header {
            Some(_) => types.iter().cloned().collect(),
            None => resource_type(policy).into_iter().collect(),
        };
        if facts.cloud == Cloud::Other {
            facts.cloud = match policy.kind {
                PolicyKind::Provider => cloud_of(&[policy.pattern.as_str().to_owned()]),
                PolicyKind::Resource | PolicyKind::Module => cloud_of(&facts.resource_types),
            };
        }
        if let Some(earlier) = set.ids.get(&facts.id) {
            let message = format!("policy id `{}` is taken", facts.id);
            let diagnostic = Diagnostic::error(message).at(policy.span);
            diagnostics.push(diagnostic.with_related(*earlier, "by this policy"));
            return false;
        }
        set.ids.insert(facts.id.clone(), policy.span);
        policy.facts = set.facts.len();
        set.facts.push(facts);
        if header.is_some() {
            shared = Some(policy.facts);
        }
        true
    });
    file.policies = policies;
}

/// Which others of the names are the same.
fn others(names: &[Arc<str>], at: usize) -> Others {
    let is_same = |other: &Arc<str>| names.get(at) == Some(other);
    match names.iter().position(is_same) {
        Some(first) if first < at => Others::Before,
        _ if names.iter().skip(at + 1).any(is_same) => Others::Behind,
        _ => Others::None,
    }
}

fn level_of(
    set: &PolicySet,
    place: usize,
    file: &PolicyFile,
    policy: &Policy,
    level: ExprId,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Enforcement> {
    let expr = file.tree.expr(level);
    let scope = Beforehand::new(set, place, policy);
    let text = Evaluator::new(&scope).evaluate(expr).and_then(|value| {
        convert(&value, &Type::String).map_err(|problem| Fault::new(problem, expr.span()))
    });
    let value = match text {
        Ok(value) => value,
        Err(fault) => {
            diagnostics.push(fault.diagnostic);
            return None;
        }
    };
    // What is wrong with the input is told where it is declared.
    if value.is_unknown() {
        return Some(Enforcement::Mandatory);
    }
    let word = value.as_str().unwrap_or_default();
    let known = word.replace('-', "_");
    let level = Enforcement::parse(&known);
    if level.is_some() && known != word {
        let message = format!("`{word}` is spelt `{known}`");
        diagnostics.push(Diagnostic::warning(message).at(expr.span()));
    }
    if level.is_none() {
        let names: Vec<&str> = Enforcement::ALL.iter().map(|level| level.name()).collect();
        let message = format!("`{word}` is not an enforcement level");
        let diagnostic = Diagnostic::error(message).at(expr.span());
        diagnostics.push(diagnostic.with_hint(format!("levels are {}", names.join(", "))));
    }
    level
}

fn of_header(header: &Header, file: &PolicyFile, level: Enforcement) -> Facts {
    Facts {
        title: header.title.clone(),
        severity: header.severity,
        theme: header.theme,
        description: header.description.clone(),
        remediation: header.remediation.clone(),
        frameworks: header.frameworks.clone(),
        aliases: header.aliases.clone(),
        formerly: header.formerly.clone(),
        cloud: header.cloud.unwrap_or(Cloud::Other),
        parts: header.parts.clone(),
        file: file.path.clone(),
        ..Facts::bare(header.id.clone(), level)
    }
}

/// The type of resources that a policy is for, as written.
fn resource_type(policy: &Policy) -> Option<String> {
    (policy.kind == PolicyKind::Resource).then(|| policy.pattern.as_str().to_owned())
}

/// The cloud that all types belong to by their first word.
fn cloud_of(types: &[String]) -> Cloud {
    let cloud = |name: &String| match name.split('_').next() {
        Some("aws") => Cloud::Aws,
        Some("azurerm" | "azuread" | "azapi") => Cloud::Azure,
        Some("google" | "google-beta") => Cloud::Gcp,
        _ => Cloud::Other,
    };
    let mut clouds = types.iter().map(cloud);
    match clouds.next() {
        Some(first) if clouds.all(|other| other == first) => first,
        _ => Cloud::Other,
    }
}
