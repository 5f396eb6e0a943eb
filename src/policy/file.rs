//! One policy file: its blocks, read and checked for shape.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Diagnostic, did_you_mean};
use crate::finding::{Enforcement, Facts};
use crate::hcl::{Block, Body, Expr, ExprId, Kind, Tree};
use crate::terraform::plan::Operation;
use crate::text::Span;

use super::pattern::Pattern;
use super::reads;

/// A policy file that was read.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    /// The path as reports show it.
    pub path: String,
    /// The folder, which is the namespace of inputs and top-level locals.
    pub folder: String,
    /// The parsed text.
    pub tree: Arc<Tree>,
    /// `input` blocks.
    pub inputs: BTreeMap<String, Input>,
    /// Top-level locals.
    pub locals: BTreeMap<String, ExprId>,
    /// `resource_policy` blocks in source order.
    pub policies: Vec<Policy>,
}

/// An `input` block.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// The type constraint.
    pub ty: Option<ExprId>,
    /// The default.
    pub default: Option<ExprId>,
    /// Whether its values must not be shown.
    pub sensitive: bool,
    /// Where it is declared.
    pub span: Span,
}

/// A `resource_policy` block.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The second label.
    pub name: Arc<str>,
    /// The first label.
    pub pattern: Pattern,
    /// Where it begins.
    pub span: Span,
    /// Facts, by their place in the set.
    pub facts: usize,
    /// Its locals.
    pub locals: BTreeMap<String, ExprId>,
    /// Which resources it is for.
    pub filter: Option<ExprId>,
    /// What it is asked about; in the order of [`Operation`].
    pub operations: Vec<Operation>,
    /// What a failure means.
    pub level: Option<ExprId>,
    /// Conditions in source order.
    pub enforces: Vec<Enforce>,
    /// Relationships in source order.
    pub connected: Vec<Connected>,
}

/// An `enforce` block.
#[derive(Clone, Copy, Debug)]
pub struct Enforce {
    /// What must be true.
    pub condition: ExprId,
    /// What is said when it is false.
    pub error_message: Option<ExprId>,
}

/// A `connected` block.
#[derive(Clone, Debug)]
pub struct Connected {
    /// The connected type.
    pub resource_type: String,
    /// Attribute path on the parent.
    pub subject: Vec<String>,
    /// Attribute path on the connected resource.
    pub connected: Vec<String>,
    /// At least so many matches.
    pub min_instances: usize,
    /// At most so many.
    pub max_instances: Option<usize>,
    /// Which matches count.
    pub filter: Option<ExprId>,
    /// Conditions on each match.
    pub enforces: Vec<Enforce>,
    /// Relationships of each match.
    pub nested: Vec<Connected>,
    /// Conditions for a parent without match.
    pub fallback: Vec<Enforce>,
    /// What is said when the number is wrong.
    pub error_message: Option<ExprId>,
    /// Where it begins.
    pub span: Span,
}

