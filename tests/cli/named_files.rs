//! Single files as hooks and editors name them: they are checked in the root modules that read them,
//! and told for the files alone.

use std::collections::BTreeSet;

use insta::assert_snapshot;

use crate::folder::Folder;

const POLICY: (&str, &str) = (
    "rules/names.policy.hcl",
    r#"
policy {}

resource_policy "aws_vpc" "private" {
  enforce {
    condition     = attrs.cidr_block != "0.0.0.0/0"
    error_message = "everything is inside"
  }
}
"#,
);

/// Two roots; the second gives the module a value of its own. The last line is a root that nothing asks for.
const TREE: [(&str, &str); 9] = [
    POLICY,
    (".git/HEAD", ""),
    ("planward.hcl", "builtin = false\npolicies = [\"rules\"]\n"),
    ("one/main.tf", "module \"net\" {\n  source = \"../net\"\n  cidr = \"10.0.0.0/8\"\n}\n"),
    ("one/own.tf", "resource \"aws_vpc\" \"own\" {\n  cidr_block = \"0.0.0.0/0\"\n}\n"),
    ("two/main.tf", "module \"net\" {\n  source = \"../net\"\n  cidr = var.cidr\n}\n"),
    ("two/variables.tf", "variable \"cidr\" {\n  default = \"0.0.0.0/0\"\n}\n"),
    (
        "net/main.tf",
        "variable \"cidr\" {\n}\nresource \"aws_vpc\" \"given\" {\n  cidr_block = var.cidr\n}\n",
    ),
    ("net/fixed.tf", "resource \"aws_vpc\" \"fixed\" {\n  cidr_block = \"0.0.0.0/0\"\n}\n"),
];

/// What the file of the second root with the call of the module is told.
const NOTHING_IN_TWO: &str = "--- stdout
no findings; 1 policy on 2 resources in 4 files; exit code 0
--- exit code 0";

/// The lines that tell findings.
fn findings(folder: &Folder, args: &str) -> BTreeSet<String> {
    let output = folder.output(args, b"");
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().filter(|line| line.contains(" [names.private] ")).map(str::to_owned).collect()
}

