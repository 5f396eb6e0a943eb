//! The same infrastructure as a folder, as a plan, and as both joined: one verdict, and the right place.
//!
//! `fixtures/README.md` tells how expectations are written into the configurations.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use planward::check::{Input, Options, Source};
use planward::finding::Severity;
use planward::policy::BUILTIN;
use planward::text::MemoryFiles;

use crate::found::{self, Found};

/// Policies that are expected somewhere and not written yet. Whoever writes one takes it from here.
const PENDING: [&str; 0] = [];

#[test]
fn findings_stand_where_the_comments_are() {
    let mut problems = Vec::new();
    for configuration in configurations("fixtures/config") {
        let expected = configuration.expected();
        for (way, found) in [("folder", configuration.folder()), ("join", configuration.join())] {
            problems.extend(misplaced(way, &expected, &found));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn folder_plan_and_join_agree() {
    agree("fixtures/config");
}

/// The same of configurations that were written for other questions: every one with a plan.
#[test]
fn all_evaluated_configurations_agree() {
    agree("fixtures/evaluation");
}

fn agree(folder: &str) {
    let mut exceptions = Exceptions::read(folder);
    let mut problems = Vec::new();
    for configuration in configurations(folder) {
        let ways = [configuration.folder(), configuration.plan(), configuration.join()];
        problems.extend(disagreements(&configuration.name, &ways, &mut exceptions));
    }
    problems.extend(exceptions.unused());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn pending_policies_do_not_exist() {
    for id in PENDING {
        assert!(!BUILTIN.iter().any(|builtin| builtin.id == id), "`{id}` is no longer pending");
    }
}

/// A folder of `fixtures/config` in memory, with its plan.
struct Configuration {
    name: String,
    files: MemoryFiles,
    texts: Vec<(String, String)>,
}

fn configurations(folder: &str) -> Vec<Configuration> {
    let root = found::project(folder);
    let paths = found::below(&root);
    let plans = paths.iter().filter(|path| path.ends_with("plan.json"));
    let configurations: Vec<Configuration> = plans
        .map(|plan| {
            let folder = plan.parent().unwrap();
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            let below = paths.iter().filter(|path| path.starts_with(folder));
            let texts = below
                .map(|path| {
                    let path_below = path.strip_prefix(&root).unwrap().to_string_lossy();
                    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
                    (path_below.replace('\\', "/"), text)
                })
                .collect();
            Configuration { name, files: found::load(&root), texts }
        })
        .collect();
    assert!(configurations.len() >= 3, "the configurations are gone");
    configurations
}

impl Configuration {
    fn folder(&self) -> Vec<Found> {
        self.check(Options { inputs: vec![self.path("")], ..Options::default() })
    }

    fn plan(&self) -> Vec<Found> {
        let (inputs, source) = (vec![self.path("/plan.json")], Source::Without);
        self.check(Options { inputs, source, ..Options::default() })
    }

    fn join(&self) -> Vec<Found> {
        let (inputs, plan) = (vec![self.path("")], Some(self.path("/plan.json")));
        self.check(Options { inputs, plan, ..Options::default() })
    }

    fn path(&self, rest: &str) -> Input {
        Input::Path(format!("{}{rest}", self.name))
    }

    fn check(&self, options: Options) -> Vec<Found> {
        let report = found::check_with(&self.files, options);
        let errors: Vec<&str> = report
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.level == planward::diag::Level::Error)
            .map(|diagnostic| diagnostic.message.as_str())
            .collect();
        assert!(errors.is_empty(), "{}: {}", self.name, errors.join("\n"));
        assert!(report.scope.resources > 0, "{}: nothing was checked", self.name);
        found::found(&report)
    }

    /// What the comments say, of policies that exist.
    fn expected(&self) -> Vec<Expected> {
        let mut expected = Vec::new();
        let written = |path: &str| path.ends_with(".tf") || path.ends_with(".tfvars");
        for (path, text) in self.texts.iter().filter(|(path, _)| written(path)) {
            for (line, text) in (1_u32..).zip(text.lines()) {
                expected.extend(comment(path, line, text));
            }
        }
        expected.retain(|expected| {
            let exists = BUILTIN.iter().any(|builtin| builtin.id == expected.policy);
            assert!(
                exists || PENDING.contains(&expected.policy.as_str()),
                "{expected}: there is no such policy"
            );
            exists
        });
        expected
    }
}

/// A finding that a comment asks for.
#[derive(Debug)]
struct Expected {
    file: String,
    line: u32,
    column: Option<u32>,
    word: String,
    policy: String,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, word, policy } = self;
        let column = column.map_or_else(String::new, |column| format!(":{column}"));
        write!(f, "{file}:{line}{column}: {word} {policy}")
    }
}

/// `# expect-6@12: fail ID, info ID`.
fn comment(file: &str, line: u32, text: &str) -> Vec<Expected> {
    let Some((_, comment)) = text.split_once("# expect") else { return Vec::new() };
    let wrong = || panic!("{file}:{line}: not an expectation: `{text}`");
    let Some((place, list)) = comment.split_once(": ") else { return wrong() };
    let (above, column) = place.split_once('@').map_or((place, None), |(a, c)| (a, Some(c)));
    let above: u32 = above.strip_prefix('-').map_or(0, |lines| lines.parse().unwrap());
    let one = |item: &str| {
        let Some((word, policy)) = item.trim().split_once(' ') else { return wrong() };
        assert!(["fail", "info", "unknown"].contains(&word), "{file}:{line}: `{word}`");
        vec![Expected {
            file: file.to_owned(),
            line: line - above,
            column: column.map(|column| column.parse().unwrap()),
            word: word.to_owned(),
            policy: policy.to_owned(),
        }]
    };
    list.split(',').flat_map(one).collect()
}

/// `info` for a failure that only informs: whether it does is part of the verdict.
fn word(found: &Found) -> &'static str {
    match (found.status, found.severity) {
        ("fail", Severity::Info) => "info",
        (status, _) => status,
    }
}

