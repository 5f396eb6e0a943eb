//! Where only literal values stand: types, defaults, files of values.

use crate::diag::Problem;
use crate::hcl::{Expr, Steps};
use crate::text::Span;
use crate::value::{Origin, Value};

use super::{Dialect, Evaluated, Evaluator, Fault, Scope};

/// A scope without names and functions.
#[derive(Clone, Copy, Debug)]
pub struct Literals<O = fn(Expr<'_>) -> Origin> {
    dialect: Dialect,
    origin: O,
}

impl Literals {
    /// Of policies, whose literals need no origin: they are placed by the policy.
    pub const OF_POLICIES: Self = Self { dialect: Dialect::Policy, origin: |_| Origin::NONE };
}

impl<O: Fn(Expr<'_>) -> Origin> Literals<O> {
    /// Of configurations, with what tells the origin of an expression.
    pub const fn of_configurations(origin: O) -> Self {
        Self { dialect: Dialect::Terraform, origin }
    }
}

impl<O: Fn(Expr<'_>) -> Origin> Scope for Literals<O> {
    fn resolve<'t>(
        &self,
        root: &str,
        _steps: Steps<'t>,
        at: Span,
        _evaluator: &mut Evaluator<'_>,
    ) -> Evaluated<(Value, usize)> {
        let problem = Problem::new(format!("`{root}` cannot be used here"))
            .with_hint("only literal values stand here; strings need quotes");
        Err(Fault::new(problem, at))
    }

    fn call(
        &self,
        name: &str,
        _arguments: &[Value],
        at: Span,
        _evaluator: &mut Evaluator<'_>,
    ) -> Option<Evaluated> {
        let problem = Problem::new(format!("`{name}` is called where functions may not be called"))
            .with_hint("only literal values stand here");
        Some(Err(Fault::new(problem, at)))
    }

    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn origin(&self, expr: Expr<'_>) -> Origin {
        (self.origin)(expr)
    }
}
