//! Calls: which functions there are, what they take, and what they give.

use std::sync::Arc;

use crate::cloud;
use crate::diag::did_you_mean;
use crate::eval::functions::{self, Gives};
use crate::hcl::{Call, Expr, Kind};

use super::super::calls::{NEVER, names};
use super::super::engine::DOCUMENTED;
use super::Rule;
use super::expression::{Checker, Place};
use super::locals::PolicyKind;
use super::schemas;
use super::settings::operations_of;
use super::shapes::{Known, Shape, key};

/// Functions that the evaluator knows by themselves: name, least and most arguments.
const SPECIAL: [(&str, usize, usize); 5] = [
    ("try", 1, usize::MAX),
    ("can", 1, 1),
    ("getresources", 1, 2),
    ("getdatasource", 2, 2),
    ("gethttprequest", 1, 2),
];

fn special(name: &str) -> Option<(usize, usize)> {
    SPECIAL.iter().find(|(known, ..)| *known == name).map(|&(_, least, most)| (least, most))
}

fn is_function(name: &str) -> bool {
    names().any(|known| known == name)
}

impl<'p> Checker<'p, '_> {
    /// What a call gives.
    pub(super) fn call(&mut self, expr: Expr<'p>, call: Call<'p>) -> Known {
        let namespaces: Vec<&str> = call.namespaces().collect();
        match namespaces.as_slice() {
            ["core"] if self.is_known(&call) => self.core(expr, call),
            ["core"] => self.arguments_of_unknown(&call),
            ["cloud"] => {
                self.cloud(&call);
                self.arguments_of_unknown(&call)
            }
            ["plugin", label] => {
                self.plugin(&call, label);
                self.arguments_of_unknown(&call)
            }
            [] => {
                self.bare(&call);
                self.arguments_of_unknown(&call)
            }
            other => {
                let namespace = other.join("::");
                let message = format!("no functions stand in `{namespace}`");
                let hint = "functions of policies stand in `core::`, those of plugins in `plugin::LABEL::`";
                self.faults.add(Rule::UnknownFunction, call.name_span, message, hint);
                self.arguments_of_unknown(&call)
            }
        }
    }

    fn arguments_of_unknown(&mut self, call: &Call<'p>) -> Known {
        self.safe += 1;
        for argument in call.arguments {
            self.infer(argument);
        }
        self.safe -= 1;
        Known::UNKNOWN
    }

    fn bare(&mut self, call: &Call<'p>) {
        let name = call.name;
        let message = format!("call to unknown function `{name}`");
        if is_function(name) {
            let text = format!("core::{name}");
            self.faults.add_fix(Rule::MissingCorePrefix, call.name_span, message, text);
            return;
        }
        let hint = match did_you_mean(name, names()) {
            Some(close) => format!("did you mean `core::{close}`?"),
            None => "functions of policies stand in `core::`".to_owned(),
        };
        self.faults.add(Rule::UnknownFunction, call.name_span, message, hint);
    }

    fn is_known(&mut self, call: &Call<'p>) -> bool {
        let name = call.name;
        if NEVER.contains(&name) {
            let message = format!("policies cannot call `{name}`");
            let hint = "what it gives is not the same on every machine and run; use an input";
            self.faults.add(Rule::UnknownFunction, call.name_span, message, hint);
            return false;
        }
        if !is_function(name) {
            let message = format!("call to unknown function `core::{name}`");
            let hint = match did_you_mean(name, names()) {
                Some(close) => format!("did you mean `core::{close}`?"),
                None => "look it up in the documentation of the policy language".to_owned(),
            };
            self.faults.add(Rule::UnknownFunction, call.name_span, message, hint);
            return false;
        }
        if !DOCUMENTED.contains(&name) {
            let message = format!("`core::{name}` is not documented for HashiCorp's engine");
            let hint = "a policy that only planward runs may use it";
            self.faults.add(Rule::CompatUndocumentedFunction, call.name_span, message, hint);
        }
        self.count(call);
        true
    }

    fn count(&mut self, call: &Call<'p>) {
        let name = call.name;
        let given = call.arguments.len();
        let (least, most) = special(name).unwrap_or_else(|| match functions::find(name) {
            None => (0, usize::MAX),
            Some(function) => {
                let all = function.parameters.len();
                (all - function.optional, function.rest.map_or(all, |_| usize::MAX))
            }
        });
        // The last argument before `...` stands for any number, none among them.
        let certain = if call.expand { given.saturating_sub(1) } else { given };
        let hint = match (least, most) {
            (least, most) if least == most => format!("it takes {least}"),
            (least, usize::MAX) => format!("it takes at least {least}"),
            (least, most) => format!("it takes {least} to {most}"),
        };
        if certain > most {
            let message = format!("too many arguments for `core::{name}`");
            self.faults.add(Rule::WrongArgumentCount, call.name_span, message, hint);
        } else if given < least && !call.expand {
            let message = format!("not enough arguments for `core::{name}`");
            self.faults.add(Rule::WrongArgumentCount, call.name_span, message, hint);
        }
    }

    fn cloud(&mut self, call: &Call<'p>) {
        let name = call.name;
        if cloud::names().any(|known| known == name) {
            let message = format!("`cloud::{name}` is known to planward only");
            let hint = "HashiCorp's engine has the functions of `core::` alone";
            self.faults.add(Rule::PlanwardExtension, call.name_span, message, hint);
            return;
        }
        let message = format!("call to unknown function `cloud::{name}`");
        let hint = match did_you_mean(name, cloud::names()) {
            Some(close) => format!("did you mean `cloud::{close}`?"),
            None => "the functions of `cloud::` are told in the documentation".to_owned(),
        };
        self.faults.add(Rule::UnknownFunction, call.name_span, message, hint);
    }

    fn plugin(&mut self, call: &Call<'p>, label: &str) {
        let declares = |block: crate::hcl::Block<'_>| {
            let mut plugins = block.body().blocks().filter(|inner| inner.kind() == "plugins");
            plugins.any(|plugins| plugins.body().attribute(label).is_some())
        };
        let mut blocks = self.file.blocks();
        let is_declared =
            blocks.any(|b| matches!(b.kind(), "policy" | "policytest") && declares(b));
        if is_declared {
            let message =
                format!("`plugin::{label}::{}` is not run, its result is unknown", call.name);
            let hint = "write what it does with the functions of `core::`";
            self.faults.add(Rule::PluginNotRun, call.name_span, message, hint);
        } else if !self.file.is_test || self.faults.mode.portable {
            // Any will do in a test, where it stands for what is not known.
            let message = format!("no plugin `{label}` is declared");
            let hint = format!("add `policy {{ plugins {{ {label} = {{ source = \"...\" }} }} }}`");
            self.faults.add(Rule::UndeclaredPlugin, call.name_span, message, hint);
        }
    }

    /// A function that there is.
    fn core(&mut self, expr: Expr<'p>, call: Call<'p>) -> Known {
        let lazy = matches!(call.name, "try" | "can");
        self.safe += u32::from(lazy);
        let known: Vec<Known> = call.arguments.map(|argument| self.infer(argument)).collect();
        self.safe -= u32::from(lazy);
        if let (Some(function), false) = (functions::find(call.name), call.expand) {
            for (n, (argument, known)) in call.arguments.zip(&known).enumerate() {
                let parameter = function.parameters.get(n).or(function.rest.as_ref());
                if parameter.is_some_and(|parameter| !parameter.null) {
                    self.needs_value(expr, argument, known);
                }
            }
        }
        match call.name {
            "length" => self.length(&call, &known),
            "contains" => self.contains(expr, &known),
            "getresources" => return self.getresources(&call),
            "getdatasource" => self.getdatasource(&call),
            _ => {}
        }
        gives(&call, known)
    }

    fn length(&mut self, call: &Call<'p>, known: &[Known]) {
        let (Some(argument), Some(known)) = (call.arguments.get(0), known.first()) else { return };
        let what = match known.shape {
            Shape::String => "a string",
            Shape::Object(_) | Shape::Body(_) | Shape::AnyOf(_) => "an object",
            _ => return,
        };
        let message = format!("HashiCorp's engine has no length of {what}");
        let hint = match known.shape {
            Shape::String => "compare with `\"\"`, or use `core::regex_match`",
            _ => "take `core::length(core::keys(...))`",
        };
        self.faults.add(Rule::CompatLength, argument.span(), message, hint);
    }

    /// `core::getresources("aws_vpc", { id = attrs.vpc_id })`.
    fn getresources(&mut self, call: &Call<'p>) -> Known {
        self.callback(call);
        if let Place::Policy(PolicyKind::Resource, policy) = self.place
            && operations_of(policy).is_some_and(|words| words.iter().any(|word| word == "delete"))
        {
            let message =
                "what the configuration no longer has is not listed when something is deleted";
            let hint = "ask about the other resources in a policy of their own";
            self.faults.add(Rule::DeletedNotListed, call.name_span, message, hint);
        }
        let Some(first) = call.arguments.get(0) else { return Known::UNKNOWN };
        let Kind::String(name) = first.kind() else { return Known::UNKNOWN };
        let is_data = matches!(self.schemas.resource(&name), schemas::Known::Missing)
            && matches!(self.schemas.data_source(&name), schemas::Known::Declared(_));
        if is_data {
            let message = format!("`{name}` is a data source, none is ever listed");
            let hint = format!("use `core::getdatasource(\"{name}\", ...)`");
            self.faults.add(Rule::DataSourceAsResource, first.span(), message, hint);
            return Known::UNKNOWN;
        }
        let shape = self.resource_type(&name, first.span());
        if let Some(filter) = call.arguments.get(1) {
            self.filter(&shape, filter);
        }
        Known::of(Shape::List(Arc::new(shape)))
    }

    fn filter(&mut self, shape: &Shape, filter: Expr<'p>) {
        let (Shape::Body(block), Kind::Object(items)) = (shape, filter.kind()) else { return };
        for item in items {
            let Some(name) = key(&item) else { continue };
            let Some(own) = super::shapes::member(*block, &name) else {
                self.undeclared(*block, &name, item.key.span(), ", so nothing is listed");
                continue;
            };
            self.faults.muted += 1;
            let wanted = self.infer(item.value);
            self.faults.muted -= 1;
            self.filter_value(&name, &own.shape, &wanted.shape, item.key.span());
        }
    }

    fn getdatasource(&mut self, call: &Call<'p>) {
        self.callback(call);
        let Some(first) = call.arguments.get(0) else { return };
        let Kind::String(name) = first.kind() else { return };
        match self.schemas.data_source(&name) {
            schemas::Known::Declared(block) => {
                if let Some(Kind::Object(items)) = call.arguments.get(1).map(Expr::kind) {
                    for item in items {
                        let Some(name) = key(&item) else { continue };
                        if super::shapes::member(block, &name).is_none() {
                            self.undeclared(block, &name, item.key.span(), "");
                        }
                    }
                }
            }
            schemas::Known::Missing => {
                let message = format!("`{name}` is no data source that is known");
                let hint = match crate::terraform::schema::did_you_mean_data_source(&name) {
                    Some(close) => format!("did you mean `{close}`?"),
                    None => "look it up in the provider's documentation".to_owned(),
                };
                self.faults.add(Rule::UnknownResourceType, first.span(), message, hint);
            }
            schemas::Known::Unverified => {}
        }
    }

    fn callback(&mut self, call: &Call<'p>) {
        if let Place::Policy(PolicyKind::Provider | PolicyKind::Module, _) = self.place {
            self.out_of_reach(call.name_span, call.name);
        }
    }
}

