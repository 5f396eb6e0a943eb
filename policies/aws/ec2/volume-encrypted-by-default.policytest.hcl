# The default of the region covers volumes that say nothing or `false`.
policytest {
  targets = ["volume-not-encrypted.policy.hcl"]
}

resource "aws_ebs_encryption_by_default" "on" {
  skip  = true
  attrs = { enabled = true }
}

resource "aws_ebs_volume" "silent" {
  attrs = { availability_zone = "a" }
}

resource "aws_ebs_volume" "off" {
  attrs = { availability_zone = "a", encrypted = false }
}

resource "aws_instance" "root" {
  attrs = { root_block_device = [{ volume_size = 10 }] }
}
