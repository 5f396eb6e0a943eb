//! Every format over the same report, so that a new one cannot drop something unseen.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::sample::{self, SECRET};
use super::{Detail, FORMATS, Style, format};
use crate::diag::{Diagnostic, Label};
use crate::finding::{Evidence, Gate, Material, Report, Severity, UnknownCounts};
use crate::text::{FileId, Sources, Span};

const NARROW: Style =
    Style { width: 50, colour: false, unicode: false, suppressed: false, detail: Detail::Usual };
const COLOURED: Style = Style { width: 100, colour: true, unicode: true, ..NARROW };

fn render(name: &str, report: &Report, style: &Style) -> String {
    (format(name).expect("a known format").render)(report, &Gate::default(), style)
}

/// Text without colour codes, line breaks and what is drawn for them.
fn flat(text: &str) -> String {
    let mut flat = String::new();
    let mut rest = text;
    while let Some((before, code)) = rest.split_once("\u{1b}[") {
        flat.push_str(before);
        rest = code.split_once('m').map_or("", |(_, after)| after);
    }
    flat.push_str(rest);
    // The bar before a wrapped message's next line.
    let words = flat.split_whitespace().filter(|word| !matches!(*word, "|" | "│"));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_format_tells_everything() {
    let report = sample::report();
    // What a reader must be able to find, whatever the format.
    let told = [
        "aws.s3-public-bucket",
        "aws_s3_bucket_acl.logs",
        "lets everyone read the bucket",
        "aws.rds-unencrypted",
        "is stored in the clear",
        "the group is open, but nothing uses it",
        "aws_security_group.planned",
        "may open port 22",
        "please",
        "var.cidr",
        "no value given",
        "cannot read `broken.tf`: not UTF-8",
        "is deprecated since provider version 4",
        "module.net",
        "the module was not downloaded",
    ];
    for format in &FORMATS {
        for style in [Style::default(), NARROW, COLOURED] {
            let text = flat(&(format.render)(&report, &Gate::default(), &style));
            for words in told {
                assert!(text.contains(words), "{} drops `{words}`:\n{text}", format.name);
            }
        }
    }
}

#[test]
fn no_format_shows_a_masked_literal_or_a_terminal_code() {
    let report = sample::report();
    for format in &FORMATS {
        for style in [Style::default(), NARROW] {
            let text = (format.render)(&report, &Gate::default(), &style);
            assert!(!text.contains(SECRET) && !text.contains("hunter2"), "{}", format.name);
            assert!(!text.contains('\u{1b}'), "{} lets a code through", format.name);
            assert!(text.ends_with('\n'), "{}", format.name);
        }
    }
}

#[test]
fn narrow_lines_stay_narrow_and_dumb_terminals_get_ascii() {
    let text = render("pretty", &sample::report(), &NARROW);
    for line in text.lines() {
        // A single word may be longer: a path or an address is never broken.
        let words = line.split_whitespace().count();
        assert!(line.chars().count() <= 50 || words <= 2, "{line}");
        assert!(line.is_ascii() || line.contains('\u{fffd}') || line.contains('😀'), "{line}");
    }
}

#[test]
fn ignored_unknowns_are_counted_and_not_told_one_by_one() {
    let report = sample::report();
    let gate = Gate { unknown: UnknownCounts::Ignore, ..Gate::default() };
    for name in ["pretty", "concise"] {
        let text = (format(name).expect("known").render)(&report, &gate, &Style::default());
        assert!(!text.contains("var.cidr") && text.contains("2 checks undecided"), "{name}");
    }
}

/// A report with one finding at `span` and `mask` hidden.
fn hiding(text: &str, span: (u32, u32), mask: (u32, u32)) -> Report {
    let mut sources = Sources::default();
    let file = sources.add("main.tf", text);
    let at = |(start, end)| Span::new(file, start, end);
    let evidence = Evidence {
        at: Some(Label::new(at(span), "here")),
        ..Evidence::new(Severity::High, "it is wrong")
    };
    let mut report = sample::one(sources, evidence);
    report.masked = vec![at(mask)];
    report.diagnostics = vec![Diagnostic::warning("odd").at(at(span))];
    report
}

proptest! {
    /// Any place and any mask, even ones that do not fit: nothing panics, nothing hidden is shown.
    #[test]
    fn masks_hold_everywhere(
        before in "[ -~\té😀\n]{0,60}",
        after in "[ -~\té😀\n]{0,60}",
        start in 0u32..200,
        length in 0u32..100,
        width in 0usize..120,
    ) {
        let secret = "ŝecret";
        let text = format!("{before}{secret}{after}");
        let mask = (before.len() as u32, (before.len() + secret.len()) as u32);
        let report = hiding(&text, (start, start + length), mask);
        for format in &FORMATS {
            let style = Style { width, unicode: width % 2 == 0, ..Style::default() };
            let told = (format.render)(&report, &Gate::default(), &style);
            prop_assert!(!told.contains(secret), "{}: {told}", format.name);
            prop_assert!(!told.contains("Failed to read"), "{}: {told}", format.name);
        }
    }
}

#[test]
fn long_lines_do_not_reach_the_drawing() {
    let text = format!("a = \"{}\"\n", "x".repeat(300_000));
    let report = hiding(&text, (200_000, 200_010), (0, 0));
    let told = render("pretty", &report, &Style::default());
    assert!(told.contains("[main.tf:1:200001]") && told.len() < 2_000, "{told}");
}

#[test]
fn json_follows_its_schema() {
    follows("json", include_str!("../../docs/report.schema.json"));
}

#[test]
fn sarif_follows_the_official_schema() {
    let schema = include_str!("../../fixtures/sarif/sarif-2.1.0.schema.json");
    // A stray bracket in the pattern of languages, which strict readers of patterns refuse.
    follows("sarif", &schema.replace("{2}]?$", "{2}$"));
}

/// Holds the reports of a JSON format against a JSON Schema.
fn follows(format: &str, schema: &str) {
    let schema: serde_json::Value = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    for report in [sample::report(), Report::new(Material::default())] {
        let text = render(format, &report, &Style::default());
        let document: serde_json::Value = serde_json::from_str(&text).expect("the report is JSON");
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn an_unknown_file_has_no_path_and_no_panic() {
    let mut report = hiding("a = 1", (0, 1), (0, 0));
    report.sources = Sources::default();
    for format in &FORMATS {
        assert!(!(format.render)(&report, &Gate::default(), &Style::default()).is_empty());
    }
    assert_eq!(report.sources.path(FileId(0)), "");
}

#[test]
fn concise_is_read_by_editors() {
    assert_snapshot!(render("concise", &sample::report(), &Style::default()), @r##"
    main.tf:3:12: error: `public-read` lets everyone read the bucket [aws.s3-public-bucket] (aws_s3_bucket_acl.logs)
    main.tf:6:1: warning: `a` is stored in the clear [aws.rds-unencrypted] (aws_db_instance.main, 2 instances)
    main.tf:14:19: note: the group is open, but nothing uses it [aws.open-ingress] (aws_security_group.web)
    aws_security_group.planned: error: `0.0.0.0/0` may open port 22 [aws.open-ingress]
    aws_db_instance.odd: warning: odd name `�[31m%,:�` [aws.rds-unencrypted] (suppressed by source, but that does not hold here: please)
    variables.tf:5:1: note: 2 checks wait for `var.cidr` (no value given) [aws.open-ingress]
    main.tf:3:3: warning: `acl` is deprecated since provider version 4 (use `aws_s3_bucket_acl`)
    error: cannot read `broken.tf`: not UTF-8 *
    variables.tf:5:1: note: module.net not checked: the module was not downloaded
    5 findings (1 critical, 1 high, 1 medium, 1 low, 1 info), 2 checks undecided, suppressed: 1 by source, 1 not checked; 4 policies on 9 resources in 2 files; exit code 2 for 1 error, marked *
    "##);
}

#[test]
fn pretty_on_a_usual_terminal() {
    assert_snapshot!(render("pretty", &sample::report(), &Style::default()), @r##"
    critical  aws.s3-public-bucket
      bucket can be read by everyone

      × `public-read` lets everyone read the bucket
       ╭─[main.tf:3:12]
     1 │ resource "aws_s3_bucket_acl" "logs" {
     2 │   bucket = aws_s3_bucket.logs.id
       ·            ──────────┬──────────
       ·                      ╰── of this bucket
     3 │   acl    = var.acl
       ·            ───┬───
       ·               ╰── is `public-read`
     4 │ }
       ╰────
       ╭─[variables.tf:2:13]
     1 │ variable "acl" {
     2 │   default = "public-read"
       ·             ──────┬──────
       ·                   ╰── the default
     3 │ }
       ╰────
      resource:  aws_s3_bucket_acl.logs
      assumed:   provider version 5.0
      also:      aws.s3-public-acl
      help:      set `acl` to `private`, or add an `aws_s3_bucket_public_access_block` with all four
                 settings to the bucket

    medium  aws.rds-unencrypted
      database is not encrypted

      ⚠ `a` is stored in the clear
       ╭─[main.tf:6:1]
     6 │ resource "aws_db_instance" "main" {
       · ─────────────────────────────────
     7 │   for_each = var.names
     8 │   password = ********
       ╰────
      resource:  aws_db_instance.main, 2 instances
      instances: aws_db_instance.main["a"], aws_db_instance.main["b"]
      missing:   `storage_encrypted` is not set in this block

    info  aws.open-ingress
      security group is open to the world

      ☞ the group is open, but nothing uses it
        ╭─[main.tf:14:19]
     12 │     resource "aws_security_group" "web" {
     13 │       ingress {
     14 │ ╭─▶     cidr_blocks = [
     15 │ │         "0.0.0.0/0",
     16 │ ├─▶     ]
        · ╰──── every address
     17 │       }
     18 │     }
        ╰────
      resource:  aws_security_group.web

    high  aws.open-ingress
      security group is open to the world

      × `0.0.0.0/0` may open port 22
       ╭─[plan.json at byte 48213]
     3 │     {
     4 │       "cidr_blocks": [
     5 │         "0.0.0.0/0"
       ·         ───────────
     6 │       ],
     7 │       "from_port": 22
       ╰────
      resource:  aws_security_group.planned
      attribute: ingress[0].cidr_blocks[0]
      plan:      resource_changes[3].change.after.ingress[0].cidr_blocks[0]

    low  aws.rds-unencrypted
      database is not encrypted

      ⚠ odd name `�[31m%,:�`
      resource:  aws_db_instance.odd
      note:      suppressed by source, but that does not hold here: please

    unknown

      ☞ 2 checks wait for `var.cidr` (no value given)
       ╭─[variables.tf:5:1]
     5 │ variable "cidr" {}
       · ───────────────
       ╰────
      checks:    aws.open-ingress on aws_security_group.x, aws.open-ingress on aws_security_group.y

    warning

      ⚠ `acl` is deprecated since provider version 4
       ╭─[main.tf:3:3]
     1 │ resource "aws_s3_bucket_acl" "logs" {
     2 │   bucket = aws_s3_bucket.logs.id
     3 │   acl    = var.acl
       ·   ────────
     4 │ }
       ╰────
      help:      use `aws_s3_bucket_acl`

    error ●

      × cannot read `broken.tf`: not UTF-8

      unchecked: module.net: the module was not downloaded (variables.tf:5:1)

    5 findings (1 critical, 1 high, 1 medium, 1 low, 1 info), 2 checks undecided, suppressed: 1 by
    source, 1 not checked. Checked 4 policies on 9 resources in 2 files. Read: . (configuration).
    Exit code 2 for 1 error, marked ●.
    "##);
}

#[test]
fn pretty_on_a_narrow_dumb_terminal() {
    let report =
        hiding("password = \"s3cret\" # and then a very long comment goes on\n", (0, 8), (11, 19));
    assert_snapshot!(render("pretty", &report, &NARROW), @r##"
    high  aws.s3-public-bucket *
      bucket can be read by everyone

      x it is wrong
       ,-[main.tf:1:1]
     1 | password = ******** # and then a v...
       : ^^^^|^^^
       :     `-- here
       `----
      resource:  a.b
      help:      set `acl` to `private`, or add an
                 `aws_s3_bucket_public_access_block`
                 with all four settings to the bucket

    warning

      ! odd
       ,-[main.tf:1:1]
     1 | password = ******** # and then a v...
       : ^^^^^^^^
       `----

    1 finding (1 high). Checked 4 policies on 0
    resources in 0 files.
    Exit code 1 for 1 finding, marked *.
    "##);
}

#[test]
fn pretty_in_colour() {
    let report = hiding("a = 1\n", (0, 1), (0, 0));
    let told = render("pretty", &report, &COLOURED).replace('\u{1b}', "^");
    assert_snapshot!(told, @r##"
    ^[1m^[31mhigh^[0m  ^[1maws.s3-public-bucket^[0m ●
      bucket can be read by everyone

      ^[31m×^[0m it is wrong
       ╭─[^[36;1;4mmain.tf:1:1^[0m]
     ^[2m1^[0m │ a = 1
       · ^[31m┬^[0m
       · ^[31m╰── ^[31mhere^[0m^[0m
       ╰────
    ^[2m  resource:  ^[0ma.b
    ^[2m  help:      ^[0mset `acl` to `private`, or add an `aws_s3_bucket_public_access_block` with all four
                 settings to the bucket

    ^[1m^[33mwarning^[0m

      ^[33m⚠^[0m odd
       ╭─[^[36;1;4mmain.tf:1:1^[0m]
     ^[2m1^[0m │ a = 1
       · ^[33m─^[0m
       ╰────

    ^[1m1 finding (1 high). Checked 4 policies on 0 resources in 0 files.^[0m
    Exit code 1 for 1 finding, marked ●.
    "##);
}

#[test]
fn sarif_is_what_code_scanning_takes() {
    let text = render("sarif", &sample::report(), &Style::default());
    let sarif: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let run = &sarif["runs"][0];
    let filled = |value: &serde_json::Value, path: &str| {
        let at = value.pointer(path);
        let filled = match at {
            Some(serde_json::Value::String(text)) => !text.is_empty(),
            Some(serde_json::Value::Number(number)) => number.as_i64() > Some(0),
            _ => false,
        };
        assert!(filled, "{path} of {value:#}");
    };
    let results = run["results"].as_array().expect("results");
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!((results.len(), rules.len()), (6, 4));
    for result in results {
        let place = "/locations/0/physicalLocation";
        filled(result, "/message/text");
        filled(result, &format!("{place}/artifactLocation/uri"));
        for edge in ["startLine", "startColumn", "endLine", "endColumn"] {
            filled(result, &format!("{place}/region/{edge}"));
        }
        filled(result, "/partialFingerprints/primaryLocationLineHash");
        let rule = &rules[result["ruleIndex"].as_u64().expect("an index") as usize];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    for rule in rules {
        for text in ["/id", "/shortDescription/text", "/fullDescription/text", "/help/text"] {
            filled(rule, text);
        }
    }
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let message = results[0]["message"]["text"].as_str().expect("text");
    assert!(message.ends_with(". See [the default](1), [of this bucket](2)"), "{message}");
    let said = run["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(said.contains("odd name"), "a finding without any file is still told");
}

#[test]
fn an_alert_stands_in_the_repository_and_not_in_a_downloaded_module() {
    let mut sources = Sources::default();
    let module = sources.add(".terraform/modules/net/main.tf", "acl = var.acl\n");
    let main = sources.add("envs/a b/main.tf", "module \"net\" {}\n");
    let evidence = Evidence {
        at: Some(Label::new(Span::new(module, 6, 13), "is public")),
        related: vec![Label::new(Span::new(main, 0, 12), "called here")],
        ..Evidence::new(Severity::High, "it is public")
    };
    let report = sample::one(sources, evidence);
    let text = render("sarif", &report, &Style::default());
    let sarif: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let result = &sarif["runs"][0]["results"][0];
    let uri = |at: &serde_json::Value| at["physicalLocation"]["artifactLocation"]["uri"].clone();
    assert_eq!(uri(&result["locations"][0]), "envs/a%20b/main.tf");
    assert_eq!(uri(&result["relatedLocations"][0]), ".terraform/modules/net/main.tf");
}

#[test]
fn github_takes_the_worst_ten_of_each_kind() {
    let text = render("github", &sample::many(12), &Style::default());
    let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!((count("::error "), count("::warning ")), (10, 0));
    let first = text.lines().next().expect("a line");
    assert!(first.contains("line=12,"), "the critical one goes first: {first}");
    assert!(text.ends_with("2 annotations left out: GitHub takes 10 of each kind\n"), "{text}");
}

#[test]
fn github_annotates() {
    let text = render("github", &sample::report(), &Style::default());
    let commands: Vec<&str> = text.lines().filter(|line| line.starts_with("::")).collect();
    assert_snapshot!(commands.join("\n"), @r##"
    ::error title=planward::cannot read `broken.tf`: not UTF-8
    ::error file=main.tf,line=3,endLine=3,col=12,endColumn=18,title=aws.s3-public-bucket%3A bucket can be read by everyone::`public-read` lets everyone read the bucket (aws_s3_bucket_acl.logs)
    ::error title=aws.open-ingress%3A security group is open to the world::`0.0.0.0/0` may open port 22 (aws_security_group.planned)
    ::warning file=main.tf,line=3,endLine=3,col=3,endColumn=10,title=planward::`acl` is deprecated since provider version 4 (use `aws_s3_bucket_acl`)
    ::warning file=main.tf,line=6,endLine=6,col=1,endColumn=33,title=aws.rds-unencrypted%3A database is not encrypted::`a` is stored in the clear (aws_db_instance.main, 2 instances)
    ::warning title=aws.rds-unencrypted%3A database is not encrypted::odd name `�[31m%25,:�` (aws_db_instance.odd) (suppressed by source, but that does not hold here: please)
    ::notice file=variables.tf,line=5,endLine=5,col=1,endColumn=8,title=not checked::module.net not checked: the module was not downloaded
    ::notice file=main.tf,line=14,endLine=16,title=aws.open-ingress%3A security group is open to the world::the group is open, but nothing uses it (aws_security_group.web)
    ::notice file=variables.tf,line=5,endLine=5,col=1,endColumn=15,title=undecided::2 checks wait for `var.cidr` (no value given)
    "##);
}
