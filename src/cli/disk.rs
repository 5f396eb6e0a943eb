//! The disk behind [`Files`]. Paths have forward slashes and stay as they were typed.
#![expect(clippy::disallowed_methods, reason = "this is the one door to the disk")]

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use ignore::{DirEntry, WalkBuilder};

use crate::text::{Entry, Files, ReadError, Walk, plain};

/// Files of the disk; relative paths begin at the working folder.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskFiles;

impl Files for DiskFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        // Places are told by numbers of 32 bits.
        let most = u64::from(u32::MAX);
        if fs::metadata(path).is_ok_and(|meta| meta.len() > most) {
            return Err(ReadError::TooLarge(most));
        }
        fs::read(path).map_err(|error| words(&error))
    }

    /// A link may lead to a device that never ends, or to a pipe that never begins.
    fn read_up_to(&self, path: &str, most: usize) -> Result<Vec<u8>, ReadError> {
        let most = u64::try_from(most).unwrap_or(u64::MAX).min(u64::from(u32::MAX));
        let meta = fs::metadata(path).map_err(|error| words(&error))?;
        if meta.len() > most {
            return Err(ReadError::TooLarge(most));
        }
        if !meta.is_file() && !meta.is_dir() {
            return Err(ReadError::Other("no regular file".to_owned()));
        }
        let file = fs::File::open(path).map_err(|error| words(&error))?;
        let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or_default() + 1);
        let read = file.take(most + 1).read_to_end(&mut bytes);
        read.map_err(|error| words(&error))?;
        if bytes.len() as u64 > most { Err(ReadError::TooLarge(most)) } else { Ok(bytes) }
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, ReadError> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(on_disk(folder)).map_err(|error| words(&error))? {
            let entry = entry.map_err(|error| words(&error))?;
            // A name that is not Unicode cannot be written in a configuration either.
            let Ok(name) = entry.file_name().into_string() else { continue };
            // Terraform follows links, so `metadata` and not `file_type`.
            let is_folder = fs::metadata(entry.path()).is_ok_and(|meta| meta.is_dir());
            entries.push(Entry { name, is_folder });
        }
        entries.sort();
        Ok(entries)
    }

    fn is_folder(&self, path: &str) -> bool {
        Path::new(on_disk(path)).is_dir()
    }

    fn walk(&self, folder: &str) -> Result<Walk, ReadError> {
        if !self.is_folder(folder) {
            return Err(ReadError::NotFound);
        }
        Ok(walk_through(folder, &mut |_| ()))
    }
}

/// All files below a folder; `entered` is told each folder on the way.
pub(super) fn walk_through(folder: &str, entered: &mut dyn FnMut(&Path)) -> Walk {
    let mut walk = Walk::default();
    for entry in walker(folder) {
        match entry {
            Ok(entry) if is_file(&entry) => match entry.path().to_str() {
                Some(path) => walk.files.push(as_typed(path)),
                None => walk.unreadable.push(not_unicode(entry.path())),
            },
            Ok(entry) if entry.file_type().is_some_and(|ty| ty.is_dir()) => entered(entry.path()),
            Ok(_) => {}
            Err(error) => walk.unreadable.push(unreadable(&error, folder)),
        }
    }
    walk.files.sort();
    walk.unreadable.sort_by(|a, b| a.0.cmp(&b.0));
    walk
}

/// What shows that something at a path has changed; nothing stands there when there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// The time of the last change.
    pub changed: Option<SystemTime>,
    len: u64,
    /// Another file may take the place of one with its time and length.
    number: u64,
}

impl Stamp {
    pub(super) fn of(path: &Path) -> Option<Self> {
        let meta = fs::metadata(path).ok()?;
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(&meta);
        #[cfg(not(unix))]
        let number = 0;
        Some(Self { changed: meta.modified().ok(), len: meta.len(), number })
    }
}

/// Writes a file, over one that is there.
pub(super) fn write(path: &str, text: &str) -> Result<(), ReadError> {
    fs::write(path, text).map_err(|error| words(&error))
}

