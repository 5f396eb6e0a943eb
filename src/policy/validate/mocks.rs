//! Tests: mocks as their types declare them, their expectations, and the inputs that they set.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, did_you_mean};
use crate::hcl::{Block, Expr, Items, Kind};
use crate::terraform::schema;
use crate::value::Number;

use super::super::pattern::Pattern;
use super::files::{File, Project};
use super::locals::{PolicyKind, mock_of, policies};
use super::names::meta_of;
use super::shapes::{Shape, key, member};
use super::words::list;
use super::{Faults, Rule};

/// What `meta.operation` may be.
const OPERATIONS: [&str; 4] = ["create", "update", "delete", "no-op"];

/// Looks at all tests.
pub(super) fn check(project: &Project, faults: &mut Faults) {
    for file in project.asked().filter(|file| !file.broken) {
        if !file.is_test {
            expects_failure(project, file, faults);
            continue;
        }
        let mut seen: Vec<(Block<'_>, String)> = Vec::new();
        for block in file.blocks() {
            let mut mocks = Mocks { faults: &mut *faults };
            match block.kind() {
                "resource" | "data" | "provider" | "module" => {
                    mocks.twin(block, &mut seen);
                    mocks.mock(block);
                    for inner in block.body().blocks_of("inputs") {
                        mocks.inputs(project, file, inner);
                    }
                }
                "inputs" => mocks.inputs(project, file, block),
                "configuration" => {
                    let message = "`configuration` blocks are known to planward only";
                    let hint = "put them into a test file of their own";
                    mocks.faults.add(Rule::PlanwardExtension, block.kind_span(), message, hint);
                }
                _ => {}
            }
        }
    }
}

/// Whether some test expects each policy of a file to fail.
fn expects_failure(project: &Project, file: &File, faults: &mut Faults) {
    let tests: Vec<&File> = project
        .files
        .iter()
        .filter(|test| test.is_test && project.targets(test).any(|target| target.id == file.id))
        .collect();
    if tests.is_empty() || tests.iter().any(|test| test.broken) {
        return;
    }
    for (kind, policy) in policies(file) {
        let pattern = Pattern::new(policy.label(0).unwrap_or_default());
        let fails = |mock: Block<'_>| {
            mock.label(0).is_some_and(|label| pattern.matches(&label))
                && is_true(mock, "expect_failure")
        };
        if !tests.iter().any(|test| test.blocks_of(mock_of(kind)).any(fails)) {
            let message =
                format!("no test expects `{}` to fail", policy.label(1).unwrap_or_default());
            let hint = "add a mock with `expect_failure = true`: a policy that never fails passes every other test";
            faults.add(Rule::ExpectFailureUnexercised, policy.header_span(), message, hint);
        }
    }
}

fn is_true(block: Block<'_>, name: &str) -> bool {
    let attribute = block.body().attribute(name);
    attribute.is_some_and(|attribute| matches!(attribute.expr().kind(), Kind::Bool(true)))
}

struct Mocks<'f> {
    faults: &'f mut Faults,
}

