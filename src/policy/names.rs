//! The names in a file's expressions, checked when it is loaded: what is not there now is there on no
//! resource either.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, did_you_mean};
use crate::hcl::{Block, Call, Expr, ExprId, Kind, Part, Parts, StepKind, Steps};
use crate::terraform::plan::Operation;
use crate::text::Span;

use super::file::{Connected, Enforce, Policy, PolicyFile, PolicyKind};
use super::inputs::Beforehand;
use super::load::PolicySet;
use super::{calls, connected, reads};
use calls::CALLBACKS;

/// The fields of `meta`, by kind of policy.
const fn fields(kind: PolicyKind) -> &'static [&'static str] {
    match kind {
        PolicyKind::Resource => &[
            "address",
            "module_path",
            "name",
            "operation",
            "provider_type",
            "tfe_stack",
            "tfe_workspace",
            "type",
        ],
        PolicyKind::Provider => {
            &["alias", "name", "namespace", "source", "tfe_stack", "type", "version"]
        }
        PolicyKind::Module => &["address", "source", "tfe_stack", "version"],
    }
}

const fn article(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::Resource => "a resource policy",
        PolicyKind::Provider => "a provider policy",
        PolicyKind::Module => "a module policy",
    }
}

/// Whether files use locals or inputs that none of them declares.
pub(super) fn lean(files: &[&PolicyFile]) -> bool {
    let has_input = |name: &str| files.iter().any(|file| file.inputs.contains_key(name));
    let has_local = |own: &PolicyFile, name: &str| {
        own.policies.iter().any(|policy| policy.locals.contains_key(name))
            || files.iter().any(|file| file.locals.contains_key(name))
    };
    files.iter().any(|file| {
        let mut exprs = (0..file.tree.expr_count()).map(|n| file.tree.expr(ExprId(n)));
        exprs.any(|expr| {
            let Kind::Traversal { base, steps } = expr.kind() else { return false };
            match (base.kind(), steps.name(0)) {
                (Kind::Variable("local"), Some(name)) => !has_local(file, name),
                (Kind::Variable("input"), Some(name)) => !has_input(name),
                _ => false,
            }
        })
    })
}

/// Checks a file of the set. Gives the headers of policies that cannot be asked.
pub(super) fn check(
    set: &PolicySet,
    place: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeSet<Span> {
    let mut wrong = BTreeSet::new();
    let Some(file) = set.files().get(place) else { return wrong };
    tell_twins(set, place, diagnostics);
    for &local in file.locals.values() {
        Checker { set, place, policy: None, matches: Vec::new(), diagnostics }.expr(local);
    }
    for policy in &file.policies {
        let before = diagnostics.len();
        let mut checker =
            Checker { set, place, policy: Some(policy), matches: Vec::new(), diagnostics };
        checker.policy(policy);
        let is_error = |diagnostic: &Diagnostic| diagnostic.level == crate::diag::Level::Error;
        if diagnostics.iter().skip(before).any(is_error) {
            wrong.insert(policy.span);
        }
    }
    wrong
}

/// Tells what other files of the folder declare, too.
fn tell_twins(set: &PolicySet, place: usize, diagnostics: &mut Vec<Diagnostic>) {
    let Some(file) = set.files().get(place) else { return };
    let others = || set.files().iter().take(place).filter(|other| other.folder == file.folder);
    let twin = |what: &str, at: Span, first: Span| {
        let message = format!("{what} is declared in another file of this folder, too");
        Diagnostic::warning(message).at(at).with_related(first, "declared here")
    };
    for (name, input) in &file.inputs {
        let first = others().find_map(|other| other.inputs.get(name));
        diagnostics
            .extend(first.map(|first| twin(&format!("input `{name}`"), input.span, first.span)));
    }
    for name in file.locals.keys() {
        let first = others().find_map(|other| Some((other, other.locals.get(name)?)));
        let Some((other, _)) = first else { continue };
        let (at, first) = (top_local(file, name), top_local(other, name));
        let both = at.zip(first);
        diagnostics.extend(both.map(|(at, first)| twin(&format!("local `{name}`"), at, first)));
    }
}

fn top_local(file: &PolicyFile, name: &str) -> Option<Span> {
    let blocks = file.tree.root().blocks();
    let mut blocks = blocks.filter(|block| block.kind() == "locals");
    blocks.find_map(|block| Some(block.body().attribute(name)?.name_span()))
}

struct Checker<'c> {
    set: &'c PolicySet,
    place: usize,
    /// `None` at the top of the file.
    policy: Option<&'c Policy>,
    /// The types of the open `connected` blocks.
    matches: Vec<&'c str>,
    diagnostics: &'c mut Vec<Diagnostic>,
}

