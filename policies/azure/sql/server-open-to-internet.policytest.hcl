policytest {
  targets = ["server-open-to-internet.policy.hcl"]
}

resource "azurerm_mssql_firewall_rule" "everyone" {
  expect_failure = true
  attrs          = { name = "r", server_id = "/s", start_ip_address = "0.0.0.0", end_ip_address = "255.255.255.255" }
}

resource "azurerm_mssql_firewall_rule" "nearly_everyone" {
  expect_failure = true
  attrs          = { name = "r", server_id = "/s", start_ip_address = "0.0.0.1", end_ip_address = "255.255.255.254" }
}

resource "azurerm_mssql_firewall_rule" "office" {
  attrs = { name = "r", server_id = "/s", start_ip_address = "198.51.100.0", end_ip_address = "198.51.100.255" }
}

resource "azurerm_mssql_firewall_rule" "azure" {
  expect_failure = true
  attrs          = { name = "r", server_id = "/s", start_ip_address = "0.0.0.0", end_ip_address = "0.0.0.0" }
}

resource "azurerm_mssql_firewall_rule" "not_known" {
  expect_failure = true
  attrs          = { name = "r", server_id = "/s", start_ip_address = plugin::test::unknown(), end_ip_address = "198.51.100.255" }
}

resource "azurerm_postgresql_flexible_server_firewall_rule" "everyone" {
  expect_failure = true
  attrs          = { name = "r", server_id = "/s", start_ip_address = "0.0.0.0", end_ip_address = "255.255.255.255" }
}

resource "azurerm_postgresql_flexible_server_firewall_rule" "one" {
  attrs = { name = "r", server_id = "/s", start_ip_address = "198.51.100.7", end_ip_address = "198.51.100.7" }
}
