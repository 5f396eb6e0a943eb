//! Which root modules files belong to: those that a change of the files can make a difference to.

use std::collections::BTreeSet;

use crate::finding::Material;
use crate::terraform::config::{is_configuration, roots};
use crate::text::{Files, folder_of, join};

use super::{Options, configuration, inputs, library};

/// The root modules among those below the inputs that these files are part of, sorted.
///
/// A file belongs to the nearest module upward from its folder, and so to every root that calls this
/// module, directly or through others: it may be configuration, values, or a document that a module
/// reads.
#[must_use]
pub fn touched(files: &dyn Files, options: &Options, paths: &[String]) -> Vec<String> {
    let mut material = Material::default();
    let mut library = library(options);
    let given = inputs::read(files, options, &mut material.diagnostics);
    let roots = configuration::roots(&mut library, &given, files, &mut material);
    let modules: BTreeSet<String> =
        paths.iter().filter_map(|path| nearest_module(files, path)).collect();
    let is_touched = |root: &String| {
        let reached = roots::reachable(&library, std::slice::from_ref(root));
        modules.iter().any(|module| reached.contains(module))
    };
    roots.into_iter().filter(is_touched).collect()
}

/// The nearest folder upward from a file that holds configuration.
#[must_use]
pub fn nearest_module(files: &dyn Files, path: &str) -> Option<String> {
    let mut folder = folder_of(path);
    while !holds_configuration(files, &folder) {
        if matches!(folder.as_str(), "" | "/") || folder.ends_with("..") {
            return None;
        }
        folder = join(&folder, "..");
    }
    Some(folder)
}

/// Whether a folder holds configuration itself.
#[must_use]
pub fn holds_configuration(files: &dyn Files, folder: &str) -> bool {
    let entries = files.list(if folder.is_empty() { "." } else { folder }).unwrap_or_default();
    entries.iter().any(|entry| !entry.is_folder && is_configuration(&entry.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Input;
    use crate::text::MemoryFiles;

    fn roots_of(paths: &[&str]) -> Vec<String> {
        let mut files = MemoryFiles::default();
        let calls = |sources: &[&str]| -> String {
            let call = |(n, source): (usize, &&str)| {
                format!("module \"m{n}\" {{\n  source = {source:?}\n}}\n")
            };
            sources.iter().enumerate().map(call).collect()
        };
        files.insert("app/main.tf", calls(&["../modules/net"]));
        files.insert("web/main.tf", calls(&["../modules/net", "../modules/dns"]));
        files.insert("modules/net/main.tf", calls(&["./sub"]));
        files.insert("modules/net/sub/main.tf", "");
        files.insert("modules/dns/main.tf", "");
        files.insert("alone/main.tf", "");
        files.insert(".hidden/main.tf", "");
        let inputs = vec![Input::Path(".".to_owned())];
        let paths: Vec<String> = paths.iter().map(|&path| path.to_owned()).collect();
        touched(&files, &Options { inputs, ..Options::default() }, &paths)
    }

    #[test]
    fn a_module_belongs_to_the_roots_that_call_it() {
        assert_eq!(roots_of(&["modules/net/sub/main.tf"]), ["app", "web"]);
        assert_eq!(roots_of(&["modules/dns/new.tf"]), ["web"]);
        assert_eq!(roots_of(&["alone/main.tf"]), ["alone"]);
        assert_eq!(roots_of(&["modules/dns/main.tf", "alone/x.tf"]), ["alone", "web"]);
    }

    #[test]
    fn what_lies_below_a_module_belongs_to_it() {
        assert_eq!(roots_of(&["web/terraform.tfvars"]), ["web"]);
        assert_eq!(roots_of(&["web/env/prod.tfvars"]), ["web"]);
        assert_eq!(roots_of(&["modules/dns/files/policy.json"]), ["web"]);
        assert!(roots_of(&["README.md", "/elsewhere/x.tfvars", "../x.md"]).is_empty());
    }

    #[test]
    fn what_was_not_searched_is_not_touched() {
        assert!(roots_of(&[".hidden/main.tf"]).is_empty());
    }
}
