//! How a verdict came about: what `--trace` tells, one evaluation step by step.
//!
//! Words and places arrive ready-made, as everywhere on this floor; what is sensitive is hidden before.

use std::collections::BTreeSet;

use crate::diag::Label;
use crate::text::Span;

/// What somebody wants told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The id of a policy.
    pub policy: String,
    /// The address of a resource; without keys, all its instances.
    pub address: String,
}

/// The stories that were asked for, and the names there are, for whoever misspelt one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// One for each block of the policy, instance and operation.
    pub stories: Vec<Story>,
    /// The addresses of all resources.
    pub addresses: BTreeSet<String>,
    /// The ids of all policies.
    pub policies: BTreeSet<String>,
    /// The types that the policy is about; `None` when there is no such policy.
    pub types: Option<BTreeSet<String>>,
}

/// One block of a policy on one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The policy's id.
    pub policy: String,
    /// The name of the block.
    pub block: String,
    /// Where the block stands.
    pub block_at: Span,
    /// The resource.
    pub address: String,
    /// Where it is written.
    pub resource_at: Option<Span>,
    /// What happens to the resource: `create`.
    pub operation: &'static str,
    /// `fail`, `pass`, `unknown`, `not applicable` or `error`.
    pub verdict: &'static str,
    /// Why there is no plain answer.
    pub why: Option<String>,
    /// Where that stands.
    pub why_at: Option<Span>,
    /// In the order in which they were evaluated.
    pub chapters: Vec<Chapter>,
}

/// A filter, a condition, a local value or a `connected` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// `filter`, `enforce 1`, `local.owner`, `connected aws_vpc`.
    pub title: String,
    /// Where it stands.
    pub at: Option<Span>,
    /// What was evaluated.
    pub steps: Vec<Step>,
    /// The message, where the condition does not hold.
    pub says: Option<String>,
}

/// One step, with those below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The expression as written, or the address of a resource.
    pub text: String,
    /// What came of it, in words.
    pub value: String,
    /// How that is to be taken.
    pub tone: Tone,
    /// Where the value is written.
    pub place: Option<Label>,
    /// Whether the verdict comes from here.
    pub decides: bool,
    /// What was evaluated on the way.
    pub parts: Vec<Step>,
}

/// How a value is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A value like any other.
    Plain,
    /// True, or a match.
    Good,
    /// False, or no match.
    Bad,
    /// Not known.
    Open,
    /// It cannot be evaluated.
    Broken,
}
