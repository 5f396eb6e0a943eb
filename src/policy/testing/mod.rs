//! Tests of policies: `.policytest.hcl` files with mocks, run without plan or configuration.
//!
//! Each mock of a resource, a provider or a module call is a case: every policy of the targeted files
//! that is for it is asked about it, among all mocks of its file. Source of the rules: specification
//! section 15.

mod configurations;
mod declared;
mod inputs;
mod islands;
mod mocks;
mod names;
mod shape;
mod targets;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Label, Level};
use crate::graph::Graph;
use crate::hcl::{self, Block, Tree};
use crate::terraform::DeclarationKind;
use crate::terraform::config::Trees;
use crate::text::{FileId, Files, Sources, Span};

use super::compat::Compat;
use super::inputs::GivenInput;
use super::load::PolicySet;
use super::pattern::Pattern;
use super::run::by_type;
use super::staged::Staged;
use super::world::World;
pub use configurations::{Configuration, Expected};
use mocks::{Mock, Stage};
use names::Names;
use targets::{Targets, only_block};

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

/// What policies said, the mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actual {
    /// Nobody was asked.
    Skipped,
    /// Nobody complained.
    Pass,
    /// Something is not known.
    Unknown,
    /// A condition is false.
    Fail,
    /// Something could not be evaluated.
    Error,
}

impl Actual {
    /// The word in the output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Pass => "pass",
            Self::Unknown => "unknown",
            Self::Fail => "fail",
            Self::Error => "error",
        }
    }
}

/// One mock, judged.
#[derive(Clone, Debug)]
pub struct Case {
    /// `resource.aws_vpc.good`.
    pub name: String,
    /// Where it stands.
    pub at: Span,
    /// How it ended.
    pub status: Status,
    /// What came of it.
    pub actual: Actual,
    /// Whether a failure was expected.
    pub expect_failure: bool,
    /// What the policies said.
    pub said: Vec<Said>,
    /// What is odd, but changes nothing.
    pub warnings: Vec<Diagnostic>,
}

/// What one condition said about a mock.
#[derive(Clone, Debug)]
pub struct Said {
    /// The name of the policy's block; empty when it is about the mock itself.
    pub policy: String,
    /// What came of the condition.
    pub verdict: Actual,
    /// One line.
    pub message: String,
    /// The condition.
    pub condition: Option<Span>,
    /// What decided, in the mock.
    pub because: Option<Label>,
}

impl Said {
    /// The message after the name of the policy's block.
    #[must_use]
    pub fn in_short(&self) -> String {
        match self.policy.as_str() {
            "" => self.message.clone(),
            policy => format!("{policy}: {}", self.message),
        }
    }
}

/// A test file, run.
#[derive(Debug)]
pub struct TestFile {
    /// The path as reports show it.
    pub path: String,
    /// Its cases in source order; empty when the file could not be run.
    pub cases: Vec<Case>,
    /// The policy files that it tests.
    pub targets: Vec<String>,
    /// What is wrong with the file or its targets.
    pub diagnostics: Vec<Diagnostic>,
    /// Folders and plans that are still to be looked at.
    pub configurations: Vec<Configuration>,
    /// The files that spans lead to.
    pub sources: Sources,
}

impl TestFile {
    /// Whether every case passed and nothing was wrong.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.cases.iter().all(|case| case.status != Status::Fail)
            && !self.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
    }
}

/// How test files are run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Cases whose name matches one of these run; all, when there are none.
    pub cases: Vec<Pattern>,
    /// Mocks that do not refer to each other do not see each other.
    pub isolate: bool,
    /// Values for inputs, where a test gives none; of two of one name the later holds.
    pub inputs: Vec<GivenInput>,
    /// Whose rules hold for the policies.
    pub compat: Compat,
}

impl Options {
    fn runs(&self, case: &str) -> bool {
        self.cases.is_empty() || self.cases.iter().any(|pattern| pattern.matches(case))
    }
}

