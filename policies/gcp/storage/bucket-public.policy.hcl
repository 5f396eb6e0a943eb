# ---
# id          = "gcp-storage-bucket-public"
# title       = "Cloud Storage bucket is open to everyone"
# severity    = "high"
# theme       = "public-exposure"
# description = "A role or ACL is granted to `allUsers`, or to `allAuthenticatedUsers`, which is everyone with any Google account. Where public access prevention is enforced the grant is told as info: remove it, because the guard may go first."
# remediation = "grant to named groups and service accounts; set `public_access_prevention = \"enforced\"` and `uniform_bucket_level_access = true` on the bucket"
# parts = {
#   writable = { severity = "critical", title = "Cloud Storage bucket can be changed by everyone" }
#   neutralised = { severity = "info", title = "Cloud Storage bucket has a public grant that something else makes ineffective" }
# }
# aliases = {
#   checkov = ["CKV_GCP_28"]
#   trivy   = ["GCP-0001"]
#   tfsec   = ["google-storage-no-public-access"]
#   kics    = ["cloud_storage_bucket_is_publicly_accessible"]
#   prowler = ["cloudstorage_bucket_public_access"]
# }
# frameworks = {
#   cis-gcp-5.0    = ["5.1", "5.2"]
#   nist-800-53-r5 = ["AC-3", "AC-6", "AC-21", "SC-7"]
#   iso-27001-2022 = ["A.5.15", "A.8.3", "A.8.12"]
#   pci-dss-4.0    = ["1.3.1", "1.4.2"]
#   soc2           = ["CC6.1", "CC6.6"]
# }
# ---

policy {}

locals {
  # Roles that change what is stored or who may reach it.
  writing_roles = [
    "roles/storage.admin", "roles/storage.objectAdmin", "roles/storage.objectCreator", "roles/storage.objectUser",
    "roles/storage.legacyBucketOwner", "roles/storage.legacyBucketWriter", "roles/storage.legacyObjectOwner",
    "roles/owner", "roles/editor",
  ]
}

resource_policy "google_storage_bucket_iam_member" "readable" {
  locals {
    is_private  = core::length(cloud::public_members(attrs.member)) == 0
    is_writable = core::contains(local.writing_roles, attrs.role)
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced"
    ])
  }

  enforce {
    condition     = local.is_private || local.is_writable || local.prevented
    error_message = "everyone is granted access to the bucket"
  }
}

resource_policy "google_storage_bucket_iam_member" "writable" {
  locals {
    is_private  = core::length(cloud::public_members(attrs.member)) == 0
    is_writable = core::contains(local.writing_roles, attrs.role)
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced"
    ])
  }

  enforce {
    condition     = local.is_private || !local.is_writable || local.prevented
    error_message = "everyone is granted a role that changes the bucket"
  }
}

resource_policy "google_storage_bucket_iam_member" "neutralised" {
  locals {
    is_private = core::length(cloud::public_members(attrs.member)) == 0
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced"
    ])
  }

  enforce {
    condition     = local.is_private || !local.prevented
    error_message = "everyone is granted access; the bucket prevents it today"
  }
}

resource_policy "google_storage_bucket_iam_binding" "readable" {
  locals {
    is_private  = core::length(cloud::public_members(attrs.members)) == 0
    is_writable = core::contains(local.writing_roles, attrs.role)
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced"
    ])
  }

  enforce {
    condition     = local.is_private || local.is_writable || local.prevented
    error_message = "everyone is granted access to the bucket"
  }
}

resource_policy "google_storage_bucket_iam_binding" "writable" {
  locals {
    is_private  = core::length(cloud::public_members(attrs.members)) == 0
    is_writable = core::contains(local.writing_roles, attrs.role)
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced"
    ])
  }

  enforce {
    condition     = local.is_private || !local.is_writable || local.prevented
    error_message = "everyone is granted a role that changes the bucket"
  }
}

resource_policy "google_storage_bucket_iam_binding" "neutralised" {
  locals {
    is_private = core::length(cloud::public_members(attrs.members)) == 0
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced"
    ])
  }

  enforce {
    condition     = local.is_private || !local.prevented
    error_message = "everyone is granted access; the bucket prevents it today"
  }
}

resource_policy "google_storage_bucket_iam_policy" "readable" {
  locals {
    is_private = core::alltrue([
      for binding in local.bindings : core::length(cloud::public_members(core::try(binding.members, []))) == 0
    ])
    is_writable = core::anytrue([
      for binding in local.bindings :
      core::length(cloud::public_members(core::try(binding.members, []))) > 0 && core::contains(local.writing_roles, binding.role)
    ])
    bindings = core::try(core::jsondecode(attrs.policy_data).bindings, [])
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced"
    ])
  }

  enforce {
    condition     = local.is_private || local.is_writable || local.prevented
    error_message = "everyone is granted access to the bucket"
  }
}

