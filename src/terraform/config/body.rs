//! Bodies of resources: what is written, and what absence means, as a value.

use std::cell::Cell;
use std::sync::Arc;

use crate::diag::{Diagnostic, Problem};
use crate::eval::{Evaluator, Scope};
use crate::hcl::{self, Attribute as Written, Expr};
use crate::terraform::Attributes;
use crate::terraform::address::{Mode, dotted};
use crate::terraform::schema::{self, Absent, Block, NestedBlock, Nesting, TypeKind};
use crate::value::{self, Cause, Key, Kind, Marks, Reason, Symbol, Type, Unknown, Value};

use super::absence::{absent_attribute, absent_block, declared, filled};
use super::account::Account;
use super::dynamic::{Bound, Rounds};
use super::instance::Evaluation;
use super::layers::{Layers, type_of};
use super::provided::{self, Family, Subject};
use super::providers::Provider;

/// Evaluates the bodies of one resource instance.
pub(super) struct Bodies<'e, 'c> {
    pub evaluation: &'e Evaluation<'c>,
    pub scope: &'e dyn Scope,
    pub address: Arc<str>,
    pub resource_type: Arc<str>,
    pub provider: &'e Provider,
    pub mode: Mode,
    pub depth: u32,
    /// Rounds of its dynamic blocks so far.
    pub rounds: Cell<usize>,
}

/// Arguments and blocks of Terraform's own.
const META: [&str; 8] = [
    "count",
    "for_each",
    "provider",
    "depends_on",
    "lifecycle",
    "provisioner",
    "connection",
    "precondition",
];

/// Where in a resource a body stands, and what is known about its schema.
#[derive(Clone)]
struct Place {
    schema: Option<Block>,
    /// Path of the body within the resource, `ingress.0`; empty at the top.
    path: String,
    /// Directly in a block that makes a set, providers plan absent arguments as empty, not null;
    /// what is read from a data source keeps its nulls.
    in_set: bool,
}

impl Bodies<'_, '_> {
    /// The attributes of the resource: those written, and of the others those wanted.
    pub(super) fn resource(&self, block: hcl::Block<'_>, wanted: Option<&Attributes>) -> Value {
        let place = Place {
            schema: schema_of(self.mode, self.provider, &self.resource_type),
            path: String::new(),
            in_set: false,
        };
        let layers = self.evaluation.library.trees.layers_of(block);
        let mut entries = self.written(&layers, &place, &Vec::new());
        if self.mode == Mode::Data {
            let Self { evaluation, provider, depth, .. } = *self;
            Account { evaluation, provider, depth }.read(&self.resource_type, &mut entries);
        }
        if let (Some(schema), Some(wanted)) = (place.schema, wanted) {
            self.fill(schema, &place, &mut entries, wanted);
        }
        if self.mode == Mode::Data {
            super::super::data::read(&self.resource_type, &mut entries);
        }
        let open =
            if place.schema.is_some_and(Block::is_complete) { Marks::NONE } else { Marks::OPEN };
        Value::object(entries)
            .with_marks(open)
            .with_origin(self.evaluation.library.trees.of_block(block))
    }

    /// All that a body says which is no resource's, and what is absent of its schema.
    pub(super) fn whole(&self, body: &Layers<'_>, schema: Option<Block>) -> Value {
        let place = Place { schema, path: String::new(), in_set: false };
        let entries = self.written(body, &place, &Vec::new());
        self.completed(&place, entries)
    }

    /// The same where nothing is said.
    pub(super) fn nothing(&self, schema: Option<Block>) -> Value {
        self.completed(&Place { schema, path: String::new(), in_set: false }, Vec::new())
    }

    fn completed(&self, place: &Place, mut entries: Vec<(Key, Value)>) -> Value {
        if let Some(schema) = place.schema {
            self.fill(schema, place, &mut entries, &Attributes::All);
        }
        let is_whole = place.schema.is_some_and(Block::is_complete);
        Value::object(entries).with_marks(if is_whole { Marks::NONE } else { Marks::OPEN })
    }

    /// An argument of a body, or its blocks of one type; `None` when it is not written.
    pub(super) fn part(
        &self,
        body: &Layers<'_>,
        schema: Option<Block>,
        name: &str,
    ) -> Option<Value> {
        let place = Place { schema, path: String::new(), in_set: false };
        match body.attribute(name).filter(|written| as_blocks(*written, &place).is_none()) {
            Some(written) => Some(self.argument(written, &place, &Vec::new())),
            None if written_blocks(body, name, &place).is_empty() => None,
            None => Some(self.blocks(body, name, &place, &Vec::new())),
        }
    }

