//! After an error: finding where the next statement starts.
//!
//! Brackets that were open are followed to their end, unless a line looks like the start of another
//! statement: then the bracket was never closed. What goes wrong on the line where reading goes on,
//! or on the next one, is taken for a consequence and not told.

use super::{Failed, Parsed, Parser};

/// Lines longer than this were not written by hand. Recovery does not look for their ends: it would
/// look again and again in a file of one line.
const LONG_LINE: usize = 2000;

/// What a parser was in the middle of when a statement started.
#[derive(Clone, Copy)]
pub(super) struct Checkpoint {
    start: usize,
    depth: u32,
    brackets: u32,
    heredocs: usize,
    lines_are_blanks: bool,
    exprs: usize,
    items: usize,
    steps: usize,
    flats: usize,
    parts: usize,
}

impl Parser<'_> {
    pub(super) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            start: self.at,
            depth: self.depth,
            brackets: self.brackets,
            heredocs: self.heredocs.len(),
            lines_are_blanks: self.lines_are_blanks,
            exprs: self.gathered.exprs.len(),
            items: self.gathered.items.len(),
            steps: self.gathered.steps.len(),
            flats: self.gathered.flats.len(),
            parts: self.gathered.parts.len(),
        }
    }

    /// Reads something; when it fails, moves to where the next statement may start.
    pub(super) fn recovering(&mut self, read: impl FnOnce(&mut Self) -> Parsed<()>) {
        let checkpoint = self.checkpoint();
        let complaints = self.complaints;
        if let Err(Failed) = read(self) {
            self.recover(checkpoint);
        } else if self.complaints == complaints {
            self.quiet_until = 0;
        }
    }

    /// Forgets what was in the middle of being read and moves to the end of its line or before the
    /// `}` that closes the body. Tells where what was given up ends, without blanks after it.
    pub(super) fn recover(&mut self, checkpoint: Checkpoint) -> usize {
        self.at = self.at.min(self.bytes.len());
        let indent = self.indent(checkpoint.start);
        let mut brackets = self.brackets.saturating_sub(checkpoint.brackets);
        if let Some(&heredoc) = self.heredocs.get(checkpoint.heredocs) {
            brackets = heredoc.brackets.saturating_sub(checkpoint.brackets);
            self.skip_heredoc(heredoc.word);
            self.restore(checkpoint);
            self.skip(brackets, indent);
        } else {
            self.restore(checkpoint);
            match self.statement_on_this_line(checkpoint.start, indent) {
                Some(line) => self.at = line,
                None => self.skip(brackets, indent),
            }
        }
        self.hush(self.at);
        let given_up = self.text.get(checkpoint.start..self.at).unwrap_or("");
        checkpoint.start + given_up.trim_end().len()
    }

    /// Where this line starts, when it is later than `after` and looks like another statement of
    /// which nothing but the name was read: then a bracket before it was never closed.
    fn statement_on_this_line(&self, after: usize, indent: usize) -> Option<usize> {
        let start = self.line_start(self.at);
        if start == 0 || self.bytes.get(start - 1) != Some(&b'\n') {
            return None;
        }
        let line = self.bytes.get(start..)?;
        let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let rest = line.get(blanks..)?;
        let name = rest.iter().take(LONG_LINE).take_while(|&&byte| is_in_name(byte)).count();
        let rest = rest.get(name..)?;
        let space = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let goes_on = match rest.get(space..)? {
            [b'=', b'=' | b'>', ..] => false,
            [b'=' | b'{' | b'"', ..] => true,
            _ => false,
        };
        let is_unread = start + blanks + name + space >= self.at;
        (start > after && blanks <= indent && name > 0 && goes_on && is_unread).then_some(start)
    }

    fn restore(&mut self, checkpoint: Checkpoint) {
        self.depth = checkpoint.depth;
        self.brackets = checkpoint.brackets;
        self.heredocs.truncate(checkpoint.heredocs);
        self.lines_are_blanks = checkpoint.lines_are_blanks;
        self.gathered.exprs.truncate(checkpoint.exprs);
        self.gathered.items.truncate(checkpoint.items);
        self.gathered.steps.truncate(checkpoint.steps);
        self.gathered.flats.truncate(checkpoint.flats);
        self.gathered.parts.truncate(checkpoint.parts);
    }

    fn skip(&mut self, mut brackets: u32, indent: usize) {
        while !self.is_at_end() {
            match self.peek() {
                b'\n' if brackets == 0 || self.starts_statement(indent) => return,
                b'}' if brackets == 0 => return,
                b'[' | b'(' | b'{' => brackets += 1,
                b']' | b')' | b'}' => brackets = brackets.saturating_sub(1),
                _ => {
                    self.skip_token();
                    continue;
                }
            }
            self.at += 1;
        }
    }

    /// Moves over one `{` and all up to its `}`, blindly.
    pub(super) fn skip_braces(&mut self) {
        let mut braces = 0_u32;
        while !self.is_at_end() {
            match self.peek() {
                b'{' => braces += 1,
                b'}' => braces = braces.saturating_sub(1),
                _ => {
                    self.skip_token();
                    continue;
                }
            }
            self.at += 1;
            if braces == 0 {
                return;
            }
        }
    }

    /// Moves to a `{` that ends this line; false where there is none.
    pub(super) fn skip_to_brace(&mut self) -> bool {
        let rest = self.rest();
        let rest = rest.get(..LONG_LINE).unwrap_or(rest);
        let line = memchr::memchr(b'\n', rest).and_then(|end| rest.get(..end));
        let line = line.unwrap_or(&[]).trim_ascii_end();
        if line.last() != Some(&b'{') {
            return false;
        }
        self.at += line.len() - 1;
        true
    }

    /// Moves over a comment, a string on one line, a heredoc, or one byte.
    fn skip_token(&mut self) {
        let start = self.at;
        self.blanks();
        if self.at > start {
            return;
        }
        match self.peek() {
            b'"' => self.skip_string(),
            b'<' if self.byte(1) == b'<' && !self.lost_heredoc => {
                self.at += 2;
                self.eat("-");
                if let Some(word) = self.name()
                    && self.is_at_line_end()
                {
                    self.skip_heredoc(word);
                }
            }
            _ => self.at += 1,
        }
    }

    fn skip_string(&mut self) {
        self.at += 1;
        while !self.is_at_end() {
            match self.peek() {
                b'\n' => return,
                b'\\' if self.byte(1) == b'"' => self.at += 2,
                b'\\' if self.byte(1) == b'\\' => self.at += 2,
                b'"' => {
                    self.at += 1;
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    /// Whether the line after this line break starts like a statement, no deeper than `indent`.
    fn starts_statement(&self, indent: usize) -> bool {
        let line = self.bytes.get(self.at + 1..).unwrap_or(&[]);
        let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        match line.get(blanks) {
            Some(b'}') => blanks < indent,
            Some(byte) => {
                blanks <= indent
                    && (byte.is_ascii_alphabetic() || *byte == b'_' || !byte.is_ascii())
            }
            None => false,
        }
    }

    /// Blanks before the first character of the line of a byte.
    fn indent(&self, at: usize) -> usize {
        let line = self.bytes.get(self.line_start(at)..).unwrap_or(&[]);
        line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }

    /// Where the line of a byte starts; somewhere in it when it is very long.
    fn line_start(&self, at: usize) -> usize {
        let from = at.saturating_sub(LONG_LINE);
        let before = self.bytes.get(from..at).unwrap_or(&[]);
        memchr::memrchr(b'\n', before).map_or(from, |n| from + n + 1)
    }
}

fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || !byte.is_ascii()
}
