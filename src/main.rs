//! The program: parses arguments, runs, ends with the exit code.

use std::process::ExitCode;

/// Evaluation makes and drops many small values; this allocator takes less time for it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    planward::cli::run(std::env::args_os())
}
