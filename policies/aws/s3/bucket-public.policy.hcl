# ---
# id          = "aws-s3-bucket-public"
# title       = "S3 bucket or object is open to everyone"
# severity    = "high"
# theme       = "public-exposure"
# description = "An ACL or bucket policy lets anyone, or anyone with an AWS account, reach what is stored. Anonymous writing is worse than reading. A grant that a public access block or disabled ACLs make ineffective is told as info: remove it, because the guard may go first."
# remediation = "remove the public grant; serve files through CloudFront with origin access control; keep all four settings of `aws_s3_bucket_public_access_block` true"
# parts = {
#   writable    = { severity = "critical", title = "S3 bucket or object can be changed by everyone" }
#   neutralised = { severity = "info", title = "S3 bucket has a public grant that something else makes ineffective" }
# }
# aliases = {
#   checkov  = ["CKV_AWS_20", "CKV_AWS_57", "CKV_AWS_70", "CKV_AWS_375", "CKV2_AWS_43"]
#   trivy    = ["AWS-0092"]
#   tfsec    = ["aws-s3-no-public-access-with-acl"]
#   kics     = ["all_users_gets_read_access", "allUsers_group_gets_read_and_write_access", "all_auth_users_get_read_access"]
#   prowler  = ["s3_bucket_public_access", "s3_bucket_public_write_acl", "s3_bucket_policy_public_write_access"]
#   aws-fsbp = ["S3.2", "S3.3"]
# }
# frameworks = {
#   cis-aws-7.0       = ["2.21", "3.1.4"]
#   nist-800-53-r5    = ["AC-3", "AC-6", "AC-21", "SC-7"]
#   iso-27001-2022    = ["A.5.15", "A.8.3", "A.8.12"]
#   pci-dss-4.0       = ["1.3.1", "1.4.2"]
#   soc2              = ["CC6.1", "CC6.6"]
# }
# ---

policy {}

locals {
  everyone = [
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
  ]
  # Canned ACLs for everyone. `log-delivery-write` is for the service that writes access logs.
  readable = ["public-read", "authenticated-read"]
  writable = ["public-read-write"]
  changes  = ["WRITE", "WRITE_ACP", "FULL_CONTROL"]
  # Actions that change what is stored or who may reach it.
  writes = ["s3:Put*", "s3:Delete*", "s3:Replicate*", "s3:AbortMultipartUpload", "s3:RestoreObject", "s3:ObjectOwnerOverrideToBucketOwner"]
}

resource_policy "aws_s3_bucket_acl" "readable" {
  locals {
    acl = core::try(attrs.acl, null)
    # A bucket has a canned ACL or grants, never both.
    grants = local.acl != null ? [] : core::flatten([for policy in cloud::given(attrs.access_control_policy, []) : [for grant in policy.grant : grant]])
    is_private = !core::contains(local.readable, local.acl) && !core::contains(local.writable, local.acl) && core::alltrue([
      for grant in local.grants : !core::contains(local.everyone, core::try(grant.grantee[0].uri, null))
    ])
    is_writable = core::contains(local.writable, local.acl) || core::anytrue([
      for grant in local.grants : core::contains(local.everyone, core::try(grant.grantee[0].uri, null)) && core::contains(local.changes, grant.permission)
    ])
    # What makes ACLs ineffective: the bucket's block, the account's, or an owner that ignores them.
    acls_off = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.bucket }) :
      block.ignore_public_acls == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) : block.ignore_public_acls == true
      ]) || core::anytrue([
      for controls in core::getresources("aws_s3_bucket_ownership_controls", { bucket = attrs.bucket }) :
      core::try(controls.rule[0].object_ownership, "") == "BucketOwnerEnforced"
    ])
  }
  enforce {
    condition     = local.is_private || local.is_writable || local.acls_off
    error_message = "the ACL lets everyone read the bucket"
  }
}

