//! Parts of a run that have settings of their own, gathered at once into one report.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::finding::{Material, Merge};
use crate::text::Files;

use super::session::{is_of_folders, paths};
use super::{Options, Progress, Spent, gather};

/// Checks the inputs of all parts and adds what comes out, in the order of the parts, to what is there
/// already.
#[must_use]
pub fn gather_parts(
    files: &dyn Files,
    parts: &[&Options],
    progress: &dyn Progress,
    material: &mut Material,
) -> Vec<Spent> {
    if let [only] = parts {
        return vec![gather(files, only, progress, material)];
    }
    // What the options say of settings points into the files that were read for them.
    let sources = material.sources.clone();
    let gathered: Vec<(Material, Spent)> = parts
        .par_iter()
        .map(|options| {
            let mut part = Material { sources: sources.clone(), ..Material::default() };
            let spent = gather(files, options, progress, &mut part);
            (part, spent)
        })
        .collect();
    let mut merge = Merge::from(std::mem::take(material));
    let mut spent = Vec::with_capacity(gathered.len());
    let (mut modules, mut others) = (BTreeSet::new(), 0);
    for ((part, left), options) in gathered.into_iter().zip(parts) {
        merge.add(&part);
        match is_of_folders(options, files) {
            true => modules.extend(paths(&left.library, &part.sources)),
            false => others += part.scope.files,
        }
        spent.push(left);
    }
    *material = merge.finish();
    // A module that several parts call is read by each, and counts once.
    material.scope.files = modules.len() + others;
    spent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Input, Silence, check};
    use crate::finding::{Gate, Report};
    use crate::report::{Style, format};
    use crate::text::MemoryFiles;

    /// Parts that have the same settings say what one run says.
    #[test]
    fn parts_are_one_report() {
        let mut files = MemoryFiles::default();
        let wide = "resource \"terraform_data\" \"a\" {\n  input = \"0.0.0.0/0\"\n}\n";
        files.insert("rules/t.policy.hcl", "policy {}\nresource_policy \"terraform_data\" \"wide\" {\n  enforce {\n    condition = attrs.input != \"0.0.0.0/0\"\n  }\n}\n");
        let roots: Vec<String> = (0..20).map(|n| format!("r{n:02}")).collect();
        for root in &roots {
            files.insert(
                format!("{root}/main.tf"),
                format!("{wide}module \"m\" {{\n  source = \"../m\"\n}}\n"),
            );
        }
        files.insert("m/main.tf", wide);
        let options = |inputs| Options {
            inputs,
            policies: vec!["rules".to_owned()],
            builtin: false,
            ..Options::default()
        };
        let root = |root: &String| Input::Root(root.clone());
        let parts: Vec<Options> = roots.iter().map(|one| options(vec![root(one)])).collect();
        let told = |report: &Report| {
            let json = format("json").expect("a format");
            (json.render)(report, &Gate::default(), &Style::default())
        };
        let mut material = Material::default();
        let parts: Vec<&Options> = parts.iter().collect();
        drop(gather_parts(&files, &parts, &Silence, &mut material));
        let one = check(&files, &options(roots.iter().map(root).collect()));
        assert_eq!(told(&Report::new(material)), told(&one));
    }
}