impl<'c> Checker<'c> {
    fn file(&self) -> Option<&'c PolicyFile> {
        self.set.files().get(self.place).map(|file| &**file)
    }

    fn policy(&mut self, policy: &'c Policy) {
        self.shadows(policy);
        for &local in policy.locals.values() {
            self.expr(local);
        }
        policy.filter.into_iter().for_each(|filter| self.expr(filter));
        self.enforces(&policy.enforces);
        for connected in &policy.connected {
            self.connected(connected);
        }
        self.unchanged(policy);
    }

    fn enforces(&mut self, enforces: &[Enforce]) {
        for enforce in enforces {
            let messages = enforce.error_message.into_iter().chain(enforce.info_message);
            std::iter::once(enforce.condition).chain(messages).for_each(|expr| self.expr(expr));
        }
    }

    fn connected(&mut self, block: &'c Connected) {
        self.bounds(block);
        // Its own match is not there where the number of matches, or that there is none, is told.
        block.error_message.into_iter().for_each(|message| self.expr(message));
        self.enforces(&block.fallback);
        self.matches.push(&block.resource_type);
        block.filter.into_iter().for_each(|filter| self.expr(filter));
        self.enforces(&block.enforces);
        for nested in &block.nested {
            self.connected(nested);
        }
        self.matches.pop();
    }

    fn bounds(&mut self, block: &Connected) {
        let Some(policy) = self.policy else { return };
        let scope = Beforehand::new(self.set, self.place, policy);
        if let Err(fault) = connected::bounds(&scope, block) {
            self.diagnostics.push(fault.diagnostic);
        }
    }

    /// A local of a policy goes before one of its name at the top.
    fn shadows(&mut self, policy: &Policy) {
        let Some(file) = self.file() else { return };
        let Some(block) = block_of(file, policy) else { return };
        let locals = block.body().blocks().filter(|block| block.kind() == "locals");
        for attribute in locals.flat_map(|block| block.body().attributes()) {
            if let Some(top) = top_local(file, attribute.name()) {
                let message =
                    format!("local `{}` hides the one at the top of the file", attribute.name());
                let warning = Diagnostic::warning(message).at(attribute.name_span());
                self.diagnostics.push(warning.with_related(top, "this one"));
            }
        }
    }

    /// Whoever asks for all resources of a type is not asked where nothing changes.
    fn unchanged(&mut self, policy: &Policy) {
        let Some(file) = self.file() else { return };
        let written = block_of(file, policy).and_then(|block| block.body().attribute("operations"));
        let Some(written) = written else { return };
        let misses = !policy.operations.contains(&Operation::NoOp)
            && !policy.operations.contains(&Operation::Delete);
        if misses && !policy.reads_prior && self.callback(policy, "getresources") {
            let message = "without `no-op` this policy misses resources that do not change";
            let warning = Diagnostic::warning(message).at(written.expr().span());
            let hint = "what it looks for among all resources may be missing there all the same";
            self.diagnostics.push(warning.with_hint(hint));
        }
    }

    /// Whether a policy calls a function, also through locals.
    fn callback(&self, policy: &Policy, name: &str) -> bool {
        let Some(file) = self.file() else { return false };
        let Some(block) = block_of(file, policy) else { return false };
        let mut called = false;
        let mut locals = Vec::new();
        reads::visit(block, &mut |expr| match expr.kind() {
            Kind::Call(call) => called |= call.name == name,
            Kind::Traversal { base, steps } => {
                if matches!(base.kind(), Kind::Variable("local")) {
                    let name = steps.name(0).filter(|name| !policy.locals.contains_key(*name));
                    locals.extend(name.map(str::to_owned));
                }
            }
            _ => {}
        });
        called || locals.iter().any(|local| self.reaches(local).iter().any(|call| call.0 == name))
    }

    /// The callbacks that a top-level local calls, itself or through others.
    fn reaches(&self, local: &str) -> Vec<(&'static str, Span)> {
        let (mut found, mut seen, mut open) = (Vec::new(), BTreeSet::new(), vec![local.to_owned()]);
        while let Some(name) = open.pop() {
            let Some((at, id)) = self.set.top_local(self.place, &name) else { continue };
            if !seen.insert(name) {
                continue;
            }
            let Some(file) = self.set.files().get(at) else { continue };
            for expr in file.tree.expr(id).walk() {
                match expr.kind() {
                    Kind::Call(call) => {
                        let known = CALLBACKS.into_iter().find(|name| *name == call.name);
                        found.extend(known.map(|name| (name, call.name_span)));
                    }
                    Kind::Traversal { base, steps } => {
                        if matches!(base.kind(), Kind::Variable("local")) {
                            open.extend(steps.name(0).map(str::to_owned));
                        }
                    }
                    _ => {}
                }
            }
        }
        found
    }

    fn error(&mut self, at: Span, message: String) {
        self.diagnostics.push(Diagnostic::error(message).at(at));
    }

    fn close<'n>(
        &mut self,
        at: Span,
        message: String,
        name: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        let diagnostic = Diagnostic::error(message).at(at);
        let close = did_you_mean(name, names).map(str::to_owned);
        self.diagnostics.push(match close {
            Some(close) => diagnostic.with_hint(format!("did you mean `{close}`?")),
            None => diagnostic,
        });
    }

    fn expr(&mut self, id: ExprId) {
        let Some(file) = self.file() else { return };
        let whole = file.tree.expr(id);
        let bound = bound(whole);
        let mut open = vec![whole];
        while let Some(expr) = open.pop() {
            let mut children = expr.children();
            match expr.kind() {
                Kind::Variable(root) if !bound.contains(root) => {
                    self.root(root, expr.no_steps(), expr.span());
                }
                Kind::Traversal { base, steps } => {
                    if let Kind::Variable(root) = base.kind() {
                        children.remove(0);
                        if !bound.contains(root) {
                            self.root(root, steps, expr.span());
                        }
                    }
                }
                Kind::Call(call) => self.call(&call),
                _ => {}
            }
            open.extend(children.into_iter().rev());
        }
    }

    fn root(&mut self, root: &str, steps: Steps<'_>, at: Span) {
        match (root, self.policy.map(|policy| policy.kind)) {
            ("local", _) => self.local(steps, at),
            ("input", _) => self.input(steps, at),
            ("attrs" | "prior_attrs" | "meta" | "connected", None) => {
                let message = format!("`{root}` cannot be used in a local at the top of a file");
                let hint =
                    "nothing of a resource is known there; a local inside a policy may use it";
                self.diagnostics.push(Diagnostic::error(message).at(at).with_hint(hint));
            }
            ("attrs", Some(_)) => {}
            ("prior_attrs", Some(PolicyKind::Resource)) => {}
            ("meta", Some(kind)) => self.meta(kind, steps, at),
            ("connected", Some(PolicyKind::Resource)) => self.matched(steps, at),
            ("prior_attrs" | "connected", Some(kind)) => {
                self.error(at, format!("`{root}` is not known in {}", article(kind)));
            }
            ("self", Some(_)) => {
                let message = "`self` is the spelling of a design paper".to_owned();
                let hint = match self.matches.last() {
                    Some(ty) => format!("write `connected.{ty}`"),
                    None => "write `attrs`".to_owned(),
                };
                self.diagnostics.push(Diagnostic::error(message).at(at).with_hint(hint));
            }
            _ => {
                let roots = ["attrs", "prior_attrs", "meta", "local", "input", "connected"];
                self.close(at, format!("`{root}` is not known in a policy"), root, roots);
            }
        }
    }

    fn local(&mut self, steps: Steps<'_>, at: Span) {
        let Some(name) = steps.name(0) else {
            return self.error(at, "`local` needs a name behind it".to_owned());
        };
        let own = self.policy.is_some_and(|policy| policy.locals.contains_key(name));
        if !own && self.set.top_local(self.place, name).is_none() {
            let folder = self.file().map(|file| file.folder.as_str());
            let set = self.set;
            let of_folder = set.files().iter().filter(|file| Some(file.folder.as_str()) == folder);
            let names = self.policy.into_iter().flat_map(|policy| policy.locals.keys());
            let names = names.chain(of_folder.flat_map(|file| file.locals.keys()));
            let names: Vec<&str> = names.map(String::as_str).collect();
            return self.close(at, format!("undefined reference `local.{name}`"), name, names);
        }
        let is_resource = self.policy.is_none_or(|policy| policy.kind == PolicyKind::Resource);
        if own || is_resource {
            return;
        }
        for (callback, call) in self.reaches(name) {
            self.callback_out_of_reach(callback, at, Some(call));
        }
    }

    fn input(&mut self, steps: Steps<'_>, at: Span) {
        let Some(name) = steps.name(0) else {
            return self.error(at, "`input` needs a name behind it".to_owned());
        };
        let Some(own) = self.file() else { return };
        let set = self.set;
        let of_folder = || set.files().iter().filter(|file| file.folder == own.folder);
        if !of_folder().any(|file| file.inputs.contains_key(name)) {
            let names: Vec<&str> =
                of_folder().flat_map(|file| file.inputs.keys().map(String::as_str)).collect();
            self.close(at, format!("undefined reference `input.{name}`"), name, names);
        }
    }

    fn meta(&mut self, kind: PolicyKind, steps: Steps<'_>, at: Span) {
        let name = |n: usize| match steps.get(n)?.kind {
            StepKind::Attribute(name) => Some(name.to_owned()),
            StepKind::Index(key) => match key.kind() {
                Kind::String(name) => Some(name.into_owned()),
                _ => None,
            },
            StepKind::Legacy(_) | StepKind::Splat { .. } => None,
        };
        let Some(field) = name(0) else { return };
        let known = fields(kind);
        if !known.contains(&field.as_str()) {
            let message = format!("`meta.{field}` is not known in {}", article(kind));
            return self.close(at, message, &field, known.iter().copied());
        }
        let inner: &[&str] = match field.as_str() {
            "tfe_stack" => &["deployment_group", "deployment_name", "stack_name"],
            "tfe_workspace" => &["tags"],
            _ => return,
        };
        if let Some(part) = name(1).filter(|part| !inner.contains(&part.as_str())) {
            let message = format!("`meta.{field}.{part}` is not known in {}", article(kind));
            self.close(at, message, &part, inner.iter().copied());
        }
    }

    fn matched(&mut self, steps: Steps<'_>, at: Span) {
        let Some(name) = steps.name(0) else {
            return self.error(at, "`connected` needs a type behind it".to_owned());
        };
        if !self.matches.contains(&name) {
            let message = format!("`connected.{name}` is not defined here");
            let hint = "it stands in the `connected` block of that type and in blocks inside it";
            self.diagnostics.push(Diagnostic::error(message).at(at).with_hint(hint));
        }
    }

    fn call(&mut self, call: &Call<'_>) {
        if let Some(refusal) = calls::refusal(call) {
            return self.diagnostics.push(refusal);
        }
        let namespaces: Vec<&str> = call.namespaces().collect();
        match namespaces.as_slice() {
            ["core"] => {
                if let Some(callback) = CALLBACKS.into_iter().find(|name| *name == call.name) {
                    self.callback_out_of_reach(callback, call.name_span, None);
                }
            }
            ["plugin", label] => {
                let settings = self.file().and_then(|file| file.settings.as_ref());
                let plugins = settings.map_or(&[][..], |settings| &settings.plugins);
                if !plugins.iter().any(|plugin| plugin.label == *label) {
                    let message = format!("no plugin `{label}` is declared in this file");
                    self.error(call.name_span, message);
                }
            }
            _ => {}
        }
    }

    fn callback_out_of_reach(&mut self, callback: &str, at: Span, call: Option<Span>) {
        let Some(policy) = self.policy.filter(|p| p.kind != PolicyKind::Resource) else { return };
        if callback == "gethttprequest" {
            return;
        }
        let message = format!("`core::{callback}` cannot be used in {}", article(policy.kind));
        let hint = "providers and modules are judged before resources are known";
        let diagnostic = Diagnostic::error(message).at(at).with_hint(hint);
        self.diagnostics.push(match call {
            Some(call) => diagnostic.with_related(call, "called here"),
            None => diagnostic,
        });
    }
}

fn block_of<'f>(file: &'f PolicyFile, policy: &Policy) -> Option<Block<'f>> {
    file.tree.root().blocks().find(|block| block.header_span() == policy.span)
}

/// Names that `for` expressions and directives bind somewhere in an expression.
fn bound(whole: Expr<'_>) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for expr in whole.walk() {
        match expr.kind() {
            Kind::For(each) => {
                names.extend(each.key);
                names.insert(each.value);
            }
            Kind::Template(template) => bound_in(template.parts, &mut names),
            _ => {}
        }
    }
    names
}

fn bound_in<'t>(parts: Parts<'t>, names: &mut BTreeSet<&'t str>) {
    for part in parts {
        match part {
            Part::For { key, value, body, .. } => {
                names.extend(key);
                names.insert(value);
                bound_in(body, names);
            }
            Part::If { then, otherwise, .. } => {
                bound_in(then, names);
                otherwise.into_iter().for_each(|parts| bound_in(parts, names));
            }
            Part::Literal { .. } | Part::Interpolation { .. } => {}
        }
    }
}
