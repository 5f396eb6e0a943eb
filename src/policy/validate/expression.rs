//! Expressions: what each gives as far as the text tells, with all that is wrong on the way.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::hcl::{BinaryOp, Block, Expr, ExprId, For, Kind, Part, Parts, Steps, UnaryOp};
use crate::text::{FileId, Span};

use super::files::{File, Project};
use super::locals::{PolicyKind, arguments, own_locals, policies, top_locals};
use super::nulls::Guard;
use super::schemas::{self, Schemas};
use super::shapes::{Known, Shape, key};
use super::{Faults, Rule};

/// What was read, by the place of its definition.
#[derive(Default)]
pub(super) struct Uses {
    /// Inputs, by the place of their block.
    pub(super) inputs: BTreeSet<Span>,
    /// Locals, by the place of their name.
    pub(super) locals: BTreeSet<Span>,
}

/// Where an expression stands, which decides what it may name.
#[derive(Clone, Copy)]
pub(super) enum Place<'p> {
    /// A local of the file.
    Top,
    /// An enforcement level.
    Level,
    /// A policy.
    Policy(PolicyKind, Block<'p>),
    /// A test.
    Test,
}

/// Looks at the expressions of one policy, of the locals of a file or of a test.
pub(super) struct Checker<'p, 'f> {
    pub(super) project: &'p Project,
    pub(super) file: &'p File,
    pub(super) place: Place<'p>,
    pub(super) schemas: &'f Schemas,
    /// What `attrs` is.
    pub(super) subject: Shape,
    pub(super) faults: &'f mut Faults,
    pub(super) uses: &'f mut Uses,
    /// Names that `for` binds, innermost last.
    pub(super) bound: Vec<(&'p str, Known)>,
    /// The types of the `connected` blocks around, innermost last.
    pub(super) matches: Vec<String>,
    /// What was asked before this is reached.
    pub(super) guards: Vec<Guard>,
    /// Larger than 0 where an error does no harm.
    pub(super) safe: u32,
    /// Locals that are being looked at for their type.
    pub(super) open: Vec<Span>,
    pub(super) kept: HashMap<(FileId, ExprId), Known>,
}

/// Looks at all files, also at those that only lend names: what they read is in use.
pub(super) fn check(project: &Project, faults: &mut Faults) -> Uses {
    let mut uses = Uses::default();
    for file in project.files.iter().filter(|file| !file.broken) {
        let schemas = Schemas::of(file);
        let mut checker = Checker {
            project,
            file,
            place: if file.is_test { Place::Test } else { Place::Top },
            schemas: &schemas,
            subject: Shape::Unknown,
            faults: &mut *faults,
            uses: &mut uses,
            bound: Vec::new(),
            matches: Vec::new(),
            guards: Vec::new(),
            safe: 0,
            open: Vec::new(),
            kept: HashMap::new(),
        };
        for local in top_locals(file) {
            checker.infer(local.expr());
        }
        if file.is_test {
            checker.test();
        } else {
            for (kind, policy) in policies(file) {
                checker.policy(kind, policy);
            }
        }
    }
    uses
}

impl<'p> Checker<'p, '_> {
    fn test(&mut self) {
        let file = self.file;
        for block in file.blocks() {
            if matches!(block.kind(), "resource" | "data" | "provider" | "module" | "inputs") {
                for expr in arguments(block) {
                    self.infer(expr);
                }
            }
        }
    }

    fn policy(&mut self, kind: PolicyKind, policy: Block<'p>) {
        self.kept.clear();
        self.place = Place::Level;
        let body = policy.body();
        if let Some(level) = body.attribute("enforcement_level") {
            self.infer(level.expr());
        }
        self.place = Place::Policy(kind, policy);
        self.subject = self.subject_of(kind, policy);
        for local in own_locals(policy) {
            self.infer(local.expr());
        }
        if let Some(filter) = body.attribute("filter") {
            self.condition(filter.expr());
        }
        self.enforces(policy);
        for block in body.blocks().filter(|block| block.kind() == "connected") {
            self.connected(block);
        }
    }

    /// What `attrs` is, by the first label.
    fn subject_of(&mut self, kind: PolicyKind, policy: Block<'p>) -> Shape {
        let Some(label) = policy.labels().get(0) else { return Shape::Unknown };
        let name = &*label.text;
        match kind {
            PolicyKind::Module => Shape::Unknown,
            PolicyKind::Provider => Shape::provider(name),
            PolicyKind::Resource if name.contains('*') => self.types_of(name, label.span),
            PolicyKind::Resource => self.resource_type(name, label.span),
        }
    }

    fn types_of(&mut self, pattern: &str, at: Span) -> Shape {
        match self.schemas.matching(pattern) {
            None => Shape::Unknown,
            Some(types) if types.is_empty() => {
                let message = format!("no known resource type matches `{pattern}`");
                let hint = "`*` stands for any run of characters";
                self.faults.add(Rule::UnknownResourceType, at, message, hint);
                Shape::Unknown
            }
            Some(types) => Shape::AnyOf(types.into()),
        }
    }

