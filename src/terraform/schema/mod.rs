//! What providers declare about resource types and data sources, and what absence means.
//!
//! The facts stand in `schemas/` and are compiled into tables that are read in place. A resource
//! type belongs to the provider its name begins with; where `provider = google-beta` says otherwise,
//! ask [`resource_of`]. The facts describe one version of each provider; what only other versions
//! have is marked, and defaults that changed are told by version ([`Attribute::absent`]).

mod absent;
mod block;
mod format;
mod table;
mod types;

use crate::diag;

pub use absent::{Absent, Change};
pub use block::{Attribute, Block, NestedBlock, Nesting};
pub use types::TypeKind;

use table::{ENTRIES, PROVIDERS};

/// The resource type with this name.
#[must_use]
pub fn resource(type_name: &str) -> Option<Block> {
    Provider::owners(type_name).find_map(|provider| find(provider.resources(), type_name))
}

/// The data source with this name.
#[must_use]
pub fn data_source(type_name: &str) -> Option<Block> {
    Provider::owners(type_name).find_map(|provider| find(provider.data_sources(), type_name))
}

/// The resource type with this name as this provider declares it.
#[must_use]
pub fn resource_of(provider: &str, type_name: &str) -> Option<Block> {
    find(Provider::named(provider)?.resources(), type_name)
}

/// The data source with this name as this provider declares it.
#[must_use]
pub fn data_source_of(provider: &str, type_name: &str) -> Option<Block> {
    find(Provider::named(provider)?.data_sources(), type_name)
}

/// The configuration block of a provider.
#[must_use]
pub fn provider_block(provider: &str) -> Option<Block> {
    Provider::named(provider).map(|provider| Block::new(table::number(provider.0, 2)))
}

/// The attribute of a resource type at a path through nested blocks, `site_config.ftps_state`.
#[must_use]
pub fn attribute_at(type_name: &str, path: &str) -> Option<Attribute> {
    let mut block = resource(type_name)?;
    let (blocks, name) = path.rsplit_once('.').unwrap_or(("", path));
    for step in blocks.split('.').filter(|step| !step.is_empty()) {
        block = block.block(step)?.block();
    }
    block.attribute(name)
}

/// The provider that owns a type by its name, whether or not it has such a type; `None` when there
/// are no facts about that provider.
#[must_use]
pub fn provider_of(type_name: &str) -> Option<&'static str> {
    let prefix = type_name.split('_').next().unwrap_or(type_name);
    Provider::named(prefix).map(Provider::name)
}

/// Names of the providers with facts.
pub fn providers() -> impl Iterator<Item = &'static str> {
    Provider::all().map(Provider::name)
}

/// Names of a provider's resource types, in order; none when there are no facts.
pub fn resource_types(provider: &str) -> impl Iterator<Item = &'static str> {
    names(Provider::named(provider).map_or(&[], Provider::resources))
}

/// Names of a provider's data sources, in order; none when there are no facts.
pub fn data_source_types(provider: &str) -> impl Iterator<Item = &'static str> {
    names(Provider::named(provider).map_or(&[], Provider::data_sources))
}

/// The versions of a provider that the facts are of; the first is the one they describe, what the
/// others add is marked.
pub fn versions(provider: &str) -> impl Iterator<Item = &'static str> {
    let record = Provider::named(provider).map_or(&[][..], |provider| provider.0);
    let versions = record.get(format::PROVIDER_HEAD..).unwrap_or_default().as_chunks::<2>().0;
    versions.iter().map(|version| table::name(table::number(version, 0)))
}

/// The resource type that was probably meant by a name that does not exist.
#[must_use]
pub fn did_you_mean_resource(type_name: &str) -> Option<&'static str> {
    diag::did_you_mean(type_name, Provider::owners(type_name).flat_map(|p| names(p.resources())))
}

/// The data source that was probably meant by a name that does not exist.
#[must_use]
pub fn did_you_mean_data_source(type_name: &str) -> Option<&'static str> {
    diag::did_you_mean(type_name, Provider::owners(type_name).flat_map(|p| names(p.data_sources())))
}

/// Name and block of a type.
type Entry = [u8; format::ENTRY];

/// A provider's record: name, block, first entry, number of resources, number of data sources.
#[derive(Clone, Copy)]
struct Provider(&'static [u8]);

impl Provider {
    fn all() -> impl Iterator<Item = Self> {
        let count = u16::try_from(PROVIDERS.len()).unwrap_or(u16::MAX);
        (0..count).map(|id| Self(PROVIDERS.record(id)))
    }

    fn named(name: &str) -> Option<Self> {
        Self::all().find(|provider| provider.name() == name)
    }

    /// The provider whose name begins the type's name, then its previews such as `google-beta`.
    fn owners(type_name: &str) -> impl Iterator<Item = Self> {
        let owner = provider_of(type_name);
        let preview = move |name: &str| {
            owner.is_some_and(|owner| name.strip_prefix(owner).is_some_and(|e| e.starts_with('-')))
        };
        let previews = Self::all().filter(move |provider| preview(provider.name()));
        owner.and_then(Self::named).into_iter().chain(previews)
    }

    fn name(self) -> &'static str {
        table::name(table::number(self.0, 0))
    }

    fn resources(self) -> &'static [Entry] {
        let first = usize::from(table::number(self.0, 4));
        entries(first, usize::from(table::number(self.0, 6)))
    }

    fn data_sources(self) -> &'static [Entry] {
        let first = usize::from(table::number(self.0, 4)) + self.resources().len();
        entries(first, usize::from(table::number(self.0, 8)))
    }
}

fn entries(first: usize, count: usize) -> &'static [Entry] {
    ENTRIES.as_chunks().0.get(first..first + count).unwrap_or_default()
}

fn find(entries: &'static [Entry], name: &str) -> Option<Block> {
    let key = |entry: &Entry| table::name_bytes(table::number(entry, 0)).cmp(name.as_bytes());
    let at = entries.binary_search_by(key).ok()?;
    entries.get(at).map(|entry| Block::new(table::number(entry, 2)))
}

fn names(entries: &'static [Entry]) -> impl Iterator<Item = &'static str> {
    entries.iter().map(|entry| table::name(table::number(entry, 0)))
}
