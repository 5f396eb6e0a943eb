//! Suppressions: finds those in comments, adds those of the settings, and lets them fall on outcomes.
//!
//! A suppression works on single outcomes, before anything is grouped. One that does not hold, such as
//! an expired one, is still put beside the outcome that it names, so that reports can say so.

mod cover;
mod fit;
mod names;
mod tell;
mod whole;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::finding::wish::{Dialect, Malformed, Parameter, Wish, Wishes};
use crate::finding::{
    Date, Facts, Material, Outcome, PolicyIndex, SuppressedBy, Suppression, Verdict,
};
use crate::graph::Graph;
use crate::policy::Pattern;
use crate::settings::Suppress;
use crate::terraform::config::{Library, Trees};
use crate::text::{FileId, Span};

use super::Subject;
pub(in crate::check) use cover::around;
use cover::{Cover, cover};
pub(in crate::check) use names::named;
pub(in crate::check) use whole::Whole;

/// What suppressions are judged by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The day of the run. Without it nothing that ends on a day holds.
    pub today: Option<Date>,
    /// Whether one without a reason holds not.
    pub require_reason: bool,
    /// Whether those in the source are only told: whoever asks for a change may have written them.
    pub locked: bool,
}

/// All suppressions of a run.
pub(super) struct Rules {
    rules: Vec<Rule>,
    /// Comments that cannot be read.
    malformed: Vec<(Malformed, Span)>,
}

/// One suppression, and what became of it.
struct Rule {
    dialect: Dialect,
    named: Vec<Named>,
    covers: Covers,
    parameters: Vec<Parameter>,
    suppression: Arc<Suppression>,
    refused: Option<Refused>,
    is_used: bool,
}

/// Why a suppression does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    Expired(Date),
    NoReason,
    Locked,
}

/// The policies behind one name of a suppression.
struct Named {
    id: String,
    key: Option<String>,
    /// Among those that run.
    policies: BTreeSet<PolicyIndex>,
    /// Whether any policy has the name, whether or not it runs.
    is_known: bool,
    /// Whether all that have it run.
    all_run: bool,
}

enum Covers {
    Source(Cover),
    Addresses(Vec<Pattern>),
    /// Modules that were downloaded.
    Outside(BTreeSet<FileId>),
}

/// The policies of a run, and all there are.
#[derive(Clone, Copy)]
pub(super) struct Policies<'p> {
    pub(super) running: &'p [Facts],
    pub(super) all: &'p [Facts],
}

