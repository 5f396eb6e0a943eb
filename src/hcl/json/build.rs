//! Nodes of JSON into bodies, blocks, attributes and expressions.

use super::scan::{Document, NodeId, NodeKind, Property, Quoted};
use super::shape::{Reading, Shape};
use crate::diag::Diagnostic;
use crate::hcl::parser::{Piece, piece};
use crate::hcl::tree::ExprId;
use crate::hcl::tree::store::{
    AttributeNode, BlockNode, BodyNode, ExprData, Extent, ItemNode, LabelNode, Store, number,
};
use crate::text::{FileId, Span};

/// A property of this name is a comment.
const COMMENT: &str = "//";

/// Makes the tree's nodes. Places in diagnostics are places in the document's text.
pub(super) fn build(
    file: FileId,
    document: &Document,
    root: NodeId,
    shape: &Shape,
) -> (Store, BodyNode, Vec<Diagnostic>) {
    let mut builder = Builder { file, document, store: Store::default(), diagnostics: Vec::new() };
    let mut objects = Vec::new();
    builder.objects(root, "the file", &mut objects);
    let body = builder.body(&objects, document.node(root).span, shape);
    (builder.store, body, builder.diagnostics)
}

struct Builder<'d> {
    file: FileId,
    document: &'d Document,
    store: Store,
    diagnostics: Vec<Diagnostic>,
}

/// A block that is being read: its kind, and the labels met so far.
#[derive(Clone)]
struct Header {
    kind: Quoted,
    labels: Vec<Quoted>,
    shape: &'static Shape,
}

impl<'d> Builder<'d> {
    fn fail(&mut self, at: Extent, message: String) {
        let span = Span::new(self.file, at.start, at.end);
        self.diagnostics.push(Diagnostic::error(message).at(span));
    }

    /// The objects that a body is made of: one, or several in an array.
    fn objects(&mut self, node: NodeId, what: &str, objects: &mut Vec<NodeId>) {
        let document = self.document;
        match &document.node(node).kind {
            NodeKind::Object(_) => objects.push(node),
            NodeKind::Array(elements) => {
                for &element in elements {
                    self.objects(element, what, objects);
                }
            }
            NodeKind::Null => {}
            other => {
                let message = format!("{what} is a {}, an object is required", name_of(other));
                self.fail(document.node(node).span, message);
            }
        }
    }

    fn body(&mut self, objects: &[NodeId], span: Extent, shape: &Shape) -> BodyNode {
        let (mut attributes, mut blocks) = (Vec::new(), Vec::new());
        let document = self.document;
        for property in objects.iter().flat_map(|&object| document.properties(object)) {
            let name = document.string(property.name);
            if name == COMMENT {
                continue;
            }
            if let Some((labels, shape)) = shape.block(name) {
                let header = Header { kind: property.name, labels: Vec::new(), shape };
                self.blocks(property.value, labels, &header, &mut blocks);
                continue;
            }
            let nested = shape.nested.map(|shape| (property.name, shape));
            let expr = self.expr(property.value, shape.reading_of(name), nested);
            self.attribute(property.name, expr, &mut attributes);
        }
        BodyNode {
            span: Extent { start: span.start + 1, end: span.end.saturating_sub(1) },
            attributes: append(&mut self.store.attributes, attributes),
            blocks: append(&mut self.store.blocks, blocks),
        }
    }

    fn attribute(&mut self, name: Quoted, expr: ExprId, attributes: &mut Vec<AttributeNode>) {
        let text = self.document.string(name);
        let is_same = |earlier: &&AttributeNode| self.document.slice(earlier.name) == text;
        if let Some(earlier) = attributes.iter().find(is_same).map(|earlier| earlier.name) {
            self.fail(name.0, format!("attribute `{text}` is set twice"));
            let first = Span::new(self.file, earlier.start, earlier.end);
            if let Some(diagnostic) = self.diagnostics.pop() {
                self.diagnostics.push(diagnostic.with_related(first, "first set here"));
            }
        }
        attributes.push(AttributeNode { name: name.inner(), expr });
    }

    /// Blocks of one type: an object for each label, then one object or several in an array.
    fn blocks(
        &mut self,
        node: NodeId,
        labels: usize,
        header: &Header,
        blocks: &mut Vec<BlockNode>,
    ) {
        let kind = self.document.string(header.kind);
        let mut objects = Vec::new();
        self.objects(node, &format!("`{kind}`"), &mut objects);
        for object in objects {
            if labels == 0 {
                let block = self.block(object, header);
                blocks.push(block);
                continue;
            }
            for property in self.document.properties(object) {
                if self.document.string(property.name) == COMMENT {
                    continue;
                }
                let mut header = header.clone();
                header.labels.push(property.name);
                self.blocks(property.value, labels - 1, &header, blocks);
            }
        }
    }

