//! Comparisons that are always false, because nothing is converted.

use crate::hcl::{BinaryOp, Expr, Kind};
use crate::terraform::declaration::module_source;
use crate::text::Span;

use super::Rule;
use super::expression::{Checker, Place};
use super::locals::PolicyKind;
use super::shapes::{Known, Shape};

impl<'p> Checker<'p, '_> {
    /// `a == b` and `a != b`.
    pub(super) fn equality(
        &mut self,
        node: Expr<'p>,
        op: BinaryOp,
        (left, left_known): (Expr<'p>, &Known),
        (right, right_known): (Expr<'p>, &Known),
    ) {
        self.about_meta(node, left, right);
        self.about_meta(node, right, left);
        let (a, b) = (&left_known.shape, &right_known.shape);
        if a.never_equals(b) {
            let always = if op == BinaryOp::Equal { "false" } else { "true" };
            let message =
                format!("{} and {} are never equal: this is always {always}", a.words(), b.words());
            self.faults.add(Rule::SuspiciousEquality, node.span(), message, way(a, b));
        }
    }

    /// `core::contains(all, one)`.
    pub(super) fn contains(&mut self, expr: Expr<'p>, known: &[Known]) {
        let [all, one] = known else { return };
        let wrong = match &all.shape {
            Shape::Tuple(elements) => {
                let wrong = elements.iter().find(|element| element.never_equals(&one.shape));
                wrong.filter(|_| elements.iter().all(|element| element.never_equals(&one.shape)))
            }
            Shape::List(element) | Shape::Set(element) | Shape::Row(element) => {
                Some(&**element).filter(|element| element.never_equals(&one.shape))
            }
            _ => None,
        };
        if let Some(element) = wrong {
            let message = format!(
                "{} is never an element of these, which are {}: this is always false",
                one.shape.words(),
                element.words()
            );
            let hint = way(element, &one.shape);
            self.faults.add(Rule::SuspiciousEquality, expr.span(), message, hint);
        }
    }

    /// An entry in the filter of `getresources`.
    pub(super) fn filter_value(&mut self, name: &str, own: &Shape, wanted: &Shape, at: Span) {
        if !own.never_equals(wanted) {
            return;
        }
        // A literal stands for a collection of the attribute's own type.
        let is_literal = match wanted {
            Shape::Tuple(_) => matches!(own, Shape::List(_) | Shape::Set(_)),
            Shape::Object(_) => matches!(own, Shape::Map(_)),
            _ => false,
        };
        let (own_words, wanted_words) = (own.words(), wanted.words());
        if is_literal {
            let message = format!(
                "`{name}` is {own_words}, which {wanted_words} never equals in HashiCorp's engine"
            );
            let hint = "list all, and compare in a `for` expression";
            self.faults.add(Rule::CompatFilterConversion, at, message, hint);
            return;
        }
        let message = format!(
            "`{name}` is {own_words}, which {wanted_words} never equals: nothing is listed"
        );
        self.faults.add(Rule::SuspiciousEquality, at, message, way(own, wanted));
    }

    /// What `meta` is compared with.
    fn about_meta(&mut self, node: Expr<'p>, one: Expr<'p>, other: Expr<'p>) {
        match self.place {
            Place::Policy(PolicyKind::Provider, _) => self.about_provider(node, one, other),
            Place::Policy(PolicyKind::Module, _) => self.about_module(one, other),
            _ => {}
        }
    }

    /// `meta.source == "acme/vpc/aws"`.
    fn about_module(&mut self, one: Expr<'p>, other: Expr<'p>) {
        let ("meta.source", Kind::String(text)) = (one.text(), other.kind()) else { return };
        let resolved = module_source(&text);
        if resolved != *text {
            let message = format!("no call has the source `{text}`");
            let full = format!("\"{resolved}\"");
            self.faults.add_fix(Rule::ShortModuleSource, other.span(), message, full);
        }
    }

    /// `meta.source == "hashicorp/aws"` and `meta.alias == ""`.
    fn about_provider(&mut self, node: Expr<'p>, one: Expr<'p>, other: Expr<'p>) {
        match (one.text(), other.kind()) {
            ("meta.source", Kind::String(text)) if text.matches('/').count() == 1 => {
                let message =
                    format!("the source is never `{text}`: it begins with its registry's host");
                let full = format!("\"registry.terraform.io/{text}\"");
                self.faults.add_fix(Rule::ShortProviderSource, other.span(), message, full);
            }
            ("meta.alias", Kind::String(text)) if text.is_empty() => self.alias(node),
            ("meta.alias", Kind::Null) => self.alias(node),
            _ => {}
        }
    }

    fn alias(&mut self, node: Expr<'p>) {
        let message = "the alias of a provider without alias is null here and `\"\"` elsewhere";
        let hint = "write `core::contains([\"\", null], meta.alias)`";
        self.faults.add(Rule::EmptyAlias, node.span(), message, hint);
    }
}

/// How two values of different types can be compared after all.
fn way(a: &Shape, b: &Shape) -> String {
    let has = |wanted: fn(&Shape) -> bool| wanted(a) || wanted(b);
    if a.is_primitive() && b.is_primitive() {
        return "nothing is converted; write the literal in the other type".to_owned();
    }
    if has(|shape| matches!(shape, Shape::Set(_))) {
        return "make both sets: `core::toset(...)`".to_owned();
    }
    if has(|shape| matches!(shape, Shape::Map(_))) {
        return "compare `core::length(...)`, or single keys".to_owned();
    }
    if has(|shape| matches!(shape, Shape::List(_))) && has(|s| matches!(s, Shape::Tuple(_))) {
        return "a list is never equal to a tuple `[...]`; make both lists: `core::tolist([...])`"
            .to_owned();
    }
    "convert one of them, such as with `core::tolist` or `core::toset`".to_owned()
}
