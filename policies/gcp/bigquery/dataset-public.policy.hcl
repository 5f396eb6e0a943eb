# ---
# id          = "gcp-bigquery-dataset-public"
# title       = "BigQuery dataset is open to everyone"
# severity    = "critical"
# theme       = "public-exposure"
# description = "Access is granted to `allUsers`, or to `allAuthenticatedUsers`, which is everyone with any Google account: they can read or change the tables."
# remediation = "grant to named groups and service accounts"
# aliases = {
#   checkov = ["CKV_GCP_15", "CKV_GCP_100"]
#   trivy   = ["GCP-0046"]
#   tfsec   = ["google-bigquery-no-public-access"]
#   kics    = ["bigquery_dataset_is_public"]
#   prowler = ["bigquery_dataset_public_access"]
# }
# frameworks = {
#   cis-gcp-3.0    = ["7.1"]
#   cis-gcp-4.0    = ["7.1"]
#   cis-gcp-5.0    = ["7.1"]
#   nist-800-53-r5 = ["AC-3", "AC-6", "AC-21", "SC-7"]
#   iso-27001-2022 = ["A.5.15", "A.8.3", "A.8.12"]
#   pci-dss-4.0    = ["1.3.1", "1.4.2"]
#   soc2           = ["CC6.1", "CC6.6"]
# }
# ---

policy {}

resource_policy "google_bigquery_dataset" "access" {
  enforce {
    condition = core::alltrue([
      for access in cloud::given(attrs.access, []) : core::length(cloud::public_members(access.special_group, core::try(access.iam_member, null))) == 0
    ])
    error_message = "the dataset is open to everyone"
  }
}

resource_policy "google_bigquery_dataset_access" "access" {
  enforce {
    condition     = core::length(cloud::public_members(attrs.special_group, core::try(attrs.iam_member, null))) == 0
    error_message = "the dataset is open to everyone"
  }
}

resource_policy "google_bigquery_dataset_iam_member" "member" {
  enforce {
    condition     = core::length(cloud::public_members(attrs.member)) == 0
    error_message = "the dataset is open to everyone"
  }
}

resource_policy "google_bigquery_dataset_iam_binding" "members" {
  enforce {
    condition     = core::length(cloud::public_members(attrs.members)) == 0
    error_message = "the dataset is open to everyone"
  }
}

resource_policy "google_bigquery_dataset_iam_policy" "policy" {
  enforce {
    condition = core::alltrue([
      for binding in core::try(core::jsondecode(attrs.policy_data).bindings, []) : core::length(cloud::public_members(core::try(binding.members, []))) == 0
    ])
    error_message = "the dataset is open to everyone"
  }
}

resource_policy "google_bigquery_table_iam_member" "member" {
  enforce {
    condition     = core::length(cloud::public_members(attrs.member)) == 0
    error_message = "the table is open to everyone"
  }
}

resource_policy "google_bigquery_table_iam_binding" "members" {
  enforce {
    condition     = core::length(cloud::public_members(attrs.members)) == 0
    error_message = "the table is open to everyone"
  }
}

resource_policy "google_bigquery_table_iam_policy" "policy" {
  enforce {
    condition = core::alltrue([
      for binding in core::try(core::jsondecode(attrs.policy_data).bindings, []) : core::length(cloud::public_members(core::try(binding.members, []))) == 0
    ])
    error_message = "the table is open to everyone"
  }
}
