//! A resource as the plan has it, printed for a person, with the deciding value marked.
//!
//! For findings that have no source. A plan is one line of megabytes: what is shown is the one
//! resource, pretty-printed, with the offset of the value in the plan itself.

use std::ops::Range;

use serde_json::Value as Json;

use crate::eval::PathStep;
use crate::finding::PlanExcerpt;
use crate::terraform::address::Mode;
use crate::terraform::plan::{Plan, ResourceChange, Step, locate};
use crate::terraform::schema::{self, Attribute, Block};

/// A plan and how reports call it.
#[derive(Clone, Copy)]
pub struct Planned<'p> {
    /// The path as reports show it.
    pub name: &'p str,
    /// The text that the plan borrows from.
    pub text: &'p str,
    /// What it says.
    pub plan: &'p Plan<'p>,
}

/// How much of one string is shown.
const LONGEST: usize = 400;

/// The excerpt of a resource change with the value at `path` marked, or what is nearest to it.
pub(super) fn excerpt(
    planned: Planned<'_>,
    index: usize,
    path: &[PathStep],
) -> Option<PlanExcerpt> {
    let change: &ResourceChange<'_> = planned.plan.resource_changes.get(index)?;
    let (side, raw, mask) = match (change.change.after, change.change.before) {
        (Some(after), _) => ("after", after, change.change.after_sensitive),
        (None, Some(before)) => ("before", before, change.change.before_sensitive),
        (None, None) => return None,
    };
    let steps = existing(planned.text, raw, path);
    let bytes = locate(planned.text, raw, &steps)?;
    let values: Json = serde_json::from_str(raw.get()).ok()?;
    let mask: Json =
        mask.and_then(|mask| serde_json::from_str(mask.get()).ok()).unwrap_or(Json::Null);
    let mut printer = Printer { text: String::new(), marked: 0..0, path: &steps };
    let block = match change.mode {
        Mode::Managed => schema::resource(&change.resource_type),
        Mode::Data => schema::data_source(&change.resource_type),
        Mode::Ephemeral => None,
    };
    printer.value(&values, Hidden { mask: &mask, block }, 0, Some(0));
    let shown = crate::terraform::plan::Path(steps.clone()).to_string();
    let dot = if shown.is_empty() { "" } else { "." };
    let place = match &change.place {
        Some(place) => place.to_string(),
        None => format!("resource_changes[{index}].change.{side}"),
    };
    Some(PlanExcerpt {
        file: planned.name.to_owned(),
        path: format!("{place}{dot}{shown}"),
        json: printer.text,
        marked: printer.marked,
        offset: u64::try_from(bytes.start).unwrap_or(u64::MAX),
    })
}

/// The longest beginning of the path that the plan has. Parts of a document lie inside its string.
fn existing(text: &str, raw: &serde_json::value::RawValue, path: &[PathStep]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for step in path {
        steps.push(match step {
            PathStep::Name(name) => Step::Name(name.clone()),
            PathStep::Index(n) => Step::Index(*n as usize),
        });
        if locate(text, raw, &steps).is_none() {
            steps.pop();
            break;
        }
    }
    steps
}

/// What of a value is not shown: by the plan's mask, or because the provider declares it sensitive, which
/// the masks of old plans leave out.
#[derive(Clone, Copy)]
struct Hidden<'m> {
    mask: &'m Json,
    block: Option<Block>,
}

impl Hidden<'_> {
    const ALL: Hidden<'static> = Hidden { mask: &Json::Bool(true), block: None };
    const NOTHING: Json = Json::Null;

    fn is_all(self) -> bool {
        self.mask.as_bool() == Some(true)
    }

    fn entry(self, name: &str) -> Self {
        let attribute = self.block.and_then(|block| block.attribute(name));
        if attribute.is_some_and(Attribute::is_sensitive) {
            return Hidden::ALL;
        }
        let block = self.block.and_then(|block| block.block(name)).map(|nested| nested.block());
        Self { mask: self.mask.get(name).unwrap_or(&Self::NOTHING), block }
    }

    /// An element of an array, which holds blocks of one kind where it holds blocks.
    fn item(self, index: usize) -> Self {
        Self { mask: self.mask.get(index).unwrap_or(&Self::NOTHING), ..self }
    }
}

struct Printer<'p> {
    text: String,
    marked: Range<usize>,
    path: &'p [Step],
}

impl Printer<'_> {
    /// Prints a value; `along` is how much of the path leads here.
    fn value(&mut self, value: &Json, hidden: Hidden<'_>, indent: usize, along: Option<usize>) {
        let start = self.text.len();
        match value {
            _ if hidden.is_all() => self.text.push_str("\"(sensitive value)\""),
            Json::Object(entries) if !entries.is_empty() => {
                self.text.push_str("{\n");
                for (n, (name, item)) in entries.iter().enumerate() {
                    self.separate(n, indent + 1);
                    self.text.push_str(&Json::String(name.clone()).to_string());
                    self.text.push_str(": ");
                    let step = |step: &Step| matches!(step, Step::Name(own) if **own == **name);
                    let along = self.next(along, step);
                    self.value(item, hidden.entry(name), indent + 1, along);
                }
                self.close('}', indent);
            }
            Json::Array(items) if !items.is_empty() => {
                self.text.push_str("[\n");
                for (n, item) in items.iter().enumerate() {
                    self.separate(n, indent + 1);
                    let along =
                        self.next(along, |step| matches!(step, Step::Index(own) if *own == n));
                    self.value(item, hidden.item(n), indent + 1, along);
                }
                self.close(']', indent);
            }
            Json::String(text) if text.len() > LONGEST => {
                let cut: String = text.chars().take(LONGEST).collect();
                self.text.push_str(&Json::String(format!("{cut}…")).to_string());
            }
            other => self.text.push_str(&other.to_string()),
        }
        if along == Some(self.path.len()) {
            self.marked = start..self.text.len();
        }
    }

    fn next(&self, along: Option<usize>, fits: impl Fn(&Step) -> bool) -> Option<usize> {
        let at = along?;
        self.path.get(at).is_some_and(fits).then_some(at + 1)
    }

    fn separate(&mut self, n: usize, indent: usize) {
        if n > 0 {
            self.text.push_str(",\n");
        }
        self.text.push_str(&"  ".repeat(indent));
    }

    fn close(&mut self, bracket: char, indent: usize) {
        self.text.push('\n');
        self.text.push_str(&"  ".repeat(indent));
        self.text.push(bracket);
    }
}
