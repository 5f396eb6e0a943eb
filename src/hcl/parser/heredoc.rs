//! Heredocs: `<<WORD` and `<<-WORD`.

use unicode_segmentation::UnicodeSegmentation;

use super::template::{Flat, FlatKind, Template};
use super::{Failed, Parsed, Parser};
use crate::diag::Diagnostic;
use crate::hcl::tree::ExprId;
use crate::hcl::tree::store::{Escapes, ExprData, Extent};

/// A heredoc that is being read.
#[derive(Clone, Copy)]
pub(super) struct OpenHeredoc {
    pub(super) word: Extent,
    pub(super) brackets: u32,
}

/// Where a line of a heredoc ends.
enum Line {
    /// After its line break.
    Break,
    /// Before `${` or `%{`.
    Sequence,
    /// At the end of the file.
    End,
}

impl Parser<'_> {
    pub(super) fn heredoc(&mut self) -> Parsed<ExprId> {
        let start = self.at;
        self.at += 2;
        let indented = self.eat("-");
        let word = match self.name() {
            Some(word) if self.is_at_line_end() && !self.is_at_end() => word,
            word => return Err(self.bad_heredoc_start(start, word)),
        };
        self.next_line();
        self.heredocs.push(OpenHeredoc { word, brackets: self.brackets });
        let mut template = Template::new(self.gathered.flats.len());
        let end = self.heredoc_text(&mut template, start, word)?;
        self.heredocs.pop();
        if indented {
            self.unindent(template.mark);
        }
        let parts = self.assemble(&template)?;
        let data = ExprData::Template { parts, heredoc: true };
        Ok(self.store.expr(Extent::new(start, end), data))
    }

    fn bad_heredoc_start(&mut self, start: usize, word: Option<Extent>) -> Failed {
        let diagnostic = Diagnostic::error("`<<` is not followed by a word and a line break")
            .at(self.span(start, self.at))
            .with_hint("a heredoc is `<<WORD` or `<<-WORD` with nothing after it on the line");
        let failed = self.complain(start, diagnostic);
        // Recovery passes over the text if the word that was meant ends it.
        while matches!(self.peek(), b' ' | b'\t' | b'"' | b'\'') {
            self.at += 1;
        }
        if let Some(word) = word.or_else(|| self.name()) {
            self.heredocs.push(OpenHeredoc { word, brackets: self.brackets });
        }
        failed
    }

    /// Moves over the line break here.
    fn next_line(&mut self) {
        self.at += if self.peek() == b'\r' { 2 } else { 1 };
    }

    /// Reads up to the end word and tells where that ends; then stands before its line break.
    fn heredoc_text(
        &mut self,
        template: &mut Template,
        start: usize,
        word: Extent,
    ) -> Parsed<usize> {
        let mut near_end = None;
        let mut at_line_start = true;
        loop {
            if at_line_start {
                if let Some(end) = self.heredoc_end(word) {
                    return Ok(end);
                }
                if near_end.is_none() && self.is_near_end(word) {
                    near_end = Some(self.at);
                }
            }
            let text = self.at;
            let (line, escapes) = self.heredoc_line();
            self.check_carriage_returns(text)?;
            self.literal(template, text, escapes);
            at_line_start = matches!(line, Line::Break);
            match line {
                Line::Break => {}
                Line::Sequence => self.sequence(template)?,
                Line::End => return Err(self.unclosed_heredoc(start, word, near_end)),
            }
        }
    }

    /// Moves over text up to its line's end or the start of a template sequence.
    fn heredoc_line(&mut self) -> (Line, Escapes) {
        let mut escapes = Escapes::None;
        loop {
            let Some(n) = memchr::memchr3(b'\n', b'$', b'%', self.rest()) else {
                self.at = self.bytes.len();
                return (Line::End, escapes);
            };
            self.at += n;
            let mark = self.peek();
            match (self.byte(1), self.byte(2)) {
                _ if mark == b'\n' => {
                    self.at += 1;
                    return (Line::Break, escapes);
                }
                (b'{', _) => return (Line::Sequence, escapes),
                (next, b'{') if next == mark => {
                    self.at += 3;
                    escapes = Escapes::Heredoc;
                }
                _ => self.at += 1,
            }
        }
    }

    /// Moves over text up to the end of its line or the start of a template sequence.
    pub(super) fn bare_line(&mut self) -> Escapes {
        self.heredoc_line().1
    }

    /// Whether `${` or `%{` stands here.
    pub(super) fn is_at_sequence(&self) -> bool {
        matches!(self.peek(), b'$' | b'%') && self.byte(1) == b'{'
    }

    /// Complains about a carriage return since `from` that belongs to no line break.
    fn check_carriage_returns(&mut self, from: usize) -> Parsed<()> {
        let piece = self.bytes.get(from..self.at).unwrap_or(&[]);
        let lone = |at: usize| self.bytes.get(from + at + 1) != Some(&b'\n');
        match memchr::memchr_iter(b'\r', piece).find(|&at| lone(at)) {
            Some(at) => Err(self.lone_carriage_return(from + at)),
            None => Ok(()),
        }
    }

    /// Where the end word ends, when it stands alone on this line; moves before the line break.
    /// Without a line break after it, it is no end.
    fn heredoc_end(&mut self, word: Extent) -> Option<usize> {
        let len = memchr::memchr(b'\n', self.rest())?;
        let line = self.text.get(self.at..self.at + len)?;
        let blanks = line.len() - line.trim_start().len();
        // A carriage return elsewhere is an error, not a blank.
        let without_break = line.strip_suffix('\r').unwrap_or(line);
        if line.trim() != self.slice(word) || without_break.contains('\r') {
            return None;
        }
        let end = self.at + blanks + self.slice(word).len();
        self.at += without_break.len();
        Some(end)
    }

    /// Whether this line starts with the end word but goes on, or the file ends after it.
    fn is_near_end(&self, word: Extent) -> bool {
        let line = self.text.get(self.at..self.line_end(self.at)).unwrap_or("");
        let rest = line.trim_start().strip_prefix(self.slice(word));
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    }

    fn unclosed_heredoc(&mut self, start: usize, word: Extent, near: Option<usize>) -> Failed {
        let name = self.slice(word).to_owned();
        let message = format!("heredoc is never closed by a line `{name}`");
        let mut diagnostic = Diagnostic::error(message).at(self.span(start, word.end as usize));
        if let Some(line) = near {
            let span = self.span(line, self.line_end(line));
            diagnostic = diagnostic.with_related(span, "not the end").with_hint(format!(
                "`{name}` closes it when it stands alone on its line, with a line break after it"
            ));
        }
        let failed = self.complain(start, diagnostic);
        // Reading goes on after what was probably meant as the end; but only once, for each
        // search for an end reaches to the end of the file.
        if let Some(line) = near
            && !self.lost_heredoc
        {
            self.at = self.line_end(line);
            let depth = self.heredocs.pop().map_or(0, |heredoc| heredoc.brackets);
            self.brackets = depth;
        } else {
            self.fall_silent();
        }
        self.lost_heredoc = true;
        failed
    }

    /// Moves to the end of the line with the end word, if there is one.
    pub(super) fn skip_heredoc(&mut self, word: Extent) {
        if self.lost_heredoc {
            return;
        }
        let start = self.at;
        while !self.is_at_end() {
            self.at = self.line_end(self.at);
            if self.is_at_end() {
                break;
            }
            self.next_line();
            if self.heredoc_end(word).is_some() {
                return;
            }
        }
        self.at = start;
        self.lost_heredoc = true;
    }

    /// Cuts the indentation that all lines share, as `<<-` asks: the fewest leading characters of
    /// white space of any line, where lines of nothing else do not count and stay as they are. Terraform
    /// counts what a person sees as one character.
    fn unindent(&mut self, mark: usize) {
        let text = self.text;
        let flats = self.gathered.flats.get_mut(mark..).unwrap_or(&mut []);
        let mut least = usize::MAX;
        for_line_starts(text, flats, |indent, _| least = least.min(indent));
        if least == 0 {
            return;
        }
        for_line_starts(text, flats, |_, span| {
            let line = text.get(span.start as usize..span.end as usize).unwrap_or("");
            span.start += Extent::new(0, length(line, least)).end;
        });
    }
}

