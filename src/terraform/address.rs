//! Addresses of resource instances, `module.a["k"].data.aws_vpc.main[0]`, parsed and printed.
//!
//! Keys may hold dots, brackets and quotes, so nothing else may split an address by hand. Printing
//! gives Terraform's own spelling. Types and names are taken as they stand: whether they are legal
//! identifiers is Terraform's business, and states hold names that older versions allowed.

use std::fmt;
use std::sync::Arc;

use crate::diag::Problem;

/// A name below a path: `PATH.NAME`, or the name itself below an empty path. Serves addresses in a module as
/// well as paths of calls and of attributes.
#[must_use]
pub fn dotted(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// One instance of a resource, from the root module on. Ordered by module, mode, type, name, key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The module instance it stands in.
    pub module: ModulePath,
    /// Managed, data or ephemeral.
    pub mode: Mode,
    /// The resource type, `aws_vpc`.
    pub resource_type: Arc<str>,
    /// The name in the configuration.
    pub name: Arc<str>,
    /// The instance key; `None` without `count` and `for_each`.
    pub key: Option<Key>,
}

/// What a `resource`, `data` or `ephemeral` block makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `resource`: Terraform creates and destroys it.
    #[default]
    Managed,
    /// `data`: only read.
    Data,
    /// `ephemeral`: lives during one run.
    Ephemeral,
}

impl Mode {
    /// The word in plans and states.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::Data => "data",
            Self::Ephemeral => "ephemeral",
        }
    }

    /// The mode a plan or state calls by this word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Managed, Self::Data, Self::Ephemeral].into_iter().find(|mode| mode.name() == name)
    }
}

/// Which instance of several. Integers come before strings, as Terraform sorts them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Made by `count`.
    Int(i64),
    /// Made by `for_each`.
    Str(Arc<str>),
    /// `count` or `for_each` is not known yet: printed `[*]`.
    Unknown,
}

/// A module instance as the calls that lead to it; empty for the root module.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModulePath(pub Arc<[ModuleStep]>);

/// One module call with the key of the instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleStep {
    /// The name of the call.
    pub name: Arc<str>,
    /// The key of the instance.
    pub key: Option<Key>,
}

impl Address {
    /// Parses a whole address.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        match Self::parse_leading(text) {
            Some((address, "")) => Ok(address),
            _ => Err(Problem::new(format!("`{text}` is not the address of a resource"))
                .with_hint("an address looks like `module.network[\"a\"].aws_subnet.main[0]`")),
        }
    }

    /// The address at the beginning of a text, and what follows it: for references such as
    /// `aws_vpc.main[0].id`.
    #[must_use]
    pub fn parse_leading(text: &str) -> Option<(Self, &str)> {
        let mut scanner = Scanner { rest: text };
        let module = scanner.module_path()?;
        let mut word = scanner.word()?;
        let mode = match word {
            "data" => Mode::Data,
            "ephemeral" => Mode::Ephemeral,
            _ => Mode::Managed,
        };
        if mode != Mode::Managed {
            scanner.dot()?;
            word = scanner.word()?;
        }
        scanner.dot()?;
        let name = scanner.word()?;
        let key = scanner.key()?;
        let address = Self { module, mode, resource_type: word.into(), name: name.into(), key };
        Some((address, scanner.rest))
    }

    /// The address without any key, `module.a.data.aws_vpc.main`: the same for all instances.
    #[must_use]
    pub fn static_path(&self) -> String {
        let modules = self.module.0.iter().map(|step| "module..".len() + step.name.len());
        let own = self.prefix().len() + self.resource_type.len() + 1 + self.name.len();
        let mut path = String::with_capacity(modules.sum::<usize>() + own);
        for step in self.module.0.iter() {
            path.push_str("module.");
            path.push_str(&step.name);
            path.push('.');
        }
        path.push_str(self.prefix());
        path.push_str(&self.resource_type);
        path.push('.');
        path.push_str(&self.name);
        path
    }

    const fn prefix(&self) -> &'static str {
        match self.mode {
            Mode::Managed => "",
            Mode::Data => "data.",
            Mode::Ephemeral => "ephemeral.",
        }
    }
}

