//! Configurations that would take all time or memory there is: each ends soon, says at the line that
//! asks for too much what was too much and how to allow more, and the resource beside it is checked.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use planward::check::{Input, Options};
use planward::diag::{Diagnostic, Level};
use planward::finding::Report;
use planward::terraform::config::Limits;
use planward::text::MemoryFiles;

use crate::found;

/// One finding, in the same root as what is hostile.
const BESIDE: &str = "resource \"aws_kms_key\" \"beside\" {\n}\n";

fn report(files: &[(&str, &str)], limits: Limits) -> Report {
    let mut all = MemoryFiles::default();
    all.insert("beside.tf", BESIDE);
    for (path, text) in files {
        all.insert(*path, *text);
    }
    let inputs = vec![Input::Path(".".to_owned())];
    let options = Options { inputs, limits, ..Options::default() };
    let started = Instant::now();
    // As deep as the command line makes its stacks.
    let pool = rayon::ThreadPoolBuilder::new().stack_size(64 << 20).num_threads(2).build().unwrap();
    let report = pool.install(|| found::check_with(&all, options));
    let took = started.elapsed();
    assert!(took < Duration::from_secs(60), "{took:?} for {files:.200?}");
    let beside = found::found(&report).into_iter().filter(|found| found.file == "beside.tf");
    assert_eq!(beside.count(), 1, "the finding beside got lost: {files:.200?}");
    report
}

/// The errors of `main.tf`: the text of the place and the message.
fn errors_of(files: &[(&str, &str)], limits: Limits) -> Vec<(String, String)> {
    let report = report(files, limits);
    let shown = |diagnostic: &Diagnostic| {
        let at = diagnostic.at.as_ref().unwrap_or_else(|| panic!("no place: {diagnostic:?}")).span;
        let text = report.sources.text(at.file);
        let place = text.get(at.start as usize..at.end as usize).unwrap_or_default().to_owned();
        (place, diagnostic.message.clone())
    };
    let errors = report.diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error);
    errors.map(shown).collect()
}

#[track_caller]
fn ends(main: &str, expected: &[(&str, &str)]) {
    let errors = errors_of(&[("main.tf", main)], Limits::default());
    let errors: Vec<(&str, &str)> =
        errors.iter().map(|(place, message)| (place.as_str(), message.as_str())).collect();
    assert_eq!(errors, expected);
}

fn doubling(first: &str, next: &str) -> String {
    let mut text = format!("locals {{\n  l0 = {first}\n");
    for n in 1..64 {
        writeln!(text, "  l{n} = {}", next.replace("PREVIOUS", &format!("local.l{}", n - 1)))
            .unwrap();
    }
    text.push_str("}\nresource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = true\n  description = local.l63\n}\n");
    text
}

#[test]
fn instances_of_one_block() {
    ends(
        "resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = true\n  count = 1000000000\n}\n",
        &[(
            "1000000000",
            "1000000000 instances of one block are more than the 100000 that are checked",
        )],
    );
    // A million keys, of which each is made.
    let million = "resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = true\n  for_each = toset([for p in setproduct(range(1000), range(1000)) : \"${p[0]}-${p[1]}\"])\n}\n";
    let errors = errors_of(&[("main.tf", million)], Limits::default());
    assert_eq!(errors.len(), 1, "{errors:?}");
}

#[test]
fn one_stands_for_all() {
    let key = "resource \"aws_kms_key\" \"k\" {\n  count = 1000000\n}\n";
    let report = report(&[("main.tf", key)], Limits::default());
    let found = found::found(&report).into_iter().filter(|found| found.file == "main.tf");
    assert_eq!(found.count(), 1, "what is not made a million times is made once");
}