resource_policy "aws_s3_bucket_acl" "writable" {
  locals {
    acl = core::try(attrs.acl, null)
    # A bucket has a canned ACL or grants, never both.
    grants = local.acl != null ? [] : core::flatten([for policy in cloud::given(attrs.access_control_policy, []) : [for grant in policy.grant : grant]])
    is_writable = core::contains(local.writable, local.acl) || core::anytrue([
      for grant in local.grants : core::contains(local.everyone, core::try(grant.grantee[0].uri, null)) && core::contains(local.changes, grant.permission)
    ])
    # What makes ACLs ineffective: the bucket's block, the account's, or an owner that ignores them.
    acls_off = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.bucket }) :
      block.ignore_public_acls == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) : block.ignore_public_acls == true
      ]) || core::anytrue([
      for controls in core::getresources("aws_s3_bucket_ownership_controls", { bucket = attrs.bucket }) :
      core::try(controls.rule[0].object_ownership, "") == "BucketOwnerEnforced"
    ])
  }
  enforce {
    condition     = !local.is_writable || local.acls_off
    error_message = "the ACL lets everyone change the bucket"
  }
}

resource_policy "aws_s3_bucket_acl" "neutralised" {
  locals {
    acl = core::try(attrs.acl, null)
    # A bucket has a canned ACL or grants, never both.
    grants = local.acl != null ? [] : core::flatten([for policy in cloud::given(attrs.access_control_policy, []) : [for grant in policy.grant : grant]])
    is_private = !core::contains(local.readable, local.acl) && !core::contains(local.writable, local.acl) && core::alltrue([
      for grant in local.grants : !core::contains(local.everyone, core::try(grant.grantee[0].uri, null))
    ])
    # What makes ACLs ineffective: the bucket's block, the account's, or an owner that ignores them.
    acls_off = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.bucket }) :
      block.ignore_public_acls == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) : block.ignore_public_acls == true
      ]) || core::anytrue([
      for controls in core::getresources("aws_s3_bucket_ownership_controls", { bucket = attrs.bucket }) :
      core::try(controls.rule[0].object_ownership, "") == "BucketOwnerEnforced"
    ])
  }
  enforce {
    condition     = local.is_private || !local.acls_off
    error_message = "the ACL is public; something else makes it ineffective today"
  }
}

resource_policy "aws_s3_object" "readable" {
  locals {
    acl         = cloud::given(attrs.acl, null)
    is_private  = !core::contains(local.readable, local.acl) && !core::contains(local.writable, local.acl)
    is_writable = core::contains(local.writable, local.acl)
    # What makes ACLs ineffective: the bucket's block, the account's, or an owner that ignores them.
    acls_off = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.bucket }) :
      block.ignore_public_acls == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) : block.ignore_public_acls == true
      ]) || core::anytrue([
      for controls in core::getresources("aws_s3_bucket_ownership_controls", { bucket = attrs.bucket }) :
      core::try(controls.rule[0].object_ownership, "") == "BucketOwnerEnforced"
    ])
  }
  enforce {
    condition     = local.is_private || local.is_writable || local.acls_off
    error_message = "the ACL lets everyone read the object"
  }
}

resource_policy "aws_s3_object" "writable" {
  locals {
    acl         = cloud::given(attrs.acl, null)
    is_writable = core::contains(local.writable, local.acl)
    # What makes ACLs ineffective: the bucket's block, the account's, or an owner that ignores them.
    acls_off = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.bucket }) :
      block.ignore_public_acls == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) : block.ignore_public_acls == true
      ]) || core::anytrue([
      for controls in core::getresources("aws_s3_bucket_ownership_controls", { bucket = attrs.bucket }) :
      core::try(controls.rule[0].object_ownership, "") == "BucketOwnerEnforced"
    ])
  }
  enforce {
    condition     = !local.is_writable || local.acls_off
    error_message = "the ACL lets everyone change the object"
  }
}

resource_policy "aws_s3_object" "neutralised" {
  locals {
    acl        = cloud::given(attrs.acl, null)
    is_private = !core::contains(local.readable, local.acl) && !core::contains(local.writable, local.acl)
    # What makes ACLs ineffective: the bucket's block, the account's, or an owner that ignores them.
    acls_off = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.bucket }) :
      block.ignore_public_acls == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) : block.ignore_public_acls == true
      ]) || core::anytrue([
      for controls in core::getresources("aws_s3_bucket_ownership_controls", { bucket = attrs.bucket }) :
      core::try(controls.rule[0].object_ownership, "") == "BucketOwnerEnforced"
    ])
  }
  enforce {
    condition     = local.is_private || !local.acls_off
    error_message = "the ACL is public; something else makes it ineffective today"
  }
}

