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
    assert_snapshot!(with("select = [\"t.wide\"]", "--select t.kept"), @r#"
    --- stdout
    main.tf:1:1: warning: no trigger [t.kept] (terraform_data.a)
    1 finding (1 low); 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
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
    assert_snapshot!(with("fail_on = \"critical\"", "--fail-on high"), @r#"
    --- stdout
    main.tf:1:1: warning: no trigger [t.kept] (terraform_data.a)
    main.tf:2:3: error: input is wide open [t.wide] (terraform_data.a) *
    2 findings (1 high, 1 low); 2 policies on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
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
    assert_snapshot!(folder.run("check --locked --no-builtin --policies rules"), @r#"
    --- stdout
    main.tf:3:3: error: input is wide open [t.wide] (terraform_data.a) (suppressed by source, but that does not hold here: trust me) *
    1 finding (1 high); 2 policies on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
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
    folder.write("planward.hcl", b"fail = 1\n");
    assert_snapshot!(folder.run("settings"), @r#"
    --- stdout
    settings of planward.hcl
    policies = []  # default
    builtin = true  # default
    level = "info"  # default
    select = []  # default
    skip = []  # default
    fail_on = "low"  # default
    fail_on_advisory = false  # default
    unknown = "warn"  # default
    require_complete = false  # default
    require_reason = false  # default
    variable_files = []  # default
    exclude = []  # default
    outside_modules = true  # default
    baseline = null  # default
    --- stderr
    planward.hcl:1:1: error: there is no setting `fail`
      hint: there are policies, builtin, level, select, skip, fail_on, fail_on_advisory, unknown, require_complete, require_reason, variable_files, exclude, outside_modules, baseline, assume, severity, inputs, suppress
    --- exit code 2
    "#);
}
