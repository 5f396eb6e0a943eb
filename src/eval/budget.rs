//! What evaluation may use up before it is given up: a count of steps, never a clock, so that the same
//! input gives the same result on every machine.
//!
//! Every expression has some steps of its own, enough for what people write; what it needs beyond is
//! drawn from a store that all expressions of a root share. So one that never ends takes nothing from
//! literals beside it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::diag::Problem;
use crate::text::Span;
use crate::value::Value;

use super::functions::Patterns;
use super::{Evaluated, Evaluator, Fault};

/// What the evaluators of one root share.
#[derive(Debug)]
pub struct Budget {
    /// How deep expressions and the names they use may nest.
    pub depth: u32,
    /// Parts of one value, each long text counted as several.
    pub value_parts: usize,
    /// Bytes of one text that a template or function puts together.
    pub text_bytes: usize,
    /// Steps of all expressions together, beyond those that each has of its own.
    pub steps: u64,
    /// The patterns that were compiled.
    pub patterns: Patterns,
    used: AtomicU64,
    exceeded: AtomicBool,
}

/// How deep expressions may nest unless it is said otherwise.
pub const DEPTH: u32 = 1_000;
/// Parts of one value.
pub const VALUE_PARTS: usize = 1_000_000;
/// Bytes of one text.
pub const TEXT_BYTES: usize = 10_000_000;
/// Steps of all expressions of a root.
pub const STEPS: u64 = 200_000_000;

/// More is never taken at once, so that the count cannot wrap.
const MOST: u64 = 1 << 40;

/// Steps of its own that every expression has.
const OWN: u64 = 100;
/// How many steps are drawn at once.
const DRAW: u64 = 1_000;
/// One expression may use up this part of the store.
const SHARE: u64 = 20;

impl Default for Budget {
    fn default() -> Self {
        Self::new(DEPTH, VALUE_PARTS, TEXT_BYTES, STEPS)
    }
}

impl Budget {
    /// A budget of which nothing is used.
    #[must_use]
    pub fn new(depth: u32, value_parts: usize, text_bytes: usize, steps: u64) -> Self {
        let (used, exceeded) = (AtomicU64::new(0), AtomicBool::new(false));
        let patterns = Patterns::default();
        Self { depth, value_parts, text_bytes, steps, patterns, used, exceeded }
    }

    /// Whether anything was refused that depends on what else was evaluated: steps, or depth.
    #[must_use]
    pub fn is_exceeded(&self) -> bool {
        self.exceeded.load(Ordering::Relaxed)
    }

    pub(super) fn exceed(&self) {
        self.exceeded.store(true, Ordering::Relaxed);
    }

    /// Takes steps from the store.
    pub fn take(&self, steps: u64) -> Result<(), Problem> {
        // A root is evaluated again as a whole once this is exceeded, so threads may race.
        let used = self.used.fetch_add(steps.min(MOST), Ordering::Relaxed).saturating_add(steps);
        if used <= self.steps {
            return Ok(());
        }
        self.exceed();
        let message = format!("evaluation takes more than {} steps here", self.steps);
        Err(Problem::new(message).with_hint(RAISE))
    }

    /// The number of parts of a value, taken from the store; an error when there are too many.
    pub fn weigh(&self, value: &Value) -> Result<u64, Problem> {
        match value.weight_up_to(self.value_parts) {
            Some(weight) => Ok(weight as u64),
            None => {
                let message = format!("the value has more than {} parts", self.value_parts);
                let hint = "`--limit value-parts=N` allows more";
                Err(Problem::new(message).with_hint(hint))
            }
        }
    }
}

const RAISE: &str = "`--limit steps=N` allows more";

/// The steps of one evaluator.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    used: u64,
    allowed: u64,
}

impl Steps {
    /// Without a budget nothing can be drawn; what policies and types write ends far below.
    pub(super) const fn new(budget: Option<&Budget>) -> Self {
        Self { used: 0, allowed: if budget.is_some() { OWN } else { STEPS / SHARE } }
    }
}

impl Evaluator<'_> {
    /// Counts steps; an expression that runs away ends in an error.
    pub(super) fn count(&mut self, steps: u64, at: Span) -> Evaluated<()> {
        self.steps.used = self.steps.used.saturating_add(steps);
        if self.steps.used <= self.steps.allowed {
            return Ok(());
        }
        self.draw().map_err(|problem| Fault::new(problem, at))
    }

    fn draw(&mut self) -> Result<(), Problem> {
        let most = self.budget.map_or(STEPS, |budget| budget.steps) / SHARE;
        let needed = self.steps.used - self.steps.allowed;
        let Some(budget) = self.budget.filter(|_| self.steps.used <= most.saturating_add(OWN))
        else {
            let message = format!("the expression takes more than {most} steps");
            let problem = Problem::new(message);
            return Err(if self.budget.is_some() { problem.with_hint(RAISE) } else { problem });
        };
        let drawn = needed.div_ceil(DRAW).saturating_mul(DRAW);
        budget.take(drawn)?;
        self.steps.allowed += drawn;
        Ok(())
    }

    /// How long a text may get.
    pub(super) fn text_bytes(&self) -> usize {
        self.budget.map_or(TEXT_BYTES, |budget| budget.text_bytes)
    }

    /// What functions may make out of little.
    pub(super) fn most(&self) -> (usize, usize) {
        let parts = self.budget.map_or(VALUE_PARTS, |budget| budget.value_parts);
        (self.text_bytes(), parts)
    }

    /// Counts the parts of what a function is given: that is what its work comes to, and it could make
    /// much out of parts that are shared.
    pub(super) fn count_arguments(&mut self, arguments: &[Value], at: Span) -> Evaluated<()> {
        let Some(budget) = self.budget else { return Ok(()) };
        for argument in arguments {
            let weight = budget.weigh(argument).map_err(|problem| Fault::new(problem, at))?;
            self.count(weight, at)?;
        }
        Ok(())
    }
}
