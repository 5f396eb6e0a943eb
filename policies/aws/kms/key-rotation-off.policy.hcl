# ---
# id          = "aws-kms-key-rotation-off"
# title       = "KMS key is never rotated"
# severity    = "medium"
# theme       = "encryption-at-rest"
# description = "A key that is never rotated protects everything ever encrypted with it; rotation limits what one leak opens."
# remediation = "set `enable_key_rotation = true`"
# aliases     = { checkov = ["CKV_AWS_7"], tfsec = ["aws-kms-auto-rotate-keys"], trivy = ["AWS-0065"] }
# ---

policy {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 4.0.0" }
  }
}

resource_policy "aws_kms_key" "rotation" {
  # The service rotates symmetric keys with material of its own only.
  filter = (
    core::contains(["SYMMETRIC_DEFAULT", null], core::try(attrs.customer_master_key_spec, null))
    && core::contains(["ENCRYPT_DECRYPT", null], core::try(attrs.key_usage, null))
    && core::try(attrs.custom_key_store_id, null) == null
  )

  enforce {
    condition     = core::try(attrs.enable_key_rotation, false) == true
    error_message = "the key is never rotated"
  }
}
