# ---
# id          = "aws-ec2-security-group-open-admin-ports"
# title       = "Security group opens administration ports to the Internet"
# severity    = "high"
# theme       = "network-exposure"
# description = "SSH, RDP and other ports for administration are tried from everywhere all day long; one weak password or one unpatched service is enough."
# remediation = "admit the addresses of your own network only, or use Session Manager or a VPN instead of an open port"
# parts = {
#   all_ports = { severity = "critical", title = "Security group opens every port to the Internet" }
# }
# aliases = {
#   checkov  = ["CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_277"]
#   trivy    = ["AWS-0107"]
#   tfsec    = ["aws-ec2-no-public-ingress-sgr", "aws-vpc-no-public-ingress-sg", "aws-vpc-no-public-ingress-sgr"]
#   prowler  = ["ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22", "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389", "ec2_securitygroup_allow_ingress_from_internet_to_all_ports"]
#   aws-fsbp = ["EC2.13", "EC2.14", "EC2.19"]
# }
# frameworks = {
#   cis-aws-3.0    = ["5.2", "5.3"]
#   cis-aws-5.0    = ["5.3", "5.4"]
#   cis-aws-7.0    = ["6.1.2", "6.3", "6.4"]
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

resource_policy "aws_security_group" "admin_ports" {
  enforce {
    condition = core::alltrue([
      for rule in cloud::given(attrs.ingress, []) : !(core::length(cloud::open_sources(rule.cidr_blocks, rule.ipv6_cidr_blocks)) > 0 && cloud::admits_port(rule.protocol, rule.from_port, rule.to_port, local.admin_ports) && !(cloud::admits_port(rule.protocol, rule.from_port, rule.to_port, [1]) && cloud::admits_port(rule.protocol, rule.from_port, rule.to_port, [65535])))
    ])
    error_message = "administration ports are open to the Internet"
  }
}

resource_policy "aws_security_group" "all_ports" {
  enforce {
    condition = core::alltrue([
      for rule in cloud::given(attrs.ingress, []) : !(core::length(cloud::open_sources(rule.cidr_blocks, rule.ipv6_cidr_blocks)) > 0 && cloud::admits_port(rule.protocol, rule.from_port, rule.to_port, [1]) && cloud::admits_port(rule.protocol, rule.from_port, rule.to_port, [65535]))
    ])
    error_message = "every port is open to the Internet"
  }
}

resource_policy "aws_default_security_group" "admin_ports" {
  enforce {
    condition = core::alltrue([
      for rule in cloud::given(attrs.ingress, []) : !(core::length(cloud::open_sources(rule.cidr_blocks, rule.ipv6_cidr_blocks)) > 0 && cloud::admits_port(rule.protocol, rule.from_port, rule.to_port, local.admin_ports) && !(cloud::admits_port(rule.protocol, rule.from_port, rule.to_port, [1]) && cloud::admits_port(rule.protocol, rule.from_port, rule.to_port, [65535])))
    ])
    error_message = "administration ports are open to the Internet"
  }
}

resource_policy "aws_default_security_group" "all_ports" {
  enforce {
    condition = core::alltrue([
      for rule in cloud::given(attrs.ingress, []) : !(core::length(cloud::open_sources(rule.cidr_blocks, rule.ipv6_cidr_blocks)) > 0 && cloud::admits_port(rule.protocol, rule.from_port, rule.to_port, [1]) && cloud::admits_port(rule.protocol, rule.from_port, rule.to_port, [65535]))
    ])
    error_message = "every port is open to the Internet"
  }
}

resource_policy "aws_security_group_rule" "admin_ports" {
  filter = attrs.type == "ingress"

  enforce {
    condition     = !(core::length(cloud::open_sources(attrs.cidr_blocks, attrs.ipv6_cidr_blocks)) > 0 && cloud::admits_port(attrs.protocol, attrs.from_port, attrs.to_port, local.admin_ports) && !(cloud::admits_port(attrs.protocol, attrs.from_port, attrs.to_port, [1]) && cloud::admits_port(attrs.protocol, attrs.from_port, attrs.to_port, [65535])))
    error_message = "administration ports are open to the Internet"
  }
}

resource_policy "aws_security_group_rule" "all_ports" {
  filter = attrs.type == "ingress"

  enforce {
    condition     = !(core::length(cloud::open_sources(attrs.cidr_blocks, attrs.ipv6_cidr_blocks)) > 0 && cloud::admits_port(attrs.protocol, attrs.from_port, attrs.to_port, [1]) && cloud::admits_port(attrs.protocol, attrs.from_port, attrs.to_port, [65535]))
    error_message = "every port is open to the Internet"
  }
}

resource_policy "aws_vpc_security_group_ingress_rule" "admin_ports" {
  enforce {
    condition     = !(core::length(cloud::open_sources(attrs.cidr_ipv4, attrs.cidr_ipv6)) > 0 && cloud::admits_port(attrs.ip_protocol, attrs.from_port, attrs.to_port, local.admin_ports) && !(cloud::admits_port(attrs.ip_protocol, attrs.from_port, attrs.to_port, [1]) && cloud::admits_port(attrs.ip_protocol, attrs.from_port, attrs.to_port, [65535])))
    error_message = "administration ports are open to the Internet"
  }
}

resource_policy "aws_vpc_security_group_ingress_rule" "all_ports" {
  enforce {
    condition     = !(core::length(cloud::open_sources(attrs.cidr_ipv4, attrs.cidr_ipv6)) > 0 && cloud::admits_port(attrs.ip_protocol, attrs.from_port, attrs.to_port, [1]) && cloud::admits_port(attrs.ip_protocol, attrs.from_port, attrs.to_port, [65535]))
    error_message = "every port is open to the Internet"
  }
}
