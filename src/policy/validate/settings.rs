//! What files and policies say about themselves: providers, inputs, operations, enforcement levels.

use crate::eval::{Evaluator, Fault, Literals, parse_type};
use crate::finding::Enforcement;
use crate::hcl::{Attribute, Block, Expr, Kind};
use crate::terraform::version::Constraint;
use crate::text::Span;

use super::files::{File, Project};
use super::locals::{PolicyKind, expressions, input, policies};
use super::words::list;
use super::{Faults, Rule};

/// Looks at all files.
pub(super) fn check(project: &Project, faults: &mut Faults) {
    for file in project.asked().filter(|file| !file.broken) {
        for block in file.blocks() {
            if matches!(block.kind(), "policy" | "policytest") {
                about_file(block, faults);
            }
        }
        if file.is_test {
            continue;
        }
        has_providers(file, faults);
        file.blocks_of("input").for_each(|block| about_input(block, faults));
        for (kind, policy) in policies(file) {
            level(project, file, policy, faults);
            Operations::of(policy, faults).check(kind, policy, faults);
        }
    }
}

fn about_file(block: Block<'_>, faults: &mut Faults) {
    if let (Some(level), "policy") = (block.body().attribute("enforcement_level"), block.kind()) {
        let message = "`enforcement_level` of a file is no part of the language any more";
        let hint = "write it in each policy";
        faults.add(Rule::ToleratedSpelling, level.name_span(), message, hint);
    }
    for inner in block.body().blocks_of("terraform_config") {
        if let Some(version) = inner.body().attribute("required_version") {
            constraint(version.expr(), faults);
        }
    }
    for inner in block.body().blocks_of("required_providers") {
        inner.body().attributes().for_each(|entry| provider(entry, faults));
    }
}

fn constraint(expr: Expr<'_>, faults: &mut Faults) {
    let Kind::String(text) = expr.kind() else {
        let message = "a version constraint is a string in quotes";
        faults.add(Rule::InvalidVersionConstraint, expr.span(), message, "such as `\">= 1.0\"`");
        return;
    };
    if let Err(problem) = Constraint::parse(&text) {
        let hint = "such as `>= 1.0, < 3.0` or `~> 2.1`";
        faults.add(Rule::InvalidVersionConstraint, expr.span(), problem.message, hint);
    }
}

fn provider(entry: Attribute<'_>, faults: &mut Faults) {
    const WAY: &str = "write `{ source = \"hashicorp/aws\", version = \">= 5.0\" }`";
    let mut tell = |at: Span, message: String| {
        faults.add(Rule::InvalidRequiredProviders, at, message, WAY);
    };
    let name = entry.name();
    let Kind::Object(items) = entry.expr().kind() else {
        return tell(entry.expr().span(), format!("provider `{name}` is not an object"));
    };
    let (mut has_source, mut version) = (false, None);
    for item in items {
        match super::shapes::key(&item).as_deref() {
            Some("source") => {
                has_source = true;
                let is_source = matches!(item.value.kind(), Kind::String(text) if is_source(&text));
                if !is_source {
                    let message =
                        format!("the source of provider `{name}` is not `NAMESPACE/TYPE`");
                    tell(item.value.span(), message);
                }
            }
            Some("version") => match item.value.kind() {
                Kind::String(text) if text.trim() == "*" => {
                    tell(item.value.span(), format!("provider `{name}` may have any version"));
                }
                _ => version = Some(item.value),
            },
            _ => tell(
                item.key.span(),
                format!("provider `{name}` has `source` and `version`, not `{}`", item.key.text()),
            ),
        }
    }
    if !has_source {
        tell(entry.expr().span(), format!("provider `{name}` lacks its source"));
    }
    if let Some(version) = version {
        constraint(version, faults);
    }
}

fn is_source(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    matches!(parts.len(), 2 | 3) && parts.iter().all(|part| !part.is_empty())
}

