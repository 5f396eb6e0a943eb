//! The part of the files that findings are told of, and paths as they are told.

use std::collections::BTreeSet;

use crate::text;

/// Files and folders that findings are told of.
#[derive(Clone, Debug, Default)]
pub struct Within {
    /// Single files.
    pub(super) files: BTreeSet<String>,
    /// Folders, without those below them.
    pub(super) folders: BTreeSet<String>,
    /// The names of the folders that lead to the working folder.
    pub(super) here: Vec<String>,
}

impl Within {
    /// Whether a file is part of it.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        let path = plain(path, &self.here);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.files.contains(&path) || self.folders.contains(folder)
    }
}

/// A path resolved as text and shortened.
pub(super) fn plain(path: &str, here: &[String]) -> String {
    shortened(&text::plain(path), here)
}

/// A path without the way to the working folder: seen from `infra/app`, `../../infra/net` is `../net`, and
/// an absolute path is one from here. What somebody else's folder calls arrives in the longer form.
pub(super) fn shortened(path: &str, here: &[String]) -> String {
    if let Some(rest) = path.strip_prefix('/') {
        let below = here.iter().try_fold(rest, |rest, name| below(rest, name));
        return below.map_or_else(|| path.to_owned(), str::to_owned);
    }
    let mut rest = path;
    let mut ups = 0;
    while let Some(after) = below(rest, "..") {
        (rest, ups) = (after, ups + 1);
    }
    while let Some(name) = here.len().checked_sub(ups).and_then(|at| here.get(at)) {
        let Some(after) = below(rest, name) else { break };
        (rest, ups) = (after, ups - 1);
    }
    let mut parts = vec![".."; ups];
    parts.extend((!rest.is_empty()).then_some(rest));
    parts.join("/")
}

/// What follows the first name of a path, when it is this one.
fn below<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    let after = path.strip_prefix(name)?;
    if after.is_empty() { Some(after) } else { after.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_come_home() {
        let here: Vec<String> = ["home", "infra", "app"].map(str::to_owned).into();
        for (path, expected) in [
            ("main.tf", "main.tf"),
            ("../net/main.tf", "../net/main.tf"),
            ("../app/main.tf", "main.tf"),
            ("../app", ""),
            ("../../infra/app/x/main.tf", "x/main.tf"),
            ("../../infra/net", "../net"),
            ("../../other/app", "../../other/app"),
            ("../../../home/infra", ".."),
            ("../../../../x", "../../../../x"),
            ("/home/infra/app/main.tf", "main.tf"),
            ("/home/infra/app", ""),
            ("/home/infra/apple/main.tf", "/home/infra/apple/main.tf"),
            ("/home/infra/net/main.tf", "/home/infra/net/main.tf"),
            ("..app/main.tf", "..app/main.tf"),
            ("", ""),
        ] {
            assert_eq!(shortened(path, &here), expected, "{path}");
        }
    }
}
