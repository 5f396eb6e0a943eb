//! Variables: which value each has, converted to its type, and what is wrong with it. Also which
//! provider versions may be in use.

use std::collections::HashMap;

use crate::diag::{Diagnostic, Problem};
use crate::eval::{Constraint as Wanted, Evaluator, Literals, parse_type};
use crate::hcl::{Attribute, Block, Expr, Kind};
use crate::terraform::version::{Constraint, Version};
use crate::text::Span;
use crate::value::{Cause, Marks, Origin, Reason, Unknown, Value};

use super::given::{Given, Giver};
use super::instance::Evaluation;
use super::layers::Layers;
use super::load::Library;
use super::module::Module;

/// A declared variable, read.
struct Variable<'v> {
    name: &'v str,
    header: Span,
    wanted: Wanted,
    default: Option<Attribute<'v>>,
    nullable: bool,
    marks: Marks,
}

/// The value of a variable: what it had in the plan, or what was given, else the default; converted to
/// the type. `called_at` is the call of the module, if it is not the root.
pub(super) fn value(
    evaluation: &Evaluation<'_>,
    block: Block<'_>,
    name: &str,
    given: Option<Given>,
    called_at: Option<Span>,
) -> Value {
    let variable = Variable::read(evaluation, block, name);
    let planned = evaluation.planned(name).filter(|_| called_at.is_none());
    let value = match planned {
        Some(planned) => variable.as_planned(evaluation, planned, given),
        None => match variable.written(given) {
            Written::Value(value, at) => variable.converted(evaluation, &value, at),
            Written::Default(default) => variable.default_value(evaluation, default),
            Written::NullAt(at) => {
                let message =
                    format!("{}: required variable may not be set to null", variable.unsuitable());
                evaluation.report(variable.told(Diagnostic::error(message), at));
                variable.unknown(Cause::Error, at.unwrap_or(variable.header))
            }
            Written::Nothing => {
                if called_at.is_some() {
                    let message = format!("required argument `{name}` of the module is missing");
                    evaluation.report(variable.told(Diagnostic::error(message), called_at));
                }
                variable.unknown(Cause::VariableWithoutValue, variable.header)
            }
        },
    };
    value.with_marks(variable.marks)
}

/// What is written for a variable.
enum Written<'v> {
    /// A value, and where it was given.
    Value(Value, Option<Span>),
    /// The default.
    Default(Attribute<'v>),
    /// Null, which the variable may not be.
    NullAt(Option<Span>),
    /// Nothing at all.
    Nothing,
}

impl<'v> Variable<'v> {
    fn read(evaluation: &'v Evaluation<'_>, block: Block<'v>, name: &'v str) -> Self {
        let header = block.header_span();
        let block = evaluation.library.trees.layers_of(block);
        let scope = literals(evaluation.library);
        let wanted = block.attribute("type").map(|ty| parse_type(ty.expr(), &scope));
        let wanted = wanted
            .and_then(|wanted| wanted.map_err(|fault| evaluation.report(fault.diagnostic)).ok());
        Self {
            name,
            header,
            wanted: wanted.unwrap_or_else(Wanted::any),
            default: block.attribute("default"),
            nullable: !is_unset(&block, "nullable"),
            marks: marks(&block),
        }
    }

