//! Tests of policies: `.policytest.hcl` files with mocks, run without plan or configuration.
//!
//! Each `resource` mock is a case: every policy of the targeted files is asked about it, among all
//! mocks of its file. Source of the rules: specification section 15.

mod mocks;
mod shape;

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Level};
use crate::finding::Verdict;
use crate::graph::Graph;
use crate::hcl::{self, Block, Kind, Tree};
use crate::terraform::config::Trees;
use crate::text::{Files, Sources};

use super::load::PolicySet;
use super::run::{World, check};
use mocks::Mock;

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// As expected.
    Pass,
    /// Not as expected.
    Fail,
    /// Not asked.
    Skipped,
}

impl Status {
    /// The word in the output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Skipped => "skipped",
        }
    }
}

/// One mock, judged.
#[derive(Clone, Debug)]
pub struct Case {
    /// `resource.aws_vpc.good`.
    pub name: String,
    /// How it ended.
    pub status: Status,
    /// Whether a failure was expected.
    pub expect_failure: bool,
    /// What the policies said, one line each.
    pub said: Vec<String>,
}

/// A test file, run.
#[derive(Clone, Debug)]
pub struct TestFile {
    /// The path as reports show it.
    pub path: String,
    /// Its cases in source order; empty when the file could not be run.
    pub cases: Vec<Case>,
    /// The policy files that it tests.
    pub targets: Vec<String>,
    /// What is wrong with the file or its targets.
    pub diagnostics: Vec<Diagnostic>,
}

impl TestFile {
    /// Whether every case passed and nothing was wrong.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.cases.iter().all(|case| case.status != Status::Fail)
            && !self.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
    }
}

/// Runs one test file. `policies` is where targets are looked for beside the file's own folder.
pub fn run_file(path: &str, policies: &str, files: &dyn Files, sources: &mut Sources) -> TestFile {
    let mut test = TestFile {
        path: path.to_owned(),
        cases: Vec::new(),
        targets: Vec::new(),
        diagnostics: Vec::new(),
    };
    let text = match files.read(path) {
        Ok(bytes) => hcl::decode(bytes).map_err(|problem| problem.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let text = match text {
        Ok(text) => text,
        Err(why) => {
            let message = format!("test file `{path}` cannot be read: {why}");
            test.diagnostics.push(Diagnostic::error(message));
            return test;
        }
    };
    let id = sources.add(path, text);
    let (tree, complaints) = hcl::parse(id, sources.shared_text(id));
    if !complaints.is_empty() {
        test.diagnostics = complaints;
        return test;
    }
    let mut set = PolicySet::default();
    load_targets(&tree, path, policies, files, sources, &mut set, &mut test);
    let loaded = test.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error);
    if !loaded {
        judge(&tree, &mut set, &mut test);
    }
    test
}

fn load_targets(
    tree: &Tree,
    path: &str,
    policies: &str,
    files: &dyn Files,
    sources: &mut Sources,
    set: &mut PolicySet,
    test: &mut TestFile,
) {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let named = tree.root().blocks_of("policytest").next();
    let named = named.and_then(|block| block.body().attribute("targets"));
    let Some(targets) = named else {
        test.targets.push(policies.to_owned());
        set.load(policies, files, sources, &mut test.diagnostics);
        return;
    };
    let Kind::Tuple(elements) = targets.expr().kind() else {
        let message = "`targets` is a list of file names";
        test.diagnostics.push(Diagnostic::error(message).at(targets.expr().span()));
        return;
    };
    for element in elements {
        let Kind::String(target) = element.kind() else {
            let message = "a target is a file name in quotes";
            test.diagnostics.push(Diagnostic::error(message).at(element.span()));
            continue;
        };
        let candidates =
            [folder, policies].map(|base| crate::terraform::config::join(base, &target));
        let exists = |path: &&String| files.read(path).is_ok() || files.list(path).is_ok();
        match candidates.iter().find(exists) {
            Some(found) => {
                test.targets.push(found.clone());
                set.load(found, files, sources, &mut test.diagnostics);
            }
            None => {
                let message = format!("target `{target}` does not match any policy file");
                test.diagnostics.push(
                    Diagnostic::error(message)
                        .at(element.span())
                        .with_hint("targets are relative to the test file"),
                );
            }
        }
    }
}

fn judge(tree: &Tree, set: &mut PolicySet, test: &mut TestFile) {
    let shared = tree.root().blocks_of("inputs").next();
    apply_inputs(tree, shared, set, &mut test.diagnostics);
    let mocks = mocks::read(tree, set, &mut test.diagnostics);
    if test.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error) {
        return;
    }
    let resources = mocks.iter().map(|mock| mock.resource.clone()).collect();
    let graph = Graph::from_resources(resources);
    let trees = Trees::default();
    let (plain, special): (Vec<&Mock>, Vec<&Mock>) =
        mocks.iter().partition(|mock| mock.inputs.is_none());
    let mut cases: Vec<(usize, Case)> = Vec::new();
    let world = World::new(set, &graph, &trees);
    let run = check(&world);
    cases.extend(plain.iter().map(|mock| (mock.place, case(mock, &run))));
    for mock in special {
        // Its own inputs go before those of the file; nothing else changes.
        let mut own = set.clone();
        let block =
            mock.inputs.and_then(|block| tree.root().blocks().find(|other| other.id() == block));
        let inner = block.and_then(|block| block.body().blocks_of("inputs").next());
        apply_inputs(tree, inner, &mut own, &mut test.diagnostics);
        let run = check(&World::new(&own, &graph, &trees));
        cases.push((mock.place, case(mock, &run)));
    }
    cases.sort_by_key(|(place, _)| *place);
    test.cases = cases.into_iter().map(|(_, case)| case).collect();
}