fn has_providers(file: &File, faults: &mut Faults) {
    let needs = policies(file).find(|(kind, _)| *kind != PolicyKind::Module);
    let block = file.blocks_of("policy").next();
    let declares = block.is_some_and(|b| b.body().blocks_of("required_providers").next().is_some());
    if let (Some((_, first)), false) = (needs, declares) {
        let at = block.unwrap_or(first).header_span();
        let message = "the file does not say which providers it is for";
        let hint = "HashiCorp's engine wants `policy { required_providers { ... } }`";
        faults.add(Rule::MissingRequiredProviders, at, message, hint);
    }
}

fn about_input(block: Block<'_>, faults: &mut Faults) {
    let body = block.body();
    for name in ["nullable", "sensitive"] {
        if let Some(attribute) = body.attribute(name)
            && !matches!(attribute.expr().kind(), Kind::Bool(_))
        {
            let message = format!("`{name}` is not `true` or `false`");
            let hint = "it is known before anything is evaluated";
            faults.add(Rule::InvalidInput, attribute.expr().span(), message, hint);
        }
    }
    let nullable = body.attribute("nullable").map(|attribute| attribute.expr().kind());
    let nullable = matches!(nullable, Some(Kind::Bool(true)));
    let Some(ty) = body.attribute("type") else { return };
    let constraint = match parse_type(ty.expr(), &Literals::OF_POLICIES) {
        Ok(constraint) => constraint,
        Err(fault) => return invalid_input(*fault, faults),
    };
    let Some(default) = body.attribute("default") else {
        if !nullable {
            let name = block.label(0).unwrap_or_default();
            let message = format!("input `{name}` has no value");
            faults.add(
                Rule::InputWithoutValue,
                block.header_span(),
                message,
                "give it a `default`",
            );
        }
        return;
    };
    let expr = default.expr();
    let value = Evaluator::new(&Literals::OF_POLICIES).evaluate(expr).and_then(|value| {
        constraint.apply(&value).map_err(|problem| Fault::new(problem, expr.span()))
    });
    match value {
        Err(fault) => invalid_input(*fault, faults),
        Ok(value) if value.is_null() && !nullable => {
            let message = "the default is null";
            let hint = "give it a value, or add `nullable = true`";
            faults.add(Rule::InvalidInput, expr.span(), message, hint);
        }
        Ok(_) => {}
    }
}

fn invalid_input(fault: Fault, faults: &mut Faults) {
    let hint = fault.diagnostic.hint.clone();
    let hint = hint.unwrap_or_else(|| "the default must be of the input's type".to_owned());
    faults.push(Rule::InvalidInput, fault.diagnostic.with_hint(hint), None);
}

/// The level must be known before anything runs.
fn level(project: &Project, file: &File, policy: Block<'_>, faults: &mut Faults) {
    let Some(attribute) = policy.body().attribute("enforcement_level") else { return };
    let expr = attribute.expr();
    let word = match expr.kind() {
        Kind::String(word) => Some(word.into_owned()),
        Kind::Traversal { base, steps } if matches!(base.kind(), Kind::Variable("input")) => steps
            .name(0)
            .and_then(|name| input(project, file, name))
            .and_then(|(_, block)| block.body().attribute("default"))
            .and_then(|default| match default.expr().kind() {
                Kind::String(word) => Some(word.into_owned()),
                _ => None,
            }),
        _ => None,
    };
    let Some(word) = word else { return };
    let names: Vec<&str> = Enforcement::ALL.iter().map(|level| level.name()).collect();
    let plain = word.replace('-', "_");
    if Enforcement::parse(&plain).is_none() {
        let message = format!("`{word}` is not an enforcement level");
        let hint = format!("levels are {}", list(&names));
        faults.add(Rule::InvalidEnforcementLevel, expr.span(), message, hint);
    } else if plain != word {
        let message = format!("`{word}` is an early spelling of `{plain}`");
        faults.add_fix(Rule::ToleratedSpelling, expr.span(), message, format!("\"{plain}\""));
    }
}

/// The operations of a policy.
struct Operations<'b> {
    /// The argument, when it is there.
    at: Option<Expr<'b>>,
    /// Its words, when all are good ones.
    words: Option<Vec<String>>,
}

/// The words that a policy may name.
const OPERATIONS: [&str; 4] = ["create", "update", "delete", "no-op"];

