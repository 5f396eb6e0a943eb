//! `--prune` takes out of the baseline what is gone, and nothing that the run did not look at.

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

resource_policy "terraform_data" "held" {
  enforce {
    condition     = core::try(attrs.triggers_replace, null) != null
    error_message = "no trigger"
  }
}
"#,
);

const SETTINGS: (&str, &str) =
    ("planward.hcl", "builtin = false\npolicies = [\"rules\"]\nbaseline = \"known.json\"\n");

const WIDE: &str = "resource \"terraform_data\" \"a\" {\n  input = \"0.0.0.0/0\"\n}\n";
const MENDED: &str =
    "resource \"terraform_data\" \"a\" {\n  input = 1\n  triggers_replace = 1\n}\n";

/// Two roots in which the same resource has the same two findings, all of them known.
fn known() -> Folder {
    let folder = Folder::with([POLICY, SETTINGS, ("a/main.tf", WIDE), ("b/main.tf", WIDE)]);
    assert!(folder.run("baseline --output known.json").contains("4 findings"));
    folder
}

/// The policies and roots of the baseline, one a line.
fn entries(folder: &Folder) -> String {
    let text = folder.read("known.json");
    let entry = |line: &str| {
        let (_, policy) = line.split_once("\"policy\":\"")?;
        let (_, roots) = line.split_once("\"roots\":")?;
        let policy = policy.split('"').next().expect("a policy");
        Some(format!("{policy} {}\n", &roots[..=roots.find(']').expect("a list")]))
    };
    text.lines().filter_map(entry).collect()
}

const ALL: &str = "t.held [\"a\"]\nt.held [\"b\"]\nt.wide [\"a\"]\nt.wide [\"b\"]\n";

