//! Regular expressions as Terraform reads them (RE2), for a crate that reads them a little otherwise.
//!
//! [`compile`] rewrites what the two spell alike and mean differently: classes are ASCII, brackets
//! inside brackets and `&&` are plain, `\Q..\E` quotes, an unfinished `{` is plain.

use regex::{Regex, RegexBuilder};

use crate::diag::Problem;

/// Bytes that a compiled pattern may take.
pub(super) const SIZE_LIMIT: usize = 10 << 20;
/// RE2 repeats at most so often.
const MAX_REPEAT: u32 = 1000;

/// Compiles a pattern in RE2's syntax.
pub(super) fn compile(pattern: &str) -> Result<Regex, Problem> {
    compile_within(pattern, SIZE_LIMIT)
}

/// The same, for a compiled pattern of so many bytes at most.
pub(super) fn compile_within(pattern: &str, limit: usize) -> Result<Regex, Problem> {
    let translated = Translator { rest: pattern, out: String::new(), repeatable: Repeat::Nothing };
    RegexBuilder::new(&translated.run()?).size_limit(limit).build().map_err(|error| {
        let message = match error {
            regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
            error => last_line(&error.to_string()),
        };
        wrong(pattern, &message)
    })
}

fn wrong(pattern: &str, message: &str) -> Problem {
    let message = format!("invalid regular expression `{pattern}`: {message}");
    Problem { parameter: Some("pattern".into()), ..Problem::new(message) }
}

/// The crate draws the pattern over several lines; the last says what is wrong.
fn last_line(message: &str) -> String {
    let line = message.lines().last().unwrap_or(message);
    line.trim_start_matches("error: ").to_owned()
}

struct Translator<'p> {
    rest: &'p str,
    out: String,
    repeatable: Repeat,
}

/// What stands before, for `**` and `a{2}{3}`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeat {
    Nothing,
    Thing,
    Repeated,
}

