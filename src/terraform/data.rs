//! Data sources whose result follows from their arguments alone.

use crate::cloud;
use crate::value::{Key, Value};

/// Replaces the computed attributes of a data source where its arguments tell them.
pub fn read(resource_type: &str, entries: &mut Vec<(Key, Value)>) {
    let document = match resource_type {
        "aws_iam_policy_document" => cloud::aws_policy_document(entries),
        "google_iam_policy" => cloud::google_policy(entries),
        _ => return,
    };
    let names: &[&str] = match resource_type {
        "aws_iam_policy_document" => &["json", "minified_json"],
        _ => &["policy_data"],
    };
    for name in names {
        entries.retain(|(key, _)| &**key != *name);
        entries.push((Key::from(*name), document.clone()));
    }
}
