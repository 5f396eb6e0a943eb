//! What is stated about the account, and what the policies that come with planward make of it.

use insta::assert_snapshot;

use crate::folder::Folder;

const BUCKET: &str = r#"
resource "aws_s3_bucket" "site" {
  bucket = "site"
}
resource "aws_s3_bucket_acl" "site" {
  bucket = "site"
  acl    = "public-read"
}
"#;

const VOLUME: &str = r#"
resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 1
}
"#;

const TRAIL: &str = r#"
resource "aws_cloudtrail" "one" {
  name                       = "one"
  s3_bucket_name             = "logs"
  enable_log_file_validation = true
}
"#;

fn assuming(main: &str, settings: &str, args: &str) -> String {
    let settings = format!("assume = {{\n  {settings}\n}}\n");
    let folder = Folder::with([("main.tf", main), ("planward.hcl", &settings)]);
    folder.run(&format!("check {args}"))
}

#[test]
fn an_account_that_blocks_public_access() {
    let select = "--select aws-s3-bucket-public --verbose";
    assert_snapshot!(assuming(BUCKET, "account_public_access_block = \"off\"", select), @r#"
    --- stdout
    main.tf:7:3: error: the ACL lets everyone read the bucket [aws-s3-bucket-public] (aws_s3_bucket_acl.site) *
    main.tf:6:3: note: it depends on this [aws-s3-bucket-public]
    note: looked at . (configuration)
    1 finding (1 high); 1 policy on 2 resources in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(assuming(BUCKET, "account_public_access_block = \"on\"", select), @r#"
    --- stdout
    main.tf:7:3: note: the ACL is public; something else makes it ineffective today [aws-s3-bucket-public] (aws_s3_bucket_acl.site)
    main.tf:7:3: note: assumed: `account_public_access_block` of the account is `on`, as was stated [aws-s3-bucket-public]
    note: looked at . (configuration)
    1 finding (1 info); 1 policy on 2 resources in 1 file; exit code 0
    --- exit code 0
    "#);
    // What the configuration declares goes before.
    let own = "resource \"aws_s3_account_public_access_block\" \"own\" {}\n";
    let own = assuming(
        &format!("{BUCKET}{own}"),
        "account_public_access_block = \"on\"",
        "--select aws-s3-bucket-public",
    );
    assert!(own.contains("1 finding (1 high)"), "{own}");
}

#[test]
fn a_bucket_in_an_account_that_blocks_public_access() {
    let block = "resource \"aws_s3_bucket_public_access_block\" \"b\" {\n  bucket = \"b\"\n}\n";
    let select = "--select aws-s3-public-access-block-off";
    let off = assuming(block, "account_public_access_block = \"off\"", select);
    assert!(off.contains("1 finding (1 medium)"), "{off}");
    let on = assuming(block, "account_public_access_block = \"on\"", select);
    assert!(on.contains("no findings; 1 policy"), "{on}");
}

#[test]
fn an_account_that_encrypts_volumes() {
    let select = "--select aws-ec2-volume-not-encrypted";
    assert_snapshot!(assuming(VOLUME, "default_encryption = \"off\"", select), @r#"
    --- stdout
    main.tf:2:1: error: the volume is not encrypted [aws-ec2-volume-not-encrypted] (aws_ebs_volume.data) *
    1 finding (1 high); 1 policy on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(assuming(VOLUME, "default_encryption = \"on\"", select), @r#"
    --- stdout
    no findings; 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    // The command line goes before the file.
    let typed = format!("{select} --assume default_encryption=off");
    let shown = assuming(VOLUME, "default_encryption = \"on\"", &typed);
    assert!(shown.contains("1 finding"), "{shown}");
}

#[test]
fn an_organization_that_keeps_logs() {
    let select = "--select aws-cloudtrail-*";
    assert_snapshot!(assuming(TRAIL, "", select), @r#"
    --- stdout
    main.tf:2:1: warning: the trail records one region only [aws-cloudtrail-single-region] (aws_cloudtrail.one) *
    1 finding (1 medium); 2 policies on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(assuming(TRAIL, "log_archive = \"all-logs\"", select), @r#"
    --- stdout
    no findings; 2 policies on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
}

#[test]
fn policies_of_ones_own_see_it_too() {
    let policy = r#"
policy {}
resource_policy "aws_s3_bucket" "org_trail" {
  locals {
    trails = core::getresources("aws_cloudtrail", { is_organization_trail = true })
  }
  enforce {
    condition     = core::alltrue([for trail in local.trails : trail.s3_bucket_name != attrs.bucket])
    error_message = "the bucket of the organization's logs is kept elsewhere"
  }
}
"#;
    let folder = Folder::with([("main.tf", BUCKET), ("t.policy.hcl", policy)]);
    let args = "check --no-builtin --policies t.policy.hcl --verbose";
    assert_snapshot!(folder.run(&format!("{args} --assume log_archive=site")), @r#"
    --- stdout
    main.tf:3:3: error: the bucket of the organization's logs is kept elsewhere [t.org_trail] (aws_s3_bucket.site) *
    main.tf:3:3: note: assumed: `log_archive` of the account is `site`, as was stated [t.org_trail]
    note: looked at . (configuration)
    1 finding (1 high); 1 policy on 2 resources in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    let other = folder.run(&format!("{args} --assume log_archive=other"));
    assert!(other.contains("no findings"), "{other}");
}

#[test]
fn mistakes() {
    assert_snapshot!(assuming(VOLUME, "default_encryption = \"yes\"", "--no-builtin"), @r#"
    --- stdout
    planward.hcl:2:3: error: `default_encryption` is `yes`, expected `on` or `off` *
    no findings; 0 policies on 1 resource in 1 file; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
    let folder = Folder::with([("main.tf", VOLUME)]);
    assert_snapshot!(folder.run("check --assume default_encryption=yes"), @r#"
    --- stderr
    error: invalid value 'default_encryption=yes' for '--assume <NAME=VALUE>': `default_encryption` is `yes`, expected `on` or `off`

    For more information, try '--help'.
    --- exit code 2
    "#);
    assert_snapshot!(folder.run("check --no-builtin --assume default_encrytion=on"), @r#"
    --- stdout
    error: nothing can be assumed under `default_encrytion` (did you mean `default_encryption`?) *
    no findings; 0 policies on 1 resource in 1 file; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}

/// A plan tells that an expression mentions `var.region`, and not what it makes of it.
#[test]
fn a_variable_that_an_expression_only_mentions() {
    let plan = r#"{
      "format_version": "1.2",
      "terraform_version": "1.14.0",
      "variables": { "region": { "value": "us-east-1" } },
      "resource_changes": [],
      "configuration": {
        "provider_config": {
          "aws": {
            "name": "aws",
            "full_name": "registry.terraform.io/hashicorp/aws",
            "expressions": { "region": { "references": ["var.region"] } }
          }
        },
        "root_module": { "variables": { "region": {} } }
      }
    }"#;
    let policy = "policy {}\nprovider_policy \"aws\" \"region\" {\n  enforce {\n    condition = \
                  attrs.region == \"eu-west-1\"\n    error_message = \"elsewhere\"\n  }\n}\n";
    let folder = Folder::with([("plan.json", plan), ("rules/r.policy.hcl", policy)]);
    assert_snapshot!(folder.run("check plan.json --policies rules --no-builtin --verbose"), @r"
    --- stdout
    provider.aws: error: elsewhere [r.region] *
    provider.aws: note: assumed: `region` is taken to be `var.region`, because its expression mentions nothing else [r.region]
    note: looked at plan.json (plan)
    1 finding (1 high); 1 not compared; 1 policy on 0 resources in 0 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    ");
}
