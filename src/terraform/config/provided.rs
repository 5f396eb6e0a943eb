//! What providers fill in from their configuration while planning: the region or project, tags and
//! labels that every resource gets, locations in their normal form.
//!
//! Which types take part is told by the schema: they have the attribute. Rules as in the providers'
//! own planning, except that a map with an unknown element stays a map: its other elements are sure.

use std::collections::BTreeSet;

use crate::terraform::address::Mode;
use crate::terraform::schema::{Attribute, Block, TypeKind};
use crate::terraform::version::Version;
use crate::value::{Cause, Key, Kind, Marks, Reason, Text, Type, Unknown, Value};

use super::instance::Evaluation;
use super::providers::Provider;

/// The label by which the provider of Google Cloud tells who made a resource.
const ATTRIBUTION: &str = "goog-terraform-provisioned";

/// A resource to whose attributes a provider adds.
pub(super) struct Subject<'s, 'c> {
    pub evaluation: &'s Evaluation<'c>,
    pub provider: &'s Provider,
    pub mode: Mode,
    pub schema: Block,
    pub depth: u32,
}

impl Subject<'_, '_> {
    /// An attribute that is not written, where the provider's configuration decides it. `written` gives
    /// the attributes that are.
    pub(super) fn attribute(
        &self,
        attribute: Attribute,
        written: &dyn Fn(&str) -> Option<Value>,
    ) -> Option<Value> {
        let may_be_given = attribute.is_optional() && attribute.is_computed();
        match (family(&self.provider.provider_type), attribute.name()) {
            (Family::Aws, "region") if may_be_given && self.may_be("aws", 6) => {
                self.evaluation.setting(self.provider, "region", self.depth)
            }
            (Family::Aws, "tags_all") if self.is_map("tags") => self.tags(written("tags")),
            (Family::Google, name @ ("project" | "region" | "zone")) if may_be_given => {
                self.evaluation.setting(self.provider, name, self.depth)
            }
            (Family::Google, "effective_labels" | "terraform_labels") => {
                let names = ["labels", "resource_labels"];
                let name = names.into_iter().find(|name| self.is_map(name))?;
                let labels = self.labels(written(name))?;
                Some(if attribute.is_sensitive() { secret(&labels) } else { labels })
            }
            _ => None,
        }
    }

    fn is_map(&self, name: &str) -> bool {
        let attribute = self.schema.attribute(name);
        self.mode == Mode::Managed && attribute.is_some_and(|a| a.kind() == TypeKind::Map)
    }

    fn argument(&self, name: &str) -> Option<Value> {
        self.evaluation.provider_argument(self.provider, name, self.depth)
    }

    /// Whether the version that is used may be this major one or a newer one.
    fn may_be(&self, provider: &str, major: u64) -> bool {
        let since = Version::parse(&format!("{major}.0.0"));
        self.evaluation.version(provider).reaches(since.as_ref(), None)
    }

    /// `default_tags` and over them `tags`, without those of `ignore_tags`.
    fn tags(&self, own: Option<Value>) -> Option<Value> {
        let defaults = self.argument("default_tags").and_then(|blocks| part(&blocks, "tags"));
        let ignored = match self.argument("ignore_tags") {
            Some(blocks) => Ignored::read(&blocks),
            None => Ok(Ignored::default()),
        };
        match ignored {
            Ok(ignored) => merged(&[defaults, own], |key| !ignored.has(key)),
            Err(unknown) => Some(as_map(&unknown)),
        }
    }

    /// `default_labels`, over them the resource's own, and the attribution.
    fn labels(&self, own: Option<Value>) -> Option<Value> {
        let defaults = self.argument("default_labels");
        let is_empty = |labels: &Option<Value>| {
            labels
                .as_ref()
                .is_none_or(|l| l.as_entries().is_some_and(|e| e.is_empty()) || l.is_null())
        };
        let is_bare = is_empty(&defaults) && is_empty(&own);
        let attribution = self.attribution();
        // Whether there are labels at all then depends on the attribution.
        if is_bare && attribution.as_ref().is_some_and(Value::is_unknown) {
            return None;
        }
        let attribution =
            attribution.map(|value| Value::map(vec![(Key::from(ATTRIBUTION), value)]));
        merged(&[defaults, attribution, own], |_| true)
    }

    /// The value of the attribution label. Since version 6 it is there unless told otherwise.
    fn attribution(&self) -> Option<Value> {
        let told = self.argument("add_terraform_attribution_label").filter(|told| !told.is_null());
        if let Some(told) = told {
            return match (told.as_bool(), told.as_unknown()) {
                (Some(false), _) => None,
                (None, Some(unknown)) => Some(text(unknown.reason.clone())),
                _ => Some(Value::from("true").with_origin(told.origin())),
            };
        }
        let six = Version::parse("6.0.0");
        let versions = self.evaluation.version(&self.provider.provider_type);
        match (versions.reaches(None, six.as_ref()), versions.reaches(six.as_ref(), None)) {
            (_, false) => None,
            (false, true) => Some(Value::from("true")),
            (true, true) => {
                let subject = format!("the label {ATTRIBUTION} (not set before version 6.0.0)");
                Some(text(Reason::new(Cause::VersionDependent, subject, None)))
            }
        }
    }
}

