//! What a configuration demands of itself: validations of variables, pre- and postconditions,
//! assertions of `check` blocks.
//!
//! Only a condition that is known to be false is told. Terraform would refuse to plan it, but what was
//! given can be judged all the same, so that is a warning; a condition that cannot be a condition is an
//! error, as everywhere.

use crate::diag::{Diagnostic, Level, did_you_mean};
use crate::eval::{Budget, Evaluated, Evaluator, Fault, Scope};
use crate::hcl::{Block, Expr, Kind, Steps};
use crate::terraform::address::dotted;
use crate::text::Span;
use crate::value::{self, Marks, Origin, Type, Value};

use super::expansion::Repetition;
use super::given::Giver;
use super::instance::{Evaluation, ModuleInstance, Resource};
use super::module::ResourceName;
use super::scope::InstanceScope;

/// Arguments of a module call that are not for its variables.
const META: [&str; 6] = ["source", "version", "count", "for_each", "providers", "depends_on"];

/// Checks what one module instance demands. What does not depend on values is told of the first
/// instance of a module only.
pub(super) fn check(evaluation: &Evaluation<'_>, id: usize, is_first: bool) {
    let instance = evaluation.instance(id);
    check_variables(evaluation, id);
    for name in instance.module.resources.keys() {
        check_resource(evaluation, id, &instance, name);
    }
    check_outputs(evaluation, id, &instance);
    check_assertions(evaluation, id, &instance);
    if is_first {
        check_declarations(evaluation, id, &instance);
    }
}

/// Evaluates all variables of a module instance and asks their validations.
pub(super) fn check_variables(evaluation: &Evaluation<'_>, id: usize) {
    let instance = evaluation.instance(id);
    let trees = &evaluation.library.trees;
    for (name, at) in &instance.module.variables {
        let Some(block) = at.of(trees) else { continue };
        if let Err(fault) = evaluation.variable(id, name, block.header_span(), 0) {
            evaluation.report(fault.diagnostic);
            continue;
        }
        let scope = InstanceScope::new(evaluation, id, Repetition::default());
        for rule in trees.layers_of(block).blocks_of("validation") {
            let asked = Asked { evaluation, scope: &scope, level: Level::Error, block: rule };
            if !asked.refers_to(name) {
                continue;
            }
            if let Some(text) = asked.failure() {
                let at = match evaluation.giver(id, block, name) {
                    Giver::Place(at) | Giver::Default(at) => at,
                    Giver::Environment | Giver::Argument | Giver::Plan | Giver::Nobody => {
                        block.header_span()
                    }
                };
                let name = dotted(&instance.address, &format!("var.{name}"));
                let message = format!("invalid value for variable `{name}`: {text}");
                let hint = "Terraform refuses this value; it is checked all the same";
                let warning = Diagnostic::warning(message).at(at).with_hint(hint);
                evaluation.report(warning.with_related(rule.header_span(), "by this rule"));
            }
        }
    }
}

fn check_resource(
    evaluation: &Evaluation<'_>,
    id: usize,
    instance: &ModuleInstance,
    name: &ResourceName,
) {
    let layers = instance.module.resources.get(name);
    let layers = layers.and_then(|at| evaluation.library.trees.layers(*at));
    let lifecycles = layers.map(|layers| layers.blocks_of("lifecycle")).unwrap_or_default();
    let conditions: Vec<Block<'_>> = lifecycles
        .into_iter()
        .flat_map(|block| block.body().blocks())
        .filter(|block| matches!(block.kind(), "precondition" | "postcondition"))
        .collect();
    if conditions.is_empty() {
        return;
    }
    let Some(group) = evaluation.group(id, name, 0) else { return };
    let repetitions = group.expansion.repetitions();
    for block in conditions {
        let mut instances = group.instances.iter().zip(&repetitions);
        // Of a thousand instances one tells what is to be done.
        let failure = instances.find_map(|(resource, repetition)| {
            let outer = InstanceScope::new(evaluation, id, repetition.clone());
            let itself = (block.kind() == "postcondition").then_some(resource);
            let scope = Inside { evaluation, outer, itself };
            let asked = Asked { evaluation, scope: &scope, level: Level::Error, block };
            asked.failure().map(|text| (resource.address.clone(), text))
        });
        if let Some((address, text)) = failure {
            let message = format!("resource {} failed for `{address}`: {text}", block.kind());
            evaluation.report(refused(message, block));
        }
    }
}

