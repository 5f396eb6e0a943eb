# ---
# id          = "aws-rds-instance-not-encrypted"
# title       = "RDS database is not encrypted"
# severity    = "high"
# theme       = "encryption-at-rest"
# description = "Storage, backups and snapshots of the database lie in the clear. Encryption cannot be switched on later without a copy."
# remediation = "set `storage_encrypted = true`; a database that is there has to be restored from an encrypted copy of a snapshot"
# aliases = {
#   checkov  = ["CKV_AWS_16", "CKV_AWS_96"]
#   trivy    = ["AWS-0079", "AWS-0080"]
#   tfsec    = ["aws-rds-encrypt-cluster-storage-data", "aws-rds-encrypt-instance-storage-data"]
#   prowler  = ["rds_instance_storage_encrypted", "rds_cluster_storage_encrypted"]
#   aws-fsbp = ["RDS.3", "RDS.27"]
# }
# frameworks = {
#   cis-aws-3.0    = ["2.3.1"]
#   cis-aws-5.0    = ["2.2.1"]
#   cis-aws-7.0    = ["3.2.1"]
#   nist-800-53-r5 = ["SC-28", "SC-28(1)", "SC-13"]
#   iso-27001-2022 = ["A.8.24"]
#   pci-dss-4.0    = ["3.5.1"]
#   soc2           = ["CC6.1", "PI1.5"]
# }
# ---

policy {}

# A copy of a snapshot, a replica or a restored database is encrypted as its origin is.

resource_policy "aws_db_instance" "not_encrypted" {
  filter = cloud::given(attrs.snapshot_identifier, null) == null && cloud::given(attrs.replicate_source_db, null) == null && core::length(cloud::given(attrs.restore_to_point_in_time, [])) == 0

  enforce {
    condition     = cloud::given(attrs.storage_encrypted, false) == true
    error_message = "the storage of the database is not encrypted"
  }
}

resource_policy "aws_rds_cluster" "not_encrypted" {
  filter = cloud::given(attrs.snapshot_identifier, null) == null && cloud::given(attrs.replication_source_identifier, null) == null && cloud::given(attrs.global_cluster_identifier, null) == null && core::length(cloud::given(attrs.restore_to_point_in_time, [])) == 0 && core::try(attrs.engine_mode, null) != "serverless"

  enforce {
    condition     = cloud::given(attrs.storage_encrypted, false) == true
    error_message = "the storage of the cluster is not encrypted"
  }
}