/// Writes a file in one step: whoever reads it meanwhile, or after a crash, has the old text or the new
/// one. A link stays a link.
pub(super) fn replace(path: &str, text: &str) -> Result<(), ReadError> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| Path::new(path).to_path_buf());
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned());
    let beside = target.with_file_name(format!(".{}.new", name.unwrap_or_default()));
    let written = fs::write(&beside, text)
        .and_then(|()| match fs::metadata(&target) {
            Ok(meta) => fs::set_permissions(&beside, meta.permissions()),
            Err(_) => Ok(()),
        })
        .and_then(|()| fs::rename(&beside, &target));
    written.map_err(|error| {
        // What cannot be removed was not written.
        let _ = fs::remove_file(&beside);
        words(&error)
    })
}

/// Writes a file that is not there yet.
pub(super) fn write_new(path: &str, text: &str) -> Result<(), ReadError> {
    let file = fs::OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()));
    written.map_err(|error| words(&error))
}

/// Whether anything stands at a path, be it a link that leads nowhere.
pub(super) fn exists(path: &str) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// A path as reports show it: forward slashes, without `./` before it.
pub(super) fn as_typed(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    match path.strip_prefix("./") {
        Some(rest) if !rest.is_empty() => rest.trim_start_matches('/').to_owned(),
        _ => path,
    }
}

/// The path of a file that may not be there yet as it is reached from the working folder, where it lies
/// below it: editors name files from the root of the disk.
pub(super) fn from_here(path: &str) -> String {
    let path = as_typed(path);
    let typed = Path::new(&path);
    if !typed.is_absolute() {
        return plain(&path);
    }
    let Ok(here) = std::env::current_dir() else { return path };
    // Either may have been reached through links.
    let folder = typed.parent().and_then(|folder| fs::canonicalize(folder).ok());
    let real = folder.zip(typed.file_name()).map(|(folder, name)| folder.join(name));
    let real_here = fs::canonicalize(&here).unwrap_or_else(|_| here.clone());
    let below = typed.strip_prefix(&here).ok().map(Path::to_path_buf);
    let below = below.or_else(|| Some(real?.strip_prefix(&real_here).ok()?.to_path_buf()));
    below.and_then(|below| Some(as_typed(below.to_str()?))).unwrap_or(path)
}

fn on_disk(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}

/// What git ignores by files in the tree holds with and without a repository around it, so that an
/// archive is checked as a clone is; a person's own global list does not hold.
fn walker(folder: &str) -> ignore::Walk {
    let is_hidden = |entry: &DirEntry| {
        entry.depth() > 0
            && entry.file_name().as_encoded_bytes().starts_with(b".")
            && entry.file_type().is_some_and(|ty| ty.is_dir())
    };
    WalkBuilder::new(on_disk(folder))
        .standard_filters(false)
        .parents(true)
        .git_ignore(true)
        .git_exclude(true)
        .require_git(false)
        .filter_entry(move |entry| !is_hidden(entry))
        .build()
}

/// Links to files count: Terraform reads them. Links to folders are not followed.
fn is_file(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|ty| {
        ty.is_file()
            || ty.is_symlink() && fs::metadata(entry.path()).is_ok_and(|meta| meta.is_file())
    })
}

fn not_unicode(path: &Path) -> (String, ReadError) {
    let why = ReadError::Other("its name is not Unicode".to_owned());
    (as_typed(&path.to_string_lossy()), why)
}

fn unreadable(error: &ignore::Error, folder: &str) -> (String, ReadError) {
    let mut path = folder.to_owned();
    let mut inner = error;
    loop {
        inner = match inner {
            ignore::Error::WithPath { path: at, err } => {
                path = as_typed(&at.to_string_lossy());
                err
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => err,
            ignore::Error::Io(error) => return (path, words(error)),
            other => return (path, ReadError::Other(other.to_string())),
        };
    }
}

/// The system's words in ours: lower case, without its number.
fn words(error: &io::Error) -> ReadError {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    match error.kind() {
        io::ErrorKind::NotFound => ReadError::NotFound,
        io::ErrorKind::IsADirectory => ReadError::Other("it is a folder".to_owned()),
        _ => ReadError::Other(text.to_lowercase()),
    }
}