resource_policy "google_storage_bucket_iam_policy" "writable" {
  locals {
    is_private = core::alltrue([
      for binding in local.bindings : core::length(cloud::public_members(core::try(binding.members, []))) == 0
    ])
    is_writable = core::anytrue([
      for binding in local.bindings :
      core::length(cloud::public_members(core::try(binding.members, []))) > 0 && core::contains(local.writing_roles, binding.role)
    ])
    bindings = core::try(core::jsondecode(attrs.policy_data).bindings, [])
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced"
    ])
  }

  enforce {
    condition     = local.is_private || !local.is_writable || local.prevented
    error_message = "everyone is granted a role that changes the bucket"
  }
}

resource_policy "google_storage_bucket_iam_policy" "neutralised" {
  locals {
    is_private = core::alltrue([
      for binding in local.bindings : core::length(cloud::public_members(core::try(binding.members, []))) == 0
    ])
    bindings = core::try(core::jsondecode(attrs.policy_data).bindings, [])
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced"
    ])
  }

  enforce {
    condition     = local.is_private || !local.prevented
    error_message = "everyone is granted access; the bucket prevents it today"
  }
}

resource_policy "google_storage_bucket_access_control" "readable" {
  locals {
    is_private  = core::length(cloud::public_members(attrs.entity)) == 0
    is_writable = core::contains(["WRITER", "OWNER"], attrs.role)
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || local.is_writable || local.prevented
    error_message = "everyone is granted access to the bucket"
  }
}

resource_policy "google_storage_bucket_access_control" "writable" {
  locals {
    is_private  = core::length(cloud::public_members(attrs.entity)) == 0
    is_writable = core::contains(["WRITER", "OWNER"], attrs.role)
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || !local.is_writable || local.prevented
    error_message = "everyone is granted a role that changes the bucket"
  }
}

resource_policy "google_storage_bucket_access_control" "neutralised" {
  locals {
    is_private = core::length(cloud::public_members(attrs.entity)) == 0
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || !local.prevented
    error_message = "everyone is granted access; the bucket prevents it today"
  }
}

resource_policy "google_storage_default_object_access_control" "readable" {
  locals {
    is_private  = core::length(cloud::public_members(attrs.entity)) == 0
    is_writable = core::contains(["WRITER", "OWNER"], attrs.role)
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || local.is_writable || local.prevented
    error_message = "everyone is granted access to the bucket"
  }
}

resource_policy "google_storage_default_object_access_control" "writable" {
  locals {
    is_private  = core::length(cloud::public_members(attrs.entity)) == 0
    is_writable = core::contains(["WRITER", "OWNER"], attrs.role)
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || !local.is_writable || local.prevented
    error_message = "everyone is granted a role that changes the bucket"
  }
}

resource_policy "google_storage_default_object_access_control" "neutralised" {
  locals {
    is_private = core::length(cloud::public_members(attrs.entity)) == 0
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || !local.prevented
    error_message = "everyone is granted access; the bucket prevents it today"
  }
}

resource_policy "google_storage_object_access_control" "readable" {
  locals {
    is_private  = core::length(cloud::public_members(attrs.entity)) == 0
    is_writable = core::contains(["WRITER", "OWNER"], attrs.role)
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || local.is_writable || local.prevented
    error_message = "everyone is granted access to the bucket"
  }
}

resource_policy "google_storage_object_access_control" "writable" {
  locals {
    is_private  = core::length(cloud::public_members(attrs.entity)) == 0
    is_writable = core::contains(["WRITER", "OWNER"], attrs.role)
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || !local.is_writable || local.prevented
    error_message = "everyone is granted a role that changes the bucket"
  }
}

resource_policy "google_storage_object_access_control" "neutralised" {
  locals {
    is_private = core::length(cloud::public_members(attrs.entity)) == 0
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || !local.prevented
    error_message = "everyone is granted access; the bucket prevents it today"
  }
}

resource_policy "google_storage_bucket_acl" "readable" {
  locals {
    is_private = core::length(cloud::public_members(cloud::given(attrs.role_entity, []))) == 0 && core::alltrue([
      for acl in [core::try(attrs.predefined_acl, null), core::try(attrs.default_acl, null)] :
      !core::contains(["publicRead", "publicReadWrite", "authenticatedRead"], acl)
    ])
    is_writable = core::try(attrs.predefined_acl, null) == "publicReadWrite" || core::anytrue([
      for entity in cloud::public_members(cloud::given(attrs.role_entity, [])) : !core::startswith(entity, "READER:")
    ])
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || local.is_writable || local.prevented
    error_message = "everyone is granted access to the bucket"
  }
}

