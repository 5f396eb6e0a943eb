//! The syntax of a settings file: hcl-rs reads it, and what it refuses is told in our words.
//!
//! It stops at the first mistake, limits nesting by itself, and takes strings over several lines, which
//! Terraform does not: those are refused here.

use std::ops::Range;

use ::hcl::edit::parser::{Error, parse_body};
use ::hcl::edit::structure::Body;

/// In bytes.
const LARGEST: usize = 1 << 20;
/// The parser compares the names of an object with each other, which takes long for very many.
const MOST_ENTRIES: usize = 4096;

/// What is wrong with the syntax, and where.
pub(super) struct Mistake {
    /// The place, in bytes of the text.
    pub at: Range<usize>,
    /// One line.
    pub message: String,
    /// The way out.
    pub hint: Option<&'static str>,
}

/// Reads a text without byte order mark.
pub(super) fn parse(text: &str) -> Result<Body, Mistake> {
    if text.len() > LARGEST {
        let message = "the settings are longer than 1 MiB".to_owned();
        return Err(Mistake { at: 0..0, message, hint: None });
    }
    if let Some(mistake) = looked_over(text) {
        return Err(mistake);
    }
    parse_body(text).map_err(|error| worded(text, &error))
}

fn worded(text: &str, error: &Error) -> Mistake {
    let at = place(text, error);
    let word = &text[at.clone()];
    let said = error.message();
    if said.contains("escape sequence") || said.contains("hex code") {
        return escape(text, at);
    }
    let message = if said.contains("redefined attribute") {
        format!("attribute `{word}` is set twice")
    } else if said.contains("redefined object key") {
        format!("`{word}` is in this object twice")
    } else if said.contains("nesting depth") || said.contains("binary operation") {
        "nested too deeply".to_owned()
    } else {
        format!("{}, expected {}", found(text, word), expected(said))
    };
    Mistake { at, message, hint: None }
}

/// The parser stops after the first letters of an escape sequence.
fn escape(text: &str, at: Range<usize>) -> Mistake {
    let start = text[..at.start].rfind('\\').unwrap_or(at.start);
    let message = format!("`{}` is no escape sequence", &text[start..at.start]);
    Mistake { at: start..at.start, message, hint: Some("a backslash is written `\\\\`") }
}

fn found(text: &str, word: &str) -> String {
    match word {
        "" if text.is_empty() => "empty file".to_owned(),
        "" => "end of file".to_owned(),
        "\n" | "\r" => "end of line".to_owned(),
        _ if word.contains(char::is_control) => format!("found `{}`", word.escape_default()),
        _ => format!("found `{word}`"),
    }
}

/// What the parser says it expected, where that can be said better.
fn expected(said: &str) -> &str {
    const BETTER: [(&str, &str); 7] = [
        ("invalid expression;", "a value"),
        ("invalid structure;", "`=` or `{`"),
        ("invalid block body;", "an argument or `}`"),
        ("invalid object item;", "`,`, a new line or `}`"),
        ("expected `]`", "`,` or `]`"),
        ("newline", "the end of the line"),
        ("unexpected token", "a setting or a value"),
    ];
    let better = BETTER.iter().find(|(part, _)| said.contains(part)).map(|(_, better)| *better);
    better.or_else(|| said.split_once("expected ").map(|(_, rest)| rest)).unwrap_or(said)
}

/// The word or sign at which the parser stopped; empty at the end of the file.
fn place(text: &str, error: &Error) -> Range<usize> {
    let offset = error.location().offset();
    let end = text.len()..text.len();
    let line = text.as_bytes()[..offset.min(text.len())].iter().rposition(|byte| *byte == b'\n');
    let line = line.map_or(0, |newline| newline + 1);
    // Beyond the last byte, only the column tells it.
    let column = text.get(line..=offset).map_or(offset + 1 - line, |line| line.chars().count());
    if error.location().column() > column {
        return end;
    }
    let Some(rest) = text.get(offset..) else { return end };
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let length = match rest.chars().next() {
        None => return end,
        Some(first) if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
        Some('"') => closing(rest.as_bytes(), 0).map_or(1, |after| after),
        Some(first) => first.len_utf8(),
    };
    offset..offset + length
}

/// What is wrong and the parser would not say, or only after long: a string that does not end on its line,
/// and very many entries between braces.
///
/// After a heredoc or a template, which no setting may be, signs are counted and nothing else: their rules
/// are not known here.
fn looked_over(text: &str) -> Option<Mistake> {
    let bytes = text.as_bytes();
    let end_of_line = |at: usize| text[at..].find(['\r', '\n']).map_or(text.len(), |end| at + end);
    let mut entries: Vec<usize> = Vec::new();
    let (mut at, mut is_plain) = (0, true);
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'#', _) | (b'/', Some(b'/')) if is_plain => at = end_of_line(at),
            (b'/', Some(b'*')) if is_plain => at += 4 + text[at + 2..].find("*/")?,
            (b'"', _) if is_plain => match closing(bytes, at) {
                Some(after) => at = after,
                None if is_template(&bytes[at..]) => is_plain = false,
                None => return Some(unclosed(at..end_of_line(at))),
            },
            (sign, next) => {
                is_plain &= (*sign, next) != (b'<', Some(&b'<'));
                match sign {
                    b'{' => entries.push(0),
                    b'}' => drop(entries.pop()),
                    b'=' | b':' => entries.last_mut().into_iter().for_each(|count| *count += 1),
                    _ => {}
                }
                if entries.last().is_some_and(|count| *count > MOST_ENTRIES) {
                    let message = format!("more than {MOST_ENTRIES} entries between braces");
                    return Some(Mistake { at: at..at + 1, message, hint: None });
                }
                at += 1;
            }
        }
    }
    None
}

fn unclosed(at: Range<usize>) -> Mistake {
    let message = "string is not closed on its line".to_owned();
    Mistake { at, message, hint: Some("a line break in a string is written `\\n`") }
}

/// The place after the string that opens at `at`; nothing when it is a template or its line ends first.
fn closing(bytes: &[u8], mut at: usize) -> Option<usize> {
    at += 1;
    loop {
        match &bytes[at.min(bytes.len())..] {
            [] | [b'\n', ..] | [b'$' | b'%', b'{', ..] => return None,
            [b'"', ..] => return Some(at + 1),
            [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => at += 3,
            [b'\\', b'\n', ..] => return None,
            [b'\\', ..] => at += 2,
            _ => at += 1,
        }
    }
}

/// Whether `${` or `%{` comes before the line ends.
fn is_template(string: &[u8]) -> bool {
    let line = string.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.windows(2).any(|pair| matches!(pair, b"${" | b"%{"))
}
