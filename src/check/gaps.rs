//! What was not checked: modules that are not on disk, types without schema, plans that are not whole.

use std::collections::BTreeSet;

use crate::finding::{Material, Note};
use crate::hcl::Block;
use crate::terraform::address::Mode;
use crate::terraform::config::{Library, Module, Resource, Source, roots};
use crate::terraform::plan::Action;
use crate::terraform::schema;
use crate::text::Span;

use super::Subject;
use super::plans::Decoded;

/// Notes every gap once, however many subjects meet it.
pub(super) fn note(library: &Library, subjects: &[Subject<'_>], material: &mut Material) {
    let mut types = BTreeSet::new();
    let mut notes = Vec::new();
    for subject in subjects {
        if let Some(root) = &subject.configuration {
            for resource in &root.resources {
                let at = || place(library, resource);
                note_type(resource.mode, &resource.resource_type, &at, &mut types, &mut notes);
            }
        }
        if let Some(plan) = subject.plan {
            for change in &plan.plan.resource_changes {
                note_type(change.mode, &change.resource_type, &|| None, &mut types, &mut notes);
            }
            note_plan(plan, &mut notes);
        }
    }
    let folders: Vec<String> = subjects
        .iter()
        .filter_map(|subject| Some(subject.configuration.as_ref()?.folder.clone()))
        .collect();
    for folder in roots::reachable(library, &folders) {
        if let Some(module) = library.module(&folder) {
            note_calls(library, module, &mut notes);
        }
    }
    material.not_checked.extend(notes);
}

fn place(library: &Library, resource: &Resource) -> Option<Span> {
    resource.block.of(&library.trees).map(Block::header_span)
}

fn note_type(
    mode: Mode,
    resource_type: &str,
    at: &dyn Fn() -> Option<Span>,
    seen: &mut BTreeSet<(Mode, String)>,
    notes: &mut Vec<Note>,
) {
    let has_schema = match mode {
        Mode::Managed => schema::resource(resource_type).is_some(),
        Mode::Data => schema::data_source(resource_type).is_some(),
        Mode::Ephemeral => true,
    };
    // `terraform_data` and `terraform_remote_state` come with Terraform itself.
    if has_schema || resource_type.starts_with("terraform_") {
        return;
    }
    if seen.insert((mode, resource_type.to_owned())) {
        let why = match schema::provider_of(resource_type) {
            Some(provider) => format!("the schema of the provider `{provider}` does not have it"),
            None => "no schema of its provider is known".to_owned(),
        };
        let what = match mode {
            Mode::Managed | Mode::Ephemeral => resource_type.to_owned(),
            Mode::Data => format!("data.{resource_type}"),
        };
        notes.push(Note { what, why, at: at() });
    }
}

fn note_plan(plan: &Decoded<'_>, notes: &mut Vec<Note>) {
    if plan.plan.complete == Some(false) {
        let why = "the plan is not complete: `-target` or deferred changes leave resources out";
        notes.push(Note { what: plan.name.to_owned(), why: why.to_owned(), at: None });
    }
    let managed = plan.plan.resource_changes.iter().filter(|change| change.mode == Mode::Managed);
    for change in managed.filter(|change| change.deposed.is_none()) {
        if let [verb @ Action::Other(_)] = change.change.actions.as_slice() {
            let why = format!("its action `{}` is not known", verb.name());
            notes.push(Note { what: change.address.to_string(), why, at: None });
        }
    }
    for deferred in &plan.plan.deferred_changes {
        let what = deferred.resource_change.address.to_string();
        notes.push(Note { what, why: "its change is deferred".to_owned(), at: None });
    }
}

fn note_calls(library: &Library, module: &Module, notes: &mut Vec<Note>) {
    notes.extend(not_on_disk(library, module).map(|(what, why, at)| Note { what, why, at }));
}

/// A module's calls that lead nowhere on disk: the call, why, and where.
fn not_on_disk<'l>(
    library: &'l Library,
    module: &'l Module,
) -> impl Iterator<Item = (String, String, Option<Span>)> + 'l {
    module.calls.iter().filter_map(|(name, call)| {
        let why = match library.source(module, call) {
            Source::Local(_) => return None,
            Source::Remote(source) => format!("the module `{source}` is not on disk"),
            Source::NotLiteral => "its source is not a literal string".to_owned(),
        };
        let block = call.of(&library.trees);
        let source = library.trees.attribute(*call, "source");
        let at = source.map(|source| source.span()).or(block.map(Block::header_span));
        Some((format!("module.{name}"), why, at))
    })
}
