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

/// Attributes of one type that tell its resources apart, and would not of every type.
const IDENTITIES_OF: [(&str, &str); 2] =
    [("google_service_account", "email"), ("google_service_account", "member")];

/// Attributes that have the same value as `id`, by resource type. Only those whose equality the
/// provider documents. A network of Google Cloud has three spellings, which every argument takes alike.
const SAME_AS_ID: [(&str, &str); 25] = [
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
    ("google_compute_network", "name"),
    ("google_compute_network", "self_link"),
    ("google_storage_bucket", "name"),
];

/// What two symbols tell.
pub(super) fn compare(a: &Symbol, b: &Symbol) -> Identity {
    let (x, y) = (canonical(a), canonical(b));
    if a.resource_type != b.resource_type {
        let differ = (x, y) == ("id", "id") && ids_hold_types(a, b) && !is_data(a) && !is_data(b);
        return if differ { Identity::Different } else { Identity::Open };
    }
    if x != y {
        return Identity::Open;
    }
    if a.address == b.address {
        return Identity::Same;
    }
    // A data source may well read what the configuration manages.
    if is_identity(&a.resource_type, x) && !is_data(a) && !is_data(b) {
        Identity::Different
    } else {
        Identity::Open
    }
}

/// Whether the ids of two types never meet: those of Azure hold the type. What is part of another
/// resource, and named after it, may have the id of that.
fn ids_hold_types(a: &Symbol, b: &Symbol) -> bool {
    let is_azure = |symbol: &Symbol| symbol.resource_type.starts_with("azurerm_");
    is_azure(a)
        && is_azure(b)
        && !a.resource_type.starts_with(&*b.resource_type)
        && !b.resource_type.starts_with(&*a.resource_type)
}

/// Whether the symbol is of a data source; in doubt, as with odd keys, it is.
fn is_data(symbol: &Symbol) -> bool {
    let mut places = symbol.address.match_indices(&*symbol.resource_type);
    places.any(|(at, _)| symbol.address.get(..at).is_some_and(|before| before.ends_with("data.")))
}

/// `id` for each spelling of it.
pub(crate) fn canonical(symbol: &Symbol) -> &str {
    let is_spelling = aliases(&symbol.resource_type).any(|alias| alias == &*symbol.attribute);
    if is_spelling { "id" } else { &symbol.attribute }
}

/// Whether the attribute tells a resource from every other of its type.
pub(crate) fn is_identity(resource_type: &str, attribute: &str) -> bool {
    IDENTITIES.contains(&attribute)
        || IDENTITIES_OF.contains(&(resource_type, attribute))
        || aliases(resource_type).any(|alias| alias == attribute)
}

/// The attributes of a type that have the same value as one that [`canonical`] gave, itself first.
pub(crate) fn equivalents<'a>(
    resource_type: &'a str,
    canonical: &'a str,
) -> impl Iterator<Item = &'a str> {
    let others = aliases(resource_type).filter(move |_| canonical == "id");
    std::iter::once(canonical).chain(others)
}

/// Types with an attribute that has the same value as `id`.
pub(crate) fn same_as_id() -> impl Iterator<Item = (&'static str, &'static str)> {
    SAME_AS_ID.iter().copied()
}

fn aliases(resource_type: &str) -> impl Iterator<Item = &str> {
    let of_type = SAME_AS_ID.iter().filter(move |(ty, _)| *ty == resource_type);
    of_type.map(|(_, attribute)| *attribute)
}