/// Reads the blocks of a file. What is wrong is reported, and its policy left out.
pub(super) fn read(path: &str, tree: Tree, diagnostics: &mut Vec<Diagnostic>) -> PolicyFile {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let tree = Arc::new(tree);
    let mut reader = Reader { diagnostics, failed: false };
    let mut inputs = BTreeMap::new();
    let mut locals = BTreeMap::new();
    let mut policies: Vec<Policy> = Vec::new();
    for attribute in tree.root().attributes() {
        reader.error(attribute.name_span(), "no attributes stand at the top of a policy file");
    }
    for block in tree.root().blocks() {
        match block.kind() {
            "resource_policy" => {
                let Some(policy) = reader.policy(block) else { continue };
                let twin = policies
                    .iter()
                    .find(|other| other.name == policy.name && other.pattern == policy.pattern);
                if let Some(twin) = twin {
                    let message = format!(
                        "policy `{}` `{}` is already defined",
                        policy.pattern.as_str(),
                        policy.name
                    );
                    let diagnostic = Diagnostic::error(message).at(policy.span);
                    reader.diagnostics.push(diagnostic.with_related(twin.span, "defined here"));
                    continue;
                }
                policies.push(policy);
            }
            "input" => reader.input(block, &mut inputs),
            "locals" => reader.locals(block.body(), &mut locals),
            "policy" => {}
            // Read by HashiCorp's engine; this one does not evaluate them yet.
            "provider_policy" | "module_policy" => reader.diagnostics.push(
                Diagnostic::warning(format!("`{}` is not evaluated", block.kind()))
                    .at(block.header_span()),
            ),
            kind => {
                let known = [
                    "resource_policy",
                    "input",
                    "locals",
                    "policy",
                    "provider_policy",
                    "module_policy",
                ];
                let message = format!("blocks of type `{kind}` are not expected here");
                let diagnostic = Diagnostic::error(message).at(block.kind_span());
                reader.diagnostics.push(match did_you_mean(kind, known) {
                    Some(close) => diagnostic.with_hint(format!("did you mean `{close}`?")),
                    None => diagnostic,
                });
            }
        }
    }
    PolicyFile { path: path.to_owned(), folder, tree, inputs, locals, policies }
}

struct Reader<'d> {
    diagnostics: &'d mut Vec<Diagnostic>,
    /// Whether the policy that is being read has an error.
    failed: bool,
}