impl Translator<'_> {
    fn run(mut self) -> Result<String, Problem> {
        let pattern = self.rest;
        while let Some(c) = self.next() {
            match c {
                '\\' => self.escape(pattern)?,
                '[' => self.class(pattern)?,
                '{' => self.braces(pattern)?,
                '*' | '+' | '?' => self.repeat(c, pattern)?,
                '(' => self.group(),
                '|' => self.plain(c, Repeat::Nothing),
                // Without `x` mode, which RE2 lacks, the crate takes both as they are.
                _ => self.plain(c, Repeat::Thing),
            }
        }
        Ok(self.out)
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or("");
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest.strip_prefix(text);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn plain(&mut self, c: char, repeatable: Repeat) {
        self.out.push(c);
        self.repeatable = repeatable;
    }

    /// `(?flags:`, `(?P<name>` and the like pass as they are.
    fn group(&mut self) {
        self.out.push('(');
        self.repeatable = Repeat::Nothing;
        if self.eat("?") {
            self.out.push('?');
            let flags = self.rest.find(|c: char| !c.is_ascii_alphabetic() && c != '-').unwrap_or(0);
            if self.rest.get(flags..).is_some_and(|rest| rest.starts_with([':', ')'])) {
                self.out.push_str(self.rest.get(..=flags).unwrap_or(""));
                self.rest = self.rest.get(flags + 1..).unwrap_or("");
            }
        }
    }

    fn repeat(&mut self, c: char, pattern: &str) -> Result<(), Problem> {
        match self.repeatable {
            Repeat::Repeated => return Err(wrong(pattern, "invalid nested repetition operator")),
            Repeat::Nothing => {
                return Err(wrong(pattern, "missing argument to repetition operator"));
            }
            Repeat::Thing => {}
        }
        self.out.push(c);
        self.lazy();
        Ok(())
    }

    fn lazy(&mut self) {
        if self.eat("?") {
            self.out.push('?');
        }
        self.repeatable = Repeat::Repeated;
    }

    /// `{2}`, `{2,}` and `{2,3}` repeat; anything else is plain.
    fn braces(&mut self, pattern: &str) -> Result<(), Problem> {
        let Some((inner, low, high)) = counts(self.rest) else {
            self.out.push_str("\\{");
            self.repeatable = Repeat::Thing;
            return Ok(());
        };
        if low > MAX_REPEAT || high.is_some_and(|high| high > MAX_REPEAT || high < low) {
            return Err(wrong(pattern, "invalid repeat count"));
        }
        self.rest = self.rest.get(inner.len() + 1..).unwrap_or("");
        let inner = inner.to_owned();
        match self.repeatable {
            Repeat::Repeated => return Err(wrong(pattern, "invalid nested repetition operator")),
            Repeat::Nothing => {
                return Err(wrong(pattern, "missing argument to repetition operator"));
            }
            Repeat::Thing => {}
        }
        self.out.push('{');
        self.out.push_str(&inner);
        self.out.push('}');
        self.lazy();
        Ok(())
    }

    fn escape(&mut self, pattern: &str) -> Result<(), Problem> {
        if self.eat("Q") {
            let (quoted, rest) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
            self.out.push_str(&regex::escape(quoted));
            self.repeatable = if quoted.is_empty() { self.repeatable } else { Repeat::Thing };
            self.rest = rest;
            return Ok(());
        }
        let Some(c) = self.next() else {
            return Err(wrong(pattern, "trailing backslash at end of expression"));
        };
        let translated = match c {
            'b' => "(?-u:\\b)",
            'B' => "(?-u:\\B)",
            _ => "",
        };
        self.repeatable = Repeat::Thing;
        if !translated.is_empty() {
            self.out.push_str(translated);
            return Ok(());
        }
        if let Some(class) = perl_class(c) {
            self.out.push('[');
            self.out.push_str(class);
            self.out.push(']');
            return Ok(());
        }
        self.other_escape(c, pattern)
    }

    /// Escapes that mean the same within and without brackets.
    fn other_escape(&mut self, c: char, pattern: &str) -> Result<(), Problem> {
        match c {
            'p' | 'P' | 'x' | 'a' | 'f' | 't' | 'n' | 'r' | 'v' | 'A' | 'z' => {
                self.out.push('\\');
                self.out.push(c);
                if self.rest.starts_with('{') {
                    let end = self.rest.find('}').map_or(0, |end| end + 1);
                    self.out.push_str(self.rest.get(..end).unwrap_or(""));
                    self.rest = self.rest.get(end..).unwrap_or("");
                }
            }
            '0'..='7' => self.octal(c, pattern)?,
            c if c.is_ascii_alphanumeric() => {
                return Err(wrong(pattern, &format!("invalid escape sequence `\\{c}`")));
            }
            c => self.literal(c),
        }
        Ok(())
    }

    /// `\012`; a single digit but `\0` would refer back, which RE2 cannot.
    fn octal(&mut self, first: char, pattern: &str) -> Result<(), Problem> {
        let digits: String =
            self.rest.chars().take_while(|c| ('0'..='7').contains(c)).take(2).collect();
        if first != '0' && digits.is_empty() {
            return Err(wrong(pattern, &format!("invalid escape sequence `\\{first}`")));
        }
        self.rest = self.rest.get(digits.len()..).unwrap_or("");
        let code = u32::from_str_radix(&format!("{first}{digits}"), 8).unwrap_or(0);
        self.out.push_str(&format!("\\x{{{code:X}}}"));
        Ok(())
    }

    fn literal(&mut self, c: char) {
        self.out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
    }

    fn class(&mut self, pattern: &str) -> Result<(), Problem> {
        self.out.push('[');
        self.repeatable = Repeat::Thing;
        if self.eat("^") {
            self.out.push('^');
        }
        let mut first = true;
        while first || !self.eat("]") {
            first = false;
            if self.posix() {
                continue;
            }
            let single = self.class_char(pattern)?;
            // A minus makes a range only between two characters; elsewhere it is plain.
            if single && self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                self.eat("-");
                self.out.push('-');
                if !self.class_char(pattern)? {
                    return Err(wrong(pattern, "invalid character class range"));
                }
            }
        }
        self.out.push(']');
        Ok(())
    }

    /// One character or escape in brackets; whether it stands for a single character.
    fn class_char(&mut self, pattern: &str) -> Result<bool, Problem> {
        match self.next() {
            None => Err(wrong(pattern, "missing closing ]")),
            Some('\\') => self.class_escape(pattern),
            Some(c) => {
                if matches!(c, '[' | ']' | '&' | '-' | '~' | '^') {
                    self.out.push('\\');
                }
                self.out.push(c);
                Ok(true)
            }
        }
    }

    fn posix(&mut self) -> bool {
        let end = self.rest.strip_prefix("[:").and_then(|rest| rest.find(":]"));
        let Some(end) = end else { return false };
        self.out.push_str(self.rest.get(..end + 4).unwrap_or(""));
        self.rest = self.rest.get(end + 4..).unwrap_or("");
        true
    }

    fn class_escape(&mut self, pattern: &str) -> Result<bool, Problem> {
        let Some(c) = self.next() else {
            return Err(wrong(pattern, "trailing backslash at end of expression"));
        };
        match perl_class(c) {
            Some(class) if class.starts_with('^') => {
                self.out.push('[');
                self.out.push_str(class);
                self.out.push(']');
            }
            Some(class) => self.out.push_str(class),
            None if c == 'b' || c == 'B' || c == 'A' || c == 'z' || c == 'Q' => {
                return Err(wrong(pattern, &format!("invalid escape sequence `\\{c}`")));
            }
            None => self.other_escape(c, pattern)?,
        }
        Ok(!matches!(c, 'p' | 'P') && perl_class(c).is_none())
    }
}

