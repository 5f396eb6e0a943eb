//! Mocks: blocks of a test file as resources of a graph and answers of data sources.

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::eval::Evaluated;
use crate::graph::{Resource, Source};
use crate::hcl::{Block, Kind};
use crate::terraform::address::{Address, Mode};
use crate::terraform::config::BlockRef;
use crate::terraform::plan::Operation;
use crate::terraform::{Declaration, Realm};
use crate::text::Span;
use crate::value::{Entries, Type, Value, convert};

use super::names::Names;

/// A `resource`, `provider` or `module` block of a test file.
#[derive(Debug)]
pub(super) struct Mock<'t> {
    pub block: Block<'t>,
    /// `resource.aws_vpc.good`.
    pub name: String,
    pub expect_failure: bool,
    pub skip: bool,
    pub stage: Stage,
}

/// What became of a mock.
#[derive(Debug)]
pub(super) enum Stage {
    /// It stands in the graph, with what it says of `meta`.
    Resource(Box<Resource>, Option<Value>),
    /// It stands in the graph, and is no resource.
    Declared(Box<Declaration>),
    /// Its state turned out to be empty when it was evaluated.
    Empty,
    /// It cannot be used; the diagnostic says why.
    Broken(Box<Diagnostic>),
}

impl<'t> Mock<'t> {
    /// A mock of which only the labels were read.
    pub(super) fn new(block: Block<'t>, label: &str, name: &str) -> Self {
        let name = format!("{}.{label}.{name}", block.kind());
        Self { block, name, expect_failure: false, skip: false, stage: Stage::Empty }
    }

    /// The resource that stands for it.
    pub(super) fn resource(&self) -> Option<&Resource> {
        match &self.stage {
            Stage::Resource(resource, _) => Some(resource),
            Stage::Declared(_) | Stage::Empty | Stage::Broken(_) => None,
        }
    }

    /// The provider configuration or module call that stands for it.
    pub(super) fn declaration(&self) -> Option<&Declaration> {
        match &self.stage {
            Stage::Declared(declaration) => Some(declaration),
            Stage::Resource(..) | Stage::Empty | Stage::Broken(_) => None,
        }
    }
}

/// Reads a `resource` block. `names` knows the inputs that hold for it.
pub(super) fn resource<'t>(names: &Names<'_>, block: Block<'t>) -> Result<Mock<'t>, Diagnostic> {
    let (Some(resource_type), Some(name), 2) =
        (block.label(0), block.label(1), block.labels().len())
    else {
        let message = "`resource` needs two labels, a type and a name";
        return Err(Diagnostic::error(message).at(block.header_span()));
    };
    let mut mock = Mock::new(block, &resource_type, &name);
    let staged = expectation(names, &mut mock, &["attrs", "prior_attrs", "meta", "skip"])
        .and_then(|()| stage(names, block, &resource_type, &name));
    mock.stage = staged.unwrap_or_else(|diagnostic| Stage::Broken(Box::new(diagnostic)));
    Ok(mock)
}

/// Reads what is expected of a mock; `attributes` are the others that it may have.
pub(super) fn expectation(
    names: &Names<'_>,
    mock: &mut Mock<'_>,
    attributes: &[&str],
) -> Result<(), Diagnostic> {
    let block = mock.block;
    arguments(block, &[attributes, &["expect_failure"]].concat(), &["inputs"])?;
    mock.expect_failure = is_true(names, block, "expect_failure")?;
    mock.skip = is_true(names, block, "skip")?;
    if mock.skip && mock.expect_failure {
        let message = "`skip` and `expect_failure` cannot stand together";
        return Err(Diagnostic::error(message).at(block.header_span()));
    }
    Ok(())
}

/// An argument that is an object, when it is there and not null.
pub(super) fn object(
    names: &Names<'_>,
    block: Block<'_>,
    name: &str,
) -> Result<Option<Value>, Diagnostic> {
    let Some(attribute) = block.body().attribute(name) else { return Ok(None) };
    let value = told(names.evaluate(attribute.expr()))?;
    match value.is_null() {
        true => Ok(None),
        false if value.as_entries().is_some() => Ok(Some(value)),
        false => {
            let message = format!("`{name}` is not an object");
            let diagnostic = Diagnostic::error(message).at(attribute.expr().span());
            Err(diagnostic.with_hint(format!("write `{name} = {{ ... }}`")))
        }
    }
}

/// Reads a `data` block: its type and attributes.
pub(super) fn data(names: &Names<'_>, block: Block<'_>) -> Result<(Arc<str>, Value), Diagnostic> {
    let (Some(data_type), Some(_), 2) = (block.label(0), block.label(1), block.labels().len())
    else {
        let message = "`data` needs two labels, a type and a name";
        return Err(Diagnostic::error(message).at(block.header_span()));
    };
    arguments(block, &["attrs"], &[])?;
    let Some(attrs) = block.body().attribute("attrs") else {
        let message = "missing required argument `attrs`";
        return Err(Diagnostic::error(message).at(block.header_span()));
    };
    let value = told(names.state(block, attrs))?;
    Ok((Arc::from(&*data_type), value))
}