fn check_outputs(evaluation: &Evaluation<'_>, id: usize, instance: &ModuleInstance) {
    for (name, at) in &instance.module.outputs {
        let Some(layers) = evaluation.library.trees.layers(*at) else { continue };
        let scope = InstanceScope::new(evaluation, id, Repetition::default());
        for block in layers.blocks_of("precondition") {
            let asked = Asked { evaluation, scope: &scope, level: Level::Error, block };
            if let Some(text) = asked.failure() {
                let name = dotted(&instance.address, &format!("output.{name}"));
                let message = format!("precondition failed for `{name}`: {text}");
                evaluation.report(refused(message, block));
            }
        }
    }
}

/// Assertions stop nothing, and neither do mistakes in them.
fn check_assertions(evaluation: &Evaluation<'_>, id: usize, instance: &ModuleInstance) {
    for (name, at) in &instance.module.checks {
        let Some(block) = at.of(&evaluation.library.trees) else { continue };
        let scope = InstanceScope::new(evaluation, id, Repetition::default());
        for block in block.body().blocks_of("assert") {
            let asked = Asked { evaluation, scope: &scope, level: Level::Warning, block };
            if let Some(text) = asked.failure() {
                let name = dotted(&instance.address, &format!("check.{name}"));
                let message = format!("assertion of `{name}` failed: {text}");
                evaluation.report(Diagnostic::note(message).at(place(block)));
            }
        }
    }
}

/// Defaults that do not hold in this run, and arguments of module calls that no variable takes.
fn check_declarations(evaluation: &Evaluation<'_>, id: usize, instance: &ModuleInstance) {
    let trees = &evaluation.library.trees;
    for (name, at) in &instance.module.variables {
        if let Some(block) = at.of(trees) {
            super::variables::check_default(evaluation, block, name);
        }
    }
    for (name, call) in &instance.module.calls {
        let Some(children) = evaluation.children(id, name, 0) else { continue };
        let child = children.instances.as_ref().ok().and_then(|ids| ids.first());
        let (Some(&child), Some(layers)) = (child, trees.layers(*call)) else { continue };
        let called = evaluation.instance(child).module.clone();
        for attribute in layers.attributes() {
            let name = attribute.name();
            if META.contains(&name) || called.variables.contains_key(name) {
                continue;
            }
            let message = format!("unsupported argument `{name}`: the module has no such variable");
            let error = Diagnostic::error(message).at(attribute.name_span());
            let names = called.variables.keys().map(String::as_str);
            evaluation.report(match did_you_mean(name, names) {
                Some(close) => error.with_hint(format!("did you mean `{close}`?")),
                None => error,
            });
        }
    }
}

/// Where a condition that failed is told.
fn place(block: Block<'_>) -> Span {
    let condition = block.body().attribute("condition");
    condition.map_or_else(|| block.header_span(), |condition| condition.expr().span())
}

fn refused(message: String, block: Block<'_>) -> Diagnostic {
    let hint = "Terraform refuses to plan this; it is checked all the same";
    Diagnostic::warning(message).at(place(block)).with_hint(hint)
}

/// A block with `condition` and `error_message`.
struct Asked<'a, 'c> {
    evaluation: &'a Evaluation<'c>,
    scope: &'a dyn Scope,
    /// How serious mistakes in it are.
    level: Level,
    block: Block<'a>,
}

