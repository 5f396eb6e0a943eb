//! From outcomes to findings: what a person mends in one place is told once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::belonging::Belonging;
use super::change::{self, Change};
use super::facts::{Facts, PolicyId};
use super::fingerprint::{Identity, without_indexes};
use super::outcome::{Evidence, Outcome, PolicyIndex, Reason, Suppression, Target, Verdict};
use super::scale::Severity;
use crate::text::{FileId, Sources, Span};

/// Whether a finding is a verdict or a question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The condition is false.
    Fail,
    /// The condition rests on something that is not known.
    Unknown(Arc<Reason>),
}

impl Status {
    /// The word in reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// Outcomes of one policy at one place that say the same.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The policy.
    pub policy: PolicyIndex,
    /// The name of the block in the policy's file.
    pub part: Arc<str>,
    /// Whether it is a verdict or a question.
    pub status: Status,
    /// Message and places, those of the first instance.
    pub evidence: Arc<Evidence>,
    /// The instance's address; without keys when there are several instances.
    pub address: String,
    /// The first instance.
    pub target: Arc<Target>,
    /// The addresses of all instances, in the order of the run.
    pub instances: Vec<String>,
    /// Number of instances.
    pub count: usize,
    /// Policies that stayed silent because this finding speaks for them.
    pub also: Vec<PolicyIndex>,
    /// The wish that it does not count, whether or not it holds.
    pub suppressed: Option<Arc<Suppression>>,
    /// What its policy tells whatever comes out.
    pub info: Vec<String>,
    /// The newest of its instances, against what was there before.
    pub change: Option<Change>,
    /// The same on every run and every machine, until the matter itself changes.
    pub fingerprint: String,
    /// The root modules or plans that it was found in.
    pub roots: Vec<Arc<str>>,
    /// Its fingerprint in a run of its root module alone; another root may have the same.
    pub alone: String,
    /// The same when its resource or its policy was called otherwise.
    pub former: Vec<String>,
    /// The files that it stands in, comes from or waits for, over all instances; without those that only
    /// call the module that it is in.
    pub files: Vec<FileId>,
    /// The sets of variable values that it was found with; empty without sets.
    pub sets: Vec<Arc<str>>,
    /// Whether other sets do without it.
    pub only_in_some_sets: bool,
    /// Whether other instances of its resource pass the same check.
    pub others_pass: bool,
}

impl Finding {
    /// The severity of its policy's part.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.evidence.severity
    }

    /// Whether a suppression or the baseline takes it out of the count.
    #[must_use]
    pub fn is_suppressed(&self) -> bool {
        self.suppressed.as_ref().is_some_and(|suppression| suppression.holds)
    }
}

/// What outcomes must share to be told as one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    policy: PolicyIndex,
    part: &'a str,
    static_address: &'a str,
    status: Status,
    severity: Severity,
    at: Option<Span>,
    path: String,
    shape: &'a str,
    message: String,
    suppressed: Option<Arc<Suppression>>,
}

struct Group<'a> {
    status: Status,
    evidence: &'a Arc<Evidence>,
    outcomes: Vec<&'a Outcome>,
    sets: BTreeSet<usize>,
    roots: BTreeSet<&'a Arc<str>>,
}

/// Groups outcomes and gives findings in reading order.
pub(super) fn group(
    policies: &[Facts],
    outcomes: &[Outcome],
    sources: &Sources,
    belonging: &Belonging<'_>,
) -> Vec<Finding> {
    let mut groups: BTreeMap<Key<'_>, Group<'_>> = BTreeMap::new();
    for (at, outcome) in outcomes.iter().enumerate() {
        let Some((status, evidence)) = said(&outcome.verdict) else { continue };
        let empty = || Group {
            status: status.clone(),
            evidence,
            outcomes: Vec::new(),
            sets: BTreeSet::new(),
            roots: BTreeSet::new(),
        };
        let group = groups.entry(key(outcome, &status, evidence)).or_insert_with(empty);
        group.outcomes.push(outcome);
        group.sets.extend(belonging.set(at));
        group.roots.extend(belonging.root(at));
    }
    let covered = covered(outcomes);
    let mut findings: Vec<Finding> =
        groups.into_values().map(|group| finding(group, &covered, belonging, sources)).collect();
    sort(&mut findings, policies, sources);
    fingerprint(&mut findings, policies);
    findings
}

