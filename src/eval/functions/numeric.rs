//! Numbers: `abs`, `ceil`, `floor`, `log`, `max`, `min`, `parseint`, `pow`, `signum`, `sum`.

use crate::diag::Problem;
use crate::value::{Kind, Number, Type, Value, add};

use super::arguments::{at, items, number, text, whole};
use super::signature::{Class, Function, Gives, Parameter, invalid};

const NUM: Parameter = Parameter::new("num", Class::Number);
const NUMBER: Gives = Gives::Class(Class::Number);

pub(super) const TABLE: &[Function] = &[
    Function::new("abs", &[NUM], NUMBER, |args, _| {
        let n = number(args, 0);
        Ok(Value::from(if n.is_negative() { n.negated() } else { n.clone() }))
    }),
    Function::new("ceil", &[NUM], NUMBER, |args, _| Ok(number(args, 0).ceil().into())),
    Function::new("floor", &[NUM], NUMBER, |args, _| Ok(number(args, 0).floor().into())),
    Function::new("log", &[NUM, Parameter::new("base", Class::Number)], NUMBER, |args, _| {
        float(number(args, 0).as_f64().ln() / number(args, 1).as_f64().ln())
    }),
    Function::new("max", &[], NUMBER, |args, _| extreme(args, |new, best| new > best))
        .with_rest(Parameter::new("numbers", Class::Number)),
    Function::new("min", &[], NUMBER, |args, _| extreme(args, |new, best| new < best))
        .with_rest(Parameter::new("numbers", Class::Number)),
    Function::new(
        "parseint",
        &[Parameter::new("number", Class::Any), Parameter::new("base", Class::Number)],
        NUMBER,
        |args, _| parse_int(args),
    ),
    Function::new("pow", &[NUM, Parameter::new("power", Class::Number)], NUMBER, |args, _| {
        float(number(args, 0).as_f64().powf(number(args, 1).as_f64()))
    }),
    Function::new("signum", &[NUM], NUMBER, |args, _| {
        Ok(Value::int(whole(args, 0, "num")?.signum()))
    }),
    Function::new("sum", &[Parameter::new("list", Class::Sequence)], NUMBER, |args, _| sum(args)),
];

fn float(f: f64) -> Result<Value, Problem> {
    let number = Number::from_f64(f);
    number.map(Value::from).ok_or_else(|| Problem::new("the result is not a finite number"))
}

fn extreme(args: &[Value], better: fn(&Number, &Number) -> bool) -> Result<Value, Problem> {
    let mut numbers = args.iter().filter_map(Value::as_number);
    let first = numbers.next().ok_or_else(|| Problem::new("at least one number is required"))?;
    let best = numbers.fold(first, |best, new| if better(new, best) { new } else { best });
    Ok(best.clone().into())
}

fn parse_int(args: &[Value]) -> Result<Value, Problem> {
    let Kind::String(_) = at(args, 0).kind() else {
        return Err(invalid("number", "first argument must be a string"));
    };
    let base = whole(args, 1, "base")?;
    let base = u32::try_from(base)
        .ok()
        .filter(|base| (2..=62).contains(base))
        .ok_or_else(|| invalid("base", "base must be a whole number between 2 and 62 inclusive"))?;
    let text = text(args, 0);
    Number::parse_whole(text, base).map(Value::from).ok_or_else(|| {
        invalid("number", &format!("cannot parse `{text}` as a base {base} integer"))
    })
}

fn sum(args: &[Value]) -> Result<Value, Problem> {
    let mut total: Option<Value> = None;
    for item in items(args, 0) {
        if item.is_null() {
            return Err(invalid("list", "argument must be list, set, or tuple of number values"));
        }
        let item = crate::value::convert(item, &Type::Number)
            .map_err(|problem| invalid("list", &problem.message))?;
        total = Some(match total {
            Some(total) => add(&total, &item)?,
            None => item,
        });
    }
    total.ok_or_else(|| invalid("list", "cannot sum an empty list"))
}