fn misplaced(way: &str, expected: &[Expected], found: &[Found]) -> Vec<String> {
    let is = |expected: &Expected, found: &Found| {
        found.file == expected.file
            && found.start.is_some_and(|at| {
                at.line == expected.line && expected.column.is_none_or(|column| at.column == column)
            })
            && word(found) == expected.word
            && found.policy == expected.policy
    };
    let missing = expected
        .iter()
        .filter(|expected| !found.iter().any(|found| is(expected, found)))
        .map(|expected| format!("{way}: - expected {expected}"));
    let wrong = found
        .iter()
        .filter(|found| !expected.iter().any(|expected| is(expected, found)))
        .map(|found| format!("{way}: + came     {found} [{}]", word(found)));
    missing.chain(wrong).collect()
}

/// What each way says about one policy on one instance.
fn disagreements(name: &str, ways: &[Vec<Found>; 3], exceptions: &mut Exceptions) -> Vec<String> {
    let mut words: BTreeMap<(&str, &str), [BTreeSet<&'static str>; 3]> = BTreeMap::new();
    for (way, found) in ways.iter().enumerate() {
        for found in found {
            let instance = (found.policy.as_str(), found.address.as_str());
            words.entry(instance).or_default()[way].insert(word(found));
        }
    }
    let mut problems = Vec::new();
    for ((policy, address), ways) in &words {
        let shown = ways.each_ref().map(|words| match words.len() {
            0 => "absent".to_owned(),
            _ => words.iter().copied().collect::<Vec<_>>().join("+"),
        });
        if shown[0] == shown[1] && shown[1] == shown[2] {
            continue;
        }
        let [folder, plan, join] = &shown;
        if exceptions.allow(name, policy, address, &shown) {
            continue;
        }
        problems
            .push(format!("{name}: {policy} {address}: folder {folder}, plan {plan}, join {join}"));
    }
    problems
}

/// The rows of `agreement.tsv`.
struct Exceptions(Vec<(Vec<String>, bool)>);

impl Exceptions {
    fn read(folder: &str) -> Self {
        let path = found::project(folder).join("agreement.tsv");
        let text = std::fs::read_to_string(path).unwrap();
        let rows = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        Self(
            rows.map(|row| {
                let cells: Vec<String> = row.split('\t').map(str::to_owned).collect();
                assert_eq!(cells.len(), 7, "seven cells: {row}");
                assert!(!cells[6].is_empty(), "a reason: {row}");
                let undecided = cells[3..6].iter().any(|word| word == "unknown");
                let decided: BTreeSet<&String> =
                    cells[3..6].iter().filter(|word| *word != "unknown").collect();
                assert!(undecided && decided.len() <= 1, "two verdicts are never right: {row}");
                (cells, false)
            })
            .collect(),
        )
    }

    fn allow(&mut self, name: &str, policy: &str, address: &str, ways: &[String; 3]) -> bool {
        let is = |row: &[String]| {
            row[0] == name && row[1] == policy && row[2] == address && row[3..6] == ways[..]
        };
        let row = self.0.iter_mut().find(|(row, _)| is(row));
        row.map(|(_, used)| *used = true).is_some()
    }

    fn unused(&self) -> impl Iterator<Item = String> {
        let rows = self.0.iter().filter(|(_, used)| !used);
        rows.map(|(row, _)| format!("unused: {}", row.join(" ")))
    }
}
