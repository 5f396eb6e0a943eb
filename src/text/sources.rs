//! All files of a run, and the turn from byte offsets to lines and columns.

use std::sync::{Arc, OnceLock};

use super::{FileId, Span};

/// A line and a column, both from 1; the column counts code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in code points, from 1.
    pub column: u32,
}

/// The files of a run, in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

#[derive(Clone, Debug)]
struct Source {
    path: Arc<str>,
    text: Arc<str>,
    /// Offset of each line's first byte; made when a place is first asked for.
    lines: OnceLock<Vec<u32>>,
}

impl Sources {
    /// Adds a file under the path that reports show.
    pub fn add(&mut self, path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).expect("internal error: 4 billion files"));
        self.files.push(Source { path: path.into(), text: text.into(), lines: OnceLock::new() });
        id
    }

    /// The path as reports show it.
    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        self.get(file).map_or("", |source| &source.path)
    }

    /// The whole text of a file.
    #[must_use]
    pub fn text(&self, file: FileId) -> &str {
        self.get(file).map_or("", |source| &source.text)
    }

    /// The text shared, for a tree that keeps it.
    #[must_use]
    pub fn shared_text(&self, file: FileId) -> Arc<str> {
        self.get(file).map_or_else(|| Arc::from(""), |source| source.text.clone())
    }

    /// Whether these are the same files in the same order.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.files.len() == other.files.len()
            && self
                .files
                .iter()
                .zip(&other.files)
                .all(|(a, b)| a.path == b.path && a.text == b.text)
    }

    /// The path shared, for another row of files.
    #[must_use]
    pub fn shared_path(&self, file: FileId) -> Arc<str> {
        self.get(file).map_or_else(|| Arc::from(""), |source| source.path.clone())
    }

    /// The text under a span; empty where the span does not fit the file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Line and column of a byte offset; offsets past the end count as the end.
    #[must_use]
    pub fn position(&self, file: FileId, offset: u32) -> Position {
        let text = self.text(file);
        let offset = floor_boundary(text, offset as usize);
        let lines = self.lines(file);
        let line = lines.partition_point(|&start| start as usize <= offset).saturating_sub(1);
        let start = lines.get(line).map_or(0, |&start| start as usize);
        let column = text.get(start..offset).map_or(0, |before| before.chars().count());
        Position { line: count(line) + 1, column: count(column) + 1 }
    }

    /// Positions of both ends of a span.
    #[must_use]
    pub fn range(&self, span: Span) -> (Position, Position) {
        (self.position(span.file, span.start), self.position(span.file, span.end))
    }

    /// The span of a line (from 1), without its line break.
    #[must_use]
    pub fn line(&self, file: FileId, line: u32) -> Option<Span> {
        let lines = self.lines(file);
        let index = (line as usize).checked_sub(1)?;
        let start = *lines.get(index)?;
        let end = lines.get(index + 1).copied().unwrap_or(count(self.text(file).len()));
        let text = self.text(file).get(start as usize..end as usize)?;
        Some(Span::new(file, start, start + count(text.trim_end_matches(['\n', '\r']).len())))
    }

    /// Number of lines; a final line break does not begin another line.
    #[must_use]
    pub fn line_count(&self, file: FileId) -> u32 {
        let ends_in_break = self.text(file).ends_with('\n');
        count(self.lines(file).len()) - u32::from(ends_in_break)
    }

    /// All files, in the order in which they were added.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..count(self.files.len())).map(FileId)
    }

    fn get(&self, file: FileId) -> Option<&Source> {
        self.files.get(file.0 as usize)
    }

    fn lines(&self, file: FileId) -> &[u32] {
        let Some(source) = self.get(file) else { return &[] };
        source.lines.get_or_init(|| {
            let breaks = memchr::memchr_iter(b'\n', source.text.as_bytes());
            std::iter::once(0).chain(breaks.map(|at| count(at) + 1)).collect()
        })
    }
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_code_points() {
        let mut sources = Sources::default();
        let file = sources.add("a.tf", "a\né = 😀x\n");
        let at = |offset| sources.position(file, offset);
        assert_eq!(at(0), Position { line: 1, column: 1 });
        assert_eq!(at(2), Position { line: 2, column: 1 });
        assert_eq!(at(4), Position { line: 2, column: 2 });
        assert_eq!(at(11), Position { line: 2, column: 6 });
        assert_eq!(at(13), Position { line: 3, column: 1 });
        assert_eq!(at(99), Position { line: 3, column: 1 });
        assert_eq!(sources.line_count(file), 2);
    }
}
