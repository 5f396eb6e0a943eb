# ---
# id          = "gcp-sql-instance-public-network"
# title       = "Cloud SQL instance admits the whole Internet"
# severity    = "critical"
# theme       = "public-exposure"
# description = "The instance has a public address and its authorized networks together are wider than a /8: passwords can be tried from anywhere."
# remediation = "remove the wide network; use a private address or the Cloud SQL Auth Proxy"
# aliases = {
#   checkov = ["CKV_GCP_11"]
#   trivy   = ["GCP-0017"]
#   tfsec   = ["google-sql-no-public-access"]
#   kics    = ["cloud_sql_db_is_publicly_accessible"]
#   prowler = ["cloudsql_instance_public_access"]
# }
# frameworks = {
#   cis-gcp-3.0    = ["6.5"]
#   cis-gcp-4.0    = ["6.5"]
#   cis-gcp-5.0    = ["6.5"]
#   nist-800-53-r5 = ["AC-3", "SC-7", "SC-7(3)"]
#   iso-27001-2022 = ["A.8.20", "A.8.22", "A.8.3"]
#   pci-dss-4.0    = ["1.3.1", "1.4.4"]
#   soc2           = ["CC6.6"]
# }
# ---

policy {}

resource_policy "google_sql_database_instance" "open_network" {
  locals {
    configurations = core::flatten([for settings in cloud::given(attrs.settings, []) : [for ip in cloud::given(settings.ip_configuration, []) : ip]])
    networks       = core::flatten([for ip in local.configurations : [for network in ip.authorized_networks : network.value]])
  }

  enforce {
    condition = core::length(cloud::broad_sources(local.networks)) == 0 || core::alltrue([
      for ip in local.configurations : ip.ipv4_enabled == false
    ])
    error_message = "the instance admits the whole Internet"
  }
}
