//! The report is a function of the input: the number of threads changes nothing, to the byte.

use std::fmt::Write as _;

use planward::check::{Input, Options};
use planward::finding::Gate;
use planward::report::{FORMATS, Style};
use planward::terraform::config::Limits;
use planward::text::MemoryFiles;

use crate::found;

/// Five roots, of which the first calls twenty modules that use each other's outputs.
fn files() -> MemoryFiles {
    let mut files = MemoryFiles::default();
    let mut main =
        String::from("variable \"rotation\" {\n}\nlocals {\n  broken = nothing.here\n}\n");
    for n in 0..20 {
        let from = match n {
            0 => "local.broken".to_owned(),
            n => format!("module.m{}.name", n - 1),
        };
        writeln!(main, "module \"m{n}\" {{\n  source = \"../modules/m{n}\"\n  rotation = var.rotation\n  from = {from}\n}}").unwrap();
        let mut module = String::from(
            "variable \"rotation\" {\n}\nvariable \"from\" {\n}\noutput \"name\" {\n  value = \"${var.from}-x\"\n}\n",
        );
        for resource in 0..10 {
            writeln!(module, "resource \"aws_kms_key\" \"k{resource}\" {{\n  count = {}\n  enable_key_rotation = {}\n}}", resource % 3, ["true", "false", "var.rotation"][(n + resource) % 3]).unwrap();
            writeln!(module, "resource \"aws_s3_bucket\" \"b{resource}\" {{\n  bucket = var.from\n}}\nresource \"aws_s3_bucket_acl\" \"a{resource}\" {{\n  bucket = aws_s3_bucket.b{resource}.id\n  acl = \"public-read\"\n}}").unwrap();
        }
        files.insert(format!("modules/m{n}/main.tf"), module);
    }
    files.insert("root/main.tf", main);
    for n in 0..4 {
        files.insert(format!("other{n}/main.tf"), format!("resource \"aws_kms_key\" \"k{n}\" {{\n}}\nresource \"aws_kms_key\" \"k{n}\" {{\n}}\n"));
    }
    files
}

fn reports(threads: usize, limits: &Limits) -> Vec<String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(64 << 20);
    let inputs = vec![Input::Path(".".to_owned())];
    let options = Options { inputs, limits: limits.clone(), ..Options::default() };
    let report = pool.build().unwrap().install(|| found::check_with(&files(), options));
    FORMATS
        .iter()
        .map(|format| (format.render)(&report, &Gate::default(), &Style::default()))
        .collect()
}

#[test]
fn the_number_of_threads_changes_nothing() {
    // Within the limits, and where they cut: what is left out is the same, too.
    for limits in [Limits::default(), Limits { instances: 300, steps: 2_000, ..Limits::default() }]
    {
        let alone = reports(1, &limits);
        assert!(alone.iter().all(|report| report.contains("aws_kms_key")));
        assert_eq!(alone, reports(4, &limits));
    }
}
