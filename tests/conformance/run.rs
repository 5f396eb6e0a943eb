//! Runs a case and writes down what came out, a line for each thing.

use std::collections::BTreeMap;

use planward::check::{self, Input, Options, Source};
use planward::diag::{Diagnostic, Level};
use planward::finding::{Gate, Material, Outcome, Report, Verdict};
use planward::policy::PolicySet;
use planward::policy::testing::{Options as TestOptions, Said, Status, run_file};
use planward::text::{MemoryFiles, Sources};

use serde_json::{Map, Value};

use crate::case::Case;
use crate::plans;

/// The folder of a case's policies and tests.
const RULES: &str = "rules";

/// Everything that comes out, a line each.
pub(crate) fn run(case: &Case) -> Vec<String> {
    let files = files(case);
    let mut lines = Vec::new();
    let loaded = load(&files, &mut lines);
    for (name, _) in &case.sections {
        if name.ends_with(".policytest.hcl") {
            test(&files, name, &loaded, &mut lines);
        }
    }
    for (section, stage, applied) in [("plan", "plan", false), ("applied", "applied", true)] {
        if let Some(short) = case.section(section) {
            let text = plans::plan(short, applied);
            let input = Input::Bytes { name: format!("{stage}.json"), bytes: text.into_bytes() };
            check(stage, case, &files, input, &loaded, &mut lines);
        }
    }
    let expected = case.section("expected").unwrap_or_default();
    if let (Some(short), true) = (case.section("plan"), expected.contains("joined ")) {
        let bytes = plans::plan(short, false).into_bytes();
        let input = Input::Bytes { name: "plan.json".to_owned(), bytes };
        check("joined", case, &files, input, &loaded, &mut lines);
    }
    if case.sections.iter().any(|(name, _)| name.ends_with(".tf")) {
        check("folder", case, &files, Input::Path(".".to_owned()), &loaded, &mut lines);
    }
    lines
}

/// Policies and tests stand in a folder of their own, the rest in the working folder.
fn files(case: &Case) -> MemoryFiles {
    let mut files = MemoryFiles::default();
    for (name, text) in &case.sections {
        let file = name.rsplit('/').next().unwrap_or(name);
        let of_rules = [".policy.", ".policytest.", ".tfpolicy."].iter().any(|p| file.contains(p));
        let path = if of_rules { format!("{RULES}/{name}") } else { name.clone() };
        files.insert(path, text.clone().into_bytes());
    }
    files
}

fn load(files: &MemoryFiles, lines: &mut Vec<String>) -> Vec<String> {
    let (mut set, mut sources, mut diagnostics) =
        (PolicySet::default(), Sources::default(), Vec::new());
    set.load(RULES, files, &mut sources, &mut diagnostics);
    let words = |diagnostic: &Diagnostic| said(diagnostic, &sources);
    lines.extend(diagnostics.iter().map(|diagnostic| format!("load {}", words(diagnostic))));
    diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect()
}

/// `error 3: message`, with the line that it is about.
fn said(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let at = diagnostic.at.as_ref().map(|at| {
        let position = sources.position(at.span.file, at.span.start);
        format!(" {}", position.line)
    });
    let level = match diagnostic.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    format!("{level}{}: {}", at.unwrap_or_default(), diagnostic.message)
}

fn test(files: &MemoryFiles, name: &str, loaded: &[String], lines: &mut Vec<String>) {
    let file = run_file(&format!("{RULES}/{name}"), RULES, files, &TestOptions::default());
    for diagnostic in file.diagnostics.iter().filter(|d| !loaded.contains(&d.message)) {
        lines.push(format!("test {}", said(diagnostic, &file.sources)));
    }
    for case in &file.cases {
        let status = match case.status {
            Status::Pass => "pass",
            Status::Fail => "fail",
            Status::Skipped => "skipped",
        };
        let said: Vec<String> = case.said.iter().map(Said::in_short).collect();
        let said = said.join("; ");
        lines.push(format!("test {} {status}: {said}", case.name));
    }
}

