# ---
# id          = "azure-sql-server-open-to-internet"
# title       = "Database server admits the whole Internet"
# severity    = "critical"
# theme       = "public-exposure"
# description = "A firewall rule admits more than a /8 of addresses: passwords can be tried from anywhere. The rule from 0.0.0.0 to 0.0.0.0 is another matter: it admits every customer of Azure. Where the server has no public address, the rule is told as info: it takes effect as soon as the server gets one."
# remediation = "admit the addresses of your own network only, or use a private endpoint"
# parts = {
#   azure_services = { severity = "medium", title = "Database server admits every customer of Azure" }
#   neutralised = { severity = "info", title = "Database server has an open firewall rule but no public address" }
# }
# aliases = {
#   checkov = ["CKV_AZURE_11", "CKV2_AZURE_26", "CKV2_AZURE_34"]
#   trivy   = ["AZU-0029"]
#   tfsec   = ["azure-database-no-public-firewall-access"]
#   prowler = ["sqlserver_unrestricted_inbound_access"]
# }
# frameworks = {
#   cis-azure-3.0  = ["5.1.2"]
#   nist-800-53-r5 = ["AC-3", "SC-7", "SC-7(3)"]
#   iso-27001-2022 = ["A.8.20", "A.8.22", "A.8.3"]
#   pci-dss-4.0    = ["1.3.1", "1.4.4"]
#   soc2           = ["CC6.6"]
# }
# ---

policy {}

resource_policy "azurerm_mssql_firewall_rule" "internet" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_mssql_server", { id = attrs.server_id }) : server.public_network_access_enabled == false
    ])
  }

  enforce {
    condition     = core::length(cloud::broad_sources("${attrs.start_ip_address}-${attrs.end_ip_address}")) == 0 || local.is_closed
    error_message = "the rule admits ${attrs.start_ip_address} to ${attrs.end_ip_address}"
  }
}

resource_policy "azurerm_mssql_firewall_rule" "azure_services" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_mssql_server", { id = attrs.server_id }) : server.public_network_access_enabled == false
    ])
  }

  enforce {
    condition     = !(attrs.start_ip_address == "0.0.0.0" && attrs.end_ip_address == "0.0.0.0") || local.is_closed
    error_message = "the rule admits every customer of Azure"
  }
}

resource_policy "azurerm_mssql_firewall_rule" "neutralised" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_mssql_server", { id = attrs.server_id }) : server.public_network_access_enabled == false
    ])
  }

  enforce {
    condition     = core::length(cloud::broad_sources("${attrs.start_ip_address}-${attrs.end_ip_address}")) == 0 && !(attrs.start_ip_address == "0.0.0.0" && attrs.end_ip_address == "0.0.0.0") || !local.is_closed
    error_message = "the rule admits ${attrs.start_ip_address} to ${attrs.end_ip_address}; the server has no public address today"
  }
}

resource_policy "azurerm_postgresql_flexible_server_firewall_rule" "internet" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_postgresql_flexible_server", { id = attrs.server_id }) : server.public_network_access_enabled == false || core::try(server.delegated_subnet_id, null) != null
    ])
  }

  enforce {
    condition     = core::length(cloud::broad_sources("${attrs.start_ip_address}-${attrs.end_ip_address}")) == 0 || local.is_closed
    error_message = "the rule admits ${attrs.start_ip_address} to ${attrs.end_ip_address}"
  }
}

resource_policy "azurerm_postgresql_flexible_server_firewall_rule" "azure_services" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_postgresql_flexible_server", { id = attrs.server_id }) : server.public_network_access_enabled == false || core::try(server.delegated_subnet_id, null) != null
    ])
  }

  enforce {
    condition     = !(attrs.start_ip_address == "0.0.0.0" && attrs.end_ip_address == "0.0.0.0") || local.is_closed
    error_message = "the rule admits every customer of Azure"
  }
}

