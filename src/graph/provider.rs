//! The provider configuration of a planned resource, so far as the plan tells it.

use std::sync::Arc;

use crate::terraform::plan::{Expression, ProviderConfig, Step};
use crate::value::Value;

use super::reference::{Instance, References};

/// What `provider_config_key` of a resource leads to.
#[derive(Clone, Copy, Default)]
pub(super) struct Configured<'p, 'a> {
    key: Option<&'p str>,
    config: Option<&'p ProviderConfig<'a>>,
}

impl<'p, 'a> Configured<'p, 'a> {
    /// The configuration of an instance.
    pub(super) fn of(references: &References<'p, 'a>, instance: &Instance<'p, 'a>) -> Self {
        let key = instance.provider_config_key();
        let config = key.and_then(|key| references.provider_config(key));
        Self { key, config }
    }

    /// Its alias. The key of one that says nothing but its name may lead nowhere: `module.a:aws.west`.
    pub(super) fn alias(&self) -> Option<Arc<str>> {
        if let Some(config) = self.config {
            return config.alias.as_deref().map(Arc::from);
        }
        let local = self.key?.rsplit(':').next()?;
        local.split_once('.').map(|(_, alias)| alias.into())
    }

    /// An argument that is written as a constant.
    pub(super) fn setting(&self, name: &str) -> Option<Value> {
        let path = [Step::Name(name.into())];
        match Expression::find(self.config?.expressions?, &path)? {
            (expression, []) => expression.constant_value(),
            _ => None,
        }
    }
}
