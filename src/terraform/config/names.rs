//! The names of a module instance: variables, local values, outputs. Each is evaluated when it is first
//! asked for, and kept; one that is asked for while it is being evaluated is part of a cycle.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::diag::Problem;
use crate::eval::{Evaluated, Evaluator, Fault};
use crate::hcl::Block;
use crate::terraform::address::dotted;
use crate::text::Span;
use crate::value::Value;

use super::expansion::Repetition;
use super::given::{Given, Giver};
use super::instance::{Evaluation, ModuleInstance};
use super::module::BlockRef;
use super::scope::InstanceScope;

/// The names of one kind that were asked for.
pub(super) type Memo = RefCell<HashMap<String, State>>;

/// How far the evaluation of a name is.
pub(super) enum State {
    Open,
    Done(Value),
}

impl Evaluation<'_> {
    /// A kept value, or a new one from `make`; inside itself a cycle.
    fn kept(
        &self,
        instance: &ModuleInstance,
        memo: &Memo,
        (kind, name): (&str, &str),
        at: Span,
        make: impl FnOnce() -> Value,
    ) -> Evaluated {
        match memo.borrow().get(name) {
            Some(State::Done(value)) => return Ok(value.clone()),
            Some(State::Open) => {
                return Err(self.cycle(&instance.address, &format!("{kind}.{name}"), at));
            }
            None => {}
        }
        memo.borrow_mut().insert(name.to_owned(), State::Open);
        let shown = format!("{kind}.{name}");
        self.open.borrow_mut().push(dotted(&instance.address, &shown));
        let value = make();
        self.open.borrow_mut().pop();
        memo.borrow_mut().insert(name.to_owned(), State::Done(value.clone()));
        Ok(value)
    }

    pub(super) fn cycle(&self, module: &str, shown: &str, at: Span) -> Box<Fault> {
        self.is_entangled.set(true);
        let name = dotted(module, shown);
        let open = self.open.borrow();
        let first = open.iter().position(|open| *open == name).unwrap_or(0);
        let mut path: Vec<&str> = open[first..].iter().map(String::as_str).collect();
        path.push(&name);
        let problem = Problem::new(format!("cycle: {}", path.join(" -> ")))
            .with_hint("take one of these references out");
        Fault::new(problem, at)
    }

    /// The value that a variable of the root had in the plan.
    pub(super) fn planned(&self, name: &str) -> Option<&Value> {
        let mut planned = self.options.variables.iter();
        planned.find(|(planned, _)| planned == name).map(|(_, value)| value)
    }

    /// `var.NAME`
    pub(super) fn variable(&self, id: usize, name: &str, at: Span, depth: u32) -> Evaluated {
        let instance = self.instance(id);
        let Some(block) = instance.module.variables.get(name) else {
            let names = instance.module.variables.keys();
            return Err(undeclared("variable", &format!("var.{name}"), name, names, at));
        };
        let Some(block) = block.of(&self.library.trees) else { return Ok(Value::NULL) };
        self.kept(&instance, &instance.variables, ("var", name), at, || {
            let given = self.given(&instance, name, depth);
            let called_at = instance.call.as_ref().map(|(_, call, _)| {
                call.of(&self.library.trees).map_or(at, |call| call.header_span())
            });
            super::variables::value(self, block, name, given, called_at)
        })
    }

    /// What was given to a variable of a module instance.
    fn given(&self, instance: &ModuleInstance, name: &str, depth: u32) -> Option<Given> {
        match &instance.call {
            None => self.given.get(name).cloned(),
            Some((parent, call, repetition)) => {
                self.argument(*parent, call, repetition, name, depth)
            }
        }
    }

    /// Who gave a variable of a module instance the value that it has.
    pub(super) fn giver(&self, id: usize, block: Block<'_>, name: &str) -> Giver {
        let instance = self.instance(id);
        if instance.call.is_none() && self.planned(name).is_some() {
            return Giver::Plan;
        }
        super::variables::giver(self, block, self.given(&instance, name, 0))
    }

    fn argument(
        &self,
        parent: usize,
        call: &BlockRef,
        repetition: &Repetition,
        name: &str,
        depth: u32,
    ) -> Option<Given> {
        let expr = self.library.trees.attribute(*call, name)?.expr();
        let scope = InstanceScope::new(self, parent, repetition.clone());
        let result = Evaluator::new(&scope).at_depth(depth).evaluate(expr);
        let by = Giver::Place(expr.span());
        Some(Given { value: self.settled(result, expr), by })
    }

    /// `local.NAME`
    pub(super) fn local(&self, id: usize, name: &str, at: Span, depth: u32) -> Evaluated {
        let instance = self.instance(id);
        let attribute = instance
            .module
            .locals
            .get(name)
            .and_then(|block| block.of(&self.library.trees))
            .and_then(|block| block.body().attribute(name));
        let Some(attribute) = attribute else {
            let names = instance.module.locals.keys();
            return Err(undeclared("local value", &format!("local.{name}"), name, names, at));
        };
        self.kept(&instance, &instance.locals, ("local", name), at, || {
            let expr = attribute.expr();
            self.settled(self.in_module(id, expr, depth), expr)
        })
    }

    /// An output of a module instance.
    pub(super) fn output(&self, id: usize, name: &str, at: Span, depth: u32) -> Evaluated {
        let instance = self.instance(id);
        let Some(block) = instance.module.outputs.get(name) else {
            let shown = format!("{}.{name}", instance.address);
            let names = instance.module.outputs.keys();
            return Err(undeclared("output", &shown, name, names, at));
        };
        let Some(block) = self.library.trees.layers(*block) else { return Ok(Value::NULL) };
        let Some(attribute) = block.attribute("value") else { return Ok(Value::NULL) };
        let marks = super::variables::marks(&block);
        let value = self.kept(&instance, &instance.outputs, ("output", name), at, || {
            let expr = attribute.expr();
            self.settled(self.in_module(id, expr, depth), expr)
        })?;
        Ok(value.with_marks(marks))
    }

    /// All outputs of a module instance as an object.
    pub(super) fn outputs(&self, id: usize, at: Span, depth: u32) -> Evaluated {
        let names: Vec<String> = self.instance(id).module.outputs.keys().cloned().collect();
        let mut entries = Vec::with_capacity(names.len());
        for name in names {
            let value = self.output(id, &name, at, depth)?;
            entries.push((Arc::from(name), value));
        }
        Ok(Value::object(entries))
    }
}

pub(super) fn undeclared<'n>(
    what: &str,
    shown: &str,
    name: &str,
    declared: impl Iterator<Item = &'n String>,
    at: Span,
) -> Box<Fault> {
    let problem = Problem::new(format!("reference to undeclared {what} `{shown}`"));
    let problem = match crate::diag::did_you_mean(name, declared.map(String::as_str)) {
        Some(close) => problem.with_hint(format!("did you mean `{close}`?")),
        None => problem,
    };
    Fault::new(problem, at)
}
