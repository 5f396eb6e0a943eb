//! Moving over the bytes: blanks, comments, names; and saying what was not expected.

use super::{Failed, Parser};
use crate::diag::Diagnostic;
use crate::hcl::tree::store::Extent;
use crate::text::Span;

impl Parser<'_> {
    /// The byte here; 0 at the end.
    #[inline]
    pub(super) fn peek(&self) -> u8 {
        self.byte(0)
    }

    /// The byte `n` places further; 0 past the end.
    #[inline]
    pub(super) fn byte(&self, n: usize) -> u8 {
        self.bytes.get(self.at + n).copied().unwrap_or(0)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The bytes from here on.
    pub(super) fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.rest().starts_with(text.as_bytes())
    }

    /// Moves over `text` if it stands here.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Moves over spaces, tabs and comments, and over line breaks where they are blanks.
    #[inline]
    pub(super) fn blanks(&mut self) {
        loop {
            match self.peek() {
                b' ' | b'\t' => self.at += 1,
                b'\n' if self.lines_are_blanks => self.at += 1,
                b'\r' if self.lines_are_blanks && self.byte(1) == b'\n' => self.at += 2,
                b'#' => self.line_comment(),
                b'/' if self.byte(1) == b'/' => self.line_comment(),
                b'/' if self.byte(1) == b'*' => self.block_comment(),
                _ => return,
            }
        }
    }

    /// Moves over blanks and line breaks.
    pub(super) fn blanks_and_lines(&mut self) {
        let outer = std::mem::replace(&mut self.lines_are_blanks, true);
        self.blanks();
        self.lines_are_blanks = outer;
    }

    fn line_comment(&mut self) {
        let start = self.at;
        self.at = self.line_end(start);
        self.comment(start);
    }

    fn block_comment(&mut self) {
        let start = self.at;
        match memchr::memmem::find(self.rest().get(2..).unwrap_or(&[]), b"*/") {
            Some(n) => self.at += n + 4,
            None => {
                self.at = self.bytes.len();
                self.fail(start, start + 2, "comment is never closed by `*/`");
                self.fall_silent();
            }
        }
        self.comment(start);
    }

    fn comment(&mut self, start: usize) {
        let span = self.span(start, self.at);
        self.comments.push(span);
    }

    /// Where the line of a byte ends, before its line break.
    pub(super) fn line_end(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or(&[]);
        let end = memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |n| from + n);
        if end > from && end < self.bytes.len() && self.bytes.get(end - 1) == Some(&b'\r') {
            return end - 1;
        }
        end
    }

    pub(super) fn is_at_line_end(&self) -> bool {
        match self.peek() {
            b'\n' => true,
            b'\r' => self.byte(1) == b'\n',
            _ => self.is_at_end(),
        }
    }

    /// Moves over a name.
    #[inline]
    pub(super) fn name(&mut self) -> Option<Extent> {
        let start = self.at;
        if !self.is_at_name() {
            return None;
        }
        loop {
            let byte = self.peek();
            if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' {
                self.at += 1;
            } else if byte.is_ascii() {
                return Some(Extent::new(start, self.at));
            } else {
                match self.character() {
                    Some(character) if unicode_ident::is_xid_continue(character) => {
                        self.at += character.len_utf8();
                    }
                    _ => return Some(Extent::new(start, self.at)),
                }
            }
        }
    }

    /// Whether a name starts here.
    #[inline]
    pub(super) fn is_at_name(&self) -> bool {
        let byte = self.peek();
        if byte.is_ascii() {
            return byte.is_ascii_alphabetic() || byte == b'_';
        }
        self.character().is_some_and(unicode_ident::is_xid_start)
    }

    pub(super) fn character(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    pub(super) fn slice(&self, extent: Extent) -> &str {
        self.text.get(extent.start as usize..extent.end as usize).unwrap_or("")
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        let Extent { start, end } = Extent::new(start, end.min(self.bytes.len()));
        Span::new(self.file, start, end)
    }

    /// Gives a diagnostic for `start..end` unless it is a consequence of the one before.
    pub(super) fn fail(&mut self, start: usize, end: usize, message: impl Into<String>) -> Failed {
        self.complain(start, Diagnostic::error(message).at(self.span(start, end)))
    }

    /// The same with a diagnostic that is made already; `start` is where it points.
    pub(super) fn complain(&mut self, start: usize, diagnostic: Diagnostic) -> Failed {
        self.complaints += 1;
        if start >= self.quiet_until || start < self.quiet_from {
            self.diagnostics.push(diagnostic);
        }
        self.hush(start);
        Failed
    }

    /// What goes wrong on this line and the next is not worth saying.
    pub(super) fn hush(&mut self, from: usize) {
        if self.quiet_until == 0 {
            self.quiet_from = from;
        } else if from <= self.hushed_line {
            return;
        }
        self.hushed_line = self.line_end(from);
        let next = if self.bytes.get(self.hushed_line) == Some(&b'\r') { 2 } else { 1 };
        let end = self.line_end(self.hushed_line + next);
        self.quiet_until = self.quiet_until.max(end.saturating_add(1));
    }

    /// Nothing more is told: the rest of the file is lost.
    pub(super) const fn fall_silent(&mut self) {
        (self.quiet_from, self.quiet_until) = (0, usize::MAX);
    }

    /// Says that something else was expected here.
    pub(super) fn unexpected(&mut self, expected: &str) -> Failed {
        let diagnostic = self.unexpected_diagnostic(expected);
        self.complain(self.at, diagnostic)
    }

    /// The same with the place of the bracket that is still open.
    pub(super) fn unexpected_in(&mut self, expected: &str, opening: usize) -> Failed {
        let bracket = self.span(opening, opening + 1);
        let diagnostic = self.unexpected_diagnostic(expected).with_related(bracket, "opened here");
        self.complain(self.at, diagnostic)
    }

    fn unexpected_diagnostic(&self, expected: &str) -> Diagnostic {
        let (found, len) = self.found();
        let span = self.span(self.at, self.at + len);
        let diagnostic = Diagnostic::error(format!("{found}, expected {expected}")).at(span);
        match self.hint() {
            Some(hint) => diagnostic.with_hint(hint),
            None => diagnostic,
        }
    }

    /// What stands here, in words, and its length in bytes.
    fn found(&self) -> (String, usize) {
        if self.is_at_end() {
            return ("end of file".to_owned(), 0);
        }
        if self.is_at_line_end() {
            return ("end of line".to_owned(), 1);
        }
        let word = self.word();
        match word.chars().next() {
            Some('\u{a0}') => ("no-break space (U+00A0)".to_owned(), 2),
            Some(c) if c.is_control() || c == '\u{feff}' => {
                (format!("control character (U+{:04X})", u32::from(c)), c.len_utf8())
            }
            _ => (format!("found `{word}`"), word.len()),
        }
    }

    /// The name, number or single character here.
    fn word(&self) -> &str {
        let rest = self.text.get(self.at..).unwrap_or("");
        let end = rest
            .char_indices()
            .find(|&(_, c)| !(c.is_alphanumeric() || c == '_' || c == '-'))
            .map_or(rest.len(), |(n, _)| n);
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let starts_word = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        // A long word would drown the message; characters are cut whole.
        let end = if starts_word { end } else { first };
        let end = if end > 40 { first } else { end };
        rest.get(..end).unwrap_or("")
    }

    /// What is meant by things that other languages have.
    fn hint(&self) -> Option<&'static str> {
        let hint = match self.peek() {
            b'\'' | b'`' => "strings are written in double quotes",
            b'&' => "the operator is `&&`",
            b'|' => "the operator is `||`",
            b';' => "each attribute stands on its own line, without `;`",
            b'+' => "numbers have no leading `+`",
            b'.' if self.byte(1).is_ascii_digit() => "a fraction has a digit before its dot: `0.5`",
            b'<' if self.byte(1) == b'<' => {
                "a heredoc is `<<WORD` or `<<-WORD` with nothing after it on the line"
            }
            _ => return None,
        };
        Some(hint)
    }
}
