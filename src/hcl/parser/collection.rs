//! Tuples, objects and `for` expressions.

use super::{Parsed, Parser};
use crate::hcl::tree::ExprId;
use crate::hcl::tree::store::{ExprData, Extent, ForHead, ForNode, ItemNode, add, settle};

impl Parser<'_> {
    pub(super) fn tuple(&mut self) -> Parsed<ExprId> {
        let start = self.at;
        let outer = self.open();
        if self.is_at_for() {
            return self.for_expression(start, outer, b']');
        }
        let mark = self.gathered.exprs.len();
        while self.peek() != b']' {
            let element = self.expression()?;
            self.gathered.exprs.push(element);
            self.blanks();
            match self.peek() {
                b']' => {}
                b',' => {
                    self.at += 1;
                    self.blanks();
                }
                _ => return Err(self.unexpected_in("`,` or `]`", start)),
            }
        }
        self.close(outer);
        let elements = settle(&mut self.gathered.exprs, mark, &mut self.store.lists);
        Ok(self.store.expr(Extent::new(start, self.at), ExprData::Tuple(elements)))
    }

    pub(super) fn object(&mut self) -> Parsed<ExprId> {
        let start = self.at;
        let outer = self.open();
        if self.is_at_for() {
            return self.for_expression(start, outer, b'}');
        }
        self.lines_are_blanks = false;
        let mark = self.gathered.items.len();
        loop {
            self.blanks_and_lines();
            if self.peek() == b'}' {
                break;
            }
            let item = self.item(start)?;
            self.gathered.items.push(item);
            self.blanks();
            match self.peek() {
                b'}' => break,
                b',' => self.at += 1,
                _ if self.is_at_line_end() && !self.is_at_end() => {}
                _ => return Err(self.unexpected_in("`,`, a line break or `}`", start)),
            }
        }
        self.close(outer);
        let items = settle(&mut self.gathered.items, mark, &mut self.store.items);
        Ok(self.store.expr(Extent::new(start, self.at), ExprData::Object(items)))
    }

    fn item(&mut self, opening: usize) -> Parsed<ItemNode> {
        let key = self.expression()?;
        self.blanks();
        match self.peek() {
            b'=' if self.byte(1) != b'>' => {}
            b':' => {}
            _ => return Err(self.unexpected_in("`=` and the key's value", opening)),
        }
        self.at += 1;
        self.blanks();
        let value = self.expression()?;
        Ok(ItemNode { key, value })
    }

    /// After `[` or `{` the word `for` always starts a `for` expression.
    fn is_at_for(&self) -> bool {
        self.starts_with("for") && !self.continues_name(3)
    }

    /// Whether the byte `n` places further belongs to the same name.
    fn continues_name(&self, n: usize) -> bool {
        let byte = self.byte(n);
        if byte.is_ascii() {
            return byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        }
        let rest = self.text.get(self.at + n..).unwrap_or("");
        rest.chars().next().is_some_and(unicode_ident::is_xid_continue)
    }

    fn for_expression(&mut self, start: usize, outer: bool, closing: u8) -> Parsed<ExprId> {
        self.at += "for".len();
        let head = self.for_head()?;
        if self.peek() != b':' {
            return Err(self.unexpected("`:` after what the `for` goes through"));
        }
        self.at += 1;
        self.blanks();
        let first = self.expression()?;
        self.blanks();
        let (result_key, result, group) = match closing {
            b'}' => self.for_object_result(first)?,
            _ => (None, first, false),
        };
        let condition = self.for_condition()?;
        if self.peek() != closing {
            let expected = if closing == b']' { "`if` or `]`" } else { "`if` or `}`" };
            return Err(self.unexpected_in(expected, start));
        }
        self.close(outer);
        let node = ForNode { head, result_key, result, group, condition };
        let place = add(&mut self.store.fors, node);
        Ok(self.store.expr(Extent::new(start, self.at), ExprData::For(place)))
    }

    /// `key, value in collection`; stands after blanks when it returns.
    pub(super) fn for_head(&mut self) -> Parsed<ForHead> {
        let mut value = self.for_name()?;
        let mut key = None;
        if self.peek() == b',' {
            self.at += 1;
            key = Some(value);
            value = self.for_name()?;
        }
        match self.name() {
            Some(word) if self.slice(word) == "in" => {}
            Some(word) => {
                let message = "expected `in` and what the `for` goes through";
                return Err(self.fail(word.start as usize, word.end as usize, message));
            }
            None => return Err(self.unexpected("`in` and what the `for` goes through")),
        }
        self.blanks();
        let collection = self.expression()?;
        self.blanks();
        Ok(ForHead { key, value, collection })
    }

    fn for_name(&mut self) -> Parsed<Extent> {
        self.blanks();
        let Some(name) = self.name() else {
            return Err(self.unexpected("a name after `for`"));
        };
        self.blanks();
        Ok(name)
    }

    fn for_object_result(&mut self, key: ExprId) -> Parsed<(Option<ExprId>, ExprId, bool)> {
        if !self.eat("=>") {
            return Err(self.unexpected("`=>` and the value: this `for` makes an object"));
        }
        self.blanks();
        let value = self.expression()?;
        self.blanks();
        let group = self.eat("...");
        self.blanks();
        Ok((Some(key), value, group))
    }

    fn for_condition(&mut self) -> Parsed<Option<ExprId>> {
        if !self.starts_with("if") || self.continues_name(2) {
            return Ok(None);
        }
        self.at += "if".len();
        self.blanks();
        let condition = self.expression()?;
        self.blanks();
        Ok(Some(condition))
    }
}
