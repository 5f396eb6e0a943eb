# ---
# id          = "aws-kms-key-rotation-off"
# title       = "KMS key is never rotated"
# severity    = "medium"
# theme       = "encryption-at-rest"
# description = "A key that is never rotated protects everything ever encrypted with it; rotation limits what one leak opens."
# remediation = "set `enable_key_rotation = true`"
# aliases     = { checkov = ["CKV_AWS_7"], trivy = ["AWS-0065"] }
# ---

policy {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 4.0.0" }
  }
}

resource_policy "aws_kms_key" "rotation" {
  # Keys that cannot be rotated: asymmetric ones, imported material, custom key stores.
  filter = (
    core::try(attrs.customer_master_key_spec, null) == null || core::try(attrs.customer_master_key_spec, "") == "SYMMETRIC_DEFAULT"
  ) && (core::try(attrs.key_usage, null) == null || core::try(attrs.key_usage, "") == "ENCRYPT_DECRYPT")

  enforce {
    condition     = core::try(attrs.enable_key_rotation, false) == true
    error_message = "The key is not rotated: `enable_key_rotation` is ${attrs.enable_key_rotation == null ? "not set" : "false"}."
  }
}
