//! HCL: text in, tree and diagnostics out. Native syntax here; JSON syntax gives the same tree.
//!
//! [`parse`] never fails: what could not be read becomes a diagnostic and an error node, and the rest
//! stays. Every node has a byte range. The tree is flat: nodes stand in vectors and know each other by
//! number; [`Body`], [`Block`], [`Attribute`] and [`Expr`] are small handles that borrow the tree.
//! Strings stay slices of the source and are unescaped when asked for.

mod tree;
