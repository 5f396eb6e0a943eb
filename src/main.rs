//! The program: parses arguments, runs, ends with the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    planward::cli::run(std::env::args_os())
}
