policytest {
  targets = ["single-region.policy.hcl"]
}

resource "aws_cloudtrail" "all_regions" {
  attrs = { name = "a", s3_bucket_name = "b", is_multi_region_trail = true, enable_logging = false }
}

resource "aws_cloudtrail" "off" {
  expect_failure = true
  attrs          = { name = "a", s3_bucket_name = "b", is_multi_region_trail = false }
}

resource "aws_cloudtrail" "silent" {
  expect_failure = true
  attrs          = { name = "a", s3_bucket_name = "b" }
}

resource "aws_cloudtrail" "not_known" {
  expect_failure = true
  attrs          = { name = "a", s3_bucket_name = "b", is_multi_region_trail = plugin::test::unknown(), enable_logging = false }
}
