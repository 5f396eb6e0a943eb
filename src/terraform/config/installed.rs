//! Modules that `terraform init` or `tofu init` put below a root module.
//!
//! `.terraform/modules/modules.json` names them by the path of calls that leads to each (`net.subnets`),
//! so the same call may lead elsewhere in another root. What the file says is not trusted: it leads
//! nowhere outside the root's folder, and not to a module of another source or version.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

use crate::diag::{Diagnostic, Problem};
use crate::hcl::{Block, Kind};
use crate::terraform::address::dotted;
use crate::terraform::version::{Constraint, Version};
use crate::text::{Files, ReadError, Sources, Span, join};
use crate::value::{Cause, Reason};

use super::load::{Library, Source, read};
use super::module::{BlockRef, Module};

/// Where `init` writes what it downloaded, and the list of it.
const FOLDER: &str = ".terraform/modules";
const LIST: &str = ".terraform/modules/modules.json";

/// What `modules.json` says, by path of calls.
#[derive(Debug, Default)]
pub(super) struct Manifest(BTreeMap<String, Installed>);

/// One entry.
#[derive(Debug, PartialEq, Eq)]
struct Installed {
    source: String,
    version: Option<String>,
    folder: String,
}

/// A module call that leads to no module on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotOnDisk {
    /// The path of calls, `module.net.module.subnets`.
    pub call: String,
    /// Why it leads nowhere.
    pub why: Missing,
    /// Its `source`, or the call's header.
    pub at: Option<Span>,
}

/// Why a call leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// A local module whose folder cannot be read; that is an error, told elsewhere.
    Local,
    /// Not downloaded.
    Remote(String),
    /// Another source, or a version that is not asked for, was downloaded.
    Stale(String),
    /// A downloaded module calls a folder outside of what was downloaded.
    Outside(String),
    /// Its source is not a literal string.
    NotLiteral,
}

/// A call on the way through the modules of a root.
struct Step<'l> {
    /// The path of calls to the module it leads to.
    key: String,
    call: BlockRef,
    leads: Result<String, Missing>,
    caller: &'l Arc<Module>,
}

impl Manifest {
    /// Reads the list; what is wrong in it is told entry by entry.
    fn parse(root: &str, text: &str) -> (Self, Vec<Problem>) {
        let mut manifest = Self::default();
        let json: Json = match serde_json::from_str(text) {
            Ok(json) => json,
            Err(error) => {
                return (manifest, vec![Problem::new(format!("is not JSON: {error}"))]);
            }
        };
        let Some(records) = json.get("Modules").and_then(Json::as_array) else {
            return (manifest, vec![Problem::new("has no list `Modules`")]);
        };
        let problems = records.iter().filter_map(|record| manifest.add(root, record).err());
        let problems = problems.collect();
        (manifest, problems)
    }

    fn add(&mut self, root: &str, record: &Json) -> Result<(), Problem> {
        let text = |name: &str| record.get(name).and_then(Json::as_str);
        let (Some(key), Some(source), Some(dir)) = (text("Key"), text("Source"), text("Dir"))
        else {
            return Err(Problem::new("has a module without `Key`, `Source` or `Dir`"));
        };
        // The root itself.
        if key.is_empty() {
            return Ok(());
        }
        let dir = dir.replace('\\', "/");
        let folder = join(root, &dir);
        if !is_local(source) && (dir.starts_with('/') || !is_below(&folder, root)) {
            let message = format!("leads out of the root module for `{key}`: `{dir}`");
            return Err(Problem::new(message)
                .with_hint("that module is not read; `terraform init` writes the file anew"));
        }
        let version = text("Version").map(str::to_owned);
        let installed = Installed { source: source.to_owned(), version, folder };
        if self.0.contains_key(key) {
            return Err(Problem::new(format!("has two modules with the key `{key}`")));
        }
        self.0.insert(key.to_owned(), installed);
        Ok(())
    }

    /// Whether anything was installed for calls further down the path.
    fn has_below(&self, key: &str) -> bool {
        let from = format!("{key}.");
        self.0.range(from.clone()..).next().is_some_and(|(next, _)| next.starts_with(&from))
    }
}

impl Installed {
    /// Whether it is what a call asks for now; after an edit it may not be.
    fn is_for(&self, source: &str, version: Option<&str>) -> bool {
        let is_version = || {
            let wanted = version.and_then(|text| Constraint::parse(text).ok());
            let found = self.version.as_deref().and_then(Version::parse);
            wanted.zip(found).is_none_or(|(wanted, found)| wanted.allows(&found))
        };
        let same = match (of_registry(source), of_registry(&self.source)) {
            (Some(wanted), Some(found)) => wanted == found,
            // Other addresses are written in many ways; what is asked of them stays.
            (None, None) => asked(source) == asked(&self.source),
            (Some(_), None) | (None, Some(_)) => false,
        };
        same && is_version()
    }
}

