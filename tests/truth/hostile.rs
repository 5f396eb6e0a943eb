//! Inputs that mean harm or make no sense: an error, exit code 2, no panic, and the rest is still checked.
//!
//! What people see of it stands in `tests/cli/wrong_inputs.rs`; here many more inputs go through the
//! library, each beside a configuration with one finding that must not get lost.

use std::fmt::Write as _;

use planward::check::{Input, Options};
use planward::finding::Gate;
use planward::report::{FORMATS, Style};
use planward::text::MemoryFiles;

use crate::found;

/// A key that is not rotated: one finding.
const KEY: &str = "resource \"aws_kms_key\" \"k\" {\n}\n";

/// Checks hostile files beside a good folder. Gives the errors.
fn errors(files: &[(&str, &[u8])], inputs: &[&str], policies: &[&str]) -> Vec<String> {
    let mut all = MemoryFiles::default();
    all.insert("good/main.tf", KEY);
    for (path, bytes) in files {
        all.insert(*path, *bytes);
    }
    let paths = inputs.iter().chain(&["good"]);
    let options = Options {
        inputs: paths.map(|path| Input::Path((*path).to_owned())).collect(),
        policies: policies.iter().map(|path| (*path).to_owned()).collect(),
        ..Options::default()
    };
    // As deep as the command line makes its stacks.
    let pool = rayon::ThreadPoolBuilder::new().stack_size(64 << 20).num_threads(2).build().unwrap();
    let report = pool.install(|| found::check_with(&all, options));
    let good = found::found(&report).into_iter().filter(|found| found.file == "good/main.tf");
    assert_eq!(good.count(), 1, "the finding in the good folder got lost");
    for format in &FORMATS {
        assert!(!(format.render)(&report, &Gate::default(), &Style::default()).is_empty());
    }
    let is_error = |d: &&planward::diag::Diagnostic| d.level == planward::diag::Level::Error;
    let errors: Vec<String> =
        report.diagnostics.iter().filter(is_error).map(|d| d.message.clone()).collect();
    let code = report.exit_code(&Gate::default());
    assert_eq!(code, if errors.is_empty() { 1 } else { 2 }, "{errors:?}");
    errors
}

/// The errors of one configuration file.
fn of_configuration(text: &[u8]) -> Vec<String> {
    errors(&[("bad/main.tf", text)], &["bad"], &[])
}

/// The errors of one plan.
fn of_plan(text: &[u8]) -> Vec<String> {
    errors(&[("bad/plan.json", text)], &["bad/plan.json"], &[])
}

/// The errors of one policy file.
fn of_policy(text: &str) -> Vec<String> {
    errors(&[("rules/bad.policy.hcl", text.as_bytes())], &[], &["rules"])
}

#[test]
fn nothing_at_all() {
    assert_eq!(of_configuration(b""), [""; 0], "an empty file declares nothing, which is fine");
    assert_eq!(of_configuration(b"\xef\xbb\xbf\n\n"), [""; 0]);
    for empty in ["", " ", "\n", "null", "{}", "[]", "0", "\"\"", "\u{feff}"] {
        assert_ne!(of_plan(empty.as_bytes()), [""; 0], "{empty:?}");
    }
}

#[test]
fn nested_deeper_than_anyone_writes() {
    let deep = 1 << 16;
    let wrap = |open: &str, close: &str| {
        format!("locals {{\n  a = {}1{}\n}}\n", open.repeat(deep), close.repeat(deep))
    };
    for (open, close) in [
        ("[", "]"),
        ("(", ")"),
        ("{ a = ", " }"),
        ("!", ""),
        ("-", ""),
        ("\"${", "}\""),
        ("f(", ")"),
        ("[for a in ", " : a]"),
    ] {
        assert_ne!(of_configuration(wrap(open, close).as_bytes()), [""; 0], "{open}");
    }
    let blocks = format!("{}{}", "a {\n".repeat(deep), "}\n".repeat(deep));
    assert_ne!(of_configuration(blocks.as_bytes()), [""; 0]);
    let dynamic = "dynamic \"a\" {\n for_each = [1]\n content {\n".repeat(2000);
    let dynamic =
        format!("resource \"aws_kms_key\" \"k\" {{\n{dynamic}{}}}\n", "}\n}\n".repeat(2000));
    of_configuration(dynamic.as_bytes());
}

#[test]
fn long_chains_are_no_depth() {
    let long = 1 << 14;
    for chain in ["1 + ", "true && ", "1 == 1 ? 1 : "] {
        let text = format!("locals {{\n  a = {}1\n}}\n", chain.repeat(long));
        of_configuration(text.as_bytes());
    }
    let text = format!("locals {{\n  a = {{}}\n  b = local.a{}\n}}\n", ".x".repeat(long));
    of_configuration(text.as_bytes());
    let mut text = String::from("locals {\n  l0 = 1\n");
    for n in 1..long {
        writeln!(text, "  l{n} = local.l{}", n - 1).unwrap();
    }
    writeln!(
        text,
        "}}\nresource \"aws_kms_key\" \"k\" {{\n  description = local.l{}\n}}",
        long - 1
    )
    .unwrap();
    of_configuration(text.as_bytes());
}

