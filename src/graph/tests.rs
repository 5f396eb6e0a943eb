//! Joins of hand-written values.

use std::sync::Arc;

use super::*;
use crate::terraform::Realm;
use crate::terraform::plan::Operation;
use crate::value::{Cause, Marks, Symbol, Type, Unknown};

fn unknown(ty: Type) -> Unknown {
    Unknown::new(ty, Reason::new(Cause::ComputedAtApply, "x", None))
}

fn string() -> Value {
    Value::unknown(unknown(Type::String))
}

fn of(address: &str, attribute: &str) -> Value {
    let parsed = Address::parse(address).unwrap();
    Value::unknown(unknown(Type::String).with_symbol(Symbol {
        address: address.into(),
        resource_type: parsed.resource_type,
        attribute: attribute.into(),
    }))
}

fn object(entries: &[(&str, Value)]) -> Value {
    Value::object(
        entries.iter().map(|(name, value)| (Arc::from(*name), value.clone())).collect::<Vec<_>>(),
    )
}

fn graph(resources: &[(&str, Value)]) -> Graph {
    let resources = resources.iter().map(|(text, after)| {
        let address = Address::parse(text).unwrap();
        let resource = Resource {
            address: (*text).into(),
            static_address: address.static_path().into(),
            module: address.module.to_string().into(),
            mode: address.mode,
            resource_type: address.resource_type.clone(),
            name: address.name.clone(),
            key: address.key.clone(),
            provider: "aws".into(),
            alias: None,
            realm: Realm::default(),
            operations: vec![Operation::Create],
            after: after.clone(),
            before: Value::NULL,
            source: None,
            change: None,
            assumed: Vec::new(),
            ignored: Vec::new(),
        };
        (address, resource)
    });
    Graph::new(resources.collect(), Open::default())
}

/// Names of the definite and of the possible users of `value`; each is a resource `user.NAME` with
/// the attribute `of`.
fn users(others: &[(&str, Value)], users: &[(&str, Value)], value: &Value) -> String {
    let users: Vec<(String, Value)> = users
        .iter()
        .map(|(name, value)| (format!("user.{name}"), object(&[("of", value.clone())])))
        .collect();
    let all: Vec<(&str, Value)> = others
        .iter()
        .cloned()
        .chain(users.iter().map(|(name, after)| (name.as_str(), after.clone())))
        .collect();
    let graph = graph(&all);
    let found = graph.matching("user", &["of"], value);
    let names = |found: &[usize]| {
        let name = |&index: &usize| graph.get(index).unwrap().address.replace("user.", "");
        found.iter().map(name).collect::<Vec<_>>().join(" ")
    };
    format!("{} | {}", names(&found.definite), names(&found.possible))
}

#[test]
fn a_match_is_definite_possible_or_out() {
    let prefixed = Value::unknown(Unknown { prefix: "arn:".into(), ..unknown(Type::String) });
    let candidates = [
        ("a_known", "a".into()),
        ("b_known", "b".into()),
        ("c_null", Value::NULL),
        ("d_unknown", string()),
        ("e_prefix", prefixed),
        ("f_number", Value::int(1)),
        ("g_one", of("aws_vpc.one", "id")),
        ("h_two", of("aws_vpc.two", "id")),
        ("i_other_attribute", of("aws_vpc.one", "arn")),
        ("j_list", Value::list([of("aws_vpc.two", "id"), "a".into()])),
        ("k_unknown_list", Value::unknown(unknown(Type::List(Arc::new(Type::String))))),
        ("l_empty", Value::list([])),
        ("m_any_number[*]", "a".into()),
    ];
    let cases = [
        (
            "a".into(),
            "a_known j_list | d_unknown g_one h_two i_other_attribute k_unknown_list m_any_number[*]",
        ),
        (
            "arn:x".into(),
            " | d_unknown e_prefix g_one h_two i_other_attribute j_list k_unknown_list",
        ),
        (Value::int(1), "f_number | "),
        (Value::NULL, " | "),
        (Value::list([]), " | "),
        (
            Value::list(["b".into(), Value::NULL]),
            "b_known | d_unknown g_one h_two i_other_attribute j_list k_unknown_list",
        ),
        (
            of("aws_vpc.one", "id"),
            "g_one | a_known b_known d_unknown e_prefix i_other_attribute j_list k_unknown_list m_any_number[*]",
        ),
        (
            of("aws_vpc.two", "id"),
            "h_two j_list | a_known b_known d_unknown e_prefix i_other_attribute k_unknown_list m_any_number[*]",
        ),
        (
            Value::set(vec![of("aws_vpc.one", "id"), of("aws_vpc.two", "id"), "b".into()]),
            "b_known g_one h_two j_list | a_known d_unknown e_prefix i_other_attribute k_unknown_list m_any_number[*]",
        ),
        (
            string(),
            " | a_known b_known d_unknown e_prefix g_one h_two i_other_attribute j_list k_unknown_list m_any_number[*]",
        ),
    ];
    for (value, expected) in cases {
        assert_eq!(users(&[], &candidates, &value), expected, "{value:?}");
    }
}

