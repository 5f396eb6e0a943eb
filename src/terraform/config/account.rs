//! Data sources that tell where a configuration is applied: what follows from the provider's
//! configuration, and what a person states with `assume`.

use crate::value::{Key, Kind, Marks, Reason, Type, Unknown, Value};

use super::instance::Evaluation;
use super::providers::Provider;

/// What can be stated about the account that a configuration is applied to, and what it is.
pub const ASSUMABLE: [(&str, &str); 10] = [
    ("aws.account_id", "the AWS account"),
    ("aws.partition", "the AWS partition, `aws` nearly everywhere"),
    ("aws.region", "the AWS region where a provider configuration names none"),
    ("azure.client_id", "the client that signs in to Azure"),
    ("azure.object_id", "the object that signs in to Azure"),
    ("azure.subscription_id", "the Azure subscription"),
    ("azure.tenant_id", "the Azure tenant"),
    ("google.project", "the Google Cloud project where a provider configuration names none"),
    ("google.region", "the Google Cloud region where a provider configuration names none"),
    ("google.zone", "the Google Cloud zone where a provider configuration names none"),
];

/// What can be stated about an account that no configuration asks for, but policies do.
pub const FACTS: [(&str, &str); 3] = [
    ("account_public_access_block", "`on`: the AWS account blocks public access to S3"),
    ("default_encryption", "`on`: AWS encrypts new EBS volumes of the account"),
    ("log_archive", "the bucket that a CloudTrail of the organization writes to"),
];

/// AWS partitions: how their regions begin, their name, their domain, and that domain reversed.
const PARTITIONS: [(&str, &str, &str, &str); 8] = [
    ("cn-", "aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"),
    ("us-gov-", "aws-us-gov", "amazonaws.com", "com.amazonaws"),
    ("us-iso-", "aws-iso", "c2s.ic.gov", "gov.ic.c2s"),
    ("us-isob-", "aws-iso-b", "sc2s.sgov.gov", "gov.sgov.sc2s"),
    ("us-isof-", "aws-iso-f", "csp.hci.ic.gov", "gov.ic.hci.csp"),
    ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk", "uk.adc-e.cloud"),
    ("eusc-", "aws-eusc", "amazonaws.eu", "eu.amazonaws"),
    ("", "aws", "amazonaws.com", "com.amazonaws"),
];

/// A data source, read as far as its provider's configuration goes.
pub(super) struct Account<'a, 'c> {
    pub evaluation: &'a Evaluation<'c>,
    pub provider: &'a Provider,
    pub depth: u32,
}

impl Evaluation<'_> {
    /// What a person stated, marked so.
    pub(super) fn assumed(&self, name: &str) -> Option<Value> {
        let stated = self.options.assumed.get(name)?;
        Some(stated.clone().with_marks(Marks::ASSUMED))
    }
}

impl Account<'_, '_> {
    /// Adds what is known of a data source to its arguments.
    pub(super) fn read(&self, resource_type: &str, entries: &mut Vec<(Key, Value)>) {
        let written = |names: &[&str]| {
            let mut found = names.iter().filter_map(|name| {
                let entry = entries.iter().find(|(key, _)| &**key == *name);
                entry.map(|(_, value)| value.clone()).filter(|value| !value.is_null())
            });
            found.next()
        };
        let told = match resource_type {
            "aws_region" => {
                let region = written(&["region", "name"]).or_else(|| self.setting("region"));
                same(region, &["region", "name", "id"])
            }
            "aws_partition" => self.partition(),
            "aws_caller_identity" => same(self.aws_account(), &["account_id", "id"]),
            "azurerm_client_config" => ["subscription_id", "tenant_id", "client_id", "object_id"]
                .into_iter()
                .filter_map(|name| Some((name, self.setting(name)?)))
                .collect(),
            "azurerm_subscription" => {
                let own = written(&["subscription_id"]);
                let id = own.clone().or_else(|| self.setting("subscription_id"));
                let mut told = with_path(id, "subscription_id", "/subscriptions/");
                // Another subscription may well be another tenant's.
                let tenant = if own.is_none() { self.setting("tenant_id") } else { None };
                told.extend(same(tenant, &["tenant_id"]));
                told
            }
            "google_project" => {
                let project = written(&["project_id"]).or_else(|| self.setting("project"));
                with_path(project, "project_id", "projects/")
            }
            "google_client_config" => ["project", "region", "zone"]
                .into_iter()
                .filter_map(|name| Some((name, self.setting(name)?)))
                .collect(),
            _ => return,
        };
        for (name, value) in told {
            entries.retain(|(key, _)| &**key != name);
            entries.push((Key::from(name), value));
        }
    }

    fn setting(&self, name: &str) -> Option<Value> {
        self.evaluation.setting(self.provider, name, self.depth)
    }

    /// The account, where the configuration refuses every other, or takes a role of it.
    fn aws_account(&self) -> Option<Value> {
        let argument =
            |name: &str| self.evaluation.provider_argument(self.provider, name, self.depth);
        let allowed = argument("allowed_account_ids");
        let only = match allowed.as_ref().and_then(Value::as_elements) {
            Some([only]) if only.as_str().is_some() => Some(only.clone()),
            _ => None,
        };
        only.or_else(|| {
            let roles = argument("assume_role")?;
            let role = roles.as_elements()?.last()?.get("role_arn")?.clone();
            let account = role.as_str()?.split(':').nth(4)?;
            let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
            is_account
                .then(|| Value::string(account).with_origin(role.origin()).with_marks(role.marks()))
        })
        .or_else(|| self.evaluation.assumed("aws.account_id"))
    }

    fn partition(&self) -> Vec<(&'static str, Value)> {
        let stated = self.evaluation.assumed("aws.partition");
        let Some(source) = stated.clone().or_else(|| self.setting("region")) else {
            return Vec::new();
        };
        let names = ["partition", "id", "dns_suffix", "reverse_dns_prefix"];
        if let Kind::Unknown(unknown) = source.kind() {
            let unknown = unknown_text(unknown.reason.clone()).with_origin(source.origin());
            return names.map(|name| (name, unknown.clone())).to_vec();
        }
        let Some(text) = source.as_str() else { return Vec::new() };
        let found = PARTITIONS.iter().find(|(begin, name, ..)| match stated {
            Some(_) => *name == text,
            None => text.starts_with(begin),
        });
        let known = |text: &str| Value::string(text).with_marks(source.marks());
        match found {
            Some((_, name, domain, reversed)) => {
                let values = [name, name, domain, reversed].map(|text| known(text));
                names.into_iter().zip(values).collect()
            }
            None => same(Some(known(text)), &["partition", "id"]),
        }
    }
}

/// Several attributes with one value.
fn same(value: Option<Value>, names: &[&'static str]) -> Vec<(&'static str, Value)> {
    let Some(value) = value else { return Vec::new() };
    names.iter().map(|name| (*name, value.clone())).collect()
}

/// An attribute, and `id`, which has it behind a path.
fn with_path(value: Option<Value>, name: &'static str, path: &str) -> Vec<(&'static str, Value)> {
    let Some(value) = value else { return Vec::new() };
    let id = match (value.as_str(), value.as_unknown()) {
        (Some(text), _) => Value::string(format!("{path}{text}")),
        (None, Some(unknown)) => unknown_text(unknown.reason.clone()),
        (None, None) => return Vec::new(),
    };
    let id = id.with_marks(value.marks()).with_origin(value.origin());
    vec![(name, value), ("id", id)]
}

fn unknown_text(reason: Reason) -> Value {
    Value::unknown(Unknown::new(Type::String, reason).not_null())
}
