//! Genuine plans, damaged in every way that comes to mind: there is always a report, what cannot be
//! read is told with its place, and nothing panics. The fuzz targets do the same with more patience.

use planward::diag::Level;
use planward::finding::{Gate, Report};
use serde_json::Value;

use crate::found;

#[path = "../../fuzz/bodies.rs"]
mod bodies;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(found::project("fixtures/plan").join(name)).unwrap()
}

fn errors(report: &Report) -> Vec<&str> {
    let errors = report.diagnostics.iter().filter(|d| d.level == Level::Error);
    errors.map(|d| d.message.as_str()).collect()
}

#[test]
fn every_fixture_is_read() {
    for path in found::below(&found::project("fixtures/plan")) {
        let bytes = std::fs::read(&path).unwrap();
        bodies::decoding(&bytes);
        bodies::checking(&bytes);
    }
    assert_eq!(bodies::decoding(&fixture("whole-state.json")), 27 + 27);
}

#[test]
fn plans_that_are_cut() {
    for (name, step) in [("guards/plan.json", 1499), ("whole-state.json", 997), ("masks.json", 7)] {
        let whole = fixture(name);
        let end = whole.trim_ascii_end().len();
        let mut most = 0;
        for cut in (0..end).step_by(step) {
            let report = bodies::checking(&whole[..cut]);
            let errors = errors(&report);
            assert_eq!(report.exit_code(&Gate::default()), 2, "{name} cut at {cut}");
            let tells_where = |message: &&str| message.contains(&format!("at byte {cut}"));
            let is_early = cut < 40;
            assert!(is_early || errors.iter().any(tells_where), "{name} at {cut}: {errors:?}");
            assert!(report.scope.resources >= most, "{name} cut at {cut} has fewer resources");
            most = report.scope.resources;
        }
        assert!(most > 0 || name == "masks.json", "nothing of {name} was checked");
    }
}

#[test]
fn values_of_other_types() {
    // All types everywhere in a small plan; in a genuine one, each path with one of them.
    let small = fixture("newer-version.json");
    replace_each(&small, |_| 0..WRONG.len());
    let genuine = fixture("change/plan.json");
    replace_each(&genuine, |n| {
        if n % 25 == 0 { n / 25 % WRONG.len()..n / 25 % WRONG.len() + 1 } else { 0..0 }
    });
}

const WRONG: [&str; 7] = [
    "null",
    "true",
    "-1e400",
    "\"\\u0000\"",
    "[[[]]]",
    "{\"a\":{\"a\":0}}",
    "123456789012345678901234567890",
];

fn replace_each(bytes: &[u8], choose: impl Fn(usize) -> std::ops::Range<usize>) {
    let text = std::str::from_utf8(bytes).unwrap();
    let original: Value = serde_json::from_str(text).unwrap();
    let mut pointers = Vec::new();
    collect(&original, String::new(), &mut pointers);
    assert!(pointers.len() > 150);
    for (n, pointer) in pointers.iter().enumerate() {
        for wrong in &WRONG[choose(n)] {
            let mut damaged = original.clone();
            let marker = "here stands something wrong";
            *damaged.pointer_mut(pointer).unwrap() = Value::String(marker.to_owned());
            let damaged = damaged.to_string().replace(&format!("\"{marker}\""), wrong);
            let report = bodies::checking(damaged.as_bytes());
            let is_change = pointer.starts_with("/resource_changes/")
                && ["/change/after", "/change/actions"].iter().any(|end| pointer.ends_with(end));
            if is_change && *wrong == "true" {
                let told = errors(&report);
                assert!(told.iter().any(|m| m.contains("at byte")), "{pointer}: {told:?}");
            }
        }
    }
}

fn collect(value: &Value, pointer: String, into: &mut Vec<String>) {
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                collect(member, format!("{pointer}/{}", escaped(name)), into);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                collect(item, format!("{pointer}/{n}"), into);
            }
        }
        _ => {}
    }
    into.push(pointer);
}

#[test]
fn other_damage() {
    let genuine = String::from_utf8(fixture("guards/plan.json")).unwrap();
    let twice = genuine.replacen(
        r#""resource_changes":["#,
        r#""resource_changes":[],"resource_changes":["#,
        1,
    );
    assert!(errors(&bodies::checking(twice.as_bytes()))[0].contains("is there twice"));

    let start = genuine.find(r#"{"address":"aws_efs_file_system.replaced","#).unwrap();
    let entry = genuine.find(r#""resource_changes":["#).unwrap() + r#""resource_changes":["#.len();
    assert!(start > 0);
    let end = genuine[entry..].find(r#"},{"address""#).unwrap() + entry + 1;
    let repeated = format!("{}{},{}", &genuine[..entry], &genuine[entry..end], &genuine[entry..]);
    let report = bodies::checking(repeated.as_bytes());
    assert!(
        errors(&report)[0].contains("is there twice; the first one counts"),
        "{:?}",
        errors(&report)
    );

    let nul = genuine.replacen("example-site", "example\u{0}site", 1);
    assert!(errors(&bodies::checking(nul.as_bytes()))[0].contains("at byte"));
    let huge = genuine.replacen("example-site", &"x".repeat(5 << 20), 1);
    assert_eq!(errors(&bodies::checking(huge.as_bytes())), [""; 0]);
    let wide: String = genuine.chars().collect();
    let utf_16: Vec<u8> =
        [0xfeff].into_iter().chain(wide.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(errors(&bodies::checking(&utf_16)), [""; 0]);
}
