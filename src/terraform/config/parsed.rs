//! Files that were parsed before, by their text: whoever checks again parses only what changed.
//!
//! What is kept changes nothing but the time that a check takes.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::diag::Diagnostic;
use crate::hcl::Tree;
use crate::text::FileId;

/// Trees that outlive a check; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Parsed(Arc<Mutex<HashMap<u64, Kept>>>);

/// A text as it was parsed.
#[derive(Debug)]
struct Kept {
    syntax: Syntax,
    tree: Tree,
    text: Arc<str>,
    diagnostics: Vec<Diagnostic>,
    is_used: bool,
}

/// What a text is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Syntax {
    Native,
    Json,
    JsonValues,
}

/// How something is parsed makes no difference to what comes out.
impl PartialEq for Parsed {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Parsed {
    /// Drops what nobody asked for since the last time.
    pub fn forget(&self) {
        self.all().retain(|_, kept| std::mem::take(&mut kept.is_used));
    }

    /// The tree of a text, parsed now or before.
    pub(super) fn tree(
        &self,
        file: FileId,
        text: &Arc<str>,
        syntax: Syntax,
        parse: impl FnOnce() -> (Tree, Vec<Diagnostic>),
    ) -> (Tree, Vec<Diagnostic>) {
        let mut hasher = DefaultHasher::new();
        (syntax, text).hash(&mut hasher);
        let key = hasher.finish();
        if let Some(kept) = self.all().get_mut(&key)
            && kept.syntax == syntax
            && kept.text == *text
        {
            kept.is_used = true;
            let diagnostics = kept.diagnostics.iter().map(|said| placed(said, file)).collect();
            return (kept.tree.in_file(file), diagnostics);
        }
        let (tree, diagnostics) = parse();
        let kept = Kept {
            syntax,
            tree: tree.in_file(file),
            text: text.clone(),
            diagnostics: diagnostics.clone(),
            is_used: true,
        };
        self.all().insert(key, kept);
        (tree, diagnostics)
    }

    fn all(&self) -> MutexGuard<'_, HashMap<u64, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What parsing says is about the file alone.
fn placed(said: &Diagnostic, file: FileId) -> Diagnostic {
    let mut said = said.clone();
    for label in said.at.iter_mut().chain(&mut said.related) {
        label.span.file = file;
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hcl;

    #[test]
    fn a_text_is_parsed_once_for_all_files_that_have_it() {
        let parsed = Parsed::default();
        let mut times = 0;
        let mut get = |file: u32, text: &str| {
            let (file, text) = (FileId(file), Arc::from(text));
            parsed.tree(file, &text, Syntax::Native, || {
                times += 1;
                hcl::parse(file, text.clone())
            })
        };
        let (_, wrong) = get(0, "a = ");
        let (tree, again) = get(7, "a = ");
        assert_eq!((wrong.len(), again.len(), tree.file()), (1, 1, FileId(7)));
        assert_eq!(again[0].at.as_ref().map(|at| at.span.file), Some(FileId(7)));
        let (tree, _) = get(3, "a = 1 # c");
        assert_eq!(tree.root().attributes().count(), 1);
        assert_eq!(times, 2);
    }

    #[test]
    fn what_nobody_asks_for_is_dropped() {
        let parsed = Parsed::default();
        let text: Arc<str> = Arc::from("a = 1");
        let get = || {
            parsed.tree(FileId(0), &text, Syntax::Native, || hcl::parse(FileId(0), text.clone()))
        };
        get();
        parsed.forget();
        assert_eq!(parsed.all().len(), 1);
        get();
        parsed.forget();
        parsed.forget();
        assert!(parsed.all().is_empty());
    }
}
