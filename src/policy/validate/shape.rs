//! Blocks, labels and arguments: whether each may stand where it stands.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, did_you_mean};
use crate::hcl::{Block, Body};
use crate::text::Span;

use super::files::{File, Project};
use super::grammar::{self, Spec};
use super::words::list;
use super::{Faults, Rule};

/// Words of the design paper that [`super::connected`] tells about.
pub(super) const PAPER_BLOCKS: [&str; 6] =
    ["relationship", "relates_to", "related", "cardinality", "where", "each"];
/// The same of arguments.
pub(super) const PAPER_ARGUMENTS: [&str; 8] =
    ["target", "reverse", "direction", "cardinality", "each", "for_each", "where", "min_matches"];

/// Looks at all files whose text is HCL.
pub(super) fn check(project: &Project, faults: &mut Faults) {
    for file in project.asked().filter(|file| !file.broken) {
        let spec = if file.is_test { &grammar::TESTS } else { &grammar::POLICIES };
        let mut shapes = Shapes { faults: &mut *faults };
        shapes.body(file.tree.root(), spec, None);
        shapes.twins(file);
    }
}

struct Shapes<'f> {
    faults: &'f mut Faults,
}

impl Shapes<'_> {
    /// What stands in a block; `around` is its kind.
    fn body(&mut self, body: Body<'_>, spec: &Spec, around: Option<&str>) {
        self.arguments(body, spec, around);
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        for block in body.blocks() {
            let kind = block.kind();
            let Some(member) = spec.blocks.iter().find(|member| member.kind == kind) else {
                self.unexpected(block, spec, around);
                continue;
            };
            match first.get(kind) {
                Some(earlier) if member.once => self.repeated(block, *earlier),
                _ => {
                    first.insert(kind, block.header_span());
                }
            }
            self.labels(block, member.spec);
            self.needed(block, member.spec);
            self.body(block.body(), member.spec, Some(kind));
        }
    }

    fn arguments(&mut self, body: Body<'_>, spec: &Spec, around: Option<&str>) {
        let Some(known) = spec.arguments else { return };
        for attribute in body.attributes() {
            let name = attribute.name();
            let is_paper = around == Some("connection") || around == Some("connected");
            if known.iter().any(|argument| argument.name == name)
                || is_paper && PAPER_ARGUMENTS.contains(&name)
            {
                continue;
            }
            let message = format!("unsupported argument `{name}`");
            let block = spec.blocks.iter().any(|member| member.kind == name);
            let names: Vec<&str> = known.iter().map(|argument| argument.name).collect();
            // In JSON blocks look like arguments.
            let kinds = spec.blocks.iter().map(|member| member.kind);
            let hint = match did_you_mean(name, names.iter().copied().chain(kinds)) {
                _ if block => format!("`{name}` is a block: `{name} {{ ... }}`"),
                Some(close) => format!("did you mean `{close}`?"),
                None if names.is_empty() => "arguments stand in blocks".to_owned(),
                None => format!("known are {}", list(&names)),
            };
            self.faults.add(Rule::UnsupportedArgument, attribute.name_span(), message, hint);
        }
    }

    fn unexpected(&mut self, block: Block<'_>, spec: &Spec, around: Option<&str>) {
        let kind = block.kind();
        let in_policy = matches!(around, Some("resource_policy" | "connected"));
        if in_policy && PAPER_BLOCKS.contains(&kind) {
            return;
        }
        let names: Vec<&str> = spec.blocks.iter().map(|member| member.kind).collect();
        let is_argument = || {
            spec.arguments.is_some_and(|known| known.iter().any(|argument| argument.name == kind))
        };
        let hint = match did_you_mean(kind, names.iter().copied()) {
            _ if is_argument() => format!("`{kind}` is an argument: `{kind} = ...`"),
            _ if kind == "variable" && around.is_none() => "policies have `input`".to_owned(),
            Some(close) => format!("did you mean `{close}`?"),
            None if names.is_empty() => "no blocks stand here".to_owned(),
            None => format!("expected are {}", list(&names)),
        };
        let message = format!("blocks of type `{kind}` are not expected here");
        self.faults.add(Rule::UnexpectedBlock, block.kind_span(), message, hint);
    }

    fn repeated(&mut self, block: Block<'_>, earlier: Span) {
        let message = format!("`{}` stands here for the second time", block.kind());
        let diagnostic = Diagnostic::error(message)
            .at(block.header_span())
            .with_related(earlier, "the first one")
            .with_hint("put both into one block");
        self.faults.push(Rule::RepeatedBlock, diagnostic, None);
    }

    fn labels(&mut self, block: Block<'_>, spec: &Spec) {
        let (given, needed) = (block.labels().len(), spec.labels.len());
        let kind = block.kind();
        let hint = match spec.labels {
            [] => format!("write `{kind} {{`"),
            [one] => format!("it has one label, {one}"),
            labels => format!("its labels are {}", labels.join(" and ")),
        };
        if let Some(missing) = spec.labels.get(given) {
            let message = format!("`{kind}` lacks a label: {missing}");
            self.faults.add(Rule::WrongLabels, block.header_span(), message, hint);
        } else if let Some(extra) = block.labels().get(needed + spec.more_labels) {
            let message = format!("`{kind}` has a label too many");
            self.faults.add(Rule::WrongLabels, extra.span, message, hint);
        }
    }

    fn needed(&mut self, block: Block<'_>, spec: &Spec) {
        for argument in spec.arguments.unwrap_or_default() {
            let name = argument.name;
            if argument.is_required && block.body().attribute(name).is_none() {
                let message = format!("`{}` lacks the argument `{name}`", block.kind());
                let hint = format!("add `{name} = ...`");
                self.faults.add(Rule::MissingArgument, block.header_span(), message, hint);
            }
        }
        if matches!(block.kind(), "resource_policy" | "provider_policy" | "module_policy") {
            self.judges(block);
        }
    }

    /// A policy asks for something.
    fn judges(&mut self, block: Block<'_>) {
        let asks = |kind: &str| matches!(kind, "enforce" | "connected");
        let is_paper = |kind: &str| PAPER_BLOCKS.contains(&kind);
        if !block.body().blocks().any(|inner| asks(inner.kind()) || is_paper(inner.kind())) {
            let message = format!("`{}` asks for nothing", block.kind());
            let hint = "add an `enforce` block with a `condition`";
            self.faults.add(Rule::MissingEnforce, block.header_span(), message, hint);
        }
    }

    /// Inputs and policies that stand there twice; locals are told where they are collected.
    fn twins(&mut self, file: &File) {
        let mut first: BTreeMap<(String, Vec<String>), Span> = BTreeMap::new();
        for block in file.blocks() {
            let kind = block.kind();
            if !matches!(kind, "input" | "resource_policy" | "provider_policy" | "module_policy") {
                continue;
            }
            let labels: Vec<String> = block.labels().map(|label| label.text.into_owned()).collect();
            let shown: Vec<String> = labels.iter().map(|label| format!("`{label}`")).collect();
            let key = (kind.to_owned(), labels);
            if let Some(earlier) = first.get(&key) {
                let message = format!("`{kind}` {} is already defined", shown.join(" "));
                let diagnostic = Diagnostic::error(message)
                    .at(block.header_span())
                    .with_related(*earlier, "defined here")
                    .with_hint("give it another name");
                self.faults.push(Rule::AlreadyDefined, diagnostic, None);
            } else {
                first.insert(key, block.header_span());
            }
        }
    }
}
