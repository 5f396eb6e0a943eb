//! What is left of damaged JSON: the members of an object that stand before the damage.
//!
//! The strict reader goes first and tells what is wrong; this only saves what can still be checked.

use serde_json::value::RawValue;

use super::Str;
use super::cursor::{Cursor, Token};

/// A member of the top level.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    /// A whole value.
    Whole(&'a RawValue),
    /// The elements of an array that stand before the damage; none when it is no array.
    Begun(Vec<&'a RawValue>),
}

/// The members of an object with their names, in order, up to the first that does not end.
pub(super) fn members(json: &str) -> Vec<(Str<'_>, Piece<'_>)> {
    let mut members = Vec::new();
    let mut cursor = Cursor::new(json);
    if !matches!(cursor.token(), Some(Token::Object)) {
        return members;
    }
    while let Some(name) = cursor.next_entry() {
        let begin = cursor.clone();
        let text = cursor.skip();
        match text.and_then(raw) {
            Some(whole) => members.push((name, Piece::Whole(whole))),
            None => members.push((name, Piece::Begun(items(begin)))),
        }
        if text.is_none() {
            break;
        }
    }
    members
}

fn items(mut cursor: Cursor<'_>) -> Vec<&RawValue> {
    let mut items = Vec::new();
    if !matches!(cursor.token(), Some(Token::Array)) {
        return items;
    }
    while cursor.next_item() {
        // What follows something broken may be a part of it.
        let Some(item) = cursor.skip().and_then(raw) else { break };
        items.push(item);
    }
    items
}

/// A value, when it is well formed.
pub(super) fn raw(text: &str) -> Option<&RawValue> {
    serde_json::from_str(text).ok()
}
