//! What of a configuration is new against the same configuration earlier.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::belonging::Belonging;
use super::change::{Change, Resolved};
use super::facts::Facts;
use super::group::{self, Finding, Status};
use super::outcome::{Outcome, PolicyIndex, Verdict};
use super::report::{Material, Report};
use super::scale::Severity;
use crate::diag::{Diagnostic, Level};

impl Material {
    /// Says of everything that did not pass whether a report on what was there earlier has it, and what of
    /// that is gone. Without a report there was nothing.
    pub fn compare(&mut self, before: Option<&Report>) {
        let belonging = Belonging { sets: &self.sets, runs: &self.runs };
        let findings = group::group(&self.policies, &self.outcomes, &self.sources, &belonging);
        let mut changes: BTreeMap<Place<'_>, Option<Change>> = BTreeMap::new();
        for finding in &findings {
            let change = match before {
                Some(before) => change(finding, &self.policies, before),
                None => Some(Change::Introduced),
            };
            for instance in &finding.instances {
                let place = (finding.policy, &*finding.part, instance.as_str());
                // The same instance in other sets of values: what cannot be told may be the worst.
                let known = changes.entry(place).or_insert(change);
                *known = known.zip(change).map(|(a, b)| a.max(b));
            }
        }
        let resolved = match before {
            Some(before) if !has_errors(&self.diagnostics) => {
                resolved(before, &findings, &self.policies)
            }
            _ => Vec::new(),
        };
        self.resolved.get_or_insert_default().extend(resolved);
        let told: Vec<Option<Change>> =
            self.outcomes.iter().map(|outcome| changes.get(&place(outcome)).copied()?).collect();
        for (outcome, change) in self.outcomes.iter_mut().zip(told) {
            if matches!(outcome.verdict, Verdict::Fail(_) | Verdict::Unknown(..)) {
                outcome.change = change;
            }
        }
    }
}

/// Policy, part and address of an instance.
type Place<'o> = (PolicyIndex, &'o str, &'o str);

fn place(outcome: &Outcome) -> Place<'_> {
    (outcome.policy, &*outcome.part, &outcome.target.address)
}

fn change(finding: &Finding, policies: &[Facts], before: &Report) -> Option<Change> {
    let facts = policies.get(finding.policy.0 as usize);
    // What was suppressed did not count, so it is new when it does.
    let open = || before.findings.iter().filter(|old| !old.is_suppressed());
    if open().any(|old| is_same(finding, old)) {
        return Some(Change::Existing);
    }
    let of_resource = || {
        open().filter(|old| {
            facts.is_some() && facts == facts_of(before, old) && is_about(finding, old)
        })
    };
    let failed = of_resource().any(|old| old.status == Status::Fail);
    match (&finding.status, failed) {
        (Status::Fail, true) => Some(Change::Worsened),
        (Status::Unknown(_), true) => Some(Change::Existing),
        (Status::Fail, false) if of_resource().next().is_some() => None,
        (Status::Unknown(_), false) if of_resource().next().is_some() => Some(Change::Existing),
        _ if has_errors(&before.diagnostics) => None,
        _ => Some(Change::Introduced),
    }
}

/// Failures that are gone; what only informs was none.
fn resolved(before: &Report, findings: &[Finding], policies: &[Facts]) -> Vec<Resolved> {
    let gone = before.findings.iter().filter(|old| {
        old.status == Status::Fail
            && old.severity() > Severity::Info
            && !old.is_suppressed()
            && !findings.iter().any(|finding| {
                let facts = policies.get(finding.policy.0 as usize);
                is_same(finding, old)
                    || facts.is_some() && facts == facts_of(before, old) && is_about(finding, old)
            })
    });
    let placed = gone.filter_map(|old| {
        let facts = facts_of(before, old)?;
        let at = policies.iter().position(|other| other == facts)?;
        let policy = PolicyIndex(u32::try_from(at).ok()?);
        Some(Resolved { policy, target: Arc::clone(&old.target) })
    });
    placed.collect()
}

fn is_same(finding: &Finding, old: &Finding) -> bool {
    finding.fingerprint == old.fingerprint || finding.former.contains(&old.fingerprint)
}

/// Whether both are about one resource, whatever it was called.
fn is_about(finding: &Finding, old: &Finding) -> bool {
    let earlier = &old.target.static_address;
    finding.target.static_address == *earlier || finding.target.formerly.contains(earlier)
}

fn facts_of<'r>(report: &'r Report, finding: &Finding) -> Option<&'r Facts> {
    report.policies.get(finding.policy.0 as usize)
}

fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|said| said.level == Level::Error)
}
