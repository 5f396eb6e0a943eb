//! The modules that a module instance calls.

use std::rc::Rc;

use crate::diag::{Diagnostic, Problem};
use crate::hcl::Block;
use crate::terraform::address::{Key, dotted};
use crate::value::{Cause, Reason};

use super::expansion::{Expansion, Repetition, expansion};
use super::instance::{Evaluation, ModuleInstance};
use super::module::BlockRef;
use super::scope::InstanceScope;

/// The instances of a module call; `Err` tells why there are none to look into.
pub(super) struct Children {
    pub(super) expansion: Expansion,
    pub(super) instances: Result<Vec<usize>, Reason>,
}

/// How deep modules may call modules.
const MODULE_DEPTH: usize = 64;

impl Evaluation<'_> {
    /// The instances of a module call; `None` while they are being found (a cycle).
    pub(super) fn children(&self, id: usize, name: &str, depth: u32) -> Option<Rc<Children>> {
        let instance = self.instance(id);
        if let Some(children) = instance.children.borrow().get(name) {
            return children.clone();
        }
        instance.children.borrow_mut().insert(name.to_owned(), None);
        let call = *instance.module.calls.get(name)?;
        let block = self.library.trees.layers(call)?;
        let scope = InstanceScope::new(self, id, Repetition::default());
        let expansion = expansion(&block, &scope, depth, &mut |d| self.report(d));
        let children = match self.admitted(call, &block, expansion) {
            Ok(expansion) => self.call(id, &instance, name, call, expansion),
            Err(reason) => {
                Children { expansion: Expansion::Unknown(reason.clone()), instances: Err(reason) }
            }
        };
        let children = Rc::new(children);
        instance.children.borrow_mut().insert(name.to_owned(), Some(children.clone()));
        Some(children)
    }

    fn call(
        &self,
        id: usize,
        instance: &ModuleInstance,
        name: &str,
        call: BlockRef,
        expansion: Expansion,
    ) -> Children {
        let path = dotted(&instance.path, name);
        let root = self.root_folder();
        let module = self.library.called(root, &path, &instance.module, call).cloned();
        let Some(module) = module else {
            let reason = self.not_looked_into(instance, name, call, Cause::ModuleNotOnDisk);
            return Children { expansion, instances: Err(reason) };
        };
        if let Some(problem) = self.nesting(id, instance, name, &module.folder) {
            let reason = self.not_looked_into(instance, name, call, Cause::Error);
            let diagnostic =
                Diagnostic { hint: problem.hint, ..Diagnostic::error(problem.message) };
            self.report(match reason.at() {
                Some(at) => diagnostic.at(at),
                None => diagnostic,
            });
            return Children { expansion, instances: Err(reason) };
        }
        let mut ids = Vec::new();
        for repetition in expansion.repetitions() {
            let mut child = ModuleInstance::new(module.clone(), None);
            let key = repetition.key.as_ref().map(Key::to_string).unwrap_or_default();
            child.address = dotted(&instance.address, &format!("module.{name}{key}")).into();
            child.static_address =
                dotted(&instance.static_address, &format!("module.{name}")).into();
            child.path.clone_from(&path);
            child.calls = instance.calls.iter().copied().chain([call]).collect();
            child.call = Some((id, call, repetition));
            ids.push(self.add(child));
        }
        Children { expansion, instances: Ok(ids) }
    }

    /// Why a module may not be called from an instance: it calls itself, or nests too deep.
    fn nesting(
        &self,
        id: usize,
        instance: &ModuleInstance,
        name: &str,
        folder: &str,
    ) -> Option<Problem> {
        let mut path = vec![folder.to_owned()];
        let mut at = Some(id);
        while let Some(id) = at {
            let caller = self.instance(id);
            path.push(caller.module.folder.clone());
            if caller.module.folder == folder {
                let path: Vec<String> =
                    path.iter().rev().map(|f| format!("`{}`", shown(f))).collect();
                let problem = Problem::new(format!("module cycle: {}", path.join(" -> ")));
                return Some(problem.with_hint("a module cannot call itself; take one call out"));
            }
            at = caller.call.as_ref().map(|(parent, ..)| *parent);
        }
        let deep = instance.calls.len() >= MODULE_DEPTH;
        let full = dotted(&instance.address, &format!("module.{name}"));
        deep.then(|| Problem::new(format!("`{full}` nests modules more than {MODULE_DEPTH} deep")))
    }

    fn not_looked_into(
        &self,
        instance: &ModuleInstance,
        name: &str,
        call: BlockRef,
        cause: Cause,
    ) -> Reason {
        let block = call.of(&self.library.trees);
        let source = self.library.trees.attribute(call, "source");
        let at = source.map(|a| a.span()).or(block.map(Block::header_span));
        Reason::new(cause, dotted(&instance.address, &format!("module.{name}")), at)
    }
}

/// A folder as people write it.
fn shown(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}
