//! Rules that are asked in the order of their priority: an open one may be shadowed by an earlier
//! one that denies.
//!
//! Sources: the documentation of network security groups (Azure) and of VPC firewall rules (Google
//! Cloud), where a denying rule wins over an allowing one of the same priority.

use crate::diag::Problem;
use crate::value::{Kind, Value};

use super::address::{Range, is_internet, is_internet_of};
use super::answer::{Answer, Offenders};
use super::given::waits_for_itself;
use super::port::{Carried, carried, numbers, ranges_admit};
use super::source::{offending, ranges};
use super::statement::text;

/// `azure_open_sources(rule, rules, ports)`: the sources of a security rule by which the Internet
/// reaches one of the ports, unless the other rules of its group deny that before.
pub(super) fn azure_open_sources(arguments: &[Value]) -> Result<Value, Problem> {
    let (rule, others, ports) = three(arguments)?;
    let sources = offending(fields(rule, AZURE_SOURCES), is_internet)?;
    let denies: Vec<&Value> = others.as_elements().unwrap_or_default().iter().collect();
    let families = families(&sources);
    let mut open = Answer::No;
    for &port in &ports {
        let admits = azure_admits(rule, port)?;
        let denied = Answer::any(
            denies
                .iter()
                .map(|deny| azure_denies(deny, rule, port, families))
                .collect::<Result<Vec<_>, _>>()?,
        )
        .or(|| unknown_list(others));
        open = open.or(|| admits.and(|| denied.not()));
    }
    let applies = is(rule, "direction", "Inbound").and(|| is(rule, "access", "Allow"));
    Ok(sources.only_when(applies.and(|| open)).into_value())
}

const AZURE_SOURCES: [&str; 2] = ["source_address_prefix", "source_address_prefixes"];
const AZURE_SOURCE_PORTS: [&str; 2] = ["source_port_range", "source_port_ranges"];
const AZURE_DESTINATIONS: [&str; 3] = [
    "destination_address_prefix",
    "destination_address_prefixes",
    "destination_application_security_group_ids",
];

fn azure_admits(rule: &Value, port: u16) -> Result<Answer<'_>, Problem> {
    let protocol = Answer::any(
        fields(rule, ["protocol"])
            .map(|value| text(value, |protocol| carried(protocol) != Carried::Nothing)),
    );
    let ports = fields(rule, ["destination_port_range", "destination_port_ranges"]);
    let ports = ranges_admit(ports, &[port])?;
    Ok(protocol.and(|| ports))
}

fn azure_denies<'v>(
    deny: &'v Value,
    rule: &'v Value,
    port: u16,
    families: [bool; 2],
) -> Result<Answer<'v>, Problem> {
    let ports = azure_admits(deny, port)?;
    Ok(is(deny, "access", "Deny")
        .and(|| is(deny, "direction", "Inbound"))
        .and(|| ports)
        .and(|| comes_before(deny, rule, 0, false))
        .and(|| is(deny, "protocol", "*").or(|| same(deny, rule, "protocol")))
        .and(|| is(deny, "source_port_range", "*").or(|| all_same(deny, rule, &AZURE_SOURCE_PORTS)))
        .and(|| {
            is(deny, "destination_address_prefix", "*")
                .or(|| all_same(deny, rule, &AZURE_DESTINATIONS))
        })
        .and(|| is_everywhere(fields(deny, AZURE_SOURCES), families)))
}

/// `gcp_open_sources(firewall, firewalls, ports)`: the sources of a firewall rule by which the
/// Internet reaches one of the ports, unless another rule of the network denies that before.
pub(super) fn gcp_open_sources(arguments: &[Value]) -> Result<Value, Problem> {
    let (rule, others, ports) = three(arguments)?;
    let sources = offending(fields(rule, ["source_ranges"]), is_internet)?;
    let families = families(&sources);
    let denies: Vec<&Value> = others.as_elements().unwrap_or_default().iter().collect();
    let mut open = Answer::No;
    for &port in &ports {
        let admits = gcp_matches(rule, "allow", port)?;
        let denied = Answer::any(
            denies
                .iter()
                .map(|deny| gcp_denies(deny, rule, port, families))
                .collect::<Result<Vec<_>, _>>()?,
        )
        .or(|| unknown_list(others));
        open = open.or(|| admits.and(|| denied.not()));
    }
    Ok(sources.only_when(is_active_ingress(rule).and(|| open)).into_value())
}

