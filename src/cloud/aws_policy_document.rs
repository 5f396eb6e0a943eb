//! `data "aws_iam_policy_document"` as the AWS provider computes it.
//!
//! Source of the rules: the provider's documentation of the data source, and its renderings. Source
//! documents come first; an own statement replaces one with the same sid, else follows; override
//! documents replace by sid, else follow. Statements keep the origins of their blocks, so that a
//! policy over the document points into the configuration.

use crate::value::{Key, Kind, Origin, Type, Unknown, Value, order};

use super::{document_string, field, json_content};

/// The document that the arguments of the data source make, as the string in `json`.
#[must_use]
pub fn aws_policy_document(arguments: &[(Key, Value)]) -> Value {
    let mut statements = Vec::new();
    let mut undecided = None;
    let own = own_statements(arguments, &mut undecided);
    for name in ["source_json", "source_policy_documents"] {
        for statement in given(arguments, name, &mut undecided) {
            statements.push(statement);
        }
    }
    for statement in own {
        place(&mut statements, statement);
    }
    for name in ["override_json", "override_policy_documents"] {
        for statement in given(arguments, name, &mut undecided) {
            place(&mut statements, statement);
        }
    }
    if let Some(unknown) = undecided {
        // More statements may come, and may replace these: nothing is certain.
        return Value::unknown(Unknown::new(Type::String, unknown.reason.clone()).not_null());
    }
    let version = field(arguments, "version").filter(|version| !version.is_null());
    let mut content = vec![
        (Key::from("Statement"), Value::tuple(statements)),
        (Key::from("Version"), version.cloned().unwrap_or_else(|| Value::from("2012-10-17"))),
    ];
    if let Some(id) = field(arguments, "policy_id").filter(|id| is_set(id)) {
        content.push((Key::from("Id"), id.clone()));
    }
    document_string(Value::object(content), render)
}

/// Puts a statement in the place of the one with its sid, or at the end.
fn place(statements: &mut Vec<Value>, statement: Value) {
    let sid = statement.get("Sid").and_then(Value::as_str).filter(|sid| !sid.is_empty());
    let same = sid.and_then(|sid| {
        statements.iter().position(|other| other.get("Sid").and_then(Value::as_str) == Some(sid))
    });
    match same.and_then(|at| statements.get_mut(at)) {
        Some(other) => *other = statement,
        None => statements.push(statement),
    }
}

/// Statements of the documents that an argument gives as JSON strings.
fn given(arguments: &[(Key, Value)], name: &str, undecided: &mut Option<Unknown>) -> Vec<Value> {
    let Some(value) = field(arguments, name) else { return Vec::new() };
    let documents = match value.kind() {
        Kind::Unknown(unknown) if unknown.document.is_none() && name.ends_with("documents") => {
            undecided.get_or_insert_with(|| (**unknown).clone());
            return Vec::new();
        }
        _ => value.as_elements().map_or_else(|| vec![value.clone()], <[Value]>::to_vec),
    };
    let mut statements = Vec::new();
    for document in documents {
        let content = match document.kind() {
            Kind::Unknown(unknown) => match &unknown.document {
                Some(content) => Some(content.clone()),
                // An attribute that is not given is computed in the schema's eyes; it stays out.
                None if !name.ends_with("documents") => None,
                None => {
                    undecided.get_or_insert_with(|| (**unknown).clone());
                    None
                }
            },
            _ => json_content(&document),
        };
        let statement = content.as_ref().and_then(|content| content.get("Statement")).cloned();
        match statement {
            Some(list) if list.as_elements().is_some() => {
                statements.extend(list.as_elements().unwrap_or_default().iter().cloned());
            }
            Some(one) => statements.push(one),
            None => {}
        }
    }
    statements
}

fn own_statements(arguments: &[(Key, Value)], undecided: &mut Option<Unknown>) -> Vec<Value> {
    let Some(blocks) = field(arguments, "statement") else { return Vec::new() };
    if let Some(unknown) = blocks.as_unknown() {
        undecided.get_or_insert_with(|| unknown.clone());
    }
    blocks.as_elements().unwrap_or_default().iter().map(statement).collect()
}

fn statement(block: &Value) -> Value {
    let mut content: Vec<(Key, Value)> = Vec::new();
    let mut add = |name: &str, value: Value| content.push((Key::from(name), value));
    if let Some(sid) = block.get("sid").filter(|sid| is_set(sid)) {
        add("Sid", sid.clone());
    }
    let effect = block.get("effect").filter(|effect| is_set(effect));
    add(
        "Effect",
        effect.cloned().unwrap_or_else(|| Value::from("Allow").with_origin(block.origin())),
    );
    for (name, element) in [
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ] {
        if let Some(value) = block.get(name).and_then(one_or_many) {
            let value = if name.ends_with("resources") { variables(&value) } else { value };
            add(element, value);
        }
    }
    for (name, element) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if let Some(value) = block.get(name).and_then(principals) {
            add(element, value);
        }
    }
    if let Some(value) = block.get("condition").and_then(conditions) {
        add("Condition", value);
    }
    Value::object(content).with_origin(block.origin())
}

