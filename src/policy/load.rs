//! From files to a set of policies that can be asked.
//!
//! Files of a folder share their inputs and top-level locals, so a folder is read whole before
//! anything in it is decided: first blocks, then values of inputs, then names, then facts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::finding::{Facts, PolicyId, Severity};
use crate::hcl::{self, ExprId, Tree};
use crate::terraform::{Attributes, Wanted};
use crate::text::{FileId, Files, Sources, Span};
use crate::value::Value;

use super::compat::{Compat, Switches};
use super::file::{self, PolicyFile, PolicyKind};
use super::header::{self, Header};
use super::inputs::{self, GivenInput};
use super::{facts, json, names, reads};

/// Policies that were loaded, ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct PolicySet {
    files: Vec<Arc<PolicyFile>>,
    pub(super) facts: Vec<Facts>,
    /// Values of inputs by folder, name and file; without file where none declares it.
    inputs: BTreeMap<(String, String, String), Value>,
    /// What was given for inputs; of two of one name the later holds.
    given: Vec<GivenInput>,
    pub(super) ids: BTreeMap<PolicyId, Span>,
    /// Files that are there for their names alone.
    lent: BTreeSet<String>,
    /// Whose rules hold for files that do not come with the program.
    compat: Compat,
}

/// How a file is read.
#[derive(Clone, Copy)]
struct Rules {
    built_in: bool,
    switches: Switches,
}

/// A file that was read, not yet part of the set.
struct Read {
    file: PolicyFile,
    header: Option<Header>,
    built_in: bool,
}

impl PolicySet {
    /// A set whose inputs will have these values; of two of one name the later holds.
    #[must_use]
    pub fn with_inputs(given: Vec<GivenInput>) -> Self {
        Self { given, ..Self::default() }
    }

    /// A set without files, whose files keep to these rules.
    #[must_use]
    pub fn of(compat: Compat) -> Self {
        Self::default().by(compat)
    }

    /// The same, whose files that are added from now on keep to these rules.
    #[must_use]
    pub fn by(self, compat: Compat) -> Self {
        Self { compat, ..self }
    }

    /// The files, in the order in which they were added.
    #[must_use]
    pub fn files(&self) -> &[Arc<PolicyFile>] {
        &self.files
    }

    /// Facts; a policy's `facts` points here.
    #[must_use]
    pub fn facts(&self) -> &[Facts] {
        &self.facts
    }

    /// Takes the facts out, when every question has been asked.
    #[must_use]
    pub fn into_facts(self) -> Vec<Facts> {
        self.facts
    }

    /// Reads a policy file, or all policy files of a folder (not of folders in it).
    pub fn load(
        &mut self,
        path: &str,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let path = path.trim_end_matches('/');
        let Some(paths) = policy_files(path, files) else {
            return self.load_files(vec![path.to_owned()], files, sources, diagnostics);
        };
        if paths.is_empty() {
            let message = format!("no policy files in `{path}`");
            diagnostics.push(Diagnostic::error(message).with_hint(
                "policy files are named `NAME.policy.hcl`; folders inside are searched with `--recursive`",
            ));
        }
        self.load_files(paths, files, sources, diagnostics);
    }

    /// The same, and those of the folders in it.
    pub fn load_below(
        &mut self,
        path: &str,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let path = path.trim_end_matches('/');
        let found = files.walk(if path.is_empty() { "." } else { path });
        let found = found.map(|walk| walk.files).unwrap_or_default();
        let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in found {
            let (folder, name) = file.rsplit_once('/').unwrap_or(("", &file));
            if is_policy_file(name) {
                folders.entry(folder.to_owned()).or_default().push(file.clone());
            }
        }
        if folders.is_empty() {
            return self.load(path, files, sources, diagnostics);
        }
        for paths in folders.into_values() {
            self.load_files(paths, files, sources, diagnostics);
        }
    }

    /// Files of one folder. Where they use names that they do not have, their neighbours lend them.
    fn load_files(
        &mut self,
        paths: Vec<String>,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let mut read = Vec::with_capacity(paths.len());
        for path in &paths {
            match text(path, files) {
                Ok(text) => {
                    read.extend(read_file(path, &text, self.rules(false), sources, diagnostics))
                }
                Err(why) => {
                    let message = format!("policy file `{path}` cannot be read: {why}");
                    diagnostics.push(Diagnostic::error(message));
                }
            }
        }
        let lent = self.lend(&paths, &read, files, sources);
        self.settle(read, lent, diagnostics);
    }

