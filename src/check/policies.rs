//! Policies: those that come with the program and the user's own, and which of them run.

use crate::diag::{Diagnostic, did_you_mean};
use crate::finding::Facts;
use crate::policy::{BUILTIN, Pattern, PolicySet};
use crate::text::{Files, Sources};

use super::Options;

/// What was loaded.
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
    let mut set = PolicySet::default();
    if options.builtin {
        for builtin in BUILTIN {
            let path = format!("policies/{}", builtin.path);
            set.add(&path, builtin.text, true, sources, diagnostics);
        }
    }
    for path in &options.policies {
        set.load(path, files, sources, diagnostics);
    }
    tell_vain(&options.select, "--select", set.facts(), diagnostics);
    tell_vain(&options.skip, "--skip", set.facts(), diagnostics);
    let (select, skip) = (patterns(&options.select), patterns(&options.skip));
    let all = set.facts().to_vec();
    set.keep(|facts| {
        let is_selected = select.is_empty() || select.iter().any(|p| names(p, facts));
        is_selected && !skip.iter().any(|p| names(p, facts))
    });
    Loaded { set, all }
}

fn patterns(texts: &[String]) -> Vec<Pattern> {
    texts.iter().map(Pattern::new).collect()
}

/// Whether a pattern names a policy by its id or one that it had before.
pub(super) fn names(pattern: &Pattern, facts: &Facts) -> bool {
    pattern.matches(facts.id.as_str())
        || facts.formerly.iter().any(|former| pattern.matches(former.as_str()))
}

/// A pattern without a policy is a mistake: nobody checks what they believe to be checked.
fn tell_vain(texts: &[String], option: &str, facts: &[Facts], diagnostics: &mut Vec<Diagnostic>) {
    for text in texts {
        let pattern = Pattern::new(text);
        if facts.iter().any(|facts| names(&pattern, facts)) {
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