/// Goes through the pieces that start a line, each with its indentation in characters. A line that
/// starts with a sequence has none. A piece whose line break was trimmed away ends no line.
fn for_line_starts(text: &str, flats: &mut [Flat], mut see: impl FnMut(usize, &mut Extent)) {
    let mut starts_line = true;
    for flat in flats {
        let FlatKind::Literal(_) = flat.kind else {
            if std::mem::take(&mut starts_line) {
                see(0, &mut flat.span.clone());
            }
            continue;
        };
        let piece = text.get(flat.span.start as usize..flat.span.end as usize).unwrap_or("");
        let trimmed = piece.trim_start();
        let ends_line = piece.ends_with('\n');
        let is_blank = trimmed.is_empty() && ends_line;
        if std::mem::take(&mut starts_line) && !is_blank {
            let blanks = piece.get(..piece.len() - trimmed.len()).unwrap_or("");
            see(count(blanks), &mut flat.span);
        }
        starts_line = ends_line;
    }
}

/// Number of characters as a person sees them. Most blanks are ASCII, one byte each.
fn count(blanks: &str) -> usize {
    if blanks.is_ascii() { blanks.len() } else { blanks.graphemes(true).count() }
}

/// Number of bytes of the first `n` characters.
fn length(line: &str, n: usize) -> usize {
    // One more byte tells that nothing combines with the last of them.
    match line.as_bytes().get(..=n) {
        Some(first) if first.is_ascii() => n,
        _ => line.graphemes(true).take(n).map(str::len).sum(),
    }
}