/// The verdicts on a plan in short; `error` where a policy could not be asked.
pub(crate) fn verdicts(
    case: &Case,
    short: &Map<String, Value>,
    applied: bool,
) -> BTreeMap<(String, String, usize), &'static str> {
    let text = plans::plan(&Value::Object(short.clone()).to_string(), applied);
    let input = Input::Bytes { name: "plan.json".to_owned(), bytes: text.into_bytes() };
    let mut material = Material::default();
    drop(check::gather(&files(case), &options(case, input).0, &Silence, &mut material));
    let mut verdicts = BTreeMap::new();
    let mut add = |address: &str, part: &str, verdict| {
        let same = |key: &&(String, String, usize)| key.0 == address && key.1 == part;
        let nth = verdicts.keys().filter(same).count();
        verdicts.insert((address.to_owned(), part.to_owned(), nth), verdict);
    };
    for outcome in &material.outcomes {
        let verdict = match &outcome.verdict {
            Verdict::Pass => "pass",
            Verdict::NotApplicable => "not applicable",
            Verdict::CoveredBy(_) => "covered",
            Verdict::Fail(_) => "fail",
            Verdict::Unknown(..) => "unknown",
        };
        add(&outcome.target.address, &outcome.part, verdict);
    }
    for diagnostic in &material.diagnostics {
        let said = diagnostic.message.split(": ").next().unwrap_or_default();
        let said = said.strip_prefix("policy `").and_then(|said| said.split_once('`'));
        let address = said.and_then(|(id, rest)| {
            Some((id.rsplit('.').next()?, rest.strip_prefix(" cannot be evaluated on ")?))
        });
        if let Some((part, address)) = address {
            add(address, part, "error");
        }
    }
    verdicts
}

/// How an input is checked, and which lines of the options say nothing.
fn options(case: &Case, input: Input) -> (Options, Vec<String>) {
    let mut options = Options {
        inputs: vec![input],
        policies: vec![RULES.to_owned()],
        builtin: false,
        source: Source::Without,
        passes: true,
        ..Options::default()
    };
    let lines = case.section("options").unwrap_or_default().lines();
    let vain = lines.filter(|line| !option(line, &mut options)).map(str::to_owned).collect();
    (options, vain)
}

fn check(
    stage: &str,
    case: &Case,
    files: &MemoryFiles,
    input: Input,
    loaded: &[String],
    lines: &mut Vec<String>,
) {
    let (mut options, vain) = options(case, input);
    if stage == "joined" {
        options.source = Source::Folder(".".to_owned());
    }
    lines.extend(vain.into_iter().map(|line| format!("no option: {line}")));
    let mut material = Material::default();
    drop(check::gather(files, &options, &Silence, &mut material));
    let own = material.diagnostics.iter().filter(|d| !loaded.contains(&d.message));
    let own: Vec<String> = own.map(|d| format!("{stage} {}", said(d, &material.sources))).collect();
    lines.extend(own);
    for outcome in &material.outcomes {
        tell(stage, outcome, lines);
    }
    let code = Report::new(material).exit_code(&Gate::default());
    lines.push(format!("{stage} exit {code}"));
}

struct Silence;

impl check::Progress for Silence {
    fn step(&self, _step: &'static str, _done: usize, _all: usize) {}
}

/// A line of the section `options`.
fn option(line: &str, options: &mut Options) -> bool {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let pair = || rest.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    match (word, pair()) {
        ("environment", Some(pair)) => options.input_environment.push(pair),
        ("input", Some(pair)) => options.given_inputs.push(pair),
        ("limit", Some((name, value))) => {
            options.limits.set(&name, value.parse().unwrap()).unwrap();
        }
        ("input-file", _) => options.input_files.push(rest.to_owned()),
        ("env-inputs", _) => options.env_inputs = true,
        ("recursive", _) => options.recursive = true,
        _ => return line.trim().is_empty(),
    }
    true
}

fn tell(stage: &str, outcome: &Outcome, lines: &mut Vec<String>) {
    let (address, part) = (&outcome.target.address, &outcome.part);
    let verdict = match &outcome.verdict {
        Verdict::Pass => "pass".to_owned(),
        Verdict::NotApplicable => "not applicable".to_owned(),
        Verdict::CoveredBy(_) => "covered".to_owned(),
        Verdict::Fail(evidence) => format!("fail: {}", evidence.message),
        Verdict::Unknown(evidence, reason) => {
            format!("unknown: {} ({}, {})", evidence.message, reason.subject, reason.cause)
        }
    };
    lines.push(format!("{stage} {address} {part} {verdict}"));
    for info in outcome.info.as_deref().unwrap_or_default() {
        lines.push(format!("{stage} {address} {part} info: {info}"));
    }
}
