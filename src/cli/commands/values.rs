//! `planward values`: the variables of root modules, their values, and where these come from.

use std::fmt::Write;

use crate::check::{self, Input, Options, RootValues};
use crate::cli::Outcome;
use crate::cli::args::ValuesArgs;
use crate::cli::disk::{DiskFiles, as_typed};
use crate::cli::settings;
use crate::finding::Material;
use crate::terraform::config::{Giver, NamedValue};
use crate::text::{Sources, Span};
use crate::value::{Marks, Value};

/// How much of a value is shown.
const WIDTH: usize = 60;

/// Shows a table for each root module, and each set of values.
pub(in crate::cli) fn run(args: &ValuesArgs) -> Outcome {
    let inputs = args.paths.iter().map(|path| Input::Path(as_typed(path))).collect();
    let options = super::with_variables(Options::default(), &args.variables);
    let options = Options { inputs, ..options };
    let mut material = Material::default();
    let parts = settings::parts(&DiskFiles, &args.settings, options, &mut material);
    let mut stderr = super::complaints(&material.diagnostics, &material.sources);
    let mut code = super::code(&material.diagnostics);
    let mut tables: Vec<(String, String)> = Vec::new();
    for part in &parts {
        let (roots, report) = check::values(&DiskFiles, &part.options);
        let told = roots.iter().map(|root| (root.root.clone(), table(root, &report.sources)));
        tables.extend(told);
        stderr.push_str(&super::complaints(&report.diagnostics, &report.sources));
        code = code.max(super::code(&report.diagnostics));
    }
    // A stable sort: sets stay in their order.
    tables.sort_by(|a, b| a.0.cmp(&b.0));
    let tables: Vec<String> = tables.into_iter().map(|(_, table)| table).collect();
    Outcome { stdout: tables.join("\n"), stderr, code }
}

fn table(root: &RootValues, sources: &Sources) -> String {
    let set = root.set.as_ref().map(|set| format!(" with `{set}`")).unwrap_or_default();
    let mut text = format!("{}{set}\n", root.root);
    let rows: Vec<[String; 3]> =
        root.variables.iter().map(|variable| row(variable, sources)).collect();
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let (names, values) = (width(0), width(1));
    for [name, value, source] in &rows {
        let _ = writeln!(text, "  {name:names$}  {value:values$}  {source}");
    }
    if rows.is_empty() {
        text.push_str("  no variables\n");
    }
    text
}

fn row(variable: &NamedValue, sources: &Sources) -> [String; 3] {
    let place = |at: Span| {
        let position = sources.position(at.file, at.start);
        format!("{}:{}", sources.path(at.file), position.line)
    };
    let name = &variable.name;
    let source = match variable.giver {
        Giver::Environment => format!("TF_VAR_{name}"),
        Giver::Place(at) => place(at),
        Giver::Argument => "--var".to_owned(),
        Giver::Plan => "plan".to_owned(),
        Giver::Default(at) => format!("default, {}", place(at)),
        Giver::Nobody => "no value given".to_owned(),
    };
    [name.escape_debug().to_string(), shown(&variable.value), source]
}

/// A value in one line. Nothing sensitive is in it: values hide their sensitive parts themselves.
fn shown(value: &Value) -> String {
    if value.is_unknown() {
        return "(unknown)".to_owned();
    }
    if value.deep_marks().has(Marks::EPHEMERAL) {
        return "(ephemeral)".to_owned();
    }
    let text = format!("{value:?}");
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}
