//! The part of the files that findings are told of, and paths as they are told.

use std::collections::BTreeSet;

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
        let path = shortened(path, &self.here);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.files.contains(&path) || self.folders.contains(folder)
    }
}

/// A path without the way out of the working folder and back: seen from `infra/app` the path
/// `../../infra/net` is `../net`. What somebody else's folder calls arrives in that longer form.
pub(super) fn shortened(path: &str, here: &[String]) -> String {
    let mut rest = path;
    let mut ups = 0;
    while let Some(after) =
        rest.strip_prefix("..").filter(|after| matches!(after.as_bytes(), [] | [b'/', ..]))
    {
        rest = after.strip_prefix('/').unwrap_or(after);
        ups += 1;
    }
    while ups > 0 && ups <= here.len() {
        let (name, after) = rest.split_once('/').unwrap_or((rest, ""));
        if name.is_empty() || here[here.len() - ups] != name {
            break;
        }
        (rest, ups) = (after, ups - 1);
    }
    let mut parts = vec![".."; ups];
    parts.extend((!rest.is_empty()).then_some(rest));
    parts.join("/")
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
            ("/home/infra/app/main.tf", "/home/infra/app/main.tf"),
            ("..app/main.tf", "..app/main.tf"),
            ("", ""),
        ] {
            assert_eq!(shortened(path, &here), expected, "{path}");
        }
    }
}
