//! Values that a test gives to inputs: for one mock before those for the file, and both before what the
//! command line gives.

use crate::diag::{Diagnostic, did_you_mean};
use crate::eval::{Evaluated, Fault, parse_type};
use crate::hcl::{Block, Expr, Tree};
use crate::value::{Marks, Value};

use super::super::file::PolicyFile;
use super::super::inputs::{GivenInput, GivenValue};
use super::super::load::PolicySet;
use super::names::Names;

/// The inputs that a test gives values to somewhere: they need none from elsewhere.
pub(super) fn named(tree: &Tree) -> Vec<GivenInput> {
    let top = tree.root().blocks();
    let nested = top.flat_map(|block| block.body().blocks_of("inputs"));
    let blocks = tree.root().blocks_of("inputs").chain(nested);
    let names = blocks.flat_map(|block| block.body().attributes());
    names
        .map(|attribute| {
            let name = attribute.name().to_owned();
            GivenInput { name, value: GivenValue::Later, at: None }
        })
        .collect()
}

/// The set with the values of an `inputs` block, converted to the types that the policies declare.
pub(super) fn given(
    names: &Names<'_>,
    block: Block<'_>,
    set: &PolicySet,
    diagnostics: &mut Vec<Diagnostic>,
) -> PolicySet {
    let mut own = set.clone();
    for attribute in block.body().attributes() {
        let name = attribute.name();
        let files: Vec<&PolicyFile> = set
            .files()
            .iter()
            .map(|file| &**file)
            .filter(|file| file.inputs.contains_key(name))
            .collect();
        if files.is_empty() {
            let declared = set.files().iter().flat_map(|file| file.inputs.keys());
            let message = format!("no targeted policy has an input `{name}`");
            let warning = Diagnostic::warning(message).at(attribute.name_span());
            diagnostics.push(match did_you_mean(name, declared.map(String::as_str)) {
                Some(close) => warning.with_hint(format!("did you mean `{close}`?")),
                None => warning,
            });
        }
        for file in files {
            match converted(names, attribute.expr(), file, name) {
                Ok(value) => own.set_input(&file.folder, name, value),
                Err(fault) => {
                    diagnostics.push(fault.diagnostic);
                    break;
                }
            }
        }
    }
    own
}

fn converted(names: &Names<'_>, expr: Expr<'_>, file: &PolicyFile, name: &str) -> Evaluated {
    let value = names.evaluate(expr)?;
    let Some(input) = file.inputs.get(name) else { return Ok(value) };
    let value: Value = match input.ty {
        Some(ty) => {
            let constraint = parse_type(file.tree.expr(ty), names)?;
            constraint.apply(&value).map_err(|problem| Fault::new(problem, expr.span()))?
        }
        None => value,
    };
    Ok(value.with_marks(if input.sensitive { Marks::SENSITIVE } else { Marks::NONE }))
}