#[test]
fn only_the_file_is_told() {
    let folder = Folder::with(TREE);
    assert_snapshot!(folder.run("check one/own.tf"), @r#"
    --- stdout
    one/own.tf:2:3: error: everything is inside [names.private] (aws_vpc.own) *
    1 finding (1 high); 1 policy on 3 resources in 4 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(folder.run("check one/main.tf"), @r#"
    --- stdout
    no findings; 1 policy on 3 resources in 4 files; exit code 0
    --- exit code 0
    "#);
}

#[test]
fn a_module_is_judged_through_all_its_callers() {
    let folder = Folder::with(TREE);
    assert_snapshot!(folder.run("check net/main.tf"), @r#"
    --- stdout
    net/main.tf:4:3: error: everything is inside [names.private] (module.net.aws_vpc.given) *
    1 finding (1 high); 1 policy on 5 resources in 6 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(folder.run("check net/fixed.tf"), @r#"
    --- stdout
    net/fixed.tf:2:3: error: everything is inside [names.private] (module.net.aws_vpc.fixed, 2 instances) *
    1 finding (1 high); 1 policy on 5 resources in 6 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn a_value_is_told_where_it_is_written() {
    let folder = Folder::with(TREE);
    assert_snapshot!(folder.run("check two/variables.tf"), @r#"
    --- stdout
    net/main.tf:4:3: error: everything is inside [names.private] (module.net.aws_vpc.given) *
    1 finding (1 high); 1 policy on 2 resources in 4 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_eq!(folder.run("check two/main.tf"), NOTHING_IN_TWO);
}

#[test]
fn what_is_waited_for_is_told() {
    let folder = Folder::with(TREE);
    folder.write("two/variables.tf", b"variable \"cidr\" {\n}\n");
    assert_snapshot!(folder.run("check two/variables.tf"), @r#"
    --- stdout
    two/variables.tf:1:1: note: 1 check waits for `var.cidr` (no value given) [names.private]
    no findings, 1 check undecided; 1 policy on 2 resources in 4 files; exit code 0
    --- exit code 0
    "#);
    assert_eq!(folder.run("check two/main.tf"), NOTHING_IN_TWO);
}

#[test]
fn a_call_of_a_downloaded_module_is_the_users_own() {
    let manifest = r#"{"Modules": [{"Key": "", "Source": "", "Dir": "."},
        {"Key": "net", "Source": "registry.terraform.io/a/net/aws", "Version": "1.0.0", "Dir": ".terraform/modules/net"}]}"#;
    let folder = Folder::with([
        POLICY,
        ("planward.hcl", "builtin = false\npolicies = [\"rules\"]\n"),
        ("main.tf", "module \"net\" {\n  source = \"a/net/aws\"\n}\n"),
        ("other.tf", ""),
        (".terraform/modules/modules.json", manifest),
        (
            ".terraform/modules/net/main.tf",
            "resource \"aws_vpc\" \"own\" {\n  cidr_block = \"0.0.0.0/0\"\n}\n",
        ),
    ]);
    assert_snapshot!(folder.run("check main.tf"), @r#"
    --- stdout
    .terraform/modules/net/main.tf:2:3: error: everything is inside [names.private] (module.net.aws_vpc.own) *
    1 finding (1 high); 1 policy on 1 resource in 3 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_eq!(findings(&folder, "check other.tf"), BTreeSet::new());
}

#[test]
fn a_deleted_file_stands_for_its_folder() {
    let folder = Folder::with(TREE);
    assert_snapshot!(folder.run("check net/gone.tf"), @r#"
    --- stdout
    net/fixed.tf:2:3: error: everything is inside [names.private] (module.net.aws_vpc.fixed, 2 instances) *
    net/main.tf:4:3: error: everything is inside [names.private] (module.net.aws_vpc.given) *
    note: `net/gone.tf` does not exist; its folder is checked instead
    2 findings (2 high); 1 policy on 5 resources in 6 files; exit code 1 for 2 findings, marked *
    --- exit code 1
    "#);
    assert_snapshot!(folder.run("check gone/main.tf"), @r#"
    --- stdout
    note: gone/main.tf not checked: it does not exist, and no root module leads to its folder
    no findings, 1 not checked; 1 policy on 0 resources in 0 files; exit code 0
    --- exit code 0
    "#);
    assert_snapshot!(folder.run("check gone/main.tf --require-complete"), @r#"
    --- stdout
    note: gone/main.tf not checked: it does not exist, and no root module leads to its folder *
    no findings, 1 not checked; 1 policy on 0 resources in 0 files; exit code 2 for 1 not checked, marked *
    --- exit code 2
    "#);
    folder.write("one/more.tf", b"module \"gone\" {\n  source = \"../gone\"\n}\n");
    assert_snapshot!(folder.run("check gone/main.tf"), @r#"
    --- stdout
    one/more.tf:2:3: error: module folder `gone` cannot be read: no such file or folder (the source of a local module is a folder relative to the calling module) *
    note: `gone/main.tf` does not exist; its folder is checked instead
    no findings; 1 policy on 3 resources in 5 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}

#[test]
fn more_is_told_on_request() {
    let folder = Folder::with(TREE);
    assert_snapshot!(folder.run("check net/main.tf --around module"), @r#"
    --- stdout
    net/fixed.tf:2:3: error: everything is inside [names.private] (module.net.aws_vpc.fixed, 2 instances) *
    net/main.tf:4:3: error: everything is inside [names.private] (module.net.aws_vpc.given) *
    2 findings (2 high); 1 policy on 5 resources in 6 files; exit code 1 for 2 findings, marked *
    --- exit code 1
    "#);
    assert_snapshot!(folder.run("check net/main.tf --around root"), @r#"
    --- stdout
    net/fixed.tf:2:3: error: everything is inside [names.private] (module.net.aws_vpc.fixed, 2 instances) *
    net/main.tf:4:3: error: everything is inside [names.private] (module.net.aws_vpc.given) *
    one/own.tf:2:3: error: everything is inside [names.private] (aws_vpc.own) *
    3 findings (3 high); 1 policy on 5 resources in 6 files; exit code 1 for 3 findings, marked *
    --- exit code 1
    "#);
    assert_snapshot!(folder.run("check net two/main.tf"), @r#"
    --- stdout
    net/fixed.tf:2:3: error: everything is inside [names.private] (aws_vpc.fixed) *
    net/fixed.tf:2:3: error: everything is inside [names.private] (module.net.aws_vpc.fixed) *
    net/main.tf:4:3: error: everything is inside [names.private] (module.net.aws_vpc.given) *
    net/main.tf:1:1: note: 1 check waits for `var.cidr` (no value given) [names.private]
    3 findings (3 high), 1 check undecided; 1 policy on 4 resources in 4 files; exit code 1 for 3 findings, marked *
    --- exit code 1
    "#);
}

#[test]
fn a_list_may_be_split() {
    let folder = Folder::with(TREE);
    let files: Vec<&str> = TREE[3..].iter().map(|(path, _)| *path).collect();
    let all = findings(&folder, &format!("check {}", files.join(" ")));
    assert_eq!(all, findings(&folder, "check"), "all files are the whole");
    for split in 0..1 << (files.len() - 1) {
        let part = |first: bool| -> Vec<&str> {
            let is_in = |at: usize| ((split >> at) & 1 == 0) == first;
            files.iter().enumerate().filter(|(at, _)| is_in(*at)).map(|(_, file)| *file).collect()
        };
        let parts = [part(true), part(false)];
        let told = parts.iter().filter(|part| !part.is_empty());
        let union: BTreeSet<String> =
            told.flat_map(|part| findings(&folder, &format!("check {}", part.join(" ")))).collect();
        assert_eq!(union, all, "{parts:?}");
    }
}

#[test]
fn every_kind_of_file() {
    let folder = Folder::with([
        POLICY,
        (
            "planward.hcl",
            "builtin = false\npolicies = [\"rules\"]\nvariable_files = [\"env/dev.tfvars\"]\n",
        ),
        (
            "main.tofu",
            "variable \"a\" {\n}\nresource \"aws_vpc\" \"a\" {\n  cidr_block = var.a\n}\n",
        ),
        (
            "more.tf.json",
            r#"{"variable": {"b": {}}, "resource": {"aws_vpc": {"b": {"cidr_block": "${var.b}"}}}}"#,
        ),
        ("terraform.tfvars.json", r#"{"b": "0.0.0.0/0"}"#),
        ("env/dev.tfvars", "a = \"0.0.0.0/0\"\n"),
        ("env/prod.tfvars", "a = \"0.0.0.0/0\"\n"),
        ("rules/broken.policy.hcl", "policy {\n"),
    ]);
    assert_snapshot!(folder.run("check main.tofu --policies rules/names.policy.hcl --no-settings"), @r#"
    --- stdout
    main.tofu:1:1: note: 1 check waits for `var.a` (no value given) [names.private]
    no findings, 1 check undecided; 23 policies on 2 resources in 2 files; exit code 0
    --- exit code 0
    "#);
    folder.write("rules/broken.policy.hcl", b"policy {}\n");
    for file in ["main.tofu", "more.tf.json", "terraform.tfvars.json", "env/dev.tfvars"] {
        assert_eq!(findings(&folder, &format!("check {file}")).len(), 1, "{file}");
    }
    assert_snapshot!(folder.run("check env/prod.tfvars"), @r#"
    --- stdout
    note: env/prod.tfvars not checked: no root module reads it
    no findings, 1 not checked; 1 policy on 0 resources in 0 files; exit code 0
    --- exit code 0
    "#);
    folder.write("rules/broken.policy.hcl", b"policy {\n");
    assert_snapshot!(folder.run("check rules/names.policy.hcl --no-settings"), @r#"
    --- stdout
    no findings; 22 policies on 0 resources in 0 files; exit code 0
    --- exit code 0
    "#);
    folder.write("rules/names.policytest.hcl", b"");
    assert_snapshot!(folder.run("check rules/broken.policy.hcl --no-settings"), @r#"
    --- stdout
    rules/broken.policy.hcl:1:8: error: block is never closed by `}` *
    no findings; 22 policies on 0 resources in 0 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}

#[test]
fn below_the_top_of_the_repository() {
    let folder = Folder::with(TREE);
    assert_snapshot!(folder.run_in("net", "check main.tf"), @r#"
    --- stdout
    ../net/main.tf:4:3: error: everything is inside [names.private] (module.net.aws_vpc.given) *
    1 finding (1 high); 1 policy on 5 resources in 6 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(folder.run_in("net", "check ../two/variables.tf"), @r#"
    --- stdout
    ../net/main.tf:4:3: error: everything is inside [names.private] (module.net.aws_vpc.given) *
    1 finding (1 high); 1 policy on 2 resources in 4 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn one_file_has_one_name() {
    let folder = Folder::with(TREE);
    let once = folder.run("check one/own.tf");
    assert_eq!(folder.run("check ./one/own.tf one/../one/own.tf one//own.tf"), once);
}

#[test]
fn names_that_terraform_passes_over() {
    let folder = Folder::with(TREE);
    folder.write("one/.#own.tf", b"");
    assert_snapshot!(folder.run("check one/.#own.tf"), @r#"
    --- stdout
    note: one/.#own.tf not checked: no root module reads it
    no findings, 1 not checked; 1 policy on 0 resources in 0 files; exit code 0
    --- exit code 0
    "#);
}

#[test]
fn absolute_paths_are_those_from_here() {
    let folder = Folder::with(TREE);
    let here = folder.path().canonicalize().expect("the folder is there");
    let path = here.join("net/main.tf");
    assert_eq!(folder.run(&format!("check {}", path.display())), folder.run("check net/main.tf"));
    let elsewhere = folder.run_in("rules", &format!("check {}", path.display()));
    assert!(elsewhere.contains(&format!("{}:4:3: error: ", path.display())), "{elsewhere}");
}

#[test]
fn what_settings_exclude_is_not_checked() {
    let folder = Folder::with(TREE);
    folder
        .write("planward.hcl", b"builtin = false\npolicies = [\"rules\"]\nexclude = [\"one/*\"]\n");
    assert_snapshot!(folder.run("check one/own.tf"), @r#"
    --- stdout
    note: `one/own.tf` is not checked: the settings leave it out
    no findings; 1 policy on 0 resources in 0 files; exit code 0
    --- exit code 0
    "#);
    let path = folder.path().join("one/own.tf");
    assert_eq!(
        folder.run(&format!("check {}", path.display())),
        folder.run("check one/own.tf"),
        "a file is left out by whatever name",
    );
}

#[test]
fn roots_have_settings_of_their_own() {
    let folder = Folder::with(TREE);
    folder.write("two/planward.hcl", b"builtin = false\n");
    assert_snapshot!(folder.run("check net/main.tf one/own.tf two/variables.tf"), @r#"
    --- stdout
    one/own.tf:2:3: error: everything is inside [names.private] (aws_vpc.own) *
    1 finding (1 high); 1 policy on 5 resources in 6 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn a_baseline_keeps_what_single_files_do_not_read() {
    let folder = Folder::with(TREE);
    folder.run("baseline");
    assert_snapshot!(folder.run("check one/own.tf --baseline planward.baseline.json"), @r#"
    --- stdout
    no findings, suppressed: 1 by baseline; 1 policy on 3 resources in 4 files; exit code 0
    --- exit code 0
    "#);
    let before = folder.read("planward.baseline.json");
    assert_snapshot!(folder.run("check one/own.tf --baseline planward.baseline.json --prune"), @r#"
    --- stdout
    note: 1 finding of `planward.baseline.json` was not looked for and stays
    no findings, suppressed: 1 by baseline; 1 policy on 3 resources in 4 files; exit code 0
    --- exit code 0
    "#);
    assert_eq!(folder.read("planward.baseline.json"), before);
}

#[test]
fn modules_that_call_each_other_in_a_circle() {
    let folder = Folder::with([
        POLICY,
        ("a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\n"),
        ("b/main.tf", "module \"a\" {\n  source = \"../a\"\n}\n"),
    ]);
    assert_snapshot!(folder.run("check --no-builtin b/main.tf"), @r#"
    --- stdout
    b/main.tf:2:3: error: module cycle: `a` -> `b` -> `a` (a module cannot call itself; take one call out) *
    no findings; 0 policies on 0 resources in 2 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}
