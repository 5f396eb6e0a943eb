policytest {
  targets = ["dataset-public.policy.hcl"]
}

resource "google_bigquery_dataset" "some" {
  attrs = { dataset_id = "d", access = [{ role = "READER", group_by_email = "a@example.com" }] }
}

resource "google_bigquery_dataset" "everyone" {
  expect_failure = true
  attrs          = { dataset_id = "d", access = [{ role = "OWNER", special_group = "projectOwners" }, { role = "READER", special_group = "allAuthenticatedUsers" }] }
}

resource "google_bigquery_dataset" "federated" {
  attrs = { dataset_id = "d", access = [{ role = "READER", iam_member = "principal://iam.googleapis.com/locations/global/workforcePools/p/subject/alice" }] }
}

resource "google_bigquery_dataset" "all_users" {
  expect_failure = true
  attrs          = { dataset_id = "d", access = [{ role = "READER", iam_member = "allUsers" }] }
}

resource "google_bigquery_dataset" "silent" {
  attrs = { dataset_id = "d" }
}

resource "google_bigquery_dataset" "not_known" {
  expect_failure = true
  attrs          = { dataset_id = "d", access = [{ role = "READER", special_group = plugin::test::unknown() }] }
}

resource "google_bigquery_dataset_iam_member" "everyone" {
  expect_failure = true
  attrs          = { dataset_id = "d", role = "roles/bigquery.dataViewer", member = "allUsers" }
}

resource "google_bigquery_dataset_iam_member" "some" {
  attrs = { dataset_id = "d", role = "roles/bigquery.dataViewer", member = "group:a@example.com" }
}

resource "google_bigquery_table_iam_binding" "everyone" {
  expect_failure = true
  attrs          = { dataset_id = "d", table_id = "t", role = "roles/bigquery.dataViewer", members = ["allUsers"] }
}

resource "google_bigquery_table_iam_policy" "nobody" {
  attrs = { dataset_id = "d", table_id = "t", policy_data = core::jsonencode({ bindings = [{ role = "roles/bigquery.dataViewer" }] }) }
}

resource "google_bigquery_dataset_access" "everyone" {
  expect_failure = true
  attrs          = { dataset_id = "d", role = "READER", special_group = "allAuthenticatedUsers" }
}

resource "google_bigquery_dataset_access" "some" {
  attrs = { dataset_id = "d", role = "READER", group_by_email = "a@example.com" }
}

resource "google_bigquery_dataset_iam_binding" "everyone" {
  expect_failure = true
  attrs          = { dataset_id = "d", role = "roles/bigquery.dataViewer", members = ["group:a@example.com", "allUsers"] }
}

resource "google_bigquery_dataset_iam_binding" "some" {
  attrs = { dataset_id = "d", role = "roles/bigquery.dataViewer", members = ["group:a@example.com"] }
}

resource "google_bigquery_dataset_iam_policy" "everyone" {
  expect_failure = true
  attrs          = { dataset_id = "d", policy_data = core::jsonencode({ bindings = [{ role = "roles/bigquery.dataViewer", members = ["allUsers"] }] }) }
}

resource "google_bigquery_dataset_iam_policy" "some" {
  attrs = { dataset_id = "d", policy_data = core::jsonencode({ bindings = [{ role = "roles/bigquery.dataViewer", members = ["group:a@example.com"] }] }) }
}

resource "google_bigquery_table_iam_member" "everyone" {
  expect_failure = true
  attrs          = { dataset_id = "d", table_id = "t", role = "roles/bigquery.dataViewer", member = "allAuthenticatedUsers" }
}

resource "google_bigquery_table_iam_member" "some" {
  attrs = { dataset_id = "d", table_id = "t", role = "roles/bigquery.dataViewer", member = "group:a@example.com" }
}

resource "google_bigquery_table_iam_policy" "everyone" {
  expect_failure = true
  attrs          = { dataset_id = "d", table_id = "t", policy_data = core::jsonencode({ bindings = [{ role = "roles/bigquery.dataViewer", members = ["allUsers"] }] }) }
}
