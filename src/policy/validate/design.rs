//! Policies that are written well and ask something else than they seem to.

use crate::hcl::{Block, Kind, Part};
use crate::terraform::declaration::module_source;
use crate::terraform::schema;

use super::files::{File, Project};
use super::locals::{PolicyKind, policies};
use super::{Faults, Rule};

/// Words of messages that ask for something to be there.
const WANTS: [&str; 6] = ["must have", "must exist", "should have", "has no ", "needs a", "lacks "];

/// Looks at all policies.
pub(super) fn check(project: &Project, faults: &mut Faults) {
    for file in project.asked().filter(|file| !file.broken && !file.is_test) {
        for (kind, policy) in policies(file) {
            match kind {
                PolicyKind::Resource => child(file, policy, faults),
                PolicyKind::Provider => source(policy, faults),
                PolicyKind::Module => module(policy, faults),
            }
        }
    }
    for file in project.asked().filter(|file| !file.broken && file.is_test) {
        file.blocks_of("module").for_each(|mock| module(mock, faults));
    }
}

/// Policies see the sources of modules as they are resolved.
fn module(block: Block<'_>, faults: &mut Faults) {
    let Some(label) = block.labels().get(0) else { return };
    let resolved = module_source(&label.text);
    if resolved != *label.text {
        let message = format!("no call has the source `{}`", label.text);
        let text = format!("\"{resolved}\"");
        faults.add_fix(Rule::ShortModuleSource, label.span, message, text);
    }
}

/// A provider policy's label is a type.
fn source(policy: Block<'_>, faults: &mut Faults) {
    let Some(label) = policy.labels().get(0) else { return };
    if let Some((_, ty)) = label.text.rsplit_once('/') {
        let message = format!("`{}` is a source, and providers go by their type", label.text);
        let text = format!("\"{ty}\"");
        faults.add_fix(Rule::ShortProviderSource, label.span, message, text);
    }
}

/// A policy that asks for something to exist is silent where it does not.
fn child(file: &File, policy: Block<'_>, faults: &mut Faults) {
    let Some(label) = policy.labels().get(0) else { return };
    let Some(parent) = parent(&label.text) else { return };
    let of_parent = |(_, other): (PolicyKind, Block<'_>)| other.label(0).as_deref() == Some(parent);
    if policies(file).any(of_parent) {
        return;
    }
    let short = parent.rsplit('_').next().unwrap_or(parent);
    let own = label.text.get(parent.len()..).unwrap_or_default();
    let asks = policy.body().blocks_of("enforce").any(|enforce| {
        let text = message(enforce).to_lowercase();
        // "a bucket must have versioning": the parent, what it wants, the child.
        let wants = WANTS.iter().find_map(|words| text.split_once(words));
        wants.is_some_and(|(who, what)| {
            let mut names = own.split('_').filter(|name| !name.is_empty());
            who.contains(short) && names.any(|name| what.contains(name))
        })
    });
    if asks {
        let message = format!(
            "the policy asks for `{}` to be there, and is not asked where there is none",
            label.text
        );
        let hint = format!(
            "write it for `{parent}`, with `connected \"{}\"` and `min_instances = 1`",
            label.text
        );
        faults.add(Rule::ChildMustExist, label.span, message, hint);
    }
}

/// The type that another one's name begins with.
fn parent(name: &str) -> Option<&'static str> {
    let provider = schema::provider_of(name)?;
    schema::resource(name)?;
    let is_parent = |other: &&str| {
        let rest = name.strip_prefix(*other);
        other.matches('_').count() > 0 && rest.is_some_and(|rest| rest.starts_with('_'))
    };
    schema::resource_types(provider).filter(is_parent).max_by_key(|other| other.len())
}

/// The literal words of an error message.
fn message(enforce: Block<'_>) -> String {
    let Some(attribute) = enforce.body().attribute("error_message") else { return String::new() };
    match attribute.expr().kind() {
        Kind::String(text) => text.into_owned(),
        Kind::Template(template) => {
            let texts = template.parts.filter_map(|part| match part {
                Part::Literal { text, .. } => Some(text.into_owned()),
                _ => None,
            });
            texts.collect()
        }
        _ => String::new(),
    }
}