/// What a function gives, by what it was given.
fn gives(call: &Call<'_>, known: Vec<Known>) -> Known {
    let element = |n: usize| {
        let shape = known.get(n).map_or(Shape::Unknown, |known| known.shape.element());
        Arc::new(shape)
    };
    Known::of(match call.name {
        "try" => return tried(known),
        "can" => Shape::Bool,
        "tolist" => Shape::List(element(0)),
        "toset" | "setunion" | "setintersection" | "setsubtract" => Shape::Set(element(0)),
        "distinct" | "reverse" | "slice" | "values" | "coalescelist" => Shape::Row(element(0)),
        "concat" | "flatten" => Shape::Row(Arc::new(Shape::Unknown)),
        "element" | "one" => Shape::clone(&element(0)),
        name => match functions::find(name).map(|function| function.gives) {
            Some(Gives::Class(class)) => Shape::from(&class.ty()),
            Some(Gives::Any | Gives::Argument(_)) | None => Shape::Unknown,
        },
    })
}

/// The first argument, if what it gives is known; an argument that is not set stays null.
fn tried(known: Vec<Known>) -> Known {
    match known.into_iter().next() {
        Some(first) if !matches!(first.shape, Shape::Unknown) => first,
        _ => Known::UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::{DOCUMENTED, is_function};

    #[test]
    fn every_documented_function_is_there() {
        let missing: Vec<&str> =
            DOCUMENTED.iter().copied().filter(|name| !is_function(name)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