impl Evaluation<'_> {
    /// What a configuration says of where its resources live: its argument, else what is assumed.
    pub(super) fn setting(&self, provider: &Provider, name: &str, depth: u32) -> Option<Value> {
        let written = self.provider_argument(provider, name, depth);
        let written = written.filter(|value| !value.is_null());
        written.or_else(|| match family(&provider.provider_type) {
            Family::Aws => self.assumed(&format!("aws.{name}")),
            Family::Google => self.assumed(&format!("google.{name}")),
            Family::Azure => self.assumed(&format!("azure.{name}")),
            Family::Other => None,
        })
    }
}

/// Providers that add something of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Aws,
    Azure,
    Google,
    Other,
}

/// The family of a provider's type; a preview belongs to its provider's.
pub(super) fn family(provider_type: &str) -> Family {
    match provider_type {
        "aws" => Family::Aws,
        "azurerm" => Family::Azure,
        "google" | "google-beta" => Family::Google,
        _ => Family::Other,
    }
}

/// A location of Azure in the form that plans have: `West Europe` is `westeurope`.
pub(super) fn normal_location(value: Value) -> Value {
    let Kind::String(Text::Plain(text)) = value.kind() else { return value };
    let normal = text.replace(' ', "").to_lowercase();
    if *normal == **text {
        return value;
    }
    Value::string(normal).with_origin(value.origin()).with_marks(value.marks())
}

/// What `ignore_tags` names.
#[derive(Default)]
struct Ignored {
    keys: BTreeSet<String>,
    prefixes: Vec<String>,
}

impl Ignored {
    /// Reads the block; what is unknown in it comes back.
    fn read(blocks: &Value) -> Result<Self, Value> {
        let texts = |name: &str| -> Result<Vec<String>, Value> {
            let Some(texts) = part(blocks, name) else { return Ok(Vec::new()) };
            if texts.first_unknown().is_some() {
                return Err(texts);
            }
            let elements = texts.as_elements().unwrap_or_default().iter();
            Ok(elements.filter_map(|text| text.as_str().map(str::to_owned)).collect())
        };
        Ok(Self { keys: texts("keys")?.into_iter().collect(), prefixes: texts("key_prefixes")? })
    }

    fn has(&self, key: &str) -> bool {
        self.keys.contains(key) || self.prefixes.iter().any(|prefix| key.starts_with(&**prefix))
    }
}

/// An argument of the one block there is.
fn part(blocks: &Value, name: &str) -> Option<Value> {
    if blocks.is_unknown() {
        return Some(blocks.clone());
    }
    blocks.as_elements()?.first()?.get(name).filter(|value| !value.is_null()).cloned()
}

/// Maps laid over one another, the last uppermost; `None` when nothing is in them, which the provider
/// leaves open until apply.
fn merged(maps: &[Option<Value>], keep: impl Fn(&str) -> bool) -> Option<Value> {
    let maps: Vec<&Value> = maps.iter().flatten().filter(|map| !map.is_null()).collect();
    let marks = maps.iter().fold(Marks::NONE, |marks, map| marks.and(map.marks().travelling()));
    if let Some(unknown) = maps.iter().find(|map| map.is_unknown()) {
        return Some(as_map(unknown).with_marks(marks));
    }
    let mut entries: Vec<(Key, Value)> = Vec::new();
    for (key, value) in maps.iter().filter_map(|map| map.as_entries()).flatten() {
        // A null element is as good as none: what lies below it shows.
        if keep(key) && !value.is_null() {
            entries.push((key.clone(), element(value)));
        }
    }
    if entries.is_empty() {
        return None;
    }
    // A finding about the whole points at what is nearest to the resource.
    let origin = maps.iter().rev().map(|map| map.origin()).find(|origin| origin.is_some());
    Some(Value::map(entries).with_marks(marks).with_origin(origin.unwrap_or_default()))
}

/// The same, with each element sensitive, as Terraform marks what is in a sensitive attribute.
fn secret(labels: &Value) -> Value {
    let Some(entries) = labels.as_entries() else { return labels.clone() };
    let secret =
        |(key, value): &(Key, Value)| (key.clone(), value.clone().with_marks(Marks::SENSITIVE));
    Value::map(entries.iter().map(secret).collect::<Vec<_>>())
        .with_marks(labels.marks())
        .with_origin(labels.origin())
}

/// An element as text.
fn element(value: &Value) -> Value {
    crate::value::convert(value, &Type::String).unwrap_or_else(|_| value.clone())
}

fn text(reason: Reason) -> Value {
    Value::unknown(Unknown::new(Type::String, reason))
}

/// An unknown map for the reason of an unknown value.
fn as_map(value: &Value) -> Value {
    let Some(unknown) = value.first_unknown() else { return value.clone() };
    let ty = Type::Map(Type::String.into());
    Value::unknown(Unknown::new(ty, unknown.reason.clone()).not_null()).with_origin(value.origin())
}
