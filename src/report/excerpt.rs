//! The few lines of a file around some labels, ready to be drawn.
//!
//! Everything that must not reach a terminal ends here: literals that are sensitive are covered, lines
//! are cut to the width (a file may be one line of megabytes), and control characters are replaced.
//! Offsets of the drawn text and of the file differ; [`Mark`]s are in the drawn text and know their
//! place in the file.

use std::collections::BTreeSet;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::tell::is_unprintable;
use crate::text::{FileId, Position, Sources, Span};

/// Lines shown before and after a label.
const CONTEXT: u32 = 2;
/// A label over more lines than this is cut to its first line.
const MAX_LABEL_LINES: u32 = 10;
/// More labels than this on one file are left out: drawing time grows with their square.
const MAX_LABELS: usize = 20;
/// What stands for a sensitive literal, whatever its length.
const MASK: &str = "********";

/// How lines are cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// Columns for the text of a line.
    pub(super) width: usize,
    /// Whether more than ASCII may be added.
    pub(super) unicode: bool,
}

/// Something to be underlined.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pointer<'a> {
    pub(super) span: Span,
    pub(super) text: &'a str,
    pub(super) primary: bool,
}

/// Lines of one file and the marks on them.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// The lines, each ending in a line break.
    pub(super) text: String,
    /// Runs of neighbouring lines.
    pub(super) hunks: Vec<Hunk>,
    /// In the order of the drawn text.
    pub(super) marks: Vec<Mark>,
}

/// Neighbouring lines.
#[derive(Debug)]
pub(super) struct Hunk {
    /// Number of the first line in the file, from 1.
    pub(super) first_line: u32,
    pub(super) lines: u32,
    /// Where they stand in the drawn text.
    pub(super) range: Range<usize>,
}

/// A label in the drawn text.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) range: Range<usize>,
    pub(super) text: String,
    pub(super) primary: bool,
    /// Its beginning in the file.
    pub(super) position: Position,
}

