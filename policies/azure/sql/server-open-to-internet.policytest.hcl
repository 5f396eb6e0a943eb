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

resource "azurerm_mssql_firewall_rule" "closed_server" {
  expect_failure = true
  attrs          = { name = "r", server_id = "/closed", start_ip_address = "0.0.0.0", end_ip_address = "255.255.255.255" }
}

resource "azurerm_mssql_firewall_rule" "office_of_closed_server" {
  attrs = { name = "r", server_id = "/closed", start_ip_address = "198.51.100.7", end_ip_address = "198.51.100.7" }
}

resource "azurerm_mysql_flexible_server_firewall_rule" "everyone" {
  expect_failure = true
  attrs          = { name = "r", server_name = "open", resource_group_name = "rg", start_ip_address = "0.0.0.0", end_ip_address = "127.255.255.255" }
}

resource "azurerm_mssql_server" "closed" {
  skip  = true
  attrs = { id = "/closed", name = "closed", resource_group_name = "rg", location = "westeurope", version = "12.0", public_network_access_enabled = false }
}

resource "azurerm_mysql_flexible_server" "open" {
  skip  = true
  attrs = { id = "/open", name = "open", resource_group_name = "rg", location = "westeurope", public_network_access = plugin::test::unknown() }
}

resource "azurerm_sql_firewall_rule" "everyone" {
  expect_failure = true
  attrs          = { name = "r", server_name = "s", resource_group_name = "rg", start_ip_address = "0.0.0.0", end_ip_address = "255.255.255.255" }
}

resource "azurerm_sql_firewall_rule" "azure" {
  expect_failure = true
  attrs          = { name = "r", server_name = "s", resource_group_name = "rg", start_ip_address = "0.0.0.0", end_ip_address = "0.0.0.0" }
}

resource "azurerm_sql_firewall_rule" "one" {
  attrs = { name = "r", server_name = "s", resource_group_name = "rg", start_ip_address = "198.51.100.7", end_ip_address = "198.51.100.7" }
}

resource "azurerm_postgresql_firewall_rule" "everyone" {
  expect_failure = true
  attrs          = { name = "r", server_name = "s", resource_group_name = "rg", start_ip_address = "0.0.0.0", end_ip_address = "255.255.255.255" }
}

resource "azurerm_postgresql_firewall_rule" "azure" {
  expect_failure = true
  attrs          = { name = "r", server_name = "s", resource_group_name = "rg", start_ip_address = "0.0.0.0", end_ip_address = "0.0.0.0" }
}

resource "azurerm_postgresql_firewall_rule" "one" {
  attrs = { name = "r", server_name = "s", resource_group_name = "rg", start_ip_address = "198.51.100.7", end_ip_address = "198.51.100.7" }
}

resource "azurerm_mysql_firewall_rule" "everyone" {
  expect_failure = true
  attrs          = { name = "r", server_name = "s", resource_group_name = "rg", start_ip_address = "0.0.0.0", end_ip_address = "255.255.255.255" }
}

resource "azurerm_mysql_firewall_rule" "azure" {
  expect_failure = true
  attrs          = { name = "r", server_name = "s", resource_group_name = "rg", start_ip_address = "0.0.0.0", end_ip_address = "0.0.0.0" }
}

resource "azurerm_mysql_firewall_rule" "one" {
  attrs = { name = "r", server_name = "s", resource_group_name = "rg", start_ip_address = "198.51.100.7", end_ip_address = "198.51.100.7" }
}

resource "azurerm_mariadb_firewall_rule" "everyone" {
  expect_failure = true
  attrs          = { name = "r", server_name = "s", resource_group_name = "rg", start_ip_address = "0.0.0.0", end_ip_address = "255.255.255.255" }
}

resource "azurerm_mariadb_firewall_rule" "azure" {
  expect_failure = true
  attrs          = { name = "r", server_name = "s", resource_group_name = "rg", start_ip_address = "0.0.0.0", end_ip_address = "0.0.0.0" }
}

resource "azurerm_mariadb_firewall_rule" "one" {
  attrs = { name = "r", server_name = "s", resource_group_name = "rg", start_ip_address = "198.51.100.7", end_ip_address = "198.51.100.7" }
}
