//! The names in a test file: locals, inputs, other mocks.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::diag::Problem;
use crate::eval::{Dialect, Evaluated, Evaluator, Fault, Scope};
use crate::hcl::{Attribute, Block, Expr, Steps, Tree};
use crate::terraform::config::Trees;
use crate::terraform::schema;
use crate::text::Span;
use crate::value::{Origin, Value};

use super::super::load::PolicySet;
use super::shape;

/// What the expressions of a test file can use.
pub(super) struct Names<'t> {
    pub(super) tree: &'t Tree,
    trees: &'t Trees,
    set: &'t PolicySet,
    /// Names being evaluated; a name that is asked for again is part of a circle.
    open: RefCell<Vec<String>>,
    kept: RefCell<BTreeMap<String, Value>>,
}

impl<'t> Names<'t> {
    /// The names of a file, with the values that the inputs of a set have.
    pub(super) fn new(tree: &'t Tree, trees: &'t Trees, set: &'t PolicySet) -> Self {
        Self { tree, trees, set, open: RefCell::default(), kept: RefCell::default() }
    }

    /// The same names with other values of inputs.
    pub(super) fn with_inputs<'s>(&self, set: &'s PolicySet) -> Names<'s>
    where
        't: 's,
    {
        Names::new(self.tree, self.trees, set)
    }

    pub(super) fn evaluate(&self, expr: Expr<'_>) -> Evaluated {
        Evaluator::new(self).evaluate(expr)
    }

    /// What a mock has under `attrs` or `prior_attrs`, in the shape of its type.
    pub(super) fn state(&self, mock: Block<'_>, attribute: Attribute<'_>) -> Evaluated {
        self.state_at(mock, attribute, attribute.expr().span(), 0)
    }

    /// What a mock without such an argument has: nothing, in the shape of its type.
    pub(super) fn nothing(&self, mock: Block<'_>) -> Value {
        let nothing = Value::object(Vec::new());
        let shaped = schema_of(mock).map(|schema| shape::coerce(schema, &nothing));
        shaped.and_then(Result::ok).unwrap_or(nothing)
    }

    fn state_at(
        &self,
        mock: Block<'_>,
        attribute: Attribute<'_>,
        at: Span,
        depth: u32,
    ) -> Evaluated {
        let labels = [mock.label(0).unwrap_or_default(), mock.label(1).unwrap_or_default()];
        let shown = match mock.kind() {
            "resource" => labels.join("."),
            kind => format!("{kind}.{}", labels.join(".")),
        };
        let key = format!("{shown} {}", attribute.name());
        self.named(&key, &shown, at, || {
            let expr = attribute.expr();
            let value = Evaluator::new(self).at_depth(depth).evaluate(expr)?;
            match schema_of(mock) {
                Some(schema) => shape::coerce(schema, &value).map_err(|misfit| misfit.within(expr)),
                None => Ok(value),
            }
        })
    }

    /// What stands in the header of a block.
    pub(super) fn of_block(&self, block: Block<'_>) -> Origin {
        self.trees.of_block(block)
    }

    /// Evaluates what a name stands for, once; `at` is where the name is used.
    fn named(
        &self,
        key: &str,
        shown: &str,
        at: Span,
        evaluate: impl FnOnce() -> Evaluated,
    ) -> Evaluated {
        if let Some(value) = self.kept.borrow().get(key) {
            return Ok(value.clone());
        }
        if self.open.borrow().iter().any(|open| open == key) {
            let problem = Problem::new(format!("circular reference detected at `{shown}`"));
            return Err(Fault::new(problem, at));
        }
        self.open.borrow_mut().push(key.to_owned());
        let value = evaluate();
        self.open.borrow_mut().pop();
        if let Ok(value) = &value {
            self.kept.borrow_mut().insert(key.to_owned(), value.clone());
        }
        value
    }

    fn mock(&self, kind: &str, labels: [&str; 2], at: Span, depth: u32) -> Evaluated {
        let block = self.tree.root().blocks_of(kind).find(|block| {
            block.label(0).as_deref() == Some(labels[0])
                && block.label(1).as_deref() == Some(labels[1])
        });
        let state = block.and_then(|block| Some((block, block.body().attribute("attrs")?)));
        let Some((block, attrs)) = state else {
            let problem = Problem::new(format!("there is no mock `{}.{}`", labels[0], labels[1]));
            return Err(Fault::new(problem, at));
        };
        self.state_at(block, attrs, at, depth)
    }

    fn local(&self, name: &str, at: Span, depth: u32) -> Evaluated {
        match self.local_of(name) {
            Some(local) => {
                let shown = format!("local.{name}");
                self.named(&shown, &shown, at, || {
                    Evaluator::new(self).at_depth(depth).evaluate(local.expr())
                })
            }
            None => {
                let problem = Problem::new(format!("undefined reference `local.{name}`"));
                Err(Fault::new(problem, at))
            }
        }
    }

    /// A local value of the file.
    pub(super) fn local_of(&self, name: &str) -> Option<Attribute<'t>> {
        self.tree.root().blocks_of("locals").find_map(|block| block.body().attribute(name))
    }

    fn input(&self, name: &str, at: Span) -> Evaluated {
        let value = (0..self.set.files().len()).find_map(|file| self.set.input(file, name));
        value.cloned().ok_or_else(|| {
            Fault::new(Problem::new(format!("undefined reference `input.{name}`")), at)
        })
    }
}

/// What shapes a mock; nothing does that of a module call.
fn schema_of(mock: Block<'_>) -> Option<schema::Block> {
    let label = mock.label(0)?;
    match mock.kind() {
        "resource" => schema::resource(&label),
        "data" => schema::data_source(&label),
        "provider" => schema::provider_block(&label),
        _ => None,
    }
}

impl Scope for Names<'_> {
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
            ("local", Some(local), _) => Ok((self.local(local, at, depth)?, 1)),
            ("input", Some(input), _) => Ok((self.input(input, at)?, 1)),
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

    fn origin(&self, expr: Expr<'_>) -> Origin {
        self.trees.of_expr(expr)
    }
}
