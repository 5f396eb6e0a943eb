policytest {
  targets = ["key-rotation-off.policy.hcl"]
}

resource "aws_kms_key" "rotated" {
  attrs = { enable_key_rotation = true }
}

resource "aws_kms_key" "signing" {
  attrs = { customer_master_key_spec = "ECC_NIST_P256", key_usage = "SIGN_VERIFY" }
}

resource "aws_kms_key" "silent" {
  expect_failure = true
  attrs          = { description = "nothing said" }
}

resource "aws_kms_key" "off" {
  expect_failure = true
  attrs          = { enable_key_rotation = false }
}

resource "aws_kms_key" "in_a_key_store" {
  attrs = { custom_key_store_id = "cks-1234567890abcdef0" }
}
