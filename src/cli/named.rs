//! Single files among the inputs of a check: what a hook or an editor names is checked in the root
//! modules that read it, and told for the files alone.

use std::collections::BTreeSet;

use super::args::{Around, CheckArgs};
use super::disk::from_here;
use super::{environment, settings};
use crate::check::{self, Given, Input, Named, Naming, Options};
use crate::text::{Files, folder_of};

/// Takes single files out of the inputs and puts the root modules that read them in; nothing when no
/// file was named. Named together with folders or plans, a file stands for its root modules.
pub(super) fn take(files: &dyn Files, args: &CheckArgs, options: &mut Options) -> Option<Named> {
    let is_named = |input: &Input| matches!(input, Input::Path(path) if is_file(files, path));
    let (named, others): (Vec<Input>, Vec<Input>) =
        std::mem::take(&mut options.inputs).into_iter().partition(is_named);
    options.inputs = others;
    if named.is_empty() {
        return None;
    }
    let paths = named.into_iter().filter_map(path).map(|path| from_here(&path));
    let paths: Vec<String> = paths.collect();
    let folders: BTreeSet<String> = paths.iter().map(|path| folder_of(path)).collect();
    let around = match args.around {
        _ if !options.inputs.is_empty() => check::Around::Root,
        Around::File => check::Around::File,
        Around::Module => check::Around::Module,
        Around::Root => check::Around::Root,
    };
    let of_roots = settings::OfFolders::new(files, &args.inputs, options.clone());
    let naming = Naming {
        paths: &paths,
        around,
        exclude: &settings::excluded(files, &args.inputs, folders.iter().map(String::as_str)),
        here: environment::here(),
        values: &|root| values(&of_roots.options(root)),
    };
    let named = check::named(files, &naming);
    options.inputs.extend(named.roots.iter().cloned().map(Input::Root));
    Some(named)
}

fn is_file(files: &dyn Files, path: &str) -> bool {
    check::named_kind(path).is_some() && !files.is_folder(path)
}

fn path(input: Input) -> Option<String> {
    match input {
        Input::Path(path) => Some(path),
        Input::Root(_) | Input::Bytes { .. } => None,
    }
}

/// The files of values that options name.
pub(super) fn values(options: &Options) -> Vec<String> {
    let given = options.variables.iter().flat_map(|given| match given {
        Given::Value(..) => &[],
        Given::File(path) => std::slice::from_ref(path),
        Given::Set(_, paths) => paths.as_slice(),
    });
    given.cloned().collect()
}
