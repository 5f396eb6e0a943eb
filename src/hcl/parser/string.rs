//! Quoted strings, in expressions and as labels.

use super::template::Template;
use super::{Failed, Parsed, Parser};
use crate::diag::Diagnostic;
use crate::hcl::tree::ExprId;
use crate::hcl::tree::store::{Escapes, ExprData, Extent};
use crate::hcl::unescape::unit;

impl Parser<'_> {
    /// A quoted string or template, from its first quote on.
    pub(super) fn quoted(&mut self) -> Parsed<ExprId> {
        let start = self.at;
        self.at += 1;
        let escapes = self.quoted_text(start)?;
        if self.peek() == b'"' {
            self.at += 1;
            let escaped = escapes != Escapes::None;
            let span = Extent::new(start, self.at);
            return Ok(self.store.expr(span, ExprData::String { escaped }));
        }
        let mut template = Template::new(self.gathered.flats.len());
        self.literal(&mut template, start + 1, escapes);
        loop {
            if self.peek() == b'"' {
                self.at += 1;
                break;
            }
            self.sequence(&mut template)?;
            let text = self.at;
            let escapes = self.quoted_text(start)?;
            self.literal(&mut template, text, escapes);
        }
        let parts = self.assemble(&template)?;
        let data = ExprData::Template { parts, heredoc: false };
        Ok(self.store.expr(Extent::new(start, self.at), data))
    }

    /// A quoted label; templates are not allowed in it. Tells its place with the quotes.
    pub(super) fn quoted_label(&mut self) -> Parsed<Extent> {
        let start = self.at;
        self.at += 1;
        self.quoted_text(start)?;
        if self.peek() == b'"' {
            self.at += 1;
            return Ok(Extent::new(start, self.at));
        }
        Err(self.fail(self.at, self.at + 2, "a label cannot hold `${` or `%{`"))
    }

    /// Moves over text up to the closing quote or the start of a template sequence, and tells which
    /// escapes it holds. `start` is where the string's first quote stands.
    fn quoted_text(&mut self, start: usize) -> Parsed<Escapes> {
        let mut escapes = Escapes::None;
        loop {
            match self.peek() {
                b'"' => return Ok(escapes),
                b'\\' => {
                    self.escape();
                    escapes = Escapes::Quoted;
                }
                mark @ (b'$' | b'%') => match (self.byte(1), self.byte(2)) {
                    (b'{', _) => return Ok(escapes),
                    (next, b'{') if next == mark => {
                        self.at += 3;
                        escapes = Escapes::Quoted;
                    }
                    _ => self.at += 1,
                },
                b'\n' => return Err(self.unclosed_string(start)),
                b'\r' if self.byte(1) == b'\n' => return Err(self.unclosed_string(start)),
                b'\r' => return Err(self.lone_carriage_return(self.at)),
                _ if self.is_at_end() => return Err(self.unclosed_string(start)),
                _ => self.at += 1,
            }
        }
    }

    /// Moves over a backslash and what it escapes; a bad one is told and taken as text.
    fn escape(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or("");
        if let Some((len, _)) = unit(rest, true) {
            self.at += len;
            return;
        }
        let next = rest.chars().nth(1).filter(|c| !c.is_control() && *c != '"');
        let shown: String = ['\\'].into_iter().chain(next).collect();
        let (message, hint) = match next {
            Some('u' | 'U') => (
                format!("`{shown}` is not followed by the digits of a character"),
                "write `\\u` and 4 or `\\U` and 8 hexadecimal digits, no surrogates",
            ),
            _ => (format!("`{shown}` is no escape"), "a backslash itself is written `\\\\`"),
        };
        let end = self.at + shown.len();
        let diagnostic = Diagnostic::error(message).at(self.span(self.at, end)).with_hint(hint);
        self.complain(self.at, diagnostic);
        self.at = end;
    }

    /// Terraform takes it neither for text nor for a line break.
    pub(super) fn lone_carriage_return(&mut self, at: usize) -> Failed {
        let diagnostic = Diagnostic::error("carriage return without a line feed after it")
            .at(self.span(at, at + 1))
            .with_hint("in a quoted string it is written `\\r`");
        self.complain(at, diagnostic)
    }

    fn unclosed_string(&mut self, start: usize) -> Failed {
        let diagnostic = Diagnostic::error("string is not closed on its line")
            .at(self.span(start, self.at))
            .with_hint("a line break in a string is written `\\n`; longer text goes in a heredoc");
        self.complain(start, diagnostic)
    }
}