fn said(verdict: &Verdict) -> Option<(Status, &Arc<Evidence>)> {
    match verdict {
        Verdict::Fail(evidence) => Some((Status::Fail, evidence)),
        Verdict::Unknown(evidence, reason) => Some((Status::Unknown(reason.clone()), evidence)),
        Verdict::Pass | Verdict::NotApplicable | Verdict::CoveredBy(_) => None,
    }
}

fn key<'a>(outcome: &'a Outcome, status: &Status, evidence: &'a Evidence) -> Key<'a> {
    Key {
        policy: outcome.policy,
        part: &outcome.part,
        static_address: &outcome.target.static_address,
        status: status.clone(),
        severity: evidence.severity,
        at: evidence.at.as_ref().map(|label| label.span),
        path: without_indexes(&evidence.path),
        shape: &evidence.shape,
        message: message_shape(&evidence.message),
        suppressed: outcome.suppressed.clone(),
    }
}

/// A message without what differs between instances: names in backticks or quotes, and digits.
fn message_shape(message: &str) -> String {
    let mut shape = String::with_capacity(message.len());
    let mut inside: Option<char> = None;
    for c in message.chars() {
        match inside {
            Some(quote) if c == quote => inside = None,
            Some(_) => {}
            None if matches!(c, '`' | '"') => {
                inside = Some(c);
                shape.push(c);
            }
            None if c.is_ascii_digit() => {
                if !shape.ends_with('#') {
                    shape.push('#');
                }
            }
            None => shape.push(c),
        }
    }
    shape
}

/// The policies that stayed silent, by the policy that speaks for them and the instance.
type Covered<'a> = BTreeMap<(PolicyIndex, &'a str), BTreeSet<PolicyIndex>>;

fn covered(outcomes: &[Outcome]) -> Covered<'_> {
    let mut covered = Covered::new();
    for outcome in outcomes {
        if let Verdict::CoveredBy(speaker) = outcome.verdict {
            let place = (speaker, outcome.target.address.as_str());
            covered.entry(place).or_default().insert(outcome.policy);
        }
    }
    covered
}

fn finding(
    group: Group<'_>,
    covered: &Covered<'_>,
    belonging: &Belonging<'_>,
    sources: &Sources,
) -> Finding {
    let first = group.outcomes[0];
    let instances = instances(&group);
    let address = match instances.as_slice() {
        [only] => only.clone(),
        _ => first.target.static_address.clone(),
    };
    let also: BTreeSet<PolicyIndex> = instances
        .iter()
        .filter_map(|instance| covered.get(&(first.policy, instance.as_str())))
        .flatten()
        .copied()
        .collect();
    Finding {
        policy: first.policy,
        part: first.part.clone(),
        evidence: evidence(&group),
        files: files(&group, sources),
        status: group.status,
        address,
        target: first.target.clone(),
        count: instances.len(),
        instances,
        also: also.into_iter().collect(),
        suppressed: first.suppressed.clone(),
        info: info(&group.outcomes),
        change: change::of_all(group.outcomes.iter().copied()),
        fingerprint: String::new(),
        roots: group.roots.into_iter().cloned().collect(),
        alone: String::new(),
        former: Vec::new(),
        sets: belonging.names(&group.sets),
        only_in_some_sets: belonging.are_some(&group.sets),
        others_pass: group.outcomes.iter().any(|outcome| outcome.others_pass),
    }
}

/// What was told of the instances, each thing once.
fn info(outcomes: &[&Outcome]) -> Vec<String> {
    let mut info: Vec<String> = Vec::new();
    for message in outcomes.iter().filter_map(|outcome| outcome.info.as_deref()).flatten() {
        if !info.contains(message) {
            info.push(message.clone());
        }
    }
    info
}

/// A module call says nothing about what is wrong inside, unless the inside is somebody else's.
fn files(group: &Group<'_>, sources: &Sources) -> Vec<FileId> {
    let is_downloaded = |evidence: &Evidence| {
        let path = evidence.at.as_ref().map_or("", |at| sources.path(at.span.file));
        path.split('/').any(|part| part == ".terraform")
    };
    let mut files = BTreeSet::new();
    for (status, evidence) in group.outcomes.iter().filter_map(|outcome| said(&outcome.verdict)) {
        files.extend(evidence.places(is_downloaded(evidence)).map(|span| span.file));
        if let Status::Unknown(reason) = status {
            files.extend(reason.at.map(|span| span.file));
        }
    }
    files.into_iter().collect()
}

/// The addresses of the instances; one that several sets have counts once.
fn instances(group: &Group<'_>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let addresses = group.outcomes.iter().map(|outcome| &outcome.target.address);
    let mut instances = Vec::with_capacity(group.outcomes.len());
    for address in addresses {
        if group.sets.len() < 2 || seen.insert(address) {
            instances.push(address.clone());
        }
    }
    instances
}