#[test]
fn roots_that_were_not_checked() {
    let folder = known();
    assert_eq!(entries(&folder), ALL);
    // Nothing is gone, in whichever part one looks.
    for inputs in ["", "a", "b", "a b", "./b"] {
        assert!(folder.run(&format!("check {inputs}")).ends_with("--- exit code 0"), "{inputs}");
        folder.run(&format!("check {inputs} --prune"));
        assert_eq!(entries(&folder), ALL, "{inputs}");
    }
    folder.write("b/main.tf", MENDED.as_bytes());
    assert_snapshot!(folder.run("check a --prune"), @r#"
    --- stdout
    note: 2 findings of `known.json` were not looked for and stay
    no findings, suppressed: 2 by baseline; 2 policies on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    assert_eq!(entries(&folder), ALL);
    assert_snapshot!(folder.run("check b"), @r#"
    --- stdout
    note: 2 findings of `known.json` are gone (`--prune` takes them out)
    no findings; 2 policies on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    assert_snapshot!(folder.run("check b --prune"), @r#"
    --- stdout
    note: 2 findings of `known.json` are gone and taken out; 2 were not looked for and stay
    no findings; 2 policies on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    assert_eq!(entries(&folder), "t.held [\"a\"]\nt.wide [\"a\"]\n");
    // What is mended in one root is new in another.
    folder.write("b/main.tf", WIDE.as_bytes());
    assert!(folder.run("check b").contains("2 findings (2 high); "), "{}", folder.run("check b"));
}

#[test]
fn policies_that_did_not_run() {
    let folder = known();
    folder.write("a/main.tf", MENDED.as_bytes());
    folder.write("b/main.tf", MENDED.as_bytes());
    assert_snapshot!(folder.run("check --prune --select t.wide a"), @r#"
    --- stdout
    note: 1 finding of `known.json` is gone and taken out; 3 were not looked for and stay
    no findings; 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    assert_eq!(entries(&folder), "t.held [\"a\"]\nt.held [\"b\"]\nt.wide [\"b\"]\n");
    // A root may skip by its own settings what others check.
    folder.write(
        "a/planward.hcl",
        b"builtin = false\npolicies = [\"../rules\"]\nskip = [\"t.held\"]\n",
    );
    folder.run("check --prune --baseline known.json");
    assert_eq!(entries(&folder), "t.held [\"a\"]\n");
    folder.run("check --prune --baseline known.json --no-settings --no-builtin --policies rules");
    assert_eq!(entries(&folder), "");
}

#[test]
fn single_files() {
    let folder = known();
    folder.write("a/main.tf", MENDED.as_bytes());
    folder.write("a/b.tf", WIDE.replace("\"a\"", "\"b\"").as_bytes());
    folder.write("b/main.tf", MENDED.as_bytes());
    assert_snapshot!(folder.run("check a/main.tf --prune"), @r#"
    --- stdout
    note: 2 findings of `known.json` are gone and taken out; 2 were not looked for and stay
    no findings; 2 policies on 2 resources in 2 files; exit code 0
    --- exit code 0
    "#);
    assert_eq!(entries(&folder), "t.held [\"b\"]\nt.wide [\"b\"]\n");
    // A hook says nothing about other files.
    assert_snapshot!(folder.run("check b/main.tf"), @r#"
    --- stdout
    no findings; 2 policies on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
}

#[test]
fn roots_that_are_gone_or_renamed() {
    let folder = known();
    std::fs::rename(folder.path().join("b"), folder.path().join("c")).expect("renamed");
    assert_snapshot!(folder.run("check"), @r#"
    --- stdout
    no findings, suppressed: 4 by baseline; 2 policies on 2 resources in 2 files; exit code 0
    --- exit code 0
    "#);
    folder.run("check a --prune");
    assert_eq!(entries(&folder), ALL, "nobody looked for `b`");
    folder.run("check --prune");
    assert_eq!(entries(&folder), ALL.replace('b', "c"));
    std::fs::remove_dir_all(folder.path().join("c")).expect("removed");
    assert_snapshot!(folder.run("check --prune"), @r#"
    --- stdout
    note: 2 findings of `known.json` are gone and taken out
    no findings, suppressed: 2 by baseline; 2 policies on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    // A folder that settings leave out is not gone; one that became a module is no root any more.
    let folder = known();
    folder.write("planward.hcl", format!("{}exclude = [\"b\"]\n", SETTINGS.1).as_bytes());
    folder.run("check --prune");
    assert_eq!(entries(&folder), ALL);
    folder.write("planward.hcl", SETTINGS.1.as_bytes());
    folder.write("b/main.tf", MENDED.as_bytes());
    folder.write("a/call.tf", b"module \"b\" {\n  source = \"../b\"\n}\n");
    folder.run("check --prune");
    assert_eq!(entries(&folder), "t.held [\"a\"]\nt.wide [\"a\"]\n");
}

#[test]
fn a_module_of_two_roots_and_one_that_is_not_on_disk() {
    let call = "module \"m\" {\n  source = \"../m\"\n}\n";
    let folder = Folder::with([
        POLICY,
        SETTINGS,
        ("a/main.tf", call),
        ("b/main.tf", call),
        ("m/main.tf", WIDE),
    ]);
    folder.run("baseline --output known.json");
    let both = "t.held [\"a\",\"b\"]\nt.wide [\"a\",\"b\"]\n";
    assert_eq!(entries(&folder), both);
    folder.run("check a --prune");
    assert_eq!(entries(&folder), both);
    // In one of two it is gone.
    folder.write("a/main.tf", b"");
    folder.run("check a --prune");
    assert_eq!(entries(&folder), "t.held [\"b\"]\nt.wide [\"b\"]\n");
    // Nobody looked into what was not downloaded.
    folder.write("b/main.tf", b"module \"m\" {\n  source = \"example/m/aws\"\n}\n");
    folder.run("check b --prune");
    assert_eq!(entries(&folder), "t.held [\"b\"]\nt.wide [\"b\"]\n");
    folder.write("b/main.tf", b"");
    folder.run("check b --prune");
    assert_eq!(entries(&folder), "");
}

#[test]
fn from_another_folder_and_from_a_plan() {
    let folder = known();
    folder.write("b/main.tf", MENDED.as_bytes());
    folder.run_in("a", "check --prune");
    assert_eq!(entries(&folder), ALL);
    folder.run_in("a", "check --prune ../b");
    assert_eq!(entries(&folder), "t.held [\"a\"]\nt.wide [\"a\"]\n");
    let here = folder.path().display().to_string();
    folder.run(&format!("check --prune {here}/a"));
    assert_eq!(entries(&folder), "t.held [\"a\"]\nt.wide [\"a\"]\n");
    // A plan without its source says nothing about folders; what it has is known all the same.
    let plan = |input: &str| {
        format!(
            r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{{"address":"terraform_data.a","mode":"managed","type":"terraform_data","name":"a","provider_name":"terraform.io/builtin/terraform","change":{{"actions":["create"],"before":null,"after":{{"input":{input}}},"after_unknown":{{}},"before_sensitive":false,"after_sensitive":{{}}}}}}]}}"#
        )
    };
    folder.write("plan.json", plan("\"0.0.0.0/0\"").as_bytes());
    assert_snapshot!(folder.run("check plan.json --no-source --prune"), @r#"
    --- stdout
    no findings, suppressed: 2 by baseline; 2 policies on 1 resource in 0 files; exit code 0
    --- exit code 0
    "#);
    folder.write("plan.json", plan("1").as_bytes());
    folder.run("check plan.json --no-source --prune");
    assert_eq!(entries(&folder), "t.held [\"a\"]\nt.wide [\"a\"]\n");
    folder.run("baseline plan.json --no-source --output known.json");
    assert_eq!(entries(&folder), "t.held [\"plan.json\"]\n");
    folder.write(
        "plan.json",
        plan("1}, \"x\": {\"input\": 1")
            .replace("\"after\":{", "\"after\":{\"triggers_replace\":1,")
            .as_bytes(),
    );
    folder.run("check plan.json --no-source --prune");
    assert_eq!(entries(&folder), "");
}

#[test]
fn without_a_baseline() {
    let folder = Folder::with([("main.tf", MENDED)]);
    assert_snapshot!(folder.run("check --no-builtin --prune"), @r"
    --- stdout
    error: `--prune` has no baseline to take anything out of (`--baseline FILE` names it) *
    no findings; 0 policies on 1 resource in 1 file; exit code 2 for 1 error, marked *
    --- exit code 2
    ");
}

/// Where a file does not say which root a finding is in, nobody knows that it is gone.
#[test]
fn a_baseline_without_roots() {
    let folder = known();
    let old = folder
        .read("known.json")
        .replace("\"roots\":[\"a\"],", "")
        .replace("\"roots\":[\"b\"],", "");
    folder.write("known.json", old.as_bytes());
    let told = folder.run("check a");
    assert!(told.contains("no findings, suppressed: 2 by baseline"), "{told}");
    folder.write("b/main.tf", MENDED.as_bytes());
    let told = folder.run("check --prune");
    assert!(told.contains("no findings, suppressed: 2 by baseline"), "{told}");
    assert_eq!(entries(&folder), "t.held [\"a\"]\nt.wide [\"a\"]\n");
}
