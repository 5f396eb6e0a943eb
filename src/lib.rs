//! Planward checks Terraform and OpenTofu configurations and plans against policies.
//!
//! The house, floor by floor; a module names only modules on lower floors, and siblings do not know
//! each other (`tests/floors.rs` keeps it so):
//!
//! ```text
//! 8   cli            arguments, the disk, the terminal
//! 7   check          inputs in, report out
//!     compare        what was evaluated against what was planned
//! 6   policy report settings  asks, tells, wishes
//! 5   graph finding
//! 4   terraform      configuration and plan, one meaning
//! 3   eval cloud     expressions and functions; what IAM documents and networks mean
//! 2   hcl value
//! 1   diag           something said about a place
//! 0   text           files, spans, lines
//! ```

pub mod check;
pub mod cli;
pub mod cloud;
pub mod compare;
pub mod diag;
pub mod eval;
pub mod finding;
pub mod graph;
pub mod hcl;
pub mod policy;
pub mod report;
pub mod settings;
pub mod terraform;
pub mod text;
pub mod value;
