//! The house stands: a module names only modules on lower floors, and siblings do not know each other.
//!
//! Reads the sources as text and looks for paths that lead into another module: `crate::name`, also in
//! groups, and `super::` as far as it reaches the crate. Comments and strings do not count.

#![expect(clippy::disallowed_methods, reason = "a test reads the sources themselves")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Modules by floor. A new module is added here, and in the picture in `src/lib.rs`.
const FLOORS: [(&str, u8); 16] = [
    ("text", 0),
    ("diag", 1),
    ("hcl", 2),
    ("value", 2),
    ("eval", 3),
    ("cloud", 3),
    ("terraform", 4),
    ("graph", 5),
    ("finding", 5),
    ("policy", 6),
    ("report", 6),
    ("settings", 6),
    ("check", 7),
    ("compare", 7),
    ("cli", 8),
    ("main", 9),
];

/// Parts of a module that do not know each other.
const STRANGERS: [(&str, &str); 2] =
    [("terraform::config", "terraform::plan"), ("terraform::plan", "terraform::config")];

#[test]
fn nobody_reaches_up() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut complaints = Vec::new();
    for path in sources(&root) {
        let relative = path.strip_prefix(&root).expect("below src");
        let module = module_of(relative);
        let text = fs::read_to_string(&path).expect("a source file can be read");
        complaints.extend(wrong_uses(&module, &text));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_picture_shows_every_module() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let text = fs::read_to_string(root.join("lib.rs")).expect("lib.rs can be read");
    let picture: BTreeSet<&str> = text
        .lines()
        .filter(|line| line.starts_with("//! "))
        .flat_map(str::split_whitespace)
        .collect();
    for line in text.lines().filter_map(|line| line.strip_prefix("pub mod ")) {
        let module = line.trim_end_matches(';');
        assert!(floor(module).is_some(), "`{module}` has no floor");
        assert!(picture.contains(module), "the picture lacks `{module}`");
    }
}

/// A test that cannot fail is none.
#[test]
fn forged_sources_are_caught() {
    let cases: [(&[&str], &str, &[&str]); 14] = [
        (&["value", "number"], "use crate::hcl::Tree;", &["value::number names `hcl`"]),
        (&["diag"], "use crate::text::Span;", &[]),
        (&["graph"], "fn f() -> crate::finding::Report {}", &["graph names `finding`"]),
        (
            &["eval"],
            "use crate::{\n    text::Span,\n    terraform::{plan, config},\n};",
            &["eval names `terraform`"],
        ),
        (&["report", "json"], "use super::super::check::Options;", &["report::json names `check`"]),
        (&["report", "json"], "use super::concise;", &[]),
        (&["hcl"], "/// See [`crate::cli`].\nconst A: &str = \"crate::cli\"; // crate::cli", &[]),
        (
            &["terraform", "plan", "decode"],
            "use crate::terraform::config::Library;",
            &["terraform::plan::decode names `terraform::config`"],
        ),
        (
            &["terraform", "config"],
            "use crate::terraform::{address, plan::Plan};",
            &["terraform::config names `terraform::plan`"],
        ),
        (
            &["terraform", "config", "load"],
            "use super::super::plan;",
            &["terraform::config::load names `terraform::plan`"],
        ),
        (&["main"], "planward::cli::run();", &[]),
        (&["text"], "use crate::unheard::Of;", &["text names `unheard`"]),
        (&["diag"], "mod tests { use super::did_you_mean; }", &[]),
        (&["diag"], "const A: &str = r\"\\\"; use crate::hcl;", &["diag names `hcl`"]),
    ];
    for (module, text, expected) in cases {
        let module: Vec<String> = module.iter().map(|&part| part.to_owned()).collect();
        let found = wrong_uses(&module, text);
        assert_eq!(found, expected, "{text}");
    }
}

fn floor(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|&(_, floor)| floor)
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// `hcl::parser::body` of `hcl/parser/body.rs`; nothing of `lib.rs`.
fn module_of(path: &Path) -> Vec<String> {
    let path = path.with_extension("");
    let parts = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    parts.filter(|part| part != "mod" && part != "lib").collect()
}

