//! Mocks of provider configurations and module calls. No state makes one: without `attrs` a provider is
//! configured with nothing, and of a call nothing is known but its source.

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::hcl::Block;
use crate::terraform::config::BlockRef;
use crate::terraform::declaration::{self, Declaration, DeclarationKind, ProviderMeta};
use crate::value::{Key, Origin, Value};

use super::super::staged::laid_over;
use super::mocks::{Mock, Stage, expectation, object, told};
use super::names::Names;

/// Reads a `provider` or `module` block. `names` knows the inputs that hold for it.
pub(super) fn declared<'t>(
    names: &Names<'_>,
    block: Block<'t>,
    kind: DeclarationKind,
) -> Result<Mock<'t>, Diagnostic> {
    let (Some(label), Some(name), 2) = (block.label(0), block.label(1), block.labels().len())
    else {
        let first = match kind {
            DeclarationKind::Provider => "a type",
            DeclarationKind::Module => "a source",
        };
        let message = format!("`{}` needs two labels, {first} and a name", block.kind());
        return Err(Diagnostic::error(message).at(block.header_span()));
    };
    let mut mock = Mock::new(block, &label, &name);
    let staged = expectation(names, &mut mock, &["attrs", "meta"]);
    let staged = staged.and_then(|()| stage(names, &mock, kind, &label, &name));
    mock.stage = staged.unwrap_or_else(|diagnostic| Stage::Broken(Box::new(diagnostic)));
    Ok(mock)
}

fn stage(
    names: &Names<'_>,
    mock: &Mock<'_>,
    kind: DeclarationKind,
    label: &str,
    name: &str,
) -> Result<Stage, Diagnostic> {
    let block = mock.block;
    let attrs = match (object(names, block, "attrs")?, block.body().attribute("attrs")) {
        (Some(_), Some(attrs)) => told(names.state(block, attrs))?,
        _ => names.nothing(block),
    };
    let given = object(names, block, "meta")?;
    let source = given.as_ref().and_then(|given| given.get("source")).and_then(Value::as_str);
    let implied = match kind {
        DeclarationKind::Provider => provider(label, source.unwrap_or(label)),
        DeclarationKind::Module => module(label, name),
    };
    let implied = following(&implied, names.of_block(block));
    let address: Arc<str> = mock.name.as_str().into();
    Ok(Stage::Declared(Box::new(Declaration {
        kind,
        static_address: address.clone(),
        address,
        module: "".into(),
        name: name.into(),
        label: label.into(),
        meta: match &given {
            Some(given) => laid_over(&implied, given),
            None => implied,
        },
        attrs,
        block: Some(BlockRef { file: block.span().file, block: block.id() }),
        calls: Vec::new(),
    })))
}

/// The default configuration of a provider.
fn provider(label: &str, source: &str) -> Value {
    let meta = ProviderMeta { name: label, source, alias: None, version: Value::NULL }.object();
    laid_over(&meta, &Value::object(vec![(Key::from("type"), label.into())]))
}

/// A call in the root module.
fn module(source: &str, name: &str) -> Value {
    declaration::module_meta(&format!("module.{name}"), source, Value::NULL)
}

/// What follows from the labels, and stands there. Which version runs does not follow, so it is not
/// there: a policy that cares makes its test say it.
fn following(meta: &Value, origin: Origin) -> Value {
    let entries = meta.as_entries().into_iter().flatten();
    let follow = entries.filter(|(name, _)| &**name != "version");
    let placed = follow.map(|(name, value)| (name.clone(), value.clone().with_origin(origin)));
    Value::object(placed.collect::<Vec<_>>())
}
