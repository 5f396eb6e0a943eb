//! Checks that follow each other: what a change does not touch is not evaluated again.
//!
//! Each root module is gathered by itself, together with what it asked of the files. While the files
//! answer as they did, and the options are the same, what was gathered stands. The result is that of
//! one check of everything.

#[cfg(test)]
mod tests;
mod units;

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Diagnostic;
use crate::finding::{Material, Merge};
use crate::terraform::config::{Library, Parsed};
use crate::text::{Files, Sources};

use super::policies::{self, Loaded};
use super::recorder::{Answers, Asked, Recorder};
use super::{Options, Progress, gather_with};

pub(super) use units::{is_of_folders, units};

/// What earlier checks leave for later ones.
#[derive(Debug, Default)]
pub struct Session {
    parsed: Parsed,
    /// The policies of each part.
    policies: BTreeMap<usize, Policies>,
    /// By part and root; a part with plans is one unit.
    units: BTreeMap<(usize, Option<String>), Unit>,
    /// How many units the last check evaluated.
    evaluated: usize,
}

/// The policies of one part, loaded.
#[derive(Debug)]
struct Policies {
    options: Options,
    before: Sources,
    asked: Asked,
    loaded: Loaded,
    /// `before` and the files of the policies.
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
}

/// What is evaluated at once.
#[derive(Debug)]
struct Unit {
    options: Options,
    before: Sources,
    asked: Asked,
    material: Material,
    /// The files of its modules; `None` for plans, which may share them with nobody.
    files: Option<BTreeSet<String>>,
}

impl Session {
    /// The number of root modules, and parts with plans, that the last check evaluated.
    #[must_use]
    pub fn evaluated(&self) -> usize {
        self.evaluated
    }

    /// Checks the inputs of all parts of a run and adds what comes out to what is there already.
    pub fn gather(
        &mut self,
        files: &dyn Files,
        parts: &[&Options],
        progress: &dyn Progress,
        material: &mut Material,
    ) {
        let before = material.sources.clone();
        let mut answers = Answers::new(files);
        let mut merge = Merge::from(std::mem::take(material));
        let mut modules = BTreeSet::new();
        let mut others = 0;
        let mut old = std::mem::take(&mut self.units);
        self.evaluated = 0;
        for (part, &options) in parts.iter().enumerate() {
            let options = Options { parsed: Some(self.parsed.clone()), ..options.clone() };
            let mut found = Material::default();
            for (root, options) in units(files, options, &mut found) {
                let key = (part, root);
                let is_same = |unit: &Unit, answers: &mut Answers<'_>| {
                    unit.options == options
                        && unit.before.is_same(&before)
                        && unit.asked.holds(answers)
                };
                let unit = match old.remove(&key) {
                    Some(unit) if is_same(&unit, &mut answers) => unit,
                    _ => {
                        self.evaluated += 1;
                        self.evaluate(&key, files, options, &before, &mut answers, progress)
                    }
                };
                merge.add(&unit.material);
                match &unit.files {
                    Some(files) => modules.extend(files.iter().cloned()),
                    None => others += unit.material.scope.files,
                }
                self.units.insert(key, unit);
            }
            merge.add(&found);
        }
        self.parsed.forget();
        *material = merge.finish();
        material.scope.files = modules.len() + others;
    }

    fn evaluate(
        &mut self,
        (part, root): &(usize, Option<String>),
        files: &dyn Files,
        options: Options,
        before: &Sources,
        answers: &mut Answers<'_>,
        progress: &dyn Progress,
    ) -> Unit {
        let policies = self.policies(*part, files, &options, before, answers);
        let mut material = Material {
            sources: policies.sources.clone(),
            diagnostics: policies.diagnostics.clone(),
            ..Material::default()
        };
        let (loaded, mut asked) = (policies.loaded.clone(), policies.asked.clone());
        let recorder = Recorder::new(files);
        let spent = gather_with(&recorder, &options, loaded, progress, &mut material);
        asked.extend(&recorder.finish());
        let of_modules = root.as_ref().map(|_| paths(&spent.library, &material.sources));
        Unit { options, before: before.clone(), asked, material, files: of_modules }
    }

    /// The policies of a part, loaded now or before.
    fn policies(
        &mut self,
        part: usize,
        files: &dyn Files,
        options: &Options,
        before: &Sources,
        answers: &mut Answers<'_>,
    ) -> &Policies {
        let options = Options { inputs: Vec::new(), ..options.clone() };
        let is_same = self.policies.get(&part).is_some_and(|known| {
            known.options == options && known.before.is_same(before) && known.asked.holds(answers)
        });
        if !is_same {
            let recorder = Recorder::new(files);
            let (mut sources, mut diagnostics) = (before.clone(), Vec::new());
            let loaded = policies::load(&recorder, &options, &mut sources, &mut diagnostics);
            let asked = recorder.finish();
            let before = before.clone();
            let new = Policies { options, before, asked, loaded, sources, diagnostics };
            self.policies.insert(part, new);
        }
        &self.policies[&part]
    }
}

/// The paths of the files of all modules.
pub(super) fn paths(library: &Library, sources: &Sources) -> BTreeSet<String> {
    let modules = library.folders().filter_map(|folder| library.module(folder));
    let files = modules.flat_map(|module| module.files.iter());
    files.map(|&file| sources.path(file).to_owned()).collect()
}
