//! `--changed-since`: against a git revision, the roots that changed and what is new in them.

use std::fs;
use std::process::Command;

use insta::assert_snapshot;

use crate::folder::Folder;

const POLICY: (&str, &str) = (
    "rules/t.policy.hcl",
    r#"
policy {}

resource_policy "terraform_data" "wide" {
  enforce {
    condition     = attrs.input != "0.0.0.0/0" && attrs.input != "::/0"
    error_message = "input is wide open"
  }
}
"#,
);

const SETTINGS: (&str, &str) = ("planward.hcl", "builtin = false\npolicies = [\"rules\"]\n");

fn wide(name: &str) -> String {
    format!("resource \"terraform_data\" \"{name}\" {{\n  input = \"0.0.0.0/0\"\n}}\n")
}

fn call(source: &str) -> String {
    format!("module \"m\" {{\n  source = {source:?}\n}}\n")
}

fn git(folder: &Folder, args: &str) {
    let status = Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"])
        .args(args.split_whitespace())
        .current_dir(folder.path())
        .stdout(std::process::Stdio::null())
        .status()
        .expect("git runs");
    assert!(status.success(), "git {args}");
}

/// Runs planward where git is found.
fn run(folder: &Folder, below: &str, args: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_planward"))
        .args(args.split_whitespace())
        .current_dir(folder.path().join(below))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder.path())
        .output()
        .expect("planward runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    let code = output.status.code().expect("ended by itself");
    format!("{}{}--- exit code {code}", text(output.stdout), text(output.stderr))
}

/// A repository with one commit, `first`: two roots that call a module, and one that does not.
fn repository() -> Folder {
    let folder = Folder::with([
        POLICY,
        SETTINGS,
        ("a/main.tf", &(call("../m") + &wide("old"))),
        ("b/main.tf", &call("../m")),
        ("c/main.tf", &wide("c")),
        ("m/main.tf", "resource \"terraform_data\" \"m\" {}\n"),
    ]);
    git(&folder, "init -q -b main");
    git(&folder, "add .");
    git(&folder, "commit -q -m first");
    git(&folder, "tag first");
    folder
}

const CHECK: &str = "check --changed-since first";