    /// What a body says.
    fn written(&self, body: &Layers<'_>, place: &Place, bound: &Bound) -> Vec<(Key, Value)> {
        let is_meta = |name: &str| place.path.is_empty() && META.contains(&name);
        let mut entries = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for attribute in body.attributes() {
            let name = attribute.name();
            if is_meta(name) {
                continue;
            }
            if as_blocks(attribute, place).is_some() {
                names.push(name.to_owned());
            } else {
                entries.push((Key::from(name), self.argument(attribute, place, bound)));
            }
        }
        for block in body.blocks() {
            let name = type_of(block);
            if !is_meta(&name) && !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names {
            let value = self.blocks(body, &name, place, bound);
            // Dynamic blocks that make none leave it to the provider to make one; where they stand for
            // an attribute, it is not set.
            let left = value.as_elements().is_some_and(<[Value]>::is_empty)
                && place.schema.is_some_and(|schema| match schema.block(&name) {
                    Some(nested) => nested.absent() == Absent::Unknown,
                    None => schema.attribute(&name).is_some(),
                });
            if !left {
                entries.push((Key::from(name), value));
            }
        }
        entries
    }

    fn argument(&self, written: Written<'_>, place: &Place, bound: &Bound) -> Value {
        let value = self.evaluate(written.expr(), bound);
        let Some(attribute) = place.schema.and_then(|schema| schema.attribute(written.name()))
        else {
            return value;
        };
        if attribute.is_write_only() {
            return Value::NULL;
        }
        if value.is_null()
            && let Some(absent) = self.absent_attribute(attribute, place, &[])
        {
            return absent.or_origin(self.evaluation.library.trees.of_expr(written.expr()));
        }
        // Most arguments are of their type already; the type need not be built then.
        let value = match (attribute.kind(), value.kind()) {
            (TypeKind::Dynamic, _)
            | (TypeKind::String, Kind::String(_))
            | (TypeKind::Bool, Kind::Bool(_))
            | (TypeKind::Number, Kind::Number(_)) => value,
            _ => self.converted(&value, &attribute.ty(), written.expr()),
        };
        let value = match attribute.as_blocks() {
            Some(_) => self.as_attribute(value, attribute, None, written.name()),
            None => value,
        };
        let is_location = place.path.is_empty() && written.name() == "location";
        let is_azure = provided::family(&self.provider.provider_type) == Family::Azure;
        let value = match is_location && is_azure && self.mode == Mode::Managed {
            true => provided::normal_location(value),
            false => value,
        };
        if attribute.is_sensitive() { value.with_marks(Marks::SENSITIVE) } else { value }
    }

    pub(super) fn evaluate(&self, expr: Expr<'_>, bound: &Bound) -> Value {
        let mut evaluator =
            Evaluator::new(self.scope).with_bound(bound.clone()).at_depth(self.depth);
        self.evaluation.settled(evaluator.evaluate(expr), expr)
    }

    fn converted(&self, value: &Value, ty: &Type, at: Expr<'_>) -> Value {
        value::convert(value, ty).unwrap_or_else(|problem| {
            let diagnostic =
                Diagnostic { hint: problem.hint, ..Diagnostic::error(problem.message) };
            self.evaluation.report(diagnostic.at(at.span()));
            self.failed(ty.clone(), at)
        })
    }

    fn failed(&self, ty: Type, at: Expr<'_>) -> Value {
        let reason = Reason::new(Cause::Error, at.text(), Some(at.span()));
        Value::unknown(Unknown::new(ty, reason))
    }

    /// All blocks of one name, dynamic ones expanded, in source order.
    fn blocks(&self, body: &Layers<'_>, name: &str, place: &Place, bound: &Bound) -> Value {
        let nested = place.schema.and_then(|schema| schema.block(name));
        let attribute = place.schema.and_then(|schema| schema.attribute(name));
        let nesting = match (nested, attribute) {
            (Some(nested), _) => nested.nesting(),
            (None, Some(attribute)) => attribute.as_blocks().unwrap_or(Nesting::List),
            (None, None) => Nesting::List,
        };
        let inner = |n: usize| Place {
            schema: nested.map(NestedBlock::block),
            path: dotted(&place.path, &format!("{name}.{n}")),
            in_set: self.mode == Mode::Managed && nesting == Nesting::Set,
        };
        let written = written_blocks(body, name, place);
        let mut elements: Vec<(Option<Key>, Value)> = Vec::new();
        for &block in &written {
            if block.kind() != "dynamic" {
                let label = block.label(0).map(Key::from);
                let element = self.element(block, inner(elements.len()), bound);
                elements.push((label, element));
                continue;
            }
            match self.dynamic(block, name, bound) {
                Rounds::Known(rounds) => {
                    for round in rounds {
                        let place = inner(elements.len());
                        let element = self.element(round.content, place, &round.bound);
                        let element = match round.marks {
                            Marks::NONE => element,
                            marks => marked(&element, marks),
                        };
                        elements.push((round.label, element));
                    }
                }
                // What is an attribute to the provider Terraform plans as one element.
                Rounds::Unknown(unknown, Some(content))
                    if nested.is_none() && attribute.is_some() && unknown.is_of_apply() =>
                {
                    elements.push((None, self.unknown_element(content, &unknown)));
                }
                Rounds::Unknown(unknown, _) => return unknown.of(nested),
            }
        }
        let value = sealed(nested_value(nesting, elements));
        match attribute.filter(|_| nested.is_none()) {
            Some(attribute) => self.as_attribute(value, attribute, written.first().copied(), name),
            None => value,
        }
    }

    fn element(&self, block: hcl::Block<'_>, place: Place, bound: &Bound) -> Value {
        let mut entries = self.written(&Layers::from(block.body()), &place, bound);
        let mut marks = Marks::OPEN;
        if let Some(schema) = place.schema {
            self.fill(schema, &place, &mut entries, &Attributes::All);
            if schema.is_complete() {
                marks = Marks::NONE;
            }
        }
        Value::object(entries)
            .with_marks(marks)
            .with_origin(self.evaluation.library.trees.of_block(block))
    }

    /// A list of objects that was written as blocks: members that are absent become empty.
    fn as_attribute(
        &self,
        value: Value,
        attribute: schema::Attribute,
        block: Option<hcl::Block<'_>>,
        name: &str,
    ) -> Value {
        let ty = attribute.ty();
        let (Type::List(element) | Type::Set(element)) = &ty else { return value };
        let Type::Object(fields) = &**element else { return value };
        let Some(elements) = value.as_elements() else { return value };
        let filled = elements.iter().map(|element| filled(element, fields)).collect::<Vec<_>>();
        let filled = Value::tuple(filled);
        value::convert(&filled, &ty).map(sealed).unwrap_or_else(|problem| {
            let diagnostic = Diagnostic::error(problem.message);
            if let Some(block) = block {
                self.evaluation.report(diagnostic.at(block.header_span()));
            }
            let reason = Reason::new(Cause::Error, name, block.map(|block| block.span()));
            Value::unknown(Unknown::new(ty.clone(), reason))
        })
    }

    /// Dynamic blocks in dynamic blocks multiply.
    pub(super) fn count_rounds(&self, rounds: usize) -> Result<(), Problem> {
        /// Parts of the value that a round comes to at least.
        const PARTS: usize = 10;
        /// Steps that a round comes to.
        const STEPS: u64 = 100;
        let budget = &self.evaluation.budget;
        let all = self.rounds.get().saturating_add(rounds);
        self.rounds.set(all);
        if all.saturating_mul(PARTS) > budget.value_parts {
            let most = budget.value_parts / PARTS;
            let message = format!("dynamic blocks of one resource have more than {most} rounds");
            Err(Problem::new(message).with_hint("`--limit value-parts=N` allows more"))
        } else {
            budget.take((rounds as u64).saturating_mul(STEPS))
        }
    }

    /// Adds what is absent and wanted.
    fn fill(
        &self,
        schema: Block,
        place: &Place,
        entries: &mut Vec<(Key, Value)>,
        wanted: &Attributes,
    ) {
        let is_written = |entries: &[(Key, Value)], name: &str| {
            entries.iter().any(|(written, _)| &**written == name)
        };
        let add_attribute = |attribute: schema::Attribute, entries: &mut Vec<(Key, Value)>| {
            if !is_written(entries, attribute.name())
                && let Some(value) = self.absent_attribute(attribute, place, entries)
            {
                entries.push((Key::from(attribute.name()), value));
            }
        };
        let add_block = |block: NestedBlock, entries: &mut Vec<(Key, Value)>| {
            if !is_written(entries, block.name())
                && let Some(value) = self.absent_block(block, place)
            {
                entries.push((Key::from(block.name()), value));
            }
        };
        // A type may have hundreds of attributes of which a few are wanted.
        if let Attributes::Some(names) = wanted {
            for name in names {
                match (schema.attribute(name), schema.block(name)) {
                    (Some(attribute), _) => add_attribute(attribute, entries),
                    (None, Some(block)) => add_block(block, entries),
                    (None, None) => {}
                }
            }
            return;
        }
        schema.attributes().for_each(|attribute| add_attribute(attribute, entries));
        schema.blocks().for_each(|block| add_block(block, entries));
    }

    fn absent_attribute(
        &self,
        attribute: schema::Attribute,
        place: &Place,
        entries: &[(Key, Value)],
    ) -> Option<Value> {
        let Self { evaluation, provider, mode, depth, .. } = *self;
        let provided = place.schema.filter(|_| place.path.is_empty()).and_then(|schema| {
            let written = |name: &str| {
                let entry = entries.iter().find(|(key, _)| &**key == name);
                entry.map(|(_, value)| value.clone())
            };
            let subject = Subject { evaluation, provider, mode, schema, depth };
            subject.attribute(attribute, &written)
        });
        if let Some(value) = provided {
            return Some(declared(value, attribute));
        }
        let symbol = || self.symbol(&dotted(&place.path, attribute.name()));
        let of = (mode, &*self.resource_type);
        absent_attribute(evaluation, provider, of, attribute, place.in_set, symbol)
    }

    fn absent_block(&self, block: NestedBlock, place: &Place) -> Option<Value> {
        absent_block(block, self.mode, || self.symbol(&dotted(&place.path, block.name())))
    }

    fn symbol(&self, path: &str) -> Symbol {
        Symbol {
            address: self.address.clone(),
            resource_type: self.resource_type.clone(),
            attribute: Arc::from(path),
        }
    }
}

/// The blocks that an attribute in JSON syntax holds, where the schema has blocks of its name. Of an
/// attribute that may be written as blocks, null is the attribute's.
fn as_blocks<'t>(written: Written<'t>, place: &Place) -> Option<Vec<hcl::Block<'t>>> {
    let blocks = written.blocks()?;
    let schema = place.schema?;
    let is_block = schema.block(written.name()).is_some();
    let may_be_block =
        || schema.attribute(written.name()).is_some_and(|attr| attr.as_blocks().is_some());
    (is_block || !blocks.is_empty() && may_be_block()).then_some(blocks)
}