/// `\d` and its kin, which are ASCII in RE2.
fn perl_class(c: char) -> Option<&'static str> {
    Some(match c {
        'd' => "0-9",
        'D' => "^0-9",
        's' => "\\t\\n\\f\\r ",
        'S' => "^\\t\\n\\f\\r ",
        'w' => "0-9A-Za-z_",
        'W' => "^0-9A-Za-z_",
        _ => return None,
    })
}

/// `2}`, `2,}` or `2,3}` at the beginning of `rest`: the text within and both counts.
fn counts(rest: &str) -> Option<(&str, u32, Option<u32>)> {
    let (inner, _) = rest.split_once('}')?;
    let (low, high) = inner.split_once(',').map_or((inner, None), |(low, high)| (low, Some(high)));
    let count = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse().unwrap_or(u32::MAX))
    };
    let low = count(low)?;
    match high {
        None => Some((inner, low, Some(low))),
        Some("") => Some((inner, low, None)),
        Some(high) => Some((inner, low, Some(count(high)?))),
    }
}

#[cfg(test)]
mod tests {
    use super::compile;

    /// What RE2 says, from Terraform 1.11.4 `regexall` and `can(regex(..))`.
    #[test]
    fn patterns_mean_what_they_mean_in_re2() {
        let cases = [
            (r"\d", "٣", false),
            (r"\w", "é", false),
            (r"[\w]", "é", false),
            (r"\W", "é", true),
            (r"[\W]", "é", true),
            (r"[^\W]", "é", false),
            (r"\s", "\u{a0}", false),
            (r"\Qa.b\E", "a.b", true),
            (r"\Qa.b\E", "axb", false),
            (r"^[a&&b]$", "&", true),
            (r"^[+--]$", ",", true),
            (r"^[a-c-e]$", "-", true),
            (r"^[a-c-e]$", "d", false),
            (r"^[\d-x]$", "-", true),
            (r"^[\x41-C]$", "B", true),
            (r"^[[a]$", "[", true),
            (r"^a{2$", "a{2", true),
            (r"^a{,2}$", "a{,2}", true),
            (r"^a{2}$", "aa", true),
            (r"(?i)ABC", "abc", true),
            (r"^[]a]$", "]", true),
            (r"^[^]a]$", "b", true),
            (r"^[a-]$", "-", true),
            (r"[[:alpha:]]", "x", true),
            (r"\pL", "é", true),
            (r"\p{Greek}", "α", true),
            (r"^\.$", ".", true),
            (r"^\101$", "A", true),
            (r"^\x41\x{42}$", "AB", true),
            (r"^(?P<n>a)(?<m>b)$", "ab", true),
            (r"^\-\/\_$", "-/_", true),
            (r"^a*?$", "aa", true),
            (r"^(?:a|b)+$", "abba", true),
            (r"^[~a]$", "~", true),
            (r"^\{a\}$", "{a}", true),
            ("^#a b$", "#a b", true),
        ];
        for (pattern, text, expected) in cases {
            let regex = compile(pattern).unwrap_or_else(|p| panic!("{pattern}: {}", p.message));
            assert_eq!(regex.is_match(text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn refuses_what_re2_refuses() {
        let cases = [
            "a**", "a{1001}", "a{3,2}", "*a", "(", ")", "[a", "\\", "\\1", "(?=a)", "(?!a)",
            "(?<=a)", "\\y", "\\_x\\h", "a++", "a{2}{3}", "[b-a]", "[a--b]", "[a-\\d]", "\\Z",
            "(|*)",
        ];
        for pattern in cases {
            assert!(compile(pattern).is_err(), "{pattern}");
        }
        assert!(compile("((((a{1000}){1000}){1000}){1000})").is_err());
    }
}
