//! `connected` blocks: what is joined with what, how many there must be, and spellings that never came.

use crate::diag::Diagnostic;
use crate::hcl::{Attribute, Block, Expr, Kind};
use crate::text::Span;

use super::files::Project;
use super::locals::{PolicyKind, expressions, own_locals, policies};
use super::schemas::Schemas;
use super::settings::operations_of;
use super::shape::{PAPER_ARGUMENTS, PAPER_BLOCKS};
use super::shapes::{Shape, member};
use super::{Faults, Rule};

/// Looks at all policies about resources.
pub(super) fn check(project: &Project, faults: &mut Faults) {
    for file in project.asked().filter(|file| !file.broken && !file.is_test) {
        let schemas = Schemas::of(file);
        for (kind, policy) in policies(file) {
            if kind != PolicyKind::Resource {
                continue;
            }
            let mut checker = Blocks { schemas: &schemas, faults: &mut *faults };
            checker.policy(policy);
        }
    }
}

struct Blocks<'f> {
    schemas: &'f Schemas,
    faults: &'f mut Faults,
}

fn of_kind<'b>(block: Block<'b>, kind: &'b str) -> impl Iterator<Item = Block<'b>> {
    block.body().blocks().filter(move |inner| inner.kind() == kind)
}

impl Blocks<'_> {
    fn policy(&mut self, policy: Block<'_>) {
        self.paper(policy);
        let parent = policy.label(0).unwrap_or_default();
        let has_enforce = of_kind(policy, "enforce").next().is_some();
        let deletes =
            operations_of(policy).is_some_and(|words| words.iter().any(|w| w == "delete"));
        for (n, block) in of_kind(policy, "connected").enumerate() {
            let message = "no released engine of HashiCorp is known to read `connected`";
            let hint = "`core::getresources` is understood there, and leaves more unknown";
            self.faults.add(Rule::EngineSupportUnknown, block.header_span(), message, hint);
            if has_enforce || n > 0 {
                let message = "`connected` stands together with `enforce` or another `connected`";
                let hint = "write a policy for each, as all known ones do";
                self.faults.add(Rule::CompatConnectedMix, block.header_span(), message, hint);
            }
            if deletes {
                let message = "what is deleted has no planned values to connect";
                let hint = "leave `\"delete\"` out of `operations`";
                self.faults.add(Rule::ConnectedOnDelete, block.header_span(), message, hint);
            }
            self.block(block, &parent);
        }
        self.guards(policy);
    }

    fn block(&mut self, block: Block<'_>, parent: &str) {
        let Some(label) = block.labels().get(0) else { return };
        let body = block.body();
        if label.text.contains('*') {
            let message = "`connected` is about one exact type";
            let hint = "write one block for each type";
            self.faults.add(Rule::InvalidConnection, label.span, message, hint);
        }
        self.extensions(block);
        self.paper(block);
        let (min, max) = self.counts(block);
        if !can_fail(block) {
            let message = "the block demands nothing, so it never fails";
            let hint = "add `min_instances`, `max_instances` or an `enforce` block";
            self.faults.add(Rule::ConnectedWithoutEffect, block.header_span(), message, hint);
        }
        let has_filter = body.attribute("filter").is_some();
        if has_filter && of_kind(block, "enforce").next().is_some() {
            let message = "the block has both `filter` and `enforce`";
            let hint = "say it in the condition of `enforce`, as all known policies do";
            self.faults.add(Rule::CompatConnectedMix, block.header_span(), message, hint);
        }
        if label.text == parent && !has_filter && (min.is_some() || max.is_some()) {
            let message = "the resource itself is among the connected ones";
            let hint = format!("leave it out: `filter = connected.{parent}.id != attrs.id`");
            self.faults.add(Rule::ConnectedToItself, block.header_span(), message, hint);
        }
        self.connection(block, parent, &label.text);
        for inner in of_kind(block, "connected") {
            self.block(inner, &label.text);
        }
    }

    fn extensions(&mut self, block: Block<'_>) {
        let hint = "the form of the language that is known has none";
        if let Some(second) = block.labels().get(1) {
            let message = "a second label of `connected` is known to planward only";
            self.faults.add(Rule::PlanwardExtension, second.span, message, hint);
        }
        if let Some(message) = block.body().attribute("error_message") {
            let text = "`error_message` of `connected` is known to planward only";
            self.faults.add(Rule::PlanwardExtension, message.name_span(), text, hint);
        }
    }

    /// The numbers of instances, where they are written as numbers.
    fn counts(&mut self, block: Block<'_>) -> (Option<u64>, Option<u64>) {
        let min = self.count(block, "min_instances");
        let max = self.count(block, "max_instances");
        if let (Some(least), Some(most)) = (min, max)
            && most < least
            && let Some(attribute) = block.body().attribute("max_instances")
        {
            let message = "`max_instances` is smaller than `min_instances`";
            let hint = "no number of instances is right";
            self.faults.add(Rule::InvalidCount, attribute.expr().span(), message, hint);
        }
        (min, max)
    }

    fn count(&mut self, block: Block<'_>, name: &str) -> Option<u64> {
        let expr = block.body().attribute(name)?.expr();
        match expr.kind() {
            Kind::Number(digits) if digits.parse::<u64>().is_ok() => digits.parse().ok(),
            // An input or local may be a number as well.
            Kind::Traversal { base, .. }
                if matches!(base.kind(), Kind::Variable("input" | "local")) =>
            {
                None
            }
            _ => {
                let message = format!("`{name}` is not a whole number, zero or more");
                let hint = format!("write `{name} = 1`");
                self.faults.add(Rule::InvalidCount, expr.span(), message, hint);
                None
            }
        }
    }

    fn connection(&mut self, block: Block<'_>, parent: &str, connected: &str) {
        const WAY: &str =
            "write `connection { subject = \"id\" connected = \"vpc_id\" }` on lines of their own";
        let mut all = of_kind(block, "connection");
        let Some(connection) = all.next() else {
            let message = "the block does not say what is connected with what";
            return self.faults.add(Rule::InvalidConnection, block.header_span(), message, WAY);
        };
        if let Some(second) = all.next() {
            let diagnostic = Diagnostic::error("a second `connection` stands here")
                .at(second.header_span())
                .with_related(connection.header_span(), "the first one")
                .with_hint("one relationship is one `connected` block");
            self.faults.push(Rule::InvalidConnection, diagnostic, None);
        }
        let body = connection.body();
        if body.attributes().any(|attribute| PAPER_ARGUMENTS.contains(&attribute.name())) {
            return;
        }
        let mut tell = |message: &str| {
            self.faults.add(Rule::InvalidConnection, connection.header_span(), message, WAY);
        };
        let (one, list) = (body.attribute("subject"), body.attribute("subject_list"));
        match (one, list) {
            (Some(_), Some(_)) => tell("`connection` has both `subject` and `subject_list`"),
            (None, None) => tell("`connection` has neither `subject` nor `subject_list`"),
            (Some(_), None) | (None, Some(_)) => {}
        }
        if body.attribute("connected").is_none() {
            tell("`connection` does not say which attribute of the other resource is meant");
        }
        if let (Some(subject), None) | (None, Some(subject)) = (one, list) {
            self.path(subject, parent);
        }
        if let Some(other) = body.attribute("connected") {
            self.path(other, connected);
        }
    }

    /// An attribute path on a type.
    fn path(&mut self, attribute: Attribute<'_>, owner: &str) {
        let expr = attribute.expr();
        let is_name = |part: &str| {
            !part.starts_with(|c: char| c.is_ascii_digit())
                && !part.is_empty()
                && part.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
        };
        let Kind::String(path) = expr.kind() else { return self.no_path(expr) };
        if !path.split('.').all(is_name) {
            return self.no_path(expr);
        }
        let mut shape =
            if owner.contains('*') { Shape::Unknown } else { Shape::resource(owner, self.schemas) };
        let mut is_list = false;
        for name in path.split('.') {
            let Shape::Body(block) = shape else { return };
            if block.attribute(name).is_some_and(crate::terraform::schema::Attribute::is_write_only)
            {
                return self
                    .cannot_join(expr, &format!("`{name}` is write-only, no plan shows it"));
            }
            let Some(known) = member(block, name) else {
                return self.unknown(expr, owner, block, name);
            };
            shape = known.shape;
            while let Shape::List(element) | Shape::Set(element) = shape {
                is_list = true;
                shape = Shape::clone(&element);
            }
            if let Shape::Object(members) = &shape {
                // What follows are members of a plain object, whose names are not told by blocks.
                if members.is_empty() {
                    return;
                }
            }
        }
        if matches!(shape, Shape::Body(_) | Shape::Object(_) | Shape::Map(_)) {
            return self.cannot_join(expr, "it leads to no single values");
        }
        self.subject_kind(attribute, is_list);
    }

    fn subject_kind(&mut self, attribute: Attribute<'_>, is_list: bool) {
        let (message, hint) = match (attribute.name(), is_list) {
            ("subject", true) => ("the path leads to a list", "write `subject_list`"),
            ("subject_list", false) => ("the path leads to one value", "write `subject`"),
            _ => return,
        };
        self.faults.add(Rule::SubjectKind, attribute.name_span(), message, hint);
    }

    fn no_path(&mut self, expr: Expr<'_>) {
        let message = "an attribute path is a plain string of names with dots between them";
        let hint = "leave indexes out: lists and sets on the way are gone through";
        self.faults.add(Rule::InvalidPath, expr.span(), message, hint);
    }

    fn cannot_join(&mut self, expr: Expr<'_>, why: &str) {
        let message = format!("nothing can be compared with {}: {why}", expr.text());
        let hint = "name an attribute that is a string, number or bool, or a list of them";
        self.faults.add(Rule::UnjoinablePath, expr.span(), message, hint);
    }

    fn unknown(
        &mut self,
        expr: Expr<'_>,
        owner: &str,
        block: crate::terraform::schema::Block,
        name: &str,
    ) {
        if block.is_complete() {
            let message = format!("`{owner}` has no attribute `{name}` that is known");
            let hint = match block.did_you_mean(name) {
                Some(close) => format!("did you mean `{close}`?"),
                None => "look it up in the provider's documentation".to_owned(),
            };
            self.faults.add(Rule::UnknownAttribute, expr.span(), message, hint);
        }
    }

    /// Words of the design paper.
    fn paper(&mut self, block: Block<'_>) {
        for inner in block.body().blocks() {
            if PAPER_BLOCKS.contains(&inner.kind()) {
                self.paper_word(inner.kind(), inner.header_span());
            }
        }
        if block.kind() != "connected" {
            return;
        }
        let connections = of_kind(block, "connection").flat_map(|inner| inner.body().attributes());
        for attribute in block.body().attributes().chain(connections) {
            if PAPER_ARGUMENTS.contains(&attribute.name()) {
                self.paper_word(attribute.name(), attribute.name_span());
            }
        }
        let mut selves = Vec::new();
        expressions(block, &mut |expr| {
            if matches!(expr.kind(), Kind::Variable("self")) {
                selves.push(expr.span());
            }
        });
        for at in selves {
            self.paper_word("self", at);
        }
    }

    fn paper_word(&mut self, word: &str, at: Span) {
        let hint = match word {
            "relationship" | "relates_to" | "related" => "write `connected`",
            "target" => "write `connected = \"...\"`",
            "reverse" | "direction" => {
                "leave it out and swap the paths: `subject` is the policy's own resource, `connected` the other"
            }
            "cardinality" | "min_matches" => "write `min_instances` and `max_instances`",
            "self" => "write `connected.TYPE`",
            "where" => "write `filter = connected.TYPE.attribute == value`",
            "each" => "write `subject_list`; the number then counts over all elements together",
            _ => "write one block for each",
        };
        let message = format!("`{word}` is from a proposal that no engine reads");
        self.faults.add(Rule::PaperSpelling, at, message, hint);
    }

    /// `core::try(attrs.id, "") != ""` beside a block that needs no such guard.
    fn guards(&mut self, policy: Block<'_>) {
        let subjects: Vec<String> = of_kind(policy, "connected")
            .flat_map(|block| of_kind(block, "connection").collect::<Vec<_>>())
            .filter_map(|connection| connection.body().attribute("subject"))
            .filter_map(|subject| match subject.expr().kind() {
                Kind::String(path) => Some(path.into_owned()),
                _ => None,
            })
            .filter(|name| matches!(name.as_str(), "id" | "arn"))
            .collect();
        let filter = policy.body().attribute("filter").map(|filter| filter.expr());
        for expr in own_locals(policy).map(|local| local.expr()).chain(filter) {
            for part in expr.walk() {
                let Kind::Binary(op, left, right) = part.kind() else { continue };
                let compares =
                    matches!(op, crate::hcl::BinaryOp::Equal | crate::hcl::BinaryOp::NotEqual);
                let guards = |one: Expr<'_>, other: Expr<'_>| {
                    is_nothing(other) && subjects.iter().any(|name| is_attribute(one, name))
                };
                if compares && (guards(left, right) || guards(right, left)) {
                    let message = "references tell what belongs together before ids are known";
                    let hint = "leave the guard out";
                    self.faults.add(Rule::RedundantIdGuard, part.span(), message, hint);
                }
            }
        }
    }
}

