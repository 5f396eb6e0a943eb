//! Compares two values part by part.

use crate::value::{self, Kind, Marks, Reason, Unknown, Value};

use super::Verdict;

/// Longest text of a value that is shown.
const SHOWN: usize = 200;

/// One part on which the two do not say the same.
pub(super) struct Finding {
    pub path: String,
    pub verdict: Verdict,
    pub evaluated: String,
    pub planned: String,
    pub reason: Option<Reason>,
}

impl Finding {
    /// Something that only one side has.
    pub(super) fn only(path: &str, evaluated: String, planned: String) -> Self {
        Self { path: path.to_owned(), verdict: Verdict::Wrong, evaluated, planned, reason: None }
    }
}

/// Finds what differs between a planned value and the evaluated one.
pub(super) fn compare(planned: &Value, own: &Value, path: &str, found: &mut Vec<Finding>) {
    let wrong = |found: &mut Vec<Finding>| {
        found.push(Finding::only(path, shown(own), shown(planned)));
    };
    marks(planned, own, path, found);
    // What hides the whole hides its parts; a plan says so of each of them.
    match (planned.kind(), own.kind()) {
        (Kind::Unknown(_), Kind::Unknown(_)) => {}
        (_, Kind::Unknown(unknown)) if admits(unknown, planned) => found.push(Finding {
            path: path.to_owned(),
            verdict: Verdict::Imprecise,
            evaluated: shown(own),
            planned: shown(planned),
            reason: Some(unknown.reason.clone()),
        }),
        (_, Kind::Unknown(_)) | (Kind::Unknown(_), _) => wrong(found),
        _ => {
            if let (Some(plan), Some(ours)) = (planned.as_elements(), own.as_elements()) {
                if plan.len() != ours.len() {
                    return wrong(found);
                }
                for (at, (plan, ours)) in pairs(planned, own).into_iter().enumerate() {
                    compare(plan, &part(own, ours), &format!("{path}[{at}]"), found);
                }
            } else if let (Some(plan), Some(ours)) = (planned.as_entries(), own.as_entries()) {
                let lacks = |a: &value::Entries, b: &value::Entries| {
                    a.iter().any(|(name, value)| !value.is_null() && b.get(name).is_none())
                };
                if lacks(plan, ours) || lacks(ours, plan) {
                    return wrong(found);
                }
                for (name, ours) in ours.iter() {
                    if let Some(plan) = plan.get(name) {
                        compare(plan, &part(own, ours), &format!("{path}.{name}"), found);
                    }
                }
            } else if !is_same(planned, own) {
                wrong(found);
            }
        }
    }
}

/// Numbers are the same when they print the same: the plan has them as printed.
fn is_same(planned: &Value, own: &Value) -> bool {
    match (planned.as_number(), own.as_number()) {
        (Some(plan), Some(ours)) => plan.to_string() == ours.to_string(),
        _ => planned == own,
    }
}

/// A part of a value: what hides the whole hides it, too.
pub(super) fn part(whole: &Value, part: &Value) -> Value {
    let part = part.clone();
    if whole.is_sensitive() { part.with_marks(Marks::SENSITIVE) } else { part }
}

/// The elements of both, each planned one with the evaluated one it stands for: by place, in sets
/// those that differ least.
pub(super) fn pairs<'v>(planned: &'v Value, own: &'v Value) -> Vec<(&'v Value, &'v Value)> {
    let plan = planned.as_elements().unwrap_or_default();
    let ours = own.as_elements().unwrap_or_default();
    if !matches!(own.kind(), Kind::Set(_)) && !matches!(planned.kind(), Kind::Set(_)) {
        return plan.iter().zip(ours).collect();
    }
    let mut free: Vec<&Value> = ours.iter().collect();
    let mut paired: Vec<(&Value, Option<&Value>)> = plan
        .iter()
        .map(|plan| {
            let same = free.iter().position(|own| *own == plan && !plan.is_unknown());
            (plan, same.map(|at| free.remove(at)))
        })
        .collect();
    for (plan, own) in paired.iter_mut().filter(|(_, own)| own.is_none()) {
        let best = (0..free.len()).min_by_key(|&at| distance(plan, free[at]));
        *own = best.map(|at| free.remove(at));
    }
    paired.into_iter().filter_map(|(plan, own)| Some((plan, own?))).collect()
}

/// How many parts are wrong, then how many imprecise.
fn distance(planned: &Value, own: &Value) -> (usize, usize) {
    let mut found = Vec::new();
    compare(planned, own, "", &mut found);
    let wrong = found.iter().filter(|finding| finding.verdict == Verdict::Wrong).count();
    (wrong, found.len() - wrong)
}

/// Whether what is known of the unknown value is true of the planned one.
fn admits(unknown: &Unknown, planned: &Value) -> bool {
    if planned.is_null() {
        return !unknown.not_null;
    }
    let length = match planned.kind() {
        Kind::String(text) => {
            if !text.as_str().starts_with(&*unknown.prefix) {
                return false;
            }
            return text.as_str().chars().count() >= unknown.min_length;
        }
        _ => planned
            .as_elements()
            .map(<[Value]>::len)
            .or_else(|| planned.as_entries().map(value::Entries::len)),
    };
    length.is_none_or(|length| {
        length >= unknown.min_length && unknown.max_length.is_none_or(|most| length <= most)
    })
}

/// A value that the plan hides and the evaluation does not would be printed: wrong. The other way
/// round only too much is hidden.
fn marks(planned: &Value, own: &Value, path: &str, found: &mut Vec<Finding>) {
    if planned.is_null() || own.is_null() || planned.is_sensitive() == own.is_sensitive() {
        return;
    }
    let (verdict, evaluated, plan) = if planned.is_sensitive() {
        (Verdict::Wrong, "not sensitive", "sensitive")
    } else {
        (Verdict::Imprecise, "sensitive", "not sensitive")
    };
    found.push(Finding {
        path: path.to_owned(),
        verdict,
        evaluated: evaluated.to_owned(),
        planned: plan.to_owned(),
        reason: None,
    });
}

/// A value for people: sensitive parts hidden, long ones cut.
pub(super) fn shown(value: &Value) -> String {
    let text = format!("{value:?}");
    match text.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}...", &text[..cut]),
        None => text,
    }
}
