policytest {
  targets = ["firewall-open-admin-ports.policy.hcl"]
}

resource "google_compute_firewall" "ssh" {
  expect_failure = true
  attrs          = { name = "f", network = "a", source_ranges = ["0.0.0.0/0"], allow = [{ protocol = "tcp", ports = ["22"] }] }
}

resource "google_compute_firewall" "web" {
  attrs = { name = "f", network = "a", source_ranges = ["0.0.0.0/0"], allow = [{ protocol = "tcp", ports = ["443"] }] }
}

resource "google_compute_firewall" "everything" {
  expect_failure = true
  attrs          = { name = "f", network = "a", source_ranges = ["0.0.0.0/0"], allow = [{ protocol = "all" }] }
}

resource "google_compute_firewall" "targets" {
  expect_failure = true
  attrs          = { name = "f", network = "a", source_ranges = ["0.0.0.0/0"], allow = [{ protocol = "tcp", ports = ["22"] }], source_tags = ["bastion"], target_tags = ["db"] }
}

resource "google_compute_firewall" "ipv6" {
  expect_failure = true
  attrs          = { name = "f", network = "a", source_ranges = ["::/0"], allow = [{ protocol = "tcp", ports = ["22"] }] }
}

resource "google_compute_firewall" "disabled" {
  attrs = { name = "f", network = "a", source_ranges = ["0.0.0.0/0"], allow = [{ protocol = "tcp", ports = ["22"] }], disabled = true }
}

resource "google_compute_firewall" "egress" {
  attrs = { name = "f", network = "a", direction = "EGRESS", destination_ranges = ["0.0.0.0/0"], allow = [{ protocol = "tcp", ports = ["22"] }] }
}

resource "google_compute_firewall" "proxy" {
  attrs = { name = "f", network = "a", source_ranges = ["35.235.240.0/20"], allow = [{ protocol = "tcp", ports = ["22"] }] }
}

resource "google_compute_firewall" "not_known" {
  expect_failure = true
  attrs          = { name = "f", network = "a", source_ranges = [plugin::test::unknown()], allow = [{ protocol = "tcp", ports = ["22"] }] }
}

resource "google_compute_firewall" "denied" {
  attrs = { name = "f", network = "shadow", source_ranges = ["0.0.0.0/0"], allow = [{ protocol = "tcp", ports = ["22"] }], priority = 1000 }
}

resource "google_compute_firewall" "deny" {
  attrs = { name = "f", network = "shadow", source_ranges = ["0.0.0.0/0"], deny = [{ protocol = "tcp", ports = ["22"] }], priority = 100 }
}

resource "google_compute_firewall" "denied_elsewhere" {
  expect_failure = true
  attrs          = { name = "f", network = "parts", source_ranges = ["0.0.0.0/0"], allow = [{ protocol = "tcp", ports = ["22"] }] }
}

resource "google_compute_firewall" "denied_tag" {
  attrs = { name = "f", network = "parts", source_ranges = ["0.0.0.0/0"], allow = [{ protocol = "tcp", ports = ["22"] }], target_tags = ["cache"] }
}

resource "google_compute_firewall" "denies_subnet" {
  attrs = { name = "f", network = "parts", source_ranges = ["0.0.0.0/0"], destination_ranges = ["10.1.2.0/24"], deny = [{ protocol = "tcp", ports = ["22"] }], priority = 100 }
}

resource "google_compute_firewall" "denies_tags" {
  attrs = { name = "f", network = "parts", source_ranges = ["0.0.0.0/0"], target_tags = ["cache", "database"], deny = [{ protocol = "all" }], priority = 100 }
}
