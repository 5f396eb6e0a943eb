//! Terraform's operators, with their conversions and with what they do to null and unknown.
//!
//! A result that depends on something unknown is unknown, will not be null, and keeps the reason of
//! the left-most unknown operand. Marks of the operands travel.

use crate::diag::Problem;

use super::convert::convert;
use super::{Kind, Number, Type, Unknown, Value};

/// `left + right`.
pub fn add(left: &Value, right: &Value) -> Result<Value, Problem> {
    arithmetic(left, right, Number::add)
}

/// `left - right`.
pub fn subtract(left: &Value, right: &Value) -> Result<Value, Problem> {
    arithmetic(left, right, Number::subtract)
}

/// `left * right`.
pub fn multiply(left: &Value, right: &Value) -> Result<Value, Problem> {
    arithmetic(left, right, Number::multiply)
}

/// `left / right`. Terraform gives infinity for a division by zero, which nothing can use; here it
/// is an error.
pub fn divide(left: &Value, right: &Value) -> Result<Value, Problem> {
    let right = operand(right, &Type::Number, "right operand");
    if let Ok(divisor) = &right
        && divisor.as_number().is_some_and(Number::is_zero)
    {
        operand(left, &Type::Number, "left operand")?;
        return Err(Problem::new("division by zero"));
    }
    let left = operand(left, &Type::Number, "left operand")?;
    arithmetic(&left, &right?, Number::divide)
}

/// `left % right`; of a division by zero the remainder is `left`, as in Terraform.
pub fn remainder(left: &Value, right: &Value) -> Result<Value, Problem> {
    arithmetic(left, right, Number::remainder)
}

/// `-value`.
pub fn negate(value: &Value) -> Result<Value, Problem> {
    let operand = operand(value, &Type::Number, "unary operand")?;
    Ok(match operand.kind() {
        Kind::Number(number) => Value::from(number.negated()),
        _ => unknown_from(Type::Number, &[&operand]),
    }
    .with_marks(operand.marks().travelling()))
}

/// `left < right`.
pub fn less(left: &Value, right: &Value) -> Result<Value, Problem> {
    compared(left, right, |a, b| a < b)
}

/// `left <= right`.
pub fn less_or_equal(left: &Value, right: &Value) -> Result<Value, Problem> {
    compared(left, right, |a, b| a <= b)
}

/// `left > right`.
pub fn greater(left: &Value, right: &Value) -> Result<Value, Problem> {
    compared(left, right, |a, b| a > b)
}

/// `left >= right`.
pub fn greater_or_equal(left: &Value, right: &Value) -> Result<Value, Problem> {
    compared(left, right, |a, b| a >= b)
}

/// `!value`.
pub fn not(value: &Value) -> Result<Value, Problem> {
    let operand = operand(value, &Type::Bool, "unary operand")?;
    Ok(match operand.kind() {
        Kind::Bool(b) => Value::from(!b),
        _ => unknown_from(Type::Bool, &[&operand]),
    }
    .with_marks(operand.marks().travelling()))
}

/// `left && right`: false when either is false, whatever the other. What stands right of a false is
/// not looked at.
pub fn and(left: &Value, right: &Value) -> Result<Value, Problem> {
    logic(left, right, false)
}

/// `left || right`: true when either is true, whatever the other. What stands right of a true is not
/// looked at.
pub fn or(left: &Value, right: &Value) -> Result<Value, Problem> {
    logic(left, right, true)
}

/// `decisive` is the operand that decides alone.
fn logic(left: &Value, right: &Value, decisive: bool) -> Result<Value, Problem> {
    let left = operand(left, &Type::Bool, "left operand")?;
    if left.as_bool() == Some(decisive) {
        return Ok(Value::from(decisive).with_marks(left.marks().travelling()));
    }
    let right = operand(right, &Type::Bool, "right operand")?;
    let marks = left.marks().and(right.marks()).travelling();
    let result = match (left.as_bool(), right.as_bool()) {
        (_, Some(b)) if b == decisive => Value::from(decisive),
        (Some(_), Some(_)) => Value::from(!decisive),
        _ => unknown_from(Type::Bool, &[&left, &right]),
    };
    Ok(result.with_marks(marks))
}

fn arithmetic(
    left: &Value,
    right: &Value,
    compute: fn(&Number, &Number) -> Option<Number>,
) -> Result<Value, Problem> {
    let (left, right) = numbers(left, right)?;
    let marks = left.marks().and(right.marks()).travelling();
    let result = match (left.as_number(), right.as_number()) {
        (Some(a), Some(b)) => compute(a, b)
            .map(Value::from)
            .ok_or_else(|| Problem::new("the result is a number too large to compute with"))?,
        _ => unknown_from(Type::Number, &[&left, &right]),
    };
    Ok(result.with_marks(marks))
}