#[test]
fn modules_that_multiply() {
    // 1,000 times 1,000 instances.
    let call = |to: &str| format!("module \"m\" {{\n  source = \"./{to}\"\n  count = 1000\n}}\n");
    let key = "resource \"aws_kms_key\" \"k\" {\n}\n";
    let files = [("main.tf", call("a")), ("a/main.tf", call("b")), ("a/b/main.tf", key.to_owned())];
    let files = files.each_ref().map(|(path, text)| (*path, text.as_str()));
    let limits = Limits { instances: 4_000, ..Limits::default() };
    let errors = errors_of(&files, limits);
    let too_many = "more than 4000 instances in one root module";
    assert_eq!(errors, [("1000".to_owned(), too_many.to_owned())]);
    // Every module calls the next one twice: 2^40 instances and no `count`.
    let mut files = Vec::new();
    for n in 0..40 {
        let folder = "m/".repeat(n);
        let mut text = String::new();
        for name in ["a", "b"] {
            writeln!(text, "module \"{name}\" {{\n  source = \"./m\"\n}}").unwrap();
        }
        files.push((format!("{folder}main.tf"), text));
    }
    files.push((format!("{}main.tf", "m/".repeat(40)), key.to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let limits = Limits { instances: 4_000, ..Limits::default() };
    let errors = errors_of(&files, limits);
    assert!(errors.iter().any(|(_, message)| message == too_many), "{errors:?}");
}

#[test]
fn values_that_double() {
    for (first, next) in [
        ("\"xxxxxxxxxxxxxxxx\"", "\"${PREVIOUS}${PREVIOUS}\""),
        ("[1]", "[PREVIOUS, PREVIOUS]"),
        ("[1]", "concat(PREVIOUS, PREVIOUS)"),
        ("{}", "{ a = PREVIOUS, b = PREVIOUS }"),
        ("\"xxxxxxxxxxxxxxxx\"", "format(\"%s%s\", PREVIOUS, PREVIOUS)"),
        ("\"xxxxxxxxxxxxxxxx\"", "replace(PREVIOUS, \"x\", \"xx\")"),
        ("\"xxxxxxxxxxxxxxxx\"", "join(\"\", [PREVIOUS, PREVIOUS])"),
        ("[1]", "jsonencode([PREVIOUS, PREVIOUS])"),
    ] {
        let errors = errors_of(&[("main.tf", &doubling(first, next))], Limits::default());
        // What is unknown for being too large is small again, and may double once more.
        let first = errors.first().map_or("", |(_, message)| message.as_str());
        assert!(first.contains("more than"), "{next}: {errors:?}");
    }
}

#[test]
fn loops_that_multiply() {
    let key = |description: &str| {
        format!(
            "resource \"aws_kms_key\" \"k\" {{\n  enable_key_rotation = true\n  description = {description}\n}}\n"
        )
    };
    let thousand = "range(1000)";
    let million = format!(
        "[for a in {thousand} : [for b in {thousand} : [for c in {thousand} : [for d in {thousand} : d]]]]"
    );
    let limits = Limits { steps: 20_000_000, ..Limits::default() };
    let errors = errors_of(&[("main.tf", &key(&format!("length({million})")))], limits);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].1, "the expression takes more than 1000000 steps");
    // Each below the limit of one expression, all together above that of the root.
    let mut text = String::new();
    for n in 0..50 {
        writeln!(text, "resource \"aws_kms_key\" \"k{n}\" {{\n  enable_key_rotation = true\n  description = length([for p in setproduct(range(300), range(300)) : p])\n}}").unwrap();
    }
    let limits = Limits { steps: 4_000_000, ..Limits::default() };
    let errors = errors_of(&[("main.tf", &text)], limits);
    assert!(errors.iter().any(|(_, m)| m.contains("more than 4000000 steps")), "{errors:?}");
    let mut dynamic =
        String::from("resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = true\n");
    for _ in 0..6 {
        dynamic.push_str("dynamic \"a\" {\n for_each = range(1000)\n content {\n");
    }
    dynamic.push_str(&"}\n}\n".repeat(6));
    dynamic.push_str("}\n");
    let errors = errors_of(&[("main.tf", &dynamic)], Limits::default());
    let messages: Vec<&str> = errors.iter().map(|(_, message)| message.as_str()).collect();
    assert!(!messages.is_empty());
    let expected = "dynamic blocks of one resource have more than 100000 rounds";
    assert!(messages.iter().all(|message| *message == expected), "{messages:?}");
}

