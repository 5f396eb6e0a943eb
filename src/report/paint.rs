//! Colours and line breaks for people.

use anstyle::{AnsiColor, Color};
use unicode_width::UnicodeWidthStr;

use super::Style;
use crate::diag::Level;

/// Puts colour codes around words, or does not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    colour: bool,
}

impl Paint {
    pub(super) const fn new(style: Style) -> Self {
        Self { colour: style.colour }
    }

    pub(super) fn level(self, level: Level, text: &str) -> String {
        let colour = match level {
            Level::Error => AnsiColor::Red,
            Level::Warning => AnsiColor::Yellow,
            Level::Note => AnsiColor::Cyan,
        };
        self.with(anstyle::Style::new().bold().fg_color(Some(Color::Ansi(colour))), text)
    }

    pub(super) fn good(self, text: &str) -> String {
        let green = Some(Color::Ansi(AnsiColor::Green));
        self.with(anstyle::Style::new().fg_color(green), text)
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.with(anstyle::Style::new().bold(), text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.with(anstyle::Style::new().dimmed(), text)
    }

    fn with(self, style: anstyle::Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// Breaks text at spaces so that no line is wider than `width`; a longer word stands alone.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("a bb ccc", 4), ["a bb", "ccc"]);
        assert_eq!(wrap("aaaaaa b", 4), ["aaaaaa", "b"]);
        assert_eq!(wrap("日本 日本", 5), ["日本", "日本"]);
        assert!(wrap("", 4).is_empty());
    }
}
