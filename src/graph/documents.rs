//! Policy documents that are read at apply, computed from what the plan knows of their statements.

use std::collections::HashMap;

use crate::terraform::address::Mode;
use crate::terraform::plan::{Make, Names, Path, RawObject, Step, decode_object};
use crate::terraform::{Attributes, read_data_source, schema};
use crate::value::{Cause, Content, Kind, Origin, Reason, Text, Type, Unknown, Value};

use super::reference::{Instance, References, Source};

/// The data sources whose result follows from their arguments.
const TYPES: [&str; 2] = ["aws_iam_policy_document", "google_iam_policy"];

/// How deep documents may be made of documents.
const MAX_DEPTH: usize = 64;

/// The data sources of a plan that are documents, with their results, by number of the instance.
#[derive(Debug, Default)]
pub(super) struct Documents {
    /// `None` while one is being computed: a damaged plan may have cycles.
    computed: HashMap<usize, Option<Value>>,
}

impl Documents {
    pub(super) fn new(references: &References<'_, '_>) -> Self {
        let mut documents = Self::default();
        for (at, instance) in references.instances.iter().enumerate() {
            if is_document(instance) {
                documents.compute(references, at, 0);
            }
        }
        documents
    }

    /// The attributes of a document, when the instance is one.
    pub(super) fn data(&self, at: usize) -> Option<&Value> {
        self.computed.get(&at)?.as_ref()
    }

    /// What is known of an attribute of an instance that holds a document.
    pub(super) fn text(&self, at: usize, path: &[Step]) -> Option<Unknown> {
        let [Step::Name(name)] = path else { return None };
        let value = self.data(at)?.get(name)?;
        match value.kind() {
            Kind::Unknown(unknown) => unknown.document.is_some().then(|| unknown.as_ref().clone()),
            // Known only to us: to the plan, the whole result is unknown until apply.
            Kind::String(Text::Document(document)) => match &document.content {
                Content::Value(content) => {
                    let reason = Reason::new(Cause::DataSource, &**name, None);
                    let mut unknown = Unknown::new(Type::String, reason).not_null();
                    unknown.document = Some(content.clone());
                    Some(unknown)
                }
                Content::Segments(_) => None,
            },
            _ => None,
        }
    }

    fn compute(&mut self, references: &References<'_, '_>, at: usize, depth: usize) {
        if depth > MAX_DEPTH || self.computed.contains_key(&at) {
            return;
        }
        let Some(instance) = references.instances.get(at).filter(|i| is_document(i)) else {
            return;
        };
        self.computed.insert(at, None);
        let change = instance.change;
        let mut unknown = |path: &Path, ty: Type| {
            let others = match references.source(instance, &path.0) {
                Source::Attribute(other, attribute) => {
                    self.compute(references, other, depth + 1);
                    self.text(other, &attribute)
                }
                Source::Provider | Source::Unclear => None,
            };
            others.unwrap_or_else(|| {
                let subject = format!("{}.{path}", change.address);
                Unknown::new(ty, Reason::new(Cause::ComputedAtApply, subject, None))
            })
        };
        let value = decode(change.change.after_object(), &change.resource_type, &mut unknown);
        self.computed.insert(at, Some(value));
    }
}

fn is_document(instance: &Instance<'_, '_>) -> bool {
    instance.address.mode == Mode::Data
        && instance.change.change.after.is_some()
        && TYPES.contains(&&*instance.address.resource_type)
}

fn decode(
    object: RawObject<'_>,
    resource_type: &str,
    unknown: &mut dyn FnMut(&Path, Type) -> Unknown,
) -> Value {
    let mut make = Make { unknown, origin: &mut |_| Origin::NONE };
    let schema = schema::data_source(resource_type);
    let value = decode_object(object, &Attributes::All, schema, &mut Names::default(), &mut make);
    let Some(entries) = value.as_entries() else { return value };
    let mut entries: Vec<_> = entries.iter().cloned().collect();
    read_data_source(resource_type, &mut entries);
    Value::object(entries).with_marks(value.marks())
}