impl Excerpt {
    /// The lines of `file` around `pointers`, which all point into it.
    pub(super) fn new(
        sources: &Sources,
        masked: &[Span],
        file: FileId,
        pointers: &[Pointer<'_>],
        frame: Frame,
    ) -> Self {
        let mut pointers: Vec<Pointer<'_>> = pointers
            .iter()
            .take(MAX_LABELS)
            .map(|pointer| Pointer { span: shorten(sources, pointer.span), ..*pointer })
            .collect();
        pointers.sort_by_key(|pointer| (pointer.span, !pointer.primary));
        let masked = masks_in(masked, file);
        let mut drawing = Drawing { text: String::new(), map: Vec::new(), masked, frame };
        let mut hunks: Vec<Hunk> = Vec::new();
        for number in wanted_lines(sources, file, &pointers) {
            let Some(line) = sources.line(file, number) else { continue };
            let mut spans = pointers.iter().map(|pointer| pointer.span);
            let focus = spans.find(|span| span.start >= line.start && span.start <= line.end);
            let start = drawing.text.len();
            drawing.line(sources.slice(line), line, focus);
            extend(&mut hunks, number, start..drawing.text.len());
        }
        let mut marks: Vec<Mark> = Vec::new();
        for pointer in pointers {
            drawing.mark(&mut marks, pointer, sources);
        }
        Self { text: drawing.text, hunks, marks }
    }
}

/// The masks of one file; all of them are sorted.
fn masks_in(masked: &[Span], file: FileId) -> &[Span] {
    let first = masked.partition_point(|mask| mask.file < file);
    let last = masked.partition_point(|mask| mask.file <= file);
    masked.get(first..last).unwrap_or(&[])
}

/// Adds a line to the last hunk, or begins another one when it is not its neighbour.
fn extend(hunks: &mut Vec<Hunk>, number: u32, range: Range<usize>) {
    match hunks.last_mut() {
        Some(hunk) if hunk.first_line + hunk.lines == number => {
            hunk.lines += 1;
            hunk.range.end = range.end;
        }
        _ => hunks.push(Hunk { first_line: number, lines: 1, range }),
    }
}

/// The numbers of the lines to draw; a gap of one line is closed.
fn wanted_lines(sources: &Sources, file: FileId, pointers: &[Pointer<'_>]) -> BTreeSet<u32> {
    let mut wanted = BTreeSet::new();
    for pointer in pointers {
        let (first, last) = lines_of(sources, pointer.span);
        let end = sources.line_count(file).max(last);
        let before = first.saturating_sub(CONTEXT).max(1);
        let after = (last + CONTEXT).min(end);
        // Beyond an empty line stands another block, which tells nothing about this one.
        let told = |&line: &u32| {
            sources.line(file, line).is_some_and(|line| !sources.slice(line).trim().is_empty())
        };
        let top = (before..first).rev().take_while(told).last().unwrap_or(first);
        let bottom = (last + 1..=after).take_while(told).last().unwrap_or(last);
        wanted.extend(top..=bottom);
    }
    let gaps: Vec<u32> =
        wanted.iter().map(|line| line + 1).filter(|gap| wanted.contains(&(gap + 1))).collect();
    wanted.extend(gaps);
    wanted
}

/// First and last line that hold a byte of the span.
fn lines_of(sources: &Sources, span: Span) -> (u32, u32) {
    let last = span.end.saturating_sub(1).max(span.start);
    (sources.position(span.file, span.start).line, sources.position(span.file, last).line)
}

/// A span over many lines would push everything else off the screen.
fn shorten(sources: &Sources, span: Span) -> Span {
    let (first, last) = lines_of(sources, span);
    match sources.line(span.file, first) {
        Some(line) if last - first >= MAX_LABEL_LINES => {
            Span { end: line.end.max(span.start), ..span }
        }
        _ => span,
    }
}

struct Drawing<'a> {
    text: String,
    /// Offset in the file to offset in the drawn text, for every character drawn; rising.
    map: Vec<(u32, usize)>,
    masked: &'a [Span],
    frame: Frame,
}

/// One character as it is drawn.
struct Cell {
    /// Offset in the file.
    at: u32,
    drawn: Drawn,
    width: usize,
}

enum Drawn {
    Char(char),
    Text(&'static str),
}

impl Drawing<'_> {
    /// Adds a line, cut so that `focus` stays in sight.
    fn line(&mut self, text: &str, line: Span, focus: Option<Span>) {
        let shown = self.window(text, line, focus);
        let ellipsis = if self.frame.unicode { "…" } else { "..." };
        if shown.start > 0 {
            self.text.push_str(ellipsis);
        }
        // A label may begin in what is cut off.
        self.map.push((line.start, self.text.len()));
        let mut column = 0;
        let mut cut = false;
        for cell in cells(text, line, self.masked, self.frame.unicode) {
            let end = column + cell.width;
            if column >= shown.start && end <= shown.end {
                self.map.push((cell.at, self.text.len()));
                match cell.drawn {
                    Drawn::Char(c) => self.text.push(c),
                    Drawn::Text(text) => self.text.push_str(text),
                }
            } else if end > shown.end {
                self.map.push((cell.at, self.text.len()));
                cut = true;
                break;
            }
            column = end;
        }
        if cut {
            self.text.push_str(ellipsis);
        } else {
            self.map.push((line.end, self.text.len()));
        }
        self.text.push('\n');
    }

    /// The columns of a line that fit.
    fn window(&self, text: &str, line: Span, focus: Option<Span>) -> Range<usize> {
        let width = self.frame.width;
        let (mut total, mut start, mut end) = (0, 0, 0);
        for cell in cells(text, line, self.masked, self.frame.unicode) {
            let Some(focus) = focus.filter(|focus| cell.at < focus.end) else {
                total += cell.width;
                if total > width {
                    break;
                }
                continue;
            };
            if cell.at < focus.start {
                start += cell.width;
            }
            total += cell.width;
            end = total;
        }
        if total <= width {
            return 0..total;
        }
        // Three columns for the ellipsis at either end.
        let room = width.saturating_sub(6).max(1);
        if end <= room {
            return 0..room;
        }
        let lead = room.saturating_sub(end - start).clamp(room / 4, room / 2);
        let from = start.saturating_sub(lead);
        from..from + room
    }