resource_policy "aws_s3_bucket_object" "readable" {
  locals {
    acl         = cloud::given(attrs.acl, null)
    is_private  = !core::contains(local.readable, local.acl) && !core::contains(local.writable, local.acl)
    is_writable = core::contains(local.writable, local.acl)
    # What makes ACLs ineffective: the bucket's block, the account's, or an owner that ignores them.
    acls_off = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.bucket }) :
      block.ignore_public_acls == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) : block.ignore_public_acls == true
      ]) || core::anytrue([
      for controls in core::getresources("aws_s3_bucket_ownership_controls", { bucket = attrs.bucket }) :
      core::try(controls.rule[0].object_ownership, "") == "BucketOwnerEnforced"
    ])
  }
  enforce {
    condition     = local.is_private || local.is_writable || local.acls_off
    error_message = "the ACL lets everyone read the object"
  }
}

resource_policy "aws_s3_bucket_object" "writable" {
  locals {
    acl         = cloud::given(attrs.acl, null)
    is_writable = core::contains(local.writable, local.acl)
    # What makes ACLs ineffective: the bucket's block, the account's, or an owner that ignores them.
    acls_off = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.bucket }) :
      block.ignore_public_acls == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) : block.ignore_public_acls == true
      ]) || core::anytrue([
      for controls in core::getresources("aws_s3_bucket_ownership_controls", { bucket = attrs.bucket }) :
      core::try(controls.rule[0].object_ownership, "") == "BucketOwnerEnforced"
    ])
  }
  enforce {
    condition     = !local.is_writable || local.acls_off
    error_message = "the ACL lets everyone change the object"
  }
}

resource_policy "aws_s3_bucket_object" "neutralised" {
  locals {
    acl        = cloud::given(attrs.acl, null)
    is_private = !core::contains(local.readable, local.acl) && !core::contains(local.writable, local.acl)
    # What makes ACLs ineffective: the bucket's block, the account's, or an owner that ignores them.
    acls_off = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.bucket }) :
      block.ignore_public_acls == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) : block.ignore_public_acls == true
      ]) || core::anytrue([
      for controls in core::getresources("aws_s3_bucket_ownership_controls", { bucket = attrs.bucket }) :
      core::try(controls.rule[0].object_ownership, "") == "BucketOwnerEnforced"
    ])
  }
  enforce {
    condition     = local.is_private || !local.acls_off
    error_message = "the ACL is public; something else makes it ineffective today"
  }
}

resource_policy "aws_s3_bucket_policy" "readable" {
  locals {
    document    = core::try(core::jsondecode(attrs.policy), null)
    is_private  = core::length(cloud::aws_public_principals(local.document)) == 0
    is_writable = core::length(cloud::aws_public_principals(local.document, local.writes)) > 0
    # What makes public policies ineffective.
    restricted = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.bucket }) :
      block.restrict_public_buckets == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) :
      block.restrict_public_buckets == true
    ])
  }
  enforce {
    condition     = local.is_private || local.is_writable || local.restricted
    error_message = "the policy opens the bucket to everyone"
  }
}

resource_policy "aws_s3_bucket_policy" "writable" {
  locals {
    document    = core::try(core::jsondecode(attrs.policy), null)
    is_writable = core::length(cloud::aws_public_principals(local.document, local.writes)) > 0
    # What makes public policies ineffective.
    restricted = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.bucket }) :
      block.restrict_public_buckets == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) :
      block.restrict_public_buckets == true
    ])
  }
  enforce {
    condition     = !local.is_writable || local.restricted
    error_message = "the policy lets everyone change the bucket"
  }
}

resource_policy "aws_s3_bucket_policy" "neutralised" {
  locals {
    document   = core::try(core::jsondecode(attrs.policy), null)
    is_private = core::length(cloud::aws_public_principals(local.document)) == 0
    # What makes public policies ineffective.
    restricted = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.bucket }) :
      block.restrict_public_buckets == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) :
      block.restrict_public_buckets == true
    ])
  }
  enforce {
    condition     = local.is_private || !local.restricted
    error_message = "the policy is public; a public access block makes it ineffective today"
  }
}

# Buckets of old configurations carry ACL and policy themselves.

