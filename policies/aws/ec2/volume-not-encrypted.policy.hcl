# ---
# id          = "aws-ec2-volume-not-encrypted"
# title       = "EBS volume is not encrypted"
# severity    = "high"
# theme       = "encryption-at-rest"
# description = "What is on the volume and its snapshots lies in the clear. With `aws_ebs_encryption_by_default` every new volume of the region is encrypted, whatever the volume says."
# remediation = "set `encrypted = true`, or declare `aws_ebs_encryption_by_default`"
# aliases = {
#   checkov  = ["CKV_AWS_3", "CKV_AWS_8", "CKV2_AWS_2"]
#   trivy    = ["AWS-0008", "AWS-0026", "AWS-0131"]
#   tfsec    = ["aws-autoscaling-enable-at-rest-encryption", "aws-ebs-enable-volume-encryption", "aws-ec2-enable-at-rest-encryption", "aws-ec2-enable-launch-config-at-rest-encryption", "aws-ec2-enable-volume-encryption"]
#   kics     = ["block_device_is_not_encrypted"]
#   prowler  = ["ec2_ebs_volume_encryption"]
#   aws-fsbp = ["EC2.3"]
# }
# frameworks = {
#   cis-aws-3.0    = ["2.2.1"]
#   cis-aws-5.0    = ["5.1.1"]
#   cis-aws-7.0    = ["6.1.1"]
#   nist-800-53-r5 = ["SC-28", "SC-28(1)", "SC-13"]
#   iso-27001-2022 = ["A.8.24"]
#   pci-dss-4.0    = ["3.5.1"]
#   soc2           = ["CC6.1", "PI1.5"]
# }
# ---

policy {}

resource_policy "aws_ebs_volume" "not_encrypted" {
  # A provider writes "" for a volume that was made of no snapshot.
  filter = core::contains([null, ""], cloud::given(attrs.snapshot_id, null))

  locals {
    by_default = core::anytrue([
      for default in core::getresources("aws_ebs_encryption_by_default", {}) : default.enabled != false
    ])
  }

  enforce {
    condition     = cloud::given(attrs.encrypted, false) == true || local.by_default
    error_message = "the volume is not encrypted"
  }
}

# Devices that are written down; the root volume of an image may be encrypted in the image.

resource_policy "aws_instance" "not_encrypted" {
  locals {
    by_default = core::anytrue([
      for default in core::getresources("aws_ebs_encryption_by_default", {}) : default.enabled != false
    ])
  }

  enforce {
    condition = core::alltrue([
      for device in cloud::given(attrs.root_block_device, []) : cloud::given(device.encrypted, false) == true
    ]) || local.by_default
    error_message = "the root volume of the instance is not encrypted"
  }
  enforce {
    condition = core::alltrue([
      for device in cloud::given(attrs.ebs_block_device, []) : cloud::given(device.encrypted, false) == true || !core::contains([null, ""], cloud::given(device.snapshot_id, null))
    ]) || local.by_default
    error_message = "a volume of the instance is not encrypted"
  }
}

resource_policy "aws_launch_configuration" "not_encrypted" {
  locals {
    by_default = core::anytrue([
      for default in core::getresources("aws_ebs_encryption_by_default", {}) : default.enabled != false
    ])
  }

  enforce {
    condition = core::alltrue([
      for device in cloud::given(attrs.root_block_device, []) : cloud::given(device.encrypted, false) == true
    ]) || local.by_default
    error_message = "the root volume of the instance is not encrypted"
  }
  enforce {
    condition = core::alltrue([
      for device in cloud::given(attrs.ebs_block_device, []) : cloud::given(device.encrypted, false) == true || !core::contains([null, ""], cloud::given(device.snapshot_id, null))
    ]) || local.by_default
    error_message = "a volume of the instance is not encrypted"
  }
}

resource_policy "aws_launch_template" "not_encrypted" {
  locals {
    devices = core::flatten([for mapping in attrs.block_device_mappings : [for device in mapping.ebs : device]])
    by_default = core::anytrue([
      for default in core::getresources("aws_ebs_encryption_by_default", {}) : default.enabled != false
    ])
  }

  enforce {
    condition = core::alltrue([
      for device in local.devices : device.encrypted == "true" || !core::contains([null, ""], device.snapshot_id)
    ]) || local.by_default
    error_message = "a volume of the template is not encrypted"
  }
}
