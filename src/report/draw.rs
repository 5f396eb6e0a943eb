//! The box with lines and underlines.
//!
//! `miette` draws, and only here; it is given the few lines of an [`Excerpt`] and never a file, because
//! its own sources are read from the first byte for each label and long lines make it panic.

use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents,
};
use unicode_width::UnicodeWidthStr;

use super::Style;
use super::excerpt::{Excerpt, Hunk, Mark};
use super::paint::wrap;
use super::tell::printable;
use crate::diag::Level;

/// A message, where there is one, and the box under it.
pub(super) fn draw(message: Option<String>, level: Level, drawn: &Drawn, style: Style) -> String {
    let shown = message.is_some();
    let labels = drawn.labels(style.width);
    let diagnostic = Boxed { message: message.unwrap_or_default(), level, labels, drawn };
    let handler = GraphicalReportHandler::new_themed(theme(level, &drawn.excerpt, style))
        .with_links(false)
        .with_width(style.width)
        .without_syntax_highlighting();
    let handler = if drawn.line { handler } else { handler.without_primary_span_start() };
    let mut text = String::new();
    if handler.render_report(&mut text, &diagnostic).is_err() {
        return String::new();
    }
    // Without a message its line holds nothing but an icon.
    let text = if shown { &text } else { text.split_once('\n').map_or("", |(_, rest)| rest) };
    text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// The deciding place in the colour of the level, the others in a quiet one.
fn theme(level: Level, excerpt: &Excerpt, style: Style) -> GraphicalTheme {
    let mut theme = match (style.unicode, style.colour) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    let styles = &mut theme.styles;
    let loud = match level {
        Level::Error => styles.error,
        Level::Warning => styles.warning,
        Level::Note => styles.advice,
    };
    if !excerpt.marks.is_empty() {
        let quiet = styles.help;
        styles.highlights =
            excerpt.marks.iter().map(|mark| if mark.primary { loud } else { quiet }).collect();
    }
    theme
}

/// An excerpt as `miette` reads it.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) name: String,
    /// Whether the header tells line and column.
    pub(super) line: bool,
    pub(super) excerpt: Excerpt,
}

impl Drawn {
    /// For a message that has no place.
    pub(super) fn nothing() -> Self {
        let excerpt = Excerpt { text: String::new(), hunks: Vec::new(), marks: Vec::new() };
        Self { name: String::new(), line: false, excerpt }
    }

    fn labels(&self, width: usize) -> Vec<LabeledSpan> {
        let label = |mark: &Mark| {
            let before = self.excerpt.text.get(..mark.range.start).unwrap_or("");
            let column = before.rsplit('\n').next().map_or(0, UnicodeWidthStr::width);
            // Gutter, the angle that leads to the words, and half of what is underlined.
            let indent = column + mark.range.len().min(width) / 2 + 12;
            let words = wrap(&printable(&mark.text), width.saturating_sub(indent).max(24));
            let words = (!mark.text.is_empty()).then(|| words.join("\n"));
            match mark.primary {
                true => LabeledSpan::new_primary_with_span(words, mark.range.clone()),
                false => LabeledSpan::new_with_span(words, mark.range.clone()),
            }
        };
        self.excerpt.marks.iter().map(label).collect()
    }

    fn hunk(&self, span: &SourceSpan) -> Option<&Hunk> {
        let end = span.offset() + span.len();
        let holds = |hunk: &&Hunk| hunk.range.contains(&span.offset()) && end <= hunk.range.end;
        self.excerpt.hunks.iter().find(holds)
    }
}

impl SourceCode for Drawn {
    /// Without context, `miette` asks for a label's own place; with it, for the lines to draw.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let hunk = self.hunk(span).ok_or(MietteError::OutOfBounds)?;
        let text = self.excerpt.text.as_bytes().get(hunk.range.clone());
        let data = text.ok_or(MietteError::OutOfBounds)?;
        let (mut line, mut column) = (hunk.first_line as usize - 1, 0);
        let starts_here = |mark: &&Mark| mark.range.start == span.offset();
        if before == 0
            && let Some(mark) = self.excerpt.marks.iter().find(starts_here)
        {
            line = mark.position.line as usize - 1;
            column = mark.position.column as usize - 1;
        }
        let range = (hunk.range.start, hunk.range.len()).into();
        let lines = hunk.lines as usize;
        let name = self.name.clone();
        Ok(Box::new(MietteSpanContents::new_named(name, data, range, line, column, lines)))
    }
}

/// What `miette` is asked to draw.
#[derive(Debug)]
struct Boxed<'a> {
    message: String,
    level: Level,
    labels: Vec<LabeledSpan>,
    drawn: &'a Drawn,
}

impl fmt::Display for Boxed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Boxed<'_> {}

impl miette::Diagnostic for Boxed<'_> {
    fn severity(&self) -> Option<Severity> {
        Some(match self.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Note => Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.drawn)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
