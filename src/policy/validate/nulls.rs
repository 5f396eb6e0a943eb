//! Arguments that may be unset where null is an error, and the guards before them.

use crate::hcl::Expr;

use super::Rule;
use super::expression::{Checker, Place};
use super::locals::{local_name, own_locals, top_local};
use super::shapes::Known;

/// What was asked before an expression is reached.
pub(super) struct Guard {
    /// The question, with the locals that it names.
    text: String,
    /// Whether it stands before `&&` or `||`, and not before `?` or behind `if`.
    is_logic: bool,
    /// Whether it is longer than is looked at, so that it may ask about anything.
    is_long: bool,
}

/// Locals in locals that a guard looks into.
const DEPTH: u32 = 4;
/// Bytes of a guard that are looked at, with its locals.
const LONG: usize = 16 << 10;

impl<'p> Checker<'p, '_> {
    /// An expression as a guard of what comes behind it.
    pub(super) fn guard(&self, expr: Expr<'p>, is_logic: bool) -> Guard {
        let mut text = String::new();
        self.spell_out(expr, DEPTH, &mut text);
        let is_long = text.len() > LONG || expr.text().len() > LONG;
        Guard { text, is_logic, is_long }
    }

    fn spell_out(&self, expr: Expr<'p>, depth: u32, text: &mut String) {
        if text.len() + expr.text().len() > LONG {
            // Told by its length.
            text.extend(std::iter::repeat_n(' ', LONG + 1 - text.len().min(LONG)));
            return;
        }
        text.push_str(expr.text());
        text.push('\n');
        if depth == 0 {
            return;
        }
        for name in expr.walk().filter_map(local_name) {
            let own = match self.place {
                Place::Policy(_, policy) => own_locals(policy).find(|local| local.name() == name),
                Place::Top | Place::Level | Place::Test => None,
            };
            let local = own.or_else(|| top_local(self.project, self.file, name).map(|(_, l)| l));
            if let Some(local) = local {
                self.spell_out(local.expr(), depth - 1, text);
            }
        }
    }

    /// What null does to an operation: told where the operand may be unset, and nothing asked before.
    pub(super) fn needs_value(&mut self, operation: Expr<'p>, operand: Expr<'p>, known: &Known) {
        let Some(path) = known.unset.as_deref().filter(|_| self.is_exposed()) else { return };
        match self.asked_before(path) {
            None => {
                let message =
                    format!("`{path}` is null when it is not set, which is an error here");
                let way = if operand.text().starts_with("core::try") {
                    "`core::try` keeps null; compare with `== true` or ask `== null ? ... : ...`"
                } else {
                    "ask `== null ? ... : ...` first"
                };
                self.faults.add(Rule::NullTrap, operand.span(), message, way);
            }
            Some(true) => self.saved_by_short_circuit(operation, path),
            Some(false) => {}
        }
    }

    /// An operation that HashiCorp's engine evaluates although the other side has decided.
    pub(super) fn saved_by_short_circuit(&mut self, operation: Expr<'p>, path: &str) {
        let message =
            format!("HashiCorp's engine looks at `{path}` here although the other side decides");
        let hint = "write `condition ? ... : ...`, which looks at one side only";
        self.faults.add(Rule::CompatNoShortCircuit, operation.span(), message, hint);
    }

    /// Whether errors here are told at all.
    pub(super) fn is_exposed(&self) -> bool {
        self.safe == 0 && !matches!(self.place, Place::Test)
    }

    /// Whether a path was asked about before: `Some(true)` when only beside `&&` and `||`.
    pub(super) fn asked_before(&self, path: &str) -> Option<bool> {
        let mut asked = self
            .guards
            .iter()
            .filter(|guard| guard.is_long || mentions(&guard.text, path))
            .peekable();
        asked.peek()?;
        Some(asked.all(|guard| guard.is_logic))
    }
}

/// Whether a text names a path, and not only one that begins like it.
fn mentions(text: &str, path: &str) -> bool {
    text.match_indices(path).any(|(at, _)| {
        let next = text.get(at + path.len()..).and_then(|rest| rest.chars().next());
        !next.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-')
    })
}