    /// Of a variable that may not be null, null stands for the default.
    fn written(&self, given: Option<Given>) -> Written<'v> {
        match (given, self.default) {
            (Some(given), _) if self.nullable || !given.value.is_null() => {
                let at = given.at();
                Written::Value(given.value, at)
            }
            (_, Some(default)) => Written::Default(default),
            (Some(given), None) => Written::NullAt(given.at()),
            (None, None) => Written::Nothing,
        }
    }

    /// What the files say has places, so it goes before the plan where it says the same.
    fn as_planned(
        &self,
        evaluation: &Evaluation<'_>,
        planned: &Value,
        given: Option<Given>,
    ) -> Value {
        let scope = literals(evaluation.library);
        let written = match self.written(given) {
            Written::Value(value, _) => Some(value),
            Written::Default(default) => Evaluator::new(&scope).evaluate(default.expr()).ok(),
            Written::NullAt(_) | Written::Nothing => None,
        };
        let planned = match (planned.is_null() && !self.nullable, self.default) {
            (true, Some(default)) => self.default_value(evaluation, default),
            _ => self.converted(evaluation, planned, None),
        };
        let same = written.and_then(|written| self.wanted.apply(&written).ok());
        same.filter(|same| *same == planned).unwrap_or(planned)
    }

    fn default_value(&self, evaluation: &Evaluation<'_>, default: Attribute<'_>) -> Value {
        let scope = literals(evaluation.library);
        let expr = default.expr();
        let value = evaluation.settled(Evaluator::new(&scope).evaluate(expr), expr);
        if value.is_null() && !self.nullable {
            let message =
                format!("default of `var.{}` is null, and `nullable` is false", self.name);
            evaluation.report(Diagnostic::error(message).at(expr.span()));
            return self.unknown(Cause::Error, expr.span());
        }
        self.wanted.apply(&value).unwrap_or_else(|problem| {
            let message = format!(
                "default of `var.{}` is not of its type: {}",
                self.name,
                self.open(&problem)
            );
            let diagnostic = Diagnostic { hint: problem.hint, ..Diagnostic::error(message) };
            evaluation.report(diagnostic.at(expr.span()));
            self.unknown(Cause::Error, expr.span())
        })
    }

    fn converted(&self, evaluation: &Evaluation<'_>, value: &Value, at: Option<Span>) -> Value {
        self.wanted.apply(value).unwrap_or_else(|problem| {
            let message = format!("{}: {}", self.unsuitable(), self.open(&problem));
            let diagnostic = Diagnostic { hint: problem.hint, ..Diagnostic::error(message) };
            evaluation.report(self.told(diagnostic, at));
            self.unknown(Cause::Error, at.unwrap_or(self.header))
        })
    }

    fn unsuitable(&self) -> String {
        format!("the given value is not suitable for `var.{}`", self.name)
    }

    /// What is wrong, without the keys on the way to it where they may be secret.
    fn open(&self, problem: &Problem) -> String {
        match self.marks.has(Marks::SENSITIVE) {
            true => "it is not of its type, and sensitive".to_owned(),
            false => problem.message.clone(),
        }
    }

    /// At the value where it has a place, else at the variable.
    fn told(&self, diagnostic: Diagnostic, at: Option<Span>) -> Diagnostic {
        match at {
            Some(at) => diagnostic.at(at).with_related(self.header, "declared here"),
            None => diagnostic.at(self.header),
        }
    }

    fn unknown(&self, cause: Cause, at: Span) -> Value {
        let reason = Reason::new(cause, format!("var.{}", self.name), Some(at));
        let mut unknown = Unknown::new(self.wanted.ty.clone(), reason);
        unknown.not_null = !self.nullable;
        Value::unknown(unknown)
    }
}

/// Who gave a variable its value, when `given` was given.
pub(super) fn giver(evaluation: &Evaluation<'_>, block: Block<'_>, given: Option<Given>) -> Giver {
    let by = given.as_ref().map_or(Giver::Nobody, |given| given.by);
    match Variable::read(evaluation, block, "").written(given) {
        Written::Value(..) | Written::NullAt(_) | Written::Nothing => by,
        Written::Default(default) => Giver::Default(default.expr().span()),
    }
}

/// What is wrong with a variable's default, whether or not it holds in this run.
pub(super) fn check_default(evaluation: &Evaluation<'_>, block: Block<'_>, name: &str) {
    let variable = Variable::read(evaluation, block, name);
    if let Some(default) = variable.default {
        variable.default_value(evaluation, default);
    }
}

/// The marks that a variable or an output puts on its value.
pub(super) fn marks(block: &Layers<'_>) -> Marks {
    let mark = |name, marks| if is_set(block, name) { marks } else { Marks::NONE };
    mark("sensitive", Marks::SENSITIVE).and(mark("ephemeral", Marks::EPHEMERAL))
}

/// Whether a block says `name = true`, or `"true"`, which means the same.
fn is_set(block: &Layers<'_>, name: &str) -> bool {
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

/// What stands in types, defaults and files of values.
pub(super) fn literals(library: &Library) -> Literals<impl Fn(Expr<'_>) -> Origin + '_> {
    Literals::of_configurations(|expr| library.trees.of_expr(expr))
}
