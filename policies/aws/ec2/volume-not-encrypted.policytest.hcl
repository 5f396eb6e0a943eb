policytest {
  targets = ["volume-not-encrypted.policy.hcl"]
}

resource "aws_ebs_volume" "encrypted" {
  attrs = { availability_zone = "a", encrypted = true }
}

resource "aws_ebs_volume" "off" {
  expect_failure = true
  attrs          = { availability_zone = "a", encrypted = false }
}

resource "aws_ebs_volume" "silent" {
  expect_failure = true
  attrs          = { availability_zone = "a" }
}

resource "aws_ebs_volume" "from_snapshot" {
  attrs = { availability_zone = "a", snapshot_id = "snap-1" }
}

resource "aws_ebs_volume" "as_it_is_there" {
  expect_failure = true
  attrs          = { availability_zone = "a", encrypted = false, snapshot_id = "" }
}

resource "aws_ebs_volume" "not_known" {
  expect_failure = true
  attrs          = { availability_zone = "a", encrypted = plugin::test::unknown() }
}

resource "aws_ebs_encryption_by_default" "off_here" {
  skip  = true
  attrs = { enabled = false }
}

resource "aws_instance" "encrypted" {
  attrs = { root_block_device = [{ encrypted = true }] }
}

resource "aws_instance" "root" {
  expect_failure = true
  attrs          = { root_block_device = [{ volume_size = 10 }] }
}

resource "aws_instance" "second" {
  expect_failure = true
  attrs          = { root_block_device = [{ encrypted = true }], ebs_block_device = [{ device_name = "b" }] }
}

resource "aws_instance" "silent" {
  attrs = { ami = "ami-1" }
}

resource "aws_launch_template" "encrypted" {
  attrs = { block_device_mappings = [{ ebs = [{ encrypted = "true" }] }] }
}

resource "aws_launch_template" "silent" {
  expect_failure = true
  attrs          = { block_device_mappings = [{ ebs = [{ volume_size = 10 }] }] }
}

resource "aws_launch_configuration" "root" {
  expect_failure = true
  attrs          = { image_id = "ami-1", instance_type = "t3.micro", root_block_device = [{ volume_size = 10 }] }
}

resource "aws_launch_configuration" "second" {
  expect_failure = true
  attrs          = { image_id = "ami-1", instance_type = "t3.micro", root_block_device = [{ encrypted = true }], ebs_block_device = [{ device_name = "b" }] }
}

resource "aws_launch_configuration" "encrypted" {
  attrs = { image_id = "ami-1", instance_type = "t3.micro", root_block_device = [{ encrypted = true }] }
}
