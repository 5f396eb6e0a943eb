//! The way back from decoded text to the file.

use crate::hcl::tree::store::Extent;

/// Text that was decoded and stands behind the file's own.
#[derive(Debug, Default)]
pub(in crate::hcl) struct Decoded {
    /// Length of the file's own text.
    pub(in crate::hcl) own: u32,
    /// Pieces of the decoded text, in order, without gaps.
    pub(in crate::hcl) pieces: Vec<Piece>,
}

/// A piece of decoded text: copied when both lengths agree, else one escape.
#[derive(Clone, Copy, Debug)]
pub(in crate::hcl) struct Piece {
    /// Where it stands in the text of the tree.
    pub(in crate::hcl) at: u32,
    pub(in crate::hcl) len: u32,
    /// What it was decoded from.
    pub(in crate::hcl) source: Extent,
}

impl Decoded {
    /// The range of the file for a range of the tree's text. Both ends are led back on their own, for
    /// a block may begin in one text and end in the other.
    pub(in crate::hcl) fn place(&self, extent: Extent) -> Extent {
        let start = match self.piece(extent.start) {
            Some(piece) if piece.is_copied() => piece.source.start + (extent.start - piece.at),
            Some(piece) => piece.source.start,
            None => extent.start,
        };
        let before = extent.end.checked_sub(1).and_then(|last| self.piece(last));
        let end = match before {
            _ if extent.end == extent.start => start,
            Some(piece) if piece.is_copied() => piece.source.start + (extent.end - piece.at),
            Some(piece) => piece.source.end,
            None => extent.end,
        };
        Extent { start, end }
    }

    /// The piece of a byte that is not the file's own.
    fn piece(&self, at: u32) -> Option<Piece> {
        if at < self.own {
            return None;
        }
        let after = self.pieces.partition_point(|piece| piece.at <= at);
        self.pieces.get(after.checked_sub(1)?).copied()
    }
}

impl Piece {
    const fn is_copied(self) -> bool {
        self.len == self.source.end - self.source.start
    }
}
