# ---
# id          = "aws-s3-public-access-block-off"
# title       = "S3 public access block has a setting off"
# severity    = "medium"
# theme       = "public-exposure"
# description = "New buckets have all four settings on. A block resource replaces them, and each argument that it leaves out is off: an empty block is worse than none, unless the block of the account has it on."
# remediation = "set `block_public_acls`, `block_public_policy`, `ignore_public_acls` and `restrict_public_buckets` to true"
# aliases = {
#   checkov  = ["CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6"]
#   trivy    = ["AWS-0086", "AWS-0087", "AWS-0091", "AWS-0093"]
#   tfsec    = ["aws-s3-block-public-acls", "aws-s3-block-public-policy", "aws-s3-ignore-public-acls", "aws-s3-no-public-buckets"]
#   prowler  = ["s3_bucket_level_public_access_block", "s3_account_level_public_access_blocks"]
#   aws-fsbp = ["S3.1", "S3.8"]
# }
# frameworks = {
#   cis-aws-3.0    = ["2.1.4"]
#   cis-aws-5.0    = ["2.1.4"]
#   cis-aws-7.0    = ["3.1.4"]
#   nist-800-53-r5 = ["AC-3", "AC-6", "AC-21", "SC-7"]
#   iso-27001-2022 = ["A.5.15", "A.8.3", "A.8.12"]
#   pci-dss-4.0    = ["1.3.1", "1.4.2"]
#   soc2           = ["CC6.1", "CC6.6"]
# }
# ---

policy {}

resource_policy "aws_s3_bucket_public_access_block" "off" {
  # What the account blocks, no bucket of it lets through.
  locals {
    account = core::getresources("aws_s3_account_public_access_block", {})
  }

  enforce {
    condition     = attrs.block_public_acls == true || core::anytrue([for block in local.account : block.block_public_acls == true])
    error_message = "`block_public_acls` is off: new public ACLs are accepted"
  }
  enforce {
    condition     = attrs.block_public_policy == true || core::anytrue([for block in local.account : block.block_public_policy == true])
    error_message = "`block_public_policy` is off: new public policies are accepted"
  }
  enforce {
    condition     = attrs.ignore_public_acls == true || core::anytrue([for block in local.account : block.ignore_public_acls == true])
    error_message = "`ignore_public_acls` is off: public ACLs that are there stay effective"
  }
  enforce {
    condition     = attrs.restrict_public_buckets == true || core::anytrue([for block in local.account : block.restrict_public_buckets == true])
    error_message = "`restrict_public_buckets` is off: public policies that are there stay effective"
  }
}

resource_policy "aws_s3_account_public_access_block" "off" {
  enforce {
    condition     = attrs.block_public_acls == true
    error_message = "`block_public_acls` is off: new public ACLs are accepted"
  }
  enforce {
    condition     = attrs.block_public_policy == true
    error_message = "`block_public_policy` is off: new public policies are accepted"
  }
  enforce {
    condition     = attrs.ignore_public_acls == true
    error_message = "`ignore_public_acls` is off: public ACLs that are there stay effective"
  }
  enforce {
    condition     = attrs.restrict_public_buckets == true
    error_message = "`restrict_public_buckets` is off: public policies that are there stay effective"
  }
}
