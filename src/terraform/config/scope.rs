//! The names that an expression in a module instance can use.

use std::rc::Rc;

use crate::diag::Problem;
use crate::eval::{Budget, Evaluated, Evaluator, Fault, Scope};
use crate::hcl::{Expr, Step, StepKind, Steps};
use crate::terraform::address::{Key, Mode};
use crate::text::Span;
use crate::value::{Cause, Key as Name, Marks, Number, Origin, Reason, Type, Unknown, Value};

use super::expansion::{Expansion, Repetition};
use super::instance::Evaluation;
use super::module::{ResourceName, resource_of};
use super::names::undeclared;
use super::reading::Reading;
use super::resources::Group;

/// The names in one instance of a block of a module instance.
pub(super) struct InstanceScope<'e, 'c> {
    evaluation: &'e Evaluation<'c>,
    instance: usize,
    repetition: Repetition,
}

impl<'e, 'c> InstanceScope<'e, 'c> {
    /// The scope of a module instance, with `each` and `count` as the repetition has them.
    pub(super) fn new(
        evaluation: &'e Evaluation<'c>,
        instance: usize,
        repetition: Repetition,
    ) -> Self {
        Self { evaluation, instance, repetition }
    }

    fn repetition(&self, root: &str, name: &str, at: Span) -> Evaluated {
        let by_count = !matches!(self.repetition.key, Some(Key::Str(_)) | None);
        let by_each = !matches!(self.repetition.key, Some(Key::Int(_)) | None);
        let value = match (root, name) {
            ("each", "key") if by_each => self.repetition.index.clone(),
            ("each", "value") if by_each => self.repetition.value.clone(),
            ("count", "index") if by_count => self.repetition.index.clone(),
            ("each", "key" | "value") => {
                return Err(plain(format!("`each.{name}` without `for_each` in this block"), at));
            }
            ("count", "index") => {
                return Err(plain("`count.index` without `count` in this block".to_owned(), at));
            }
            _ => None,
        };
        value.ok_or_else(|| plain(format!("`{root}` has no attribute `{name}`"), at))
    }

    fn path(&self, name: &str, at: Span) -> Evaluated {
        let folder = self.evaluation.instance(self.instance).module.folder.clone();
        let root = self.evaluation.root_folder();
        match name {
            "root" => Ok(Value::from(".")),
            "module" => Ok(Value::string(below(root, &folder))),
            "cwd" => Ok(not_given("path.cwd", at)),
            _ => Err(plain(format!("`path` has no attribute `{name}`"), at)),
        }
    }

    /// What a run of Terraform knows of itself. Without a word about the workspace it may be any: the
    /// checkout of a pull request has selected none, and `default` is seldom the one that matters.
    fn run(&self, root: &str, name: &str, at: Span) -> Evaluated {
        match (name, self.evaluation.workspace()) {
            ("workspace", Some(workspace)) => Ok(Value::from(workspace)),
            ("workspace", None) => Ok(not_given(&format!("{root}.workspace"), at)),
            // As it is while the plan is made.
            ("applying", _) => Ok(Value::from(false).with_marks(Marks::EPHEMERAL)),
            _ => Err(plain(format!("`{root}` has no attribute `{name}`"), at)),
        }
    }

    /// `TYPE.NAME`, `data.TYPE.NAME`, with as many further steps as lead to one attribute.
    fn resource(
        &self,
        name: &ResourceName,
        steps: Steps<'_>,
        used: usize,
        at: Span,
        evaluator: &mut Evaluator<'_>,
    ) -> Evaluated<(Value, usize)> {
        let module = self.evaluation.instance(self.instance).module.clone();
        if !module.resources.contains_key(name) {
            return Err(undeclared_resource(&module.resources, name, at));
        }
        let Some(group) = self.evaluation.group(self.instance, name, evaluator.depth()) else {
            return Err(self.evaluation.resource_cycle(self.instance, name, at));
        };
        if let Some(problem) = wrong_key(&group.expansion, name, steps.get(used)) {
            return Err(Fault::new(problem, at));
        }
        let Some((index, used)) = instance_of(&group.expansion, steps, used, evaluator)? else {
            return Ok((self.all(&group, at), used));
        };
        let Index::At(index) = index else {
            return Ok((unknown_key(&group, at), used));
        };
        let Some(resource) = group.instances.get(index) else { return Ok((Value::NULL, used)) };
        match steps.name(used) {
            Some(attribute) => {
                let value = self
                    .evaluation
                    .attribute_of(resource, attribute)
                    .map_err(|problem| Fault::new(problem, at))?;
                Ok((value, used + 1))
            }
            _ => Ok((self.evaluation.whole(resource), used)),
        }
    }

    /// All instances of a resource as one value.
    fn all(&self, group: &Rc<Group>, at: Span) -> Value {
        let whole =
            |n: usize| group.instances.get(n).map_or(Value::NULL, |r| self.evaluation.whole(r));
        match &group.expansion {
            Expansion::Single | Expansion::Disabled => whole(0),
            Expansion::Count(count) => Value::tuple((0..*count).map(whole).collect::<Vec<_>>()),
            Expansion::ForEach(entries) => Value::object(
                entries
                    .iter()
                    .enumerate()
                    .map(|(n, (key, _))| (key.clone(), whole(n)))
                    .collect::<Vec<_>>(),
            ),
            Expansion::Unknown(_) => unknown_key(group, at),
        }
    }

