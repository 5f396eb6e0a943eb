//! What holds for every expression: evaluation returns, and to know less of an input is to know less
//! of the result, never to get another one.
//!
//! Expressions are made by chance, always the same ones; `PROPTEST_CASES` asks for more.

use std::cell::Cell;

use planward::diag::Problem;
use planward::eval::functions::names;
use planward::eval::{Dialect, Evaluated, Evaluator, Fault, Scope};
use planward::hcl::Steps;
use planward::text::Span;
use planward::value::{Cause, Kind, Reason, Type, Unknown, Value, from_json, order};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::{errors, parse_expression};

/// The inputs, and each as an unknown value that could turn out to be it.
fn inputs() -> Vec<(&'static str, Value, Value)> {
    let strings = || Type::List(std::sync::Arc::new(Type::String));
    let texts = |all: &[&str]| all.iter().map(|&text| text.into()).collect::<Vec<Value>>();
    let entries = || vec![("a".into(), "x".into()), ("b".into(), "y".into())];
    let object = Value::object(vec![("a".into(), "1".into()), ("b".into(), Value::int(2))]);
    let known = |ty: Type| Unknown::new(ty, reason()).not_null();
    let prefixed = Unknown { prefix: "ab".into(), min_length: 3, ..known(Type::String) };
    let two = Unknown { min_length: 1, max_length: Some(2), ..known(strings()) };
    let map = Type::Map(std::sync::Arc::new(Type::String));
    let object_type = object.ty();
    vec![
        ("s", "abc".into(), Value::unknown(prefixed)),
        ("t", "".into(), Value::unknown(Unknown::new(Type::String, reason()))),
        ("n", Value::int(2), Value::unknown(known(Type::Number))),
        ("p", true.into(), Value::unknown(known(Type::Bool))),
        ("l", Value::list(texts(&["a", "b"])), Value::unknown(two)),
        ("z", Value::set(texts(&["a", "b"])), Value::set(vec!["a".into(), opened()])),
        ("m", Value::map(entries()), Value::unknown(known(map))),
        ("o", object, Value::unknown(known(object_type))),
        ("q", Value::tuple(texts(&["a", "1"])), Value::tuple(["a".into(), opened()])),
    ]
}

fn opened() -> Value {
    Value::unknown(Unknown::new(Type::String, reason()).not_null())
}

fn reason() -> Reason {
    Reason::new(Cause::VariableWithoutValue, "var.x", None)
}

struct Inputs {
    values: Vec<(&'static str, Value)>,
    dialect: Dialect,
}

impl Scope for Inputs {
    fn resolve<'t>(
        &self,
        root: &str,
        _: Steps<'t>,
        at: Span,
        _: &mut Evaluator<'_>,
    ) -> Evaluated<(Value, usize)> {
        match self.values.iter().find(|(name, _)| *name == root) {
            Some((_, value)) => Ok((value.clone(), 0)),
            None => Err(Fault::new(Problem::new("no such name"), at)),
        }
    }

    fn dialect(&self) -> Dialect {
        self.dialect
    }
}

