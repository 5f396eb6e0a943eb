//! One expression after its kind.

use crate::diag::Problem;
use crate::hcl::{Expr, Items, Kind, Steps, UnaryOp};
use crate::value::{self, Cause, Key, Number, Reason, Type, Unknown, Value};

use super::{Evaluated, Evaluator, Fault};

impl Evaluator<'_> {
    pub(super) fn expression(&mut self, expr: Expr<'_>) -> Evaluated {
        if self.trace.is_none()
            && let Some(value) = self.scope.constant(expr)
        {
            return Ok(value.clone());
        }
        match expr.kind() {
            // The parser has said what is wrong there.
            Kind::Error => {
                let reason = Reason::new(Cause::Error, "what could not be read", Some(expr.span()));
                Ok(Value::unknown(Unknown::new(Type::Any, reason)))
            }
            Kind::Null => Ok(self.made(Value::NULL, expr, [])),
            Kind::Bool(b) => Ok(self.made(Value::from(b), expr, [])),
            Kind::Number(digits) => self.number(expr, digits),
            Kind::String(text) => Ok(self.made(Value::nfc(&text), expr, [])),
            Kind::Template(template) => self.template(expr, template),
            Kind::Tuple(elements) => {
                let mut values = Vec::with_capacity(elements.len());
                for element in elements {
                    values.push(self.evaluate(element)?);
                }
                Ok(self.constructed(Value::tuple(values), expr))
            }
            Kind::Object(items) => self.object(expr, items),
            Kind::For(each) => self.for_expression(expr, each),
            Kind::Variable(name) => self.reference(expr, name, expr.no_steps()),
            Kind::Traversal { base, steps } => self.traversal(expr, base, steps),
            Kind::Splat { base, steps, .. } => self.splat(expr, base, steps),
            Kind::Call(call) => self.call(expr, call),
            Kind::Unary(op, operand) => self.unary(expr, op, operand),
            Kind::Binary(..) => self.binary(expr),
            Kind::Conditional { condition, then, otherwise } => {
                self.conditional(expr, condition, then, otherwise)
            }
            Kind::Parens(inner) => self.evaluate(inner),
        }
    }

    /// A tuple or object that was written out: in a trace it has no origin of its own, its parts have.
    fn constructed(&self, value: Value, expr: Expr<'_>) -> Value {
        if self.trace.is_some() { value } else { self.made(value, expr, []) }
    }

    fn number(&self, expr: Expr<'_>, digits: &str) -> Evaluated {
        let number = Number::parse(digits)
            .ok_or_else(|| Fault::new(Problem::new("number is out of range"), expr.span()))?;
        Ok(self.made(Value::from(number), expr, []))
    }

    fn object(&mut self, expr: Expr<'_>, items: Items<'_>) -> Evaluated {
        let mut entries: Vec<(Key, Value)> = Vec::with_capacity(items.len());
        let mut unknown_key: Option<Value> = None;
        let mut marks = value::Marks::NONE;
        for item in items {
            let key = match item.name {
                Some(name) => Value::nfc(&name),
                None => self.evaluate(item.key)?,
            };
            let value = self.evaluate(item.value)?;
            if key.is_unknown() {
                unknown_key.get_or_insert(key);
                continue;
            }
            marks = marks.and(key.marks().travelling());
            let key = self.object_key(&key, item.key)?;
            entries.push((key, value));
        }
        if let Some(key) = unknown_key {
            return Ok(self.unknown_like(&key, Type::Any, expr));
        }
        Ok(self.constructed(Value::object(entries).with_marks(marks), expr))
    }

    pub(super) fn object_key(&self, key: &Value, at: Expr<'_>) -> Evaluated<Key> {
        if key.is_null() {
            let problem = Problem::new("can't use a null value as a key");
            return Err(Fault::new(problem, at.span()));
        }
        let text =
            value::convert(key, &Type::String).map_err(|problem| Fault::new(problem, at.span()))?;
        match text.as_str() {
            Some(text) => Ok(Key::from(text)),
            None => Err(Fault::new(Problem::new("key is not a string"), at.span())),
        }
    }

    fn traversal(&mut self, expr: Expr<'_>, base: Expr<'_>, steps: Steps<'_>) -> Evaluated {
        if let Kind::Variable(name) = base.kind() {
            return self.reference(expr, name, steps);
        }
        let value = self.evaluate(base)?;
        let value = self.follow(value, steps)?;
        Ok(value)
    }

    /// A name and what follows it: bound by a `for`, or answered by the scope.
    fn reference(&mut self, expr: Expr<'_>, name: &str, steps: Steps<'_>) -> Evaluated {
        let bound = self.bound.iter().rev().find(|(bound, _)| &**bound == name);
        let value = if let Some((_, value)) = bound {
            let value = value.clone();
            self.follow(value, steps)?
        } else {
            let scope = self.scope;
            let (value, used) = scope.resolve(name, steps, expr.span(), self)?;
            self.follow_rest(value, steps, used)?
        };
        Ok(value)
    }

    fn unary(&mut self, expr: Expr<'_>, op: UnaryOp, operand: Expr<'_>) -> Evaluated {
        let value = self.evaluate(operand)?;
        let result = match op {
            UnaryOp::Not => value::not(&value),
            UnaryOp::Negate => value::negate(&value),
        };
        let result = result.map_err(|p| self.fault(p, operand, &[&value]))?;
        Ok(self.made(result, expr, [&value]))
    }

    fn conditional(
        &mut self,
        expr: Expr<'_>,
        condition: Expr<'_>,
        then: Expr<'_>,
        otherwise: Expr<'_>,
    ) -> Evaluated {
        let test = self.evaluate(condition)?;
        if test.is_null() {
            let problem = Problem::new("the condition value is null, it must be true or false");
            return Err(self.fault(problem, condition, &[&test]));
        }
        let test = value::convert(&test, &Type::Bool).map_err(|_| {
            let problem = Problem::new("the condition expression must be of type bool");
            self.fault(problem, condition, &[&test])
        })?;
        let Some(truth) = test.as_bool() else {
            return self.undecided_conditional(expr, &test, then, otherwise);
        };
        let (chosen, other) = if truth { (then, otherwise) } else { (otherwise, then) };
        let value = self.evaluate(chosen)?;
        // The other arm gives only its type and its own mark; its errors do not matter.
        let other = self.evaluate(other).ok();
        let value = self.unify_arms(expr, value, other.as_ref())?;
        let marks = other.map_or(value::Marks::NONE, |other| other.marks());
        let value = value.with_marks(test.marks().and(marks).travelling());
        Ok(match self.trace {
            Some(trace) => {
                let deciding = trace.of(&value);
                let origin = trace.derived(vec![deciding], vec![trace.of(&test)]);
                value.with_origin(origin)
            }
            None => value,
        })
    }

    fn undecided_conditional(
        &mut self,
        expr: Expr<'_>,
        test: &Value,
        then: Expr<'_>,
        otherwise: Expr<'_>,
    ) -> Evaluated {
        // An arm that fails may be the one that is not taken.
        let (Ok(then), Ok(otherwise)) = (self.evaluate(then), self.evaluate(otherwise)) else {
            return Ok(self.unknown_like(test, Type::Any, expr));
        };
        if then.is_null() && otherwise.is_null() {
            return Ok(self.made(Value::NULL.with_marks(test.marks().travelling()), expr, [test]));
        }
        let ty = value::unify(&[then.ty(), otherwise.ty()]).unwrap_or(Type::Any);
        let not_null = [&then, &otherwise].iter().all(|arm| match arm.as_unknown() {
            Some(unknown) => unknown.not_null,
            None => !arm.is_null(),
        });
        let mut result = self.unknown_like(test, ty, expr);
        if let (true, Some(unknown)) = (not_null, result.as_unknown()) {
            let unknown = unknown.clone().not_null();
            result =
                Value::unknown(unknown).with_origin(result.origin()).with_marks(result.marks());
        }
        let marks = then.deep_marks().and(otherwise.deep_marks());
        Ok(as_long(&result, &then, &otherwise).with_marks(marks))
    }

    fn unify_arms(&self, expr: Expr<'_>, value: Value, other: Option<&Value>) -> Evaluated {
        let Some(other) = other.filter(|other| !other.is_null()) else { return Ok(value) };
        let (own, their) = (value.ty(), other.ty());
        if own == their || own == Type::Any || their == Type::Any {
            return Ok(value);
        }
        let Some(ty) = value::unify(&[own, their]) else {
            let problem =
                Problem::new("the true and false result expressions must have consistent types");
            return Err(Fault::new(problem, expr.span()));
        };
        value::convert(&value, &ty).map_err(|problem| Fault::new(problem, expr.span()))
    }

    /// An unknown of another type for the same reason.
    pub(super) fn unknown_like(&self, cause: &Value, ty: Type, expr: Expr<'_>) -> Value {
        let Some(unknown) = cause.first_unknown() else { return Value::NULL };
        let result = Value::unknown(Unknown::new(ty, unknown.reason.clone()))
            .with_marks(cause.marks().travelling());
        self.made(result, expr, [cause])
    }

    /// A problem with the operand `expr`, blamed on what was read.
    pub(super) fn fault(&self, problem: Problem, expr: Expr<'_>, read: &[&Value]) -> Box<Fault> {
        let origin = self.derive(read.iter().copied());
        Fault::new(problem, expr.span()).reading(origin)
    }
}

/// Of two lists of one length comes a list of that length, whichever it will be.
fn as_long(result: &Value, then: &Value, otherwise: &Value) -> Value {
    let (Some(unknown), value::Kind::List(a), value::Kind::List(b)) =
        (result.as_unknown(), then.kind(), otherwise.kind())
    else {
        return result.clone();
    };
    let Type::List(element) = &unknown.ty else { return result.clone() };
    if a.len() != b.len() {
        return result.clone();
    }
    let part = || Value::unknown(Unknown::new(Type::clone(element), unknown.reason.clone()));
    Value::list(std::iter::repeat_with(part).take(a.len()).collect::<Vec<_>>())
        .with_origin(result.origin())
        .with_marks(result.marks())
}
