//! `planward policies`: the policies that would run, one line for each, or everything as JSON.
//!
//! `docs/listing-policies.md` tells what the JSON holds.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use crate::check;
use crate::cli::Outcome;
use crate::cli::args::{ListFormat, PoliciesArgs};
use crate::cli::disk::DiskFiles;
use crate::cli::settings;
use crate::finding::{Facts, Material, Severity};

/// Lists the policies by id.
pub(in crate::cli) fn run(args: &PoliciesArgs) -> Outcome {
    let mut material = Material::default();
    let options = super::options(&args.choice);
    let options = settings::of_choice(&DiskFiles, &args.choice, options, &mut material);
    let report = check::policies(&DiskFiles, &options, material);
    let mut policies: Vec<&Facts> = report.policies.iter().collect();
    policies.sort_by(|a, b| a.id.cmp(&b.id));
    let list = match args.format {
        ListFormat::Table => table,
        ListFormat::Json => json,
    };
    Outcome {
        stdout: list(&policies),
        stderr: super::complaints(&report.diagnostics, &report.sources),
        code: super::code(&report.diagnostics),
    }
}

/// The JSON: `version` grows when something that was there changes its meaning or goes.
#[derive(Serialize)]
struct List<'f> {
    version: u32,
    policies: Vec<Listed<'f>>,
}

#[derive(Serialize)]
struct Listed<'f> {
    id: &'f str,
    title: &'f str,
    severity: &'f str,
    theme: &'f str,
    cloud: &'f str,
    enforcement: &'f str,
    types: &'f [String],
    aliases: &'f BTreeMap<String, Vec<String>>,
    frameworks: &'f BTreeMap<String, Vec<String>>,
    formerly: Vec<&'f str>,
    source: &'f str,
    built_in: bool,
}

fn json(policies: &[&Facts]) -> String {
    let listed = policies.iter().map(|facts| Listed {
        id: facts.id.as_str(),
        title: &facts.title,
        severity: facts.severity.name(),
        theme: facts.theme.name(),
        cloud: facts.cloud.name(),
        enforcement: facts.enforcement.name(),
        types: &facts.resource_types,
        aliases: &facts.aliases,
        frameworks: &facts.frameworks,
        formerly: facts.formerly.iter().map(|id| id.as_str()).collect(),
        source: &facts.file,
        built_in: facts.built_in,
    });
    let list = List { version: 1, policies: listed.collect() };
    let text = serde_json::to_string_pretty(&list)
        .expect("internal error: maps with string keys are always JSON");
    text + "\n"
}

fn table(policies: &[&Facts]) -> String {
    let ids = policies.iter().map(|facts| facts.id.as_str().len()).max().unwrap_or_default();
    let severities = Severity::ALL.map(|severity| severity.name().len());
    let severities = severities.into_iter().max().unwrap_or_default();
    let mut text = String::new();
    for facts in policies {
        let (id, severity) = (facts.id.as_str(), facts.severity.name());
        let _ = writeln!(text, "{id:ids$}  {severity:severities$}  {}", facts.title);
    }
    text
}
