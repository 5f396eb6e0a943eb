//! Where in a cloud a resource lives, so far as it is known: what its name is unique within.

use std::sync::Arc;

use crate::value::Value;

use super::schema::{self, Block};

/// The account or project of a resource, and its region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Realm {
    /// A project of Google Cloud.
    pub project: Option<Arc<str>>,
    /// The region; none for what is not regional.
    pub region: Option<Arc<str>>,
}

impl Realm {
    /// The realm of a resource by its attributes, and for what they do not tell, by what its provider's
    /// configuration says.
    #[must_use]
    pub fn of(
        resource_type: &str,
        schema: Option<Block>,
        attrs: &Value,
        configured: &dyn Fn(&str) -> Option<Value>,
    ) -> Self {
        let takes = |name: &str| schema.is_some_and(|schema| schema.attribute(name).is_some());
        let text = |name: &str| -> Option<Arc<str>> {
            let own = attrs.get(name).filter(|value| !value.is_null()).cloned();
            let value = if takes(name) { own.or_else(|| configured(name)) } else { None };
            value.as_ref().and_then(Value::as_str).map(Arc::from)
        };
        let cloud = schema::provider_of(resource_type).unwrap_or_default();
        let region = match (takes("region"), takes("zone")) {
            (true, _) => text("region"),
            (false, true) => text("zone").and_then(|zone| Some(zone.rsplit_once('-')?.0.into())),
            (false, false) => None,
        };
        match cloud {
            "aws" => Self { project: None, region },
            // Both may be given as links.
            "google" => Self { project: text("project").map(last), region: region.map(last) },
            _ => Self::default(),
        }
    }

    /// Whether two resources surely live in different realms.
    #[must_use]
    pub fn is_apart(&self, other: &Self) -> bool {
        let differ = |a: &Option<Arc<str>>, b: &Option<Arc<str>>| match (a, b) {
            (Some(a), Some(b)) => a != b,
            _ => false,
        };
        differ(&self.project, &other.project) || differ(&self.region, &other.region)
    }

    /// The same, with what the other knows besides.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self {
            project: self.project.or_else(|| other.project.clone()),
            region: self.region.or_else(|| other.region.clone()),
        }
    }
}

/// `demo` of `projects/demo`.
fn last(link: Arc<str>) -> Arc<str> {
    match link.rsplit_once('/') {
        Some((_, name)) => name.into(),
        None => link,
    }
}
