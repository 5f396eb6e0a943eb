//! A suppression is called needless only by a run that looked at everything that it could be for.

use insta::assert_snapshot;

use crate::folder::Folder;
use crate::suppressions::{POLICIES, checked};

/// Who runs some of the policies that a pattern names does not learn whether it is needed.
#[test]
fn a_pattern_of_which_only_some_run() {
    let main = "# planward:ignore t.* because\nresource \"terraform_data\" \"a\" {\n  \
                triggers_replace = 1\n}\n";
    let idle = "suppression of `t.*` meets no finding";
    let all = checked(main, "");
    assert!(all.contains(idle), "{all}");
    let some = checked(main, "--select t.wide");
    assert!(!some.contains(idle), "{some}");
}

/// What other roots may need is not told to be needless by a run without them.
#[test]
fn roots_that_are_not_part_of_the_run() {
    let wide = "resource \"terraform_data\" \"a\" {\n  triggers_replace = 1\n  input = var.i\n}\n\
                variable \"i\" {}\n";
    let call = |input: &str| format!("module \"m\" {{\n  source = \"../m\"\n  i = {input}\n}}\n");
    let folder = Folder::with([
        POLICIES,
        (
            "planward.hcl",
            "builtin = false\npolicies = [\"rules\"]\nsuppress {\n  policies = [\"t.kept\"]\n  addresses = [\"terraform_data.b\"]\n}\n",
        ),
        ("a/main.tf", &call("1")),
        (
            "b/main.tf",
            &(call("\"0.0.0.0/0\"") + "resource \"terraform_data\" \"b\" {\n  input = 1\n}\n"),
        ),
        ("m/main.tf", &format!("# planward:ignore t.wide known\n{wide}")),
    ]);
    let idle = "meets no finding";
    for inputs in ["", "b", "b a", ".", "a", "a/main.tf", "m/main.tf"] {
        let told = folder.run(&format!("check {inputs}"));
        assert!(!told.contains(idle), "check {inputs}: {told}");
    }
    folder.write("b/main.tf", b"");
    assert_snapshot!(folder.run("check"), @r"
    --- stdout
    m/main.tf:1:1: note: suppression of `t.wide` meets no finding (it can go)
    planward.hcl:3:1: note: suppression of `t.kept` meets no finding (it can go)
    no findings; 2 policies on 1 resource in 3 files; exit code 0
    --- exit code 0
    ");
    // The roots that read a file are all there.
    let told = folder.run("check m/main.tf");
    assert!(
        told.contains("m/main.tf:1:1: note: suppression of `t.wide` meets no finding"),
        "{told}"
    );
    // A settings file of another root makes parts of the run.
    folder.write("a/planward.hcl", b"builtin = false\npolicies = [\"../rules\"]\n");
    assert!(folder.run("check").contains(idle));
    assert!(!folder.run("check a").contains(idle));
}
