//! Telling a report: one file for each format, one row for each in [`FORMATS`].
//!
//! Formats render and never filter, so they cannot disagree: an undecided check that the gate ignores
//! and a suppressed finding are still counted. A format is a function of the report, the gate and the
//! style; nothing here looks at a terminal or at the environment.

mod concise;
mod draw;
mod excerpt;
mod github;
mod json;
mod paint;
mod place;
mod pretty;
#[cfg(test)]
mod sample;
mod sarif;
mod story;
mod tell;
#[cfg(test)]
mod tests;

use crate::finding::{Gate, Report};
pub use place::{Place, Range};
pub use story::stories;

/// How text for people looks, and what is shown on request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether to write colour codes.
    pub colour: bool,
    /// Whether the terminal can draw more than ASCII.
    pub unicode: bool,
    /// Whether suppressed findings are shown, too, where a format leaves them out.
    pub suppressed: bool,
    /// How much is told to people.
    pub detail: Detail,
}

/// How much `pretty` and `concise` tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Findings, and what else decides the exit code; no summary.
    Quiet,
    /// What also is worth knowing, and a summary.
    #[default]
    Usual,
    /// Nothing shortened; with what each finding rests on, and what was looked at.
    Full,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 100, colour: false, unicode: true, suppressed: false, detail: Detail::Usual }
    }
}

/// A way to tell a report.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is for, in one line of help.
    pub about: &'static str,
    /// The whole output; ends with a line break.
    pub render: fn(&Report, &Gate, &Style) -> String,
}

/// All formats, as help lists them.
pub const FORMATS: [Format; 5] = [
    Format {
        name: "pretty",
        about: "excerpts with the deciding place underlined, for people",
        render: pretty::render,
    },
    Format {
        name: "concise",
        about: "one line for each finding, for editors and problem matchers",
        render: concise::render,
    },
    Format {
        name: "json",
        about: "everything, by the published schema, for programs",
        render: json::render,
    },
    Format {
        name: "sarif",
        about: "SARIF 2.1.0, for code scanning services",
        render: sarif::render,
    },
    Format {
        name: "github",
        about: "annotations in pull requests, for GitHub Actions",
        render: github::render,
    },
];

/// The format of that name.
#[must_use]
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}
