//! Every rule of `planward validate` finds what it is for, at the place where it stands, and nothing
//! else. The cases stand in `fixtures/validate/`, whose README tells how they are written.

#![expect(clippy::disallowed_methods, reason = "tests read the project's own files")]
#![expect(clippy::unwrap_used, reason = "a panic is a test's way to fail, also in helpers")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use planward::diag::Level;
use planward::policy::Compat;
use planward::policy::validate::{Complaint, Mode, Rule, Validated, validate};
use planward::text::{Files, MemoryFiles, Sources};

/// Something told, or to be told: file, line, column where it matters, level where it matters, rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    file: String,
    line: u32,
    column: Option<u32>,
    level: Option<&'static str>,
    rule: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/validate")
}

/// The folders of the fixtures, by name.
fn folders() -> Vec<String> {
    let entries = fs::read_dir(root()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn files_of(folder: &str) -> MemoryFiles {
    let mut files = MemoryFiles::default();
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        files.insert(path.file_name().unwrap().to_str().unwrap(), fs::read(&path).unwrap());
    }
    files
}

/// The texts of all files.
fn texts(files: &MemoryFiles) -> Vec<(String, String)> {
    let paths = files.walk("").unwrap().files;
    let read = |path: String| {
        let text = String::from_utf8(files.read(&path).unwrap()).unwrap();
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

/// How a folder is validated: `# validate: --portable` in a first line.
fn mode_of(texts: &[(String, String)]) -> Mode {
    let mut mode = Mode::default();
    for option in texts.iter().filter_map(|(_, text)| text.strip_prefix("# validate: ")) {
        match option.lines().next().unwrap() {
            "--portable" => mode.portable = true,
            "--strict" => mode.strict = true,
            "--compat=engine" => mode.compat = Compat::Engine,
            "--compat=0.1" => mode.compat = Compat::V0_1,
            other => panic!("`{other}` is no way to validate"),
        }
    }
    mode
}

fn level_named(word: &str) -> Option<&'static str> {
    [Level::Error, Level::Warning, Level::Note]
        .map(Level::name)
        .into_iter()
        .find(|name| *name == word)
}

/// What the comments of a file want: `# expect-1@12: error RULE, RULE`.
fn wanted(file: &str, text: &str) -> Vec<Told> {
    let mut wanted = Vec::new();
    for (number, line) in (1u32..).zip(text.lines()) {
        let Some((_, comment)) = line.split_once("# expect") else { continue };
        let (place, rules) = comment.split_once(": ").expect("`# expect: RULE`");
        // In JSON the comment is the text of a property.
        let rules = rules.trim_end_matches(['"', ',', '}', ' ']);
        let (offset, column) = place.split_once('@').unwrap_or((place, ""));
        let offset: i64 = if offset.is_empty() { 0 } else { offset.parse().unwrap() };
        for rule in rules.split(", ") {
            let (level, rule) = match rule.split_once(' ') {
                Some((level, rule)) => (Some(level_named(level).unwrap()), rule),
                None => (None, rule),
            };
            wanted.push(Told {
                file: file.to_owned(),
                line: u32::try_from(i64::from(number) + offset).unwrap(),
                column: column.parse().ok(),
                level,
                rule: rule.trim().to_owned(),
            });
        }
    }
    wanted
}

fn told(complaint: &Complaint, sources: &Sources) -> Vec<Told> {
    let diagnostic = &complaint.diagnostic;
    let notes = diagnostic.related.iter().filter(|_| diagnostic.level == Level::Note);
    let places = diagnostic.at.iter().chain(notes);
    let told = |span: planward::text::Span| {
        let place = sources.position(span.file, span.start);
        Told {
            file: sources.path(span.file).to_owned(),
            line: place.line,
            column: Some(place.column),
            level: Some(diagnostic.level.name()),
            rule: complaint.rule.id().to_owned(),
        }
    };
    places.map(|label| told(label.span)).collect()
}

fn run(files: &MemoryFiles, mode: Mode) -> (Validated, Sources) {
    let mut sources = Sources::default();
    let validated = validate(&[String::new()], None, mode, files, &mut sources);
    (validated, sources)
}

/// Whether something told is what is wanted.
fn fits(wanted: &Told, told: &Told) -> bool {
    (&wanted.file, wanted.line, &wanted.rule) == (&told.file, told.line, &told.rule)
        && wanted.column.is_none_or(|column| Some(column) == told.column)
        && wanted.level.is_none_or(|level| Some(level) == told.level)
}

#[test]
fn what_is_wrong_is_told_where_it_stands() {
    let mut problems = Vec::new();
    for folder in folders() {
        let files = files_of(&folder);
        let texts = texts(&files);
        let (validated, sources) = run(&files, mode_of(&texts));
        let mut open: Vec<Told> =
            texts.iter().flat_map(|(path, text)| wanted(path, text)).collect();
        for complaint in &validated.complaints {
            let is_other_note =
                complaint.diagnostic.level == Level::Note && complaint.rule.id() != folder;
            if is_other_note && !folder.starts_with("mode-") {
                continue;
            }
            if complaint.diagnostic.hint.is_none() {
                problems.push(format!("{folder}: no way out: {:?}", complaint.diagnostic));
            }
            for told in told(complaint, &sources) {
                match open.iter().position(|wanted| fits(wanted, &told)) {
                    Some(at) => drop(open.remove(at)),
                    None => problems.push(format!(
                        "{folder}/{}:{}:{}: told: {} {} ({})",
                        told.file,
                        told.line,
                        told.column.unwrap_or_default(),
                        told.level.unwrap_or_default(),
                        told.rule,
                        complaint.diagnostic.message
                    )),
                }
            }
        }
        for wanted in open {
            problems.push(format!(
                "{folder}/{}:{}@{:?}: missing: {}",
                wanted.file, wanted.line, wanted.column, wanted.rule
            ));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// A change that is offered mends what it is offered for, and breaks nothing.
#[test]
fn what_is_offered_mends() {
    let mut offered = 0;
    for folder in folders() {
        let files = files_of(&folder);
        let mode = mode_of(&texts(&files));
        let (validated, sources) = run(&files, mode);
        let by = |validated: &Validated, rule: Rule| {
            validated.complaints.iter().filter(|complaint| complaint.rule == rule).count()
        };
        for complaint in &validated.complaints {
            let Some(fix) = &complaint.fix else { continue };
            offered += 1;
            let path = sources.path(fix.at.file);
            let mut text = sources.text(fix.at.file).to_owned();
            text.replace_range(fix.at.start as usize..fix.at.end as usize, &fix.text);
            let mut files = files_of(&folder);
            files.insert(path, text.into_bytes());
            let (mended, _) = run(&files, mode);
            let (rule, before) = (complaint.rule, by(&validated, complaint.rule));
            assert_eq!(by(&mended, rule), before - 1, "{folder}: {:?}", complaint.diagnostic);
            assert!(by(&mended, Rule::Syntax) == 0, "{folder}: {:?}", fix);
        }
    }
    assert!(offered > 5, "{offered}");
}

/// Whatever text there is, something is told, or nothing.
#[test]
fn cut_texts_are_no_harm() {
    for folder in folders() {
        let texts = texts(&files_of(&folder));
        for (path, text) in &texts {
            for cut in (0..text.len()).step_by(61).filter(|cut| text.is_char_boundary(*cut)) {
                let mut files = files_of(&folder);
                files.insert(path.as_str(), &text.as_bytes()[..cut]);
                run(&files, Mode::default());
            }
        }
    }
}

/// Long chains cost neither stack nor time.
#[test]
fn long_chains_are_no_harm() {
    let locals: String = (0..3000).map(|n| format!("    l{n} = local.l{}\n", n + 1)).collect();
    let asks = "attrs.tags != null && ".repeat(3000);
    let text = format!(
        "resource_policy \"aws_vpc\" \"long\" {{\n  locals {{\n{locals}    l3000 = 1\n  }}\n  \
         enforce {{\n    condition = {asks}local.l0 == 1\n  }}\n}}\n"
    );
    let mut files = MemoryFiles::default();
    files.insert("long.policy.hcl", text);
    let (validated, _) = run(&files, Mode::default());
    let rules: Vec<&str> = validated.complaints.iter().map(|c| c.rule.id()).collect();
    assert_eq!(rules, ["missing-required-providers"]);
}

/// Rules that no text can break, because it is no text.
const WITHOUT_FIXTURE: [Rule; 1] = [Rule::UnreadableFile];

#[test]
fn every_rule_has_what_breaks_it_and_what_nearly_does() {
    let folders: BTreeSet<String> = folders().into_iter().collect();
    let ids: BTreeSet<&str> = Rule::all().map(Rule::id).collect();
    for folder in folders.iter().filter(|folder| !folder.starts_with("mode-")) {
        assert!(ids.contains(folder.as_str()), "`{folder}` is no rule");
    }
    for rule in Rule::all().filter(|rule| !WITHOUT_FIXTURE.contains(rule)) {
        let id = rule.id();
        assert!(folders.contains(id), "`{id}` has no fixture");
        let texts = texts(&files_of(id));
        let wants = |(path, text): &(String, String)| wanted(path, text);
        let broken = texts.iter().flat_map(wants).any(|told| told.rule == id);
        assert!(broken, "nothing breaks `{id}`");
        let clean = texts.iter().any(|file| wants(file).is_empty());
        assert!(clean, "nothing nearly breaks `{id}`");
    }
}

#[test]
fn what_is_no_text_or_not_there_is_told() {
    let mut files = MemoryFiles::default();
    files.insert("a/bad.policy.hcl", b"x = \"\xff\"\n".to_vec());
    let paths = ["a".to_owned(), "nowhere.policy.hcl".to_owned()];
    let validated = validate(&paths, None, Mode::default(), &files, &mut Sources::default());
    let rules: Vec<Rule> = validated.complaints.iter().map(|complaint| complaint.rule).collect();
    assert_eq!(rules, [Rule::UnreadableFile; 2]);
}

/// The documentation shows the rules as they are.
#[test]
fn the_page_lists_every_rule() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/validating-policies.md");
    let page = fs::read_to_string(page).unwrap();
    let shown: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let rows: Vec<String> = Rule::all()
        .map(|rule| {
            let portable = if rule.is_refused_when_portable() { "error" } else { "" };
            format!("| `{}` | {} | {portable} | {} |", rule.id(), rule.level().name(), rule.about())
        })
        .collect();
    assert_eq!(shown, rows, "the table in docs/validating-policies.md and the rules differ");
}