    /// The neighbours of files that use names which none of them has. What is wrong with them is told
    /// when they are loaded themselves.
    fn lend(
        &self,
        paths: &[String],
        read: &[Read],
        files: &dyn Files,
        sources: &mut Sources,
    ) -> Vec<Read> {
        let all: Vec<&PolicyFile> = read.iter().map(|read| &read.file).collect();
        if !names::lean(&all) {
            return Vec::new();
        }
        let Some(first) = all.first() else { return Vec::new() };
        let neighbours = policy_files(&first.folder, files).unwrap_or_default();
        let is_new = |path: &&String| {
            !paths.contains(path) && !self.files.iter().any(|file| file.path == **path)
        };
        let mut lent = Vec::new();
        for path in neighbours.iter().filter(is_new) {
            if let Ok(text) = text(path, files) {
                lent.extend(read_file(path, &text, self.rules(false), sources, &mut Vec::new()));
            }
        }
        lent
    }

    /// Adds a policy file from its text.
    pub fn add(
        &mut self,
        path: &str,
        text: &str,
        built_in: bool,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let read = read_file(path, text, self.rules(built_in), sources, diagnostics);
        self.settle(read.into_iter().collect(), Vec::new(), diagnostics);
    }

    /// What comes with the program keeps to its own rules.
    fn rules(&self, built_in: bool) -> Rules {
        let compat = if built_in { Compat::default() } else { self.compat };
        Rules { built_in, switches: compat.switches() }
    }

    /// Makes files part of the set.
    fn settle(&mut self, read: Vec<Read>, lent: Vec<Read>, diagnostics: &mut Vec<Diagnostic>) {
        // What was only lent so far speaks for itself now.
        let mut headers = BTreeMap::new();
        let mut told = Vec::new();
        for Read { file, header, built_in } in read {
            let lent_before = self.lent.remove(&file.path);
            let place = self.files.iter().position(|other| lent_before && other.path == file.path);
            let place = place.unwrap_or(self.files.len());
            headers.insert(place, (header, built_in));
            self.put(place, file);
            told.push(place);
        }
        let mut unheard = Vec::new();
        for Read { mut file, .. } in lent {
            file.policies.clear();
            self.lent.insert(file.path.clone());
            self.put(self.files.len(), file);
            self.resolve_inputs(self.files.len() - 1, &mut unheard);
        }
        for &place in &told {
            self.resolve_inputs(place, diagnostics);
        }
        for place in told {
            let (header, built_in) = headers.remove(&place).unwrap_or_default();
            let Some(mut file) = self.files.get(place).map(|file| (**file).clone()) else {
                continue;
            };
            if !built_in {
                let wrong = names::check(self, place, diagnostics);
                file.policies.retain(|policy| !wrong.contains(&policy.span));
            }
            if file.required_version().is_some_and(|version| version.constraint.is_none()) {
                // For which Terraform they are, nobody can tell.
                file.policies.clear();
            }
            facts::take(self, place, &mut file, header.as_ref(), built_in, diagnostics);
            self.put(place, file);
        }
    }

    fn put(&mut self, place: usize, file: PolicyFile) {
        match self.files.get_mut(place) {
            Some(slot) => *slot = Arc::new(file),
            None => self.files.push(Arc::new(file)),
        }
    }

    fn resolve_inputs(&mut self, place: usize, diagnostics: &mut Vec<Diagnostic>) {
        let Some(file) = self.files.get(place).cloned() else { return };
        for (name, input) in &file.inputs {
            let given = self.given.iter().rev().find(|given| given.name == *name);
            let value = inputs::value(&file, name, input, given, diagnostics);
            let key = (file.folder.clone(), name.clone(), file.path.clone());
            self.inputs.insert(key, value);
        }
    }

    /// Gives an input a value other than its default; for tests of policies.
    pub fn set_input(&mut self, folder: &str, name: &str, value: Value) {
        let mut declared = false;
        for ((own, input, _), old) in &mut self.inputs {
            if own == folder && input == name {
                *old = value.clone();
                declared = true;
            }
        }
        if !declared {
            self.inputs.insert((folder.to_owned(), name.to_owned(), String::new()), value);
        }
    }

