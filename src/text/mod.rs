//! Files as text: where something stands, and how a place is told to a person.
//!
//! Everything above speaks of places as [`Span`]: a file and a range of bytes, small and `Copy`.
//! Lines and columns are worked out at the edge, by [`Sources`]. Columns count code points from 1.

mod files;
mod overlay;
mod paths;
mod sources;

pub use files::{Entry, Files, MemoryFiles, ReadError, Walk};
pub use overlay::Overlay;
pub use paths::{folder_of, join, plain, seen_from};
pub use sources::{Position, Sources};

/// A file, by its place in the [`Sources`] that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes of one file; `start` is inside, `end` is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`.
    #[must_use]
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// Whether `inner` lies wholly in this span.
    #[must_use]
    pub const fn contains(self, inner: Self) -> bool {
        self.file.0 == inner.file.0 && self.start <= inner.start && inner.end <= self.end
    }

    /// The smallest span around both; `self` when they are in different files.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Number of bytes.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether it covers no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }
}
