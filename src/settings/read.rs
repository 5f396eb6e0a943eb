//! From text to [`Settings`]. Everything is a literal: settings compute nothing.

use std::ops::Range;

use ::hcl::edit::Span as _;
use ::hcl::edit::expr::{Expression, ObjectKey};
use ::hcl::edit::structure::{Attribute, Block, Structure};

use super::syntax::{self, Mistake};
use super::{Set, Settings, Suppress};
use crate::diag::{Diagnostic, did_you_mean};
use crate::graph::check_assumed;
use crate::terraform::config::{ASSUMABLE, FACTS};
use crate::text::{FileId, Span};
use crate::value::nfc;

const ATTRIBUTES: [&str; 17] = [
    "policies",
    "builtin",
    "level",
    "select",
    "skip",
    "fail_on",
    "fail_on_advisory",
    "unknown",
    "require_complete",
    "require_reason",
    "variable_files",
    "exclude",
    "outside_modules",
    "baseline",
    "assume",
    "severity",
    "inputs",
];
const BLOCKS: [&str; 1] = ["suppress"];
const OF_SUPPRESS: [&str; 4] = ["policies", "addresses", "reason", "until"];

/// Reads a settings file that lies in `folder`. What is wrong is an error at its place; the rest is read,
/// unless it is the syntax.
#[must_use]
pub fn read(file: FileId, text: &str, folder: &str) -> (Settings, Vec<Diagnostic>) {
    let mut settings = Settings { folder: folder.to_owned(), ..Settings::default() };
    // A byte order mark is no text; offsets still count from the file's first byte.
    let unmarked = text.strip_prefix('\u{feff}').unwrap_or(text);
    let marked = text.len() - unmarked.len();
    let mut reader = Reader { file, marked, text: unmarked, diagnostics: Vec::new() };
    match syntax::parse(unmarked) {
        Ok(body) => body.iter().for_each(|structure| match structure {
            Structure::Attribute(attribute) => reader.attribute(&mut settings, attribute),
            Structure::Block(block) => reader.block(&mut settings, block),
        }),
        Err(mistake) => reader.mistake(mistake),
    }
    (settings, reader.diagnostics)
}

