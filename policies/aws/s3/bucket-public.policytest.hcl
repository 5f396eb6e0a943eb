policytest {
  targets = ["bucket-public.policy.hcl"]
}

locals {
  everyone = "http://acs.amazonaws.com/groups/global/AllUsers"
}

resource "aws_s3_bucket_acl" "private" {
  attrs = { bucket = "a", acl = "private" }
}

resource "aws_s3_bucket_acl" "log_delivery" {
  attrs = { bucket = "a", acl = "log-delivery-write" }
}

resource "aws_s3_bucket_acl" "public_read" {
  expect_failure = true
  attrs          = { bucket = "a", acl = "public-read" }
}

resource "aws_s3_bucket_acl" "authenticated_read" {
  expect_failure = true
  attrs          = { bucket = "a", acl = "authenticated-read" }
}

resource "aws_s3_bucket_acl" "public_write" {
  expect_failure = true
  attrs          = { bucket = "a", acl = "public-read-write" }
}

resource "aws_s3_bucket_acl" "grant_to_everyone" {
  expect_failure = true
  attrs = {
    bucket = "a"
    access_control_policy = [{
      owner = [{ id = "0123" }]
      grant = [
        { permission = "FULL_CONTROL", grantee = [{ type = "CanonicalUser", id = "0123" }] },
        { permission = "READ", grantee = [{ type = "Group", uri = local.everyone }] },
      ]
    }]
  }
}

resource "aws_s3_bucket_acl" "grant_to_owner" {
  attrs = {
    bucket = "a"
    access_control_policy = [{
      owner = [{ id = "0123" }]
      grant = [{ permission = "FULL_CONTROL", grantee = [{ type = "CanonicalUser", id = "0123" }] }]
    }]
  }
}

# Told as info: the grant is there, and the guard may go.
resource "aws_s3_bucket_acl" "ignored" {
  expect_failure = true
  attrs          = { bucket = "blocked", acl = "public-read" }
}

resource "aws_s3_bucket_public_access_block" "blocked" {
  skip  = true
  attrs = { bucket = "blocked", ignore_public_acls = true, restrict_public_buckets = true }
}

resource "aws_s3_bucket_acl" "not_known" {
  expect_failure = true
  attrs          = { bucket = "a", acl = plugin::test::unknown() }
}

resource "aws_s3_bucket_policy" "everyone" {
  expect_failure = true
  attrs = {
    bucket = "a"
    policy = core::jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::a/*" }] })
  }
}

resource "aws_s3_bucket_policy" "everyone_writes" {
  expect_failure = true
  attrs = {
    bucket = "a"
    policy = core::jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = ["s3:PutObject"], Resource = "arn:aws:s3:::a/*" }] })
  }
}

resource "aws_s3_bucket_policy" "all_but_one" {
  expect_failure = true
  attrs = {
    bucket = "a"
    policy = core::jsonencode({ Statement = [{ Effect = "Allow", NotPrincipal = { AWS = "arn:aws:iam::111111111111:user/old" }, Action = "s3:GetObject", Resource = "arn:aws:s3:::a/*" }] })
  }
}

resource "aws_s3_bucket_policy" "one_endpoint" {
  attrs = {
    bucket = "a"
    policy = core::jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::a/*", Condition = { StringEquals = { "aws:SourceVpce" = "vpce-0a1b2c3d" } } }] })
  }
}

resource "aws_s3_bucket_policy" "one_account" {
  attrs = {
    bucket = "a"
    policy = core::jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111111111111:root" }, Action = "s3:*", Resource = "arn:aws:s3:::a/*" }] })
  }
}

resource "aws_s3_bucket_policy" "denied_transport" {
  attrs = {
    bucket = "a"
    policy = core::jsonencode({ Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }] })
  }
}

resource "aws_s3_bucket_policy" "restricted" {
  expect_failure = true
  attrs = {
    bucket = "blocked"
    policy = core::jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::blocked/*" }] })
  }
}

resource "aws_s3_object" "private" {
  attrs = { bucket = "a", key = "report.csv" }
}

resource "aws_s3_object" "public" {
  expect_failure = true
  attrs          = { bucket = "a", key = "report.csv", acl = "public-read" }
}

resource "aws_s3_bucket_object" "public" {
  expect_failure = true
  attrs          = { bucket = "a", key = "report.csv", acl = "public-read-write" }
}

resource "aws_s3_bucket" "silent" {
  attrs = { id = "a", bucket = "a" }
}

resource "aws_s3_bucket" "public_acl" {
  expect_failure = true
  attrs          = { id = "a", bucket = "a", acl = "public-read" }
}

resource "aws_s3_bucket" "public_grant" {
  expect_failure = true
  attrs          = { id = "a", bucket = "a", grant = [{ type = "Group", uri = local.everyone, permissions = ["READ_ACP"] }] }
}

resource "aws_s3_bucket" "public_policy" {
  expect_failure = true
  attrs = {
    id     = "a"
    bucket = "a"
    policy = core::jsonencode({ Statement = { Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "*" } })
  }
}
