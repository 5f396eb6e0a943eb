//! What a recorded evaluation went through, as a tree: every expression with its value, and what those
//! who evaluate add of their own, such as the resources that a function looked at.
//!
//! Nothing here changes a result. A log is kept only where somebody wants to read it (`--trace`).

use std::cell::{Cell, RefCell};

use crate::hcl::{Expr, Kind};
use crate::text::Span;
use crate::value::{Origin, Value};

use super::Evaluated;

/// What a node of the log stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// An expression that is evaluated.
    Expression,
    /// An expression whose text is its value.
    Literal,
    /// A local value, where it is evaluated first.
    Local,
    /// The filter of a policy or of a block.
    Filter,
    /// The condition of an `enforce` block.
    Condition,
    /// A message that is put together.
    Message,
    /// A `connected` block.
    Connected,
    /// A resource that may be what is looked for.
    Candidate,
    /// How many there must be.
    Count,
    /// An element that a `for` goes over.
    Element,
}

/// What came of a node.
#[derive(Clone, Debug)]
pub enum Came {
    /// Nothing of its own: see its parts.
    Nothing,
    /// A value.
    Value(Value),
    /// It cannot be evaluated: why, and what was read when it went wrong.
    Fault(String, Origin),
    /// Words.
    Words(String),
}

/// One step of an evaluation.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub what: What,
    /// As written, or its name.
    pub text: String,
    /// Where it stands.
    pub at: Option<Span>,
    /// What came of it.
    pub came: Came,
    /// What was evaluated on the way.
    pub parts: Vec<Node>,
}

/// The tree that grows while something is evaluated.
#[derive(Debug, Default)]
pub struct Log {
    /// Open nodes, innermost last; what is finished lies in the first list.
    finished: RefCell<Vec<Node>>,
    open: RefCell<Vec<Node>>,
    count: Cell<usize>,
}

impl Log {
    /// More steps than these nobody reads; a policy over thousands of resources has them soon.
    const MOST: usize = 20_000;

    /// Opens a node.
    pub fn open(&self, what: What, text: impl Into<String>, at: Option<Span>) {
        self.count.set(self.count.get() + 1);
        let node = Node { what, text: text.into(), at, came: Came::Nothing, parts: Vec::new() };
        self.open.borrow_mut().push(node);
    }

    /// Closes the node that was opened last.
    pub fn close(&self, came: Came) {
        let Some(mut node) = self.open.borrow_mut().pop() else { return };
        node.came = came;
        if self.count.get() > Self::MOST && node.parts.is_empty() {
            return;
        }
        let mut open = self.open.borrow_mut();
        match open.last_mut() {
            Some(around) => around.parts.push(node),
            None => self.finished.borrow_mut().push(node),
        }
    }

    /// Notes something that has no parts.
    pub fn note(&self, what: What, text: impl Into<String>, at: Option<Span>, words: String) {
        self.open(what, text, at);
        self.close(Came::Words(words));
    }

    pub(super) fn enter(&self, expr: Expr<'_>) {
        let what = match expr.kind() {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => What::Literal,
            _ => What::Expression,
        };
        self.open(what, expr.text(), Some(expr.span()));
    }

    pub(super) fn leave(&self, result: &Evaluated) {
        self.close(Came::of(result));
    }

    /// Everything that was logged.
    #[must_use]
    pub fn take(&self) -> Vec<Node> {
        self.finished.take()
    }
}

impl Came {
    /// What an evaluation came to.
    #[must_use]
    pub fn of(result: &Evaluated) -> Self {
        match result {
            Ok(value) => Self::Value(value.clone()),
            Err(fault) => Self::Fault(fault.diagnostic.message.clone(), fault.origin),
        }
    }
}