    /// A resource of a type, which is told when there is none of that name.
    pub(super) fn resource_type(&mut self, name: &str, at: Span) -> Shape {
        match self.schemas.resource(name) {
            schemas::Known::Declared(block) => return Shape::Body(block),
            schemas::Known::Unverified => {
                let message = format!("nothing is known about the provider of `{name}`");
                let hint = "its attributes are not verified";
                self.faults.add(Rule::UnverifiedType, at, message, hint);
            }
            schemas::Known::Missing => {
                let message = format!("`{name}` is no resource type that is known");
                let hint = match crate::terraform::schema::did_you_mean_resource(name) {
                    Some(close) => format!("did you mean `{close}`?"),
                    None => "look it up in the provider's documentation".to_owned(),
                };
                self.faults.add(Rule::UnknownResourceType, at, message, hint);
            }
        }
        Shape::Unknown
    }

    fn enforces(&mut self, around: Block<'p>) {
        for block in around.body().blocks().filter(|block| block.kind() == "enforce") {
            let body = block.body();
            if let Some(condition) = body.attribute("condition") {
                self.condition(condition.expr());
            }
            for name in ["error_message", "info_message"] {
                if let Some(message) = body.attribute(name) {
                    self.safe += 1;
                    self.infer(message.expr());
                    self.safe -= 1;
                }
            }
        }
    }

    fn connected(&mut self, block: Block<'p>) {
        let Some(label) = block.labels().get(0) else { return };
        let name = label.text.into_owned();
        if !name.contains('*') {
            self.resource_type(&name, label.span);
        }
        let body = block.body();
        for fallback in body.blocks().filter(|inner| inner.kind() == "fallback") {
            self.enforces(fallback);
        }
        self.matches.push(name);
        if let Some(filter) = body.attribute("filter") {
            self.condition(filter.expr());
        }
        for name in ["error_message", "min_instances", "max_instances"] {
            if let Some(argument) = body.attribute(name) {
                self.infer(argument.expr());
            }
        }
        self.enforces(block);
        for inner in body.blocks().filter(|inner| inner.kind() == "connected") {
            self.connected(inner);
        }
        self.matches.pop();
    }

    fn condition(&mut self, expr: Expr<'p>) {
        let known = self.infer(expr);
        self.needs_value(expr, expr, &known);
    }

    /// What an expression gives.
    pub(super) fn infer(&mut self, expr: Expr<'p>) -> Known {
        match expr.kind() {
            Kind::Error => Known::UNKNOWN,
            Kind::Null => Known::of(Shape::Null),
            Kind::Bool(_) => Known::of(Shape::Bool),
            Kind::Number(_) => Known::of(Shape::Number),
            Kind::String(_) => Known::of(Shape::String),
            Kind::Template(template) => {
                let mut parts = template.parts;
                self.parts(template.parts);
                match (parts.next(), parts.next()) {
                    // `"${a}"` is a itself.
                    (Some(Part::Interpolation { .. }), None) if !template.heredoc => Known::UNKNOWN,
                    _ => Known::of(Shape::String),
                }
            }
            Kind::Tuple(elements) => {
                let shapes = elements.map(|element| self.infer(element).shape);
                Known::of(Shape::Tuple(shapes.collect()))
            }
            Kind::Object(items) => {
                let mut members = BTreeMap::new();
                let mut is_whole = true;
                for item in items {
                    if item.name.is_none() {
                        self.infer(item.key);
                    }
                    let shape = self.infer(item.value).shape;
                    match key(&item) {
                        Some(name) => drop(members.insert(name, shape)),
                        None => is_whole = false,
                    }
                }
                // A key that is computed may be any.
                let shape = Shape::Object(Arc::new(members));
                if is_whole { Known::of(shape) } else { Known::UNKNOWN }
            }
            Kind::For(each) => self.for_each(each),
            Kind::Variable(name) => self.reference(expr, name, expr.no_steps()),
            Kind::Traversal { base, steps } => match base.kind() {
                Kind::Variable(name) => self.reference(expr, name, steps),
                _ => {
                    let base_known = self.infer(base);
                    self.follow(base_known, expr, base.span(), steps, 0)
                }
            },
            Kind::Splat { base, steps, .. } => self.splat(expr, base, steps),
            Kind::Call(call) => self.call(expr, call),
            Kind::Unary(op, operand) => {
                let known = self.infer(operand);
                self.needs_value(expr, operand, &known);
                Known::of(match op {
                    UnaryOp::Not => Shape::Bool,
                    UnaryOp::Negate => Shape::Number,
                })
            }
            Kind::Binary(..) => self.binary(expr),
            Kind::Conditional { condition, then, otherwise } => {
                self.conditional(expr, condition, then, otherwise)
            }
            Kind::Parens(inner) => self.infer(inner),
        }
    }

