//! References: what a name leads to, step by step.

use crate::diag::did_you_mean;
use crate::hcl::{Expr, Kind, Step, StepKind, Steps};
use crate::terraform::schema::Block;
use crate::text::Span;

use super::super::engine::OWN_META;
use super::Rule;
use super::expression::{Checker, Place};
use super::locals::{PolicyKind, input, mock_of, own_locals, top_local, top_locals};
use super::shapes::{Known, Shape, member};
use super::words::list;

/// Locals that are looked into for the type of another.
const DEPTH: usize = 64;

/// The fields of `meta` that policies of a kind have, those that only planward has last.
pub(super) fn meta_of(kind: PolicyKind) -> Vec<&'static str> {
    let (known, own): (&[&str], &[&str]) = match kind {
        PolicyKind::Resource => (&RESOURCE_META, &OWN_META),
        PolicyKind::Provider => (&PROVIDER_META, &[]),
        PolicyKind::Module => (&MODULE_META, &[]),
    };
    [known, own].concat()
}

/// Fields of `meta` that HashiCorp's engine has.
const RESOURCE_META: [&str; 6] =
    ["type", "provider_type", "operation", "module_path", "tfe_workspace", "tfe_stack"];
const PROVIDER_META: [&str; 7] =
    ["type", "name", "namespace", "source", "version", "alias", "tfe_stack"];
const MODULE_META: [&str; 4] = ["source", "version", "address", "tfe_stack"];

