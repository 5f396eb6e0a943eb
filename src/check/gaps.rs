//! What was not checked: modules that are not on disk, types without schema, plans that are not whole.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Material, Note};
use crate::hcl::{Block, Tree};
use crate::terraform::address::Mode;
use crate::terraform::config::{Library, Missing, NotOnDisk, Resource};
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
    note_modules(library, subjects, &mut notes);
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
            Some(provider) => {
                let why = format!("the schema of the provider `{provider}` does not have it");
                let close = match mode {
                    Mode::Data => schema::did_you_mean_data_source(resource_type),
                    Mode::Managed | Mode::Ephemeral => schema::did_you_mean_resource(resource_type),
                };
                close.map_or(why.clone(), |close| format!("{why}; did you mean `{close}`?"))
            }
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

/// One note for each source that is not on disk, at the first call.
fn note_modules(library: &Library, subjects: &[Subject<'_>], notes: &mut Vec<Note>) {
    let mut gone: BTreeMap<(Missing, &str), Vec<NotOnDisk>> = BTreeMap::new();
    for subject in subjects {
        let Some(root) = &subject.configuration else { continue };
        let way_out = way_out(library, &root.folder);
        for missing in library.not_on_disk(&root.folder) {
            gone.entry((missing.why.clone(), way_out)).or_default().push(missing);
        }
    }
    for ((why, way_out), calls) in gone {
        let why = match why {
            Missing::Local => continue,
            Missing::Remote(source) => {
                format!("the module `{source}` is not on disk; `{way_out}` downloads it")
            }
            Missing::Stale(source) => format!(
                "another source or version than `{source}` was downloaded; `{way_out}` brings it"
            ),
            Missing::Outside(folder) => {
                format!("a downloaded module calls `{folder}`, outside of what was downloaded")
            }
            Missing::NotLiteral => "its source is not a literal string".to_owned(),
        };
        let places: BTreeSet<Option<Span>> = calls.iter().map(|call| call.at).collect();
        let why = match places.len() {
            0 | 1 => why,
            n => format!("{why} (called in {n} places)"),
        };
        let Some(first) = calls.into_iter().next() else { continue };
        notes.push(Note { what: first.call, why, at: first.at });
    }
}

/// The command that downloads modules for a root module.
fn way_out(library: &Library, root: &str) -> &'static str {
    let of_file = |file| library.trees.tree(file).map(Tree::text);
    let locked = library.lock_file(root).and_then(of_file);
    match locked.is_some_and(|lock| lock.contains("registry.opentofu.org")) {
        true => "tofu init",
        false => "terraform init",
    }
}
