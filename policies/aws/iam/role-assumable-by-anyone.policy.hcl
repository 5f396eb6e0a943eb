# ---
# id          = "aws-iam-role-assumable-by-anyone"
# title       = "IAM role may be taken by anyone"
# severity    = "critical"
# theme       = "identity-access"
# description = "The trust policy lets every AWS account, or every customer of a shared identity provider such as GitHub, take the role and all its rights."
# remediation = "name the accounts that may take the role; for a web identity fix `sub`, for instance to `repo:ORG/REPOSITORY:*`, with StringEquals or StringLike"
# aliases = {
#   checkov = ["CKV_AWS_60", "CKV_AWS_358", "CKV_AWS_393"]
# }
# frameworks = {
#   cis-aws-7.0    = ["2.19"]
#   nist-800-53-r5 = ["AC-2", "IA-8", "AC-17"]
#   iso-27001-2022 = ["A.5.16", "A.5.17"]
#   pci-dss-4.0    = ["8.2.1"]
#   soc2           = ["CC6.1"]
# }
# ---

policy {}

resource_policy "aws_iam_role" "open_trust" {
  locals {
    document = core::try(core::jsondecode(attrs.assume_role_policy), null)
  }

  enforce {
    condition     = core::length(cloud::aws_open_trust(local.document)) == 0
    error_message = "anyone may take the role"
  }
}
