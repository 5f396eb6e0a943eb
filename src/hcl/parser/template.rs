//! Templates: literals and sequences in a flat row, then trimmed and put together.
//!
//! Terraform trims (`~`) and unindents (`<<-`) single pieces of text as its scanner cuts them: a
//! quoted string between two sequences is one piece, a heredoc is cut after each line. The row
//! keeps these pieces, so that the results are the same to the byte. NOTE: one case is known where
//! they are not: in a heredoc, a `$` or `%` with one character and the line break after it and `${~`
//! on the next line; Terraform then keeps a blank that stands between.

use super::{Parsed, Parser};
use crate::hcl::tree::ExprId;
use crate::hcl::tree::store::{
    Escapes, ExprData, Extent, ForHead, IfNode, LoopNode, PartData, PartNode, add, settle,
};
use crate::hcl::unescape::unit;

/// A template that is being read.
pub(super) struct Template {
    /// Where its pieces start among those gathered.
    pub(super) mark: usize,
    /// Whether the sequence before ended in `~}`.
    trim_next: bool,
}

impl Template {
    pub(super) const fn new(mark: usize) -> Self {
        Self { mark, trim_next: false }
    }
}

/// A literal piece or a sequence, in source order.
#[derive(Clone, Copy)]
pub(super) struct Flat {
    pub(super) span: Extent,
    pub(super) kind: FlatKind,
}

#[derive(Clone, Copy)]
pub(super) enum FlatKind {
    Literal(Escapes),
    Interpolation(ExprId),
    If(ExprId),
    Else,
    EndIf,
    For(ForHead),
    EndFor,
}

/// A directive whose end has not come yet.
struct Open {
    span: Extent,
    mark: usize,
    kind: OpenKind,
}

enum OpenKind {
    If { condition: ExprId, then: Option<Extent> },
    For(ForHead),
}