    fn block(&mut self, object: NodeId, header: &Header) -> BlockNode {
        let span = self.document.node(object).span;
        let body = self.body(&[object], span, header.shape);
        let labels: Vec<LabelNode> =
            header.labels.iter().map(|label| LabelNode { span: label.0, quoted: true }).collect();
        let last = header.labels.last().unwrap_or(&header.kind).0;
        BlockNode {
            kind: header.kind.inner(),
            start: last.start,
            labels: append(&mut self.store.labels, labels),
            header_end: last.end,
            end: span.end,
            body,
        }
    }

    /// An expression. With `nested`, objects may be blocks of that name and shape.
    fn expr(
        &mut self,
        node: NodeId,
        reading: Reading,
        nested: Option<(Quoted, &'static Shape)>,
    ) -> ExprId {
        let document = self.document;
        let span = document.node(node).span;
        match &document.node(node).kind {
            NodeKind::Null => self.store.expr(span, ExprData::Null),
            NodeKind::Bool(value) => self.store.expr(span, ExprData::Bool(*value)),
            NodeKind::Number => self.store.expr(span, ExprData::Number),
            NodeKind::String(quoted) => self.string(*quoted, reading),
            NodeKind::Array(elements) => {
                let exprs: Vec<ExprId> = elements
                    .iter()
                    .map(|&element| self.element(element, reading, nested))
                    .collect();
                let places = append(&mut self.store.lists, exprs);
                self.store.expr(span, ExprData::Tuple(places))
            }
            NodeKind::Object(properties) => self.object(node, properties, reading, nested),
        }
    }

    /// An element of an array; one that may be a block begins with its brace.
    fn element(
        &mut self,
        node: NodeId,
        reading: Reading,
        nested: Option<(Quoted, &'static Shape)>,
    ) -> ExprId {
        let expr = self.expr(node, reading, nested);
        let start = self.document.node(node).span.start;
        if let Some(&(of, block)) = self.store.objects.last()
            && of == expr
            && let Some(block) = self.store.blocks.get_mut(block.0 as usize)
        {
            (block.start, block.header_end) = (start, start + 1);
        }
        expr
    }

    fn object(
        &mut self,
        node: NodeId,
        properties: &[Property],
        reading: Reading,
        nested: Option<(Quoted, &'static Shape)>,
    ) -> ExprId {
        let span = self.document.node(node).span;
        let mut items = Vec::with_capacity(properties.len());
        let (mut attributes, mut blocks) = (Vec::new(), Vec::new());
        for property in properties {
            let name = self.document.string(property.name);
            let inner = nested.map(|(_, shape)| (property.name, shape));
            let key = self.string(property.name, reading);
            let value = self.expr(property.value, reading, inner);
            items.push(ItemNode { key, value });
            let Some((_, shape)) = nested.filter(|_| name != COMMENT) else { continue };
            match shape.block(name) {
                None => attributes.push(AttributeNode { name: property.name.inner(), expr: value }),
                Some((labels, shape)) => {
                    let header = Header { kind: property.name, labels: Vec::new(), shape };
                    let told = self.diagnostics.len();
                    self.blocks(property.value, labels, &header, &mut blocks);
                    // It may be no block after all.
                    self.diagnostics.truncate(told);
                }
            }
        }
        let items = append(&mut self.store.items, items);
        let expr = self.store.expr(span, ExprData::Object(items));
        if let Some((kind, _)) = nested {
            let body = BodyNode {
                span: Extent { start: span.start + 1, end: span.end.saturating_sub(1) },
                attributes: append(&mut self.store.attributes, attributes),
                blocks: append(&mut self.store.blocks, blocks),
            };
            let block = BlockNode {
                kind: kind.inner(),
                start: kind.0.start,
                labels: Extent::default(),
                header_end: kind.0.end,
                end: span.end,
                body,
            };
            self.store.object_block(expr, block);
        }
        expr
    }

    fn string(&mut self, quoted: Quoted, reading: Reading) -> ExprId {
        let text = self.document.string(quoted);
        let rule = match reading {
            Reading::Expression => Piece::Expression,
            Reading::Template if text.contains("${") || text.contains("%{") => Piece::Template,
            Reading::Template | Reading::Literal => {
                return self.store.expr(quoted.0, ExprData::String { escaped: false });
            }
        };
        let text = &self.document.text;
        let (expr, complaints) = piece(self.file, text, quoted.0, rule, &mut self.store);
        self.diagnostics.extend(complaints);
        expr
    }
}

fn append<T>(row: &mut Vec<T>, nodes: Vec<T>) -> Extent {
    let start = number(row.len());
    row.extend(nodes);
    Extent { start, end: number(row.len()) }
}

fn name_of(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::Null => "null",
        NodeKind::Bool(_) => "bool",
        NodeKind::Number => "number",
        NodeKind::String(_) => "string",
        NodeKind::Array(_) => "array",
        NodeKind::Object(_) => "object",
    }
}
