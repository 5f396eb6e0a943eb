//! What no console can tell: unknown arguments, marks, origins, limits.

use std::sync::Arc;

use super::{Services, call, find, names};
use crate::value::{Cause, Kind, Marks, Origin, Reason, Symbol, Type, Unknown, Value, from_json};

fn json(text: &str) -> Value {
    from_json(text).unwrap()
}

fn reason(subject: &str) -> Reason {
    Reason::new(Cause::VariableWithoutValue, subject, None)
}

fn unknown(ty: Type) -> Value {
    Value::unknown(Unknown::new(ty, reason("var.x")))
}

fn string() -> Value {
    unknown(Type::String)
}

fn attribute(name: &str) -> Value {
    Value::unknown(Unknown::new(Type::String, reason("id")).with_symbol(Symbol {
        address: format!("aws_vpc.{name}").into(),
        resource_type: "aws_vpc".into(),
        attribute: "id".into(),
    }))
}

fn list_of(ty: Type) -> Type {
    Type::List(Arc::new(ty))
}

fn run(name: &str, arguments: &[Value]) -> Value {
    call(name, arguments, &Services::default())
        .unwrap_or_else(|problem| panic!("{name}: {}", problem.message))
}

fn run_on(name: &str, argument: &Value) -> Value {
    run(name, std::slice::from_ref(argument))
}

/// Known results as JSON, unknown ones as their type, so that a table shows both.
fn shown(value: &Value) -> String {
    match value.as_unknown() {
        Some(unknown) => format!("unknown {}", unknown.ty),
        None => format!("{value:?}"),
    }
}

#[test]
fn unknown_parts_make_unknown_only_what_depends_on_them() {
    let pair = || Value::tuple(["a".into(), string()]);
    let object = || Value::object(vec![("k".into(), string()), ("n".into(), Value::int(1))]);
    let bools = |known: bool| Value::tuple([known.into(), unknown(Type::Bool)]);
    let set = || Value::set(vec!["a".into(), string()]);
    let cases: Vec<(&str, Vec<Value>, &str)> = vec![
        ("length", vec![pair()], "2"),
        ("length", vec![object()], "2"),
        ("length", vec![set()], "unknown number"),
        ("length", vec![Value::set(vec![string()])], "1"),
        ("length", vec![string()], "unknown number"),
        ("contains", vec![pair(), "a".into()], "true"),
        ("contains", vec![pair(), "b".into()], "unknown bool"),
        ("contains", vec![pair(), Value::int(1)], "false"),
        ("contains", vec![json("[\"a\"]"), string()], "unknown bool"),
        ("contains", vec![json("[]"), string()], "false"),
        ("contains", vec![Value::tuple([attribute("a")]), attribute("a")], "true"),
        ("contains", vec![Value::tuple([attribute("b")]), attribute("a")], "false"),
        ("alltrue", vec![bools(false)], "false"),
        ("alltrue", vec![bools(true)], "unknown bool"),
        ("anytrue", vec![bools(true)], "true"),
        ("anytrue", vec![bools(false)], "unknown bool"),
        ("keys", vec![object()], "tuple[\"k\", \"n\"]"),
        ("lookup", vec![object(), "n".into()], "1"),
        ("lookup", vec![object(), "k".into()], "unknown string"),
        ("lookup", vec![object(), "z".into(), "d".into()], "\"d\""),
        ("lookup", vec![object(), string(), "d".into()], "unknown any"),
        ("element", vec![pair(), Value::int(0)], "\"a\""),
        ("element", vec![pair(), Value::int(1)], "unknown string"),
        ("concat", vec![pair(), json("[1]")], "tuple[\"a\", (unknown string), 1]"),
        ("concat", vec![unknown(list_of(Type::String)), json("[1]")], "unknown any"),
        ("flatten", vec![Value::tuple([pair(), json("[1]")])], "tuple[\"a\", (unknown string), 1]"),
        ("flatten", vec![Value::tuple([unknown(list_of(Type::String))])], "unknown any"),
        ("flatten", vec![Value::tuple([unknown(Type::Any)])], "unknown any"),
        ("merge", vec![object(), json("{\"k\":\"x\"}")], "{\"k\": \"x\", \"n\": 1}"),
        ("coalesce", vec![Value::NULL, "a".into(), string()], "\"a\""),
        ("coalesce", vec![string(), "a".into()], "unknown string"),
        ("compact", vec![pair()], "unknown list(string)"),
        ("distinct", vec![pair()], "unknown list(string)"),
        ("join", vec![",".into(), pair()], "unknown string"),
        ("one", vec![Value::tuple([string()])], "unknown string"),
        ("reverse", vec![pair()], "tuple[(unknown string), \"a\"]"),
        ("slice", vec![pair(), Value::int(0), Value::int(1)], "tuple[\"a\"]"),
        ("index", vec![pair(), "a".into()], "0"),
        ("index", vec![pair(), "b".into()], "unknown number"),
        ("zipmap", vec![json("[\"a\",\"b\"]"), pair()], "{\"a\": \"a\", \"b\": (unknown string)}"),
        ("setunion", vec![set(), set()], "{\"a\", (unknown string), (unknown string)}"),
        ("setintersection", vec![set(), set()], "unknown set(string)"),
        ("tolist", vec![string_pair()], "[\"a\", (unknown string)]"),
        ("toset", vec![unknown(list_of(Type::String))], "unknown set(string)"),
        ("tostring", vec![unknown(Type::Number)], "unknown string"),
        ("upper", vec![string()], "unknown string"),
        ("jsonencode", vec![pair()], "unknown string"),
        ("timestamp", vec![], "unknown string"),
        ("uuid", vec![], "unknown string"),
        ("valuetostring", vec![string()], "\"(unknown)\""),
        ("issensitive", vec![string()], "unknown bool"),
    ];
    for (name, arguments, expected) in cases {
        assert_eq!(shown(&run(name, &arguments)), expected, "{name}({arguments:?})");
    }
}

