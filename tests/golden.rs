//! Every function and operator against recorded answers of the real Terraform, `fixtures/golden/`.
//!
//! A line is a call: the name, the arguments and what Terraform answered (`value` is the result through `jsonencode`, `type` its type, `error` Terraform's words). In arguments, `$list`,
//! `$set`, `$map` and `$null` stand for typed values, `$number` for a number of any size.

#![expect(clippy::unwrap_used, reason = "a broken fixture should stop the test")]

use std::sync::Arc;

use planward::diag::Problem;
use planward::eval::functions::{Services, call, names};
use planward::value::{self, Kind, Number, Origin, Text, Type, Value, convert, from_json, to_json};

const FUNCTIONS: &str = include_str!("../fixtures/golden/functions.jsonl");
const OPERATORS: &str = include_str!("../fixtures/golden/operators.jsonl");

/// Where we differ from Terraform 1.11.4: function, part of the line, and why.
const KNOWN_DIFFERENCES: [(&str, &str, &str); 12] = [
    ("log", "[8, 0]", "zero has no sign here"),
    ("jsondecode", "\"-0\"", "zero has no sign here"),
    ("tonumber", "\"-0\"", "zero has no sign here"),
    ("coalesce", "[{\"$null\": \"list\"}, [", "null has no type here"),
    ("tolist", "{\"$null\": \"string\"}", "null has no type here"),
    ("toset", "{\"$null\": \"string\"}", "null has no type here"),
    ("tomap", "{\"$null\": \"string\"}", "null has no type here"),
    ("contains", "[\"a\", {\"$null\"", "the policy language looks for null, too"),
    ("contains", "[[\"a\"], {\"$null\"", "the policy language looks for null, too"),
    ("element", "[\"a\", \"b\", \"c\"], -2", "1.11 panics, newer ones count from the end"),
    ("cidrsubnet", "-1, 0", "a network larger than the one given is a mistake"),
    ("cidrsubnet", "8, -1", "a network outside of the one given is a mistake"),
];

struct Case {
    function: String,
    arguments: Vec<Value>,
    line: Value,
    source: &'static str,
}

fn cases() -> impl Iterator<Item = Case> {
    FUNCTIONS.lines().skip(1).map(|source| {
        let line = from_json(source).unwrap();
        let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap().to_owned();
        let arguments =
            line.get("args").unwrap().as_elements().unwrap().iter().map(typed).collect();
        Case { function: text("function"), arguments, line, source }
    })
}

/// The value that an argument's spelling means.
fn typed(value: &Value) -> Value {
    let any = || Arc::new(Type::Any);
    if let Some(entries) = value.as_entries() {
        if let Some((key, inner)) = entries.iter().next().filter(|(key, _)| key.starts_with('$')) {
            let wanted = match &**key {
                "$list" => Type::List(any()),
                "$set" => Type::Set(any()),
                "$map" => Type::Map(any()),
                "$null" => return Value::NULL,
                "$number" => return Number::parse(inner.as_str().unwrap()).unwrap().into(),
                other => panic!("{other}"),
            };
            return convert(&typed(inner), &wanted).unwrap();
        }
        return Value::object(
            entries.iter().map(|(k, v)| (k.clone(), typed(v))).collect::<Vec<_>>(),
        );
    }
    match value.as_elements() {
        Some(items) => Value::tuple(items.iter().map(typed).collect::<Vec<_>>()),
        None => value.clone(),
    }
}

/// What is wrong with our answer, if anything.
fn difference(case: &Case) -> Option<String> {
    let ours = call(&case.function, &case.arguments, &Services::default());
    let expected = |name: &str| case.line.get(name).and_then(Value::as_str);
    match (ours, expected("value")) {
        (Ok(value), Some(_)) if value.is_unknown() => Some("unknown".to_owned()),
        (Ok(value), Some(json)) => {
            let ours = to_json(&value);
            let ty = expected("type").unwrap_or("");
            let same_type = same_type(&value.ty(), ty);
            (ours != json || !same_type).then(|| format!("{ours} of type {}", value.ty()))
        }
        (Err(problem), Some(_)) => Some(format!("error: {}", problem.message)),
        (Ok(value), None) => Some(format!("{value:?}")),
        (Err(problem), None) => badly_said(&problem.message),
    }
}

