//! How a verdict came about: the question asked once more, with every step kept.
//!
//! Evaluation is pure, so what is told is what happened. Local values are told once, after the chapter
//! that used them first; literals and brackets are left out, they say what they are.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Label};
use crate::eval::{Came, Entry, Node, Trace, What};
use crate::finding::story::{Chapter, Step, Story, Told, Tone, Wish};
use crate::graph::Declared;
use crate::terraform::DeclarationKind;
use crate::terraform::plan::Operation;
use crate::value::{Kind, Origin, Value};

use super::blame;
use super::evaluate::{Answer, Said, answer};
use super::file::{Policy, PolicyKind};
use super::scope::Asked;
use super::words;
use super::world::World;

/// Tells what was asked for about one world.
pub fn tell(world: &World<'_>, wish: &Wish, told: &mut Told) {
    let resources = world.graph.resources();
    told.addresses.extend(resources.iter().map(|resource| resource.address.to_string()));
    for kind in [DeclarationKind::Provider, DeclarationKind::Module] {
        let declared = world.graph.declared(kind);
        told.addresses.extend(declared.map(|(_, declared)| declared.node.address.to_string()));
    }
    let is_exact = world.graph.by_address(&wish.address).is_some();
    let subjects: Vec<usize> = (0..resources.len())
        .filter(|&at| match is_exact {
            true => *resources[at].address == *wish.address,
            false => *resources[at].static_address == *wish.address,
        })
        .collect();
    for (file, policy_file) in world.set.files().iter().enumerate() {
        for policy in &policy_file.policies {
            let facts = &world.set.facts()[policy.facts];
            told.policies.insert(facts.id.to_string());
            if !facts.answers_to(&wish.policy) {
                continue;
            }
            let types = told.types.get_or_insert_default();
            types.insert(policy.pattern.as_str().to_owned());
            for (subject, declared) in declared(world, policy, wish) {
                if policy.pattern.matches(&declared.label) {
                    told.stories.push(story(world, file, policy, subject, Operation::NoOp));
                }
            }
            for &subject in subjects.iter().filter(|_| policy.kind == PolicyKind::Resource) {
                let resource = &resources[subject];
                if !policy.pattern.matches(&resource.resource_type) {
                    continue;
                }
                for &operation in &resource.operations {
                    told.stories.push(story(world, file, policy, subject, operation));
                }
            }
        }
    }
}

/// The provider configurations or module calls that a policy of their kind is asked about.
fn declared<'w>(
    world: &'w World<'_>,
    policy: &Policy,
    wish: &'w Wish,
) -> impl Iterator<Item = (usize, &'w Declared)> {
    let kind = match policy.kind {
        PolicyKind::Resource => None,
        PolicyKind::Provider => Some(DeclarationKind::Provider),
        PolicyKind::Module => Some(DeclarationKind::Module),
    };
    let all = kind.into_iter().flat_map(|kind| world.graph.declared(kind));
    all.filter(|(_, declared)| {
        let node = &declared.node;
        *node.address == *wish.address || *node.static_address == *wish.address
    })
}

fn story(
    world: &World<'_>,
    file: usize,
    policy: &Policy,
    subject: usize,
    operation: Operation,
) -> Story {
    let resource = world.graph.get(subject);
    let resource = resource.expect("internal error: a subject is a place in the graph");
    let source = resource.source.as_ref().and_then(|source| source.block.of(world.trees));
    let mut story = Story {
        policy: world.set.facts()[policy.facts].id.to_string(),
        block: policy.name.to_string(),
        block_at: policy.span,
        address: resource.address.to_string(),
        resource_at: source.map(|block| block.header_span()),
        operation: operation.name(),
        verdict: "not applicable",
        why: None,
        why_at: None,
        chapters: Vec::new(),
    };
    if policy.kind == PolicyKind::Resource && !policy.operations.contains(&operation) {
        story.why = Some(format!("the policy does not ask about `{}`", operation.name()));
        return story;
    }
    let trace = Trace::logging();
    let asked = Asked::new(world, file, policy, subject, operation, Some(&trace));
    let answer = answer(&asked);
    let said = conclude(world, &answer, &mut story);
    let mut deciding = BTreeSet::new();
    for said in said {
        deciding.extend(trace.explain(said.origin).deciding);
    }
    let mut teller = Teller {
        asked: &asked,
        trace: &trace,
        deciding,
        locals: Vec::new(),
        known: BTreeSet::new(),
    };
    let nodes = trace.log().map(|log| log.take()).unwrap_or_default();
    teller.chapters(nodes, &mut story.chapters);
    story
}

