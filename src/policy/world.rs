//! What policies are asked about, and what a run works out once for all who ask.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use crate::eval::functions::Patterns;
use crate::graph::Graph;
use crate::hcl::ExprId;
use crate::terraform::config::Trees;
use crate::value::Value;

use super::excerpt::Planned;
use super::load::PolicySet;
use super::split::{Candidates, Split};
use super::staged::Staged;

/// What policies are asked about.
pub struct World<'w> {
    /// The policies.
    pub set: &'w PolicySet,
    /// The resources.
    pub graph: &'w Graph,
    /// The files that the resources come from.
    pub trees: &'w Trees,
    /// The plan that the resources come from, when there is one.
    pub planned: Option<Planned<'w>>,
    /// What a test puts in place of the world.
    pub(super) staged: Option<&'w Staged>,
    /// Files whose policies are not asked, by their places in the set.
    pub(super) left_out: BTreeSet<usize>,
    kept: Mutex<HashMap<(usize, ExprId), Value>>,
    compared: Mutex<HashMap<String, Arc<Split>>>,
    /// All instances of a type.
    lists: Mutex<HashMap<String, Value>>,
    /// By the graph's answer, and whether null may be meant, too.
    candidates: Mutex<HashMap<(usize, bool), Arc<Candidates>>>,
    pub(super) patterns: Patterns,
    /// Whether what passes in silence is kept one by one.
    pub(super) keeps_passes: bool,
}

impl<'w> World<'w> {
    /// Policies and what they are asked about.
    #[must_use]
    pub fn new(set: &'w PolicySet, graph: &'w Graph, trees: &'w Trees) -> Self {
        let (kept, compared, lists) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self {
            set,
            graph,
            trees,
            planned: None,
            staged: None,
            left_out: BTreeSet::new(),
            kept,
            compared,
            lists,
            candidates: Mutex::default(),
            patterns: Patterns::default(),
            keeps_passes: false,
        }
    }

    /// The same, which tells every outcome; what passes in silence is only counted otherwise.
    #[must_use]
    pub fn keeping_passes(self, keeps_passes: bool) -> Self {
        Self { keeps_passes, ..self }
    }

    /// The same, where the policies of some files of the set are not asked.
    #[must_use]
    pub fn without(self, left_out: BTreeSet<usize>) -> Self {
        Self { left_out, ..self }
    }

    /// The same, whose resources come from a plan.
    #[must_use]
    pub fn with_plan(self, planned: Option<Planned<'w>>) -> Self {
        Self { planned, ..self }
    }

    /// The same on a stage.
    pub(super) fn with_staged(self, staged: &'w Staged) -> Self {
        Self { staged: Some(staged), ..self }
    }

    /// A top-level local that was evaluated before.
    pub(super) fn kept(&self, key: &(usize, ExprId)) -> Option<Value> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// A comparison with all resources of a type that was made before.
    pub(super) fn compared(&self, key: &str) -> Option<Arc<Split>> {
        self.compared.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Keeps a comparison.
    pub(super) fn keep_compared(&self, key: String, split: Arc<Split>) {
        self.compared.lock().unwrap_or_else(PoisonError::into_inner).insert(key, split);
    }

    /// What may fit an unknown value, where somebody asked before who was given the same answer.
    pub(super) fn candidates(
        &self,
        answer: &Arc<Vec<usize>>,
        may_be_null: bool,
    ) -> Option<Arc<Candidates>> {
        let candidates = self.candidates.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = candidates.get(&(Arc::as_ptr(answer) as usize, may_be_null));
        kept.filter(|kept| Arc::ptr_eq(&kept.answer, answer)).cloned()
    }

    /// Keeps what may fit an unknown value.
    pub(super) fn keep_candidates(&self, found: Candidates, may_be_null: bool) {
        let key = (Arc::as_ptr(&found.answer) as usize, may_be_null);
        let mut candidates = self.candidates.lock().unwrap_or_else(PoisonError::into_inner);
        candidates.insert(key, Arc::new(found));
    }

    /// The list of all instances of a type, made before.
    pub(super) fn list(&self, resource_type: &str) -> Option<Value> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner).get(resource_type).cloned()
    }

    /// Keeps such a list.
    pub(super) fn keep_list(&self, resource_type: &str, list: Value) {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        lists.insert(resource_type.to_owned(), list);
    }

    /// Keeps a top-level local.
    pub(super) fn keep(&self, key: (usize, ExprId), value: Value) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(key, value);
    }
}
