//! What a setting may be: a text, a flag, a day, a severity; each written out, nothing computed.

use ::hcl::edit::expr::Expression;

use super::Literal;
use super::read::Reader;
use crate::finding::{Date, Severity, UnknownCounts};
use crate::value::nfc;

impl Reader<'_> {
    /// A string without templates.
    pub(super) fn text(&mut self, expr: &Expression) -> Option<String> {
        match quoted(expr) {
            Some(text) => Some(nfc(text).into_owned()),
            None => self.wrong(expr, "a text in quotes, without `${`"),
        }
    }

    /// A list, or one for a list of one.
    pub(super) fn texts(&mut self, expr: &Expression) -> Option<Vec<String>> {
        match expr {
            Expression::Array(elements) => elements.iter().map(|one| self.text(one)).collect(),
            Expression::String(_) => self.text(expr).map(|text| vec![text]),
            _ => self.wrong(expr, "a list of texts"),
        }
    }

    /// `true` or `false`, not in quotes.
    pub(super) fn flag(&mut self, expr: &Expression) -> Option<bool> {
        expr.as_bool().or_else(|| self.wrong(expr, "`true` or `false`"))
    }

    /// A day that exists.
    pub(super) fn day(&mut self, expr: &Expression) -> Option<Date> {
        let day = quoted(expr).and_then(Date::parse);
        day.or_else(|| self.wrong(expr, "a day such as \"2026-01-31\""))
    }

    /// Any severity.
    pub(super) fn severity(&mut self, expr: &Expression) -> Option<Severity> {
        let read = quoted(expr).and_then(Severity::parse);
        read.or_else(|| self.wrong(expr, "\"critical\", \"high\", \"medium\", \"low\" or \"info\""))
    }

    /// A severity that can count; inside `None` for none.
    pub(super) fn fail_on(&mut self, expr: &Expression) -> Option<Option<Severity>> {
        let read = match quoted(expr) {
            Some("none") => Some(None),
            text => text
                .and_then(Severity::parse)
                .filter(|severity| *severity > Severity::Info)
                .map(Some),
        };
        read.or_else(|| self.wrong(expr, "\"critical\", \"high\", \"medium\", \"low\" or \"none\""))
    }

    /// What an undecided check means.
    pub(super) fn unknown(&mut self, expr: &Expression) -> Option<UnknownCounts> {
        let read = quoted(expr).and_then(UnknownCounts::parse);
        read.or_else(|| self.wrong(expr, "\"warn\", \"fail\" or \"ignore\""))
    }

    /// A value for an input.
    pub(super) fn literal(&mut self, expr: &Expression) -> Option<Literal> {
        match expr {
            Expression::Bool(is) => Some(Literal::Bool(*is.value())),
            Expression::String(text) => Some(Literal::Text(nfc(text).into_owned())),
            // As written: a number that was read may have lost digits.
            Expression::Number(_) => Some(Literal::Number(self.written(expr).replace(' ', ""))),
            Expression::Array(elements) => {
                let elements: Option<_> = elements.iter().map(|one| self.literal(one)).collect();
                elements.map(Literal::List)
            }
            _ => self.wrong(expr, "a text, a number, `true`, `false`, or a list of them"),
        }
    }
}

fn quoted(expr: &Expression) -> Option<&str> {
    match expr {
        Expression::String(text) => Some(text),
        _ => None,
    }
}
