# ---
# id          = "aws-iam-policy-allows-everything"
# title       = "IAM policy allows every action on every resource"
# severity    = "high"
# theme       = "identity-access"
# description = "Whoever has this policy is an administrator: a stolen key or a mistake reaches everything in the account. `*:*`, `NotAction` and `NotResource` grant as much as `*` does."
# remediation = "name the actions and resources that are needed; for administrators attach `AdministratorAccess` to a role that few may take"
# parts = {
#   conditional = { severity = "medium", title = "IAM policy allows every action on every resource under a condition" }
# }
# aliases = {
#   checkov  = ["CKV_AWS_1", "CKV_AWS_62", "CKV_AWS_63"]
#   trivy    = ["AWS-0057"]
#   tfsec    = ["aws-iam-no-policy-wildcards"]
#   prowler  = ["iam_customer_attached_policy_no_administrative_privileges", "iam_inline_policy_no_administrative_privileges"]
#   aws-fsbp = ["IAM.1"]
# }
# frameworks = {
#   cis-aws-3.0    = ["1.16"]
#   cis-aws-5.0    = ["1.15"]
#   cis-aws-7.0    = ["2.14"]
#   nist-800-53-r5 = ["AC-2", "AC-6", "AC-6(1)", "AC-6(10)"]
#   iso-27001-2022 = ["A.5.15", "A.5.18", "A.8.2"]
#   pci-dss-4.0    = ["7.2.1", "7.2.2", "7.2.5"]
#   soc2           = ["CC6.3"]
# }
# ---

policy {}

resource_policy "aws_iam_policy" "everything" {
  locals {
    document = core::try(core::jsondecode(attrs.policy), null)
  }
  enforce {
    condition     = core::length(cloud::aws_admin_actions(local.document)) == 0
    error_message = "the policy allows every action on every resource"
  }
}

resource_policy "aws_iam_policy" "conditional" {
  locals {
    document = core::try(core::jsondecode(attrs.policy), null)
  }
  enforce {
    condition     = core::length(cloud::aws_conditional_admin_actions(local.document)) == 0
    error_message = "the policy allows every action on every resource under a condition"
  }
}

resource_policy "aws_iam_role_policy" "everything" {
  locals {
    document = core::try(core::jsondecode(attrs.policy), null)
  }
  enforce {
    condition     = core::length(cloud::aws_admin_actions(local.document)) == 0
    error_message = "the policy allows every action on every resource"
  }
}

resource_policy "aws_iam_role_policy" "conditional" {
  locals {
    document = core::try(core::jsondecode(attrs.policy), null)
  }
  enforce {
    condition     = core::length(cloud::aws_conditional_admin_actions(local.document)) == 0
    error_message = "the policy allows every action on every resource under a condition"
  }
}

resource_policy "aws_iam_user_policy" "everything" {
  locals {
    document = core::try(core::jsondecode(attrs.policy), null)
  }
  enforce {
    condition     = core::length(cloud::aws_admin_actions(local.document)) == 0
    error_message = "the policy allows every action on every resource"
  }
}

resource_policy "aws_iam_user_policy" "conditional" {
  locals {
    document = core::try(core::jsondecode(attrs.policy), null)
  }
  enforce {
    condition     = core::length(cloud::aws_conditional_admin_actions(local.document)) == 0
    error_message = "the policy allows every action on every resource under a condition"
  }
}

resource_policy "aws_iam_group_policy" "everything" {
  locals {
    document = core::try(core::jsondecode(attrs.policy), null)
  }
  enforce {
    condition     = core::length(cloud::aws_admin_actions(local.document)) == 0
    error_message = "the policy allows every action on every resource"
  }
}

resource_policy "aws_iam_group_policy" "conditional" {
  locals {
    document = core::try(core::jsondecode(attrs.policy), null)
  }
  enforce {
    condition     = core::length(cloud::aws_conditional_admin_actions(local.document)) == 0
    error_message = "the policy allows every action on every resource under a condition"
  }
}

resource_policy "aws_ssoadmin_permission_set_inline_policy" "everything" {
  locals {
    document = core::try(core::jsondecode(attrs.inline_policy), null)
  }
  enforce {
    condition     = core::length(cloud::aws_admin_actions(local.document)) == 0
    error_message = "the policy allows every action on every resource"
  }
}

resource_policy "aws_ssoadmin_permission_set_inline_policy" "conditional" {
  locals {
    document = core::try(core::jsondecode(attrs.inline_policy), null)
  }
  enforce {
    condition     = core::length(cloud::aws_conditional_admin_actions(local.document)) == 0
    error_message = "the policy allows every action on every resource under a condition"
  }
}

resource_policy "aws_iam_role" "everything" {
  enforce {
    condition = core::alltrue([
      for inline in cloud::given(attrs.inline_policy, []) : core::length(cloud::aws_admin_actions(core::try(core::jsondecode(inline.policy), null))) == 0
    ])
    error_message = "an inline policy of the role allows every action on every resource"
  }
}

resource_policy "aws_iam_role" "conditional" {
  enforce {
    condition = core::alltrue([
      for inline in cloud::given(attrs.inline_policy, []) : core::length(cloud::aws_conditional_admin_actions(core::try(core::jsondecode(inline.policy), null))) == 0
    ])
    error_message = "an inline policy of the role allows every action on every resource under a condition"
  }
}
