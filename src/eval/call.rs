//! Function calls, and the two functions that see their arguments unevaluated: `try` and `can`.

use crate::diag::{Problem, did_you_mean};
use crate::hcl::{Call, Expr};
use crate::text::Span;
use crate::value::{Cause, Kind, Origin, Reason, Text, Type, Unknown, Value};

use super::functions::{self, Locate, Services};
use super::{Dialect, Entry, Evaluated, Evaluator, Fault, Path, PathStep, Trace};

impl Evaluator<'_> {
    pub(super) fn call(&mut self, expr: Expr<'_>, call: Call<'_>) -> Evaluated {
        let mut namespaces = call.namespaces();
        let namespace = (namespaces.next(), namespaces.next().is_some());
        match (namespace, self.scope.dialect()) {
            ((None, _), Dialect::Terraform) | ((Some("core"), false), _) => {}
            ((None, _), Dialect::Policy | Dialect::Engine) => return Err(bare_name(&call)),
            ((Some("plugin"), _), Dialect::Policy | Dialect::Engine) => {
                for argument in call.arguments {
                    self.evaluate(argument)?;
                }
                let path: Vec<&str> = call.namespaces().chain([call.name]).collect();
                let subject = format!("{}(...)", path.join("::"));
                let reason = Reason::new(Cause::PluginNotRun, subject, Some(expr.span()));
                let result = Value::unknown(Unknown::new(Type::Any, reason));
                return Ok(self.made(result, expr, []));
            }
            ((Some("provider" | "plugin"), _), _) => {
                for argument in call.arguments {
                    self.evaluate(argument)?;
                }
                return Ok(self.not_run(expr, &call));
            }
            // Functions about clouds belong to the scope.
            ((Some("cloud"), false), Dialect::Policy | Dialect::Engine) => {
                return self.scope_call(expr, &call);
            }
            _ => {
                let others: Vec<&str> = call.namespaces().collect();
                let problem =
                    Problem::new(format!("no functions stand in `{}`", others.join("::")));
                return Err(Fault::new(problem, call.name_span));
            }
        }
        match call.name {
            "try" => self.try_call(expr, &call),
            "can" => self.can_call(expr, &call),
            _ => self.plain_call(expr, &call),
        }
    }

    /// A function that only the scope has, under its full name.
    fn scope_call(&mut self, expr: Expr<'_>, call: &Call<'_>) -> Evaluated {
        let path: Vec<&str> = call.namespaces().chain([call.name]).collect();
        let name = path.join("::");
        let Some(arguments) = self.arguments(expr, call)? else {
            return Ok(self.not_run(expr, call));
        };
        let scope = self.scope;
        match scope.call(&name, &arguments, call.name_span, self) {
            Some(result) => result.map(|value| self.finished(value, expr, &name, &arguments)),
            None => {
                let problem = Problem::new(format!("call to unknown function `{name}`"));
                Err(Fault::new(problem, call.name_span))
            }
        }
    }

    fn plain_call(&mut self, expr: Expr<'_>, call: &Call<'_>) -> Evaluated {
        let Some(arguments) = self.arguments(expr, call)? else {
            let reason = Reason::new(Cause::Impure, expr.text(), Some(expr.span()));
            return Ok(Value::unknown(Unknown::new(Type::Any, reason)));
        };
        let scope = self.scope;
        if let Some(result) = scope.call(call.name, &arguments, call.name_span, self) {
            return result.map(|value| self.finished(value, expr, call.name, &arguments));
        }
        let Some(function) = functions::find(call.name) else {
            return Err(unknown_function(call));
        };
        self.count_arguments(&arguments, expr.span())?;
        let located = self.trace.map(Places);
        let (bytes, elements) = self.most();
        let locate = located.as_ref().map(|places| places as &dyn Locate);
        let exact = scope.dialect().is_exact();
        let patterns = scope.patterns().or(self.budget.map(|budget| &budget.patterns));
        let services = Services { locate, bytes, elements, exact, patterns };
        let value = function.call(&arguments, &services).map_err(|problem| {
            let wrong = function.argument_of(&problem).and_then(|n| call.arguments.clone().nth(n));
            self.fault(problem, wrong.unwrap_or(expr), &arguments.iter().collect::<Vec<_>>())
        })?;
        Ok(self.finished(value, expr, call.name, &arguments))
    }

    /// The arguments' values, the last spread where it ends in `...`; `None` when that is unknown.
    fn arguments(&mut self, expr: Expr<'_>, call: &Call<'_>) -> Evaluated<Option<Vec<Value>>> {
        let mut values = Vec::with_capacity(call.arguments.len());
        for argument in call.arguments {
            let value = self.evaluate(argument)?;
            values.push(match self.trace {
                Some(trace) => trace.filled(&value),
                None => value,
            });
        }
        if !call.expand {
            return Ok(Some(values));
        }
        let Some(last) = values.pop() else { return Ok(Some(values)) };
        match last.kind() {
            Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => {
                let marks = last.marks().travelling();
                values.extend(items.iter().map(|item| item.clone().with_marks(marks)));
                Ok(Some(values))
            }
            Kind::Unknown(_) => Ok(None),
            _ => {
                let problem =
                    Problem::new("the argument before `...` must be a list, tuple or set");
                Err(self.fault(problem, expr, &[&last]))
            }
        }
    }

    /// Gives a function's result its origin.
    fn finished(&self, value: Value, expr: Expr<'_>, name: &str, arguments: &[Value]) -> Value {
        let Some(trace) = self.trace else {
            return if value.origin().is_some() { value } else { self.made(value, expr, []) };
        };
        if name == "jsondecode" {
            let of = arguments.first().map_or(Origin::NONE, |text| trace.of(text));
            let value = located(trace, arguments, &value);
            return inside(trace, &value, of, Origin::NONE, &mut Vec::new());
        }
        if let Some(origin) = decided(trace, name, arguments, &value) {
            return value.with_origin(origin);
        }
        if trace.of(&value).is_some() {
            return value;
        }
        let origins = arguments.iter().map(|argument| trace.of(argument)).collect();
        value.with_origin(trace.derived(origins, Vec::new()))
    }

    /// `try(a, b, ...)`: the first that can be evaluated.
    fn try_call(&mut self, expr: Expr<'_>, call: &Call<'_>) -> Evaluated {
        let mut failed: Option<Box<Fault>> = None;
        let mut missing = Vec::new();
        for argument in call.arguments {
            match self.attempt(argument) {
                // What is unknown in it may still fail, and then another argument is taken.
                Ok(value) if self.scope.dialect().is_exact() && value.first_unknown().is_some() => {
                    return Ok(self.unknown_like(&value, Type::Any, expr));
                }
                Ok(value) => {
                    let Some(trace) = self.trace else { return Ok(value) };
                    if missing.is_empty() {
                        return Ok(value);
                    }
                    // A default was taken: what is absent decided.
                    let own = trace.of(&value);
                    return Ok(value.with_origin(trace.derived(missing, vec![own])));
                }
                Err(fault) => {
                    missing.push(fault.origin);
                    failed = Some(fault);
                }
            }
        }
        let problem = Problem::new("no argument of `try` could be evaluated");
        let mut fault = Fault::new(problem, expr.span());
        if let Some(last) = failed {
            fault.diagnostic.hint = Some(format!("the last one: {}", last.diagnostic.message));
            fault = fault.reading(last.origin);
        }
        Err(fault)
    }

    /// `can(a)`: whether it can be evaluated.
    fn can_call(&mut self, expr: Expr<'_>, call: &Call<'_>) -> Evaluated {
        let mut arguments = call.arguments;
        let (Some(argument), None) = (arguments.next(), arguments.next()) else {
            return Err(Fault::new(Problem::new("`can` takes one argument"), expr.span()));
        };
        match self.attempt(argument) {
            Ok(value) if !value.is_wholly_known() => {
                Ok(self.unknown_like(&value, Type::Bool, expr))
            }
            Ok(value) => Ok(self.made(Value::from(true), expr, [&value])),
            Err(fault) => Ok(Value::from(false).with_origin(match self.trace {
                Some(_) => fault.origin,
                None => self.scope.origin(expr),
            })),
        }
    }

    /// Evaluates an argument of `try` or `can`, which may fail halfway.
    fn attempt(&mut self, argument: Expr<'_>) -> Evaluated {
        let (bound, depth) = (self.bound.len(), self.depth);
        let result = self.evaluate(argument);
        self.bound.truncate(bound);
        self.depth = depth;
        result
    }

    fn not_run(&self, expr: Expr<'_>, call: &Call<'_>) -> Value {
        let path: Vec<&str> = call.namespaces().chain([call.name]).collect();
        let reason =
            Reason::new(Cause::Impure, format!("{}()", path.join("::")), Some(expr.span()));
        self.made(Value::unknown(Unknown::new(Type::Any, reason)), expr, [])
    }
}