    /// `module.NAME`, with as many further steps as lead to one output.
    fn module(
        &self,
        name: &str,
        steps: Steps<'_>,
        at: Span,
        evaluator: &mut Evaluator<'_>,
    ) -> Evaluated<(Value, usize)> {
        let module = self.evaluation.instance(self.instance).module.clone();
        if !module.calls.contains_key(name) {
            let shown = format!("module.{name}");
            return Err(undeclared("module call", &shown, name, module.calls.keys(), at));
        }
        let depth = evaluator.depth();
        let Some(children) = self.evaluation.children(self.instance, name, depth) else {
            return Err(plain(format!("cycle: `module.{name}` needs itself"), at));
        };
        let ids = match &children.instances {
            Ok(ids) => ids,
            Err(reason) => {
                return Ok((Value::unknown(Unknown::new(Type::Any, reason.clone())), steps.len()));
            }
        };
        let Some((index, used)) = instance_of(&children.expansion, steps, 1, evaluator)? else {
            return Ok((self.all_outputs(&children.expansion, ids, at, depth)?, 1));
        };
        let Index::At(index) = index else {
            return Ok((unknown_instances(&children.expansion, at), used));
        };
        let Some(&id) = ids.get(index) else { return Ok((Value::NULL, used)) };
        match steps.name(used) {
            Some(output) => Ok((self.evaluation.output(id, output, at, depth)?, used + 1)),
            _ => Ok((self.evaluation.outputs(id, at, depth)?, used)),
        }
    }

    fn all_outputs(&self, expansion: &Expansion, ids: &[usize], at: Span, depth: u32) -> Evaluated {
        let outputs: Vec<Value> = ids
            .iter()
            .map(|&id| self.evaluation.outputs(id, at, depth))
            .collect::<Evaluated<_>>()?;
        Ok(match expansion {
            Expansion::Single | Expansion::Disabled => {
                outputs.into_iter().next().unwrap_or(Value::NULL)
            }
            Expansion::Count(_) => Value::tuple(outputs),
            Expansion::ForEach(entries) => {
                let keys = entries.iter().map(|(key, _)| key.clone());
                Value::object(keys.zip(outputs).collect::<Vec<_>>())
            }
            Expansion::Unknown(_) => unknown_instances(expansion, at),
        })
    }
}

impl Scope for InstanceScope<'_, '_> {
    fn resolve<'t>(
        &self,
        root: &str,
        steps: Steps<'t>,
        at: Span,
        evaluator: &mut Evaluator<'_>,
    ) -> Evaluated<(Value, usize)> {
        let name = |n| steps.name(n);
        let depth = evaluator.depth();
        let Some(first) = name(0) else {
            let problem = Problem::new(format!("`{root}` is not a reference"))
                .with_hint("a reference has at least two names, such as `var.region`");
            return Err(Fault::new(problem, at));
        };
        match root {
            "var" => Ok((self.evaluation.variable(self.instance, first, at, depth)?, 1)),
            "local" => Ok((self.evaluation.local(self.instance, first, at, depth)?, 1)),
            "each" | "count" => Ok((self.repetition(root, first, at)?, 1)),
            "path" => Ok((self.path(first, at)?, 1)),
            "terraform" | "tofu" => Ok((self.run(root, first, at)?, 1)),
            "self" => Err(plain("`self` stands only in provisioners and conditions".into(), at)),
            "module" => self.module(first, steps, at, evaluator),
            _ => {
                let Some(key) = resource_of(root, steps) else {
                    return Err(plain(format!("`{root}.{first}` lacks the resource's name"), at));
                };
                let used = if matches!(root, "data" | "ephemeral" | "resource") { 2 } else { 1 };
                self.resource(&key, steps, used, at, evaluator)
            }
        }
    }

    fn call(
        &self,
        name: &str,
        arguments: &[Value],
        at: Span,
        evaluator: &mut Evaluator<'_>,
    ) -> Option<Evaluated> {
        let reading = Reading { evaluation: self.evaluation, scope: self };
        reading.call(name, arguments, at, evaluator)
    }

    fn budget(&self) -> Option<&Budget> {
        Some(&self.evaluation.budget)
    }

    fn origin(&self, expr: Expr<'_>) -> Origin {
        if self.evaluation.options.without_origins {
            return Origin::NONE;
        }
        self.evaluation.library.trees.of_expr(expr)
    }
}