    fn mark(&self, marks: &mut Vec<Mark>, pointer: Pointer<'_>, sources: &Sources) {
        let (start, end) = (self.drawn(pointer.span.start), self.drawn(pointer.span.end));
        let range = start..end.max(start);
        match marks.last_mut() {
            Some(last) if last.range == range => {
                last.primary |= pointer.primary;
                if !pointer.text.is_empty() && last.text != pointer.text {
                    let between = if last.text.is_empty() { "" } else { "; " };
                    last.text = format!("{}{between}{}", last.text, pointer.text);
                }
            }
            _ => marks.push(Mark {
                range,
                text: pointer.text.to_owned(),
                primary: pointer.primary,
                position: sources.position(pointer.span.file, pointer.span.start),
            }),
        }
    }

    /// Where an offset of the file is drawn; the nearest drawn one before it when it is cut off.
    fn drawn(&self, offset: u32) -> usize {
        let after = self.map.partition_point(|&(at, _)| at <= offset);
        let near = self.map.get(after.saturating_sub(1));
        near.map_or(0, |&(_, drawn)| drawn)
    }
}

/// The characters of a line, with masks in place of what is sensitive.
fn cells<'a>(
    text: &'a str,
    line: Span,
    masked: &'a [Span],
    unicode: bool,
) -> impl Iterator<Item = Cell> + 'a {
    let mut masks =
        masked.get(masked.partition_point(|mask| mask.end <= line.start)..).unwrap_or(&[]);
    let mut covered = false;
    text.char_indices().map(move |(offset, c)| {
        let at = line.start + u32::try_from(offset).unwrap_or(u32::MAX - line.start);
        while let Some((first, rest)) = masks.split_first()
            && first.end <= at
        {
            masks = rest;
            covered = false;
        }
        // A mask that begins inside a character covers all of it.
        let end = at + u32::try_from(c.len_utf8()).unwrap_or(0);
        if masks.first().is_none_or(|mask| mask.start >= end) {
            return plain(at, c, unicode);
        }
        let drawn = if covered { "" } else { MASK };
        covered = true;
        Cell { at, drawn: Drawn::Text(drawn), width: drawn.len() }
    })
}

