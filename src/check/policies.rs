//! Policies: those that come with the program and the user's own, and which of them run.

use std::sync::Arc;

use crate::diag::{Diagnostic, did_you_mean};
use crate::finding::{Facts, Material, PolicyIndex, Severity, Verdict};
use crate::policy::{BUILTIN, GivenInput, GivenValue, Pattern, PolicySet, read_values};
use crate::settings::Literal;
use crate::text::{Files, Sources};
use crate::value::{Kind, Number, Value};

use super::Options;

/// What was loaded.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    /// The policies that run.
    pub set: PolicySet,
    /// The facts of all, also of those that do not run: their names are known.
    pub all: Vec<Facts>,
}

/// Loads the policies that the options choose. What is wrong with one is told, and the others run.
pub(super) fn load(
    files: &dyn Files,
    options: &Options,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Loaded {
    let given = given(files, options, sources, diagnostics);
    let mut set = PolicySet::with_inputs(given.clone()).by(options.compat);
    if options.builtin {
        for builtin in BUILTIN {
            let path = format!("policies/{}", builtin.path);
            set.add(&path, builtin.text, true, sources, diagnostics);
        }
    }
    for path in &options.policies {
        match options.recursive {
            true => set.load_below(path, files, sources, diagnostics),
            false => set.load(path, files, sources, diagnostics),
        }
    }
    tell_undeclared(&set, options, &given, diagnostics);
    for (id, severity) in &options.severities {
        if !set.set_severity(id, severity.value) {
            let message = format!("there is no policy `{id}`");
            let close = did_you_mean(id, set.facts().iter().map(|facts| facts.id.as_str()));
            let warning = Diagnostic::warning(message).at(severity.at);
            diagnostics.push(match close {
                Some(close) => warning.with_hint(format!("did you mean `{close}`?")),
                None => warning,
            });
        }
    }
    tell_vain(&options.select, "--select", set.facts(), diagnostics);
    tell_vain(&options.skip, "--skip", set.facts(), diagnostics);
    let chosen = |texts: &[String], facts: &Facts| texts.iter().any(|text| chooses(text, facts));
    let all = set.facts().to_vec();
    set.keep(|facts| {
        let is_selected = options.select.is_empty() || chosen(&options.select, facts);
        let mildest = options.level.is_some_and(|level| worst(facts) < level);
        is_selected && !mildest && !chosen(&options.skip, facts)
    });
    Loaded { set, all }
}

/// The values that inputs are given, each going before those behind it: the settings' first, then files,
/// the environment, and the command line.
pub fn given(
    files: &dyn Files,
    options: &Options,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<GivenInput> {
    let given = |name: &str, value, at| GivenInput { name: name.to_owned(), value, at };
    let text = |name: &str, text: &str| given(name, GivenValue::Text(text.to_owned()), None);
    let of_settings = options.policy_inputs.iter();
    let mut all: Vec<GivenInput> = of_settings
        .map(|(name, set)| given(name, GivenValue::Value(value(&set.value)), Some(set.at)))
        .collect();
    for path in &options.input_files {
        match files.read(path).map_err(|error| error.to_string()) {
            Ok(bytes) => match crate::hcl::decode(bytes) {
                Ok(text) => all.extend(read_values(path, &text, sources, diagnostics)),
                Err(why) => diagnostics.push(unreadable(path, &why.to_string())),
            },
            Err(why) => diagnostics.push(unreadable(path, &why)),
        }
    }
    let environment = || options.input_environment.iter();
    if options.env_inputs {
        all.extend(environment().map(|(name, value)| text(name, value)));
    }
    let prefixed = environment()
        .filter_map(|(name, value)| Some(text(name.strip_prefix(INPUT_PREFIX)?, value)));
    all.extend(prefixed);
    all.extend(options.given_inputs.iter().map(|(name, value)| text(name, value)));
    all
}

/// What stands before the names of inputs in the environment.
pub(super) const INPUT_PREFIX: &str = "TFPOLICY_INPUT_";

fn unreadable(path: &str, why: &str) -> Diagnostic {
    Diagnostic::error(format!("`{path}` cannot be read: {why}"))
}

/// A name that no policy has is a mistake on the command line, and may be meant for others elsewhere.
fn tell_undeclared(
    set: &PolicySet,
    options: &Options,
    given: &[GivenInput],
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (name, _) in options.given_inputs.iter().filter(|(name, _)| !set.has_input(name)) {
        let diagnostic = Diagnostic::error(format!("no policy has an input `{name}`"));
        diagnostics.push(match did_you_mean(name, set.input_names()) {
            Some(close) => diagnostic.with_hint(format!("did you mean `{close}`?")),
            None => diagnostic,
        });
    }
    for given in given.iter().filter(|given| !set.has_input(&given.name)) {
        let Some(at) = given.at else { continue };
        let message = format!("no policy has an input `{}`", given.name);
        diagnostics.push(Diagnostic::warning(message).at(at));
    }
}

/// How much other parts of a run have left already.
#[derive(Clone, Copy)]
pub(super) struct Before {
    outcomes: usize,
    resolved: usize,
    runs: usize,
}

impl Before {
    pub(super) fn of(material: &Material) -> Self {
        let resolved = material.resolved.as_ref().map_or(0, Vec::len);
        Self { outcomes: material.outcomes.len(), resolved, runs: material.runs.len() }
    }
}

/// Adds policies to those of other parts: one that is there already is the same.
pub(super) fn add(facts: Vec<Facts>, before: Before, material: &mut Material) {
    let mut places = Vec::with_capacity(facts.len());
    for facts in facts {
        let known = material.policies.iter().position(|other| *other == facts);
        places.push(known.unwrap_or(material.policies.len()));
        if known.is_none() {
            material.policies.push(facts);
        }
    }
    let number = |at: usize| PolicyIndex(u32::try_from(at).unwrap_or(u32::MAX));
    let place =
        |policy: PolicyIndex| number(places.get(policy.0 as usize).copied().unwrap_or_default());
    for resolved in material.resolved.iter_mut().flatten().skip(before.resolved) {
        resolved.policy = place(resolved.policy);
    }
    for outcome in material.outcomes.iter_mut().skip(before.outcomes) {
        outcome.policy = place(outcome.policy);
        if let Verdict::CoveredBy(speaker) = &mut outcome.verdict {
            *speaker = place(*speaker);
        }
    }
    let asked: Arc<[PolicyIndex]> = (0..places.len()).map(number).map(place).collect();
    for run in material.runs.iter_mut().skip(before.runs) {
        run.policies = asked.clone();
    }
}

/// The most serious that a policy can find.
fn worst(facts: &Facts) -> Severity {
    let parts = facts.parts.values().filter_map(|part| part.severity);
    parts.chain([facts.severity]).max().unwrap_or(facts.severity)
}

fn value(literal: &Literal) -> Value {
    match literal {
        Literal::Bool(is) => Value::new(Kind::Bool(*is)),
        Literal::Number(text) => {
            Number::parse(text).map_or(Value::NULL, |number| Value::new(Kind::Number(number)))
        }
        Literal::Text(text) => Value::string(text.as_str()),
        Literal::List(list) => Value::tuple(list.iter().map(value).collect::<Vec<_>>()),
    }
}

/// Whether a text chooses a policy: by id, or as `theme:`, `cloud:` or `framework:` and a name.
fn chooses(text: &str, facts: &Facts) -> bool {
    let Some((what, name)) = text.split_once(':') else {
        return names(&Pattern::new(text), facts);
    };
    let pattern = Pattern::new(name);
    match what {
        "theme" => pattern.matches(facts.theme.name()),
        "cloud" => pattern.matches(facts.cloud.name()),
        "framework" => facts.frameworks.keys().any(|framework| pattern.matches(framework)),
        _ => false,
    }
}

/// Whether a pattern names a policy by its id or one that it had before.
pub(super) fn names(pattern: &Pattern, facts: &Facts) -> bool {
    pattern.matches(facts.id.as_str())
        || facts.formerly.iter().any(|former| pattern.matches(former.as_str()))
}

/// A pattern without a policy is a mistake: nobody checks what they believe to be checked.
fn tell_vain(texts: &[String], option: &str, facts: &[Facts], diagnostics: &mut Vec<Diagnostic>) {
    for text in texts {
        if facts.iter().any(|facts| chooses(text, facts)) {
            continue;
        }
        let diagnostic = Diagnostic::error(format!("`{option} {text}` names no policy"));
        let ids = facts.iter().map(|facts| facts.id.as_str());
        diagnostics.push(match did_you_mean(text, ids) {
            Some(close) => diagnostic.with_hint(format!("did you mean `{close}`?")),
            None => diagnostic.with_hint("`planward policies` lists them"),
        });
    }
}
