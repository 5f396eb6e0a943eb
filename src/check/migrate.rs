//! Suppressions of other tools, rewritten as ours; nothing is written here.
//!
//! Only what means the same afterwards is touched: a comment whose checks no policy knows, or that
//! holds on conditions, stays as it is and is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::finding::Facts;
use crate::finding::wish::{Reach, Wish, Wishes};
use crate::hcl::{self, Tree};
use crate::text::{Files, Sources, Span};

use super::suppress::{around, named};
use super::{Options, policies};

/// A file with other comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// Its path.
    pub path: String,
    /// Its new text.
    pub text: String,
    /// What changes, as a unified diff without context.
    pub diff: String,
    /// How many comments change.
    pub comments: usize,
}

/// What can be rewritten below a folder.
#[derive(Debug, Default)]
pub struct Migration {
    /// By path.
    pub files: Vec<Rewritten>,
    /// Comments that stay, and what cannot be read.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that diagnostics point into.
    pub sources: Sources,
}

/// Rewrites the comments of all files below a folder whose checks are known to a policy.
#[must_use]
pub fn migrate(files: &dyn Files, folder: &str, options: &Options) -> Migration {
    let Migration { files: mut rewritten, mut diagnostics, mut sources } = Migration::default();
    let all = policies::load(files, options, &mut sources, &mut diagnostics).all;
    let walk = match files.walk(folder) {
        Ok(walk) => walk.files,
        Err(why) => {
            let message = format!("`{folder}` cannot be searched: {why}");
            diagnostics.push(Diagnostic::error(message));
            Vec::new()
        }
    };
    for path in walk.iter().filter(|path| path.ends_with(".tf") || path.ends_with(".tofu")) {
        let text = files.read(path).map(String::from_utf8);
        let Ok(Ok(text)) = text else { continue };
        if !Wishes::may_be_in(&text) {
            continue;
        }
        let file = sources.add(path.as_str(), text.as_str());
        let (tree, _) = hcl::parse(file, Arc::from(text.as_str()));
        let (lines, left) = rewrite(&tree, &all);
        diagnostics.extend(left);
        if !lines.changes.is_empty() {
            rewritten.push(lines.done(path));
        }
    }
    Migration { files: rewritten, diagnostics, sources }
}

/// The changed lines, and a note for each comment that stays.
fn rewrite<'t>(tree: &'t Tree, all: &[Facts]) -> (Lines<'t>, Vec<Diagnostic>) {
    let mut lines = Lines::new(tree.text());
    let mut left = Vec::new();
    // Backwards, so that earlier places of a line stay true.
    for &span in tree.comments().iter().rev() {
        let comment = tree.text().get(span.start as usize..span.end as usize).unwrap_or_default();
        if comment.trim_start_matches(['#', '/', '*', ' ']).starts_with("planward:") {
            continue;
        }
        let wishes = Wishes::of(comment).wishes;
        if wishes.is_empty() {
            continue;
        }
        let done = ours(&wishes, all).and_then(|(text, reach)| match reach {
            Reach::Here | Reach::File => lines.replace(span, comment, &text),
            Reach::Around => {
                let block = around(tree, span).ok_or("it stands in no block")?;
                lines.lift(span, block, &text)
            }
        });
        if let Err(why) = done {
            left.push(Diagnostic::note(format!("comment stays as it is: {why}")).at(span));
        }
    }
    left.reverse();
    (lines, left)
}

/// The wishes of one comment in our words.
fn ours(wishes: &[Wish], all: &[Facts]) -> Result<(String, Reach), &'static str> {
    let [first, others @ ..] = wishes else { return Err("it asks for nothing") };
    if others.iter().any(|other| other.until != first.until || other.reach != first.reach) {
        return Err("it holds several suppressions that end on different days");
    }
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    for wish in wishes {
        if !wish.parameters.is_empty() || wish.workspace.is_some() {
            return Err("it holds on a condition");
        }
        for name in &wish.named {
            if name.id == "*" {
                ids.insert("*");
                continue;
            }
            let policies = named(wish.dialect, &name.id, all);
            if policies.is_empty() {
                return Err("no policy knows this check");
            }
            let facts = policies.iter().filter_map(|policy| all.get(policy.0 as usize));
            ids.extend(facts.map(|facts| facts.id.as_str()));
        }
    }
    let ids: Vec<&str> = ids.into_iter().collect();
    let mut text = format!("planward:ignore {}", ids.join(", "));
    if let Some(until) = first.until {
        text.push_str(&format!(" until={until}"));
    }
    let reasons: BTreeSet<&str> = wishes.iter().map(|wish| wish.reason.as_str()).collect();
    for reason in reasons.into_iter().filter(|reason| !reason.is_empty()) {
        text.push_str(&format!(" {reason}"));
    }
    Ok((text, first.reach))
}