/// Places inside documents, as origins of a trace.
struct Places<'t>(&'t Trace);

impl Locate for Places<'_> {
    fn origin(&self, span: Span) -> Origin {
        self.0.add(Entry::Place { span })
    }
}

/// Marks every node of a decoded document as part of the string it was decoded from.
fn inside(trace: &Trace, value: &Value, of: Origin, parent: Origin, path: &mut Path) -> Value {
    let written = if value.origin() == of { Origin::NONE } else { value.origin() };
    let origin = trace.add(Entry::Inside { of, parent, path: path.clone(), written });
    let mut child = |step: PathStep, item: &Value| {
        path.push(step);
        let item = inside(trace, item, of, origin, path);
        path.pop();
        item
    };
    let kind = match value.kind() {
        Kind::Tuple(items) => Kind::Tuple(
            (0u32..).zip(items.iter()).map(|(n, item)| child(PathStep::Index(n), item)).collect(),
        ),
        Kind::Object(entries) => Kind::Object(
            entries
                .iter()
                .map(|(name, item)| (name.clone(), child(PathStep::Name(name.clone()), item)))
                .collect(),
        ),
        other => other.clone(),
    };
    Value::new(kind).with_marks(value.marks()).with_origin(origin)
}

/// The document of an unknown string with the places of its text, where a template told them.
fn located(trace: &Trace, arguments: &[Value], decoded: &Value) -> Value {
    let layout = arguments.first().and_then(Value::as_unknown).and_then(|u| u.layout.clone());
    let Some(layout) = layout else { return decoded.clone() };
    let places = Places(trace);
    let services = Services { locate: Some(&places), ..Services::default() };
    let text = Value::new(Kind::String(Text::Document(layout)));
    match functions::call("jsondecode", &[text], &services) {
        Ok(placed) => with_places(decoded, &placed),
        Err(_) => decoded.clone(),
    }
}

