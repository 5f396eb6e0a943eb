//! Suppressions in comments: where they reach, when they hold, and what is said about them.

use insta::assert_snapshot;

use crate::folder::Folder;

/// Two policies about the same resources; one is known to other tools.
pub(crate) const POLICIES: (&str, &str) = (
    "rules/t.policy.hcl",
    r#"
policy {}

resource_policy "terraform_data" "wide" {
  enforce {
    condition     = attrs.input != "0.0.0.0/0"
    error_message = "input is wide open"
  }
}

resource_policy "terraform_data" "kept" {
  enforce {
    condition     = core::try(attrs.triggers_replace, null) != null
    error_message = "no trigger"
  }
}
"#,
);

const KNOWN: (&str, &str) = (
    "rules/known.policy.hcl",
    r#"# ---
# id       = "known"
# title    = "input is known"
# severity = "high"
# theme    = "other"
# aliases = {
#   checkov = ["CKV_X_1"]
#   trivy   = ["X-0001"]
# }
# formerly = ["once"]
# ---
policy {}

resource_policy "terraform_data" "known" {
  enforce {
    condition     = attrs.input != "known"
    error_message = "input is known"
  }
}
"#,
);

const CHECK: &str = "check --no-builtin --policies rules";

/// Exit code and the lines that `concise` prints.
pub(crate) fn checked(main: &str, more: &str) -> String {
    let folder = Folder::with([POLICIES, KNOWN, ("main.tf", main)]);
    folder.run(&format!("{CHECK} {more}"))
}

