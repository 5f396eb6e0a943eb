# ---
# id          = "aws-cloudtrail-log-validation-off"
# title       = "CloudTrail does not sign its log files"
# severity    = "medium"
# theme       = "logging-monitoring"
# description = "Without digest files nobody can show that the logs were not changed or deleted after an incident."
# remediation = "set `enable_log_file_validation = true`"
# aliases = {
#   checkov  = ["CKV_AWS_36"]
#   trivy    = ["AWS-0016"]
#   tfsec    = ["aws-cloudtrail-enable-log-validation"]
#   kics     = ["cloudtrail_log_file_validation_disabled"]
#   prowler  = ["cloudtrail_log_file_validation_enabled"]
#   aws-fsbp = ["CloudTrail.4"]
# }
# frameworks = {
#   cis-aws-3.0    = ["3.2"]
#   cis-aws-5.0    = ["3.2"]
#   cis-aws-7.0    = ["4.2"]
#   nist-800-53-r5 = ["AU-2", "AU-3", "AU-9", "AU-12"]
#   iso-27001-2022 = ["A.8.15"]
#   pci-dss-4.0    = ["10.2.1", "10.3.2", "10.3.4"]
#   soc2           = ["CC7.2"]
# }
# ---

policy {}

resource_policy "aws_cloudtrail" "validation_off" {
  enforce {
    condition     = attrs.enable_log_file_validation == true
    error_message = "log files of the trail are not validated"
  }
}
