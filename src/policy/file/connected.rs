//! `connected` blocks: what belongs to a resource, and how many of it there must be.

use crate::diag::Diagnostic;
use crate::hcl::{Block, Body, Expr, ExprId, Kind};
use crate::text::Span;

use super::reader::{Reader, of_paper};
use super::{Connected, Enforce, expr_of};

/// How the two ends are joined.
struct Connection {
    subject: Vec<String>,
    is_list: bool,
    connected: Vec<String>,
    span: Span,
}

impl Reader<'_> {
    pub(super) fn connected(&mut self, block: Block<'_>) -> Option<Connected> {
        let body = block.body();
        self.names(
            body,
            &["min_instances", "max_instances", "filter", "error_message"],
            &["connection", "enforce", "connected", "fallback"],
        );
        let (Some(resource_type), 1 | 2) = (block.label(0), block.labels().len()) else {
            self.error(block.header_span(), "`connected` needs the connected type as its label");
            return None;
        };
        if resource_type.contains('*') {
            let message = "`connected` needs one type, `*` cannot stand in it";
            self.error(block.header_span(), message);
        }
        let connection = self.connection(block);
        let [min_instances, max_instances] = self.bounds(block);
        let enforces = self.enforces(body);
        let nested = body.blocks_of("connected").filter_map(|inner| self.connected(inner));
        let nested = nested.collect();
        let fallback = self.fallback(body);
        let connection = connection?;
        Some(Connected {
            resource_type: resource_type.into_owned(),
            name: block.label(1).map(std::borrow::Cow::into_owned),
            subject: connection.subject,
            is_list: connection.is_list,
            connected: connection.connected,
            connection: connection.span,
            min_instances,
            max_instances,
            filter: expr_of(body, "filter"),
            enforces,
            nested,
            fallback,
            error_message: expr_of(body, "error_message"),
            span: block.header_span(),
        })
    }

    fn connection(&mut self, block: Block<'_>) -> Option<Connection> {
        let mut connections = block.body().blocks_of("connection");
        let (Some(connection), None) = (connections.next(), connections.next()) else {
            self.error(block.header_span(), "`connected` needs exactly one `connection` block");
            return None;
        };
        let (body, span) = (connection.body(), connection.header_span());
        self.names(body, &["subject", "subject_list", "connected"], &[]);
        let list = body.attribute("subject_list");
        let subject = match (body.attribute("subject"), list) {
            (Some(one), None) | (None, Some(one)) => self.path(one.expr()),
            _ => {
                self.error(span, "`connection` needs either `subject` or `subject_list`");
                None
            }
        };
        let connected = match body.attribute("connected") {
            Some(path) => self.path(path.expr()),
            // Told already.
            None if body.attributes().any(|other| of_paper(other.name()).is_some()) => None,
            None => {
                self.error(span, "missing required argument `connected`");
                None
            }
        };
        Some(Connection { subject: subject?, is_list: list.is_some(), connected: connected?, span })
    }

    fn fallback(&mut self, body: Body<'_>) -> Vec<Enforce> {
        let mut fallbacks = body.blocks_of("fallback");
        let first = fallbacks.next();
        for more in fallbacks {
            self.error(more.header_span(), "`connected` has one `fallback` block at most");
        }
        let Some(fallback) = first else { return Vec::new() };
        self.names(fallback.body(), &[], &["enforce"]);
        if fallback.body().blocks_of("enforce").next().is_none() {
            self.error(fallback.header_span(), "`fallback` needs an `enforce` block");
        }
        self.enforces(fallback.body())
    }

    /// An attribute path: names joined by dots, in a plain string.
    fn path(&mut self, expr: Expr<'_>) -> Option<Vec<String>> {
        if let Kind::String(text) = expr.kind() {
            let is_name = |part: &str| {
                !part.is_empty()
                    && !part.starts_with(|c: char| c.is_ascii_digit())
                    && part.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
            };
            if text.split('.').all(is_name) {
                return Some(text.split('.').map(str::to_owned).collect());
            }
        }
        let message = "an attribute path is a plain string of names with dots between them";
        let hint = "leave indexes out: lists and sets on the way are gone through";
        self.push(Diagnostic::error(message).at(expr.span()).with_hint(hint));
        None
    }

    /// How many there must be at least and at most. What is written out is checked here; an input or a
    /// local has its value later.
    fn bounds(&mut self, block: Block<'_>) -> [Option<ExprId>; 2] {
        let names = ["min_instances", "max_instances"];
        let written = names.map(|name| block.body().attribute(name).map(|a| (name, a.expr())));
        let [min, max] = written.map(|bound| {
            let (name, expr) = bound?;
            match expr.kind() {
                Kind::Number(digits) if digits.parse::<usize>().is_ok() => {
                    digits.parse::<usize>().ok()
                }
                // Its value is checked when it is known.
                Kind::Variable(_) | Kind::Traversal { .. } => None,
                _ => {
                    let message = format!("`{name}` must be a whole number, zero or more");
                    self.error(expr.span(), message);
                    None
                }
            }
        });
        if let (Some(min), Some(max)) = (min, max)
            && max < min
        {
            self.error(block.header_span(), "`max_instances` is smaller than `min_instances`");
        }
        written.map(|bound| bound.map(|(_, expr)| expr.id()))
    }
}
