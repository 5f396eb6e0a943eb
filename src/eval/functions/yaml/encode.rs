//! Values as YAML: keys and strings in double quotes, text of several lines as blocks, long strings
//! folded at spaces after column 80.

use std::fmt::Write;

use crate::value::{Entries, Kind, Value};

/// Columns after which a string is folded.
const WIDTH: usize = 80;
/// Bytes of a key that still stands on one line with its value.
const SIMPLE_KEY: usize = 128;

/// The value as a YAML document.
pub(super) fn encode(value: &Value) -> String {
    let mut writer = Writer { out: String::new(), column: 0 };
    writer.value(value, None);
    if !writer.out.ends_with('\n') {
        writer.line();
    }
    // A document that is one bare word or number is closed explicitly.
    if matches!(value.kind(), Kind::Null | Kind::Bool(_) | Kind::Number(_)) {
        writer.out.push_str("...\n");
    }
    writer.out
}

struct Writer {
    out: String,
    column: usize,
}

impl Writer {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    fn indent(&mut self, indent: usize) {
        self.push(&" ".repeat(indent));
    }

    /// Writes a value at the cursor; `indent` is that of the collection it stands in.
    fn value(&mut self, value: &Value, indent: Option<usize>) {
        match value.kind() {
            Kind::Null | Kind::Unknown(_) => self.push("null"),
            Kind::Bool(b) => self.push(if *b { "true" } else { "false" }),
            Kind::Number(number) => self.push(&number.to_string()),
            Kind::String(text) => self.string(text.as_str(), indent.map_or(2, |n| n + 2)),
            Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) if items.is_empty() => {
                self.push("[]");
            }
            Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => {
                self.sequence(items, indent.map_or(0, |n| n + 2));
            }
            Kind::Map(entries) | Kind::Object(entries) if entries.is_empty() => self.push("{}"),
            Kind::Map(entries) | Kind::Object(entries) => {
                self.mapping(entries, indent.map_or(0, |n| n + 2));
            }
        }
    }

    /// The first element stands at the cursor.
    fn sequence(&mut self, items: &[Value], indent: usize) {
        for (n, item) in items.iter().enumerate() {
            if n > 0 {
                self.next_line(indent);
            }
            self.push("- ");
            self.value(item, Some(indent));
        }
    }

    /// The first entry stands at the cursor.
    fn mapping(&mut self, entries: &Entries, indent: usize) {
        for (n, (key, value)) in entries.iter().enumerate() {
            if n > 0 {
                self.next_line(indent);
            }
            if key.contains('\n') || key.len() > SIMPLE_KEY {
                self.push("? ");
                self.string(key, indent + 2);
                self.next_line(indent);
                self.push(": ");
                self.value(value, Some(indent));
                continue;
            }
            self.quoted(key, None);
            self.push(":");
            self.entry_value(value, indent);
        }
    }

    /// A sequence stands below its key at the same indent, a mapping two deeper.
    fn entry_value(&mut self, value: &Value, indent: usize) {
        match value.kind() {
            Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) if !items.is_empty() => {
                self.next_line(indent);
                self.sequence(items, indent);
            }
            Kind::Map(entries) | Kind::Object(entries) if !entries.is_empty() => {
                self.next_line(indent + 2);
                self.mapping(entries, indent + 2);
            }
            _ => {
                self.push(" ");
                self.value(value, Some(indent));
            }
        }
    }

    fn next_line(&mut self, indent: usize) {
        if !self.out.ends_with('\n') {
            self.line();
        }
        self.column = 0;
        self.indent(indent);
    }

    fn string(&mut self, text: &str, indent: usize) {
        if text.contains('\n') && may_be_block(text) {
            self.block(text, indent);
        } else {
            self.quoted(text, Some(indent));
        }
    }

    /// `|`, with the indent when the text begins with space, and with what becomes of the breaks at
    /// its end.
    fn block(&mut self, text: &str, indent: usize) {
        self.push("|");
        if text.starts_with([' ', '\n']) {
            self.push("2");
        }
        if !text.ends_with('\n') {
            self.push("-");
        } else if text.ends_with("\n\n") || text == "\n" {
            self.push("+");
        }
        self.line();
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                self.indent(indent);
                self.push(line);
            }
            self.line();
        }
    }

    /// Folded when an indent for the following lines is given.
    fn quoted(&mut self, text: &str, fold: Option<usize>) {
        self.push("\"");
        let mut after_space = false;
        let mut chars = text.chars().peekable();
        let mut first = true;
        while let Some(c) = chars.next() {
            let inside = !first && chars.peek().is_some();
            first = false;
            match fold {
                Some(indent) if c == ' ' && !after_space && self.column > WIDTH && inside => {
                    self.line();
                    self.indent(indent);
                    if chars.peek() == Some(&' ') {
                        self.push("\\");
                    }
                }
                _ => self.push(&escaped(c)),
            }
            after_space = c == ' ';
        }
        self.push("\"");
    }
}

/// Only printable text without space before a break or at the end can be a block.
fn may_be_block(text: &str) -> bool {
    let plain = |c: char| c == '\n' || (is_printable(c) && c != '\t');
    text.chars().all(plain) && !text.contains(" \n") && !text.ends_with(' ')
}

fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

fn escaped(c: char) -> String {
    let short = match c {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\0' => "\\0",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{b}' => "\\v",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\u{1b}' => "\\e",
        '\u{85}' => "\\N",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        c if is_printable(c) => return c.to_string(),
        _ => "",
    };
    if !short.is_empty() {
        return short.to_owned();
    }
    let mut out = String::new();
    let code = u32::from(c);
    match code {
        0..=0xff => write!(out, "\\x{code:02X}"),
        0x100..=0xffff => write!(out, "\\u{code:04X}"),
        _ => write!(out, "\\U{code:08X}"),
    }
    .expect("internal error: a string takes all");
    out
}
