//! The versions of Terraform that files are for: some version must fulfil what a file says, and what all
//! files of a folder say, because HashiCorp's engine runs all of them or none.

use crate::diag::Diagnostic;
use crate::hcl::{Block, Kind};
use crate::terraform::version::Constraint;
use crate::text::Span;

use super::files::{File, Project};
use super::{Faults, Rule};

/// What a file says, where something can fulfil it.
struct Required {
    text: String,
    constraint: Constraint,
    at: Span,
}

/// Looks at all files.
pub(super) fn check(project: &Project, faults: &mut Faults) {
    let required: Vec<(&File, Required)> = project
        .files
        .iter()
        .flat_map(|file| file.blocks().filter_map(move |block| Some((file, block_of(block)?))))
        .filter_map(|(file, block)| Some((file, required(block, faults)?)))
        .collect();
    for (n, (file, own)) in required.iter().enumerate() {
        let meets = |other: &File| match file.is_test {
            true => project.targets(file).any(|target| target.id == other.id),
            false => !other.is_test && other.folder == file.folder,
        };
        // Of two policy files the later is told; a test stands before and behind its targets.
        let others = required.iter().enumerate();
        let others = others.filter(|(m, (other, _))| (file.is_test || *m < n) && meets(other));
        let conflicts = |other: &Required| {
            let both = own.constraint.clone().and(&other.constraint);
            !both.is_possible()
        };
        if let Some((_, (_, other))) = others.into_iter().find(|(_, (_, other))| conflicts(other)) {
            let message = format!("no version of Terraform is `{}` and `{}`", own.text, other.text);
            let diagnostic =
                Diagnostic::error(message).at(own.at).with_related(other.at, "the other");
            let hint = "HashiCorp's engine runs all files of a folder, or none";
            let rule = Rule::ConflictingTerraformVersions;
            faults.push(rule, diagnostic.with_hint(hint), None);
        }
    }
}

/// The block in which a file says something about itself.
fn block_of(block: Block<'_>) -> Option<Block<'_>> {
    matches!(block.kind(), "policy" | "policytest").then_some(block)
}

fn required(block: Block<'_>, faults: &mut Faults) -> Option<Required> {
    let config = block.body().blocks_of("terraform_config").next()?;
    let expr = config.body().attribute("required_version")?.expr();
    let Kind::String(text) = expr.kind() else { return None };
    let constraint = Constraint::parse(&text).ok()?;
    if !constraint.is_possible() {
        let message = format!("no version of Terraform is `{text}`");
        let hint = "such as `>= 1.10, < 2.0`";
        faults.add(Rule::NoTerraformVersion, expr.span(), message, hint);
        return None;
    }
    Some(Required { text: text.into_owned(), constraint, at: expr.span() })
}
