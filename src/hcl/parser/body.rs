//! Bodies: attributes and blocks, one to a line.

use std::collections::HashMap;

use super::{Failed, MAX_BLOCK_DEPTH, Parsed, Parser};
use crate::diag::Diagnostic;
use crate::hcl::tree::store::{
    AttributeNode, BlockNode, BodyNode, ExprData, Extent, LabelNode, settle,
};

/// What a statement was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Statement {
    Attribute,
    Block,
}

/// Up to this many names are compared with each other; more are hashed.
const FEW_NAMES: usize = 8;

impl Parser<'_> {
    pub(super) fn file_body(&mut self) -> BodyNode {
        let start = self.at;
        let (attributes, blocks) = self.marks();
        loop {
            self.statements();
            if self.is_at_end() {
                return self.close_body(start, attributes, blocks);
            }
            self.unexpected("an attribute or block; no block is open here");
            self.at += 1;
        }
    }

    fn marks(&self) -> (usize, usize) {
        (self.gathered.attributes.len(), self.gathered.blocks.len())
    }

    fn close_body(&mut self, start: usize, attributes: usize, blocks: usize) -> BodyNode {
        self.check_names(attributes);
        BodyNode {
            span: Extent::new(start, self.at),
            attributes: settle(
                &mut self.gathered.attributes,
                attributes,
                &mut self.store.attributes,
            ),
            blocks: settle(&mut self.gathered.blocks, blocks, &mut self.store.blocks),
        }
    }

    /// Reads statements up to a `}` or the end of the file.
    fn statements(&mut self) {
        loop {
            self.blanks_and_lines();
            if self.is_at_end() || self.peek() == b'}' {
                return;
            }
            self.recovering(|parser| {
                parser.statement()?;
                parser.statement_end()
            });
        }
    }

    fn statement_end(&mut self) -> Parsed<()> {
        self.blanks();
        if self.is_at_line_end() {
            return Ok(());
        }
        if self.peek() == b'}' && self.block_depth > 0 {
            // The brace closes the block all the same.
            self.unexpected("a line break before the closing brace");
            return Ok(());
        }
        Err(self.unexpected("a line break"))
    }

    fn statement(&mut self) -> Parsed<Statement> {
        let Some(name) = self.name() else {
            return Err(self.no_statement());
        };
        self.blanks();
        match self.peek() {
            b'=' if !matches!(self.byte(1), b'=' | b'>') => Ok(self.attribute(name)),
            b'{' | b'"' => self.block(name),
            _ if self.is_at_name() => self.block(name),
            _ => Err(self.neither_attribute_nor_block(name)),
        }
    }

    fn no_statement(&mut self) -> Failed {
        if self.peek() == b'"' {
            return self.unexpected("the name of an attribute or block, written without quotes");
        }
        self.unexpected("an attribute or block")
    }

    fn neither_attribute_nor_block(&mut self, name: Extent) -> Failed {
        let name = self.slice(name).to_owned();
        if self.is_at_line_end() {
            let expected = format!("`=` or `{{` after `{name}`, on the same line");
            return self.unexpected(&expected);
        }
        self.unexpected(&format!("`=` or a block's label or `{{` after `{name}`"))
    }

    fn attribute(&mut self, name: Extent) -> Statement {
        self.at += 1;
        self.blanks();
        let start = self.at;
        let checkpoint = self.checkpoint();
        let expr = self.expression().unwrap_or_else(|Failed| {
            // The attribute stays, so that its block is known to have it.
            let end = self.recover(checkpoint).max(start);
            self.store.expr(Extent::new(start, end), ExprData::Error)
        });
        self.gathered.attributes.push(AttributeNode { name, expr });
        Statement::Attribute
    }

    fn block(&mut self, kind: Extent) -> Parsed<Statement> {
        let labels = self.store.labels.len();
        let complete = self.labels().and_then(|()| {
            if self.peek() == b'{' {
                return Ok(());
            }
            let expected =
                if self.is_at_line_end() { "`{` on the same line" } else { "a label or `{`" };
            Err(self.unexpected(expected))
        });
        if complete.is_err() && !self.skip_to_brace() {
            return Err(Failed);
        }
        let labels = Extent::new(labels, self.store.labels.len());
        let header_end = labels
            .end
            .checked_sub(1)
            .filter(|_| labels.end > labels.start)
            .and_then(|last| self.store.labels.get(last as usize))
            .map_or(kind.end, |label| label.span.end);
        let body = self.braces()?;
        let end = Extent::new(0, self.at).end;
        self.gathered.blocks.push(BlockNode {
            kind,
            start: kind.start,
            labels,
            header_end,
            end,
            body,
        });
        Ok(Statement::Block)
    }

    fn labels(&mut self) -> Parsed<()> {
        loop {
            self.blanks();
            let (span, quoted) = match self.peek() {
                b'"' => (self.quoted_label()?, true),
                _ => match self.name() {
                    Some(name) => (name, false),
                    None => return Ok(()),
                },
            };
            self.store.labels.push(LabelNode { span, quoted });
        }
    }

    /// Reads a body with its braces.
    fn braces(&mut self) -> Parsed<BodyNode> {
        let opening = self.at;
        if self.block_depth >= MAX_BLOCK_DEPTH {
            let message = format!("blocks nest deeper than {MAX_BLOCK_DEPTH} levels here");
            self.fail(opening, opening + 1, message);
            self.skip_braces();
            return Err(Failed);
        }
        self.at += 1;
        self.block_depth += 1;
        let (attributes, blocks) = self.marks();
        self.blanks();
        if !self.is_at_line_end() && self.peek() != b'}' {
            self.recovering(Self::one_line_body);
        }
        self.statements();
        self.block_depth -= 1;
        let body = self.close_body(opening + 1, attributes, blocks);
        if self.peek() == b'}' {
            self.at += 1;
        } else {
            self.fail(opening, opening + 1, "block is never closed by `}`");
            self.fall_silent();
        }
        Ok(body)
    }

    /// `b { name = value }`: one attribute and the brace, all on one line.
    fn one_line_body(&mut self) -> Parsed<()> {
        let start = self.at;
        if self.statement()? == Statement::Block {
            let end = self.at;
            self.fail(start, end, "a block inside another starts on its own line");
            return Ok(());
        }
        self.blanks();
        if self.peek() == b'}' {
            return Ok(());
        }
        let expected = if self.is_at_line_end() {
            "the closing brace on this line, or a line break after the opening one"
        } else {
            "the closing brace: a block on one line holds one attribute"
        };
        Err(self.unexpected(expected))
    }

    /// Complains about names set twice in the body that ends here.
    fn check_names(&mut self, mark: usize) {
        let attributes = self.gathered.attributes.get(mark..).unwrap_or(&[]);
        let mut twice: Vec<(Extent, Extent)> = Vec::new();
        if attributes.len() <= FEW_NAMES {
            for (n, later) in attributes.iter().enumerate() {
                let name = self.slice(later.name);
                let before = attributes.iter().take(n).find(|a| self.slice(a.name) == name);
                twice.extend(before.map(|earlier| (earlier.name, later.name)));
            }
        } else {
            let mut seen: HashMap<&str, Extent> = HashMap::with_capacity(attributes.len());
            for later in attributes {
                let earlier = *seen.entry(self.slice(later.name)).or_insert(later.name);
                twice.extend((earlier != later.name).then_some((earlier, later.name)));
            }
        }
        for (earlier, later) in twice {
            let name = self.slice(later);
            let message = format!("attribute `{name}` is set twice in this block");
            let message = if self.block_depth == 0 && mark == 0 {
                format!("attribute `{name}` is set twice")
            } else {
                message
            };
            let span = self.span(later.start as usize, later.end as usize);
            let first = self.span(earlier.start as usize, earlier.end as usize);
            let diagnostic =
                Diagnostic::error(message).at(span).with_related(first, "first set here");
            self.diagnostics.push(diagnostic);
        }
    }
}
