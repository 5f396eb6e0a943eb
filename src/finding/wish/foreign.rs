//! `checkov:skip=ID:reason`, `trivy:ignore:ID[a=b]:exp:2026-01-01`, `tfsec:ignore:ID`.
//!
//! What these tools would not read is no wish; they do not complain either.

use super::{Dialect, Named, Parameter, Reach, Wish, reason};
use crate::finding::Date;

/// The words a wish begins with.
const MARKS: [(&str, Dialect); 5] = [
    ("checkov:skip=", Dialect::Checkov),
    ("bridgecrew:skip=", Dialect::Checkov),
    ("cortex:skip=", Dialect::Checkov),
    ("trivy:ignore:", Dialect::Trivy),
    ("tfsec:ignore:", Dialect::Tfsec),
];

/// All wishes of a comment.
pub(super) fn read(text: &str) -> Vec<Wish> {
    let mut wishes = Vec::new();
    let mut rest = text;
    while let Some((dialect, after)) = next(rest) {
        let (wish, left) = match dialect {
            Dialect::Planward | Dialect::Checkov => checkov(after),
            Dialect::Trivy | Dialect::Tfsec => trivy(dialect, after),
        };
        wishes.extend(wish);
        rest = left;
    }
    wishes
}

/// The first mark, and what follows it.
fn next(text: &str) -> Option<(Dialect, &str)> {
    let found = MARKS.iter().filter_map(|&(mark, dialect)| Some((text.find(mark)?, mark, dialect)));
    let (at, mark, dialect) = found.min_by_key(|&(at, ..)| at)?;
    text.get(at + mark.len()..).map(|after| (dialect, after))
}

fn checkov(text: &str) -> (Option<Wish>, &str) {
    let text = text.trim_start_matches(' ');
    let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ',' | '-');
    let (ids, rest) = text.split_at(text.find(|c| !is_id(c)).unwrap_or(text.len()));
    let why = rest.strip_prefix(':').unwrap_or_default();
    let why = why.lines().next().unwrap_or_default();
    let named = ids.split(',').filter(|id| !id.is_empty()).map(plain).collect();
    (wish(Dialect::Checkov, Reach::Around, named, reason(why)), rest)
}

/// Trivy and tfsec: the id ends at a blank; sections follow after colons.
fn trivy(dialect: Dialect, text: &str) -> (Option<Wish>, &str) {
    let id_end = text.find(|c: char| c.is_whitespace() || matches!(c, ':' | '['));
    let (id, mut rest) = text.split_at(id_end.unwrap_or(text.len()));
    let mut parameters = Vec::new();
    if let Some((inside, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let Some(read) = inside.split(',').map(parameter).collect() else { return (None, after) };
        (parameters, rest) = (read, after);
    }
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (sections, rest) = rest.split_at(end);
    let Some((until, workspace)) = options(sections) else { return (None, rest) };
    let why = &rest[..next_mark(rest)];
    let wish = wish(dialect, Reach::Here, vec![plain(id)], reason(why));
    let wish = wish.filter(|_| !id.is_empty());
    (wish.map(|wish| Wish { until, workspace, parameters, ..wish }), rest)
}

fn next_mark(text: &str) -> usize {
    let found = MARKS.iter().filter_map(|(mark, _)| text.find(mark));
    found.min().unwrap_or(text.len())
}

fn plain(id: &str) -> Named {
    Named { id: id.to_owned(), key: None }
}

fn parameter(text: &str) -> Option<Parameter> {
    let (path, value) = text.split_once('=')?;
    Some((path.trim().to_owned(), value.trim().trim_matches('"').to_owned()))
}

/// `:exp:2026-01-01` and `:ws:production`, in any order. The day of `exp` is the first one on which the
/// wish holds no more.
fn options(text: &str) -> Option<(Option<Date>, Option<String>)> {
    let (mut until, mut workspace) = (None, None);
    let mut sections = text.split(':').skip(1);
    while let Some(name) = sections.next() {
        match (name, sections.next()) {
            ("exp", Some(day)) => until = Some(Date::parse(day)?.before()?),
            ("ws", Some(name)) => workspace = Some(name.to_owned()),
            // `ID: reason` and `ID:` before the reason.
            _ => break,
        }
    }
    Some((until, workspace))
}

fn wish(dialect: Dialect, reach: Reach, named: Vec<Named>, reason: String) -> Option<Wish> {
    let (until, workspace, parameters) = (None, None, Vec::new());
    let wish = Wish { dialect, reach, named, until, reason, parameters, workspace };
    (!wish.named.is_empty()).then_some(wish)
}
