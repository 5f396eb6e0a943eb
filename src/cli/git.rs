//! What git knows: the files of a revision, and what has changed since.
//!
//! Git runs as a program of its own, only when it is asked for, and fetches nothing. Names of files go
//! from the working folder, as everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::disk::DiskFiles;
use crate::diag::Diagnostic;
use crate::text::{Entry, Files, ReadError, Walk, folder_of, join, plain};

/// Links that are followed inside a revision.
const LINKS: usize = 8;

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
        let mut folders = BTreeSet::new();
        for path in blobs.keys() {
            let mut folder = folder_of(path);
            while folders.insert(folder.clone()) && !folder.is_empty() && !folder.ends_with("..") {
                folder = join(&folder, "..");
            }
        }
        let batch = Batch::start()?;
        Ok(Revision {
            top: self.top.clone(),
            down: self.down.clone(),
            blobs,
            folders,
            changes,
            batch: Mutex::new(batch),
        })
    }

    /// A path from the top as it is from the working folder.
    fn path_here(&self, path: &str) -> String {
        shortened(&self.up, &self.down, path)
    }
}

/// `up/path` without the way up and back down again.
fn shortened(up: &str, down: &str, path: &str) -> String {
    let mut ups = up.split('/').filter(|part| !part.is_empty()).count();
    let mut rest = path;
    for name in down.split('/').filter(|name| !name.is_empty()) {
        match rest.strip_prefix(name).and_then(|after| after.strip_prefix('/')) {
            Some(after) => (rest, ups) = (after, ups - 1),
            None => break,
        }
    }
    format!("{}{rest}", "../".repeat(ups))
}

struct Blob {
    id: String,
    is_link: bool,
}

/// Files as a commit has them. What git does not keep, such as downloaded modules, is as it is now.
pub(super) struct Revision<'c> {
    top: String,
    down: String,
    blobs: BTreeMap<String, Blob>,
    folders: BTreeSet<String>,
    changes: &'c Changes,
    batch: Mutex<Batch>,
}

impl Revision<'_> {
    /// The name under which a path is kept here.
    fn known(&self, path: &str) -> String {
        let path = plain(path);
        match path.strip_prefix(&self.top).and_then(|rest| rest.strip_prefix('/')) {
            Some(rest) => {
                let depth = self.down.split('/').filter(|name| !name.is_empty()).count();
                shortened(&"../".repeat(depth), &self.down, rest)
            }
            None => path,
        }
    }

    fn blob(&self, path: &str) -> Option<Result<Vec<u8>, ReadError>> {
        let mut path = self.known(path);
        for _ in 0..LINKS {
            let blob = self.blobs.get(&path)?;
            let bytes = self.batch.lock().unwrap_or_else(PoisonError::into_inner).read(&blob.id);
            let Ok(bytes) = bytes else {
                return Some(Err(ReadError::Other("git does not give it".to_owned())));
            };
            if !blob.is_link {
                return Some(Ok(bytes));
            }
            path = join(&folder_of(&path), &String::from_utf8_lossy(&bytes));
        }
        Some(Err(ReadError::Other("too many links".to_owned())))
    }

    fn is_new(&self, path: &str) -> bool {
        self.changes.new.contains(&self.known(path))
    }

    /// Whether there is nothing in a folder but what is new.
    fn is_new_folder(&self, folder: &str) -> bool {
        let folder = self.known(folder);
        let inside = |path: &String| {
            folder.is_empty()
                || path.strip_prefix(&folder).is_some_and(|rest| rest.starts_with('/'))
        };
        !self.folders.contains(&folder) && self.changes.new.iter().any(inside)
    }
}