#[test]
fn an_id_is_the_name_that_will_be_the_id() {
    let buckets = [
        (
            "aws_s3_bucket.named",
            object(&[("id", of("aws_s3_bucket.named", "id")), ("bucket", "named".into())]),
        ),
        (
            "aws_s3_bucket.made_up",
            object(&[
                ("id", of("aws_s3_bucket.made_up", "id")),
                ("bucket", of("aws_s3_bucket.made_up", "bucket")),
            ]),
        ),
    ];
    let candidates = [
        ("a_literal", "named".into()),
        ("b_reference", of("aws_s3_bucket.named", "id")),
        ("c_made_up", of("aws_s3_bucket.made_up", "bucket")),
        ("d_elsewhere", "elsewhere".into()),
    ];
    for (value, expected) in [
        ("named".into(), "a_literal b_reference | "),
        (of("aws_s3_bucket.named", "id"), "a_literal b_reference | "),
        (of("aws_s3_bucket.named", "bucket"), "a_literal b_reference | "),
        // `named` is taken by the other bucket, `elsewhere` by none.
        (of("aws_s3_bucket.made_up", "id"), "c_made_up | d_elsewhere"),
        ("elsewhere".into(), "d_elsewhere | c_made_up"),
    ] {
        assert_eq!(users(&buckets, &candidates, &value), expected, "{value:?}");
    }
}

#[test]
fn instances_without_number_and_data_sources_have_no_identity() {
    let others = [
        ("aws_vpc.many[*]", object(&[("id", of("aws_vpc.many[*]", "id"))])),
        ("data.aws_vpc.read", object(&[("id", of("data.aws_vpc.read", "id"))])),
    ];
    let candidates = [
        ("a", of("aws_vpc.many[*]", "id")),
        ("b", of("data.aws_vpc.read", "id")),
        ("c", of("aws_vpc.one", "id")),
    ];
    for value in [of("aws_vpc.many[*]", "id"), of("data.aws_vpc.read", "id")] {
        assert_eq!(users(&others, &candidates, &value), " | a b c");
    }
    assert_eq!(users(&others, &candidates, &of("aws_vpc.one", "id")), "c | a b");
}

#[test]
fn what_may_be_there_is_possible() {
    let open = object(&[]).with_marks(Marks::OPEN);
    let graph = graph(&[
        ("t.a", open.clone()),
        ("t.b", object(&[])),
        ("t.c", object(&[("block", Value::list([open, object(&[("x", "v".into())])]))])),
        ("t.d", object(&[("block", Value::unknown(unknown(Type::Any)))])),
        ("t.e", Value::NULL),
        ("t.f", object(&[("tags", object(&[("k", string())]))])),
    ]);
    let found = graph.matching("t", &["block", "x"], &"v".into());
    assert_eq!((found.definite, &**found.possible), (vec![2], &[0, 3][..]));
    let found = graph.matching("t", &["block", "x"], &"w".into());
    assert_eq!((found.definite, &**found.possible), (vec![], &[0, 2, 3][..]));
    let tags = |value: &str| object(&[("k", value.into())]);
    let found = graph.matching("t", &["tags"], &tags("v"));
    assert_eq!((found.definite, &**found.possible), (vec![], &[0, 5][..]));
    let other = object(&[("l", "v".into())]);
    assert_eq!(graph.matching("t", &["tags"], &other).possible.as_slice(), [0]);
    assert_eq!(graph.of_type("t"), [0, 1, 2, 3, 5]);
}

#[test]
fn addresses_are_in_order_and_found() {
    let names = [
        "module.m[\"a\"].t.a",
        "t.a[\"b\"]",
        "t.a[10]",
        "t.a[9]",
        "s.z",
        "t.a[\"a\"]",
        "data.a.a",
        "module.m[2].t.a",
        "module.m[10].t.a",
    ];
    let graph = graph(&names.map(|name| (name, object(&[]))));
    let order: Vec<&str> = graph.resources().iter().map(|resource| &*resource.address).collect();
    assert_eq!(
        order,
        [
            "s.z",
            "t.a[9]",
            "t.a[10]",
            "t.a[\"a\"]",
            "t.a[\"b\"]",
            "data.a.a",
            "module.m[2].t.a",
            "module.m[10].t.a",
            "module.m[\"a\"].t.a",
        ]
    );
    for (index, address) in order.iter().enumerate() {
        assert_eq!(graph.by_address(address), Some(index));
    }
    assert_eq!(graph.types().collect::<Vec<_>>(), ["s", "t"]);
    assert!(graph.open("t").is_none());
    let graph = graph.with_missing([Reason::new(Cause::ModuleNotOnDisk, "module.x", None)]);
    assert_eq!(graph.open("anything").unwrap().subject(), "module.x");
}
