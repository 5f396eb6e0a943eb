policytest {
  targets = ["bucket-public.policy.hcl"]
}

resource "google_storage_bucket_iam_member" "one" {
  attrs = { bucket = "b", role = "roles/storage.objectViewer", member = "user:a@example.com" }
}

resource "google_storage_bucket_iam_member" "everyone" {
  expect_failure = true
  attrs          = { bucket = "b", role = "roles/storage.objectViewer", member = "allUsers" }
}

resource "google_storage_bucket_iam_member" "everyone_writes" {
  expect_failure = true
  attrs          = { bucket = "b", role = "roles/storage.objectAdmin", member = "allAuthenticatedUsers" }
}

resource "google_storage_bucket_iam_member" "prevented" {
  expect_failure = true
  attrs          = { bucket = "prevented", role = "roles/storage.objectViewer", member = "allUsers" }
}

resource "google_storage_bucket_iam_member" "not_known" {
  expect_failure = true
  attrs          = { bucket = "b", role = "roles/storage.objectViewer", member = plugin::test::unknown() }
}

resource "google_storage_bucket_iam_member" "not_known_role" {
  attrs = { bucket = "b", role = plugin::test::unknown(), member = "user:a@example.com" }
}

resource "google_storage_bucket_iam_binding" "everyone" {
  expect_failure = true
  attrs          = { bucket = "b", role = "roles/storage.objectViewer", members = ["user:a@example.com", "allUsers"] }
}

resource "google_storage_bucket_iam_binding" "some" {
  attrs = { bucket = "b", role = "roles/storage.objectViewer", members = ["user:a@example.com"] }
}

resource "google_storage_bucket_iam_policy" "everyone" {
  expect_failure = true
  attrs          = { bucket = "b", policy_data = core::jsonencode({ bindings = [{ role = "roles/storage.objectViewer", members = ["allUsers"] }] }) }
}

resource "google_storage_bucket_iam_policy" "some" {
  attrs = { bucket = "b", policy_data = core::jsonencode({ bindings = [{ role = "roles/storage.objectViewer", members = ["group:a@example.com"] }] }) }
}

resource "google_storage_bucket_iam_policy" "not_known" {
  expect_failure = true
  attrs          = { bucket = "b", policy_data = plugin::test::unknown() }
}

resource "google_storage_default_object_access_control" "everyone" {
  expect_failure = true
  attrs          = { bucket = "b", role = "READER", entity = "allUsers" }
}

resource "google_storage_default_object_access_control" "some" {
  attrs = { bucket = "b", role = "READER", entity = "group-a@example.com" }
}

resource "google_storage_default_object_access_control" "uniform" {
  expect_failure = true
  attrs          = { bucket = "uniform", role = "READER", entity = "allUsers" }
}

resource "google_storage_bucket_acl" "predefined" {
  expect_failure = true
  attrs          = { bucket = "b", predefined_acl = "publicRead" }
}

resource "google_storage_bucket_acl" "default" {
  expect_failure = true
  attrs          = { bucket = "b", predefined_acl = "private", default_acl = "publicRead" }
}

resource "google_storage_bucket_acl" "entity" {
  expect_failure = true
  attrs          = { bucket = "b", role_entity = ["OWNER:project-owners-1", "READER:allUsers"] }
}

resource "google_storage_bucket_acl" "private" {
  attrs = { bucket = "b", role_entity = ["OWNER:project-owners-1"] }
}

resource "google_storage_bucket" "b" {
  skip  = true
  attrs = { name = "b", location = "EU", public_access_prevention = "inherited", uniform_bucket_level_access = false }
}

resource "google_storage_bucket" "prevented" {
  skip  = true
  attrs = { name = "prevented", location = "EU", public_access_prevention = "enforced" }
}

resource "google_storage_bucket" "uniform" {
  skip  = true
  attrs = { name = "uniform", location = "EU", uniform_bucket_level_access = true }
}

resource "google_storage_bucket_access_control" "everyone" {
  expect_failure = true
  attrs          = { bucket = "b", role = "READER", entity = "allUsers" }
}

resource "google_storage_bucket_access_control" "everyone_owns" {
  expect_failure = true
  attrs          = { bucket = "b", role = "OWNER", entity = "allAuthenticatedUsers" }
}

resource "google_storage_bucket_access_control" "uniform" {
  expect_failure = true
  attrs          = { bucket = "uniform", role = "READER", entity = "allUsers" }
}

resource "google_storage_bucket_access_control" "some" {
  attrs = { bucket = "b", role = "READER", entity = "group-a@example.com" }
}

resource "google_storage_object_access_control" "everyone" {
  expect_failure = true
  attrs          = { bucket = "b", object = "o", role = "READER", entity = "allUsers" }
}

resource "google_storage_object_access_control" "everyone_owns" {
  expect_failure = true
  attrs          = { bucket = "b", object = "o", role = "OWNER", entity = "allAuthenticatedUsers" }
}

resource "google_storage_object_access_control" "uniform" {
  expect_failure = true
  attrs          = { bucket = "uniform", object = "o", role = "READER", entity = "allUsers" }
}

resource "google_storage_object_access_control" "some" {
  attrs = { bucket = "b", object = "o", role = "READER", entity = "group-a@example.com" }
}

resource "google_storage_default_object_acl" "everyone" {
  expect_failure = true
  attrs          = { bucket = "b", role_entity = ["READER:allUsers"] }
}

resource "google_storage_default_object_acl" "everyone_owns" {
  expect_failure = true
  attrs          = { bucket = "b", role_entity = ["OWNER:allUsers"] }
}

resource "google_storage_default_object_acl" "uniform" {
  expect_failure = true
  attrs          = { bucket = "uniform", role_entity = ["READER:allUsers"] }
}

resource "google_storage_default_object_acl" "some" {
  attrs = { bucket = "b", role_entity = ["READER:group-a@example.com"] }
}

resource "google_storage_object_acl" "everyone" {
  expect_failure = true
  attrs          = { bucket = "b", object = "o", role_entity = ["READER:allUsers"] }
}

resource "google_storage_object_acl" "everyone_owns" {
  expect_failure = true
  attrs          = { bucket = "b", object = "o", role_entity = ["OWNER:allUsers"] }
}

resource "google_storage_object_acl" "uniform" {
  expect_failure = true
  attrs          = { bucket = "uniform", object = "o", role_entity = ["READER:allUsers"] }
}

resource "google_storage_object_acl" "some" {
  attrs = { bucket = "b", object = "o", role_entity = ["READER:group-a@example.com"] }
}

resource "google_storage_object_acl" "predefined" {
  expect_failure = true
  attrs          = { bucket = "b", object = "o", predefined_acl = "publicRead" }
}