resource_policy "azurerm_postgresql_flexible_server_firewall_rule" "neutralised" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_postgresql_flexible_server", { id = attrs.server_id }) : server.public_network_access_enabled == false || core::try(server.delegated_subnet_id, null) != null
    ])
  }

  enforce {
    condition     = core::length(cloud::broad_sources("${attrs.start_ip_address}-${attrs.end_ip_address}")) == 0 && !(attrs.start_ip_address == "0.0.0.0" && attrs.end_ip_address == "0.0.0.0") || !local.is_closed
    error_message = "the rule admits ${attrs.start_ip_address} to ${attrs.end_ip_address}; the server has no public address today"
  }
}

resource_policy "azurerm_mysql_flexible_server_firewall_rule" "internet" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_mysql_flexible_server", { name = attrs.server_name, resource_group_name = attrs.resource_group_name }) : cloud::given(server.public_network_access, "Enabled") == "Disabled" || core::try(server.delegated_subnet_id, null) != null
    ])
  }

  enforce {
    condition     = core::length(cloud::broad_sources("${attrs.start_ip_address}-${attrs.end_ip_address}")) == 0 || local.is_closed
    error_message = "the rule admits ${attrs.start_ip_address} to ${attrs.end_ip_address}"
  }
}

resource_policy "azurerm_mysql_flexible_server_firewall_rule" "azure_services" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_mysql_flexible_server", { name = attrs.server_name, resource_group_name = attrs.resource_group_name }) : cloud::given(server.public_network_access, "Enabled") == "Disabled" || core::try(server.delegated_subnet_id, null) != null
    ])
  }

  enforce {
    condition     = !(attrs.start_ip_address == "0.0.0.0" && attrs.end_ip_address == "0.0.0.0") || local.is_closed
    error_message = "the rule admits every customer of Azure"
  }
}

resource_policy "azurerm_mysql_flexible_server_firewall_rule" "neutralised" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_mysql_flexible_server", { name = attrs.server_name, resource_group_name = attrs.resource_group_name }) : cloud::given(server.public_network_access, "Enabled") == "Disabled" || core::try(server.delegated_subnet_id, null) != null
    ])
  }

  enforce {
    condition     = core::length(cloud::broad_sources("${attrs.start_ip_address}-${attrs.end_ip_address}")) == 0 && !(attrs.start_ip_address == "0.0.0.0" && attrs.end_ip_address == "0.0.0.0") || !local.is_closed
    error_message = "the rule admits ${attrs.start_ip_address} to ${attrs.end_ip_address}; the server has no public address today"
  }
}

resource_policy "azurerm_sql_firewall_rule" "internet" {
  enforce {
    condition     = core::length(cloud::broad_sources("${attrs.start_ip_address}-${attrs.end_ip_address}")) == 0
    error_message = "the rule admits ${attrs.start_ip_address} to ${attrs.end_ip_address}"
  }
}

resource_policy "azurerm_sql_firewall_rule" "azure_services" {
  enforce {
    condition     = !(attrs.start_ip_address == "0.0.0.0" && attrs.end_ip_address == "0.0.0.0")
    error_message = "the rule admits every customer of Azure"
  }
}

resource_policy "azurerm_postgresql_firewall_rule" "internet" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_postgresql_server", { name = attrs.server_name, resource_group_name = attrs.resource_group_name }) : server.public_network_access_enabled == false
    ])
  }

  enforce {
    condition     = core::length(cloud::broad_sources("${attrs.start_ip_address}-${attrs.end_ip_address}")) == 0 || local.is_closed
    error_message = "the rule admits ${attrs.start_ip_address} to ${attrs.end_ip_address}"
  }
}

resource_policy "azurerm_postgresql_firewall_rule" "azure_services" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_postgresql_server", { name = attrs.server_name, resource_group_name = attrs.resource_group_name }) : server.public_network_access_enabled == false
    ])
  }

  enforce {
    condition     = !(attrs.start_ip_address == "0.0.0.0" && attrs.end_ip_address == "0.0.0.0") || local.is_closed
    error_message = "the rule admits every customer of Azure"
  }
}

