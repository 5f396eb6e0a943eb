//! The names that a policy's expressions can use, for one policy on one resource.

use std::cell::RefCell;

use crate::diag::{Diagnostic, Problem, did_you_mean};
use crate::eval::{Came, Dialect, Evaluated, Evaluator, Fault, Log, Scope, Trace, What};
use crate::graph::Resource;
use crate::hcl::{ExprId, Steps};
use crate::terraform::plan::Operation;
use crate::text::Span;
use crate::value::{Key, Value};

use super::compat::Switches;
use super::engine;
use super::file::{Policy, PolicyFile};
use super::functions;
use super::run::World;

/// One policy asked about one resource.
pub(super) struct Asked<'q> {
    pub world: &'q World<'q>,
    /// The policy's file, by its place in the set.
    pub file: usize,
    pub policy: &'q Policy,
    /// The resource, by its place in the graph.
    pub subject: usize,
    pub operation: Operation,
    /// Set while the question is asked again to find out why.
    pub trace: Option<&'q Trace>,
    attrs: Value,
    /// The same with all that is known of it, for what is joined by references.
    parent: Value,
    prior: Value,
    /// Matches of the open `connected` blocks, innermost last.
    matches: RefCell<Vec<(String, Value)>>,
    /// Locals that were asked for, by file and expression, few of them; without a value while one is
    /// evaluated.
    locals: RefCell<Vec<((usize, ExprId), Option<Value>)>>,
    /// What is wrong with the policy's messages, in a recorded evaluation.
    pub complaints: RefCell<Vec<Diagnostic>>,
}

/// Marks a resource's number in a trace: its attributes before the change, not after.
pub(super) const PRIOR: u32 = 1 << 31;

impl<'q> Asked<'q> {
    /// A question.
    pub(super) fn new(
        world: &'q World<'q>,
        file: usize,
        policy: &'q Policy,
        subject: usize,
        operation: Operation,
        trace: Option<&'q Trace>,
    ) -> Self {
        let resource = &world.graph.resources()[subject];
        let switches = world.set.files()[file].switches;
        let (attrs, prior) = match operation {
            Operation::Create | Operation::NoOp => (resource.after.clone(), Value::NULL),
            Operation::Update => (resource.after.clone(), resource.before.clone()),
            Operation::Delete => (Value::NULL, resource.before.clone()),
        };
        let number = u32::try_from(subject).unwrap_or(PRIOR - 1);
        let annotate = |value: Value, number: u32| match trace {
            Some(trace) if !value.is_null() => trace.annotate(&value, number, &Vec::new()),
            _ => value,
        };
        let parent = annotate(attrs, number);
        Self {
            world,
            file,
            policy,
            subject,
            operation,
            trace,
            attrs: shown(switches, &parent),
            parent,
            prior: shown(switches, &annotate(prior, number | PRIOR)),
            matches: RefCell::default(),
            locals: RefCell::default(),
            complaints: RefCell::default(),
        }
    }

