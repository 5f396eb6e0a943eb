//! A row of nodes of one kind: an iterator that is small, `Copy` and knows its length.

use std::fmt;

use super::Tree;
use super::store::Extent;

/// Nodes in source order. Copy it to go through them once more.
pub struct List<'a, T> {
    tree: &'a Tree,
    places: Extent,
    read: fn(&'a Tree, u32) -> T,
}

impl<'a, T> List<'a, T> {
    pub(super) const fn new(tree: &'a Tree, places: Extent, read: fn(&'a Tree, u32) -> T) -> Self {
        Self { tree, places, read }
    }

    /// The node at a place, counted from 0 among those that are left.
    #[must_use]
    pub fn get(self, n: usize) -> Option<T> {
        let place = self.places.start.checked_add(u32::try_from(n).ok()?)?;
        (place < self.places.end).then(|| (self.read)(self.tree, place))
    }

    /// Whether none is left.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.places.start >= self.places.end
    }
}

impl<T> Clone for List<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<'_, T> {}

impl<T: fmt::Debug> fmt::Debug for List<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

impl<T> Iterator for List<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let node = self.get(0)?;
        self.places.start += 1;
        Some(node)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.places.end.saturating_sub(self.places.start) as usize;
        (left, Some(left))
    }
}

impl<T> DoubleEndedIterator for List<'_, T> {
    fn next_back(&mut self) -> Option<T> {
        let last = self.len().checked_sub(1)?;
        let node = self.get(last)?;
        self.places.end -= 1;
        Some(node)
    }
}

impl<T> ExactSizeIterator for List<'_, T> {}
