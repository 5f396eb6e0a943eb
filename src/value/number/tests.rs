//! Numbers against what Terraform prints and computes.

use super::Number;

fn number(text: &str) -> Number {
    Number::parse(text).unwrap_or_else(|| panic!("{text}"))
}

/// Results of Terraform 1.11.4.
#[test]
fn computes_and_prints_as_terraform() {
    let third = "0.33333333333333333333333333333333333333333333333333333333333333333333333333333\
                 333333333333333333333333333333333333333333333333333333333333333333333333333335";
    let n = number;
    let cases = [
        (n("0.1").add(&n("0.2")), "0.3"),
        (n("1").divide(&n("3")), third),
        (n("3.0").add(&n("0")), "3"),
        (n("1.10").add(&n("0")), "1.1"),
        (n("-0.0").add(&n("0")), "0"),
        (n("1e30").divide(&n("1")), "1000000000000000000000000000000"),
        (
            n("123456789012345678901234567890.123").add(&n("0")),
            "123456789012345678901234567890.123",
        ),
        (n("1e25").multiply(&n("1.5")), "15000000000000000000000000"),
        (n("1e-10").add(&n("0")), "0.0000000001"),
        (n("-5").remainder(&n("3")), "-2"),
        (n("5.5").remainder(&n("2")), "1.5"),
        (n("100000000000000000000").remainder(&n("3")), "1"),
        (n("5").remainder(&n("0")), "5"),
        (n("9223372036854775807").add(&n("1")), "9223372036854775808"),
        (n("-9223372036854775808").subtract(&n("1")), "-9223372036854775809"),
        (Some(n("-9223372036854775808").negated()), "9223372036854775808"),
        (Some(n("1e30").divide(&n("7")).unwrap().floor()), "142857142857142857142857142857"),
        (Some(n("-1.5").floor()), "-2"),
        (Some(n("-1.5").ceil()), "-1"),
        (Some(n("1.2").ceil()), "2"),
    ];
    for (got, expected) in cases {
        assert_eq!(got.unwrap().to_string(), expected);
    }
    assert_eq!(n("1").divide(&n("3")).unwrap().multiply(&n("3")), Some(n("1")));
    let square = n("9007199254740993");
    let power = (1..14).fold(square.clone(), |p, _| p.multiply(&square).unwrap());
    let expected = "2313432234973775369296736412620078249279129499359731247167473485531568510769075445774079806675207340032086382451558796908224514747573930662072274724811933\
                    3000000000000000000000000000000000000000000000000000000000000000000000";
    assert_eq!(power.to_string(), expected);
}

/// Results of Terraform 1.11.4 for `length(...)` and `pow(...)`.
#[test]
fn remembers_its_precision() {
    let n = number;
    let count = Number::from_count;
    let float = |f: f64| Number::from_f64(f).unwrap();
    let root = || float(2_f64.sqrt());
    let cases = [
        (count(1).divide(&count(3)), "0.33333333333333333334"),
        (float(2_f64.powi(70)).add(&n("1")), "1180591620717411303425"),
        (Some(float(2_f64.powi(70))), "1180591620717411300000"),
        (Some(float(2_f64.powi(60))), "1152921504606847000"),
        (float(2_f64.powi(60)).add(&count(1)), "1152921504606846977"),
        (count(3).multiply(&float(2_f64.powi(60))), "3458764513820540928"),
        (float(2_f64.powi(60)).remainder(&n("7")), "0"),
        (root().multiply(&root()), "2.00000000000000027343234630647693"),
        (root().multiply(&count(3)), "4.2426406871192854364"),
        (root().add(&count(1)), "2.4142135623730951455"),
        (root().add(&float(3_f64.sqrt())), "3.1462643699419726"),
        (root().remainder(&count(1)), "0.41421356237309515"),
        (count(7).remainder(&n("0.3")), "0.09999999999999999991"),
        (Some(root().multiply(&n("1e25")).unwrap().ceil()), "14142135623730951454746219"),
        (
            Number::parse_whole("100000000000000000001", 10).unwrap().divide(&count(3)),
            "33333333333333333333.8",
        ),
    ];
    for (got, expected) in cases {
        assert_eq!(got.unwrap().to_string(), expected);
    }
}

#[test]
fn equal_numbers_have_equal_structure() {
    assert_eq!(number("1e2"), number("100"));
    assert_eq!(number("1.5e1"), number("15"));
    assert_eq!(number("0.1").add(&number("0.9")), Some(number("1")));
    assert_eq!(
        number("9223372036854775808").subtract(&number("1")).unwrap().as_i64(),
        Some(i64::MAX)
    );
    assert_eq!(number("-9223372036854775808").as_i64(), Some(i64::MIN));
}

#[test]
fn orders_across_representations() {
    let sorted = ["-1e40", "-3", "-2.5", "0", "0.1", "1", "1e19", "1e40"];
    for pair in sorted.windows(2) {
        assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
    }
}

#[test]
fn refuses_what_is_no_number_or_too_large() {
    for text in
        ["", "-", "a", "1x", "1e", "1e999999999", "0x10", " 1", "1_000", "Inf", "--1", "1.2.3"]
    {
        assert!(Number::parse(text).is_none(), "{text}");
    }
    assert!(Number::parse(&"9".repeat(20_000)).is_none());
    let huge = number("1e9000");
    assert!(huge.multiply(&huge).is_none());
    assert_eq!(number("1e400").to_string(), format!("1{}", "0".repeat(400)));
}

#[test]
fn reads_back_what_it_prints() {
    for text in ["0.1", "1e-300", "12345.678", "3.141592653589793238462643383279502884197", "7e77"]
    {
        let n = number(text);
        assert_eq!(number(&n.to_string()), n, "{text}");
    }
    assert_eq!(number("2.5").as_f64(), 2.5);
    assert_eq!(Number::parse_whole("ff", 16), Some(number("255")));
    assert_eq!(Number::parse_whole("-zz", 36), Some(number("-1295")));
    assert_eq!(Number::parse_whole("12", 2), None);
}
