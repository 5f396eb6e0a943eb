//! Limits of what is read and evaluated. They are counts, so the same input ends the same way on every
//! machine; whatever a limit leaves out is told at its place, and everything beside it is evaluated.

use std::sync::atomic::Ordering;

use crate::diag::{Diagnostic, Problem, did_you_mean};
use crate::eval::{Budget, budget};
use crate::text::Span;
use crate::value::{Cause, Reason};

use super::expansion::Expansion;
use super::instance::Evaluation;
use super::layers::Layers;
use super::module::BlockRef;

/// What one root module may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Instances of resources and modules in one root; one block may have half of them.
    pub instances: usize,
    /// Parts of one value, each long text counted as several.
    pub value_parts: usize,
    /// Bytes of one text that is put together, or read by a function.
    pub text_bytes: usize,
    /// Steps of evaluation of one root: expressions, elements, parts that functions look at.
    pub steps: u64,
    /// How deep expressions and the names they use may nest.
    pub depth: u32,
    /// Bytes of one file of configuration.
    pub file_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            instances: 200_000,
            value_parts: budget::VALUE_PARTS,
            text_bytes: budget::TEXT_BYTES,
            steps: budget::STEPS,
            depth: budget::DEPTH,
            file_bytes: 32 << 20,
        }
    }
}

impl Limits {
    /// The names that [`Limits::set`] knows.
    pub const NAMES: [&str; 6] =
        ["instances", "value-parts", "text-bytes", "steps", "depth", "file-bytes"];

    /// The stack is made for so much depth.
    pub const DEEPEST: u32 = 2_000;

    /// Sets a limit by its name.
    pub fn set(&mut self, name: &str, value: u64) -> Result<(), Problem> {
        let size = usize::try_from(value).unwrap_or(usize::MAX);
        match name {
            "instances" => self.instances = size,
            "value-parts" => self.value_parts = size,
            "text-bytes" => self.text_bytes = size,
            "steps" => self.steps = value,
            "file-bytes" => self.file_bytes = size,
            "depth" => match u32::try_from(value) {
                Ok(depth) if depth <= Self::DEEPEST => self.depth = depth,
                Ok(_) | Err(_) => {
                    return Err(Problem::new(format!("`depth` is {} at most", Self::DEEPEST)));
                }
            },
            _ => return Err(unknown_limit(name)),
        }
        Ok(())
    }

    /// What evaluators may use of these.
    pub(super) fn budget(&self) -> Budget {
        Budget::new(self.depth, self.value_parts, self.text_bytes, self.steps)
    }
}

fn unknown_limit(name: &str) -> Problem {
    let problem = Problem::new(format!("there is no limit `{name}`"));
    match did_you_mean(name, Limits::NAMES) {
        Some(close) => problem.with_hint(format!("did you mean `{close}`?")),
        None => problem.with_hint(format!("limits are {}", Limits::NAMES.join(", "))),
    }
}

impl Evaluation<'_> {
    /// The instances that a block gets. Where there would be too many, one stands for all; where even
    /// that was made in another instance of the module, none, and the reason.
    pub(super) fn admitted(
        &self,
        at: BlockRef,
        block: &Layers<'_>,
        expansion: Expansion,
    ) -> Result<Expansion, Reason> {
        let most = self.library.limits.instances;
        let wanted = expansion.len();
        let is_first = self.blocks.borrow_mut().insert(at);
        let all = self.admitted.load(Ordering::Relaxed).saturating_add(wanted);
        let problem = match (wanted > 1 && wanted > most / 2, all > most) {
            (true, _) => Problem::new(format!(
                "{wanted} instances of one block are more than the {} that are checked",
                most / 2
            )),
            (false, true) => Problem::new(format!("more than {most} instances in one root module")),
            (false, false) => {
                self.admitted.fetch_add(wanted, Ordering::Relaxed);
                return Ok(expansion);
            }
        };
        self.is_entangled.set(true);
        let repeated = block.attribute("count").or_else(|| block.attribute("for_each"));
        let span = repeated.map(|attribute| attribute.expr().span());
        let span = span.or_else(|| Some(at.of(&self.library.trees)?.header_span()));
        let reason = Reason::new(Cause::Limit, problem.message.clone(), span);
        self.report(limit(problem.with_hint("`--limit instances=N` allows more"), span));
        match (is_first, wanted) {
            (true, 0 | 1) => Ok(expansion),
            (true, _) => Ok(Expansion::Unknown(reason)),
            (false, _) => Err(reason),
        }
    }
}

fn limit(problem: Problem, at: Option<Span>) -> Diagnostic {
    let diagnostic = Diagnostic { hint: problem.hint, ..Diagnostic::error(problem.message) };
    match at {
        Some(at) => diagnostic.at(at),
        None => diagnostic,
    }
}
