//! Files that functions read: `file`, `templatefile`, `fileset` and their kin.
//!
//! Only what lies in the root module's folder or in one of its modules is read; what lies elsewhere
//! depends on the machine. Documents and templates whose path can be told beforehand are loaded with
//! the configuration, so that what they say has a place; any other file is read when it is asked for.

use std::fmt;

use crate::eval::{Evaluated, Evaluator, Fault, Scope, functions};
use crate::hcl::{Expr, Kind, Steps};
use crate::text::{FileId, Files, Span, join};
use crate::value::{self, Content, Document, Key, Segment, Text, Value};

use super::scope::below;

/// Where an evaluation finds the files that functions read; by default nowhere.
#[derive(Clone, Copy, Default)]
pub struct Door<'f>(pub(super) Option<&'f dyn Files>);

impl<'f> From<&'f dyn Files> for Door<'f> {
    fn from(files: &'f dyn Files) -> Self {
        Self(Some(files))
    }
}

impl<'f, F: Files> From<&'f F> for Door<'f> {
    fn from(files: &'f F) -> Self {
        Self(Some(files))
    }
}

impl fmt::Debug for Door<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Door").field(&self.0.is_some()).finish()
    }
}

/// Functions that read a document or a template.
pub(super) const READERS: [&str; 2] = ["file", "templatefile"];

/// The path that a call names, and whether it is of a template, when the path follows from the
/// folders alone. The path leads from the root module's folder.
pub(super) fn named(root: &str, folder: &str, call: Expr<'_>) -> Option<(String, bool)> {
    let Kind::Call(call) = call.kind() else { return None };
    let scope = Folders { root, folder };
    let path = Evaluator::new(&scope).evaluate(call.arguments.get(0)?).ok()?;
    Some((path.as_str()?.to_owned(), call.name == "templatefile"))
}

/// A scope of `path.module` and `path.root` and nothing else.
struct Folders<'p> {
    root: &'p str,
    folder: &'p str,
}

impl Scope for Folders<'_> {
    fn resolve<'t>(
        &self,
        root: &str,
        steps: Steps<'t>,
        at: Span,
        _evaluator: &mut Evaluator<'_>,
    ) -> Evaluated<(Value, usize)> {
        match (root, steps.name(0)) {
            ("path", Some("root")) => Ok((Value::from("."), 1)),
            ("path", Some("module")) => Ok((Value::string(below(self.root, self.folder)), 1)),
            _ => Err(Fault::new(crate::diag::Problem::new("not known beforehand"), at)),
        }
    }
}

/// The text of a file as a string. JSON keeps its places, where the file has been loaded as `file`.
pub(super) fn text(text: &str, file: Option<FileId>) -> Value {
    let value = Value::nfc(text);
    let Some(file) = file.filter(|_| is_document(text) && value.as_str() == Some(text)) else {
        return value;
    };
    let Ok(len) = u32::try_from(text.len()) else { return value };
    let segment = Segment { at: 0, span: Span::new(file, 0, len), len, copied: true };
    let document = Document { text: text.into(), content: Content::Segments([segment].into()) };
    Value::new(value::Kind::String(Text::Document(document.into())))
}

/// Whether a text may be JSON.
pub(super) fn is_document(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// What a function makes of the bytes of a file: a hash, or base64. None for other functions.
pub(super) fn digest(function: &str, bytes: &[u8]) -> Option<Value> {
    functions::digest(function.strip_prefix("file")?, bytes)
}

/// The path that a function was given, from where the run began; it leads from the root module's folder.
pub(super) fn resolve(root: &str, given: &str) -> String {
    join(if given.starts_with('/') { "/" } else { root }, given)
}

/// Whether a path lies in one of the folders.
pub(super) fn lies_in<'f>(path: &str, mut folders: impl Iterator<Item = &'f str>) -> bool {
    folders.any(|folder| match folder {
        "" => !path.starts_with('/') && path != ".." && !path.starts_with("../"),
        folder => path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')),
    })
}

/// Whether a file stands at a path.
pub(super) fn exists(files: &dyn Files, path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
    let entries = files.list(folder).unwrap_or_default();
    entries.iter().any(|entry| entry.name == name && !entry.is_folder)
}

/// How many entries of folders `fileset` looks at.
const LIMIT: usize = 20_000;

