//! Dynamic blocks: which blocks one makes, and what is known when nobody knows how many.

use crate::diag::{Diagnostic, Problem};
use crate::eval::Fault;
use crate::hcl::{Block, Body};
use crate::terraform::schema::NestedBlock;
use crate::value::{Cause, Key, Kind, Marks, Reason, Type, Unknown, Value};

use super::body::Bodies;

/// Names bound around a body: iterators of dynamic blocks, innermost last.
pub(super) type Bound = Vec<(Key, Value)>;

/// The blocks that one dynamic block makes.
pub(super) enum Rounds<'b> {
    /// One for each element.
    Known(Vec<Round<'b>>),
    /// Nobody knows how many; with the content they would have, unless there is an error.
    Unknown(NotKnown, Option<Block<'b>>),
}

/// One block that a dynamic block makes.
pub(super) struct Round<'b> {
    pub content: Block<'b>,
    pub label: Option<Key>,
    pub bound: Bound,
    /// What is made of a sensitive collection is sensitive itself.
    pub marks: Marks,
}

/// Why the blocks are not known.
pub(super) struct NotKnown {
    reason: Reason,
    marks: Marks,
}

impl NotKnown {
    /// Whether Terraform does not know it either when it plans. What only we do not know, such as
    /// what a data source gives, may be any number of blocks in the plan.
    pub(super) fn is_of_apply(&self) -> bool {
        self.reason.cause() == Cause::ComputedAtApply
    }

    /// All blocks of one type as a value: one unknown dynamic block among them makes all unknown.
    pub(super) fn of(&self, nested: Option<NestedBlock>) -> Value {
        self.value(nested.map_or(Type::Any, NestedBlock::ty))
    }

    fn value(&self, ty: Type) -> Value {
        let unknown = Unknown::new(ty, self.reason.clone()).not_null();
        Value::unknown(unknown).with_marks(self.marks)
    }
}

impl Bodies<'_, '_> {
    /// The blocks that a dynamic block makes.
    pub(super) fn dynamic<'b>(&self, block: Block<'b>, name: &str, bound: &Bound) -> Rounds<'b> {
        let body = block.body();
        let (Some(for_each), Some(content)) =
            (body.attribute("for_each"), body.blocks_of("content").next())
        else {
            let message = "a dynamic block needs `for_each` and a `content` block";
            self.evaluation.report(Diagnostic::error(message).at(block.header_span()));
            return Rounds::Known(Vec::new());
        };
        let iterator = body.attribute("iterator").map_or(name, |iterator| iterator.expr().text());
        let collection = self.evaluate(for_each.expr(), bound);
        let marks = collection.marks().travelling();
        let wrong_as = |problem: Problem| {
            let expr = for_each.expr();
            self.evaluation.report(Fault::new(problem, expr.span()).diagnostic);
            let reason = Reason::new(Cause::Error, expr.text(), Some(expr.span()));
            Rounds::Unknown(NotKnown { reason, marks }, None)
        };
        let wrong = |message: String| wrong_as(Problem::new(message));
        let pairs: Vec<(Value, Value)> = match collection.kind() {
            Kind::Unknown(unknown) => {
                let reason = unknown.reason.clone();
                return Rounds::Unknown(NotKnown { reason, marks }, Some(content));
            }
            Kind::List(items) | Kind::Tuple(items) => {
                (0i64..).map(Value::int).zip(items.iter().cloned()).collect()
            }
            Kind::Set(items) => items.iter().map(|item| (item.clone(), item.clone())).collect(),
            Kind::Map(entries) | Kind::Object(entries) => entries
                .iter()
                .map(|(key, value)| (Value::string(key.clone()), value.clone()))
                .collect(),
            Kind::Null => {
                return wrong(
                    "`for_each` of a dynamic block is null, it needs a collection".into(),
                );
            }
            Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
                let ty = collection.ty();
                return wrong(format!("`for_each` of a dynamic block is a {ty}, not a collection"));
            }
        };
        if let Err(problem) = self.count_rounds(pairs.len()) {
            return wrong_as(problem);
        }
        let rounds = pairs.into_iter().map(|(key, value)| {
            let (key, value) = (key.with_marks(marks), value.with_marks(marks));
            let entries = vec![(Key::from("key"), key), (Key::from("value"), value)];
            let mut bound = bound.clone();
            bound.push((Key::from(iterator), Value::object(entries)));
            let label = self.label(body, &bound);
            Round { content, label, bound, marks }
        });
        Rounds::Known(rounds.collect())
    }

    fn label(&self, body: Body<'_>, bound: &Bound) -> Option<Key> {
        let labels = self.evaluate(body.attribute("labels")?.expr(), bound);
        labels.as_elements()?.first()?.as_str().map(Key::from)
    }

    /// The one element that stands for blocks whose number is not known, where the provider has an
    /// attribute in their place: what the content sets is unknown, the rest is absent.
    pub(super) fn unknown_element(&self, content: Block<'_>, unknown: &NotKnown) -> Value {
        let names = content.body().attributes().map(|attribute| Key::from(attribute.name()));
        let entries: Vec<_> = names.map(|name| (name, unknown.value(Type::Any))).collect();
        Value::object(entries)
            .with_marks(unknown.marks)
            .with_origin(self.evaluation.library.trees.of_block(content))
    }
}
