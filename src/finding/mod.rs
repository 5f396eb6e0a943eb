//! What a run says about the user's infrastructure.
//!
//! Policies give one [`Outcome`] for each policy and instance; [`Report::new`] groups them, once, into
//! what a person reads. Messages and places arrive ready-made: this floor knows neither values nor
//! resources, and says nothing about how a report looks.

mod baseline;
mod belonging;
mod change;
mod date;
mod facts;
mod fingerprint;
mod gate;
mod group;
mod merge;
mod narrow;
mod outcome;
mod report;
mod scale;
mod since;
pub mod story;
#[cfg(test)]
mod tests;
pub mod wish;

pub use baseline::{Baseline, Looked, Met, Place, Rest};
pub use change::{Change, Changes, Only, Resolved};
pub use date::Date;
pub use facts::{Enforcement, Facts, PartFacts, PolicyId};
pub use gate::{Decision, Gate, UnknownCounts};
pub use group::{Finding, Status};
pub use merge::Merge;
pub use outcome::{
    Evidence, Outcome, PlanExcerpt, PolicyIndex, Reason, SuppressedBy, Suppression, Target,
    Verdict, WRITTEN,
};
pub use report::{
    Checks, Input, Material, Note, Report, Run, Scope, Summary, SuppressionUse, UnknownGroup,
    Variable, VariableSet,
};
pub use scale::{Cloud, Severity, Theme};
