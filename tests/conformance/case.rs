//! Cases: text files of sections, `-- NAME --` before each.

use std::path::{Path, PathBuf};

/// A case.
pub(crate) struct Case {
    /// The name of its file.
    pub(crate) name: String,
    /// Name and text, in order.
    pub(crate) sections: Vec<(String, String)>,
}

/// Where the cases stand.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/language")
}

impl Case {
    /// All cases by name; `CASE` in the environment chooses among them.
    pub(crate) fn all() -> Vec<Self> {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "txt"))
            .collect();
        paths.sort();
        let wanted = std::env::var("CASE").unwrap_or_default();
        let cases = paths.iter().map(|path| Self::read(path));
        cases.filter(|case| case.name.contains(&wanted)).collect()
    }

    fn read(path: &Path) -> Self {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).unwrap();
        let mut sections: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            let head = line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --"));
            if let Some(head) = head {
                sections.push(section(head));
            } else if let Some((_, text)) = sections.last_mut() {
                text.push_str(line);
                text.push('\n');
            } else {
                assert!(
                    line.starts_with('#') || line.is_empty(),
                    "{name}: before any section: {line}"
                );
            }
        }
        Self { name, sections }
    }

    /// The text of a section.
    pub(crate) fn section(&self, name: &str) -> Option<&str> {
        self.sections.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str())
    }

    fn expected(&self) -> Vec<&str> {
        let text =
            self.section("expected").unwrap_or_else(|| panic!("{}: nothing expected", self.name));
        text.lines().map(str::trim_end).filter(|l| !l.is_empty() && !l.starts_with('#')).collect()
    }

    /// What is found and not expected, or the other way. An expected line without words after its
    /// verdict leaves these open; `exit` is compared only where it is expected.
    pub(crate) fn differences(&self, found: &[String]) -> Vec<String> {
        let mut left: Vec<&String> = found.iter().collect();
        let mut differences = Vec::new();
        for line in self.expected() {
            let fits = |own: &&String| {
                own.strip_prefix(line).is_some_and(|rest| {
                    rest.is_empty() || rest.starts_with(": ") || rest.starts_with(" (")
                })
            };
            match left.iter().position(fits) {
                Some(at) => drop(left.remove(at)),
                None => differences.push(format!("  expected: {line}")),
            }
        }
        left.retain(|line| !line.contains(" exit "));
        differences.extend(left.into_iter().map(|line| format!("  found:    {line}")));
        differences
    }
}

/// `NAME`, or `NAME = OTHER` for a file that several cases share.
fn section(head: &str) -> (String, String) {
    match head.split_once(" = ") {
        None => (head.to_owned(), String::new()),
        Some((name, other)) => {
            let text = std::fs::read_to_string(folder().join(other));
            (name.to_owned(), text.unwrap_or_else(|why| panic!("{other}: {why}")))
        }
    }
}