impl ModulePath {
    /// Parses the address of a module instance, `module.a["k"].module.b`; the empty text is the root.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let mut scanner = Scanner { rest: text };
        match scanner.module_path() {
            Some(path) if scanner.rest.is_empty() => Ok(path),
            _ => Err(Problem::new(format!("`{text}` is not the address of a module"))),
        }
    }

    /// The names of the calls, without keys.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|step| &*step.name)
    }

    /// Whether this is the root module.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl ModuleStep {
    /// The call at the beginning of a text and what follows it: for references such as
    /// `module.network["a"].vpc_id`, which leaves `.vpc_id`.
    pub(super) fn parse_leading(text: &str) -> Option<(Self, &str)> {
        let mut scanner = Scanner { rest: text.strip_prefix("module.")? };
        let step = scanner.module_step()?;
        Some((step, scanner.rest))
    }
}

impl Key {
    /// The key in brackets at the beginning of a text, and what follows it.
    pub(super) fn parse_leading(text: &str) -> Option<(Self, &str)> {
        let mut scanner = Scanner { rest: text };
        let key = scanner.key()??;
        Some((key, scanner.rest))
    }
}

/// In Terraform's spelling.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.module)?;
        if !self.module.is_root() {
            f.write_str(".")?;
        }
        write!(f, "{}{}.{}", self.prefix(), self.resource_type, self.name)?;
        self.key.as_ref().map_or(Ok(()), |key| key.fmt(f))
    }
}

/// In Terraform's spelling; nothing for the root module.
impl fmt::Display for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, step) in self.0.iter().enumerate() {
            write!(f, "{}module.{}", if n > 0 { "." } else { "" }, step.name)?;
            if let Some(key) = &step.key {
                key.fmt(f)?;
            }
        }
        Ok(())
    }
}

/// With its brackets: `[0]`, `["k"]`, `[*]`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(n) => write!(f, "[{n}]"),
            Self::Str(text) => {
                f.write_str("[\"")?;
                write_quoted(f, text)?;
                f.write_str("\"]")
            }
            Self::Unknown => f.write_str("[*]"),
        }
    }
}

/// Escapes as Terraform does in addresses: HCL's escapes, template introducers doubled, and what
/// cannot be printed as a code point.
fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '$' | '%' if chars.peek() == Some(&'{') => write!(f, "{c}{c}")?,
            c if is_printable(c) => write!(f, "{c}")?,
            c if u32::from(c) < 0x1_0000 => write!(f, "\\u{:04x}", u32::from(c))?,
            c => write!(f, "\\U{:08x}", u32::from(c))?,
        }
    }
    Ok(())
}

/// Letters, marks, numbers, punctuation, symbols and the plain space.
fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    // The standard library keeps its table of printable characters behind `escape_debug`; a mark
    // is only printed there when it follows a character.
    let mut pair = String::from("a");
    pair.push(c);
    pair.escape_debug().nth(1) == Some(c)
}

/// Reads an address from the left. `None` from any method: this is no address.
struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    fn module_path(&mut self) -> Option<ModulePath> {
        let mut steps = Vec::new();
        while let Some(rest) = self.rest.strip_prefix("module.") {
            self.rest = rest;
            steps.push(self.module_step()?);
            if self.rest.is_empty() {
                break;
            }
            self.dot()?;
        }
        Some(ModulePath(steps.into()))
    }

    fn module_step(&mut self) -> Option<ModuleStep> {
        let name = self.word()?.into();
        Some(ModuleStep { name, key: self.key()? })
    }

    fn dot(&mut self) -> Option<()> {
        self.rest = self.rest.strip_prefix('.')?;
        Some(())
    }

    /// A type or name: everything up to a dot or bracket.
    fn word(&mut self) -> Option<&'a str> {
        let end = self.rest.find(['.', '[']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        let is_odd = |c: char| c.is_whitespace() || matches!(c, '"' | ']' | '*');
        if word.is_empty() || word.contains(is_odd) {
            return None;
        }
        self.rest = rest;
        Some(word)
    }

    /// A key in brackets, if one follows. The outer `None` is a malformed key.
    fn key(&mut self) -> Option<Option<Key>> {
        let Some(inside) = self.rest.strip_prefix('[') else { return Some(None) };
        let (key, rest) = if let Some(quoted) = inside.strip_prefix('"') {
            let (text, rest) = unquote(quoted)?;
            (Key::Str(text.into()), rest.strip_prefix(']')?)
        } else {
            let (word, rest) = inside.split_once(']')?;
            let key = if word == "*" { Key::Unknown } else { Key::Int(word.parse().ok()?) };
            (key, rest)
        };
        self.rest = rest;
        Some(Some(key))
    }
}

