//! What the one who reads a file knows about it beforehand.

/// What a body of a file in JSON syntax may hold.
#[derive(Debug)]
pub struct Shape {
    /// How strings of attributes are read where `attributes` says nothing else.
    pub reading: Reading,
    /// Attributes whose strings are read otherwise.
    pub attributes: &'static [(&'static str, Reading)],
    /// Blocks by type, with the number of their labels.
    pub blocks: &'static [(&'static str, usize, &'static Shape)],
    /// Whether objects in attributes may be blocks; they then have this shape.
    pub nested: Option<&'static Shape>,
}

/// How a string is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As a template: `"${var.name}"` is the variable's value.
    Template,
    /// As the text that it is.
    Literal,
    /// As an expression: `"aws.west"` is a reference.
    Expression,
}

impl Shape {
    pub(super) fn reading_of(&self, name: &str) -> Reading {
        let found = self.attributes.iter().find(|(attribute, _)| *attribute == name);
        found.map_or(self.reading, |&(_, reading)| reading)
    }

    pub(super) fn block(&self, name: &str) -> Option<(usize, &'static Self)> {
        let found = self.blocks.iter().find(|(block, ..)| *block == name);
        found.map(|&(_, labels, shape)| (labels, shape))
    }
}
