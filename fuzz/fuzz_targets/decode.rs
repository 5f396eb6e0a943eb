//! Plans and states of any bytes are read without a panic.
//!
//! `cargo +nightly fuzz run decode`, best with `fixtures/plan` as its corpus.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies.rs"]
#[expect(dead_code, reason = "the other target uses the rest")]
mod bodies;

fuzz_target!(|bytes: &[u8]| {
    bodies::decoding(bytes);
});