/// What a module names that it may not know.
fn wrong_uses(module: &[String], text: &str) -> Vec<String> {
    let Some(own) = module.first() else { return Vec::new() };
    let name = module.join("::");
    let own_floor = floor(own);
    let mut wrong = Vec::new();
    for path in uses(module, &code(text)) {
        let Some(first) = path.first() else { continue };
        let is_lower = floor(first).zip(own_floor).is_some_and(|(theirs, own)| theirs < own);
        // A name in capitals is an item of the crate's own, not a module.
        let is_module = first.starts_with(|c: char| c.is_ascii_lowercase());
        if first != own && is_module && !is_lower {
            wrong.push(format!("{name} names `{first}`"));
        }
        let target = path.join("::");
        let within =
            |path: &str, part: &str| path == part || path.starts_with(&format!("{part}::"));
        let strange = STRANGERS.iter().find(|(a, b)| within(&name, a) && within(&target, b));
        if let Some((_, stranger)) = strange {
            wrong.push(format!("{name} names `{stranger}`"));
        }
    }
    wrong.dedup();
    wrong
}

/// Paths from the crate's root that a module names.
fn uses(module: &[String], code: &str) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut at = 0;
    while let Some((end, base)) = next_anchor(code, at, module) {
        at = end;
        if let Some(base) = base {
            at = read_path(code, end, base, &mut paths);
        }
    }
    paths
}

/// The end of the next `crate::` or run of `super::`, and the module that it stands for.
fn next_anchor(code: &str, from: usize, module: &[String]) -> Option<(usize, Option<Vec<String>>)> {
    let starts = ["crate::", "super::"];
    let (start, word) =
        starts.iter().filter_map(|word| Some((from + code[from..].find(word)?, *word))).min()?;
    let mut end = start + word.len();
    let before = code[..start].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
        return Some((end, None));
    }
    if word == "crate::" {
        return Some((end, Some(Vec::new())));
    }
    let mut ups = 1;
    while code[end..].starts_with("super::") {
        ups += 1;
        end += "super::".len();
    }
    let base = module.len().checked_sub(ups).map(|kept| module[..kept].to_vec());
    // `super` in an inline module, such as `tests`, goes less far up than it seems: what would be a
    // name of the crate's root, and is no module there, is one of the file's own.
    let next = code[end..].split(|c: char| !c.is_alphanumeric() && c != '_').next();
    let seems_root = base.as_ref().is_some_and(Vec::is_empty);
    if seems_root && next.is_some_and(|next| !next.is_empty() && floor(next).is_none()) {
        return Some((end, None));
    }
    Some((end, base))
}

/// Reads `a::b` or `a::{b, c::d}` after a base, in full; gives where it ends.
fn read_path(
    code: &str,
    mut at: usize,
    mut base: Vec<String>,
    paths: &mut Vec<Vec<String>>,
) -> usize {
    loop {
        let rest = &code[at..];
        let skipped = rest.len() - rest.trim_start().len();
        at += skipped;
        let rest = &code[at..];
        if let Some(inside) = rest.strip_prefix('{') {
            at += rest.len() - inside.len();
            loop {
                at = read_path(code, at, base.clone(), paths);
                let rest = code[at..].trim_start();
                at = code.len() - rest.len();
                match rest.chars().next() {
                    Some(',') => at += 1,
                    Some('}') => return at + 1,
                    _ => return at,
                }
            }
        }
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        if length == 0 {
            return at;
        }
        base.push(rest[..length].to_owned());
        at += length;
        if !code[at..].starts_with("::") {
            paths.push(base);
            return skip_alias(code, at);
        }
        at += 2;
        if code[at..].starts_with(['<', '*']) {
            paths.push(base);
            return at + 1;
        }
    }
}

/// Past ` as name`.
fn skip_alias(code: &str, at: usize) -> usize {
    let Some(rest) = code[at..].strip_prefix(" as ") else { return at };
    let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    code.len() - rest.len() + length
}

/// The text without comments and strings.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let is_word = code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let skipped = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            'r' if !is_word => raw_string(rest),
            '"' => string(rest),
            '\'' if rest.starts_with("'\"'") => 3,
            _ => 0,
        };
        if skipped == 0 {
            code.push(c);
        }
        rest = &rest[skipped.max(c.len_utf8())..];
    }
    code
}

/// The length of the string that begins here.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of the raw string that begins here; none without one.
fn raw_string(text: &str) -> usize {
    let hashes = text[1..].bytes().take_while(|&b| b == b'#').count();
    let open = 1 + hashes;
    if !text[open..].starts_with('"') {
        return 0;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    text[open + 1..].find(&close).map_or(text.len(), |at| open + 1 + at + close.len())
}
