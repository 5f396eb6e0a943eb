//! `planward.hcl`: what it changes, what goes before it, and what is said about mistakes.

use insta::assert_snapshot;

use crate::folder::Folder;

const POLICIES: (&str, &str) = (
    "rules/t.policy.hcl",
    r#"
policy {}

input "wide" {
  type    = string
  default = "0.0.0.0/0"
}

resource_policy "terraform_data" "wide" {
  enforce {
    condition     = attrs.input != input.wide
    error_message = "input is wide open"
  }
}

resource_policy "terraform_data" "kept" {
  enforcement_level = "advisory"
  enforce {
    condition     = core::try(attrs.triggers_replace, null) != null
    error_message = "no trigger"
  }
}
"#,
);

const MAIN: (&str, &str) =
    ("main.tf", "resource \"terraform_data\" \"a\" {\n  input = \"0.0.0.0/0\"\n}\n");

const OWN: &str = "builtin = false\npolicies = [\"rules\"]\n";

fn with(settings: &str, args: &str) -> String {
    let settings = format!("{OWN}{settings}");
    let folder = Folder::with([POLICIES, MAIN, ("planward.hcl", settings.as_str())]);
    folder.run(&format!("check {args}"))
}

#[test]
fn policies_severities_and_inputs() {
    assert_snapshot!(with("", ""), @r#"
    --- stdout
    main.tf:1:1: warning: no trigger [t.kept] (terraform_data.a)
    main.tf:2:3: error: input is wide open [t.wide] (terraform_data.a) *
    2 findings (1 high, 1 low); 2 policies on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(with("skip = [\"t.wide\"]", ""), @r#"
    --- stdout
    main.tf:1:1: warning: no trigger [t.kept] (terraform_data.a)
    1 finding (1 low); 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    // What is typed goes before the file.
    let typed = with("select = [\"t.wide\"]", "--select t.kept");
    assert_eq!(typed, with("skip = [\"t.wide\"]", ""));
    assert_snapshot!(with("severity = {\n  \"t.kept\" = \"critical\"\n}", ""), @r#"
    --- stdout
    main.tf:1:1: error: no trigger [t.kept] (terraform_data.a)
    main.tf:2:3: error: input is wide open [t.wide] (terraform_data.a) *
    2 findings (1 critical, 1 high); 2 policies on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(with("level = \"high\"\ninputs = {\n  wide = \"none\"\n}", ""), @r#"
    --- stdout
    no findings; 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
}

#[test]
fn the_gate_and_what_goes_before_it() {
    assert_snapshot!(with("fail_on = \"critical\"", ""), @r#"
    --- stdout
    main.tf:1:1: warning: no trigger [t.kept] (terraform_data.a)
    main.tf:2:3: error: input is wide open [t.wide] (terraform_data.a)
    2 findings (1 high, 1 low); 2 policies on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    assert_eq!(with("fail_on = \"critical\"", "--fail-on high"), with("", ""));
    assert_snapshot!(with("fail_on = \"none\"", "--no-settings"), @r#"
    --- stdout
    no findings; 22 policies on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
}

#[test]
fn suppressions_by_address() {
    let wish = "suppress {\n  policies = [\"t.w*\"]\n  addresses = [\"terraform_data.*\"]\n  \
                reason = \"known\"\n}\nsuppress {\n  policies = [\"t.kpet\"]\n  addresses = [\"x\"]\n}\n";
    assert_snapshot!(with(wish, "--show-suppressed"), @r#"
    --- stdout
    main.tf:1:1: warning: no trigger [t.kept] (terraform_data.a)
    main.tf:2:3: note: input is wide open [t.wide] (terraform_data.a) (suppressed by settings: known)
    planward.hcl:8:1: warning: suppression names `t.kpet`, which is no policy (did you mean `t.kept`?)
    1 finding (1 low), suppressed: 1 by settings; 2 policies on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
}

#[test]
fn mistakes_are_errors_at_their_place() {
    assert_snapshot!(with("fail_onn = \"high\"\nseverity = {\n  \"t.kpt\" = \"low\"\n}\n", ""), @r#"
    --- stdout
    main.tf:1:1: warning: no trigger [t.kept] (terraform_data.a)
    main.tf:2:3: error: input is wide open [t.wide] (terraform_data.a)
    planward.hcl:3:1: error: there is no setting `fail_onn` (did you mean `fail_on`?) *
    planward.hcl:5:3: warning: there is no policy `t.kpt` (did you mean `t.kept`?)
    2 findings (1 high, 1 low); 2 policies on 1 resource in 1 file; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}

#[test]
fn every_root_has_its_own() {
    let main = |name: &str| {
        format!(
            "resource \"terraform_data\" \"{name}\" {{\n  input = var.x\n}}\nvariable \"x\" {{}}\n"
        )
    };
    let settings = "builtin = false\npolicies = [\"../rules\"]\nvariable_files = [\"x.tfvars\"]\n";
    let folder = Folder::with([
        POLICIES,
        (
            "planward.hcl",
            "builtin = false\npolicies = [\"rules\"]\nselect = [\"t.wide\"]\nexclude = [\"old\"]\n",
        ),
        ("a/main.tf", main("a").as_str()),
        ("a/planward.hcl", &format!("{settings}skip = [\"t.kept\"]\n")),
        ("a/x.tfvars", "x = \"0.0.0.0/0\"\n"),
        ("b/main.tf", main("b").as_str()),
        ("b/planward.hcl", settings),
        ("b/x.tfvars", "x = \"fine\"\n"),
        ("c/main.tf", main("c").as_str()),
        ("old/main.tf", main("old").as_str()),
    ]);
    assert_snapshot!(folder.run("check"), @r#"
    --- stdout
    a/main.tf:2:3: error: input is wide open [t.wide] (terraform_data.a) *
    b/main.tf:1:1: warning: no trigger [t.kept] (terraform_data.b)
    c/main.tf:4:1: note: 1 check waits for `var.x` (no value given) [t.wide]
    2 findings (1 high, 1 low), 1 check undecided; 2 policies on 3 resources in 3 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn a_gate_takes_no_settings_from_the_change() {
    let folder = Folder::with([
        POLICIES,
        (
            "main.tf",
            "resource \"terraform_data\" \"a\" {\n  triggers_replace = 1\n  input = \"0.0.0.0/0\" # planward:ignore * trust me\n}\n",
        ),
        ("planward.hcl", "fail_on = \"none\"\n"),
        ("gate/gate.hcl", "builtin = false\npolicies = [\"../rules\"]\n"),
    ]);
    assert_snapshot!(folder.run("check --settings gate/gate.hcl"), @r#"
    --- stdout
    no findings, suppressed: 1 by source; 2 policies on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    assert_snapshot!(folder.run("check --settings gate/gate.hcl --locked"), @r#"
    --- stdout
    main.tf:3:3: error: input is wide open [t.wide] (terraform_data.a) (suppressed by source, but that does not hold here: trust me) *
    1 finding (1 high); 2 policies on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_eq!(
        folder.run("check --locked --no-builtin --policies rules"),
        folder.run("check --settings gate/gate.hcl --locked"),
    );
    assert_snapshot!(folder.run("check --settings none.hcl --no-builtin"), @r#"
    --- stdout
    error: the settings `none.hcl` cannot be read: no such file or folder *
    no findings; 0 policies on 1 resource in 1 file; exit code 2 for 1 error, marked *
    --- exit code 2
    "#);
}

#[test]
fn what_is_in_force() {
    let settings = "fail_on = \"high\"\n\nassume = {\n  log_archive = \"elsewhere\"\n}\n\
                    suppress {\n  policies = [\"*\"]\n  addresses = [\"a.*\"]\n  until = \"2999-01-01\"\n}\n";
    let folder = Folder::with([MAIN, ("planward.hcl", settings), ("deep/er/main.tf", "")]);
    assert_snapshot!(folder.run("settings deep/er"), @r#"
    --- stdout
    settings of planward.hcl
    policies = []  # default
    builtin = true  # default
    level = "info"  # default
    select = []  # default
    skip = []  # default
    fail_on = "high"  # planward.hcl:1
    fail_on_advisory = false  # default
    unknown = "warn"  # default
    require_complete = false  # default
    require_reason = false  # default
    variable_files = []  # default
    exclude = []  # default
    outside_modules = true  # default
    baseline = null  # default
    assume.log_archive = "elsewhere"  # planward.hcl:4
    suppress = ["*"] on ["a.*"] until 2999-01-01  # planward.hcl:6
    --- exit code 0
    "#);
    // A file stands for its folder.
    assert_eq!(folder.run("settings main.tf"), folder.run("settings"));
    assert_snapshot!(folder.run("settings deap"), @r"
    --- stderr
    error: `deap` does not exist
    --- exit code 2
    ");
    folder.write("planward.hcl", b"fail = 1\n");
    let told = folder.run("settings");
    let (rows, complaints) = told.split_once("--- stderr\n").expect("a complaint");
    assert!(rows.lines().skip(2).all(|row| row.ends_with("  # default")), "{rows}");
    assert_snapshot!(complaints, @r#"
    planward.hcl:1:1: error: there is no setting `fail`
      hint: there are policies, builtin, level, select, skip, fail_on, fail_on_advisory, unknown, require_complete, require_reason, variable_files, exclude, outside_modules, baseline, assume, severity, inputs, suppress
    --- exit code 2
    "#);
}

/// Commands that only look honour settings, too.
#[test]
fn values_comparisons_and_explanations() {
    let folder = Folder::with([
        POLICIES,
        (
            "planward.hcl",
            "policies = [\"rules\"]\nvariable_files = [\"x.tfvars\"]\nseverity = {\n  \"t.wide\" = \"low\"\n}\n",
        ),
        ("main.tf", "variable \"x\" {}\nresource \"terraform_data\" \"a\" {\n  input = var.x\n}\n"),
        ("x.tfvars", "x = \"from the file\"\n"),
        ("b/planward.hcl", "variable_files = [\"../y.tfvars\"]\n"),
        ("b/main.tf", "variable \"y\" {}\n"),
        ("y.tfvars", "y = 1\n"),
    ]);
    assert_snapshot!(folder.run("values"), @r#"
    --- stdout
    .
      x  "from the file"  x.tfvars:1

    b
      y  1  y.tfvars:1
    --- exit code 0
    "#);
    assert_snapshot!(folder.run("values --no-settings b"), @r#"
    --- stdout
    b
      y  (unknown)  no value given
    --- exit code 0
    "#);
    let told = folder.run("explain t.wide");
    assert!(told.contains("severity     low"), "{told}");
    let plan = r#"{"format_version":"1.2","planned_values":{},"resource_changes":[{"address":"terraform_data.a","mode":"managed","type":"terraform_data","name":"a","provider_name":"terraform.io/builtin/terraform","change":{"actions":["create"],"before":null,"after":{"input":"from the file"},"after_unknown":{},"before_sensitive":false,"after_sensitive":{}}}]}"#;
    folder.write("plan.json", plan.as_bytes());
    let equal = folder.run("compare --plan plan.json --own-variables");
    let without = folder.run("compare --plan plan.json --own-variables --no-settings");
    assert!(equal.contains("with expressions            1          0        0"), "{equal}");
    assert!(without.contains("with expressions            0          1        0"), "{without}");
}

/// What the settings say wrong is told at its place, whatever else the command reads.
#[test]
fn places_in_settings_stay_in_settings() {
    let settings = format!("{OWN}inputs = {{\n  wider = \"x\"\n}}\n");
    let folder = Folder::with([POLICIES, ("planward.hcl", settings.as_str())]);
    for command in ["policies", "explain t.wide"] {
        let told = folder.run(command);
        let warning = "planward.hcl:4:3: warning: no policy has an input `wider`";
        assert!(told.contains(warning), "{command}: {told}");
    }
}

#[test]
fn findings_in_downloaded_modules() {
    let manifest = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"m","Source":"registry.terraform.io/x/m/aws","Version":"1.0.0","Dir":".terraform/modules/m"}]}"#;
    let files = |settings: &str| {
        Folder::with([
            POLICIES,
            ("planward.hcl", &format!("{OWN}select = [\"t.wide\"]\n{settings}")),
            ("main.tf", "module \"m\" {\n  source  = \"x/m/aws\"\n  version = \"1.0.0\"\n}\n"),
            (".terraform/modules/modules.json", manifest),
            (".terraform/modules/m/main.tf", MAIN.1),
        ])
    };
    assert_snapshot!(files("").run("check"), @r#"
    --- stdout
    .terraform/modules/m/main.tf:2:3: error: input is wide open [t.wide] (module.m.terraform_data.a) *
    1 finding (1 high); 1 policy on 1 resource in 2 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_eq!(files("outside_modules = true\n").run("check"), files("").run("check"));
    assert_snapshot!(files("outside_modules = false\n").run("check --show-suppressed"), @r#"
    --- stdout
    .terraform/modules/m/main.tf:2:3: note: input is wide open [t.wide] (module.m.terraform_data.a) (suppressed by settings: it is in a module that was downloaded)
    no findings, suppressed: 1 by settings; 1 policy on 1 resource in 2 files; exit code 0
    --- exit code 0
    "#);
}

#[test]
fn a_baseline_over_several_roots() {
    let folder = Folder::with([
        POLICIES,
        ("planward.hcl", &format!("{OWN}select = [\"t.wide\"]\nbaseline = \"known.json\"\n")),
        ("a/main.tf", MAIN.1),
        ("b/main.tf", MAIN.1.replace("\"a\"", "\"b\"").as_str()),
    ]);
    assert_snapshot!(folder.run("baseline --output known.json"), @r#"
    --- stdout
    wrote known.json: 2 findings
    --- exit code 0
    "#);
    assert_snapshot!(folder.run("check"), @r#"
    --- stdout
    no findings, suppressed: 2 by baseline; 1 policy on 2 resources in 2 files; exit code 0
    --- exit code 0
    "#);
    // Checked alone, a root says nothing about what was found in others.
    assert_snapshot!(folder.run("check a"), @r#"
    --- stdout
    no findings, suppressed: 1 by baseline; 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    // Settings of two files: the baseline must be named.
    folder.write(
        "b/planward.hcl",
        format!("{OWN}select = [\"t.wide\"]\n").replace("rules", "../rules").as_bytes(),
    );
    assert_snapshot!(folder.run("check"), @r#"
    --- stdout
    a/main.tf:2:3: error: input is wide open [t.wide] (terraform_data.a) *
    b/main.tf:2:3: error: input is wide open [t.wide] (terraform_data.b) *
    2 findings (2 high); 1 policy on 2 resources in 2 files; exit code 1 for 2 findings, marked *
    --- exit code 1
    "#);
    assert_snapshot!(folder.run("check --baseline known.json"), @r#"
    --- stdout
    no findings, suppressed: 2 by baseline; 1 policy on 2 resources in 2 files; exit code 0
    --- exit code 0
    "#);
}
