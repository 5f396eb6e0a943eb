//! All expressions inside an expression, without recursion.

use super::{Expr, Kind, Part, Parts, StepKind, Steps};

impl<'a> Expr<'a> {
    /// This expression and all inside it: parents before children, in source order. A bare name
    /// that is the key of an object is no reference and is left out.
    #[must_use]
    pub fn walk(self) -> Walk<'a> {
        Walk { left: vec![self] }
    }

    /// The expressions directly inside this one, in source order.
    #[must_use]
    pub fn children(self) -> Vec<Self> {
        let mut children = Vec::new();
        match self.kind() {
            Kind::Error
            | Kind::Null
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::Variable(_) => {}
            Kind::Template(template) => add_parts(template.parts, &mut children),
            Kind::Tuple(elements) => children.extend(elements),
            Kind::Object(items) => {
                for item in items {
                    children.extend(item.name.is_none().then_some(item.key));
                    children.push(item.value);
                }
            }
            Kind::For(node) => {
                children.push(node.collection);
                children.extend(node.result_key);
                children.push(node.result);
                children.extend(node.condition);
            }
            Kind::Traversal { base, steps } | Kind::Splat { base, steps, .. } => {
                children.push(base);
                add_steps(steps, &mut children);
            }
            Kind::Call(call) => children.extend(call.arguments),
            Kind::Unary(_, inner) | Kind::Parens(inner) => children.push(inner),
            Kind::Binary(_, left, right) => children.extend([left, right]),
            Kind::Conditional { condition, then, otherwise } => {
                children.extend([condition, then, otherwise]);
            }
        }
        children
    }
}

/// See [`Expr::walk`].
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    left: Vec<Expr<'a>>,
}

impl<'a> Iterator for Walk<'a> {
    type Item = Expr<'a>;

    fn next(&mut self) -> Option<Expr<'a>> {
        let expr = self.left.pop()?;
        self.left.extend(expr.children().into_iter().rev());
        Some(expr)
    }
}

/// Recursion here is bounded: splats among steps count toward the parser's depth limit.
fn add_steps<'a>(steps: Steps<'a>, children: &mut Vec<Expr<'a>>) {
    for step in steps {
        match step.kind {
            StepKind::Index(key) => children.push(key),
            StepKind::Splat { steps, .. } => add_steps(steps, children),
            StepKind::Attribute(_) | StepKind::Legacy(_) => {}
        }
    }
}

/// Recursion here is bounded: directives count toward the parser's depth limit.
fn add_parts<'a>(parts: Parts<'a>, children: &mut Vec<Expr<'a>>) {
    for part in parts {
        match part {
            Part::Literal { .. } => {}
            Part::Interpolation { expr, .. } => children.push(expr),
            Part::If { condition, then, otherwise, .. } => {
                children.push(condition);
                add_parts(then, children);
                if let Some(otherwise) = otherwise {
                    add_parts(otherwise, children);
                }
            }
            Part::For { collection, body, .. } => {
                children.push(collection);
                add_parts(body, children);
            }
        }
    }
}
