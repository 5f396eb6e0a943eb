//! Values given to the variables of a root module, and who gave them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::eval::Evaluator;
use crate::hcl::{self, Kind};
use crate::text::{FileId, Span};
use crate::value::Value;

use super::instance::{Argument, Options};
use super::layers::Layers;
use super::load::Library;
use super::module::Module;
use super::variables::literals;

/// Who gave a variable its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Giver {
    /// The environment, `TF_VAR_name`.
    Environment,
    /// A file of values, or the argument of a module call: the value's place.
    Place(Span),
    /// `--var`.
    Argument,
    /// The plan that the configuration is joined with.
    Plan,
    /// Its own default: the value's place.
    Default(Span),
    /// Nobody; it has none.
    Nobody,
}

/// A value, and who gave it.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub value: Value,
    pub by: Giver,
}

impl Given {
    /// Where it is written; what was typed has no place.
    pub(super) fn at(&self) -> Option<Span> {
        match self.by {
            Giver::Place(at) | Giver::Default(at) => Some(at),
            Giver::Environment | Giver::Argument | Giver::Plan | Giver::Nobody => None,
        }
    }
}

/// Values given to the root module's variables, in Terraform's order: of two values for one variable
/// the later holds. Names that no variable has are told for the files beside the module only; whoever
/// gives values by hand may give them for another root.
pub(super) fn given(
    library: &Library,
    folder: &str,
    module: &Module,
    options: &Options<'_>,
) -> (HashMap<String, Given>, Vec<Diagnostic>) {
    let mut given = Giving { library, module, values: HashMap::new(), diagnostics: Vec::new() };
    for (name, text) in &options.environment {
        given.text(name, text, Giver::Environment);
    }
    for &file in library.variable_files(folder) {
        given.file(file, true);
    }
    for argument in &options.arguments {
        match argument {
            Argument::Text(name, text) => given.text(name, text, Giver::Argument),
            Argument::File(file) => given.file(*file, false),
        }
    }
    (given.values, given.diagnostics)
}

struct Giving<'g> {
    library: &'g Library,
    module: &'g Module,
    values: HashMap<String, Given>,
    diagnostics: Vec<Diagnostic>,
}

impl Giving<'_> {
    fn file(&mut self, file: FileId, tell_undeclared: bool) {
        let scope = literals(self.library);
        let Some(tree) = self.library.trees.tree(file) else { return };
        for attribute in tree.root().attributes() {
            if !self.module.variables.contains_key(attribute.name()) {
                let message = format!("value for undeclared variable `{}`", attribute.name());
                let warning = Diagnostic::warning(message).at(attribute.name_span());
                self.diagnostics.extend(tell_undeclared.then_some(warning));
                continue;
            }
            match Evaluator::new(&scope).evaluate(attribute.expr()) {
                Ok(value) => {
                    let by = Giver::Place(attribute.expr().span());
                    self.values.insert(attribute.name().to_owned(), Given { value, by });
                }
                Err(fault) => self.diagnostics.push(fault.diagnostic),
            }
        }
    }

    fn text(&mut self, name: &str, text: &str, by: Giver) {
        let Some(variable) = self.module.variables.get(name) else { return };
        let Some(variable) = self.library.trees.layers(*variable) else { return };
        let value = match takes_plain_text(&variable) {
            true => Ok(Value::nfc(text)),
            false => self.expression(text),
        };
        match value {
            Ok(value) => {
                self.values.insert(name.to_owned(), Given { value, by });
            }
            Err(problem) => {
                let message = format!("value given for `var.{name}`: {}", problem.message);
                let hint = "unless its type is string, number or bool, it is an expression";
                self.diagnostics.push(Diagnostic::error(message).with_hint(hint));
            }
        }
    }

    /// What stands on the command line or in the environment has no place that a report could show.
    fn expression(&self, text: &str) -> Result<Value, Diagnostic> {
        let (tree, mut complaints) = hcl::parse_expression(NOWHERE, Arc::from(text));
        complaints.truncate(1);
        if let Some(complaint) = complaints.pop() {
            return Err(complaint);
        }
        let Some(expr) = tree.expression() else { return Ok(Value::NULL) };
        let scope = literals(self.library);
        Evaluator::new(&scope).evaluate(expr).map_err(|fault| fault.diagnostic)
    }
}

/// A file that nobody has; values from it have no origin.
const NOWHERE: FileId = FileId(u32::MAX);

/// Whether text given for the variable is its value, and no expression: its type is plain, or not said.
fn takes_plain_text(variable: &Layers<'_>) -> bool {
    let Some(ty) = variable.attribute("type") else { return true };
    match ty.expr().kind() {
        Kind::Variable(name) => matches!(name, "string" | "number" | "bool"),
        // The spelling of old.
        Kind::String(name) => name == "string",
        _ => false,
    }
}
