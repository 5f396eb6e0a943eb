//! `planward new policy`: a policy and its test that pass from the start.

use std::fmt::Write;

use crate::cli::Outcome;
use crate::cli::args::NewPolicyArgs;
use crate::cli::disk::{self, as_typed};
use crate::finding::PolicyId;
use crate::terraform::config::join;
use crate::terraform::schema::{self, TypeKind};
use crate::value::Type;

/// Writes the two files. Files that are there stay as they are.
pub(in crate::cli) fn policy(args: &NewPolicyArgs) -> Outcome {
    let id = match PolicyId::parse(&args.name) {
        Ok(id) => id,
        Err(problem) => return mistake(&problem.message, problem.hint.as_deref()),
    };
    let known = schema::resource(&args.resource_type);
    if known.is_none()
        && let Some(close) = schema::did_you_mean_resource(&args.resource_type)
    {
        let message = format!("there is no resource type `{}`", args.resource_type);
        return mistake(&message, Some(&format!("did you mean `{close}`?")));
    }
    let sample = sample(&args.resource_type);
    let files = [
        (format!("{id}.policy.hcl"), policy_text(&id, &args.resource_type, &sample)),
        (format!("{id}.policytest.hcl"), test_text(&id, &args.resource_type, &sample)),
    ];
    let folder = as_typed(&args.folder);
    let paths = files.map(|(name, text)| (join(&folder, &name), text));
    if let Some((path, _)) = paths.iter().find(|(path, _)| disk::exists(path)) {
        return mistake(&format!("`{path}` is there already"), None);
    }
    let mut stdout = String::new();
    for (path, text) in &paths {
        if let Err(why) = disk::write_new(path, text) {
            return mistake(&format!("`{path}` cannot be written: {why}"), None);
        }
        let _ = writeln!(stdout, "wrote {path}");
    }
    let _ = writeln!(stdout, "next: planward test {folder}");
    Outcome { stdout, stderr: String::new(), code: 0 }
}

fn mistake(message: &str, hint: Option<&str>) -> Outcome {
    let mut stderr = format!("error: {message}\n");
    if let Some(hint) = hint {
        let _ = writeln!(stderr, "  hint: {hint}");
    }
    Outcome { stdout: String::new(), stderr, code: 2 }
}

/// An attribute to begin with, and a value that it may have.
struct Sample {
    attribute: &'static str,
    value: &'static str,
}

/// Labels, where resources of the type have them; else the first simple attribute, better one that may
/// be absent.
fn sample(resource_type: &str) -> Sample {
    const FALLBACK: Sample = Sample { attribute: "name", value: "\"example\"" };
    let Some(schema) = schema::resource(resource_type) else { return FALLBACK };
    for attribute in ["tags", "labels"] {
        if schema.attribute(attribute).is_some_and(|attr| attr.kind() == TypeKind::Map) {
            return Sample { attribute, value: "{ owner = \"team-a\" }" };
        }
    }
    let usable = |attr: &schema::Attribute| {
        !attr.is_sensitive() && !attr.is_deprecated() && !attr.is_write_only()
    };
    let sample = |attr: schema::Attribute| {
        Some(Sample { attribute: attr.name(), value: example(&attr.ty())? })
    };
    let optional = schema.attributes().filter(|a| usable(a) && a.is_optional() && !a.is_computed());
    let required = schema.attributes().filter(|a| usable(a) && a.is_required());
    let found = optional.chain(required).find_map(sample);
    found.unwrap_or(Sample { attribute: "id", value: "\"example\"" })
}

/// A value of a simple type.
fn example(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::String => Some("\"example\""),
        Type::Number => Some("1"),
        Type::Bool => Some("true"),
        Type::List(of) | Type::Set(of) if **of == Type::String => Some("[\"example\"]"),
        Type::Map(of) if **of == Type::String => Some("{ key = \"example\" }"),
        _ => None,
    }
}

fn policy_text(id: &PolicyId, resource_type: &str, sample: &Sample) -> String {
    let attribute = sample.attribute;
    let block = block_name(id);
    format!(
        r#"# ---
# id          = "{id}"
# title       = "{resource_type} has no {attribute}"
# severity    = "medium"
# theme       = "other"
# description = "Why this matters."
# remediation = "set `{attribute}`"
# ---

policy {{}}

resource_policy "{resource_type}" "{block}" {{
  enforce {{
    condition     = core::try(attrs.{attribute}, null) != null
    error_message = "`{attribute}` is not set"
  }}
}}
"#
    )
}

fn test_text(id: &PolicyId, resource_type: &str, sample: &Sample) -> String {
    let Sample { attribute, value } = sample;
    format!(
        r#"policytest {{
  targets = ["{id}.policy.hcl"]
}}

resource "{resource_type}" "good" {{
  attrs = {{ {attribute} = {value} }}
}}

resource "{resource_type}" "bad" {{
  expect_failure = true
  attrs          = {{ {attribute} = null }}
}}
"#
    )
}

/// A name of a block out of an id.
fn block_name(id: &PolicyId) -> String {
    let name: String =
        id.as_str().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("p{name}") } else { name }
}
