//! What a tree keeps: nodes in vectors, each a byte range and the numbers of its children.
//!
//! INVARIANT: a child's number is smaller than its parent's, for children are stored first.

use super::{BinaryOp, BlockId, ExprId, UnaryOp};

/// A range of bytes of the source, or of places in one of the vectors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::hcl) struct Extent {
    pub(in crate::hcl) start: u32,
    pub(in crate::hcl) end: u32,
}

impl Extent {
    pub(in crate::hcl) fn new(start: usize, end: usize) -> Self {
        Self { start: number(start), end: number(end) }
    }
}

/// All nodes of a tree.
#[derive(Debug, Default)]
pub(in crate::hcl) struct Store {
    pub(in crate::hcl) exprs: Vec<ExprNode>,
    pub(in crate::hcl) blocks: Vec<BlockNode>,
    pub(in crate::hcl) attributes: Vec<AttributeNode>,
    pub(in crate::hcl) labels: Vec<LabelNode>,
    pub(in crate::hcl) lists: Vec<ExprId>,
    pub(in crate::hcl) items: Vec<ItemNode>,
    pub(in crate::hcl) steps: Vec<StepNode>,
    pub(in crate::hcl) splats: Vec<SplatNode>,
    pub(in crate::hcl) parts: Vec<PartNode>,
    pub(in crate::hcl) ifs: Vec<IfNode>,
    pub(in crate::hcl) loops: Vec<LoopNode>,
    pub(in crate::hcl) fors: Vec<ForNode>,
    pub(in crate::hcl) calls: Vec<CallNode>,
    pub(in crate::hcl) names: Vec<Extent>,
    /// Objects of JSON that may be blocks, by rising number of the expression.
    pub(in crate::hcl) objects: Vec<(ExprId, BlockId)>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(in crate::hcl) struct BodyNode {
    pub(in crate::hcl) span: Extent,
    pub(in crate::hcl) attributes: Extent,
    pub(in crate::hcl) blocks: Extent,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) struct AttributeNode {
    pub(in crate::hcl) name: Extent,
    pub(in crate::hcl) expr: ExprId,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) struct BlockNode {
    pub(in crate::hcl) kind: Extent,
    /// Where the kind starts; in JSON, where the last label does.
    pub(in crate::hcl) start: u32,
    pub(in crate::hcl) labels: Extent,
    pub(in crate::hcl) header_end: u32,
    pub(in crate::hcl) end: u32,
    pub(in crate::hcl) body: BodyNode,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) struct LabelNode {
    /// With the quotes, when it has any.
    pub(in crate::hcl) span: Extent,
    pub(in crate::hcl) quoted: bool,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) struct ExprNode {
    pub(in crate::hcl) span: Extent,
    pub(in crate::hcl) data: ExprData,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) enum ExprData {
    Error,
    Null,
    Bool(bool),
    Number,
    String { escaped: bool },
    Template { parts: Extent, heredoc: bool },
    Tuple(Extent),
    Object(Extent),
    For(u32),
    Variable,
    Traversal { base: ExprId, steps: Extent },
    Splat { base: ExprId, splat: u32 },
    Call(u32),
    Unary(UnaryOp, ExprId),
    Binary(BinaryOp, ExprId, ExprId),
    Conditional(ExprId, ExprId, ExprId),
    Parens(ExprId),
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) struct ItemNode {
    pub(in crate::hcl) key: ExprId,
    pub(in crate::hcl) value: ExprId,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) struct StepNode {
    pub(in crate::hcl) span: Extent,
    pub(in crate::hcl) data: StepData,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) enum StepData {
    /// Where the name starts; it ends where the step ends.
    Attribute(u32),
    Index(ExprId),
    /// Where the digits start; they end where the step ends.
    Legacy(u32),
    Splat(u32),
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) struct SplatNode {
    pub(in crate::hcl) star: Extent,
    pub(in crate::hcl) full: bool,
    pub(in crate::hcl) steps: Extent,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) struct CallNode {
    /// From the first namespace to the name.
    pub(in crate::hcl) head: Extent,
    pub(in crate::hcl) name: Extent,
    pub(in crate::hcl) namespaces: Extent,
    pub(in crate::hcl) arguments: Extent,
    pub(in crate::hcl) expand: bool,
}

/// `key, value in collection`, of a `for` expression or directive.
#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) struct ForHead {
    pub(in crate::hcl) key: Option<Extent>,
    pub(in crate::hcl) value: Extent,
    pub(in crate::hcl) collection: ExprId,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) struct ForNode {
    pub(in crate::hcl) head: ForHead,
    pub(in crate::hcl) result_key: Option<ExprId>,
    pub(in crate::hcl) result: ExprId,
    pub(in crate::hcl) group: bool,
    pub(in crate::hcl) condition: Option<ExprId>,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) struct PartNode {
    pub(in crate::hcl) span: Extent,
    pub(in crate::hcl) data: PartData,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) enum PartData {
    Literal(Escapes),
    Interpolation(ExprId),
    If(u32),
    For(u32),
}

/// Which escapes stand in a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::hcl) enum Escapes {
    /// None: the source is the text.
    None,
    /// Those of a heredoc: `$${` and `%%{`.
    Heredoc,
    /// Those of a quoted string: also backslashes.
    Quoted,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) struct IfNode {
    pub(in crate::hcl) condition: ExprId,
    pub(in crate::hcl) then: Extent,
    pub(in crate::hcl) otherwise: Option<Extent>,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) struct LoopNode {
    pub(in crate::hcl) head: ForHead,
    pub(in crate::hcl) body: Extent,
}

impl Store {
    /// Adds an expression.
    pub(in crate::hcl) fn expr(&mut self, span: Extent, data: ExprData) -> ExprId {
        let id = ExprId(number(self.exprs.len()));
        self.exprs.push(ExprNode { span, data });
        id
    }

    /// The byte range of an expression; empty at 0 for a number that is not of this tree.
    pub(in crate::hcl) fn span(&self, id: ExprId) -> Extent {
        self.exprs.get(id.0 as usize).map_or(Extent::default(), |node| node.span)
    }

    /// Keeps the block that an object may be.
    pub(in crate::hcl) fn object_block(&mut self, object: ExprId, block: BlockNode) {
        let id = BlockId(add(&mut self.blocks, block));
        self.objects.push((object, id));
    }

    pub(in crate::hcl) fn block(&self, id: BlockId) -> Option<&BlockNode> {
        self.blocks.get(id.0 as usize)
    }
}

/// Moves what was gathered since `mark` to the end of `row` and tells its place there.
pub(in crate::hcl) fn settle<T>(gathered: &mut Vec<T>, mark: usize, row: &mut Vec<T>) -> Extent {
    let start = row.len();
    row.extend(gathered.drain(mark.min(gathered.len())..));
    Extent::new(start, row.len())
}

/// Adds one node and tells its place.
pub(in crate::hcl) fn add<T>(row: &mut Vec<T>, node: T) -> u32 {
    let place = number(row.len());
    row.push(node);
    place
}

/// A length as it is stored. A source is shorter than 4 GiB (`parse` refuses longer ones), and no
/// vector holds more nodes than the source has bytes.
pub(in crate::hcl) fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
