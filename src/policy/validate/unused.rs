//! Inputs and locals that nothing reads.

use std::collections::BTreeSet;

use crate::hcl::Attribute;
use crate::text::Span;

use super::expression::Uses;
use super::files::Project;
use super::locals::{own_locals, policies, top_locals};
use super::{Faults, Rule};

/// Compares what is defined with what was read.
pub(super) fn check(project: &Project, uses: &Uses, faults: &mut Faults) {
    for file in project.asked().filter(|file| !file.broken) {
        // A file that cannot be read may be the one that reads it.
        if !file.is_test && !project.is_whole(&file.folder) {
            continue;
        }
        let mut seen = BTreeSet::new();
        let mut tell = |local: Attribute<'_>, owner: Option<Span>| {
            let is_first = seen.insert((owner, local.name().to_owned()));
            if is_first && !uses.locals.contains(&local.name_span()) {
                let message = format!("nothing reads local `{}`", local.name());
                faults.add(Rule::UnusedLocal, local.name_span(), message, "leave it out");
            }
        };
        top_locals(file).for_each(|local| tell(local, None));
        for (_, policy) in policies(file) {
            own_locals(policy).for_each(|local| tell(local, Some(policy.header_span())));
        }
        let mut seen = BTreeSet::new();
        for block in file.blocks_of("input") {
            let Some(label) = block.labels().get(0) else { continue };
            // The second of a name is told as such.
            let is_first = seen.insert(label.text.to_string());
            if is_first && !uses.inputs.contains(&block.header_span()) {
                let message = format!("nothing reads input `{}`", label.text);
                faults.add(Rule::UnusedInput, label.span, message, "leave it out");
            }
        }
    }
}
