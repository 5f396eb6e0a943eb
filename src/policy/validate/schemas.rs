//! The schemas that hold for a file: of providers in versions that the facts are of.

use crate::hcl::Kind;
use crate::terraform::schema::{self, Block};
use crate::terraform::version::Constraint;

use super::super::pattern::Pattern;
use super::files::File;
use super::shapes::key;

/// What is known about a type.
pub(super) enum Known {
    /// What it declares.
    Declared(Block),
    /// The provider has no such type.
    Missing,
    /// Nothing is known about the provider, or not in the versions of the file.
    Unverified,
}

/// The versions of providers that a file names.
#[derive(Default)]
pub(super) struct Schemas {
    versions: Vec<(String, Constraint)>,
}

impl Schemas {
    /// What a file says.
    pub(super) fn of(file: &File) -> Self {
        let mut schemas = Self::default();
        for block in file.blocks_of("policy") {
            for inner in block.body().blocks_of("required_providers") {
                for entry in inner.body().attributes() {
                    let Kind::Object(mut items) = entry.expr().kind() else { continue };
                    let version = items.find(|item| key(item).as_deref() == Some("version"));
                    let Some(version) = version else { continue };
                    if let Kind::String(text) = version.value.kind()
                        && let Ok(constraint) = Constraint::parse(&text)
                    {
                        schemas.versions.push((entry.name().to_owned(), constraint));
                    }
                }
            }
        }
        schemas
    }

    fn covers(&self, provider: &str) -> bool {
        let named = self.versions.iter().find(|(name, _)| name == provider);
        named.is_none_or(|(_, versions)| schema::covers(provider, versions))
    }

    /// What a type of resources declares.
    pub(super) fn resource(&self, name: &str) -> Known {
        let Some(provider) = schema::provider_of(name) else { return Known::Unverified };
        if !self.covers(provider) {
            return Known::Unverified;
        }
        schema::resource(name).map_or(Known::Missing, Known::Declared)
    }

    /// The same of a data source.
    pub(super) fn data_source(&self, name: &str) -> Known {
        let Some(provider) = schema::provider_of(name) else { return Known::Unverified };
        if !self.covers(provider) {
            return Known::Unverified;
        }
        schema::data_source(name).map_or(Known::Missing, Known::Declared)
    }

    /// All types that a pattern may be for; `None` when there may be others.
    pub(super) fn matching(&self, pattern: &str) -> Option<Vec<Block>> {
        let provider = schema::provider_of(pattern).filter(|provider| self.covers(provider))?;
        let pattern = Pattern::new(pattern);
        let types = schema::resource_types(provider).filter(|name| pattern.matches(name));
        Some(types.filter_map(schema::resource).collect())
    }
}
