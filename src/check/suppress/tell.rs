//! What is said about suppressions themselves: unknown ids, expired ones, those that nothing needs.

use crate::diag::{Diagnostic, did_you_mean};
use crate::finding::wish::Dialect;
use crate::finding::{Facts, Material, SuppressionUse};
use crate::text::{Sources, Span};

use super::{Cover, Covers, Policies, Refused, Rule, Rules, Whole};

/// Everything, in the order of the suppressions.
pub(super) fn tell(rules: &Rules, policies: Policies<'_>, whole: &Whole, material: &mut Material) {
    let mut said = Vec::new();
    for (malformed, at) in &rules.malformed {
        let warning = Diagnostic::warning(&malformed.message).with_hint(&malformed.hint).at(*at);
        said.push(warning);
    }
    let sources = &material.sources;
    let is_ours = |rule: &&Rule| !rule.suppression.at.is_some_and(|at| is_downloaded(at, sources));
    for rule in rules.rules.iter().filter(is_ours) {
        match rule.dialect {
            Dialect::Planward => {
                let complaints = own(rule, policies.all);
                if complaints.is_empty() && is_all_there(rule, whole, sources) {
                    material.suppressions.extend(in_use(rule));
                }
                said.extend(complaints);
            }
            Dialect::Checkov | Dialect::Trivy | Dialect::Tfsec => said.extend(refused(rule)),
        }
    }
    material.diagnostics.extend(said);
    material.unknown_elsewhere.extend(unknown_elsewhere(rules));
}

/// What others wrote is not for the reader to mend.
fn is_downloaded(at: Span, sources: &Sources) -> bool {
    sources.path(at.file).split('/').any(|part| part == ".terraform")
}

/// Whether the run looked at all that a suppression could be for.
fn is_all_there(rule: &Rule, whole: &Whole, sources: &Sources) -> bool {
    let is_settings = matches!(rule.covers, Covers::Addresses(_));
    rule.suppression.at.is_none_or(|at| whole.covers(sources.path(at.file), is_settings))
}

fn own(rule: &Rule, all: &[Facts]) -> Vec<Diagnostic> {
    let mut said: Vec<Diagnostic> = rule
        .named
        .iter()
        .filter(|named| !named.is_known)
        .map(|named| placed(rule, unknown(&named.id, all)))
        .collect();
    said.extend(refused(rule));
    if matches!(rule.covers, Covers::Source(Cover::Nothing)) {
        let message = "suppression stands above nothing";
        let hint = "put it on the line of an attribute or block, or directly above one";
        said.push(placed(rule, Diagnostic::warning(message).with_hint(hint)));
    }
    said
}

/// Whether something needs a suppression. One that cannot be met in full says nothing about that.
fn in_use(rule: &Rule) -> Option<SuppressionUse> {
    let runs = rule.named.iter().all(|named| named.all_run);
    let ids: Vec<String> = rule.named.iter().map(|named| format!("`{}`", named.id)).collect();
    let message = format!("suppression of {} meets no finding", ids.join(", "));
    let idle = placed(rule, Diagnostic::note(message).with_hint("it can go"));
    runs.then_some(SuppressionUse { idle, is_used: rule.is_used })
}

fn unknown(id: &str, all: &[Facts]) -> Diagnostic {
    let warning = Diagnostic::warning(format!("suppression names `{id}`, which is no policy"));
    match did_you_mean(id, all.iter().map(|facts| facts.id.as_str())) {
        Some(close) => warning.with_hint(format!("did you mean `{close}`?")),
        None => warning.with_hint("`planward policies` lists them"),
    }
}

/// Nothing is said of locked ones: the findings say it.
fn refused(rule: &Rule) -> Option<Diagnostic> {
    if !rule.named.iter().any(|named| named.is_known) {
        return None;
    }
    let warning = match rule.refused? {
        Refused::Expired(until) => {
            Diagnostic::warning(format!("suppression has expired: it held until {until}"))
                .with_hint("mend what it hides, or give it a later day")
        }
        Refused::NoReason => Diagnostic::warning("suppression without a reason does not hold")
            .with_hint("write why after the policy's id"),
        Refused::Locked => return None,
    };
    Some(placed(rule, warning))
}

fn placed(rule: &Rule, diagnostic: Diagnostic) -> Diagnostic {
    match rule.suppression.at {
        Some(at) => diagnostic.at(at),
        None => diagnostic,
    }
}

fn unknown_elsewhere(rules: &Rules) -> impl Iterator<Item = Span> {
    let is_unknown = |rule: &&Rule| {
        rule.dialect != Dialect::Planward && !rule.named.iter().any(|named| named.is_known)
    };
    rules.rules.iter().filter(is_unknown).filter_map(|rule| rule.suppression.at)
}