/// The blocks of one type that stand in a body, dynamic ones among them.
fn written_blocks<'t>(body: &Layers<'t>, name: &str, place: &Place) -> Vec<hcl::Block<'t>> {
    let plain = body.attribute(name).and_then(|attribute| as_blocks(attribute, place));
    let mut blocks = plain.unwrap_or_default();
    blocks.extend(body.blocks().into_iter().filter(|block| type_of(*block) == name));
    blocks
}

/// What a provider declares for a type; of one without such a type, what the provider does that the
/// type's name begins with.
pub(super) fn schema_of(mode: Mode, provider: &Provider, resource_type: &str) -> Option<Block> {
    let provider = &*provider.provider_type;
    match mode {
        Mode::Managed => {
            schema::resource_of(provider, resource_type).or_else(|| schema::resource(resource_type))
        }
        Mode::Data => schema::data_source_of(provider, resource_type)
            .or_else(|| schema::data_source(resource_type)),
        Mode::Ephemeral => None,
    }
}

/// A set that holds anything sensitive is sensitive as a whole: its elements have no other name.
fn sealed(value: Value) -> Value {
    match value.kind() {
        Kind::Set(_) if value.deep_marks().has(Marks::SENSITIVE) => {
            marked(&value, Marks::SENSITIVE)
        }
        _ => value,
    }
}

