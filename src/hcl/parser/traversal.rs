//! What follows an operand: `.name`, `[index]`, `.0`, `[*]`, `.*`.

use super::operand::is_number;
use super::{Parsed, Parser};
use crate::hcl::tree::ExprId;
use crate::hcl::tree::store::{ExprData, Extent, SplatNode, StepData, StepNode, add, settle};

impl Parser<'_> {
    /// The operand with its steps; the operand itself where none follows.
    pub(super) fn traversals(&mut self, base: ExprId) -> Parsed<ExprId> {
        self.blanks();
        if !self.is_at_step() {
            return Ok(base);
        }
        let mark = self.gathered.steps.len();
        let depth = self.depth;
        self.steps()?;
        self.depth = depth;
        Ok(self.join(base, mark))
    }

    /// A dot or an opening bracket; but `...` expands the last argument.
    fn is_at_step(&self) -> bool {
        match self.peek() {
            b'[' => true,
            b'.' => self.byte(1) != b'.' || self.byte(2) != b'.',
            _ => false,
        }
    }

    /// Gathers steps; a splat is a step with steps of its own.
    fn steps(&mut self) -> Parsed<()> {
        while self.is_at_step() {
            let step = if self.peek() == b'[' { self.index()? } else { self.dot()? };
            self.gathered.steps.push(step);
            self.blanks();
        }
        Ok(())
    }

    fn index(&mut self) -> Parsed<StepNode> {
        let start = self.at;
        self.at += 1;
        // Whether a line break may stand before the star depends on what is around the bracket.
        self.blanks();
        if self.peek() == b'*' {
            return self.full_splat(start);
        }
        self.brackets += 1;
        let outer = std::mem::replace(&mut self.lines_are_blanks, true);
        self.blanks();
        let key = self.expression()?;
        self.blanks();
        if self.peek() != b']' {
            return Err(self.unexpected_in("`]`", start));
        }
        self.close(outer);
        Ok(StepNode { span: Extent::new(start, self.at), data: StepData::Index(key) })
    }

    /// `[*]` and all steps after it, from the star on.
    fn full_splat(&mut self, start: usize) -> Parsed<StepNode> {
        self.at += 1;
        self.blanks();
        if self.peek() != b']' {
            return Err(self.unexpected_in("`]` after `[*`", start));
        }
        self.at += 1;
        let star = Extent::new(start, self.at);
        self.blanks();
        self.enter()?;
        let mark = self.gathered.steps.len();
        self.steps()?;
        Ok(self.splat(star, true, mark))
    }

    fn splat(&mut self, star: Extent, full: bool, mark: usize) -> StepNode {
        let end = self.gathered.steps.get(mark..).and_then(<[_]>::last);
        let span = Extent { end: end.map_or(star.end, |step| step.span.end), ..star };
        let steps = settle(&mut self.gathered.steps, mark, &mut self.store.steps);
        let place = add(&mut self.store.splats, SplatNode { star, full, steps });
        StepNode { span, data: StepData::Splat(place) }
    }

    fn dot(&mut self) -> Parsed<StepNode> {
        let start = self.at;
        self.at += 1;
        self.blanks();
        if self.peek() != b'*' {
            return self.named_step(start);
        }
        self.at += 1;
        let star = Extent::new(start, self.at);
        self.blanks();
        self.enter()?;
        let mark = self.gathered.steps.len();
        while self.peek() == b'.' && self.is_at_step() {
            let dot = self.at;
            self.at += 1;
            self.blanks();
            if self.peek() == b'*' {
                let message = "`.*` cannot follow `.*`; `[*]` can";
                return Err(self.fail(dot, self.at + 1, message));
            }
            let step = self.named_step(dot)?;
            self.gathered.steps.push(step);
            self.blanks();
        }
        Ok(self.splat(star, false, mark))
    }

    /// `.name` or `.0`, after the dot at `start`.
    fn named_step(&mut self, start: usize) -> Parsed<StepNode> {
        if let Some(name) = self.name() {
            let span = Extent { end: name.end, ..Extent::new(start, start) };
            return Ok(StepNode { span, data: StepData::Attribute(name.start) });
        }
        if !self.peek().is_ascii_digit() {
            return Err(self.unexpected("an attribute's name after the dot"));
        }
        let token = self.number_token();
        if self.slice(token).contains('.') {
            let message = "an index after a dot stands alone; write the next one in brackets";
            return Err(self.fail(token.start as usize, token.end as usize, message));
        }
        if !is_number(self.slice(token)) {
            let message = format!("`{}` is not an index", self.slice(token));
            return Err(self.fail(token.start as usize, token.end as usize, message));
        }
        let span = Extent { end: token.end, ..Extent::new(start, start) };
        Ok(StepNode { span, data: StepData::Legacy(token.start) })
    }

    /// Turns gathered steps into a tree: a traversal for each run, a splat around what is before.
    fn join(&mut self, base: ExprId, mark: usize) -> ExprId {
        let start = self.store.span(base).start;
        let mut base = base;
        let first = self.store.steps.len();
        let mut run = first;
        for n in mark..self.gathered.steps.len() {
            let Some(&step) = self.gathered.steps.get(n) else { break };
            match step.data {
                StepData::Splat(splat) => {
                    base = self.run(base, run);
                    let span = Extent { start, end: step.span.end };
                    base = self.store.expr(span, ExprData::Splat { base, splat });
                    run = self.store.steps.len();
                }
                StepData::Attribute(_) | StepData::Index(_) | StepData::Legacy(_) => {
                    self.store.steps.push(step);
                }
            }
        }
        self.gathered.steps.truncate(mark);
        self.run(base, run)
    }

    /// The traversal of the steps stored since `run`.
    fn run(&mut self, base: ExprId, run: usize) -> ExprId {
        let Some(last) = self.store.steps.get(run..).and_then(<[_]>::last) else { return base };
        let span = Extent { start: self.store.span(base).start, end: last.span.end };
        let steps = Extent::new(run, self.store.steps.len());
        self.store.expr(span, ExprData::Traversal { base, steps })
    }
}
