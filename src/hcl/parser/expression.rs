//! Operators and conditionals.

use super::{Parsed, Parser};
use crate::hcl::tree::store::{ExprData, Extent};
use crate::hcl::tree::{BinaryOp, ExprId, UnaryOp};

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parsed<ExprId> {
        self.enter()?;
        let mut id = self.operations(1)?;
        if self.peek() == b'?' {
            id = self.conditional(id)?;
        }
        self.leave();
        Ok(id)
    }

    fn conditional(&mut self, condition: ExprId) -> Parsed<ExprId> {
        self.at += 1;
        self.blanks();
        let then = self.expression()?;
        self.blanks();
        if self.peek() != b':' {
            return Err(self.unexpected("`:` and the value for when the condition is false"));
        }
        self.at += 1;
        self.blanks();
        let otherwise = self.expression()?;
        let span = self.across(condition, otherwise);
        Ok(self.store.expr(span, ExprData::Conditional(condition, then, otherwise)))
    }

    /// Operators that bind at least as tightly as `least`, which is 1 to 6. A chain of equal
    /// operators is a loop: however long, it does not nest. Stands after blanks when it returns.
    fn operations(&mut self, least: u8) -> Parsed<ExprId> {
        let mut left = self.unary()?;
        loop {
            self.blanks();
            let Some((op, tightness, len)) = self.operator() else { return Ok(left) };
            if tightness < least {
                return Ok(left);
            }
            self.at += len;
            self.blanks();
            let right = self.operations(tightness + 1)?;
            let span = self.across(left, right);
            left = self.store.expr(span, ExprData::Binary(op, left, right));
        }
    }

    /// The operator here, how tightly it binds, and its length.
    #[inline]
    fn operator(&self) -> Option<(BinaryOp, u8, usize)> {
        let next = self.byte(1);
        let found = match self.peek() {
            b'|' if next == b'|' => (BinaryOp::Or, 1, 2),
            b'&' if next == b'&' => (BinaryOp::And, 2, 2),
            b'=' if next == b'=' => (BinaryOp::Equal, 3, 2),
            b'!' if next == b'=' => (BinaryOp::NotEqual, 3, 2),
            b'<' if next == b'=' => (BinaryOp::LessOrEqual, 4, 2),
            b'>' if next == b'=' => (BinaryOp::GreaterOrEqual, 4, 2),
            // `<<` starts a heredoc.
            b'<' if next != b'<' => (BinaryOp::Less, 4, 1),
            b'>' => (BinaryOp::Greater, 4, 1),
            b'+' => (BinaryOp::Add, 5, 1),
            b'-' => (BinaryOp::Subtract, 5, 1),
            b'*' => (BinaryOp::Multiply, 6, 1),
            b'/' => (BinaryOp::Divide, 6, 1),
            b'%' => (BinaryOp::Remainder, 6, 1),
            _ => return None,
        };
        Some(found)
    }

    fn unary(&mut self) -> Parsed<ExprId> {
        let op = match self.peek() {
            b'!' => UnaryOp::Not,
            b'-' => UnaryOp::Negate,
            _ => {
                let base = self.operand()?;
                return self.traversals(base);
            }
        };
        self.enter()?;
        let start = self.at;
        self.at += 1;
        self.blanks();
        let operand = self.unary()?;
        self.leave();
        let span = self.up_to(start, operand);
        Ok(self.store.expr(span, ExprData::Unary(op, operand)))
    }

    /// From the start of one expression to the end of another.
    fn across(&self, first: ExprId, last: ExprId) -> Extent {
        Extent { start: self.store.span(first).start, end: self.store.span(last).end }
    }

    fn up_to(&self, start: usize, last: ExprId) -> Extent {
        Extent { end: self.store.span(last).end, ..Extent::new(start, start) }
    }
}
