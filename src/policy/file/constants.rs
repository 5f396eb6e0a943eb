//! Values that are written out: worked out once, when a file is loaded, and not for every resource.

use crate::eval::{Evaluator, Literals};
use crate::hcl::{Expr, ExprId, Kind, Tree};
use crate::value::Value;

/// By the number of their expressions.
#[derive(Clone, Debug, Default)]
pub struct Constants(Vec<Option<Value>>);

impl Constants {
    /// Those of a file.
    #[must_use]
    pub fn of(tree: &Tree) -> Self {
        let all = (0..tree.expr_count()).map(|number| {
            let expr = tree.expr(ExprId(number));
            is_written_out(expr)
                .then(|| Evaluator::new(&Literals::OF_POLICIES).evaluate(expr).ok())
                .flatten()
        });
        Self(all.collect())
    }

    /// The value of an expression that is written out.
    #[must_use]
    pub fn get(&self, expr: ExprId) -> Option<&Value> {
        self.0.get(expr.0 as usize)?.as_ref()
    }
}

/// A literal, or a list of literals.
fn is_written_out(expr: Expr<'_>) -> bool {
    let is_literal = |expr: Expr<'_>| {
        matches!(expr.kind(), Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_))
    };
    match expr.kind() {
        Kind::Tuple(mut elements) => elements.all(is_literal),
        _ => is_literal(expr),
    }
}