/// What is wrong with how a reference asks for instances: a key where there is none, or none where there
/// are many.
fn wrong_key(
    expansion: &Expansion,
    name: &ResourceName,
    step: Option<Step<'_>>,
) -> Option<Problem> {
    let kind = step?.kind;
    let is_key = matches!(kind, StepKind::Index(_) | StepKind::Legacy(_));
    let is_attribute = matches!(kind, StepKind::Attribute(_));
    let shown = shown(name);
    let (argument, example) = match expansion {
        Expansion::Single | Expansion::Disabled if is_key => {
            let message = format!(
                "because `{shown}` does not have `count` or `for_each` set, references to it must \
                 not include an index key"
            );
            return Some(Problem::new(message));
        }
        Expansion::Count(_) => ("count", "count.index"),
        Expansion::ForEach(_) => ("for_each", "each.key"),
        _ => return None,
    };
    is_attribute.then(|| {
        let message = format!(
            "because `{shown}` has `{argument}` set, its attributes must be accessed on specific \
             instances"
        );
        Problem::new(message).with_hint(format!("for example `{shown}[{example}]`"))
    })
}

fn shown((mode, resource_type, name): &ResourceName) -> String {
    let prefix = match mode {
        Mode::Managed => "",
        Mode::Data => "data.",
        Mode::Ephemeral => "ephemeral.",
    };
    format!("{prefix}{resource_type}.{name}")
}

enum Index {
    At(usize),
    Unknown,
}

/// Which instance the steps from `used` on ask for, and how many steps are used then; `None` when
/// they ask for all.
fn instance_of(
    expansion: &Expansion,
    steps: Steps<'_>,
    used: usize,
    evaluator: &mut Evaluator<'_>,
) -> Evaluated<Option<(Index, usize)>> {
    if matches!(expansion, Expansion::Single | Expansion::Disabled) {
        return Ok(Some((Index::At(0), used)));
    }
    let Some(step) = steps.get(used) else { return Ok(None) };
    let key = match step.kind {
        StepKind::Attribute(name) => Value::from(name),
        StepKind::Legacy(digits) => Number::parse(digits).map_or(Value::NULL, Value::from),
        StepKind::Index(expr) => evaluator.evaluate(expr)?,
        StepKind::Splat { .. } => return Ok(None),
    };
    let missing = |shown: &str| {
        let message = format!(
            "the given key does not identify an element in this collection value: no instance has \
             the key {shown}"
        );
        Fault::new(Problem::new(message), step.span)
    };
    let index = match expansion {
        _ if key.is_unknown() => Index::Unknown,
        Expansion::Single | Expansion::Disabled | Expansion::Unknown(_) => Index::Unknown,
        Expansion::Count(count) => {
            let number = crate::value::convert(&key, &Type::Number)
                .map_err(|problem| Fault::new(problem, step.span))?;
            let index = number.as_number().and_then(Number::as_i64);
            let index = index.and_then(|n| usize::try_from(n).ok()).filter(|n| n < count);
            Index::At(index.ok_or_else(|| missing(&format!("{key:?}")))?)
        }
        Expansion::ForEach(entries) => {
            let text = crate::value::convert(&key, &Type::String)
                .map_err(|problem| Fault::new(problem, step.span))?;
            let text = text.as_str().unwrap_or_default();
            let index = entries.iter().position(|(key, _)| &**key == text);
            Index::At(index.ok_or_else(|| missing(&format!("{text:?}")))?)
        }
    };
    Ok(Some((index, used + 1)))
}

fn unknown_key(group: &Group, at: Span) -> Value {
    unknown_instances(&group.expansion, at)
}

fn unknown_instances(expansion: &Expansion, at: Span) -> Value {
    let reason = match expansion {
        Expansion::Unknown(reason) => reason.clone(),
        _ => Reason::new(Cause::UnknownInstances, "the instance key", Some(at)),
    };
    Value::unknown(Unknown::new(Type::Any, reason))
}

fn not_given(name: &str, at: Span) -> Value {
    let reason = Reason::new(Cause::VariableWithoutValue, name, Some(at));
    Value::unknown(Unknown::new(Type::String, reason).not_null())
}

fn plain(message: String, at: Span) -> Box<Fault> {
    Fault::new(Problem::new(message), at)
}

pub(super) fn undeclared_resource(
    declared: &std::collections::BTreeMap<ResourceName, super::BlockRef>,
    wanted: &ResourceName,
    at: Span,
) -> Box<Fault> {
    let (mode, resource_type, name) = wanted;
    let names: Vec<String> = declared
        .keys()
        .filter(|(m, t, _)| m == mode && t == resource_type)
        .map(|(_, _, name)| name.clone())
        .collect();
    undeclared("resource", &shown(wanted), name, names.iter(), at)
}

/// A module's folder relative to the root's, as `path.module` has it.
pub(super) fn below(root: &str, folder: &str) -> Name {
    if root == folder {
        return Name::from(".");
    }
    let inside = match root {
        "" => Some(folder),
        root => folder.strip_prefix(root).and_then(|rest| rest.strip_prefix('/')),
    };
    match inside {
        Some(rest) => Name::from(rest),
        None => {
            let root: Vec<&str> = root.split('/').filter(|part| !part.is_empty()).collect();
            let path: Vec<&str> = folder.split('/').collect();
            let common = root.iter().zip(&path).take_while(|(a, b)| a == b).count();
            let up = std::iter::repeat_n("..", root.len() - common);
            let parts: Vec<&str> = up.chain(path.into_iter().skip(common)).collect();
            Name::from(parts.join("/"))
        }
    }
}