/// Runs one test file. `policies` is where targets are looked for beside the file's own folder.
pub fn run_file(path: &str, policies: &str, files: &dyn Files, options: &Options) -> TestFile {
    let mut test = TestFile {
        path: path.to_owned(),
        cases: Vec::new(),
        targets: Vec::new(),
        diagnostics: Vec::new(),
        configurations: Vec::new(),
        sources: Sources::default(),
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
    let id = test.sources.add(path, text);
    let (tree, complaints) = hcl::parse(id, test.sources.shared_text(id));
    if !complaints.is_empty() {
        test.diagnostics = complaints;
        return test;
    }
    let mut trees = Trees::default();
    trees.add(tree);
    run(&trees, id, &Targets { path, policies, files }, options, &mut test);
    test
}

fn run(trees: &Trees, file: FileId, targets: &Targets<'_>, options: &Options, test: &mut TestFile) {
    let Some(tree) = trees.tree(file) else { return };
    let mut given = inputs::named(tree);
    given.extend(options.inputs.iter().cloned());
    let mut set = PolicySet::with_inputs(given).by(options.compat);
    let TestFile { sources, diagnostics, .. } = test;
    test.targets = targets.load(tree, &mut set, sources, diagnostics);
    let shared = only_block(tree, "inputs", diagnostics);
    expected_blocks(tree, diagnostics);
    if let Some(shared) = shared {
        set = inputs::given(&Names::new(tree, trees, &set), shared, &set, diagnostics);
    }
    let configurations = configurations::read(tree, targets.path, diagnostics);
    if !diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error) {
        test.configurations = configurations;
        test.configurations.retain(|configuration| options.runs(&configuration.name));
        let bench = Bench { tree, trees, set: &set, options };
        bench.judge(test);
    }
}

/// The blocks that are mocks.
const MOCKS: [&str; 4] = ["resource", "data", "provider", "module"];

/// Tells blocks that no test file has.
fn expected_blocks(tree: &Tree, diagnostics: &mut Vec<Diagnostic>) {
    for block in tree.root().blocks() {
        match block.kind() {
            "policytest" | "inputs" | "locals" | "configuration" => {}
            kind if MOCKS.contains(&kind) => {}
            kind => {
                let message = format!("blocks of type `{kind}` are not expected here");
                diagnostics.push(Diagnostic::error(message).at(block.kind_span()));
            }
        }
    }
    for attribute in tree.root().attributes() {
        let message = "no attributes stand at the top of a test file";
        diagnostics.push(Diagnostic::error(message).at(attribute.name_span()));
    }
}

/// A test file whose policies are loaded.
struct Bench<'b> {
    tree: &'b Tree,
    trees: &'b Trees,
    set: &'b PolicySet,
    options: &'b Options,
}

