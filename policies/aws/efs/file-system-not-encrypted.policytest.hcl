policytest {
  targets = ["file-system-not-encrypted.policy.hcl"]
}

resource "aws_efs_file_system" "encrypted" {
  attrs = { encrypted = true }
}

resource "aws_efs_file_system" "off" {
  expect_failure = true
  attrs          = { encrypted = false }
}

resource "aws_efs_file_system" "silent" {
  expect_failure = true
  attrs          = { creation_token = "a" }
}

resource "aws_efs_file_system" "not_known" {
  expect_failure = true
  attrs          = { encrypted = plugin::test::unknown() }
}