fn string_pair() -> Value {
    Value::tuple(["a".into(), string()])
}

#[test]
fn what_is_known_of_a_string_may_be_enough() {
    let arn = Value::unknown(Unknown {
        prefix: "arn:aws:".into(),
        ..Unknown::new(Type::String, reason("arn"))
    });
    assert_eq!(run("startswith", &[arn.clone(), "arn:".into()]), true.into());
    assert_eq!(run("startswith", &[arn.clone(), "http".into()]), false.into());
    assert!(run("startswith", &[arn.clone(), "arn:aws:s3".into()]).is_unknown());
    let joined = run("join", &["/".into(), Value::tuple(["a".into(), arn.clone(), "b".into()])]);
    assert_eq!(&*joined.as_unknown().unwrap().prefix, "a/arn:aws:");
    assert_eq!(run("strcontains", &[arn.clone(), "aws".into()]), true.into());
    assert!(run("contains_substring", &[arn.clone(), "s3".into()]).is_unknown());
    let name = run("format", &["x-%s-%s".into(), "a".into(), string()]);
    assert_eq!(&*name.as_unknown().unwrap().prefix, "x-a-");
}

#[test]
fn the_first_reason_is_kept() {
    let other = Value::unknown(Unknown::new(Type::String, reason("var.y")));
    let result = run("replace", &["a".into(), other, string()]);
    assert_eq!(result.as_unknown().unwrap().reason.subject(), "var.y");
    assert!(result.as_unknown().unwrap().not_null);
}

#[test]
fn marks_travel_and_stay_where_they_are() {
    let secret = Value::from("s").with_marks(Marks::SENSITIVE);
    let pair = Value::tuple(["a".into(), secret.clone()]);
    let object = Value::object(vec![("k".into(), secret.clone()), ("n".into(), Value::int(1))]);
    assert!(run_on("upper", &secret).is_sensitive());
    assert!(run("join", &[",".into(), pair.clone()]).is_sensitive());
    assert!(run_on("jsonencode", &pair).is_sensitive());
    assert!(run("contains", &[pair.clone(), "s".into()]).is_sensitive());
    assert!(!run_on("length", &pair).is_sensitive());
    assert!(!run("element", &[pair.clone(), Value::int(0)]).is_sensitive());
    assert!(run("element", &[pair.clone(), Value::int(1)]).is_sensitive());
    assert!(
        run("element", &[pair.clone().with_marks(Marks::SENSITIVE), Value::int(0)]).is_sensitive()
    );
    assert!(!run_on("keys", &object).is_sensitive());
    assert!(!run("merge", &[object.clone(), json("{}")]).is_sensitive());
    assert!(run("lookup", &[object, "k".into()]).is_sensitive());
    let inner = Value::tuple([Value::tuple(["x".into()]).with_marks(Marks::SENSITIVE)]);
    assert!(run("flatten", &[inner]).as_elements().unwrap()[0].is_sensitive());
    assert_eq!(run_on("issensitive", &secret), true.into());
    assert!(!run_on("issensitive", &secret).is_sensitive());
    assert!(!run_on("nonsensitive", &secret).is_sensitive());
    assert!(run("sensitive", &["a".into()]).is_sensitive());
    assert!(run("tostring", &[secret]).is_sensitive());
    let passing = Value::from("x").with_marks(Marks::EPHEMERAL);
    assert!(run("ephemeralasnull", &[passing]).is_null());
}