    fn parts(&mut self, parts: Parts<'p>) {
        for part in parts {
            match part {
                Part::Literal { .. } => {}
                Part::Interpolation { expr, .. } => {
                    self.infer(expr);
                }
                Part::If { condition, then, otherwise, .. } => {
                    self.condition(condition);
                    let guard = self.guard(condition, false);
                    self.guards.push(guard);
                    self.parts(then);
                    if let Some(otherwise) = otherwise {
                        self.parts(otherwise);
                    }
                    self.guards.pop();
                }
                Part::For { key, value, collection, body, .. } => {
                    let element = self.infer(collection).shape.element();
                    let names = self.bind(key, value, element);
                    self.parts(body);
                    self.bound.truncate(names);
                }
            }
        }
    }

    /// Binds the names of a loop; gives how many were bound before.
    fn bind(&mut self, key: Option<&'p str>, value: &'p str, element: Shape) -> usize {
        let before = self.bound.len();
        if let Some(key) = key {
            self.bound.push((key, Known::UNKNOWN));
        }
        self.bound.push((value, Known::of(element)));
        before
    }

    fn for_each(&mut self, each: For<'p>) -> Known {
        let collection = self.infer(each.collection);
        self.needs_value(each.collection, each.collection, &collection);
        let names = self.bind(each.key, each.value, collection.shape.element());
        let guards = self.guards.len();
        if let Some(condition) = each.condition {
            self.condition(condition);
            let guard = self.guard(condition, false);
            self.guards.push(guard);
        }
        if let Some(key) = each.result_key {
            self.infer(key);
        }
        let result = self.infer(each.result).shape;
        self.guards.truncate(guards);
        self.bound.truncate(names);
        match each.result_key {
            Some(_) => Known::UNKNOWN,
            None => Known::of(Shape::Row(Arc::new(result))),
        }
    }

    fn splat(&mut self, expr: Expr<'p>, base: Expr<'p>, steps: Steps<'p>) -> Known {
        let known = self.infer(base);
        let element = match &known.shape {
            Shape::List(_) | Shape::Set(_) | Shape::Tuple(_) | Shape::Row(_) => {
                known.shape.element()
            }
            _ => Shape::Unknown,
        };
        let part = self.follow(Known::of(element), expr, base.span(), steps, 0);
        Known::of(Shape::Row(Arc::new(part.shape)))
    }

    /// A chain of operators along its left side, which may be long.
    fn binary(&mut self, expr: Expr<'p>) -> Known {
        let mut spine = Vec::new();
        let mut left = expr;
        while let Kind::Binary(op, first, second) = left.kind() {
            spine.push((left, op, second));
            left = first;
        }
        let mut known = self.infer(left);
        while let Some((node, op, right)) = spine.pop() {
            known = self.operator(node, op, left, known, right);
            left = node;
        }
        known
    }

    fn operator(
        &mut self,
        node: Expr<'p>,
        op: BinaryOp,
        left: Expr<'p>,
        left_known: Known,
        right: Expr<'p>,
    ) -> Known {
        match op {
            BinaryOp::And | BinaryOp::Or => {
                self.needs_value(node, left, &left_known);
                let guard = self.guard(left, true);
                self.guards.push(guard);
                let known = self.infer(right);
                self.needs_value(right, right, &known);
                self.guards.pop();
                Known::of(Shape::Bool)
            }
            BinaryOp::Equal | BinaryOp::NotEqual => {
                let known = self.infer(right);
                self.equality(node, op, (left, &left_known), (right, &known));
                Known::of(Shape::Bool)
            }
            _ => {
                let known = self.infer(right);
                self.needs_value(node, left, &left_known);
                self.needs_value(node, right, &known);
                Known::of(match op {
                    BinaryOp::Less
                    | BinaryOp::LessOrEqual
                    | BinaryOp::Greater
                    | BinaryOp::GreaterOrEqual => Shape::Bool,
                    _ => Shape::Number,
                })
            }
        }
    }

    fn conditional(
        &mut self,
        expr: Expr<'p>,
        condition: Expr<'p>,
        then: Expr<'p>,
        otherwise: Expr<'p>,
    ) -> Known {
        self.condition(condition);
        let guard = self.guard(condition, false);
        self.guards.push(guard);
        let one = self.infer(then);
        let two = self.infer(otherwise);
        self.guards.pop();
        if let (Some(a), Some(b)) = (one.shape.ty(), two.shape.ty())
            && crate::value::unify(&[a, b]).is_none()
        {
            let message = "the two results of a conditional must have consistent types";
            let hint = format!("one is {}, the other {}", one.shape.words(), two.shape.words());
            self.faults.add(Rule::InconsistentConditional, expr.span(), message, hint);
        }
        Known::of(one.shape.either(two.shape))
    }
}
