//! Which files of a folder count.

use crate::folder::folder;

fn file(content: &str) -> String {
    format!("resource \"terraform_data\" \"a\" {{\n  input = \"{content}\"\n}}\n")
}

#[test]
fn tofu_files_hide_tf_files_of_their_name() {
    let (tf, tofu) = (file("tf"), file("tofu"));
    let folder = folder(&[("main.tf", &tf), ("main.tofu", &tofu)]);
    assert_eq!(folder.json("terraform_data.a", "input"), "\"tofu\"");
    assert_eq!(folder.said(), ["`main.tf` is not read: `main.tofu` stands in for it"]);
}

#[test]
fn tofu_files_alone() {
    let folder =
        folder(&[("main.tofu", &file("tofu")), ("v.tofu.json", "{\"locals\": {\"x\": 1}}")]);
    assert_eq!(folder.json("terraform_data.a", "input"), "\"tofu\"");
    assert!(folder.said().is_empty());
}

#[test]
fn enabled_of_opentofu() {
    let folder = folder(&[(
        "main.tofu",
        "resource \"terraform_data\" \"off\" {\n  lifecycle {\n    enabled = 1 > 2\n  }\n}\n\
         resource \"terraform_data\" \"on\" {\n  lifecycle {\n    enabled = true\n  }\n}\n",
    )]);
    let addresses: Vec<&str> = folder.resources.iter().map(|r| &*r.address).collect();
    assert_eq!(addresses, ["terraform_data.on"]);
}
