//! `--trace`: how a verdict came about, as a tree of expressions with their values.
//!
//! Values stand in a column of their own where there is room, otherwise below their expressions.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Style;
use super::paint::{Paint, wrap};
use super::tell::{Place, printable};
use crate::diag::{Label, Level};
use crate::finding::story::{Chapter, Step, Story, Tone};
use crate::text::{Sources, Span};

/// Columns that a value should have at least.
const VALUE: usize = 24;

/// Expressions stand left of values when there are so many columns for them.
const EXPRESSION: usize = 36;

/// All stories, an empty line between them.
#[must_use]
pub fn stories(stories: &[Story], sources: &Sources, style: &Style) -> String {
    let teller = Teller { sources, style: *style, paint: Paint::new(*style) };
    stories.iter().map(|story| teller.story(story)).collect::<Vec<_>>().join("\n")
}

struct Teller<'t> {
    sources: &'t Sources,
    style: Style,
    paint: Paint,
}

/// A line before it is laid out.
struct Row<'s> {
    /// The branches of the tree before the text.
    branch: String,
    text: String,
    step: &'s Step,
}

impl Teller<'_> {
    fn story(&self, story: &Story) -> String {
        let level = match story.verdict {
            "fail" | "error" => Some(Level::Error),
            "unknown" => Some(Level::Warning),
            _ => None,
        };
        let verdict = match level {
            Some(level) => self.paint.level(level, story.verdict),
            None => self.paint.bold(story.verdict),
        };
        let name = if story.policy.ends_with(&format!(".{}", story.block)) {
            story.policy.clone()
        } else {
            format!("{} ({})", story.policy, story.block)
        };
        let heading = format!("{} on {}", printable(&name), printable(&story.address));
        let mut text = format!("{}: {verdict}\n", self.paint.bold(&heading));
        if let Some(why) = &story.why {
            let place = story.why_at.map(|at| format!(", {}", self.at(at))).unwrap_or_default();
            for line in wrap(&format!("{}{place}", printable(why)), self.width(2)) {
                text.push_str(&format!("  {line}\n"));
            }
        }
        let mut about = vec![format!("policy    {}", self.at(story.block_at))];
        about.extend(story.resource_at.map(|at| format!("resource  {}", self.at(at))));
        about.push(format!("operation {}", story.operation));
        for line in about {
            text.push_str(&self.paint.dim(&format!("  {line}")));
            text.push('\n');
        }
        for chapter in &story.chapters {
            text.push('\n');
            self.chapter(chapter, &mut text);
        }
        text
    }

    fn chapter(&self, chapter: &Chapter, text: &mut String) {
        text.push_str(&self.paint.bold(&printable(&chapter.title)));
        if let Some(at) = chapter.at {
            text.push_str(&self.paint.dim(&format!("  {}", self.at(at))));
        }
        text.push('\n');
        let mut rows = Vec::new();
        self.rows(&chapter.steps, "  ", true, &mut rows);
        // What is wider than the column stands on a line of its own, and does not widen it.
        let room = self.room();
        let widths = rows.iter().map(|row| row.branch.width() + row.text.width());
        let column = widths.filter(|width| *width <= room).max().unwrap_or(room / 2);
        for row in &rows {
            match room >= EXPRESSION {
                true => self.beside(row, column, text),
                false => self.below(row, text),
            }
        }
        if let Some(says) = &chapter.says {
            let says = format!("says: {}", printable(says));
            for (n, line) in wrap(&says, self.width(4)).iter().enumerate() {
                let indent = if n == 0 { "  " } else { "    " };
                text.push_str(&format!("{indent}{}\n", self.paint.level(Level::Error, line)));
            }
        }
    }

    /// The columns for expressions.
    fn room(&self) -> usize {
        (self.style.width * 6 / 10).min(self.width(VALUE + 2))
    }

    fn rows<'s>(&self, steps: &'s [Step], before: &str, is_top: bool, rows: &mut Vec<Row<'s>>) {
        let [last, through, down, nothing] = match self.style.unicode {
            true => ["└─ ", "├─ ", "│  ", "   "],
            false => ["`- ", "|- ", "|  ", "   "],
        };
        for (n, step) in steps.iter().enumerate() {
            let is_last = n + 1 == steps.len();
            let (own, below) = match (is_top, is_last) {
                (true, _) => ("", ""),
                (false, true) => (last, nothing),
                (false, false) => (through, down),
            };
            let branch = format!("{before}{own}");
            let mut room = self.room().max(EXPRESSION).saturating_sub(branch.width());
            if is_top {
                room = self.width(branch.width() + one_line(&step.value).width() + 2).max(room);
            }
            rows.push(Row { branch, text: skeleton(step, room), step });
            self.rows(&step.parts, &format!("{before}{below}"), false, rows);
        }
    }

    /// An expression, and its value in a column of its own.
    fn beside(&self, row: &Row<'_>, mut column: usize, text: &mut String) {
        let under = self.under(row);
        let mut line = format!("{}{}", row.branch, row.text);
        let value = one_line(&row.step.value);
        let is_wide = line.width() > column;
        if is_wide && line.width() + 2 + value.width() <= self.style.width {
            column = line.width();
        } else if is_wide {
            for (n, part) in wrap(&row.text, self.width(row.branch.width())).iter().enumerate() {
                let branch = if n == 0 { &row.branch } else { &under };
                text.push_str(&format!("{branch}{part}\n"));
            }
            line = under.clone();
        }
        let fill =
            |line: &mut String| line.push_str(&" ".repeat(column.saturating_sub(line.width())));
        let value = cut(&value, self.width(column + 2));
        let place = self.place(row.step);
        let used = column + 2 + value.width();
        fill(&mut line);
        line.push_str(&format!("  {}", self.value(row.step, &value)));
        if let Some(place) = place {
            // Where there is no room beside, the place gets a line of its own.
            if used + 2 + place.width() > self.style.width && !value.is_empty() {
                text.push_str(line.trim_end());
                text.push('\n');
                line = under;
                fill(&mut line);
            }
            line.push_str(&format!("  {}", self.shade(row.step, &place)));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }

    /// What stands before the further lines of a row: the branches that go on below it.
    fn under(&self, row: &Row<'_>) -> String {
        let bars = row.branch.replace("└─ ", "   ").replace("├─ ", "│  ");
        let bars = bars.replace("`- ", "   ").replace("|- ", "|  ");
        let down = match (row.step.parts.is_empty(), self.style.unicode) {
            (true, _) => "   ",
            (false, true) => "│  ",
            (false, false) => "|  ",
        };
        format!("{bars}{down}")
    }

    /// An expression, its value on the next line.
    fn below(&self, row: &Row<'_>, text: &mut String) {
        let indent = self.under(row);
        for (n, part) in wrap(&row.text, self.width(row.branch.width())).iter().enumerate() {
            let branch = if n == 0 { &row.branch } else { &indent };
            text.push_str(&format!("{branch}{part}\n"));
        }
        if !row.step.value.is_empty() {
            let value = cut(&one_line(&row.step.value), self.width(indent.width() + 2));
            text.push_str(&format!("{indent}= {}\n", self.value(row.step, &value)));
        }
        if let Some(place) = self.place(row.step) {
            text.push_str(&format!("{indent}  {}\n", self.shade(row.step, &place)));
        }
    }

    fn value(&self, step: &Step, value: &str) -> String {
        match step.tone {
            Tone::Plain => value.to_owned(),
            Tone::Good => self.paint.good(value),
            Tone::Bad => self.paint.level(Level::Error, value),
            Tone::Open | Tone::Broken => self.paint.level(Level::Warning, value),
        }
    }

    fn shade(&self, step: &Step, place: &str) -> String {
        if step.decides { self.paint.bold(place) } else { self.paint.dim(place) }
    }

    /// Where a value is written; what decides is pointed at.
    fn place(&self, step: &Step) -> Option<String> {
        let Label { span, text } = step.place.as_ref()?;
        let arrow = match (step.decides, self.style.unicode) {
            (false, _) => "",
            (true, true) => "← ",
            (true, false) => "<- ",
        };
        let text = if text.is_empty() { String::new() } else { format!(" {}", printable(text)) };
        Some(format!("{arrow}{}{text}", self.at(*span)))
    }

    fn at(&self, span: Span) -> String {
        Place::of(self.sources, span).start()
    }

    /// The columns that are left beside so many.
    fn width(&self, used: usize) -> usize {
        self.style.width.saturating_sub(used).max(8)
    }
}