/// The verdict of a story, and what was said for it.
fn conclude<'a>(world: &World<'_>, answer: &'a Answer, story: &mut Story) -> Vec<&'a Said> {
    match answer {
        Answer::NotApplicable => {
            story.why = Some("the filter leaves the resource out".to_owned());
            Vec::new()
        }
        Answer::Pass => {
            story.verdict = "pass";
            Vec::new()
        }
        Answer::Fail(said) => {
            story.verdict = "fail";
            let messages: Vec<&str> = said.iter().map(|said| said.message.as_str()).collect();
            story.why = Some(messages.join("; "));
            said.iter().collect()
        }
        Answer::Unknown(said) => {
            story.verdict = "unknown";
            if let Some((reason, _)) = said.first() {
                story.why = Some(format!("waits for {}", words::reason(reason)));
                story.why_at = blame::told(world, reason).at;
            }
            said.iter().map(|(_, said)| said).collect()
        }
        Answer::Error(diagnostic) => {
            story.verdict = "error";
            story.why = Some(in_full(diagnostic));
            story.why_at = diagnostic.at.as_ref().map(|label| label.span);
            Vec::new()
        }
    }
}

fn in_full(diagnostic: &Diagnostic) -> String {
    match &diagnostic.hint {
        Some(hint) => format!("{} ({hint})", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

struct Teller<'t> {
    asked: &'t Asked<'t>,
    trace: &'t Trace,
    /// What the verdict comes from.
    deciding: BTreeSet<Origin>,
    /// Local values that the chapter at hand uses for the first time.
    locals: Vec<Chapter>,
    /// Names of locals that were told.
    known: BTreeSet<String>,
}

impl Teller<'_> {
    fn chapters(&mut self, nodes: Vec<Node>, chapters: &mut Vec<Chapter>) {
        let mut conditions = 0;
        for node in nodes {
            let title = match node.what {
                What::Filter => "filter".to_owned(),
                What::Condition => {
                    conditions += 1;
                    format!("enforce {conditions}")
                }
                What::Message => {
                    let last = chapters.iter_mut().rev().find(|c| !c.title.starts_with("local."));
                    // It is put together as well where the condition is not decided.
                    let last = last.filter(|c| c.steps.iter().all(|s| s.tone != Tone::Open));
                    if let (Some(last), Came::Words(words)) = (last, node.came) {
                        last.says = Some(words);
                    }
                    continue;
                }
                _ => node.text.clone(),
            };
            let chapter = self.chapter(title, node);
            chapters.push(chapter);
            chapters.append(&mut self.locals);
        }
    }

    fn chapter(&mut self, title: String, node: Node) -> Chapter {
        let Node { what, at, mut parts, .. } = node;
        let mut says = None;
        if what == What::Connected {
            let is_message = |part: &mut Node| part.what == What::Message;
            for message in parts.extract_if(.., is_message) {
                says = Some(told(&message.came).0).filter(|_| says.is_none()).or(says);
            }
        }
        // What says what it is still has to be said where there is nothing else.
        let steps = match <[Node; 1]>::try_from(parts) {
            Ok([only]) if is_plain(&only) => vec![self.expression(only)],
            Ok(only) => self.steps(Vec::from(only)),
            Err(parts) => self.steps(parts),
        };
        let is_open = |step: &Step| step.tone == Tone::Open && step.text.contains("_instances");
        let says = says.filter(|_| !steps.iter().any(is_open));
        Chapter { title, at, steps, says }
    }

    /// The steps of nodes; what is told of one resource is told together.
    fn steps(&mut self, nodes: Vec<Node>) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for node in nodes {
            let is_candidate = node.what == What::Candidate;
            for step in self.step(node) {
                let same = steps.iter_mut().find(|told| is_candidate && told.text == step.text);
                match same {
                    Some(told) => join(told, step),
                    None => steps.push(step),
                }
            }
        }
        steps
    }

    fn step(&mut self, node: Node) -> Vec<Step> {
        match node.what {
            _ if is_plain(&node) => Vec::new(),
            What::Literal => Vec::new(),
            What::Local if !self.known.insert(node.text.clone()) => Vec::new(),
            What::Local => {
                // Its place comes before those of the locals that it uses.
                let at = self.locals.len();
                let empty = Chapter { title: String::new(), at: None, steps: vec![], says: None };
                self.locals.push(empty);
                let chapter = self.chapter(node.text.clone(), node);
                if let Some(place) = self.locals.get_mut(at) {
                    *place = chapter;
                }
                Vec::new()
            }
            What::Filter | What::Condition => self.steps(node.parts),
            What::Expression if is_in_brackets(&node) => self.steps(node.parts),
            What::Expression => vec![self.expression(node)],
            What::Message => vec![self.plain(Node { text: "says".to_owned(), ..node })],
            What::Connected | What::Candidate | What::Count | What::Element => {
                vec![self.plain(node)]
            }
        }
    }

    fn expression(&mut self, node: Node) -> Step {
        let Node { text, came, parts, .. } = node;
        let is_loop = parts.iter().any(|part| part.what == What::Element);
        let mut parts = self.steps(parts);
        if is_loop {
            leave_out(&mut parts);
        }
        let origin = match &came {
            Came::Value(value) => value.origin(),
            Came::Fault(_, origin) => *origin,
            Came::Nothing | Came::Words(_) => Origin::NONE,
        };
        let is_read =
            parts.is_empty() && !text.starts_with("local.") && !text.starts_with("input.");
        let decider = self.decider(origin).filter(|_| is_read);
        let mut place = if is_read { self.place(decider.unwrap_or(origin)) } else { None };
        // What the provider decides cannot be set.
        if let (Some(place), Came::Value(value)) = (&mut place, &came)
            && value.is_unknown()
        {
            place.text.clear();
        }
        let decides = decider.is_some();
        let (value, tone) = told(&came);
        let value = if value == text { String::new() } else { value };
        Step { text, value, tone, place, decides, parts }
    }

    /// A step that is no expression: a resource, an element, a number.
    fn plain(&mut self, node: Node) -> Step {
        let Node { text, came, parts, at, what } = node;
        let (value, tone) = told(&came);
        let place = match (&came, at) {
            (Came::Value(element), _) => self.place(element.origin()),
            (_, Some(at)) if what == What::Candidate => Some(Label::new(at, "")),
            _ => None,
        };
        Step { text, value, tone, place, decides: false, parts: self.steps(parts) }
    }

    /// What of a value the verdict comes from: all of it, or a part such as one element of a list.
    fn decider(&self, origin: Origin) -> Option<Origin> {
        if self.deciding.contains(&origin) {
            return Some(origin);
        }
        let Some(Entry::Attribute { resource, path, .. }) = self.trace.entry(origin) else {
            return None;
        };
        let is_part = |part: &&Origin| match self.trace.entry(**part) {
            Some(Entry::Attribute { resource: of, path: inner, .. }) => {
                of == resource && inner.starts_with(&path)
            }
            _ => false,
        };
        self.deciding.iter().find(is_part).copied()
    }

    fn place(&self, origin: Origin) -> Option<Label> {
        let Asked { world, policy, subject, .. } = self.asked;
        blame::place_of(world, self.trace, policy, *subject, origin)
    }
}

