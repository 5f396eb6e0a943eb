policytest {
  targets = ["audit-config-exempts-members.policy.hcl"]
}

resource "google_project_iam_audit_config" "all" {
  attrs = { project = "p", service = "allServices", audit_log_config = [{ log_type = "DATA_READ" }, { log_type = "DATA_WRITE" }] }
}

resource "google_project_iam_audit_config" "exempted" {
  expect_failure = true
  attrs          = { project = "p", service = "allServices", audit_log_config = [{ log_type = "DATA_READ" }, { log_type = "DATA_WRITE", exempted_members = ["user:a@example.com"] }] }
}

resource "google_project_iam_audit_config" "not_known" {
  expect_failure = true
  attrs          = { project = "p", service = "allServices", audit_log_config = [{ log_type = "DATA_READ" }, { log_type = "DATA_WRITE", exempted_members = plugin::test::unknown() }] }
}

resource "google_organization_iam_audit_config" "exempted" {
  expect_failure = true
  attrs          = { org_id = "1", service = "allServices", audit_log_config = [{ log_type = "DATA_READ", exempted_members = ["user:a@example.com"] }] }
}

resource "google_folder_iam_audit_config" "exempted" {
  expect_failure = true
  attrs          = { folder = "folders/1", service = "allServices", audit_log_config = [{ log_type = "DATA_READ", exempted_members = ["user:a@example.com"] }] }
}

resource "google_folder_iam_audit_config" "all" {
  attrs = { folder = "folders/1", service = "allServices", audit_log_config = [{ log_type = "DATA_READ" }] }
}
