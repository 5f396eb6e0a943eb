//! Labels of policies: an exact name, or `*` for any run of characters, anywhere.

/// A pattern over names. Case counts; there is no other special character.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern as written.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a name fits.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(first) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        for part in parts {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.len() >= last.len() && rest.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn stars_match_anywhere() {
        for (pattern, name, expected) in [
            ("aws_vpc", "aws_vpc", true),
            ("aws_vpc", "aws_vpc_peering", false),
            ("aws_*", "aws_vpc", true),
            ("*", "", true),
            ("aws_*_policy", "aws_iam_policy", true),
            ("aws_*_policy", "aws_policy", false),
            ("a*b*c", "abc", true),
            ("a*b*c", "acb", false),
            ("*ab", "aab", true),
        ] {
            assert_eq!(Pattern::new(pattern).matches(name), expected, "{pattern} {name}");
        }
    }
}
