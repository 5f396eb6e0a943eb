# ---
# id          = "gcp-iam-audit-config-exempts-members"
# title       = "Audit logs leave some members out"
# severity    = "medium"
# theme       = "logging-monitoring"
# description = "What the exempted members read or change leaves no data access log: their accounts are the ones to steal."
# remediation = "remove `exempted_members`"
# aliases = {
#   checkov = ["CKV2_GCP_5"]
#   trivy   = ["GCP-0079"]
#   kics    = ["iam_audit_not_properly_configured"]
#   prowler = ["iam_audit_logs_enabled"]
# }
# frameworks = {
#   cis-gcp-3.0    = ["2.1"]
#   cis-gcp-4.0    = ["2.1"]
#   cis-gcp-5.0    = ["2.1"]
#   nist-800-53-r5 = ["AU-2", "AU-3", "AU-9", "AU-12"]
#   iso-27001-2022 = ["A.8.15"]
#   pci-dss-4.0    = ["10.2.1", "10.3.2", "10.3.4"]
#   soc2           = ["CC7.2"]
# }
# ---

policy {}

resource_policy "google_project_iam_audit_config" "exempted" {
  locals {
    exempted = core::flatten([for log in attrs.audit_log_config : log.exempted_members == null ? [] : [for member in log.exempted_members : member]])
  }

  enforce {
    condition     = core::length(local.exempted) == 0
    error_message = "members are left out of the audit log"
  }
}

resource_policy "google_folder_iam_audit_config" "exempted" {
  locals {
    exempted = core::flatten([for log in attrs.audit_log_config : log.exempted_members == null ? [] : [for member in log.exempted_members : member]])
  }

  enforce {
    condition     = core::length(local.exempted) == 0
    error_message = "members are left out of the audit log"
  }
}

resource_policy "google_organization_iam_audit_config" "exempted" {
  locals {
    exempted = core::flatten([for log in attrs.audit_log_config : log.exempted_members == null ? [] : [for member in log.exempted_members : member]])
  }

  enforce {
    condition     = core::length(local.exempted) == 0
    error_message = "members are left out of the audit log"
  }
}