/// A file's lines and their changes.
struct Lines<'t> {
    /// With a carriage return at the end, where the file has them.
    lines: Vec<&'t str>,
    starts: Vec<usize>,
    changes: BTreeMap<usize, Change>,
    comments: usize,
}

#[derive(Default)]
struct Change {
    /// New lines before this one.
    before: Vec<String>,
    now: Now,
}

#[derive(Default)]
enum Now {
    #[default]
    Same,
    Gone,
    Text(String),
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let lines: Vec<&str> = text.split('\n').collect();
        let mut at = 0;
        let mut starts = Vec::with_capacity(lines.len());
        for line in &lines {
            starts.push(at);
            at += line.len() + 1;
        }
        Self { lines, starts, changes: BTreeMap::new(), comments: 0 }
    }

    /// A line with what stands before and after the span in it, after the changes so far.
    fn split(&self, span: Span) -> Result<(usize, String, String), &'static str> {
        let (start, end) = (span.start as usize, span.end as usize);
        let line = self.starts.partition_point(|&at| at <= start).saturating_sub(1);
        let from = start - self.starts.get(line).copied().unwrap_or_default();
        let text = match self.changes.get(&line).map(|change| &change.now) {
            Some(Now::Text(text)) => text,
            _ => self.lines.get(line).copied().unwrap_or_default(),
        };
        match (text.get(..from), text.get(from + (end - start)..)) {
            (Some(before), Some(after)) => Ok((line, before.to_owned(), after.to_owned())),
            _ => Err("it spans several lines"),
        }
    }

    fn replace(&mut self, span: Span, comment: &str, ours: &str) -> Result<(), &'static str> {
        let (line, before, after) = self.split(span)?;
        let ours = match (comment.starts_with("/*"), comment.starts_with("//")) {
            (true, _) => format!("/* {ours} */"),
            (_, true) => format!("// {ours}"),
            (_, false) => format!("# {ours}"),
        };
        self.change(line).now = Now::Text(format!("{before}{ours}{after}"));
        self.comments += 1;
        Ok(())
    }

    /// Takes the comment out and puts ours above the block.
    fn lift(&mut self, span: Span, block: Span, ours: &str) -> Result<(), &'static str> {
        let (line, before, after) = self.split(span)?;
        let rest = format!("{}{after}", before.trim_end());
        let now = if rest.trim().is_empty() { Now::Gone } else { Now::Text(rest) };
        self.change(line).now = now;
        let header = self.starts.partition_point(|&at| at <= block.start as usize) - 1;
        let model = self.lines.get(header).copied().unwrap_or_default();
        let indent = &model[..model.len() - model.trim_start().len()];
        let end = if model.ends_with('\r') { "\r" } else { "" };
        let ours = format!("{indent}# {ours}{end}");
        self.change(header).before.insert(0, ours);
        self.comments += 1;
        Ok(())
    }

    fn change(&mut self, line: usize) -> &mut Change {
        self.changes.entry(line).or_default()
    }

    fn done(self, path: &str) -> Rewritten {
        let mut text: Vec<&str> = Vec::with_capacity(self.lines.len());
        let mut diff = format!("--- {path}\n+++ {path}\n");
        for (at, &line) in self.lines.iter().enumerate() {
            let Some(change) = self.changes.get(&at) else {
                text.push(line);
                continue;
            };
            let first = text.len();
            text.extend(change.before.iter().map(String::as_str));
            let is_same = matches!(change.now, Now::Same);
            if let Now::Text(new) = &change.now {
                text.push(new);
            }
            hunk(&mut diff, (at, (!is_same).then_some(line)), (first, &text[first..]));
            if is_same {
                text.push(line);
            }
        }
        Rewritten { path: path.to_owned(), text: text.join("\n"), diff, comments: self.comments }
    }
}

/// One change; where a side has no line, its number is that of the line before.
fn hunk(diff: &mut String, (at, old): (usize, Option<&str>), (first, new): (usize, &[&str])) {
    let old_at = at + usize::from(old.is_some());
    let new_at = first + usize::from(!new.is_empty());
    let (old_count, new_count) = (usize::from(old.is_some()), new.len());
    diff.push_str(&format!("@@ -{old_at},{old_count} +{new_at},{new_count} @@\n"));
    if let Some(line) = old {
        diff.push_str(&format!("-{}\n", line.trim_end_matches('\r')));
    }
    for line in new {
        diff.push_str(&format!("+{}\n", line.trim_end_matches('\r')));
    }
}
