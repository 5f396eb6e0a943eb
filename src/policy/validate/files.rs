//! The files that are looked at, and those beside them that they share names with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::{Diagnostic, Label, Level};
use crate::hcl::{self, Block, Kind, Tree};
use crate::terraform::config::join;
use crate::text::{FileId, Files, Sources};

use super::super::header;
use super::super::load::{self, PolicySet, is_policy_file};
use super::{Faults, Rule};

/// All files.
pub(super) struct Project {
    pub(super) files: Vec<File>,
}

/// One file.
pub(super) struct File {
    pub(super) path: String,
    /// The namespace of inputs and locals.
    pub(super) folder: String,
    pub(super) id: FileId,
    pub(super) tree: Arc<Tree>,
    pub(super) is_test: bool,
    /// Whether its complaints are told; others only lend their names.
    asked: bool,
    /// Whether some of it could not be read.
    pub(super) broken: bool,
    /// Of a test: the files that it is about, by their places; nothing when that cannot be told.
    pub(super) targets: Vec<usize>,
}

impl Project {
    /// Reads what was asked for, the targets of tests, and the files that stand beside them.
    pub(super) fn read(
        paths: &[String],
        policies: Option<&str>,
        files: &dyn Files,
        sources: &mut Sources,
        faults: &mut Faults,
    ) -> Self {
        let mut reader = Reader {
            files,
            sources,
            faults,
            project: Self { files: Vec::new() },
            known: BTreeMap::new(),
        };
        for path in paths {
            for path in reader.find(path) {
                reader.add(&path, true);
            }
        }
        reader.targets(policies);
        reader.siblings();
        reader.project
    }

    /// The files whose complaints are told.
    pub(super) fn asked(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.asked)
    }

    pub(super) fn is_asked(&self, id: FileId) -> bool {
        self.files.iter().any(|file| file.id == id && file.asked)
    }

    /// The policy files of a namespace, in order.
    pub(super) fn folder<'p>(&'p self, folder: &'p str) -> impl Iterator<Item = &'p File> {
        self.files.iter().filter(move |file| !file.is_test && file.folder == folder)
    }

    /// Whether every file of a namespace could be read, so that a name that is not there is nowhere.
    pub(super) fn is_whole(&self, folder: &str) -> bool {
        self.folder(folder).all(|file| !file.broken)
    }

    /// The files that a test is about.
    pub(super) fn targets<'p>(&'p self, test: &'p File) -> impl Iterator<Item = &'p File> {
        test.targets.iter().filter_map(|&at| self.files.get(at))
    }
}

impl File {
    /// Its blocks.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Block<'_>> {
        self.tree.root().blocks()
    }

    /// Its blocks of one kind.
    pub(super) fn blocks_of<'f>(&'f self, kind: &'f str) -> impl Iterator<Item = Block<'f>> {
        self.blocks().filter(move |block| block.kind() == kind)
    }
}

fn is_test(path: &str) -> bool {
    path.ends_with(".policytest.hcl")
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

struct Reader<'r> {
    files: &'r dyn Files,
    sources: &'r mut Sources,
    faults: &'r mut Faults,
    project: Project,
    known: BTreeMap<String, usize>,
}