/// Reads, and keeps what is wrong.
pub(super) struct Reader<'t> {
    file: FileId,
    /// How many bytes stand before the text.
    marked: usize,
    text: &'t str,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn attribute(&mut self, settings: &mut Settings, attribute: &Attribute) {
        let expr = &attribute.value;
        let at = self.around(&attribute.key, expr);
        match attribute.key.as_str() {
            "policies" => settings.policies = set(self.texts(expr), at),
            "builtin" => settings.builtin = set(self.flag(expr), at),
            "level" => settings.level = set(self.severity(expr), at),
            "select" => settings.select = set(self.texts(expr), at),
            "skip" => settings.skip = set(self.texts(expr), at),
            "fail_on" => settings.fail_on = set(self.fail_on(expr), at),
            "fail_on_advisory" => settings.fail_on_advisory = set(self.flag(expr), at),
            "unknown" => settings.unknown = set(self.unknown(expr), at),
            "require_complete" => settings.require_complete = set(self.flag(expr), at),
            "require_reason" => settings.require_reason = set(self.flag(expr), at),
            "variable_files" => settings.variable_files = set(self.texts(expr), at),
            "exclude" => settings.exclude = set(self.texts(expr), at),
            "outside_modules" => settings.outside_modules = set(self.flag(expr), at),
            "baseline" => settings.baseline = set(self.text(expr), at),
            "assume" => settings.assume = self.assumed(expr),
            "severity" => settings.severity = self.entries(expr, Self::severity),
            "inputs" => settings.inputs = self.entries(expr, Self::literal),
            name => {
                let all = ATTRIBUTES.iter().chain(&BLOCKS).copied();
                self.unexpected("setting", name, self.span(&attribute.key), all);
            }
        }
    }

    fn block(&mut self, settings: &mut Settings, block: &Block) {
        let kind = block.ident.as_str();
        if let Some(label) = block.labels.first() {
            let message = format!("a `{kind}` block has no labels");
            self.error(message, self.span(label));
        }
        match kind {
            "suppress" => settings.suppress.extend(self.suppress(block)),
            name => {
                let all = ATTRIBUTES.iter().chain(&BLOCKS).copied();
                self.unexpected("setting", name, self.span(&block.ident), all);
                return;
            }
        }
        for inner in block.body.blocks() {
            self.error(format!("a `{kind}` block holds no blocks"), self.header(inner));
        }
    }

    fn suppress(&mut self, block: &Block) -> Option<Suppress> {
        let mut suppress = Suppress { at: Some(self.header(block)), ..Suppress::default() };
        let before = self.diagnostics.len();
        for attribute in block.body.attributes() {
            let expr = &attribute.value;
            match attribute.key.as_str() {
                "policies" => suppress.policies = self.texts(expr).unwrap_or_default(),
                "addresses" => suppress.addresses = self.texts(expr).unwrap_or_default(),
                "reason" => suppress.reason = self.text(expr).unwrap_or_default(),
                "until" => suppress.until = self.day(expr),
                name => {
                    self.unexpected("argument", name, self.span(&attribute.key), OF_SUPPRESS);
                }
            }
        }
        for (name, list) in [("policies", &suppress.policies), ("addresses", &suppress.addresses)] {
            if list.is_empty() && self.diagnostics.len() == before {
                let message = format!("`{name}` is required and names at least one");
                self.error(message, self.header(block));
            }
        }
        // What is half understood suppresses nothing.
        (self.diagnostics.len() == before).then_some(suppress)
    }

    fn assumed(&mut self, expr: &Expression) -> Vec<(String, Set<String>)> {
        let facts = FACTS.iter().map(|(name, _)| *name);
        let known = ASSUMABLE.iter().map(|(name, _)| *name).chain(facts);
        let mut assumed = self.entries(expr, Self::text);
        assumed.retain(|(name, set)| {
            let is_known = known.clone().any(|known| known == name);
            if !is_known {
                self.unexpected("fact", name, set.at, known.clone());
            }
            is_known && self.fits(name, set)
        });
        assumed
    }

    /// What evaluation asks for has a dot in its name, and may be any text.
    fn fits(&mut self, name: &str, set: &Set<String>) -> bool {
        let checked = if name.contains('.') { Ok(()) } else { check_assumed(name, &set.value) };
        match checked {
            Ok(()) => true,
            Err(problem) => {
                self.error(problem.message, set.at);
                false
            }
        }
    }

    /// The entries of an object whose names are written out.
    fn entries<T>(
        &mut self,
        expr: &Expression,
        read: fn(&mut Self, &Expression) -> Option<T>,
    ) -> Vec<(String, Set<T>)> {
        let Expression::Object(object) = expr else {
            self.wrong::<()>(expr, "an object such as `{ \"name\" = \"value\" }`");
            return Vec::new();
        };
        let mut entries = Vec::new();
        for (key, value) in object {
            let name = match key {
                ObjectKey::Ident(name) => nfc(name.as_str()),
                ObjectKey::Expression(Expression::String(name)) => nfc(name.as_str()),
                ObjectKey::Expression(expr) => {
                    self.wrong::<()>(expr, "a name in quotes");
                    continue;
                }
            };
            if let Some(read) = read(self, value.expr()) {
                let at = self.around(key, value.expr());
                entries.push((name.into_owned(), Set { value: read, at }));
            }
        }
        entries
    }

    /// What is written is no `expected`.
    pub(super) fn wrong<T>(&mut self, expr: &Expression, expected: &str) -> Option<T> {
        let at = self.span(expr);
        let found: String = self.written(expr).chars().take(40).collect();
        let found = found.lines().next().unwrap_or_default();
        self.error(format!("found `{found}`, expected {expected}"), at);
        None
    }

    fn unexpected<'n>(
        &mut self,
        what: &str,
        name: &str,
        at: Span,
        known: impl IntoIterator<Item = &'n str> + Clone,
    ) {
        let error = Diagnostic::error(format!("there is no {what} `{name}`")).at(at);
        self.diagnostics.push(match did_you_mean(name, known.clone()) {
            Some(close) => error.with_hint(format!("did you mean `{close}`?")),
            None => {
                let known: Vec<&str> = known.into_iter().collect();
                error.with_hint(format!("there are {}", known.join(", ")))
            }
        });
    }

    fn mistake(&mut self, mistake: Mistake) {
        let error = Diagnostic::error(mistake.message).at(self.place(mistake.at));
        self.diagnostics.push(match mistake.hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        });
    }

    fn error(&mut self, message: String, at: Span) {
        self.diagnostics.push(Diagnostic::error(message).at(at));
    }

    /// The text of an expression.
    pub(super) fn written(&self, expr: &Expression) -> &str {
        expr.span().and_then(|range| self.text.get(range)).unwrap_or_default()
    }

    /// The name of a block and its labels.
    fn header(&self, block: &Block) -> Span {
        let name = self.span(&block.ident);
        block.labels.last().map_or(name, |label| name.to(self.span(label)))
    }

    /// A name, its value and what is between.
    fn around(&self, name: &impl ::hcl::edit::Span, value: &Expression) -> Span {
        self.span(name).to(self.span(value))
    }

    /// What was parsed knows its place; what does not would stand for the whole file.
    fn span(&self, node: &impl ::hcl::edit::Span) -> Span {
        self.place(node.span().unwrap_or(0..self.text.len()))
    }

    fn place(&self, range: Range<usize>) -> Span {
        let offset = |at: usize| u32::try_from(self.marked + at).unwrap_or(u32::MAX);
        Span::new(self.file, offset(range.start), offset(range.end))
    }
}

fn set<T>(value: Option<T>, at: Span) -> Option<Set<T>> {
    value.map(|value| Set { value, at })
}