resource_policy "azurerm_postgresql_firewall_rule" "neutralised" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_postgresql_server", { name = attrs.server_name, resource_group_name = attrs.resource_group_name }) : server.public_network_access_enabled == false
    ])
  }

  enforce {
    condition     = core::length(cloud::broad_sources("${attrs.start_ip_address}-${attrs.end_ip_address}")) == 0 && !(attrs.start_ip_address == "0.0.0.0" && attrs.end_ip_address == "0.0.0.0") || !local.is_closed
    error_message = "the rule admits ${attrs.start_ip_address} to ${attrs.end_ip_address}; the server has no public address today"
  }
}

resource_policy "azurerm_mysql_firewall_rule" "internet" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_mysql_server", { name = attrs.server_name, resource_group_name = attrs.resource_group_name }) : server.public_network_access_enabled == false
    ])
  }

  enforce {
    condition     = core::length(cloud::broad_sources("${attrs.start_ip_address}-${attrs.end_ip_address}")) == 0 || local.is_closed
    error_message = "the rule admits ${attrs.start_ip_address} to ${attrs.end_ip_address}"
  }
}

resource_policy "azurerm_mysql_firewall_rule" "azure_services" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_mysql_server", { name = attrs.server_name, resource_group_name = attrs.resource_group_name }) : server.public_network_access_enabled == false
    ])
  }

  enforce {
    condition     = !(attrs.start_ip_address == "0.0.0.0" && attrs.end_ip_address == "0.0.0.0") || local.is_closed
    error_message = "the rule admits every customer of Azure"
  }
}

resource_policy "azurerm_mysql_firewall_rule" "neutralised" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_mysql_server", { name = attrs.server_name, resource_group_name = attrs.resource_group_name }) : server.public_network_access_enabled == false
    ])
  }

  enforce {
    condition     = core::length(cloud::broad_sources("${attrs.start_ip_address}-${attrs.end_ip_address}")) == 0 && !(attrs.start_ip_address == "0.0.0.0" && attrs.end_ip_address == "0.0.0.0") || !local.is_closed
    error_message = "the rule admits ${attrs.start_ip_address} to ${attrs.end_ip_address}; the server has no public address today"
  }
}

resource_policy "azurerm_mariadb_firewall_rule" "internet" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_mariadb_server", { name = attrs.server_name, resource_group_name = attrs.resource_group_name }) : server.public_network_access_enabled == false
    ])
  }

  enforce {
    condition     = core::length(cloud::broad_sources("${attrs.start_ip_address}-${attrs.end_ip_address}")) == 0 || local.is_closed
    error_message = "the rule admits ${attrs.start_ip_address} to ${attrs.end_ip_address}"
  }
}

resource_policy "azurerm_mariadb_firewall_rule" "azure_services" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_mariadb_server", { name = attrs.server_name, resource_group_name = attrs.resource_group_name }) : server.public_network_access_enabled == false
    ])
  }

  enforce {
    condition     = !(attrs.start_ip_address == "0.0.0.0" && attrs.end_ip_address == "0.0.0.0") || local.is_closed
    error_message = "the rule admits every customer of Azure"
  }
}

resource_policy "azurerm_mariadb_firewall_rule" "neutralised" {
  locals {
    is_closed = core::anytrue([
      for server in core::getresources("azurerm_mariadb_server", { name = attrs.server_name, resource_group_name = attrs.resource_group_name }) : server.public_network_access_enabled == false
    ])
  }

  enforce {
    condition     = core::length(cloud::broad_sources("${attrs.start_ip_address}-${attrs.end_ip_address}")) == 0 && !(attrs.start_ip_address == "0.0.0.0" && attrs.end_ip_address == "0.0.0.0") || !local.is_closed
    error_message = "the rule admits ${attrs.start_ip_address} to ${attrs.end_ip_address}; the server has no public address today"
  }
}
