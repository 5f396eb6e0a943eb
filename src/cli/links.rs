//! Places that a terminal can open: the heads of boxes become links to their files.
#![expect(
    clippy::disallowed_methods,
    reason = "what a terminal understands stands in the environment"
)]

use std::collections::BTreeSet;
use std::path::Path;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What a path may hold and a link may not.
const RESERVED: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`');

/// Terminals that are known to make something of a link, by `TERM_PROGRAM`.
const PROGRAMS: [&str; 7] = ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "Tabby"];

/// Whether the terminal is known to take links. One that is not may print them as noise.
pub(super) fn are_taken() -> bool {
    taken_by(&|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

fn taken_by(set: &dyn Fn(&str) -> Option<String>) -> bool {
    if let Some(forced) = set("FORCE_HYPERLINK") {
        return forced != "0";
    }
    let term = set("TERM").unwrap_or_default();
    // What sits between may pass links on or not.
    if term == "dumb"
        || term.starts_with("screen")
        || term.starts_with("tmux")
        || set("CI").is_some()
    {
        return false;
    }
    let program = set("TERM_PROGRAM");
    let vte = set("VTE_VERSION").and_then(|version| version.parse::<u32>().ok());
    program.is_some_and(|program| PROGRAMS.contains(&program.as_str()))
        || vte.is_some_and(|version| version >= 5000)
        || set("WT_SESSION").is_some()
        || set("KONSOLE_VERSION").is_some()
        || ["xterm-kitty", "foot", "alacritty", "xterm-ghostty", "wezterm"]
            .iter()
            .any(|known| term.starts_with(known))
}

/// The text with the places in heads of boxes as links, where they are of these files.
pub(super) fn linked(text: &str, files: &BTreeSet<&str>) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let line = |line: &str| match head(line).and_then(|place| link(place, files, &here)) {
        Some((place, link)) => line.replacen(place, &link, 1),
        None => line.to_owned(),
    };
    text.split_inclusive('\n').map(line).collect()
}

/// What stands in the brackets of a box's head: `[main.tf:3:5]`, maybe in colour.
fn head(line: &str) -> Option<&str> {
    let (left, rest) = line.split_once("─[").or_else(|| line.split_once("-["))?;
    let is_corner = left.contains(['╭', ',']);
    is_corner.then(|| rest.rsplit_once(']').map(|(place, _)| place))?
}

fn link<'p>(place: &'p str, files: &BTreeSet<&str>, here: &Path) -> Option<(&'p str, String)> {
    // The bare place stands between codes for colours.
    let bare = place.split('\u{1b}').find_map(|part| {
        let part = part
            .strip_prefix('[')
            .map_or(part, |code| code.split_once('m').map_or(code, |(_, text)| text));
        part.contains(':').then_some(part)
    })?;
    let mut parts = bare.rsplitn(3, ':');
    let (_, _, file) = (parts.next()?, parts.next()?, parts.next()?);
    let known = files.get(file)?;
    let path = here.join(known);
    let path = path.to_str()?;
    let path = utf8_percent_encode(path, RESERVED);
    Some((bare, format!("\u{1b}]8;;file://{path}\u{1b}\\{bare}\u{1b}]8;;\u{1b}\\")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_heads_of_known_files_become_links() {
        let files = BTreeSet::from(["a b/main.tf"]);
        let here = Path::new("/srv");
        let link = |line| head(line).and_then(|place| link(place, &files, here));
        let linked = "\u{1b}]8;;file:///srv/a%20b/main.tf\u{1b}\\a b/main.tf:3:5\u{1b}]8;;\u{1b}\\";
        for line in [
            "    ╭─[a b/main.tf:3:5]",
            "    ,-[a b/main.tf:3:5]",
            "    ╭─[\u{1b}[36;4;1ma b/main.tf:3:5\u{1b}[0m]",
        ] {
            assert_eq!(link(line), Some(("a b/main.tf:3:5", linked.to_owned())), "{line}");
        }
        for line in [
            "    ╭─[other.tf:3:5]",
            " 3 │ x = y-[a b/main.tf:3:5]",
            "plain",
            "    ╭─[plan at byte 3]",
        ] {
            assert_eq!(link(line), None, "{line}");
        }
    }

    #[test]
    fn terminals_that_take_links() {
        let taken = |set: &[(&str, &str)]| {
            taken_by(&|name| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(taken(&[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")]));
        assert!(taken(&[("TERM_PROGRAM", "vscode")]));
        assert!(taken(&[("TERM", "dumb"), ("FORCE_HYPERLINK", "1")]));
        assert!(!taken(&[("TERM", "xterm-256color")]));
        assert!(!taken(&[("TERM", "tmux-256color"), ("VTE_VERSION", "7600")]));
        assert!(!taken(&[("TERM_PROGRAM", "vscode"), ("FORCE_HYPERLINK", "0")]));
        assert!(!taken(&[("TERM_PROGRAM", "vscode"), ("CI", "true")]));
    }
}