impl<'a> Asked<'a, '_> {
    /// The author's words, when the condition is known to be false.
    fn failure(&self) -> Option<String> {
        let condition = self.attribute("condition")?;
        let message = self.attribute("error_message")?;
        let value = self.evaluate(condition)?;
        if value.is_unknown() {
            return None;
        }
        let truth = match value::convert(&value, &Type::Bool) {
            Ok(value) if value.is_null() => {
                self.wrong("a condition is either true or false, and this is null", condition);
                return None;
            }
            Ok(value) => value,
            Err(_) => {
                self.wrong("a condition is either true or false: bool required", condition);
                return None;
            }
        };
        (truth.as_bool() == Some(false)).then(|| self.words(message))
    }

    fn attribute(&self, name: &str) -> Option<Expr<'a>> {
        let attribute = self.block.body().attribute(name);
        if attribute.is_none() {
            let message = format!("`{}` block lacks `{name}`", self.block.kind());
            self.evaluation.report(Diagnostic::error(message).at(self.block.header_span()));
        }
        attribute.map(|attribute| attribute.expr())
    }

    fn evaluate(&self, expr: Expr<'_>) -> Option<Value> {
        let result = Evaluator::new(self.scope).evaluate(expr);
        result.map_err(|fault| self.report(fault.diagnostic)).ok()
    }

    fn wrong(&self, message: &str, at: Expr<'_>) {
        self.report(Diagnostic::error(message).at(at.span()));
    }

    fn report(&self, diagnostic: Diagnostic) {
        self.evaluation.report(Diagnostic { level: self.level, ..diagnostic });
    }

    /// The error message in one line. Nothing that is sensitive is told, not even where Terraform does.
    fn words(&self, message: Expr<'_>) -> String {
        let failed = || "its error message could not be evaluated".to_owned();
        let Some(value) = self.evaluate(message) else { return failed() };
        let marks = value.deep_marks();
        if marks.has(Marks::SENSITIVE) || marks.has(Marks::EPHEMERAL) {
            return "the error message included a sensitive value, so it will not be displayed"
                .to_owned();
        }
        if !value.is_wholly_known() {
            return "its error message is not known".to_owned();
        }
        match value::convert(&value, &Type::String) {
            Ok(value) => match value.as_str() {
                Some(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
                None => failed(),
            },
            Err(_) => {
                self.wrong("an error message is a string", message);
                failed()
            }
        }
    }

    /// Whether a validation looks at its own variable, which it must.
    fn refers_to(&self, name: &str) -> bool {
        let Some(condition) = self.attribute("condition") else { return false };
        let refers = condition.walk().any(|expr| match expr.kind() {
            Kind::Traversal { base, steps } => {
                matches!(base.kind(), Kind::Variable("var")) && steps.name(0) == Some(name)
            }
            _ => false,
        });
        if !refers {
            self.wrong(
                &format!("a condition of this variable must refer to `var.{name}`"),
                condition,
            );
        }
        refers
    }
}

/// The names inside a condition of a resource.
struct Inside<'e, 'c> {
    evaluation: &'e Evaluation<'c>,
    outer: InstanceScope<'e, 'c>,
    /// What `self` is.
    itself: Option<&'e Resource>,
}

impl Scope for Inside<'_, '_> {
    fn budget(&self) -> Option<&Budget> {
        self.outer.budget()
    }

    fn resolve<'t>(
        &self,
        root: &str,
        steps: Steps<'t>,
        at: Span,
        evaluator: &mut Evaluator<'_>,
    ) -> Evaluated<(Value, usize)> {
        match (self.itself, root, steps.name(0)) {
            (Some(resource), "self", Some(name)) => {
                let value = self.evaluation.attribute_of(resource, name);
                Ok((value.map_err(|problem| Fault::new(problem, at))?, 1))
            }
            (Some(resource), "self", None) => Ok((self.evaluation.whole(resource), 0)),
            _ => self.outer.resolve(root, steps, at, evaluator),
        }
    }

    fn call(
        &self,
        name: &str,
        arguments: &[Value],
        at: Span,
        evaluator: &mut Evaluator<'_>,
    ) -> Option<Evaluated> {
        self.outer.call(name, arguments, at, evaluator)
    }

    fn origin(&self, expr: Expr<'_>) -> Origin {
        self.outer.origin(expr)
    }
}