resource_policy "google_storage_bucket_acl" "writable" {
  locals {
    is_private = core::length(cloud::public_members(cloud::given(attrs.role_entity, []))) == 0 && core::alltrue([
      for acl in [core::try(attrs.predefined_acl, null), core::try(attrs.default_acl, null)] :
      !core::contains(["publicRead", "publicReadWrite", "authenticatedRead"], acl)
    ])
    is_writable = core::try(attrs.predefined_acl, null) == "publicReadWrite" || core::anytrue([
      for entity in cloud::public_members(cloud::given(attrs.role_entity, [])) : !core::startswith(entity, "READER:")
    ])
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || !local.is_writable || local.prevented
    error_message = "everyone is granted a role that changes the bucket"
  }
}

resource_policy "google_storage_bucket_acl" "neutralised" {
  locals {
    is_private = core::length(cloud::public_members(cloud::given(attrs.role_entity, []))) == 0 && core::alltrue([
      for acl in [core::try(attrs.predefined_acl, null), core::try(attrs.default_acl, null)] :
      !core::contains(["publicRead", "publicReadWrite", "authenticatedRead"], acl)
    ])
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || !local.prevented
    error_message = "everyone is granted access; the bucket prevents it today"
  }
}

resource_policy "google_storage_default_object_acl" "readable" {
  locals {
    is_private = core::length(cloud::public_members(cloud::given(attrs.role_entity, []))) == 0
    is_writable = core::anytrue([
      for entity in cloud::public_members(cloud::given(attrs.role_entity, [])) : !core::startswith(entity, "READER:")
    ])
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || local.is_writable || local.prevented
    error_message = "everyone is granted access to the bucket"
  }
}

resource_policy "google_storage_default_object_acl" "writable" {
  locals {
    is_private = core::length(cloud::public_members(cloud::given(attrs.role_entity, []))) == 0
    is_writable = core::anytrue([
      for entity in cloud::public_members(cloud::given(attrs.role_entity, [])) : !core::startswith(entity, "READER:")
    ])
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || !local.is_writable || local.prevented
    error_message = "everyone is granted a role that changes the bucket"
  }
}

resource_policy "google_storage_default_object_acl" "neutralised" {
  locals {
    is_private = core::length(cloud::public_members(cloud::given(attrs.role_entity, []))) == 0
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || !local.prevented
    error_message = "everyone is granted access; the bucket prevents it today"
  }
}

resource_policy "google_storage_object_acl" "readable" {
  locals {
    is_private = core::length(cloud::public_members(cloud::given(attrs.role_entity, []))) == 0 && !core::contains(["publicRead", "publicReadWrite", "authenticatedRead"], core::try(attrs.predefined_acl, null))
    is_writable = core::try(attrs.predefined_acl, null) == "publicReadWrite" || core::anytrue([
      for entity in cloud::public_members(cloud::given(attrs.role_entity, [])) : !core::startswith(entity, "READER:")
    ])
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || local.is_writable || local.prevented
    error_message = "everyone is granted access to the bucket"
  }
}

resource_policy "google_storage_object_acl" "writable" {
  locals {
    is_private = core::length(cloud::public_members(cloud::given(attrs.role_entity, []))) == 0 && !core::contains(["publicRead", "publicReadWrite", "authenticatedRead"], core::try(attrs.predefined_acl, null))
    is_writable = core::try(attrs.predefined_acl, null) == "publicReadWrite" || core::anytrue([
      for entity in cloud::public_members(cloud::given(attrs.role_entity, [])) : !core::startswith(entity, "READER:")
    ])
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || !local.is_writable || local.prevented
    error_message = "everyone is granted a role that changes the bucket"
  }
}

resource_policy "google_storage_object_acl" "neutralised" {
  locals {
    is_private = core::length(cloud::public_members(cloud::given(attrs.role_entity, []))) == 0 && !core::contains(["publicRead", "publicReadWrite", "authenticatedRead"], core::try(attrs.predefined_acl, null))
    prevented = core::anytrue([
      for bucket in core::getresources("google_storage_bucket", { name = attrs.bucket }) :
      cloud::given(bucket.public_access_prevention, "inherited") == "enforced" || cloud::given(bucket.uniform_bucket_level_access, false) == true
    ])
  }

  enforce {
    condition     = local.is_private || !local.prevented
    error_message = "everyone is granted access; the bucket prevents it today"
  }
}
