//! `planward migrate`: suppressions of Checkov, Trivy and tfsec as planward's own.

use std::fmt::Write;

use crate::check::{self, Options};
use crate::cli::Outcome;
use crate::cli::args::MigrateArgs;
use crate::cli::disk::{self, DiskFiles, as_typed};

/// Shows what would change as a diff, or changes it.
pub(in crate::cli) fn run(args: &MigrateArgs) -> Outcome {
    let policies = args.policies.iter().map(|path| as_typed(path)).collect();
    let options = Options { policies, ..Options::default() };
    let migration = check::migrate(&DiskFiles, &as_typed(&args.folder), &options);
    let mut stderr = super::complaints(&migration.diagnostics, &migration.sources);
    let mut code = super::code(&migration.diagnostics);
    let mut stdout = String::new();
    for file in &migration.files {
        if !args.write {
            stdout.push_str(&file.diff);
            continue;
        }
        match disk::replace(&file.path, &file.text) {
            Ok(()) => {
                let _ = writeln!(stdout, "wrote {}", file.path);
            }
            Err(why) => {
                let _ = writeln!(stderr, "error: `{}` cannot be written: {why}", file.path);
                code = 2;
            }
        }
    }
    let comments: usize = migration.files.iter().map(|file| file.comments).sum();
    match (comments, args.write) {
        (0, _) => stderr.push_str("nothing to rewrite\n"),
        (_, true) => {}
        (1, false) => stderr.push_str("1 comment to rewrite; `--write` does it\n"),
        (n, false) => {
            let _ = writeln!(stderr, "{n} comments to rewrite; `--write` does it");
        }
    }
    Outcome { stdout, stderr, code }
}