/// `NAMESPACE/NAME/SYSTEM` and what follows `//`, without the registry's host.
fn of_registry(source: &str) -> Option<(Vec<&str>, &str)> {
    let (package, inner) = source.split_once("//").unwrap_or((source, ""));
    let is_name = |part: &&str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    let parts: Vec<&str> = package.split('/').collect();
    let names = match parts.as_slice() {
        [host, rest @ ..] if rest.len() == 3 && host.contains('.') => rest,
        rest @ [_, _, _] => rest,
        _ => return None,
    };
    // `github.com/a/b` is no registry's.
    names.iter().all(is_name).then(|| (names.to_vec(), inner.trim_matches('/')))
}

fn asked(source: &str) -> &str {
    source.split_once('?').map_or("", |(_, query)| query)
}

fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || matches!(source, "." | "..")
}

/// Whether a folder lies in another one, or is it.
fn is_below(folder: &str, root: &str) -> bool {
    match root {
        "" => !folder.starts_with('/') && folder != ".." && !folder.starts_with("../"),
        root => folder.strip_prefix(root).is_some_and(|rest| {
            let inside = rest.is_empty() || root.ends_with('/') || rest.starts_with('/');
            // Above a root that is itself above the working folder.
            inside && rest != "/.." && !rest.starts_with("/../")
        }),
    }
}

impl Library {
    /// Loads the modules that were installed for a root module, which is loaded itself.
    pub(super) fn load_installed(
        &mut self,
        root: &str,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let path = join(root, LIST);
        // Without a list there may be nothing to install.
        if matches!(files.read(&path), Err(ReadError::NotFound)) {
            return;
        }
        let (text, mut problems) = match read(files, &path, self.limits.file_bytes) {
            Ok(text) => (text, Vec::new()),
            Err(problem) => (Arc::from(""), vec![problem]),
        };
        if problems.is_empty() {
            let (manifest, complaints) = Manifest::parse(root, &text);
            self.manifests.insert(root.to_owned(), manifest);
            problems = complaints;
        }
        let file = sources.add(path.as_str(), text);
        diagnostics.extend(problems.into_iter().map(|problem| {
            let message = format!("`{path}` {}", problem.message);
            let error = Diagnostic::error(message).at(Span::new(file, 0, 0));
            Diagnostic { hint: problem.hint, ..error }
        }));
        loop {
            let wanted = self.to_load(root, files);
            if wanted.is_empty() {
                break;
            }
            self.load_batch(wanted, files, sources, diagnostics);
        }
        let mut links: Vec<(BlockRef, String)> = Vec::new();
        self.walk(root, &mut |step| {
            if let Ok(folder) = step.leads {
                links.push((step.call, folder));
            }
        });
        for (call, folder) in links {
            if self.module(&folder).is_some() {
                self.installed.entry(call).or_default().insert(folder);
            }
        }
    }

    /// Folders that calls lead to and that nobody tried to load.
    fn to_load(&self, root: &str, files: &dyn Files) -> Vec<(String, Option<Span>)> {
        let mut wanted = Vec::new();
        self.walk(root, &mut |step| {
            let Ok(folder) = step.leads else { return };
            let is_local = matches!(self.source(step.caller, &step.call), Source::Local(_));
            if !self.is_tried(&folder) && (is_local || files.is_folder(&folder)) {
                wanted.push((folder, self.place_of_source(step.call)));
            }
        });
        wanted
    }