resource_policy "aws_s3_bucket" "readable" {
  locals {
    acl    = cloud::given(attrs.acl, null)
    grants = local.acl != null ? [] : cloud::given(attrs.grant, [])
    acl_private = !core::contains(local.readable, local.acl) && !core::contains(local.writable, local.acl) && core::alltrue([
      for grant in local.grants : !core::contains(local.everyone, grant.uri)
    ])
    acl_writable = core::contains(local.writable, local.acl) || core::anytrue([
      for grant in local.grants : core::contains(local.everyone, grant.uri) && core::anytrue([
        for change in local.changes : core::contains(grant.permissions, change)
      ])
    ])
    # What makes ACLs ineffective: the bucket's block, the account's, or an owner that ignores them.
    acls_off = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.id }) :
      block.ignore_public_acls == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) : block.ignore_public_acls == true
      ]) || core::anytrue([
      for controls in core::getresources("aws_s3_bucket_ownership_controls", { bucket = attrs.id }) :
      core::try(controls.rule[0].object_ownership, "") == "BucketOwnerEnforced"
    ])
    document        = core::try(core::jsondecode(cloud::given(attrs.policy, null)), null)
    policy_private  = core::length(cloud::aws_public_principals(local.document)) == 0
    policy_writable = core::length(cloud::aws_public_principals(local.document, local.writes)) > 0
    # What makes public policies ineffective.
    restricted = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.id }) :
      block.restrict_public_buckets == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) :
      block.restrict_public_buckets == true
    ])
  }
  enforce {
    condition     = local.acl_private || local.acl_writable || local.acls_off
    error_message = "the ACL lets everyone read the bucket"
  }
  enforce {
    condition     = local.policy_private || local.policy_writable || local.restricted
    error_message = "the policy opens the bucket to everyone"
  }
}

resource_policy "aws_s3_bucket" "writable" {
  locals {
    acl    = cloud::given(attrs.acl, null)
    grants = local.acl != null ? [] : cloud::given(attrs.grant, [])
    acl_writable = core::contains(local.writable, local.acl) || core::anytrue([
      for grant in local.grants : core::contains(local.everyone, grant.uri) && core::anytrue([
        for change in local.changes : core::contains(grant.permissions, change)
      ])
    ])
    # What makes ACLs ineffective: the bucket's block, the account's, or an owner that ignores them.
    acls_off = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.id }) :
      block.ignore_public_acls == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) : block.ignore_public_acls == true
      ]) || core::anytrue([
      for controls in core::getresources("aws_s3_bucket_ownership_controls", { bucket = attrs.id }) :
      core::try(controls.rule[0].object_ownership, "") == "BucketOwnerEnforced"
    ])
    document        = core::try(core::jsondecode(cloud::given(attrs.policy, null)), null)
    policy_writable = core::length(cloud::aws_public_principals(local.document, local.writes)) > 0
    # What makes public policies ineffective.
    restricted = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.id }) :
      block.restrict_public_buckets == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) :
      block.restrict_public_buckets == true
    ])
  }
  enforce {
    condition     = !local.acl_writable || local.acls_off
    error_message = "the ACL lets everyone change the bucket"
  }
  enforce {
    condition     = !local.policy_writable || local.restricted
    error_message = "the policy lets everyone change the bucket"
  }
}

resource_policy "aws_s3_bucket" "neutralised" {
  locals {
    acl    = cloud::given(attrs.acl, null)
    grants = local.acl != null ? [] : cloud::given(attrs.grant, [])
    acl_private = !core::contains(local.readable, local.acl) && !core::contains(local.writable, local.acl) && core::alltrue([
      for grant in local.grants : !core::contains(local.everyone, grant.uri)
    ])
    # What makes ACLs ineffective: the bucket's block, the account's, or an owner that ignores them.
    acls_off = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.id }) :
      block.ignore_public_acls == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) : block.ignore_public_acls == true
      ]) || core::anytrue([
      for controls in core::getresources("aws_s3_bucket_ownership_controls", { bucket = attrs.id }) :
      core::try(controls.rule[0].object_ownership, "") == "BucketOwnerEnforced"
    ])
    document       = core::try(core::jsondecode(cloud::given(attrs.policy, null)), null)
    policy_private = core::length(cloud::aws_public_principals(local.document)) == 0
    # What makes public policies ineffective.
    restricted = core::anytrue([
      for block in core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.id }) :
      block.restrict_public_buckets == true
      ]) || core::anytrue([
      for block in core::getresources("aws_s3_account_public_access_block", {}) :
      block.restrict_public_buckets == true
    ])
  }
  enforce {
    condition     = local.acl_private || !local.acls_off
    error_message = "the ACL is public; something else makes it ineffective today"
  }
  enforce {
    condition     = local.policy_private || !local.restricted
    error_message = "the policy is public; a public access block makes it ineffective today"
  }
}
