//! Former addresses: a resource that `moved` is the same one for a baseline.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::finding::{Outcome, Verdict};
use crate::hcl::Block;
use crate::terraform::address::{Address, ModulePath, dotted};
use crate::terraform::config::{Library, Source, roots};
use crate::terraform::plan::Plan;

/// Module calls that are followed; a call in a call in a call may multiply without end.
const MOST: usize = 10_000;

/// The moves of one subject: former and present address of a resource or module, without keys.
#[derive(Debug, Default)]
pub(super) struct Moves(Vec<(String, String)>);

impl Moves {
    /// The `moved` blocks of a root module and of all modules it calls.
    pub(super) fn of_configuration(library: &Library, root: &str) -> Self {
        let root = root.to_owned();
        let is_moved = |folder: &String| !blocks(library, folder).is_empty();
        let mut moves = Self::default();
        if roots::reachable(library, std::slice::from_ref(&root)).iter().any(is_moved) {
            let mut left = MOST;
            moves.add_module(library, "", &mut vec![root], &mut left);
        }
        moves
    }

    /// Those of the last folder, which is called from the one before it.
    fn add_module(
        &mut self,
        library: &Library,
        path: &str,
        folders: &mut Vec<String>,
        left: &mut usize,
    ) {
        let Some(folder) = folders.last().cloned() else { return };
        for block in blocks(library, &folder) {
            let address = |name| {
                // In JSON syntax it stands in quotes.
                let text = block.body().attribute(name)?.expr().text().trim_matches('"');
                Some(dotted(path, &without_keys(text)?))
            };
            self.0.extend(address("from").zip(address("to")));
        }
        let Some(module) = library.module(&folder) else { return };
        for (name, call) in &module.calls {
            // A module that calls itself has no end; its evaluation complains.
            if let Source::Local(called) = library.source(module, call)
                && !folders.contains(&called)
                && *left > 0
            {
                *left -= 1;
                folders.push(called);
                let path = dotted(path, &format!("module.{name}"));
                self.add_module(library, &path, folders, left);
                folders.pop();
            }
        }
    }

    /// What the plan says about single resources.
    pub(super) fn add_plan(&mut self, plan: &Plan<'_>) {
        for change in &plan.resource_changes {
            let former = change.previous_address.as_ref().and_then(|text| without_keys(text));
            let pair = former.zip(without_keys(&change.address));
            self.0.extend(pair.filter(|(from, to)| from != to));
        }
    }

    /// Tells outcomes that may be in a baseline what their resources were called.
    pub(super) fn apply(&self, outcomes: &mut [Outcome]) {
        if self.0.is_empty() {
            return;
        }
        for outcome in outcomes {
            if !matches!(outcome.verdict, Verdict::Fail(_) | Verdict::Unknown(..)) {
                continue;
            }
            let former = self.former(&outcome.target.static_address);
            if !former.is_empty() {
                Arc::make_mut(&mut outcome.target).formerly = former;
            }
        }
    }

    /// Former addresses, also over several moves.
    fn former(&self, address: &str) -> Vec<String> {
        let mut found = BTreeSet::new();
        let mut open = vec![address.to_owned()];
        while let Some(address) = open.pop() {
            for (from, to) in &self.0 {
                let Some(rest) = address.strip_prefix(to.as_str()) else { continue };
                let former = format!("{from}{rest}");
                // A chain of moves may grow without end only by mistake.
                let is_whole = rest.is_empty() || rest.starts_with('.');
                if is_whole && found.len() < 100 && found.insert(former.clone()) {
                    open.push(former);
                }
            }
        }
        found.remove(address);
        found.into_iter().collect()
    }
}

fn blocks<'l>(library: &'l Library, folder: &str) -> Vec<Block<'l>> {
    let files = library.module(folder).map(|module| module.files.as_slice()).unwrap_or_default();
    let trees = files.iter().filter_map(|&file| library.trees.tree(file));
    trees.flat_map(|tree| tree.root().blocks_of("moved")).collect()
}

/// The address of a resource or module without keys.
fn without_keys(text: &str) -> Option<String> {
    if let Ok(address) = Address::parse(text) {
        return Some(address.static_path());
    }
    let path = ModulePath::parse(text).ok()?;
    let names: Vec<String> = path.names().map(|name| format!("module.{name}")).collect();
    Some(names.join("."))
}

#[cfg(test)]
mod tests {
    use super::Moves;

    #[test]
    fn chains_modules_and_circles() {
        let pairs = [
            ("x.a", "x.b"),
            ("x.b", "module.m.x.b"),
            ("module.old", "module.m"),
            ("x.p", "x.q"),
            ("x.q", "x.p"),
        ];
        let moves = Moves(pairs.map(|(from, to)| (from.to_owned(), to.to_owned())).to_vec());
        assert_eq!(moves.former("module.m.x.b"), ["module.old.x.b", "x.a", "x.b"]);
        assert_eq!(moves.former("x.p"), ["x.q"]);
        assert!(moves.former("module.more.x").is_empty());
    }
}
