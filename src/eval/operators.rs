//! Binary operators. A chain of them is walked along its left spine, so that ten thousand `||` in a
//! row cost no stack.

use crate::diag::Problem;
use crate::hcl::{BinaryOp, Expr, Kind};
use crate::value::{self, Value};

use super::{Dialect, Evaluated, Evaluator, Trace};

type Operation = fn(&Value, &Value) -> Result<Value, Problem>;

/// One operator of a chain, with its right side.
struct Link<'e> {
    node: Expr<'e>,
    op: BinaryOp,
    right: Expr<'e>,
    /// Whether it has a node of its own in the log.
    is_told: bool,
}

impl Evaluator<'_> {
    pub(super) fn binary(&mut self, expr: Expr<'_>) -> Evaluated {
        let log = self.trace.and_then(Trace::log);
        // Most chains have one link.
        if let (None, Kind::Binary(op, first, second)) = (log, expr.kind())
            && !matches!(first.kind(), Kind::Binary(..))
        {
            let value = self.evaluate(first)?;
            return self.apply(expr, op, value, first, second);
        }
        let mut spine: Vec<Link<'_>> = Vec::new();
        let mut left = expr;
        while let Kind::Binary(op, first, second) = left.kind() {
            // A chain of one operator is told as one.
            let is_told = log.is_some() && spine.last().is_some_and(|link| link.op != op);
            if let Some(log) = log.filter(|_| is_told) {
                log.enter(left);
            }
            spine.push(Link { node: left, op, right: second, is_told });
            left = first;
        }
        let mut result = self.evaluate(left);
        while let Some(link) = spine.pop() {
            if let Ok(value) = result {
                result = self.apply(link.node, link.op, value, left, link.right);
            }
            if let Some(log) = log.filter(|_| link.is_told) {
                log.leave(&result);
            }
            left = link.node;
        }
        result
    }

    fn apply(
        &mut self,
        node: Expr<'_>,
        op: BinaryOp,
        left: Value,
        left_expr: Expr<'_>,
        right_expr: Expr<'_>,
    ) -> Evaluated {
        let operation: Operation = match op {
            BinaryOp::And | BinaryOp::Or => {
                return self.logic(node, op, &left, left_expr, right_expr);
            }
            BinaryOp::Equal => |left, right| Ok(value::equal(left, right)),
            BinaryOp::NotEqual => |left, right| value::not(&value::equal(left, right)),
            BinaryOp::Less => value::less,
            BinaryOp::LessOrEqual => value::less_or_equal,
            BinaryOp::Greater => |left, right| value::less(right, left),
            BinaryOp::GreaterOrEqual => |left, right| value::less_or_equal(right, left),
            BinaryOp::Add => value::add,
            BinaryOp::Subtract => value::subtract,
            BinaryOp::Multiply => value::multiply,
            BinaryOp::Divide => value::divide,
            BinaryOp::Remainder => value::remainder,
        };
        let right = self.evaluate(right_expr)?;
        let result = operation(&left, &right)
            .map_err(|problem| self.fault(problem, node, &[&left, &right]))?;
        Ok(self.made(result, node, [&left, &right]))
    }

    /// `&&` and `||`: the side that decides is the only one blamed, and saves the other from its error.
    fn logic(
        &mut self,
        node: Expr<'_>,
        op: BinaryOp,
        left: &Value,
        left_expr: Expr<'_>,
        right_expr: Expr<'_>,
    ) -> Evaluated {
        let decides = matches!(op, BinaryOp::Or);
        let bool_left = value::convert(left, &value::Type::Bool)
            .map_err(|problem| self.fault(problem, left_expr, &[left]))?;
        let left_decides = bool_left.as_bool() == Some(decides);
        // Whether a side that decides makes the other's error not matter.
        let saves = self.scope.dialect() != Dialect::Engine;
        if left_decides && self.trace.is_none() && self.scope.dialect() == Dialect::Policy {
            return Ok(bool_left);
        }
        let right = match self.evaluate(right_expr) {
            Ok(right) => right,
            Err(_) if left_decides && saves => return Ok(self.made(bool_left, node, [left])),
            Err(fault) => return Err(fault),
        };
        let combined = match op {
            BinaryOp::Or => value::or(left, &right),
            _ => value::and(left, &right),
        };
        let result = match combined {
            Ok(result) => result,
            Err(_) if left_decides && saves => return Ok(self.made(bool_left, node, [left])),
            Err(problem) => return Err(self.fault(problem, right_expr, &[left, &right])),
        };
        // What is not looked at may be secret all the same, and whether it was is told by the result.
        let hidden = match self.scope.dialect() {
            Dialect::Terraform => right.marks().travelling(),
            Dialect::Policy | Dialect::Engine => value::Marks::NONE,
        };
        let result = result.with_marks(hidden);
        if self.trace.is_none() {
            return Ok(self.made(result, node, []));
        }
        let speaks = |side: &Value| -> bool {
            let side = value::convert(side, &value::Type::Bool).ok();
            match result.as_bool() {
                // Undecided: blame the sides that are unknown.
                None => side.is_none_or(|side| side.is_unknown()),
                Some(truth) if truth == decides => {
                    side.and_then(|side| side.as_bool()) == Some(decides)
                }
                Some(_) => true,
            }
        };
        let from: Vec<&Value> = [left, &right].into_iter().filter(|side| speaks(side)).collect();
        Ok(self.made(result.clone(), node, from))
    }
}
