//! What a check of a plan costs, against the floor: serde_json going over the same bytes without
//! keeping anything. The plan is the file that `PLANWARD_BENCH_PLAN` names, or else one of the
//! fixtures.

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

#[expect(
    clippy::disallowed_methods,
    reason = "a bench is told by its environment, and reads the disk"
)]
fn plan() -> Vec<u8> {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/config/aws-storage/plan.json");
    let path = std::env::var("PLANWARD_BENCH_PLAN").unwrap_or_else(|_| fixture.to_owned());
    std::fs::read(&path).unwrap_or_else(|why| panic!("`{path}` cannot be read: {why}"))
}
