//! One file as an editor holds it: `planward check - --stdin-filename FILE`.

use insta::assert_snapshot;

use crate::folder::Folder;

const POLICY: (&str, &str) = (
    "rules/t.policy.hcl",
    r#"
policy {}

resource_policy "terraform_data" "wide" {
  enforce {
    condition     = attrs.input != "0.0.0.0/0"
    error_message = "input is wide open"
  }
}
"#,
);

const SETTINGS: (&str, &str) = ("planward.hcl", "builtin = false\npolicies = [\"rules\"]\n");

const WIDE: &str = "resource \"terraform_data\" \"a\" {\n  input = \"0.0.0.0/0\"\n}\n";
const NARROW: &str = "resource \"terraform_data\" \"a\" {\n  input = \"10.0.0.0/8\"\n}\n";
const FROM_VARIABLE: &str =
    "variable \"cidr\" {}\nresource \"terraform_data\" \"a\" {\n  input = var.cidr\n}\n";

#[test]
fn the_text_stands_in_place_of_the_file() {
    let other = WIDE.replace("\"a\"", "\"b\"");
    let folder = Folder::with([POLICY, SETTINGS, ("main.tf", NARROW), ("other.tf", &other)]);
    // What is in `other.tf` is found, but not told.
    assert_snapshot!(folder.run_with("check - --stdin-filename main.tf", WIDE.as_bytes()), @r#"
    --- stdout
    main.tf:2:3: error: input is wide open [t.wide] (terraform_data.a) *
    1 finding (1 high); 1 policy on 2 resources in 2 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(folder.run_with("check - --stdin-filename ./main.tf", NARROW.as_bytes()), @r#"
    --- stdout
    no findings; 1 policy on 2 resources in 2 files; exit code 0
    --- exit code 0
    "#);
    let absolute = folder.path().join("main.tf");
    let typed = format!("check - --stdin-filename {}", absolute.display());
    let shown = folder.run_with(&typed, WIDE.as_bytes());
    assert!(shown.contains("\nmain.tf:2:3: error: input is wide open"), "{shown}");
}

#[test]
fn a_file_that_is_not_there_yet() {
    let folder = Folder::with([POLICY, SETTINGS, ("main.tf", NARROW)]);
    let wide = WIDE.replace("\"a\"", "\"b\"");
    assert_snapshot!(folder.run_with("check - --stdin-filename more.tf", wide.as_bytes()), @r#"
    --- stdout
    more.tf:2:3: error: input is wide open [t.wide] (terraform_data.b) *
    1 finding (1 high); 1 policy on 2 resources in 2 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(folder.run_with("check - --stdin-filename new/x.tf", wide.as_bytes()), @r#"
    --- stdout
    new/x.tf:2:3: error: input is wide open [t.wide] (terraform_data.b) *
    1 finding (1 high); 1 policy on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn a_half_written_file_is_an_ordinary_error() {
    let folder = Folder::with([POLICY, SETTINGS, ("main.tf", NARROW)]);
    let text = "resource \"terraform_data\" \"a\" {\n  input = ";
    assert_snapshot!(folder.run_with("check - --stdin-filename main.tf", text.as_bytes()), @r#"
    --- stdout
    main.tf:2:11: note: 1 check waits for `what could not be read` (could not be evaluated) [t.wide]
    main.tf:1:31: error: block is never closed by `}` *
    main.tf:2:11: error: end of file, expected an expression *
    no findings, 1 check undecided; 1 policy on 1 resource in 1 file; exit code 2 for 2 errors, marked *
    --- exit code 2
    "#);
    assert_snapshot!(folder.run_with("check - --stdin-filename main.tf", b"\xff\xfe"), @r#"
    --- stdout
    main.tf:1:1: error: file is UTF-16, expected UTF-8 *
    no findings; 1 policy on 0 resources in 1 file; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
    folder.write("main.tf", b"locals {");
    let other = WIDE.replace("\"a\"", "\"b\"");
    assert_snapshot!(folder.run_with("check - --stdin-filename b.tf", other.as_bytes()), @r#"
    --- stdout
    b.tf:2:3: error: input is wide open [t.wide] (terraform_data.b) *
    warning: 1 error in another file of the configuration; less may be found here (main.tf:1: block is never closed by `}`)
    1 finding (1 high); 1 policy on 1 resource in 2 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn a_module_is_judged_through_its_callers() {
    let call =
        |cidr: &str| format!("module \"m\" {{\n  source = \"../m\"\n  cidr   = {cidr:?}\n}}\n");
    let folder = Folder::with([
        POLICY,
        SETTINGS,
        ("m/main.tf", FROM_VARIABLE),
        ("bad/main.tf", &call("0.0.0.0/0")),
        ("good/main.tf", &call("10.0.0.0/8")),
    ]);
    let text = FROM_VARIABLE.as_bytes();
    assert_snapshot!(folder.run_with("check - --stdin-filename m/main.tf", text), @r#"
    --- stdout
    m/main.tf:3:3: error: input is wide open [t.wide] (module.m.terraform_data.a) *
    1 finding (1 high); 1 policy on 2 resources in 3 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    // The place moves to the value when that is what is being written.
    let text = call("0.0.0.0/0");
    assert_snapshot!(folder.run_with("check - --stdin-filename good/main.tf", text.as_bytes()), @r#"
    --- stdout
    good/main.tf:3:3: error: input is wide open [t.wide] (module.m.terraform_data.a) *
    1 finding (1 high); 1 policy on 1 resource in 2 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    // Callers are looked for in other folders when these are named.
    let typed = "check - good --stdin-filename m/main.tf";
    assert_snapshot!(folder.run_with(typed, FROM_VARIABLE.as_bytes()), @r#"
    --- stdout
    no findings; 1 policy on 1 resource in 2 files; exit code 0
    --- exit code 0
    "#);
}

#[test]
fn values_of_variables() {
    let folder = Folder::with([POLICY, SETTINGS, ("env/main.tf", FROM_VARIABLE)]);
    let text = b"cidr = \"0.0.0.0/0\"\nwidth = 1\n";
    assert_snapshot!(folder.run_with("check - --stdin-filename env/terraform.tfvars", text), @r#"
    --- stdout
    env/terraform.tfvars:1:1: error: input is wide open [t.wide] (terraform_data.a) *
    env/terraform.tfvars:2:1: warning: value for undeclared variable `width`
    1 finding (1 high); 1 policy on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    // One that only `--var-file` would read holds, too.
    let shown = folder.run_with("check - --stdin-filename env/prod.tfvars", text);
    assert!(shown.contains("env/prod.tfvars:1:1: error: input is wide open"), "{shown}");
    let shown = folder.run_with("check - --stdin-filename env/values/prod.tfvars", text);
    assert!(shown.contains("env/values/prod.tfvars:1:1: error: input is wide open"), "{shown}");
}

#[test]
fn policies_tests_and_settings() {
    let folder = Folder::with([POLICY, SETTINGS, ("main.tf", WIDE)]);
    let policy = POLICY.1.replace("condition ", "conditon ");
    let typed = "check - --stdin-filename rules/t.policy.hcl";
    assert_snapshot!(folder.run_with(typed, policy.as_bytes()), @r#"
    --- stdout
    rules/t.policy.hcl:5:3: error: missing required argument `condition` *
    rules/t.policy.hcl:6:5: error: unsupported argument `conditon` (did you mean `condition`?) *
    no findings; 0 policies on 0 resources in 0 files; exit code 2 for 2 errors, marked *
    --- exit code 2
    "#);
    assert_snapshot!(folder.run_with(typed, POLICY.1.as_bytes()), @r#"
    --- stdout
    no findings; 0 policies on 0 resources in 0 files; exit code 0
    --- exit code 0
    "#);
    // A new file in a folder that no settings name.
    let typed = "check - --stdin-filename more/u.policy.hcl";
    assert_snapshot!(folder.run_with(typed, policy.as_bytes()), @r#"
    --- stdout
    more/u.policy.hcl:5:3: error: missing required argument `condition` *
    more/u.policy.hcl:6:5: error: unsupported argument `conditon` (did you mean `condition`?) *
    no findings; 0 policies on 0 resources in 0 files; exit code 2 for 2 errors, marked *
    --- exit code 2
    "#);
    let test =
        "resource \"terraform_data\" \"bad\" {\n  attrs = {\n    input = \"0.0.0.0/0\"\n  }\n}\n";
    let typed = "check - --stdin-filename rules/t.policytest.hcl";
    assert_snapshot!(folder.run_with(typed, test.as_bytes()), @r#"
    --- stdout
    rules/t.policytest.hcl:1:1: warning: `resource.terraform_data.bad` does not hold (wide: input is wide open)
    no findings; 0 policies on 0 resources in 0 files; exit code 0
    --- exit code 0
    "#);
    let typed = "check - --stdin-filename planward.hcl";
    assert_snapshot!(folder.run_with(typed, b"builtn = false\n"), @r#"
    --- stdout
    planward.hcl:1:1: error: there is no setting `builtn` (did you mean `builtin`?) *
    no findings; 0 policies on 0 resources in 0 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}

#[test]
fn what_is_known_stays_hidden() {
    let folder = Folder::with([POLICY, SETTINGS, ("main.tf", WIDE)]);
    folder.run("baseline");
    let typed = "check - --stdin-filename main.tf --baseline planward.baseline.json";
    assert_snapshot!(folder.run_with(typed, WIDE.as_bytes()), @r#"
    --- stdout
    no findings, suppressed: 1 by baseline; 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    // Other findings are not gone because they are not told.
    folder.write("other.tf", WIDE.replace("\"a\"", "\"b\"").as_bytes());
    folder.run("baseline");
    let typed = "check - --stdin-filename other.tf --baseline planward.baseline.json --prune";
    let shown = folder.run_with(typed, b"");
    assert!(!shown.contains("gone"), "{shown}");
    assert_eq!(folder.read("planward.baseline.json").matches("t.wide").count(), 2);
}

#[test]
fn mistakes() {
    let folder = Folder::with([POLICY, SETTINGS, ("main.tf", NARROW)]);
    assert_snapshot!(folder.run_with("check --stdin-filename main.tf", b""), @r#"
    --- stdout
    error: `--stdin-filename` names what `-` gives, and there is no `-` (planward check - --stdin-filename main.tf) *
    no findings; 0 policies on 0 resources in 0 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
    assert_snapshot!(folder.run_with("check - --stdin-filename /nowhere/notes.txt", b""), @r#"
    --- stdout
    error: `/nowhere/notes.txt` is part of no configuration *
    no findings; 0 policies on 0 resources in 0 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}