fn is_nothing(expr: Expr<'_>) -> bool {
    match expr.kind() {
        Kind::Null => true,
        Kind::String(text) => text.is_empty(),
        _ => false,
    }
}

/// `attrs.id` or `core::try(attrs.id, ...)`.
fn is_attribute(expr: Expr<'_>, name: &str) -> bool {
    match expr.kind() {
        Kind::Traversal { base, steps } => {
            matches!(base.kind(), Kind::Variable("attrs"))
                && steps.len() == 1
                && steps.name(0) == Some(name)
        }
        Kind::Call(call) if call.name == "try" => {
            call.arguments.get(0).is_some_and(|first| is_attribute(first, name))
        }
        _ => false,
    }
}

/// Whether a block can fail: it counts, or asks for something, or one inside does.
fn can_fail(block: Block<'_>) -> bool {
    let body = block.body();
    let counts = |name: &str| {
        let expr = body.attribute(name).map(|attribute| attribute.expr());
        expr.is_some_and(|expr| name == "max_instances" || expr.text() != "0")
    };
    let asks = |kind: &str| matches!(kind, "enforce" | "fallback") || PAPER_BLOCKS.contains(&kind);
    counts("min_instances")
        || counts("max_instances")
        || body.blocks().any(|inner| asks(inner.kind()))
        || of_kind(block, "connected").any(can_fail)
}