fn plain(at: u32, c: char, unicode: bool) -> Cell {
    let drawn = match c {
        '\t' => Drawn::Text("    "),
        c if is_unprintable(c) && unicode => Drawn::Char(char::REPLACEMENT_CHARACTER),
        c if is_unprintable(c) => Drawn::Char('?'),
        c => Drawn::Char(c),
    };
    let width = match drawn {
        Drawn::Text(text) => text.len(),
        Drawn::Char(c) => c.width().unwrap_or(0),
    };
    Cell { at, drawn, width }
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, Frame, MAX_LABELS, Pointer};
    use crate::text::{Sources, Span};

    const FRAME: Frame = Frame { width: 30, unicode: true };

    /// The excerpt's text, and each mark's words in it.
    fn draw(
        text: &str,
        spans: &[(usize, usize)],
        masks: &[(usize, usize)],
    ) -> (String, Vec<String>) {
        let mut sources = Sources::default();
        let file = sources.add("a.tf", text);
        let span = |&(start, end): &(usize, usize)| Span::new(file, start as u32, end as u32);
        let pointers: Vec<Pointer<'_>> =
            spans.iter().map(|at| Pointer { span: span(at), text: "", primary: true }).collect();
        let masks: Vec<Span> = masks.iter().map(span).collect();
        let excerpt = Excerpt::new(&sources, &masks, file, &pointers, FRAME);
        let words = |range: &std::ops::Range<usize>| excerpt.text[range.clone()].to_owned();
        let marks = excerpt.marks.iter().map(|mark| words(&mark.range)).collect();
        (excerpt.text.clone(), marks)
    }

    fn find(text: &str, needle: &str) -> (usize, usize) {
        let start = text.find(needle).expect("it is there");
        (start, start + needle.len())
    }

    #[test]
    fn a_label_keeps_its_words() {
        let text = "a = 1\nb\t= \"é😀\" # x\n";
        let (drawn, marks) = draw(text, &[find(text, "\"é😀\"")], &[]);
        assert_eq!(drawn, "a = 1\nb    = \"é😀\" # x\n");
        assert_eq!(marks, ["\"é😀\""]);
    }

    #[test]
    fn long_lines_are_cut_around_the_label() {
        let text = format!("{}HERE{}\n", "a".repeat(200_000), "b".repeat(200_000));
        let (drawn, marks) = draw(&text, &[find(&text, "HERE")], &[]);
        assert_eq!(drawn, "…aaaaaaaaaaaaHEREbbbbbbbb…\n");
        assert_eq!(marks, ["HERE"]);
        let whole = (0, text.len() - 1);
        let (drawn, marks) = draw(&text, &[whole], &[]);
        assert_eq!(drawn, "aaaaaaaaaaaaaaaaaaaaaaaa…\n");
        assert_eq!(marks, ["aaaaaaaaaaaaaaaaaaaaaaaa"]);
    }

    #[test]
    fn a_label_at_the_very_end_has_a_line() {
        let (drawn, marks) = draw("a = 1", &[(5, 5)], &[]);
        assert_eq!((drawn.as_str(), marks), ("a = 1\n", vec![String::new()]));
        let (drawn, _) = draw("a = 1\n", &[(6, 6)], &[]);
        assert_eq!(drawn, "a = 1\n\n");
        let (drawn, _) = draw("", &[(0, 0)], &[]);
        assert_eq!(drawn, "\n");
        let (_, marks) = draw("a = 1", &[(900, 950)], &[]);
        assert_eq!(marks.len(), 1);
    }

    #[test]
    fn masks_have_one_length_and_labels_stay_right() {
        let text = "p = \"s3cret\" # after\n";
        let secret = find(text, "\"s3cret\"");
        let (drawn, marks) = draw(text, &[find(text, "after"), secret], &[secret]);
        assert_eq!(drawn, "p = ******** # after\n");
        assert_eq!(marks, ["********", "after"]);
    }

    #[test]
    fn a_mask_over_lines_covers_each() {
        let text = "p = <<E\none\n\n  two\nE\nq = 1\n";
        let (drawn, _) = draw(text, &[find(text, "q")], &[(4, find(text, "E\nq").1 - 2)]);
        assert_eq!(drawn, "********\n********\nq = 1\n");
    }

    #[test]
    fn far_labels_are_apart_and_near_ones_together() {
        let text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let at = |line: usize| (2 * line - 2, 2 * line - 1);
        assert_eq!(draw(text, &[at(1), at(9)], &[]).0, "1\n2\n3\n7\n8\n9\n");
        assert_eq!(draw(text, &[at(1), at(7)], &[]).0, text);
    }

    #[test]
    fn many_labels_and_large_ones_are_cut() {
        let text = "x\n".repeat(50);
        let labels: Vec<(usize, usize)> = (0..50).map(|line| (2 * line, 2 * line + 1)).collect();
        assert_eq!(draw(&text, &labels, &[]).1.len(), MAX_LABELS);
        assert_eq!(draw(&text, &[(0, 99)], &[]).1, ["x"]);
    }

    #[test]
    fn terminal_codes_are_replaced() {
        let (drawn, _) = draw("a \u{1b}[0m \u{202e}b\n", &[(0, 1)], &[]);
        assert_eq!(drawn, "a \u{fffd}[0m \u{fffd}b\n");
    }
}