impl Parser<'_> {
    /// Reads a template without quotes up to the end of the text. As in a heredoc each line of its text
    /// is a piece.
    pub(super) fn bare_template(&mut self, span: Extent, heredoc: bool) -> Parsed<ExprId> {
        let mut template = Template::new(self.gathered.flats.len());
        while !self.is_at_end() {
            let start = self.at;
            let escapes = self.bare_line();
            self.literal(&mut template, start, escapes);
            if self.is_at_sequence() {
                self.sequence(&mut template)?;
            }
        }
        let parts = self.assemble(&template)?;
        Ok(self.store.expr(span, ExprData::Template { parts, heredoc }))
    }

    /// Adds the text from `start` to here, unless there is none.
    pub(super) fn literal(&mut self, template: &mut Template, start: usize, escapes: Escapes) {
        if start == self.at {
            return;
        }
        let mut span = Extent::new(start, self.at);
        if std::mem::take(&mut template.trim_next) {
            span = trim_start(self.text, span, escapes);
        }
        self.gathered.flats.push(Flat { span, kind: FlatKind::Literal(escapes) });
    }

    /// Reads `${ }` or `%{ }`, from its mark on.
    pub(super) fn sequence(&mut self, template: &mut Template) -> Parsed<()> {
        let start = self.at;
        let is_directive = self.peek() == b'%';
        self.at += 2;
        self.brackets += 1;
        if self.peek() == b'~' {
            self.at += 1;
            self.trim_last(template);
        }
        let outer = std::mem::replace(&mut self.lines_are_blanks, true);
        self.blanks();
        let kind = if is_directive { self.directive()? } else { self.interpolation()? };
        self.blanks();
        template.trim_next = self.eat("~");
        if self.peek() != b'}' {
            return Err(self.unexpected_in("`}`", start));
        }
        self.close(outer);
        self.gathered.flats.push(Flat { span: Extent::new(start, self.at), kind });
        Ok(())
    }

    fn trim_last(&mut self, template: &Template) {
        let text = self.text;
        let last = self.gathered.flats.get_mut(template.mark..).and_then(<[_]>::last_mut);
        if let Some(Flat { span, kind: FlatKind::Literal(escapes) }) = last {
            *span = trim_end(text, *span, *escapes);
        }
    }

    fn interpolation(&mut self) -> Parsed<FlatKind> {
        self.expression().map(FlatKind::Interpolation)
    }

    fn directive(&mut self) -> Parsed<FlatKind> {
        let Some(word) = self.name() else {
            return Err(self.unexpected("`if`, `else`, `endif`, `for` or `endfor`"));
        };
        match self.slice(word) {
            "if" => {
                self.blanks();
                self.expression().map(FlatKind::If)
            }
            "else" => Ok(FlatKind::Else),
            "endif" => Ok(FlatKind::EndIf),
            "for" => self.for_head().map(FlatKind::For),
            "endfor" => Ok(FlatKind::EndFor),
            other => {
                let message = format!(
                    "`{other}` is no directive, expected `if`, `else`, `endif`, `for` or `endfor`"
                );
                Err(self.fail(word.start as usize, word.end as usize, message))
            }
        }
    }

    /// Puts the pieces of a template together and tells where its parts are stored.
    pub(super) fn assemble(&mut self, template: &Template) -> Parsed<Extent> {
        let base = self.gathered.parts.len();
        let depth = self.depth;
        let mut open: Vec<Open> = Vec::new();
        for n in template.mark..self.gathered.flats.len() {
            let Some(&flat) = self.gathered.flats.get(n) else { break };
            self.place(flat, base, &mut open)?;
        }
        if let Some(directive) = open.last() {
            let (word, end) = match directive.kind {
                OpenKind::If { .. } => ("if", "endif"),
                OpenKind::For(_) => ("for", "endfor"),
            };
            let message = format!("`%{{ {word} }}` has no `%{{ {end} }}`");
            let Extent { start, end } = directive.span;
            return Err(self.fail(start as usize, end as usize, message));
        }
        self.depth = depth;
        self.gathered.flats.truncate(template.mark);
        Ok(settle(&mut self.gathered.parts, base, &mut self.store.parts))
    }

    fn place(&mut self, flat: Flat, base: usize, open: &mut Vec<Open>) -> Parsed<()> {
        let mark = self.gathered.parts.len();
        match flat.kind {
            FlatKind::Literal(escapes) => {
                let first = open.last().map_or(base, |directive| directive.mark);
                self.place_literal(flat.span, escapes, first);
            }
            FlatKind::Interpolation(id) => {
                let part = PartNode { span: flat.span, data: PartData::Interpolation(id) };
                self.gathered.parts.push(part);
            }
            FlatKind::If(condition) => {
                self.enter()?;
                let kind = OpenKind::If { condition, then: None };
                open.push(Open { span: flat.span, mark, kind });
            }
            FlatKind::For(head) => {
                self.enter()?;
                open.push(Open { span: flat.span, mark, kind: OpenKind::For(head) });
            }
            FlatKind::Else => match open.last_mut() {
                Some(Open { mark, kind: OpenKind::If { then: then @ None, .. }, .. }) => {
                    let parts = &mut self.gathered.parts;
                    *then = Some(settle(parts, *mark, &mut self.store.parts));
                }
                _ => return Err(self.misplaced(flat, "`else` has no `if` before it")),
            },
            FlatKind::EndIf => match open.pop() {
                Some(Open { span, mark, kind: OpenKind::If { condition, then } }) => {
                    self.close_if(span.start, flat.span.end, mark, condition, then);
                }
                _ => return Err(self.misplaced(flat, "`endif` has no `if` before it")),
            },
            FlatKind::EndFor => match open.pop() {
                Some(Open { span, mark, kind: OpenKind::For(head) }) => {
                    self.close_for(span.start, flat.span.end, mark, head);
                }
                _ => return Err(self.misplaced(flat, "`endfor` has no `for` before it")),
            },
        }
        Ok(())
    }

    fn misplaced(&mut self, flat: Flat, message: &str) -> super::Failed {
        self.fail(flat.span.start as usize, flat.span.end as usize, message)
    }

    fn close_if(
        &mut self,
        start: u32,
        end: u32,
        mark: usize,
        condition: ExprId,
        then: Option<Extent>,
    ) {
        let last = settle(&mut self.gathered.parts, mark, &mut self.store.parts);
        let node = match then {
            Some(then) => IfNode { condition, then, otherwise: Some(last) },
            None => IfNode { condition, then: last, otherwise: None },
        };
        let place = add(&mut self.store.ifs, node);
        self.gathered
            .parts
            .push(PartNode { span: Extent { start, end }, data: PartData::If(place) });
        self.leave();
    }

    fn close_for(&mut self, start: u32, end: u32, mark: usize, head: ForHead) {
        let body = settle(&mut self.gathered.parts, mark, &mut self.store.parts);
        let place = add(&mut self.store.loops, LoopNode { head, body });
        let data = PartData::For(place);
        self.gathered.parts.push(PartNode { span: Extent { start, end }, data });
        self.leave();
    }

    /// Adds a literal, or lets the one before it grow where they touch.
    fn place_literal(&mut self, span: Extent, escapes: Escapes, first: usize) {
        let last = self.gathered.parts.get_mut(first..).and_then(<[_]>::last_mut);
        if let Some(PartNode { span: before, data: PartData::Literal(earlier) }) = last
            && before.end == span.start
        {
            before.end = span.end;
            if *earlier == Escapes::None {
                *earlier = escapes;
            }
            return;
        }
        self.gathered.parts.push(PartNode { span, data: PartData::Literal(escapes) });
    }
}

/// Leaves out white space at the start, escaped or not.
fn trim_start(text: &str, span: Extent, escapes: Escapes) -> Extent {
    let mut start = span.start as usize;
    while let Some((len, character)) = first(text, start, span, escapes)
        && character.is_whitespace()
    {
        start += len;
    }
    Extent { end: span.end, ..Extent::new(start, start) }
}

/// Leaves out white space at the end, escaped or not.
fn trim_end(text: &str, span: Extent, escapes: Escapes) -> Extent {
    let (mut at, mut end) = (span.start as usize, span.start as usize);
    while let Some((len, character)) = first(text, at, span, escapes) {
        at += len;
        if !character.is_whitespace() {
            end = at;
        }
    }
    Extent { start: span.start, ..Extent::new(0, end) }
}

fn first(text: &str, at: usize, span: Extent, escapes: Escapes) -> Option<(usize, char)> {
    let rest = text.get(at..span.end as usize)?;
    let character = rest.chars().next()?;
    let read = if escapes == Escapes::None { None } else { unit(rest, escapes == Escapes::Quoted) };
    Some(read.unwrap_or((character.len_utf8(), character)))
}
