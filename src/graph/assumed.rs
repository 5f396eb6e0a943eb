//! What a person states about an account, as the resources that would make it so.
//!
//! A policy that asks for such a resource finds it, whether it comes with the program or is the user's
//! own, and no policy is asked about it. A setting that the configuration itself declares goes before.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::resource::Resource;
use super::{Graph, Mode, Realm, Reason, Value};
use crate::diag::Problem;
use crate::terraform::schema;
use crate::value::{Cause, Key, Kind, Unknown};

/// No block can have this name.
const NAME: &str = "(assumed)";

/// A resource that is taken to be there: its type and arguments.
type Stated = (&'static str, Vec<(&'static str, Value)>);

impl Graph {
    /// The same in an account of which this is stated.
    #[must_use]
    pub fn with_assumed(mut self, facts: &BTreeMap<String, String>) -> Self {
        for (name, value) in facts {
            let Ok(Some((resource_type, arguments))) = stated(name, value) else { continue };
            // An account has one of these settings, but may have many trails.
            if name == "log_archive" || self.of_type(resource_type).is_empty() {
                let assumed = format!("`{name}` of the account is `{value}`, as was stated");
                self.add(resource(resource_type, arguments, assumed));
            }
        }
        self
    }

    fn add(&mut self, resource: Resource) {
        let index = self.resources.len();
        self.by_address.insert(resource.address.clone(), index);
        self.managed.entry(resource.resource_type.clone()).or_default().push(index);
        self.resources.push(resource);
        self.forget_indexes();
    }
}

/// Whether a fact has such a value.
///
/// # Errors
/// When there is no such fact, or it has other values.
pub fn check_assumed(name: &str, value: &str) -> Result<(), Problem> {
    stated(name, value).map(|_| ())
}

fn stated(name: &str, value: &str) -> Result<Option<Stated>, Problem> {
    let is_on = || match value {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(Problem::new(format!("`{name}` is `{value}`, expected `on` or `off`"))),
    };
    let on = Value::new(Kind::Bool(true));
    match name {
        "account_public_access_block" => {
            let names = [
                "block_public_acls",
                "block_public_policy",
                "ignore_public_acls",
                "restrict_public_buckets",
            ];
            let all = names.map(|name| (name, on.clone())).to_vec();
            Ok(is_on()?.then_some(("aws_s3_account_public_access_block", all)))
        }
        "default_encryption" => {
            Ok(is_on()?.then_some(("aws_ebs_encryption_by_default", vec![("enabled", on)])))
        }
        "log_archive" => {
            let trail = [
                ("enable_log_file_validation", on.clone()),
                ("enable_logging", on.clone()),
                ("is_multi_region_trail", on.clone()),
                ("is_organization_trail", on),
                ("s3_bucket_name", Value::nfc(value)),
            ];
            Ok(Some(("aws_cloudtrail", trail.to_vec())))
        }
        _ => Err(Problem::new(format!("there is no fact `{name}`"))),
    }
}

/// Arguments that nobody stated are not known.
fn resource(
    resource_type: &'static str,
    arguments: Vec<(&'static str, Value)>,
    assumed: String,
) -> Resource {
    let address: Arc<str> = Arc::from(format!("{resource_type}.{NAME}"));
    let unknown = |name: &str, ty| {
        let subject = format!("{address}.{name}");
        Value::unknown(Unknown::new(ty, Reason::new(Cause::DataSource, subject, None)))
    };
    let mut attributes: BTreeMap<&str, Value> = BTreeMap::new();
    if let Some(block) = schema::resource(resource_type) {
        attributes.extend(block.attributes().map(|a| (a.name(), unknown(a.name(), a.ty()))));
        attributes.extend(block.blocks().map(|b| (b.name(), unknown(b.name(), b.ty()))));
    }
    attributes.extend(arguments);
    let after: Vec<(Key, Value)> =
        attributes.into_iter().map(|(name, value)| (Key::from(name), value)).collect();
    Resource {
        address: address.clone(),
        static_address: address,
        module: Arc::from(""),
        mode: Mode::Managed,
        resource_type: Arc::from(resource_type),
        name: Arc::from(NAME),
        key: None,
        provider: Arc::from("aws"),
        alias: None,
        realm: Realm::default(),
        operations: Vec::new(),
        after: Value::object(after),
        before: Value::NULL,
        source: None,
        change: None,
        assumed: vec![assumed],
        ignored: Vec::new(),
    }
}