/// What the first instance shows, and where other sets have their values from.
fn evidence(group: &Group<'_>) -> Arc<Evidence> {
    if group.sets.len() < 2 {
        return group.evidence.clone();
    }
    let mut evidence = Evidence::clone(group.evidence);
    for outcome in &group.outcomes {
        let Some((_, other)) = said(&outcome.verdict) else { continue };
        for label in &other.related {
            if !evidence.related.contains(label) {
                evidence.related.push(label.clone());
            }
        }
    }
    Arc::new(evidence)
}

/// File, place, policy, address; then what has no place.
pub(super) fn sort(findings: &mut [Finding], policies: &[Facts], sources: &Sources) {
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| {
            let span = finding.evidence.at.as_ref().map(|label| label.span);
            let file = span.map(|span| sources.path(span.file));
            (span.is_none(), file, span.map(|span| (span.start, span.end)))
        };
        let id = |finding: &Finding| policies.get(finding.policy.0 as usize).map(|facts| &facts.id);
        place(a)
            .cmp(&place(b))
            .then_with(|| id(a).cmp(&id(b)))
            .then_with(|| a.address.cmp(&b.address))
            .then_with(|| a.instances.cmp(&b.instances))
            .then_with(|| a.part.cmp(&b.part))
            .then_with(|| a.evidence.message.cmp(&b.evidence.message))
    });
}

/// Gives each finding its fingerprint, in reading order, so that duplicates are counted alike.
fn fingerprint(findings: &mut [Finding], policies: &[Facts]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen_in: BTreeMap<(String, Option<Arc<str>>), usize> = BTreeMap::new();
    for finding in findings {
        let facts = policies.get(finding.policy.0 as usize);
        let policy = facts.map_or("", |facts| facts.id.as_str());
        let mut identity = Identity {
            policy,
            status: finding.status.name(),
            static_address: &finding.target.static_address,
            instances: if finding.others_pass { &finding.instances } else { &[] },
            path: &finding.evidence.path,
            shape: &finding.evidence.shape,
            occurrence: 0,
        };
        let plain = identity.fingerprint();
        let occurrence = seen.entry(plain.clone()).or_insert(0);
        identity.occurrence = next(occurrence);
        let counted = nth(&identity, &plain);
        let roots = each(&finding.roots).map(|root| (plain.clone(), root.cloned()));
        let occurrences = roots.map(|root| next(seen_in.entry(root).or_insert(0)));
        identity.occurrence = occurrences.max().unwrap_or_default();
        let alone = nth(&identity, &plain);
        let former = former(&identity, facts, &finding.target.formerly);
        finding.former = former;
        finding.alone = alone;
        finding.fingerprint = counted;
    }
}

/// The fingerprint of an identity; the first of its kind has that without a number.
fn nth(identity: &Identity<'_>, plain: &str) -> String {
    if identity.occurrence == 0 { plain.to_owned() } else { identity.fingerprint() }
}

fn next(count: &mut usize) -> usize {
    *count += 1;
    *count - 1
}

/// The fingerprints under every other name of the policy and the resource.
fn former(now: &Identity<'_>, facts: Option<&Facts>, addresses: &[String]) -> Vec<String> {
    let ids = facts.into_iter().flat_map(|facts| facts.formerly.iter().map(PolicyId::as_str));
    let ids: Vec<&str> = std::iter::once(now.policy).chain(ids).collect();
    let addresses = addresses.iter().map(String::as_str);
    let addresses: Vec<&str> = std::iter::once(now.static_address).chain(addresses).collect();
    let mut former = Vec::new();
    for &policy in &ids {
        for &static_address in &addresses {
            if (policy, static_address) == (now.policy, now.static_address) {
                continue;
            }
            // Addresses of single instances keep what follows the resource's own.
            let instances: Vec<String> = now
                .instances
                .iter()
                .map(|instance| match instance.strip_prefix(now.static_address) {
                    Some(key) => format!("{static_address}{key}"),
                    None => instance.clone(),
                })
                .collect();
            let other = Identity { policy, static_address, instances: &instances, ..*now };
            former.push(other.fingerprint());
        }
    }
    former
}

/// Each of them, or once none.
fn each(names: &[Arc<str>]) -> impl Iterator<Item = Option<&Arc<str>>> {
    let none = names.is_empty().then_some(None);
    names.iter().map(Some).chain(none)
}
