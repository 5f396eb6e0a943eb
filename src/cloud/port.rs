//! Which ports a network rule admits.

use crate::diag::Problem;
use crate::value::{Kind, Type, Value};

use super::answer::{Answer, undecided};

/// `admits_port(protocol, from, to, ports)`: whether a rule of an AWS security group admits TCP or UDP
/// to one of the ports.
///
/// `-1` and `all` leave the ports of the rule aside. With `tcp`, 0 to 0 is port 0. Of ICMP the two
/// numbers are type and code.
pub(super) fn admits_port(arguments: &[Value]) -> Result<Value, Problem> {
    let [protocol, from, to, ports] = arguments else {
        return Err(Problem::new("a protocol, two ports and a list of ports are expected"));
    };
    let ports = numbers(ports)?;
    let carried = match protocol.kind() {
        Kind::Null => Carried::Nothing,
        Kind::Unknown(_) => return Ok(truth(Answer::Undecided(protocol))),
        _ => carried(&word(protocol)?),
    };
    Ok(truth(match carried {
        Carried::All => Answer::Yes,
        Carried::Nothing => Answer::No,
        Carried::Ports => holds(from, to, &ports)?,
    }))
}

/// `port_ranges_admit(ranges..., ports)`: whether one of the ports lies in one of the ranges, which are
/// written `22`, `20-25` or `*` as in Azure and Google Cloud.
pub(super) fn port_ranges_admit(arguments: &[Value]) -> Result<Value, Problem> {
    let Some((ports, ranges)) = arguments.split_last() else {
        return Err(Problem::new("port ranges and a list of ports are expected"));
    };
    let ports = numbers(ports)?;
    Ok(truth(ranges_admit(ranges, &ports)?))
}

/// The same with the ports as numbers.
pub(super) fn ranges_admit<'v>(
    ranges: impl IntoIterator<Item = &'v Value>,
    ports: &[u16],
) -> Result<Answer<'v>, Problem> {
    let mut answer = Answer::No;
    for argument in ranges {
        if argument.is_null() {
            continue;
        }
        for range in super::statement::items(argument) {
            let this = match range.kind() {
                Kind::Unknown(_) => Answer::Undecided(range),
                Kind::Null => Answer::No,
                _ => Answer::of(
                    bounds(&word(range)?)
                        .is_some_and(|(from, to)| ports.iter().any(|p| (from..=to).contains(p))),
                ),
            };
            answer = answer.or(|| this);
        }
    }
    Ok(answer)
}

/// First and last port of a range as it is written.
pub(super) fn bounds(range: &str) -> Option<(u16, u16)> {
    let range = range.trim();
    if range == "*" {
        return Some((0, u16::MAX));
    }
    let (from, to) = range.split_once('-').unwrap_or((range, range));
    Some((from.trim().parse().ok()?, to.trim().parse().ok()?))
}

/// What a protocol carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carried {
    /// Every protocol, so every port.
    All,
    /// TCP or UDP.
    Ports,
    /// Something without ports.
    Nothing,
}

/// Reads a protocol by name or number.
pub(super) fn carried(protocol: &str) -> Carried {
    match protocol.trim().to_ascii_lowercase().as_str() {
        "-1" | "all" | "*" => Carried::All,
        "tcp" | "udp" | "6" | "17" => Carried::Ports,
        _ => Carried::Nothing,
    }
}

fn holds<'v>(from: &'v Value, to: &'v Value, ports: &[u16]) -> Result<Answer<'v>, Problem> {
    // One port is the whole range when the other is not given.
    let (from, to) = match (from.is_null(), to.is_null()) {
        (true, true) => return Ok(Answer::No),
        (true, false) => (to, to),
        (false, true) => (from, from),
        (false, false) => (from, to),
    };
    let may = |value: &'v Value, fits: &dyn Fn(i64) -> bool| -> Result<Answer<'v>, Problem> {
        if value.is_unknown() {
            return Ok(Answer::Undecided(value));
        }
        Ok(Answer::of(fits(number(value)?)))
    };
    let mut answer = Answer::No;
    for &port in ports {
        let port = i64::from(port);
        let (above, below) = (may(from, &|from| from <= port)?, may(to, &|to| to >= port)?);
        answer = answer.or(|| above.and(|| below));
    }
    Ok(answer)
}

/// A list of ports, each a number or a text.
pub(super) fn numbers(ports: &Value) -> Result<Vec<u16>, Problem> {
    let elements =
        ports.as_elements().ok_or_else(|| Problem::new("ports are a list of numbers"))?;
    elements
        .iter()
        .map(|port| {
            u16::try_from(number(port)?).map_err(|_| Problem::new("a port is at most 65535"))
        })
        .collect()
}

fn number(value: &Value) -> Result<i64, Problem> {
    let number = crate::value::convert(value, &Type::Number)?;
    let number = number.as_number().and_then(crate::value::Number::as_i64);
    number.ok_or_else(|| Problem::new("a port is a whole number"))
}

fn word(value: &Value) -> Result<String, Problem> {
    let text = crate::value::convert(value, &Type::String)?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

fn truth(answer: Answer<'_>) -> Value {
    match answer {
        Answer::No => Value::from(false),
        Answer::Yes => Value::from(true),
        Answer::Undecided(value) => undecided(value, Type::Bool),
    }
}
