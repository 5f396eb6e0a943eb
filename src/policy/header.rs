//! Facts about a policy: the comment header between two `# ---` lines, itself HCL.
//!
//! ```hcl
//! # ---
//! # id       = "s3-public-acl"
//! # title    = "S3 bucket is public through its ACL"
//! # severity = "high"
//! # theme    = "public-exposure"
//! # ---
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::diag::Diagnostic;
use crate::finding::{Cloud, PartFacts, PolicyId, Severity, Theme};
use crate::text::{FileId, Span};

/// What a header says, checked.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// The id of the file's policy.
    pub id: PolicyId,
    /// See [`crate::finding::Facts`] for these.
    pub title: String,
    pub severity: Severity,
    pub theme: Theme,
    pub description: String,
    pub remediation: String,
    pub frameworks: BTreeMap<String, Vec<String>>,
    pub aliases: BTreeMap<String, Vec<String>>,
    pub formerly: Vec<PolicyId>,
    pub cloud: Option<Cloud>,
    pub parts: BTreeMap<String, PartFacts>,
}

/// The header as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    title: String,
    severity: String,
    theme: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    remediation: String,
    #[serde(default)]
    frameworks: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    aliases: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    formerly: Vec<String>,
    cloud: Option<String>,
    #[serde(default)]
    parts: BTreeMap<String, WrittenPart>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPart {
    severity: Option<String>,
    title: Option<String>,
    message: Option<String>,
}

/// The lines of a header and where they stand.
struct Lines {
    /// The HCL text, one line for each line of the header.
    text: String,
    /// Offset in the file of each line's text.
    starts: Vec<u32>,
    span: Span,
}

/// Reads the header of a policy file; `None` when it has none.
pub(super) fn read(file: FileId, text: &str) -> Option<Result<Header, Diagnostic>> {
    let lines = find(file, text)?;
    Some(decode(&lines).map_err(|problem| problem.into_diagnostic(file, &lines)))
}

fn find(file: FileId, text: &str) -> Option<Lines> {
    let mut lines = Lines { text: String::new(), starts: Vec::new(), span: Span::new(file, 0, 0) };
    let mut inside = false;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let bare = line.trim_end();
        let Some(comment) = bare.strip_prefix('#') else {
            if bare.is_empty() && !inside {
                continue;
            }
            return None;
        };
        let content = comment.strip_prefix(' ').unwrap_or(comment);
        if content.trim() == "---" {
            if inside {
                lines.span.end = u32::try_from(start + bare.len()).ok()?;
                return Some(lines);
            }
            inside = true;
            lines.span.start = u32::try_from(start).ok()?;
        } else if inside {
            let skipped = bare.len() - content.len();
            lines.starts.push(u32::try_from(start + skipped).ok()?);
            lines.text.push_str(content);
            lines.text.push('\n');
        }
    }
    None
}

/// What is wrong, with the line and column in the header's text, both from 1.
struct Fault {
    message: String,
    hint: Option<String>,
    at: Option<(usize, usize)>,
}

impl Fault {
    fn new(message: String, hint: impl Into<String>) -> Self {
        Self { message, hint: Some(hint.into()), at: None }
    }

    /// The same at the line that sets `name`.
    fn on(mut self, name: &str, text: &str) -> Self {
        let sets = |line: &str| {
            line.trim_start()
                .strip_prefix(name)
                .is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        self.at = text.lines().position(sets).map(|line| (line + 1, 1));
        self
    }

    fn into_diagnostic(self, file: FileId, lines: &Lines) -> Diagnostic {
        let span = self
            .at
            .and_then(|(line, column)| {
                let start = *lines.starts.get(line - 1)?;
                let text = lines.text.lines().nth(line - 1)?;
                let skip = text.chars().take(column - 1).map(char::len_utf8).sum::<usize>();
                let skip = u32::try_from(skip).ok()?;
                let length = u32::try_from(text.len()).ok()?;
                Some(Span::new(file, start + skip.min(length), start + length))
            })
            .unwrap_or(lines.span);
        Diagnostic { hint: self.hint, ..Diagnostic::error(self.message).at(span) }
    }
}

fn decode(lines: &Lines) -> Result<Header, Fault> {
    let text = lines.text.as_str();
    let written: Written = hcl::from_str(text).map_err(|error| match &error {
        hcl::Error::Parse(parse) => {
            let place = parse.location();
            Fault {
                message: format!("header of the policy: {}", parse.message()),
                hint: Some("the header is HCL behind `# `".to_owned()),
                at: Some((place.line(), place.column())),
            }
        }
        other => {
            let message = other.to_string();
            let name = message.split('`').nth(1).unwrap_or_default().to_owned();
            Fault {
                message: format!("header of the policy: {message}"),
                hint: Some("a header needs id, title, severity and theme".to_owned()),
                at: None,
            }
            .on(&name, text)
        }
    })?;
    let id = id_of(&written.id).map_err(|fault| fault.on("id", text))?;
    let theme = Theme::parse(&written.theme).ok_or_else(|| {
        let names: Vec<&str> = Theme::ALL.iter().map(|theme| theme.name()).collect();
        let message = format!("`{}` is not a theme", written.theme);
        Fault::new(message, format!("themes are {}", names.join(", "))).on("theme", text)
    })?;
    let formerly = written
        .formerly
        .iter()
        .map(|former| id_of(former))
        .collect::<Result<_, _>>()
        .map_err(|fault: Fault| fault.on("formerly", text))?;
    let cloud = match &written.cloud {
        None => None,
        Some(cloud) => Some(Cloud::parse(cloud).ok_or_else(|| {
            let message = format!("`{cloud}` is not a cloud");
            Fault::new(message, "clouds are aws, azure, gcp, other").on("cloud", text)
        })?),
    };
    let mut parts = BTreeMap::new();
    for (name, part) in written.parts {
        let severity = match &part.severity {
            Some(name) => Some(severity(name).map_err(|fault| fault.on("severity", text))?),
            None => None,
        };
        parts.insert(name, PartFacts { severity, title: part.title, message: part.message });
    }
    Ok(Header {
        id,
        title: written.title,
        severity: severity(&written.severity).map_err(|fault| fault.on("severity", text))?,
        theme,
        description: written.description.trim().to_owned(),
        remediation: written.remediation.trim().to_owned(),
        frameworks: bare(written.frameworks),
        aliases: bare(written.aliases),
        formerly,
        cloud,
        parts,
    })
}

/// Names as they are written: HCL reads `cis-aws-3.0` as an expression, which comes back as `${...}`.
fn bare(lists: BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let name = |name: String| match name.strip_prefix("${").and_then(|n| n.strip_suffix('}')) {
        Some(inner) => inner.to_owned(),
        None => name,
    };
    lists.into_iter().map(|(key, list)| (name(key), list)).collect()
}

fn id_of(text: &str) -> Result<PolicyId, Fault> {
    PolicyId::parse(text).map_err(|problem| Fault {
        message: problem.message,
        hint: problem.hint,
        at: None,
    })
}

fn severity(name: &str) -> Result<Severity, Fault> {
    Severity::parse(name).ok_or_else(|| {
        let message = format!("`{name}` is not a severity");
        Fault::new(message, "severities are critical, high, medium, low, info")
    })
}
