//! What policies say about one mock, and whether that was expected.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Label};
use crate::eval::Trace;
use crate::terraform::declaration::{Declaration, DeclarationKind, module_source};
use crate::terraform::plan::Operation;
use crate::text::Span;

use super::super::blame;
use super::super::evaluate::{Answer, Said as Told, answer};
use super::super::file::Policy;
use super::super::run::for_declared;
use super::super::scope::Asked;
use super::super::world::World;
use super::mocks::{Mock, Stage};
use super::{Actual, Case, Said, Status};

/// The policies for each type.
pub(super) type ByType<'w> = BTreeMap<&'w str, Vec<(usize, &'w Policy)>>;

/// Judges a mock that stands in a graph, or tells why it does not.
pub(super) fn case(mock: &Mock<'_>, world: &World<'_>, policies: &ByType<'_>) -> Case {
    let mut case = Case {
        name: mock.name.clone(),
        at: mock.block.header_span(),
        status: Status::Skipped,
        actual: Actual::Skipped,
        expect_failure: mock.expect_failure,
        said: Vec::new(),
        warnings: Vec::new(),
    };
    match &mock.stage {
        Stage::Broken(why) => {
            case.actual = Actual::Error;
            case.status = Status::Fail;
            case.say(Actual::Error, why.message.clone());
        }
        Stage::Empty => {
            let message = "the mock turned out to have no state";
            if mock.expect_failure {
                case.status = Status::Fail;
                case.say(Actual::Skipped, message.to_owned());
            } else {
                case.warnings.push(Diagnostic::warning(message));
            }
        }
        Stage::Resource(..) if mock.skip => {}
        Stage::Resource(resource, _) => {
            case.actual = Actual::Pass;
            if let Some(subject) = world.graph.by_address(&resource.address) {
                ask(world, subject, policies, &mut case);
            }
            case.judge();
        }
        Stage::Declared(declaration) => {
            case.actual = Actual::Pass;
            case.warnings.extend(unresolved(declaration));
            if let Some(subject) = world.graph.by_address(&declaration.address) {
                ask_of_declared(world, subject, &mut case);
            }
            case.judge();
        }
    }
    case
}

/// A module of a registry whose host is left out: policies never see its source so.
fn unresolved(declaration: &Declaration) -> Option<Diagnostic> {
    let resolved = match declaration.kind {
        DeclarationKind::Module => module_source(&declaration.label),
        DeclarationKind::Provider => return None,
    };
    (*resolved != *declaration.label).then(|| {
        let written = &declaration.label;
        Diagnostic::warning(format!("no call has the source `{written}`: it is `{resolved}`"))
    })
}

impl Case {
    fn say(&mut self, verdict: Actual, message: String) {
        let policy = String::new();
        self.said.push(Said { policy, verdict, message, condition: None, because: None });
    }

    /// Specification section 15.7: a denial is expected or not, an advisory one as any other; what is
    /// not known denies; an error is never expected.
    fn judge(&mut self) {
        let failed = self.actual != Actual::Pass;
        let as_expected = self.actual != Actual::Error && failed == self.expect_failure;
        self.status = if as_expected { Status::Pass } else { Status::Fail };
        if !failed && self.expect_failure {
            self.say(Actual::Pass, "missing expected failure".to_owned());
        }
    }
}

fn ask(world: &World<'_>, subject: usize, policies: &ByType<'_>, case: &mut Case) {
    let resource = &world.graph.resources()[subject];
    let of_type = policies.get(&*resource.resource_type).into_iter().flatten();
    for &(file, policy) in of_type {
        for &operation in &resource.operations {
            if policy.operations.contains(&operation) {
                ask_one(world, (file, policy), subject, operation, case);
            }
        }
    }
}

/// No operation is done to provider configurations and module calls.
fn ask_of_declared(world: &World<'_>, subject: usize, case: &mut Case) {
    let Some(declared) = world.graph.declared_at(subject) else { return };
    for policy in for_declared(world, declared) {
        ask_one(world, policy, subject, Operation::NoOp, case);
    }
}

fn ask_one(
    world: &World<'_>,
    (file, policy): (usize, &Policy),
    subject: usize,
    operation: Operation,
    case: &mut Case,
) {
    let quick = answer(&Asked::new(world, file, policy, subject, operation, None));
    if matches!(quick, Answer::Pass | Answer::NotApplicable) {
        return;
    }
    let trace = Trace::default();
    let asked = Asked::new(world, file, policy, subject, operation, Some(&trace));
    let listener = Listener { world, trace: &trace, policy, subject };
    listener.hear(answer(&asked), case);
    case.warnings.extend(asked.complaints.take());
}

struct Listener<'l> {
    world: &'l World<'l>,
    trace: &'l Trace,
    policy: &'l Policy,
    subject: usize,
}

impl Listener<'_> {
    /// Notes an answer; the worst so far is what came of the case.
    fn hear(&self, answer: Answer, case: &mut Case) {
        let actual = match answer {
            Answer::NotApplicable | Answer::Pass => return,
            Answer::Fail(told) => {
                for told in told {
                    let message = told.message.clone();
                    case.said.push(self.said(Actual::Fail, message, &told));
                }
                Actual::Fail
            }
            Answer::Unknown(told) => {
                for (reason, told) in told {
                    let reason = blame::told(self.world, &reason);
                    let message = format!("not known: {} ({})", reason.subject, reason.cause);
                    case.said.push(self.said(Actual::Unknown, message, &told));
                }
                Actual::Unknown
            }
            Answer::Error(diagnostic) => {
                let message = match &diagnostic.hint {
                    Some(hint) => format!("{} ({hint})", diagnostic.message),
                    None => diagnostic.message.clone(),
                };
                let condition = diagnostic.at.as_ref().map(|label| label.span);
                let policy = self.policy.name.to_string();
                let verdict = Actual::Error;
                case.said.push(Said { policy, verdict, message, condition, because: None });
                Actual::Error
            }
        };
        case.actual = case.actual.max(actual);
    }

    fn said(&self, verdict: Actual, message: String, told: &Told) -> Said {
        let because: Option<Label> =
            blame::place(self.world, self.trace, self.policy, self.subject, told);
        let condition: Option<Span> = told.at;
        Said { policy: self.policy.name.to_string(), verdict, message, condition, because }
    }
}
