//! Files in, settings out.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Literal, Settings, find, read};
use crate::finding::{Severity, UnknownCounts};
use crate::text::{FileId, MemoryFiles};

/// The settings, and each complaint with the text it points at.
fn parsed(text: &str) -> (Settings, Vec<String>) {
    let (settings, diagnostics) = read(FileId(0), text, "infra");
    let shown = diagnostics.iter().map(|diagnostic| {
        let span = diagnostic.at.as_ref().expect("a place").span;
        let at = &text[span.start as usize..span.end as usize];
        let hint = diagnostic.hint.as_deref().unwrap_or_default();
        format!("{at}: {}; {hint}", diagnostic.message)
    });
    (settings, shown.collect())
}

#[test]
fn everything_is_read() {
    let (settings, complaints) = parsed(
        r#"
policies         = ["rules"]
builtin          = false
level            = "medium"
select           = ["aws-*", "theme:secrets"]
skip             = "x"
fail_on          = "none"
fail_on_advisory = true
unknown          = "fail"
require_complete = true
require_reason   = true
variable_files   = ["prod.tfvars"]
exclude          = ["old/*"]
outside_modules  = false
baseline         = "known.json"

severity = {
  aws-s3-bucket-public = "low"
  "a.b"                = "high"
}
inputs = {
  ports = [22, "a", true]
}
assume = {
  log_archive      = "the log account"
  "aws.account_id" = "123456789012"
}
suppress {
  policies  = ["a.*"]
  addresses = ["module.legacy.*"]
  reason    = "goes away"
  until     = "2026-12-31"
}
"#,
    );
    assert_eq!(complaints, [""; 0]);
    let value = |set: Option<super::Set<bool>>| set.map(|set| set.value);
    assert_eq!(value(settings.builtin.clone()), Some(false));
    assert_eq!(value(settings.require_reason.clone()), Some(true));
    assert_eq!(settings.level.as_ref().map(|set| set.value), Some(Severity::Medium));
    assert_eq!(settings.fail_on.as_ref().map(|set| set.value), Some(None));
    assert_eq!(settings.unknown.as_ref().map(|set| set.value), Some(UnknownCounts::Fail));
    assert_eq!(settings.skip.as_ref().map(|set| set.value.clone()), Some(vec!["x".to_owned()]));
    assert_eq!(settings.severity[0].0, "aws-s3-bucket-public");
    assert_eq!(settings.severity[0].1.value, Severity::Low);
    assert_eq!(settings.severity[1].0, "a.b");
    let (number, text) = (Literal::Number("22".to_owned()), Literal::Text("a".to_owned()));
    let ports = Literal::List(vec![number, text, Literal::Bool(true)]);
    assert_eq!(settings.inputs[0].1.value, ports);
    assert_eq!(settings.assume[0].0, "log_archive");
    assert_eq!(settings.assume[1].1.value, "123456789012");
    assert_eq!(settings.suppress[0].addresses, ["module.legacy.*"]);
    assert_eq!(settings.path("rules"), "infra/rules");
    assert_eq!(settings.path("/rules"), "/rules");
}

#[test]
fn mistakes_are_told_at_their_place() {
    for (text, expected) in [
        ("polices = []", "polices: there is no setting `polices`; did you mean `policies`?"),
        ("suppres {}", "suppres: there is no setting `suppres`; did you mean `suppress`?"),
        (
            "unknown = \"skip\"",
            "\"skip\": found `\"skip\"`, expected \"warn\", \"fail\" or \"ignore\"; ",
        ),
        ("builtin = \"no\"", "\"no\": found `\"no\"`, expected `true` or `false`; "),
        ("policies = [var.x]", "var.x: found `var.x`, expected a text in quotes, without `${`; "),
        (
            "fail_on = \"info\"",
            "\"info\": found `\"info\"`, expected \"critical\", \"high\", \"medium\", \"low\" or \"none\"; ",
        ),
        (
            "assume = {\n  log_archiv = \"x\"\n}",
            "log_archiv = \"x\": there is no fact `log_archiv`; did you mean `log_archive`?",
        ),
        (
            "assume = {\n  default_encryption = \"yes\"\n}",
            "default_encryption = \"yes\": `default_encryption` is `yes`, expected `on` or `off`; ",
        ),
        (
            "suppress {\n  addresses = [\"a\"]\n}",
            "suppress: `policies` is required and names at least one; ",
        ),
        (
            "suppress {\n  policies = [\"a\"]\n  addresses = [\"a\"]\n  until = \"soon\"\n}",
            "\"soon\": found `\"soon\"`, expected a day such as \"2026-01-31\"; ",
        ),
    ] {
        let (settings, complaints) = parsed(text);
        assert_eq!(complaints, [expected], "{text}");
        assert!(settings.suppress.is_empty());
    }
}

