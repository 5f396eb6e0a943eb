# ---
# id          = "aws-efs-file-system-not-encrypted"
# title       = "EFS file system is not encrypted"
# severity    = "high"
# theme       = "encryption-at-rest"
# description = "Files lie in the clear. Unlike the console, the API creates file systems without encryption, and it cannot be switched on later."
# remediation = "set `encrypted = true` and move the files to the new file system"
# aliases = {
#   checkov  = ["CKV_AWS_42"]
#   trivy    = ["AWS-0037"]
#   tfsec    = ["aws-efs-enable-at-rest-encryption"]
#   prowler  = ["efs_encryption_at_rest_enabled"]
#   aws-fsbp = ["EFS.1"]
# }
# frameworks = {
#   cis-aws-3.0    = ["2.4.1"]
#   cis-aws-5.0    = ["2.3.1"]
#   cis-aws-7.0    = ["3.3.1"]
#   nist-800-53-r5 = ["SC-28", "SC-28(1)", "SC-13"]
#   iso-27001-2022 = ["A.8.24"]
#   pci-dss-4.0    = ["3.5.1"]
#   soc2           = ["CC6.1", "PI1.5"]
# }
# ---

policy {}

resource_policy "aws_efs_file_system" "not_encrypted" {
  enforce {
    condition     = cloud::given(attrs.encrypted, false) == true
    error_message = "the file system is not encrypted"
  }
}
