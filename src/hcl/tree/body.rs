//! Bodies, attributes and blocks.

use std::borrow::Cow;
use std::fmt;

use super::store::{AttributeNode, BlockNode, BodyNode, Escapes, Extent};
use super::{BlockId, Expr, Kind, List, Tree};
use crate::hcl::unescape::unescape;
use crate::text::Span;

/// What stands between a pair of braces, or in a whole file.
#[derive(Clone, Copy)]
pub struct Body<'a> {
    pub(super) tree: &'a Tree,
    pub(super) node: &'a BodyNode,
}

/// The attributes of a body.
pub type Attributes<'a> = List<'a, Attribute<'a>>;
/// The blocks of a body.
pub type Blocks<'a> = List<'a, Block<'a>>;
/// The labels of a block.
pub type Labels<'a> = List<'a, BlockLabel<'a>>;

impl<'a> Body<'a> {
    /// Between the braces, exclusive of them.
    #[must_use]
    pub fn span(self) -> Span {
        self.tree.span(self.node.span)
    }

    /// In source order. A name set twice stands here twice (with a diagnostic).
    #[must_use]
    pub fn attributes(self) -> Attributes<'a> {
        List::new(self.tree, self.node.attributes, |tree, place| Attribute { tree, place })
    }

    /// The first attribute of that name.
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<Attribute<'a>> {
        self.attributes().find(|attribute| attribute.name() == name)
    }

    /// In source order.
    #[must_use]
    pub fn blocks(self) -> Blocks<'a> {
        List::new(self.tree, self.node.blocks, |tree, place| Block { tree, id: BlockId(place) })
    }

    /// Those of one kind, in source order.
    pub fn blocks_of(self, kind: &str) -> impl Iterator<Item = Block<'a>> + Clone + use<'a, '_> {
        self.blocks().filter(move |block| block.kind() == kind)
    }
}

impl fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("attributes", &self.attributes())
            .field("blocks", &self.blocks())
            .finish()
    }
}

/// `name = expression`.
#[derive(Clone, Copy)]
pub struct Attribute<'a> {
    tree: &'a Tree,
    place: u32,
}

impl<'a> Attribute<'a> {
    fn node(self) -> Option<&'a AttributeNode> {
        self.tree.store.attributes.get(self.place as usize)
    }

    fn name_extent(self) -> Extent {
        self.node().map_or(Extent::default(), |node| node.name)
    }

    /// The name, as written.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.tree.slice(self.name_extent())
    }

    /// Where the name stands.
    #[must_use]
    pub fn name_span(self) -> Span {
        self.tree.span(self.name_extent())
    }

    /// From the name to the end of the expression.
    #[must_use]
    pub fn span(self) -> Span {
        let span = self.name_span().to(self.expr().span());
        // The quote before the name.
        Span { start: span.start.saturating_sub(u32::from(self.tree.is_json())), ..span }
    }

    /// In JSON syntax, where objects may be blocks: the blocks that it holds, if it can hold any. An
    /// object is one, an array of objects several, null none.
    #[must_use]
    pub fn blocks(self) -> Option<Vec<Block<'a>>> {
        if !self.tree.is_json() {
            return None;
        }
        let expr = self.expr();
        match expr.kind() {
            Kind::Null => Some(Vec::new()),
            Kind::Object(_) => Some(vec![self.tree.object_block(expr)?]),
            Kind::Tuple(elements) => elements.map(|e| self.tree.object_block(e)).collect(),
            _ => None,
        }
    }

    /// What it is set to.
    #[must_use]
    pub fn expr(self) -> Expr<'a> {
        let id = self.node().map_or(super::ExprId(u32::MAX), |node| node.expr);
        self.tree.expr(id)
    }
}

impl fmt::Debug for Attribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:?}", self.name(), self.expr())
    }
}

/// `kind "label" ... { body }`.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    pub(super) tree: &'a Tree,
    pub(super) id: BlockId,
}

/// Stands in where a number is not of this tree.
const NO_BODY: BodyNode = BodyNode {
    span: Extent { start: 0, end: 0 },
    attributes: Extent { start: 0, end: 0 },
    blocks: Extent { start: 0, end: 0 },
};

impl<'a> Block<'a> {
    fn node(self) -> Option<&'a BlockNode> {
        self.tree.store.block(self.id)
    }

    fn kind_extent(self) -> Extent {
        self.node().map_or(Extent::default(), |node| node.kind)
    }

    /// Its number in the tree.
    #[must_use]
    pub const fn id(self) -> BlockId {
        self.id
    }

    /// The tree it stands in.
    #[must_use]
    pub const fn tree(self) -> &'a Tree {
        self.tree
    }

    /// The word before the labels: `resource`.
    #[must_use]
    pub fn kind(self) -> &'a str {
        self.tree.slice(self.kind_extent())
    }

    /// Where that word stands.
    #[must_use]
    pub fn kind_span(self) -> Span {
        self.tree.span(self.kind_extent())
    }

    /// The labels, in order.
    #[must_use]
    pub fn labels(self) -> Labels<'a> {
        let places = self.node().map_or(Extent::default(), |node| node.labels);
        List::new(self.tree, places, BlockLabel::read)
    }

    /// The text of the label at a place, counted from 0.
    #[must_use]
    pub fn label(self, n: usize) -> Option<Cow<'a, str>> {
        self.labels().get(n).map(|label| label.text)
    }

    /// Kind and labels: `resource "a" "b"`. In JSON the last label, or the kind where it has none:
    /// blocks may share what stands before.
    #[must_use]
    pub fn header_span(self) -> Span {
        let extent = self.node().map(|node| Extent { start: node.start, end: node.header_end });
        self.tree.span(extent.unwrap_or_default())
    }

    /// From the header to the closing brace; in JSON from the last label on.
    #[must_use]
    pub fn span(self) -> Span {
        let extent = self.node().map(|node| Extent { start: node.start, end: node.end });
        self.tree.span(extent.unwrap_or_default())
    }

    /// What stands between its braces.
    #[must_use]
    pub fn body(self) -> Body<'a> {
        Body { tree: self.tree, node: self.node().map_or(&NO_BODY, |node| &node.body) }
    }
}

impl fmt::Debug for Block<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {:?}", self.kind(), self.labels(), self.body())
    }
}

/// A label of a block: a quoted string or a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockLabel<'a> {
    /// The label without quotes and escapes.
    pub text: Cow<'a, str>,
    /// With the quotes.
    pub span: Span,
}

impl<'a> BlockLabel<'a> {
    fn read(tree: &'a Tree, place: u32) -> Self {
        let node = tree.store.labels.get(place as usize);
        let span = node.map_or(Extent::default(), |node| node.span);
        let text = if tree.is_json() {
            Cow::Borrowed(unquoted(tree.slice(span)))
        } else if node.is_some_and(|node| node.quoted) {
            unescape(unquoted(tree.slice(span)), Escapes::Quoted)
        } else {
            Cow::Borrowed(tree.slice(span))
        };
        Self { text, span: tree.span(span) }
    }
}

/// The inside of a quoted string.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.strip_prefix('"').unwrap_or(text);
    text.strip_suffix('"').unwrap_or(text)
}