    /// Every module call below a root, callers first; a module that is reached in several ways is
    /// looked into once, unless what was installed below it may differ.
    fn walk(&self, root: &str, visit: &mut dyn FnMut(Step<'_>)) {
        let manifest = self.manifests.get(root);
        let mut seen = BTreeSet::new();
        let mut open = vec![(root.to_owned(), String::new())];
        while let Some((folder, path)) = open.pop() {
            let Some(caller) = self.module(&folder) else { continue };
            let matters = path.is_empty() || manifest.is_some_and(|m| m.has_below(&path));
            if !seen.insert((folder, matters.then(|| path.clone()))) {
                continue;
            }
            for (name, &call) in &caller.calls {
                let key = dotted(&path, name);
                let leads = self.leads(root, &key, caller, call);
                if let Ok(folder) = &leads {
                    open.push((folder.clone(), key.clone()));
                }
                visit(Step { key, call, leads, caller });
            }
        }
    }

    /// The folder that a call leads to, whether or not it could be loaded.
    fn leads(
        &self,
        root: &str,
        key: &str,
        caller: &Module,
        call: BlockRef,
    ) -> Result<String, Missing> {
        match self.source(caller, &call) {
            Source::Local(folder) => {
                let downloaded = join(root, FOLDER);
                let leaves =
                    is_below(&caller.folder, &downloaded) && !is_below(&folder, &downloaded);
                if leaves { Err(Missing::Outside(folder)) } else { Ok(folder) }
            }
            Source::NotLiteral => Err(Missing::NotLiteral),
            Source::Remote(source) => {
                let manifest = self.manifests.get(root);
                let Some(installed) = manifest.and_then(|manifest| manifest.0.get(key)) else {
                    return Err(Missing::Remote(source));
                };
                let version = self.trees.attribute(call, "version");
                let version = match version.map(|version| version.expr().kind()) {
                    Some(Kind::String(version)) => Some(version),
                    _ => None,
                };
                match installed.is_for(&source, version.as_deref()) {
                    true => Ok(installed.folder.clone()),
                    false => Err(Missing::Stale(source)),
                }
            }
        }
    }

    /// The module that a call leads to, in a root and on a path of calls, when it is on disk.
    #[must_use]
    pub(super) fn called(
        &self,
        root: &str,
        key: &str,
        caller: &Module,
        call: BlockRef,
    ) -> Option<&Arc<Module>> {
        self.module(&self.leads(root, key, caller, call).ok()?)
    }

    /// The source and version that were installed for the call of a module that is not local.
    pub(super) fn installed(
        &self,
        root: &str,
        key: &str,
        caller: &Module,
        call: BlockRef,
    ) -> Option<(&str, Option<&str>)> {
        let is_remote = matches!(self.source(caller, &call), Source::Remote(_));
        let installed = self.manifests.get(root)?.0.get(key).filter(|_| is_remote)?;
        self.leads(root, key, caller, call).ok()?;
        Some((&installed.source, installed.version.as_deref()))
    }

    /// The module calls below a root module that lead to no module on disk.
    #[must_use]
    pub fn not_on_disk(&self, root: &str) -> Vec<NotOnDisk> {
        let mut missing = Vec::new();
        self.walk(root, &mut |step| {
            let why = match step.leads {
                Ok(folder) if self.module(&folder).is_some() => return,
                Ok(_) => match self.source(step.caller, &step.call) {
                    Source::Remote(source) => Missing::Remote(source),
                    Source::Local(_) | Source::NotLiteral => Missing::Local,
                },
                Err(why) => why,
            };
            let call = format!("module.{}", step.key.replace('.', ".module."));
            missing.push(NotOnDisk { call, why, at: self.place_of_source(step.call) });
        });
        missing.sort_by(|a, b| a.call.cmp(&b.call));
        missing
    }

    /// The same as reasons for what is not known: whatever these modules hold is missing from the
    /// configuration.
    #[must_use]
    pub fn missing_modules(&self, root: &str) -> Vec<Reason> {
        let missing = self.not_on_disk(root).into_iter();
        missing.map(|gone| Reason::new(Cause::ModuleNotOnDisk, gone.call, gone.at)).collect()
    }

    fn place_of_source(&self, call: BlockRef) -> Option<Span> {
        let source = self.trees.attribute(call, "source").map(|source| source.span());
        source.or_else(|| call.of(&self.trees).map(Block::header_span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_for_the_source_it_was_made_from() {
        let is_for = |recorded: &str, found: Option<&str>, source: &str, version: Option<&str>| {
            let (source_of, version_of) = (recorded.to_owned(), found.map(str::to_owned));
            let installed =
                Installed { source: source_of, version: version_of, folder: String::new() };
            installed.is_for(source, version)
        };
        let vpc = "registry.terraform.io/acme/vpc/aws";
        let (five, six) = (Some("5.1.0"), Some("~> 6.0"));
        assert!(is_for(vpc, five, "acme/vpc/aws", Some("~> 5.0")));
        assert!(is_for("registry.opentofu.org/acme/vpc/aws", five, "acme/vpc/aws", None));
        assert!(is_for("acme/vpc/aws", five, "acme/vpc/aws", None));
        assert!(!is_for(vpc, five, "acme/vpc/aws", six));
        assert!(!is_for(vpc, five, "acme/vps/aws", None));
        assert!(!is_for(vpc, five, "acme/vpc/aws//modules/endpoints", None));
        let inner = "registry.terraform.io/acme/iam/aws//modules/role";
        assert!(is_for(inner, five, "acme/iam/aws//modules/role/", None));
        let git = "git::https://github.com/acme/net.git?ref=v1";
        assert!(is_for(git, None, "github.com/acme/net?ref=v1", None));
        assert!(!is_for(git, None, "github.com/acme/net?ref=v2", None));
        assert!(!is_for(git, None, "acme/net/aws", None));
    }

    #[test]
    fn what_lies_below() {
        assert!(is_below(".terraform/x", "") && is_below("a/b", "a") && is_below("a", "a"));
        assert!(is_below("../a/b", "../a") && is_below("/r/x", "/r"));
        assert!(!is_below("../../x", "..") && is_below("../x", ".."));
        assert!(!is_below("../x", "") && !is_below("ab", "a") && !is_below("/etc", ""));
    }
}
