//! The variables of a root module by themselves, without its resources.

use crate::diag::Diagnostic;
use crate::value::Value;

use super::conditions;
use super::given::Giver;
use super::instance::{Evaluation, ModuleInstance, Options, Root};
use super::load::Library;

/// A variable of a root module, evaluated.
#[derive(Clone, Debug)]
pub struct NamedValue {
    /// The variable.
    pub name: String,
    /// Its value, sensitive or unknown as it is.
    pub value: Value,
    /// Who gave it.
    pub giver: Giver,
}

/// The variables of the root module in `folder`, by name, and what is wrong with their values.
#[must_use]
pub fn variables(
    library: &Library,
    folder: &str,
    options: &Options<'_>,
) -> (Vec<NamedValue>, Vec<Diagnostic>) {
    let Some(module) = library.module(folder) else { return (Vec::new(), Vec::new()) };
    let (shared, mut complaints) = Root::new(library, folder, module, options);
    let evaluation = Evaluation::new(&shared);
    let root = evaluation.add(ModuleInstance::new(module.clone(), None));
    let mut values = Vec::new();
    for (name, block) in &evaluation.instance(root).module.variables {
        let Some(block) = block.of(&library.trees) else { continue };
        // A variable that needs itself is told as a cycle.
        let Ok(value) = evaluation.variable(root, name, block.header_span(), 0) else { continue };
        let giver = evaluation.giver(root, block, name);
        values.push(NamedValue { name: name.clone(), value, giver });
    }
    conditions::check_variables(&evaluation, root);
    complaints.extend(evaluation.into_diagnostics());
    (values, complaints)
}

/// Who gives the variables of the root module in `folder` their values; these are not evaluated.
#[must_use]
pub fn givers(library: &Library, folder: &str, options: &Options<'_>) -> Vec<(String, Giver)> {
    let Some(module) = library.module(folder) else { return Vec::new() };
    let (shared, _) = Root::new(library, folder, module, options);
    let evaluation = Evaluation::new(&shared);
    let root = evaluation.add(ModuleInstance::new(module.clone(), None));
    let instance = evaluation.instance(root);
    let declared = instance.module.variables.iter();
    let declared = declared.filter_map(|(name, block)| Some((name, block.of(&library.trees)?)));
    declared.map(|(name, block)| (name.clone(), evaluation.giver(root, block, name))).collect()
}