impl Reader<'_> {
    fn error(&mut self, at: Span, message: impl Into<String>) {
        self.failed = true;
        self.diagnostics.push(Diagnostic::error(message).at(at));
    }

    fn names(&mut self, body: Body<'_>, attributes: &[&str], blocks: &[&str]) {
        for attribute in body.attributes() {
            let name = attribute.name();
            if !attributes.contains(&name) {
                self.failed = true;
                let message = format!("unsupported argument `{name}`");
                let diagnostic = Diagnostic::error(message).at(attribute.name_span());
                self.diagnostics.push(match did_you_mean(name, attributes.iter().copied()) {
                    Some(close) => diagnostic.with_hint(format!("did you mean `{close}`?")),
                    None => diagnostic,
                });
            }
        }
        for block in body.blocks() {
            if !blocks.contains(&block.kind()) {
                self.failed = true;
                let message = format!("blocks of type `{}` are not expected here", block.kind());
                let diagnostic = Diagnostic::error(message).at(block.kind_span());
                self.diagnostics.push(match did_you_mean(block.kind(), blocks.iter().copied()) {
                    Some(close) => diagnostic.with_hint(format!("did you mean `{close}`?")),
                    None => diagnostic,
                });
            }
        }
    }

    fn policy(&mut self, block: Block<'_>) -> Option<Policy> {
        self.failed = false;
        let (Some(pattern), Some(name), 2) = (block.label(0), block.label(1), block.labels().len())
        else {
            self.error(
                block.header_span(),
                "`resource_policy` needs two labels, a type and a name",
            );
            return None;
        };
        let body = block.body();
        self.names(
            body,
            &["enforcement_level", "filter", "operations"],
            &["locals", "enforce", "connected"],
        );
        let mut locals = BTreeMap::new();
        for (n, inner) in body.blocks_of("locals").enumerate() {
            if n > 0 {
                self.error(inner.header_span(), "a policy has one `locals` block at most");
            }
            self.locals(inner.body(), &mut locals);
        }
        let enforces = self.enforces(body);
        let connected: Vec<Connected> =
            body.blocks_of("connected").filter_map(|inner| self.connected(inner)).collect();
        if body.blocks_of("enforce").next().is_none()
            && body.blocks_of("connected").next().is_none()
        {
            self.error(block.header_span(), "a policy needs an `enforce` or `connected` block");
        }
        let operations = self.operations(block);
        let policy = Policy {
            name: Arc::from(&*name),
            pattern: Pattern::new(&*pattern),
            span: block.header_span(),
            facts: 0,
            locals,
            filter: body.attribute("filter").map(|filter| filter.expr().id()),
            operations,
            level: body.attribute("enforcement_level").map(|level| level.expr().id()),
            enforces,
            connected,
        };
        (!self.failed).then_some(policy)
    }

    fn enforces(&mut self, body: Body<'_>) -> Vec<Enforce> {
        let mut enforces = Vec::new();
        for block in body.blocks_of("enforce") {
            self.names(block.body(), &["condition", "error_message", "info_message"], &[]);
            match block.body().attribute("condition") {
                Some(condition) => enforces.push(Enforce {
                    condition: condition.expr().id(),
                    error_message: expr_of(block.body(), "error_message"),
                }),
                None => self.error(block.header_span(), "missing required argument `condition`"),
            }
        }
        enforces
    }

    fn connected(&mut self, block: Block<'_>) -> Option<Connected> {
        let body = block.body();
        self.names(
            body,
            &["min_instances", "max_instances", "filter", "error_message"],
            &["connection", "enforce", "connected", "fallback"],
        );
        let Some(resource_type) = block.label(0) else {
            self.error(block.header_span(), "`connected` needs the connected type as its label");
            return None;
        };
        let mut connections = body.blocks_of("connection");
        let (Some(connection), None) = (connections.next(), connections.next()) else {
            self.error(block.header_span(), "`connected` needs exactly one `connection` block");
            return None;
        };
        self.names(connection.body(), &["subject", "subject_list", "connected"], &[]);
        let subject = match (
            connection.body().attribute("subject"),
            connection.body().attribute("subject_list"),
        ) {
            (Some(one), None) | (None, Some(one)) => self.path(one.expr()),
            _ => {
                let message = "`connection` needs either `subject` or `subject_list`";
                self.error(connection.header_span(), message);
                None
            }
        };
        let other = match connection.body().attribute("connected") {
            Some(path) => self.path(path.expr()),
            None => {
                self.error(connection.header_span(), "missing required argument `connected`");
                None
            }
        };
        let min_instances = self.number(body, "min_instances").unwrap_or(0);
        let max_instances = self.number(body, "max_instances");
        if max_instances.is_some_and(|max| max < min_instances) {
            self.error(block.header_span(), "`max_instances` is smaller than `min_instances`");
        }
        let mut fallbacks = body.blocks_of("fallback");
        let fallback = match fallbacks.next() {
            Some(fallback) => {
                self.names(fallback.body(), &[], &["enforce"]);
                self.enforces(fallback.body())
            }
            None => Vec::new(),
        };
        Some(Connected {
            resource_type: resource_type.into_owned(),
            subject: subject?,
            connected: other?,
            min_instances,
            max_instances,
            filter: expr_of(body, "filter"),
            enforces: self.enforces(body),
            nested: body.blocks_of("connected").filter_map(|inner| self.connected(inner)).collect(),
            fallback,
            error_message: expr_of(body, "error_message"),
            span: block.header_span(),
        })
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
        self.failed = true;
        let message = "an attribute path is a plain string of names with dots between them";
        let hint = "leave indexes out: lists and sets on the way are gone through";
        self.diagnostics.push(Diagnostic::error(message).at(expr.span()).with_hint(hint));
        None
    }

    fn number(&mut self, body: Body<'_>, name: &str) -> Option<usize> {
        let attribute = body.attribute(name)?;
        if let Kind::Number(digits) = attribute.expr().kind()
            && let Ok(number) = digits.parse()
        {
            return Some(number);
        }
        self.error(
            attribute.expr().span(),
            format!("`{name}` must be a whole number, zero or more"),
        );
        None
    }

    fn operations(&mut self, block: Block<'_>) -> Vec<Operation> {
        let prior = reads::uses_prior(block);
        let Some(attribute) = block.body().attribute("operations") else {
            if prior {
                let message = "a policy that reads `prior_attrs` must set `operations`";
                self.failed = true;
                self.diagnostics.push(
                    Diagnostic::error(message)
                        .at(block.header_span())
                        .with_hint("`operations = [\"update\"]`, `[\"delete\"]` or both"),
                );
            }
            return vec![Operation::Create, Operation::Update, Operation::NoOp];
        };
        let span = attribute.expr().span();
        let Kind::Tuple(elements) = attribute.expr().kind() else {
            self.error(span, "`operations` is a list of literal strings");
            return Vec::new();
        };
        let mut operations = Vec::new();
        for element in elements {
            let Kind::String(word) = element.kind() else {
                self.error(element.span(), "`operations` is a list of literal strings");
                continue;
            };
            let found = ALL_OPERATIONS.into_iter().find(|operation| operation.name() == word);
            match found {
                None => {
                    let message = format!("`{word}` is not an operation");
                    self.failed = true;
                    self.diagnostics.push(
                        Diagnostic::error(message)
                            .at(element.span())
                            .with_hint("operations are create, update, delete, no-op"),
                    );
                }
                Some(operation) if operations.contains(&operation) => {
                    self.error(element.span(), format!("operation `{word}` is named twice"));
                }
                Some(operation) => operations.push(operation),
            }
        }
        self.mix(&operations, prior, span);
        if operations.is_empty() && !prior {
            return ALL_OPERATIONS.to_vec();
        }
        operations
    }

    /// Mixes of operations that cannot be asked together.
    fn mix(&mut self, operations: &[Operation], prior: bool, span: Span) {
        let has = |operation| operations.contains(&operation);
        if has(Operation::Delete) && (has(Operation::Create) || has(Operation::NoOp)) {
            self.error(span, "`delete` cannot stand together with `create` or `no-op`");
        }
        let no_prior = operations.is_empty() || has(Operation::Create) || has(Operation::NoOp);
        if prior && no_prior {
            let message = "a policy that reads `prior_attrs` is for `update` and `delete` only";
            self.error(span, message);
        }
    }

    fn locals(&mut self, body: Body<'_>, locals: &mut BTreeMap<String, ExprId>) {
        for attribute in body.attributes() {
            let earlier = locals.insert(attribute.name().to_owned(), attribute.expr().id());
            if earlier.is_some() {
                let message = format!("local `{}` is already defined", attribute.name());
                self.error(attribute.name_span(), message);
            }
        }
        for block in body.blocks() {
            self.error(block.kind_span(), "no blocks stand in `locals`");
        }
    }

    fn input(&mut self, block: Block<'_>, inputs: &mut BTreeMap<String, Input>) {
        let Some(name) = block.label(0) else {
            self.error(block.header_span(), "`input` needs a name as its label");
            return;
        };
        let body = block.body();
        self.names(body, &["type", "default", "description", "nullable", "sensitive"], &[]);
        if body.attribute("type").is_none() {
            self.error(block.header_span(), "missing required argument `type`");
        }
        let sensitive = body.attribute("sensitive");
        let input = Input {
            ty: expr_of(body, "type"),
            default: expr_of(body, "default"),
            sensitive: sensitive.is_some_and(|s| matches!(s.expr().kind(), Kind::Bool(true))),
            span: block.header_span(),
        };
        if let Some(earlier) = inputs.insert(name.to_string(), input) {
            let message = format!("input `{name}` is already defined");
            let diagnostic = Diagnostic::error(message).at(block.header_span());
            self.diagnostics.push(diagnostic.with_related(earlier.span, "defined here"));
        }
    }
}

const ALL_OPERATIONS: [Operation; 4] =
    [Operation::Create, Operation::Update, Operation::Delete, Operation::NoOp];

fn expr_of(body: Body<'_>, name: &str) -> Option<ExprId> {
    body.attribute(name).map(|attribute| attribute.expr().id())
}

/// Facts of a policy without header.
pub(super) fn bare_facts(path: &str, policy: &Policy, level: Enforcement) -> Facts {
    let stem = path.rsplit('/').next().unwrap_or(path);
    let stem = stem.strip_suffix(".policy.hcl").unwrap_or(stem);
    let id = crate::finding::PolicyId::from_names(stem, &policy.name);
    Facts { file: path.to_owned(), ..Facts::bare(id, level) }
}