/// Whether an expression says itself what it is.
fn is_plain(node: &Node) -> bool {
    match (&node.came, node.what) {
        (_, What::Literal) => true,
        (Came::Value(value), What::Expression) => {
            let is_literal = |part: &Node| part.what == What::Literal;
            node.parts.iter().all(is_literal) && words::value(value) == node.text
        }
        _ => false,
    }
}

/// How many elements that decide nothing are told.
const ELEMENTS: usize = 20;

/// Of the elements of a loop those that decide are told in full, of others what came of them; where none
/// decides, all are told alike.
fn leave_out(parts: &mut Vec<Step>) {
    if parts.iter().any(decides) {
        for part in parts.iter_mut().filter(|part| !decides(part)) {
            if let [result] = part.parts.as_slice() {
                part.value = format!("{} for {}", result.value, part.value);
                part.tone = result.tone;
                part.parts.clear();
            }
        }
    }
    let mut others = 0;
    let before = parts.len();
    parts.retain(|part| {
        others += usize::from(!decides(part));
        decides(part) || others <= ELEMENTS
    });
    if before > parts.len() {
        parts.push(Step {
            text: format!("{} more", before - parts.len()),
            value: String::new(),
            tone: Tone::Plain,
            place: None,
            decides: false,
            parts: Vec::new(),
        });
    }
}

fn decides(step: &Step) -> bool {
    step.decides || step.parts.iter().any(decides)
}

/// Adds what was told of a resource later.
fn join(told: &mut Step, later: Step) {
    if !later.value.is_empty() {
        told.value = format!("{}; {}", later.value, told.value);
        told.tone = later.tone;
    }
    told.parts.extend(later.parts);
}

/// Brackets around an expression, or a template that is nothing but one.
fn is_in_brackets(node: &Node) -> bool {
    let [inner] = node.parts.as_slice() else { return false };
    let within = |open: &str, close: &str| {
        let rest = node.text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        rest.is_some_and(|rest| rest.trim() == inner.text)
    };
    inner.what == What::Expression && (within("(", ")") || within("\"${", "}\""))
}

fn told(came: &Came) -> (String, Tone) {
    match came {
        Came::Nothing => (String::new(), Tone::Plain),
        Came::Value(value) => (words::value(value), tone(value)),
        Came::Fault(message, _) => (message.clone(), Tone::Broken),
        Came::Words(words) => (words.clone(), tone_of(words)),
    }
}

fn tone(value: &Value) -> Tone {
    match value.kind() {
        _ if value.is_sensitive() => Tone::Plain,
        Kind::Bool(true) => Tone::Good,
        Kind::Bool(false) => Tone::Bad,
        Kind::Unknown(_) => Tone::Open,
        _ => Tone::Plain,
    }
}

/// How the words of notes are to be taken.
fn tone_of(words: &str) -> Tone {
    match words.split([' ', ':']).next() {
        Some("matches" | "counts") => Tone::Good,
        Some("no" | "does") => Tone::Bad,
        Some("may") => Tone::Open,
        _ if words.ends_with(": wrong") => Tone::Bad,
        _ if words.ends_with(": not decided") => Tone::Open,
        _ => Tone::Plain,
    }
}