fn apply_inputs(
    tree: &Tree,
    block: Option<Block<'_>>,
    set: &mut PolicySet,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(block) = block else { return };
    let folders: BTreeSet<String> = set.files().iter().map(|file| file.folder.clone()).collect();
    for attribute in block.body().attributes() {
        match mocks::evaluate(tree, attribute.expr(), set) {
            Ok(value) => {
                for folder in &folders {
                    set.set_input(folder, attribute.name(), value.clone());
                }
            }
            Err(fault) => diagnostics.push(fault.diagnostic),
        }
    }
}

/// The verdict table of specification section 15.7.
fn case(mock: &Mock, run: &super::Run) -> Case {
    let mut said = Vec::new();
    let mut denied = false;
    for outcome in run.outcomes.iter().filter(|o| o.target.address == *mock.resource.address) {
        match &outcome.verdict {
            Verdict::Fail(evidence) => {
                denied = true;
                said.push(format!("{}: {}", outcome.part, evidence.message));
            }
            Verdict::Unknown(_, reason) => {
                denied = true;
                said.push(format!(
                    "{}: not known: {} ({})",
                    outcome.part, reason.subject, reason.cause
                ));
            }
            Verdict::Pass | Verdict::NotApplicable | Verdict::CoveredBy(_) => {}
        }
    }
    let about = format!(" on {}: ", mock.resource.address);
    let errors: Vec<String> = run
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.message.contains(&about))
        .map(|diagnostic| diagnostic.message.clone())
        .collect();
    let broken = !errors.is_empty();
    said.extend(errors);
    let status = if mock.skip {
        Status::Skipped
    } else if broken || denied != mock.expect_failure {
        Status::Fail
    } else {
        Status::Pass
    };
    if !broken && !denied && mock.expect_failure {
        said.push("missing expected failure".to_owned());
    }
    Case {
        name: format!("resource.{}.{}", mock.resource.resource_type, mock.resource.name),
        status,
        expect_failure: mock.expect_failure,
        said,
    }
}
