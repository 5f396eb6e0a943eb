# ---
# id          = "azure-monitor-diagnostic-categories-off"
# title       = "Diagnostic setting leaves audit logs out"
# severity    = "medium"
# theme       = "logging-monitoring"
# description = "A setting that exports metrics only records nobody; network interfaces, service plans and storage accounts as a whole have nothing else. The setting of the activity log needs the categories that tell who changed resources, policies and alerts."
# remediation = "enable the log category group `audit` or `allLogs`; for the activity log the categories Administrative, Alert, Policy and Security"
# aliases = {
#   prowler = ["monitor_diagnostic_setting_with_appropriate_categories"]
# }
# frameworks = {
#   cis-azure-5.0  = ["6.1.1.2"]
#   cis-azure-6.0  = ["6.1.1.2"]
#   nist-800-53-r5 = ["AU-2", "AU-3", "AU-9", "AU-12"]
#   iso-27001-2022 = ["A.8.15"]
#   pci-dss-4.0    = ["10.2.1", "10.3.2", "10.3.4"]
#   soc2           = ["CC7.2"]
# }
# ---

policy {}

resource_policy "azurerm_monitor_diagnostic_setting" "no_logs" {
  locals {
    # Before version 4 of the provider logs stood in `log`, each on or off.
    logs = core::concat(
      [for log in cloud::given(attrs.enabled_log, []) : log],
      [for log in core::try(cloud::given(attrs.log, []), []) : log if core::try(log.enabled, true) != false],
    )
    # These have metrics only; the logs of a storage account are those of its services.
    without_logs = core::concat(
      core::getresources("azurerm_network_interface", { id = attrs.target_resource_id }),
      core::getresources("azurerm_service_plan", { id = attrs.target_resource_id }),
      core::getresources("azurerm_storage_account", { id = attrs.target_resource_id }),
    )
  }

  enforce {
    condition     = core::length(local.logs) > 0 || core::length(local.without_logs) > 0
    error_message = "the setting exports no log"
  }
}

resource_policy "azurerm_monitor_diagnostic_setting" "activity_log" {
  locals {
    # Before version 4 of the provider logs stood in `log`, each on or off.
    logs = core::concat(
      [for log in cloud::given(attrs.enabled_log, []) : log],
      [for log in core::try(cloud::given(attrs.log, []), []) : log if core::try(log.enabled, true) != false],
    )
    names = [for log in local.logs : log.category]
    is_complete = core::anytrue([for log in local.logs : log.category_group == "allLogs"])
    # Only the activity log has these categories.
    is_activity_log = core::anytrue([
      for name in ["Administrative", "Security", "ServiceHealth", "Alert", "Recommendation", "Policy", "Autoscale", "ResourceHealth"] :
      core::contains(local.names, name)
    ])
  }

  enforce {
    condition = !local.is_activity_log || local.is_complete || core::alltrue([
      for name in ["Administrative", "Alert", "Policy", "Security"] : core::contains(local.names, name)
    ])
    error_message = "the activity log needs the categories Administrative, Alert, Policy and Security"
  }
}
