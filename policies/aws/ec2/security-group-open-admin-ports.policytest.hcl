policytest {
  targets = ["security-group-open-admin-ports.policy.hcl"]
}

resource "aws_security_group" "ssh" {
  expect_failure = true
  attrs          = { ingress = [{ from_port = 22, to_port = 22, protocol = "tcp", cidr_blocks = ["0.0.0.0/0"] }] }
}

resource "aws_security_group" "web" {
  attrs = { ingress = [{ from_port = 443, to_port = 443, protocol = "tcp", cidr_blocks = ["0.0.0.0/0"] }, { from_port = 80, to_port = 80, protocol = "tcp", cidr_blocks = ["0.0.0.0/0"] }] }
}

resource "aws_security_group" "ssh_from_office" {
  attrs = { ingress = [{ from_port = 22, to_port = 22, protocol = "tcp", cidr_blocks = ["198.51.100.0/24"] }] }
}

resource "aws_security_group" "behind_a_self_rule" {
  expect_failure = true
  attrs          = { ingress = [{ from_port = 0, to_port = 0, protocol = "-1", self = true }, { from_port = 22, to_port = 22, protocol = "tcp", cidr_blocks = ["0.0.0.0/0"] }] }
}

resource "aws_security_group" "beside_a_prefix_list" {
  expect_failure = true
  attrs          = { ingress = [{ from_port = 22, to_port = 22, protocol = "tcp", cidr_blocks = ["0.0.0.0/0"], prefix_list_ids = ["pl-0123456789abcdef0"] }] }
}

resource "aws_security_group" "range" {
  expect_failure = true
  attrs          = { ingress = [{ from_port = 20, to_port = 25, protocol = "tcp", cidr_blocks = ["0.0.0.0/0"] }] }
}

resource "aws_security_group" "halves" {
  expect_failure = true
  attrs          = { ingress = [{ from_port = 3389, to_port = 3389, protocol = "tcp", cidr_blocks = ["0.0.0.0/1", "128.0.0.0/1"] }] }
}

resource "aws_security_group" "ipv6" {
  expect_failure = true
  attrs          = { ingress = [{ from_port = 22, to_port = 22, protocol = "tcp", ipv6_cidr_blocks = ["::/0"] }] }
}

resource "aws_security_group" "everything" {
  expect_failure = true
  attrs          = { ingress = [{ from_port = 0, to_port = 0, protocol = "-1", cidr_blocks = ["0.0.0.0/0"] }] }
}

resource "aws_security_group" "port_zero" {
  attrs = { ingress = [{ from_port = 0, to_port = 0, protocol = "tcp", cidr_blocks = ["0.0.0.0/0"] }] }
}

resource "aws_security_group" "icmp" {
  attrs = { ingress = [{ from_port = -1, to_port = -1, protocol = "icmp", cidr_blocks = ["0.0.0.0/0"] }] }
}

resource "aws_security_group" "not_known_port" {
  expect_failure = true
  attrs          = { ingress = [{ from_port = plugin::test::unknown(), to_port = 443, protocol = "tcp", cidr_blocks = ["0.0.0.0/0"] }] }
}

resource "aws_security_group" "not_known_port_from_office" {
  attrs = { ingress = [{ from_port = plugin::test::unknown(), to_port = 443, protocol = "tcp", cidr_blocks = ["198.51.100.0/24"] }] }
}

resource "aws_security_group" "not_known_source" {
  expect_failure = true
  attrs          = { ingress = [{ from_port = 22, to_port = 22, protocol = "tcp", cidr_blocks = [plugin::test::unknown()] }] }
}

resource "aws_security_group" "without" {
  attrs = { name = "a" }
}

resource "aws_default_security_group" "everything" {
  expect_failure = true
  attrs          = { ingress = [{ from_port = 0, to_port = 0, protocol = "-1", cidr_blocks = ["0.0.0.0/0"] }] }
}

resource "aws_default_security_group" "empty" {
  attrs = { ingress = [] }
}

resource "aws_security_group_rule" "ssh" {
  expect_failure = true
  attrs          = { type = "ingress", from_port = 22, to_port = 22, protocol = "tcp", cidr_blocks = ["0.0.0.0/0"], security_group_id = "sg-1" }
}

resource "aws_security_group_rule" "egress" {
  attrs = { type = "egress", from_port = 22, to_port = 22, protocol = "tcp", cidr_blocks = ["0.0.0.0/0"], security_group_id = "sg-1" }
}

resource "aws_vpc_security_group_ingress_rule" "ipv6" {
  expect_failure = true
  attrs          = { security_group_id = "sg-1", ip_protocol = "tcp", from_port = 22, to_port = 22, cidr_ipv6 = "::/0" }
}

resource "aws_vpc_security_group_ingress_rule" "all_protocols" {
  expect_failure = true
  attrs          = { security_group_id = "sg-1", ip_protocol = "-1", cidr_ipv4 = "0.0.0.0/0" }
}

resource "aws_vpc_security_group_ingress_rule" "another_group" {
  attrs = { security_group_id = "sg-1", ip_protocol = "-1", referenced_security_group_id = "sg-2" }
}
