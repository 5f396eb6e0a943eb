//! The command line: the only floor that touches the disk, the environment, the terminal and threads.
//!
//! [`args`] is what was typed; each command in `commands` turns it into what is to be done, asks
//! [`crate::check`], and gives the text to print and the exit code.

pub mod args;
mod clock;
mod commands;
mod disk;
mod environment;
mod git;
mod home;
mod links;
mod named;
mod progress;
mod settings;
mod snapshot;
mod stats;
mod terminal;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use args::{Args, Command, New};
pub use disk::DiskFiles;
use terminal::Terminal;

/// What a command wants printed, and how the process ends.
struct Outcome {
    stdout: String,
    stderr: String,
    code: u8,
}

/// Parses the arguments, runs the command and prints what it gives.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match Args::read(args) {
        Ok(args) => args,
        Err(error) => return refuse(&error),
    };
    let outcome = with_deep_stack(move || {
        let terminal = Terminal::find();
        match args.command {
            Command::Check(args) => commands::check::run(&args, &terminal),
            Command::Settings(args) => commands::settings::run(&args),
            Command::Baseline(args) => commands::baseline::run(&args),
            Command::Values(args) => commands::values::run(&args),
            Command::Compare(args) => commands::compare::run(&args),
            Command::Policies(args) => commands::policies::run(&args),
            Command::Explain(args) => commands::explain::run(&args, &terminal),
            Command::Migrate(args) => commands::migrate::run(&args),
            Command::New(New::Policy(args)) => commands::new::policy(&args),
            Command::Test(args) => commands::test::run(&args),
            Command::Validate(args) => commands::validate::run(&args),
            Command::Init(args) => commands::init::run(&args, &terminal),
            Command::Completions(args) => commands::shell::completions(&args),
            Command::Man(args) => commands::shell::man(&args),
        }
    });
    let _ = io::stderr().write_all(outcome.stderr.as_bytes());
    match print(&outcome.stdout) {
        Ok(()) => ExitCode::from(outcome.code),
        // Whoever reads has seen enough, as in `planward check | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(outcome.code),
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: output cannot be written: {error}");
            ExitCode::from(2)
        }
    }
}

/// Help and version are answers (0); anything else is a mistake (2).
fn refuse(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Takes colour codes out where the output is not to have them.
fn print(text: &str) -> io::Result<()> {
    let mut stdout = anstream::AutoStream::auto(io::stdout().lock());
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Expressions may nest as deep as their author likes within the parser's limit; the default stack of
/// a thread is made for less.
fn with_deep_stack(work: impl FnOnce() -> Outcome + Send) -> Outcome {
    const STACK: usize = 256 << 20;
    const WORKER_STACK: usize = 64 << 20;
    // When this fails the workers have rayon's own stacks, and only absurd files notice.
    let _ = rayon::ThreadPoolBuilder::new().stack_size(WORKER_STACK).build_global();
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => Outcome {
                stdout: String::new(),
                stderr: format!("error: no thread can be started: {error}\n"),
                code: 2,
            },
        }
    })
}
