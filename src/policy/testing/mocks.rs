//! Mocks: `resource` blocks of a test file as resources of a graph.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Diagnostic, Problem};
use crate::eval::{Dialect, Evaluated, Evaluator, Fault, Scope};
use crate::graph::Resource;
use crate::hcl::{Block, BlockId, Expr, Kind, Steps, Tree};
use crate::terraform::Realm;
use crate::terraform::address::Mode;
use crate::terraform::plan::Operation;
use crate::text::Span;
use crate::value::Value;

use super::super::load::PolicySet;
use super::shape;

/// A `resource` block of a test file.
#[derive(Debug)]
pub(super) struct Mock {
    pub resource: Resource,
    /// Where it stands among the mocks.
    pub place: usize,
    pub expect_failure: bool,
    pub skip: bool,
    /// The block, when it has inputs of its own.
    pub inputs: Option<BlockId>,
}

/// Reads all mocks of a file.
pub(super) fn read(tree: &Tree, set: &PolicySet, diagnostics: &mut Vec<Diagnostic>) -> Vec<Mock> {
    let scope = Mocks::new(tree, set);
    let mut mocks = Vec::new();
    for block in tree.root().blocks() {
        match block.kind() {
            "policytest" | "inputs" | "locals" | "data" => {}
            "resource" => match mock(&scope, block, mocks.len(), diagnostics) {
                Ok(mock) => mocks.push(mock),
                Err(diagnostic) => diagnostics.push(diagnostic),
            },
            "provider" | "module" => diagnostics.push(
                Diagnostic::warning(format!("`{}` mocks are not run", block.kind()))
                    .at(block.header_span()),
            ),
            kind => {
                let message = format!("blocks of type `{kind}` are not expected here");
                diagnostics.push(Diagnostic::error(message).at(block.kind_span()));
            }
        }
    }
    mocks
}

fn mock(
    scope: &Mocks<'_>,
    block: Block<'_>,
    place: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Mock, Diagnostic> {
    let (Some(resource_type), Some(name)) = (block.label(0), block.label(1)) else {
        let message = "`resource` needs two labels, a type and a name";
        return Err(Diagnostic::error(message).at(block.header_span()));
    };
    check_arguments(block, diagnostics);
    let object = |name: &str| -> Result<Option<Value>, Diagnostic> {
        let Some(attribute) = block.body().attribute(name) else { return Ok(None) };
        let value = scope.evaluate(attribute.expr()).map_err(|fault| fault.diagnostic)?;
        let empty = value.as_entries().is_none_or(crate::value::Entries::is_empty);
        if empty {
            return Ok(None);
        }
        shape::coerce(&resource_type, &value).map(Some).map_err(|problem| Diagnostic {
            hint: problem.hint,
            ..Diagnostic::error(problem.message).at(attribute.span())
        })
    };
    let (after, before) = (object("attrs")?, object("prior_attrs")?);
    let operation = match (&after, &before) {
        (Some(_), None) => Operation::Create,
        (Some(_), Some(_)) => Operation::Update,
        (None, Some(_)) => Operation::Delete,
        (None, None) => {
            let message = "the mock has no state: give it `attrs` or `prior_attrs`";
            return Err(Diagnostic::error(message).at(block.header_span()));
        }
    };
    let operation = asked_operation(scope, block)?.unwrap_or(operation);
    let address: Arc<str> = Arc::from(format!("{resource_type}.{name}"));
    let resource = Resource {
        address: address.clone(),
        static_address: address,
        module: Arc::from(""),
        mode: Mode::Managed,
        provider: Arc::from(resource_type.split('_').next().unwrap_or_default()),
        alias: None,
        realm: Realm::default(),
        resource_type: Arc::from(&*resource_type),
        name: Arc::from(&*name),
        key: None,
        operations: vec![operation],
        after: after.unwrap_or(Value::NULL),
        before: before.unwrap_or(Value::NULL),
        source: None,
        change: None,
        assumed: Vec::new(),
        ignored: Vec::new(),
    };
    let own_inputs = block.body().blocks_of("inputs").next().is_some();
    Ok(Mock {
        resource,
        place,
        expect_failure: is_true(block, "expect_failure"),
        skip: is_true(block, "skip"),
        inputs: own_inputs.then(|| block.id()),
    })
}

/// `meta = { operation = "no-op" }`
fn asked_operation(scope: &Mocks<'_>, block: Block<'_>) -> Result<Option<Operation>, Diagnostic> {
    let Some(meta) = block.body().attribute("meta") else { return Ok(None) };
    let value = scope.evaluate(meta.expr()).map_err(|fault| fault.diagnostic)?;
    let Some(operation) = value.get("operation") else { return Ok(None) };
    let Some(word) = operation.as_str() else {
        return Err(Diagnostic::error("`meta.operation` is a non-string").at(meta.span()));
    };
    let all = [Operation::Create, Operation::Update, Operation::Delete, Operation::NoOp];
    match all.into_iter().find(|operation| operation.name() == word) {
        Some(operation) => Ok(Some(operation)),
        None => {
            let message = format!("`{word}` is not an operation");
            Err(Diagnostic::error(message)
                .at(meta.span())
                .with_hint("operations are create, update, delete, no-op"))
        }
    }
}

fn check_arguments(block: Block<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let known = ["attrs", "prior_attrs", "meta", "expect_failure", "skip"];
    for attribute in block.body().attributes() {
        if !known.contains(&attribute.name()) {
            let message = format!("unsupported argument `{}`", attribute.name());
            diagnostics.push(Diagnostic::error(message).at(attribute.name_span()));
        }
    }
    if is_true(block, "skip") && is_true(block, "expect_failure") {
        let message = "`skip` and `expect_failure` cannot stand together";
        diagnostics.push(Diagnostic::error(message).at(block.header_span()));
    }
}

fn is_true(block: Block<'_>, name: &str) -> bool {
    let attribute = block.body().attribute(name);
    attribute.is_some_and(|attribute| matches!(attribute.expr().kind(), Kind::Bool(true)))
}

/// Evaluates an expression of a test file.
pub(super) fn evaluate(tree: &Tree, expr: Expr<'_>, set: &PolicySet) -> Evaluated {
    Mocks::new(tree, set).evaluate(expr)
}

/// The names in a test file: locals, inputs, other mocks.
struct Mocks<'t> {
    tree: &'t Tree,
    set: &'t PolicySet,
    /// Names being evaluated; a name that is asked for again is part of a circle.
    open: RefCell<Vec<String>>,
    kept: RefCell<BTreeMap<String, Value>>,
}

