//! The fact files as `schemas/README.md` describes them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::{Map, Value};

use super::format;
use super::table::id;

/// Something known about some resource types.
pub(crate) type ByType<T> = BTreeMap<String, T>;
/// A resource type's or data source's block and its marks, by name.
pub(crate) type Types = BTreeMap<String, (Map<String, Value>, u8)>;
/// Changes of defaults by path, oldest first.
pub(crate) type Changes = BTreeMap<String, Vec<Change>>;

/// The facts about one provider.
pub(crate) struct Provider {
    /// `aws`.
    pub(crate) name: String,
    /// Versions the facts are of, newest facts first.
    pub(crate) versions: Vec<String>,
    /// The provider's own configuration.
    pub(crate) block: Map<String, Value>,
    pub(crate) resources: Types,
    pub(crate) data_sources: Types,
    pub(crate) defaults: ByType<Defaults>,
}

/// Facts about the absent arguments of one resource type: kind and JSON literal by path.
#[derive(Default)]
pub(crate) struct Defaults(BTreeMap<String, (u8, String)>);

impl Defaults {
    pub(crate) fn attribute(&self, path: &str) -> Option<&(u8, String)> {
        self.0.get(path).filter(|(kind, _)| *kind != b'k')
    }

    pub(crate) fn filled_in(&self, path: &str) -> bool {
        self.0.get(path).is_some_and(|(kind, _)| *kind == b'k')
    }
}

/// A default that differs between versions.
pub(crate) struct Change {
    pub(crate) since: String,
    pub(crate) before: String,
    pub(crate) now: String,
}

/// A member of a block.
pub(crate) enum Member<'a> {
    /// `*`: the block is not fully known.
    Incomplete,
    Attribute {
        flags: &'a str,
        ty: &'a str,
    },
    Nested {
        nesting: u8,
        least: u16,
        most: u16,
        marks: u8,
        block: &'a Map<String, Value>,
    },
}

/// Every provider with facts, by file name.
pub(crate) fn providers(folder: &Path) -> Vec<Provider> {
    let entries = folder.read_dir().expect("the folder `schemas` stands beside Cargo.toml");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".jsonl.gz"));
    files.sort();
    files.iter().map(|path| provider(path)).collect()
}

fn provider(path: &Path) -> Provider {
    let text = read(path);
    let mut lines = text.lines().map(|line| {
        let parsed: Value = serde_json::from_str(line).expect("every line of facts is JSON");
        parsed
    });
    let head = lines.next().expect("the first line tells the versions");
    let name = head["provider"].as_str().and_then(|name| name.rsplit('/').next());
    let name = name.expect("`provider` is like `hashicorp/aws`").to_owned();
    let versions = head["versions"].as_array().expect("`versions` is a list");
    let version = |v: &Value| v[0].as_str().expect("a version is a string").to_owned();
    let mut provider = Provider {
        versions: versions.iter().map(version).collect(),
        block: Map::new(),
        resources: Types::new(),
        data_sources: Types::new(),
        defaults: defaults(path, &name),
        name,
    };
    for line in lines {
        let Value::Array(line) = line else { panic!("a line is [KIND, TYPE, BLOCK]") };
        let Ok([Value::String(kind), Value::String(name), Value::Object(block)]) =
            <[Value; 3]>::try_from(line)
        else {
            panic!("a line is [KIND, TYPE, BLOCK]")
        };
        let marks = if kind.ends_with('x') { format::OTHER_VERSION } else { 0 };
        match kind.trim_end_matches('x') {
            "r" => drop(provider.resources.insert(name, (block, marks))),
            "d" => drop(provider.data_sources.insert(name, (block, marks))),
            "p" => provider.block = block,
            _ => panic!("`{kind}` is no kind"),
        }
    }
    provider
}

/// The defaults of a provider; `google-beta` has those of `google`.
fn defaults(facts: &Path, provider: &str) -> ByType<Defaults> {
    let provider = provider.strip_suffix("-beta").unwrap_or(provider);
    let path = facts.with_file_name(format!("{provider}.defaults.tsv.gz"));
    let mut types: ByType<Defaults> = BTreeMap::new();
    if !path.exists() {
        return types;
    }
    for line in read(&path).lines() {
        let [name, path, kind, literal] = columns(line);
        // Secrets (`s`) are already among the flags, and `n` says that there is nothing to say.
        if matches!(kind, "d" | "c" | "k") {
            let fact = (kind.as_bytes()[0], literal.to_owned());
            types.entry(name.to_owned()).or_default().0.insert(path.to_owned(), fact);
        }
    }
    types
}

/// The table of defaults that differ between versions; `#` begins a comment.
pub(crate) fn changes(path: &Path) -> ByType<Changes> {
    let mut types: ByType<Changes> = BTreeMap::new();
    for line in read(path).lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let [name, path, since, before, now, _source] = columns(line);
        let changes = types.entry(name.to_owned()).or_default().entry(path.to_owned());
        let changes = changes.or_default();
        if let Some(last) = changes.last() {
            assert_eq!(last.now, before, "{name}.{path}: rows of one path follow each other");
        }
        let [since, before, now] = [since, before, now].map(str::to_owned);
        changes.push(Change { since, before, now });
    }
    types
}

/// Takes a member of a block apart.
pub(crate) fn member<'a>(name: &str, member: &'a Value) -> Member<'a> {
    match member {
        Value::Number(_) if name == "*" => Member::Incomplete,
        Value::String(attribute) => {
            let (flags, ty) = attribute.split_once(':').expect("an attribute is `FLAGS:TYPE`");
            Member::Attribute { flags, ty }
        }
        Value::Array(nested) => {
            let [Value::String(head), Value::Object(block)] = nested.as_slice() else {
                panic!("nested block `{name}` is [HEAD, BLOCK]")
            };
            let (nesting, limits) = head.split_at(1);
            let (least, most) = limits.split_once('-').expect("limits are `MIN-MAX`");
            let (most, flags) = most.split_at(most.trim_end_matches(['d', 'x']).len());
            let marks = if flags.contains('d') { format::DEPRECATED } else { 0 }
                | if flags.contains('x') { format::OTHER_VERSION } else { 0 };
            let nesting = nesting.as_bytes()[0];
            Member::Nested { nesting, least: limit(least), most: limit(most), marks, block }
        }
        _ => panic!("`{name}` is neither attribute nor nested block"),
    }
}

fn limit(text: &str) -> u16 {
    if text.is_empty() { 0 } else { id(text.parse().expect("a limit is a number"), "elements") }
}

fn columns<const N: usize>(line: &str) -> [&str; N] {
    let columns: Vec<&str> = line.split('\t').collect();
    columns.try_into().unwrap_or_else(|_| panic!("`{line}` has not {N} columns"))
}

#[expect(clippy::disallowed_methods, reason = "a build script reads files")]
fn read(path: &Path) -> String {
    let mut text = String::new();
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let read = if path.extension().is_some_and(|end| end == "gz") {
        GzDecoder::new(file).read_to_string(&mut text)
    } else {
        { file }.read_to_string(&mut text)
    };
    read.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text
}
