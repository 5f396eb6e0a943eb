//! YAML as values: what plain words mean is what Terraform takes them for.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

use crate::diag::Problem;
use crate::value::{Entries, Key, Number, Origin, Value, nfc};

/// Nesting that is read; deeper text is an error, not a crash.
const MAX_DEPTH: usize = 500;

/// Reads one document. Every part has the origin of the text.
pub(super) fn decode(text: &str, origin: Origin, limit: usize) -> Result<Value, Problem> {
    let reader =
        Reader { stack: Vec::new(), anchors: BTreeMap::new(), size: 0, limit, origin, done: None };
    reader.run(text)
}

fn wrong(message: &str) -> Problem {
    Problem::new(format!("not YAML that can be decoded: {message}"))
}

fn scan_error(error: &ScanError) -> Problem {
    let mark = error.marker();
    wrong(&format!("line {}, column {}: {}", mark.line(), mark.col() + 1, error.info()))
}

struct Reader {
    stack: Vec<Open>,
    anchors: BTreeMap<usize, Anchored>,
    size: usize,
    limit: usize,
    origin: Origin,
    done: Option<Value>,
}

/// A value with a name; its size and depth, so that aliases of aliases cannot grow without bound.
#[derive(Clone)]
struct Anchored {
    value: Value,
    size: usize,
    depth: usize,
}

/// A collection that has begun.
struct Open {
    anchor: usize,
    start_size: usize,
    /// Of the deepest part so far.
    depth: usize,
    parts: Parts,
}

enum Parts {
    Sequence(Vec<Value>),
    Mapping { entries: Vec<(Key, Value)>, key: Option<MapKey> },
}

enum MapKey {
    Name(Key),
    Merge,
}

impl Reader {
    fn run(mut self, text: &str) -> Result<Value, Problem> {
        for event in Parser::new_from_str(text) {
            let (event, _) = event.map_err(|error| scan_error(&error))?;
            self.take(event)?;
        }
        self.done.ok_or_else(|| wrong("missing start of document"))
    }

