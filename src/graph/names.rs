//! Names that a person gives and that only hold within a region or a project, unlike identifiers.

use crate::value::{Value, equivalents};

/// Types whose names hold in the whole cloud.
const GLOBAL: [&str; 4] =
    ["aws_s3_", "google_project", "google_service_account", "google_storage_"];

/// Whether what stands at a path of a type may be a name that only holds where the resource lives.
pub(super) fn are_local(resource_type: &str, path: &[&str]) -> bool {
    let is_cloud = ["aws_", "google_"].iter().any(|cloud| resource_type.starts_with(cloud));
    let is_global = GLOBAL.iter().any(|prefix| resource_type.starts_with(prefix));
    let Some(name) = path.last().filter(|_| is_cloud && !is_global) else { return false };
    match *name {
        "id" => {
            equivalents(resource_type, "id").any(|name| !matches!(name, "id" | "arn" | "key_id"))
        }
        // The network of another project is named with that.
        "project" | "subnetwork" | "self_link" | "arn" => false,
        name => !["_id", "_ids", "_arn", "_arns"].iter().any(|end| name.ends_with(end)),
    }
}

/// Whether a known value is such a name, and no ARN, link, address or generated identifier.
pub(super) fn is_local(value: &Value) -> bool {
    let Some(text) = value.as_str() else { return false };
    let is_generated = text.rsplit_once('-').is_some_and(|(_, tail)| {
        matches!(tail.len(), 8 | 17) && tail.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    !text.contains(['/', ':', '@']) && !is_generated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_names_from_identifiers() {
        for (text, expected) in [
            ("main", true),
            ("my-network", true),
            ("arn:aws:sns:eu-west-1:123456789012:main", false),
            ("projects/p/global/networks/main", false),
            ("vpc-0a1b2c3d", false),
            ("sg-0123456789abcdef0", false),
            ("robot@p.iam.gserviceaccount.com", false),
        ] {
            assert_eq!(is_local(&Value::from(text)), expected, "{text}");
        }
    }

    #[test]
    fn names_of_buckets_hold_everywhere() {
        for (resource_type, path, expected) in [
            ("aws_s3_bucket", "bucket", false),
            ("aws_lambda_function", "function_name", true),
            ("aws_lambda_permission", "function_name", true),
            ("google_compute_network", "name", true),
            ("google_compute_firewall", "network", true),
            ("google_storage_bucket", "name", false),
            ("aws_flow_log", "vpc_id", false),
            ("aws_dynamodb_table", "id", true),
            ("aws_kms_key", "id", false),
            ("azurerm_storage_account", "name", false),
        ] {
            assert_eq!(are_local(resource_type, &[path]), expected, "{resource_type}.{path}");
        }
    }
}
