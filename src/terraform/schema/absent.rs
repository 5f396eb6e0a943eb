//! What it means that an argument is absent: what a plan shows, by version of the provider.

use crate::terraform::version::{Constraint, Version};
use crate::value::{Number, Value};

use super::block::{Attribute, NestedBlock, Nesting};
use super::table::{self, DEFAULTS};
use super::{TypeKind, format};

/// What stands in a plan for an argument that was not given.
#[derive(Clone, Debug, PartialEq)]
pub enum Absent {
    /// The provider decides at apply.
    Unknown,
    /// A default, null, or something empty.
    Value(Value),
    /// The versions that may be used differ, and nothing says which one it is.
    VersionDependent(Change),
    /// The version has no such argument: not even null stands there.
    NotDeclared,
}

/// A default that another version changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The default before, as JSON; `None` when there was none to tell.
    pub before: Option<&'static str>,
    /// The first version with the new one.
    pub since: &'static str,
    /// The default since then.
    pub now: Option<&'static str>,
}

impl Attribute {
    /// What a plan shows when it is absent, under the versions that `versions` allows (one version,
    /// if it is locked). Inside a block that makes a set, providers plan empty values, not null.
    #[must_use]
    pub fn absent(self, in_set_block: bool, versions: &Constraint) -> Absent {
        if self.is_write_only() {
            return Absent::Value(Value::NULL);
        }
        match Default::of(self) {
            Some(default) if default.is_planned() => default.absent(self.kind(), versions),
            _ if self.is_other_version() => Absent::NotDeclared,
            _ if self.is_computed() => Absent::Unknown,
            _ if in_set_block => Absent::Value(self.kind().empty_value()),
            _ => Absent::Value(Value::NULL),
        }
    }

    /// What its absence means as far as that is documented, also where a plan shows unknown.
    /// Where nothing is documented, the same as [`Self::absent`].
    #[must_use]
    pub fn documented_default(self, versions: &Constraint) -> Absent {
        match Default::of(self) {
            Some(default) => default.absent(self.kind(), versions),
            None => self.absent(false, versions),
        }
    }
}

impl NestedBlock {
    /// What a plan shows when there is no such block.
    #[must_use]
    pub fn absent(self) -> Absent {
        if self.is_other_version() {
            return Absent::NotDeclared;
        }
        if self.is_filled_in() {
            return Absent::Unknown;
        }
        Absent::Value(match self.nesting() {
            Nesting::List => TypeKind::List.empty_value(),
            Nesting::Set => TypeKind::Set.empty_value(),
            Nesting::Map => TypeKind::Map.empty_value(),
            Nesting::Single | Nesting::Group => Value::NULL,
        })
    }
}

/// A record of the table of defaults: kind, first literal, then version and literal of each change.
#[derive(Clone, Copy)]
struct Default(&'static [u8]);

impl Default {
    fn of(attribute: Attribute) -> Option<Self> {
        let id = table::number(attribute.record, 5);
        (id != format::NO_DEFAULT).then(|| Self(DEFAULTS.record(id)))
    }

    /// Whether plans show it. Otherwise it is only documented, and the provider computes the value.
    fn is_planned(self) -> bool {
        self.0.first() == Some(&b'd')
    }

    fn absent(self, kind: TypeKind, versions: &Constraint) -> Absent {
        let reached: Vec<Stage> =
            self.stages().filter(|stage| stage.is_reached(versions)).collect();
        // A constraint that nothing satisfies reaches no stage: there the newest will do.
        let Some(newest) = reached.last().copied().or_else(|| self.stages().last()) else {
            return Absent::Unknown;
        };
        if newest.literal == format::NOT_DECLARED {
            return Absent::NotDeclared;
        }
        let declared = reached.iter().filter(|stage| stage.literal != format::NOT_DECLARED);
        if let Some(older) = declared.rev().find(|stage| stage.literal != newest.literal) {
            return Absent::VersionDependent(Change {
                before: older.text(),
                since: older.until.unwrap_or_default(),
                now: newest.text(),
            });
        }
        newest.text().map_or(Absent::Unknown, |text| Absent::Value(value(text, kind)))
    }

    fn stages(self) -> impl Iterator<Item = Stage> {
        let changes = self.0.get(3..).unwrap_or_default().as_chunks::<4>().0;
        let since = |n: usize| changes.get(n).map(|change| table::name(table::number(change, 0)));
        let first = Stage { since: None, literal: table::number(self.0, 1), until: since(0) };
        let later = changes.iter().enumerate().map(move |(n, change)| Stage {
            since: since(n),
            literal: table::number(change, 2),
            until: since(n + 1),
        });
        std::iter::once(first).chain(later)
    }
}

/// A default and the versions that have it.
#[derive(Clone, Copy)]
struct Stage {
    since: Option<&'static str>,
    until: Option<&'static str>,
    literal: u16,
}

impl Stage {
    fn is_reached(self, versions: &Constraint) -> bool {
        if self.since.is_none() && self.until.is_none() {
            return true;
        }
        let since = self.since.and_then(Version::parse);
        versions.reaches(since.as_ref(), self.until.and_then(Version::parse).as_ref())
    }

    fn text(self) -> Option<&'static str> {
        let told = self.literal != format::COMPUTED && self.literal != format::NOT_DECLARED;
        told.then(|| table::name(self.literal))
    }
}

/// A JSON literal as a value of the attribute's type, which may spell it differently: `"true"` where
/// the type is string.
fn value(json: &str, kind: TypeKind) -> Value {
    if json == "null" {
        return Value::NULL;
    }
    let text: String = serde_json::from_str(json).unwrap_or_else(|_| json.to_owned());
    match kind {
        TypeKind::Bool => Value::from(text == "true"),
        TypeKind::Number => Number::parse(&text).map_or(Value::NULL, Value::from),
        TypeKind::String
        | TypeKind::Dynamic
        | TypeKind::List
        | TypeKind::Set
        | TypeKind::Map
        | TypeKind::Object
        | TypeKind::Tuple => Value::string(text),
    }
}
