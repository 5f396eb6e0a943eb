//! What HashiCorp's engine does not do, for policies that run as it would run them.
//!
//! Elsewhere only the switches are asked ([`Switches`](super::Switches)); what they then mean for values
//! and functions stands here.

use crate::diag::Problem;
use crate::value::{Entries, Kind, Unknown, Value};

/// Functions that HashiCorp documents for policies.
pub(super) const DOCUMENTED: &[&str] = &[
    "getresources",
    "getdatasource",
    "gethttprequest",
    "semvercmp",
    "semverconstraint",
    "contains_substring",
    "regex_match",
    "valuetostring",
    "alltrue",
    "anytrue",
    "abs",
    "ceil",
    "floor",
    "log",
    "max",
    "min",
    "parseint",
    "pow",
    "signum",
    "chomp",
    "startswith",
    "endswith",
    "format",
    "formatlist",
    "indent",
    "join",
    "lower",
    "upper",
    "title",
    "split",
    "strrev",
    "substr",
    "trim",
    "trimprefix",
    "trimsuffix",
    "trimspace",
    "regex",
    "regexall",
    "chunklist",
    "coalescelist",
    "compact",
    "concat",
    "contains",
    "distinct",
    "element",
    "flatten",
    "keys",
    "length",
    "merge",
    "one",
    "range",
    "reverse",
    "slice",
    "sort",
    "values",
    "zipmap",
    "setunion",
    "setintersection",
    "setsubtract",
    "setproduct",
    "tolist",
    "toset",
    "type",
    "sensitive",
    "nonsensitive",
    "issensitive",
    "try",
    "can",
    "jsondecode",
    "jsonencode",
    "yamldecode",
    "yamlencode",
    "csvdecode",
    "timestamp",
    "timeadd",
    "timecmp",
    "formatdate",
];

/// Fields of `meta` that only this program has.
pub(super) const OWN_META: [&str; 2] = ["address", "name"];

/// Why the engine would not run a call; `None` when it would.
pub(super) fn refusal(name: &str, arguments: &[Value]) -> Option<Problem> {
    if !DOCUMENTED.contains(&name) {
        let problem = Problem::new(format!("call to unknown function `{name}`"));
        return Some(problem.with_hint("HashiCorp's engine is not known to have it"));
    }
    let counted = arguments.first().filter(|_| name == "length");
    let what = match counted.map(Value::kind)? {
        Kind::String(_) => "a string",
        Kind::Object(_) => "an object",
        _ => return None,
    };
    Some(Problem::new(format!("there is no length of {what} in HashiCorp's engine")))
}

/// A value of which nothing more is known than the engine is told: of what is unknown only its type.
pub(super) fn plain(value: &Value) -> Value {
    if value.is_wholly_known() {
        return value.clone();
    }
    let all = |items: &[Value]| items.iter().map(plain).collect();
    let members = |entries: &Entries| -> Entries {
        entries.iter().map(|(name, value)| (name.clone(), plain(value))).collect()
    };
    let kind = match value.kind() {
        Kind::Unknown(unknown) => {
            let bare = Unknown::new(unknown.ty.clone(), unknown.reason.clone());
            return Value::unknown(bare).with_origin(value.origin()).with_marks(value.marks());
        }
        Kind::List(items) => Kind::List(all(items)),
        Kind::Set(items) => Kind::Set(all(items)),
        Kind::Tuple(items) => Kind::Tuple(all(items)),
        Kind::Map(entries) => Kind::Map(members(entries)),
        Kind::Object(entries) => Kind::Object(members(entries)),
        other => other.clone(),
    };
    Value::new(kind).with_origin(value.origin()).with_marks(value.marks())
}
