//! What a run meets of a baseline: which findings are known, and which known findings are gone.
//!
//! The same resource may stand in many root modules, so a known finding is first looked for in its own
//! root. What was renamed since, and what a plan says without its source, is met wherever it is. What
//! the run did not look at is neither known nor gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Baseline, Entry, Place};
use crate::finding::group::Finding;
use crate::finding::outcome::{SuppressedBy, Suppression};
use crate::finding::report::{Report, Run};

/// What is known about the root modules of a baseline besides the report.
#[derive(Clone, Copy)]
pub struct Looked<'l> {
    /// A root of the run, as the baseline has it.
    pub place: Place<'l>,
    /// A root of the baseline that the run did not judge.
    pub rest: &'l dyn Fn(&str) -> Rest,
}

/// What has become of a root module that the run did not judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// It is there; the run was about others.
    There,
    /// It is no root module any more, where the run looked for them.
    Gone,
    /// It is not there, and the run did not look for it either.
    Elsewhere,
}

/// A report beside a baseline.
pub struct Met<'m> {
    report: &'m Report,
    looked: Looked<'m>,
    entries: Vec<&'m Entry>,
    /// By entry: its findings, as places in the report.
    findings: Vec<Vec<usize>>,
    /// The runs of each root that was judged.
    judged: BTreeMap<String, Vec<&'m Run>>,
}

impl<'m> Met<'m> {
    /// Looks for each of the baseline's findings in the report.
    #[must_use]
    pub fn new(baseline: &'m Baseline, report: &'m Report, looked: Looked<'m>) -> Self {
        let entries: Vec<&Entry> = baseline.entries.iter().collect();
        let mut judged: BTreeMap<String, Vec<&Run>> = BTreeMap::new();
        for run in &report.runs {
            judged.entry((looked.place)(&run.root)).or_default().push(run);
        }
        let findings = vec![Vec::new(); entries.len()];
        let mut met = Self { report, looked, entries, findings, judged };
        met.meet();
        met
    }

