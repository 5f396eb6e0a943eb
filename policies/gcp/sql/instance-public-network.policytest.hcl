policytest {
  targets = ["instance-public-network.policy.hcl"]
}

resource "google_sql_database_instance" "office" {
  attrs = { database_version = "POSTGRES_17", settings = [{ tier = "db-f1-micro", ip_configuration = [{ authorized_networks = [{ value = "198.51.100.0/24" }] }] }] }
}

resource "google_sql_database_instance" "everyone" {
  expect_failure = true
  attrs          = { database_version = "POSTGRES_17", settings = [{ tier = "db-f1-micro", ip_configuration = [{ authorized_networks = [{ value = "198.51.100.0/24" }, { value = "0.0.0.0/0" }] }] }] }
}

resource "google_sql_database_instance" "halves" {
  expect_failure = true
  attrs          = { database_version = "POSTGRES_17", settings = [{ tier = "db-f1-micro", ip_configuration = [{ authorized_networks = [{ value = "0.0.0.0/1" }, { value = "128.0.0.0/1" }] }] }] }
}

resource "google_sql_database_instance" "no_public_address" {
  attrs = { database_version = "POSTGRES_17", settings = [{ tier = "db-f1-micro", ip_configuration = [{ ipv4_enabled = false, authorized_networks = [{ value = "0.0.0.0/0" }] }] }] }
}

resource "google_sql_database_instance" "silent" {
  attrs = { database_version = "POSTGRES_17" }
}

resource "google_sql_database_instance" "not_known" {
  expect_failure = true
  attrs          = { database_version = "POSTGRES_17", settings = [{ tier = "db-f1-micro", ip_configuration = [{ authorized_networks = [{ value = plugin::test::unknown() }] }] }] }
}
