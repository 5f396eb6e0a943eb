//! What a check of a plan costs, against the floor: serde_json going over the same bytes without
//! keeping anything. The plan is the file that `PLANWARD_BENCH_PLAN` names, or else one of the
//! fixtures.
//!
//! And whole processes beside each other: planward, and what of regorus and Trivy is installed.

use std::process::Command;

use divan::Bencher;
use divan::counter::BytesCount;
use planward::check::{self, Input, Options, Source};
use planward::text::MemoryFiles;
use serde::de::IgnoredAny;

/// The one that the program has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// The floor.
#[divan::bench]
fn skip(bencher: Bencher<'_, '_>) {
    let bytes = plan();
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench(|| serde_json::from_slice::<IgnoredAny>(&bytes).is_ok());
}

/// Everything that `planward check` does but reading the file and printing, with all policies of its own.
#[divan::bench]
fn check(bencher: Bencher<'_, '_>) {
    let bytes = plan();
    let options = Options {
        inputs: vec![Input::Bytes { name: "plan.json".to_owned(), bytes: bytes.clone() }],
        source: Source::Without,
        excerpts: false,
        ..Options::default()
    };
    let files = MemoryFiles::default();
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench(|| check::check(&files, &options).summary().checks);
}

/// The program, from its start to its end.
#[divan::bench(sample_count = 10)]
fn planward_process(bencher: Bencher<'_, '_>) {
    let options = ["check", "--no-source", "--format", "concise"];
    process(bencher, env!("CARGO_BIN_EXE_planward"), &options);
}

/// regorus with one rule, where it is installed.
#[divan::bench(sample_count = 10, ignore = !is_installed("regorus"))]
fn regorus_process(bencher: Bencher<'_, '_>) {
    let rule = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/rivals/plan.rego");
    process(bencher, "regorus", &["eval", "--data", rule, "data.plan.deny", "--input"]);
}

/// Trivy with its own checks, where it is installed.
#[divan::bench(sample_count = 3, ignore = !is_installed("trivy"))]
fn trivy_process(bencher: Bencher<'_, '_>) {
    process(bencher, "trivy", &["config", "--quiet", "--skip-check-update"]);
}

/// Runs a program on the plan, which is its last argument.
fn process(bencher: Bencher<'_, '_>, program: &str, arguments: &[&str]) {
    let path = path();
    bencher.bench(|| Command::new(program).args(arguments).arg(&path).output().is_ok());
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--help").output().is_ok()
}

#[expect(clippy::disallowed_methods, reason = "a bench is told by its environment")]
fn path() -> String {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/config/aws-storage/plan.json");
    std::env::var("PLANWARD_BENCH_PLAN").unwrap_or_else(|_| fixture.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the disk")]
fn plan() -> Vec<u8> {
    let path = path();
    std::fs::read(&path).unwrap_or_else(|why| panic!("`{path}` cannot be read: {why}"))
}
