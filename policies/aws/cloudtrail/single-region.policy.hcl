# ---
# id          = "aws-cloudtrail-single-region"
# title       = "CloudTrail records one region only"
# severity    = "medium"
# theme       = "logging-monitoring"
# description = "What happens in other regions leaves no trail, and that is where intruders start machines. A second trail of all regions makes up for it."
# remediation = "set `is_multi_region_trail = true`"
# aliases = {
#   checkov  = ["CKV_AWS_67"]
#   trivy    = ["AWS-0014"]
#   tfsec    = ["aws-cloudtrail-enable-all-regions"]
#   kics     = ["cloudtrail_multi_region_disabled"]
#   prowler  = ["cloudtrail_multi_region_enabled"]
#   aws-fsbp = ["CloudTrail.1"]
# }
# frameworks = {
#   cis-aws-3.0    = ["3.1"]
#   cis-aws-5.0    = ["3.1"]
#   cis-aws-7.0    = ["4.1"]
#   nist-800-53-r5 = ["AU-2", "AU-3", "AU-9", "AU-12"]
#   iso-27001-2022 = ["A.8.15"]
#   pci-dss-4.0    = ["10.2.1", "10.3.2", "10.3.4"]
#   soc2           = ["CC7.2"]
# }
# ---

policy {}

resource_policy "aws_cloudtrail" "one_region" {
  locals {
    another = core::anytrue([
      for trail in core::getresources("aws_cloudtrail", {}) :
      trail.is_multi_region_trail == true && trail.enable_logging != false
    ])
  }

  enforce {
    condition     = attrs.is_multi_region_trail == true || local.another
    error_message = "the trail records one region only"
  }
}
