//! The settings files of a run: which roots each is for, and what holds together with the arguments.
//!
//! The command line goes before a settings file, and that before the defaults; policies, what is
//! skipped and files of values add up.

use std::collections::{BTreeMap, BTreeSet};

use super::args::{CheckArgs, InputArgs, PolicyChoice, SettingsChoice};
use super::disk::as_typed;
use crate::check::{self, Given, Input, Options};
use crate::diag::Diagnostic;
use crate::finding::{Gate, Material, UnknownCounts};
use crate::settings::{self, Settings};
use crate::text::Files;

/// What is checked with one settings file, or without any.
pub(super) struct Part {
    /// The path of the file and what it says.
    pub settings: Option<(String, Settings)>,
    /// What to check.
    pub options: Options,
}

/// Which settings were asked for.
#[derive(Clone, Copy)]
pub(super) enum Asked<'a> {
    /// The nearest to each root.
    Nearest,
    /// This file.
    File(&'a str),
    /// Those that were given by hand, and otherwise none.
    None,
}

impl<'a> From<&'a InputArgs> for Asked<'a> {
    /// A change that brings settings of its own could open a locked gate.
    fn from(args: &'a InputArgs) -> Self {
        match Self::from((args.choice.settings.as_deref(), args.choice.no_settings)) {
            Self::Nearest if args.locked => Self::None,
            asked => asked,
        }
    }
}

impl<'a> From<&'a SettingsChoice> for Asked<'a> {
    fn from(choice: &'a SettingsChoice) -> Self {
        Self::from((choice.settings.as_deref(), choice.no_settings))
    }
}

impl<'a> From<&'a PolicyChoice> for Asked<'a> {
    fn from(choice: &'a PolicyChoice) -> Self {
        Self::from((choice.settings.as_deref(), choice.no_settings))
    }
}

impl<'a> From<(Option<&'a str>, bool)> for Asked<'a> {
    fn from(typed: (Option<&'a str>, bool)) -> Self {
        match typed {
            (Some(path), _) => Self::File(path),
            (None, true) => Self::None,
            (None, false) => Self::Nearest,
        }
    }
}

/// The parts of a run. Only when roots have different settings files is there more than one.
pub(super) fn parts<'a>(
    files: &dyn Files,
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
    let mut finder = settings::Finder::new(files);
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
            let path = settings::find(files, "");
            vec![part(files, path.as_deref(), options, material)]
        }
        [only] => vec![part(files, only.map(String::as_str), options, material)],
        _ => several(files, &search, &of_folders, material),
    }
}

/// The path of the settings that hold for a folder.
fn path_for(files: &dyn Files, asked: Asked<'_>, folder: &str) -> Option<String> {
    match asked {
        Asked::File(path) => Some(as_typed(path)),
        Asked::None => None,
        Asked::Nearest => settings::find(files, folder),
    }
}

/// The options of one root module, without what is wrong with its settings.
pub(super) fn options_of<'a>(
    files: &dyn Files,
    asked: impl Into<Asked<'a>>,
    root: &str,
    options: &Options,
) -> Options {
    let path = path_for(files, asked.into(), root);
    part(files, path.as_deref(), options.clone(), &mut Material::default()).options
}

/// What the settings of folders leave out of the search.
pub(super) fn excluded<'f, 'a>(
    files: &dyn Files,
    asked: impl Into<Asked<'a>>,
    folders: impl Iterator<Item = &'f str>,
) -> Vec<String> {
    let asked = asked.into();
    let found: BTreeSet<String> =
        folders.filter_map(|folder| path_for(files, asked, folder)).collect();
    let mut exclude = Vec::new();
    for path in found {
        // What is wrong in it is told when it is read for a root.
        let part = part(files, Some(&path), Options::default(), &mut Material::default());
        exclude.extend(part.options.exclude);
    }
    exclude
}

