//! How much is told: `--quiet`, `--verbose` and `--stats`.

use insta::assert_snapshot;

use crate::folder::Folder;

const POLICY: &str = r#"
policy {}

resource_policy "terraform_data" "wide" {
  enforce {
    condition     = attrs.input != "0.0.0.0/0"
    error_message = "input is wide open"
  }
}
"#;

const MAIN: &str = r#"
variable "cidr" {
  default = "0.0.0.0/0"
}
variable "other" {}
resource "terraform_data" "a" {
  count = 2
  input = var.cidr
}
resource "terraform_data" "b" {
  input = var.other
}
resource "terraform_data" "c" {
  input = "0.0.0.0/0" # planward:ignore t.wide known
}
module "gone" {
  source = "registry.example.com/a/b/c"
}
"#;

fn folder() -> Folder {
    Folder::with([
        ("rules/t.policy.hcl", POLICY),
        ("planward.hcl", "builtin = false\npolicies = [\"rules\"]\n"),
        ("main.tf", MAIN),
    ])
}

#[test]
fn quiet_is_what_was_found() {
    let folder = folder();
    assert_snapshot!(folder.run("check --quiet"), @r#"
    --- stdout
    main.tf:8:3: error: input is wide open [t.wide] (terraform_data.a, 2 instances) *
    --- exit code 1
    "#);
    // What decides is told, whatever it is.
    assert_snapshot!(folder.run("check -q --unknown fail --fail-on none"), @r#"
    --- stdout
    main.tf:8:3: error: input is wide open [t.wide] (terraform_data.a, 2 instances)
    main.tf:5:1: note: 1 check waits for `var.other` (no value given) [t.wide] *
    --- exit code 1
    "#);
    assert_snapshot!(folder.run("check -q --require-complete"), @r#"
    --- stdout
    main.tf:8:3: error: input is wide open [t.wide] (terraform_data.a, 2 instances)
    main.tf:17:3: note: module.gone not checked: the module `registry.example.com/a/b/c` is not on disk; `terraform init` downloads it *
    --- exit code 2
    "#);
    assert_snapshot!(folder.run("check -q none"), @r#"
    --- stdout
    error: `none` does not exist *
    --- exit code 2
    "#);
    folder.write("main.tf", b"");
    assert_snapshot!(folder.run("check -q"), @r#"
    --- exit code 0
    "#);
    assert_snapshot!(folder.run("check -q --format pretty"), @r#"
    --- exit code 0
    "#);
}

#[test]
fn quiet_for_people() {
    assert_snapshot!(folder().run("check -q --format pretty"), @r#"
    --- stdout
    high  t.wide ●
      t.wide

      × input is wide open
        ╭─[main.tf:8:3]
      2 │ variable "cidr" {
      3 │   default = "0.0.0.0/0"
        ·   ──────────┬──────────
        ·             ╰── the value is written here
      4 │ }
      5 │ variable "other" {}
      6 │ resource "terraform_data" "a" {
      7 │   count = 2
      8 │   input = var.cidr
        ·   ────────┬───────
        ·           ╰── is `0.0.0.0/0`
      9 │ }
     10 │ resource "terraform_data" "b" {
        ╰────
      resource:  terraform_data.a, 2 instances
      instances: terraform_data.a[0], terraform_data.a[1]

    --- exit code 1
    "#);
}

#[test]
fn verbose_is_everything() {
    assert_snapshot!(folder().run("check --verbose"), @r#"
    --- stdout
    main.tf:8:3: error: input is wide open [t.wide] (terraform_data.a, 2 instances) *
    main.tf:3:3: note: the value is written here [t.wide]
    main.tf:8:3: note: instance terraform_data.a[0] [t.wide]
    main.tf:8:3: note: instance terraform_data.a[1] [t.wide]
    main.tf:14:3: note: input is wide open [t.wide] (terraform_data.c) (suppressed by source: known)
    main.tf:5:1: note: 1 check waits for `var.other` (no value given) [t.wide]
    main.tf:17:3: note: module.gone not checked: the module `registry.example.com/a/b/c` is not on disk; `terraform init` downloads it
    note: looked at . (configuration)
    1 finding (1 high), 1 check undecided, suppressed: 1 by source, 1 not checked; 1 policy on 4 resources in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(folder().run("check --quiet --verbose"), @r#"
    --- stderr
    error: the argument '--quiet' cannot be used with '--verbose'

    Usage: planward check --quiet [PATH]...

    For more information, try '--help'.
    --- exit code 2
    "#);
}

#[test]
fn programs_are_told_the_same() {
    let folder = folder();
    let usual = folder.run("check --format json");
    assert_eq!(folder.run("check --format json --quiet"), usual);
    assert_eq!(folder.run("check --format json --verbose"), usual);
}

#[test]
fn statistics_are_no_part_of_the_report() {
    let folder = folder();
    let usual = folder.output("check", b"");
    let counted = folder.output("check --stats", b"");
    assert_eq!(counted.stdout, usual.stdout);
    let stderr = String::from_utf8(counted.stderr).expect("text");
    insta::with_settings!({filters => vec![(r"\d+\.\d ms", "[TIME]")]}, {
        assert_snapshot!(stderr, @r#"
        stats: [TIME]: reading [TIME], evaluating [TIME], asking policies [TIME], telling [TIME]
        stats: 1 roots and plans, 1 files, 4 resources, 1 policies; checks: 3 failed, 1 undecided for 1 reasons, 0 passed, 0 not applicable
        "#);
    });
}
