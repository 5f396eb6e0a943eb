policytest {
  targets = ["instance-not-encrypted.policy.hcl"]
}

resource "aws_db_instance" "encrypted" {
  attrs = { instance_class = "db.t4g.micro", storage_encrypted = true }
}

resource "aws_db_instance" "off" {
  expect_failure = true
  attrs          = { instance_class = "db.t4g.micro", storage_encrypted = false }
}

resource "aws_db_instance" "silent" {
  expect_failure = true
  attrs          = { instance_class = "db.t4g.micro" }
}

resource "aws_db_instance" "replica" {
  attrs = { instance_class = "db.t4g.micro", replicate_source_db = "db-1" }
}

resource "aws_db_instance" "from_snapshot" {
  attrs = { instance_class = "db.t4g.micro", snapshot_identifier = "snap-1" }
}

resource "aws_db_instance" "not_known" {
  expect_failure = true
  attrs          = { instance_class = "db.t4g.micro", storage_encrypted = plugin::test::unknown() }
}

resource "aws_rds_cluster" "encrypted" {
  attrs = { engine = "aurora-mysql", storage_encrypted = true }
}

resource "aws_rds_cluster" "silent" {
  expect_failure = true
  attrs          = { engine = "aurora-mysql" }
}

resource "aws_rds_cluster" "serverless" {
  attrs = { engine = "aurora-mysql", engine_mode = "serverless" }
}
