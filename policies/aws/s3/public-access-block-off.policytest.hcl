policytest {
  targets = ["public-access-block-off.policy.hcl"]
}

resource "aws_s3_bucket_public_access_block" "all" {
  attrs = { bucket = "a", block_public_acls = true, block_public_policy = true, ignore_public_acls = true, restrict_public_buckets = true }
}

resource "aws_s3_bucket_public_access_block" "empty" {
  expect_failure = true
  attrs          = { bucket = "a" }
}

resource "aws_s3_bucket_public_access_block" "half" {
  expect_failure = true
  attrs          = { bucket = "a", block_public_acls = true, block_public_policy = true }
}

resource "aws_s3_bucket_public_access_block" "not_known" {
  expect_failure = true
  attrs          = { bucket = "a", block_public_acls = true, block_public_policy = true, ignore_public_acls = true, restrict_public_buckets = plugin::test::unknown() }
}

resource "aws_s3_account_public_access_block" "one_on" {
  expect_failure = true
  attrs          = { block_public_acls = true }
}