/// The operations that a policy names; `None` when it names none.
pub(super) fn operations_of(policy: Block<'_>) -> Option<Vec<String>> {
    let Kind::Tuple(elements) = policy.body().attribute("operations")?.expr().kind() else {
        return None;
    };
    let word = |expr: Expr<'_>| match expr.kind() {
        Kind::String(word) => Some(word.into_owned()),
        _ => None,
    };
    Some(elements.filter_map(word).collect())
}

impl<'b> Operations<'b> {
    fn of(policy: Block<'b>, faults: &mut Faults) -> Self {
        let Some(attribute) = policy.body().attribute("operations") else {
            return Self { at: None, words: None };
        };
        let expr = attribute.expr();
        let switches = faults.mode.compat.switches();
        let known: &[&str] = if switches.has_no_op { &OPERATIONS } else { &OPERATIONS[..3] };
        let Kind::Tuple(elements) = expr.kind() else {
            let message = "`operations` is not a list of words in quotes";
            let hint = format!("operations are {}", list(known));
            faults.add(Rule::InvalidOperations, expr.span(), message, hint);
            return Self { at: Some(expr), words: None };
        };
        let mut words: Vec<String> = Vec::new();
        let mut good = true;
        for element in elements {
            let message = match element.kind() {
                Kind::String(word) if words.iter().any(|other| **other == *word) => {
                    format!("operation `{word}` is named twice")
                }
                Kind::String(word) if known.contains(&&*word) => {
                    words.push(word.into_owned());
                    continue;
                }
                _ => format!("`{}` is not an operation", element.text().trim_matches('"')),
            };
            good = false;
            let hint = format!("operations are {}", list(known));
            faults.add(Rule::InvalidOperations, element.span(), message, hint);
        }
        let has = |word: &str| words.iter().any(|other| other == word);
        let mixed = has("create") && !switches.mixes_operations || has("no-op");
        if has("delete") && mixed {
            good = false;
            let message = "`delete` cannot stand together with `create` or `no-op`";
            let hint = "write one policy for what is there and one for what goes";
            faults.add(Rule::InvalidOperations, expr.span(), message, hint);
        }
        Self { at: Some(expr), words: good.then_some(words) }
    }

    fn check(&self, kind: PolicyKind, policy: Block<'_>, faults: &mut Faults) {
        let mut prior = None;
        let mut lists = false;
        expressions(policy, &mut |expr| match expr.kind() {
            Kind::Variable("prior_attrs") => {
                prior.get_or_insert(expr);
            }
            Kind::Call(call) => lists |= call.name == "getresources",
            _ => {}
        });
        if let Some(prior) = prior {
            self.check_prior(kind, prior, faults);
        } else if let (Some(at), Some(words)) = (self.at, &self.words) {
            let has = |word: &str| words.iter().any(|other| other == word);
            if lists && !words.is_empty() && !has("no-op") && !has("delete") {
                let message =
                    "the policy looks at other resources, and is not asked when only those change";
                let hint = "add `\"no-op\"`, or leave `operations` out";
                faults.add(Rule::GetresourcesMissesUnchanged, at.span(), message, hint);
            }
        }
    }

    fn check_prior(&self, kind: PolicyKind, prior: Expr<'_>, faults: &mut Faults) {
        const WAY: &str = "write `operations = [\"update\"]`, `[\"delete\"]` or both";
        let rule = Rule::PriorAttrsOutOfPlace;
        if kind != PolicyKind::Resource {
            let message = "`prior_attrs` is only known of resources";
            return faults.add(rule, prior.span(), message, "use `attrs` or `meta`");
        }
        let Some(at) = self.at else {
            let message = "a policy that reads `prior_attrs` must set `operations`";
            return faults.add(rule, prior.span(), message, WAY);
        };
        let Some(words) = &self.words else { return };
        let has = |word: &str| words.iter().any(|other| other == word);
        if words.is_empty() || has("create") || has("no-op") {
            let message = "a policy that reads `prior_attrs` is for `update` and `delete` only";
            faults.add(rule, at.span(), message, WAY);
        }
    }
}