#[test]
fn only_what_is_new_counts() {
    let folder = repository();
    assert_snapshot!(run(&folder, "", CHECK), @r#"
    note: no root module has changed since `first`
    no findings; 0 policies on 0 resources in 0 files; exit code 0
    --- exit code 0
    "#);
    // A file that git does not know yet, beside a finding that was there.
    folder.write("a/new.tf", wide("new").as_bytes());
    assert_snapshot!(run(&folder, "", CHECK), @r#"
    a/new.tf:2:3: error: input is wide open [t.wide] (terraform_data.new, introduced) *
    2 findings (2 high); 1 introduced, 1 existing (of which count: introduced, worsened); 1 policy on 3 resources in 3 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    // Committed it is the same, and so it is from a folder below.
    git(&folder, "add .");
    git(&folder, "commit -q -m second");
    assert_snapshot!(run(&folder, "a", CHECK), @r#"
    new.tf:2:3: error: input is wide open [t.wide] (terraform_data.new, introduced) *
    2 findings (2 high); 1 introduced, 1 existing (of which count: introduced, worsened); 1 policy on 3 resources in 3 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(run(&folder, "", "check --changed-since HEAD"), @r#"
    note: no root module has changed since `HEAD`
    no findings; 0 policies on 0 resources in 0 files; exit code 0
    --- exit code 0
    "#);
    assert_snapshot!(run(&folder, "", &format!("{CHECK} --only existing")), @r#"
    a/main.tf:5:3: error: input is wide open [t.wide] (terraform_data.old, existing) *
    2 findings (2 high); 1 introduced, 1 existing (of which count: existing); 1 policy on 3 resources in 3 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn a_module_belongs_to_its_callers() {
    let folder = repository();
    folder.write("m/main.tf", wide("m").as_bytes());
    assert_snapshot!(run(&folder, "", CHECK), @r#"
    m/main.tf:2:3: error: input is wide open [t.wide] (module.m.terraform_data.m, 2 instances, introduced) *
    2 findings (2 high); 1 introduced, 1 existing (of which count: introduced, worsened); 1 policy on 3 resources in 4 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(run(&folder, "b", CHECK), @r#"
    ../m/main.tf:2:3: error: input is wide open [t.wide] (module.m.terraform_data.m) *
    1 finding (1 high); 1 introduced (of which count: introduced, worsened); 1 policy on 1 resource in 2 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(run(&folder, "", &format!("{CHECK} c")), @r#"
    note: no root module has changed since `first`
    no findings; 0 policies on 0 resources in 0 files; exit code 0
    --- exit code 0
    "#);
}

#[test]
fn worse_moved_and_gone() {
    let folder = repository();
    // Another value that fails, a resource that was renamed, a root that was.
    folder.write("c/main.tf", wide("c").replace("0.0.0.0/0", "::/0").as_bytes());
    let moved = "moved {\n  from = terraform_data.old\n  to = terraform_data.new\n}\n";
    folder.write("a/main.tf", (call("../m") + &wide("new") + moved).as_bytes());
    assert_snapshot!(run(&folder, "", CHECK), @r#"
    c/main.tf:2:3: error: input is wide open [t.wide] (terraform_data.c, worsened) *
    2 findings (2 high); 1 worsened, 1 existing (of which count: introduced, worsened); 1 policy on 3 resources in 3 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    folder.write("c/main.tf", b"");
    folder.write("a/main.tf", call("../m").as_bytes());
    assert_snapshot!(run(&folder, "", CHECK), @r#"
    no findings; 2 resolved since `first`; 1 policy on 1 resource in 3 files; exit code 0
    --- exit code 0
    "#);
    git(&folder, "checkout -q -f first");
    fs::create_dir(folder.path().join("live")).expect("a folder");
    git(&folder, "mv c live/c");
    assert_snapshot!(run(&folder, "", CHECK), @r#"
    1 finding (1 high); 1 existing (of which count: introduced, worsened); 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
}

#[test]
fn a_copy_of_a_root_is_new() {
    let folder = repository();
    folder.write("d/main.tf", wide("c").as_bytes());
    assert_snapshot!(run(&folder, "", CHECK), @r#"
    d/main.tf:2:3: error: input is wide open [t.wide] (terraform_data.c) *
    1 finding (1 high); 1 introduced (of which count: introduced, worsened); 1 policy on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn what_was_suppressed_is_new_when_it_counts() {
    let folder = repository();
    let ignored = format!("# planward:ignore t.wide known\n{}", wide("c"));
    folder.write("c/main.tf", ignored.as_bytes());
    git(&folder, "commit -q -a -m second");
    folder.write("c/main.tf", wide("c").as_bytes());
    assert_snapshot!(run(&folder, "", "check --changed-since HEAD"), @r#"
    c/main.tf:2:3: error: input is wide open [t.wide] (terraform_data.c) *
    1 finding (1 high); 1 introduced (of which count: introduced, worsened); 1 policy on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn values_and_the_common_ancestor() {
    let folder = repository();
    let from_variable = "variable \"x\" {\n  default = 1\n}\n".to_owned()
        + &wide("v").replace("\"0.0.0.0/0\"", "var.x");
    folder.write("c/main.tf", from_variable.as_bytes());
    git(&folder, "commit -q -a -m second");
    git(&folder, "checkout -q -b ours");
    folder.write("c/terraform.tfvars", b"x = \"0.0.0.0/0\"\n");
    // What others do to `main` meanwhile is no change of ours.
    git(&folder, "checkout -q main");
    folder.write("b/main.tf", b"");
    git(&folder, "commit -q -a -m third");
    git(&folder, "checkout -q ours");
    assert_snapshot!(run(&folder, "", "check --changed-since main"), @r#"
    c/main.tf:5:3: error: input is wide open [t.wide] (terraform_data.v) *
    1 finding (1 high); 1 introduced (of which count: introduced, worsened); 1 policy on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn what_cannot_be_compared() {
    let folder = repository();
    assert_snapshot!(run(&folder, "", "check --changed-since nowhere"), @r#"
    error: git knows no revision `nowhere` (a shallow clone may lack it; `git fetch` brings it) *
    no findings; 0 policies on 0 resources in 0 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
    assert_snapshot!(run(&folder, "", "check --changed-since --upload-pack=x"), @r#"
    error: unexpected argument '--upload-pack' found

      tip: to pass '--upload-pack' as a value, use '-- --upload-pack'

    Usage: planward check [OPTIONS] [PATH]...

    For more information, try '--help'.
    --- exit code 2
    "#);
    folder.write("plan.json", b"{}");
    assert_snapshot!(run(&folder, "", &format!("{CHECK} plan.json")), @r#"
    error: plans are not compared with what was there earlier (a plan tells itself what it changes: `--only introduced`) *
    note: no root module has changed since `first`
    no findings; 0 policies on 0 resources in 0 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
    // What was there cannot be read, so nothing is known to be old.
    folder.write("c/bad.tf", b"locals {");
    git(&folder, "add .");
    git(&folder, "commit -q -m second");
    folder.write("c/bad.tf", wide("bad").as_bytes());
    assert_snapshot!(run(&folder, "", "check --changed-since HEAD"), @r#"
    c/bad.tf:2:3: error: input is wide open [t.wide] (terraform_data.bad) *
    2 findings (2 high); 1 existing, 1 not compared (of which count: introduced, worsened); 1 policy on 2 resources in 2 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    let none = Folder::with([POLICY, SETTINGS]);
    assert_snapshot!(run(&none, "", CHECK), @r#"
    error: the working folder is in no git repository (`--changed-since` compares with a revision of one) *
    no findings; 0 policies on 0 resources in 0 files; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
    // Without a path, no git is found.
    assert!(none.run(CHECK).contains("exit code 2"));
}

/// Roots that did not change are not looked at, so what is known of them stays.
#[test]
fn the_baseline_loses_what_is_gone_in_changed_roots_alone() {
    let folder = repository();
    let prune = |told: &str| {
        let said = run(&folder, "", &format!("{CHECK} --baseline known.json --prune"));
        assert!(said.contains(told), "{said}");
        folder.read("known.json").matches("\"policy\"").count()
    };
    run(&folder, "", "baseline --output known.json");
    folder.write("b/new.tf", b"");
    assert_eq!(prune("note: 2 findings of `known.json` were not looked for and stay"), 2);
    folder.write("a/main.tf", call("../m").as_bytes());
    assert_eq!(prune("1 finding of `known.json` is gone and taken out; 1 was not"), 1);
    fs::remove_dir_all(folder.path().join("c")).expect("removed");
    assert_eq!(prune("1 finding of `known.json` is gone and taken out"), 0);
}

#[test]
fn suppressions_for_roots_that_did_not_change() {
    let folder = repository();
    let wish = "suppress {\n  policies = [\"t.wide\"]\n  addresses = [\"terraform_data.c\"]\n}\n";
    folder.write("planward.hcl", format!("{}{wish}", SETTINGS.1).as_bytes());
    folder.write("a/new.tf", b"");
    let told = run(&folder, "", CHECK);
    assert!(!told.contains("meets no finding"), "{told}");
}
