//! Blocks as they stand after the override files: the declared one below, what overrides it above.
//!
//! What an upper layer sets replaces what lies below it: an attribute the attribute, blocks of one
//! type all blocks of that type, dynamic ones included. Blocks of `lifecycle` merge.

use crate::hcl::{Attribute, Block, Body};

/// The bodies of one block, the declared one first.
#[derive(Clone, Debug)]
pub struct Layers<'t> {
    declared: Body<'t>,
    overrides: Vec<Body<'t>>,
}

impl<'t> From<Body<'t>> for Layers<'t> {
    fn from(declared: Body<'t>) -> Self {
        Self { declared, overrides: Vec::new() }
    }
}

impl<'t> Layers<'t> {
    /// A declared body and those over it, the uppermost last.
    pub(super) const fn new(declared: Body<'t>, overrides: Vec<Body<'t>>) -> Self {
        Self { declared, overrides }
    }

    fn bodies(&self) -> impl DoubleEndedIterator<Item = Body<'t>> + '_ {
        std::iter::once(self.declared).chain(self.overrides.iter().copied())
    }

    /// The attribute of that name which holds.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<Attribute<'t>> {
        self.bodies().rev().find_map(|body| body.attribute(name))
    }

    /// The attributes that hold.
    #[must_use]
    pub fn attributes(&self) -> Vec<Attribute<'t>> {
        let mut attributes = Vec::new();
        for (n, body) in self.bodies().enumerate() {
            let holds = |attribute: &Attribute<'_>| !self.is_replaced(n, attribute.name());
            attributes.extend(body.attributes().filter(holds));
        }
        attributes
    }

    /// The blocks that hold.
    #[must_use]
    pub fn blocks(&self) -> Vec<Block<'t>> {
        let mut blocks = Vec::new();
        for (n, body) in self.bodies().enumerate() {
            blocks.extend(body.blocks().filter(|block| self.holds(n, *block)));
        }
        blocks
    }

    /// Those of one kind among them.
    #[must_use]
    pub fn blocks_of(&self, kind: &str) -> Vec<Block<'t>> {
        let mut blocks = Vec::new();
        for (n, body) in self.bodies().enumerate() {
            blocks.extend(body.blocks_of(kind).filter(|block| self.holds(n, *block)));
        }
        blocks
    }

    /// Whether a block of the `n`th layer holds.
    fn holds(&self, n: usize, block: Block<'_>) -> bool {
        let is_uppermost = n >= self.overrides.len();
        let merges = block.kind() == "lifecycle";
        is_uppermost || merges || !self.is_replaced(n, &type_of(block))
    }

    /// What `lifecycle` says by one attribute.
    #[must_use]
    pub fn lifecycle(&self, name: &str) -> Option<Attribute<'t>> {
        let blocks = self.bodies().rev().flat_map(|body| body.blocks());
        let mut blocks = blocks.filter(|block| block.kind() == "lifecycle");
        blocks.find_map(|block| block.body().attribute(name))
    }

    /// Whether a layer above the `n`th sets this, as an attribute or as blocks.
    fn is_replaced(&self, n: usize, name: &str) -> bool {
        self.overrides.iter().skip(n).any(|body| {
            body.attribute(name).is_some() || body.blocks().any(|block| type_of(block) == name)
        })
    }
}

/// The type of nested block that a block makes.
pub(super) fn type_of(block: Block<'_>) -> String {
    match block.kind() {
        "dynamic" => block.label(0).unwrap_or_default().into_owned(),
        kind => kind.to_owned(),
    }
}