#[test]
fn values_that_explode() {
    let mut doubling = String::from("locals {\n  l0 = \"xxxxxxxxxxxxxxxx\"\n");
    for n in 1..64 {
        writeln!(doubling, "  l{n} = \"${{local.l{m}}}${{local.l{m}}}\"", m = n - 1).unwrap();
    }
    doubling.push_str("}\nresource \"aws_kms_key\" \"k\" {\n  description = local.l63\n}\n");
    of_configuration(doubling.as_bytes());
    for (double, use_of) in [
        ("[local.lM, local.lM]", "jsonencode(local.l63)"),
        ("[local.lM, local.lM]", "length(flatten(local.l63))"),
        ("[local.lM, local.lM]", "local.l63 == local.l62 ? \"a\" : \"b\""),
        ("{ a = local.lM, b = local.lM }", "local.l63"),
        ("concat(local.lM, local.lM)", "length(local.l63)"),
        ("jsonencode([local.lM, local.lM])", "local.l63"),
        ("jsonencode([local.lM, local.lM, aws_kms_key.u.arn])", "local.l63"),
    ] {
        let mut text = String::from("locals {\n  l0 = [1]\n");
        for n in 1..64 {
            let value = double.replace('M', &(n - 1).to_string());
            writeln!(text, "  l{n} = {value}").unwrap();
        }
        writeln!(text, "}}\nresource \"aws_kms_key\" \"k\" {{\n  description = {use_of}\n}}\nresource \"aws_kms_key\" \"u\" {{\n}}").unwrap();
        of_configuration(text.as_bytes());
    }
    for expr in [
        "range(1000000000)",
        "[for a in range(100000) : [for b in range(100000) : b]]",
        "format(\"%999999999d\", 1)",
        "join(\"\", [for a in range(1000) : join(\"\", [for b in range(1000) : \"xxxxxxxx\"])])",
        "setproduct(range(1000), range(1000), range(1000))",
        "1e999999999",
        "pow(9, 999999999)",
        "regex(\"(x+x+)+y\", \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\")",
        "replace(\"${join(\"\", range(1000))}\", \"/.*.*.*.*=/\", \"\")",
    ] {
        let text = format!("resource \"aws_kms_key\" \"k\" {{\n  description = {expr}\n}}\n");
        of_configuration(text.as_bytes());
    }
    let many = "resource \"aws_kms_key\" \"k\" {\n  count = 1000000000\n}\n";
    assert_ne!(of_configuration(many.as_bytes()), [""; 0]);
}

#[test]
fn circles() {
    for circle in [
        "locals {\n  a = local.b\n  b = local.a\n}\nresource \"aws_kms_key\" \"k\" {\n  description = local.a\n}\n",
        "locals {\n  a = local.a\n}\nresource \"aws_kms_key\" \"k\" {\n  count = local.a\n}\n",
        "resource \"aws_kms_key\" \"a\" {\n  description = aws_kms_key.b.description\n}\nresource \"aws_kms_key\" \"b\" {\n  description = aws_kms_key.a.description\n}\n",
        "resource \"aws_kms_key\" \"a\" {\n  count = length(aws_kms_key.a)\n}\n",
        "module \"a\" {\n  source = \"./a\"\n  x = module.a.y\n}\n",
        "variable \"a\" {\n  default = var.a\n}\nresource \"aws_kms_key\" \"k\" {\n  description = var.a\n}\n",
    ] {
        let inner = "variable \"x\" {}\noutput \"y\" {\n  value = var.x\n}\nresource \"aws_kms_key\" \"k\" {\n  description = var.x\n}\n";
        let files = [("bad/main.tf", circle.as_bytes()), ("bad/a/main.tf", inner.as_bytes())];
        assert_ne!(errors(&files, &["bad"], &[]), [""; 0], "{circle}");
    }
}

