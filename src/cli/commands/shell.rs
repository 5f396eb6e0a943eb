//! `planward completions` and `planward man`: what shells and `man` are told, made of the arguments.

use clap::CommandFactory;
use clap_mangen::Man;

use crate::cli::Outcome;
use crate::cli::args::{Args, CompletionsArgs, ManArgs};
use crate::diag::did_you_mean;

/// Prints completions.
pub(in crate::cli) fn completions(args: &CompletionsArgs) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "planward", &mut text);
    printed(&text)
}

/// Prints the page about planward, or about one of its commands.
pub(in crate::cli) fn man(args: &ManArgs) -> Outcome {
    let mut all = Args::command();
    // Subcommands learn by this what they are called.
    all.build();
    let command = match &args.command {
        None => all,
        Some(name) => match all.find_subcommand(name) {
            Some(command) => command.clone(),
            None => return no_command(name, &all),
        },
    };
    let mut text = Vec::new();
    match Man::new(command)
        .source(concat!("planward ", env!("CARGO_PKG_VERSION")))
        .render(&mut text)
    {
        Ok(()) => printed(&text),
        Err(error) => mistake(&format!("the page cannot be made: {error}")),
    }
}

fn no_command(name: &str, all: &clap::Command) -> Outcome {
    let names = all.get_subcommands().map(clap::Command::get_name);
    let close = did_you_mean(name, names).map(|close| format!("; did you mean `{close}`?"));
    mistake(&format!("there is no command `{name}`{}", close.unwrap_or_default()))
}

fn printed(text: &[u8]) -> Outcome {
    let stdout = String::from_utf8_lossy(text).into_owned();
    Outcome { stdout, stderr: String::new(), code: 0 }
}

fn mistake(message: &str) -> Outcome {
    Outcome { stdout: String::new(), stderr: format!("error: {message}\n"), code: 2 }
}
