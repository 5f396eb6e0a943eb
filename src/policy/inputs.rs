//! Values of inputs: what was given from outside, else the default, converted to the input's type.
//!
//! Also the names that are known before any policy runs, for what must be decided then: enforcement
//! levels and limits.

use std::cell::RefCell;
use std::sync::Arc;

use crate::diag::{Diagnostic, Problem, did_you_mean};
use crate::eval::{Constraint, Dialect, Evaluated, Evaluator, Fault, Literals, Scope, parse_type};
use crate::hcl::{self, Steps};
use crate::text::{FileId, Span};
use crate::value::{Cause, Marks, Reason, Type, Unknown, Value};

use super::file::{Input, Policy, PolicyFile};
use super::load::PolicySet;

/// A value for an input from outside of the policies, for every folder that declares one of this name.
#[derive(Clone, Debug)]
pub struct GivenInput {
    /// The input.
    pub name: String,
    /// Its value.
    pub value: GivenValue,
    /// Where it is written.
    pub at: Option<Span>,
}

/// How a value was given.
#[derive(Clone, Debug)]
pub enum GivenValue {
    /// As text: the value of an input that is a string, an expression for others.
    Text(String),
    /// By a test, for some of its mocks: for others it is the default, or not known.
    Later,
    /// As it is.
    Value(Value),
}

/// A file that nobody has: places in text from the command line cannot be shown.
const NOWHERE: FileId = FileId(u32::MAX);

/// The value of an input. What is wrong is told, and then its value is not known.
pub(super) fn value(
    file: &PolicyFile,
    name: &str,
    input: &Input,
    given: Option<&GivenInput>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Value {
    let marks = if input.sensitive { Marks::SENSITIVE } else { Marks::NONE };
    match resolved(file, name, input, given) {
        Ok(value) => value.with_marks(marks),
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            let reason = Reason::new(Cause::Error, format!("input.{name}"), Some(input.span));
            Value::unknown(Unknown::new(Type::Any, reason)).with_marks(marks)
        }
    }
}

fn resolved(
    file: &PolicyFile,
    name: &str,
    input: &Input,
    given: Option<&GivenInput>,
) -> Result<Value, Box<Diagnostic>> {
    let told = |fault: Box<Fault>| Box::new(fault.diagnostic);
    let constraint = match input.ty {
        Some(ty) => parse_type(file.tree.expr(ty), &Literals::OF_POLICIES).map_err(told)?,
        None => Constraint::any(),
    };
    let comes_later = given.is_some_and(|given| matches!(given.value, GivenValue::Later));
    let given = match given.filter(|_| !comes_later) {
        Some(given) => given.read(&constraint).map_err(|p| given.wrong(input, p))?.zip(Some(given)),
        None => None,
    };
    // Null stands for the default where it is no value.
    if let Some((value, given)) = given.filter(|(value, _)| input.nullable || !value.is_null()) {
        let secret = input.sensitive;
        return constraint
            .apply(&value)
            .map_err(|problem| given.wrong(input, open(problem, secret)));
    }
    let Some(default) = input.default else {
        if input.nullable {
            return Ok(Value::NULL);
        }
        if comes_later {
            let reason = Reason::new(Cause::VariableWithoutValue, format!("input.{name}"), None);
            return Ok(Value::unknown(Unknown::new(Type::Any, reason).not_null()));
        }
        let diagnostic = Diagnostic::error(format!("input `{name}` has no value")).at(input.span);
        let hint = format!("give it a default, or a value by `--input {name}=...`");
        return Err(Box::new(diagnostic.with_hint(hint)));
    };
    let expr = file.tree.expr(default);
    let value = Evaluator::new(&Literals::OF_POLICIES).evaluate(expr).map_err(|_| {
        let message = "the default of an input is a literal value";
        Box::new(Diagnostic::error(message).at(expr.span()))
    })?;
    if value.is_null() && !input.nullable {
        let message = format!("input `{name}` cannot be null");
        let diagnostic = Diagnostic::error(message).at(expr.span());
        return Err(Box::new(diagnostic.with_hint("`nullable = true` allows it")));
    }
    constraint.apply(&value).map_err(|problem| told(Fault::new(problem, expr.span())))
}

impl GivenInput {
    fn read(&self, constraint: &Constraint) -> Result<Option<Value>, Problem> {
        match &self.value {
            GivenValue::Value(value) => Ok(Some(value.clone())),
            GivenValue::Later => Ok(None),
            GivenValue::Text(text) if constraint.ty == Type::String => Ok(Some(Value::nfc(text))),
            GivenValue::Text(text) => expression(text).map(Some),
        }
    }

    fn wrong(&self, input: &Input, problem: Problem) -> Box<Diagnostic> {
        let message = format!("the value given for input `{}`: {}", self.name, problem.message);
        let diagnostic = Diagnostic { hint: problem.hint, ..Diagnostic::error(message) };
        Box::new(match self.at {
            Some(at) => diagnostic.at(at).with_related(input.span, "declared here"),
            None => diagnostic.at(input.span),
        })
    }
}

