//! Places as programs read them, in every JSON that is printed: lines and columns from 1, columns in code
//! points, ends exclusive.

use serde::Serialize;

use super::tell;
use crate::text::{Position, Sources, Span};

/// A place in a file.
#[derive(Debug, Serialize)]
pub struct Place<'a> {
    /// The path as reports show it.
    pub file: &'a str,
    /// Where in it.
    pub range: Range,
}

/// A part of a file.
#[derive(Debug, Serialize)]
pub struct Range {
    start: Point,
    end: Point,
}

#[derive(Debug, Serialize)]
struct Point {
    line: u32,
    column: u32,
}

impl<'a> Place<'a> {
    /// Where a span is.
    #[must_use]
    pub fn new(sources: &'a Sources, span: Span) -> Self {
        let place = tell::Place::of(sources, span);
        let point = |Position { line, column }| Point { line, column };
        let range = Range { start: point(place.start), end: point(place.end) };
        Self { file: place.file, range }
    }
}