/// The first value with the origins of the second, which has the same shape.
fn with_places(value: &Value, placed: &Value) -> Value {
    let kind = match (value.kind(), placed.kind()) {
        (Kind::Tuple(items), Kind::Tuple(others)) => Kind::Tuple(
            items.iter().zip(others.iter()).map(|(item, other)| with_places(item, other)).collect(),
        ),
        (Kind::Object(entries), Kind::Object(others)) => Kind::Object(
            entries
                .iter()
                .map(|(name, item)| match others.get(name) {
                    Some(other) => (name.clone(), with_places(item, other)),
                    None => (name.clone(), item.clone()),
                })
                .collect(),
        ),
        (kind, _) => kind.clone(),
    };
    Value::new(kind).with_marks(value.marks()).with_origin(placed.origin())
}

/// Functions whose result is decided by some of their elements only.
fn decided(trace: &Trace, name: &str, arguments: &[Value], result: &Value) -> Option<Origin> {
    let first = arguments.first()?;
    let elements = match first.as_members() {
        Some(members) => &members.definite,
        None => first.as_elements()?,
    };
    let chosen = |wanted: &dyn Fn(&Value) -> bool| -> Vec<Origin> {
        elements.iter().filter(|&element| wanted(element)).map(|e| trace.of(e)).collect()
    };
    let deciding = match (name, result.as_bool()) {
        ("alltrue", Some(false)) => chosen(&|element| element.as_bool() == Some(false)),
        ("anytrue", Some(true)) => chosen(&|element| element.as_bool() == Some(true)),
        ("alltrue" | "anytrue", None) => chosen(&Value::is_unknown),
        ("contains", Some(true)) => {
            let sought = arguments.get(1)?;
            chosen(&|element| crate::value::equal(element, sought).as_bool() == Some(true))
        }
        _ => return None,
    };
    let sought = arguments.get(1).map_or(Origin::NONE, |sought| trace.of(sought));
    Some(trace.derived(deciding, vec![sought]))
}

fn bare_name(call: &Call<'_>) -> Box<Fault> {
    let problem = Problem::new(format!("call to unknown function `{}`", call.name));
    let problem = if functions::find(call.name).is_some() || matches!(call.name, "try" | "can") {
        problem.with_hint(format!("functions of policies stand in `core::`: `core::{}`", call.name))
    } else {
        problem
    };
    Fault::new(problem, call.name_span)
}

/// The fault of a call to a function that nobody has.
pub fn unknown_function(call: &Call<'_>) -> Box<Fault> {
    let problem = Problem::new(format!("call to unknown function `{}`", call.name));
    let names = functions::names().chain(["try", "can", "file", "templatefile"]);
    let problem = match did_you_mean(call.name, names) {
        Some(close) => problem.with_hint(format!("did you mean `{close}`?")),
        None => problem,
    };
    Fault::new(problem, call.name_span)
}
