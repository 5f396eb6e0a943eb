policytest {
  targets = ["diagnostic-categories-off.policy.hcl"]
}

resource "azurerm_monitor_diagnostic_setting" "audit" {
  attrs = { name = "d", target_resource_id = "/r", enabled_log = [{ category_group = "audit" }] }
}

resource "azurerm_monitor_diagnostic_setting" "key_vault" {
  attrs = { name = "d", target_resource_id = "/r", enabled_log = [{ category = "AuditEvent" }] }
}

resource "azurerm_monitor_diagnostic_setting" "metrics_only" {
  expect_failure = true
  attrs          = { name = "d", target_resource_id = "/r", enabled_metric = [{ category = "AllMetrics" }] }
}

resource "azurerm_monitor_diagnostic_setting" "activity" {
  attrs = { name = "d", target_resource_id = "/r", enabled_log = [{ category = "Administrative" }, { category = "Alert" }, { category = "Policy" }, { category = "Security" }] }
}

resource "azurerm_monitor_diagnostic_setting" "some_activity" {
  expect_failure = true
  attrs          = { name = "d", target_resource_id = "/r", enabled_log = [{ category = "Administrative" }, { category = "Alert" }] }
}

resource "azurerm_monitor_diagnostic_setting" "not_known" {
  expect_failure = true
  attrs          = { name = "d", target_resource_id = "/r", enabled_log = plugin::test::unknown() }
}

resource "azurerm_monitor_diagnostic_setting" "plan" {
  attrs = { name = "d", target_resource_id = "/plan", enabled_metric = [{ category = "AllMetrics" }] }
}

resource "azurerm_service_plan" "plan" {
  skip  = true
  attrs = { id = "/plan", name = "p", location = "westeurope", resource_group_name = "rg", os_type = "Linux", sku_name = "P1v3" }
}
