# One trail of all regions is enough.
policytest {
  targets = ["single-region.policy.hcl"]
}

resource "aws_cloudtrail" "all" {
  attrs = { name = "a", s3_bucket_name = "b", is_multi_region_trail = true }
}

resource "aws_cloudtrail" "one" {
  attrs = { name = "a", s3_bucket_name = "b" }
}
