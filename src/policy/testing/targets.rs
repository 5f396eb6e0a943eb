//! Which policies a test file is about, and where they are found: relative to the test file, in the
//! folder that `--policies` names, or below that by the end of their path.

use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::hcl::{Block, Expr, Kind, Tree};
use crate::terraform::config::join;
use crate::text::{Files, Sources};

use super::super::file::PolicyFile;
use super::super::load::{PolicySet, is_policy_file};
use super::mocks::arguments;

/// What a test file is about.
pub(super) struct Targets<'t> {
    /// The test file.
    pub path: &'t str,
    /// Where policies are looked for beside the file's own folder.
    pub policies: &'t str,
    pub files: &'t dyn Files,
}

impl Targets<'_> {
    /// Loads the targets of a file; gives their paths.
    pub(super) fn load(
        &self,
        tree: &Tree,
        set: &mut PolicySet,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<String> {
        let Some(block) = only_block(tree, "policytest", diagnostics) else {
            return self.all(set, sources, diagnostics);
        };
        if let Err(complaint) = arguments(block, &["targets"], &["plugins", "terraform_config"]) {
            diagnostics.push(complaint);
        }
        let Some(targets) = block.body().attribute("targets") else {
            return self.all(set, sources, diagnostics);
        };
        let Kind::Tuple(elements) = targets.expr().kind() else {
            let message = "`targets` is a list of file names";
            diagnostics.push(Diagnostic::error(message).at(targets.expr().span()));
            return Vec::new();
        };
        let mut loaded: Vec<String> = Vec::new();
        for element in elements {
            match self.find(element) {
                Ok(path) if loaded.contains(&path) => {}
                Ok(path) => {
                    set.load(&path, self.files, sources, diagnostics);
                    loaded.push(path);
                }
                Err(complaint) => diagnostics.push(*complaint),
            }
        }
        self.lend_names(set, sources);
        loaded
    }

    fn all(
        &self,
        set: &mut PolicySet,
        sources: &mut Sources,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<String> {
        set.load(self.policies, self.files, sources, diagnostics);
        vec![self.policies.to_owned()]
    }

    fn find(&self, element: Expr<'_>) -> Result<String, Box<Diagnostic>> {
        let error = |message: String| Diagnostic::error(message).at(element.span());
        let Kind::String(target) = element.kind() else {
            return Err(Box::new(error("a target is a file name in quotes".to_owned())));
        };
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = [folder, self.policies].map(|base| join(base, &target));
        if let Some(found) = beside.into_iter().find(|path| self.has_policies(path)) {
            return Ok(found);
        }
        let end = format!("/{}", join("", &target));
        let below = self.files.walk(self.policies).map(|walk| walk.files).unwrap_or_default();
        let mut below = below.into_iter().filter(|path| {
            is_policy_file(path.rsplit('/').next().unwrap_or(path)) && path.ends_with(&end)
        });
        match (below.next(), below.next()) {
            (Some(only), None) => Ok(only),
            (Some(first), Some(second)) => {
                let message = format!("target `{target}` matches several policy files");
                let hint = format!("it may be {first} or {second}");
                Err(Box::new(error(message).with_hint(hint)))
            }
            (None, _) => {
                let message = format!("target `{target}` does not match any policy file");
                let hint = "targets are relative to the test file, or to the folder that `--policies` names";
                Err(Box::new(error(message).with_hint(hint)))
            }
        }
    }

    fn has_policies(&self, path: &str) -> bool {
        let folder = if path.is_empty() { "." } else { path };
        match self.files.list(folder) {
            Ok(entries) => entries.iter().any(|e| !e.is_folder && is_policy_file(&e.name)),
            Err(_) => self.files.read(path).is_ok(),
        }
    }

    /// A folder is one namespace of inputs and locals: where a target uses a name that it does not have,
    /// its neighbours are read, too, for their names alone. What is wrong with them is not told here.
    fn lend_names(&self, set: &mut PolicySet, sources: &mut Sources) {
        let targets: BTreeSet<String> = set.files().iter().map(|file| file.path.clone()).collect();
        let leaning = set.files().iter().filter(|file| leans(file));
        let folders: BTreeSet<String> = leaning.map(|file| file.folder.clone()).collect();
        for folder in &folders {
            let listed = if folder.is_empty() { "." } else { folder };
            let entries = self.files.list(listed).unwrap_or_default();
            let neighbours = entries.iter().filter(|e| !e.is_folder && is_policy_file(&e.name));
            for entry in neighbours {
                let path = join(folder, &entry.name);
                if !targets.contains(&path) {
                    set.load(&path, self.files, sources, &mut Vec::new());
                }
            }
        }
        if !folders.is_empty() {
            set.keep(|facts| targets.contains(&facts.file));
        }
    }
}

/// The block of a kind that a file has once at most.
pub(super) fn only_block<'t>(
    tree: &'t Tree,
    kind: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Block<'t>> {
    let mut blocks = tree.root().blocks_of(kind);
    let first = blocks.next();
    for again in blocks {
        let message = format!("there is one `{kind}` block at most");
        diagnostics.push(Diagnostic::error(message).at(again.header_span()));
    }
    first
}

/// Whether a file uses locals or inputs that it does not declare.
fn leans(file: &PolicyFile) -> bool {
    let has_local = |name: &str| {
        let inner = |policy: &super::super::file::Policy| policy.locals.contains_key(name);
        file.locals.contains_key(name) || file.policies.iter().any(inner)
    };
    let exprs = (0..file.tree.expr_count()).map(|n| file.tree.expr(crate::hcl::ExprId(n)));
    exprs.into_iter().any(|expr| {
        let Kind::Traversal { base, steps } = expr.kind() else { return false };
        match (base.kind(), steps.name(0)) {
            (Kind::Variable("local"), Some(name)) => !has_local(name),
            (Kind::Variable("input"), Some(name)) => !file.inputs.contains_key(name),
            _ => false,
        }
    })
}