    fn meet(&mut self) {
        let mut known: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, entry) in self.entries.iter().enumerate() {
            known.entry(&entry.fingerprint).or_default().push(at);
        }
        let called = |finding: &'m Finding| {
            let former = finding.former.iter().map(String::as_str);
            let names = former.chain([finding.alone.as_str(), finding.fingerprint.as_str()]);
            let places: BTreeSet<usize> =
                names.filter_map(|name| known.get(name)).flatten().copied().collect();
            places
        };
        let mut strays = Vec::new();
        for (at, finding) in self.report.findings.iter().enumerate() {
            let places = called(finding);
            let own: Vec<usize> =
                places.iter().copied().filter(|&entry| self.is_at_home(entry, finding)).collect();
            for &entry in &own {
                self.findings[entry].push(at);
            }
            if own.is_empty() && !places.is_empty() {
                strays.push((at, places));
            }
        }
        for (at, places) in strays {
            let finding = &self.report.findings[at];
            let free = places
                .into_iter()
                .find(|&entry| self.findings[entry].is_empty() && self.may_stray(entry, finding));
            if let Some(entry) = free {
                self.findings[entry].push(at);
            }
        }
    }

    /// Whether a finding is in a root that the entry names.
    fn is_at_home(&self, entry: usize, finding: &Finding) -> bool {
        let roots = &self.entries[entry].roots;
        finding.roots.iter().any(|root| roots.contains(&(self.looked.place)(root)))
    }

    /// Whether an entry may be about a root with another name.
    fn may_stray(&self, entry: usize, finding: &Finding) -> bool {
        let is_there = |root: &String| {
            self.judged.contains_key(root) || (self.looked.rest)(root) == Rest::There
        };
        self.is_of_plan(finding) || !self.entries[entry].roots.iter().any(is_there)
    }

    fn is_of_plan(&self, finding: &Finding) -> bool {
        let plans = self.report.runs.iter().filter(|run| run.is_plan);
        plans.into_iter().any(|run| finding.roots.contains(&run.root))
    }

    /// The places of findings that are known.
    #[must_use]
    pub fn known(&self) -> BTreeSet<usize> {
        self.findings.iter().flatten().copied().collect()
    }

    /// How many findings of the baseline are gone.
    #[must_use]
    pub fn gone(&self) -> usize {
        let entries = self.entries.iter().zip(&self.findings);
        entries.filter(|(entry, met)| met.is_empty() && self.without_gone(entry).is_none()).count()
    }

    /// How many the run did not look for, in any of their roots.
    #[must_use]
    pub fn not_looked_for(&self) -> usize {
        let entries = self.entries.iter().zip(&self.findings);
        entries.filter(|(entry, met)| met.is_empty() && self.without_gone(entry).is_some()).count()
    }

    /// The baseline without findings that are gone, the others as they are called now. What the run did
    /// not look for stays.
    #[must_use]
    pub fn pruned(&self) -> Baseline {
        let mut entries = BTreeSet::new();
        for (entry, met) in self.entries.iter().zip(&self.findings) {
            match met.as_slice() {
                [] => entries.extend(self.without_gone(entry)),
                met => entries.extend(met.iter().map(|&at| self.renewed(entry, at))),
            }
        }
        Baseline { entries }
    }

    /// The entry as it is called now; with the roots that the run did not look at.
    fn renewed(&self, entry: &Entry, finding: usize) -> Entry {
        let finding = &self.report.findings[finding];
        let mut new = Entry::of(self.report, finding, self.looked.place);
        if self.is_of_plan(finding) && !entry.roots.is_empty() {
            new.roots.clone_from(&entry.roots);
            return new;
        }
        let others = entry.roots.iter().filter(|&root| {
            !self.judged.contains_key(root) && (self.looked.rest)(root) == Rest::There
        });
        new.roots.extend(others.cloned());
        new
    }

    /// The entry with the roots in which it may still be; nothing when there are none.
    fn without_gone(&self, entry: &Entry) -> Option<Entry> {
        if entry.roots.is_empty() {
            return Some(entry.clone());
        }
        let left = entry.roots.iter().filter(|root| !self.is_gone(entry, root));
        let left: BTreeSet<String> = left.cloned().collect();
        (!left.is_empty()).then(|| Entry { roots: left, ..entry.clone() })
    }

    fn is_gone(&self, entry: &Entry, root: &str) -> bool {
        let Some(runs) = self.judged.get(root) else {
            return (self.looked.rest)(root) == Rest::Gone;
        };
        runs.iter().all(|run| self.asked(run, entry)) && !self.is_hidden(entry, runs)
    }

    /// Whether a run asked the entry's policy.
    fn asked(&self, run: &Run, entry: &Entry) -> bool {
        run.policies.iter().any(|&policy| self.report.facts(policy).answers_to(&entry.policy))
    }

    /// Whether the entry may be about something that was not checked: a change that is deferred, a plan
    /// that is not whole, the inside of a module that is not on disk.
    fn is_hidden(&self, entry: &Entry, runs: &[&Run]) -> bool {
        let notes = || self.report.not_checked.iter();
        let address = without_keys(&entry.address);
        let is_plan = |what: &str| self.report.inputs.iter().any(|input| input.path == what);
        if notes().any(|note| without_keys(&note.what) == address || is_plan(&note.what)) {
            return true;
        }
        let is_inside =
            |call: &String| address.strip_prefix(&**call).is_some_and(|rest| rest.starts_with('.'));
        runs.iter().any(|run| run.missing.iter().any(is_inside))
    }
}

/// `module.a["x"].b[0]` as `module.a.b`.
fn without_keys(address: &str) -> String {
    let mut pieces = address.split('[');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        plain.push_str(piece.split_once(']').map_or("", |(_, rest)| rest));
    }
    plain
}

impl Report {
    /// Takes findings that were there before out of the count, by their places.
    pub fn leave_out_known(&mut self, known: &BTreeSet<usize>) {
        let by = SuppressedBy::Baseline;
        let wish = Suppression { by, reason: String::new(), until: None, at: None, holds: true };
        let wish = Arc::new(wish);
        for (at, finding) in self.findings.iter_mut().enumerate() {
            if !finding.is_suppressed() && known.contains(&at) {
                finding.suppressed = Some(wish.clone());
            }
        }
        self.count_waiting();
    }
}

#[cfg(test)]
mod tests {
    use super::without_keys;

    #[test]
    fn addresses_of_all_instances() {
        assert_eq!(without_keys("module.a[\"x\"].b[0]"), "module.a.b");
        assert_eq!(without_keys("a.b"), "a.b");
    }
}