#[test]
fn the_nearest_file_upward_and_not_out_of_the_repository() {
    let mut files = MemoryFiles::default();
    for path in ["a/planward.hcl", "a/b/main.tf", "c/main.tf", "planward.hcl", "r/.git", "r/d/x.tf"]
    {
        files.insert(path, "");
    }
    let found = |folder| find(&files, folder);
    assert_eq!(found("a/b").as_deref(), Some("a/planward.hcl"));
    assert_eq!(found("c").as_deref(), Some("planward.hcl"));
    assert_eq!(found(".").as_deref(), Some("planward.hcl"));
    assert_eq!(found("r/d"), None);
    assert_eq!(found("/nowhere/at/all"), None);
}

/// The parser stops at the first mistake: it must be told where it is, and nothing of the file holds.
#[test]
fn broken_syntax_is_one_error_at_its_place() {
    for (text, expected) in [
        (
            "skip = [\"a]\nbaseline = \"x\"\n",
            "\"a]: string is not closed on its line; a line break in a string is written `\\n`",
        ),
        ("skip = [\n", ": end of file, expected `,` or `]`; "),
        ("skip = [\"a\"", ": end of file, expected `,` or `]`; "),
        ("skip = [\"a\" \"b\"]", "\"b\": found `\"b\"`, expected `,` or `]`; "),
        ("skip = []\nskip = [\"a\"]\n", "skip: attribute `skip` is set twice; "),
        ("level: \"low\"\n", ":: found `:`, expected `=` or `{`; "),
        ("level = \n", "\n: end of line, expected a value; "),
        (
            "level = \"low\" \"high\"\n",
            "\"high\": found `\"high\"`, expected the end of the line; ",
        ),
        ("severity = {\n  a = \"low\"\n  a = \"high\"\n}\n", "a: `a` is in this object twice; "),
        (
            "severity = {\n  a = \"low\" b = \"high\"\n}\n",
            "b: found `b`, expected `,`, a new line or `}`; ",
        ),
        ("suppress {\n  policies = [\"a\"]\n", ": end of file, expected an argument or `}`; "),
        (
            "baseline = \"C:\\dir\"\n",
            "\\d: `\\d` is no escape sequence; a backslash is written `\\\\`",
        ),
        (
            "baseline = \"\\u12\"\n",
            "\\u: `\\u` is no escape sequence; a backslash is written `\\\\`",
        ),
        ("}\n", "}: found `}`, expected a setting or a value; "),
        ("\"level\" = \"low\"\n", "\"level\": found `\"level\"`, expected a setting or a value; "),
        ("# é\nbaseline = é\u{7}\n", "\u{7}: found `\\u{7}`, expected the end of the line; "),
    ] {
        let (settings, complaints) = parsed(text);
        assert_eq!(complaints, [expected], "{text}");
        assert_eq!(settings, Settings { folder: "infra".to_owned(), ..Settings::default() });
    }
}

/// Where hcl-rs reads on when Terraform would not, or the other way round.
#[test]
fn oddities_of_the_parser_let_nothing_through() {
    // It takes an empty heredoc for one that goes on to the next marker.
    let (settings, complaints) = parsed("baseline = <<E\nE\nskip = [\"a\"]\nlevel = <<E\nE\n");
    assert!(settings.baseline.is_none() && settings.level.is_none());
    assert!(!complaints.is_empty());
    // A byte order mark is no text; a lone carriage return is no line.
    assert_eq!(parsed("\u{feff}skip = [\"a\"]\r\nlevel = \"low\"\r\n").1, [""; 0]);
    assert_eq!(
        parsed("\u{feff}lvel = 1").1,
        ["lvel: there is no setting `lvel`; did you mean `level`?"]
    );
    // On one line, a block holds one attribute.
    let (_, complaints) = parsed("suppress { policies = [\"a\"] }");
    assert_eq!(complaints, ["suppress: `addresses` is required and names at least one; "]);
    let (settings, _) = parsed("inputs = { a = -5, b = 123456789012345678901234567890.5 }");
    let number = |text: &str| Literal::Number(text.to_owned());
    assert_eq!(settings.inputs[0].1.value, number("-5"));
    assert_eq!(settings.inputs[1].1.value, number("123456789012345678901234567890.5"));
    // Equal names are equal in composed form, as they are everywhere else.
    assert_eq!(parsed("skip = [\"e\u{301}\"]").0.skip.expect("set").value, ["é"]);
}

