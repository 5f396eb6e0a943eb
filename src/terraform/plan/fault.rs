//! What is wrong in a plan's JSON, told with its byte offset and its path.
//!
//! serde_json knows a line and a column; a plan is one line, so people get the offset and
//! `resource_changes[3].change.actions`. What its messages quote of the file is left out: it could
//! be a value that a mask we never reached marks sensitive.

use std::fmt::Write;

use crate::diag::Diagnostic;

/// Something wrong at a byte of the plan.
#[derive(Debug)]
pub(super) struct Fault {
    message: String,
    offset: usize,
    path: String,
}

impl Fault {
    /// The fault serde_json found in `part`, which begins at byte `base` of the plan and has the
    /// path `prefix` there.
    pub(super) fn new(part: &str, base: usize, prefix: &str, error: &serde_json::Error) -> Self {
        let reached = offset_of(part, error);
        let trace = Trace::of(part, reached);
        let (offset, message) = if error.is_eof() {
            (part.len(), "the plan ends too early".to_owned())
        } else if error.is_data() {
            (trace.value_start, words(error))
        } else {
            (reached.saturating_sub(1), format!("the plan is not valid JSON: {}", words(error)))
        };
        let dot = if prefix.is_empty() || trace.path.is_empty() { "" } else { "." };
        Self { message, offset: base + offset, path: format!("{prefix}{dot}{}", trace.path) }
    }

    /// A side or mask of the change with that number is no object.
    pub(super) fn no_object(part: &str, offset: usize, number: usize, name: &str) -> Self {
        let found = match part.as_bytes().first() {
            Some(b'[') => "an array",
            Some(b'{') => "an object",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "a bool",
            _ => "a number",
        };
        let message = format!("found {found}, expected an object");
        let path = format!("resource_changes[{number}].change.{name}");
        Self { message, offset, path }
    }

    /// As an error about the whole plan or one entry of it.
    pub(super) fn into_diagnostic(self, text: &str) -> Diagnostic {
        let Self { mut message, offset, path } = self;
        let _ = write!(message, ", at byte {offset}");
        if let Some((line, column)) = line_and_column(text, offset) {
            let _ = write!(message, " (line {line}, column {column})");
        }
        if !path.is_empty() {
            let _ = write!(message, ", in `{path}`");
        }
        Diagnostic::error(message)
    }
}

/// The byte that serde_json had reached.
fn offset_of(part: &str, error: &serde_json::Error) -> usize {
    let line_start = match error.line().saturating_sub(2) {
        _ if error.line() < 2 => 0,
        n => memchr::memchr_iter(b'\n', part.as_bytes()).nth(n).map_or(0, |at| at + 1),
    };
    (line_start + error.column()).min(part.len())
}

/// serde_json's message without the place and without the quoted value.
fn words(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.rfind(" at line ").and_then(|at| message.get(..at)).unwrap_or(&message);
    let Some(found) = ["invalid type: ", "invalid value: "]
        .into_iter()
        .find_map(|prefix| message.strip_prefix(prefix))
    else {
        return message.to_owned();
    };
    let kind = found.split(['"', '`', ',']).next().unwrap_or_default().trim_end();
    let kind = match kind {
        "sequence" => "an array",
        "map" => "an object",
        "string" => "a string",
        "boolean" => "a bool",
        "null" => "null",
        _ => "a number",
    };
    let expected = found.rfind(", expected ").and_then(|at| found.get(at + 11..));
    let expected = match expected {
        Some("a sequence") => "an array",
        Some("a map") => "an object",
        Some("a boolean") => "a bool",
        Some(words) => words,
        None => "something else",
    };
    format!("found {kind}, expected {expected}")
}

/// Line and column from 1, when the text before its last line break has more than one line.
fn line_and_column(text: &str, offset: usize) -> Option<(usize, usize)> {
    text.trim_end().contains('\n').then_some(())?;
    let before = text.get(..offset)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1;
    Some((line, before.get(line_start..)?.chars().count() + 1))
}

/// Where in the structure an offset lies.
struct Trace {
    path: String,
    /// Where the value begins that ends there, or stands there.
    value_start: usize,
}

/// An array or object that is open; `begin` is where it began.
struct Open {
    begin: usize,
    /// Elements passed, when it is an array.
    index: Option<usize>,
    /// The name before the value, as written.
    name: (usize, usize),
}

impl Trace {
    /// Reads up to `offset`, which may lie anywhere and behind anything.
    fn of(text: &str, offset: usize) -> Self {
        let bytes = text.as_bytes();
        let mut open: Vec<Open> = Vec::new();
        let mut last = None;
        let mut at = 0;
        while at < offset.min(bytes.len()) {
            let start = at;
            at += 1;
            match bytes[start] {
                b'{' => open.push(Open { begin: start, index: None, name: (0, 0) }),
                b'[' => open.push(Open { begin: start, index: Some(0), name: (0, 0) }),
                b'}' | b']' => {
                    last = open.pop().map(|closed| closed.begin);
                    continue;
                }
                b',' => match open.last_mut() {
                    Some(Open { index: Some(index), .. }) => *index += 1,
                    Some(object) => object.name = (0, 0),
                    None => {}
                },
                b'"' => {
                    at = string_end(bytes, at);
                    let is_name = |object: &&mut Open| object.index.is_none() && object.name.1 == 0;
                    match open.last_mut().filter(is_name) {
                        Some(object) if at <= offset => object.name = (start + 1, at - 1),
                        Some(_) => {}
                        None => last = Some(start),
                    }
                    continue;
                }
                byte if is_scalar_part(Some(&byte)) => {
                    while at < offset && is_scalar_part(bytes.get(at)) {
                        at += 1;
                    }
                    last = Some(start);
                    continue;
                }
                _ => continue,
            }
            last = None;
        }
        Self { path: path_of(text, &open), value_start: last.unwrap_or(at) }
    }
}

fn is_scalar_part(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-+.".contains(byte))
}

/// The byte after the closing quote of a string whose inside begins at `at`; past the end when there is
/// no closing quote.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes.get(at) == Some(&b'"') {
            return at + 1;
        }
        at += 2;
    }
    bytes.len() + 1
}

/// So much of a path is shown: real plans are not that deep.
const SHOWN_DEPTH: usize = 40;

fn path_of(text: &str, open: &[Open]) -> String {
    let mut path = String::new();
    for (depth, frame) in open.iter().enumerate() {
        if depth == SHOWN_DEPTH {
            path.push_str("...");
            break;
        }
        match frame.index {
            Some(index) => {
                let _ = write!(path, "[{index}]");
            }
            None if frame.name.1 == 0 => {}
            None => {
                let dot = if path.is_empty() { "" } else { "." };
                let name = text.get(frame.name.0..frame.name.1).unwrap_or("?");
                let _ = write!(path, "{dot}{name}");
            }
        }
    }
    path
}
