//! Which files of a folder count, and in which order they apply.
//!
//! OpenTofu reads `x.tofu` instead of `x.tf`; both are read here by that rule, for a folder that holds
//! `.tofu` files is meant for it. Override files come after all others.

use crate::diag::Diagnostic;
use crate::text::{Entry, Files, ReadError, join};

/// The files of configuration in one folder, by path.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// What declares, in the order of names.
    pub primary: Vec<String>,
    /// What changes declarations, in the order of names.
    pub overrides: Vec<String>,
    /// Files that others stand in for: the others, and them.
    pub hidden: Vec<(String, String)>,
}

/// Ends of names with the longer ones first, and what each hides.
const ENDS: [(&str, Option<&str>); 4] =
    [(".tofu.json", Some(".tf.json")), (".tf.json", None), (".tofu", Some(".tf")), (".tf", None)];

/// Files of values that are read before the others.
const FIRST_VALUES: [&str; 2] = ["terraform.tfvars", "terraform.tfvars.json"];

/// Whether a file of this name holds configuration.
#[must_use]
pub fn is_configuration(name: &str) -> bool {
    split(name).is_some()
}

/// Whether a file of this name is in JSON syntax.
pub(super) fn is_json(path: &str) -> bool {
    path.ends_with(".json")
}

/// The files of configuration in a folder.
pub(super) fn choose(folder: &str, files: &dyn Files) -> Result<Chosen, ReadError> {
    let entries = files.list(if folder.is_empty() { "." } else { folder })?;
    let names: Vec<&str> = plain_files(&entries).filter(|name| is_configuration(name)).collect();
    let mut chosen = Chosen::default();
    for &name in &names {
        let Some((stem, end)) = split(name) else { continue };
        let other = hiding(end).map(|end| format!("{stem}{end}"));
        if let Some(other) = other.filter(|other| names.contains(&other.as_str())) {
            chosen.hidden.push((join(folder, &other), join(folder, name)));
        } else if stem == "override" || stem.ends_with("_override") {
            chosen.overrides.push(join(folder, name));
        } else {
            chosen.primary.push(join(folder, name));
        }
    }
    Ok(chosen)
}

impl Chosen {
    /// What people should know who see both files.
    pub(super) fn notes(&self) -> impl Iterator<Item = Diagnostic> {
        self.hidden.iter().map(|(by, hidden)| {
            Diagnostic::note(format!("`{hidden}` is not read: `{by}` stands in for it"))
                .with_hint("OpenTofu reads a `.tofu` file instead of the `.tf` file of its name")
        })
    }
}

/// The files of variable values that a root module's folder has, in the order in which they apply.
pub(super) fn variable_files(folder: &str, entries: &[Entry]) -> Vec<String> {
    let names: Vec<&str> = plain_files(entries).collect();
    let first = FIRST_VALUES.into_iter().filter(|name| names.contains(name));
    let rest = names.iter().copied().filter(|name| is_automatic(name));
    first.chain(rest).map(|name| join(folder, name)).collect()
}

/// Whether a root module's folder gives values to its variables by a file of this name.
#[must_use]
pub fn is_read_beside(name: &str) -> bool {
    FIRST_VALUES.contains(&name) || is_automatic(name)
}

fn is_automatic(name: &str) -> bool {
    name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json")
}

fn plain_files(entries: &[Entry]) -> impl Iterator<Item = &str> {
    entries.iter().filter(|entry| !entry.is_folder).map(|entry| entry.name.as_str())
}

/// The name without its end, and the end. What editors leave behind is no configuration.
fn split(name: &str) -> Option<(&str, &'static str)> {
    let is_left_behind = name.starts_with('.')
        || name.ends_with('~')
        || name.starts_with('#') && name.ends_with('#');
    if is_left_behind {
        return None;
    }
    ENDS.iter().find_map(|&(end, _)| Some((name.strip_suffix(end)?, end)))
}

/// The end of the file that would stand in for one of this end.
fn hiding(end: &str) -> Option<&'static str> {
    ENDS.iter().find(|(_, hides)| *hides == Some(end)).map(|&(end, _)| end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::MemoryFiles;

    fn chosen(names: &[&str]) -> Chosen {
        let mut files = MemoryFiles::default();
        for &name in names {
            files.insert(name, "");
        }
        choose("", &files).expect("a folder")
    }

    #[test]
    fn a_tofu_file_hides_the_tf_file_of_its_name() {
        let chosen = chosen(&["a.tf", "a.tofu", "b.tf", "b.tf.json", "b.tofu.json", "c.tofu"]);
        assert_eq!(chosen.primary, ["a.tofu", "b.tf", "b.tofu.json", "c.tofu"]);
        let hidden: Vec<_> = chosen.hidden.iter().map(|(_, hidden)| hidden.as_str()).collect();
        assert_eq!(hidden, ["a.tf", "b.tf.json"]);
        assert_eq!(chosen.notes().count(), 2);
    }

    #[test]
    fn overrides_stand_apart() {
        let names =
            ["a_override.tf", "main.tf", "override.tf.json", "override.tofu", "overrides.tf"];
        let chosen = chosen(&names);
        assert_eq!(chosen.primary, ["main.tf", "overrides.tf"]);
        assert_eq!(chosen.overrides, ["a_override.tf", "override.tf.json", "override.tofu"]);
    }

    #[test]
    fn what_editors_leave_behind_does_not_count() {
        assert_eq!(chosen(&["#a.tf#", ".b.tf", "c.tf~", "#d.tf", "e.txt"]).primary, ["#d.tf"]);
    }

    #[test]
    fn variable_files_in_order() {
        let names = [
            "a.auto.tfvars.json",
            "b.auto.tfvars",
            "c.tfvars",
            "terraform.tfvars",
            "terraform.tfvars.json",
        ];
        let entry = |name: &&str| Entry { name: (*name).to_owned(), is_folder: false };
        let entries: Vec<Entry> = names.iter().map(entry).collect();
        assert_eq!(
            variable_files("x", &entries),
            [
                "x/terraform.tfvars",
                "x/terraform.tfvars.json",
                "x/a.auto.tfvars.json",
                "x/b.auto.tfvars",
            ]
        );
    }
}
