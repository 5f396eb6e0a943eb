//! One file for each command: arguments in, text and exit code out.

pub(super) mod baseline;
mod buffer;
pub(super) mod check;
pub(super) mod compare;
pub(super) mod explain;
pub(super) mod init;
pub(super) mod migrate;
pub(super) mod new;
pub(super) mod policies;
pub(super) mod settings;
pub(super) mod shell;
mod since;
pub(super) mod test;
mod trace;
pub(super) mod validate;
pub(super) mod values;
mod watch;

use std::fmt::Write;

use crate::check::{Given, Options};
use crate::cli::args::{Level, PolicyChoice, PolicyInputArgs, Value, VariableArgs};
use crate::cli::disk::as_typed;
use crate::cli::environment;
use crate::diag::{self, Diagnostic};
use crate::finding::Severity;
use crate::terraform::config::{FACTS, Limits};
use crate::text::Sources;

/// Options with values for inputs of policies.
fn with_inputs(inputs: &PolicyInputArgs) -> Options {
    Options {
        given_inputs: inputs.input.clone(),
        input_files: inputs.input_file.iter().map(|path| as_typed(path)).collect(),
        input_environment: environment::inputs(inputs.env_inputs),
        env_inputs: inputs.env_inputs,
        ..Options::default()
    }
}

fn options(choice: &PolicyChoice) -> Options {
    Options {
        policies: choice.policies.iter().map(|path| as_typed(path)).collect(),
        recursive: choice.recursive,
        builtin: !choice.no_builtin,
        compat: choice.compat.compat.into(),
        select: choice.select.clone(),
        skip: choice.skip.clone(),
        level: choice.level.map(|level| match level {
            Level::Critical => Severity::Critical,
            Level::High => Severity::High,
            Level::Medium => Severity::Medium,
            Level::Low => Severity::Low,
            Level::Info => Severity::Info,
        }),
        ..with_inputs(&choice.inputs)
    }
}

/// The same with values for variables, as typed and from the environment.
fn with_variables(options: Options, typed: &VariableArgs) -> Options {
    let given = typed.values.iter().map(|value| match value {
        Value::Text(name, text) => Given::Value(name.clone(), text.clone()),
        Value::File(path) => Given::File(as_typed(path)),
        Value::Set(name, paths) => {
            Given::Set(name.clone(), paths.iter().map(|path| as_typed(path)).collect())
        }
    });
    let mut limits = Limits::default();
    for (name, number) in &typed.limit {
        // The arguments hold only what can be set.
        let _ = limits.set(name, *number);
    }
    let is_fact = |name: &str| FACTS.iter().any(|(fact, _)| *fact == name);
    let (facts, assumed) = typed.assume.iter().cloned().partition(|(name, _)| is_fact(name));
    let facts: Vec<(String, String)> = facts;
    Options {
        limits,
        assume: facts.into_iter().collect(),
        environment: environment::variables(),
        variables: given.collect(),
        assumed,
        workspace: typed.workspace.clone().or_else(environment::workspace),
        ..options
    }
}

/// Complaints of a command that prints something else than a report.
fn complaints(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        if let Some(label) = &diagnostic.at {
            let position = sources.position(label.span.file, label.span.start);
            let path = sources.path(label.span.file);
            let _ = write!(text, "{path}:{}:{}: ", position.line, position.column);
        }
        let _ = writeln!(text, "{}: {}", diagnostic.level.name(), diagnostic.message);
        if let Some(hint) = &diagnostic.hint {
            let _ = writeln!(text, "  hint: {hint}");
        }
    }
    text
}

fn code(diagnostics: &[Diagnostic]) -> u8 {
    let is_error = |diagnostic: &Diagnostic| diagnostic.level == diag::Level::Error;
    if diagnostics.iter().any(is_error) { 2 } else { 0 }
}
