//! Strings that hold JSON and remember where its parts stand.

use std::sync::Arc;

use crate::text::Span;

use super::Value;

/// A string with what is known about its content as JSON.
#[derive(Debug)]
pub struct Document {
    /// The string itself.
    pub text: Arc<str>,
    /// What it holds.
    pub content: Content,
}

/// What a [`Document`] holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// The value that was encoded, with the origins of its parts. Decoding gives this value.
    Value(Value),
    /// Pieces of the text and where they stand, in order; between them stand interpolated values.
    Segments(Arc<[Segment]>),
}

/// A piece of a template's text that was copied from the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Offset of its first byte in the string.
    pub at: u32,
    /// Where it stands. For copied text the lengths agree; for an interpolation this is `${...}`.
    pub span: Span,
    /// Number of bytes in the string.
    pub len: u32,
    /// Whether the bytes were copied one for one.
    pub copied: bool,
}
