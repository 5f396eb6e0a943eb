//! `planward check - --stdin-filename FILE`: one file as an editor holds it, among the others on disk.
//!
//! What is told is about this file alone. It need not be saved, nor be there at all.

use std::cell::RefCell;

use super::baseline::{self, Gone};
use super::check as command;
use crate::check::{
    self, Around, Given, Input, Naming, Options, gather, nearest_module, policies, touched,
};
use crate::cli::Outcome;
use crate::cli::args::CheckArgs;
use crate::cli::disk::{DiskFiles, from_here};
use crate::cli::progress::Progress;
use crate::cli::settings::{self, Part};
use crate::cli::stats::Laps;
use crate::cli::terminal::Terminal;
use crate::cli::{environment, named};
use crate::diag::Diagnostic;
use crate::finding::{Material, Report};
use crate::policy::{is_policy_file, testing};
use crate::settings::NAME;
use crate::text::{Files, Overlay, folder_of, plain};

/// Judges the file by what its name says it is.
pub(super) fn run(args: &CheckArgs, path: &str, terminal: &Terminal) -> Outcome {
    let mut complaints = Vec::new();
    let path = from_here(path);
    if !args.inputs.paths.iter().any(|path| path == "-") {
        let error =
            Diagnostic::error("`--stdin-filename` names what `-` gives, and there is no `-`")
                .with_hint(format!("planward check - --stdin-filename {path}"));
        return told(args, terminal, vec![error]);
    }
    let Some(bytes) = command::standard_input(&mut complaints) else {
        return told(args, terminal, complaints);
    };
    let files = Overlay::new(&DiskFiles, &path, bytes);
    let folders = args.inputs.paths.iter().filter(|path| *path != "-").cloned();
    let folders: Vec<String> = folders.collect();
    let mut options = command::options_for(&args.inputs, &folders, &mut complaints);
    options.excerpts = command::shows_excerpts(args, terminal);
    options.plan = None;
    let buffer = Buffer { files: &files, args, path: &path, laps: RefCell::default() };
    let (mut report, parts) = match path.rsplit('/').next().unwrap_or_default() {
        name if is_policy_file(name) => (buffer.policy(options), Vec::new()),
        name if name.ends_with(".policytest.hcl") => (buffer.test(), Vec::new()),
        NAME => (buffer.settings(options), Vec::new()),
        _ => buffer.configuration(options),
    };
    report.diagnostics.append(&mut complaints);
    report.narrow(|other| plain(other) == plain(&path));
    command::tell(&report, &settings::gate(args, &parts), args, terminal, &buffer.laps.take())
}

fn told(args: &CheckArgs, terminal: &Terminal, diagnostics: Vec<Diagnostic>) -> Outcome {
    let report = Report::new(Material { diagnostics, ..Material::default() });
    command::tell(&report, &settings::gate(args, &[]), args, terminal, &Vec::new())
}

struct Buffer<'b> {
    files: &'b dyn Files,
    args: &'b CheckArgs,
    path: &'b str,
    laps: RefCell<Laps>,
}