    /// The file of the policy.
    pub(super) fn file(&self) -> &'q PolicyFile {
        &self.world.set.files()[self.file]
    }

    /// The resource that is asked about.
    pub(super) fn resource(&self) -> &'q Resource {
        &self.world.graph.resources()[self.subject]
    }

    /// Evaluates an expression of the policy.
    pub(super) fn evaluate(&self, id: ExprId) -> Evaluated {
        self.evaluator().evaluate(self.file().tree.expr(id))
    }

    /// Evaluates under a node of its own in the log, where one is kept.
    pub(super) fn logged(
        &self,
        what: What,
        name: impl FnOnce() -> String,
        at: Span,
        evaluate: impl FnOnce() -> Evaluated,
    ) -> Evaluated {
        let Some(log) = self.log() else { return evaluate() };
        log.open(what, name(), Some(at));
        let result = evaluate();
        log.close(Came::of(&result));
        result
    }

    /// Where the steps of the evaluation are told, where somebody wants to know.
    pub(super) fn log(&self) -> Option<&'q Log> {
        self.trace.and_then(Trace::log)
    }

    /// An evaluator in this scope.
    pub(super) fn evaluator(&self) -> Evaluator<'_> {
        match self.trace {
            Some(trace) => Evaluator::recording(self, trace),
            None => Evaluator::new(self),
        }
    }

    /// The parent of a top-level `connected` block.
    pub(super) fn parent(&self) -> &Value {
        &self.parent
    }

    /// Whose rules hold.
    pub(super) fn switches(&self) -> Switches {
        self.file().switches
    }

    /// A value as the policy's expressions see it.
    pub(super) fn shown(&self, value: &Value) -> Value {
        shown(self.switches(), value)
    }

    /// The attributes of another resource, with origins when a trace is kept.
    pub(super) fn attributes_of(&self, index: usize) -> Value {
        let after = &self.world.graph.resources()[index].after;
        match (self.trace, u32::try_from(index)) {
            (Some(trace), Ok(number)) => trace.annotate(after, number, &Vec::new()),
            _ => after.clone(),
        }
    }

    /// Does something with a match of a `connected` block in scope.
    pub(super) fn with_match<T>(
        &self,
        resource_type: &str,
        value: Value,
        act: impl FnOnce() -> T,
    ) -> T {
        self.matches.borrow_mut().push((resource_type.to_owned(), self.shown(&value)));
        let result = act();
        self.matches.borrow_mut().pop();
        result
    }

    fn local(&self, name: &str, at: Span, depth: u32) -> Evaluated {
        let (file, id) = match self.policy.locals.get(name) {
            Some(&id) => (self.file, id),
            None => match self.world.set.top_local(self.file, name) {
                Some((file, id)) => return self.top_local(file, name, id, at, depth),
                None => {
                    let names = self.policy.locals.keys().map(String::as_str);
                    let names = names.chain(self.file().locals.keys().map(String::as_str));
                    return Err(undefined(&format!("local.{name}"), name, names, at));
                }
            },
        };
        let place = match self.locals.borrow().iter().find(|(local, _)| *local == (file, id)) {
            Some((_, Some(value))) => return Ok(value.clone()),
            Some((_, None)) => return Err(cycle(name, at)),
            None => self.locals.borrow().len(),
        };
        self.locals.borrow_mut().push(((file, id), None));
        let expr = self.world.set.files()[file].tree.expr(id);
        let result = self.logged(
            What::Local,
            || format!("local.{name}"),
            expr.span(),
            || self.evaluator().at_depth(depth).evaluate(expr),
        );
        let mut locals = self.locals.borrow_mut();
        match &result {
            Ok(value) => locals[place].1 = Some(value.clone()),
            // Evaluated again wherever it is asked for again: each place has its own fault.
            Err(_) => locals.retain(|(local, _)| *local != (file, id)),
        }
        result
    }

    /// Top-level locals do not depend on the resource: kept for the whole run.
    fn top_local(&self, file: usize, name: &str, id: ExprId, at: Span, depth: u32) -> Evaluated {
        let key = (file, id);
        if self.trace.is_none()
            && let Some(value) = self.world.kept(&key)
        {
            return Ok(value);
        }
        if self.locals.borrow().iter().any(|(local, _)| *local == key) {
            return Err(cycle(name, at));
        }
        self.locals.borrow_mut().push((key, None));
        let expr = self.world.set.files()[file].tree.expr(id);
        let result = self.logged(
            What::Local,
            || format!("local.{name}"),
            expr.span(),
            || self.evaluator().at_depth(depth).evaluate(expr),
        );
        self.locals.borrow_mut().retain(|(local, _)| *local != key);
        if let (Ok(value), None) = (&result, self.trace) {
            self.world.keep(key, value.clone());
        }
        result
    }

    fn meta(&self) -> Value {
        let resource = self.resource();
        let text = |text: &str| Value::string(text);
        let entry = |name: &str, value: Value| (Key::from(name), value);
        let stack = ["deployment_group", "deployment_name", "stack_name"];
        let stack = stack.map(|name| entry(name, text(""))).to_vec();
        let mut entries = vec![
            entry("address", text(&resource.address)),
            entry("module_path", text(&resource.module)),
            entry("name", text(&resource.name)),
            entry("operation", text(self.operation.name())),
            entry("provider_type", text(&resource.provider)),
            entry("tfe_stack", Value::object(stack)),
            entry("tfe_workspace", Value::object(vec![entry("tags", Value::map(Vec::new()))])),
            entry("type", text(&resource.resource_type)),
        ];
        if !self.switches().extends {
            entries.retain(|(name, _)| !engine::OWN_META.contains(&&**name));
        }
        let meta = Value::object(entries);
        match self.world.staged {
            Some(staged) => staged.meta(&resource.address, meta),
            None => meta,
        }
    }

    fn connected(&self, resource_type: &str, at: Span) -> Evaluated {
        let matches = self.matches.borrow();
        let found = matches.iter().rev().find(|(ty, _)| ty == resource_type);
        found.map(|(_, value)| value.clone()).ok_or_else(|| {
            let problem = Problem::new(format!("`connected.{resource_type}` is not defined here"))
                .with_hint(
                    "it stands in the `connected` block of that type and in blocks inside it",
                );
            Fault::new(problem, at)
        })
    }
}