fn gcp_denies<'v>(
    deny: &'v Value,
    rule: &'v Value,
    port: u16,
    families: [bool; 2],
) -> Result<Answer<'v>, Problem> {
    let ports = gcp_matches(deny, "deny", port)?;
    let targets = ["target_tags", "target_service_accounts"];
    Ok(ports
        .and(|| is_active_ingress(deny))
        .and(|| comes_before(deny, rule, 1000, true))
        .and(|| is_for_all(deny).or(|| same(deny, rule, "destination_ranges")))
        .and(|| {
            Answer::all(
                targets.iter().map(|name| is_empty(deny, name).or(|| holds(deny, rule, name))),
            )
        })
        .and(|| is_everywhere(fields(deny, ["source_ranges"]), families)))
}

/// Whether an `allow` or `deny` block holds TCP or UDP to the port; without ports it holds all.
fn gcp_matches<'v>(rule: &'v Value, block: &str, port: u16) -> Result<Answer<'v>, Problem> {
    let mut answer = Answer::No;
    for blocks in fields(rule, [block]) {
        if blocks.is_unknown() {
            answer = answer.or(|| Answer::Undecided(blocks));
        }
        for block in blocks.as_elements().unwrap_or_default() {
            let Some(protocol) = block.get("protocol") else { continue };
            let own = match protocol.as_str().map(carried) {
                Some(Carried::All) => Answer::Yes,
                Some(Carried::Nothing) => Answer::No,
                Some(Carried::Ports) => {
                    let ports = ranges_admit(fields(block, ["ports"]), &[port])?;
                    is_empty(block, "ports").or(|| ports)
                }
                None if protocol.is_unknown() => Answer::Undecided(protocol),
                None => Answer::No,
            };
            answer = answer.or(|| own);
        }
    }
    Ok(answer)
}

fn is_active_ingress(rule: &Value) -> Answer<'_> {
    let disabled = match rule.get("disabled") {
        Some(value) if value.is_unknown() => Answer::Undecided(value),
        value => Answer::of(value.and_then(Value::as_bool) == Some(true)),
    };
    let direction = fields(rule, ["direction"]).next().map_or(Answer::Yes, |value| {
        // The default, which the provider fills in, is ingress.
        if value.is_unknown() { Answer::Yes } else { text(value, |d| d == "INGRESS") }
    });
    disabled.not().and(|| direction)
}

fn three(arguments: &[Value]) -> Result<(&Value, &Value, Vec<u16>), Problem> {
    let [rule, others, ports] = arguments else {
        return Err(Problem::new("a rule, the rules beside it and a list of ports are expected"));
    };
    Ok((rule, others, numbers(ports)?))
}

/// The values of fields that are there and not null.
fn fields<'v, const N: usize>(
    rule: &'v Value,
    names: [&str; N],
) -> impl Iterator<Item = &'v Value> {
    names.map(|name| rule.get(name).filter(|value| !value.is_null())).into_iter().flatten()
}

fn is<'v>(rule: &'v Value, name: &str, word: &str) -> Answer<'v> {
    rule.get(name).map_or(Answer::No, |value| text(value, |own| own.eq_ignore_ascii_case(word)))
}

fn is_empty<'v>(rule: &'v Value, name: &str) -> Answer<'v> {
    match rule.get(name) {
        Some(value) if value.is_unknown() => Answer::Undecided(value),
        Some(value) => Answer::of(value.as_elements().is_none_or(<[Value]>::is_empty)),
        None => Answer::Yes,
    }
}

