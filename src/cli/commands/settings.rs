//! `planward settings`: what is in force for a folder, and where each came from.

use std::fmt::Write;

use crate::check::Options;
use crate::cli::Outcome;
use crate::cli::args::SettingsArgs;
use crate::cli::disk::{DiskFiles, as_typed, exists};
use crate::cli::settings;
use crate::finding::{Gate, Material, Severity};
use crate::settings::{Literal, Set, Settings, find};
use crate::text::{Files, Sources, Span, folder_of};

/// Tells every setting, those that are not set with their default.
pub(in crate::cli) fn run(args: &SettingsArgs) -> Outcome {
    let mut material = Material::default();
    let mut folder = as_typed(&args.folder);
    if !DiskFiles.is_folder(&folder) {
        if !exists(&folder) {
            let stderr = format!("error: `{folder}` does not exist\n");
            return Outcome { stdout: String::new(), stderr, code: 2 };
        }
        folder = folder_of(&folder);
    }
    let path = find(&DiskFiles, &folder);
    let part = settings::part(&DiskFiles, path.as_deref(), Options::default(), &mut material);
    let mut stdout = match &part.settings {
        Some((path, _)) => format!("settings of {path}\n"),
        None => "no planward.hcl was found; these are the defaults\n".to_owned(),
    };
    let none = Settings::default();
    let settings = part.settings.as_ref().map_or(&none, |(_, settings)| settings);
    for (name, value, at) in rows(settings) {
        let from = at.map_or("default".to_owned(), |at| place(&material.sources, at));
        let _ = writeln!(stdout, "{name} = {value}  # {from}");
    }
    let stderr = super::complaints(&material.diagnostics, &material.sources);
    Outcome { stdout, stderr, code: super::code(&material.diagnostics) }
}

type Row = (String, String, Option<Span>);

fn rows(settings: &Settings) -> Vec<Row> {
    let gate = Gate::default();
    let fail_on = |value: Option<Severity>| quoted(value.map_or("none", Severity::name));
    let mut rows = vec![
        list("policies", settings.policies.as_ref()),
        flag("builtin", settings.builtin.as_ref(), true),
        row("level", settings.level.as_ref(), |level| quoted(level.name()), "\"info\""),
        list("select", settings.select.as_ref()),
        list("skip", settings.skip.as_ref()),
        row("fail_on", settings.fail_on.as_ref(), |on| fail_on(*on), &fail_on(gate.fail_on)),
        flag("fail_on_advisory", settings.fail_on_advisory.as_ref(), gate.advisory),
        row("unknown", settings.unknown.as_ref(), |u| quoted(u.name()), "\"warn\""),
        flag("require_complete", settings.require_complete.as_ref(), gate.require_complete),
        flag("require_reason", settings.require_reason.as_ref(), false),
        list("variable_files", settings.variable_files.as_ref()),
        list("exclude", settings.exclude.as_ref()),
        flag("outside_modules", settings.outside_modules.as_ref(), true),
        row("baseline", settings.baseline.as_ref(), |path| quoted(path), "null"),
    ];
    let entry =
        |block: &str, name: &str, value: String, at| (format!("{block}.{name}"), value, Some(at));
    for (name, set) in &settings.severity {
        rows.push(entry("severity", name, quoted(set.value.name()), set.at));
    }
    for (name, set) in &settings.inputs {
        rows.push(entry("inputs", name, literal(&set.value), set.at));
    }
    for (name, set) in &settings.assume {
        rows.push(entry("assume", name, quoted(&set.value), set.at));
    }
    for one in &settings.suppress {
        let until = one.until.map(|until| format!(" until {until}")).unwrap_or_default();
        let value = format!("{} on {}{until}", texts(&one.policies), texts(&one.addresses));
        rows.push(("suppress".to_owned(), value, one.at));
    }
    rows
}

fn row<T>(name: &str, set: Option<&Set<T>>, shown: impl Fn(&T) -> String, default: &str) -> Row {
    let value = set.map_or_else(|| default.to_owned(), |set| shown(&set.value));
    (name.to_owned(), value, set.map(|set| set.at))
}

fn flag(name: &str, set: Option<&Set<bool>>, default: bool) -> Row {
    row(name, set, bool::to_string, &default.to_string())
}

fn list(name: &str, set: Option<&Set<Vec<String>>>) -> Row {
    row(name, set, |list| texts(list), "[]")
}

fn texts(list: &[String]) -> String {
    let list: Vec<String> = list.iter().map(|text| quoted(text)).collect();
    format!("[{}]", list.join(", "))
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Bool(is) => is.to_string(),
        Literal::Number(number) => number.clone(),
        Literal::Text(text) => quoted(text),
        Literal::List(list) => {
            let list: Vec<String> = list.iter().map(literal).collect();
            format!("[{}]", list.join(", "))
        }
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

fn place(sources: &Sources, at: Span) -> String {
    format!("{}:{}", sources.path(at.file), sources.position(at.file, at.start).line)
}
