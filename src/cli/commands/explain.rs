//! `planward explain`: everything that is known about one policy.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::check::{self, Options};
use crate::cli::Outcome;
use crate::cli::args::ExplainArgs;
use crate::cli::disk::{DiskFiles, as_typed};
use crate::cli::settings;
use crate::cli::terminal::Terminal;
use crate::diag::did_you_mean;
use crate::finding::{Facts, Material};

/// Tells what a policy is about, by its id or one that it had before.
pub(in crate::cli) fn run(args: &ExplainArgs, terminal: &Terminal) -> Outcome {
    let policies = args.policies.iter().map(|path| as_typed(path)).collect();
    let mut material = Material::default();
    let options = Options { policies, ..Options::default() };
    let options = settings::of_choice(&DiskFiles, &args.settings, options, &mut material);
    // Whoever asks about a policy wants to know, whether or not it would run.
    let options =
        Options { builtin: true, select: Vec::new(), skip: Vec::new(), level: None, ..options };
    let report = check::policies(&DiskFiles, &options, material);
    let mut stderr = super::complaints(&report.diagnostics, &report.sources);
    let code = super::code(&report.diagnostics);
    let found = report.policies.iter().find(|facts| facts.answers_to(&args.id));
    let Some(facts) = found else {
        let _ = writeln!(stderr, "error: there is no policy `{}`", args.id);
        let ids = report.policies.iter().map(|facts| facts.id.as_str());
        let hint = match (same_matter(&report.policies, &args.id), did_you_mean(&args.id, ids)) {
            (Some(others), _) => format!("of the same matter: {others}"),
            (None, Some(close)) => format!("did you mean `{close}`?"),
            (None, None) => "`planward policies` lists them".to_owned(),
        };
        let _ = writeln!(stderr, "  hint: {hint}");
        return Outcome { stdout: String::new(), stderr, code: 2 };
    };
    Outcome { stdout: told(facts, terminal.width.min(100)), stderr, code }
}

/// The policies that know another tool's id, in backticks.
fn same_matter(policies: &[Facts], id: &str) -> Option<String> {
    let knows = |facts: &&Facts| facts.aliases.values().flatten().any(|alias| alias == id);
    let known: Vec<String> =
        policies.iter().filter(knows).map(|facts| format!("`{}`", facts.id.as_str())).collect();
    (!known.is_empty()).then(|| known.join(", "))
}

fn told(facts: &Facts, width: usize) -> String {
    let mut text = format!("{}\n{}\n\n", facts.id, facts.title);
    let former: Vec<&str> = facts.formerly.iter().map(|id| id.as_str()).collect();
    let origin = if facts.built_in { " (comes with planward)" } else { "" };
    let rows = [
        ("severity", facts.severity.name().to_owned()),
        ("theme", facts.theme.name().to_owned()),
        ("cloud", facts.cloud.name().to_owned()),
        ("enforcement", facts.enforcement.name().to_owned()),
        ("types", facts.resource_types.join(", ")),
        ("formerly", former.join(", ")),
        ("source", format!("{}{origin}", facts.file)),
    ];
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(text, "{name:<13}{}", wrapped(value, 13, width));
    }
    for (heading, paragraph) in [("Why", &facts.description), ("What to do", &facts.remediation)] {
        if !paragraph.is_empty() {
            let _ = writeln!(text, "\n{heading}\n  {}", wrapped(paragraph, 2, width));
        }
    }
    listed(&mut text, "More or less severe", &otherwise(facts), width);
    listed(&mut text, "Frameworks", &facts.frameworks, width);
    listed(&mut text, "Known elsewhere as", &facts.aliases, width);
    text
}

/// The titles of those parts whose findings have another severity.
fn otherwise(facts: &Facts) -> BTreeMap<String, Vec<String>> {
    let mut titles: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in facts.parts.values() {
        let Some(severity) = part.severity.filter(|severity| *severity != facts.severity) else {
            continue;
        };
        let title = part.title.clone().unwrap_or_else(|| facts.title.clone());
        titles.entry(severity.name().to_owned()).or_default().push(title);
    }
    titles
}

fn listed(text: &mut String, heading: &str, lists: &BTreeMap<String, Vec<String>>, width: usize) {
    if lists.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{heading}");
    let names = lists.keys().map(String::len).max().unwrap_or_default();
    for (name, ids) in lists {
        let ids = wrapped(&ids.join(", "), names + 4, width);
        let _ = writeln!(text, "  {name:names$}  {ids}");
    }
}

/// Words in lines of the width, the later lines indented.
fn wrapped(words: &str, indent: usize, width: usize) -> String {
    let mut text = String::new();
    let mut column = indent;
    for word in words.split_whitespace() {
        let length = word.chars().count();
        if column > indent && column + 1 + length > width {
            let _ = write!(text, "\n{:indent$}", "");
            column = indent;
        } else if column > indent {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text
}
