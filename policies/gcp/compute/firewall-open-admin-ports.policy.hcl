# ---
# id          = "gcp-compute-firewall-open-admin-ports"
# title       = "Firewall opens administration ports to the Internet"
# severity    = "high"
# theme       = "network-exposure"
# description = "SSH, RDP and other ports for administration are tried from everywhere all day long; one weak password or one unpatched service is enough. A rule that another rule of the network denies before is left out."
# remediation = "admit the addresses of your own network only, or 35.235.240.0/20 for Identity-Aware Proxy"
# parts = {
#   all_ports = { severity = "critical", title = "Firewall opens every port to the Internet" }
# }
# aliases = {
#   checkov = ["CKV_GCP_2", "CKV_GCP_3", "CKV2_GCP_12"]
#   trivy   = ["GCP-0027", "GCP-0070", "GCP-0071", "GCP-0072"]
#   tfsec   = ["google-compute-no-public-ingress"]
#   kics    = ["google_compute_network_using_firewall_rule_allows_all_ports"]
#   prowler = ["compute_firewall_ssh_access_from_the_internet_allowed", "compute_firewall_rdp_access_from_the_internet_allowed"]
# }
# frameworks = {
#   cis-gcp-5.0    = ["3.6", "3.7"]
#   nist-800-53-r5 = ["SC-7", "SC-7(5)", "AC-17"]
#   iso-27001-2022 = ["A.8.20", "A.8.22"]
#   pci-dss-4.0    = ["1.3.1", "1.4.1"]
#   soc2           = ["CC6.6"]
# }
# ---

policy {}

locals {
  # SSH, Telnet, RPC and SMB, RDP, WinRM, Docker, the APIs of Kubernetes and its nodes.
  admin_ports = [22, 23, 135, 445, 2375, 2376, 3389, 5985, 5986, 6443, 10250]
}

resource_policy "google_compute_firewall" "admin_ports" {
  locals {
    firewalls = core::getresources("google_compute_firewall", { network = attrs.network })
  }

  enforce {
    condition     = !(core::length(cloud::gcp_open_sources(attrs, local.firewalls, local.admin_ports)) > 0 && !(core::length(cloud::gcp_open_sources(attrs, local.firewalls, [1])) > 0 && core::length(cloud::gcp_open_sources(attrs, local.firewalls, [65535])) > 0))
    error_message = "administration ports are open to the Internet"
  }
}

resource_policy "google_compute_firewall" "all_ports" {
  locals {
    firewalls = core::getresources("google_compute_firewall", { network = attrs.network })
  }

  enforce {
    condition     = !(core::length(cloud::gcp_open_sources(attrs, local.firewalls, [1])) > 0 && core::length(cloud::gcp_open_sources(attrs, local.firewalls, [65535])) > 0)
    error_message = "every port is open to the Internet"
  }
}