#[test]
fn the_line_the_attribute_and_the_block() {
    let main = r#"
resource "terraform_data" "line" {
  triggers_replace = 1
  input            = "0.0.0.0/0" # planward:ignore t.wide a public site
}

resource "terraform_data" "above" {
  triggers_replace = 1
  // planward:ignore t.wide a public site
  input = "0.0.0.0/0"
}

# planward:ignore t.wide, t.kept until=2999-12-31 a public site
resource "terraform_data" "block" {
  input = "0.0.0.0/0"
}

resource "terraform_data" "other" {
  input = "0.0.0.0/0" /* planward:ignore t.* all of this line */
}
"#;
    assert_snapshot!(checked(main, "--show-suppressed"), @r#"
    --- stdout
    main.tf:4:3: note: input is wide open [t.wide] (terraform_data.line) (suppressed by source: a public site)
    main.tf:10:3: note: input is wide open [t.wide] (terraform_data.above) (suppressed by source: a public site)
    main.tf:14:1: note: no trigger [t.kept] (terraform_data.block) (suppressed by source until 2999-12-31: a public site)
    main.tf:15:3: note: input is wide open [t.wide] (terraform_data.block) (suppressed by source until 2999-12-31: a public site)
    main.tf:18:1: error: no trigger [t.kept] (terraform_data.other) *
    main.tf:19:3: note: input is wide open [t.wide] (terraform_data.other) (suppressed by source: all of this line)
    1 finding (1 high), suppressed: 5 by source; 3 policies on 4 resources in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn a_module_call_and_one_instance() {
    let folder = Folder::with([
        POLICIES,
        (
            "main.tf",
            r#"
# planward:ignore t.kept everything inside
module "a" {
  source = "./m"
}

# planward:ignore t.kept["x"] only this one
module "b" {
  source   = "./m"
  for_each = toset(["x", "y"])
}
"#,
        ),
        (
            "m/m.tf",
            r#"
# planward:ignore t.wide[1] only this one
resource "terraform_data" "many" {
  count = 2
  input = "0.0.0.0/0"
}
"#,
        ),
    ]);
    assert_snapshot!(folder.run(&format!("{CHECK} --show-suppressed")), @r#"
    --- stdout
    m/m.tf:3:1: note: no trigger [t.kept] (module.a.terraform_data.many, 2 instances) (suppressed by source: everything inside)
    m/m.tf:3:1: note: no trigger [t.kept] (module.b.terraform_data.many, 2 instances) (suppressed by source: only this one)
    m/m.tf:3:1: error: no trigger [t.kept] (module.b.terraform_data.many, 2 instances) *
    m/m.tf:5:3: error: input is wide open [t.wide] (module.a.terraform_data.many[0]) *
    m/m.tf:5:3: note: input is wide open [t.wide] (module.a.terraform_data.many[1]) (suppressed by source: only this one)
    m/m.tf:5:3: error: input is wide open [t.wide] (module.b.terraform_data.many, 2 instances) *
    m/m.tf:5:3: note: input is wide open [t.wide] (module.b.terraform_data.many, 2 instances) (suppressed by source: only this one)
    3 findings (3 high), suppressed: 4 by source; 2 policies on 6 resources in 2 files; exit code 1 for 3 findings, marked *
    --- exit code 1
    "#);
}

#[test]
fn a_file_and_a_value_from_elsewhere() {
    let folder = Folder::with([
        POLICIES,
        ("a.tf", "# planward:ignore-file t.kept old\nresource \"terraform_data\" \"a\" {}\n"),
        (
            "b.tf",
            r#"
locals {
  wide = "0.0.0.0/0" # planward:ignore t.wide decided here
}

resource "terraform_data" "b" {
  triggers_replace = 1
  input            = local.wide
}
"#,
        ),
    ]);
    assert_snapshot!(folder.run(&format!("{CHECK} --show-suppressed")), @r#"
    --- stdout
    a.tf:2:1: note: no trigger [t.kept] (terraform_data.a) (suppressed by source: old)
    b.tf:8:3: note: input is wide open [t.wide] (terraform_data.b) (suppressed by source: decided here)
    no findings, suppressed: 2 by source; 2 policies on 2 resources in 2 files; exit code 0
    --- exit code 0
    "#);
}

const EXPIRED: &str = r#"
resource "terraform_data" "a" {
  triggers_replace = 1
  input            = "0.0.0.0/0" # planward:ignore t.wide until=2001-01-01 later
}
"#;

#[test]
fn an_expired_one_does_not_hold() {
    assert_snapshot!(checked(EXPIRED, ""), @r#"
    --- stdout
    main.tf:4:3: error: input is wide open [t.wide] (terraform_data.a) (suppressed by source until 2001-01-01, but that does not hold here: later) *
    main.tf:4:34: warning: suppression has expired: it held until 2001-01-01 (mend what it hides, or give it a later day)
    1 finding (1 high); 3 policies on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn mistakes_are_told() {
    let main = r#"
# planward:ignore t.wdie because

# planward:ingore t.wide because
resource "terraform_data" "a" {
  triggers_replace = 1 # planward:ignore t.wide not needed
  # planward:ignore t.wdie because
  input = "0.0.0.0/0"
  # planward:ignore t.wide because
}
# checkov:skip=CKV_UNKNOWN:what
"#;
    assert_snapshot!(checked(main, ""), @r#"
    --- stdout
    main.tf:8:3: error: input is wide open [t.wide] (terraform_data.a) *
    main.tf:2:1: warning: suppression names `t.wdie`, which is no policy (did you mean `t.wide`?)
    main.tf:2:1: warning: suppression stands above nothing (put it on the line of an attribute or block, or directly above one)
    main.tf:4:1: warning: `planward:ingore` is no word of a suppression (did you mean `planward:ignore`?)
    main.tf:6:24: note: suppression of `t.wide` meets no finding (it can go)
    main.tf:7:3: warning: suppression names `t.wdie`, which is no policy (did you mean `t.wide`?)
    main.tf:9:3: warning: suppression stands above nothing (put it on the line of an attribute or block, or directly above one)
    note: 1 suppression of another tool names a check that no policy here knows
    1 finding (1 high); 3 policies on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    // Whoever does not run a policy learns nothing about its suppressions.
    assert_snapshot!(checked(main, "--select known"), @r#"
    --- stdout
    main.tf:2:1: warning: suppression names `t.wdie`, which is no policy (did you mean `t.wide`?)
    main.tf:2:1: warning: suppression stands above nothing (put it on the line of an attribute or block, or directly above one)
    main.tf:4:1: warning: `planward:ingore` is no word of a suppression (did you mean `planward:ignore`?)
    main.tf:7:3: warning: suppression names `t.wdie`, which is no policy (did you mean `t.wide`?)
    main.tf:9:3: warning: suppression stands above nothing (put it on the line of an attribute or block, or directly above one)
    note: 1 suppression of another tool names a check that no policy here knows
    no findings; 1 policy on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
}

const LINE: &str = r#"
resource "terraform_data" "a" {
  triggers_replace = 1
  input            = "0.0.0.0/0" # planward:ignore t.wide
}
"#;

#[test]
fn a_reason_can_be_required_and_the_source_locked_out() {
    assert_snapshot!(checked(LINE, ""), @r#"
    --- stdout
    no findings, suppressed: 1 by source; 3 policies on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    assert_snapshot!(checked(LINE, "--require-reason"), @r#"
    --- stdout
    main.tf:4:3: error: input is wide open [t.wide] (terraform_data.a) (suppressed by source, but that does not hold here) *
    main.tf:4:34: warning: suppression without a reason does not hold (write why after the policy's id)
    1 finding (1 high); 3 policies on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
    assert_snapshot!(checked(LINE, "--locked"), @r#"
    --- stdout
    main.tf:4:3: error: input is wide open [t.wide] (terraform_data.a) (suppressed by source, but that does not hold here) *
    1 finding (1 high); 3 policies on 1 resource in 1 file; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn comments_of_other_tools() {
    let main = r#"
resource "terraform_data" "checkov" {
  #checkov:skip=CKV_X_1:a reason
  triggers_replace = 1
  input            = "known"
}

#trivy:ignore:AVD-X-0001:exp:2999-01-01
resource "terraform_data" "trivy" {
  triggers_replace = 1
  input            = "known"
}

resource "terraform_data" "tfsec" {
  triggers_replace = 1
  input            = "known" #tfsec:ignore:x-0001
}

#trivy:ignore:*[input=known]
resource "terraform_data" "when" {
  input = "known"
}

#trivy:ignore:*[input=other]
resource "terraform_data" "when_not" {
  triggers_replace = 1
  input            = "known"
}

#trivy:ignore:AVD-X-0001:exp:2001-01-01
resource "terraform_data" "expired" {
  triggers_replace = 1
  input            = "known" # planward:ignore t.wide nothing
}

resource "terraform_data" "former" {
  triggers_replace = 1
  input            = "known" # planward:ignore once by its former id
}
"#;
    assert_snapshot!(checked(main, "--show-suppressed"), @r#"
    --- stdout
    main.tf:5:3: note: input is known [known] (terraform_data.checkov) (suppressed by source: a reason)
    main.tf:11:3: note: input is known [known] (terraform_data.trivy) (suppressed by source until 2998-12-31)
    main.tf:16:3: note: input is known [known] (terraform_data.tfsec) (suppressed by source)
    main.tf:20:1: note: no trigger [t.kept] (terraform_data.when) (suppressed by source)
    main.tf:21:3: note: input is known [known] (terraform_data.when) (suppressed by source)
    main.tf:27:3: error: input is known [known] (terraform_data.when_not) *
    main.tf:33:3: error: input is known [known] (terraform_data.expired) (suppressed by source until 2000-12-31, but that does not hold here) *
    main.tf:38:3: note: input is known [known] (terraform_data.former) (suppressed by source: by its former id)
    main.tf:30:1: warning: suppression has expired: it held until 2000-12-31 (mend what it hides, or give it a later day)
    main.tf:33:30: note: suppression of `t.wide` meets no finding (it can go)
    2 findings (2 high), suppressed: 6 by source; 3 policies on 7 resources in 1 file; exit code 1 for 2 findings, marked *
    --- exit code 1
    "#);
}

#[test]
fn a_plan_with_its_source() {
    let main = "resource \"terraform_data\" \"a\" {\n  triggers_replace = 1\n  \
                input = \"0.0.0.0/0\" # planward:ignore t.wide a public site\n}\n";
    let plan = r#"{
  "format_version": "1.2", "terraform_version": "1.11.4",
  "planned_values": {"root_module": {}},
  "resource_changes": [{
    "address": "terraform_data.a", "mode": "managed", "type": "terraform_data", "name": "a",
    "provider_name": "terraform.io/builtin/terraform",
    "change": {
      "actions": ["create"], "before": null,
      "after": {"input": "0.0.0.0/0", "triggers_replace": 1},
      "after_unknown": {"id": true, "output": true}, "before_sensitive": false, "after_sensitive": {}
    }
  }],
  "configuration": {"root_module": {"resources": [{
    "address": "terraform_data.a", "mode": "managed", "type": "terraform_data", "name": "a",
    "provider_config_key": "terraform",
    "expressions": {"input": {"constant_value": "0.0.0.0/0"}, "triggers_replace": {"constant_value": 1}},
    "schema_version": 0
  }]}}
}"#;
    let folder = Folder::with([POLICIES, ("main.tf", main), ("plan.json", plan)]);
    assert_snapshot!(folder.run(&format!("{CHECK} plan.json")), @r#"
    --- stdout
    no findings, suppressed: 1 by source; 2 policies on 1 resource in 1 file; exit code 0
    --- exit code 0
    "#);
    assert_snapshot!(folder.run(&format!("{CHECK} plan.json --no-source")), @r#"
    --- stdout
    terraform_data.a: error: input is wide open [t.wide] *
    1 finding (1 high); 1 introduced; 2 policies on 1 resource in 0 files; exit code 1 for 1 finding, marked *
    --- exit code 1
    "#);
}

#[test]
fn json_and_sarif_tell_who_asked() {
    let folder = Folder::with([POLICIES, ("main.tf", EXPIRED.replace("2001", "2999").as_str())]);
    let output = folder.output(&format!("{CHECK} --format json"), b"");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_snapshot!(report["findings"][0]["suppressed"].to_string(), @r#"{"by":"source","file":"main.tf","holds":true,"range":{"end":{"column":81,"line":4},"start":{"column":34,"line":4}},"reason":"later","until":"2999-01-01"}"#);
    let results = |more: &str| {
        let output = folder.output(&format!("{CHECK} --format sarif {more}"), b"");
        let log: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        log["runs"][0]["results"].clone()
    };
    assert_eq!(results(""), serde_json::json!([]));
    assert_snapshot!(results("--show-suppressed")[0]["suppressions"].to_string(), @r#"[{"justification":"suppressed by source until 2999-01-01: later","kind":"inSource","location":{"physicalLocation":{"artifactLocation":{"uri":"main.tf"},"region":{"endColumn":81,"endLine":4,"startColumn":34,"startLine":4}}}}]"#);
}

#[test]
fn comments_are_rewritten() {
    let main = "resource \"terraform_data\" \"a\" {\n  #checkov:skip=CKV_X_1:a reason\n  \
                input = \"known\" #checkov:skip=CKV_UNKNOWN:x\n}\n\n\
                //trivy:ignore:AVD-X-0001:exp:2999-01-01\nmodule \"m\" {\n  source = \"./m\"\n}\n";
    let module = "resource \"terraform_data\" \"b\" {\r\n  input = \"known\" # tfsec:ignore:X-0001 \
                  why\r\n  count = 1 #checkov:skip=CKV_X_1\r\n}\r\n#trivy:ignore:*[a=b]\r\n";
    let folder = Folder::with([KNOWN, ("main.tf", main), ("m/m.tf", module)]);
    assert_snapshot!(folder.run("migrate --policies rules"), @r#"
    --- stdout
    --- m/m.tf
    +++ m/m.tf
    @@ -0,0 +1,1 @@
    +# planward:ignore known
    @@ -2,1 +3,1 @@
    -  input = "known" # tfsec:ignore:X-0001 why
    +  input = "known" # planward:ignore known why
    @@ -3,1 +4,1 @@
    -  count = 1 #checkov:skip=CKV_X_1
    +  count = 1
    --- main.tf
    +++ main.tf
    @@ -0,0 +1,1 @@
    +# planward:ignore known a reason
    @@ -2,1 +2,0 @@
    -  #checkov:skip=CKV_X_1:a reason
    @@ -6,1 +6,1 @@
    -//trivy:ignore:AVD-X-0001:exp:2999-01-01
    +// planward:ignore known until=2998-12-31
    --- stderr
    m/m.tf:5:1: note: comment stays as it is: it holds on a condition
    main.tf:3:19: note: comment stays as it is: no policy knows this check
    4 comments to rewrite; `--write` does it
    --- exit code 0
    "#);
    assert_eq!(folder.read("main.tf"), main);
    assert_snapshot!(folder.run("migrate --policies rules --write"), @r#"
    --- stdout
    wrote m/m.tf
    wrote main.tf
    --- stderr
    m/m.tf:5:1: note: comment stays as it is: it holds on a condition
    main.tf:3:19: note: comment stays as it is: no policy knows this check
    --- exit code 0
    "#);
    assert_snapshot!(folder.read("main.tf"), @r#"
    # planward:ignore known a reason
    resource "terraform_data" "a" {
      input = "known" #checkov:skip=CKV_UNKNOWN:x
    }

    // planward:ignore known until=2998-12-31
    module "m" {
      source = "./m"
    }
    "#);
    assert_snapshot!(folder.read("m/m.tf").replace('\r', "%"), @r#"
    # planward:ignore known%
    resource "terraform_data" "b" {%
      input = "known" # planward:ignore known why%
      count = 1%
    }%
    #trivy:ignore:*[a=b]%
    "#);
    assert_snapshot!(folder.run("check --no-builtin --policies rules --show-suppressed"), @r#"
    --- stdout
    m/m.tf:3:3: note: input is known [known] (module.m.terraform_data.b[0]) (suppressed by source until 2998-12-31)
    main.tf:3:3: note: input is known [known] (terraform_data.a) (suppressed by source: a reason)
    note: 1 suppression of another tool names a check that no policy here knows
    no findings, suppressed: 2 by source; 1 policy on 2 resources in 2 files; exit code 0
    --- exit code 0
    "#);
    assert_snapshot!(folder.run("migrate --policies rules"), @r#"
    --- stderr
    m/m.tf:6:1: note: comment stays as it is: it holds on a condition
    main.tf:3:19: note: comment stays as it is: no policy knows this check
    nothing to rewrite
    --- exit code 0
    "#);
}

#[test]
fn the_long_names_of_tfsec() {
    let main = r#"
#tfsec:ignore:aws-ec2-enable-volume-encryption
resource "aws_ebs_volume" "a" {
  availability_zone = "eu-west-1a"
  size              = 1
}
resource "aws_kms_key" "k" { #tfsec:ignore:aws-kms-auto-rotate-keys
}
"#;
    let folder = Folder::with([("main.tf", main)]);
    let told = folder.run("check");
    assert!(told.contains("no findings, suppressed: 2 by source;"), "{told}");
    assert!(folder.run("migrate").contains("+# planward:ignore aws-ec2-volume-not-encrypted"));
}
