//! Expressions and functions: an expression and a [`Scope`] in, a value out.
//!
//! One evaluator serves Terraform configuration and policies; what differs (who answers a name,
//! which functions there are, how `try` treats unknown values) is the scope's [`Dialect`]. Evaluation
//! is pure. An error is a [`Fault`]: a diagnostic with its place, and the origin of the read that
//! failed.

mod access;
pub mod budget;
mod call;
mod expression;
pub mod functions;
mod literals;
mod log;
mod loops;
mod operators;
mod template;
mod trace;
mod type_expression;

use crate::diag::{Diagnostic, Problem};
use crate::hcl::{Expr, Steps};
use crate::text::Span;
use crate::value::{Key, Origin, Value};

use functions::Patterns;

pub use access::{attribute, index, plain_part};
pub use budget::Budget;
pub use call::unknown_function;
pub use literals::Literals;
pub use log::{Came, Log, Node, What};
pub use template::BROKEN_PART;
pub use trace::{Entry, Explanation, Path, PathStep, Trace, path_text};
pub use type_expression::{Constraint, parse_type};

/// Why an expression has no value.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What is wrong and where.
    pub diagnostic: Diagnostic,
    /// What was read when it went wrong, in a recorded evaluation.
    pub origin: Origin,
}

impl Fault {
    /// A problem at a place.
    #[must_use]
    pub fn new(problem: Problem, at: Span) -> Box<Self> {
        Box::new(Self {
            diagnostic: Diagnostic {
                hint: problem.hint,
                ..Diagnostic::error(problem.message).at(at)
            },
            origin: Origin::NONE,
        })
    }

    /// The same, with what was read.
    #[must_use]
    pub fn reading(mut self: Box<Self>, origin: Origin) -> Box<Self> {
        if !self.origin.is_some() {
            self.origin = origin;
        }
        self
    }
}

/// A value, or why there is none. Boxed, because most evaluations succeed.
pub type Evaluated<T = Value> = Result<T, Box<Fault>>;

/// What differs between the languages that share the expression syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Terraform configuration: bare function names; `try` over unknown values is unknown.
    Terraform,
    /// Policies: functions need `core::`; `try` keeps what is known.
    Policy,
    /// Policies as HashiCorp's engine runs them: both sides of `&&` and `||` count, and `try` over
    /// unknown values is unknown.
    Engine,
}

impl Dialect {
    /// Whether only that is concluded of unknown values which the reference implementation concludes.
    const fn is_exact(self) -> bool {
        matches!(self, Self::Terraform | Self::Engine)
    }
}

/// Answers the names in an expression.
pub trait Scope {
    /// The value of `root` followed by `steps`, and how many of the steps it used up.
    fn resolve<'t>(
        &self,
        root: &str,
        steps: Steps<'t>,
        at: Span,
        evaluator: &mut Evaluator<'_>,
    ) -> Evaluated<(Value, usize)>;

    /// A function that only this scope has, such as `file` or `core::getresources`.
    fn call(
        &self,
        name: &str,
        arguments: &[Value],
        at: Span,
        evaluator: &mut Evaluator<'_>,
    ) -> Option<Evaluated> {
        let _ = (name, arguments, at, evaluator);
        None
    }

    /// What evaluation in this scope may use up.
    fn budget(&self) -> Option<&Budget> {
        None
    }

    /// Where compiled patterns are kept, when evaluation has no budget that keeps them.
    fn patterns(&self) -> Option<&Patterns> {
        None
    }

    /// The value of an expression that is the same whoever asks, where the scope has worked it out.
    /// Asked only where nothing is recorded.
    fn constant(&self, expr: Expr<'_>) -> Option<&Value> {
        let _ = expr;
        None
    }

    /// The language.
    fn dialect(&self) -> Dialect {
        Dialect::Terraform
    }

    /// Where values that this expression makes stand.
    fn origin(&self, expr: Expr<'_>) -> Origin {
        let _ = expr;
        Origin::NONE
    }
}

/// Evaluates expressions in a scope.
pub struct Evaluator<'s> {
    scope: &'s dyn Scope,
    trace: Option<&'s Trace>,
    /// Names bound by `for` expressions and template directives, innermost last.
    bound: Vec<(Key, Value)>,
    depth: u32,
    budget: Option<&'s Budget>,
    steps: budget::Steps,
}

impl<'s> Evaluator<'s> {
    /// An evaluator over a scope.
    #[must_use]
    pub fn new(scope: &'s dyn Scope) -> Self {
        let budget = scope.budget();
        let steps = budget::Steps::new(budget);
        Self { scope, trace: None, bound: Vec::new(), depth: 0, budget, steps }
    }

    /// The same, which records where results come from.
    #[must_use]
    pub fn recording(scope: &'s dyn Scope, trace: &'s Trace) -> Self {
        Self { trace: Some(trace), ..Self::new(scope) }
    }

    /// The same with names bound beforehand, such as `each` of a dynamic block.
    #[must_use]
    pub fn with_bound(mut self, bound: Vec<(Key, Value)>) -> Self {
        self.bound = bound;
        self
    }

    /// The same, which counts its depth from `depth` on.
    #[must_use]
    pub fn at_depth(mut self, depth: u32) -> Self {
        self.depth = depth;
        self
    }

    /// How deep it is; a scope that evaluates on behalf of a name goes on from here.
    #[must_use]
    pub const fn depth(&self) -> u32 {
        self.depth
    }

    /// The trace, when it records.
    #[must_use]
    pub const fn trace(&self) -> Option<&'s Trace> {
        self.trace
    }

    /// The value of an expression.
    pub fn evaluate(&mut self, expr: Expr<'_>) -> Evaluated {
        if self.depth >= self.budget.map_or(budget::DEPTH, |budget| budget.depth) {
            if let Some(budget) = self.budget {
                budget.exceed();
            }
            let problem =
                Problem::new("expression is nested too deeply").with_hint(self.budget.map_or(
                    "split it into local values",
                    |_| "names count where they are used; `--limit depth=N` allows more",
                ));
            return Err(Fault::new(problem, expr.span()));
        }
        self.count(1, expr.span())?;
        self.depth += 1;
        let log = self.trace.and_then(Trace::log);
        if let Some(log) = log {
            log.enter(expr);
        }
        let result = self.expression(expr);
        if let Some(log) = log {
            log.leave(&result);
        }
        self.depth -= 1;
        result
    }

    /// The origin of a result that `deciding` made; nowhere without a trace.
    fn derive<'v>(&self, deciding: impl IntoIterator<Item = &'v Value>) -> Origin {
        let Some(trace) = self.trace else { return Origin::NONE };
        trace.derived(deciding.into_iter().map(|value| trace.of(value)).collect(), Vec::new())
    }

    /// Gives a fresh result its origin: its expression in a configuration, what made it in a trace.
    fn made<'v>(
        &self,
        result: Value,
        expr: Expr<'_>,
        from: impl IntoIterator<Item = &'v Value>,
    ) -> Value {
        if self.trace.is_some() {
            let origin = self.derive(from);
            return result.with_origin(origin);
        }
        let origin = self.scope.origin(expr);
        if origin.is_some() { result.with_origin(origin) } else { result }
    }
}