impl Rules {
    /// Those of the settings first, then those in the files of the subjects.
    pub(super) fn collect(
        library: &Library,
        subjects: &[Subject<'_>],
        settings: &[Suppress],
        terms: &Terms,
        policies: Policies<'_>,
    ) -> Self {
        let mut rules = Self { rules: Vec::new(), malformed: Vec::new() };
        let by_address = settings.iter().map(|one| Rule::of_settings(one, terms, policies));
        rules.rules.extend(by_address);
        let folders: Vec<String> = subjects
            .iter()
            .filter_map(|subject| Some(subject.configuration.as_ref()?.folder.clone()))
            .collect();
        for folder in crate::terraform::config::roots::reachable(library, &folders) {
            let files = library.module(&folder).map(|module| module.files.as_slice());
            for &file in files.unwrap_or_default() {
                let Some(tree) = library.trees.tree(file) else { continue };
                if Wishes::may_be_in(tree.text()) {
                    rules.read(tree, terms, policies);
                }
            }
        }
        rules
    }

    /// Leaves out what is found in modules that were downloaded.
    pub(super) fn leave_out_outside(&mut self, library: &Library, policies: Policies<'_>) {
        let is_outside = |folder: &&str| folder.split('/').any(|part| part == ".terraform");
        let modules = library.folders().filter(is_outside).filter_map(|name| library.module(name));
        let files = modules.flat_map(|module| module.files.iter().copied()).collect();
        let reason = "it is in a module that was downloaded".to_owned();
        let (by, until, at) = (SuppressedBy::Settings, None, None);
        self.rules.push(Rule {
            dialect: Dialect::Planward,
            named: vec![Named::new(Dialect::Planward, "*".to_owned(), None, policies)],
            covers: Covers::Outside(files),
            parameters: Vec::new(),
            suppression: Arc::new(Suppression { by, reason, until, at, holds: true }),
            refused: None,
            is_used: true,
        });
    }

    fn read(&mut self, tree: &crate::hcl::Tree, terms: &Terms, policies: Policies<'_>) {
        for &span in tree.comments() {
            let text = tree.text().get(span.start as usize..span.end as usize).unwrap_or_default();
            let Wishes { wishes, malformed } = Wishes::of(text);
            self.malformed.extend(malformed.into_iter().map(|malformed| (malformed, span)));
            for wish in wishes {
                // Which workspace is in use is not known, so the wish is not granted.
                if wish.workspace.is_none() {
                    let cover = cover(tree, span, wish.reach);
                    self.rules.push(Rule::of_comment(wish, cover, span, terms, policies));
                }
            }
        }
    }

    /// Puts beside each outcome the suppression that names it; one that holds goes before others.
    pub(super) fn apply(&mut self, outcomes: &mut [Outcome], graph: &Graph, trees: &Trees) {
        if self.rules.is_empty() {
            return;
        }
        for outcome in outcomes {
            if matches!(outcome.verdict, Verdict::Pass | Verdict::NotApplicable) {
                continue;
            }
            let spot = fit::Spot::of(outcome, graph, trees);
            let mut chosen: Option<&Rule> = None;
            for rule in &mut self.rules {
                if rule.fits(outcome, &spot) {
                    rule.is_used = true;
                    if chosen.is_none_or(|chosen| !chosen.holds() && rule.holds()) {
                        chosen = Some(rule);
                    }
                }
            }
            outcome.suppressed = chosen.map(|rule| rule.suppression.clone());
        }
    }

    /// What is to be said about the suppressions themselves.
    pub(super) fn tell(&self, policies: Policies<'_>, whole: &Whole, material: &mut Material) {
        tell::tell(self, policies, whole, material);
    }
}

impl Rule {
    fn of_comment(
        wish: Wish,
        cover: Cover,
        at: Span,
        terms: &Terms,
        policies: Policies<'_>,
    ) -> Self {
        let Wish { dialect, named, until, reason, parameters, .. } = wish;
        let refused = refused(until, &reason, terms.locked, terms);
        let by = SuppressedBy::Source;
        let holds = refused.is_none();
        let named = named.into_iter().map(|one| Named::new(dialect, one.id, one.key, policies));
        Self {
            dialect,
            named: named.collect(),
            covers: Covers::Source(cover),
            parameters,
            suppression: Arc::new(Suppression { by, reason, until, at: Some(at), holds }),
            refused,
            is_used: false,
        }
    }

    fn of_settings(one: &Suppress, terms: &Terms, policies: Policies<'_>) -> Self {
        let Suppress { policies: ids, addresses, reason, until, at } = one.clone();
        let refused = refused(until, &reason, false, terms);
        let (by, holds) = (SuppressedBy::Settings, refused.is_none());
        let dialect = Dialect::Planward;
        let named = ids.into_iter().map(|id| Named::new(dialect, id, None, policies));
        Self {
            dialect,
            named: named.collect(),
            covers: Covers::Addresses(addresses.into_iter().map(Pattern::new).collect()),
            parameters: Vec::new(),
            suppression: Arc::new(Suppression { by, reason, until, at, holds }),
            refused,
            is_used: false,
        }
    }

    fn holds(&self) -> bool {
        self.refused.is_none()
    }
}

fn refused(until: Option<Date>, reason: &str, locked: bool, terms: &Terms) -> Option<Refused> {
    match until {
        Some(until) if terms.today.is_none_or(|today| today > until) => {
            Some(Refused::Expired(until))
        }
        _ if terms.require_reason && reason.is_empty() => Some(Refused::NoReason),
        _ => locked.then_some(Refused::Locked),
    }
}

impl Named {
    fn new(dialect: Dialect, id: String, key: Option<String>, all: Policies<'_>) -> Self {
        let policies = named(dialect, &id, all.running);
        let meant = named(dialect, &id, all.all).len();
        let is_known = id == "*" || !policies.is_empty() || meant > 0;
        let all_run = !policies.is_empty() && policies.len() >= meant;
        Self { id, key, policies, is_known, all_run }
    }
}