/// Each root goes to its own settings; what is no folder goes to those of the working folder.
fn several(
    files: &dyn Files,
    options: &Options,
    of_folders: &BTreeMap<String, Option<String>>,
    material: &mut Material,
) -> Vec<Part> {
    let mut inputs: BTreeMap<Option<String>, Vec<Input>> = BTreeMap::new();
    let mut finder = settings::Finder::new(files);
    for root in check::root_folders(files, options) {
        let path = match of_folders.get(&root) {
            Some(path) => path.clone(),
            None => finder.find(&root),
        };
        inputs.entry(path).or_default().push(Input::Root(root));
    }
    let is_folder = |input: &&Input| match input {
        Input::Path(path) => files.is_folder(path),
        Input::Root(_) => true,
        Input::Bytes { .. } => false,
    };
    let others: Vec<Input> =
        options.inputs.iter().filter(|input| !is_folder(input)).cloned().collect();
    if !others.is_empty() || options.plan.is_some() {
        let own = settings::find(files, "");
        inputs.entry(own).or_default().extend(others);
    }
    let own = settings::find(files, "");
    inputs
        .into_iter()
        .map(|(path, inputs)| {
            let plan = options.plan.clone().filter(|_| path == own);
            let options = Options { inputs, plan, ..options.clone() };
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
    files: &dyn Files,
    asked: impl Into<Asked<'a>>,
    options: Options,
    material: &mut Material,
) -> Options {
    let path = path_for(files, asked.into(), "");
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

fn with(mut options: Options, settings: &Settings) -> Options {
    let paths = |list: &[String]| list.iter().map(|path| settings.path(path)).collect::<Vec<_>>();
    if let Some(set) = &settings.policies {
        options.policies.splice(0..0, paths(&set.value));
    }
    if let Some(set) = &settings.builtin {
        options.builtin &= set.value;
    }
    options.level = options.level.or(settings.level.as_ref().map(|set| set.value));
    // Who asks for some policies wants those, whatever a file selects.
    if let Some(set) = settings.select.as_ref().filter(|_| options.select.is_empty()) {
        options.select.clone_from(&set.value);
    }
    if let Some(set) = &settings.skip {
        options.skip.extend(set.value.iter().cloned());
    }
    if let Some(set) = &settings.variable_files {
        let files = paths(&set.value).into_iter().map(Given::File);
        options.variables.splice(0..0, files);
    }
    if let Some(set) = &settings.exclude {
        options.exclude = paths(&set.value);
    }
    options.outside_modules = settings.outside_modules.as_ref().is_none_or(|set| set.value);
    options.terms.require_reason |= settings.require_reason.as_ref().is_some_and(|set| set.value);
    options.suppressions.extend(settings.suppress.iter().cloned());
    options.severities = settings.severity.clone();
    options.policy_inputs = settings.inputs.clone();
    let assumed = settings.assume.iter().map(|(name, set)| (name.clone(), set.value.clone()));
    // What evaluation asks for has a dot in its name; of two for one name the later holds.
    let (asked, noted): (Vec<_>, Vec<_>) = assumed.partition(|(name, _)| name.contains('.'));
    options.assumed.splice(0..0, asked);
    for (name, value) in noted {
        // What was typed goes before the file.
        options.assume.entry(name).or_insert(value);
    }
    options
}

/// One run has one gate: what nobody set on the command line, the strictest of its settings decides.
pub(super) fn gate(args: &CheckArgs, parts: &[Part]) -> Gate {
    let files = || parts.iter().filter_map(|part| part.settings.as_ref()).map(|(_, file)| file);
    let is_any = |typed: bool, read: fn(&Settings) -> Option<bool>| {
        typed || files().any(|file| read(file).unwrap_or_default())
    };
    let defaults = Gate::default();
    let without_file = parts.iter().any(|part| part.settings.is_none());
    let fail_on =
        files().map(|file| file.fail_on.as_ref().map_or(defaults.fail_on, |set| set.value));
    let fail_on = fail_on.chain(without_file.then_some(defaults.fail_on));
    let fail_on = fail_on.flatten().min();
    let unknown =
        files().map(|file| file.unknown.as_ref().map_or(defaults.unknown, |set| set.value));
    let unknown = unknown.chain(without_file.then_some(defaults.unknown)).max_by_key(strictness);
    Gate {
        fail_on: args.fail_on.map_or(fail_on, super::commands::check::threshold),
        unknown: match args.unknown {
            Some(typed) => super::commands::check::meaning(typed),
            None => unknown.unwrap_or(defaults.unknown),
        },
        advisory: is_any(args.fail_on_advisory, |file| {
            file.fail_on_advisory.as_ref().map(|set| set.value)
        }),
        require_complete: is_any(args.require_complete, |file| {
            file.require_complete.as_ref().map(|set| set.value)
        }),
        only: super::commands::check::only(args),
    }
}

fn strictness(unknown: &UnknownCounts) -> u8 {
    match unknown {
        UnknownCounts::Ignore => 0,
        UnknownCounts::Warn => 1,
        UnknownCounts::Fail => 2,
    }
}

/// The baseline that was named, or else that of the settings when there is only one file of them.
pub(super) fn baseline(args: &CheckArgs, parts: &[Part]) -> Option<String> {
    if let Some(path) = &args.baseline {
        return Some(as_typed(path));
    }
    match parts {
        [Part { settings: Some((_, settings)), .. }] => {
            settings.baseline.as_ref().map(|set| settings.path(&set.value))
        }
        _ => None,
    }
}
