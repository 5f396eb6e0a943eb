//! Data sources whose result follows from their arguments alone.

use crate::cloud;
use crate::value::{Key, Value};

/// Whether the result of a data source follows from its arguments.
pub(super) fn is_computed(resource_type: &str) -> bool {
    matches!(resource_type, "aws_iam_policy_document" | "google_iam_policy")
}

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
        let text = match document.as_str() {
            Some(text) if *name == "minified_json" => {
                Value::string(minified(text)).with_marks(document.marks())
            }
            _ => document.clone(),
        };
        entries.push((Key::from(*name), text.with_origin(document.origin())));
    }
}

/// JSON text without the white space between its parts.
fn minified(json: &str) -> String {
    let mut kept = String::with_capacity(json.len());
    let (mut in_string, mut is_escaped) = (false, false);
    for c in json.chars() {
        if in_string || !c.is_ascii_whitespace() {
            kept.push(c);
        }
        in_string ^= c == '"' && !is_escaped;
        is_escaped = in_string && c == '\\' && !is_escaped;
    }
    kept
}

#[cfg(test)]
mod tests {
    #[test]
    fn minified_keeps_what_stands_in_strings() {
        let json = "{\n  \"a b\": [\n    \"c \\\" d\",  \"\\\\\" ]\n}";
        assert_eq!(super::minified(json), "{\"a b\":[\"c \\\" d\",\"\\\\\"]}");
    }
}
