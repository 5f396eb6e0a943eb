# ---
# id          = "aws-s3-access-logging-off"
# title       = "S3 bucket keeps no access log"
# severity    = "low"
# theme       = "logging-monitoring"
# description = "Nobody can tell later who read or changed objects. Data events of CloudTrail are another way to know. Only buckets that are known to keep data are asked, and none that takes logs itself."
# remediation = "declare `aws_s3_bucket_logging` for the bucket"
# aliases = {
#   checkov  = ["CKV_AWS_18"]
#   trivy    = ["AWS-0089"]
#   tfsec    = ["aws-s3-enable-bucket-logging"]
#   prowler  = ["s3_bucket_server_access_logging_enabled"]
#   aws-fsbp = ["S3.9"]
# }
# frameworks = {
#   cis-aws-7.0    = ["4.4"]
#   nist-800-53-r5 = ["AU-2", "AU-12"]
#   iso-27001-2022 = ["A.8.15"]
#   pci-dss-4.0    = ["10.2.1"]
#   soc2           = ["CC7.2"]
# }
# ---

policy {}

resource_policy "aws_s3_bucket" "no_log" {
  locals {
    is_logged  = core::length(cloud::given(attrs.logging, [])) > 0 || core::length(core::getresources("aws_s3_bucket_logging", { bucket = attrs.id })) > 0
    takes_logs = core::length(core::getresources("aws_s3_bucket_logging", { target_bucket = attrs.id })) > 0 || core::length(core::getresources("aws_cloudtrail", { s3_bucket_name = attrs.id })) > 0
    # Objects, or settings about how objects are kept.
    keeps_data = core::anytrue([
      core::length(cloud::given(attrs.lifecycle_rule, [])) > 0,
      core::length(core::getresources("aws_s3_object", { bucket = attrs.id })) > 0,
      core::length(core::getresources("aws_s3_bucket_object", { bucket = attrs.id })) > 0,
      core::length(core::getresources("aws_s3_bucket_versioning", { bucket = attrs.id })) > 0,
      core::length(core::getresources("aws_s3_bucket_lifecycle_configuration", { bucket = attrs.id })) > 0,
      core::length(core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id })) > 0,
    ])
  }

  enforce {
    condition     = local.is_logged || !local.keeps_data || local.takes_logs
    error_message = "the bucket keeps no access log"
  }
}