impl<'t> Mocks<'t> {
    fn new(tree: &'t Tree, set: &'t PolicySet) -> Self {
        Self { tree, set, open: RefCell::default(), kept: RefCell::default() }
    }

    fn evaluate(&self, expr: Expr<'_>) -> Evaluated {
        Evaluator::new(self).evaluate(expr)
    }

    fn named(&self, name: String, expr: Expr<'_>, at: Span, depth: u32) -> Evaluated {
        if let Some(value) = self.kept.borrow().get(&name) {
            return Ok(value.clone());
        }
        if self.open.borrow().contains(&name) {
            let problem = Problem::new(format!("circular reference detected at `{name}`"));
            return Err(Fault::new(problem, at));
        }
        self.open.borrow_mut().push(name.clone());
        let value = Evaluator::new(self).at_depth(depth).evaluate(expr);
        self.open.borrow_mut().pop();
        if let Ok(value) = &value {
            self.kept.borrow_mut().insert(name, value.clone());
        }
        value
    }

    fn mock(&self, kind: &str, labels: [&str; 2], at: Span, depth: u32) -> Evaluated {
        let block = self.tree.root().blocks_of(kind).find(|block| {
            block.label(0).as_deref() == Some(labels[0])
                && block.label(1).as_deref() == Some(labels[1])
        });
        let attrs = block.and_then(|block| block.body().attribute("attrs"));
        let Some(attrs) = attrs else {
            let problem = Problem::new(format!("there is no mock `{}.{}`", labels[0], labels[1]));
            return Err(Fault::new(problem, at));
        };
        self.named(format!("{kind}.{}.{}", labels[0], labels[1]), attrs.expr(), at, depth)
    }
}

impl Scope for Mocks<'_> {
    fn resolve<'s>(
        &self,
        root: &str,
        steps: Steps<'s>,
        at: Span,
        evaluator: &mut Evaluator<'_>,
    ) -> Evaluated<(Value, usize)> {
        let name = |n| steps.name(n);
        let depth = evaluator.depth();
        // `aws_vpc.main.attrs.id` means the same as `aws_vpc.main.id`.
        let past_attrs = |used: usize| used + usize::from(name(used) == Some("attrs"));
        match (root, name(0), name(1)) {
            ("local", Some(local), _) => {
                let attribute = self
                    .tree
                    .root()
                    .blocks_of("locals")
                    .find_map(|block| block.body().attribute(local));
                let Some(attribute) = attribute else {
                    let problem = Problem::new(format!("undefined reference `local.{local}`"));
                    return Err(Fault::new(problem, at));
                };
                Ok((self.named(format!("local.{local}"), attribute.expr(), at, depth)?, 1))
            }
            ("input", Some(input), _) => match self.set.input(0, input) {
                Some(value) => Ok((value.clone(), 1)),
                None => {
                    let problem = Problem::new(format!("undefined reference `input.{input}`"));
                    Err(Fault::new(problem, at))
                }
            },
            ("data", Some(data_type), Some(mock)) => {
                Ok((self.mock("data", [data_type, mock], at, depth)?, past_attrs(2)))
            }
            (resource_type, Some(mock), _) => {
                Ok((self.mock("resource", [resource_type, mock], at, depth)?, past_attrs(1)))
            }
            (root, None, _) => {
                let problem = Problem::new(format!("`{root}` is not known in a test"))
                    .with_hint("strings need quotes");
                Err(Fault::new(problem, at))
            }
        }
    }

    fn dialect(&self) -> Dialect {
        Dialect::Policy
    }
}
