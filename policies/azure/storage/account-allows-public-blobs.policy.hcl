# ---
# id          = "azure-storage-account-allows-public-blobs"
# title       = "Storage account allows public blobs"
# severity    = "low"
# theme       = "public-exposure"
# description = "Any container of the account may be opened to everyone by whoever can change it. Version 5 of the provider turns this off where nothing is said; earlier ones turn it on."
# remediation = "set `allow_nested_items_to_be_public = false`"
# aliases = {
#   checkov = ["CKV_AZURE_190", "CKV2_AZURE_47"]
#   prowler = ["storage_blob_public_access_level_is_disabled"]
# }
# frameworks = {
#   cis-azure-5.0  = ["9.3.8"]
#   cis-azure-6.0  = ["9.3.8"]
#   nist-800-53-r5 = ["AC-3", "AC-6", "AC-21", "SC-7"]
#   iso-27001-2022 = ["A.5.15", "A.8.3", "A.8.12"]
#   pci-dss-4.0    = ["1.3.1", "1.4.2"]
#   soc2           = ["CC6.1", "CC6.6"]
# }
# ---

policy {}

resource_policy "azurerm_storage_account" "allowed" {
  enforce {
    condition     = core::try(attrs.allow_nested_items_to_be_public, null) != true && core::try(attrs.allow_blob_public_access, null) != true
    error_message = "containers of the account may be made public"
  }
}
