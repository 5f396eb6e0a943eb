//! Where results come from: the arena behind the origins of a recorded evaluation.
//!
//! Policies run without recording. Only a check that did not pass is evaluated again, with a
//! [`Trace`]: every value then carries the origin of what decided it, and the origins form a graph
//! that [`Trace::explain`] walks. Origins below [`Trace::FIRST`] are places in source trees, which
//! the configuration knows; they are passed through untouched.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::text::Span;
use crate::value::{Key, Kind, Origin, Value};

use super::Log;

/// One step of an attribute path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathStep {
    /// `.name`
    Name(Key),
    /// `[0]`; for a set, the place in its order.
    Index(u32),
}

/// A path into the attributes of a resource.
pub type Path = Vec<PathStep>;

/// Writes a path as `ingress[0].cidr_blocks`.
#[must_use]
pub fn path_text(path: &[PathStep]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            PathStep::Name(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
            PathStep::Index(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}

/// What an origin of a recorded evaluation stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Part of the attributes of a resource, numbered by whoever annotated it.
    Attribute {
        /// Which resource, as numbered by the caller of [`Trace::annotate`].
        resource: u32,
        /// Where in its attributes.
        path: Path,
        /// The origin that the value had before: where it was written.
        written: Origin,
    },
    /// A place in a source file, such as a statement in a heredoc.
    Place {
        /// The place.
        span: Span,
    },
    /// Part of a document that a string holds.
    Inside {
        /// The string.
        of: Origin,
        /// The object or list around it in the document; nowhere for the whole document.
        parent: Origin,
        /// Where in the document.
        path: Path,
        /// Where it was written: a place in a source tree, or an [`Entry::Place`].
        written: Origin,
    },
    /// A name that was asked for and is absent.
    Missing {
        /// What should have had it.
        of: Origin,
        /// The name.
        name: Key,
    },
    /// Decided by others: the first list decides, the second helps to understand.
    Derived(Vec<Origin>, Vec<Origin>),
}

/// The arena. Evaluation is single-threaded, so a cell is enough.
#[derive(Debug, Default)]
pub struct Trace {
    entries: RefCell<Vec<Entry>>,
    log: Option<Log>,
}

/// What an origin comes down to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// What decided, in the order of the reads.
    pub deciding: Vec<Origin>,
    /// What else was looked at on the way.
    pub supporting: Vec<Origin>,
}

impl Trace {
    /// The first origin that belongs to a trace; smaller ones are places in source trees.
    pub const FIRST: u32 = 0x8000_0000;

    /// How many leaves an explanation names at most.
    pub const LEAVES: usize = 64;

    /// A trace that also keeps every step.
    #[must_use]
    pub fn logging() -> Self {
        Self { log: Some(Log::default()), ..Self::default() }
    }

    /// The steps, where they are kept.
    #[must_use]
    pub const fn log(&self) -> Option<&Log> {
        self.log.as_ref()
    }

    /// Adds an entry.
    pub fn add(&self, entry: Entry) -> Origin {
        let mut entries = self.entries.borrow_mut();
        let number = u32::try_from(entries.len()).unwrap_or(u32::MAX >> 1).min(u32::MAX >> 1);
        entries.push(entry);
        Origin(Self::FIRST | number)
    }

    /// The entry behind an origin; `None` for places in source trees.
    #[must_use]
    pub fn entry(&self, origin: Origin) -> Option<Entry> {
        let index = origin.0.checked_sub(Self::FIRST)?;
        self.entries.borrow().get(index as usize).cloned()
    }

    /// The numbers of the resources whose attributes were handed out.
    #[must_use]
    pub fn resources(&self) -> BTreeSet<u32> {
        let entries = self.entries.borrow();
        let numbers = entries.iter().filter_map(|entry| match entry {
            Entry::Attribute { resource, path, .. } if path.is_empty() => Some(*resource),
            _ => None,
        });
        numbers.collect()
    }

    /// An origin decided by others; none when there are none, itself when there is one.
    pub fn derived(&self, deciding: Vec<Origin>, supporting: Vec<Origin>) -> Origin {
        let keep = |origins: Vec<Origin>| -> Vec<Origin> {
            let mut seen = BTreeSet::new();
            origins.into_iter().filter(|&o| o.is_some() && seen.insert(o)).collect()
        };
        let (mut deciding, mut supporting) = (keep(deciding), keep(supporting));
        if deciding.is_empty() {
            deciding = std::mem::take(&mut supporting);
        }
        match (deciding.as_slice(), supporting.is_empty()) {
            ([], _) => Origin::NONE,
            ([one], true) => *one,
            _ => self.add(Entry::Derived(deciding, supporting)),
        }
    }