#[test]
fn deep_names() {
    let mut text = String::from("locals {\n  l0 = 1\n");
    for n in 1..5_000 {
        writeln!(text, "  l{n} = local.l{}", n - 1).unwrap();
    }
    text.push_str("}\nresource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = true\n  description = local.l4999\n}\n");
    for depth in [Limits::default().depth, Limits::DEEPEST] {
        let limits = Limits { depth, ..Limits::default() };
        let errors = errors_of(&[("main.tf", &text)], limits);
        let messages: Vec<&str> = errors.iter().map(|(_, message)| message.as_str()).collect();
        assert_eq!(messages, ["expression is nested too deeply"], "{depth}");
    }
}

#[test]
fn large_files() {
    let line = "# a comment of some length, to fill the file up with something that is read\n";
    let large = line.repeat((50 << 20) / line.len() + 1);
    let errors = errors_of(&[("main.tf", &large)], Limits::default());
    assert_eq!(errors, [(String::new(), "cannot be read: larger than 33554432 bytes".to_owned())]);
    let limits = Limits { file_bytes: 64 << 20, ..Limits::default() };
    assert_eq!(errors_of(&[("main.tf", &large)], limits), []);
}

#[test]
fn circles() {
    let key = "resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = true\n  description = ";
    ends(
        &format!("locals {{\n  a = local.b\n  b = local.a\n}}\n{key}local.a\n}}\n"),
        &[("local.a", "cycle: local.a -> local.b -> local.a")],
    );
    // Terraform says "Variables not allowed".
    ends(
        &format!("variable \"a\" {{\n  default = var.a\n}}\n{key}var.a\n}}\n"),
        &[("var.a", "`var` cannot be used here")],
    );
    ends(
        "module \"m\" {\n  source = \"./\"\n}\n",
        &[("source = \"./\"", "module cycle: `.` -> `.`")],
    );
    let inner = "variable \"x\" {}\noutput \"y\" {\n  value = var.x\n}\n";
    let main = "module \"m\" {\n  source = \"./m\"\n  x = module.m.y\n}\n".to_owned()
        + key
        + "module.m.y\n}\n";
    let errors = errors_of(&[("main.tf", &main), ("m/main.tf", inner)], Limits::default());
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].1.starts_with("cycle: "), "{errors:?}");
    let provider = "provider \"aws\" {\n  region = aws_kms_key.p.description\n}\nresource \"aws_kms_key\" \"p\" {\n  enable_key_rotation = true\n  description = \"eu\"\n}\n";
    let report = report(&[("main.tf", provider)], Limits::default());
    assert_eq!(report.diagnostics.iter().filter(|d| d.level == Level::Error).count(), 0);
}

#[test]
fn templates_that_call_templates() {
    let main = "resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = true\n  description = templatefile(\"${path.module}/t.tftpl\", { a = 1 })\n}\n";
    let template = "${templatefile(\"t.tftpl\", { a = a })}";
    let errors = errors_of(&[("main.tf", main), ("t.tftpl", template)], Limits::default());
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].1, "`templatefile` cannot be called from a template");
}

/// A condition takes from the same store as everything else of its root.
#[test]
fn conditions_count_as_well() {
    let main = r#"resource "aws_kms_key" "held" {
  enable_key_rotation = true
  lifecycle {
    precondition {
      condition     = alltrue([for a in range(1000) : alltrue([for b in range(100) : a + b >= 0])])
      error_message = "never"
    }
  }
}
"#;
    let mut limits = Limits::default();
    limits.set("steps", 50_000).unwrap();
    let errors = errors_of(&[("main.tf", main)], limits);
    let [(_, message)] = errors.as_slice() else { panic!("{errors:?}") };
    assert!(message.contains("steps"), "{message}");
}
