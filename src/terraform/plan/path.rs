//! Where in an object a value stands, and where in the plan's text that is.

use std::fmt;
use std::ops::Range;

use serde_json::value::RawValue;

use crate::terraform::address::Key as InstanceKey;
use crate::value::Key;

use super::cursor::{Cursor, Token};
use super::decode::offset;

/// One step into an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// An attribute, a block or the key of a map.
    Name(Key),
    /// An element as the plan counts them; sets are arrays there, in an order of their own.
    Index(usize),
}

/// The steps from a resource's object to a value. Shown as Terraform writes it,
/// `ingress[0].cidr_blocks`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// With dots alone, `ingress.0.cidr_blocks`. Free for the name of an attribute, the usual case.
    #[must_use]
    pub fn dotted(&self) -> Key {
        if let [Step::Name(name)] = self.0.as_slice() {
            return name.clone();
        }
        let steps = self.0.iter().map(|step| match step {
            Step::Name(name) => name.to_string(),
            Step::Index(index) => index.to_string(),
        });
        steps.collect::<Vec<_>>().join(".").into()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_word = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        };
        for (n, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Name(name) if n == 0 => f.write_str(name)?,
                Step::Name(name) if is_word(name) => write!(f, ".{name}")?,
                Step::Name(name) => InstanceKey::Str(name.clone()).fmt(f)?,
            }
        }
        Ok(())
    }
}

/// The bytes of `text` that hold the value at a path inside `raw`, which is borrowed from `text`. `None`
/// when nothing stands there, as for an unknown attribute, or when `raw` is of another text.
#[must_use]
pub fn locate(text: &str, raw: &RawValue, path: &[Step]) -> Option<Range<usize>> {
    let mut cursor = Cursor::new(raw.get());
    for step in path {
        enter(&mut cursor, step)?;
    }
    let start = offset(text, raw) + cursor.offset();
    let value = cursor.skip()?;
    let range = start..start + value.len();
    (text.get(range.clone())? == value).then_some(range)
}

/// Moves the cursor before the value of one step.
pub(super) fn enter(cursor: &mut Cursor<'_>, step: &Step) -> Option<()> {
    match (cursor.token()?, step) {
        (Token::Object, Step::Name(wanted)) => {
            while cursor.next_entry()? != **wanted {
                cursor.skip()?;
            }
        }
        (Token::Array, Step::Index(wanted)) => {
            for _ in 0..*wanted {
                cursor.next_item().then_some(())?;
                cursor.skip()?;
            }
            cursor.next_item().then_some(())?;
        }
        _ => return None,
    }
    Some(())
}