impl Reader<'_> {
    /// The file, or the files below a folder.
    fn find(&mut self, path: &str) -> Vec<String> {
        if !self.files.is_folder(path) {
            return vec![path.to_owned()];
        }
        let mut found = match self.files.walk(path) {
            Ok(walk) => walk.files,
            Err(why) => {
                self.unreadable(path, &why.to_string());
                return Vec::new();
            }
        };
        let is_hidden = |path: &str| path.rsplit('/').next().is_some_and(|n| n.starts_with('.'));
        found.retain(|path| is_policy_file(path) || is_test(path) && !is_hidden(path));
        if found.is_empty() {
            let message = format!("no policies and no tests were found in `{path}`");
            let diagnostic = Diagnostic::error(message)
                .with_hint("they are named `NAME.policy.hcl` and `NAME.policytest.hcl`");
            self.faults.push(Rule::UnreadableFile, diagnostic, None);
        }
        found
    }

    fn unreadable(&mut self, path: &str, why: &str) {
        let diagnostic = Diagnostic::error(format!("`{path}` cannot be read: {why}"))
            .with_hint("name a folder, a `.policy.hcl` file or a `.policytest.hcl` file");
        self.faults.push(Rule::UnreadableFile, diagnostic, None);
    }

    /// Reads a file that was not read yet; gives its place.
    fn add(&mut self, path: &str, asked: bool) -> Option<usize> {
        if let Some(&at) = self.known.get(path) {
            if let Some(file) = self.project.files.get_mut(at) {
                file.asked |= asked;
            }
            return Some(at);
        }
        let text = match self.files.read(path) {
            Ok(bytes) => hcl::decode(bytes).map_err(|problem| problem.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let text = match text {
            Ok(text) => text,
            Err(why) => {
                if asked {
                    self.unreadable(path, &why);
                }
                return None;
            }
        };
        let id = self.sources.add(path, text.as_str());
        let (tree, complaints) = load::parse(id, path, self.sources.shared_text(id));
        let mut broken = false;
        for complaint in complaints {
            // A second value is no harm to the rest of the file.
            let again = complaint.message.contains("is set twice");
            broken |= !again;
            let rule = if again { Rule::RepeatedArgument } else { Rule::Syntax };
            let hint = if again {
                "leave one of them out"
            } else {
                "nothing else is told before this can be read"
            };
            let hint = complaint.hint.clone().unwrap_or_else(|| hint.to_owned());
            self.faults.push(rule, complaint.with_hint(hint), None);
        }
        let is_test = is_test(path);
        if !is_test && let Some(Err(diagnostic)) = header::read(id, &text) {
            let hint = diagnostic.hint.clone();
            let hint =
                hint.unwrap_or_else(|| "a header needs id, title, severity and theme".into());
            self.faults.push(Rule::InvalidHeader, diagnostic.with_hint(hint), None);
        }
        let at = self.project.files.len();
        self.known.insert(path.to_owned(), at);
        self.project.files.push(File {
            path: path.to_owned(),
            folder: folder_of(path).to_owned(),
            id,
            tree: Arc::new(tree),
            is_test,
            asked,
            broken,
            targets: Vec::new(),
        });
        Some(at)
    }

    /// Finds what tests are about.
    fn targets(&mut self, policies: Option<&str>) {
        let tests: Vec<(usize, Arc<Tree>, String)> = self
            .project
            .files
            .iter()
            .enumerate()
            .filter(|(_, file)| file.is_test)
            .map(|(at, file)| (at, file.tree.clone(), file.folder.clone()))
            .collect();
        for (at, tree, folder) in tests {
            let targets = self.targets_of(&tree, &folder, policies.unwrap_or(&folder));
            if let Some(test) = self.project.files.get_mut(at) {
                test.targets = targets;
            }
        }
    }

    fn targets_of(&mut self, tree: &Tree, folder: &str, policies: &str) -> Vec<usize> {
        let block = tree.root().blocks_of("policytest").next();
        let named = block.and_then(|block| block.body().attribute("targets"));
        let Some(named) = named else { return self.policies_at(policies) };
        let Kind::Tuple(elements) = named.expr().kind() else {
            let message = "`targets` is not a list of file names";
            let hint = "write `targets = [\"NAME.policy.hcl\"]`";
            self.faults.add(Rule::UnmatchedTarget, named.expr().span(), message, hint);
            return Vec::new();
        };
        let mut found = Vec::new();
        for element in elements {
            let Kind::String(target) = element.kind() else {
                let message = "a target is not a file name in quotes";
                let hint = "targets are known before anything is evaluated";
                self.faults.add(Rule::UnmatchedTarget, element.span(), message, hint);
                continue;
            };
            let candidates = [folder, policies].map(|base| join(base, &target));
            let matched =
                candidates.iter().map(|path| self.policies_at(path)).find(|all| !all.is_empty());
            if let Some(matched) = matched {
                found.extend(matched);
            } else {
                let message = format!("target `{target}` does not match any policy file");
                let hint = "targets are relative to the test file";
                self.faults.add(Rule::UnmatchedTarget, element.span(), message, hint);
            }
        }
        found
    }

    /// The policy files at a path: itself, or those of a folder.
    fn policies_at(&mut self, path: &str) -> Vec<usize> {
        let Ok(entries) = self.files.list(if path.is_empty() { "." } else { path }) else {
            return self.add(path, false).into_iter().collect();
        };
        let names =
            entries.into_iter().filter(|entry| !entry.is_folder && is_policy_file(&entry.name));
        let paths: Vec<String> = names.map(|entry| join(path, &entry.name)).collect();
        paths.iter().filter_map(|path| self.add(path, false)).collect()
    }

    /// Reads the policy files that share a namespace with others.
    fn siblings(&mut self) {
        let files = self.project.files.iter().filter(|file| !file.is_test);
        let folders: BTreeSet<String> = files.map(|file| file.folder.clone()).collect();
        for folder in folders {
            self.policies_at(&folder);
        }
        // Names are looked up in the order of paths, as when a folder is loaded.
        self.project.sort();
    }
}

impl Project {
    fn sort(&mut self) {
        let mut order: Vec<usize> = (0..self.files.len()).collect();
        order.sort_by(|&a, &b| self.files[a].path.cmp(&self.files[b].path));
        let mut place = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            place[old] = new;
        }
        for file in &mut self.files {
            for target in &mut file.targets {
                *target = place.get(*target).copied().unwrap_or_default();
            }
        }
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

/// Loads the files as a check would: what it has to say of a file without errors is told, too.
pub(super) fn load(project: &Project, files: &dyn Files, faults: &mut Faults) {
    let wrong: BTreeSet<FileId> = faults
        .complaints
        .iter()
        .filter(|complaint| complaint.diagnostic.level == Level::Error)
        .filter_map(|complaint| complaint.diagnostic.at.as_ref().map(|label| label.span.file))
        .collect();
    let policies = || project.asked().filter(|file| !file.is_test);
    // Whoever asks for policies names a folder; what stands elsewhere does not meet them.
    let folders =
        policies().filter(|file| is_policy_file(&file.path)).map(|file| file.folder.as_str());
    let others =
        policies().filter(|file| !is_policy_file(&file.path)).map(|file| file.path.as_str());
    for path in folders.chain(others).collect::<BTreeSet<&str>>() {
        let mut copies = Sources::default();
        let mut said = Vec::new();
        let mut set = PolicySet::of(faults.mode.compat);
        set.load(path, files, &mut copies, &mut said);
        // The same text, under the number that it has here.
        let here = |mut label: Label| {
            let path = copies.path(label.span.file);
            label.span.file = project.files.iter().find(|file| file.path == path)?.id;
            Some(label)
        };
        for diagnostic in said.into_iter().filter(|diagnostic| diagnostic.level == Level::Error) {
            let Some(at) = diagnostic.at.and_then(here) else { continue };
            if wrong.contains(&at.span.file) {
                continue;
            }
            let hint = diagnostic.hint.unwrap_or_else(|| "`planward check` would refuse it".into());
            let diagnostic = Diagnostic {
                at: Some(at),
                related: diagnostic.related.into_iter().filter_map(here).collect(),
                hint: Some(hint),
                ..Diagnostic::error(diagnostic.message)
            };
            faults.push(Rule::NotLoadable, diagnostic, None);
        }
    }
}