/// What is wrong, without words of a value that must not be shown.
fn open(problem: Problem, is_secret: bool) -> Problem {
    if is_secret { Problem::new("it is not of its type, and sensitive") } else { problem }
}

fn expression(text: &str) -> Result<Value, Problem> {
    let plain = |diagnostic: Diagnostic| {
        let hint = "unless its type is string, it is an expression";
        Problem::new(diagnostic.message).with_hint(hint)
    };
    let (tree, mut complaints) = hcl::parse_expression(NOWHERE, Arc::from(text));
    complaints.truncate(1);
    if let Some(complaint) = complaints.pop() {
        return Err(plain(complaint));
    }
    let Some(expr) = tree.expression() else { return Ok(Value::NULL) };
    let value = Evaluator::new(&Literals::OF_POLICIES).evaluate(expr);
    value.map_err(|fault| plain(fault.diagnostic))
}

/// The values that a file of values gives, in the syntax of `.tfvars`, or as JSON by its name.
pub fn read_values(
    path: &str,
    text: &str,
    sources: &mut crate::text::Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<GivenInput> {
    let id = sources.add(path, text);
    let text = sources.shared_text(id);
    let (tree, complaints) = match path.ends_with(".json") {
        true => hcl::parse_json(id, &text, &super::json::VALUES),
        false => hcl::parse(id, text),
    };
    diagnostics.extend(complaints);
    let mut given = Vec::new();
    for attribute in tree.root().attributes() {
        match Evaluator::new(&Literals::OF_POLICIES).evaluate(attribute.expr()) {
            Ok(value) => given.push(GivenInput {
                name: attribute.name().to_owned(),
                value: GivenValue::Value(value),
                at: Some(attribute.span()),
            }),
            Err(fault) => diagnostics.push(fault.diagnostic),
        }
    }
    for block in tree.root().blocks() {
        let message = "no blocks stand in a file of values";
        diagnostics.push(Diagnostic::error(message).at(block.kind_span()));
    }
    given
}

/// What can be named before anything is evaluated: inputs, and locals made of them.
pub(super) struct Beforehand<'s> {
    pub set: &'s PolicySet,
    /// The file, by its place in the set.
    pub file: usize,
    /// The policy whose own locals may be named.
    pub policy: &'s Policy,
    /// Locals that are being evaluated.
    pub open: RefCell<Vec<String>>,
}

impl<'s> Beforehand<'s> {
    pub(super) fn new(set: &'s PolicySet, file: usize, policy: &'s Policy) -> Self {
        Self { set, file, policy, open: RefCell::default() }
    }

    fn local(&self, name: &str, at: Span, depth: u32) -> Evaluated {
        let own = self.policy.locals.get(name).map(|&id| (self.file, id));
        let Some((file, id)) = own.or_else(|| self.set.top_local(self.file, name)) else {
            return Err(Fault::new(
                Problem::new(format!("undefined reference `local.{name}`")),
                at,
            ));
        };
        if self.open.borrow().iter().any(|open| open == name) {
            return Err(Fault::new(
                Problem::new(format!("`local.{name}` is defined by itself")),
                at,
            ));
        }
        let Some(file) = self.set.files().get(file) else { return Ok(Value::NULL) };
        self.open.borrow_mut().push(name.to_owned());
        let result = Evaluator::new(self).at_depth(depth).evaluate(file.tree.expr(id));
        self.open.borrow_mut().pop();
        result
    }
}

impl Scope for Beforehand<'_> {
    fn resolve<'t>(
        &self,
        root: &str,
        steps: Steps<'t>,
        at: Span,
        evaluator: &mut Evaluator<'_>,
    ) -> Evaluated<(Value, usize)> {
        let depth = evaluator.depth();
        let name = match (root, steps.name(0)) {
            ("input", Some(name)) => name,
            ("local", Some(name)) => return Ok((self.local(name, at, depth)?, 1)),
            _ => return Err(Fault::new(not_here(root), at)),
        };
        match self.set.input(self.file, name) {
            Some(value) => Ok((value.clone(), 1)),
            None => {
                let problem = Problem::new(format!("undefined reference `input.{name}`"));
                let file = self.set.files().get(self.file);
                let names = file.into_iter().flat_map(|file| file.inputs.keys());
                Err(Fault::new(
                    match did_you_mean(name, names.map(String::as_str)) {
                        Some(close) => problem.with_hint(format!("did you mean `{close}`?")),
                        None => problem,
                    },
                    at,
                ))
            }
        }
    }

    fn call(
        &self,
        name: &str,
        _arguments: &[Value],
        at: Span,
        _evaluator: &mut Evaluator<'_>,
    ) -> Option<Evaluated> {
        let of_graph = ["getresources", "getdatasource", "gethttprequest"];
        let problem = || not_here(&format!("core::{name}"));
        of_graph.contains(&name).then(|| Err(Fault::new(problem(), at)))
    }

    fn dialect(&self) -> Dialect {
        Dialect::Policy
    }
}

fn not_here(what: &str) -> Problem {
    Problem::new(format!("`{what}` cannot be used here")).with_hint(
        "only literal values, inputs and locals made of them are known before a policy runs",
    )
}