fn stage(
    names: &Names<'_>,
    block: Block<'_>,
    resource_type: &str,
    name: &str,
) -> Result<Stage, Diagnostic> {
    let written = ["attrs", "prior_attrs"].map(|name| block.body().attribute(name));
    let is_there = |expr: Kind<'_>| !matches!(expr, Kind::Object(items) if items.is_empty());
    if !written.iter().flatten().any(|attribute| is_there(attribute.expr().kind())) {
        let message = "the mock has no state: give it `attrs` or `prior_attrs`";
        return Err(Diagnostic::error(message).at(block.header_span()));
    }
    let mut states = [None, None];
    for (state, attribute) in states.iter_mut().zip(written) {
        let Some(attribute) = attribute else { continue };
        // What is not written out may be empty, and no schema is to make something of nothing.
        let is_empty = match attribute.expr().kind() {
            Kind::Object(items) => items.is_empty(),
            _ => told(names.evaluate(attribute.expr()))?.as_entries().is_none_or(Entries::is_empty),
        };
        if is_empty {
            continue;
        }
        *state = Some(told(names.state(block, attribute))?);
    }
    let [after, before] = states;
    let meta = object(names, block, "meta")?;
    let asked = match (&meta, block.body().attribute("meta")) {
        (Some(meta), Some(written)) => {
            asked_operation(meta, super::shape::part(written.expr(), "operation"))?
        }
        _ => None,
    };
    let inferred = match (&after, &before) {
        (Some(_), None) => Operation::Create,
        (Some(_), Some(_)) => Operation::Update,
        (None, Some(_)) => Operation::Delete,
        (None, None) => return Ok(Stage::Empty),
    };
    let address = format!("{resource_type}.{name}");
    if let Err(problem) = Address::parse(&address) {
        return Err(Diagnostic::error(problem.message).at(block.header_span()));
    }
    let address: Arc<str> = Arc::from(address);
    let text = |name: &str| Some(meta.as_ref()?.get(name)?.as_str()?.to_owned());
    let provider = resource_type.split('_').next().unwrap_or_default();
    let resource = Resource {
        address: address.clone(),
        static_address: address,
        module: Arc::from(text("module_path").unwrap_or_default()),
        mode: Mode::Managed,
        provider: Arc::from(text("provider_type").as_deref().unwrap_or(provider)),
        alias: None,
        realm: Realm::default(),
        resource_type: Arc::from(resource_type),
        name: Arc::from(name),
        key: None,
        operations: vec![asked.unwrap_or(inferred)],
        after: after.unwrap_or(Value::NULL),
        before: before.unwrap_or(Value::NULL),
        source: Some(Source {
            block: BlockRef { file: block.span().file, block: block.id() },
            calls: Vec::new(),
        }),
        change: None,
        assumed: Vec::new(),
        ignored: Vec::new(),
    };
    Ok(Stage::Resource(Box::new(resource), meta))
}

/// `meta = { operation = "no-op" }`
fn asked_operation(meta: &Value, at: Span) -> Result<Option<Operation>, Diagnostic> {
    let Some(operation) = meta.get("operation") else { return Ok(None) };
    let Some(word) = operation.as_str() else {
        return Err(Diagnostic::error("`meta.operation` is a non-string").at(at));
    };
    let all = [Operation::Create, Operation::Update, Operation::Delete, Operation::NoOp];
    match all.into_iter().find(|operation| operation.name() == word) {
        Some(operation) => Ok(Some(operation)),
        None => {
            let message = format!("`{word}` is not an operation");
            Err(Diagnostic::error(message)
                .at(at)
                .with_hint("operations are create, update, delete, no-op"))
        }
    }
}

/// Nothing stands in a block but what is known there.
pub(super) fn arguments(
    block: Block<'_>,
    attributes: &[&str],
    blocks: &[&str],
) -> Result<(), Diagnostic> {
    for attribute in block.body().attributes() {
        let name = attribute.name();
        if attributes.contains(&name) {
            continue;
        }
        let message = format!("unsupported argument `{name}`");
        let diagnostic = Diagnostic::error(message).at(attribute.name_span());
        return Err(match blocks.contains(&name) {
            true => diagnostic.with_hint(format!("`{name}` is a block: `{name} {{ ... }}`")),
            false => diagnostic,
        });
    }
    let mut seen: Vec<&str> = Vec::new();
    for inner in block.body().blocks() {
        let kind = inner.kind();
        if !blocks.contains(&kind) {
            let message = format!("blocks of type `{kind}` are not expected here");
            let diagnostic = Diagnostic::error(message).at(inner.kind_span());
            return Err(match attributes.contains(&kind) {
                true => {
                    diagnostic.with_hint(format!("`{kind}` is an argument: `{kind} = {{ ... }}`"))
                }
                false => diagnostic,
            });
        }
        if seen.contains(&kind) {
            let message = format!("there is one `{kind}` block at most");
            return Err(Diagnostic::error(message).at(inner.header_span()));
        }
        seen.push(kind);
    }
    Ok(())
}

fn is_true(names: &Names<'_>, block: Block<'_>, name: &str) -> Result<bool, Diagnostic> {
    let Some(attribute) = block.body().attribute(name) else { return Ok(false) };
    let value = told(names.evaluate(attribute.expr()))?;
    let truth = convert(&value, &Type::Bool).ok().and_then(|value| value.as_bool());
    truth.ok_or_else(|| {
        let message = format!("`{name}` is true or false");
        Diagnostic::error(message).at(attribute.expr().span())
    })
}

pub(super) fn told(value: Evaluated) -> Result<Value, Diagnostic> {
    value.map_err(|fault| fault.diagnostic)
}