#[test]
fn a_message_never_shows_what_is_sensitive() {
    let secret = Value::from("hunter2").with_marks(Marks::SENSITIVE);
    for name in names() {
        for arguments in [
            vec![secret.clone()],
            vec![secret.clone(), secret.clone()],
            vec![secret.clone(), Value::int(8), Value::int(2)],
            vec!["%d".into(), secret.clone()],
            vec![json("{}"), secret.clone()],
        ] {
            if let Err(problem) = call(name, &arguments, &Services::default()) {
                assert!(!problem.message.contains("hunter2"), "{name}: {}", problem.message);
            }
        }
    }
}

#[test]
fn elements_keep_their_origins() {
    let element = |n: u32| Value::from("x").with_origin(Origin(n));
    let list = Value::tuple([element(3), element(4)]);
    let origins = |value: &Value| -> Vec<u32> {
        value.as_elements().unwrap().iter().map(|item| item.origin().0).collect()
    };
    assert_eq!(origins(&run("concat", &[list.clone(), list.clone()])), [3, 4, 3, 4]);
    assert_eq!(origins(&run_on("tolist", &list)), [3, 4]);
    assert_eq!(origins(&run_on("reverse", &list)), [4, 3]);
    assert_eq!(origins(&run_on("distinct", &list)), [3]);
    assert_eq!(run("element", &[list.clone(), Value::int(1)]).origin(), Origin(4));
    let encoded = run("jsonencode", &[list]);
    assert_eq!(origins(&run("jsondecode", &[encoded])), [3, 4]);
}

#[test]
fn an_open_object_may_have_more_names() {
    let open = json("{\"a\":1}").with_marks(Marks::OPEN);
    assert_eq!(run("lookup", &[open.clone(), "a".into()]), Value::int(1));
    assert!(run("lookup", &[open.clone(), "b".into(), "d".into()]).is_unknown());
    assert!(run_on("length", &open).is_unknown());
    let merged = run("merge", &[open.clone(), json("{\"b\":2}")]);
    assert!(merged.marks().has(Marks::OPEN));
    assert!(!run("jsonencode", &[open]).marks().has(Marks::OPEN));
}

#[test]
fn little_does_not_become_much() {
    let services = Services { bytes: 1000, elements: 1000, ..Services::default() };
    let hundred = Value::list((0..100).map(Value::int).collect::<Vec<_>>());
    let cases: Vec<(&str, Vec<Value>)> = vec![
        ("format", vec!["%10000s".into(), "a".into()]),
        ("format", vec!["%.10000f".into(), Value::int(1)]),
        ("indent", vec![Value::int(10_000), "a\nb".into()]),
        ("setproduct", vec![hundred.clone(), hundred.clone()]),
        (
            "replace",
            vec!["a".repeat(100).as_str().into(), "a".into(), "b".repeat(100).as_str().into()],
        ),
        (
            "replace",
            vec!["a".repeat(100).as_str().into(), "/a/".into(), "b".repeat(100).as_str().into()],
        ),
        ("range", vec![Value::int(100_000)]),
    ];
    for (name, arguments) in cases {
        let problem = call(name, &arguments, &services).unwrap_err();
        assert!(problem.message.contains("more than"), "{name}: {}", problem.message);
    }
    let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for n in 1..10 {
        let before = vec![format!("*a{}", n - 1); 10].join(",");
        bomb.push_str(&format!("a{n}: &a{n} [{before}]\n"));
    }
    let problem = call("yamldecode", &[bomb.as_str().into()], &services).unwrap_err();
    assert!(problem.message.contains("more than"), "{}", problem.message);
}

#[test]
fn names_are_known_once() {
    let mut all: Vec<&str> = names().collect();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
    assert!(find("length").is_some() && find("lenght").is_none());
    let problem = call("lenght", &[], &Services::default()).unwrap_err();
    assert_eq!(problem.hint.as_deref(), Some("did you mean `length`?"));
    let problem = call("list", &[], &Services::default()).unwrap_err();
    assert!(problem.hint.unwrap().contains("tolist"));
}

#[test]
fn arguments_are_counted_and_checked() {
    let message = |name: &str, arguments: &[Value]| {
        call(name, arguments, &Services::default()).unwrap_err().message
    };
    assert_eq!(
        message("length", &[]),
        "not enough arguments for `length`: missing value for `value`"
    );
    assert_eq!(
        message("upper", &["a".into(), "b".into()]),
        "too many arguments for `upper`: it takes 1 argument, not 2"
    );
    assert_eq!(
        message("upper", &[Value::NULL]),
        "invalid value for `str` parameter: argument must not be null"
    );
    assert_eq!(
        message("upper", &[Value::tuple([])]),
        "invalid value for `str` parameter: string required"
    );
    assert!(matches!(run("upper", &[true.into()]).kind(), Kind::String(_)));
}
