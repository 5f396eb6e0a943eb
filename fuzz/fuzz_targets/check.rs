//! Plans and states of any bytes are checked without a panic, and there is always a report.
//!
//! `cargo +nightly fuzz run check`, best with `fixtures/plan` as its corpus.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies.rs"]
#[expect(dead_code, reason = "the other target uses the rest")]
mod bodies;

fuzz_target!(|bytes: &[u8]| {
    bodies::checking(bytes);
});
