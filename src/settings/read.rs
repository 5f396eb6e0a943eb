//! From text to [`Settings`]. Everything is a literal: settings compute nothing.

use std::sync::Arc;

use super::{Literal, Set, Settings, Suppress};
use crate::diag::{Diagnostic, did_you_mean};
use crate::finding::{Date, Severity, UnknownCounts};
use crate::graph::check_assumed;
use crate::hcl::{self, Attribute, Block, Expr, Kind};
use crate::terraform::config::{ASSUMABLE, FACTS};
use crate::text::{FileId, Span};

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

/// Reads a settings file that lies in `folder`. What is wrong is an error at its place; the rest is read.
#[must_use]
pub fn read(file: FileId, text: Arc<str>, folder: &str) -> (Settings, Vec<Diagnostic>) {
    let (tree, diagnostics) = hcl::parse(file, text);
    let mut reader = Reader { diagnostics };
    let mut settings = Settings { folder: folder.to_owned(), ..Settings::default() };
    for attribute in tree.root().attributes() {
        reader.attribute(&mut settings, attribute);
    }
    for block in tree.root().blocks() {
        reader.block(&mut settings, block);
    }
    (settings, reader.diagnostics)
}

struct Reader {
    diagnostics: Vec<Diagnostic>,
}

impl Reader {
    fn attribute(&mut self, settings: &mut Settings, attribute: Attribute<'_>) {
        let expr = attribute.expr();
        let at = attribute.span();
        match attribute.name() {
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
                self.unexpected("setting", name, attribute.name_span(), all);
            }
        }
    }

    fn block(&mut self, settings: &mut Settings, block: Block<'_>) {
        if let Some(label) = block.labels().next() {
            let message = format!("a `{}` block has no labels", block.kind());
            self.diagnostics.push(Diagnostic::error(message).at(label.span));
        }
        let body = block.body();
        match block.kind() {
            "suppress" => settings.suppress.extend(self.suppress(block)),
            name => {
                let all = ATTRIBUTES.iter().chain(&BLOCKS).copied();
                self.unexpected("setting", name, block.kind_span(), all);
                return;
            }
        }
        for inner in body.blocks() {
            let message = format!("a `{}` block holds no blocks", block.kind());
            self.diagnostics.push(Diagnostic::error(message).at(inner.header_span()));
        }
    }

    /// The entries of an object whose names are written out.
    fn entries<T>(
        &mut self,
        expr: Expr<'_>,
        read: fn(&mut Self, Expr<'_>) -> Option<T>,
    ) -> Vec<(String, Set<T>)> {
        let Kind::Object(items) = expr.kind() else {
            self.wrong::<()>(expr, "an object such as `{ \"name\" = \"value\" }`");
            return Vec::new();
        };
        let mut entries = Vec::new();
        for item in items {
            let name = match (item.name, item.key.kind()) {
                (Some(name), _) | (None, Kind::String(name)) => name.into_owned(),
                (None, _) => {
                    self.wrong::<()>(item.key, "a name in quotes");
                    continue;
                }
            };
            if let Some(value) = read(self, item.value) {
                entries.push((name, Set { value, at: item.span }));
            }
        }
        entries
    }

    fn suppress(&mut self, block: Block<'_>) -> Option<Suppress> {
        let mut suppress = Suppress { at: Some(block.header_span()), ..Suppress::default() };
        let before = self.diagnostics.len();
        for attribute in block.body().attributes() {
            let expr = attribute.expr();
            match attribute.name() {
                "policies" => suppress.policies = self.texts(expr).unwrap_or_default(),
                "addresses" => suppress.addresses = self.texts(expr).unwrap_or_default(),
                "reason" => suppress.reason = self.text(expr).unwrap_or_default(),
                "until" => suppress.until = self.day(expr),
                name => {
                    self.unexpected("argument", name, attribute.name_span(), OF_SUPPRESS);
                }
            }
        }
        for (name, list) in [("policies", &suppress.policies), ("addresses", &suppress.addresses)] {
            if list.is_empty() && self.diagnostics.len() == before {
                let message = format!("`{name}` is required and names at least one");
                self.diagnostics.push(Diagnostic::error(message).at(block.header_span()));
            }
        }
        // What is half understood suppresses nothing.
        (self.diagnostics.len() == before).then_some(suppress)
    }

    fn assumed(&mut self, expr: Expr<'_>) -> Vec<(String, Set<String>)> {
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
                self.diagnostics.push(Diagnostic::error(problem.message).at(set.at));
                false
            }
        }
    }

    fn text(&mut self, expr: Expr<'_>) -> Option<String> {
        match expr.kind() {
            Kind::String(text) => Some(text.into_owned()),
            _ => self.wrong(expr, "a text in quotes, without `${`"),
        }
    }

    fn texts(&mut self, expr: Expr<'_>) -> Option<Vec<String>> {
        match expr.kind() {
            Kind::Tuple(elements) => elements.map(|element| self.text(element)).collect(),
            Kind::String(text) => Some(vec![text.into_owned()]),
            _ => self.wrong(expr, "a list of texts"),
        }
    }

    fn flag(&mut self, expr: Expr<'_>) -> Option<bool> {
        match expr.kind() {
            Kind::Bool(is) => Some(is),
            _ => self.wrong(expr, "`true` or `false`"),
        }
    }

    fn day(&mut self, expr: Expr<'_>) -> Option<Date> {
        let day = match expr.kind() {
            Kind::String(text) => Date::parse(&text),
            _ => None,
        };
        day.or_else(|| self.wrong(expr, "a day such as \"2026-01-31\""))
    }

    fn severity(&mut self, expr: Expr<'_>) -> Option<Severity> {
        let read = match expr.kind() {
            Kind::String(text) => Severity::parse(&text),
            _ => None,
        };
        read.or_else(|| self.wrong(expr, "\"critical\", \"high\", \"medium\", \"low\" or \"info\""))
    }

    fn fail_on(&mut self, expr: Expr<'_>) -> Option<Option<Severity>> {
        let read = match expr.kind() {
            Kind::String(text) if text == "none" => Some(None),
            Kind::String(text) => {
                Severity::parse(&text).filter(|severity| *severity > Severity::Info).map(Some)
            }
            _ => None,
        };
        read.or_else(|| self.wrong(expr, "\"critical\", \"high\", \"medium\", \"low\" or \"none\""))
    }

    fn unknown(&mut self, expr: Expr<'_>) -> Option<UnknownCounts> {
        let read = match expr.kind() {
            Kind::String(text) => UnknownCounts::parse(&text),
            _ => None,
        };
        read.or_else(|| self.wrong(expr, "\"warn\", \"fail\" or \"ignore\""))
    }

    fn literal(&mut self, expr: Expr<'_>) -> Option<Literal> {
        match expr.kind() {
            Kind::Bool(is) => Some(Literal::Bool(is)),
            Kind::String(text) => Some(Literal::Text(text.into_owned())),
            Kind::Number(_) => Some(Literal::Number(expr.text().to_owned())),
            Kind::Tuple(elements) => {
                let elements: Option<_> = elements.map(|element| self.literal(element)).collect();
                elements.map(Literal::List)
            }
            _ => self.wrong(expr, "a text, a number, `true`, `false`, or a list of them"),
        }
    }

    fn wrong<T>(&mut self, expr: Expr<'_>, expected: &str) -> Option<T> {
        let found: String = expr.text().chars().take(40).collect();
        let found = found.lines().next().unwrap_or_default();
        let message = format!("found `{found}`, expected {expected}");
        self.diagnostics.push(Diagnostic::error(message).at(expr.span()));
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
}

fn set<T>(value: Option<T>, at: Span) -> Option<Set<T>> {
    value.map(|value| Set { value, at })
}
