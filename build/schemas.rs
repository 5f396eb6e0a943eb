//! Compiles the facts about providers (`schemas/`) into tables that are read in place.
//!
//! The layout stands in `src/terraform/schema/format.rs`. Equal names, types, blocks and defaults
//! are stored once. The facts are the project's own files, so a mistake in them stops the build.

#[path = "schemas/facts.rs"]
mod facts;
#[path = "../src/terraform/schema/format.rs"]
mod format;
#[path = "schemas/table.rs"]
mod table;

use std::env;
use std::path::{Path, PathBuf};

use facts::{Defaults, Member, Provider};
use serde_json::{Map, Value};
use table::{Table, id};

/// Reads `schemas/` and writes the tables into the build's output folder.
pub(crate) fn compile() {
    let folder = Path::new("schemas");
    for watched in ["schemas", "build", "src/terraform/schema/format.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let mut tables = Tables::default();
    let none = tables.defaults.intern(b"");
    assert_eq!(none, format::NO_DEFAULT);
    let changes = facts::changes(&folder.join("changed-defaults.tsv"));
    for provider in facts::providers(folder) {
        tables.provider(&provider, &changes);
    }
    #[expect(clippy::disallowed_methods, reason = "a build script is told its folder this way")]
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    tables.write(&PathBuf::from(out));
}

#[derive(Default)]
struct Tables {
    names: Table,
    types: Table,
    blocks: Table,
    defaults: Table,
    entries: Vec<u8>,
    providers: Table,
}

/// What is known about the absent arguments of one type.
struct Absence<'a> {
    defaults: Option<&'a Defaults>,
    changes: Option<&'a facts::Changes>,
}

impl Tables {
    fn provider(&mut self, provider: &Provider, changes: &facts::ByType<facts::Changes>) {
        let unknown = Absence { defaults: None, changes: None };
        let first = id(self.entries.len() / format::ENTRY, "entries");
        for (name, (block, marks)) in &provider.resources {
            let absence =
                Absence { defaults: provider.defaults.get(name), changes: changes.get(name) };
            self.entry(name, block, *marks, &absence);
        }
        for (name, (block, marks)) in &provider.data_sources {
            self.entry(name, block, *marks, &unknown);
        }
        let block = self.block(&provider.block, 0, "", &unknown);
        let counts = [provider.resources.len(), provider.data_sources.len()];
        let mut record = [self.names.intern(provider.name.as_bytes()), block, first].to_vec();
        record.extend(counts.map(|count| id(count, "types of a provider")));
        debug_assert_eq!(record.len(), format::PROVIDER_HEAD / 2);
        record.extend(provider.versions.iter().map(|v| self.names.intern(v.as_bytes())));
        let record: Vec<u8> = record.into_iter().flat_map(u16::to_le_bytes).collect();
        self.providers.intern(&record);
    }

    fn entry(&mut self, name: &str, block: &Map<String, Value>, marks: u8, absence: &Absence<'_>) {
        let block = self.block(block, marks, "", absence);
        self.entries.extend(self.names.intern(name.as_bytes()).to_le_bytes());
        self.entries.extend(block.to_le_bytes());
    }

    fn block(&mut self, block: &Map<String, Value>, marks: u8, at: &str, by: &Absence<'_>) -> u16 {
        let (mut attributes, mut nested, mut marks) = (Vec::new(), Vec::new(), marks);
        for (name, member) in block {
            let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            match facts::member(name, member) {
                Member::Incomplete => marks |= format::INCOMPLETE,
                Member::Attribute { flags, ty } => {
                    attributes.extend(self.names.intern(name.as_bytes()).to_le_bytes());
                    attributes.extend(self.ty(&mut { ty }).to_le_bytes());
                    attributes.push(flag_bits(flags));
                    attributes.extend(self.absent(&path, by).to_le_bytes());
                }
                Member::Nested { nesting, least, most, marks, block } => {
                    let block = self.block(block, 0, &path, by);
                    let filled = by.defaults.is_some_and(|d| d.filled_in(&path));
                    nested.extend(self.names.intern(name.as_bytes()).to_le_bytes());
                    nested.extend(block.to_le_bytes());
                    nested.extend([nesting, marks | if filled { format::FILLED_IN } else { 0 }]);
                    nested.extend(least.to_le_bytes());
                    nested.extend(most.to_le_bytes());
                }
            }
        }
        let mut record = Vec::with_capacity(format::BLOCK_HEAD + attributes.len() + nested.len());
        record.extend(id(attributes.len() / format::ATTRIBUTE, "attributes").to_le_bytes());
        record.extend(id(nested.len() / format::NESTED, "nested blocks").to_le_bytes());
        record.push(marks);
        record.extend(attributes);
        record.extend(nested);
        self.blocks.intern(&record)
    }

    /// The default of the attribute at `path`; changes between versions win over the plain fact,
    /// which speaks of one version only.
    fn absent(&mut self, path: &str, by: &Absence<'_>) -> u16 {
        let fact = by.defaults.and_then(|defaults| defaults.attribute(path));
        let Some(changes) = by.changes.and_then(|changes| changes.get(path)) else {
            let Some((kind, literal)) = fact else { return format::NO_DEFAULT };
            let mut record = vec![*kind];
            record.extend(self.literal(literal).to_le_bytes());
            return self.defaults.intern(&record);
        };
        let mut record = vec![b'd'];
        record.extend(self.literal(&changes[0].before).to_le_bytes());
        for change in changes {
            record.extend(self.names.intern(change.since.as_bytes()).to_le_bytes());
            record.extend(self.literal(&change.now).to_le_bytes());
        }
        self.defaults.intern(&record)
    }

    fn literal(&mut self, literal: &str) -> u16 {
        match literal {
            "-" => format::NOT_DECLARED,
            "?" => format::COMPUTED,
            _ => self.names.intern(literal.as_bytes()),
        }
    }

    /// Reads one type off the front of `text`.
    fn ty(&mut self, text: &mut &str) -> u16 {
        let (tag, rest) = text.split_at(1);
        *text = rest;
        let mut record = tag.as_bytes().to_vec();
        match tag {
            "S" | "N" | "B" | "D" => {}
            "l" | "s" | "m" => record.extend(self.ty(text).to_le_bytes()),
            "{" => self.members(text, '}', &mut record),
            "(" => self.members(text, ')', &mut record),
            _ => panic!("`{tag}` begins no type"),
        }
        self.types.intern(&record)
    }

    /// The members of an object, with names, or of a tuple, up to the closing bracket.
    fn members(&mut self, text: &mut &str, close: char, record: &mut Vec<u8>) {
        while !text.starts_with(close) {
            *text = text.trim_start_matches(',');
            if close == '}' {
                let (name, rest) = text.split_once(':').expect("a member is `name:type`");
                *text = rest;
                record.extend(self.names.intern(name.as_bytes()).to_le_bytes());
            }
            record.extend(self.ty(text).to_le_bytes());
        }
        *text = &text[1..];
    }

    fn write(&self, out: &Path) {
        self.names.write(out, "names");
        self.types.write(out, "types");
        self.blocks.write(out, "blocks");
        self.defaults.write(out, "defaults");
        self.providers.write(out, "providers");
        table::write(&out.join("entries"), &self.entries);
    }
}

fn flag_bits(flags: &str) -> u8 {
    let bit = |flag| format::FLAGS.iter().position(|&f| f == flag).expect("a known flag");
    flags.bytes().fold(0, |bits, flag| bits | 1 << bit(flag))
}