fn operate(operator: &str, operands: &[Value]) -> Result<Value, Problem> {
    match (operator, operands) {
        ("!", [a]) => value::not(a),
        ("-", [a]) => value::negate(a),
        ("+", [a, b]) => value::add(a, b),
        ("-", [a, b]) => value::subtract(a, b),
        ("*", [a, b]) => value::multiply(a, b),
        ("/", [a, b]) => value::divide(a, b),
        ("%", [a, b]) => value::remainder(a, b),
        ("<", [a, b]) => value::less(a, b),
        ("<=", [a, b]) => value::less_or_equal(a, b),
        (">", [a, b]) => value::greater(a, b),
        (">=", [a, b]) => value::greater_or_equal(a, b),
        ("&&", [a, b]) => value::and(a, b),
        ("||", [a, b]) => value::or(a, b),
        ("==", [a, b]) => Ok(value::equal(a, b)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn operators_answer_as_terraform() {
    let mut different = Vec::new();
    let lines: Vec<&str> = OPERATORS.lines().skip(1).collect();
    for source in &lines {
        let line = from_json(source).unwrap();
        let operands: Vec<Value> =
            line.get("args").unwrap().as_elements().unwrap().iter().map(typed).collect();
        let operator = line.get("operator").and_then(Value::as_str).unwrap();
        let ours = operate(operator, &operands).map(|value| to_json(&value));
        let expected = line.get("value").and_then(Value::as_str);
        // What decides is looked at first: newer versions of Terraform do not evaluate the rest.
        let left = operands.first().and_then(|left| convert(left, &Type::Bool).ok());
        let decided = match operator {
            "&&" => left.is_some_and(|left| left.as_bool() == Some(false)),
            "||" => left.is_some_and(|left| left.as_bool() == Some(true)),
            _ => false,
        };
        match (&ours, expected) {
            (Ok(ours), Some(expected)) if ours == expected => {}
            // Zero has no sign here.
            (Ok(ours), Some("-0")) if ours == "0" => {}
            (Err(problem), None) if badly_said(&problem.message).is_none() => {}
            (Ok(_), None) if decided => {}
            _ => different.push(format!("{source}\n    ours: {ours:?}")),
        }
    }
    assert!(lines.len() > 600, "only {} cases", lines.len());
    assert!(different.is_empty(), "{}:\n{}", different.len(), different.join("\n"));
}

/// Messages are one line, begin in lower case (or with the user's words) and end without full stop.
fn badly_said(message: &str) -> Option<String> {
    let first = message.chars().next().is_none_or(char::is_uppercase);
    (first || message.ends_with('.') || message.contains('\n')).then(|| message.to_owned())
}

/// An empty collection does not know the type of its elements here; `any` therefore matches all.
fn same_type(ours: &Type, theirs: &str) -> bool {
    let ours = ours.to_string();
    if ours == "any" || theirs == "any" {
        return true;
    }
    match ours.find("any") {
        Some(n) => theirs.starts_with(ours.get(..n).unwrap()),
        None => ours == theirs || theirs.contains("any"),
    }
}

#[test]
fn answers_as_terraform() {
    let mut count = 0;
    let mut different = Vec::new();
    for case in cases() {
        count += 1;
        let known = KNOWN_DIFFERENCES
            .iter()
            .any(|(function, part, _)| *function == case.function && case.source.contains(part));
        match difference(&case) {
            Some(ours) if !known => different.push(format!("{}\n    ours: {ours}", case.source)),
            None if known => different.push(format!("{}\n    no longer differs", case.source)),
            _ => {}
        }
    }
    assert!(count > 1000, "only {count} cases");
    assert!(different.is_empty(), "{} of {count}:\n{}", different.len(), different.join("\n"));
}

#[test]
fn every_pure_function_of_terraform_has_cases() {
    // What no console can record: results that are unknown, marks, what OpenTofu alone has, and the
    // policy language's own.
    const ELSEWHERE: [&str; 19] = [
        "base64gunzip",
        "base64gzip",
        "bcrypt",
        "cidrcontains",
        "contains_substring",
        "ephemeralasnull",
        "issensitive",
        "nonsensitive",
        "plantimestamp",
        "regex_match",
        "rsadecrypt",
        "semvercmp",
        "semverconstraint",
        "sensitive",
        "timestamp",
        "type",
        "urldecode",
        "uuid",
        "valuetostring",
    ];
    for name in names().filter(|name| !ELSEWHERE.contains(name)) {
        let mine: Vec<Case> = cases().filter(|case| case.function == name).collect();
        let errors = mine.iter().filter(|case| case.line.get("error").is_some()).count();
        assert!(mine.len() >= 8 && errors > 0, "{name}: {} cases, {errors} errors", mine.len());
    }
}

/// The examples of OpenTofu's documentation, and what its own rules say of the odd cases.
#[test]
fn opentofu_answers_as_documented() {
    let hello = "H4sIAAAAAAACA/NIzcnJBwCCidH3BQAAAA==";
    let cases: [(&str, &[&str], Option<&str>); 25] = [
        ("cidrcontains", &["192.168.2.0/20", "192.168.2.1"], Some("true")),
        ("cidrcontains", &["192.168.2.0/20", "192.168.2.0/22"], Some("true")),
        ("cidrcontains", &["192.168.2.0/20", "192.126.2.1"], Some("false")),
        ("cidrcontains", &["192.168.2.0/20", "192.126.2.0/18"], Some("false")),
        ("cidrcontains", &["fe80::/48", "fe80::1"], Some("true")),
        ("cidrcontains", &["fe80::/48", "fe81::1"], Some("false")),
        ("cidrcontains", &["10.0.0.0/16", "10.0.0.0/8"], Some("false")),
        ("cidrcontains", &["0.0.0.0/0", "255.255.255.255"], Some("true")),
        ("cidrcontains", &["::/0", "fe80::/128"], Some("true")),
        ("cidrcontains", &["10.0.0.0/8", "::ffff:10.1.2.3"], Some("true")),
        ("cidrcontains", &["10.0.0.0/8", "fe80::1"], None),
        ("cidrcontains", &["fe80::/48", "10.0.0.1"], None),
        ("cidrcontains", &["10.0.0.0", "10.0.0.0"], None),
        ("cidrcontains", &["10.0.0.0/8", "not-an-address"], None),
        ("cidrcontains", &["10.0.0.0/8", "10.0.0.0/33"], None),
        ("urldecode", &["Hello+World%21"], Some("\"Hello World!\"")),
        ("urldecode", &["%E2%98%83"], Some("\"\u{2603}\"")),
        (
            "urldecode",
            &["foo%3Abar%40localhost%3Ffoo%3Dbar%26bar%3Dbaz"],
            Some("\"foo:bar@localhost?foo=bar\\u0026bar=baz\""),
        ),
        ("urldecode", &["100%"], None),
        ("urldecode", &["%zz"], None),
        ("urldecode", &["%+1"], None),
        ("base64gunzip", &[hello], Some("\"Hello\"")),
        ("base64gunzip", &[hello.get(..20).unwrap()], None),
        ("base64gunzip", &["aGVsbG8="], None),
        ("base64gunzip", &["hello"], None),
    ];
    for (name, arguments, expected) in cases {
        let arguments: Vec<Value> = arguments.iter().map(|&text| text.into()).collect();
        match (call(name, &arguments, &Services::default()), expected) {
            (Ok(value), Some(json)) => assert_eq!(to_json(&value), json, "{name}({arguments:?})"),
            (Err(problem), None) => assert_eq!(badly_said(&problem.message), None, "{name}"),
            (ours, _) => panic!("{name}({arguments:?}): {ours:?}"),
        }
    }
    let services = Services { bytes: 4, ..Services::default() };
    let problem = call("base64gunzip", &[hello.into()], &services).unwrap_err();
    assert_eq!(problem.message, "the result would have more than 4 bytes");
}

/// Whatever the arguments, a call returns.
#[test]
fn no_arguments_make_a_call_panic() {
    let odd = [
        Value::NULL,
        Value::from(true),
        Value::int(-1),
        Value::int(i64::MAX),
        Number::parse("1e300").unwrap().into(),
        "".into(),
        "%".into(),
        "é\u{0}".into(),
        Value::tuple([]),
        Value::tuple([Value::NULL, "a".into()]),
        Value::list(["a".into()]),
        Value::set(vec!["a".into()]),
        Value::object(vec![]),
        Value::new(Kind::String(Text::Plain("a/b".into()))).with_origin(Origin(3)),
    ];
    let services = Services { bytes: 1000, elements: 1000, ..Services::default() };
    for name in names() {
        for a in &odd {
            let _ = call(name, std::slice::from_ref(a), &services);
            for b in &odd {
                let _ = call(name, &[a.clone(), b.clone()], &services);
                let _ = call(name, &[a.clone(), b.clone(), a.clone()], &services);
                let _ = call(name, &[b.clone(), a.clone(), a.clone()], &services);
            }
        }
    }
}
