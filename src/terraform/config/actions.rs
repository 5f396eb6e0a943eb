//! Actions: what providers do beside changing resources.
//!
//! An action has no attributes that anything could refer to, so it is no resource of the graph; it is
//! evaluated so that what is wrong in it is told.

use std::cell::Cell;
use std::sync::Arc;

use crate::terraform::address::{Mode, dotted};

use super::body::Bodies;
use super::expansion::{Repetition, expansion};
use super::instance::Evaluation;
use super::module::BlockRef;
use super::scope::InstanceScope;

impl Evaluation<'_> {
    /// Evaluates the actions of a module instance.
    pub(super) fn actions(&self, id: usize) {
        for &action in &self.instance(id).module.actions {
            self.action(id, action);
        }
    }

    fn action(&self, id: usize, at: BlockRef) {
        let Some(block) = at.of(&self.library.trees) else { return };
        let label = |n| block.label(n).map(|label| label.into_owned()).unwrap_or_default();
        let (action_type, name) = (label(0), label(1));
        let layers = self.library.trees.layers_of(block);
        let scope = InstanceScope::new(self, id, Repetition::default());
        let expansion = expansion(&layers, &scope, 0, &mut |d| self.report(d));
        let Ok(expansion) = self.admitted(at, &layers, expansion) else { return };
        let address = dotted(&self.instance(id).address, &format!("action.{action_type}.{name}"));
        for repetition in expansion.repetitions() {
            let scope = InstanceScope::new(self, id, repetition);
            let provider = self.provider(id, &action_type, &layers, &scope, 0);
            let bodies = Bodies {
                evaluation: self,
                scope: &scope,
                address: Arc::from(address.as_str()),
                resource_type: Arc::from(action_type.as_str()),
                provider: &provider,
                // No schema describes actions, nor ephemeral resources.
                mode: Mode::Ephemeral,
                depth: 0,
                rounds: Cell::new(0),
            };
            for config in block.body().blocks_of("config") {
                bodies.resource(config, None);
            }
        }
    }
}