/// The text up to the closing quote, unescaped, and what follows the quote.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut rest = quoted;
    loop {
        let at = rest.find(['"', '\\', '$', '%'])?;
        let (plain, from) = rest.split_at_checked(at)?;
        text.push_str(plain);
        let mut chars = from.chars();
        match chars.next()? {
            '"' => return Some((text, chars.as_str())),
            '\\' => text.push(unescape(&mut chars)?),
            introducer => {
                text.push(introducer);
                let doubled = chars.as_str().starts_with(introducer)
                    && chars.as_str().get(1..).is_some_and(|after| after.starts_with('{'));
                if doubled {
                    chars.next();
                }
            }
        }
        rest = chars.as_str();
    }
}

/// The character an escape stands for, after its backslash. `\x`, `\a` and so on are what versions
/// before 0.15 wrote.
fn unescape(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let digits = match chars.next()? {
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        'a' => return Some('\u{7}'),
        'b' => return Some('\u{8}'),
        'f' => return Some('\u{c}'),
        'v' => return Some('\u{b}'),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        c @ ('"' | '\\') => return Some(c),
        _ => return None,
    };
    let (hex, rest) = chars.as_str().split_at_checked(digits)?;
    *chars = rest.chars();
    char::from_u32(u32::from_str_radix(hex, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_survive_parsing_and_printing() {
        for text in [
            "aws_vpc.main",
            "aws_vpc.main[0]",
            "aws_vpc.main[*]",
            "data.aws_vpc.main",
            "ephemeral.random_password.p[\"a\"]",
            "module.a.aws_vpc.main",
            r#"module.a["k.x"].module.b[0].data.aws_x.y["q"]"#,
            r#"module.a["] . [\"0\"]"].aws_x.y["say \"hi\"\\"]"#,
            r#"aws_x.y["$${a} %%{b} $x 5% ${"]"#,
            r#"aws_x.y["tab\tline\nbell\u0007nbsp\u00a0é😀 tag\U000e0001"]"#,
            "aws_x.y[\"\"]",
            "aws_x.y[\"e\u{301}\"]",
        ] {
            // A lone `${` cannot be printed by Terraform; it reads as itself and prints doubled.
            let printed = text.replace("${\"]", "$${\"]");
            assert_eq!(Address::parse(text).unwrap().to_string(), printed);
        }
    }

    #[test]
    fn parts_are_told_apart() {
        let address = Address::parse(r#"module.a["k.x"].module.b[0].data.aws_x.y["q]"]"#).unwrap();
        assert_eq!(address.static_path(), "module.a.module.b.data.aws_x.y");
        assert_eq!(address.module.to_string(), r#"module.a["k.x"].module.b[0]"#);
        assert_eq!(address.module.names().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(address.mode, Mode::Data);
        assert_eq!(&*address.resource_type, "aws_x");
        assert_eq!(address.key, Some(Key::Str("q]".into())));
        assert_eq!(ModulePath::parse(""), Ok(ModulePath::default()));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            ".",
            "aws_x",
            "aws_x.",
            ".y",
            "data.aws_x",
            "module.a",
            "module.a.",
            "aws_x.y.z",
            "aws_x.y[",
            "aws_x.y[]",
            "aws_x.y[\"a]",
            "aws_x.y[\"a\"",
            "aws_x.y[a]",
            "aws_x.y[0]x",
            "aws_x.y[\"\\q\"]",
            "aws_x.y[\"\\u12\"]",
            "aws_x.y[\"\\ud800\"]",
            "aws_x.y[\"\\",
            "aws x.y",
            "[0]",
            "module.[0].a.b",
            "aws_x.y[99999999999999999999]",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_reference_leaves_its_attribute() {
        let (address, rest) = Address::parse_leading("aws_s3_bucket.b[0].id").unwrap();
        assert_eq!((address.to_string().as_str(), rest), ("aws_s3_bucket.b[0]", ".id"));
    }
}