/// The files below a folder whose path in it matches; `None` when there is too much to look at.
pub(super) fn matching(files: &dyn Files, folder: &str, pattern: &str) -> Option<Vec<Value>> {
    let depth = if pattern.contains("**") { usize::MAX } else { pattern.matches('/').count() };
    let regex = regex::Regex::new(&expression(pattern)).ok()?;
    let (mut found, mut seen) = (Vec::new(), 0);
    let mut open = vec![(String::new(), 0)];
    while let Some((inner, level)) = open.pop() {
        let at = join(folder, &inner);
        for entry in files.list(if at.is_empty() { "." } else { &at }).unwrap_or_default() {
            seen += 1;
            if seen > LIMIT {
                return None;
            }
            let path =
                if inner.is_empty() { entry.name } else { format!("{inner}/{}", entry.name) };
            match entry.is_folder {
                true if level < depth => open.push((path, level + 1)),
                true => {}
                false if regex.is_match(&path) => found.push(Value::string(Key::from(path))),
                false => {}
            }
        }
    }
    Some(found)
}

/// The regular expression of a pattern: `*` and `?` within a name, `**` over folders, `{a,b}`, `[a-z]`.
fn expression(pattern: &str) -> String {
    let mut text = String::from("^");
    let mut rest = pattern;
    let mut braces = 0_u32;
    while let Some(first) = rest.chars().next() {
        let mut used = first.len_utf8();
        match first {
            '*' if rest.starts_with("**/") => {
                text.push_str("(?:[^/]+/)*");
                used = 3;
            }
            '*' if rest.starts_with("**") => {
                text.push_str(".*");
                used = 2;
            }
            '*' => text.push_str("[^/]*"),
            '?' => text.push_str("[^/]"),
            '{' => {
                braces += 1;
                text.push_str("(?:");
            }
            '}' if braces > 0 => {
                braces -= 1;
                text.push(')');
            }
            ',' if braces > 0 => text.push('|'),
            '[' if rest.contains(']') => {
                used = rest.find(']').unwrap_or(0) + 1;
                let class = rest.get(1..used - 1).unwrap_or("").replace('\\', "\\\\");
                let class = class.replacen('!', "^", usize::from(class.starts_with('!')));
                text.push_str(&format!("[{}]", class.replace('[', "\\[").replace('&', "\\&")));
            }
            '\\' => {
                let escaped = rest.chars().nth(1).unwrap_or('\\');
                used = (1 + escaped.len_utf8()).min(rest.len());
                text.push_str(&regex::escape(&escaped.to_string()));
            }
            other => text.push_str(&regex::escape(&other.to_string())),
        }
        rest = rest.get(used..).unwrap_or("");
    }
    text.push('$');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::MemoryFiles;

    #[test]
    fn patterns() {
        let mut files = MemoryFiles::default();
        for path in ["f/a.json", "f/b.yaml", "f/x/a.json", "f/x/y/c.json", "f/[z].txt"] {
            files.insert(path, "");
        }
        let found = |pattern: &str| {
            let mut found: Vec<String> = matching(&files, "f", pattern)
                .unwrap_or_default()
                .iter()
                .filter_map(|value| value.as_str().map(str::to_owned))
                .collect();
            found.sort();
            found.join(" ")
        };
        assert_eq!(found("*.json"), "a.json");
        assert_eq!(found("**/*.json"), "a.json x/a.json x/y/c.json");
        assert_eq!(found("**"), "[z].txt a.json b.yaml x/a.json x/y/c.json");
        assert_eq!(found("{a,b}.{json,yaml}"), "a.json b.yaml");
        assert_eq!(found("[!a].yaml"), "b.yaml");
        assert_eq!(found("*/?.json"), "x/a.json");
        assert_eq!(found("\\[z\\].txt"), "[z].txt");
        assert_eq!(found("x"), "");
    }

    #[test]
    fn folders_that_are_read() {
        let lies = |path, folder: &'static str| lies_in(path, [folder].into_iter());
        assert!(lies("a/b", "") && lies("../m/x", "../m") && lies("/r/x", "/r"));
        assert!(!lies("../a", "") && !lies("/etc/passwd", "") && !lies("modules/x", "mod"));
    }
}