impl Files for Revision<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        match self.blob(path) {
            Some(read) => read,
            None if self.is_new(path) => Err(ReadError::NotFound),
            None => DiskFiles.read(path),
        }
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, ReadError> {
        let own = self.known(folder);
        let mut entries: BTreeMap<String, bool> = BTreeMap::new();
        let prefix = if own.is_empty() { String::new() } else { format!("{own}/") };
        let below =
            self.blobs.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
        for (path, _) in below {
            let rest = &path[prefix.len()..];
            let (name, is_folder) =
                rest.split_once('/').map_or((rest, false), |(name, _)| (name, true));
            // `../x` does not lie in the working folder.
            if name != ".." {
                entries.insert(name.to_owned(), is_folder);
            }
        }
        let listed = DiskFiles.list(folder);
        if entries.is_empty() && (listed.is_err() || self.is_new_folder(folder)) {
            return listed.and(Err(ReadError::NotFound));
        }
        for entry in listed.unwrap_or_default() {
            let path = join(&own, &entry.name);
            let is_new =
                if entry.is_folder { self.is_new_folder(&path) } else { self.is_new(&path) };
            if !is_new {
                entries.entry(entry.name).or_insert(entry.is_folder);
            }
        }
        Ok(entries.into_iter().map(|(name, is_folder)| Entry { name, is_folder }).collect())
    }

    fn is_folder(&self, path: &str) -> bool {
        let known = self.known(path);
        self.folders.contains(&known)
            || !self.blobs.contains_key(&known)
                && DiskFiles.is_folder(path)
                && !self.is_new_folder(path)
    }

    /// Nobody searches the past: the folders to look into are known.
    fn walk(&self, folder: &str) -> Result<Walk, ReadError> {
        DiskFiles.walk(folder)
    }
}

/// A git that gives one object after another.
struct Batch {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Batch {
    fn start() -> Result<Self, Diagnostic> {
        let mut command = command(&["cat-file", "--batch"]);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = child.spawn().map_err(|error| cannot_run(&error))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (stdin, stdout) = pipes.ok_or_else(|| failed("git cat-file"))?;
        Ok(Self { child, stdin, stdout: BufReader::new(stdout) })
    }

    fn read(&mut self, id: &str) -> std::io::Result<Vec<u8>> {
        self.stdin.write_all(format!("{id}\n").as_bytes())?;
        self.stdin.flush()?;
        let mut header = String::new();
        self.stdout.read_line(&mut header)?;
        // `3b18e5... blob 1234`
        let size = header.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok());
        let size: usize = size.ok_or_else(|| std::io::Error::other("no such object"))?;
        let mut bytes = vec![0; size + 1];
        self.stdout.read_exact(&mut bytes)?;
        bytes.pop();
        Ok(bytes)
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What git prints; nothing when it ends with an error.
fn git(args: &[&str]) -> Result<Option<Vec<u8>>, Diagnostic> {
    let output = command(args).stdin(Stdio::null()).output().map_err(|error| cannot_run(&error))?;
    Ok(output.status.success().then_some(output.stdout))
}

/// Git that runs no program of the repository's choice, writes nothing and fetches nothing.
fn command(args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(["--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=false"]).args(args);
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
    command
}

fn cannot_run(error: &std::io::Error) -> Diagnostic {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such program".to_owned(),
        _ => error.to_string(),
    };
    Diagnostic::error(format!("`git` cannot be run: {why}"))
        .with_hint("`--changed-since` asks it for the files of a revision")
}

fn failed(what: &str) -> Diagnostic {
    Diagnostic::error(format!("`{what}` has failed"))
}

fn one_line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// What stands between zero bytes.
fn words(bytes: &[u8]) -> impl Iterator<Item = String> + '_ {
    let words = bytes.split(|&byte| byte == 0).filter(|word| !word.is_empty());
    words.map(|word| String::from_utf8_lossy(word).into_owned())
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn paths_from_the_working_folder() {
        assert_eq!(shortened("", "", "a/main.tf"), "a/main.tf");
        assert_eq!(shortened("../..", "infra/app", "infra/app/main.tf"), "main.tf");
        assert_eq!(shortened("../../", "infra/app/", "infra/net/main.tf"), "../net/main.tf");
        assert_eq!(shortened("..", "infra", "infra.tf"), "../infra.tf");
    }
}
