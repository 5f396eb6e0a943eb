policytest {
  targets = ["access-logging-off.policy.hcl"]
}

resource "aws_s3_bucket" "logged" {
  attrs = { id = "a", bucket = "a" }
}

resource "aws_s3_bucket" "logs" {
  attrs = { id = "logs", bucket = "logs" }
}

resource "aws_s3_bucket" "silent" {
  expect_failure = true
  attrs          = { id = "b", bucket = "b" }
}

resource "aws_s3_object" "report" {
  skip  = true
  attrs = { bucket = "b", key = "report.csv" }
}

resource "aws_s3_bucket" "empty" {
  attrs = { id = "d", bucket = "d" }
}

resource "aws_s3_bucket_versioning" "a" {
  skip  = true
  attrs = { bucket = "a", versioning_configuration = [{ status = "Enabled" }] }
}

resource "aws_s3_bucket_versioning" "logs" {
  skip  = true
  attrs = { bucket = "logs", versioning_configuration = [{ status = "Enabled" }] }
}

resource "aws_s3_bucket" "old" {
  attrs = { id = "c", bucket = "c", logging = [{ target_bucket = "logs" }] }
}

resource "aws_s3_bucket_logging" "a" {
  skip  = true
  attrs = { bucket = "a", target_bucket = "logs", target_prefix = "a/" }
}
