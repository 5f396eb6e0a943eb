policytest {
  targets = ["log-validation-off.policy.hcl"]
}

resource "aws_cloudtrail" "on" {
  attrs = { name = "a", s3_bucket_name = "b", enable_log_file_validation = true }
}

resource "aws_cloudtrail" "off" {
  expect_failure = true
  attrs          = { name = "a", s3_bucket_name = "b", enable_log_file_validation = false }
}

resource "aws_cloudtrail" "silent" {
  expect_failure = true
  attrs          = { name = "a", s3_bucket_name = "b" }
}

resource "aws_cloudtrail" "not_known" {
  expect_failure = true
  attrs          = { name = "a", s3_bucket_name = "b", enable_log_file_validation = plugin::test::unknown() }
}
