//! Variables of the root module, and which provider versions may be in use.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::eval::{self, Evaluated, Evaluator, Fault, Scope, parse_type};
use crate::hcl::{self, Block, Expr, Kind, Steps};
use crate::terraform::version::{Constraint, Version};
use crate::text::{FileId, Span};
use crate::value::{Cause, Marks, Origin, Reason, Unknown, Value};

use super::instance::{Argument, Evaluation, Options};
use super::layers::Layers;
use super::load::Library;
use super::module::Module;

/// Values given to the root module's variables, in Terraform's order: of two values for one variable
/// the later holds. Names that no variable has are told for the files beside the module only; whoever
/// gives values by hand may give them for another root.
pub(super) fn given(
    library: &Library,
    folder: &str,
    module: &Module,
    options: &Options<'_>,
) -> (HashMap<String, Value>, Vec<Diagnostic>) {
    let mut given = Given { library, module, values: HashMap::new(), diagnostics: Vec::new() };
    for (name, text) in &options.environment {
        given.text(name, text);
    }
    for &file in library.variable_files(folder) {
        given.file(file, true);
    }
    for argument in &options.arguments {
        match argument {
            Argument::Text(name, text) => given.text(name, text),
            Argument::File(file) => given.file(*file, false),
        }
    }
    (given.values, given.diagnostics)
}

struct Given<'g> {
    library: &'g Library,
    module: &'g Module,
    values: HashMap<String, Value>,
    diagnostics: Vec<Diagnostic>,
}

impl Given<'_> {
    fn file(&mut self, file: FileId, tell_undeclared: bool) {
        let scope = Literals { library: self.library };
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
                    self.values.insert(attribute.name().to_owned(), value);
                }
                Err(fault) => self.diagnostics.push(fault.diagnostic),
            }
        }
    }

    fn text(&mut self, name: &str, text: &str) {
        let Some(variable) = self.module.variables.get(name) else { return };
        let Some(variable) = self.library.trees.layers(*variable) else { return };
        let value = match takes_plain_text(&variable) {
            true => Ok(Value::nfc(text)),
            false => self.expression(text),
        };
        match value {
            Ok(value) => {
                self.values.insert(name.to_owned(), value);
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
        let scope = Literals { library: self.library };
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

/// The value of a variable: what it had in the plan, or what was given, else the default; converted to
/// the type.
pub(super) fn value(
    evaluation: &Evaluation<'_>,
    block: Block<'_>,
    name: &str,
    given: Option<Value>,
    is_root: bool,
) -> Value {
    let planned = evaluation.planned(name).filter(|_| is_root);
    let scope = Literals { library: evaluation.library };
    let header = block.header_span();
    let block = &evaluation.library.trees.layers_of(block);
    let constraint = match block.attribute("type") {
        Some(ty) => parse_type(ty.expr(), &scope).unwrap_or_else(|fault| {
            evaluation.report(fault.diagnostic);
            eval::Constraint::any()
        }),
        None => eval::Constraint::any(),
    };
    let default = block.attribute("default");
    let nullable = !is_unset(block, "nullable");
    let written = given.filter(|value| nullable || !value.is_null());
    let given = planned.cloned().or_else(|| written.clone());
    let given = given.filter(|value| nullable || !value.is_null());
    let (value, at) = match (given, default) {
        (Some(value), _) => (value, header),
        (None, Some(default)) => {
            let result = Evaluator::new(&scope).evaluate(default.expr());
            (evaluation.settled(result, default.expr()), default.span())
        }
        (None, None) => {
            if !is_root {
                let message = format!("required argument `{name}` of the module is missing");
                evaluation.report(Diagnostic::error(message).at(header));
            }
            let subject = format!("var.{name}");
            let reason = Reason::new(Cause::VariableWithoutValue, subject, Some(header));
            let mut unknown = Unknown::new(constraint.ty.clone(), reason);
            unknown.not_null = !nullable;
            (Value::unknown(unknown), header)
        }
    };
    let value = constraint.apply(&value).unwrap_or_else(|problem| {
        let message = format!("value of `var.{name}`: {}", problem.message);
        evaluation.report(Diagnostic { hint: problem.hint, ..Diagnostic::error(message) }.at(at));
        let reason = Reason::new(Cause::Error, format!("var.{name}"), Some(at));
        Value::unknown(Unknown::new(constraint.ty.clone(), reason))
    });
    // What the files say has places, so it goes before the plan where it says the same.
    let written = planned.and_then(|_| match (written, default) {
        (Some(written), _) => Some(written),
        (None, default) => Evaluator::new(&scope).evaluate(default?.expr()).ok(),
    });
    let same = written.and_then(|written| constraint.apply(&written).ok());
    let value = same.filter(|same| *same == value).unwrap_or(value);
    let marks = if is_set(block, "sensitive") { Marks::SENSITIVE } else { Marks::NONE };
    let marks = if is_set(block, "ephemeral") { marks.and(Marks::EPHEMERAL) } else { marks };
    value.with_marks(marks)
}

/// Whether a block says `name = true`, or `"true"`, which means the same.
pub(super) fn is_set(block: &Layers<'_>, name: &str) -> bool {
    says(block, name, true)
}

/// Whether a block says `name = false`.
fn is_unset(block: &Layers<'_>, name: &str) -> bool {
    says(block, name, false)
}

fn says(block: &Layers<'_>, name: &str, wanted: bool) -> bool {
    match literal(block, name) {
        Some(Kind::Bool(said)) => said == wanted,
        Some(Kind::String(said)) => said == if wanted { "true" } else { "false" },
        _ => false,
    }
}

fn literal<'a>(block: &Layers<'a>, name: &str) -> Option<Kind<'a>> {
    block.attribute(name).map(|attribute| attribute.expr().kind())
}

/// Versions by provider: the lock file's, else what `required_providers` allows.
#[must_use]
pub fn provider_versions(
    library: &Library,
    folder: &str,
    module: &Module,
) -> HashMap<String, Constraint> {
    let mut versions = HashMap::new();
    for (name, required) in &module.required_providers {
        let range = required.version.as_deref().map(Constraint::parse);
        if let Some(Ok(range)) = range {
            versions.insert(super::providers::type_of(module, name), range);
        }
    }
    let lock = library.lock_file(folder).and_then(|file| library.trees.tree(file));
    let locked = lock.into_iter().flat_map(|tree| tree.root().blocks_of("provider"));
    for block in locked {
        let Some(source) = block.label(0) else { continue };
        let name = source.rsplit('/').next().unwrap_or_default().to_owned();
        if let Some(Kind::String(version)) = literal(&Layers::from(block.body()), "version")
            && let Some(version) = Version::parse(&version)
        {
            versions.insert(name, Constraint::exactly(version));
        }
    }
    versions
}

/// A scope without names: types, defaults and files of values.
pub(super) struct Literals<'l> {
    pub library: &'l Library,
}

impl Scope for Literals<'_> {
    fn resolve<'t>(
        &self,
        root: &str,
        _steps: Steps<'t>,
        at: Span,
        _evaluator: &mut Evaluator<'_>,
    ) -> Evaluated<(Value, usize)> {
        let problem = crate::diag::Problem::new(format!("`{root}` cannot be used here"))
            .with_hint("only literal values stand here; strings need quotes");
        Err(Fault::new(problem, at))
    }

    fn origin(&self, expr: Expr<'_>) -> Origin {
        self.library.trees.of_expr(expr)
    }
}
