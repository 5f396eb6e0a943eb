policytest {
  targets = ["role-assumable-by-anyone.policy.hcl"]
}

resource "aws_iam_role" "service" {
  attrs = { assume_role_policy = core::jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] }) }
}

resource "aws_iam_role" "account" {
  attrs = { assume_role_policy = core::jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111111111111:root" }, Action = "sts:AssumeRole" }] }) }
}

resource "aws_iam_role" "anyone" {
  expect_failure = true
  attrs          = { assume_role_policy = core::jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "sts:AssumeRole" }] }) }
}

resource "aws_iam_role" "any_account" {
  expect_failure = true
  attrs          = { assume_role_policy = core::jsonencode({ Statement = { Effect = "Allow", Principal = { AWS = "*" }, Action = "sts:AssumeRole" } }) }
}

resource "aws_iam_role" "organisation" {
  attrs = { assume_role_policy = core::jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "sts:AssumeRole", Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-abcd123456" } } }] }) }
}

resource "aws_iam_role" "github_audience_only" {
  expect_failure = true
  attrs          = { assume_role_policy = core::jsonencode({ Statement = [{ Effect = "Allow", Principal = { Federated = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com" }, Action = "sts:AssumeRoleWithWebIdentity", Condition = { StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" } } }] }) }
}

resource "aws_iam_role" "github_negated" {
  expect_failure = true
  attrs          = { assume_role_policy = core::jsonencode({ Statement = [{ Effect = "Allow", Principal = { Federated = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com" }, Action = "sts:AssumeRoleWithWebIdentity", Condition = { StringNotEquals = { "token.actions.githubusercontent.com:sub" = "repo:acme/app:ref:refs/heads/main" } } }] }) }
}

resource "aws_iam_role" "github_any_repository" {
  expect_failure = true
  attrs          = { assume_role_policy = core::jsonencode({ Statement = [{ Effect = "Allow", Principal = { Federated = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com" }, Action = "sts:AssumeRoleWithWebIdentity", Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = ["repo:acme/*", "repo:*"] } } }] }) }
}

resource "aws_iam_role" "github_one_organisation" {
  attrs = { assume_role_policy = core::jsonencode({ Statement = [{ Effect = "Allow", Principal = { Federated = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com" }, Action = "sts:AssumeRoleWithWebIdentity", Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme/*" } } }] }) }
}

resource "aws_iam_role" "second_statement" {
  expect_failure = true
  attrs          = { assume_role_policy = core::jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }, { Effect = "Allow", Principal = { Federated = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com" }, Action = "sts:AssumeRoleWithWebIdentity" }] }) }
}

resource "aws_iam_role" "not_known" {
  expect_failure = true
  attrs          = { assume_role_policy = plugin::test::unknown() }
}

resource "aws_iam_role" "not_known_that_does_not_matter" {
  attrs = { assume_role_policy = core::jsonencode({ Statement = [{ Effect = "Allow", Sid = plugin::test::unknown(), Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] }) }
}
