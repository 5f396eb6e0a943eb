//! What git knows: the files of a revision, and what has changed since.
//!
//! Git runs as a program of its own, only when it is asked for, and fetches nothing. Names of files go
//! from the working folder, as everywhere.

mod program;
mod revision;

use std::collections::{BTreeMap, BTreeSet};

use program::{failed, git};
pub(super) use revision::Revision;
use revision::{Blob, shortened};

use crate::diag::Diagnostic;
use crate::text::{folder_of, plain};

/// The repository around the working folder.
pub(super) struct Repository {
    /// The way from the working folder to the top, such as `../..`; may be empty.
    up: String,
    /// The way back; may be empty.
    down: String,
    /// The top from the root of the disk.
    top: String,
}

/// What is different since a revision.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Paths under their present and earlier names.
    pub paths: Vec<String>,
    /// Paths that the revision does not have.
    new: BTreeSet<String>,
    /// Earlier paths of files by their present ones.
    renamed: BTreeMap<String, String>,
}

impl Changes {
    /// The folder that the files of a folder were in.
    pub(super) fn earlier(&self, folder: &str) -> String {
        let moved = self.renamed.iter().find(|(now, _)| folder_of(now) == folder);
        moved.map_or_else(|| folder.to_owned(), |(_, then)| folder_of(then))
    }
}

impl Repository {
    /// Asks where the working folder is.
    pub(super) fn find() -> Result<Self, Diagnostic> {
        let output = git(&["rev-parse", "--show-cdup", "--show-prefix", "--show-toplevel"])?;
        let Some(text) = output else {
            let error = Diagnostic::error("the working folder is in no git repository");
            return Err(error.with_hint("`--changed-since` compares with a revision of one"));
        };
        let text = String::from_utf8_lossy(&text).into_owned();
        let mut lines = text.lines();
        let mut line = || lines.next().unwrap_or_default().to_owned();
        Ok(Self { up: plain(&line()), down: plain(&line()), top: plain(&line()) })
    }

    /// The commit that a revision and the present have in common: what others have done to the revision
    /// since is no change of ours.
    pub(super) fn base(&self, revision: &str) -> Result<String, Diagnostic> {
        let commit = format!("{revision}^{{commit}}");
        let verified = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
        let Some(commit) = git(&verified)? else {
            let error = Diagnostic::error(format!("git knows no revision `{revision}`"));
            return Err(error.with_hint("a shallow clone may lack it; `git fetch` brings it"));
        };
        let commit = one_line(&commit);
        let common = git(&["merge-base", &commit, "HEAD"])?;
        Ok(common.map_or(commit, |common| one_line(&common)))
    }

    /// What differs between a commit and the files as they are, staged or not, new ones included.
    pub(super) fn changes(&self, commit: &str) -> Result<Changes, Diagnostic> {
        let up = if self.up.is_empty() { "." } else { &self.up };
        let differ = ["-C", up, "diff", "--name-status", "-z", "-M", "--no-ext-diff", commit, "--"];
        let differ = git(&differ)?.ok_or_else(|| failed("git diff"))?;
        let others = ["-C", up, "ls-files", "-z", "--others", "--exclude-standard"];
        let others = git(&others)?.ok_or_else(|| failed("git ls-files"))?;
        let mut changes = Changes::default();
        let mut words = words(&differ);
        while let (Some(status), Some(path)) = (words.next(), words.next()) {
            let path = self.path_here(&path);
            match status.chars().next() {
                Some('R' | 'C') => {
                    let Some(now) = words.next() else { break };
                    let now = self.path_here(&now);
                    changes.new.insert(now.clone());
                    changes.paths.push(now.clone());
                    changes.renamed.insert(now, path.clone());
                }
                Some('A') => drop(changes.new.insert(path.clone())),
                _ => {}
            }
            changes.paths.push(path);
        }
        for path in self::words(&others) {
            let path = self.path_here(&path);
            changes.new.insert(path.clone());
            changes.paths.push(path);
        }
        Ok(changes)
    }

    /// The files of a commit.
    pub(super) fn files<'c>(
        &self,
        commit: &str,
        changes: &'c Changes,
    ) -> Result<Revision<'c>, Diagnostic> {
        let tree = git(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        let tree = tree.ok_or_else(|| failed("git ls-tree"))?;
        let mut blobs = BTreeMap::new();
        for line in words(&tree) {
            // `100644 blob 3b18e5...<TAB>path`; what is no blob is a repository of its own.
            let Some((facts, path)) = line.split_once('\t') else { continue };
            let mut facts = facts.split(' ');
            if let (Some(mode), Some("blob"), Some(id)) = (facts.next(), facts.next(), facts.next())
            {
                let blob = Blob { id: id.to_owned(), is_link: mode == "120000" };
                blobs.insert(self.path_here(path), blob);
            }
        }
        Revision::new((self.top.clone(), self.down.clone()), blobs, changes)
    }

    /// A path from the top as it is from the working folder.
    fn path_here(&self, path: &str) -> String {
        shortened(&self.up, &self.down, path)
    }
}

fn one_line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// What stands between zero bytes.
fn words(bytes: &[u8]) -> impl Iterator<Item = String> + '_ {
    let words = bytes.split(|&byte| byte == 0).filter(|word| !word.is_empty());
    words.map(|word| String::from_utf8_lossy(word).into_owned())
}
