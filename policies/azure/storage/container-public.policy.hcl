# ---
# id          = "azure-storage-container-public"
# title       = "Storage container is open to everyone"
# severity    = "high"
# theme       = "public-exposure"
# description = "Anyone can read blobs without signing in; with `container` anyone can list them too. Where the account does not allow public blobs or admits no public network, the setting is told as info: it takes effect as soon as the account changes."
# remediation = "set `container_access_type = \"private\"`"
# parts = {
#   listed = { severity = "critical", title = "Storage container can be listed and read by everyone" }
#   neutralised = { severity = "info", title = "Storage container is public but its account is closed" }
# }
# aliases = {
#   checkov = ["CKV_AZURE_34"]
#   trivy   = ["AZU-0007"]
#   tfsec   = ["azure-storage-no-public-access"]
#   prowler = ["storage_blob_public_access_level_is_disabled"]
# }
# frameworks = {
#   cis-azure-6.0  = ["9.3.8"]
#   nist-800-53-r5 = ["AC-3", "AC-6", "AC-21", "SC-7"]
#   iso-27001-2022 = ["A.5.15", "A.8.3", "A.8.12"]
#   pci-dss-4.0    = ["1.3.1", "1.4.2"]
#   soc2           = ["CC6.1", "CC6.6"]
# }
# ---

policy {}

resource_policy "azurerm_storage_container" "readable" {
  locals {
    # The account is named by its id since version 5 of the provider.
    accounts = core::try(attrs.storage_account_name, null) != null ? core::getresources("azurerm_storage_account", { name = attrs.storage_account_name }) : core::getresources("azurerm_storage_account", { id = attrs.storage_account_id })
    # The rules of the network stand in the account or beside it.
    rules = core::concat(
      core::flatten([for account in local.accounts : [for rules in cloud::given(account.network_rules, []) : rules]]),
      core::flatten([for account in local.accounts : core::getresources("azurerm_storage_account_network_rules", { storage_account_id = account.id })]),
    )
    is_closed = core::anytrue([
      for account in local.accounts : account.allow_nested_items_to_be_public == false || account.public_network_access_enabled == false
    ]) || core::anytrue([
      for rules in local.rules : rules.default_action == "Deny" && core::length(cloud::open_sources(cloud::given(rules.ip_rules, []))) == 0
    ])
  }

  enforce {
    condition     = attrs.container_access_type != "blob" || local.is_closed
    error_message = "anyone can read the blobs of the container"
  }
}

resource_policy "azurerm_storage_container" "listed" {
  locals {
    # The account is named by its id since version 5 of the provider.
    accounts = core::try(attrs.storage_account_name, null) != null ? core::getresources("azurerm_storage_account", { name = attrs.storage_account_name }) : core::getresources("azurerm_storage_account", { id = attrs.storage_account_id })
    # The rules of the network stand in the account or beside it.
    rules = core::concat(
      core::flatten([for account in local.accounts : [for rules in cloud::given(account.network_rules, []) : rules]]),
      core::flatten([for account in local.accounts : core::getresources("azurerm_storage_account_network_rules", { storage_account_id = account.id })]),
    )
    is_closed = core::anytrue([
      for account in local.accounts : account.allow_nested_items_to_be_public == false || account.public_network_access_enabled == false
    ]) || core::anytrue([
      for rules in local.rules : rules.default_action == "Deny" && core::length(cloud::open_sources(cloud::given(rules.ip_rules, []))) == 0
    ])
  }

  enforce {
    condition     = attrs.container_access_type != "container" || local.is_closed
    error_message = "anyone can list and read the blobs of the container"
  }
}

resource_policy "azurerm_storage_container" "neutralised" {
  locals {
    # The account is named by its id since version 5 of the provider.
    accounts = core::try(attrs.storage_account_name, null) != null ? core::getresources("azurerm_storage_account", { name = attrs.storage_account_name }) : core::getresources("azurerm_storage_account", { id = attrs.storage_account_id })
    # The rules of the network stand in the account or beside it.
    rules = core::concat(
      core::flatten([for account in local.accounts : [for rules in cloud::given(account.network_rules, []) : rules]]),
      core::flatten([for account in local.accounts : core::getresources("azurerm_storage_account_network_rules", { storage_account_id = account.id })]),
    )
    is_closed = core::anytrue([
      for account in local.accounts : account.allow_nested_items_to_be_public == false || account.public_network_access_enabled == false
    ]) || core::anytrue([
      for rules in local.rules : rules.default_action == "Deny" && core::length(cloud::open_sources(cloud::given(rules.ip_rules, []))) == 0
    ])
  }

  enforce {
    condition     = !core::contains(["blob", "container"], attrs.container_access_type) || !local.is_closed
    error_message = "the container is public; its account closes it today"
  }
}
