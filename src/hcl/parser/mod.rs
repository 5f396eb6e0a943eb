//! The parser of native syntax: one pass over the bytes, no list of tokens.
//!
//! A parser stands at a byte. `cursor` moves over blanks, comments and names; `body` reads
//! statements; `expression`, `operand`, `collection` and `traversal` read expressions; `string`,
//! `heredoc` and `template` read text. A rule that cannot go on gives its diagnostic and returns
//! [`Failed`]; `recovery` then finds where the next statement starts. Nothing is ever read twice.

mod body;
mod collection;
mod cursor;
mod expression;
mod heredoc;
mod operand;
mod recovery;
mod string;
mod template;
mod traversal;

use std::sync::Arc;

use super::tree::store::{
    AttributeNode, BlockNode, BodyNode, ExprData, Extent, ItemNode, PartNode, StepNode, Store,
};
use super::tree::{ExprId, Tree};
use crate::diag::Diagnostic;
use crate::text::{FileId, Span};
use heredoc::OpenHeredoc;
use template::Flat;

/// Expressions nest no deeper than this; nobody writes that, and a thread's stack must suffice.
const MAX_DEPTH: u32 = 400;

/// Blocks nest no deeper than this.
const MAX_BLOCK_DEPTH: u32 = 200;

/// The statement is given up; its diagnostic has been given.
struct Failed;

type Parsed<T> = Result<T, Failed>;

pub(super) struct Parser<'s> {
    file: FileId,
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    /// Whether line breaks are blanks here: inside brackets, but not inside an object's braces.
    lines_are_blanks: bool,
    depth: u32,
    block_depth: u32,
    /// Brackets open at this byte, for recovery.
    brackets: u32,
    /// Heredocs open at this byte, for recovery.
    heredocs: Vec<OpenHeredoc>,
    /// Whether an unterminated heredoc was met: the search for its end reaches to the end of the
    /// file and may not be repeated for every line.
    lost_heredoc: bool,
    /// Errors that start between these bytes are taken for consequences of the one before.
    quiet_from: usize,
    quiet_until: usize,
    /// Where the line of the last error ends.
    hushed_line: usize,
    complaints: u32,
    store: Store,
    comments: Vec<Span>,
    diagnostics: Vec<Diagnostic>,
    gathered: Gathered,
}

/// Children of nodes that are not finished yet; each list is a stack.
#[derive(Default)]
struct Gathered {
    attributes: Vec<AttributeNode>,
    blocks: Vec<BlockNode>,
    exprs: Vec<ExprId>,
    items: Vec<ItemNode>,
    steps: Vec<StepNode>,
    flats: Vec<Flat>,
    parts: Vec<PartNode>,
}

impl<'s> Parser<'s> {
    pub(super) fn new(file: FileId, text: &'s str) -> Self {
        // A byte order mark is no text; offsets still count from the file's first byte.
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self {
            file,
            text,
            bytes: text.as_bytes(),
            at,
            lines_are_blanks: false,
            depth: 0,
            block_depth: 0,
            brackets: 0,
            heredocs: Vec::new(),
            lost_heredoc: false,
            quiet_from: 0,
            quiet_until: 0,
            hushed_line: 0,
            complaints: 0,
            store: Store::default(),
            comments: Vec::new(),
            diagnostics: Vec::new(),
            gathered: Gathered::default(),
        }
    }

    /// Reads a whole file.
    pub(super) fn file(mut self) -> (Contents, Vec<Diagnostic>) {
        let root = self.file_body();
        self.finish(root, None)
    }

    /// Reads a file that is one template.
    pub(super) fn lone_template(mut self) -> (Contents, Vec<Diagnostic>) {
        // A byte order mark is text here, as it is for Terraform.
        self.at = 0;
        let span = Extent::new(0, self.bytes.len());
        let read = self.bare_template(span, true);
        let id = read.unwrap_or_else(|Failed| self.store.expr(span, ExprData::Error));
        self.finish(BodyNode::default(), Some(id))
    }

    /// Reads a lone expression; line breaks are blanks, as if it stood in parentheses.
    pub(super) fn lone_expression(mut self) -> (Contents, Vec<Diagnostic>) {
        let start = self.at;
        let read = self.whole_expression();
        let id = read.unwrap_or_else(|Failed| {
            let span = Extent::new(start, self.bytes.len());
            self.store.expr(span, ExprData::Error)
        });
        self.finish(BodyNode::default(), Some(id))
    }

    fn whole_expression(&mut self) -> Parsed<ExprId> {
        self.lines_are_blanks = true;
        let id = self.expression()?;
        self.blanks();
        if self.is_at_end() { Ok(id) } else { Err(self.unexpected("the end")) }
    }

    fn finish(mut self, root: BodyNode, expression: Option<ExprId>) -> (Contents, Vec<Diagnostic>) {
        self.diagnostics.sort_by_key(|diagnostic| diagnostic.at.as_ref().map(|at| at.span));
        let contents = Contents { store: self.store, root, expression, comments: self.comments };
        (contents, self.diagnostics)
    }

    /// Counts one level of nesting.
    fn enter(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        let message = format!("expressions nest deeper than {MAX_DEPTH} levels here");
        Err(self.fail(self.at, self.at + 1, message))
    }

    const fn leave(&mut self) {
        self.depth -= 1;
    }
}

/// What a string of JSON is read as.
#[derive(Clone, Copy)]
pub(super) enum Piece {
    Template,
    Expression,
}

/// Reads the inside of a string of JSON into the store of a tree that is being made. `quoted` is the
/// string with its quotes.
pub(super) fn piece(
    file: FileId,
    text: &str,
    quoted: Extent,
    rule: Piece,
    store: &mut Store,
) -> (ExprId, Vec<Diagnostic>) {
    let inner = text.get(..quoted.end as usize - 1).unwrap_or("");
    let mut parser = Parser::new(file, inner);
    parser.at = quoted.start as usize + 1;
    parser.store = std::mem::take(store);
    let read = match rule {
        Piece::Template => parser.bare_template(quoted, false),
        Piece::Expression => parser.whole_expression(),
    };
    let id = read.unwrap_or_else(|Failed| parser.store.expr(quoted, ExprData::Error));
    *store = parser.store;
    (id, parser.diagnostics)
}

/// What was read, before it is joined with its text.
pub(super) struct Contents {
    store: Store,
    root: BodyNode,
    expression: Option<ExprId>,
    comments: Vec<Span>,
}

impl Contents {
    pub(super) fn with_text(self, file: FileId, text: Arc<str>) -> Tree {
        let Self { store, root, expression, comments } = self;
        Tree { file, text, store: Arc::new(store), root, expression, comments, json: None }
    }
}
