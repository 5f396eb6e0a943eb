//! Facts about clouds as pure functions over values: what a policy document says.

mod aws_policy_document;
mod google_policy;

pub use aws_policy_document::aws_policy_document;
pub use google_policy::google_policy;

use std::sync::Arc;

use crate::value::{Content, Document, Key, Kind, Text, Type, Unknown, Value};

fn field<'v>(entries: &'v [(Key, Value)], name: &str) -> Option<&'v Value> {
    entries.iter().rev().find(|(key, _)| &**key == name).map(|(_, value)| value)
}

/// A string that holds a document: known with its content, or unknown with the part that is known.
fn document_string(content: Value, text: impl FnOnce(&Value) -> String) -> Value {
    let marks = content.deep_marks();
    let origin = content.origin();
    let value = match content.first_unknown() {
        Some(unknown) => {
            let mut result = Unknown::new(Type::String, unknown.reason.clone()).not_null();
            result.document = Some(content);
            Value::unknown(result)
        }
        None => {
            let document =
                Document { text: text(&content).into(), content: Content::Value(content) };
            Value::new(Kind::String(Text::Document(Arc::new(document))))
        }
    };
    value.with_marks(marks).with_origin(origin)
}

/// What a known string holds as JSON; nothing when it does not.
fn json_content(value: &Value) -> Option<Value> {
    let Kind::String(text) = value.kind() else { return None };
    if let Text::Document(document) = text
        && let Content::Value(content) = &document.content
    {
        return Some(content.clone());
    }
    crate::value::from_json(text.as_str()).ok()
}
