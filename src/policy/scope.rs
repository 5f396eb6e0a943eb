//! The names that a policy's expressions can use, for one policy on one resource.

use std::cell::RefCell;
use std::sync::Arc;

use crate::diag::{Diagnostic, Problem, did_you_mean};
use crate::eval::functions::Patterns;
use crate::eval::{
    Came, Dialect, Evaluated, Evaluator, Fault, Log, PathStep, Scope, Trace, What, plain_part,
};
use crate::graph::{Declared, Resource};
use crate::hcl::{Expr, ExprId, Steps};
use crate::terraform::DeclarationKind;
use crate::terraform::plan::Operation;
use crate::terraform::{declaration, schema};
use crate::text::Span;
use crate::value::{Key, Marks, Value};

use super::compat::Switches;
use super::engine;
use super::file::{Policy, PolicyFile, PolicyKind};
use super::functions;
use super::world::World;

/// One policy asked about one resource.
pub(super) struct Asked<'q> {
    pub world: &'q World<'q>,
    /// The policy's file, by its place in the set.
    pub file: usize,
    pub policy: &'q Policy,
    /// The resource, provider configuration or module call, by its place in the graph.
    pub subject: usize,
    node: &'q Resource,
    pub operation: Operation,
    /// Set while the question is asked again to find out why.
    pub trace: Option<&'q Trace>,
    attrs: Value,
    /// The same with all that is known of it, for what is joined by references.
    parent: Value,
    prior: Value,
    /// Matches of the open `connected` blocks, innermost last: type, address, attributes.
    matches: RefCell<Vec<(String, Arc<str>, Value)>>,
    /// Locals that were asked for, by file and expression, few of them; without a value while one is
    /// evaluated.
    locals: RefCell<Vec<(LocalId, Option<Value>)>>,
    /// What the policy tells whatever comes out, in the order of its blocks.
    info: RefCell<Vec<String>>,
    /// What is wrong with the policy's messages, in a recorded evaluation.
    pub complaints: RefCell<Vec<Diagnostic>>,
}

/// A local by its file and expression.
type LocalId = (usize, ExprId);

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
        let node = world.graph.get(subject);
        let node = node.expect("internal error: a subject is a place in the graph");
        let switches = world.set.files()[file].switches;
        let (attrs, prior) = match operation {
            Operation::Create | Operation::NoOp => (node.after.clone(), Value::NULL),
            Operation::Update => (node.after.clone(), node.before.clone()),
            Operation::Delete => (gone(&node.resource_type), node.before.clone()),
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
            node,
            operation,
            trace,
            attrs: shown(switches, &parent),
            parent,
            prior: shown(switches, &annotate(prior, number | PRIOR)),
            matches: RefCell::default(),
            locals: RefCell::default(),
            info: RefCell::default(),
            complaints: RefCell::default(),
        }
    }

    /// Keeps what is to be told whatever comes out.
    pub(super) fn tell(&self, message: String) {
        self.info.borrow_mut().push(message);
    }

    /// What is to be told whatever came out; `None` when there is nothing.
    pub(super) fn told(&self) -> Option<Arc<[String]>> {
        let info = self.info.take();
        (!info.is_empty()).then(|| info.into())
    }

    /// The file of the policy.
    pub(super) fn file(&self) -> &'q PolicyFile {
        &self.world.set.files()[self.file]
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

    /// The attributes of another resource, whose parts get their origins when they are read.
    pub(super) fn outline_of(&self, index: usize) -> Value {
        let after = &self.world.graph.resources()[index].after;
        match (self.trace, u32::try_from(index)) {
            (Some(trace), Ok(number)) => trace.outline(after, number),
            _ => after.clone(),
        }
    }

    /// The addresses of the matches of open `connected` blocks, outermost first.
    pub(super) fn matched(&self) -> Vec<Arc<str>> {
        self.matches.borrow().iter().map(|(_, address, _)| address.clone()).collect()
    }

    /// Does something with a match of a `connected` block in scope.
    pub(super) fn with_match<T>(
        &self,
        resource_type: &str,
        index: usize,
        value: Value,
        act: impl FnOnce() -> T,
    ) -> T {
        let address = self.world.graph.get(index).map(|other| other.address.clone());
        let address = address.unwrap_or_default();
        self.matches.borrow_mut().push((resource_type.to_owned(), address, self.shown(&value)));
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
        if let Some(declared) = self.world.graph.declared_at(self.subject) {
            return self.meta_of(declared);
        }
        let resource = self.node;
        let text = |text: &str| Value::string(text);
        let entry = |name: &str, value: Value| (Key::from(name), value);
        let mut entries = vec![
            entry("address", text(&resource.address)),
            entry("module_path", text(&resource.module)),
            entry("name", text(&resource.name)),
            entry("operation", text(self.operation.name())),
            entry("provider_type", text(&resource.provider)),
            entry("tfe_stack", declaration::stack()),
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

    /// What is written in the block has its place there.
    fn meta_of(&self, declared: &Declared) -> Value {
        let number = u32::try_from(self.subject).ok().zip(self.trace);
        let (Some((number, trace)), Some(entries)) = (number, declared.meta.as_entries()) else {
            return declared.meta.clone();
        };
        let written: &[&str] = match declared.kind {
            DeclarationKind::Module => &["source", "version"],
            DeclarationKind::Provider => &["alias"],
        };
        let placed = entries.iter().map(|(name, value)| {
            let is_written = written.contains(&&**name) && !value.is_null();
            let value = match is_written {
                true => trace.annotate(value, number, &vec![PathStep::Name(name.clone())]),
                false => value.clone(),
            };
            (name.clone(), value)
        });
        Value::object(placed.collect::<Vec<_>>())
    }

    fn connected(&self, resource_type: &str, at: Span) -> Evaluated {
        let matches = self.matches.borrow();
        let found = matches.iter().rev().find(|(ty, ..)| ty == resource_type);
        found.map(|(.., value)| value.clone()).ok_or_else(|| {
            let problem = Problem::new(format!("`connected.{resource_type}` is not defined here"))
                .with_hint(
                    "it stands in the `connected` block of that type and in blocks inside it",
                );
            Fault::new(problem, at)
        })
    }
}

/// The attributes of what will be gone: null, every one; without schema the whole is.
fn gone(resource_type: &str) -> Value {
    let Some(schema) = schema::resource(resource_type) else { return Value::NULL };
    let attributes = schema.attributes().map(|attribute| attribute.name());
    let names = attributes.chain(schema.blocks().map(|nested| nested.name()));
    let entries: Vec<(Key, Value)> = names.map(|name| (Key::from(name), Value::NULL)).collect();
    Value::object(entries).with_marks(if schema.is_complete() { Marks::NONE } else { Marks::OPEN })
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
            ("attrs", name) => match name.and_then(|name| plain_part(&self.attrs, name)) {
                Some(part) if self.trace.is_none() => Ok((part, 1)),
                _ => Ok((self.attrs.clone(), 0)),
            },
            ("prior_attrs", _) if self.policy.kind == PolicyKind::Resource => {
                Ok((self.prior.clone(), 0))
            }
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

    fn patterns(&self) -> Option<&Patterns> {
        Some(&self.world.patterns)
    }

    fn constant(&self, expr: Expr<'_>) -> Option<&Value> {
        let file = self.file();
        std::ptr::eq(expr.tree(), &raw const *file.tree).then(|| file.constants.get(expr.id()))?
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