/// An expression that is too long, with `…` for parts that are told below it.
fn skeleton(step: &Step, room: usize) -> String {
    let mut text = one_line(&step.text);
    let inner = step.parts.iter().flat_map(|part| std::iter::once(part).chain(&part.parts));
    let mut inner: Vec<String> = inner.map(|part| one_line(&part.text)).collect();
    inner.retain(|part| part.width() > 8 && part.len() < text.len());
    inner.sort_by_key(|part| std::cmp::Reverse(part.len()));
    for part in inner {
        if text.width() <= room {
            break;
        }
        text = text.replace(&part, "…");
    }
    text
}

/// Text without line breaks and runs of spaces.
fn one_line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The beginning of a text that fits.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut shown = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or_default();
        if used > width {
            break;
        }
        shown.push(c);
    }
    shown.push('…');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(text: &str, value: &str, parts: Vec<Step>) -> Step {
        let (text, value) = (text.to_owned(), value.to_owned());
        Step { text, value, tone: Tone::Plain, place: None, decides: false, parts }
    }

    fn told(width: usize, unicode: bool) -> String {
        let mut sources = Sources::default();
        let file = sources.add("main.tf", "resource \"aws_s3_bucket\" \"a\" {}\n");
        let span = Span::new(file, 0, 8);
        let mut read = step("attrs.tags[\"owner\"]", "\"somebody whose name is long\"", vec![]);
        read.place = Some(Label::new(span, ""));
        read.decides = true;
        let contains = step("core::contains(input.owners, local.owner)", "false", vec![read]);
        let either = step(
            "local.owner == null || core::contains(input.owners, local.owner)",
            "false",
            vec![contains],
        );
        let chapter = Chapter {
            title: "enforce 1".to_owned(),
            at: Some(span),
            steps: vec![either],
            says: Some("nobody owns it".to_owned()),
        };
        let story = Story {
            policy: "owner".to_owned(),
            block: "owner".to_owned(),
            block_at: span,
            address: "aws_s3_bucket.a".to_owned(),
            resource_at: None,
            operation: "create",
            verdict: "fail",
            why: None,
            why_at: None,
            chapters: vec![chapter],
        };
        stories(&[story], &sources, &Style { width, unicode, ..Style::default() })
    }

    #[test]
    fn a_wide_terminal_has_columns() {
        insta::assert_snapshot!(told(100, true), @r#"
        owner (owner) on aws_s3_bucket.a: fail
          policy    main.tf:1:1
          operation create

        enforce 1  main.tf:1:1
          local.owner == null || core::contains(input.owners, local.owner)  false
          └─ core::contains(input.owners, local.owner)  false
             └─ attrs.tags["owner"]                     "somebody whose name is long"  ← main.tf:1:1
          says: nobody owns it
        "#);
    }

    #[test]
    fn a_narrow_one_has_values_below_expressions() {
        let narrow = told(44, false);
        assert!(narrow.lines().all(|line| line.width() <= 60), "{narrow}");
        insta::assert_snapshot!(narrow, @r#"
        owner (owner) on aws_s3_bucket.a: fail
          policy    main.tf:1:1
          operation create

        enforce 1  main.tf:1:1
          local.owner == null || …
          |  = false
          `- core::contains(input.owners,
             |  local.owner)
             |  = false
             `- attrs.tags["owner"]
                   = "somebody whose name is long"
                     <- main.tf:1:1
          says: nobody owns it
        "#);
    }
}
