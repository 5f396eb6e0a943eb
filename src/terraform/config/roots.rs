//! Which folders with configuration are roots: the others are judged through their callers.

use std::collections::BTreeSet;

use crate::text::join;

use super::files::is_configuration;
use super::load::Library;

/// The folders that hold configuration, sorted, out of the paths of all files below some folder.
#[must_use]
pub fn folders(paths: &[String]) -> Vec<String> {
    let folder = |path: &String| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = if path.starts_with('/') && folder.is_empty() { "/" } else { folder };
        is_configuration(name).then(|| join(folder, ""))
    };
    paths.iter().filter_map(folder).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The roots among folders that were loaded: those named by the user, and those that no other module
/// calls. Of modules that only call each other in a circle the first is a root, so that they are
/// checked, once.
#[must_use]
pub fn roots(library: &Library, found: &[String], named: &[String]) -> Vec<String> {
    let mut called = BTreeSet::new();
    for caller in library.folders() {
        let others = library.calls(caller).into_iter().map(|(folder, _)| folder);
        called.extend(others.filter(|folder| folder != caller));
    }
    let is_root = |folder: &&String| named.contains(folder) || !called.contains(*folder);
    let mut roots: Vec<String> = found.iter().filter(is_root).cloned().collect();
    let mut reached = reachable(library, &roots);
    for folder in found {
        if !reached.contains(folder) {
            reached.append(&mut reachable(library, std::slice::from_ref(folder)));
            roots.push(folder.clone());
        }
    }
    roots.sort();
    roots
}

/// The folders of all loaded modules that these lead to, themselves included.
#[must_use]
pub fn reachable(library: &Library, roots: &[String]) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = roots.to_vec();
    while let Some(folder) = open.pop() {
        if library.module(&folder).is_some() && reached.insert(folder.clone()) {
            open.extend(library.calls(&folder).into_iter().map(|(folder, _)| folder));
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Files, MemoryFiles, Sources};

    fn roots_of(modules: &[(&str, &[&str])], named: &[&str]) -> Vec<String> {
        let mut files = MemoryFiles::default();
        for (folder, calls) in modules {
            let call =
                |(n, call): (usize, &&str)| format!("module \"m{n}\" {{ source = {call:?} }}\n");
            let text: String = calls.iter().enumerate().map(call).collect();
            files.insert(join(folder, "main.tf"), text);
        }
        let found = folders(&files.walk("").expect("files").files);
        let mut library = Library::default();
        library.load(&found, &files, &mut Sources::default(), &mut Vec::new());
        roots(&library, &found, &named.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn modules_are_judged_through_their_callers() {
        let tree: [(&str, &[&str]); 4] =
            [("app", &["../net"]), ("net", &["./sub"]), ("net/sub", &[]), ("other", &[])];
        assert_eq!(roots_of(&tree, &[]), ["app", "other"]);
        assert_eq!(roots_of(&tree, &["net"]), ["app", "net", "other"]);
    }

    #[test]
    fn a_circle_is_checked_once() {
        assert_eq!(roots_of(&[("a", &["../b"]), ("b", &["../a"])], &[]), ["a"]);
        assert_eq!(roots_of(&[("a", &["./"]), ("b", &["../a"])], &[]), ["b"]);
        assert_eq!(roots_of(&[("a", &["./"])], &[]), ["a"]);
        let tailed: [(&str, &[&str]); 3] = [("a", &["../b"]), ("b", &["../a", "../c"]), ("c", &[])];
        assert_eq!(roots_of(&tailed, &[]), ["a"]);
    }

    #[test]
    fn folders_of_configuration() {
        let paths =
            ["main.tf", "a/x.tf", "a/y.tf", "b/.hidden.tf", "c/readme.md", "/r/m.tf", "/m.tf"];
        let paths: Vec<String> = paths.iter().map(|&path| path.to_owned()).collect();
        assert_eq!(folders(&paths), ["", "/", "/r", "a"]);
    }
}
