policytest {
  targets = ["public-access-block-off.policy.hcl"]
}

resource "aws_s3_account_public_access_block" "all_but_one" {
  expect_failure = true
  attrs          = { block_public_acls = true, block_public_policy = true, ignore_public_acls = true }
}

resource "aws_s3_bucket_public_access_block" "the_rest" {
  attrs = { bucket = "a", restrict_public_buckets = true }
}

resource "aws_s3_bucket_public_access_block" "nothing" {
  expect_failure = true
  attrs          = { bucket = "a" }
}
