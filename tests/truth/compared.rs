//! Every attribute of every planned resource: what the folder evaluates to against what Terraform
//! planned.
//!
//! The folders of `fixtures/evaluation` and `fixtures/config`, each with its genuine plan. Nothing
//! may be wrong; less than one of a hundred attributes with expressions may be imprecise, and each
//! kind of imprecision stands with its reason in `docs/evaluation.md`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use planward::compare::{self, Class, Comparison, Options, Verdict};
use planward::diag::Level;
use planward::value::Cause;

use crate::found;

/// The kinds of causes that `docs/evaluation.md` explains.
const EXPLAINED: [Cause; 3] = [Cause::DataSource, Cause::Impure, Cause::UnknownInstances];

#[test]
fn nothing_is_wrong() {
    let mut wrong = Vec::new();
    for (folder, comparison) in compared() {
        let of = comparison.differences.iter();
        for found in of.filter(|found| found.verdict == Verdict::Wrong) {
            wrong.push(format!(
                "{folder}: {}.{}: evaluated {}, planned {}",
                found.address, found.path, found.evaluated, found.planned
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_terraform_accepts_is_no_error() {
    let mut errors = Vec::new();
    for (folder, comparison) in compared() {
        for diagnostic in comparison.diagnostics.iter().filter(|found| found.level == Level::Error)
        {
            errors.push(format!("{folder}: {}", diagnostic.message));
        }
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn hardly_anything_is_imprecise() {
    let (mut all, mut imprecise) = (0, 0);
    let mut kinds: BTreeMap<Option<Cause>, Vec<String>> = BTreeMap::new();
    for (folder, comparison) in compared() {
        all += [Verdict::Equal, Verdict::Imprecise, Verdict::Wrong]
            .map(|verdict| comparison.count(Class::Computed, verdict))
            .iter()
            .sum::<usize>();
        imprecise += comparison.count(Class::Computed, Verdict::Imprecise);
        for found in &comparison.differences {
            if found.class == Class::Computed && found.verdict == Verdict::Imprecise {
                let line = format!("{folder}: {}.{}", found.address, found.path);
                kinds.entry(found.cause).or_default().push(format!("{line}: {}", found.waits_for));
            }
        }
    }
    kinds.retain(|cause, _| cause.is_none_or(|cause| !EXPLAINED.contains(&cause)));
    assert!(kinds.is_empty(), "not explained: {kinds:#?}");
    assert!(imprecise * 100 < all, "{imprecise} of {all} attributes are imprecise");
}

#[test]
fn literals_are_never_imprecise() {
    for (folder, comparison) in compared() {
        let count = comparison.count(Class::Literal, Verdict::Imprecise);
        assert_eq!(count, 0, "{folder}: {:#?}", comparison.differences);
    }
}

/// Folders that hold a plan, each with its comparison.
fn compared() -> Vec<(String, Comparison)> {
    use rayon::prelude::*;
    let compared: Vec<_> = folders()
        .into_par_iter()
        .map(|folder| {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            let files = found::load(&folder);
            let options = Options { plan: "plan.json".to_owned(), ..Options::default() };
            let comparison = compare::compare(&files, &options);
            assert!(comparison.instances > 0, "{name}: nothing was compared");
            (name, comparison)
        })
        .collect();
    assert!(compared.len() >= 9, "the configurations are gone");
    compared
}

fn folders() -> Vec<PathBuf> {
    let all = ["fixtures/config", "fixtures/evaluation"].map(found::project);
    let paths = all.iter().filter(|folder| folder.is_dir()).flat_map(|all| found::below(all));
    let plans = paths.filter(|path| path.ends_with("plan.json"));
    plans.filter_map(|plan| plan.parent().map(PathBuf::from)).collect()
}
