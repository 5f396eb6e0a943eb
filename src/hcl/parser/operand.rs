//! What stands between operators: literals, names, calls, and whatever starts with a bracket.

use super::{Parsed, Parser};
use crate::hcl::tree::ExprId;
use crate::hcl::tree::store::{CallNode, ExprData, Extent, add, settle};

impl Parser<'_> {
    pub(super) fn operand(&mut self) -> Parsed<ExprId> {
        match self.peek() {
            b'"' => self.quoted(),
            b'0'..=b'9' => self.number(),
            b'[' => self.tuple(),
            b'{' => self.object(),
            b'(' => self.parens(),
            b'<' if self.byte(1) == b'<' => self.heredoc(),
            _ => match self.name() {
                Some(name) => self.named(name),
                None => Err(self.unexpected("an expression")),
            },
        }
    }

    fn parens(&mut self) -> Parsed<ExprId> {
        let start = self.at;
        let outer = self.open();
        let inner = self.expression()?;
        self.blanks();
        if self.peek() != b')' {
            return Err(self.unexpected_in("`)`", start));
        }
        self.close(outer);
        Ok(self.store.expr(Extent::new(start, self.at), ExprData::Parens(inner)))
    }

    /// Moves over an opening bracket, inside which line breaks are blanks.
    pub(super) fn open(&mut self) -> bool {
        self.at += 1;
        self.brackets += 1;
        let outer = std::mem::replace(&mut self.lines_are_blanks, true);
        self.blanks();
        outer
    }

    /// Moves over a closing bracket.
    pub(super) const fn close(&mut self, outer: bool) {
        self.at += 1;
        self.brackets -= 1;
        self.lines_are_blanks = outer;
    }

    /// A keyword, a variable, or a call: even `true(1)` is one.
    fn named(&mut self, name: Extent) -> Parsed<ExprId> {
        self.blanks();
        match self.peek() {
            b'(' => return self.call(name, name, Extent::default()),
            b':' if self.byte(1) == b':' => return self.namespaced(name),
            _ => {}
        }
        let data = match self.slice(name) {
            "null" => ExprData::Null,
            "true" => ExprData::Bool(true),
            "false" => ExprData::Bool(false),
            _ => ExprData::Variable,
        };
        Ok(self.store.expr(name, data))
    }

    /// `core::length(x)`, after the first name.
    fn namespaced(&mut self, first: Extent) -> Parsed<ExprId> {
        let mark = self.store.names.len();
        let mut name = first;
        while self.eat("::") {
            self.store.names.push(name);
            self.blanks();
            name = match self.name() {
                Some(name) => name,
                None => return Err(self.unexpected("a function's name after `::`")),
            };
            self.blanks();
        }
        if self.peek() != b'(' {
            return Err(self.unexpected("`(`: only functions have `::` in their name"));
        }
        let head = Extent { start: first.start, end: name.end };
        self.call(head, name, Extent::new(mark, self.store.names.len()))
    }

    fn call(&mut self, head: Extent, name: Extent, namespaces: Extent) -> Parsed<ExprId> {
        let opening = self.at;
        let outer = self.open();
        let mark = self.gathered.exprs.len();
        let mut expand = false;
        while self.peek() != b')' {
            let argument = self.expression()?;
            self.gathered.exprs.push(argument);
            self.blanks();
            expand = self.eat("...");
            self.blanks();
            match self.peek() {
                b')' => {}
                _ if expand => return Err(self.unexpected_in("`)` after `...`", opening)),
                b',' => {
                    self.at += 1;
                    self.blanks();
                }
                _ => return Err(self.unexpected_in("`,` or `)`", opening)),
            }
        }
        self.close(outer);
        let arguments = settle(&mut self.gathered.exprs, mark, &mut self.store.lists);
        let node = CallNode { head, name, namespaces, arguments, expand };
        let span = Extent { start: head.start, ..Extent::new(0, self.at) };
        let place = add(&mut self.store.calls, node);
        Ok(self.store.expr(span, ExprData::Call(place)))
    }

    fn number(&mut self) -> Parsed<ExprId> {
        let (start, digits) = (self.at, self.number_token());
        if is_number(self.slice(digits)) {
            return Ok(self.store.expr(digits, ExprData::Number));
        }
        let message = format!("`{}` is not a number", self.slice(digits));
        Err(self.fail(start, self.at, message))
    }

    /// Moves over digits, dots and exponents, as Terraform's scanner takes them together: up to
    /// the last one that is not a dot.
    pub(super) fn number_token(&mut self) -> Extent {
        let start = self.at;
        let mut end = self.at;
        loop {
            match (self.peek(), self.byte(1), self.byte(2)) {
                (b'0'..=b'9', ..) => self.at += 1,
                (b'.', ..) => {
                    self.at += 1;
                    continue;
                }
                (b'e' | b'E', b'0'..=b'9', _) => self.at += 2,
                (b'e' | b'E', b'+' | b'-', b'0'..=b'9') => self.at += 3,
                _ => break,
            }
            end = self.at;
        }
        self.at = end;
        Extent::new(start, end)
    }
}

/// Digits, then maybe a dot and digits, then maybe an exponent of a size that Terraform reads; with
/// an exponent the fraction may be empty.
pub(super) fn is_number(token: &str) -> bool {
    let (mantissa, exponent) = token.split_once(['e', 'E']).unwrap_or((token, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let are_digits = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    !whole.is_empty()
        && are_digits(whole)
        && are_digits(fraction)
        && exponent.parse::<i32>().is_ok_and(|exponent| exponent < i32::MAX)
}
