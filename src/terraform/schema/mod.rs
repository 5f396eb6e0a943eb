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
use crate::terraform::version::{Constraint, Version};

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

/// Whether the facts are of versions among which one that may be in use lies: of an older or newer one
/// they cannot tell that a name does not exist.
#[must_use]
pub fn covers(provider: &str, in_use: &Constraint) -> bool {
    let known: Vec<Version> = versions(provider).filter_map(Version::parse).collect();
    let (Some(oldest), Some(newest)) = (known.iter().min(), known.iter().max()) else {
        return false;
    };
    in_use.allows(newest) || in_use.reaches(Some(oldest), Some(newest))
}

/// A type as each provider that its name may belong to declares it: the owner first, then previews.
pub fn declarations(is_data: bool, type_name: &str) -> impl Iterator<Item = Block> {
    Provider::owners(type_name).filter_map(move |provider| {
        let entries = if is_data { provider.data_sources() } else { provider.resources() };
        find(entries, type_name)
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Type, Value};

    fn attribute(type_name: &str, path: &str) -> Attribute {
        attribute_at(type_name, path).unwrap_or_else(|| panic!("{type_name}.{path}"))
    }

    fn versions(constraint: &str) -> Constraint {
        Constraint::parse(constraint).unwrap()
    }

    #[test]
    fn knows_what_is_generally_known() {
        let acl = attribute("aws_s3_bucket_acl", "acl");
        assert!(acl.is_optional() && !acl.is_computed() && !acl.is_required());
        assert_eq!(acl.ty(), Type::String);

        let ingress = attribute("aws_security_group", "ingress");
        assert!(ingress.is_optional() && ingress.is_computed());
        assert_eq!(ingress.as_blocks(), Some(Nesting::Set));
        assert_eq!(TypeKind::from(&ingress.ty()), ingress.kind());
        assert_eq!(attribute("aws_security_group", "tags").as_blocks(), None);

        assert!(attribute("aws_db_instance", "password").is_sensitive());
        let timeouts = resource("aws_db_instance").and_then(|block| block.block("timeouts"));
        assert_eq!(timeouts.map(NestedBlock::nesting), Some(Nesting::Single));
        assert!(data_source("aws_iam_policy_document").is_some());
        assert!(provider_block("azurerm").is_some_and(|block| block.block("features").is_some()));
    }

    #[test]
    fn a_type_belongs_to_the_provider_its_name_begins_with() {
        for (name, provider) in [
            ("aws_s3_bucket", Some("aws")),
            ("aws_no_such_thing", Some("aws")),
            ("google_compute_instance", Some("google")),
            ("http", Some("http")),
            ("terraform_data", Some("terraform")),
            ("cloudflare_zone", None),
            ("", None),
        ] {
            assert_eq!(provider_of(name), provider, "{name}");
        }
        assert!(resource("cloudflare_zone").is_none());
        assert_eq!(resource_types("cloudflare").count(), 0);
    }

    #[test]
    fn a_preview_adds_types_and_attributes() {
        let only_beta = resource_types("google-beta")
            .find(|name| resource_of("google", name).is_none())
            .expect("the preview has more types");
        assert!(resource(only_beta).is_some(), "{only_beta}");
    }

    #[test]
    fn absence_follows_the_rules() {
        let any = Constraint::default();
        let block = resource("aws_s3_bucket_public_access_block").expect("a known type");
        for name in ["block_public_acls", "block_public_policy", "restrict_public_buckets"] {
            let absent = block.attribute(name).expect("a known argument").absent(false, &any);
            assert_eq!(absent, Absent::Value(Value::from(false)), "{name}");
        }
        let null = Absent::Value(Value::NULL);
        assert_eq!(attribute("aws_s3_bucket_acl", "acl").absent(false, &any), null);
        assert_eq!(
            attribute("aws_s3_bucket_acl", "acl").absent(true, &any),
            Absent::Value("".into())
        );
        assert_eq!(attribute("aws_s3_bucket", "arn").absent(false, &any), Absent::Unknown);
        assert_eq!(attribute("aws_db_instance", "password_wo").absent(false, &any), null);
        // A default is documented, and yet real plans show null.
        let protection = attribute("aws_db_instance", "deletion_protection");
        assert_eq!(protection.absent(false, &any), null);

        let tier = attribute("azurerm_storage_account", "access_tier");
        assert_eq!(tier.absent(false, &any), Absent::Unknown);
        assert_eq!(tier.documented_default(&any), Absent::Value("Hot".into()));

        let account = resource("azurerm_storage_account").expect("a known type");
        let block = |name| account.block(name).expect("a known block").absent();
        assert_eq!(block("blob_properties"), Absent::Unknown);
        assert_eq!(block("custom_domain"), Absent::Value(Value::list([])));
        assert_eq!(block("timeouts"), null);
    }

    #[test]
    fn a_default_follows_the_version() {
        let public = attribute("azurerm_storage_account", "allow_nested_items_to_be_public");
        for (constraint, expected) in [
            ("= 4.80.0", Absent::Value(Value::from(true))),
            ("~> 3.0", Absent::Value(Value::from(true))),
            ("~> 5.0", Absent::Value(Value::from(false))),
            ("2.83.0", Absent::NotDeclared),
            // Versions without the argument do not count where newer ones may be used.
            (">= 2.0, < 5.0", Absent::Value(Value::from(true))),
            // Nothing satisfies it; `terraform init` will say so.
            ("> 6.0, < 5.0", Absent::Value(Value::from(false))),
        ] {
            assert_eq!(public.absent(false, &versions(constraint)), expected, "{constraint}");
        }
        let change = Change { before: Some("true"), since: "5.0.0", now: Some("false") };
        let dependent = Absent::VersionDependent(change);
        assert_eq!(public.absent(false, &versions(">= 3.0")), dependent);
        assert_eq!(public.absent(false, &Constraint::default()), dependent);

        let tls = attribute("azurerm_eventhub_namespace", "minimum_tls_version");
        assert_eq!(tls.absent(false, &versions("~> 3.0")), Absent::Unknown);
        assert_eq!(tls.absent(false, &versions("~> 4.0")), Absent::Value("1.2".into()));

        let old = attribute("azurerm_storage_account", "allow_blob_public_access");
        assert_eq!(old.absent(false, &versions("~> 2.80")), Absent::Value(Value::from(false)));
        assert_eq!(old.absent(false, &versions(">= 2.0")), Absent::NotDeclared);
    }

    #[test]
    fn tells_of_versions_between_those_described() {
        for (constraint, expected) in [
            ("", true),
            ("6.69.1", true),
            ("5.80.0", true),
            ("~> 5.0", true),
            (">= 7.0", false),
            ("6.70.0", false),
            ("~> 2.0", false),
        ] {
            let versions = Constraint::parse(constraint).unwrap_or_default();
            assert_eq!(covers("aws", &versions), expected, "{constraint}");
        }
        assert!(!covers("cloudflare", &Constraint::default()));
    }

    #[test]
    fn suggests_types_and_arguments() {
        assert_eq!(did_you_mean_resource("aws_s3_buckett"), Some("aws_s3_bucket"));
        assert_eq!(did_you_mean_data_source("aws_regoin"), Some("aws_region"));
        assert_eq!(did_you_mean_resource("cloudflare_zone"), None);
        let bucket = resource("aws_s3_bucket").expect("a known type");
        assert_eq!(bucket.did_you_mean("force_destory"), Some("force_destroy"));
    }

    /// Not a limit, a reminder: shown with `--nocapture`.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "shows how long a look-up takes")]
    fn shows_size_and_time() {
        let start = std::time::Instant::now();
        let first = resource("aws_s3_bucket_acl").is_some();
        let opened = start.elapsed();
        let start = std::time::Instant::now();
        let found = resource_types("aws").filter(|name| resource(name).is_some()).count();
        let each = start.elapsed() / u32::try_from(found).unwrap_or(1);
        println!("{} bytes; first look-up {opened:?} ({first}); then {each:?} a type", table::SIZE);
    }
}
