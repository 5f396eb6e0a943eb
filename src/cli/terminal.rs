//! What the terminal can show: width, colour, and more than ASCII.
#![expect(clippy::disallowed_methods, reason = "the terminal tells much by the environment")]

use std::io::{IsTerminal, stdout};

use super::links;

/// Standard output as text for people needs to know it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    /// Whether a person reads it.
    pub is_terminal: bool,
    /// Columns.
    pub width: usize,
    /// Whether colour codes are wanted, by `NO_COLOR`, `CLICOLOR_FORCE` and `TERM`.
    pub colour: bool,
    /// Whether it can draw more than ASCII.
    pub unicode: bool,
    /// Whether it is known to open links to files.
    pub links: bool,
}

/// Where nobody tells: lines of this length can be read anywhere.
const WIDTH: usize = 100;

impl Terminal {
    /// Asks the terminal and the environment, once.
    pub(super) fn find() -> Self {
        let is_terminal = stdout().is_terminal();
        let size = terminal_size::terminal_size().filter(|_| is_terminal);
        let choice = anstream::AutoStream::choice(&stdout());
        let colour = choice != anstream::ColorChoice::Never;
        Self {
            links: is_terminal && colour && links::are_taken(),
            is_terminal,
            width: size.map_or(WIDTH, |(width, _)| usize::from(width.0)),
            colour,
            unicode: !is_terminal || draws_unicode(),
        }
    }
}

/// The locale says so, where there is one; the Linux console lacks most signs whatever it says.
fn draws_unicode() -> bool {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    if set("TERM").is_some_and(|term| term == "linux") {
        return false;
    }
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
    locale.is_none_or(|locale| locale.to_lowercase().contains("utf"))
}
