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
const EXPLAINED: [Cause; 4] =
    [Cause::DataSource, Cause::Impure, Cause::NoFile, Cause::UnknownInstances];

/// Who the plans were made as.
const ACCOUNT: [(&str, &str); 6] = [
    ("aws.account_id", "123456789012"),
    ("aws.region", "us-east-1"),
    ("azure.client_id", "00000000-0000-0000-0000-000000000001"),
    ("azure.object_id", "00000000-0000-0000-0000-000000000004"),
    ("azure.tenant_id", "00000000-0000-0000-0000-000000000002"),
    ("azure.subscription_id", "00000000-0000-0000-0000-000000000003"),
];

#[test]
fn nothing_is_wrong() {
    let mut newer = Rows::read("newer.tsv");
    let mut wrong = Vec::new();
    for (folder, comparison) in compared() {
        let of = comparison.differences.iter();
        for found in of.filter(|found| found.verdict == Verdict::Wrong) {
            if newer.explains(&folder, &format!("{}.{}", found.address, found.path)) {
                continue;
            }
            wrong.push(format!(
                "{folder}: {}.{}: evaluated {}, planned {}",
                found.address, found.path, found.evaluated, found.planned
            ));
        }
    }
    wrong.extend(newer.unused());
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// What a table of `fixtures/evaluation` lists, and whether it was met: `newer.tsv`, where the newest
/// Terraform, or a plan made a moment later, says what ours does; `imprecise.tsv`, single places where
/// less is known.
struct Rows(BTreeMap<(String, String), bool>);

impl Rows {
    fn read(table: &str) -> Self {
        let text = std::fs::read_to_string(found::project("fixtures/evaluation").join(table));
        let text = text.unwrap();
        let rows = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let rows = rows.map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let [folder, path, reason] = cells.as_slice() else { panic!("three cells: {line}") };
            assert!(!reason.is_empty(), "{line}: why?");
            (((*folder).to_owned(), (*path).to_owned()), false)
        });
        Self(rows.collect())
    }

    fn explains(&mut self, folder: &str, path: &str) -> bool {
        let row = self.0.get_mut(&(folder.to_owned(), path.to_owned()));
        row.map(|met| *met = true).is_some()
    }

    fn unused(self) -> impl Iterator<Item = String> {
        let unmet = self.0.into_iter().filter(|(_, met)| !met);
        unmet.map(|((folder, path), _)| format!("{folder} {path} is listed and not needed"))
    }
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
    let mut known = Rows::read("imprecise.tsv");
    let (mut all, mut imprecise) = (0, 0);
    let mut kinds: BTreeMap<Option<Cause>, Vec<String>> = BTreeMap::new();
    for (folder, comparison) in compared() {
        all += [Verdict::Equal, Verdict::Imprecise, Verdict::Wrong]
            .map(|verdict| comparison.count(Class::Computed, verdict))
            .iter()
            .sum::<usize>();
        imprecise += comparison.count(Class::Computed, Verdict::Imprecise);
        for found in &comparison.differences {
            let path = format!("{}.{}", found.address, found.path);
            if found.class == Class::Computed
                && found.verdict == Verdict::Imprecise
                && !known.explains(&folder, &path)
            {
                let line = format!("{folder}: {}.{}", found.address, found.path);
                kinds.entry(found.cause).or_default().push(format!("{line}: {}", found.waits_for));
            }
        }
    }
    kinds.retain(|cause, _| cause.is_none_or(|cause| !EXPLAINED.contains(&cause)));
    assert!(kinds.is_empty(), "not explained: {kinds:#?}");
    let unused: Vec<String> = known.unused().collect();
    assert!(unused.is_empty(), "imprecise.tsv: not needed: {unused:#?}");
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
            let options = Options {
                plan: "plan.json".to_owned(),
                assumed: ACCOUNT.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
                workspace: Some("default".to_owned()),
                ..Options::default()
            };
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