impl Mocks<'_> {
    fn twin<'b>(&mut self, block: Block<'b>, seen: &mut Vec<(Block<'b>, String)>) {
        let labels: Vec<String> = block.labels().map(|label| label.text.into_owned()).collect();
        let name = format!("{} {}", block.kind(), labels.join("."));
        if let Some((first, _)) = seen.iter().find(|(_, other)| *other == name) {
            let diagnostic = Diagnostic::error(format!("mock `{}` stands twice", labels.join(".")))
                .at(block.header_span())
                .with_related(first.header_span(), "the first one")
                .with_hint("give it another name");
            self.faults.push(Rule::InvalidMock, diagnostic, None);
        }
        seen.push((block, name));
    }

    fn mock(&mut self, block: Block<'_>) {
        let body = block.body();
        for name in ["attrs", "prior_attrs", "meta"] {
            let Some(expr) = body.attribute(name).map(|attribute| attribute.expr()) else {
                continue;
            };
            if is_plain(expr) || matches!(expr.kind(), Kind::Tuple(_)) {
                let message = format!("`{name}` is not an object");
                let hint = format!("write `{name} = {{ ... }}`");
                self.faults.add(Rule::InvalidMock, expr.span(), message, hint);
            }
        }
        for name in ["expect_failure", "skip"] {
            let Some(expr) = body.attribute(name).map(|attribute| attribute.expr()) else {
                continue;
            };
            if !matches!(expr.kind(), Kind::Bool(_)) {
                let message = format!("`{name}` is not `true` or `false`");
                let hint = "it is known before anything is evaluated";
                self.faults.add(Rule::InvalidMock, expr.span(), message, hint);
            }
        }
        self.meta(block);
        if block.kind() == "resource" {
            if is_true(block, "skip") && is_true(block, "expect_failure") {
                let message = "`skip` and `expect_failure` stand together";
                let hint = "what is skipped cannot fail; leave one out";
                self.faults.add(Rule::InvalidMock, block.header_span(), message, hint);
            }
            self.state(block);
            self.operation(block);
        }
        self.shape(block);
    }

    /// Only what policies can read of `meta` is worth a word.
    fn meta(&mut self, block: Block<'_>) {
        let kind = PolicyKind::ALL.into_iter().find(|kind| mock_of(*kind) == block.kind());
        let meta = block.body().attribute("meta").map(|meta| meta.expr().kind());
        let (Some(kind), Some(Kind::Object(items))) = (kind, meta) else { return };
        let known = meta_of(kind);
        for item in items {
            let Some(name) = key(&item).filter(|name| !known.contains(&name.as_str())) else {
                continue;
            };
            let message = format!("no {} policy reads `meta.{name}`", block.kind());
            let hint = match did_you_mean(&name, known.iter().copied()) {
                Some(close) => format!("did you mean `{close}`?"),
                None => format!("known are {}", list(&known)),
            };
            self.faults.add(Rule::MockMeta, item.key.span(), message, hint);
        }
    }

    fn state(&mut self, block: Block<'_>) {
        let has_state = |name: &str| {
            let attribute = block.body().attribute(name);
            attribute.is_some_and(|attribute| match attribute.expr().kind() {
                Kind::Object(items) => !items.is_empty(),
                Kind::Null => false,
                _ => true,
            })
        };
        if !has_state("attrs") && !has_state("prior_attrs") {
            let message = "the mock has no state";
            let hint = "give it `attrs` or `prior_attrs`, such as `prior_attrs = { id = null }`";
            self.faults.add(Rule::MockWithoutState, block.header_span(), message, hint);
        }
    }

    fn operation(&mut self, block: Block<'_>) {
        let Some(Kind::Object(mut items)) =
            block.body().attribute("meta").map(|meta| meta.expr().kind())
        else {
            return;
        };
        let Some(item) = items.find(|item| key(item).as_deref() == Some("operation")) else {
            return;
        };
        let message = match item.value.kind() {
            Kind::String(word) if OPERATIONS.contains(&&*word) => return,
            Kind::String(word) => format!("`{word}` is not an operation"),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Tuple(_) | Kind::Object(_) => {
                "`meta.operation` is a non-string".to_owned()
            }
            _ => return,
        };
        let hint = format!("operations are {}", list(&OPERATIONS));
        self.faults.add(Rule::InvalidMockOperation, item.value.span(), message, hint);
    }

    fn shape(&mut self, block: Block<'_>) {
        let Some(label) = block.labels().get(0) else { return };
        let name = &*label.text;
        let declared = match block.kind() {
            "resource" => schema::resource(name),
            "data" => schema::data_source(name),
            "provider" => schema::provider_block(name),
            _ => None,
        };
        let Some(declared) = declared else {
            let is_known = schema::provider_of(name).is_some();
            if is_known && matches!(block.kind(), "resource" | "data") {
                let message = format!("`{name}` is no type that is known");
                let close = if block.kind() == "data" {
                    schema::did_you_mean_data_source(name)
                } else {
                    schema::did_you_mean_resource(name)
                };
                let hint = match close {
                    Some(close) => format!("did you mean `{close}`?"),
                    None => "its attributes are taken as they are written".to_owned(),
                };
                self.faults.add(Rule::UnknownResourceType, label.span, message, hint);
            }
            return;
        };
        for name in ["attrs", "prior_attrs"] {
            if let Some(Kind::Object(items)) =
                block.body().attribute(name).map(|attribute| attribute.expr().kind())
            {
                self.members(items, declared);
            }
        }
    }

    fn members(&mut self, items: Items<'_>, declared: schema::Block) {
        for item in items {
            let Some(name) = key(&item) else { continue };
            if let Some(known) = member(declared, &name) {
                self.value(&name, item.value, &known.shape);
            } else if declared.is_complete() {
                let message = format!("`{name}` is not known to the provider");
                let hint = match declared.did_you_mean(&name) {
                    Some(close) => format!("did you mean `{close}`?"),
                    None => "look it up in the provider's documentation".to_owned(),
                };
                self.faults.add(Rule::MockShape, item.key.span(), message, hint);
            }
        }
    }

    /// A value as it is written, against what it has to be.
    fn value(&mut self, name: &str, expr: Expr<'_>, shape: &Shape) {
        let hint = match (shape, expr.kind()) {
            (Shape::List(element) | Shape::Set(element), Kind::Tuple(elements)) => {
                for inner in elements {
                    self.value(name, inner, element);
                }
                return;
            }
            (Shape::List(element) | Shape::Set(element), Kind::Object(_))
                if element.is_object() =>
            {
                format!("write `{name} = [{{ ... }}]`")
            }
            (Shape::List(_) | Shape::Set(_), kind) if is_plain_kind(&kind) || is_object(&kind) => {
                format!("write `{name} = [...]`")
            }
            (Shape::Body(block), Kind::Object(items)) => return self.members(items, *block),
            (Shape::Object(members), Kind::Object(items)) => {
                for item in items {
                    if let Some((name, shape)) =
                        key(&item).and_then(|name| Some((name.clone(), members.get(&name)?)))
                    {
                        self.value(&name, item.value, shape);
                    }
                }
                return;
            }
            (Shape::Map(element), Kind::Object(items)) => {
                for item in items {
                    self.value(name, item.value, element);
                }
                return;
            }
            (Shape::Map(_) | Shape::Body(_) | Shape::Object(_), kind)
                if is_plain_kind(&kind) || matches!(kind, Kind::Tuple(_)) =>
            {
                format!("write `{name} = {{ ... }}`")
            }
            (primitive, Kind::Tuple(_) | Kind::Object(_)) if primitive.is_primitive() => {
                format!("write one {}", primitive.words())
            }
            (Shape::Number, Kind::String(text)) if Number::parse(&text).is_none() => {
                "write a number".to_owned()
            }
            (Shape::Bool, Kind::String(text)) if !matches!(&*text, "true" | "false") => {
                "write `true` or `false`".to_owned()
            }
            _ => return,
        };
        let message = format!("`{name}` is {}, not `{}`", shape.words(), short(expr.text()));
        self.faults.add(Rule::MockShape, expr.span(), message, hint);
    }

    fn inputs(&mut self, project: &Project, file: &File, block: Block<'_>) {
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut is_whole = !file.targets.is_empty();
        for target in project.targets(file) {
            is_whole &= project.is_whole(&target.folder);
            let blocks = project.folder(&target.folder).flat_map(|file| file.blocks_of("input"));
            names.extend(blocks.filter_map(|block| Some(block.label(0)?.into_owned())));
        }
        for attribute in block.body().attributes() {
            let name = attribute.name();
            if is_whole && !names.contains(name) {
                let message = format!("no policy that is tested has an input `{name}`");
                let hint = match did_you_mean(name, names.iter().map(String::as_str)) {
                    Some(close) => format!("did you mean `{close}`?"),
                    None => "leave it out".to_owned(),
                };
                self.faults.add(Rule::UnknownInput, attribute.name_span(), message, hint);
            }
        }
    }
}

fn is_plain(expr: Expr<'_>) -> bool {
    is_plain_kind(&expr.kind())
}

const fn is_plain_kind(kind: &Kind<'_>) -> bool {
    matches!(kind, Kind::Bool(_) | Kind::Number(_) | Kind::String(_))
}

const fn is_object(kind: &Kind<'_>) -> bool {
    matches!(kind, Kind::Object(_))
}

/// As much of a text as stands well in a message.
fn short(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    match first.char_indices().nth(30) {
        Some((at, _)) => format!("{}...", first.get(..at).unwrap_or_default()),
        None => first.to_owned(),
    }
}