/// Whether a rule says nothing of destinations.
fn is_for_all(rule: &Value) -> Answer<'_> {
    match given(rule, "destination_ranges") {
        Some(value) if value.is_unknown() => Answer::Undecided(value),
        other => Answer::of(other.is_none()),
    }
}

fn all_same<'v>(a: &'v Value, b: &'v Value, names: &[&str]) -> Answer<'v> {
    Answer::all(names.iter().map(|name| same(a, b, name)))
}

/// Whether an argument of both is the same; in blocks an absent one is empty instead of null.
fn same<'v>(a: &'v Value, b: &'v Value, name: &str) -> Answer<'v> {
    match (given(a, name), given(b, name)) {
        (None, None) => Answer::Yes,
        (Some(a), Some(b)) => match [a, b].into_iter().find(|v| v.first_unknown().is_some()) {
            Some(unknown) => Answer::Undecided(unknown),
            None => Answer::of(a == b),
        },
        (Some(one), None) | (None, Some(one)) if one.is_unknown() => Answer::Undecided(one),
        _ => Answer::No,
    }
}

/// Whether a list of `deny` holds all elements that the one of `rule` has, of which there are some.
fn holds<'v>(deny: &'v Value, rule: &'v Value, name: &str) -> Answer<'v> {
    let (Some(all), Some(some)) = (given(deny, name), given(rule, name)) else { return Answer::No };
    match [all, some].into_iter().find(|value| value.first_unknown().is_some()) {
        Some(_) if all == some => Answer::Yes,
        Some(unknown) => Answer::Undecided(unknown),
        None => {
            let all = all.as_elements().unwrap_or_default();
            let some = some.as_elements().unwrap_or_default();
            Answer::of(some.iter().all(|element| all.contains(element)))
        }
    }
}

/// An argument that is neither null nor empty; what is left to the provider stays empty.
fn given<'v>(rule: &'v Value, name: &str) -> Option<&'v Value> {
    rule.get(name).filter(|value| {
        !value.is_null()
            && !waits_for_itself(value)
            && value.as_str() != Some("")
            && !value.as_elements().is_some_and(<[Value]>::is_empty)
    })
}

/// Whether `deny` is asked before `rule`.
fn comes_before<'v>(deny: &'v Value, rule: &'v Value, default: i64, ties: bool) -> Answer<'v> {
    let priority = |value: &'v Value| match value.get("priority") {
        Some(own) if own.is_unknown() => Err(Answer::Undecided(own)),
        own => Ok(own
            .and_then(Value::as_number)
            .and_then(crate::value::Number::as_i64)
            .unwrap_or(default)),
    };
    match (priority(deny), priority(rule)) {
        (Ok(deny), Ok(rule)) => Answer::of(deny < rule || (ties && deny == rule)),
        (Err(undecided), _) | (_, Err(undecided)) => undecided,
    }
}

fn unknown_list(list: &Value) -> Answer<'_> {
    match list.kind() {
        Kind::Unknown(_) => Answer::Undecided(list),
        _ => Answer::No,
    }
}

/// Of which Internets the offending sources are part: IPv4's, IPv6's.
fn families(sources: &Offenders<'_>) -> [bool; 2] {
    let texts = sources.found().iter().filter_map(Value::as_str);
    let all: Vec<Range> = texts.filter_map(ranges).flatten().collect();
    [false, true].map(|v6| all.iter().any(|range| range.v6 == v6))
}

/// Whether sources cover these Internets.
fn is_everywhere<'v>(sources: impl Iterator<Item = &'v Value>, families: [bool; 2]) -> Answer<'v> {
    let mut known = Vec::new();
    let mut undecided = None;
    for source in sources.flat_map(super::statement::items) {
        match source.as_str() {
            Some(text) => known.extend(ranges(text).unwrap_or_default()),
            None => undecided = undecided.or_else(|| source.is_unknown().then_some(source)),
        }
    }
    let [v4, v6] = families;
    let covered = (!v4 || is_internet_of(false, &known)) && (!v6 || is_internet_of(true, &known));
    match undecided {
        Some(source) if !covered => Answer::Undecided(source),
        _ => Answer::of(covered),
    }
}
