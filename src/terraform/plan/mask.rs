//! The masks beside a value: what in it is unknown, what is sensitive.
//!
//! A mask has its value's shape and holds much noise (`{}`, `[false]`); only `true` means something, and
//! it means everything below. What has no `true` in it is dropped while reading.

use serde_json::value::RawValue;

use crate::terraform::Attributes;

use super::Str;
use super::cursor::{Cursor, Token};

/// Nesting that is read. Below it a mask counts as `true`, which is the safe side for both kinds.
const MAX_DEPTH: usize = 100;

/// What a mask says about one value.
#[derive(Debug, PartialEq)]
pub(super) enum Mask<'a> {
    /// Nothing in it.
    No,
    /// All of it.
    Yes,
    /// Something in an array's elements.
    Items(Vec<Mask<'a>>),
    /// Something in an object's entries; sorted by name, none of them [`Mask::No`].
    Entries(Vec<(Str<'a>, Mask<'a>)>),
}

impl<'a> Mask<'a> {
    /// Reads the mask of a whole object, for the wanted attributes.
    pub(super) fn read(raw: Option<&'a RawValue>, wanted: &Attributes) -> Self {
        let Some(raw) = raw else { return Self::No };
        let mut cursor = Cursor::new(raw.get());
        let mask = match cursor.token() {
            Some(Token::Object) => Self::entries(&mut cursor, 0, |name| wanted.contains(name)),
            Some(Token::Bool(false) | Token::Null) => Some(Self::No),
            // Also of what is no mask: nothing can be concluded from such an object.
            _ => Some(Self::Yes),
        };
        mask.unwrap_or(Self::Yes)
    }

    /// The mask of the value under a name.
    pub(super) fn entry(&self, name: &str) -> &Self {
        match self {
            Self::No => &Self::No,
            Self::Entries(entries) => entries
                .binary_search_by(|(entry, _)| (**entry).cmp(name))
                .ok()
                .and_then(|at| entries.get(at))
                .map_or(&Self::No, |(_, mask)| mask),
            Self::Yes | Self::Items(_) => &Self::Yes,
        }
    }

    /// The mask of an element.
    pub(super) fn item(&self, index: usize) -> &Self {
        match self {
            Self::No => &Self::No,
            Self::Items(items) => items.get(index).unwrap_or(&Self::No),
            Self::Yes | Self::Entries(_) => &Self::Yes,
        }
    }

    /// The names with something in them.
    pub(super) fn names(&self) -> impl Iterator<Item = &Str<'a>> {
        let entries = match self {
            Self::Entries(entries) => entries.as_slice(),
            Self::No | Self::Yes | Self::Items(_) => &[],
        };
        entries.iter().map(|(name, _)| name)
    }

    fn of(cursor: &mut Cursor<'a>, depth: usize) -> Option<Self> {
        if depth > MAX_DEPTH {
            return cursor.skip().map(|_| Self::Yes);
        }
        match cursor.token()? {
            Token::Bool(true) => Some(Self::Yes),
            Token::Object => Self::entries(cursor, depth, |_| true),
            Token::Array => Self::items(cursor, depth),
            Token::Bool(false) | Token::Null | Token::Number(_) | Token::String(_) => {
                Some(Self::No)
            }
        }
    }

    fn entries(
        cursor: &mut Cursor<'a>,
        depth: usize,
        wanted: impl Fn(&str) -> bool,
    ) -> Option<Self> {
        let mut entries = Vec::new();
        while let Some(name) = cursor.next_entry() {
            if !wanted(&name) {
                cursor.skip()?;
                continue;
            }
            match Self::of(cursor, depth + 1)? {
                Self::No => {}
                mask => entries.push((name, mask)),
            }
        }
        if entries.is_empty() {
            return Some(Self::No);
        }
        if !entries.is_sorted_by(|a, b| a.0 <= b.0) {
            entries.sort_by(|a, b| a.0.cmp(&b.0));
        }
        Some(Self::Entries(entries))
    }

    fn items(cursor: &mut Cursor<'a>, depth: usize) -> Option<Self> {
        let mut items = Vec::new();
        while cursor.next_item() {
            items.push(Self::of(cursor, depth + 1)?);
        }
        let is_noise = items.iter().all(|item| *item == Self::No);
        Some(if is_noise { Self::No } else { Self::Items(items) })
    }
}