#[test]
fn text_that_is_none() {
    assert_ne!(of_configuration(b"a = \"\xff\xfe\"\n"), [""; 0]);
    assert_ne!(of_configuration(&[0; 1000]), [""; 0]);
    assert_ne!(
        of_configuration("resource \"a\" \"\u{202e}b\" {\n  x = \u{0}\n}\n".as_bytes()),
        [""; 0]
    );
    let noise: Vec<u8> =
        (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    assert_ne!(of_configuration(&noise), [""; 0]);
    assert_ne!(of_plan(&noise), [""; 0]);
}

#[test]
fn plans_that_contradict_themselves() {
    let plan = |changes: &str| {
        format!(
            "{{\"format_version\":\"1.2\",\"terraform_version\":\"1.9.0\",\"resource_changes\":{changes}}}"
        )
    };
    for changes in [
        "null",
        "{}",
        "0",
        "[null]",
        "[0]",
        "[[]]",
        "[{}]",
        r#"[{"address":"aws_kms_key.k"}]"#,
        r#"[{"address":"","mode":"managed","type":"","name":"","change":{"actions":[],"after":{}}}]"#,
        r#"[{"address":"aws_kms_key.k[","mode":"managed","type":"aws_kms_key","name":"k","change":{"actions":["create"],"after":{}}}]"#,
        r#"[{"address":"aws_kms_key.k","mode":"managed","type":"aws_kms_key","name":"k","change":{"actions":["create"],"after":[]}}]"#,
        r#"[{"address":"aws_kms_key.k","mode":"managed","type":"aws_kms_key","name":"k","change":{"actions":"create","after":"text","after_unknown":true,"after_sensitive":[1]}}]"#,
        r#"[{"address":"aws_s3_bucket.b","mode":"managed","type":"aws_s3_bucket","name":"b","change":{"actions":["create"],"after":{"bucket":{"a":[]},"acl":["public-read"],"grant":"x","policy":7},"after_unknown":{"bucket":[true],"grant":{"x":true}}}}]"#,
        r#"[{"address":"aws_iam_policy.p","mode":"managed","type":"aws_iam_policy","name":"p","change":{"actions":["create"],"after":{"policy":"{\"Statement\":[[[]]],\"Statement\":7}"}}}]"#,
        r#"[{"address":"aws_iam_policy.p","mode":"managed","type":"aws_iam_policy","name":"p","change":{"actions":["create"],"after":{"policy":"{"}}}]"#,
    ] {
        of_plan(plan(changes).as_bytes());
    }
    let deep = format!("{}{}", "[".repeat(1 << 20), "]".repeat(1 << 20));
    let after = format!(
        r#"[{{"address":"aws_kms_key.k","mode":"managed","type":"aws_kms_key","name":"k","change":{{"actions":["create"],"after":{{"tags":{deep}}}}}}}]"#
    );
    of_plan(plan(&after).as_bytes());
    let document = format!(
        r#"[{{"address":"aws_iam_policy.p","mode":"managed","type":"aws_iam_policy","name":"p","change":{{"actions":["create"],"after":{{"policy":"{deep}"}}}}}}]"#
    );
    of_plan(plan(&document).as_bytes());
}

#[test]
fn policies_with_mistakes() {
    for policy in [
        "policy {",
        "policy {}\nresource_policy \"aws_kms_key\" \"a\" {\n  enforce {\n    condition = attrs.enable_key_rotatoin\n  }\n}\n",
        "policy {}\nresource_policy \"aws_kms_key\" \"a\" {\n  enforce {\n    conditoin = true\n  }\n}\n",
        "policy {}\nresource_polciy \"aws_kms_key\" \"a\" {\n  enforce {\n    condition = true\n  }\n}\n",
        "policy {}\nresource_policy \"aws_kms_key\" \"a\" {\n  enforce {\n    condition = core::nosuch(attrs)\n  }\n}\n",
        "policy {}\nresource_policy \"aws_kms_key\" \"a\" {\n  enforce {\n    condition = \"neither\"\n  }\n}\n",
        "policy {}\nresource_policy \"aws_kms_key\" \"a\" {\n  locals {\n    a = local.b\n    b = local.a\n  }\n  enforce {\n    condition = local.a\n  }\n}\n",
        "# ---\n# id = \"aws-kms-key-rotation-off\"\n# title = \"twice\"\n# severity = \"low\"\n# theme = \"other\"\n# ---\npolicy {}\nresource_policy \"aws_kms_key\" \"a\" {\n  enforce {\n    condition = true\n  }\n}\n",
    ] {
        assert_ne!(of_policy(policy), [""; 0], "{policy}");
    }
    let deep = format!(
        "policy {{}}\nresource_policy \"aws_kms_key\" \"a\" {{\n  enforce {{\n    condition = {}true{}\n  }}\n}}\n",
        "(".repeat(1 << 16),
        ")".repeat(1 << 16),
    );
    assert_ne!(of_policy(&deep), [""; 0]);
}

#[test]
fn modules_that_are_not_there() {
    for source in ["./nowhere", "../../../../../../etc", "./", "", "/etc", ".\\\\windows"] {
        let call = format!("module \"a\" {{\n  source = \"{source}\"\n}}\n");
        of_configuration(call.as_bytes());
    }
    let missing = "module \"a\" {\n  source = \"./nowhere\"\n}\n";
    assert_ne!(of_configuration(missing.as_bytes()), [""; 0]);
}
