//! Variables of the root module, and which provider versions may be in use.

use std::collections::HashMap;

use crate::diag::Diagnostic;
use crate::eval::{self, Evaluated, Evaluator, Fault, Scope, parse_type};
use crate::hcl::{Block, Expr, Kind, Steps};
use crate::terraform::version::{Constraint, Version};
use crate::text::Span;
use crate::value::{Cause, Marks, Origin, Reason, Unknown, Value};

use super::instance::{Evaluation, Options};
use super::load::Library;
use super::module::Module;

/// Values given to the root module's variables: files first, then what the caller gave.
pub(super) fn given(
    library: &Library,
    folder: &str,
    module: &Module,
    options: &Options,
) -> (HashMap<String, Value>, Vec<Diagnostic>) {
    let mut values = HashMap::new();
    let mut diagnostics = Vec::new();
    let scope = Literals { library };
    for tree in library.variable_files(folder).iter().filter_map(|&file| library.trees.tree(file)) {
        for attribute in tree.root().attributes() {
            if !module.variables.contains_key(attribute.name()) {
                let message = format!("value for undeclared variable `{}`", attribute.name());
                diagnostics.push(Diagnostic::warning(message).at(attribute.name_span()));
                continue;
            }
            match Evaluator::new(&scope).evaluate(attribute.expr()) {
                Ok(value) => {
                    values.insert(attribute.name().to_owned(), value);
                }
                Err(fault) => diagnostics.push(fault.diagnostic),
            }
        }
    }
    values.extend(options.variables.iter().cloned());
    (values, diagnostics)
}

/// The value of a variable: what was given, else the default, converted to the type.
pub(super) fn value(
    evaluation: &Evaluation<'_>,
    block: Block<'_>,
    name: &str,
    given: Option<Value>,
    is_root: bool,
) -> Value {
    let scope = Literals { library: evaluation.library };
    let constraint = match block.body().attribute("type") {
        Some(ty) => parse_type(ty.expr(), &scope).unwrap_or_else(|fault| {
            evaluation.report(fault.diagnostic);
            eval::Constraint::any()
        }),
        None => eval::Constraint::any(),
    };
    let default = block.body().attribute("default");
    let nullable = !is_unset(block, "nullable");
    let given = given.filter(|value| nullable || !value.is_null());
    let (value, at) = match (given, default) {
        (Some(value), _) => (value, block.header_span()),
        (None, Some(default)) => {
            let result = Evaluator::new(&scope).evaluate(default.expr());
            (evaluation.settled(result, default.expr()), default.span())
        }
        (None, None) => {
            if !is_root {
                let message = format!("required argument `{name}` of the module is missing");
                evaluation.report(Diagnostic::error(message).at(block.header_span()));
            }
            let subject = format!("var.{name}");
            let reason =
                Reason::new(Cause::VariableWithoutValue, subject, Some(block.header_span()));
            let mut unknown = Unknown::new(constraint.ty.clone(), reason);
            unknown.not_null = !nullable;
            (Value::unknown(unknown), block.header_span())
        }
    };
    let value = constraint.apply(&value).unwrap_or_else(|problem| {
        let message = format!("value of `var.{name}`: {}", problem.message);
        evaluation.report(Diagnostic { hint: problem.hint, ..Diagnostic::error(message) }.at(at));
        let reason = Reason::new(Cause::Error, format!("var.{name}"), Some(at));
        Value::unknown(Unknown::new(constraint.ty.clone(), reason))
    });
    let marks = if is_set(block, "sensitive") { Marks::SENSITIVE } else { Marks::NONE };
    let marks = if is_set(block, "ephemeral") { marks.and(Marks::EPHEMERAL) } else { marks };
    value.with_marks(marks)
}

/// Whether a block says `name = true`.
pub(super) fn is_set(block: Block<'_>, name: &str) -> bool {
    matches!(literal(block, name), Some(Kind::Bool(true)))
}

/// Whether a block says `name = false`.
fn is_unset(block: Block<'_>, name: &str) -> bool {
    matches!(literal(block, name), Some(Kind::Bool(false)))
}

fn literal<'a>(block: Block<'a>, name: &str) -> Option<Kind<'a>> {
    block.body().attribute(name).map(|attribute| attribute.expr().kind())
}

/// Versions by provider: the lock file's, else what `required_providers` allows.
pub(super) fn provider_versions(
    library: &Library,
    folder: &str,
    module: &Module,
) -> HashMap<String, Constraint> {
    let mut versions = HashMap::new();
    for (name, constraint) in &module.required_providers {
        if let Ok(range) = Constraint::parse(constraint) {
            versions.insert(name.clone(), range);
        }
    }
    let lock = library.lock_file(folder).and_then(|file| library.trees.tree(file));
    let locked = lock.into_iter().flat_map(|tree| tree.root().blocks_of("provider"));
    for block in locked {
        let Some(source) = block.label(0) else { continue };
        let name = source.rsplit('/').next().unwrap_or_default().to_owned();
        if let Some(Kind::String(version)) = literal(block, "version")
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
