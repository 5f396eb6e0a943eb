//! JSON text in and out: `jsondecode`'s types in, `jsonencode`'s text out.
//!
//! A reader of our own, because every value must know the range of bytes it was read from, and
//! numbers must stay exact.

use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

use super::{Entries, Key, Kind, Number, Origin, Text, Value, nfc};

/// Nesting that is read; deeper text is an error, not a crash.
const MAX_DEPTH: usize = 500;

/// Why a text is not JSON, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct JsonError {
    /// One line, lower case, no full stop.
    pub message: String,
    /// Offset of the byte where reading stopped.
    pub offset: usize,
}

/// Reads JSON: arrays become tuples, objects objects; of a repeated key the last value stays.
pub fn from_json(text: &str) -> Result<Value, JsonError> {
    from_json_with(text, &mut |_| Origin::NONE)
}

/// As [`from_json`]; `origin` is asked for the origin of each value by its range of bytes.
pub fn from_json_with(
    text: &str,
    origin: &mut dyn FnMut(Range<usize>) -> Origin,
) -> Result<Value, JsonError> {
    let mut reader = Reader { text, at: 0, depth: 0, origin };
    reader.skip_space();
    let value = reader.value()?;
    reader.skip_space();
    if reader.at < text.len() {
        return reader.fail("extra characters after the JSON value");
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    origin: &'a mut dyn FnMut(Range<usize>) -> Origin,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => Kind::String(Text::Plain(Arc::from(self.string()?))),
            Some(b'-' | b'0'..=b'9') => Kind::Number(self.number()?),
            Some(b't') => self.word("true", Kind::Bool(true))?,
            Some(b'f') => self.word("false", Kind::Bool(false))?,
            Some(b'n') => self.word("null", Kind::Null)?,
            Some(_) => return self.fail("a JSON value was expected"),
            None => return self.fail("the JSON text ends where a value was expected"),
        };
        let origin = (self.origin)(start..self.at);
        Ok(Value::new(kind).with_origin(origin))
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Kind, JsonError>,
    ) -> Result<Kind, JsonError> {
        if self.depth >= MAX_DEPTH {
            return self.fail(&format!("JSON nested more than {MAX_DEPTH} deep"));
        }
        self.depth += 1;
        self.at += 1;
        let kind = read(self)?;
        self.depth -= 1;
        Ok(kind)
    }

    fn array(&mut self) -> Result<Kind, JsonError> {
        let mut items = Vec::new();
        self.skip_space();
        if self.eat(b']') {
            return Ok(Kind::Tuple(items.into()));
        }
        loop {
            self.skip_space();
            items.push(self.value()?);
            if !self.more(b']')? {
                return Ok(Kind::Tuple(items.into()));
            }
        }
    }

    fn object(&mut self) -> Result<Kind, JsonError> {
        let mut entries: Vec<(Key, Value)> = Vec::new();
        self.skip_space();
        if self.eat(b'}') {
            return Ok(Kind::Object(Entries::from(entries)));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return self.fail("a key in double quotes was expected");
            }
            let key = Arc::from(self.string()?);
            self.skip_space();
            if !self.eat(b':') {
                return self.fail("a colon was expected after the key");
            }
            self.skip_space();
            entries.push((key, self.value()?));
            if !self.more(b'}')? {
                return Ok(Kind::Object(Entries::from(entries)));
            }
        }
    }

    /// After an element: whether a comma follows rather than the end.
    fn more(&mut self, end: u8) -> Result<bool, JsonError> {
        self.skip_space();
        if self.eat(b',') {
            return Ok(true);
        }
        if self.eat(end) {
            return Ok(false);
        }
        self.fail(&format!("a comma or `{}` was expected", char::from(end)))
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<Kind, JsonError> {
        if !self.rest().starts_with(word) {
            return self.fail("a JSON value was expected");
        }
        self.at += word.len();
        Ok(kind)
    }

    fn number(&mut self) -> Result<Number, JsonError> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') && self.digits() == 0 {
            return self.fail("a digit was expected");
        }
        if self.eat(b'.') && self.digits() == 0 {
            return self.fail("a digit was expected after the point");
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return self.fail("a digit was expected in the exponent");
            }
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        match Number::parse(text) {
            Some(number) => Ok(number),
            None => {
                self.at = start;
                self.fail("a number too large to read")
            }
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let end = rest.bytes().position(|b| b == b'"' || b == b'\\' || b < b' ');
            let Some(end) = end else {
                self.at = self.text.len();
                return self.fail("the JSON text ends inside a string");
            };
            text.push_str(rest.get(..end).unwrap_or(""));
            self.at += end;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(nfc(&text).into_owned());
                }
                Some(b'\\') => text.push(self.escape()?),
                _ => return self.fail("a control character inside a string must be escaped"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        self.at += 1;
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return self.fail("not an escape sequence of JSON"),
        };
        self.at += 1;
        Ok(c)
    }

    /// `\uXXXX`, or two of them as a surrogate pair; half a pair becomes the replacement character.
    fn unicode(&mut self) -> Result<char, JsonError> {
        self.at += 1;
        let first = self.hex()?;
        if !(0xD800..0xDC00).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if !self.rest().starts_with("\\u") {
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        let back = self.at;
        self.at += 2;
        let second = self.hex()?;
        if (0xDC00..0xE000).contains(&second) {
            let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        self.at = back;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Result<u32, JsonError> {
        let digits = self.rest().get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => self.fail("four hexadecimal digits were expected"),
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn fail<T>(&self, message: &str) -> Result<T, JsonError> {
        Err(JsonError { message: message.to_owned(), offset: self.at })
    }
}

/// The value as Terraform's `jsonencode` writes it. An unknown part is written as `null`; the caller
/// asks first whether there is one.
#[must_use]
pub fn to_json(value: &Value) -> String {
    let mut text = String::new();
    write_value(&mut text, value);
    text
}

fn write_value(out: &mut String, value: &Value) {
    match value.kind() {
        Kind::Null | Kind::Unknown(_) => out.push_str("null"),
        Kind::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Kind::Number(number) => out.push_str(&number.to_string()),
        Kind::String(text) => write_string(out, text.as_str()),
        Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                out.push_str(if n > 0 { "," } else { "" });
                write_value(out, item);
            }
            out.push(']');
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            out.push('{');
            for (n, (key, value)) in entries.iter().enumerate() {
                out.push_str(if n > 0 { "," } else { "" });
                write_string(out, key);
                out.push(':');
                write_value(out, value);
            }
            out.push('}');
        }
    }
}

/// As Go writes it: also `<`, `>` and `&` escaped, and the two line separators of JavaScript.
fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("internal error: a string takes all");
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let cases = [
            r#"{"a":[true,false,null],"b":{"c":"x"}}"#,
            "[]",
            "{}",
            "-12.5",
            "123456789012345678901234567890",
            r#""\u003ca\u003e\u0026\u2028\u0001\t\\\"""#,
            "\"é😀\u{7f}\"",
        ];
        for text in cases {
            assert_eq!(to_json(&from_json(text).unwrap()), text);
        }
        assert_eq!(
            to_json(&from_json(r#"{"b":1, "a":1e2,"b":"\ud83d\ude00"}"#).unwrap()),
            "{\"a\":100,\"b\":\"😀\"}"
        );
        assert_eq!(from_json("\"e\\u0301\"").unwrap().as_str(), Some("é"));
    }

    #[test]
    fn tells_where_text_is_wrong() {
        let cases = [
            ("", 0),
            ("[1,]", 3),
            ("{\"a\" 1}", 5),
            ("{a:1}", 1),
            ("[1 2]", 3),
            ("01", 1),
            ("1.", 2),
            ("\"a", 2),
            ("\"\\x\"", 2),
            ("nul", 0),
            ("1e", 2),
            ("[", 1),
            ("\"\n\"", 1),
            ("1e999999999", 0),
            ("\"\\u12\"", 3),
            ("{\"a\":1,}", 7),
        ];
        for (text, offset) in cases {
            assert_eq!(from_json(text).unwrap_err().offset, offset, "{text}");
        }
        assert!(from_json(&"[".repeat(100_000)).unwrap_err().message.contains("nested"));
    }

    #[test]
    fn asks_for_the_origin_of_each_range() {
        let text = r#"{"a": [1, "x"]}"#;
        let mut seen = Vec::new();
        from_json_with(text, &mut |range| {
            seen.push(&text[range]);
            Origin::NONE
        })
        .unwrap();
        assert_eq!(seen, ["1", "\"x\"", "[1, \"x\"]", text]);
    }
}
