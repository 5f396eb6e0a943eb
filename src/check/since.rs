//! What of a configuration is new: the same policies asked of the files as they were earlier.
//!
//! Only root modules that the changed files are part of are checked, each against itself. Policies,
//! settings and options are those of now on both sides, so that what differs is the configuration.

use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::finding::{Material, Merge, Report};
use crate::terraform::config::Parsed;
use crate::text::Files;

use super::policies::{self, Loaded};
use super::session::units;
use super::touched::{holds_configuration, touched};
use super::{Input, Options, Progress, Silence, gather_with};

/// Files as they were, and what has become of them.
pub struct Since<'s> {
    /// The files as they were.
    pub then: &'s dyn Files,
    /// What people call that time.
    pub name: &'s str,
    /// The paths of files that differ, under their present and their earlier names.
    pub changed: &'s [String],
    /// The folder that a root module was in earlier.
    pub earlier: &'s dyn Fn(&str) -> String,
}

/// Checks the root modules that changed files are part of, and adds what comes out to what is there
/// already. What is found says whether it was there earlier.
pub fn gather_since(
    files: &dyn Files,
    options: &Options,
    since: &Since<'_>,
    progress: &dyn Progress,
    material: &mut Material,
) {
    let options = Options { parsed: Some(Parsed::default()), ..options.clone() };
    let is_root = touched(files, &options, since.changed).into_iter().collect::<BTreeSet<_>>();
    let mut before = std::mem::take(material);
    let loaded = policies::load(files, &options, &mut before.sources, &mut before.diagnostics);
    let sources = before.sources.clone();
    let mut found = Material::default();
    let mut merge = Merge::from(before);
    for (root, options) in units(files, options, &mut found) {
        let Some(root) = root else {
            let message = "plans are not compared with what was there earlier";
            let hint = "a plan tells itself what it changes: `--only introduced`";
            found.diagnostics.push(Diagnostic::error(message).with_hint(hint));
            continue;
        };
        if !is_root.contains(&root) {
            continue;
        }
        let mut now = Material { sources: sources.clone(), ..Material::default() };
        drop(gather_with(files, &options, loaded.clone(), progress, &mut now));
        let then = earlier(&root, &options, since, &loaded);
        now.compare(then.as_ref());
        // Roots that did not change may need what these do not.
        now.suppressions.clear();
        merge.add(&now);
    }
    found.resolved = Some(Vec::new());
    found.compared_with = Some(since.name.to_owned());
    merge.add(&found);
    *material = merge.finish();
}

/// What was found in a root earlier; nothing where there was no such root.
fn earlier(root: &str, options: &Options, since: &Since<'_>, loaded: &Loaded) -> Option<Report> {
    let folder = match holds_configuration(since.then, root) {
        true => root.to_owned(),
        false => (since.earlier)(root),
    };
    if !holds_configuration(since.then, &folder) {
        return None;
    }
    let inputs = vec![Input::Root(folder)];
    let options = Options { inputs, excerpts: false, ..options.clone() };
    let mut then = Material::default();
    drop(gather_with(since.then, &options, loaded.clone(), &Silence, &mut then));
    Some(Report::new(then))
}