    fn take(&mut self, event: Event<'_>) -> Result<(), Problem> {
        match event {
            Event::DocumentStart(_) if self.done.is_some() => {
                Err(wrong("unexpected extra content after value"))
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
            Event::Scalar(text, style, anchor, tag) => {
                let merge = style == ScalarStyle::Plain && text == "<<" && tag.is_none();
                if merge && self.wants_key() {
                    return self.set_key(MapKey::Merge);
                }
                let value = scalar(&text, style, tag.as_deref())?.with_origin(self.origin);
                self.complete(value, anchor, self.size, 0)
            }
            Event::Alias(anchor) => {
                let Anchored { value, size, depth } =
                    self.anchors.get(&anchor).cloned().ok_or_else(|| {
                        wrong("cannot refer to an anchor from inside its own definition")
                    })?;
                self.size = self.size.saturating_add(size);
                self.complete(value, 0, self.size, depth)
            }
            Event::SequenceStart(anchor, tag) => {
                check_tag(tag.as_deref(), "seq")?;
                self.open(anchor, Parts::Sequence(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                check_tag(tag.as_deref(), "map")?;
                self.open(anchor, Parts::Mapping { entries: Vec::new(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
        }
    }

    fn wants_key(&self) -> bool {
        matches!(self.stack.last(), Some(Open { parts: Parts::Mapping { key: None, .. }, .. }))
    }

    fn set_key(&mut self, new: MapKey) -> Result<(), Problem> {
        if let Some(Open { parts: Parts::Mapping { key, .. }, .. }) = self.stack.last_mut() {
            *key = Some(new);
        }
        Ok(())
    }

    fn open(&mut self, anchor: usize, parts: Parts) -> Result<(), Problem> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(wrong(&format!("nested more than {MAX_DEPTH} deep")));
        }
        self.stack.push(Open { anchor, start_size: self.size, depth: 0, parts });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Problem> {
        let Some(open) = self.stack.pop() else { return Ok(()) };
        let value = match open.parts {
            Parts::Sequence(items) => Value::tuple(items),
            Parts::Mapping { entries, .. } => Value::object(Entries::from(entries)),
        };
        self.complete(value.with_origin(self.origin), open.anchor, open.start_size, open.depth + 1)
    }

    /// A value is whole: remembers it under its anchor and puts it where it belongs.
    fn complete(
        &mut self,
        value: Value,
        anchor: usize,
        start_size: usize,
        depth: usize,
    ) -> Result<(), Problem> {
        self.size += 1;
        if depth + self.stack.len() > MAX_DEPTH {
            return Err(wrong(&format!("nested more than {MAX_DEPTH} deep")));
        }
        if let Some(open) = self.stack.last_mut() {
            open.depth = open.depth.max(depth);
        }
        if self.size > self.limit {
            return Err(wrong(&format!("more than {} values", self.limit)));
        }
        if anchor > 0 {
            let size = self.size - start_size;
            self.anchors.insert(anchor, Anchored { value: value.clone(), size, depth });
        }
        match self.stack.last_mut().map(|open| &mut open.parts) {
            None => self.done = Some(value),
            Some(Parts::Sequence(items)) => items.push(value),
            Some(Parts::Mapping { entries, key }) => match key.take() {
                None => *key = Some(MapKey::Name(name(&value)?)),
                Some(MapKey::Name(name)) => entries.push((name, value)),
                Some(MapKey::Merge) => {
                    let merged = value
                        .as_entries()
                        .ok_or_else(|| wrong("only a mapping can be merged into a mapping"))?;
                    entries.extend(merged.iter().cloned());
                }
            },
        }
        Ok(())
    }
}

/// Keys are strings; what is no string but one word becomes one.
fn name(value: &Value) -> Result<Key, Problem> {
    if value.is_null() {
        return Err(wrong("mapping key cannot be null"));
    }
    crate::value::convert(value, &crate::value::Type::String)
        .ok()
        .and_then(|value| value.as_str().map(Key::from))
        .ok_or_else(|| wrong("only strings are allowed as mapping keys"))
}

fn check_tag(tag: Option<&Tag>, wanted: &str) -> Result<(), Problem> {
    match tag {
        Some(tag) if !is_core(tag, wanted) => Err(unsupported(tag)),
        _ => Ok(()),
    }
}

fn is_core(tag: &Tag, wanted: &str) -> bool {
    core_name(tag) == Some(wanted)
}

fn core_name(tag: &Tag) -> Option<&str> {
    const CORE: &str = "tag:yaml.org,2002:";
    match tag.handle.as_str() {
        CORE | "!!" => Some(&tag.suffix),
        _ => tag.suffix.strip_prefix(CORE),
    }
}

fn unsupported(tag: &Tag) -> Problem {
    wrong(&format!("unsupported tag `{}{}`", tag.handle, tag.suffix))
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, Problem> {
    let plain = style == ScalarStyle::Plain;
    let string = || Ok(Value::string(&*nfc(text)));
    match tag {
        None if plain => resolved(text),
        None => string(),
        Some(tag) => match core_name(tag) {
            Some("str" | "binary") => string(),
            Some("int" | "float" | "bool" | "null" | "timestamp" | "merge") if plain => {
                resolved(text)
            }
            Some("int" | "float" | "bool" | "null" | "timestamp" | "merge") => string(),
            _ => Err(unsupported(tag)),
        },
    }
}

/// What a plain word means.
fn resolved(text: &str) -> Result<Value, Problem> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::NULL,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            true.into()
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            false.into()
        }
        ".nan" | ".NaN" | ".NAN" => return Err(wrong("floating point NaN is not supported")),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" => {
            return Err(wrong("infinity is not supported"));
        }
        _ => match number(text) {
            Some(number) => number.into(),
            None => Value::string(date(text).unwrap_or_else(|| nfc(text).into_owned())),
        },
    })
}

fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return Number::parse_whole(digits, 16)
            .filter(|n| !n.is_negative() && !digits.starts_with('+'));
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return Number::parse_whole(digits, 8)
            .filter(|n| !n.is_negative() && !digits.starts_with('+'));
    }
    Number::parse(text)
}

/// Dates and times are brought into the form of RFC 3339, without fractions of a second.
fn date(text: &str) -> Option<String> {
    let shape = |text: &str, like: &str| {
        text.len() == like.len()
            && text.bytes().zip(like.bytes()).all(|(b, l)| match l {
                b'0' => b.is_ascii_digit(),
                l => b == l,
            })
    };
    let (day, rest) = text.split_at_checked(10)?;
    if !shape(day, "0000-00-00") {
        return None;
    }
    if rest.is_empty() {
        return Some(format!("{day}T00:00:00Z"));
    }
    let (time, rest) = rest.get(1..)?.split_at_checked(8)?;
    if !text.get(10..)?.starts_with(['T', 't', ' ']) || !shape(time, "00:00:00") {
        return None;
    }
    let fraction = rest
        .strip_prefix('.')
        .map_or(0, |rest| 1 + rest.bytes().take_while(u8::is_ascii_digit).count());
    let zone = rest.get(fraction..)?;
    let zone = match zone {
        "" if text.get(10..)?.starts_with(' ') => "Z",
        "Z" => "Z",
        zone if shape(zone, "+00:00") || shape(zone, "-00:00") => zone,
        _ => return None,
    };
    Some(format!("{day}T{time}{zone}"))
}
