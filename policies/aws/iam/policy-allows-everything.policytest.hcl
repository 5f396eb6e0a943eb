policytest {
  targets = ["policy-allows-everything.policy.hcl"]
}

locals {
  everything = core::jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
  one        = core::jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
}

resource "aws_iam_policy" "plain" {
  expect_failure = true
  attrs          = { policy = local.everything }
}

resource "aws_iam_policy" "one_action" {
  attrs = { policy = local.one }
}

resource "aws_iam_policy" "star_star" {
  expect_failure = true
  attrs          = { policy = core::jsonencode({ Statement = [{ Effect = "Allow", Action = ["*:*"], Resource = ["*"] }] }) }
}

resource "aws_iam_policy" "not_action" {
  expect_failure = true
  attrs          = { policy = core::jsonencode({ Statement = [{ Effect = "Allow", NotAction = ["organizations:*"], Resource = "*" }] }) }
}

resource "aws_iam_policy" "power_user" {
  attrs = { policy = core::jsonencode({ Statement = [{ Effect = "Allow", NotAction = ["iam:*", "organizations:*", "account:*"], Resource = "*" }] }) }
}

resource "aws_iam_policy" "single_statement" {
  expect_failure = true
  attrs          = { policy = core::jsonencode({ Statement = { Effect = "Allow", Action = "*", NotResource = "arn:aws:s3:::a" } }) }
}

resource "aws_iam_policy" "taken_back" {
  attrs = { policy = core::jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }, { Effect = "Deny", Action = "*", Resource = "*" }] }) }
}

resource "aws_iam_policy" "conditional" {
  expect_failure = true
  attrs          = { policy = core::jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*", Condition = { StringEquals = { "aws:ResourceTag/team" = "a" } } }] }) }
}

resource "aws_iam_policy" "one_bucket" {
  attrs = { policy = core::jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "arn:aws:s3:::a/*" }] }) }
}

resource "aws_iam_policy" "not_known" {
  expect_failure = true
  attrs          = { policy = plugin::test::unknown() }
}

resource "aws_iam_policy" "not_known_where" {
  attrs = { policy = core::jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = plugin::test::unknown() }] }) }
}

resource "aws_iam_role_policy" "everything" {
  expect_failure = true
  attrs          = { role = "r", policy = local.everything }
}

resource "aws_iam_user_policy" "everything" {
  expect_failure = true
  attrs          = { user = "u", policy = local.everything }
}

resource "aws_iam_group_policy" "everything" {
  expect_failure = true
  attrs          = { group = "g", policy = local.everything }
}

resource "aws_iam_group_policy" "one_action" {
  attrs = { group = "g", policy = local.one }
}

resource "aws_ssoadmin_permission_set_inline_policy" "everything" {
  expect_failure = true
  attrs          = { instance_arn = "i", permission_set_arn = "p", inline_policy = local.everything }
}

resource "aws_iam_role" "inline" {
  expect_failure = true
  attrs          = { assume_role_policy = "{}", inline_policy = [{ name = "a", policy = local.one }, { name = "b", policy = local.everything }] }
}

resource "aws_iam_role" "without" {
  attrs = { assume_role_policy = "{}" }
}