fn compared(
    left: &Value,
    right: &Value,
    holds: fn(&Number, &Number) -> bool,
) -> Result<Value, Problem> {
    let (left, right) = numbers(left, right)?;
    let marks = left.marks().and(right.marks()).travelling();
    let result = match (left.as_number(), right.as_number()) {
        (Some(a), Some(b)) => Value::from(holds(a, b)),
        _ => match decided_by_bounds(&left, &right, holds) {
            Some(decided) => Value::from(decided),
            None => unknown_from(Type::Bool, &[&left, &right]),
        },
    };
    Ok(result.with_marks(marks))
}

/// A comparison that comes out the same at all ends of what the operands may be does so between them,
/// too.
fn decided_by_bounds(
    left: &Value,
    right: &Value,
    holds: fn(&Number, &Number) -> bool,
) -> Option<bool> {
    let (left, right) = (ends(left)?, ends(right)?);
    let mut found = left.iter().flat_map(|a| right.iter().map(move |b| holds(a, b)));
    let first = found.next()?;
    found.all(|next| next == first).then_some(first)
}

/// The least and the greatest that a number may be; something very large stands for no bound. `None` when
/// nothing is known of it.
fn ends(value: &Value) -> Option<[Number; 2]> {
    /// Nobody compares a length with more.
    const FAR: i64 = i64::MAX;
    if let Some(number) = value.as_number() {
        let is_near = *number < Number::from_int(FAR) && *number > Number::from_int(-FAR);
        return is_near.then(|| [number.clone(), number.clone()]);
    }
    let unknown = value.as_unknown().filter(|unknown| unknown.ty == Type::Number)?;
    if unknown.min_length == 0 && unknown.max_length.is_none() {
        return None;
    }
    let most = unknown.max_length.map_or(Number::from_int(FAR), Number::from_count);
    Some([Number::from_count(unknown.min_length), most])
}

fn numbers(left: &Value, right: &Value) -> Result<(Value, Value), Problem> {
    let left = operand(left, &Type::Number, "left operand")?;
    Ok((left, operand(right, &Type::Number, "right operand")?))
}

fn operand(value: &Value, ty: &Type, side: &str) -> Result<Value, Problem> {
    if value.is_null() {
        return Err(Problem::new(format!("unsuitable value for {side}: it must not be null")));
    }
    convert(value, ty)
        .map_err(|p| Problem::new(format!("unsuitable value for {side}: {}", p.message)))
}

fn unknown_from(ty: Type, operands: &[&Value]) -> Value {
    match operands.iter().find_map(|value| value.as_unknown()) {
        Some(unknown) => Value::unknown(Unknown::new(ty, unknown.reason.clone()).not_null()),
        None => Value::NULL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Cause, Marks, Reason};

    fn unknown(subject: &str) -> Value {
        let reason = Reason::new(Cause::VariableWithoutValue, subject, None);
        Value::unknown(Unknown::new(Type::Any, reason))
    }

    #[test]
    fn converts_operands() {
        let sum = |a: Value, b: Value| add(&a, &b);
        assert_eq!(sum("5".into(), Value::int(1)), Ok(Value::int(6)));
        let message = |r: Result<Value, Problem>| r.unwrap_err().message;
        assert_eq!(
            message(sum("a".into(), Value::int(1))),
            "unsuitable value for left operand: a number is required"
        );
        assert_eq!(
            message(sum(Value::int(1), Value::tuple([]))),
            "unsuitable value for right operand: number required"
        );
        assert!(message(sum(Value::NULL, Value::int(1))).contains("null"));
        assert_eq!(message(divide(&Value::int(1), &Value::int(0))), "division by zero");
        assert_eq!(remainder(&Value::int(5), &Value::int(0)), Ok(Value::int(5)));
        assert_eq!(less(&Value::int(1), &"2".into()), Ok(true.into()));
        assert_eq!(not(&"true".into()), Ok(false.into()));
        assert_eq!(negate(&"1".into()), Ok(Value::int(-1)));
    }

    #[test]
    fn one_side_can_decide() {
        let (yes, no, open) = (Value::from(true), Value::from(false), unknown("var.a"));
        assert_eq!(and(&no, &open), Ok(no.clone()));
        assert_eq!(and(&open, &no), Ok(no.clone()));
        assert_eq!(or(&yes, &open), Ok(yes.clone()));
        assert_eq!(or(&open, &yes), Ok(yes.clone()));
        let result = and(&yes, &open).unwrap();
        let result = result.as_unknown().unwrap();
        assert!(result.not_null && result.ty == Type::Bool);
        assert!(and(&yes, &Value::NULL).is_err());
    }

    #[test]
    fn the_left_most_reason_and_all_marks_travel() {
        let secret = Value::int(1).with_marks(Marks::SENSITIVE);
        assert!(add(&secret, &Value::int(1)).unwrap().is_sensitive());
        let both = add(&unknown("var.a"), &unknown("var.b")).unwrap();
        assert_eq!(both.as_unknown().unwrap().reason.subject(), "var.a");
    }
}