    /// The origin of a whole value: its own, or else that of its parts.
    pub fn of(&self, value: &Value) -> Origin {
        if value.origin().is_some() {
            return value.origin();
        }
        let parts: Vec<Origin> = match value.kind() {
            Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => {
                items.iter().take(Self::LEAVES).map(|item| self.of(item)).collect()
            }
            Kind::Map(entries) | Kind::Object(entries) => {
                entries.iter().take(Self::LEAVES).map(|(_, item)| self.of(item)).collect()
            }
            _ => Vec::new(),
        };
        self.derived(parts, Vec::new())
    }

    /// Gives a resource's attributes an origin of this trace as a whole. What is in them gets one when it
    /// is read: of many resources most is not.
    #[must_use]
    pub fn outline(&self, value: &Value, resource: u32) -> Value {
        let path = Path::new();
        let written = value.origin();
        value.clone().with_origin(self.add(Entry::Attribute { resource, path, written }))
    }

    /// A part of a value, which gets an origin of this trace when the value is only outlined.
    #[must_use]
    pub fn part(&self, part: Value, of: &Value, step: impl FnOnce() -> PathStep) -> Value {
        if part.origin().0 >= Self::FIRST || of.origin().0 < Self::FIRST {
            return part;
        }
        match self.entry(of.origin()) {
            Some(Entry::Attribute { resource, mut path, .. }) => {
                path.push(step());
                self.annotate(&part, resource, &path)
            }
            _ => part,
        }
    }

    /// A value whose entries have origins of this trace, where it is only outlined.
    #[must_use]
    pub fn filled(&self, value: &Value) -> Value {
        let is_open = |entries: &crate::value::Entries| {
            value.origin().0 >= Self::FIRST
                && entries.iter().any(|(_, part)| part.origin().0 < Self::FIRST)
        };
        match (value.kind(), self.entry(value.origin())) {
            (
                Kind::Map(entries) | Kind::Object(entries),
                Some(Entry::Attribute { resource, path, written }),
            ) if is_open(entries) => {
                self.annotate(&value.clone().with_origin(written), resource, &path)
            }
            _ => value.clone(),
        }
    }

    /// Gives every node of a resource's attributes an origin of this trace.
    #[must_use]
    pub fn annotate(&self, value: &Value, resource: u32, path: &Path) -> Value {
        let origin =
            self.add(Entry::Attribute { resource, path: path.clone(), written: value.origin() });
        let child = |step: PathStep, item: &Value| {
            let mut path = path.clone();
            path.push(step);
            self.annotate(item, resource, &path)
        };
        let indexed = |items: &[Value]| -> std::sync::Arc<[Value]> {
            (0u32..).zip(items).map(|(n, item)| child(PathStep::Index(n), item)).collect()
        };
        let named = |entries: &crate::value::Entries| -> crate::value::Entries {
            entries
                .iter()
                .map(|(name, item)| (name.clone(), child(PathStep::Name(name.clone()), item)))
                .collect()
        };
        let kind = match value.kind() {
            Kind::List(items) => Kind::List(indexed(items)),
            Kind::Tuple(items) => Kind::Tuple(indexed(items)),
            Kind::Set(items) => Kind::Set(indexed(items)),
            Kind::Map(entries) => Kind::Map(named(entries)),
            Kind::Object(entries) => Kind::Object(named(entries)),
            other => other.clone(),
        };
        Value::new(kind).with_marks(value.marks()).with_origin(origin)
    }

    /// Walks from an origin to the leaves that decided it.
    #[must_use]
    pub fn explain(&self, origin: Origin) -> Explanation {
        let mut explanation = Explanation::default();
        let mut seen = BTreeSet::new();
        let mut open = vec![(origin, true)];
        while let Some((origin, deciding)) = open.pop() {
            if !origin.is_some() || !seen.insert(origin) {
                continue;
            }
            if let Some(Entry::Derived(first, second)) = self.entry(origin) {
                open.extend(second.into_iter().rev().map(|o| (o, false)));
                open.extend(first.into_iter().rev().map(|o| (o, deciding)));
                continue;
            }
            let list =
                if deciding { &mut explanation.deciding } else { &mut explanation.supporting };
            if list.len() < Self::LEAVES {
                list.push(origin);
            }
        }
        explanation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explains_through_derived_origins() {
        let trace = Trace::default();
        let a = trace.add(Entry::Attribute { resource: 0, path: vec![], written: Origin::NONE });
        let b = trace.add(Entry::Missing { of: a, name: "x".into() });
        let inner = trace.derived(vec![a, b], vec![]);
        let outer = trace.derived(vec![inner, Origin(7)], vec![a]);
        let explanation = trace.explain(outer);
        assert_eq!(explanation.deciding, [a, b, Origin(7)]);
        assert!(explanation.supporting.is_empty());
    }

    #[test]
    fn one_origin_stays_itself() {
        let trace = Trace::default();
        assert_eq!(trace.derived(vec![Origin(3), Origin(3), Origin::NONE], vec![]), Origin(3));
        assert_eq!(trace.derived(vec![], vec![Origin(4)]), Origin(4));
        assert_eq!(trace.derived(vec![], vec![]), Origin::NONE);
    }
}
