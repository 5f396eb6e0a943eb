//! What Terraform accepts and rejects, one snippet a line.
//!
//! `fixtures/hcl/accepted.txt` and `rejected.txt` hold one snippet a line with Terraform's verdict.
//! To add a case, add a line.

use planward::hcl;

use crate::{errors, parse};

pub(crate) struct Snippet {
    /// As it stands in the table.
    pub(crate) shown: String,
    pub(crate) bytes: Vec<u8>,
    /// Whether hcl-edit decides otherwise.
    pub(crate) disputed: bool,
}

pub(crate) fn accepted() -> Vec<Snippet> {
    snippets(include_str!("../../fixtures/hcl/accepted.txt"))
}

pub(crate) fn rejected() -> Vec<Snippet> {
    snippets(include_str!("../../fixtures/hcl/rejected.txt"))
}

fn snippets(table: &str) -> Vec<Snippet> {
    table.lines().filter(|line| !line.starts_with('#')).map(snippet).collect()
}

fn snippet(line: &str) -> Snippet {
    let shown = line.get(2..).unwrap_or("").to_owned();
    let bytes = match shown.strip_prefix("bytes ") {
        Some(escaped) => unescape_bytes(escaped),
        None => unescape(&shown).into_bytes(),
    };
    Snippet { shown, bytes, disputed: line.starts_with('!') }
}

fn unescape(shown: &str) -> String {
    let mut text = String::new();
    let mut rest = shown;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '⏎' => text.push('\n'),
            '␍' => text.push('\r'),
            '→' => text.push('\t'),
            '␃' => return text,
            '<' if rest.starts_with("U+") => {
                let (code, after) = rest[2..].split_once('>').expect("a closed code");
                let code = u32::from_str_radix(code, 16).expect("a hexadecimal code");
                text.push(char::from_u32(code).expect("a character"));
                rest = after;
            }
            c => text.push(c),
        }
    }
    text + "\n"
}

fn unescape_bytes(escaped: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), escaped.as_bytes());
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'\\', [b'n', after @ ..]) => {
                bytes.push(b'\n');
                rest = after;
            }
            (b'\\', [b'x', high, low, after @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).expect("ASCII");
                bytes.push(u8::from_str_radix(digits, 16).expect("hexadecimal digits"));
                rest = after;
            }
            _ => bytes.push(byte),
        }
    }
    bytes
}

#[test]
fn accepts_what_terraform_accepts() {
    let mut wrong = Vec::new();
    for snippet in accepted() {
        let text = match hcl::decode(snippet.bytes) {
            Ok(text) => text,
            Err(problem) => {
                wrong.push(format!("{}: {problem}", snippet.shown));
                continue;
            }
        };
        let (_, diagnostics) = parse(&text);
        if let Some(error) = errors(&diagnostics).first() {
            wrong.push(format!("{}: {}", snippet.shown, error.message));
        }
    }
    assert!(wrong.is_empty(), "rejected although valid:\n{}", wrong.join("\n"));
}

#[test]
fn rejects_what_terraform_rejects() {
    let mut wrong = Vec::new();
    for snippet in rejected() {
        let Ok(text) = hcl::decode(snippet.bytes) else { continue };
        let (_, diagnostics) = parse(&text);
        let count = errors(&diagnostics).len();
        if count == 0 || count > 2 {
            let messages: Vec<_> = diagnostics.iter().map(|d| d.message.as_str()).collect();
            wrong.push(format!("{}: {count} errors: {messages:?}", snippet.shown));
        }
        for diagnostic in diagnostics {
            let span = diagnostic.at.as_ref().expect("a place").span;
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{diagnostic:?}");
        }
    }
    assert!(wrong.is_empty(), "not rejected once or twice:\n{}", wrong.join("\n"));
}
