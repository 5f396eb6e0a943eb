//! `count` and `for_each`: which instances a block has.

use crate::diag::{Diagnostic, Problem};
use crate::eval::{Evaluated, Evaluator, Fault, Scope};
use crate::terraform::address::Key;
use crate::value::{self, Kind, Number, Reason, Type, Value};

use super::layers::Layers;

/// The instances of a resource or module call.
#[derive(Clone, Debug)]
pub(super) enum Expansion {
    /// One, without key.
    Single,
    /// None, by `enabled = false` of OpenTofu's.
    Disabled,
    /// By number.
    Count(usize),
    /// By key, with the value of each.
    ForEach(Vec<(value::Key, Value)>),
    /// Not known; one instance stands for all.
    Unknown(Reason),
}

/// What `each` and `count` are inside an instance.
#[derive(Clone, Debug, Default)]
pub(super) struct Repetition {
    /// The instance's key.
    pub key: Option<Key>,
    /// `each.key` or `count.index`.
    pub index: Option<Value>,
    /// `each.value`.
    pub value: Option<Value>,
}

/// What makes instances of the value of `count`, `for_each` or `enabled`.
type Make = fn(&Value) -> Result<Expansion, Problem>;

impl Expansion {
    /// How many instances there are; where that is not known, one stands for all.
    pub(super) const fn len(&self) -> usize {
        match self {
            Self::Single | Self::Unknown(_) => 1,
            Self::Disabled => 0,
            Self::Count(count) => *count,
            Self::ForEach(entries) => entries.len(),
        }
    }

    /// The instances in order.
    #[must_use]
    pub(super) fn repetitions(&self) -> Vec<Repetition> {
        match self {
            Self::Single => vec![Repetition::default()],
            Self::Disabled => Vec::new(),
            Self::Count(count) => (0i64..)
                .take(*count)
                .map(|n| Repetition {
                    key: Some(Key::Int(n)),
                    index: Some(Value::int(n)),
                    value: None,
                })
                .collect(),
            Self::ForEach(entries) => entries
                .iter()
                .map(|(key, value)| Repetition {
                    key: Some(Key::Str(key.clone())),
                    index: Some(Value::string(key.clone())),
                    value: Some(value.clone()),
                })
                .collect(),
            Self::Unknown(reason) => {
                let unknown =
                    |ty| Value::unknown(value::Unknown::new(ty, reason.clone()).not_null());
                vec![Repetition {
                    key: Some(Key::Unknown),
                    index: Some(unknown(Type::Any)),
                    value: Some(unknown(Type::Any)),
                }]
            }
        }
    }
}

/// Evaluates a block's `count`, `for_each` or `enabled`. An error is reported and leaves the instances unknown.
pub(super) fn expansion(
    block: &Layers<'_>,
    scope: &dyn Scope,
    depth: u32,
    report: &mut dyn FnMut(Diagnostic),
) -> Expansion {
    let (count, for_each) = (block.attribute("count"), block.attribute("for_each"));
    let (attribute, make): (_, Make) = match (count, for_each) {
        (None, None) => match block.lifecycle("enabled") {
            Some(enabled) => (enabled, switched),
            None => return Expansion::Single,
        },
        // Over an override file Terraform lets `count` win, whichever side it is on.
        (Some(count), Some(for_each)) if count.name_span().file != for_each.name_span().file => {
            (count, counted)
        }
        (Some(_), Some(for_each)) => {
            let message = "the `count` and `for_each` meta-arguments are mutually exclusive";
            report(Diagnostic::error(message).at(for_each.name_span()));
            return Expansion::Single;
        }
        (Some(count), None) => (count, counted),
        (None, Some(for_each)) => (for_each, keyed),
    };
    let expr = attribute.expr();
    let result: Evaluated<Expansion> =
        Evaluator::new(scope).at_depth(depth).evaluate(expr).and_then(|value| {
            if let Some(unknown) = value.as_unknown() {
                return Ok(Expansion::Unknown(unknown.reason.clone()));
            }
            let made = match value.is_sensitive() {
                // A conversion quotes what it cannot convert.
                true => make(&value).map_err(|problem| match attribute.name() {
                    "for_each" => problem,
                    name => Problem::new(format!("`{name}` is sensitive and of the wrong type")),
                }),
                false => make(&value),
            };
            made.map_err(|problem| Fault::new(problem, expr.span()))
        });
    result.unwrap_or_else(|fault| {
        let reason = Reason::new(value::Cause::Error, expr.text(), Some(expr.span()));
        report(fault.diagnostic);
        Expansion::Unknown(reason)
    })
}

fn counted(value: &Value) -> Result<Expansion, Problem> {
    if value.is_null() {
        return Err(Problem::new(
            "the given `count` argument value is null, an integer is required",
        ));
    }
    let number = value::convert(value, &Type::Number)?;
    let count = number.as_number().and_then(Number::as_i64).and_then(|n| usize::try_from(n).ok());
    count.map(Expansion::Count).ok_or_else(|| {
        let is_negative = number.as_number().is_some_and(|n| n.is_whole() && *n < Number::ZERO);
        let why = match is_negative {
            true => "must be greater than or equal to zero",
            false => "value must be a whole number",
        };
        Problem::new(format!("the given `count` argument value is unsuitable: {why}"))
    })
}

fn switched(value: &Value) -> Result<Expansion, Problem> {
    match value::convert(value, &Type::Bool)?.as_bool() {
        Some(true) => Ok(Expansion::Single),
        Some(false) => Ok(Expansion::Disabled),
        None => Err(Problem::new("`enabled` is null, true or false is required")),
    }
}

fn keyed(value: &Value) -> Result<Expansion, Problem> {
    let of_secrets = match value.kind() {
        Kind::Set(items) => items.iter().any(Value::is_sensitive),
        _ => false,
    };
    if value.is_sensitive() || of_secrets {
        // As in Terraform: keys are parts of addresses, which are shown.
        return Err(Problem::new("sensitive values cannot be used as `for_each` arguments")
            .with_hint("`nonsensitive(...)` says that the keys may be shown"));
    }
    let entries = match value.kind() {
        Kind::Map(entries) | Kind::Object(entries) => entries.iter().cloned().collect(),
        Kind::Set(items) => match items.iter().find_map(Value::as_unknown) {
            Some(unknown) => return Ok(Expansion::Unknown(unknown.reason.clone())),
            None => items
                .iter()
                .map(|item| match item.as_str() {
                    Some(text) => Ok((value::Key::from(text), item.clone())),
                    None => Err(not_a_key(item)),
                })
                .collect::<Result<Vec<_>, _>>()?,
        },
        Kind::Null => {
            let message =
                "the given `for_each` argument value is null, a map or set of strings is allowed";
            return Err(Problem::new(message));
        }
        Kind::List(_) | Kind::Tuple(_) => {
            return Err(wrong_type(value).with_hint("`toset(...)` makes a set of it"));
        }
        _ => return Err(wrong_type(value)),
    };
    Ok(Expansion::ForEach(entries))
}

fn wrong_type(value: &Value) -> Problem {
    Problem::new(format!(
        "the `for_each` argument must be a map, or set of strings, this is a value of type {}",
        value.ty().friendly_name()
    ))
}

fn not_a_key(item: &Value) -> Problem {
    let contains = match item.is_null() {
        true => "null".to_owned(),
        false => format!("type {}", item.ty().friendly_name()),
    };
    Problem::new(format!(
        "`for_each` supports maps and sets of strings, this is a set containing {contains}"
    ))
}
