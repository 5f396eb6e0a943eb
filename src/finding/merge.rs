//! Parts of a run that were gathered apart become one: a file that two of them read is one file again.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::facts::Facts;
use super::outcome::{Evidence, Outcome, PolicyIndex, Reason, Suppression, Verdict};
use super::report::{Material, Run, SuppressionUse};
use crate::diag::{Diagnostic, Label};
use crate::text::{FileId, Span};

/// A run that parts are added to.
#[derive(Debug, Default)]
pub struct Merge {
    material: Material,
    /// Numbers of the files by path; one path may have had several texts.
    files: BTreeMap<Arc<str>, Vec<FileId>>,
}

impl From<Material> for Merge {
    /// Begins with what is there already.
    fn from(material: Material) -> Self {
        let mut merge = Self { material, files: BTreeMap::new() };
        for file in merge.material.sources.files() {
            let path = merge.material.sources.shared_path(file);
            merge.files.entry(path).or_default().push(file);
        }
        merge
    }
}

impl Merge {
    /// Adds a part.
    pub fn add(&mut self, part: &Material) {
        let numbers = part.sources.files().map(|file| self.file(part, file)).collect();
        let policies = self.policies(&part.policies);
        let moved = Moved { files: numbers, policies };
        let all = &mut self.material;
        let first = all.outcomes.len();
        all.outcomes.extend(part.outcomes.iter().map(|outcome| moved.outcome(outcome)));
        all.silent.add(part.silent);
        all.runs.extend(part.runs.iter().map(|run| Run {
            policies: run.policies.iter().map(|&policy| moved.policy(policy)).collect(),
            outcomes: run.outcomes.start + first..run.outcomes.end + first,
            ..run.clone()
        }));
        all.diagnostics.extend(part.diagnostics.iter().map(|said| moved.diagnostic(said)));
        all.inputs.extend(part.inputs.iter().cloned());
        for note in &part.not_checked {
            // What is missing everywhere is told once.
            let is_known =
                |other: &super::Note| (&other.what, &other.why) == (&note.what, &note.why);
            if !all.not_checked.iter().any(is_known) {
                let mut note = note.clone();
                moved.place(&mut note.at);
                all.not_checked.push(note);
            }
        }
        all.scope.roots += part.scope.roots;
        all.scope.files += part.scope.files;
        all.scope.resources += part.scope.resources;
        all.masked.extend(part.masked.iter().map(|&span| moved.span(span)));
        all.variables.extend(part.variables.iter().cloned().map(|mut variable| {
            moved.place(&mut variable.at);
            variable
        }));
        if !part.sets.is_empty() {
            all.sets.clone_from(&part.sets);
        }
        if let Some(resolved) = &part.resolved {
            let placed = resolved.iter().cloned().map(|mut one| {
                one.policy = moved.policy(one.policy);
                one
            });
            all.resolved.get_or_insert_default().extend(placed);
        }
        all.compared_with = all.compared_with.take().or_else(|| part.compared_with.clone());
        all.suppressions.extend(
            part.suppressions.iter().map(|one| SuppressionUse {
                idle: moved.diagnostic(&one.idle),
                is_used: one.is_used,
            }),
        );
        all.unknown_elsewhere.extend(part.unknown_elsewhere.iter().map(|&at| moved.span(at)));
    }

    /// All parts as one.
    #[must_use]
    pub fn finish(self) -> Material {
        self.material
    }

    fn file(&mut self, part: &Material, file: FileId) -> FileId {
        let (path, text) = (part.sources.shared_path(file), part.sources.shared_text(file));
        let sources = &mut self.material.sources;
        let known = self.files.entry(path.clone()).or_default();
        let same = known.iter().find(|&&known| sources.text(known) == &*text);
        match same {
            Some(&file) => file,
            None => {
                let file = sources.add(path, text);
                known.push(file);
                file
            }
        }
    }

    fn policies(&mut self, facts: &[Facts]) -> Vec<PolicyIndex> {
        let known = &mut self.material.policies;
        let mut places = Vec::with_capacity(facts.len());
        for (at, facts) in facts.iter().enumerate() {
            // Most parts have the same policies.
            let place = match known.get(at) == Some(facts) {
                true => Some(at),
                false => known.iter().position(|other| other == facts),
            };
            let place = place.unwrap_or_else(|| {
                known.push(facts.clone());
                known.len() - 1
            });
            places.push(PolicyIndex(u32::try_from(place).unwrap_or(u32::MAX)));
        }
        places
    }
}

/// The numbers that a part's files and policies have in the whole.
struct Moved {
    files: Vec<FileId>,
    policies: Vec<PolicyIndex>,
}

impl Moved {
    fn span(&self, span: Span) -> Span {
        let file = self.files.get(span.file.0 as usize).copied().unwrap_or(span.file);
        Span { file, ..span }
    }

    fn place(&self, at: &mut Option<Span>) {
        *at = at.map(|span| self.span(span));
    }

    fn label(&self, label: &mut Label) {
        label.span = self.span(label.span);
    }

    fn policy(&self, policy: PolicyIndex) -> PolicyIndex {
        self.policies.get(policy.0 as usize).copied().unwrap_or(policy)
    }

    fn diagnostic(&self, said: &Diagnostic) -> Diagnostic {
        let mut said = said.clone();
        said.at.iter_mut().chain(&mut said.related).for_each(|label| self.label(label));
        said
    }

    fn outcome(&self, outcome: &Outcome) -> Outcome {
        let verdict = match &outcome.verdict {
            Verdict::Fail(evidence) => Verdict::Fail(self.evidence(evidence)),
            Verdict::Unknown(evidence, reason) => {
                let mut reason = Reason::clone(reason);
                self.place(&mut reason.at);
                Verdict::Unknown(self.evidence(evidence), Arc::new(reason))
            }
            Verdict::Pass => Verdict::Pass,
            Verdict::NotApplicable => Verdict::NotApplicable,
            Verdict::CoveredBy(speaker) => Verdict::CoveredBy(self.policy(*speaker)),
        };
        let suppressed = outcome.suppressed.as_ref().map(|wish| {
            let mut wish = Suppression::clone(wish);
            self.place(&mut wish.at);
            Arc::new(wish)
        });
        Outcome {
            policy: self.policy(outcome.policy),
            part: outcome.part.clone(),
            target: outcome.target.clone(),
            verdict,
            suppressed,
            change: outcome.change,
            info: outcome.info.clone(),
            others_pass: outcome.others_pass,
        }
    }

    fn evidence(&self, evidence: &Evidence) -> Arc<Evidence> {
        let mut evidence = evidence.clone();
        let labels = evidence.at.iter_mut().chain(&mut evidence.related);
        labels.for_each(|label| self.label(label));
        Arc::new(evidence)
    }
}
