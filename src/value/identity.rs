//! Knowing two unknown values to be the same or different by whose attributes they are.
//!
//! Before apply nobody knows an `id`, but `aws_vpc.a.id` equals itself, and differs from the id of
//! another VPC.

use super::Symbol;

/// What two symbols tell about the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// They are the same attribute, or two spellings of the same identity.
    Same,
    /// They identify different resources.
    Different,
    /// Nothing can be said.
    Open,
}

/// Attributes that tell one resource from every other of its type. `name` is among them because an
/// unknown name is one that the provider makes up, and it makes up different ones.
const IDENTITIES: [&str; 16] = [
    "arn",
    "bucket",
    "cluster_identifier",
    "fqdn",
    "id",
    "key_id",
    "name",
    "numeric_id",
    "object_id",
    "policy_id",
    "principal_id",
    "resource_id",
    "self_link",
    "uid",
    "unique_id",
    "uri",
];

/// Attributes that have the same value as `id`, by resource type. Only those whose equality the
/// provider documents.
const SAME_AS_ID: [(&str, &str); 22] = [
    ("aws_cloudwatch_log_group", "name"),
    ("aws_db_instance", "identifier"),
    ("aws_dynamodb_table", "name"),
    ("aws_ecr_repository", "name"),
    ("aws_efs_file_system", "file_system_id"),
    ("aws_eks_cluster", "name"),
    ("aws_iam_group", "name"),
    ("aws_iam_instance_profile", "name"),
    ("aws_iam_policy", "arn"),
    ("aws_iam_role", "name"),
    ("aws_iam_user", "name"),
    ("aws_kms_alias", "name"),
    ("aws_kms_key", "key_id"),
    ("aws_lambda_function", "function_name"),
    ("aws_lb", "arn"),
    ("aws_lb_listener", "arn"),
    ("aws_lb_target_group", "arn"),
    ("aws_rds_cluster", "cluster_identifier"),
    ("aws_s3_bucket", "bucket"),
    ("aws_secretsmanager_secret", "arn"),
    ("aws_sns_topic", "arn"),
    ("aws_sqs_queue", "url"),
];

/// What two symbols tell.
pub(super) fn compare(a: &Symbol, b: &Symbol) -> Identity {
    if a.resource_type != b.resource_type {
        return Identity::Open;
    }
    let (x, y) = (canonical(a), canonical(b));
    if x != y {
        return Identity::Open;
    }
    if a.address == b.address {
        return Identity::Same;
    }
    if IDENTITIES.contains(&x) { Identity::Different } else { Identity::Open }
}

/// `id` for each spelling of it.
fn canonical(symbol: &Symbol) -> &str {
    let alias = |&(ty, attribute): &(&str, &str)| {
        ty == &*symbol.resource_type && attribute == &*symbol.attribute
    };
    if SAME_AS_ID.iter().any(alias) { "id" } else { &symbol.attribute }
}
