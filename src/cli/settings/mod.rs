//! The settings files of a run: which roots each is for, and what holds together with the arguments.
//!
//! The command line goes before a settings file, and that before the defaults; policies, what is
//! skipped and files of values add up.

mod asked;
mod gate;
mod options;

use std::collections::BTreeMap;

pub(super) use asked::{Asked, OfFolders};
pub(super) use gate::{baseline, gate};
use options::with;

use super::disk::as_typed;
use crate::check::{self, Input, Options};
use crate::diag::Diagnostic;
use crate::finding::Material;
use crate::settings::{self, Finder, Settings};
use crate::text::Files;

/// What is checked with one settings file, or without any.
pub(super) struct Part {
    /// The path of the file and what it says.
    pub settings: Option<(String, Settings)>,
    /// What to check.
    pub options: Options,
}

/// The parts of a run. Only when roots have different settings files is there more than one.
pub(super) fn parts<'a>(
    files: &'a dyn Files,
    asked: impl Into<Asked<'a>>,
    options: Options,
    material: &mut Material,
) -> Vec<Part> {
    let asked = asked.into();
    match asked {
        Asked::File(path) => return vec![part(files, Some(&as_typed(path)), options, material)],
        Asked::None => return vec![part(files, None, options, material)],
        Asked::Nearest => {}
    }
    let folders = options.inputs.iter().filter_map(|input| match input {
        Input::Path(path) if files.is_folder(path) => Some(path.as_str()),
        Input::Path(_) | Input::Root(_) | Input::Bytes { .. } => None,
    });
    let search = Options { exclude: excluded(files, asked, folders), ..options.clone() };
    let folders = check::folders(files, &search);
    let mut finder = Finder::new(files);
    let of_folders: BTreeMap<String, Option<String>> = folders
        .into_iter()
        .map(|folder| (finder.find(&folder), folder))
        .map(|(path, folder)| (folder, path))
        .collect();
    let mut distinct: Vec<Option<&String>> = of_folders.values().map(Option::as_ref).collect();
    distinct.sort();
    distinct.dedup();
    match distinct.as_slice() {
        [] => {
            let path = finder.find("");
            vec![part(files, path.as_deref(), options, material)]
        }
        [only] => vec![part(files, only.map(String::as_str), options, material)],
        _ => several(files, &search, &of_folders, finder, material),
    }
}

/// What the settings of folders leave out of the search.
pub(super) fn excluded<'f, 'a>(
    files: &'a dyn Files,
    asked: impl Into<Asked<'a>>,
    folders: impl Iterator<Item = &'f str>,
) -> Vec<String> {
    let of_folders = OfFolders::new(files, asked, Options::default());
    let distinct: BTreeMap<Option<String>, &str> =
        folders.map(|folder| (of_folders.path(folder), folder)).collect();
    let excluded = distinct.into_values().map(|folder| of_folders.options(folder));
    excluded.flat_map(|options| options.exclude.clone()).collect()
}

/// Each root goes to its own settings; what is no folder goes to those of the working folder.
fn several(
    files: &dyn Files,
    options: &Options,
    of_folders: &BTreeMap<String, Option<String>>,
    mut finder: Finder<'_>,
    material: &mut Material,
) -> Vec<Part> {
    let mut inputs: BTreeMap<Option<String>, Vec<Input>> = BTreeMap::new();
    for root in check::root_folders(files, options) {
        let path = match of_folders.get(&root) {
            Some(path) => path.clone(),
            None => finder.find(&root),
        };
        inputs.entry(path).or_default().push(Input::Root(root));
    }
    let searched = options.inputs.iter().filter_map(|input| match input {
        Input::Path(path) => files.is_folder(path).then(|| path.clone()),
        Input::Root(_) | Input::Bytes { .. } => None,
    });
    let searched: Vec<String> = searched.collect();
    let others: Vec<Input> =
        options.inputs.iter().filter(|input| !input.is_folder(files)).cloned().collect();
    let own = finder.find("");
    if !others.is_empty() || options.plan.is_some() {
        inputs.entry(own.clone()).or_default().extend(others);
    }
    inputs
        .into_iter()
        .map(|(path, inputs)| {
            let plan = options.plan.clone().filter(|_| path == own);
            let searched = searched.clone();
            let options = Options { inputs, plan, searched, ..options.clone() };
            part(files, path.as_deref(), options, material)
        })
        .collect()
}

/// Reads one file and adds what it says to the options.
pub(super) fn part(
    files: &dyn Files,
    path: Option<&str>,
    options: Options,
    material: &mut Material,
) -> Part {
    let settings = path.and_then(|path| Some((path.to_owned(), read(files, path, material)?)));
    let options = match &settings {
        Some((_, settings)) => with(options, settings),
        None => options,
    };
    Part { settings, options }
}

/// The settings for commands that only list policies.
pub(super) fn of_choice<'a>(
    files: &'a dyn Files,
    asked: impl Into<Asked<'a>>,
    options: Options,
    material: &mut Material,
) -> Options {
    let path = OfFolders::new(files, asked, Options::default()).path("");
    part(files, path.as_deref(), options, material).options
}

fn read(files: &dyn Files, path: &str, material: &mut Material) -> Option<Settings> {
    let bytes = match files.read(path) {
        Ok(bytes) => bytes,
        Err(why) => {
            let message = format!("the settings `{path}` cannot be read: {why}");
            material.diagnostics.push(Diagnostic::error(message));
            return None;
        }
    };
    let Ok(text) = String::from_utf8(bytes) else {
        let message = format!("the settings `{path}` are not UTF-8");
        material.diagnostics.push(Diagnostic::error(message));
        return None;
    };
    let file = material.sources.add(path, text);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = if path.starts_with('/') && folder.is_empty() { "/" } else { folder };
    let text = material.sources.shared_text(file);
    let (settings, complaints) = settings::read(file, &text, folder);
    material.diagnostics.extend(complaints);
    Some(settings)
}