/// Given and neither null nor empty; what is unknown counts as given.
fn is_set(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

/// A list as policies write it: one element stands alone, several in descending order.
fn one_or_many(value: &Value) -> Option<Value> {
    if value.is_unknown() {
        return Some(value.clone());
    }
    let elements = value.as_elements()?;
    let mut sorted: Vec<Value> = elements.to_vec();
    sorted.sort_by(|a, b| order(b, a));
    match sorted.as_slice() {
        [] => None,
        [one] => Some(one.clone().or_origin(value.origin())),
        _ => Some(Value::tuple(sorted).with_origin(value.origin())),
    }
}

/// `&{aws:username}` is the data source's spelling of an IAM variable.
fn variables(value: &Value) -> Value {
    let kind = match value.kind() {
        Kind::String(text) if text.as_str().contains("&{") => {
            let text = text.as_str().replace("&{", "${");
            return Value::string(text).with_origin(value.origin()).with_marks(value.marks());
        }
        Kind::Tuple(items) => Kind::Tuple(items.iter().map(variables).collect()),
        _ => return value.clone(),
    };
    Value::new(kind).with_origin(value.origin()).with_marks(value.marks())
}

fn principals(blocks: &Value) -> Option<Value> {
    if blocks.is_unknown() {
        return Some(blocks.clone());
    }
    let mut by_type: Vec<(Key, Vec<Value>, Origin)> = Vec::new();
    for block in blocks.as_elements()? {
        let (Some(kind), Some(identifiers)) = (block.get("type"), block.get("identifiers")) else {
            continue;
        };
        let Some(kind) = kind.as_str() else { return Some(kind.clone()) };
        let Some(elements) = identifiers.as_elements() else { return Some(identifiers.clone()) };
        if let [one] = elements
            && kind == "*"
            && one.as_str() == Some("*")
        {
            return Some(one.clone().or_origin(identifiers.origin()).or_origin(block.origin()));
        }
        match by_type.iter_mut().find(|(known, ..)| &**known == kind) {
            Some((_, known, _)) => known.extend(elements.iter().cloned()),
            None => by_type.push((Key::from(kind), elements.to_vec(), identifiers.origin())),
        }
    }
    let entries: Vec<(Key, Value)> = by_type
        .into_iter()
        .filter_map(|(kind, identifiers, origin)| {
            let identifiers = Value::tuple(identifiers).with_origin(origin);
            one_or_many(&identifiers).map(|value| (kind, value))
        })
        .collect();
    // Blocks have places, the list of them has none.
    let first = blocks.as_elements().and_then(<[Value]>::first).map_or(Origin::NONE, Value::origin);
    (!entries.is_empty()).then(|| Value::object(entries).with_origin(first))
}

/// The values of each condition key.
type ByVariable = Vec<(Key, Vec<Value>)>;

fn conditions(blocks: &Value) -> Option<Value> {
    if blocks.is_unknown() {
        return Some(blocks.clone());
    }
    let mut by_test: Vec<(Key, ByVariable)> = Vec::new();
    let mut first = Origin::NONE;
    for block in blocks.as_elements()? {
        let (Some(test), Some(variable), Some(values)) =
            (block.get("test"), block.get("variable"), block.get("values"))
        else {
            continue;
        };
        let (Some(test), Some(variable)) = (test.as_str(), variable.as_str()) else {
            return [test, variable].into_iter().find(|v| v.is_unknown()).cloned();
        };
        let values: Vec<Value> = match values.as_elements() {
            Some(values) => values.iter().map(variables).collect(),
            None => vec![values.clone()],
        };
        if !first.is_some() {
            first = block.origin();
        }
        if !by_test.iter().any(|(known, _)| &**known == test) {
            by_test.push((Key::from(test), Vec::new()));
        }
        let Some((_, by_variable)) = by_test.iter_mut().find(|(known, _)| &**known == test) else {
            continue;
        };
        match by_variable.iter_mut().find(|(known, _)| &**known == variable) {
            Some((_, known)) => known.extend(values),
            None => by_variable.push((Key::from(variable), values)),
        }
    }
    let entries: Vec<(Key, Value)> = by_test
        .into_iter()
        .map(|(test, by_variable)| {
            let inner: Vec<(Key, Value)> = by_variable
                .into_iter()
                .map(|(variable, mut values)| {
                    let value =
                        if values.len() == 1 { values.remove(0) } else { Value::tuple(values) };
                    (variable, value)
                })
                .collect();
            (test, Value::object(inner).with_origin(first))
        })
        .collect();
    (!entries.is_empty()).then(|| Value::object(entries).with_origin(first))
}

/// The text as the provider writes it: indented by two, members in the provider's order.
fn render(content: &Value) -> String {
    const ORDER: [&str; 12] = [
        "Version",
        "Id",
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "NotPrincipal",
        "Condition",
        "Statement",
    ];
    fn write(value: &Value, indent: usize, ordered: usize, out: &mut String) {
        let pad = |n: usize| "  ".repeat(n);
        match value.kind() {
            Kind::Object(entries) => {
                let mut entries: Vec<&(Key, Value)> = entries.iter().collect();
                if ordered > 0 {
                    entries.sort_by_key(|(name, _)| ORDER.iter().position(|o| *o == &**name));
                }
                out.push('{');
                for (n, (name, item)) in entries.iter().enumerate() {
                    out.push_str(if n > 0 { ",\n" } else { "\n" });
                    out.push_str(&pad(indent + 1));
                    out.push_str(&crate::value::to_json(&Value::string(name.clone())));
                    out.push_str(": ");
                    let inner = if &**name == "Statement" { 1 } else { 0 };
                    write(item, indent + 1, inner, out);
                }
                out.push('\n');
                out.push_str(&pad(indent));
                out.push('}');
            }
            Kind::Tuple(items) if !items.is_empty() => {
                out.push('[');
                for (n, item) in items.iter().enumerate() {
                    out.push_str(if n > 0 { ",\n" } else { "\n" });
                    out.push_str(&pad(indent + 1));
                    write(item, indent + 1, ordered, out);
                }
                out.push('\n');
                out.push_str(&pad(indent));
                out.push(']');
            }
            _ => out.push_str(&crate::value::to_json(value)),
        }
    }
    let mut out = String::new();
    write(content, 0, 1, &mut out);
    out
}
