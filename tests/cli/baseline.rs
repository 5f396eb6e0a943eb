//! The baseline: written once, it hides what was there, whatever happens to its place.

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

const MAIN: &str = r#"resource "terraform_data" "a" {
  input = "0.0.0.0/0"
}
"#;

const OPTIONS: &str = "--no-builtin --policies rules";
const CHECK: &str = "check --no-builtin --policies rules --baseline planward.baseline.json";

/// A folder of which the baseline is written.
fn known() -> Folder {
    let folder = Folder::with([POLICY, ("main.tf", MAIN)]);
    let written = folder.run(&format!("baseline {OPTIONS}"));
    assert!(written.contains("wrote planward.baseline.json: 1 finding\n"), "{written}");
    folder
}

#[test]
fn one_line_for_each_finding() {
    let folder = known();
    assert_snapshot!(folder.read("planward.baseline.json"), @r#"
    {
      "version": 1,
      "findings": [
        {"policy":"t.wide","address":"terraform_data.a","roots":["."],"fingerprint":"f8d55e0a85e0ce70"}
      ]
    }
    "#);
    assert_snapshot!(folder.run(CHECK), @r#"
    --- stdout
    no findings, suppressed: 1 by baseline; 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    // Once more is the same, with what the baseline hides.
    let before = folder.read("planward.baseline.json");
    folder.run(&format!("baseline {OPTIONS}"));
    assert_eq!(folder.read("planward.baseline.json"), before);
}

#[test]
fn what_is_undecided_is_no_finding() {
    let unknown =
        "variable \"wide\" {}\n\nresource \"terraform_data\" \"b\" {\n  input = var.wide\n}\n";
    let folder = Folder::with([POLICY, ("main.tf", MAIN), ("b.tf", unknown)]);
    let written = folder.run(&format!("baseline {OPTIONS}"));
    assert!(written.contains(".json: 1 finding, 1 undecided\n"), "{written}");
}

#[test]
fn only_what_is_new_counts() {
    let folder = known();
    folder.write("more.tf", MAIN.replace("\"a\"", "\"b\"").as_bytes());
    assert_snapshot!(folder.run(CHECK), @r#"
    --- stdout
    more.tf:2:3: error: input is wide open [t.wide] (terraform_data.b) *
    1 finding (1 high), suppressed: 1 by baseline; 1 policy on 2 resources in 2 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

/// Whether a check with the baseline finds nothing new.
fn hides(folder: &Folder) -> bool {
    let output = folder.output(CHECK, b"");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(
        text.contains("suppressed: 1 by baseline") || output.status.code() == Some(1),
        "{text}"
    );
    output.status.code() == Some(0)
}

#[test]
fn it_survives_moved_lines() {
    let folder = known();
    folder.write("main.tf", format!("# one more\n\nlocals {{}}\n{MAIN}").as_bytes());
    assert!(hides(&folder));
}

#[test]
fn it_survives_renamed_files() {
    let folder = known();
    folder.write("main.tf", b"");
    folder.write("other.tf", MAIN.as_bytes());
    assert!(hides(&folder));
}

#[test]
fn it_survives_reformatting() {
    let folder = known();
    folder.write("main.tf", b"resource terraform_data a {\n\n    input=(  \"0.0.0.0/0\")\n}");
    assert!(hides(&folder));
}

#[test]
fn it_survives_a_move() {
    let folder = known();
    folder.write("main.tf", MAIN.replace("\"a\"", "\"b\"").as_bytes());
    assert!(!hides(&folder), "another resource is another finding");
    folder.write("moved.tf", b"moved {\n  from = terraform_data.a\n  to = terraform_data.b\n}\n");
    assert!(hides(&folder));
    // Into a module, in two steps.
    folder.write("m/main.tf", MAIN.replace("\"a\"", "\"c\"").as_bytes());
    folder.write("main.tf", b"module \"m\" {\n  source = \"./m\"\n}\n");
    let more = "moved {\n  from = terraform_data.b\n  to = module.m.terraform_data.c\n}\n";
    folder.write("moved2.tf", more.as_bytes());
    assert!(hides(&folder));
    // The file follows when it is asked to.
    folder.run(&format!("{CHECK} --prune"));
    folder.write("moved.tf", b"");
    folder.write("moved2.tf", b"");
    assert!(hides(&folder));
}

#[test]
fn what_is_gone_is_told_and_dropped() {
    let folder = known();
    folder.write("main.tf", b"resource \"terraform_data\" \"z\" {\n  input = 1\n}\n");
    assert_snapshot!(folder.run(CHECK), @r#"
    --- stdout
    note: 1 finding of `planward.baseline.json` is gone (`--prune` takes them out)
    no findings; 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    assert_snapshot!(folder.run(&format!("{CHECK} --prune")), @r#"
    --- stdout
    note: 1 finding of `planward.baseline.json` is gone and taken out
    no findings; 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    assert_snapshot!(folder.read("planward.baseline.json"), @r#"
    {
      "version": 1,
      "findings": []
    }
    "#);
}

#[test]
fn wrong_files_and_runs_that_are_not_whole() {
    let folder = known();
    folder.write("planward.baseline.json", b"{\"version\": 7, \"findings\": []}");
    assert_snapshot!(folder.run(CHECK), @r#"
    --- stdout
    main.tf:2:3: error: input is wide open [t.wide] (terraform_data.a)
    error: `planward.baseline.json` has version 7, expected 1 (`planward baseline` writes it anew) *
    1 finding (1 high); 1 policy on 1 resource in 1 file; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
    assert_snapshot!(folder.run("check --no-builtin --policies rules --baseline none.json"), @r#"
    --- stdout
    main.tf:2:3: error: input is wide open [t.wide] (terraform_data.a)
    error: the baseline `none.json` cannot be read: no such file or folder (`planward baseline` writes one) *
    1 finding (1 high); 1 policy on 1 resource in 1 file; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
    folder.write("broken.tf", b"resource {");
    assert_snapshot!(folder.run(&format!("baseline {OPTIONS} --output new.json")), @r#"
    --- stderr
    broken.tf:1:1: error: `resource` block has 0 labels, it needs a type and a name
    broken.tf:1:10: error: block is never closed by `}`
    `new.json` was not written
    --- exit code 2
    "#);
}