    /// Whether a file of the user's own declares an input of that name.
    #[must_use]
    pub fn has_input(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.inputs.contains_key(name))
    }

    /// The names of all inputs.
    pub fn input_names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().flat_map(|file| file.inputs.keys().map(String::as_str))
    }

    /// Gives a policy another severity; `false` when there is none of that id. Parts that only tell
    /// (`info`) stay.
    pub fn set_severity(&mut self, id: &str, severity: Severity) -> bool {
        let mut found = false;
        for facts in self.facts.iter_mut().filter(|facts| facts.answers_to(id)) {
            found = true;
            facts.severity = severity;
            for part in facts.parts.values_mut() {
                part.severity = part.severity.filter(|own| *own == Severity::Info);
            }
        }
        found
    }

    /// The value of an input as a file sees it: its own first, then those of its folder.
    #[must_use]
    pub fn input(&self, file: usize, name: &str) -> Option<&Value> {
        let own = self.files.get(file)?;
        let key = |path: &str| (own.folder.clone(), name.to_owned(), path.to_owned());
        self.inputs.get(&key(&own.path)).or_else(|| {
            let mut others = self.inputs.range(key("")..);
            let ((folder, input, _), value) = others.next()?;
            (*folder == own.folder && input == name).then_some(value)
        })
    }

    /// A top-level local as a file sees it: its own first, then those of its folder.
    #[must_use]
    pub fn top_local(&self, file: usize, name: &str) -> Option<(usize, ExprId)> {
        let own = self.files.get(file)?;
        if let Some(&id) = own.locals.get(name) {
            return Some((file, id));
        }
        self.files.iter().enumerate().find_map(|(at, other)| {
            let id = other.locals.get(name)?;
            (other.folder == own.folder).then_some((at, *id))
        })
    }

    /// Takes out the policies whose facts are not to be kept, and those facts.
    pub fn keep(&mut self, wanted: impl Fn(&Facts) -> bool) {
        let mut places = Vec::with_capacity(self.facts.len());
        let mut kept = Vec::new();
        for facts in std::mem::take(&mut self.facts) {
            let place = wanted(&facts).then_some(kept.len());
            places.push(place);
            kept.extend(place.map(|_| facts));
        }
        self.facts = kept;
        for file in &mut self.files {
            // Files stay: they may hold locals for others in their folder.
            Arc::make_mut(file).policies.retain_mut(|policy| {
                let place = places.get(policy.facts).copied().flatten();
                policy.facts = place.unwrap_or_default();
                place.is_some()
            });
        }
    }

    /// Whether there are policies about provider configurations or module calls.
    #[must_use]
    pub fn is_about_declarations(&self) -> bool {
        let mut policies = self.files.iter().flat_map(|file| &file.policies);
        policies.any(|policy| policy.kind != PolicyKind::Resource)
    }

    /// What the policies can read.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        let mut wanted = Wanted::default();
        for file in &self.files {
            reads::wanted(file, &mut wanted);
        }
        // What refers to such a resource may be told by its name instead of its id.
        for (resource_type, attribute) in crate::value::same_as_id() {
            wanted.add(resource_type, &Attributes::from_iter(["id", attribute]));
        }
        wanted
    }
}

/// The policy files of a folder, sorted; `None` when it is no folder.
fn policy_files(folder: &str, files: &dyn Files) -> Option<Vec<String>> {
    let entries = files.list(if folder.is_empty() { "." } else { folder }).ok()?;
    let names = entries.into_iter().filter(|entry| !entry.is_folder && is_policy_file(&entry.name));
    let paths = names.map(|entry| match folder {
        "" | "." => entry.name,
        folder => format!("{folder}/{}", entry.name),
    });
    Some(paths.collect())
}

fn text(path: &str, files: &dyn Files) -> Result<String, String> {
    match files.read(path) {
        Ok(bytes) => hcl::decode(bytes).map_err(|problem| problem.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether a file of this name, or at this path, holds policies.
#[must_use]
pub fn is_policy_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ends = [".policy.hcl", ".policy.json"];
    ends.iter().any(|end| name.ends_with(end)) && !name.starts_with('.')
}

/// Reads the syntax of a file of policies, that which its name tells.
pub(super) fn parse(id: FileId, path: &str, text: Arc<str>) -> (Tree, Vec<Diagnostic>) {
    match path.ends_with(".json") {
        true => hcl::parse_json(id, &text, &json::POLICIES),
        false => hcl::parse(id, text),
    }
}

fn read_file(
    path: &str,
    text: &str,
    Rules { built_in, switches }: Rules,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Read> {
    let id = sources.add(path, text);
    let (tree, complaints) = parse(id, path, sources.shared_text(id));
    let broken = !complaints.is_empty();
    diagnostics.extend(complaints);
    let header = match header::read(id, text).transpose() {
        Ok(header) => header,
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            return None;
        }
    };
    let mut file = file::read(path, tree, switches, diagnostics);
    if broken {
        // What was read of it may mean something else than what was written.
        file.policies.clear();
    }
    Some(Read { file, header, built_in })
}