/// A value and all in it with marks.
fn marked(value: &Value, marks: Marks) -> Value {
    let all = |items: &[Value]| items.iter().map(|item| marked(item, marks)).collect();
    let entries = |entries: &value::Entries| {
        entries.iter().map(|(name, value)| (name.clone(), marked(value, marks))).collect()
    };
    let kind = match value.kind() {
        Kind::List(items) => Kind::List(all(items)),
        Kind::Tuple(items) => Kind::Tuple(all(items)),
        Kind::Set(items) => Kind::Set(all(items)),
        Kind::Map(inner) => Kind::Map(entries(inner)),
        Kind::Object(inner) => Kind::Object(entries(inner)),
        kind @ (Kind::Null
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::Unknown(_)) => kind.clone(),
    };
    Value::new(kind).with_marks(value.marks().and(marks)).with_origin(value.origin())
}

fn nested_value(nesting: Nesting, elements: Vec<(Option<Key>, Value)>) -> Value {
    let values = |elements: Vec<(Option<Key>, Value)>| {
        elements.into_iter().map(|(_, value)| value).collect::<Vec<_>>()
    };
    match nesting {
        Nesting::List => Value::list(values(elements)),
        Nesting::Set => Value::set(values(elements)),
        Nesting::Map => Value::map(
            elements
                .into_iter()
                .filter_map(|(label, value)| label.map(|label| (label, value)))
                .collect::<Vec<_>>(),
        ),
        Nesting::Single | Nesting::Group => {
            values(elements).into_iter().next().unwrap_or(Value::NULL)
        }
    }
}
