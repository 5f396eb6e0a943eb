//! What escapes in strings mean.

use std::borrow::Cow;

use super::tree::store::Escapes;

/// The text that a piece of a string or heredoc stands for. The parser has complained about bad
/// escapes already; here they stand for themselves.
pub(super) fn unescape(source: &str, escapes: Escapes) -> Cow<'_, str> {
    let has_backslash = || memchr::memchr(b'\\', source.as_bytes()).is_some();
    match escapes {
        Escapes::None => Cow::Borrowed(source),
        Escapes::Quoted if has_backslash() || has_doubled_mark(source) => replace(source, true),
        Escapes::Heredoc if has_doubled_mark(source) => replace(source, false),
        Escapes::Quoted | Escapes::Heredoc => Cow::Borrowed(source),
    }
}

fn has_doubled_mark(source: &str) -> bool {
    source.contains("$${") || source.contains("%%{")
}

fn replace(source: &str, backslashes: bool) -> Cow<'_, str> {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let (len, character) = unit(rest, backslashes).unwrap_or((first.len_utf8(), first));
        text.push(character);
        // `$${` gives two characters: its mark by `unit`, the brace by the next turn.
        rest = rest.get(len..).unwrap_or("");
    }
    Cow::Owned(text)
}

/// The first character that a non-empty piece of a string stands for, and how many bytes of the
/// source it takes; `None` for a bad escape. Of `$${`, the mark takes two bytes.
pub(super) fn unit(source: &str, backslashes: bool) -> Option<(usize, char)> {
    let mut characters = source.chars();
    let first = characters.next()?;
    if source.starts_with("$${") || source.starts_with("%%{") {
        return Some((2, first));
    }
    if first != '\\' || !backslashes {
        return Some((first.len_utf8(), first));
    }
    match characters.next()? {
        'n' => Some((2, '\n')),
        'r' => Some((2, '\r')),
        't' => Some((2, '\t')),
        '"' => Some((2, '"')),
        '\\' => Some((2, '\\')),
        'u' => code_point(source, 6),
        'U' => code_point(source, 10),
        _ => None,
    }
}

fn code_point(source: &str, end: usize) -> Option<(usize, char)> {
    let digits = source.get(2..end)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let code = u32::from_str_radix(digits, 16).ok()?;
    Some((end, char::from_u32(code)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        let cases = [
            (r"a\nb", "a\nb"),
            (r"\\n", r"\n"),
            (r"\u00e9\U0001F600", "é😀"),
            ("$${x}", "${x}"),
            ("$$${x}", "$${x}"),
            ("$$$${x}", "$$${x}"),
            ("%%{x} 100%", "%{x} 100%"),
            ("$$x", "$$x"),
        ];
        for (source, text) in cases {
            assert_eq!(unescape(source, Escapes::Quoted), text, "{source}");
        }
        assert_eq!(unescape(r"\n$${", Escapes::Heredoc), r"\n${");
        assert!(matches!(unescape("plain", Escapes::Quoted), Cow::Borrowed(_)));
    }
}
