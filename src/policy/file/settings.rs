//! The `policy` block of a file: which providers, Terraform and plugins it is written for.

use crate::diag::{At, Diagnostic};
use crate::hcl::{Block, Body, Expr, Kind};
use crate::terraform::version::Constraint;

use super::reader::Reader;
use super::{Plugin, RequiredProvider, RequiredVersion, Settings, expr_of};

impl Reader<'_> {
    /// The block; a file has one at most.
    pub(super) fn settings(&mut self, block: Block<'_>, settings: &mut Option<Settings>) {
        if !block.labels().is_empty() {
            self.error(block.header_span(), "`policy` takes no labels");
        }
        let body = block.body();
        let blocks = ["required_providers", "terraform_config", "plugins"];
        self.names(body, &["enforcement_level"], &blocks);
        if let Some(level) = body.attribute("enforcement_level") {
            let message = "`enforcement_level` stands in each policy, not in the `policy` block";
            self.diagnostics.push(Diagnostic::warning(message).at(level.name_span()));
        }
        let read = Settings {
            required_providers: self.only(body, "required_providers").map(|b| self.providers(b)),
            required_version: self.only(body, "terraform_config").and_then(|b| self.version(b)),
            plugins: self.only(body, "plugins").map(|b| self.plugins(b)).unwrap_or_default(),
            level: expr_of(body, "enforcement_level"),
            span: block.header_span(),
        };
        match settings {
            None => *settings = Some(read),
            Some(earlier) => {
                let diagnostic = Diagnostic::error("a file has one `policy` block at most");
                let diagnostic = diagnostic.at(block.header_span());
                self.push(diagnostic.with_related(earlier.span, "the first one"));
            }
        }
    }

    /// The one block of a kind.
    fn only<'t>(&mut self, body: Body<'t>, kind: &str) -> Option<Block<'t>> {
        let mut blocks = body.blocks_of(kind);
        let first = blocks.next();
        for more in blocks {
            self.error(more.header_span(), format!("a `policy` block has one `{kind}` at most"));
        }
        first
    }

    fn providers(&mut self, block: Block<'_>) -> Vec<RequiredProvider> {
        self.entries(block, &["source", "version"])
            .into_iter()
            .map(|Entry { name, mut texts, span }| {
                let version = texts.pop().flatten();
                RequiredProvider { name, source: texts.pop().flatten(), version, span }
            })
            .collect()
    }

    fn plugins(&mut self, block: Block<'_>) -> Vec<Plugin> {
        self.entries(block, &["source"])
            .into_iter()
            .map(|Entry { name, mut texts, span }| Plugin {
                label: name,
                source: texts.pop().flatten(),
                span,
            })
            .collect()
    }

    fn version(&mut self, block: Block<'_>) -> Option<RequiredVersion> {
        self.names(block.body(), &["required_version"], &[]);
        let version = block.body().attribute("required_version")?.expr();
        let span = version.span();
        let text = self.text("required_version", version).unwrap_or_default();
        let read = match text.is_empty() {
            true => None,
            false => Constraint::parse(&text).at(span).map_err(|wrong| self.push(wrong)).ok(),
        };
        Some(RequiredVersion { constraint: read, text, span })
    }

    /// `label = { name = "text" }`, and `label = "text"` for the first of the names.
    fn entries(&mut self, block: Block<'_>, names: &[&str]) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        for inner in block.body().blocks() {
            self.error(inner.kind_span(), format!("no blocks stand in `{}`", block.kind()));
        }
        for attribute in block.body().attributes() {
            let span = attribute.span();
            if entries.iter().any(|entry| entry.name == attribute.name()) {
                let message = format!("`{}` is already defined", attribute.name());
                self.error(attribute.name_span(), message);
            }
            let texts = self.entry(attribute.expr(), names);
            entries.push(Entry { name: attribute.name().to_owned(), texts, span });
        }
        entries
    }

    fn entry(&mut self, expr: Expr<'_>, names: &[&str]) -> Vec<Option<String>> {
        let mut texts = vec![None; names.len()];
        match expr.kind() {
            Kind::String(text) => {
                if let Some(first) = texts.first_mut() {
                    *first = Some(text.into_owned());
                }
            }
            Kind::Object(items) => {
                for item in items {
                    let name = item.name.map(std::borrow::Cow::into_owned);
                    let name = name.or_else(|| match item.key.kind() {
                        Kind::String(name) => Some(name.into_owned()),
                        _ => None,
                    });
                    let place = names.iter().position(|known| name.as_deref() == Some(*known));
                    match place.and_then(|at| texts.get_mut(at)) {
                        Some(slot) => *slot = self.text(&name.unwrap_or_default(), item.value),
                        None => {
                            let message = format!("expected {}", names.join(" and "));
                            self.error(item.key.span(), message);
                        }
                    }
                }
            }
            _ => {
                let names = names.join(" and ");
                self.error(expr.span(), format!("an object with {names} is required"));
            }
        }
        texts
    }
}

struct Entry {
    name: String,
    /// In the order of the names that were asked for.
    texts: Vec<Option<String>>,
    span: crate::text::Span,
}