impl Buffer<'_> {
    /// A file of a configuration: every root module that it is part of is checked.
    fn configuration(&self, options: Options) -> (Report, Vec<Part>) {
        let mut material = Material::default();
        let roots = self.roots(&options);
        if roots.is_empty() && !is_of_values(self.path) {
            let message = format!("`{}` is part of no configuration", self.path);
            material.diagnostics.push(Diagnostic::error(message));
            return (Report::new(material), Vec::new());
        }
        let inputs = roots.into_iter().map(Input::Root).collect();
        let options = Options { inputs, ..options };
        let mut parts = settings::parts(self.files, &self.args.inputs, options, &mut material);
        let progress = Progress::start();
        for part in &mut parts {
            self.give_values(&mut part.options);
            drop(gather(self.files, &part.options, &progress, &mut material));
        }
        self.laps.replace(progress.finish());
        let mut report = Report::new(material);
        baseline::apply(&DiskFiles, &mut report, self.args, &parts, Gone::Kept);
        (report, parts)
    }

    /// The root modules that the file is part of: of those below the folders that were typed, or else of
    /// the whole repository.
    fn roots(&self, options: &Options) -> Vec<String> {
        let is_path = |input: &Input| matches!(input, Input::Path(_));
        let inputs = &self.args.inputs;
        let typed = || {
            options.inputs.iter().filter_map(|input| match input {
                Input::Path(path) => Some(path.as_str()),
                Input::Root(_) | Input::Bytes { .. } => None,
            })
        };
        let paths = [self.path.to_owned()];
        if options.inputs.iter().any(is_path) {
            let exclude = settings::excluded(self.files, inputs, typed());
            let roots = touched(self.files, &Options { exclude, ..options.clone() }, &paths);
            return if roots.is_empty() { self.own() } else { roots };
        }
        let folder = folder_of(self.path);
        let of_roots = settings::OfFolders::new(self.files, inputs, options.clone());
        let naming = Naming {
            paths: &paths,
            around: Around::File,
            exclude: &settings::excluded(self.files, inputs, std::iter::once(folder.as_str())),
            here: environment::here(),
            values: &|root| named::values(&of_roots.options(root)),
        };
        let roots = check::named(self.files, &naming).roots;
        if roots.is_empty() { self.own() } else { roots }
    }

    /// What no root reads, or would be left out, is wanted all the same.
    fn own(&self) -> Vec<String> {
        nearest_module(self.files, self.path).into_iter().collect()
    }

    /// A file of values that nobody names holds for its configuration all the same.
    fn give_values(&self, options: &mut Options) {
        let is_this = |path: &String| plain(path) == plain(self.path);
        let is_named = options.variables.iter().any(|given| match given {
            Given::Value(..) => false,
            Given::File(path) => is_this(path),
            Given::Set(_, paths) => paths.iter().any(is_this),
        });
        if is_of_values(self.path) && !is_automatic(self.path) && !is_named {
            options.variables.push(Given::File(self.path.to_owned()));
        }
    }

    /// A file of policies, among the others of its folder, for they share inputs and local values.
    fn policy(&self, options: Options) -> Report {
        let mut material = Material::default();
        let choice = &self.args.inputs.choice;
        let mut options = settings::of_choice(self.files, choice, options, &mut material);
        let folder = folder_of(self.path);
        let is_loaded = |path: &String| {
            let path = plain(path);
            path == folder || path == plain(self.path)
        };
        if !options.policies.iter().any(is_loaded) {
            let folder = if folder.is_empty() { ".".to_owned() } else { folder };
            options.policies.push(folder);
        }
        let mut report = policies(self.files, &options, material);
        report.policies.clear();
        report
    }

    /// Tests of policies, run.
    fn test(&self) -> Report {
        let mut material = Material::default();
        let folder = match folder_of(self.path) {
            folder if folder.is_empty() => ".".to_owned(),
            folder => folder,
        };
        let options = testing::Options::default();
        let run = testing::run_file(self.path, &folder, self.files, &options);
        material.sources = run.sources;
        material.diagnostics = run.diagnostics;
        for case in run.cases.iter().filter(|case| case.status == testing::Status::Fail) {
            let message = format!("`{}` does not hold", case.name);
            let mut warning = Diagnostic::warning(message).at(case.at);
            let said: Vec<String> = case.said.iter().map(testing::Said::in_short).collect();
            if !said.is_empty() {
                warning = warning.with_hint(said.join("; "));
            }
            for because in case.said.iter().filter_map(|said| said.because.as_ref()) {
                warning = warning.with_related(because.span, &because.text);
            }
            material.diagnostics.push(warning);
        }
        Report::new(material)
    }

    fn settings(&self, options: Options) -> Report {
        let mut material = Material::default();
        drop(settings::part(self.files, Some(self.path), options, &mut material));
        Report::new(material)
    }
}

fn is_of_values(path: &str) -> bool {
    path.ends_with(".tfvars") || path.ends_with(".tfvars.json")
}

/// Whether a file of values holds without being named.
fn is_automatic(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".json");
    name == "terraform.tfvars" || name.ends_with(".auto.tfvars")
}
