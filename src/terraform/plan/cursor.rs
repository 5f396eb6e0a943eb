//! Walks JSON text one token at a time: allocates nothing and always knows its offset.
//!
//! It is meant for text that serde_json found well formed (a `RawValue`), so it is quick rather than
//! strict; on anything else it stops early and never panics.

use std::borrow::Cow;

use super::Str;

/// A place in JSON text.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

/// The beginning of a value.
#[derive(Debug)]
pub(super) enum Token<'a> {
    Null,
    Bool(bool),
    /// As written, exact.
    Number(&'a str),
    String(Str<'a>),
    /// Go on with [`Cursor::next_item`] until it is false.
    Array,
    /// Go on with [`Cursor::next_entry`] until it is `None`.
    Object,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Offset of the next token.
    pub(super) fn offset(&mut self) -> usize {
        self.skip_space();
        self.at
    }

    /// Reads a scalar, or enters an array or object.
    pub(super) fn token(&mut self) -> Option<Token<'a>> {
        self.skip_space();
        let token = match self.peek()? {
            b'{' => self.one(Token::Object),
            b'[' => self.one(Token::Array),
            b'"' => Token::String(self.string()?),
            b'n' => self.word("null", Token::Null)?,
            b't' => self.word("true", Token::Bool(true))?,
            b'f' => self.word("false", Token::Bool(false))?,
            b'-' | b'0'..=b'9' => Token::Number(self.number()?),
            _ => return None,
        };
        Some(token)
    }

    /// In an object: the next name; the cursor then stands before its value. `None` at the end.
    pub(super) fn next_entry(&mut self) -> Option<Str<'a>> {
        if !self.next_item_or(b'}') || self.peek()? != b'"' {
            return None;
        }
        let name = self.string()?;
        self.skip_space();
        if self.peek()? != b':' {
            return None;
        }
        self.at += 1;
        Some(name)
    }

    /// In an array: whether the cursor now stands before another element.
    pub(super) fn next_item(&mut self) -> bool {
        self.next_item_or(b']')
    }

    /// Passes one value, whatever it is, and gives its text.
    pub(super) fn skip(&mut self) -> Option<&'a str> {
        self.skip_space();
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.raw_string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' if depth > 0 => self.at += 1,
                b'-' | b'0'..=b'9' | b'a'..=b'z' => {
                    self.number()?;
                }
                _ => return None,
            }
            if depth == 0 {
                return self.text.get(start..self.at);
            }
        }
    }

    fn next_item_or(&mut self, close: u8) -> bool {
        self.skip_space();
        if self.peek() == Some(b',') {
            self.at += 1;
            self.skip_space();
        }
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                false
            }
            byte => byte.is_some(),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    const fn one(&mut self, token: Token<'a>) -> Token<'a> {
        self.at += 1;
        token
    }

    fn word(&mut self, word: &str, token: Token<'a>) -> Option<Token<'a>> {
        self.text.get(self.at..)?.strip_prefix(word)?;
        self.at += word.len();
        Some(token)
    }

    /// A number; also passes `null`, `true` and `false`, for [`Self::skip`].
    fn number(&mut self) -> Option<&'a str> {
        let start = self.at;
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let rest = self.text.as_bytes().get(start..)?;
        self.at += rest.iter().take_while(|byte| is_part(byte)).count();
        self.text.get(start..self.at)
    }

    fn string(&mut self) -> Option<Str<'a>> {
        let start = self.at;
        let (inside, escaped) = self.raw_string()?;
        if !escaped {
            return Some(Str(Cow::Borrowed(inside)));
        }
        // A lone surrogate is the one thing that a `RawValue` accepts and a string does not.
        let unescaped = serde_json::from_str(self.text.get(start..self.at)?);
        Some(Str(Cow::Owned(unescaped.unwrap_or_else(|_| inside.to_owned()))))
    }

    /// The text between the quotes as written, and whether it holds escapes.
    fn raw_string(&mut self) -> Option<(&'a str, bool)> {
        let start = self.at + 1;
        let mut escaped = false;
        self.at = start;
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            self.at += memchr::memchr2(b'"', b'\\', rest)?;
            if self.peek()? == b'"' {
                let inside = self.text.get(start..self.at)?;
                self.at += 1;
                return Some((inside, escaped));
            }
            escaped = true;
            self.at += 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipping_gives_the_text_of_a_value() {
        for value in ["1", "-1.5e+9", "null", "\"a\\\"]b\"", "[]", "{\"a\":[1,{\"b\":\"}\"}]}"] {
            let text = format!(" {value} ,1");
            assert_eq!(Cursor::new(&text).skip(), Some(value));
        }
        for broken in ["", "]", "[", "[\"a", "{\"a\\", ","] {
            assert_eq!(Cursor::new(broken).skip(), None, "{broken}");
        }
    }

    #[test]
    fn strings_are_unescaped() {
        let Some(Token::String(text)) = Cursor::new(r#""a\u003c\"\n""#).token() else { panic!() };
        assert_eq!(&*text, "a<\"\n");
        let Some(Token::String(text)) = Cursor::new(r#""\ud800""#).token() else { panic!() };
        assert_eq!(&*text, "\\ud800");
    }
}
