//! JSON text into nodes that know their places.

use super::decoded::{Decoded, Piece};
use crate::diag::Diagnostic;
use crate::hcl::tree::store::Extent;
use crate::text::{FileId, Span};

/// Values nest no deeper than this; a thread's stack must suffice.
const MAX_DEPTH: u32 = 200;

/// A node's place among the nodes.
pub(super) type NodeId = usize;

/// What was read.
pub(super) struct Document {
    /// The file's text, and behind it what was decoded.
    pub(super) text: String,
    pub(super) decoded: Decoded,
    pub(super) nodes: Vec<Node>,
}

/// The nodes, and the outermost of them or why there is none.
pub(super) struct Scanned {
    pub(super) document: Document,
    pub(super) root: Result<NodeId, Box<Diagnostic>>,
}

/// A value.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) span: Extent,
    pub(super) kind: NodeKind,
}

#[derive(Debug)]
pub(super) enum NodeKind {
    Null,
    Bool(bool),
    Number,
    String(Quoted),
    Array(Vec<NodeId>),
    Object(Vec<Property>),
}

/// `"name": value`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Property {
    pub(super) name: Quoted,
    pub(super) value: NodeId,
}

/// A string with its quotes, in the document's text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quoted(pub(super) Extent);

impl Quoted {
    /// Without the quotes.
    pub(super) const fn inner(self) -> Extent {
        Extent { start: self.0.start + 1, end: self.0.end - 1 }
    }
}

impl Document {
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// The properties of an object; none of anything else.
    pub(super) fn properties(&self, id: NodeId) -> &[Property] {
        match &self.node(id).kind {
            NodeKind::Object(properties) => properties,
            _ => &[],
        }
    }

    pub(super) fn slice(&self, extent: Extent) -> &str {
        self.text.get(extent.start as usize..extent.end as usize).unwrap_or("")
    }

    /// A string without quotes and escapes.
    pub(super) fn string(&self, quoted: Quoted) -> &str {
        self.slice(quoted.inner())
    }
}

/// Reads a text.
pub(super) fn scan(file: FileId, text: &str) -> Scanned {
    let own = Extent::new(0, text.len()).end;
    let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut scanner = Scanner {
        file,
        text,
        at,
        depth: 0,
        extra: String::new(),
        decoded: Decoded { own, pieces: Vec::new() },
        nodes: Vec::new(),
    };
    let root = scanner.value().and_then(|root| {
        scanner.blanks();
        if scanner.at < text.len() {
            Err(scanner.unexpected("the end of the file"))
        } else {
            Ok(root)
        }
    });
    let Scanner { extra, decoded, nodes, .. } = scanner;
    let document = Document { text: format!("{text}{extra}"), decoded, nodes };
    Scanned { document, root }
}

struct Scanner<'s> {
    file: FileId,
    text: &'s str,
    at: usize,
    depth: u32,
    extra: String,
    decoded: Decoded,
    nodes: Vec<Node>,
}

type Read<T> = Result<T, Box<Diagnostic>>;