/// Expressions; `@` stands before functions' names.
fn expressions() -> impl Strategy<Value = String> {
    // These tell what is known of a value, so more knowledge is another answer.
    const ABOUT: [&str; 4] = ["issensitive", "type", "valuetostring", "ephemeralasnull"];
    let called: Vec<&str> = names().filter(|name| !ABOUT.contains(name)).collect();
    let leaf = prop::sample::select(vec![
        "s",
        "t",
        "n",
        "p",
        "l",
        "z",
        "m",
        "o",
        "q",
        "v",
        "s",
        "n",
        "l",
        "m",
        "null",
        "true",
        "false",
        "0",
        "1",
        "2.5",
        "\"\"",
        "\"a\"",
        "\"ab\"",
        "\",\"",
        "\"2\"",
        "[]",
        "{}",
        "[\"a\", \"b\"]",
        "{ a = 1 }",
        "\"%s-%v\"",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let one = inner.clone();
        let two = (inner.clone(), inner.clone());
        let three = (inner.clone(), inner.clone(), inner.clone());
        let operators = vec!["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||"];
        let operator = prop::sample::select(operators);
        let function = || prop::sample::select(called.clone());
        prop_oneof![
            3 => (two.clone(), operator).prop_map(|((a, b), op)| format!("({a} {op} {b})")),
            1 => one.clone().prop_map(|a| format!("!({a})")),
            1 => one.clone().prop_map(|a| format!("-({a})")),
            2 => three.clone().prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            2 => two.clone().prop_map(|(a, b)| format!("[{a}, {b}]")),
            1 => two.clone().prop_map(|(a, b)| format!("{{ a = {a}, b = {b} }}")),
            1 => two.clone().prop_map(|(a, b)| format!("{{ ({a}) = {b} }}")),
            2 => two.clone().prop_map(|(a, b)| format!("[for v in {a} : {b}]")),
            1 => three.clone().prop_map(|(a, b, c)| format!("[for v in {a} : {b} if {c}]")),
            1 => two.clone().prop_map(|(a, b)| format!("{{ for k, v in {a} : k => {b} }}")),
            1 => two.clone().prop_map(|(a, b)| format!("{{ for v in {a} : v => {b}... }}")),
            2 => two.clone().prop_map(|(a, b)| format!("\"a${{{a}}}b${{{b}}}\"")),
            1 => one.clone().prop_map(|a| format!("\"${{{a}}}\"")),
            1 => two.clone().prop_map(|(a, b)| format!("\"%{{if {a}}}x${{{b}}}%{{endif}}\"")),
            1 => one.clone().prop_map(|a| format!("\"%{{for v in {a}}}${{v}}%{{endfor}}\"")),
            2 => two.clone().prop_map(|(a, b)| format!("({a})[{b}]")),
            1 => one.clone().prop_map(|a| format!("({a}).a")),
            1 => one.clone().prop_map(|a| format!("({a})[*].a")),
            1 => one.clone().prop_map(|a| format!("({a})[*]")),
            4 => (function(), one.clone()).prop_map(|(f, a)| format!("@{f}({a})")),
            5 => (function(), two.clone()).prop_map(|(f, (a, b))| format!("@{f}({a}, {b})")),
            3 => (function(), three).prop_map(|(f, (a, b, c))| format!("@{f}({a}, {b}, {c})")),
            1 => (function(), one.clone()).prop_map(|(f, a)| format!("@{f}({a}...)")),
            2 => two.prop_map(|(a, b)| format!("@try({a}, {b})")),
            2 => one.prop_map(|a| format!("@can({a})")),
        ]
    })
}

fn evaluate(text: &str, scope: &Inputs) -> Option<Value> {
    let (tree, diagnostics) = parse_expression(text);
    assert!(errors(&diagnostics).is_empty(), "{text}: {diagnostics:?}");
    Evaluator::new(scope).evaluate(tree.expression().expect("always one")).ok()
}

/// What the first says that is not so of the second.
fn contradiction(open: &Value, known: &Value) -> Option<String> {
    let differs = || Some(format!("{open:?} is not {known:?}"));
    match (open.kind(), known.kind()) {
        (Kind::Unknown(unknown), _) => refuted(unknown, known),
        (_, Kind::Unknown(_)) => Some(format!("{open:?} knows more than {known:?}")),
        (Kind::Set(some), Kind::Set(all)) => {
            let lost = some.iter().any(|item| item.is_wholly_known() && !all.contains(item));
            if lost || all.len() > some.len() { differs() } else { None }
        }
        // JSON knows neither lists nor maps.
        (Kind::List(some) | Kind::Tuple(some), Kind::Tuple(all))
        | (Kind::List(some), Kind::List(all)) => {
            if some.len() != all.len() {
                return differs();
            }
            some.iter().zip(all.iter()).find_map(|(some, all)| contradiction(some, all))
        }
        (Kind::Map(some) | Kind::Object(some), Kind::Object(all))
        | (Kind::Map(some), Kind::Map(all)) => {
            if some.len() != all.len() {
                return differs();
            }
            some.iter().find_map(|(name, item)| match all.get(name) {
                Some(other) => contradiction(item, other),
                None => Some(format!("{name} is not in {known:?}")),
            })
        }
        _ if order(open, known).is_eq() => None,
        _ => differs(),
    }
}

