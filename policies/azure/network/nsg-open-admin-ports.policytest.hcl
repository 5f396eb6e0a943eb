policytest {
  targets = ["nsg-open-admin-ports.policy.hcl"]
}

resource "azurerm_network_security_rule" "zero" {
  expect_failure = true
  attrs          = { resource_group_name = "rg", network_security_group_name = "a", name = "ssh", priority = 100, direction = "Inbound", access = "Allow", protocol = "Tcp", source_port_range = "*", destination_port_range = "22", source_address_prefix = "0.0.0.0/0", destination_address_prefix = "*" }
}

resource "azurerm_network_security_rule" "internet" {
  expect_failure = true
  attrs          = { resource_group_name = "rg", network_security_group_name = "a", name = "ssh", priority = 100, direction = "Inbound", access = "Allow", protocol = "Tcp", source_port_range = "*", source_address_prefix = "Internet", destination_address_prefix = "*", destination_port_ranges = ["20-25", "443"] }
}

resource "azurerm_network_security_rule" "web" {
  attrs = { resource_group_name = "rg", network_security_group_name = "a", name = "web", priority = 100, direction = "Inbound", access = "Allow", protocol = "Tcp", source_port_range = "*", destination_port_range = "443", source_address_prefix = "*", destination_address_prefix = "*" }
}

resource "azurerm_network_security_rule" "office" {
  attrs = { resource_group_name = "rg", network_security_group_name = "a", name = "ssh", priority = 100, direction = "Inbound", access = "Allow", protocol = "Tcp", source_port_range = "*", destination_port_range = "22", source_address_prefix = "198.51.100.0/24", destination_address_prefix = "*" }
}

resource "azurerm_network_security_rule" "outbound" {
  attrs = { resource_group_name = "rg", network_security_group_name = "a", name = "ssh", priority = 100, direction = "Outbound", access = "Allow", protocol = "Tcp", source_port_range = "*", destination_port_range = "22", source_address_prefix = "*", destination_address_prefix = "*" }
}

resource "azurerm_network_security_rule" "everything" {
  expect_failure = true
  attrs          = { resource_group_name = "rg", network_security_group_name = "a", name = "all", priority = 100, direction = "Inbound", access = "Allow", protocol = "*", source_port_range = "*", destination_port_range = "*", source_address_prefix = "*", destination_address_prefix = "*" }
}

resource "azurerm_network_security_rule" "not_known" {
  expect_failure = true
  attrs          = { resource_group_name = "rg", network_security_group_name = "a", name = "ssh", priority = 100, direction = "Inbound", source_address_prefix = plugin::test::unknown(), access = "Allow", protocol = "Tcp", source_port_range = "*", destination_port_range = "22", destination_address_prefix = "*" }
}

resource "azurerm_network_security_rule" "deny" {
  attrs = { resource_group_name = "rg", network_security_group_name = "shadow", name = "deny", priority = 100, direction = "Inbound", access = "Deny", protocol = "*", source_port_range = "*", destination_port_range = "22", source_address_prefix = "*", destination_address_prefix = "*" }
}

resource "azurerm_network_security_rule" "shadowed" {
  attrs = { resource_group_name = "rg", network_security_group_name = "shadow", name = "ssh", priority = 200, direction = "Inbound", access = "Allow", protocol = "Tcp", source_port_range = "*", destination_port_range = "22", source_address_prefix = "*", destination_address_prefix = "*" }
}

resource "azurerm_network_security_group" "shadowed" {
  attrs = { name = "nsg", location = "westeurope", resource_group_name = "rg", security_rule = [{ name = "deny", priority = 100, direction = "Inbound", access = "Deny", protocol = "*", source_port_range = "*", destination_port_range = "22", source_address_prefix = "*", destination_address_prefix = "*" }, { name = "range", priority = 200, direction = "Inbound", access = "Allow", protocol = "Tcp", source_port_range = "*", destination_port_range = "20-25", source_address_prefix = "*", destination_address_prefix = "*" }, { name = "web", priority = 300, direction = "Inbound", access = "Allow", protocol = "Tcp", source_port_range = "*", destination_port_range = "443", source_address_prefix = "*", destination_address_prefix = "*" }] }
}

resource "azurerm_network_security_group" "late_deny" {
  expect_failure = true
  attrs          = { name = "nsg", location = "westeurope", resource_group_name = "rg", security_rule = [{ name = "deny", priority = 300, direction = "Inbound", access = "Deny", protocol = "*", source_port_range = "*", destination_port_range = "22", source_address_prefix = "*", destination_address_prefix = "*" }, { name = "range", priority = 200, direction = "Inbound", access = "Allow", protocol = "Tcp", source_port_range = "*", destination_port_range = "22", source_address_prefix = "*", destination_address_prefix = "*" }] }
}

resource "azurerm_network_security_group" "second" {
  expect_failure = true
  attrs          = { name = "nsg", location = "westeurope", resource_group_name = "rg", security_rule = [{ name = "web", priority = 100, direction = "Inbound", access = "Allow", protocol = "Tcp", source_port_range = "*", destination_port_range = "443", source_address_prefix = "*", destination_address_prefix = "*" }, { name = "rdp", priority = 200, direction = "Inbound", access = "Allow", protocol = "*", source_port_range = "*", destination_port_range = "3389", source_address_prefix = "Any", destination_address_prefix = "*" }] }
}

resource "azurerm_network_security_rule" "other_group" {
  expect_failure = true
  attrs          = { resource_group_name = "other", network_security_group_name = "shadow", name = "ssh", priority = 200, direction = "Inbound", access = "Allow", protocol = "Tcp", source_port_range = "*", destination_port_range = "22", source_address_prefix = "*", destination_address_prefix = "*" }
}

resource "azurerm_network_security_group" "denied_elsewhere" {
  expect_failure = true
  attrs          = { name = "nsg", location = "westeurope", resource_group_name = "rg", security_rule = [{ name = "deny", priority = 100, direction = "Inbound", access = "Deny", protocol = "*", source_port_range = "*", destination_port_range = "22", source_address_prefix = "*", destination_address_prefixes = ["10.1.2.0/24"] }, { name = "ssh", priority = 200, direction = "Inbound", access = "Allow", protocol = "Tcp", source_port_range = "*", destination_port_range = "22", source_address_prefix = "*", destination_address_prefixes = ["10.1.1.0/24"] }] }
}