impl Scanner<'_> {
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn fail(&self, start: usize, end: usize, message: impl Into<String>) -> Box<Diagnostic> {
        let Extent { start, end } = Extent::new(start, end);
        Box::new(Diagnostic::error(message).at(Span::new(self.file, start, end)))
    }

    fn unexpected(&self, expected: &str) -> Box<Diagnostic> {
        let rest = self.rest();
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len()).min(40);
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let found = rest.get(..word.max(first)).or(rest.get(..first)).unwrap_or("");
        let message = match found {
            "" => format!("end of file, expected {expected}"),
            "\n" | "\r" => format!("end of line, expected {expected}"),
            found => format!("found `{found}`, expected {expected}"),
        };
        let mut diagnostic = *self.fail(self.at, self.at + found.len(), message);
        diagnostic.hint = match found {
            "'" => Some("strings are written in double quotes".to_owned()),
            "/" | "#" => Some("JSON has no comments; a property `\"//\"` may hold one".to_owned()),
            _ => None,
        };
        Box::new(diagnostic)
    }

    fn add(&mut self, start: usize, kind: NodeKind) -> NodeId {
        self.nodes.push(Node { span: Extent::new(start, self.at), kind });
        self.nodes.len() - 1
    }

    fn value(&mut self) -> Read<NodeId> {
        self.blanks();
        let start = self.at;
        let kind = match self.peek() {
            b'{' => self.deeper(Self::object)?,
            b'[' => self.deeper(Self::array)?,
            b'"' => NodeKind::String(self.string()?),
            b'-' | b'0'..=b'9' => self.number()?,
            _ => self.word()?,
        };
        Ok(self.add(start, kind))
    }

    fn deeper(&mut self, read: fn(&mut Self) -> Read<NodeKind>) -> Read<NodeKind> {
        if self.depth >= MAX_DEPTH {
            let message = format!("values nest deeper than {MAX_DEPTH} levels here");
            return Err(self.fail(self.at, self.at + 1, message));
        }
        self.depth += 1;
        let kind = read(self);
        self.depth -= 1;
        kind
    }

    fn object(&mut self) -> Read<NodeKind> {
        let mut properties = Vec::new();
        self.list(b'}', "a property in double quotes or `}`", |scanner| {
            if scanner.peek() != b'"' {
                return Err(scanner.unexpected("a property in double quotes"));
            }
            let name = scanner.string()?;
            scanner.blanks();
            if scanner.peek() != b':' {
                return Err(scanner.unexpected("`:` after the property"));
            }
            scanner.at += 1;
            let value = scanner.value()?;
            properties.push(Property { name, value });
            Ok(())
        })?;
        Ok(NodeKind::Object(properties))
    }

    fn array(&mut self) -> Read<NodeKind> {
        let mut elements = Vec::new();
        self.list(b']', "a value or `]`", |scanner| {
            elements.push(scanner.value()?);
            Ok(())
        })?;
        Ok(NodeKind::Array(elements))
    }

    /// Reads what stands between brackets, with commas between.
    fn list(
        &mut self,
        closing: u8,
        first: &str,
        mut element: impl FnMut(&mut Self) -> Read<()>,
    ) -> Read<()> {
        let opening = self.at;
        self.at += 1;
        self.blanks();
        if self.peek() == closing {
            self.at += 1;
            return Ok(());
        }
        if self.at >= self.text.len() {
            return Err(self.unexpected(first));
        }
        loop {
            self.blanks();
            element(self)?;
            self.blanks();
            match self.peek() {
                b',' => self.at += 1,
                byte if byte == closing => {
                    self.at += 1;
                    return Ok(());
                }
                _ => {
                    let expected = format!("`,` or `{}`", char::from(closing));
                    let bracket = Extent::new(opening, opening + 1);
                    let bracket = Span::new(self.file, bracket.start, bracket.end);
                    let diagnostic = self.unexpected(&expected);
                    return Err(Box::new(diagnostic.with_related(bracket, "opened here")));
                }
            }
        }
    }

    fn word(&mut self) -> Read<NodeKind> {
        let words = [
            ("null", NodeKind::Null),
            ("true", NodeKind::Bool(true)),
            ("false", NodeKind::Bool(false)),
        ];
        for (word, kind) in words {
            let goes_on = |c: char| c.is_alphanumeric() || c == '_';
            if self.rest().strip_prefix(word).is_some_and(|rest| !rest.starts_with(goes_on)) {
                self.at += word.len();
                return Ok(kind);
            }
        }
        Err(self.unexpected("a value"))
    }

    fn number(&mut self) -> Read<NodeKind> {
        let start = self.at;
        let is_part = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
        while is_part(self.peek()) {
            self.at += 1;
        }
        let token = self.text.get(start..self.at).unwrap_or("");
        if is_number(token) {
            return Ok(NodeKind::Number);
        }
        Err(self.fail(start, self.at, format!("`{token}` is not a number")))
    }

    /// Reads a string; where it holds escapes, what they mean is kept behind the text.
    fn string(&mut self) -> Read<Quoted> {
        let start = self.at;
        self.at += 1;
        let first = self.extra.len();
        let mut copied = start;
        loop {
            match self.peek() {
                b'"' => break,
                b'\\' => {
                    self.copy(copied);
                    self.escape()?;
                    copied = self.at;
                }
                _ if self.at >= self.text.len() => {
                    return Err(self.fail(start, start + 1, "string is never closed"));
                }
                0..=0x1f => {
                    let hint = "a line break in a string is written `\\n`";
                    let message = "string holds a control character or line break";
                    let diagnostic = self.fail(self.at, self.at + 1, message);
                    return Err(Box::new(diagnostic.with_hint(hint)));
                }
                _ => self.at += 1,
            }
        }
        self.at += 1;
        if copied == start {
            return Ok(Quoted(Extent::new(start, self.at)));
        }
        self.copy(copied);
        let own = self.text.len();
        Ok(Quoted(Extent::new(own + first, own + self.extra.len())))
    }

    /// Copies the text since `from`.
    fn copy(&mut self, from: usize) {
        let text = self.text.get(from..self.at).unwrap_or("");
        self.keep(text, Extent::new(from, self.at));
    }

    fn keep(&mut self, text: &str, source: Extent) {
        if text.is_empty() {
            return;
        }
        let at = Extent::new(self.text.len() + self.extra.len(), 0).start;
        let len = Extent::new(text.len(), 0).start;
        self.decoded.pieces.push(Piece { at, len, source });
        self.extra.push_str(text);
    }

    fn escape(&mut self) -> Read<()> {
        let start = self.at;
        let Some((len, character)) = escaped(self.rest()) else {
            let next = self.rest().chars().nth(1).filter(|c| !c.is_control());
            let shown: String = ['\\'].into_iter().chain(next).collect();
            let end = start + shown.len();
            return Err(self.fail(start, end, format!("`{shown}` is no escape of JSON")));
        };
        self.at += len;
        self.keep(character.encode_utf8(&mut [0; 4]), Extent::new(start, start + len));
        Ok(())
    }
}

/// What an escape stands for, and its length. Half of a surrogate pair stands for no character.
fn escaped(rest: &str) -> Option<(usize, char)> {
    let character = match rest.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(rest),
        _ => return None,
    };
    Some((2, character))
}

fn unicode(rest: &str) -> Option<(usize, char)> {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix("\\u")?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    };
    let first = unit(0)?;
    let units = [Some(first), unit(6)];
    let mut pair = char::decode_utf16(units.into_iter().flatten());
    match pair.next() {
        Some(Ok(character)) => Some((6 * character.len_utf16(), character)),
        _ => Some((6, char::REPLACEMENT_CHARACTER)),
    }
}

fn is_number(token: &str) -> bool {
    let token = token.strip_prefix('-').unwrap_or(token);
    let (mantissa, exponent) = token.split_once(['e', 'E']).unwrap_or((token, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let are_digits =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_padded = whole.len() > 1 && whole.starts_with('0');
    are_digits(whole) && !is_padded && are_digits(fraction) && are_digits(exponent)
}
