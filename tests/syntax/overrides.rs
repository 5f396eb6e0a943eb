//! Override files.

use planward::eval::PathStep;
use planward::terraform::config::place;

use crate::folder::{Folder, folder};

const MAIN: &str = r#"
variable "region" {
  type    = string
  default = "a"
}

locals {
  name = "base"
  keep = 1
}

resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_type = var.region
  tags          = { name = local.name }

  ebs_block_device {
    device_name = "/dev/a"
    encrypted   = true
  }

  metadata_options {
    http_tokens = "required"
  }

  lifecycle {
    ignore_changes  = [ami]
    prevent_destroy = true
  }
}
"#;

const FIRST: &str = r#"
resource "aws_instance" "web" {
  ami = "ami-2"

  ebs_block_device {
    device_name = "/dev/b"
    encrypted   = false
  }

  lifecycle {
    prevent_destroy = false
  }
}

locals {
  name = "first"
}
"#;

const LAST: &str = r#"{
  "variable": {"region": {"default": "b"}},
  "resource": {"aws_instance": {"web": {
    "ami": "ami-3",
    "monitoring": true
  }}}
}"#;

fn overridden() -> Folder {
    folder(&[
        ("main.tf", MAIN),
        ("override.tf.json", LAST),
        ("a_override.tf", FIRST),
        ("empty_override.tf", ""),
    ])
}

#[test]
fn later_files_win() {
    let folder = overridden();
    assert!(folder.said().is_empty(), "{:?}", folder.said());
    let json = |name: &str| folder.json("aws_instance.web", name);
    assert_eq!(json("ami"), "\"ami-3\"");
    assert_eq!(json("instance_type"), "\"b\"");
    assert_eq!(json("monitoring"), "true");
    assert_eq!(json("tags"), "{\"name\":\"first\"}");
    assert!(json("metadata_options").contains("required"), "blocks of other types stay");
    let devices = json("ebs_block_device");
    assert!(devices.contains("/dev/b") && !devices.contains("/dev/a"), "{devices}");
    assert_eq!(folder.resource("aws_instance.web").ignored, ["ami"], "lifecycle merges");
}

#[test]
fn places_are_in_the_file_that_holds() {
    let folder = overridden();
    assert_eq!(folder.written("aws_instance.web", "ami"), "override.tf.json:4:12: \"ami-3\"");
    assert_eq!(folder.written("aws_instance.web", "instance_type"), "override.tf.json:2:38: \"b\"");
    let resource = folder.resource("aws_instance.web");
    let path = ["ebs_block_device", "encrypted"].map(|name| PathStep::Name(name.into()));
    let path = [path[0].clone(), PathStep::Index(0), path[1].clone()];
    let trees = &folder.library.trees;
    let origin =
        resource.attrs.get("ebs_block_device").and_then(|v| v.as_elements().map(|e| e[0].clone()));
    let origin = origin.and_then(|v| v.get("encrypted").map(|v| v.origin())).expect("encrypted");
    let place = place::of_path(trees, resource.block, &resource.attrs, &path, origin);
    let place = place.expect("a place");
    assert_eq!(folder.shown(place.span), "a_override.tf:7:5: encrypted   = false");
}

#[test]
fn a_dynamic_block_replaces_blocks_of_its_type() {
    let over = "resource \"aws_instance\" \"web\" {\n  dynamic \"ebs_block_device\" {\n    \
                for_each = [\"x\", \"y\"]\n    content {\n      device_name = \
                ebs_block_device.value\n    }\n  }\n}\n";
    let folder = folder(&[("main.tf", MAIN), ("override.tf", over)]);
    let devices = folder.json("aws_instance.web", "ebs_block_device");
    assert!(devices.contains("\"x\"") && devices.contains("\"y\"") && !devices.contains("/dev/"));
}

#[test]
fn nothing_new_is_declared() {
    let over =
        "resource \"aws_instance\" \"other\" {\n}\nlocals {\n  x = 1\n}\nprovider \"aws\" {\n}\n";
    let folder = folder(&[("main.tf", MAIN), ("override.tf", over)]);
    let said = folder.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("override.tf:1:1: resource"), "{said:?}");
    assert!(said[1].starts_with("override.tf:4:3: x"), "{said:?}");
}
