//! Strings are NFC, so that two ways to write `é` are one string.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The text in normal form C; text that is so already is borrowed.
#[must_use]
pub fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

#[cfg(test)]
mod tests {
    use super::nfc;

    #[test]
    fn composes() {
        assert_eq!(nfc("e\u{301}"), "é");
        assert!(matches!(nfc("é"), std::borrow::Cow::Borrowed(_)));
    }
}