impl<'p> Checker<'p, '_> {
    /// A name and what follows it.
    pub(super) fn reference(&mut self, expr: Expr<'p>, name: &str, steps: Steps<'p>) -> Known {
        let start = name_span(expr, name);
        if let Some((_, known)) = self.bound.iter().rev().find(|(bound, _)| *bound == name) {
            let known = known.clone();
            return self.follow(known, expr, start, steps, 0);
        }
        match (name, self.place) {
            ("local", _) => self.local(expr, start, steps),
            ("input", _) => self.input(expr, start, steps),
            (_, Place::Level) => {
                let message = format!("`{name}` is not known before the policy runs");
                let hint = "a level is a word in quotes or an input";
                self.faults.add(Rule::InvalidEnforcementLevel, expr.span(), message, hint);
                Known::UNKNOWN
            }
            (_, Place::Test) => {
                self.mock(expr, name, steps);
                self.visit_keys(steps);
                Known::UNKNOWN
            }
            ("attrs" | "prior_attrs" | "meta" | "connected", Place::Top) => {
                let message = format!("`{name}` is not known in a local of the file");
                let hint = "move it into the `locals` block of a policy";
                self.faults.add(Rule::ResourceInTopLocal, expr.span(), message, hint);
                Known::UNKNOWN
            }
            ("attrs" | "prior_attrs", Place::Policy(..)) => {
                let known = Known::of(self.subject.clone());
                self.follow(known, expr, start, steps, 0)
            }
            ("meta", Place::Policy(kind, _)) => self.meta(expr, kind, steps),
            ("connected", Place::Policy(..)) => self.connected_match(expr, start, steps),
            _ => {
                self.unknown_root(expr, name);
                self.visit_keys(steps);
                Known::UNKNOWN
            }
        }
    }

    fn unknown_root(&mut self, expr: Expr<'p>, name: &str) {
        if name == "self" && !self.matches.is_empty() {
            // Told with the other words of the design paper.
            return;
        }
        let message = format!("`{name}` is not known in a policy");
        let roots = ["attrs", "prior_attrs", "meta", "local", "input", "connected"];
        let bound = self.bound.iter().map(|(bound, _)| *bound);
        let hint = match (name, did_you_mean(name, roots.into_iter().chain(bound))) {
            ("var", _) => "policies have `input`".to_owned(),
            ("attributes" | "resource" | "this" | "self", _) => {
                "the resource's values are `attrs`".to_owned()
            }
            (_, Some(close)) => format!("did you mean `{close}`?"),
            (_, None) => format!("a policy reads {}", list(&roots)),
        };
        self.faults.add(Rule::UnknownRoot, expr.span(), message, hint);
    }

    fn local(&mut self, expr: Expr<'p>, start: Span, steps: Steps<'p>) -> Known {
        let Some(name) = steps.name(0) else { return self.lonely(expr, "local") };
        if let Place::Policy(_, policy) = self.place
            && let Some(own) = own_locals(policy).find(|local| local.name() == name)
        {
            self.uses.locals.insert(own.name_span());
            let known = self.local_type(own.expr(), own.name_span(), self.place);
            return self.follow(known, expr, start, steps, 1);
        }
        if let Some((_, outer)) = top_local(self.project, self.file, name) {
            self.uses.locals.insert(outer.name_span());
            let known = match self.place {
                Place::Test => Known::UNKNOWN,
                _ => self.local_type(outer.expr(), outer.name_span(), Place::Top),
            };
            self.reaches(expr, outer.expr());
            return self.follow(known, expr, start, steps, 1);
        }
        let mut names: Vec<&str> = self.files().flat_map(top_locals).map(|l| l.name()).collect();
        if let Place::Policy(_, policy) = self.place {
            names.extend(own_locals(policy).map(|local| local.name()));
        }
        self.undefined(expr, &format!("local.{name}"), name, &names);
        Known::UNKNOWN
    }

    /// The files whose names can be used here.
    fn files(&self) -> Box<dyn Iterator<Item = &'p super::files::File> + 'p> {
        match self.place {
            Place::Test => Box::new(std::iter::once(self.file)),
            _ => Box::new(self.project.folder(&self.file.folder)),
        }
    }

    /// What a local gives; nothing is told about it, that is done where it stands.
    fn local_type(&mut self, expr: Expr<'p>, at: Span, place: Place<'p>) -> Known {
        let key = (expr.tree().file(), expr.id());
        if let Some(known) = self.kept.get(&key) {
            return known.clone();
        }
        if self.open.contains(&at) || self.open.len() >= DEPTH {
            return Known::UNKNOWN;
        }
        self.open.push(at);
        self.faults.muted += 1;
        let around = (
            std::mem::replace(&mut self.place, place),
            std::mem::take(&mut self.bound),
            std::mem::take(&mut self.guards),
        );
        let known = self.infer(expr);
        (self.place, self.bound, self.guards) = around;
        self.faults.muted -= 1;
        self.open.pop();
        self.kept.insert(key, known.clone());
        known
    }

    fn input(&mut self, expr: Expr<'p>, start: Span, steps: Steps<'p>) -> Known {
        let Some(name) = steps.name(0) else { return self.lonely(expr, "input") };
        if let Place::Test = self.place {
            return self.input_of_test(expr, name);
        }
        if let Some((_, block)) = input(self.project, self.file, name) {
            self.uses.inputs.insert(block.header_span());
            let ty = block.body().attribute("type");
            let constraint = ty.and_then(|ty| {
                crate::eval::parse_type(ty.expr(), &crate::eval::Literals::OF_POLICIES).ok()
            });
            let shape = constraint.map_or(Shape::Unknown, |c| Shape::from(&c.ty));
            return self.follow(Known::of(shape), expr, start, steps, 1);
        }
        let blocks = self.files().flat_map(|file| file.blocks_of("input"));
        let names: Vec<String> = blocks.filter_map(|b| Some(b.label(0)?.into_owned())).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.undefined(expr, &format!("input.{name}"), name, &names);
        Known::UNKNOWN
    }

    fn input_of_test(&mut self, expr: Expr<'p>, name: &str) -> Known {
        let mut found = false;
        for target in self.project.targets(self.file) {
            if let Some((_, block)) = input(self.project, target, name) {
                self.uses.inputs.insert(block.header_span());
                found = true;
            }
        }
        if !found && !self.file.targets.is_empty() {
            self.undefined(expr, &format!("input.{name}"), name, &[]);
        }
        Known::UNKNOWN
    }

    fn lonely(&mut self, expr: Expr<'p>, root: &str) -> Known {
        let message = format!("`{root}` stands without a name");
        let hint = format!("write `{root}.NAME`");
        self.faults.add(Rule::UndefinedReference, expr.span(), message, hint);
        Known::UNKNOWN
    }

    fn undefined(&mut self, expr: Expr<'p>, shown: &str, name: &str, names: &[&str]) {
        if !self.project.is_whole(&self.file.folder) {
            return;
        }
        let message = format!("undefined reference `{shown}`");
        let hint = match did_you_mean(name, names.iter().copied()) {
            Some(close) => {
                let before = shown.strip_suffix(name).unwrap_or_default();
                format!("did you mean `{before}{close}`?")
            }
            None if names.is_empty() => "nothing of that kind is defined".to_owned(),
            None => {
                let mut names = names.to_vec();
                names.sort_unstable();
                names.dedup();
                names.truncate(8);
                format!("defined are {}", list(&names))
            }
        };
        self.faults.add(Rule::UndefinedReference, expr.span(), message, hint);
    }

    /// Another mock, or a data source's.
    fn mock(&mut self, expr: Expr<'p>, root: &str, steps: Steps<'p>) {
        let (kind, one, two) = match (root, steps.name(0), steps.name(1)) {
            ("data", Some(one), Some(two)) => ("data", one, two),
            (one, Some(two), _) if one != "data" => ("resource", one, two),
            _ => {
                let message = format!("`{root}` is not known in a test");
                self.faults.add(Rule::UnknownRoot, expr.span(), message, "strings need quotes");
                return;
            }
        };
        let is_it = |block: &crate::hcl::Block<'_>| {
            block.label(0).as_deref() == Some(one) && block.label(1).as_deref() == Some(two)
        };
        if !self.file.blocks_of(kind).any(|block| is_it(&block)) {
            let shown =
                if kind == "data" { format!("data.{one}.{two}") } else { format!("{one}.{two}") };
            let names: Vec<String> = self
                .file
                .blocks_of(kind)
                .filter(|block| block.label(0).as_deref() == Some(one))
                .filter_map(|block| Some(block.label(1)?.into_owned()))
                .collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            self.undefined(expr, &shown, two, &names);
        }
    }

    fn meta(&mut self, expr: Expr<'p>, kind: PolicyKind, steps: Steps<'p>) -> Known {
        let Some(name) = steps.name(0) else { return Known::UNKNOWN };
        let names = meta_of(kind);
        if kind == PolicyKind::Resource && OWN_META.contains(&name) {
            let message = format!("`meta.{name}` is known to planward only");
            let hint = "HashiCorp's engine does not tell policies which resource it is";
            self.faults.add(Rule::PlanwardExtension, expr.span(), message, hint);
            return Known::of(Shape::String);
        }
        if !names.contains(&name) {
            let message = format!("a {} policy has no `meta.{name}`", mock_of(kind));
            let hint = match did_you_mean(name, names.iter().copied()) {
                Some(close) => format!("did you mean `meta.{close}`?"),
                None => format!("known are {}", list(&names)),
            };
            self.faults.add(Rule::UnknownMeta, expr.span(), message, hint);
            return Known::UNKNOWN;
        }
        self.visit_keys(steps);
        match (name, steps.len()) {
            ("tfe_workspace" | "tfe_stack", _) => Known::UNKNOWN,
            (_, 1) => Known::of(Shape::String),
            _ => Known::UNKNOWN,
        }
    }

    fn connected_match(&mut self, expr: Expr<'p>, start: Span, steps: Steps<'p>) -> Known {
        let Some(name) = steps.name(0) else { return self.lonely(expr, "connected") };
        if self.matches.iter().any(|ty| ty == name) {
            let known = Known::of(Shape::resource(name, self.schemas));
            return self.follow(known, expr, start, steps, 1);
        }
        let message = format!("`connected.{name}` is not defined here");
        let hint = match self.matches.last() {
            Some(near) => format!("here it is `connected.{near}`"),
            None => "it is known inside the `connected` block of that type".to_owned(),
        };
        self.faults.add(Rule::ConnectedOutOfPlace, expr.span(), message, hint);
        Known::UNKNOWN
    }

    fn visit_keys(&mut self, steps: Steps<'p>) {
        for step in steps {
            match step.kind {
                StepKind::Index(key) => {
                    self.infer(key);
                }
                StepKind::Splat { steps, .. } => self.visit_keys(steps),
                StepKind::Attribute(_) | StepKind::Legacy(_) => {}
            }
        }
    }

    /// What steps lead to, the first `skip` of them taken already. `start` is the place of what they
    /// start from.
    pub(super) fn follow(
        &mut self,
        known: Known,
        expr: Expr<'p>,
        start: Span,
        steps: Steps<'p>,
        skip: usize,
    ) -> Known {
        let mut known = known;
        let mut reached = start;
        for (n, step) in steps.enumerate() {
            reached = reached.to(step.span);
            if n < skip {
                continue;
            }
            let path = path_text(expr, reached);
            if let Some(unset) = known.unset.take() {
                let before = Known { shape: known.shape.clone(), unset: Some(unset) };
                self.needs_value(expr, expr, &before);
            }
            known = self.step(known.shape, expr, &step, path);
        }
        known
    }

    fn step(&mut self, shape: Shape, expr: Expr<'p>, step: &Step<'p>, path: &str) -> Known {
        let named = |known: Known| Known { unset: known.unset.map(|_| path.to_owned()), ..known };
        match &step.kind {
            StepKind::Attribute(name) => named(self.attribute(&shape, name, step.span)),
            StepKind::Index(key) => {
                self.infer(*key);
                match (key.kind(), &shape) {
                    (Kind::String(name), Shape::Body(_) | Shape::AnyOf(_) | Shape::Object(_)) => {
                        named(self.attribute(&shape, &name, step.span))
                    }
                    _ => self.index(&shape, expr, step.span),
                }
            }
            StepKind::Legacy(_) => self.index(&shape, expr, step.span),
            StepKind::Splat { steps, .. } => {
                self.visit_keys(*steps);
                Known::UNKNOWN
            }
        }
    }

    fn attribute(&mut self, shape: &Shape, name: &str, at: Span) -> Known {
        match shape {
            Shape::Body(block) => self.declared(*block, name, at),
            Shape::AnyOf(blocks) => {
                let is_there =
                    |block: &Block| !block.is_complete() || member(*block, name).is_some();
                if !blocks.iter().any(is_there) {
                    let message = format!("no type that the policy is for has `{name}`");
                    let hint = "look it up in the provider's documentation";
                    self.faults.add(Rule::UnknownAttribute, at, message, hint);
                }
                Known::UNKNOWN
            }
            Shape::Object(members) => match members.get(name) {
                Some(shape) => Known::of(shape.clone()),
                None => {
                    let message = format!("there is no `{name}` in this object");
                    let names: Vec<&str> = members.keys().map(String::as_str).collect();
                    let hint = match did_you_mean(name, names.iter().copied()) {
                        Some(close) => format!("did you mean `{close}`?"),
                        None => format!("it has {}", list(&names)),
                    };
                    self.faults.add(Rule::UnknownAttribute, at, message, hint);
                    Known::UNKNOWN
                }
            },
            Shape::Map(element) => Known::of(Shape::clone(element)),
            Shape::List(element) | Shape::Set(element) if element.is_object() => {
                let what = if matches!(shape, Shape::Set(_)) { "set" } else { "list" };
                let message =
                    format!("`{name}` is asked of a {what} of blocks, not of one of them");
                let hint = match shape {
                    Shape::List(_) => {
                        format!("write `[0].{name}` for the first, `[*].{name}` for all")
                    }
                    _ => format!("write `[for block in ... : block.{name}]`"),
                };
                self.faults.add(Rule::BlockWithoutIndex, at, message, hint);
                Known::UNKNOWN
            }
            _ => Known::UNKNOWN,
        }
    }

    fn declared(&mut self, block: Block, name: &str, at: Span) -> Known {
        if let Some(known) = member(block, name) {
            return known;
        }
        self.undeclared(block, name, at, "");
        Known::UNKNOWN
    }

    /// Tells that a type has no such attribute, where all are known, and what comes of it.
    pub(super) fn undeclared(&mut self, block: Block, name: &str, at: Span, so: &str) {
        if !block.is_complete() {
            return;
        }
        let message = format!("`{name}` is no attribute that is known{so}");
        let hint = match block.did_you_mean(name) {
            Some(close) => format!("did you mean `{close}`?"),
            None => "look it up in the provider's documentation".to_owned(),
        };
        self.faults.add(Rule::UnknownAttribute, at, message, hint);
    }

    fn index(&mut self, shape: &Shape, expr: Expr<'p>, at: Span) -> Known {
        match shape {
            Shape::Set(_) => {
                let message = "a set has no order, so it has no index";
                let hint = "write `core::tolist(...)[0]`, or `[for element in ... : ...]`";
                self.faults.add(Rule::IndexedSet, at, message, hint);
                Known::UNKNOWN
            }
            Shape::List(element) | Shape::Row(element) => {
                self.indexed(expr);
                Known::of(Shape::clone(element))
            }
            Shape::Map(element) => Known::of(Shape::clone(element)),
            Shape::Tuple(_) => Known::of(shape.element()),
            _ => Known::UNKNOWN,
        }
    }

    /// An element of a list that may be empty, asked behind `&&` or `||`.
    fn indexed(&mut self, expr: Expr<'p>) {
        let roots = ["attrs", "prior_attrs", "connected", "local"];
        let path = expr.walk().find_map(|part| match part.kind() {
            Kind::Traversal { base, steps } => match base.kind() {
                Kind::Variable(root) if roots.contains(&root) => {
                    let first = name_span(part, root).to(steps.get(0)?.span);
                    Some(path_text(part, first).to_owned())
                }
                _ => None,
            },
            _ => None,
        });
        if let Some(path) = path.filter(|_| self.is_exposed())
            && self.asked_before(&path) == Some(true)
        {
            self.saved_by_short_circuit(expr, &path);
        }
    }

    /// A local of the file that looks at other resources, in a policy that cannot.
    fn reaches(&mut self, expr: Expr<'p>, local: Expr<'p>) {
        let Place::Policy(PolicyKind::Provider | PolicyKind::Module, _) = self.place else {
            return;
        };
        let mut seen = Vec::new();
        let mut open = vec![local];
        while let Some(local) = open.pop() {
            for part in local.walk() {
                if let Kind::Call(call) = part.kind()
                    && matches!(call.name, "getresources" | "getdatasource")
                {
                    return self.out_of_reach(expr.span(), call.name);
                }
                let Some(name) = super::locals::local_name(part) else { continue };
                if !seen.contains(&name) {
                    seen.push(name);
                    open.extend(top_local(self.project, self.file, name).map(|(_, l)| l.expr()));
                }
            }
        }
    }

    /// A look at other resources where there are none.
    pub(super) fn out_of_reach(&mut self, at: Span, name: &str) {
        let message = format!("`core::{name}` cannot be asked about providers and modules");
        let hint = "write a `resource_policy` for what needs other resources";
        self.faults.add(Rule::CallbackOutOfReach, at, message, hint);
    }
}

/// The place of the name that an expression begins with.
fn name_span(expr: Expr<'_>, name: &str) -> Span {
    let span = expr.span();
    let length = u32::try_from(name.len()).unwrap_or_default();
    Span { end: span.start.saturating_add(length).min(span.end), ..span }
}

/// The text of an expression up to the end of a place in it.
fn path_text<'t>(expr: Expr<'t>, reached: Span) -> &'t str {
    let length = reached.end.saturating_sub(expr.span().start) as usize;
    expr.text().get(..length).unwrap_or_else(|| expr.text())
}