/// What was promised of an unknown value that turned out to be this one.
fn refuted(unknown: &Unknown, known: &Value) -> Option<String> {
    let broken = |what: &str| Some(format!("{what} of {unknown:?} does not hold for {known:?}"));
    if known.is_null() {
        return if unknown.not_null { broken("not null") } else { None };
    }
    let primitive = matches!(unknown.ty, Type::Bool | Type::Number | Type::String);
    if primitive && known.ty() != unknown.ty && !known.is_unknown() {
        return broken("the type");
    }
    if let Some(text) = known.as_str() {
        if !text.starts_with(&*unknown.prefix) {
            return broken("the prefix");
        }
        let document = unknown.document.as_ref().zip(from_json(text).ok());
        return document.and_then(|(document, known)| contradiction(document, &known));
    }
    let length = known.as_elements().map(<[Value]>::len);
    let length = length.or_else(|| known.as_entries().map(|entries| entries.iter().count()));
    match length {
        Some(length) if length < unknown.min_length => broken("the least length"),
        Some(length) if unknown.max_length.is_some_and(|most| length > most) => {
            broken("the greatest length")
        }
        _ => None,
    }
}

fn less_is_never_other(dialect: Dialect) {
    let functions = if dialect == Dialect::Policy { "core::" } else { "" };
    let all = inputs();
    let compared = Cell::new(0_u32);
    let config = Config {
        cases: 12 * Config::default().cases,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let checked = TestRunner::new_with_rng(config, rng).run(&expressions(), |text| {
        // What decides whether a part counts may be unknown, and then a part fails that did not count.
        let lazy = [" ? ", "&&", "||", " if ", "%{if"].iter().any(|word| text.contains(word));
        // In policies `try` and `can` take it that what is unknown will fit.
        let catches = text.contains("@try(") || text.contains("@can(");
        if catches && (lazy || dialect == Dialect::Policy) {
            return Ok(());
        }
        let text = text.replace('@', functions);
        let mut values: Vec<_> =
            all.iter().map(|(name, known, _)| (*name, known.clone())).collect();
        values.push(("v", "a".into()));
        let known = evaluate(&text, &Inputs { values: values.clone(), dialect });
        for (name, _, open) in all.iter().filter(|(name, ..)| text.contains(name)) {
            let values = values.iter().map(|(other, value)| {
                (*other, if other == name { open.clone() } else { value.clone() })
            });
            let result = evaluate(&text, &Inputs { values: values.collect(), dialect });
            let Some(known) = &known else { continue };
            let wrong = match &result {
                Some(result) => contradiction(result, known),
                None if lazy => None,
                None => Some(format!("fails, and is {known:?}")),
            };
            compared.set(compared.get() + 1);
            prop_assert!(
                wrong.is_none(),
                "{text} with {name} unknown: {}",
                wrong.unwrap_or_default()
            );
        }
        Ok(())
    });
    assert!(checked.is_ok(), "{checked:?}");
    assert!(compared.get() > 500, "only {} results were compared", compared.get());
}

#[test]
fn to_know_less_is_not_to_know_otherwise_in_a_configuration() {
    less_is_never_other(Dialect::Terraform);
}

#[test]
fn to_know_less_is_not_to_know_otherwise_in_a_policy() {
    less_is_never_other(Dialect::Policy);
}
