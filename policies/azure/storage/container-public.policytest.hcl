policytest {
  targets = ["container-public.policy.hcl"]
}

resource "azurerm_storage_container" "private" {
  attrs = { name = "c", storage_account_name = "open", container_access_type = "private" }
}

resource "azurerm_storage_container" "silent" {
  attrs = { name = "c", storage_account_name = "open" }
}

resource "azurerm_storage_container" "blob" {
  expect_failure = true
  attrs          = { name = "c", storage_account_name = "open", container_access_type = "blob" }
}

resource "azurerm_storage_container" "container" {
  expect_failure = true
  attrs          = { name = "c", storage_account_id = "/open", container_access_type = "container" }
}

resource "azurerm_storage_container" "closed_account" {
  expect_failure = true
  attrs          = { name = "c", storage_account_id = "/closed", container_access_type = "blob" }
}

resource "azurerm_storage_container" "not_known" {
  expect_failure = true
  attrs          = { name = "c", storage_account_name = "open", container_access_type = plugin::test::unknown() }
}

resource "azurerm_storage_container" "closed_beside" {
  expect_failure = true
  attrs          = { name = "c", storage_account_name = "beside", container_access_type = "container" }
}

resource "azurerm_storage_container" "closed_network" {
  expect_failure = true
  attrs          = { name = "c", storage_account_id = "/network", container_access_type = "blob" }
}

resource "azurerm_storage_account" "open" {
  skip  = true
  attrs = { id = "/open", name = "open", account_tier = "Standard", account_replication_type = "GRS", location = "westeurope", resource_group_name = "rg", allow_nested_items_to_be_public = true }
}

resource "azurerm_storage_account" "closed" {
  skip  = true
  attrs = { id = "/closed", name = "closed", account_tier = "Standard", account_replication_type = "GRS", location = "westeurope", resource_group_name = "rg", allow_nested_items_to_be_public = false }
}

resource "azurerm_storage_account" "beside" {
  skip  = true
  attrs = { id = "/beside", name = "beside", account_tier = "Standard", account_replication_type = "GRS", location = "westeurope", resource_group_name = "rg", allow_nested_items_to_be_public = true }
}

resource "azurerm_storage_account_network_rules" "beside" {
  skip  = true
  attrs = { storage_account_id = "/beside", default_action = "Deny", ip_rules = ["198.51.100.0/24"] }
}

resource "azurerm_storage_account" "network" {
  skip  = true
  attrs = { id = "/network", name = "network", account_tier = "Standard", account_replication_type = "GRS", location = "westeurope", resource_group_name = "rg", allow_nested_items_to_be_public = true, network_rules = [{ default_action = "Deny" }] }
}
