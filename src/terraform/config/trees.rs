//! All parsed files of a run, numbered so that an [`Origin`] can tell any expression or block.
//!
//! A file's expressions come first, then its blocks, in one row of numbers over all files.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::hcl::{Attribute, Block, BlockId, Body, Expr, ExprId, Tree};
use crate::text::{FileId, Span};
use crate::value::Origin;

use super::layers::Layers;
use super::module::BlockRef;

/// The trees of a run. A file that was not parsed, such as a plan, has none.
#[derive(Debug, Default)]
pub struct Trees {
    /// By file; the number is that of the file's first origin.
    trees: Vec<Option<(u32, Arc<Tree>)>>,
    /// First origins and files, ascending.
    starts: Vec<(u32, FileId)>,
    next: u32,
    /// Blocks of override files by the block they change, in the order in which they apply.
    overrides: BTreeMap<BlockRef, Vec<BlockRef>>,
}

/// What an origin stands for.
#[derive(Clone, Copy)]
pub enum Node<'t> {
    /// An expression.
    Expr(Expr<'t>),
    /// A block.
    Block(Block<'t>),
}

impl Node<'_> {
    /// Where it stands: of a block its header.
    #[must_use]
    pub fn span(self) -> Span {
        match self {
            Self::Expr(expr) => expr.span(),
            Self::Block(block) => block.header_span(),
        }
    }
}

impl Trees {
    /// Adds the tree of its file.
    pub fn add(&mut self, tree: Tree) {
        let file = tree.file();
        let first = self.next + 1;
        self.next = first
            .saturating_add(tree.expr_count())
            .saturating_add(tree.block_count())
            .min(crate::eval::Trace::FIRST - 1);
        let index = file.0 as usize;
        if self.trees.len() <= index {
            self.trees.resize_with(index + 1, || None);
        }
        self.trees[index] = Some((first, Arc::new(tree)));
        self.starts.push((first, file));
    }

    /// Lets a block of an override file change one that was declared.
    pub(super) fn lay_over(&mut self, declared: BlockRef, over: BlockRef) {
        self.overrides.entry(declared).or_default().push(over);
    }

    /// A block as it stands after the override files.
    #[must_use]
    pub fn layers(&self, block: BlockRef) -> Option<Layers<'_>> {
        Some(self.layers_of(block.of(self)?))
    }

    /// The same for a block of these trees.
    #[must_use]
    pub fn layers_of<'t>(&'t self, block: Block<'t>) -> Layers<'t> {
        let at = BlockRef { file: block.span().file, block: block.id() };
        let overrides = self.overrides.get(&at).into_iter().flatten();
        let overrides = overrides.filter_map(|over| over.of(self)).map(|over| over.body());
        Layers::new(block.body(), overrides.collect())
    }

    /// The body of a block and those of override files over it, whether they hold or not.
    #[must_use]
    pub fn bodies(&self, block: BlockRef) -> Vec<Body<'_>> {
        let overrides = self.overrides.get(&block).into_iter().flatten();
        let blocks = std::iter::once(&block).chain(overrides);
        blocks.filter_map(|block| block.of(self)).map(Block::body).collect()
    }

    /// The attribute of a block that holds after the override files.
    #[must_use]
    pub fn attribute(&self, block: BlockRef, name: &str) -> Option<Attribute<'_>> {
        self.layers(block)?.attribute(name)
    }

    /// The tree of a file.
    #[must_use]
    pub fn tree(&self, file: FileId) -> Option<&Tree> {
        self.trees.get(file.0 as usize)?.as_ref().map(|(_, tree)| &**tree)
    }

    /// The origin of an expression of these trees.
    #[must_use]
    pub fn of_expr(&self, expr: Expr<'_>) -> Origin {
        match self.trees.get(expr.tree().file().0 as usize) {
            Some(Some((first, _))) => Origin(first + expr.id().0),
            _ => Origin::NONE,
        }
    }

    /// The origin of a block of these trees.
    #[must_use]
    pub fn of_block(&self, block: Block<'_>) -> Origin {
        match self.trees.get(block.span().file.0 as usize) {
            Some(Some((first, tree))) => Origin(first + tree.expr_count() + block.id().0),
            _ => Origin::NONE,
        }
    }

    /// What an origin stands for; nothing for origins of a trace.
    #[must_use]
    pub fn node(&self, origin: Origin) -> Option<Node<'_>> {
        if !origin.is_some() || origin.0 >= crate::eval::Trace::FIRST {
            return None;
        }
        let at = self.starts.partition_point(|&(first, _)| first <= origin.0).checked_sub(1)?;
        let (first, file) = *self.starts.get(at)?;
        let tree = self.tree(file)?;
        let number = origin.0 - first;
        if number < tree.expr_count() {
            return Some(Node::Expr(tree.expr(ExprId(number))));
        }
        let block = number - tree.expr_count();
        (block < tree.block_count()).then(|| Node::Block(tree.block(BlockId(block))))
    }
}