impl<'b> Bench<'b> {
    fn judge(&self, test: &mut TestFile) {
        let names = Names::new(self.tree, self.trees, self.set);
        let blocks = self.blocks(&mut test.diagnostics);
        // Those with inputs of their own need a set of their own.
        let own: Vec<Option<PolicySet>> = blocks
            .iter()
            .map(|block| {
                let inner = block.body().blocks_of("inputs").next()?;
                Some(inputs::given(&names, inner, self.set, &mut test.diagnostics))
            })
            .collect();
        let mut mocks: Vec<Option<Mock<'b>>> = Vec::with_capacity(blocks.len());
        let mut data = Vec::new();
        for (at, (block, own)) in blocks.iter().zip(&own).enumerate() {
            let names_of_it = own.as_ref().map(|own| names.with_inputs(own));
            let names = names_of_it.as_ref().unwrap_or(&names);
            let read = match block.kind() {
                "data" => mocks::data(names, *block).map(|answer| {
                    data.push((at, answer));
                    None
                }),
                "provider" => {
                    declared::declared(names, *block, DeclarationKind::Provider).map(Some)
                }
                "module" => declared::declared(names, *block, DeclarationKind::Module).map(Some),
                _ => mocks::resource(names, *block).map(Some),
            };
            mocks.push(read.unwrap_or_else(|complaint| {
                test.diagnostics.push(complaint);
                None
            }));
        }
        let islands = match self.options.isolate {
            true => islands::islands(&names, &blocks),
            false => vec![0; blocks.len()],
        };
        let mut cases: Vec<(usize, Case)> = Vec::new();
        for island in islands.iter().copied().collect::<BTreeSet<usize>>() {
            let stands = |at: &usize| islands.get(*at) == Some(&island);
            // An answer that nobody refers to is for everybody.
            let is_alone = |at: usize| islands.iter().filter(|of| **of == islands[at]).count() == 1;
            let answers = data.iter().filter(|(at, _)| stands(at) || is_alone(*at));
            let mocks = mocks.iter().enumerate().filter(|(at, _)| stands(at));
            let here: Vec<(usize, &Mock<'b>)> =
                mocks.filter_map(|(at, mock)| Some((at, mock.as_ref()?))).collect();
            let staged = Staged {
                data: answers.map(|(_, answer)| answer.clone()).collect(),
                meta: BTreeMap::new(),
            };
            cases.extend(self.among(&here, &own, staged));
        }
        cases.sort_by_key(|(at, _)| *at);
        for mock in mocks.iter().flatten() {
            if let Stage::Broken(why) = &mock.stage {
                test.diagnostics.push((**why).clone());
            }
        }
        test.diagnostics.sort_by_key(|said| said.at.as_ref().map(|label| label.span));
        test.cases = cases.into_iter().map(|(_, case)| case).collect();
    }

    /// The blocks of mocks; of two with the same labels the first counts.
    fn blocks(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Block<'b>> {
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        let mut blocks = Vec::new();
        let is_mock = |block: &Block<'_>| MOCKS.contains(&block.kind());
        for block in self.tree.root().blocks().filter(is_mock) {
            let labels: Vec<_> = block.labels().map(|label| label.text.into_owned()).collect();
            let name = format!("{} {}", block.kind(), labels.join("."));
            match seen.get(&name) {
                Some(earlier) => {
                    let message = format!("mock `{}` is already defined", labels.join("."));
                    let diagnostic = Diagnostic::error(message).at(block.header_span());
                    diagnostics.push(diagnostic.with_related(*earlier, "defined here"));
                }
                None => {
                    seen.insert(name, block.header_span());
                    blocks.push(block);
                }
            }
        }
        blocks
    }

    /// Judges mocks that see each other, each with its inputs.
    fn among(
        &self,
        mocks: &[(usize, &Mock<'b>)],
        own: &[Option<PolicySet>],
        mut staged: Staged,
    ) -> Vec<(usize, Case)> {
        for (_, mock) in mocks {
            if let Stage::Resource(resource, Some(meta)) = &mock.stage {
                staged.meta.insert(resource.address.clone(), meta.clone());
            }
        }
        let resources = mocks.iter().filter_map(|(_, mock)| mock.resource().cloned()).collect();
        let declared = mocks.iter().filter_map(|(_, mock)| mock.declaration().cloned()).collect();
        let graph = Graph::from_resources(resources).with_declarations(declared);
        let world = World::new(self.set, &graph, self.trees).with_staged(&staged);
        let policies = by_type(&world);
        let mut cases = Vec::new();
        for &(at, mock) in mocks {
            if !self.options.runs(&mock.name) {
                continue;
            }
            cases.push((
                at,
                match own.get(at).and_then(Option::as_ref) {
                    None => verdict::case(mock, &world, &policies),
                    Some(own) => {
                        let world = World::new(own, &graph, self.trees).with_staged(&staged);
                        verdict::case(mock, &world, &by_type(&world))
                    }
                },
            ));
        }
        cases
    }
}
