# ---
# id          = "azure-network-nsg-open-admin-ports"
# title       = "Network security group opens administration ports to the Internet"
# severity    = "high"
# theme       = "network-exposure"
# description = "SSH, RDP and other ports for administration are tried from everywhere all day long; one weak password or one unpatched service is enough. A rule that an earlier rule of its group denies is left out."
# remediation = "admit the addresses of your own network only, or use Bastion or just-in-time access"
# parts = {
#   all_ports = { severity = "critical", title = "Network security group opens every port to the Internet" }
# }
# aliases = {
#   checkov = ["CKV_AZURE_9", "CKV_AZURE_10", "CKV_AZURE_77"]
#   trivy   = ["AZU-0047", "AZU-0048", "AZU-0050"]
#   tfsec   = ["azure-network-disable-rdp-from-internet", "azure-network-no-public-ingress", "azure-network-ssh-blocked-from-internet"]
#   prowler = ["network_rdp_internet_access_restricted", "network_ssh_internet_access_restricted"]
# }
# frameworks = {
#   cis-azure-6.0  = ["7.1", "7.2", "7.3"]
#   nist-800-53-r5 = ["SC-7", "SC-7(5)", "AC-17"]
#   iso-27001-2022 = ["A.8.20", "A.8.22"]
#   pci-dss-4.0    = ["1.3.1", "1.4.1"]
#   soc2           = ["CC6.6"]
# }
# ---

policy {}

locals {
  # SSH, RPC and SMB, RDP, WinRM, Docker, the APIs of Kubernetes and its nodes.
  admin_ports = [22, 135, 445, 2375, 2376, 3389, 5985, 5986, 6443, 10250]
}

resource_policy "azurerm_network_security_group" "admin_ports" {
  enforce {
    condition = core::alltrue([
      for rule in cloud::given(attrs.security_rule, []) : !(core::length(cloud::azure_open_sources(rule, attrs.security_rule, local.admin_ports)) > 0 && !(core::length(cloud::azure_open_sources(rule, attrs.security_rule, [1])) > 0 && core::length(cloud::azure_open_sources(rule, attrs.security_rule, [65535])) > 0))
    ])
    error_message = "administration ports are open to the Internet"
  }
}

resource_policy "azurerm_network_security_group" "all_ports" {
  enforce {
    condition = core::alltrue([
      for rule in cloud::given(attrs.security_rule, []) : !(core::length(cloud::azure_open_sources(rule, attrs.security_rule, [1])) > 0 && core::length(cloud::azure_open_sources(rule, attrs.security_rule, [65535])) > 0)
    ])
    error_message = "every port is open to the Internet"
  }
}

resource_policy "azurerm_network_security_rule" "admin_ports" {
  locals {
    rules = core::getresources("azurerm_network_security_rule", { network_security_group_name = attrs.network_security_group_name, resource_group_name = attrs.resource_group_name })
  }

  enforce {
    condition     = !(core::length(cloud::azure_open_sources(attrs, local.rules, local.admin_ports)) > 0 && !(core::length(cloud::azure_open_sources(attrs, local.rules, [1])) > 0 && core::length(cloud::azure_open_sources(attrs, local.rules, [65535])) > 0))
    error_message = "administration ports are open to the Internet"
  }
}

resource_policy "azurerm_network_security_rule" "all_ports" {
  locals {
    rules = core::getresources("azurerm_network_security_rule", { network_security_group_name = attrs.network_security_group_name, resource_group_name = attrs.resource_group_name })
  }

  enforce {
    condition     = !(core::length(cloud::azure_open_sources(attrs, local.rules, [1])) > 0 && core::length(cloud::azure_open_sources(attrs, local.rules, [65535])) > 0)
    error_message = "every port is open to the Internet"
  }
}