/// Anything that nests or repeats, many times: an answer, in time, on a small stack.
#[test]
fn nothing_is_too_deep_or_too_long() {
    let parts = [
        "[",
        "{a=",
        "(",
        "!",
        "-",
        "f(",
        "\"${",
        "%{if a}",
        "\"%{if a}",
        "a{\n",
        "a \"b\" {\n",
        "1+",
        "<<E\n${",
        "<<E\n",
        "a.",
        "a[",
        "a?b:",
        "a?",
        "[for a in ",
        "{for a in ",
        "f(f(",
        "/*",
        "#",
        "\"",
        "\\",
        "\n",
        "a=",
        "a=1\n",
        "a,",
        "*.",
        "..",
        "::",
        "a::",
        "$${",
        "\"\\u",
        "é",
        "\u{feff}",
        "\r",
        "\0",
    ];
    for part in parts {
        for start in ["", "a = ", "a = [", "a = {", "a {\n", "a = \"", "a = <<E\n"] {
            for count in [60, 70, 2000] {
                let text = format!("{start}{}", part.repeat(count));
                let _ = parsed(&text);
                let _ = parsed(&format!("{text}\nE\n]}}\"]"));
            }
        }
    }
    let names: Vec<String> = (0..4000).map(|n| format!("n{n} = 1")).collect();
    let (settings, complaints) = parsed(&format!("inputs = {{\n{}\n}}", names.join("\n")));
    assert_eq!((settings.inputs.len(), complaints.len()), (4000, 0));
    // However they are hidden.
    let many: Vec<String> = (0..60_000).map(|n| format!("n{n}=1")).collect();
    for (start, by, end) in [
        ("inputs = {", ",", "}"),
        ("inputs = {", "\n", "}"),
        ("inputs = \"${ {", ",", "} }\""),
        ("level = <<E\nE\ninputs = {", ",", "}"),
        ("level = <<E\n# ${ {", ",", "} }\nE\n"),
        ("level = [for a in {", ",", "} : a]"),
        ("a \"b\" {\n", "\n", "\n}\n"),
    ] {
        let (_, complaints) = parsed(&format!("{start}{}{end}", many.join(by)));
        assert!(complaints[0].contains("more than 4096 entries between braces"), "{complaints:?}");
    }
    let (_, complaints) = parsed(&"#".repeat((1 << 20) + 1));
    assert_eq!(complaints, [": the settings are longer than 1 MiB; "]);
}

/// Pieces from which settings are made, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let words = [
        "policies",
        "level",
        "suppress",
        "severity",
        "inputs",
        "assume",
        "addresses",
        "=",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"low\"",
        "\"a.*\"",
        "\\",
        "${",
        "%{",
        "$${",
        "}",
        "<<E",
        "<<-E",
        "E",
        "\n",
        "\r\n",
        " ",
        "#",
        "//",
        "/*",
        "*/",
        "(",
        ")",
        "for",
        "in",
        "if",
        "?",
        "==",
        "!",
        "-",
        "+",
        ".",
        "..",
        "...",
        "::",
        "1",
        "1e9",
        "1e999",
        "0.",
        "true",
        "null",
        "é",
        "e\u{301}",
        "\u{feff}",
        "\0",
        "\u{10ffff}",
    ];
    vec(select(words.to_vec()), 0..60).prop_map(|words| words.concat())
}

proptest! {
    /// `parsed` cuts the text at every place that a complaint names.
    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..400)) {
        let _ = parsed(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_order_of_pieces(text in pieces()) {
        let (settings, complaints) = parsed(&text);
        // Nothing is passed over without a word: what is no comment and no space is read or told.
        let is_empty = settings == Settings { folder: "infra".to_owned(), ..Settings::default() };
        let says_something = text.lines().any(|line| line.contains('='))
            && !["#", "//", "/*"].iter().any(|comment| text.contains(comment));
        let empty_object = ["severity", "inputs", "assume"].iter().any(|name| text.contains(name));
        prop_assert!(!(is_empty && complaints.is_empty() && says_something) || empty_object);
    }
}
