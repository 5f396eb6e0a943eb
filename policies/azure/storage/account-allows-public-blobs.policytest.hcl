policytest {
  targets = ["account-allows-public-blobs.policy.hcl"]
}

resource "azurerm_storage_account" "off" {
  attrs = { name = "a", account_tier = "Standard", account_replication_type = "GRS", location = "westeurope", resource_group_name = "rg", allow_nested_items_to_be_public = false }
}

resource "azurerm_storage_account" "on" {
  expect_failure = true
  attrs          = { name = "a", account_tier = "Standard", account_replication_type = "GRS", location = "westeurope", resource_group_name = "rg", allow_nested_items_to_be_public = true }
}

resource "azurerm_storage_account" "not_known" {
  expect_failure = true
  attrs          = { name = "a", account_tier = "Standard", account_replication_type = "GRS", location = "westeurope", resource_group_name = "rg", allow_nested_items_to_be_public = plugin::test::unknown() }
}