impl Scope for Asked<'_> {
    fn resolve<'t>(
        &self,
        root: &str,
        steps: Steps<'t>,
        at: Span,
        evaluator: &mut Evaluator<'_>,
    ) -> Evaluated<(Value, usize)> {
        match (root, steps.name(0)) {
            ("attrs", _) => Ok((self.attrs.clone(), 0)),
            ("prior_attrs", _) => Ok((self.prior.clone(), 0)),
            ("meta", _) => Ok((self.meta(), 0)),
            ("local", Some(name)) => Ok((self.local(name, at, evaluator.depth())?, 1)),
            ("input", Some(name)) => match self.world.set.input(self.file, name) {
                Some(value) => Ok((value.clone(), 1)),
                None => {
                    let names = self.file().inputs.keys().map(String::as_str);
                    Err(undefined(&format!("input.{name}"), name, names, at))
                }
            },
            ("connected", Some(name)) => Ok((self.connected(name, at)?, 1)),
            ("local" | "input" | "connected", None) => {
                Err(Fault::new(Problem::new(format!("`{root}` needs a name behind it")), at))
            }
            _ => {
                let problem = Problem::new(format!("`{root}` is not known in a policy"));
                let roots = ["attrs", "prior_attrs", "meta", "local", "input", "connected"];
                let hint = match did_you_mean(root, roots) {
                    Some(close) => format!("did you mean `{close}`?"),
                    None => format!("a policy reads {}", roots.join(", ")),
                };
                Err(Fault::new(problem.with_hint(hint), at))
            }
        }
    }

    fn call(
        &self,
        name: &str,
        arguments: &[Value],
        at: Span,
        _evaluator: &mut Evaluator<'_>,
    ) -> Option<Evaluated> {
        functions::call(self, name, arguments, at)
    }

    fn dialect(&self) -> Dialect {
        if self.switches().rescues { Dialect::Policy } else { Dialect::Engine }
    }
}

/// A value of which no more can be told than whoever's rules hold would tell.
fn shown(switches: Switches, value: &Value) -> Value {
    if switches.refines { value.clone() } else { engine::plain(value) }
}

fn undefined<'n>(
    shown: &str,
    name: &str,
    names: impl Iterator<Item = &'n str>,
    at: Span,
) -> Box<Fault> {
    let problem = Problem::new(format!("undefined reference `{shown}`"));
    Fault::new(
        match did_you_mean(name, names) {
            Some(close) => problem.with_hint(format!("did you mean `{close}`?")),
            None => problem,
        },
        at,
    )
}

fn cycle(name: &str, at: Span) -> Box<Fault> {
    Fault::new(Problem::new(format!("`local.{name}` is defined by itself")), at)
}
